//! The answer as rows and columns that people read: workloads by namespace, then addresses that no
//! policy tells apart, for one network or for two to compare.
//!
//! A cell is computed when it is asked for, from one member of each kind that a line has. Lines whose
//! members are of the same kinds are a class, so that what differs between two networks is found by class.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Peer, PortSet, Reach, SetId};
use crate::model::network::Network;
use crate::model::packet::Protocol;

/// Rows and columns with their cells.
#[derive(Debug)]
pub struct Grid {
    /// Workloads (pods without one stand for themselves) by namespace, in the order of their first pods; then addresses.
    pub lines: Arc<[Line]>,
    sides: Vec<Reach>,
}

/// One row and one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The workload or pod; the first range for addresses.
    pub id: Arc<str>,
    /// The namespace; `None` for addresses.
    pub namespace: Option<Arc<str>>,
    /// The name within the namespace.
    pub name: Arc<str>,
    /// How many pods it stands for, the most of either network.
    pub pods: usize,
    /// The ranges of addresses, first and last, in order; empty for pods.
    pub ranges: Vec<(u32, u32)>,
    /// For each network one peer of each kind, as index into [`Reach::peers`].
    kinds: Vec<Vec<usize>>,
    class: usize,
}

/// A cell that is not the same in two networks, with a connection that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CellChange {
    /// Index of the row, which opens connections.
    pub from: usize,
    /// Index of the column.
    pub to: usize,
    /// What the second network has for it.
    pub change: Change,
    /// Protocol and port of a connection that only one of both lets pass.
    pub witness: (Protocol, u16),
}

/// How a cell changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing was allowed, and something is.
    Opened,
    /// Something was allowed, and nothing is.
    Closed,
    /// Other ports are allowed than were.
    Ports,
}

impl Change {
    /// What turns one set of ports into another; `None` where they are the same.
    pub fn of(before: &PortSet, after: &PortSet) -> Option<Self> {
        let none = PortSet::default();
        match (*before == none, *after == none) {
            _ if before == after => None,
            (true, _) => Some(Self::Opened),
            (_, true) => Some(Self::Closed),
            _ => Some(Self::Ports),
        }
    }
}

impl Grid {
    /// The grid of one network.
    pub fn of(network: &Network) -> Self {
        Self::with(vec![Reach::of(network)])
    }

    /// The grid of two networks, with the lines of both.
    pub fn of_both(before: &Network, after: &Network) -> Self {
        Self::with(Reach::of_both(before, after).into())
    }

    fn with(sides: Vec<Reach>) -> Self {
        let treatments: Vec<Vec<SetId>> = treatments(&sides);
        let mut lines: Vec<Line> = Vec::new();
        let mut known = BTreeMap::<Key, usize>::new();
        for (side, reach) in sides.iter().enumerate() {
            let mut seen = BTreeSet::<(usize, KindKey)>::new();
            let mut counts = BTreeMap::<usize, usize>::new();
            let mut ranges = treatments.iter();
            for (index, peer) in reach.peers.iter().enumerate() {
                let key = match peer.range {
                    // Both networks have the same ranges, so that one key holds for both.
                    Some(_) => Key::Addresses(ranges.next().cloned().unwrap_or_default()),
                    None => Key::Pods(id_of(peer)),
                };
                let line = *known.entry(key).or_insert_with(|| {
                    lines.push(Line::of(peer, sides.len()));
                    lines.len() - 1
                });
                let members = &mut lines[line];
                if peer.range.is_none() {
                    *counts.entry(line).or_default() += 1;
                } else if side == 0 {
                    members.ranges.extend(peer.range);
                }
                if peer.range.is_some() && !members.kinds[side].is_empty() {
                    continue;
                }
                if seen.insert((line, kind_of(reach, peer))) {
                    members.kinds[side].push(index);
                }
            }
            for (line, count) in counts {
                lines[line].pods = lines[line].pods.max(count);
            }
        }
        for line in &mut lines {
            join(&mut line.ranges);
        }
        sort(&mut lines);
        classify(&sides, &mut lines);
        Self {
            lines: lines.into(),
            sides,
        }
    }

    /// The ports on which any member of a row may open connections to any of a column, in the network
    /// `side`. `None` for a line and itself, between addresses, and where the network lacks one of both.
    pub fn ports(&mut self, side: usize, from: usize, to: usize) -> Option<SetId> {
        if from == to {
            return None;
        }
        let [from, to] = [self.lines.get(from)?, self.lines.get(to)?];
        if from.namespace.is_none() && to.namespace.is_none() {
            return None;
        }
        let (senders, receivers) = (from.kinds.get(side)?, to.kinds.get(side)?);
        let reach = self.sides.get_mut(side)?;
        let mut all = None;
        for sender in senders {
            for receiver in receivers {
                let set = reach.ports(*sender, *receiver)?;
                all = Some(all.map_or(set, |all| reach.sets.union(all, set)));
            }
        }
        all
    }

    /// The ports of a cell as a set; empty where nothing is allowed.
    pub fn set(&mut self, side: usize, from: usize, to: usize) -> PortSet {
        let id = self.ports(side, from, to).unwrap_or(SetId::NONE);
        self.port_set(side, id).cloned().unwrap_or_default()
    }

    /// The set that [`Grid::ports`] named.
    pub fn port_set(&self, side: usize, id: SetId) -> Option<&PortSet> {
        self.sides.get(side).map(|reach| reach.set(id))
    }

