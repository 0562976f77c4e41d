//! What policies can tell apart: pods that no selector, port name or block distinguishes are one
//! unit, and so are addresses outside the cluster between two boundaries of blocks.
//!
//! Units are numbered: pods first, then ranges of addresses in order. For every label that some
//! selector names there is the set of units that have it, so that a selector is a few operations on sets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::IpNet;

use super::bits::Bits;
use crate::model::kube::{Expression, Labels, Operator, Origin, Phase, Pod, Selector, Workload};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::policy::{Direction, PolicyPeer, PortMatch};

/// The names of ports that policies use, as a pod has them: name and index of the port among the pod's.
type PortNames = Vec<(Arc<str>, u16, u8)>;

/// All units of a network.
#[derive(Clone, Debug, Default)]
pub(super) struct Units {
    /// How many there are.
    pub count: usize,
    /// A pod of each pod unit, as index into [`Network::pods`].
    pub pods: Vec<usize>,
    /// The unit of each pod; `None` for pods that have ended, and those that AKS adds.
    pub of_pod: Vec<Option<u32>>,
    /// Where each range of addresses begins; it ends before the next one.
    pub starts: Vec<u32>,
    /// The units that stand for pods with an address of their own.
    pub real: Bits,
    /// For each pod unit which port names it has, as a number; 0 for none.
    pub port_names: Vec<u32>,
    /// For each of these numbers the units.
    pub with_port_names: Vec<Bits>,
    /// The range that a pod's address lies in.
    range_of: Vec<u32>,
    namespaces: BTreeMap<Arc<str>, Bits>,
    labels: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Bits>>,
}

/// What the selectors, ports and blocks of all policies name.
#[derive(Default)]
struct Named {
    keys: BTreeSet<Arc<str>>,
    ports: BTreeSet<Arc<str>>,
    starts: Vec<u32>,
}

impl Named {
    fn of(network: &Network, cuts: &[u32]) -> Self {
        let mut named = Self::default();
        named.starts.push(0);
        named.starts.extend(cuts);
        for policy in &network.policies {
            named.selector(&policy.pod_selector);
            for direction in [Direction::Ingress, Direction::Egress] {
                for rule in policy.rules(direction).unwrap_or_default() {
                    rule.peers.iter().for_each(|peer| named.peer(peer));
                    for port in &rule.ports {
                        if let PortMatch::Name(name) = &port.ports {
                            named.ports.insert(name.clone());
                        }
                    }
                }
            }
        }
        named.starts.sort_unstable();
        named.starts.dedup();
        named
    }

    fn selector(&mut self, selector: &Selector) {
        self.keys.extend(selector.match_labels.keys().cloned());
        let expressions = selector.match_expressions.iter();
        self.keys.extend(expressions.map(|it| it.key.clone()));
    }

    fn peer(&mut self, peer: &PolicyPeer) {
        match peer {
            PolicyPeer::Pods { pods, .. } => pods.iter().for_each(|it| self.selector(it)),
            PolicyPeer::Block { cidr, except } => {
                for net in std::iter::once(cidr).chain(except) {
                    if let Some((first, last)) = bounds(net) {
                        self.starts.push(first);
                        self.starts.extend(last.checked_add(1));
                    }
                }
            }
        }
    }
}

/// The workloads that nobody wrote, such as CoreDNS and its ReplicaSet: what AKS puts into every cluster.
fn added(network: &Network) -> BTreeSet<Ref> {
    let written = |it: &&Workload| matches!(it.meta.origin, Origin::Written { .. });
    let of_people: BTreeSet<Ref> = network
        .workloads
        .iter()
        .filter(written)
        .map(Workload::reference)
        .collect();
    let by_people = |it: &&Workload| {
        written(it)
            || it
                .owner
                .as_ref()
                .is_some_and(|owner| of_people.contains(owner))
    };
    let others = network.workloads.iter().filter(|it| !by_people(it));
    others.map(Workload::reference).collect()
}

