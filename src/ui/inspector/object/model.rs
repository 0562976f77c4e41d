//! The choice of a cluster's network model, which keeps the rest of the scenario.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::edit::switch;
use crate::ui::context::{use_act, use_words};
use crate::ui::simulation::Simulation;
use crate::ui::store::Action;

#[derive(PartialEq, Properties)]
pub struct NetworkModelProps {
    /// Where the cluster is.
    pub simulation: Rc<Simulation>,
}

/// A list of the models; choosing one is one edit.
#[component]
pub fn NetworkModel(props: &NetworkModelProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let network = &props.simulation.network;
    let current = network.cluster.as_ref().and_then(switch::current);
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
        <label class="field">
            <span>{ words.get("model-label") }</span>
            <select class="input" onchange={choose}>
                for choice in switch::ALL {
                    <option value={choice.id} selected={current == Some(choice)}
                        disabled={current != Some(choice) && switch::switch(network, choice).is_none()}>{ words.get(choice.id) }</option>
                }
            </select>
        </label>
    }
}