    /// A member of the row and one of the column that may connect on a port in the network `side`, else the first of each.
    pub fn pair(
        &mut self,
        side: usize,
        (from, to): (usize, usize),
        (protocol, port): (Protocol, u16),
    ) -> Option<(&Peer, &Peer)> {
        let senders = self.lines.get(from)?.kinds.get(side)?;
        let receivers = self.lines.get(to)?.kinds.get(side)?;
        let reach = self.sides.get_mut(side)?;
        let pairs = senders
            .iter()
            .flat_map(|sender| receivers.iter().map(move |receiver| (*sender, *receiver)));
        let mut first = None;
        for (sender, receiver) in pairs {
            let set = reach.ports(sender, receiver).unwrap_or(SetId::NONE);
            let pair = (sender, receiver);
            first.get_or_insert(pair);
            if reach.set(set).contains(protocol, port) {
                first = Some(pair);
                break;
            }
        }
        let (sender, receiver) = first?;
        Some((reach.peers.get(sender)?, reach.peers.get(receiver)?))
    }

    /// Every cell that differs between the two networks, by row, then by column.
    pub fn changes(&mut self) -> Vec<CellChange> {
        let mut known = BTreeMap::<(usize, usize), Option<(Change, (Protocol, u16))>>::new();
        let mut changes = Vec::new();
        for from in 0..self.lines.len() {
            for to in 0..self.lines.len() {
                let addresses = |line: usize| self.lines[line].namespace.is_none();
                if from == to || addresses(from) && addresses(to) {
                    continue;
                }
                let classes = (self.lines[from].class, self.lines[to].class);
                let found = known.get(&classes).copied().unwrap_or_else(|| {
                    let [before, after] = [0, 1].map(|side| self.set(side, from, to));
                    let change = Change::of(&before, &after);
                    change.zip(before.first_difference(&after))
                });
                known.insert(classes, found);
                if let Some((change, witness)) = found {
                    changes.push(CellChange {
                        from,
                        to,
                        change,
                        witness,
                    });
                }
            }
        }
        changes
    }
}

/// Namespaces in the order of their first lines, addresses last.
fn sort(lines: &mut [Line]) {
    let mut order = BTreeMap::<Option<Arc<str>>, usize>::new();
    for line in lines.iter() {
        let next = order.len();
        order.entry(line.namespace.clone()).or_insert(next);
    }
    let place = |line: &Line| match &line.namespace {
        None => usize::MAX,
        some => order.get(some).copied().unwrap_or_default(),
    };
    lines.sort_by_key(place);
}

/// Gives lines whose members are of the same kinds the same class.
fn classify(sides: &[Reach], lines: &mut [Line]) {
    let mut classes = BTreeMap::<Vec<Vec<KindKey>>, usize>::new();
    for line in lines {
        let kinds = sides.iter().zip(&line.kinds);
        let key = kinds.map(|(reach, members)| {
            let peers = members.iter().filter_map(|index| reach.peers.get(*index));
            let mut keys: Vec<KindKey> = peers.map(|peer| kind_of(reach, peer)).collect();
            keys.sort_unstable();
            keys
        });
        let next = classes.len();
        line.class = *classes.entry(key.collect()).or_insert(next);
    }
}

/// What makes one line of peers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Pods(Arc<str>),
    /// What each row of each network admits for the addresses.
    Addresses(Vec<SetId>),
}

impl Line {
    fn of(peer: &Peer, sides: usize) -> Self {
        let id = id_of(peer);
        let mut parts = id.splitn(3, '/').skip(1);
        let (namespace, name) = match (parts.next(), parts.next()) {
            (Some(namespace), Some(name)) if peer.range.is_none() => {
                (Some(Arc::from(namespace)), Arc::from(name))
            }
            _ => (None, id.clone()),
        };
        Self {
            id,
            namespace,
            name,
            pods: 0,
            ranges: Vec::new(),
            kinds: vec![Vec::new(); sides],
            class: 0,
        }
    }
}

fn id_of(peer: &Peer) -> Arc<str> {
    let workload = peer.workload.as_ref();
    workload.map_or_else(|| peer.id.clone(), |it| Arc::from(it.to_string()))
}

/// What tells the members of a line apart: the unit and, where that matters, the node.
type KindKey = (usize, bool, Option<Arc<str>>);

fn kind_of(reach: &Reach, peer: &Peer) -> KindKey {
    let node = peer.node.clone().filter(|_| reach.hosts);
    (peer.unit, peer.host, node)
}

/// For each range of addresses what every row of every network admits for it. All networks have the same ranges.
fn treatments(sides: &[Reach]) -> Vec<Vec<SetId>> {
    let mut treatments = Vec::new();
    for reach in sides {
        let ranges = reach.peers.iter().filter(|peer| peer.range.is_some());
        let units: Vec<usize> = ranges.map(|peer| peer.unit).collect();
        treatments.resize_with(units.len(), Vec::new);
        let mut row = vec![SetId::ALL; reach.units];
        for rows in [&reach.ingress, &reach.egress] {
            for index in 0..rows.rows.len() {
                rows.spread(Some(index), &mut row);
                for (treatment, unit) in treatments.iter_mut().zip(&units) {
                    treatment.extend(row.get(*unit));
                }
            }
        }
    }
    treatments
}

/// Makes one of ranges that touch.
fn join(ranges: &mut Vec<(u32, u32)>) {
    ranges.dedup_by(|next, before| {
        let touches = before.1.checked_add(1) == Some(next.0);
        if touches {
            before.1 = next.1;
        }
        touches
    });
}
