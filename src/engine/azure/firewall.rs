//! Azure Firewall: which rule decides about the first packet of a connection, and with which
//! source the packet goes on.
//!
//! "Azure Firewall rule processing logic": DNAT rules come before network rules and these before
//! application rules, whatever the priorities say; within each, the rules of a parent policy come
//! first, then the group and the collection with the lowest number; the first rule that matches
//! decides. What no rule matches is denied.

mod matching;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::addresses::public_address;
use super::finding::Finding;
use super::topology;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::firewall::{
    Firewall, FirewallAction, FirewallPolicy, FirewallRule, RuleCollection, RuleMatch,
    private_ranges,
};
use crate::model::network::Network;
use crate::model::packet::{Packet, Protocol};

use matching::{Asked, Matched};

/// How many policies may be each other's parents before the chain is cut.
const MAX_PARENTS: usize = 8;

/// The first address of a subnet that Azure gives away is the fourth.
const FIRST_ADDRESS: usize = 3;

/// What a firewall decides about a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A network rule lets it pass.
    Allowed,
    /// An application rule lets it pass: a proxy opens it anew.
    Proxied,
    /// A DNAT rule lets it pass to this address and port.
    Translated(IpAddr, u16),
    /// It is dropped.
    Denied,
    /// What the deciding rule names is not known.
    NotModelled(Arc<str>),
}

/// The address of a firewall in its subnet: as written, or the first that Azure gives away there.
pub fn private_address(network: &Network, firewall: &Firewall) -> Option<IpAddr> {
    firewall.private_ip.or_else(|| {
        let subnet = network.subnet(&firewall.subnet)?;
        let mut prefixes = subnet.prefixes.iter();
        let prefix = prefixes.find(|prefix| prefix.addr().is_ipv4())?;
        prefix.hosts().nth(FIRST_ADDRESS)
    })
}

/// The public addresses of a firewall, in order.
pub fn public_addresses(network: &Network, firewall: &Firewall) -> Vec<IpAddr> {
    let names = firewall.public_ips.iter();
    names
        .filter_map(|name| public_address(network, name))
        .collect()
}

/// The policy of a firewall and its parents, the outermost parent first; `Err` names one that is not there.
fn policies<'n>(
    network: &'n Network,
    firewall: &'n Firewall,
) -> Result<Vec<&'n FirewallPolicy>, Arc<str>> {
    let mut chain = Vec::new();
    let mut next = firewall.policy.as_ref();
    while let Some(name) = next.filter(|_| chain.len() < MAX_PARENTS) {
        let policy = network
            .firewall_policy(name)
            .ok_or_else(|| Arc::from(format!("firewallpolicy/{name}")))?;
        chain.push(policy);
        next = policy.base.as_ref();
    }
    chain.reverse();
    Ok(chain)
}

/// Whether the firewall answers DNS queries that are sent to it.
pub fn is_dns_proxy(network: &Network, firewall: &Firewall) -> bool {
    let chain = policies(network, firewall).unwrap_or_default();
    firewall.dns_proxy || chain.iter().any(|policy| policy.dns_proxy)
}

/// Every rule in the order in which it is asked.
fn rules<'n>(
    network: &'n Network,
    firewall: &'n Firewall,
) -> Result<Vec<(&'n RuleCollection, &'n FirewallRule)>, Arc<str>> {
    let chain = policies(network, firewall)?;
    let own = firewall.collections.iter().filter(|_| chain.is_empty());
    let inherited = chain.iter().enumerate().flat_map(|(depth, policy)| {
        let collections = policy.collections.iter();
        collections.map(move |collection| (depth, collection))
    });
    let mut collections: Vec<(usize, &RuleCollection)> =
        own.map(|own| (0, own)).chain(inherited).collect();
    // A stable sort: what has the same priority stays in the order written.
    collections.sort_by_key(|(depth, it)| (*depth, it.group_priority, it.priority));
    let mut all: Vec<_> = collections
        .into_iter()
        .flat_map(|(_, collection)| collection.rules.iter().map(move |rule| (collection, rule)))
        .collect();
    all.sort_by_key(|(_, rule)| match rule.matches {
        RuleMatch::Nat { .. } => 0,
        RuleMatch::Network { .. } => 1,
        RuleMatch::Application { .. } => 2,
    });
    Ok(all)
}