/// The first and the last address of an IPv4 prefix.
fn bounds(net: &IpNet) -> Option<(u32, u32)> {
    let v4 = |address| match address {
        IpAddr::V4(address) => Some(Ipv4Addr::to_bits(address)),
        IpAddr::V6(_) => None,
    };
    Some((v4(net.network())?, v4(net.broadcast())?))
}

impl Units {
    /// The units of a network whose ranges of addresses are also cut at `cuts`.
    pub fn of(network: &Network, cuts: &[u32]) -> Self {
        let named = Named::of(network, cuts);
        let mut units = Self::default();
        let mut known = BTreeMap::<Vec<u32>, u32>::new();
        let mut words = Words::default();
        let mut names: Vec<PortNames> = vec![Vec::new()];
        units.starts.clone_from(&named.starts);
        let added = added(network);
        for (index, pod) in network.pods.iter().enumerate() {
            let ended = matches!(pod.phase, Phase::Succeeded | Phase::Failed);
            let written = matches!(pod.meta.origin, Origin::Written { .. });
            let owner = pod.owner.as_ref().filter(|_| !written);
            if ended || owner.is_some_and(|owner| added.contains(owner)) {
                units.of_pod.push(None);
                continue;
            }
            // In the network of its node a pod is only an address, of which no policy knows the names of ports.
            let ports = if pod.host_network {
                Vec::new()
            } else {
                port_names(pod, &named.ports)
            };
            let ports = numbered(&mut names, ports);
            let range = units.range(pod);
            let mut key = vec![u32::from(pod.host_network), range];
            if !pod.host_network {
                key.push(ports);
                key.push(words.number(&pod.meta.namespace));
                for (label, value) in &pod.meta.labels {
                    if named.keys.contains(label) {
                        key.push(words.number(label));
                        key.push(words.number(value));
                    }
                }
            }
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let unit = *known.entry(key).or_insert(next);
            if unit == next {
                units.pods.push(index);
                units.port_names.push(ports);
                units.range_of.push(range);
            }
            units.of_pod.push(Some(unit));
        }
        units.index(network, &named, names.len());
        units
    }

    /// The number of the range that holds a pod's address; past all of them without an IPv4 address.
    fn range(&self, pod: &Pod) -> u32 {
        let v4 = pod.ips.iter().find_map(|ip| match ip {
            IpAddr::V4(address) => Some(address.to_bits()),
            IpAddr::V6(_) => None,
        });
        let range = v4.map(|address| self.starts.partition_point(|start| *start <= address) - 1);
        range.map_or(u32::MAX, |range| u32::try_from(range).unwrap_or(u32::MAX))
    }

    fn index(&mut self, network: &Network, named: &Named, names: usize) {
        self.count = self.pods.len() + self.starts.len();
        self.real = self.none();
        self.with_port_names = vec![self.none(); names];
        for unit in 0..self.pods.len() {
            let Some(pod) = network.pods.get(self.pods[unit]) else {
                continue;
            };
            let names = usize::try_from(self.port_names[unit]).unwrap_or_default();
            if let Some(units) = self.with_port_names.get_mut(names) {
                units.insert(unit);
            }
            if pod.host_network {
                continue;
            }
            let none = Bits::none(self.count);
            self.real.insert(unit);
            let namespace = self.namespaces.entry(pod.meta.namespace.clone());
            namespace.or_insert_with(|| none.clone()).insert(unit);
            for (key, value) in &pod.meta.labels {
                if named.keys.contains(key) {
                    let values = self.labels.entry(key.clone()).or_default();
                    let units = values.entry(value.clone());
                    units.or_insert_with(|| none.clone()).insert(unit);
                }
            }
        }
    }

    /// No unit.
    pub fn none(&self) -> Bits {
        Bits::none(self.count)
    }

    /// Everybody: pods, nodes and all addresses.
    pub fn everybody(&self) -> Bits {
        let mut all = self.none();
        (0..self.count).for_each(|unit| all.insert(unit));
        all
    }

