//! What is out of order at a second of the clock, and what load balancers have noticed of it.
//!
//! Controllers and rules live in the network itself; this is what no object of an API says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::appgateway::health;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A health probe: by the index of its load balancer, and its own.
pub type ProbeKey = (usize, usize);

/// What is out of order; nothing, unless events say so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outage {
    /// Pods, nodes and hosts that answer nothing.
    pub stopped: BTreeSet<Ref>,
    /// The members that each probe holds for healthy; a probe that is not listed knows the truth.
    pub believed: BTreeMap<ProbeKey, BTreeSet<Arc<str>>>,
    /// What Application Gateways believe; about a member that is not listed they know the truth.
    pub backends: health::Beliefs,
}

impl Outage {
    /// Whether a machine answers nothing: it was stopped itself, or the node that it runs on.
    pub fn is_stopped(&self, network: &Network, machine: &Ref) -> bool {
        if self.stopped.is_empty() {
            return false;
        }
        let node = (machine.kind == Kind::Pod)
            .then(|| {
                network
                    .pod(&machine.scope, &machine.name)?
                    .node_name
                    .clone()
            })
            .flatten();
        self.stopped.contains(machine)
            || node.is_some_and(|node| self.stopped.contains(&Ref::new(Kind::Node, node)))
    }
}