/// What DNAT rules open to a client: addresses of the firewall with a port, the first of each range, and a protocol.
pub fn opened(
    network: &Network,
    firewall: &Firewall,
    client: IpAddr,
) -> Vec<(IpAddr, u16, Protocol)> {
    let mut doors = BTreeSet::new();
    for (_, rule) in rules(network, firewall).unwrap_or_default() {
        if let RuleMatch::Nat {
            protocols, ports, ..
        } = &rule.matches
        {
            // TCP where it is among others, which says most about who is there.
            let tcp = protocols.iter().find(|it| **it == Protocol::Tcp);
            let protocol = tcp.or(protocols.first()).copied().unwrap_or_default();
            for ip in public_addresses(network, firewall) {
                doors.extend(ports.iter().map(|(first, _)| (ip, *first, protocol)));
            }
        }
    }
    let is_open = |(destination, destination_port, protocol): &(IpAddr, u16, Protocol)| {
        let packet = Packet {
            protocol: *protocol,
            source: client,
            destination: *destination,
            destination_port: *destination_port,
            ..Packet::default()
        };
        let (verdict, _) = decide(network, firewall, &packet, (None, true));
        matches!(verdict, Verdict::Translated(..))
    };
    doors.into_iter().filter(is_open).collect()
}

/// What the rules of a firewall say about the first packet of a connection. `host` is the name that
/// the client asks for, if that is known; `inbound` says that the packet came to a public address.
pub fn decide(
    network: &Network,
    firewall: &Firewall,
    packet: &Packet,
    (host, inbound): (Option<&str>, bool),
) -> (Verdict, Finding) {
    let asked = Asked::new(network, firewall, packet, host);
    let all = match rules(network, firewall) {
        Ok(all) => all,
        Err(missing) => return unknown(firewall, missing, None),
    };
    for (collection, rule) in all {
        // Only DNAT rules open a public address.
        if inbound && !matches!(rule.matches, RuleMatch::Nat { .. }) {
            break;
        }
        match asked.matches(rule) {
            Matched::No => {}
            Matched::Unknown(what) => return unknown(firewall, what, Some((collection, rule))),
            Matched::Yes => return by_rule(firewall, packet, collection, rule),
        }
    }
    let detail = Detail::Refused {
        by: Arc::from("default action"),
    };
    let why = Explanation::new("why-azure-firewall-default")
        .with("firewall", firewall.reference())
        .with("before", packet.to_string());
    let object = match &firewall.policy {
        Some(name) => {
            crate::model::object::Ref::new(crate::model::object::Kind::FirewallPolicy, name.clone())
        }
        None => firewall.reference(),
    };
    let finding = Finding::new(Stage::AzureFirewall, detail, why).caused_by(Cause::object(object));
    (Verdict::Denied, finding)
}

fn by_rule(
    firewall: &Firewall,
    packet: &Packet,
    collection: &RuleCollection,
    rule: &FirewallRule,
) -> (Verdict, Finding) {
    let verdict = match (&rule.matches, collection.action) {
        (_, FirewallAction::Deny) => Verdict::Denied,
        (RuleMatch::Nat { address: None, .. }, _) => {
            let what = Arc::from("a translation to a name");
            return unknown(firewall, what, Some((collection, rule)));
        }
        (
            RuleMatch::Nat {
                address: Some(address),
                port,
                ..
            },
            _,
        ) => Verdict::Translated(*address, port.unwrap_or(packet.destination_port)),
        (RuleMatch::Application { .. }, _) => Verdict::Proxied,
        (RuleMatch::Network { .. }, _) => Verdict::Allowed,
    };
    let (allowed, id) = match verdict {
        Verdict::Denied => (false, "why-azure-firewall-denied"),
        Verdict::Proxied => (true, "why-azure-firewall-application"),
        Verdict::Translated(..) => (true, "why-azure-firewall-nat-rule"),
        _ => (true, "why-azure-firewall-network"),
    };
    let label: Arc<str> = Arc::from(format!("{}/{}", collection.name, rule.name));
    let why = Explanation::new(id)
        .with("firewall", firewall.reference())
        .with("rule", label.clone())
        .with("priority", i64::from(collection.priority));
    let detail = Detail::Filtered {
        allowed,
        nsg: Some(firewall.reference()),
        rule: label,
        priority: collection.priority,
    };
    let finding = Finding::new(Stage::AzureFirewall, detail, why)
        .caused_by(Cause::field(collection.object.clone(), rule.field.as_str()));
    (verdict, finding)
}

