//! The answer as the matrix shows it: names of lines, cells, and the request that shows a cell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;

use yew::AttrValue;

use crate::engine::reach::grid::{CellChange, Change, Grid, Line};
use crate::engine::reach::{Peer, PortSet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::model::packet::Protocol;
use crate::ui::context::Words;
use crate::ui::simulation::Simulation;
use crate::ui::store::Request;

/// Where the `internet` of a request stands.
const INTERNET: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

/// How many ranges of addresses a line names.
const NAMED: usize = 2;

/// The grid of what is shown, or of that and what is tried.
pub struct Model {
    grid: RefCell<Grid>,
    /// The lines of the grid.
    pub lines: Arc<[Line]>,
    /// Every cell that what is tried changes; empty where nothing is tried.
    pub changes: Vec<CellChange>,
    changed: BTreeMap<(usize, usize), Change>,
    networks: Vec<Arc<Network>>,
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Picks the row or the column of a change.
pub type End = fn(&CellChange) -> usize;

/// What a cell shows.
pub struct Cell {
    /// The ports as they are; with what is tried, if something is.
    pub ports: PortSet,
    /// The ports before, where they differ.
    pub before: Option<PortSet>,
    /// How they differ.
    pub change: Option<Change>,
}

/// How much of all ports a set has: the three glyphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    All,
    Some,
    None,
}

impl Share {
    pub fn of(ports: &PortSet) -> Self {
        if *ports == PortSet::default() {
            Self::None
        } else if *ports == PortSet::all() {
            Self::All
        } else {
            Self::Some
        }
    }
}

impl Model {
    /// Computes the grid.
    pub fn of(now: &Simulation, tried: Option<&Simulation>) -> Self {
        let mut grid = match tried {
            None => Grid::of(&now.network),
            Some(tried) => Grid::of_both(&now.network, &tried.network),
        };
        let changes = tried.map(|_| grid.changes()).unwrap_or_default();
        let changed = changes.iter().map(|it| ((it.from, it.to), it.change));
        let both = [Some(now), tried].into_iter().flatten();
        Self {
            lines: grid.lines.clone(),
            changed: changed.collect(),
            networks: both.map(|it| it.network.clone()).collect(),
            grid: RefCell::new(grid),
            changes,
        }
    }

    /// Whether something is tried.
    pub fn compares(&self) -> bool {
        self.networks.len() > 1
    }

    /// The cell of a row and a column; `None` where there is nothing to say.
    pub fn cell(&self, from: usize, to: usize) -> Option<Cell> {
        let addresses = |line: usize| self.lines.get(line).is_none_or(|it| it.namespace.is_none());
        if from == to || addresses(from) && addresses(to) {
            return None;
        }
        let mut grid = self.grid.borrow_mut();
        let change = self.changed.get(&(from, to)).copied();
        let last = self.networks.len().saturating_sub(1);
        let ports = grid.set(last, from, to);
        Some(Cell {
            ports,
            before: change.map(|_| grid.set(0, from, to)),
            change,
        })
    }

    /// The name of every line.
    pub fn names(&self, words: &Words) -> Rc<[AttrValue]> {
        self.lines.iter().map(|line| name(words, line)).collect()
    }

    /// Those lines whose names or namespaces hold a text and, if asked for, that have a changed cell as a row or as a column.
    pub fn filtered(&self, names: &[AttrValue], text: &str, changed: Option<End>) -> Rc<[usize]> {
        let text = text.trim().to_lowercase();
        let kept: Option<Vec<bool>> = changed.map(|end| {
            let mut kept = vec![false; self.lines.len()];
            for change in &self.changes {
                if let Some(line) = kept.get_mut(end(change)) {
                    *line = true;
                }
            }
            kept
        });
        let holds = |line: &usize| {
            let of = |names: &[AttrValue]| names.get(*line).map(|name| name.to_lowercase());
            let space = self.lines.get(*line).and_then(|it| it.namespace.as_deref());
            text.is_empty()
                || of(names).is_some_and(|name| name.contains(&text))
                || space.is_some_and(|space| space.to_lowercase().contains(&text))
        };
        let is_kept = |line: &usize| {
            let of = |kept: &Vec<bool>| kept.get(*line).copied();
            kept.as_ref()
                .is_none_or(|kept| of(kept).unwrap_or_default())
        };
        let lines = 0..self.lines.len();
        lines.filter(is_kept).filter(holds).collect()
    }

    /// The request that shows a cell: on a port that only one side lets pass, else on one that passes, else on
    /// one that the receiver has; the receiver's own port wherever it will do. `None` where nobody stands for the addresses.
    pub fn request(&self, from: usize, to: usize) -> Option<Request> {
        let mut grid = self.grid.borrow_mut();
        let change = self
            .changes
            .iter()
            .find(|it| (it.from, it.to) == (from, to));
        let last = self.networks.len().checked_sub(1)?;
        let own = self.own_port(&mut grid, last, (from, to));
        let (protocol, port) = match change {
            Some(change) => {
                let [before, after] = [0, last].map(|side| grid.set(side, from, to));
                let shows = |(protocol, port): &(Protocol, u16)| {
                    before.contains(*protocol, *port) != after.contains(*protocol, *port)
                };
                own.filter(shows).unwrap_or(change.witness)
            }
            None => usual(&grid.set(last, from, to), own),
        };
        // The pair that may, in whichever network lets it.
        let before = change.is_some() && grid.set(0, from, to).contains(protocol, port);
        let side = if before { 0 } else { last };
        let (from_line, to_line) = (self.lines.get(from)?, self.lines.get(to)?);
        let network = self.networks.get(side)?;
        let (sender, receiver) = grid.pair(side, (from, to), (protocol, port))?;
        Some(Request {
            from: place(sender, from_line, network, true)?,
            to: place(receiver, to_line, network, false)?,
            protocol,
            port: port.to_string(),
        })
    }

    fn own_port(
        &self,
        grid: &mut Grid,
        side: usize,
        pair: (usize, usize),
    ) -> Option<(Protocol, u16)> {
        let (_, receiver) = grid.pair(side, pair, (Protocol::Tcp, 80))?;
        let id: Ref = receiver.id.parse().ok()?;
        let pod = self.networks.get(side)?.pod(&id.scope, &id.name)?;
        let port = pod.ports.first()?;
        Some((port.protocol, port.port))
    }
}

/// The port to show a set of ports with.
fn usual(ports: &PortSet, own: Option<(Protocol, u16)>) -> (Protocol, u16) {
    let usual = (Protocol::Tcp, 80);
    let mut known = own.into_iter().chain([usual]);
    let passes = known.find(|(protocol, port)| ports.contains(*protocol, *port));
    let first = ports
        .ranges()
        .next()
        .map(|(protocol, port, _)| (protocol, port));
    passes.or(first).or(own).unwrap_or(usual)
}

/// A pod, or somebody whose address lies in the line's ranges.
fn place(peer: &Peer, line: &Line, network: &Network, sends: bool) -> Option<String> {
    if peer.range.is_none() {
        return Some(peer.id.to_string());
    }
    let holds = |address: Ipv4Addr| {
        let bits = address.to_bits();
        line.ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&bits))
    };
    let stands = |ip: &Option<IpAddr>| matches!(ip, Some(IpAddr::V4(address)) if holds(*address));
    let mut hosts: Vec<_> = network
        .hosts
        .iter()
        .filter(|host| stands(&host.ip))
        .collect();
    hosts.sort_by_key(|host| match host.network {
        HostNetwork::Subnet(_) => 0,
        HostNetwork::OnPremises(_) => 1,
        // A pod's address means nothing in the internet, but a pod may well open connections there.
        HostNetwork::Internet => 2,
    });
    if !sends {
        hosts.sort_by_key(|host| host.network != HostNetwork::Internet);
    }
    let host = hosts.first().map(|host| host.reference().to_string());
    let internet = || holds(INTERNET).then(|| Ref::bare(Kind::Internet).to_string());
    host.or_else(internet)
}

