//! Security rules, ready to be matched.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::engine::azure::tags::{self, Membership, Tags};
use crate::engine::azure::topology;
use crate::engine::trace::Cause;
use crate::model::azure::{AddressPrefix, Nsg, NsgProtocol, SecurityRule};
use crate::model::kube::Origin;
use crate::model::object::Kind;
use crate::model::packet::{Packet, Protocol};

/// One side of a rule: addresses and tags, ready to be matched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressSet {
    /// `*`
    pub any: bool,
    /// Prefixes longer than one address.
    pub nets: Vec<IpNet>,
    /// Single addresses.
    pub hosts: BTreeSet<IpAddr>,
    /// Service tags as written.
    pub tags: Vec<Arc<str>>,
}

/// A rule in the order of evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRule {
    /// Name.
    pub name: Arc<str>,
    /// Priority; the lowest is tried first.
    pub priority: u32,
    /// Whether it is for packets that arrive.
    pub inbound: bool,
    /// Whether it lets pass.
    pub allow: bool,
    /// Protocol; `None` is any.
    pub protocol: Option<NsgProtocol>,
    /// Source addresses.
    pub source: AddressSet,
    /// Source ports; empty is any.
    pub source_ports: Vec<(u16, u16)>,
    /// Destination addresses.
    pub destination: AddressSet,
    /// Destination ports; empty is any.
    pub destination_ports: Vec<(u16, u16)>,
    /// Whether Azure adds it to every group.
    pub default: bool,
    /// The object and field that it comes from.
    pub cause: Cause,
}

/// Whether a rule matches a packet.
pub(super) enum Matching {
    Yes,
    No,
    /// It might, through this tag.
    Unknown(Arc<str>),
}

impl EffectiveRule {
    pub(super) fn matches(&self, packet: &Packet, tags: &Tags) -> Matching {
        let ports = |ranges: &[(u16, u16)], port: u16| {
            ranges.is_empty()
                || ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&port))
        };
        let shape = self
            .protocol
            .is_none_or(|protocol| is_protocol(protocol, packet.protocol))
            && ports(&self.source_ports, packet.source_port)
            && ports(&self.destination_ports, packet.destination_port);
        if !shape {
            return Matching::No;
        }
        let source = self.source.matches(packet.source, tags);
        let destination = self.destination.matches(packet.destination, tags);
        match (source, destination) {
            (Matching::No, _) | (_, Matching::No) => Matching::No,
            (Matching::Unknown(tag), _) | (_, Matching::Unknown(tag)) => Matching::Unknown(tag),
            (Matching::Yes, Matching::Yes) => Matching::Yes,
        }
    }

    pub(super) fn names_platform(&self) -> bool {
        self.destination
            .tags
            .iter()
            .any(|tag| tags::is_platform_tag(tag))
    }

    pub(super) fn is_virtual_network(&self) -> bool {
        self.source
            .tags
            .iter()
            .any(|tag| topology::same(tag, "VirtualNetwork"))
    }
}

fn is_protocol(rule: NsgProtocol, packet: Protocol) -> bool {
    matches!(
        (rule, packet),
        (NsgProtocol::Tcp, Protocol::Tcp)
            | (NsgProtocol::Udp, Protocol::Udp)
            | (NsgProtocol::Icmp, Protocol::Icmp)
    )
}

impl AddressSet {
    /// The set that a rule names.
    pub fn of(prefixes: &[AddressPrefix]) -> Self {
        let mut set = Self::default();
        for prefix in prefixes {
            match prefix {
                AddressPrefix::Any => set.any = true,
                AddressPrefix::Net(net) if net.prefix_len() == net.max_prefix_len() => {
                    set.hosts.insert(net.addr());
                }
                AddressPrefix::Net(net) => set.nets.push(*net),
                AddressPrefix::Tag(tag) => set.tags.push(tag.clone()),
            }
        }
        set
    }

    fn matches(&self, address: IpAddr, tags: &Tags) -> Matching {
        if self.any || self.hosts.contains(&address) || topology::contains(&self.nets, address) {
            return Matching::Yes;
        }
        let mut unknown = Matching::No;
        for tag in &self.tags {
            match tags.membership(tag, address) {
                Membership::In => return Matching::Yes,
                Membership::Unknown => unknown = Matching::Unknown(tag.clone()),
                Membership::Out => {}
            }
        }
        unknown
    }
}

/// The rules of a group by priority, default rules included.
pub(super) fn effective_rules(nsg: &Nsg) -> Vec<EffectiveRule> {
    let written = nsg.rules.iter().enumerate();
    let written = written.map(|(index, rule)| effective_rule(rule, rule_cause(nsg, rule, index)));
    let mut rules: Vec<EffectiveRule> = written.chain(default_rules(nsg)).collect();
    rules.sort_by_key(|rule| rule.priority);
    rules
}

fn effective_rule(rule: &SecurityRule, cause: Cause) -> EffectiveRule {
    EffectiveRule {
        name: rule.meta.name.clone(),
        priority: rule.priority,
        inbound: rule.inbound,
        allow: rule.allow,
        protocol: rule.protocol,
        source: AddressSet::of(&rule.sources),
        source_ports: rule.source_ports.clone(),
        destination: AddressSet::of(&rule.destinations),
        destination_ports: rule.destination_ports.clone(),
        default: false,
        cause,
    }
}

fn rule_cause(nsg: &Nsg, rule: &SecurityRule, index: usize) -> Cause {
    match &rule.meta.origin {
        Origin::Derived { from, .. } if from.kind == Kind::Cluster => {
            Cause::field(from.clone(), "properties.networkProfile.outboundType")
        }
        Origin::Derived { from, .. } => Cause::field(from.clone(), "spec.ports"),
        _ => Cause::field(
            nsg.reference(),
            format!("properties.securityRules[{index}]"),
        ),
    }
}

/// The rules that Azure adds to every group: priority, inbound, allow, name, source, destination.
const DEFAULT_RULES: [(u32, bool, bool, &str, &str, &str); 6] = [
    (
        65000,
        true,
        true,
        "AllowVnetInBound",
        "VirtualNetwork",
        "VirtualNetwork",
    ),
    (
        65001,
        true,
        true,
        "AllowAzureLoadBalancerInBound",
        "AzureLoadBalancer",
        "*",
    ),
    (65500, true, false, "DenyAllInBound", "*", "*"),
    (
        65000,
        false,
        true,
        "AllowVnetOutBound",
        "VirtualNetwork",
        "VirtualNetwork",
    ),
    (65001, false, true, "AllowInternetOutBound", "*", "Internet"),
    (65500, false, false, "DenyAllOutBound", "*", "*"),
];

fn default_rules(nsg: &Nsg) -> impl Iterator<Item = EffectiveRule> + '_ {
    let side = |text: &str| match text {
        "*" => AddressSet::of(&[AddressPrefix::Any]),
        tag => AddressSet::of(&[AddressPrefix::Tag(Arc::from(tag))]),
    };
    DEFAULT_RULES.into_iter().map(
        move |(priority, inbound, allow, name, source, destination)| EffectiveRule {
            name: Arc::from(name),
            priority,
            inbound,
            allow,
            protocol: None,
            source: side(source),
            source_ports: Vec::new(),
            destination: side(destination),
            destination_ports: Vec::new(),
            default: true,
            cause: Cause::object(nsg.reference()),
        },
    )
}
