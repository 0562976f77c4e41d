//! The packets that a security rule matches, as boxes of intervals: protocol, addresses and ports.
//!
//! Tags and addresses whose extent is not known get numbers of their own beyond all addresses, so that only `*` or
//! the same name covers them. What one rule leaves of another is found by cutting boxes; where that would take too
//! many, nothing is claimed.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};

use crate::model::azure::{AddressPrefix, NsgProtocol, SecurityRule};

/// An interval, both ends included.
type Span = (u64, u64);

/// One box: an interval for each of the dimensions below.
type Cell = [Span; 5];

/// The first number beyond the addresses of IPv4.
const BEYOND: u64 = 1 << 32;
/// The last number of an address or name.
const LAST: u64 = 1 << 40;
/// More boxes than this are not cut any further.
const MOST: usize = 4096;

/// Numbers for names of unknown extent; lower case, since Azure ignores case.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, u64>);

impl Names {
    fn number(&mut self, name: &str) -> u64 {
        let next = BEYOND + self.0.len() as u64;
        *self.0.entry(name.to_ascii_lowercase()).or_insert(next)
    }
}

/// What a rule matches.
#[derive(Clone, Debug, Default)]
pub struct Space(Vec<Cell>);

impl Space {
    /// The packets of a rule. `known` says what a tag covers for certain, for rules that are to cover others.
    pub fn of(rule: &SecurityRule, names: &mut Names, known: impl Fn(&str) -> Vec<IpNet>) -> Self {
        let protocol = match rule.protocol {
            None => (0, 255),
            Some(NsgProtocol::Icmp) => (1, 1),
            Some(NsgProtocol::Tcp) => (6, 6),
            Some(NsgProtocol::Udp) => (17, 17),
            Some(NsgProtocol::Esp) => (50, 50),
            Some(NsgProtocol::Ah) => (51, 51),
        };
        let sources = addresses(&rule.sources, names, &known);
        let destinations = addresses(&rule.destinations, names, &known);
        let mut cells = Vec::new();
        for source in &sources {
            for destination in &destinations {
                for from in ports(&rule.source_ports) {
                    for to in ports(&rule.destination_ports) {
                        cells.push([protocol, *source, from, *destination, to]);
                    }
                }
            }
        }
        Self(cells)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some packet is in both.
    pub fn meets(&self, other: &Self) -> bool {
        let mut pairs = self
            .0
            .iter()
            .flat_map(|one| other.0.iter().map(move |two| (one, two)));
        pairs.any(|(one, two)| overlap(one, two))
    }

    /// What is left without `other`; `None` where that takes too many boxes.
    pub fn without(&self, other: &Self) -> Option<Self> {
        let mut left = self.0.clone();
        for cut in &other.0 {
            if left.iter().all(|cell| !overlap(cell, cut)) {
                continue;
            }
            let mut next = Vec::new();
            for cell in &left {
                subtract(cell, cut, &mut next);
            }
            if next.len() > MOST {
                return None;
            }
            left = next;
        }
        Some(Self(left))
    }
}

fn overlap(one: &Cell, other: &Cell) -> bool {
    one.iter().zip(other).all(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
}

/// The parts of `cell` outside `cut`: dimension by dimension, what is below and above.
fn subtract(cell: &Cell, cut: &Cell, parts: &mut Vec<Cell>) {
    if !overlap(cell, cut) {
        parts.push(*cell);
        return;
    }
    let mut rest = *cell;
    for (index, (first, last)) in cut.iter().copied().enumerate() {
        let Some(span) = rest.get_mut(index) else {
            return;
        };
        let (low, high) = *span;
        if low < first {
            let mut part = rest;
            if let Some(span) = part.get_mut(index) {
                *span = (low, first - 1);
            }
            parts.push(part);
        }
        if last < high {
            let mut part = rest;
            if let Some(span) = part.get_mut(index) {
                *span = (last + 1, high);
            }
            parts.push(part);
        }
        if let Some(span) = rest.get_mut(index) {
            *span = (low.max(first), high.min(last));
        }
    }
}

fn ports(ranges: &[(u16, u16)]) -> Vec<Span> {
    if ranges.is_empty() {
        return vec![(0, 65535)];
    }
    let spans = ranges.iter();
    spans
        .map(|(first, last)| (u64::from(*first), u64::from(*last)))
        .collect()
}

fn addresses(
    prefixes: &[AddressPrefix],
    names: &mut Names,
    known: &impl Fn(&str) -> Vec<IpNet>,
) -> Vec<Span> {
    let mut spans = Vec::new();
    for prefix in prefixes {
        match prefix {
            AddressPrefix::Any => return vec![(0, LAST)],
            AddressPrefix::Net(net) => spans.push(span(net, names)),
            AddressPrefix::Tag(tag) => {
                let number = names.number(tag);
                spans.push((number, number));
                spans.extend(known(tag).iter().map(|net| span(net, names)));
            }
        }
    }
    merged(spans)
}

/// The prefix that is all of IPv4 covers its addresses, but no name: what a tag holds of IPv6 is not in it.
fn span(net: &IpNet, names: &mut Names) -> Span {
    match net {
        IpNet::V4(net) => bounds(*net),
        IpNet::V6(net) => {
            let number = names.number(&net.to_string());
            (number, number)
        }
    }
}

fn bounds(net: Ipv4Net) -> Span {
    (
        u64::from(u32::from(net.network())),
        u64::from(u32::from(net.broadcast())),
    )
}

/// The same numbers in as few intervals as possible, so that touching prefixes cover what spans them.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::new();
    for (first, last) in spans {
        match all.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => all.push((first, last)),
        }
    }
    all
}
