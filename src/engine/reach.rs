//! Who may talk to whom under network policies: the exact set of ports for every ordered pair.
//!
//! The answer is that of [`Policies::pass`] for every pair, protocol and port, computed at once.
//! Pods and addresses that no policy tells apart are one unit ([`units`]), units with the same
//! policies share a row ([`rows`]) of what these admit, a few sets of units each. A pair is looked up:
//! what the sender's row has for the receiver, and the receiver's for the sender. Pairs are never stored.
//!
//! Addresses outside the cluster are cut into ranges that the policies treat differently; of
//! prefixes of IPv6 nothing is computed. Without an engine the policies are taken as they are written.

mod bits;
pub mod export;
pub mod grid;
mod ports;
mod rows;
mod units;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bits::Bits;
pub use ports::{PortSet, SetId, Sets};
use rows::{Builder, Rows};
use units::Units;

use super::policy::Policies;
use super::policy::enforcement::{Circumstances, Engine};
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::policy::Direction;

/// The label by which a ReplicaSet's name is the Deployment's with a suffix.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// Who may talk to whom.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Pods in the order of the network, then ranges of addresses in order.
    pub peers: Vec<Peer>,
    /// What enforces the policies.
    pub engine: Engine,
    sets: Sets,
    units: usize,
    /// Whether any pod is in the network of its node.
    hosts: bool,
    ingress: Rows,
    egress: Rows,
}

/// Somebody who opens or accepts connections.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    /// `pod/NAMESPACE/NAME`, or a range such as `0.0.0.0-9.255.255.255`.
    pub id: Arc<str>,
    /// What made the pod.
    pub workload: Option<Ref>,
    /// The pod's address.
    pub ip: Option<IpAddr>,
    /// The first and the last address of a range.
    pub range: Option<(u32, u32)>,
    unit: usize,
    /// Node and whether the pod is in its network.
    node: Option<Arc<str>>,
    host: bool,
}

impl Reach {
    /// Computes the answer for a completed network.
    pub fn of(network: &Network) -> Self {
        Self::cut_at(network, &[])
    }

    /// The answers for two networks, with the same ranges of addresses.
    pub fn of_both(before: &Network, after: &Network) -> [Self; 2] {
        let networks = [before, after];
        let [first, second] = networks.map(Self::of);
        let starts = |reach: &Self| -> Vec<u32> {
            let ranges = reach.peers.iter().filter_map(|peer| peer.range);
            ranges.map(|(first, _)| first).collect()
        };
        let cuts = [starts(&first), starts(&second)];
        if cuts[0] == cuts[1] {
            [first, second]
        } else {
            networks.map(|network| Self::cut_at(network, &cuts.concat()))
        }
    }

    /// The same with ranges of addresses that begin at `cuts` as well.
    fn cut_at(network: &Network, cuts: &[u32]) -> Self {
        let policies = Policies::of(network);
        let units = Units::of(network, cuts);
        let mut builder = Builder {
            network,
            policies: &policies,
            units: &units,
            sets: Sets::default(),
        };
        let ingress = builder.rows(Direction::Ingress);
        let egress = builder.rows(Direction::Egress);
        let sets = builder.sets;
        let mut reach = Self {
            peers: Vec::new(),
            engine: policies.engine,
            sets,
            units: units.count,
            hosts: network.pods.iter().any(|pod| pod.host_network),
            ingress,
            egress,
        };
        reach.peers = peers(network, &units);
        let different = reach.differences(&units, cuts);
        reach.peers.extend(ranges(&units, &different));
        reach
    }

    /// The first of each run of ranges that are treated alike.
    fn differences(&self, units: &Units, cuts: &[u32]) -> Bits {
        let mut edges = units.none();
        for row in self.ingress.rows.iter().chain(&self.egress.rows) {
            row.parts.iter().for_each(|(_, part)| edges.add_edges(part));
        }
        let mut different = Bits::none(units.starts.len());
        for (range, start) in units.starts.iter().enumerate() {
            let unit = units.pods.len() + range;
            if range == 0 || edges.contains(unit) || cuts.contains(start) {
                different.insert(range);
            }
        }
        different
    }

    /// The ports on which `from` may open connections to `to`, both indexes into [`Reach::peers`].
    /// `None` for a peer and itself, and between ranges of addresses.
    pub fn ports(&mut self, from: usize, to: usize) -> Option<SetId> {
        let let_by = self.let_by(from, to)?;
        let [from, to] = [self.peers.get(from)?.unit, self.peers.get(to)?.unit];
        let (out, into) = (self.egress.get(from, to), self.ingress.get(to, from));
        Some(self.both(let_by, out, into))
    }

    /// Whether the engine does not ask the policies at the sender, and at the receiver.
    fn let_by(&self, from: usize, to: usize) -> Option<(bool, bool)> {
        let itself = from == to;
        let (from, to) = (self.peers.get(from)?, self.peers.get(to)?);
        if itself || (from.range.is_some() && to.range.is_some()) {
            return None;
        }
        if !from.host && !to.host {
            return Some((false, false));
        }
        let circumstances = Circumstances {
            within_node: from.node.is_some() && from.node == to.node,
            from_node: from.host,
            marked: false,
        };
        // Only a packet to the node itself stays out of its forwarding path.
        let at_sender = Circumstances {
            within_node: circumstances.within_node && to.host,
            ..circumstances
        };
        let out = self.engine.lets_out(at_sender).is_some();
        Some((out, self.engine.lets_in(circumstances).is_some()))
    }

