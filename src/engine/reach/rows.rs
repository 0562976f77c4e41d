//! What a policy, or several together, admit: for each unit at the other end a set of ports.

use std::collections::BTreeMap;

use super::bits::Bits;
use super::ports::{PortSet, SetId, Sets};
use super::units::Units;
use crate::engine::policy::{Policies, holds_namespace, numbers};
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::policy::{Direction, NetworkPolicy, PolicyPeer, PolicyRule, PortMatch};

/// Sets of ports by unit; units without a set are not admitted at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// Each set once, with its units; no unit occurs twice.
    pub parts: Vec<(SetId, Bits)>,
}

impl Row {
    /// The ports of a unit.
    pub fn get(&self, unit: usize) -> SetId {
        let part = self.parts.iter().find(|(_, units)| units.contains(unit));
        part.map_or(SetId::NONE, |(set, _)| *set)
    }

    /// Lets `units` have the ports of `set` as well.
    fn add(&mut self, sets: &mut Sets, set: SetId, units: &Bits) {
        let mut rest = units.clone();
        let mut fresh: Vec<(SetId, Bits)> = Vec::new();
        for (known, members) in &mut self.parts {
            if !members.meets(&rest) {
                continue;
            }
            let union = sets.union(*known, set);
            let mut common = rest.clone();
            common.keep(members);
            rest.remove(&common);
            if union != *known {
                members.remove(&common);
                fresh.push((union, common));
            }
        }
        fresh.push((set, rest));
        for (set, units) in fresh {
            match self.parts.iter_mut().find(|(known, _)| *known == set) {
                Some((_, members)) => members.add(&units),
                None => self.parts.push((set, units)),
            }
        }
        self.parts.retain(|(_, units)| !units.is_empty());
    }

    /// Lets everybody have what `other` admits as well.
    fn add_row(&mut self, sets: &mut Sets, other: &Row) {
        if self.parts.is_empty() {
            self.parts.clone_from(&other.parts);
            return;
        }
        for (set, units) in &other.parts {
            self.add(sets, *set, units);
        }
    }
}

/// The rows of one direction: units with the same policies share one.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// The row of each pod unit; `None` where no policy isolates it.
    pub of_unit: Vec<Option<usize>>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Rows {
    /// The ports that the policies of `unit` admit for `other`.
    pub fn get(&self, unit: usize, other: usize) -> SetId {
        let row = self.of_unit.get(unit).copied().flatten();
        row.and_then(|row| self.rows.get(row))
            .map_or(SetId::ALL, |row| row.get(other))
    }
}

impl Rows {
    /// Writes what a row has for each unit into `out`; all ports where there is no row.
    pub fn spread(&self, row: Option<usize>, out: &mut [SetId]) {
        let row = row.and_then(|row| self.rows.get(row));
        out.fill(row.map_or(SetId::ALL, |_| SetId::NONE));
        for (set, units) in row.iter().flat_map(|row| &row.parts) {
            for unit in units.iter() {
                if let Some(place) = out.get_mut(unit) {
                    *place = *set;
                }
            }
        }
    }
}

/// Makes rows of policies.
pub(super) struct Builder<'a> {
    pub network: &'a Network,
    pub policies: &'a Policies,
    pub units: &'a Units,
    pub sets: Sets,
}

