//! `NetworkPolicy`: may this pod open or accept this connection (R21 to R30)?
//!
//! A pod is isolated for a direction by any policy of its namespace that selects it and concerns
//! the direction; then what the rules of all of them admit passes, and nothing else. Both ends
//! must let a connection pass; its answers always do. [`Policies::rule_on`] is the only place where
//! that is decided; [`enforcement`] says which engine asks it and what the engine lets by, and
//! [`super::reach`] computes the same for all pairs at once.
//!
//! Left out: policies of other kinds, such as `CiliumNetworkPolicy` and `GlobalNetworkPolicy`; [`foreign`] names them.

pub mod checks;
pub mod enforcement;
pub mod foreign;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use enforcement::{Circumstances, Engine, LetBy};
use foreign::Foreign;

use crate::model::kube::{Labels, Pod, Selector};
use crate::model::network::Network;
use crate::model::packet::Protocol;
use crate::model::policy::{
    Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, PortMatch,
};

static NO_LABELS: Labels = Labels::new();

/// The policies of a network by namespace, and who enforces them.
#[derive(Debug)]
pub struct Policies {
    /// What enforces them.
    pub engine: Engine,
    /// What it enforces besides, and is not modelled.
    pub foreign: Vec<Foreign>,
    by_namespace: BTreeMap<Arc<str>, Vec<usize>>,
    namespaces: BTreeMap<Arc<str>, usize>,
}

/// The other end of a connection, seen from the pod whose policies are asked.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// Its address.
    pub address: IpAddr,
    /// The pod that has the address; a pod in the network of its node is no pod for policies.
    pub pod: Option<&'a Pod>,
    /// Whether it is an address of a node.
    pub node: bool,
}

/// Somebody who opens or accepts connections: a pod, or an address outside the cluster.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// The address.
    pub address: IpAddr,
    /// The pod that has it, also one in the network of its node.
    pub pod: Option<&'a Pod>,
}

/// A connection at one of its ends.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The pod whose policies are asked.
    pub pod: &'a Pod,
    /// Whether the connection is opened towards it or by it.
    pub direction: Direction,
    /// The other end.
    pub other: Other<'a>,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Destination port, after all translation (R27).
    pub port: u16,
}

/// What the policies say about a connection.
#[derive(Debug, Default)]
pub struct Ruling<'a> {
    /// The policies that isolate the pod for this direction.
    pub isolating: Vec<&'a NetworkPolicy>,
    /// What admits the connection.
    pub admitted: Vec<Admission<'a>>,
    /// Whether an `ipBlock` holds the other end, but the engine uses blocks only outside the cluster.
    pub block_passed_over: bool,
}

/// A rule that admits a connection.
#[derive(Debug)]
pub struct Admission<'a> {
    /// The policy.
    pub policy: &'a NetworkPolicy,
    /// The peer or, for a rule without peers, the rule, such as `spec.ingress[0].from[1]`.
    pub field: String,
}

impl<'a> End<'a> {
    /// As the policies of the other end see it: a pod in its node's network is only a node's address.
    fn seen(self) -> Other<'a> {
        let host = self.pod.is_some_and(|pod| pod.host_network);
        Other {
            address: self.address,
            pod: self.pod.filter(|_| !host),
            node: host,
        }
    }

    /// What engines look at besides the policies, for a connection to `to`.
    fn circumstances(&self, to: &End<'_>) -> Circumstances {
        let node = |end: &End<'_>| end.pod.and_then(|pod| pod.node_name.clone());
        Circumstances {
            within_node: node(self).is_some() && node(self) == node(to),
            from_node: self.seen().node,
            marked: false,
        }
    }
}

impl Ruling<'_> {
    /// Whether the connection may pass.
    pub fn allows(&self) -> bool {
        self.isolating.is_empty() || !self.admitted.is_empty()
    }
}

impl Policies {
    /// Indexes the policies of a completed network.
    pub fn of(network: &Network) -> Self {
        let mut by_namespace = BTreeMap::<Arc<str>, Vec<usize>>::new();
        for (index, policy) in network.policies.iter().enumerate() {
            let list = by_namespace.entry(policy.meta.namespace.clone());
            list.or_default().push(index);
        }
        let namespaces = network.namespaces.iter().enumerate();
        let engine = Engine::of(network.cluster.as_ref());
        Self {
            foreign: foreign::of(network, &engine),
            engine,
            by_namespace,
            namespaces: namespaces
                .map(|(index, namespace)| (namespace.meta.name.clone(), index))
                .collect(),
        }
    }

