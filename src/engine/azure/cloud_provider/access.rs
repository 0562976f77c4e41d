//! Security rules of a Service in AKS's own security group (R43).

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{annotations, derived_meta, names};
use crate::model::azure::{AddressPrefix, NsgProtocol, SecurityRule};
use crate::model::kube::Service;
use crate::model::packet::Protocol;

/// The beginning of the name of every rule.
const PREFIX: &str = "k8s-azure-lb";
/// The first priority that allow rules try.
pub(super) const FIRST_PRIORITY: u32 = 500;
/// The first priority that deny rules try, downwards.
pub(super) const LAST_PRIORITY: u32 = 4095;
/// The most rules that a security group can have.
pub const MAX_RULES: usize = 1000;

/// Why the controller refuses a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessError {
    /// `loadBalancerSourceRanges` and the annotation with ranges exclude each other.
    BothRanges,
    /// The security group would have more rules than it can.
    TooManyRules(usize),
}

impl std::fmt::Display for AccessError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AccessError::BothRanges => write!(
                f,
                "cannot set both spec.LoadBalancerSourceRanges and service annotation {}azure-allowed-ip-ranges",
                annotations::PREFIX
            ),
            AccessError::TooManyRules(count) => write!(
                f,
                "exceeds the maximum number of rules ({count} > {MAX_RULES})"
            ),
        }
    }
}

/// What a Service asks for.
pub(super) struct Access {
    /// Ranges that may connect, aggregated.
    pub(super) ranges: Vec<IpNet>,
    /// Service tags that may connect.
    pub(super) tags: Vec<Arc<str>>,
    /// Whether a rule refuses everything else.
    pub(super) deny_all: bool,
}

/// Adds the rules of a Service for the addresses of its load balancer.
///
/// Rules with the same protocol, sources and ports are one rule with more destinations. With
/// floating IP switched off the destination is the nodes and their node ports.
pub fn apply(
    rules: &mut Vec<SecurityRule>,
    service: &Service,
    addresses: &[IpAddr],
    nodes: &[IpAddr],
) -> Result<(), AccessError> {
    if annotations::is_true(service, "azure-disable-load-balancer-nsg-rule") {
        return Ok(());
    }
    let access = Access::of(service)?;
    let translated = annotations::is_true(service, "azure-disable-load-balancer-floating-ip");
    let mut destinations: Vec<IpAddr> = if translated { nodes } else { addresses }.to_vec();
    if !translated {
        let more = annotations::list(service, "azure-additional-public-ips");
        destinations.extend(more.iter().filter_map(|text| text.parse::<IpAddr>().ok()));
    }
    // Rules and destinations are only added, so that their numbers are enough to take them back.
    let before: Vec<usize> = rules.iter().map(|it| it.destinations.len()).collect();
    for protocol in [Some(NsgProtocol::Tcp), Some(NsgProtocol::Udp), None] {
        let ports = ports(service, protocol, translated);
        if !ports.is_empty() {
            for ipv6 in [false, true] {
                allow(
                    rules,
                    service,
                    &access,
                    &of_family(&destinations, ipv6),
                    protocol,
                    &ports,
                );
            }
        }
    }
    if access.deny_all {
        for ipv6 in [false, true] {
            deny(rules, service, &of_family(&destinations, ipv6));
        }
    }
    let count = rules.len();
    if count > MAX_RULES {
        rules.truncate(before.len());
        for (rule, length) in rules.iter_mut().zip(before) {
            rule.destinations.truncate(length);
        }
        return Err(AccessError::TooManyRules(count));
    }
    Ok(())
}

/// A range as the controller reads it: no bit is set after the prefix.
pub fn range(text: &str) -> Option<IpNet> {
    let range = text.parse::<IpNet>().ok();
    range.filter(|net| net.addr() == net.network())
}

impl Access {
    pub(super) fn of(service: &Service) -> Result<Self, AccessError> {
        let mut invalid = false;
        let mut parse = |items: Vec<&str>| -> Vec<IpNet> {
            let parsed: Vec<Option<IpNet>> = items.into_iter().map(range).collect();
            invalid |= parsed.contains(&None);
            parsed.into_iter().flatten().collect()
        };
        let mut source_ranges = service.load_balancer_source_ranges.clone();
        if source_ranges.is_empty() {
            source_ranges = parse(annotations::list(service, "load-balancer-source-ranges"));
        }
        let allowed = parse(annotations::list(service, "azure-allowed-ip-ranges"));
        if !source_ranges.is_empty() && !allowed.is_empty() {
            return Err(AccessError::BothRanges);
        }
        source_ranges.extend(allowed);
        let mut tags: Vec<Arc<str>> = annotations::list(service, "azure-allowed-service-tags")
            .into_iter()
            .map(Arc::from)
            .collect();
        let limited = invalid || !source_ranges.is_empty() || !tags.is_empty();
        if !limited && !service.is_internal() {
            tags.push(Arc::from("Internet"));
        }
        let deny =
            annotations::is_true(service, "azure-deny-all-except-load-balancer-source-ranges");
        Ok(Self {
            deny_all: invalid || (deny && !source_ranges.is_empty()),
            ranges: IpNet::aggregate(&source_ranges),
            tags,
        })
    }
}