    fn both(&mut self, let_by: (bool, bool), out: SetId, into: SetId) -> SetId {
        let out = if let_by.0 { SetId::ALL } else { out };
        let into = if let_by.1 { SetId::ALL } else { into };
        self.sets.intersection(out, into)
    }

    /// How many kinds of pods the policies tell apart.
    pub fn kinds(&self) -> usize {
        self.ingress.of_unit.len()
    }

    /// The ports of a set.
    pub fn set(&self, id: SetId) -> &PortSet {
        self.sets.get(id)
    }

    /// Every set of ports that occurs.
    pub fn sets(&self) -> &Sets {
        &self.sets
    }

    /// Calls `visit` for every ordered pair with an allowed connection, by sender, then by receiver.
    pub fn each(&mut self, mut visit: impl FnMut(usize, usize, SetId)) {
        let receivers: Vec<(usize, bool)> =
            self.peers.iter().map(|it| (it.unit, it.host)).collect();
        let pods = self
            .peers
            .iter()
            .take_while(|it| it.range.is_none())
            .count();
        let mut row = vec![SetId::ALL; self.units];
        for (from, (unit, host)) in receivers.iter().enumerate() {
            self.row(*unit, &mut row);
            // Ranges of addresses come last, and are only of interest to pods.
            let receivers = if from < pods {
                &receivers
            } else {
                &receivers[..pods]
            };
            for (to, (receiver, is_host)) in receivers.iter().enumerate() {
                let set = if *host || *is_host {
                    self.ports(from, to).unwrap_or(SetId::NONE)
                } else {
                    row[*receiver]
                };
                if set != SetId::NONE && from != to {
                    visit(from, to, set);
                }
            }
        }
    }

    /// What a unit may do with each unit, as far as the policies are asked.
    fn row(&mut self, unit: usize, row: &mut [SetId]) {
        let out = self.egress.of_unit.get(unit).copied().flatten();
        self.egress.spread(out, row);
        let into: Vec<SetId> = self.ingress.rows.iter().map(|it| it.get(unit)).collect();
        for (receiver, set) in row.iter_mut().enumerate() {
            let isolated = self.ingress.of_unit.get(receiver).copied().flatten();
            if let Some(isolated) = isolated {
                *set = self.sets.intersection(*set, into[isolated]);
            }
        }
    }
}

fn peers(network: &Network, units: &Units) -> Vec<Peer> {
    let pods = network.pods.iter().zip(&units.of_pod);
    let mut workloads = BTreeMap::new();
    pods.filter_map(|(pod, unit)| {
        let owner = pod.owner.as_ref().filter(|owner| owner.kind != Kind::Node);
        let workload = owner.map(|owner| {
            let found = workloads.entry(owner);
            let found: &Ref = found.or_insert_with(|| workload(network, pod, owner));
            found.clone()
        });
        Some(Peer {
            id: Arc::from(pod.reference().to_string()),
            workload,
            ip: pod.ip(),
            range: None,
            unit: usize::try_from((*unit)?).ok()?,
            node: pod.node_name.clone(),
            host: pod.host_network,
        })
    })
    .collect()
}

fn ranges(units: &Units, different: &Bits) -> Vec<Peer> {
    let firsts: Vec<usize> = different.iter().collect();
    let one = |(position, range): (usize, &usize)| {
        let first = *units.starts.get(*range)?;
        let next = firsts.get(position + 1);
        let last = next.map_or(u32::MAX, |next| units.starts[*next] - 1);
        let [from, to] = [first, last].map(Ipv4Addr::from_bits);
        Some(Peer {
            id: Arc::from(format!("{from}-{to}")),
            workload: None,
            ip: None,
            range: Some((first, last)),
            unit: units.pods.len() + range,
            node: None,
            host: false,
        })
    };
    firsts.iter().enumerate().filter_map(one).collect()
}

/// What made a pod, as people call it: a Deployment rather than its ReplicaSet.
fn workload(network: &Network, pod: &Pod, owner: &Ref) -> Ref {
    if owner.kind != Kind::ReplicaSet {
        return owner.clone();
    }
    let mut sets = network.workloads.iter();
    if let Some(set) = sets.find(|set| set.reference() == *owner) {
        return set.owner.clone().unwrap_or_else(|| owner.clone());
    }
    let hash = pod.meta.labels.get(TEMPLATE_HASH);
    let name = hash.and_then(|hash| owner.name.strip_suffix(&**hash)?.strip_suffix('-'));
    name.map_or_else(
        || owner.clone(),
        |name| Ref::scoped(Kind::Deployment, owner.scope.clone(), name),
    )
}

#[cfg(test)]
mod tests;
