//! The inspector: what happened, the selected object, the files, the problems.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, MouseEvent, Properties, component, html,
    use_effect_with, use_mut_ref,
};

use super::answer::Walk;
use super::context::{use_act, use_words};
use super::focus;
use super::simulation::Simulation;
use super::store::{Action, Reveal, Tab};
use crate::blockers::Blockers;
use crate::engine::trace::Step;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::object::Ref;

mod blockers;
mod object;
mod problems;
mod trace;
mod yaml;

#[cfg(test)]
pub use object::tests;
pub use object::{kind_text, origin_text};
pub use trace::{Sentence, conclusion, picked_name, verdict_word};

#[derive(Clone, PartialEq, Properties)]
pub struct InspectorProps {
    /// The open tab.
    pub tab: Tab,
    /// The walk.
    pub walk: Option<Walk>,
    /// What stands in its way, where the reader asked.
    pub blockers: Option<Rc<Blockers>>,
    /// Index of the current step.
    pub playhead: usize,
    /// The selected object.
    pub selection: Option<Ref>,
    /// What is looked at.
    pub simulation: Rc<Simulation>,
    /// What follows from the document.
    pub written: Rc<Simulation>,
    /// The document as it stands.
    pub document: Rc<Document>,
    /// What is wrong with it.
    pub problems: Rc<[Diagnostic]>,
    /// Number of errors and warnings.
    pub problem_count: usize,
    /// Whether it cannot be read now.
    pub stale: bool,
    /// The open file.
    pub file: usize,
    /// What the editor should show.
    pub reveal: Reveal,
}

#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let words = use_words();
    let panel = match props.tab {
        Tab::Trace => {
            html! { <trace::TracePanel walk={props.walk.clone()} blockers={props.blockers.clone()} playhead={props.playhead} simulation={props.simulation.clone()} /> }
        }
        Tab::Object => {
            html! { <object::ObjectPanel selection={props.selection.clone()} simulation={props.simulation.clone()} /> }
        }
        Tab::Yaml => html! {
            <yaml::YamlPanel document={props.document.clone()} problems={props.problems.clone()} file={props.file} stale={props.stale}
                reveal={props.reveal} selection={props.selection.clone()} simulation={props.written.clone()} />
        },
        Tab::Problems => {
            html! { <problems::ProblemsPanel problems={props.problems.clone()} document={props.document.clone()} /> }
        }
    };
    html! {
        <aside class="right" id="region-inspector" tabindex="-1" aria-label={words.get("inspector")}>
            <Tabs tab={props.tab} problem_count={props.problem_count} />
            { panel }
        </aside>
    }
}

const TABS: [(Tab, &str, &str); 4] = [
    (Tab::Trace, "tab-trace", "trace"),
    (Tab::Object, "tab-object", "object"),
    (Tab::Yaml, "tab-yaml", "yaml"),
    (Tab::Problems, "tab-problems", "problems"),
];

#[derive(PartialEq, Properties)]
struct TabsProps {
    tab: Tab,
    problem_count: usize,
}

/// The list of tabs: arrow keys move, as the pattern of ARIA says.
#[component]
fn Tabs(props: &TabsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let shown = use_mut_ref(|| props.tab);
    use_effect_with(props.tab, move |tab| {
        let is_other = shown.replace(*tab) != *tab;
        let id = TABS.iter().find(|(it, ..)| it == tab).map(|(.., id)| *id);
        // A dialog that led here gives the focus back first, maybe to what was shown before.
        let timer = id.filter(|_| is_other).map(|id| {
            Timeout::new(0, move || {
                focus::if_lost_on_id("", &format!("tab-{id}"));
            })
        });
        move || drop(timer)
    });
    let onkeydown = {
        let (act, current) = (act.clone(), props.tab);
        Callback::from(move |event: KeyboardEvent| {
            let index = TABS
                .iter()
                .position(|(tab, ..)| *tab == current)
                .unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (index + 1) % TABS.len(),
                "ArrowLeft" => (index + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some((tab, ..)) = TABS.get(next) {
                act.send(Action::ShowTab(*tab));
                focus_child(&event, next);
            }
        })
    };
    html! {
        <div class="tabs" role="tablist" {onkeydown}>
            for (tab, label, id) in TABS {
                <button type="button" role="tab" id={format!("tab-{id}")} aria-controls={(tab == props.tab).then(|| format!("panel-{id}"))}
                    aria-selected={(tab == props.tab).to_string()} tabindex={if tab == props.tab { "0" } else { "-1" }}
                    onclick={act.on::<MouseEvent>(Action::ShowTab(tab))}>
                    { words.get(label) }
                    if tab == Tab::Problems && props.problem_count > 0 { <span class="count">{ props.problem_count }</span> }
                </button>
            }
        </div>
    }
}

fn focus_child(event: &KeyboardEvent, index: usize) {
    let list = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .and_then(|tab| tab.parent_element());
    let child = list.and_then(|list| list.children().item(u32::try_from(index).unwrap_or(0)));
    if let Some(child) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        let _ = child.focus();
    }
}

/// What a step changes in the headers: old and new text of the source, then of the destination.
pub fn changes(step: &Step) -> Vec<(String, String)> {
    let (before, after) = (&step.before, &step.after);
    let pairs = [
        (before.source_text(), after.source_text()),
        (before.destination_text(), after.destination_text()),
    ];
    pairs.into_iter().filter(|(old, new)| old != new).collect()
}

/// Attributes of a tab's panel.
fn panel_ids(id: &str) -> (AttrValue, AttrValue) {
    (format!("panel-{id}").into(), format!("tab-{id}").into())
}