fn unknown(
    firewall: &Firewall,
    what: Arc<str>,
    rule: Option<(&RuleCollection, &FirewallRule)>,
) -> (Verdict, Finding) {
    let why = Explanation::new("why-limit-not-modelled").with("what", what.clone());
    let detail = Detail::NotModelled { what: what.clone() };
    let cause = match rule {
        Some((collection, rule)) => Cause::field(collection.object.clone(), rule.field.as_str()),
        None => Cause::field(firewall.reference(), "properties.firewallPolicy"),
    };
    let finding = Finding::new(Stage::AzureFirewall, detail, why).caused_by(cause);
    (Verdict::NotModelled(what), finding)
}

/// The source with which a packet goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaving {
    /// Its own.
    Kept,
    /// An address of the firewall's subnet; the firewall's own stands for that of its instance.
    Private(IpAddr),
    /// One of these public addresses.
    Public(Vec<IpAddr>),
    /// It needs a public address and there is none.
    Unavailable,
    /// What would become of it is not known.
    NotModelled(&'static str),
}

/// With which source a packet goes on. `always` for what a proxy or a DNAT rule sends on; the rest
/// keeps its source towards the private ranges. `internet` says that the firewall's routes lead there.
///
/// "Azure Firewall SNAT private IP address ranges"; for DNAT, "Azure Firewall NAT behaviors".
pub fn leaving(
    network: &Network,
    firewall: &Firewall,
    packet: &Packet,
    (always, internet): (bool, bool),
) -> Leaving {
    let chain = policies(network, firewall).unwrap_or_default();
    let mut written = chain.iter().rev().map(|policy| &policy.private_ranges);
    let ranges = written
        .find_map(Option::as_ref)
        .or(firewall.private_ranges.as_ref())
        .cloned()
        .unwrap_or_else(private_ranges);
    if !always && topology::contains(&ranges, packet.destination) {
        return Leaving::Kept;
    }
    if !internet {
        let own = private_address(network, firewall);
        return own.map_or(Leaving::Unavailable, Leaving::Private);
    }
    if !matches!(packet.protocol, Protocol::Tcp | Protocol::Udp) {
        return Leaving::NotModelled("ICMP from an Azure Firewall to the internet");
    }
    let subnet = network.subnet(&firewall.subnet);
    let gateway = subnet
        .and_then(|subnet| subnet.nat_gateway.as_deref())
        .and_then(|name| super::snat::find_nat_gateway(network, name));
    if gateway.is_some_and(|gateway| !gateway.prefixes.is_empty()) {
        return Leaving::NotModelled("the public IP prefix of a NAT gateway");
    }
    let names = gateway.map_or(&firewall.public_ips, |gateway| &gateway.public_ips);
    let known = names
        .iter()
        .filter_map(|name| public_address(network, name));
    let addresses: Vec<IpAddr> = known.collect();
    if addresses.len() < names.len() {
        return Leaving::NotModelled("a public IP that no document describes");
    }
    if addresses.is_empty() {
        Leaving::Unavailable
    } else {
        Leaving::Public(addresses)
    }
}

/// Why a packet with a new source got it.
pub fn translated(
    firewall: &Firewall,
    id: &'static str,
    before: &Packet,
    after: &Packet,
) -> Finding {
    let why = Explanation::new(id)
        .with("firewall", firewall.reference())
        .with("before", before.to_string())
        .with("after", after.to_string());
    let detail = Detail::Translated {
        translation: crate::engine::trace::Translation::between(before, after),
        rule: firewall.meta.name.clone(),
    };
    Finding::new(Stage::AzureFirewall, detail, why)
        .caused_by(Cause::object(firewall.reference()))
        .documented_by(Source::AzureFirewallSnat)
}
