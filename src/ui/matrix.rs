//! Who may talk to whom under network policies: a row opens connections to a column. A list says the same.
//!
//! A cell is a request: picking it shows its walk beside the matrix. While files are tried, the matrix shows what
//! applying them would change, and picking a cell compares two walks.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{
    AttrValue, Callback, Html, InputEvent, MouseEvent, Properties, TargetCast, component, html,
    use_effect_with, use_memo, use_state_eq,
};

use crate::engine::policy::enforcement::Engine;
use crate::engine::reach::grid::Change;
use crate::ui::browser;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::dialogs::OpenFiles;
use crate::ui::icons::symbol;
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Dialog, Preview, View};

mod difference;
mod list;
mod model;
mod sheet;
mod window;

pub use difference::Difference;
use list::List;
use model::{End, Model, ports_text};
use sheet::Sheet;

/// More lines than this can be filtered.
const FEW: usize = 8;

#[derive(PartialEq, Properties)]
pub struct MatrixProps {
    /// What is shown.
    pub simulation: Rc<Simulation>,
    /// What is tried.
    pub preview: Option<Rc<Preview>>,
    /// Whether the screen is narrow.
    pub narrow: bool,
    /// The title of what is shown.
    pub title: AttrValue,
}

#[component]
pub fn Matrix(props: &MatrixProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let tried = props
        .preview
        .as_ref()
        .map(|preview| preview.simulation.clone());
    let model = use_memo((props.simulation.clone(), tried), |(now, tried)| {
        browser::mark("kubehop:matrix-begin");
        let model = Model::of(now, tried.as_deref());
        browser::measure("kubehop:matrix", "kubehop:matrix-begin");
        model
    });
    let names = use_memo((model.clone(), words.clone()), |(model, words)| {
        model.names(words)
    });
    let (as_list, only) = (use_state_eq(|| false), use_state_eq(|| false));
    let (from, to) = (use_state_eq(String::new), use_state_eq(String::new));
    let picked = use_state_eq(|| None::<(usize, usize)>);
    // Lines are others once something else is shown or tried.
    use_effect_with(model.clone(), {
        let picked = picked.clone();
        move |_| picked.set(None)
    });
    let only_changes = *only && model.compares();
    let (row_end, column_end): (Option<End>, Option<End>) = if only_changes {
        (Some(|change| change.from), Some(|change| change.to))
    } else {
        (None, None)
    };
    let rows = model.filtered(&names, &from, row_end);
    let columns = model.filtered(&names, &to, column_end);
    let on_pick = {
        let (act, model, picked) = (act.clone(), model.clone(), picked.clone());
        Callback::from(move |(from, to): (usize, usize)| {
            picked.set(Some((from, to)));
            let Some(request) = model.request(from, to).map(Rc::new) else {
                return;
            };
            if model.compares() {
                act.send(Action::Compare(request));
            } else {
                act.send(Action::ShowTab(crate::ui::store::Tab::Trace));
                act.send(Action::Draft(request));
                act.send(Action::Send);
            }
        })
    };
    let nothing = model.lines.iter().all(|line| line.namespace.is_none());
    let toggle = |state: &yew::UseStateHandle<bool>| {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.set(!*state))
    };
    let show = |as_list: &yew::UseStateHandle<bool>, value: bool| {
        let as_list = as_list.clone();
        Callback::from(move |_: MouseEvent| as_list.set(value))
    };
    html! {
        <section class="sheet" id="region-canvas" tabindex="-1" aria-labelledby="matrix-title">
            <div class="whatif">
                if let Some(preview) = &props.preview {
                    <Trial title={props.title.clone()} preview={preview.clone()} model={model.clone()} />
                } else {
                    <h2 id="matrix-title">{ words.get("matrix-title") }</h2>
                    <span class="whatif__space"></span>
                    <OpenFiles label="whatif-open" class="button--edge" tries=true />
                    <button type="button" onclick={act.on::<MouseEvent>(Action::SetDialog(Some(Dialog::Paste)))}>{ words.get("files-paste") }</button>
                }
            </div>
            if nothing {
                <p class="quiet">{ words.get("matrix-no-pods") }</p>
            } else {
                <div class="matrix__bar">
                    <div class="segments" role="group" aria-label={words.get("matrix-shape")}>
                        <button type="button" aria-pressed={(!*as_list).to_string()} onclick={show(&as_list, false)}>{ symbol("u-matrix", "") }{ words.get("view-matrix") }</button>
                        <button type="button" aria-pressed={as_list.to_string()} onclick={show(&as_list, true)}>{ symbol("u-menu", "") }{ words.get("matrix-list") }</button>
                    </div>
                    if model.lines.len() > FEW {
                        <Filter label="matrix-from" text={(*from).clone()} on_text={let from = from.clone(); Callback::from(move |text: String| from.set(text))} />
                        <Filter label="matrix-to" text={(*to).clone()} on_text={let to = to.clone(); Callback::from(move |text: String| to.set(text))} />
                    }
                    if model.compares() {
                        <label class="whatif__only"><input type="checkbox" checked={*only} onclick={toggle(&only)} />{ words.get("whatif-only") }</label>
                    }
                </div>
                if rows.is_empty() || columns.is_empty() {
                    <p class="matrix__none">{ words.get(if only_changes && from.is_empty() && to.is_empty() { "whatif-same" } else { "matrix-no-match" }) }</p>
                } else if *as_list {
                    <List model={model.clone()} names={(*names).clone()} {rows} {columns} {on_pick} />
                } else {
                    <Sheet model={model.clone()} names={(*names).clone()} {rows} {columns} {on_pick} picked={*picked} narrow={props.narrow} />
                }
                <Picked model={model.clone()} names={(*names).clone()} picked={*picked} />
                <Key compares={model.compares()} engine={props.simulation.clone()} />
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FilterProps {
    label: &'static str,
    text: String,
    on_text: Callback<String>,
}

/// A field that keeps the lines whose names hold a text.
#[component]
fn Filter(props: &FilterProps) -> Html {
    let words = use_words();
    let on_text = props.on_text.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        on_text.emit(input.value());
    });
    html! {
        <label class="matrix__filter"><span>{ words.get(props.label) }</span>
            <input class="input" type="search" value={props.text.clone()} {oninput} placeholder={words.get("matrix-filter")} /></label>
    }
}

