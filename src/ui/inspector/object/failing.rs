//! "What if it fails?": what can happen to the object, each as a button that adds an event to the scenario.

use std::rc::Rc;

use yew::{AttrValue, Html, MouseEvent, Properties, component, html};

use crate::edit::template::event::{Happening, offers};
use crate::model::object::{Kind, Ref};
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::palette;
use crate::ui::simulation::Simulation;
use crate::ui::store::Action;

#[derive(PartialEq, Properties)]
pub struct FailingProps {
    /// The object.
    pub object: Ref,
    /// Where it is, and at which second.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn Failing(props: &FailingProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let network = &props.simulation.network;
    let offers = offers(network, &props.object);
    if offers.is_empty() {
        return Html::default();
    }
    let at = props.simulation.second;
    let button = |(index, (what, target)): (usize, &(Happening, Ref))| {
        let simulation = props.simulation.clone();
        let (what, target) = (*what, target.clone());
        let text = text(&words, what, &target);
        let onclick = act.0.reform(move |_: MouseEvent| {
            let new = what.build(&simulation.network, &target, simulation.second);
            Action::Edit(palette::append(&simulation, new).into())
        });
        html! { <button type="button" class="button--edge" key={index} {onclick}>{ text }</button> }
    };
    let hint = words.with("failing-at", &[("at", i64::from(at).into())]);
    html! {
        <>
            <h3 class="sub">{ symbol("k-event", "icon--sm icon--inline") }{ words.get("failing-title") }{ " " }<small class="quiet">{ hint }</small></h3>
            <p class="dialog__row">{ for offers.iter().enumerate().map(button) }</p>
        </>
    }
}

/// What a button says; where several objects can be meant, with the name.
fn text(words: &Words, what: Happening, target: &Ref) -> AttrValue {
    let id = format!("failing-{}", what.verb());
    if matches!(target.kind, Kind::Peering | Kind::Nsg) {
        return words.with(&id, &[("object", target.clone().into())]);
    }
    words.get(&id)
}
