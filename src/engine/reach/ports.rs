//! Sets of ports of all protocols, each kept once and called by its number.

use std::collections::BTreeMap;

use crate::model::packet::Protocol;

/// The protocols that policies know, in the order of answers.
pub const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];

/// How far apart the ports of two protocols are in a [`PortSet`].
const STRIDE: u32 = 1 << 16;

/// Ports of all protocols as sorted ranges that neither overlap nor touch.
///
/// Port `p` of the n-th protocol is the number `n * 65536 + p`; no protocol has a port 0, so that
/// ranges of two protocols never touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortSet {
    ranges: Vec<(u32, u32)>,
}

impl PortSet {
    /// All ports of all protocols.
    pub fn all() -> Self {
        let all = PROTOCOLS.map(|protocol| (protocol, 1, u16::MAX));
        Self::of(all.into_iter())
    }

    /// The union of ranges of ports.
    pub fn of(ranges: impl Iterator<Item = (Protocol, u16, u16)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges
            .filter_map(|(protocol, first, last)| {
                Some((number(protocol, first)?, number(protocol, last)?))
            })
            .collect();
        ranges.sort_unstable();
        let mut set = Self::default();
        for (first, last) in ranges {
            match set.ranges.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => set.ranges.push((first, last)),
            }
        }
        set
    }

    /// Whether it holds a port.
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        number(protocol, port).is_some_and(|wanted| {
            let holds = |(first, last): &(u32, u32)| (*first..=*last).contains(&wanted);
            self.ranges.iter().any(holds)
        })
    }

    /// The ranges, by protocol and port.
    pub fn ranges(&self) -> impl Iterator<Item = (Protocol, u16, u16)> + '_ {
        self.ranges.iter().filter_map(|(first, last)| {
            let protocol = PROTOCOLS.get(usize::try_from(first / STRIDE).ok()?)?;
            let port = |number: u32| u16::try_from(number % STRIDE).ok();
            Some((*protocol, port(*first)?, port(*last)?))
        })
    }

    /// As answers print it: `["all"]`, or one text a range, such as `TCP 80` and `UDP 1-65535`.
    pub fn texts(&self) -> Vec<String> {
        if *self == Self::all() {
            return vec!["all".to_owned()];
        }
        let text = |(protocol, first, last)| {
            if first == last {
                format!("{protocol} {first}")
            } else {
                format!("{protocol} {first}-{last}")
            }
        };
        self.ranges().map(text).collect()
    }

    /// What is in one of both but not in the other: the first such port.
    pub fn first_difference(&self, other: &Self) -> Option<(Protocol, u16)> {
        let ends = |set: &Self| -> Vec<u32> {
            let ranges = set.ranges.iter();
            ranges
                .flat_map(|(first, last)| [*first, last + 1])
                .collect()
        };
        // Both are the same up to the first boundary that only one of them has.
        let (ours, theirs) = (ends(self), ends(other));
        let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        let at = match (ours.get(same), theirs.get(same)) {
            (Some(a), Some(b)) => *a.min(b),
            (Some(only), None) | (None, Some(only)) => *only,
            (None, None) => return None,
        };
        let protocol = PROTOCOLS.get(usize::try_from(at / STRIDE).ok()?)?;
        Some((*protocol, u16::try_from(at % STRIDE).ok()?))
    }

    fn union(&self, other: &Self) -> Self {
        Self::of(self.ranges().chain(other.ranges()))
    }

    fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut left, mut right) = (
            self.ranges.iter().peekable(),
            other.ranges.iter().peekable(),
        );
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            let (first, last) = (*a.max(c), *b.min(d));
            if first <= last {
                ranges.push((first, last));
            }
            if b < d {
                left.next();
            } else {
                right.next();
            }
        }
        Self { ranges }
    }
}

fn number(protocol: Protocol, port: u16) -> Option<u32> {
    let index = PROTOCOLS.iter().position(|known| *known == protocol)?;
    Some(u32::try_from(index).ok()? * STRIDE + u32::from(port))
}

/// How many intersections are kept at hand.
const RECENT: usize = 1 << 12;

/// The number of a set in [`Sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetId(u32);

impl SetId {
    /// No port at all.
    pub const NONE: SetId = SetId(0);
    /// All ports of all protocols.
    pub const ALL: SetId = SetId(1);

    /// Its place among [`Sets::iter`].
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Every set of ports that occurs.
#[derive(Clone, Debug)]
pub struct Sets {
    all: Vec<PortSet>,
    ids: BTreeMap<PortSet, SetId>,
    /// Unions and intersections that were asked for, by operation and operands.
    known: BTreeMap<(bool, SetId, SetId), SetId>,
    /// The intersections that were asked for last, each at a place of its operands.
    recent: Vec<(SetId, SetId, SetId)>,
}

impl Default for Sets {
    fn default() -> Self {
        let mut sets = Self {
            all: Vec::new(),
            ids: BTreeMap::new(),
            known: BTreeMap::new(),
            recent: vec![(SetId::NONE, SetId::NONE, SetId::NONE); RECENT],
        };
        sets.intern(PortSet::default());
        sets.intern(PortSet::all());
        sets
    }
}

impl Sets {
    /// The number of a set.
    pub fn intern(&mut self, set: PortSet) -> SetId {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = SetId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    /// The set of a number.
    pub fn get(&self, id: SetId) -> &PortSet {
        static NONE: PortSet = PortSet { ranges: Vec::new() };
        self.all.get(id.index()).unwrap_or(&NONE)
    }

    /// Every set, by number.
    pub fn iter(&self) -> impl Iterator<Item = &PortSet> {
        self.all.iter()
    }

    /// What is in either.
    pub fn union(&mut self, a: SetId, b: SetId) -> SetId {
        match (a, b) {
            (SetId::ALL, _) | (_, SetId::ALL) => SetId::ALL,
            (SetId::NONE, other) | (other, SetId::NONE) => other,
            _ if a == b => a,
            _ => self.combine(true, a, b),
        }
    }

    /// What is in both.
    pub fn intersection(&mut self, a: SetId, b: SetId) -> SetId {
        match (a, b) {
            (SetId::NONE, _) | (_, SetId::NONE) => SetId::NONE,
            (SetId::ALL, other) | (other, SetId::ALL) => other,
            _ if a == b => a,
            _ => self.intersection_at_hand(a, b),
        }
    }

    fn intersection_at_hand(&mut self, a: SetId, b: SetId) -> SetId {
        let place = (a.0.wrapping_mul(31).wrapping_add(b.0)) as usize % RECENT;
        match self.recent.get(place) {
            Some((left, right, both)) if (*left, *right) == (a, b) => *both,
            _ => {
                let both = self.combine(false, a, b);
                if let Some(entry) = self.recent.get_mut(place) {
                    *entry = (a, b, both);
                }
                both
            }
        }
    }

    fn combine(&mut self, union: bool, a: SetId, b: SetId) -> SetId {
        let key = (union, a.min(b), a.max(b));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let (left, right) = (self.get(a), self.get(b));
        let set = if union {
            left.union(right)
        } else {
            left.intersection(right)
        };
        let id = self.intern(set);
        self.known.insert(key, id);
        id
    }
}