#[derive(PartialEq, Properties)]
struct TrialProps {
    title: AttrValue,
    preview: Rc<Preview>,
    model: Rc<Model>,
}

/// What is compared with what, in one sentence, and what can be done with it.
#[component]
fn Trial(props: &TrialProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let count = |wanted: Change| {
        let changes = props.model.changes.iter();
        let count = changes.filter(|it| it.change == wanted).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let sum = words.with(
        "whatif-sum",
        &[
            ("opened", count(Change::Opened).into()),
            ("closed", count(Change::Closed).into()),
            ("ports", count(Change::Ports).into()),
        ],
    );
    let button = |class: &'static str, id: &str, action: Action| {
        html! { <button type="button" {class} onclick={act.on::<MouseEvent>(action)}>{ words.get(id) }</button> }
    };
    html! {
        <>
            <h2 id="matrix-title" class="whatif__side"><small>{ words.get("whatif-now") }</small><b>{ props.title.clone() }</b>
                { symbol("u-right", "") }<small>{ words.get("whatif-then") }</small><b>{ props.preview.work.name.to_string() }</b></h2>
            <p class="whatif__sum" role="status">{ sum }</p>
            <span class="whatif__space"></span>
            { button("button--primary", "whatif-apply", Action::Apply) }
            { button("button--edge", "whatif-alone", Action::Open(props.preview.work.clone())) }
            { button("", "whatif-cancel", Action::Cancel) }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct PickedProps {
    model: Rc<Model>,
    names: Rc<[AttrValue]>,
    picked: Option<(usize, usize)>,
}

/// The picked cell in words, and the way to its picture.
#[component]
fn Picked(props: &PickedProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let cell = props.picked.and_then(|(from, to)| {
        let name = |line: usize| props.names.get(line).cloned().unwrap_or_default();
        Some((
            name(from),
            name(to),
            props.model.cell(from, to)?,
            (from, to),
        ))
    });
    let Some((from, to, cell, (row, column))) = cell else {
        return html! { <p class="matrix__picked quiet">{ words.get("matrix-key") }</p> };
    };
    let walks = props.model.request(row, column).is_some();
    html! {
        <p class="matrix__picked" role="status">
            <b>{ from }{ " → " }{ to }</b>
            if let Some(before) = &cell.before { <span class="was mono">{ ports_text(&words, before) }</span> }
            <span class="mono">{ ports_text(&words, &cell.ports) }</span>
            if !walks { <span class="quiet">{ words.get("matrix-no-walk") }</span> }
            if walks && !props.model.compares() {
                <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::ShowView(View::Diagram))}>{ words.get("matrix-diagram") }</button>
            }
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct KeyProps {
    compares: bool,
    engine: Rc<Simulation>,
}

/// What the glyphs mean, and who enforces policies.
#[component]
fn Key(props: &KeyProps) -> Html {
    let words = use_words();
    let glyphs: &[(&str, &str)] = if props.compares {
        &[
            ("g g--opened", "whatif-opened"),
            ("g g--closed", "whatif-closed"),
            ("g g--ports", "whatif-ports"),
        ]
    } else {
        &[]
    };
    let always = [
        ("g g--all", "matrix-all"),
        ("g g--some", "matrix-some"),
        ("g g--none", "matrix-none"),
    ];
    html! {
        <p class="matrix__key">
            for (class, id) in glyphs.iter().copied().chain(always) {
                <span><i {class} aria-hidden="true"></i>{ words.get(id) }</span>
            }
            <span class="matrix__engine">{ engine_text(&words, &props.engine) }</span>
        </p>
    }
}

fn engine_text(words: &Words, simulation: &Simulation) -> AttrValue {
    let engine = Engine::of(simulation.network.cluster.as_ref());
    match engine {
        Engine::None => words.get("matrix-engine-none"),
        engine => words.with("matrix-engine", &[("engine", engine.as_str().into())]),
    }
}