impl Builder<'_> {
    /// The rows of a direction.
    pub fn rows(&mut self, direction: Direction) -> Rows {
        let mut isolating: Vec<Vec<u32>> = vec![Vec::new(); self.units.pods.len()];
        let mut named = vec![false; self.network.policies.len()];
        for (index, policy) in self.network.policies.iter().enumerate() {
            let Some(rules) = policy.rules(direction) else {
                continue;
            };
            named[index] = direction == Direction::Ingress && rules.iter().any(has_names);
            let mut selected = self.units.namespace(&policy.meta.namespace);
            self.units.select(&policy.pod_selector, &mut selected);
            for unit in selected.iter() {
                if let Some(list) = isolating.get_mut(unit) {
                    list.push(u32::try_from(index).unwrap_or(u32::MAX));
                }
            }
        }
        let mut rows = Rows::default();
        let mut known = BTreeMap::<(Vec<u32>, u32), usize>::new();
        let mut single = BTreeMap::<(u32, u32), Row>::new();
        for (unit, policies) in isolating.into_iter().enumerate() {
            if policies.is_empty() {
                rows.of_unit.push(None);
                continue;
            }
            let uses_names = policies.iter().any(|index| is_named(&named, *index));
            let names = if uses_names {
                self.units.port_names[unit]
            } else {
                0
            };
            let key = (policies, names);
            let row = known.get(&key).copied().unwrap_or_else(|| {
                let row = self.together(direction, &key, &named, &mut single);
                rows.rows.push(row);
                rows.rows.len() - 1
            });
            known.insert(key, row);
            rows.of_unit.push(Some(row));
        }
        rows
    }

    /// The row of several policies together.
    fn together(
        &mut self,
        direction: Direction,
        (policies, names): &(Vec<u32>, u32),
        named: &[bool],
        single: &mut BTreeMap<(u32, u32), Row>,
    ) -> Row {
        let mut row = Row::default();
        for index in policies {
            let names = if is_named(named, *index) { *names } else { 0 };
            let one = single.entry((*index, names));
            let one = one.or_insert_with(|| self.policy(direction, *index, names));
            row.add_row(&mut self.sets, one);
        }
        row
    }

    /// The row of one policy, for destinations with these port names.
    fn policy(&mut self, direction: Direction, index: u32, names: u32) -> Row {
        let mut row = Row::default();
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let Some(policy) = self.network.policies.get(index) else {
            return row;
        };
        for rule in policy.rules(direction).unwrap_or_default() {
            let peers = self.peers(policy, rule);
            if direction == Direction::Ingress || !has_names(rule) {
                let set = self.ports(rule, names);
                row.add(&mut self.sets, set, &peers);
                continue;
            }
            // The names are those of the peers, a set of ports for each way to have them.
            for names in 0..self.units.with_port_names.len() {
                let mut some = peers.clone();
                if names == 0 {
                    let others = self.units.with_port_names.iter().skip(1);
                    others.for_each(|units| some.remove(units));
                } else {
                    some.keep(&self.units.with_port_names[names]);
                }
                let set = self.ports(rule, u32::try_from(names).unwrap_or_default());
                row.add(&mut self.sets, set, &some);
            }
        }
        // A rule whose port names nobody has admits nothing.
        row.parts.retain(|(set, _)| *set != SetId::NONE);
        row
    }

    /// The ports of a rule at a destination with these port names.
    fn ports(&mut self, rule: &PolicyRule, names: u32) -> SetId {
        if rule.ports.is_empty() {
            return SetId::ALL;
        }
        let pod = self.pod_with(names);
        let ranges = rule.ports.iter().flat_map(|port| {
            let protocol = port.protocol;
            let (range, named) = match &port.ports {
                PortMatch::Range(first, last) => (Some((*first, *last)), Vec::new()),
                PortMatch::Name(name) => {
                    let pod = pod.into_iter();
                    (
                        None,
                        pod.flat_map(|pod| numbers(pod, name, protocol)).collect(),
                    )
                }
            };
            let named = named.into_iter().map(|number| (number, number));
            range
                .into_iter()
                .chain(named)
                .map(move |(first, last)| (protocol, first, last))
        });
        let set = PortSet::of(ranges);
        self.sets.intern(set)
    }

    /// A pod with these port names.
    fn pod_with(&self, names: u32) -> Option<&Pod> {
        let wanted = usize::try_from(names).ok().filter(|names| *names > 0)?;
        let unit = self.units.with_port_names.get(wanted)?.iter().next()?;
        self.network.pods.get(*self.units.pods.get(unit)?)
    }

    /// The units that a rule's peers hold.
    fn peers(&self, policy: &NetworkPolicy, rule: &PolicyRule) -> Bits {
        if rule.peers.is_empty() {
            return self.units.everybody();
        }
        let mut held = self.units.none();
        for peer in &rule.peers {
            match peer {
                PolicyPeer::Pods { namespaces, pods } => {
                    let own = &policy.meta.namespace;
                    let mut some = match namespaces {
                        None => self.units.namespace(own),
                        Some(selector) if selector.is_empty() => self.units.real.clone(),
                        Some(_) => self.units.none(),
                    };
                    if let Some(selector) = namespaces.as_ref().filter(|it| !it.is_empty()) {
                        for namespace in &self.network.namespaces {
                            let (name, labels) = (&namespace.meta.name, &namespace.meta.labels);
                            if holds_namespace(Some(selector), own, (name, labels)) {
                                some.add(&self.units.namespace(name));
                            }
                        }
                    }
                    if let Some(selector) = pods {
                        self.units.select(selector, &mut some);
                    }
                    held.add(&some);
                }
                PolicyPeer::Block { cidr, except } => {
                    let outside = !self.policies.engine.blocks_hold_the_cluster();
                    held.add(&self.units.block(cidr, except, outside));
                }
            }
        }
        held
    }
}

fn has_names(rule: &PolicyRule) -> bool {
    let named = |port: &crate::model::policy::PolicyPort| matches!(port.ports, PortMatch::Name(_));
    rule.ports.iter().any(named)
}

fn is_named(named: &[bool], index: u32) -> bool {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    named.get(index).copied().unwrap_or_default()
}
