//! What is out of order at a moment, object by object, for whoever shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::Timeline;
use crate::model::kube::{Node, Pod};
use crate::model::object::{Kind, Ref};
use crate::model::ours::Host;

/// Objects that are out of order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failures {
    /// Pods, nodes and hosts that answer nothing; the pods of a stopped node are among them.
    pub stopped: BTreeSet<Ref>,
    /// Nodes that load balancers have taken out since the clock started, and which load balancers.
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
        failures
    }
}
