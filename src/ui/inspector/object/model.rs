//! The choice of a cluster's network model, which keeps the rest of the scenario.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{Event, Html, Properties, TargetCast, component, html};

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
    let choose = act.0.filter_reform(move |event: Event| {
        let id = event.target_unchecked_into::<HtmlSelectElement>().value();
        let choice = switch::ALL.into_iter().find(|it| it.id == id)?;
        let command = switch::switch(&simulation.network, choice)?;
        Some(Action::Edit(command.into()))
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
