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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::choice::Choice;
    use crate::engine::netfilter::eval::{HookContext, Recent};
    use crate::engine::netfilter::interfaces::NodeInterfaces;
    use crate::engine::netfilter::rule::{Family, Hook, TableName, Target};
    use crate::engine::netfilter::ruleset::{Builder, Ruleset};
    use crate::model::packet::Protocol;

    fn address() -> impl Strategy<Value = IpAddr> {
        (0_u8..6).prop_map(|host| IpAddr::from([10, 0, 0, host]))
    }

    fn port() -> impl Strategy<Value = u16> {
        80_u16..86
    }

    fn destination() -> impl Strategy<Value = Match> {
        (address(), 29_u8..=32, any::<bool>()).prop_map(|(address, length, negated)| {
            Match::Destination {
                negated,
                net: ipnet::IpNet::new(address, length).unwrap().trunc(),
            }
        })
    }

    fn ports() -> impl Strategy<Value = Match> {
        (port(), 0_u16..3).prop_map(|(first, more)| Match::Ports {
            protocol: Protocol::Tcp,
            source: None,
            destination: Some(PortRange {
                first,
                last: first + more,
            }),
        })
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let matches = (prop::option::of(destination()), prop::option::of(ports()));
        let target = prop_oneof![
            8 => Just(None),
            1 => Just(Some(Target::Accept)),
            1 => Just(Some(Target::Drop)),
            1 => Just(Some(Target::Return)),
            4 => (0_u32..4).prop_map(|bit| Some(Target::Mark { value: 1 << bit, mask: 0 })),
        ];
        (matches, target).prop_map(|((destination, ports), target)| {
            let matches = destination.into_iter().chain(ports).collect();
            match target {
                Some(target) => Rule::new(target, matches),
                None => Rule::remark(matches),
            }
        })
    }

    fn ruleset(rules: Vec<Rule>) -> Ruleset {
        let mut builder = Builder::new(Family::V4);
        for rule in rules {
            builder.append(TableName::Filter, Hook::Forward, rule);
        }
        builder.finish()
    }

    proptest! {
        #[test]
        fn an_indexed_chain_answers_as_a_scanned_one(
            rules in prop::collection::vec(rule(), 0..60),
            packets in prop::collection::vec((address(), port()), 1..20),
        ) {
            let indexed = ruleset(rules);
            let scanned = indexed.clone().without_indexes();
            let (interfaces, recent) = (NodeInterfaces::default(), Recent::default());
            let context = HookContext::new(&interfaces, &recent);
            for (destination, destination_port) in packets {
                let packet = Packet { destination, destination_port, ..Packet::default() };
                let run = |rules: &Ruleset| {
                    rules.run(Hook::Forward, &packet, &context, &mut Choice::first())
                };
                prop_assert_eq!(run(&indexed), run(&scanned));
            }
        }
    }

    #[test]
    fn a_long_chain_of_addresses_is_indexed_and_a_short_one_is_not() {
        let rule = |host: u8| {
            let to = IpAddr::from([10, 0, 0, host]);
            Rule::new(Target::Accept, vec![Match::to(to)])
        };
        assert!(Index::of(&(0..20).map(rule).collect::<Vec<_>>()).is_some());
        assert!(Index::of(&(0..3).map(rule).collect::<Vec<_>>()).is_none());
        let any: Vec<Rule> = (0..20).map(|_| Rule::remark(Vec::new())).collect();
        assert!(Index::of(&any).is_none());
    }
}
