//! An index over long chains, so that 5,000 Services cost a walk no more than ten.
//!
//! A rule that asks for exactly one destination address can only match a packet to
//! that address; a rule that asks for exactly one destination port, only packets to
//! that port. The index leaves out the rules that can not match and yields all others
//! in their order, so that the answer stays that of the rules.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::rule::{Match, PortRange, Rule};
use crate::model::packet::Packet;

/// Chains shorter than this are scanned.
const WORTH_IT: usize = 16;

/// Positions of a chain's rules by what they ask for; each list ascends.
#[derive(Clone, Debug)]
pub(super) struct Index {
    by_address: BTreeMap<IpAddr, Vec<u32>>,
    by_port: BTreeMap<u16, Vec<u32>>,
    rest: Vec<u32>,
}

enum Key {
    Address(IpAddr),
    Port(u16),
    None,
}

impl Index {
    /// The index of a chain's rules, if it is long and some rule can be left out.
    pub(super) fn of(rules: &[Rule]) -> Option<Self> {
        if rules.len() < WORTH_IT {
            return None;
        }
        let mut index = Self {
            by_address: BTreeMap::new(),
            by_port: BTreeMap::new(),
            rest: Vec::new(),
        };
        for (position, rule) in rules.iter().enumerate() {
            let position = u32::try_from(position).ok()?;
            match key(rule) {
                Key::Address(address) => {
                    index.by_address.entry(address).or_default().push(position);
                }
                Key::Port(port) => index.by_port.entry(port).or_default().push(position),
                Key::None => index.rest.push(position),
            }
        }
        (index.rest.len() < rules.len()).then_some(index)
    }

    /// The positions of the rules that `packet` may match, in order.
    pub(super) fn candidates<'a>(
        &'a self,
        packet: &Packet,
    ) -> impl Iterator<Item = usize> + use<'a> {
        let none: &[u32] = &[];
        let to_address = self.by_address.get(&packet.destination);
        let to_port = self.by_port.get(&packet.destination_port);
        let lists = [
            to_address.map_or(none, Vec::as_slice),
            to_port.map_or(none, Vec::as_slice),
            &self.rest,
        ];
        Merged { lists }
    }
}

/// Ascending lists as one.
struct Merged<'a> {
    lists: [&'a [u32]; 3],
}

impl Iterator for Merged<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let lowest = self
            .lists
            .iter_mut()
            .filter(|list| !list.is_empty())
            .min_by_key(|list| list.first().copied())?;
        let (first, rest) = lowest.split_first()?;
        *lowest = rest;
        Some(*first as usize)
    }
}

fn key(rule: &Rule) -> Key {
    let address = rule.matches.iter().find_map(|part| match part {
        Match::Destination {
            negated: false,
            net,
        } if net.prefix_len() == net.max_prefix_len() => Some(net.addr()),
        _ => None,
    });
    if let Some(address) = address {
        return Key::Address(address);
    }
    let port = rule.matches.iter().find_map(|part| match part {
        Match::Ports {
            destination: Some(PortRange { first, last }),
            ..
        } if first == last => Some(*first),
        _ => None,
    });
    port.map_or(Key::None, Key::Port)
}
