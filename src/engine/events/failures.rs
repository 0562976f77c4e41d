//! What is out of order at a moment, object by object, for whoever shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::Timeline;
use crate::engine::appgateway::health::Beliefs;
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::Host;

/// Objects that are out of order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failures {
    /// Pods, nodes and hosts that answer nothing; the pods of a stopped node are among them.
    pub stopped: BTreeSet<Ref>,
    /// Nodes that load balancers have taken out since the clock started, pods, hosts and nodes whose probe by an
    /// Application Gateway fails, and who has taken them out.
    pub left_out: BTreeMap<Ref, BTreeSet<Ref>>,
}

impl Timeline {
    /// What is out of order at a moment, by its index; nothing where there is no such moment.
    pub fn failures(&self, moment: usize) -> Failures {
        let (Some(first), Some(now)) = (self.moments.first(), self.moments.get(moment)) else {
            return Failures::default();
        };
        let network = &now.plane.network;
        let mut failures = Failures::default();
        if !now.plane.outage().stopped.is_empty() {
            let pods = network.pods.iter().map(Pod::reference);
            let nodes = network.nodes.iter().map(Node::reference);
            let machines = pods
                .chain(nodes)
                .chain(network.hosts.iter().map(Host::reference));
            failures.stopped = machines.filter(|it| now.plane.is_stopped(it)).collect();
        }
        let believed = &now.plane.outage().believed;
        for (probe, before) in &first.plane.outage().believed {
            let Some(balancer) = network.load_balancers.get(probe.0) else {
                continue;
            };
            let healthy = believed.get(probe);
            for node in before {
                if healthy.is_some_and(|healthy| !healthy.contains(node)) {
                    let node = Ref::new(Kind::Node, node.clone());
                    let by = failures.left_out.entry(node).or_default();
                    by.insert(balancer.reference());
                }
            }
        }
        for (member, gateway) in unanswered(network, &now.plane.outage().backends) {
            failures.left_out.entry(member).or_default().insert(gateway);
        }
        failures
    }
}

/// The members of pools that gateways hold for down, each with its gateway. A member with an address that nobody has
/// is no object, and is left out.
fn unanswered(network: &Network, beliefs: &Beliefs) -> Vec<(Ref, Ref)> {
    let mut found = Vec::new();
    for ((gateway, ..), members) in beliefs {
        let Some(gateway) = network.app_gateway(gateway) else {
            continue;
        };
        let down = members.iter().filter(|(_, up)| !**up);
        let objects = down.filter_map(|(member, _)| machine(network, member));
        found.extend(objects.map(|object| (object, gateway.reference())));
    }
    found
}

/// The machine that a member's name means: a pod by its reference, others by their address.
fn machine(network: &Network, member: &str) -> Option<Ref> {
    let Ok(address) = member.parse::<IpAddr>() else {
        return member.parse().ok();
    };
    let (mut hosts, mut pods, mut nodes) = (
        network.hosts.iter(),
        network.pods.iter(),
        network.nodes.iter(),
    );
    let host = hosts.find(|it| it.ip == Some(address));
    let pod = pods.find(|it| !it.host_network && it.ips.contains(&address));
    let node = nodes.find(|it| it.internal_ips.contains(&address));
    let machine = host.map(Host::reference).or(pod.map(Pod::reference));
    machine.or(node.map(Node::reference))
}