/// The ports of one protocol; SCTP is only known as `*`.
fn ports(service: &Service, protocol: Option<NsgProtocol>, translated: bool) -> Vec<u16> {
    let of_service = |port: Protocol| match port {
        Protocol::Tcp => Some(NsgProtocol::Tcp),
        Protocol::Udp => Some(NsgProtocol::Udp),
        Protocol::Sctp | Protocol::Icmp => None,
    };
    service
        .ports
        .iter()
        .filter(|port| of_service(port.protocol) == protocol)
        .filter_map(|port| {
            if translated {
                port.node_port
            } else {
                Some(port.port)
            }
        })
        .collect()
}

fn of_family(addresses: &[IpAddr], ipv6: bool) -> Vec<IpAddr> {
    addresses
        .iter()
        .copied()
        .filter(|address| address.is_ipv6() == ipv6)
        .collect()
}

fn allow(
    rules: &mut Vec<SecurityRule>,
    service: &Service,
    access: &Access,
    destinations: &[IpAddr],
    protocol: Option<NsgProtocol>,
    ports: &[u16],
) {
    let Some(first) = destinations.first() else {
        return;
    };
    let ranges: Vec<IpNet> = access
        .ranges
        .iter()
        .filter(|range| range.addr().is_ipv6() == first.is_ipv6())
        .copied()
        .collect();
    let tags = access
        .tags
        .iter()
        .map(|tag| (vec![tag.to_string()], vec![AddressPrefix::Tag(tag.clone())]));
    let ranges = (!ranges.is_empty()).then(|| {
        let texts = ranges.iter().map(IpNet::to_string).collect();
        (texts, ranges.into_iter().map(AddressPrefix::Net).collect())
    });
    let sources: Vec<(Vec<String>, Vec<AddressPrefix>)> = tags.chain(ranges).collect();
    for (texts, sources) in sources {
        let name = allow_name(protocol, first.is_ipv6(), texts, ports);
        if add_destinations(rules, &name, destinations) {
            continue;
        }
        let Some(priority) = free_priority(rules, FIRST_PRIORITY..=LAST_PRIORITY) else {
            continue;
        };
        rules.push(SecurityRule {
            meta: derived_meta(name, &service.reference()),
            priority,
            inbound: true,
            allow: true,
            protocol,
            sources,
            source_ports: Vec::new(),
            destinations: destinations.iter().copied().map(host).collect(),
            destination_ports: ports.iter().map(|port| (*port, *port)).collect(),
        });
    }
}

fn deny(rules: &mut Vec<SecurityRule>, service: &Service, destinations: &[IpAddr]) {
    let Some(first) = destinations.first() else {
        return;
    };
    let name = format!("{PREFIX}_deny-all_{}", family(first.is_ipv6()));
    if add_destinations(rules, &name, destinations) {
        return;
    }
    let Some(priority) = free_priority(rules, (FIRST_PRIORITY..=LAST_PRIORITY).rev()) else {
        return;
    };
    rules.push(SecurityRule {
        meta: derived_meta(name, &service.reference()),
        priority,
        inbound: true,
        allow: false,
        protocol: None,
        sources: vec![AddressPrefix::Any],
        source_ports: Vec::new(),
        destinations: destinations.iter().copied().map(host).collect(),
        destination_ports: Vec::new(),
    });
}

pub(super) fn host(address: IpAddr) -> AddressPrefix {
    AddressPrefix::Net(IpNet::from(address))
}

const fn family(ipv6: bool) -> &'static str {
    if ipv6 { "IPv6" } else { "IPv4" }
}

/// `k8s-azure-lb_allow_IPv4_` and the MD5 digest of protocol, sources and ports.
fn allow_name(
    protocol: Option<NsgProtocol>,
    ipv6: bool,
    mut sources: Vec<String>,
    ports: &[u16],
) -> String {
    sources.sort();
    let mut ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    ports.sort();
    let protocol = match protocol {
        Some(NsgProtocol::Tcp) => "Tcp",
        Some(NsgProtocol::Udp) => "Udp",
        _ => "*",
    };
    let text = format!("{protocol}_{}_{}", sources.join(","), ports.join(","));
    format!("{PREFIX}_allow_{}_{}", family(ipv6), names::md5_hex(&text))
}

/// Adds to the rule of this name, if there is one.
fn add_destinations(rules: &mut [SecurityRule], name: &str, destinations: &[IpAddr]) -> bool {
    let Some(rule) = rules.iter_mut().find(|rule| &*rule.meta.name == name) else {
        return false;
    };
    for prefix in destinations.iter().copied().map(host) {
        if !rule.destinations.contains(&prefix) {
            rule.destinations.push(prefix);
        }
    }
    true
}

/// The first of `candidates` that no inbound rule has.
pub(super) fn free_priority(
    rules: &[SecurityRule],
    mut candidates: impl Iterator<Item = u32>,
) -> Option<u32> {
    let taken: BTreeSet<u32> = rules
        .iter()
        .filter(|rule| rule.inbound)
        .map(|rule| rule.priority)
        .collect();
    candidates.find(|priority| !taken.contains(priority))
}
