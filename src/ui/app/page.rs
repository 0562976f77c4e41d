//! The page with all its panes.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, MouseEvent, Properties, classes, component, html};

use super::effects::use_narrow;
use super::picture::use_scene;
use super::{Shown, notes};
use crate::edit::Label;
use crate::model::object::Ref;
use crate::scene::layout::Placement;
use crate::scene::shape::Scene;
use crate::ui::answer::Walk;
use crate::ui::article::{Article, ProofBar};
use crate::ui::canvas::Canvas;
use crate::ui::clock::ClockPane;
use crate::ui::compare::Compare;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::dialogs::{
    AddDialog, EmbedDialog, FindDialog, KeysDialog, PasteDialog, PlanDialog, ShareDialog,
};
use crate::ui::icons::symbol;
use crate::ui::inspector::Inspector;
use crate::ui::left::{LeftPane, request_title};
use crate::ui::matrix::{Difference, Matrix};
use crate::ui::playback::{Playback, announcement};
use crate::ui::request::RequestBar;
use crate::ui::store::{Action, Dialog, Mode, Origin, State, View, Viewport};
use crate::ui::strip;
use crate::ui::tables::Tables;
use crate::ui::timeline::Timeline;
use crate::ui::top::{TopBar, scenario_title};

#[derive(PartialEq, Properties)]
pub struct PageProps {
    /// Everything.
    pub state: Shown,
}

#[component]
pub fn Page(props: &PageProps) -> Html {
    let words = use_words();
    let state = &*props.state.0;
    let walk = state.walk();
    let (scene, placement, on_scale) = use_scene(state, state.view == View::Diagram);
    let narrow = use_narrow(false);
    let title = title(state);
    let shown = state.shown();
    let proof = state.proof.as_ref();
    let clock = state.clock.clone();
    let clock = clock.filter(|_| state.view != View::Matrix && proof.is_none());
    let sends = !matches!(state.view, View::Matrix | View::Article) && proof.is_none();
    let error = state.request_error.as_ref();
    let error = error.map(|(id, detail)| {
        let detail = words.texts().phrase(detail).into_owned();
        words.with(id, &[("detail", detail.into())])
    });
    html! {
        <div class={classes!("app", view_class(state.view), pace(state.speed), clock.is_some().then_some("has-clock"))} id="page">
            <SkipLinks />
            <TopBar title={title.clone()} plugin={plugin(state)} undo={label(&words, state.history.undo_label())} redo={label(&words, state.history.redo_label())}
                view={state.view} preferences={state.preferences} drawer={state.drawer} original={state.edited.then(|| scenario_id(state))} />
            <notes::Notes note={state.note.clone()} former={state.former.is_some()}>
                { proof.map(|proof| html! { <ProofBar proof={proof.clone()} /> }).unwrap_or_default() }
            </notes::Notes>
            <main class="centre" id="region-canvas-pane">
                if sends {
                    <RequestBar request={state.request.clone()} walk={walk.clone().filter(|_| state.view != View::Compare)} places={state.simulation.places.clone()} {error} suggestions={state.suggestions.clone()} />
                }
                <Middle {scene} {placement} walk={walk.clone()} state={props.state.clone()} {narrow} {on_scale} />
            </main>
            <LeftPane scenario={scenario_id(state)} edited={state.edited} simulation={state.simulation.clone()} sent={state.sent.clone()} open={state.drawer}
                view={state.view} preferences={state.preferences} />
            if let Some(clock) = clock { <ClockPane {clock} at={state.at.clone()} /> }
            <Playback walk={walk.clone()} playhead={state.playhead} playing={state.playing} speed={state.speed} />
            <Timeline walk={walk.clone()} playhead={state.playhead} compact={narrow} />
            if let Some(preview) = state.preview.clone().filter(|_| state.view == View::Matrix) {
                <Difference simulation={state.simulation.clone()} {preview} />
            } else {
                <Inspector tab={state.tab} walk={walk.clone()} blockers={state.blockers.clone()} playhead={state.playhead} selection={state.selection.clone()}
                    simulation={shown} written={state.simulation.clone()} document={state.document().clone()} problems={state.problems.clone()}
                    problem_count={state.problem_count()} stale={state.stale} file={state.file} reveal={state.reveal} />
            }
            <p class="visually-hidden" role="status" aria-live="polite">{ said(state, walk.as_ref()) }</p>
            <Dialogs state={props.state.clone()} {title} />
        </div>
    }
}