    /// The labels of a namespace.
    pub fn labels<'a>(&self, network: &'a Network, namespace: &str) -> &'a Labels {
        let index = self.namespaces.get(namespace);
        index
            .and_then(|index| network.namespaces.get(*index))
            .map_or(&NO_LABELS, |namespace| &namespace.meta.labels)
    }

    /// The policies that isolate a pod for a direction (R21). A pod in its node's network is no target.
    pub fn isolating<'a>(
        &self,
        network: &'a Network,
        pod: &Pod,
        direction: Direction,
    ) -> impl Iterator<Item = (&'a NetworkPolicy, &'a [PolicyRule])> {
        let here = self.by_namespace.get(&pod.meta.namespace);
        let here = here.filter(|_| !pod.host_network).map(Vec::as_slice);
        here.unwrap_or_default().iter().filter_map(move |index| {
            let policy = network.policies.get(*index)?;
            let rules = policy.rules(direction)?;
            let selects = policy.pod_selector.matches(&pod.meta.labels);
            selects.then_some((policy, rules))
        })
    }

    /// What the policies of `question.pod` say, whoever enforces them.
    pub fn rule_on<'a>(&self, network: &'a Network, question: &Question<'_>) -> Ruling<'a> {
        let mut ruling = Ruling::default();
        for (policy, rules) in self.isolating(network, question.pod, question.direction) {
            ruling.isolating.push(policy);
            for (index, rule) in rules.iter().enumerate() {
                if admits_port(rule, question) {
                    self.admit(network, question, (policy, index, rule), &mut ruling);
                }
            }
        }
        ruling
    }

    /// Whether the policies of the sender, and those of the receiver, let a connection between
    /// two ends pass whose addresses nobody translates. A pod always reaches itself.
    pub fn pass(
        &self,
        network: &Network,
        (from, to): (End<'_>, End<'_>),
        (protocol, port): (Protocol, u16),
    ) -> (bool, bool) {
        let circumstances = from.circumstances(&to);
        let asked = |direction, end: &End<'_>, other: End<'_>, let_by: Option<LetBy>| {
            let Some(pod) = end.pod.filter(|_| let_by.is_none()) else {
                return true;
            };
            let itself = other.pod.is_some_and(|other| std::ptr::eq(other, pod));
            let question = Question {
                pod,
                direction,
                other: other.seen(),
                protocol,
                port,
            };
            itself || self.rule_on(network, &question).allows()
        };
        let out = self.engine.lets_out(Circumstances {
            // Only a packet to the node itself stays out of its forwarding path.
            within_node: circumstances.within_node && to.seen().node,
            ..circumstances
        });
        let into = self.engine.lets_in(circumstances);
        (
            asked(Direction::Egress, &from, to, out),
            asked(Direction::Ingress, &to, from, into),
        )
    }

    /// Adds the peers of a rule that hold the other end.
    fn admit<'a>(
        &self,
        network: &'a Network,
        question: &Question<'_>,
        (policy, index, rule): (&'a NetworkPolicy, usize, &'a PolicyRule),
        ruling: &mut Ruling<'a>,
    ) {
        let direction = question.direction;
        let field = format!("spec.{}[{index}]", direction.field());
        if rule.peers.is_empty() {
            ruling.admitted.push(Admission { policy, field });
            return;
        }
        for (number, peer) in rule.peers.iter().enumerate() {
            let holds = match peer {
                PolicyPeer::Pods { namespaces, pods } => question.other.pod.is_some_and(|pod| {
                    let own = &policy.meta.namespace;
                    let labels = self.labels(network, &pod.meta.namespace);
                    holds_namespace(namespaces.as_ref(), own, (&pod.meta.namespace, labels))
                        && holds_labels(pods.as_ref(), &pod.meta.labels)
                }),
                PolicyPeer::Block { cidr, except } => {
                    let held = holds_address(cidr, except, question.other.address);
                    let inside = question.other.pod.is_some() || question.other.node;
                    let passed_over = inside && !self.engine.blocks_hold_the_cluster();
                    ruling.block_passed_over |= held && passed_over;
                    held && !passed_over
                }
            };
            if holds {
                let field = format!("{field}.{}[{number}]", direction.peers());
                ruling.admitted.push(Admission { policy, field });
            }
        }
    }
}

/// Whether a peer's `namespaceSelector` holds a namespace; absent means the policy's own (R23).
pub fn holds_namespace(
    selector: Option<&Selector>,
    own: &Arc<str>,
    (name, labels): (&Arc<str>, &Labels),
) -> bool {
    selector.map_or_else(|| own == name, |selector| selector.matches(labels))
}

/// Whether a peer's `podSelector` holds a pod with these labels; absent means all.
pub fn holds_labels(selector: Option<&Selector>, labels: &Labels) -> bool {
    selector.is_none_or(|selector| selector.matches(labels))
}

/// Whether an `ipBlock` holds an address (R25).
pub fn holds_address(cidr: &ipnet::IpNet, except: &[ipnet::IpNet], address: IpAddr) -> bool {
    cidr.contains(&address) && !except.iter().any(|net| net.contains(&address))
}

/// Whether a rule holds the destination port (R26).
fn admits_port(rule: &PolicyRule, question: &Question<'_>) -> bool {
    let destination = match question.direction {
        Direction::Ingress => Some(question.pod),
        Direction::Egress => question.other.pod,
    };
    let holds = |port: &PolicyPort| {
        port.protocol == question.protocol
            && match &port.ports {
                PortMatch::Range(first, last) => (*first..=*last).contains(&question.port),
                PortMatch::Name(name) => destination.is_some_and(|pod| {
                    numbers(pod, name, port.protocol).any(|n| n == question.port)
                }),
            }
    };
    rule.ports.is_empty() || rule.ports.iter().any(holds)
}

/// The numbers of a pod's container ports of this name and protocol.
pub fn numbers<'a>(
    pod: &'a Pod,
    name: &'a Arc<str>,
    protocol: Protocol,
) -> impl Iterator<Item = u16> + 'a {
    pod.ports
        .iter()
        .filter(move |port| port.protocol == protocol && port.name.as_ref() == Some(name))
        .map(|port| port.port)
}

#[cfg(test)]
mod tests;
