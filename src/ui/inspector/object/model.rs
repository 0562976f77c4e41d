//! The choice of a cluster's network model, which keeps the rest of the scenario.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::edit::switch::{self, Obstacle};
use crate::ui::context::{use_act, use_words};
use crate::ui::simulation::Simulation;
use crate::ui::store::Action;

/// The id of the sentence that says why a model is not in the list.
const NOTE: &str = "model-note";

#[derive(PartialEq, Properties)]
pub struct NetworkModelProps {
    /// Where the cluster is.
    pub simulation: Rc<Simulation>,
}

/// A list of the models that the cluster has or can be given; choosing one is one edit.
#[component]
pub fn NetworkModel(props: &NetworkModelProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let network = &props.simulation.network;
    let current = network.cluster.as_ref().and_then(switch::current);
    let plans = switch::ALL.map(|choice| (choice, switch::plan(network, choice)));
    let obstacle = |why: Obstacle| plans.iter().any(|(_, plan)| plan == &Err(why));
    let note = match (obstacle(Obstacle::Alias), obstacle(Obstacle::NoRoom)) {
        (true, _) => Some("model-alias"),
        (false, true) => Some("model-no-room"),
        (false, false) => None,
    };
    let simulation = props.simulation.clone();
    let dispatch = act.0.clone();
    let choose = Callback::from(move |event: Event| {
        let id = event.target_unchecked_into::<HtmlSelectElement>().value();
        let mut all = switch::ALL.into_iter();
        let choice = all.find(|it| it.id == id);
        let command = choice.and_then(|choice| switch::switch(&simulation.network, choice));
        if let Some(command) = command {
            dispatch.emit(Action::Edit(command.into()));
        }
    });
    html! {
        <>
            <label class="field">
                <span>{ words.get("model-label") }</span>
                <select class="input" onchange={choose} aria-describedby={note.map(|_| NOTE)}>
                    if current.is_none() { <option selected=true disabled=true>{ words.get("model-other") }</option> }
                    for (choice, plan) in &plans {
                        if current == Some(*choice) || plan.is_ok() {
                            <option value={choice.id} selected={current == Some(*choice)}>{ words.get(choice.id) }</option>
                        }
                    }
                </select>
            </label>
            if let Some(note) = note { <p class="quiet" id={NOTE}>{ words.get(note) }</p> }
        </>
    }
}