/// The class that arranges the panes.
const fn view_class(view: View) -> Option<&'static str> {
    match view {
        View::Diagram => None,
        View::Table => Some("is-table"),
        View::Matrix => Some("is-matrix"),
        View::Compare | View::Article => Some("is-compare"),
    }
}

/// The class that slows motion down or speeds it up.
pub const fn pace(speed: u8) -> Option<&'static str> {
    match speed {
        1 => Some("is-slow"),
        2 => None,
        _ => Some("is-fast"),
    }
}

/// Ways past the bars, for the keyboard.
#[component]
fn SkipLinks() -> Html {
    let words = use_words();
    html! {
        <div class="skip">
            for (target, id) in [("#region-canvas", "skip-canvas"), ("#region-inspector", "skip-inspector"), ("#region-timeline", "skip-timeline")] {
                <a href={target}>{ words.get(id) }</a>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct MiddleProps {
    scene: Rc<Scene>,
    placement: Rc<Placement>,
    walk: Option<Walk>,
    state: Shown,
    narrow: bool,
    on_scale: Callback<u16>,
}

/// The picture or the tables, or, where nothing exists, how to start.
#[component]
fn Middle(props: &MiddleProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let state = &*props.state.0;
    if state.view == View::Table {
        return html! { <Tables simulation={state.shown()} walk={props.walk.clone()} playhead={state.playhead} selection={state.selection.clone()} /> };
    }
    if state.view == View::Matrix {
        return html! { <Matrix simulation={state.simulation.clone()} preview={state.preview.clone()} narrow={props.narrow} title={title(state)} /> };
    }
    if state.view == View::Compare {
        return html! { <Compare simulation={state.simulation.clone()} request={state.sent.clone()} earlier={state.earlier()} title={title(state)} sides={state.sides()} /> };
    }
    if state.view == View::Article {
        return html! { <Article simulation={state.simulation.clone()} beside={state.beside.clone()} cell={state.cell} title={title(state)} narrow={props.narrow} /> };
    }
    let proves = state.proof.is_some();
    if state.simulation.network.manifests.is_empty() && !state.stale {
        return html! { <Empty /> };
    }
    let in_strip = props.narrow && state.viewport == Viewport::Auto && state.mode == Mode::Select;
    if in_strip && let Some(walk) = &props.walk {
        return strip::view(&words, &act, state, &props.placement, walk);
    }
    html! {
        <>
            <Canvas scene={props.scene.clone()} placement={props.placement.clone()} walk={props.walk.clone()} viewport={state.viewport} playhead={state.playhead}
                selection={state.selection.clone()} mode={state.mode.clone()} stale={state.stale} fixed={proves} top={if proves { 8 } else { 64 }} on_scale={props.on_scale.clone()} />
            if props.narrow && props.walk.is_some() {
                <button type="button" class="button--edge strip__back" onclick={act.on::<MouseEvent>(Action::Look(Viewport::Auto))}>{ words.get("strip-back") }</button>
            }
            if state.stale { <p class="chip canvas__say" role="status">{ words.get("yaml-stale") }</p> }
            <Legend />
        </>
    }
}

/// Three ways to start.
#[component]
fn Empty() -> Html {
    let (words, act) = (use_words(), use_act());
    let first = crate::ui::top::scenario("kubenet");
    html! {
        <div class="empty"><div class="panel-state">
            <h2>{ words.get("empty-title") }</h2>
            <p>{ words.get("empty-text") }</p>
            <p class="button-row">
                <button type="button" class="button--edge" onclick={first.map(|work| act.on::<MouseEvent>(Action::Open(work)))}>{ words.get("scenario-kubenet") }</button>
                <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Paste)))}>{ words.get("files-paste") }</button>
                <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Add)))}>{ symbol("u-plus", "") }{ words.get("add-title") }</button>
            </p>
        </div></div>
    }
}

