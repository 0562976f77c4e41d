//! Security rules that never match: earlier rules take every packet of theirs, or a load balancer never sends such.

use ipnet::IpNet;

use super::rule_space::{Names, Space};
use super::{warning, written};
use crate::engine::azure::tags::Tags;
use crate::engine::azure::topology::same;
use crate::engine::dataplane::Dataplane;
use crate::model::azure::{AddressPrefix, Nsg, SecurityRule};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Service, ServiceType};
use crate::model::network::Network;

/// Groups with more rules than this are not searched; Azure allows no more (V-04).
const RULES: usize = 1000;

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    for nsg in network.nsgs.iter().filter(|it| it.rules.len() <= RULES) {
        let places = places(network, nsg);
        for inbound in [true, false] {
            shadowed(nsg, inbound, &places, problems);
        }
        node_ports(network, nsg, problems);
    }
}

/// What the tags mean where a group is attached.
fn places(network: &Network, nsg: &Nsg) -> Vec<Tags> {
    let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
    let attached = |name: &Option<std::sync::Arc<str>>| {
        name.as_deref()
            .is_some_and(|name| same(name, &nsg.meta.name))
    };
    let own = subnets.filter(|subnet| attached(&subnet.nsg));
    own.map(|subnet| Tags::of(network, subnet)).collect()
}

/// The prefixes that a tag covers wherever the group is attached.
fn certain(places: &[Tags], tag: &str) -> Vec<IpNet> {
    let mut all = places
        .iter()
        .map(|tags| tags.expand(tag).unwrap_or_default());
    let first = all.next().unwrap_or_default();
    all.fold(first, |known, more| {
        let common = known.into_iter().filter(|net| more.contains(net));
        common.collect()
    })
}

fn shadowed(nsg: &Nsg, inbound: bool, places: &[Tags], problems: &mut Vec<Diagnostic>) {
    let mut rules: Vec<(usize, &SecurityRule)> = nsg
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.inbound == inbound)
        .collect();
    rules.sort_by_key(|(_, rule)| rule.priority);
    let mut names = Names::default();
    let mut earlier: Vec<(&SecurityRule, Space)> = Vec::new();
    for (index, rule) in rules {
        if written(&rule.meta.origin)
            && let Some(by) = covered(rule, &earlier, &mut names)
        {
            let listed: Vec<String> = by.iter().map(|by| format!("`{}`", by.meta.name)).collect();
            let same_access = by.iter().all(|by| by.allow == rule.allow);
            let so = if same_access {
                "it changes nothing"
            } else {
                "it has no effect"
            };
            let message = format!(
                "rule `{}` never matches, because {} {} every packet of it first; {so}",
                rule.meta.name,
                listed.join(" and "),
                if by.len() == 1 { "takes" } else { "take" },
            );
            problems.push(
                warning("rule-shadowed", message)
                    .about(nsg.reference())
                    .field(format!("properties.securityRules[{index}]"))
                    .hint("give it a lower priority number, or remove it"),
            );
        }
        earlier.push((
            rule,
            Space::of(rule, &mut names, |tag| certain(places, tag)),
        ));
    }
}

/// The earlier rules that together take every packet of a rule.
fn covered<'n>(
    rule: &SecurityRule,
    earlier: &[(&'n SecurityRule, Space)],
    names: &mut Names,
) -> Option<Vec<&'n SecurityRule>> {
    let mut left = Space::of(rule, names, |_| Vec::new());
    let mut by = Vec::new();
    for (other, space) in earlier {
        // Which of two with one priority is asked first, nobody knows.
        if other.priority == rule.priority || !left.meets(space) {
            continue;
        }
        left = left.without(space)?;
        by.push(*other);
        if left.is_empty() {
            return Some(by);
        }
    }
    None
}

/// L-04: the load balancer leaves the destination as it is, so a rule for node ports never sees its packets.
fn node_ports(network: &Network, nsg: &Nsg, problems: &mut Vec<Diagnostic>) {
    for (index, rule) in nsg.rules.iter().enumerate() {
        let from_internet = rule
            .sources
            .iter()
            .all(|side| matches!(side, AddressPrefix::Tag(tag) if same(tag, "Internet")));
        if !rule.inbound || !rule.allow || !from_internet || !written(&rule.meta.origin) {
            continue;
        }
        let mut services = network.services.iter();
        let meant = services.find_map(|service| meant_for(service, &rule.destination_ports));
        if let Some((service, node_port, port)) = meant {
            let message = format!(
                "rule `{}` opens node port {node_port}, but packets for {} keep port {port} and the load balancer's address",
                rule.meta.name,
                service.reference()
            );
            problems.push(
                warning("rule-for-node-port", message)
                    .about(nsg.reference())
                    .field(format!("properties.securityRules[{index}]"))
                    .hint(format!(
                        "open port {port} to the load balancer's address instead"
                    )),
            );
        }
    }
}

/// The public Service of whose ports a rule names just the node port.
fn meant_for<'n>(service: &'n Service, ports: &[(u16, u16)]) -> Option<(&'n Service, u16, u16)> {
    if service.service_type != ServiceType::LoadBalancer || service.is_internal() {
        return None;
    }
    let named = |port: u16| ports.contains(&(port, port));
    let open = |port: u16| {
        let mut ranges = ports.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&port))
    };
    let mut all = service.ports.iter();
    all.find_map(|port| {
        let node_port = port.node_port?;
        (named(node_port) && !open(port.port)).then_some((service, node_port, port.port))
    })
}
