//! The SNAT ports of a node, of a load balancer's nodes, or of a NAT gateway, as the engine counts them.

use std::rc::Rc;

use yew::{Html, Properties, component, html, use_memo};

use crate::engine::explain::Explanation;
use crate::engine::plan::outbound;
use crate::engine::plan::ports::{self, Share};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::ui::context::use_words;
use crate::ui::inspector::Sentence;
use crate::ui::simulation::Simulation;

/// How many nodes are listed.
const LISTED: usize = 20;

/// What there is to say about the ports of an object.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Ports {
    /// How they are counted.
    pub counted: Vec<Explanation>,
    /// Node by node, at most [`LISTED`].
    pub nodes: Vec<Explanation>,
    /// How many nodes are not listed.
    pub more: usize,
}

/// The ports of `object`; empty where it has nothing to do with any.
pub(super) fn of(network: &Network, object: &Ref) -> Ports {
    let ways = match object.kind {
        Kind::Node => {
            let share = network
                .node(&object.name)
                .and_then(|node| ports::of(network, node));
            return Ports {
                nodes: share.map(|it| it.why).into_iter().collect(),
                ..Ports::default()
            };
        }
        Kind::LoadBalancer => {
            let mut all = network.load_balancers.iter();
            let balancer = all.find(|it| it.reference() == *object);
            let rules = balancer.into_iter().flat_map(|balancer| {
                let rules = balancer.outbound_rules.iter();
                rules.map(|rule| outbound::through(network, balancer, rule))
            });
            rules.collect::<Vec<_>>()
        }
        Kind::NatGateway => {
            let all = network.nat_gateways.iter();
            let named = all.filter(|it| it.meta.name == object.name);
            named.map(outbound::of_gateway).collect()
        }
        _ => Vec::new(),
    };
    if ways.is_empty() {
        return Ports::default();
    }
    let counted = ways
        .into_iter()
        .flat_map(|way| std::iter::once(way.why).chain(way.arithmetic));
    let shares = ports::all(network).into_iter();
    let mut nodes: Vec<Share> = shares.filter(|it| it.by.as_ref() == Some(object)).collect();
    // Those that have none come first, as they are what is looked for.
    nodes.sort_by_key(|share| share.connections.is_some());
    Ports {
        counted: counted.collect(),
        more: nodes.len().saturating_sub(LISTED),
        nodes: nodes.into_iter().take(LISTED).map(|it| it.why).collect(),
    }
}

#[derive(PartialEq, Properties)]
pub struct SnatPortsProps {
    /// The object.
    pub object: Ref,
    /// Where it is.
    pub simulation: Rc<Simulation>,
}

/// What the engine says about the ports of the object, sentence by sentence.
#[component]
pub fn SnatPorts(props: &SnatPortsProps) -> Html {
    let words = use_words();
    let ports = use_memo(
        (props.object.clone(), props.simulation.clone()),
        |(object, simulation)| of(&simulation.network, object),
    );
    if ports.counted.is_empty() && ports.nodes.is_empty() {
        return Html::default();
    }
    let more = i64::try_from(ports.more).unwrap_or(i64::MAX);
    let sentence = |why: &Explanation| html! { <li><Sentence fragments={Rc::from(words.texts().fragments(why))} /></li> };
    html! {
        <>
            <h3 class="sub">{ words.get("snat-title") }</h3>
            <ul class="object__ports">
                for why in ports.counted.iter().chain(&ports.nodes) { { sentence(why) } }
                if more > 0 { <li class="quiet">{ words.with("snat-more", &[("count", more.into())]) }</li> }
            </ul>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use crate::ui::simulation::Simulation;

    fn said(object: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let document = scenarios::find("kubenet").unwrap().document();
        let simulation = Simulation::of(document.into());
        let ports = of(&simulation.network, &object.parse().unwrap());
        let ids = |all: &[Explanation]| all.iter().map(|why| why.id).collect();
        (ids(&ports.counted), ids(&ports.nodes))
    }

    #[test]
    fn a_load_balancer_tells_its_arithmetic_and_every_node_its_own_ports() {
        assert_eq!(
            said("loadbalancer/kubernetes"),
            (
                vec!["plan-outbound-rule", "plan-ports-automatic"],
                vec!["plan-ports-block"; 2]
            )
        );
        assert_eq!(said("node/n1"), (vec![], vec!["plan-ports-block"]));
        assert_eq!(said("host/vm-a"), (vec![], vec![]));
    }
}