/// What the lines and shapes mean.
#[component]
fn Legend() -> Html {
    let words = use_words();
    html! {
        <div class="legend scene" aria-hidden="true">
            <span><svg width="26" height="10" viewBox="0 0 26 10"><path d="M1 5H20" class="lane lane--done" /><path d="M26 5L19 8.6L19 1.4Z" class="head" /></svg>{ words.get("request") }</span>
            <span><svg width="26" height="10" viewBox="0 0 26 10"><path d="M1 5H20" class="lane lane--reply lane--ahead" /><path d="M20.5 8.5L25 5L20.5 1.5" class="head head--reply head--ahead" /></svg>{ words.get("reply") }</span>
            <span><svg width="18" height="18" viewBox="-9 -9 18 18"><g class="badge badge--ahead"><circle r="7" /></g></svg>{ words.get("legend-decided") }</span>
            <span><svg width="18" height="18" viewBox="-9 -9 18 18"><g class="badge badge--ahead"><path d="M0 -8L8 0L0 8L-8 0Z" /></g></svg>{ words.get("legend-rewritten") }</span>
            <span><svg width="24" height="14" viewBox="0 0 24 14"><rect x="1" y="1" width="22" height="12" rx="3" class="box box--leaf is-derived" /></svg>{ words.get("legend-derived") }</span>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DialogsProps {
    state: Shown,
    title: AttrValue,
}

/// The open dialog.
#[component]
fn Dialogs(props: &DialogsProps) -> Html {
    let state = &*props.state.0;
    let link = || (Rc::new(state.work()), Rc::new(state.looked_at()));
    match state.dialog {
        None => Html::default(),
        Some(Dialog::Share) => {
            let (work, view) = link();
            html! { <ShareDialog {work} {view} title={props.title.clone()} /> }
        }
        Some(Dialog::Embed) => {
            let (work, view) = link();
            html! { <EmbedDialog {work} {view} title={props.title.clone()} /> }
        }
        Some(Dialog::Keys) => html! { <KeysDialog preferences={state.preferences} /> },
        Some(Dialog::Add) => html! { <AddDialog simulation={state.simulation.clone()} /> },
        Some(Dialog::Paste) => html! { <PasteDialog /> },
        Some(Dialog::Plan) => html! { <PlanDialog simulation={state.simulation.clone()} /> },
        Some(Dialog::Find) => html! { <FindDialog simulation={state.simulation.clone()} /> },
    }
}

/// The title of what is open: the request's, with the scenario's where the request has none.
pub fn title(state: &State) -> AttrValue {
    if !state.name.is_empty() {
        return AttrValue::from(state.name.to_string());
    }
    match &state.origin {
        Origin::Scenario(id) if state.edited => state.words.with(
            "title-edited",
            &[("title", scenario_title(&state.words, id).as_str().into())],
        ),
        Origin::Scenario(id) => scenario_title(&state.words, id),
        Origin::Own | Origin::Link => request_title(&state.words, &state.simulation, &state.sent)
            .unwrap_or_else(|| state.words.get("untitled")),
    }
}

fn scenario_id(state: &State) -> AttrValue {
    match &state.origin {
        Origin::Scenario(id) => AttrValue::from(id.to_string()),
        Origin::Own | Origin::Link => AttrValue::default(),
    }
}

fn plugin(state: &State) -> Option<(AttrValue, Ref)> {
    let cluster = state.simulation.network.cluster.as_ref()?;
    let model = cluster.network_model().to_string();
    Some((model.into(), cluster.reference()))
}

fn label(words: &Words, label: Option<&Label>) -> Option<AttrValue> {
    label.map(|label| words.label(label))
}

/// What the live region says.
fn said(state: &State, walk: Option<&Walk>) -> AttrValue {
    walk.map(|walk| announcement(&state.words, walk, state.playhead))
        .unwrap_or_default()
}