    /// The pods of a namespace.
    pub fn namespace(&self, name: &str) -> Bits {
        self.namespaces
            .get(name)
            .cloned()
            .unwrap_or_else(|| self.none())
    }

    /// Keeps the pods of `among` that a selector holds.
    pub fn select(&self, selector: &Selector, among: &mut Bits) {
        for (key, value) in &selector.match_labels {
            let units = self.labels.get(key).and_then(|values| values.get(value));
            match units {
                Some(units) => among.keep(units),
                None => *among = self.none(),
            }
        }
        for expression in &selector.match_expressions {
            self.express(expression, among);
        }
    }

    fn express(&self, expression: &Expression, among: &mut Bits) {
        let mut with = self.none();
        if let Some(values) = self.labels.get(&expression.key) {
            for (value, units) in values {
                let named = match expression.operator {
                    Operator::In | Operator::NotIn => expression.values.contains(value),
                    Operator::Exists | Operator::DoesNotExist => true,
                    Operator::Gt | Operator::Lt => {
                        expression.matches(&Labels::from([(expression.key.clone(), value.clone())]))
                    }
                };
                if named {
                    with.add(units);
                }
            }
        }
        match expression.operator {
            Operator::In | Operator::Exists | Operator::Gt | Operator::Lt => among.keep(&with),
            Operator::NotIn | Operator::DoesNotExist => among.remove(&with),
        }
    }

    /// The addresses of a block, and with them the pods and nodes that have one unless `outside` is asked for.
    pub fn block(&self, cidr: &IpNet, except: &[IpNet], outside: bool) -> Bits {
        let mut held = self.none();
        let mut ranges = vec![false; self.starts.len()];
        let mut mark = |net: &IpNet, value| {
            for range in self.ranges(net) {
                if let Some(held) = ranges.get_mut(range) {
                    *held = value;
                }
            }
        };
        mark(cidr, true);
        for net in except {
            mark(net, false);
        }
        for (range, _) in ranges.iter().enumerate().filter(|(_, held)| **held) {
            held.insert(self.pods.len() + range);
        }
        if !outside {
            for (unit, range) in self.range_of.iter().enumerate() {
                let range = usize::try_from(*range).unwrap_or(usize::MAX);
                if ranges.get(range).copied().unwrap_or_default() {
                    held.insert(unit);
                }
            }
        }
        held
    }

    /// The ranges that a prefix covers.
    fn ranges(&self, net: &IpNet) -> std::ops::Range<usize> {
        let Some((first, last)) = bounds(net) else {
            return 0..0;
        };
        let from = self.starts.partition_point(|start| *start < first);
        let to = self.starts.partition_point(|start| *start <= last);
        from..to
    }
}

/// Texts by number.
#[derive(Default)]
struct Words<'a> {
    known: BTreeMap<&'a str, u32>,
}

impl<'a> Words<'a> {
    fn number(&mut self, word: &'a str) -> u32 {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        *self.known.entry(word).or_insert(next)
    }
}

/// Those of a pod's named ports whose names policies use.
fn port_names(pod: &Pod, wanted: &BTreeSet<Arc<str>>) -> PortNames {
    let mut names = PortNames::new();
    if wanted.is_empty() {
        return names;
    }
    for port in &pod.ports {
        if let Some(name) = port.name.as_ref().filter(|name| wanted.contains(*name)) {
            names.push((name.clone(), port.port, port.protocol as u8));
        }
    }
    names.sort_unstable();
    names
}

/// The position of `names` in `known`, where it is put if it is new.
fn numbered(known: &mut Vec<PortNames>, names: PortNames) -> u32 {
    let position = known.iter().position(|it| *it == names);
    let position = position.unwrap_or_else(|| {
        known.push(names);
        known.len() - 1
    });
    u32::try_from(position).unwrap_or_default()
}