/// What a line is called.
fn name(words: &Words, line: &Line) -> AttrValue {
    if line.namespace.is_some() {
        return AttrValue::from(line.name.to_string());
    }
    let starts = line.ranges.first().is_some_and(|range| range.0 == 0);
    let ends = line.ranges.last().is_some_and(|range| range.1 == u32::MAX);
    match line.ranges.as_slice() {
        [(0, u32::MAX)] => words.get("matrix-anywhere"),
        _ if starts && ends => words.get("matrix-elsewhere"),
        ranges => {
            let named: Vec<String> = ranges.iter().take(NAMED).copied().map(range_text).collect();
            let more = ranges.len().saturating_sub(NAMED);
            let more = if more > 0 {
                format!(" +{more}")
            } else {
                String::new()
            };
            format!("{}{more}", named.join(", ")).into()
        }
    }
}

/// A range as a prefix where it is one.
pub fn range_text((first, last): (u32, u32)) -> String {
    let [from, to] = [first, last].map(Ipv4Addr::from_bits);
    let length = (first ^ last).leading_zeros();
    let host = u32::MAX.checked_shr(length).unwrap_or_default();
    if first & host == 0 && last & host == host {
        format!("{from}/{length}")
    } else {
        format!("{from}–{to}")
    }
}

/// A set of ports in the words of the reader.
pub fn ports_text(words: &Words, ports: &PortSet) -> String {
    match Share::of(ports) {
        Share::All => words.get("matrix-all").to_string(),
        Share::None => words.get("matrix-none").to_string(),
        Share::Some => ports.texts().join(", "),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
