//! The Object tab: what the selected object is, who made it, and its fields under the API's own names.

use std::fmt::Display;
use std::rc::Rc;

use yew::{AttrValue, Html, MouseEvent, Properties, component, html};

use super::panel_ids;
use crate::engine::trace::Cause;
use crate::model::kube::{Meta, Origin};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::scene::icons::of_kind;
use crate::ui::browser;
use crate::ui::clock::failure_text;
use crate::ui::context::{Words, use_act, use_words};
use crate::ui::icons::symbol;
use crate::ui::palette;
use crate::ui::simulation::Simulation;
use crate::ui::store::{Action, Mode};

mod azure;
mod effective;
mod failing;
mod fields;
mod firewall;
mod ingress;
mod model;
mod ports;
mod private_link;

#[cfg(test)]
pub mod tests;

pub use fields::fields;

#[derive(PartialEq, Properties)]
pub struct ObjectPanelProps {
    /// The selected object.
    pub selection: Option<Ref>,
    /// Where to look it up.
    pub simulation: Rc<Simulation>,
}

#[component]
pub fn ObjectPanel(props: &ObjectPanelProps) -> Html {
    let words = use_words();
    let (id, tab) = panel_ids("object");
    let body = match &props.selection {
        None => html! { <p class="quiet">{ words.get("object-none") }</p> },
        Some(object) => {
            html! { <ObjectView object={object.clone()} simulation={props.simulation.clone()} /> }
        }
    };
    html! { <div class="panel" role="tabpanel" {id} aria-labelledby={tab}>{ body }</div> }
}

#[derive(PartialEq, Properties)]
struct ObjectViewProps {
    object: Ref,
    simulation: Rc<Simulation>,
}

#[component]
fn ObjectView(props: &ObjectViewProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let (object, network) = (&props.object, &props.simulation.network);
    let Some(facts) = fields(network, object) else {
        return html! { <p class="quiet">{ words.with("object-gone", &[("object", object.to_string().into())]) }</p> };
    };
    let written = matches!(
        facts.meta.as_ref().map(|meta| &meta.origin),
        Some(Origin::Written { .. })
    );
    // A proof is for looking at.
    let own = props.simulation.setting.is_none();
    let removable = own && palette::delete_object(&props.simulation, object).is_some();
    let simulation = props.simulation.clone();
    let doomed = object.clone();
    let delete =
        act.0.reform(
            move |_: MouseEvent| match palette::delete_object(&simulation, &doomed) {
                Some(command) => {
                    // The button goes with the object.
                    browser::mind_focus();
                    Action::Edit(command.into())
                }
                None => Action::Select(Some(doomed.clone())),
            },
        );
    html! {
        <>
            <div class="object__head">
                { symbol(of_kind(object.kind), "icon--lg") }
                <h2>{ words.texts().object(object) }<small>{ kind_text(&words, object) }</small></h2>
            </div>
            if let Some(state) = failure_text(&words, &props.simulation, object) { <p class="object__state">{ symbol("u-warn", "icon--sm") }<span>{ state }</span></p> }
            <MadeFrom meta={facts.meta.clone().map(Rc::new)} />
            <dl class="properties">
                for (name, value) in facts.rows { <dt class="mono">{ name }</dt><dd class="mono">{ value }</dd> }
            </dl>
            if matches!(object.kind, Kind::Node | Kind::LoadBalancer | Kind::NatGateway) { <ports::SnatPorts object={object.clone()} simulation={props.simulation.clone()} /> }
            if own { <effective::Effective object={object.clone()} simulation={props.simulation.clone()} /> }
            if object.kind == Kind::Cluster && written && own { <model::NetworkModel simulation={props.simulation.clone()} /> }
            if let Some(meta) = facts.meta.as_ref().filter(|meta| !meta.assigned.is_empty()) {
                <h3 class="sub">{ words.get("object-assigned") }</h3>
                <dl class="properties">
                    for field in meta.assigned.iter() { <dt class="mono">{ field.field }</dt><dd>{ words.with("object-by", &[("by", field.by.into())]) }</dd> }
                </dl>
            }
            <p class="dialog__row">
                if written { <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::Follow(Cause::object(object.clone())))}>{ words.get("object-yaml") }</button> }
                if own && can_send(object.kind) { <button type="button" class="button--edge" onclick={act.on::<MouseEvent>(Action::SetMode(Mode::To(object.clone())))}>{ words.get("object-send-from") }</button> }
                if removable { <button type="button" class="button--edge" onclick={delete}>{ words.get("object-delete") }</button> }
            </p>
            if own { <failing::Failing object={object.clone()} simulation={props.simulation.clone()} /> }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct MadeFromProps {
    meta: Option<Rc<Meta>>,
}

/// Who made the object, where a controller or nobody did.
#[component]
fn MadeFrom(props: &MadeFromProps) -> Html {
    let (words, act) = (use_words(), use_act());
    match props.meta.as_ref().map(|meta| &meta.origin) {
        Some(Origin::Derived { by, from }) => html! {
            <p class="made-from">{ symbol("k-derived", "icon--sm") }<span>
                { words.with("made-by", &[("by", (*by).into())]) }{ " " }
                <button type="button" class="link" onclick={act.on::<MouseEvent>(Action::Select(Some(from.clone())))}>{ words.texts().object(from) }</button>
            </span></p>
        },
        Some(Origin::Assumed) | None => html! {
            <p class="made-from">{ symbol("k-derived", "icon--sm") }<span>{ words.get("made-assumed") }</span></p>
        },
        Some(Origin::Written { .. }) => Html::default(),
    }
}

/// Whether a request can start at such an object.
pub const fn can_send(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod
            | Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Node
            | Kind::Host
            | Kind::Internet
    )
}

/// Kind and container of an object in words, such as "Subnet of vnet-a".
pub fn kind_text(words: &Words, object: &Ref) -> AttrValue {
    let kind = words.get(&format!("kind-{}", object.kind.as_str()));
    if object.scope.is_empty() {
        return kind;
    }
    words.with(
        "kind-of",
        &[
            ("kind", kind.as_str().into()),
            ("scope", object.scope.clone().into()),
        ],
    )
}

/// Joins what there is of a list.
fn joined<T: Display>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// The name of an object's container, for lists.
pub fn origin_text(words: &Words, network: &Network, object: &Ref) -> AttrValue {
    match fields(network, object)
        .and_then(|facts| facts.meta)
        .map(|meta| meta.origin)
    {
        Some(Origin::Written { .. }) => words.get("origin-written"),
        Some(Origin::Derived { from, .. }) => {
            words.with("origin-derived", &[("from", from.into())])
        }
        Some(Origin::Assumed) | None => words.get("origin-assumed"),
    }
}
