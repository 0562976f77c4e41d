//! `Microsoft.Network/networkSecurityGroups`.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::super::values::{address, prefix};
use super::{Parts, region};
use crate::model::azure::{ASG, AddressPrefix, Nsg, NsgProtocol, SecurityRule};
use crate::model::kube::Meta;
use crate::model::unread::UnreadRule;

/// The fields that say where packets come from.
const SOURCES: [&str; 3] = [
    "sourceAddressPrefix",
    "sourceAddressPrefixes",
    "sourceApplicationSecurityGroups",
];
/// The fields that say where packets go.
const DESTINATIONS: [&str; 3] = [
    "destinationAddressPrefix",
    "destinationAddressPrefixes",
    "destinationApplicationSecurityGroups",
];

/// The values of `direction`, and whether each is inbound.
const DIRECTIONS: [(&str, bool); 2] = [("Inbound", true), ("Outbound", false)];

/// The values of `protocol`.
const PROTOCOLS: [(&str, Option<NsgProtocol>); 6] = [
    ("*", None),
    ("Tcp", Some(NsgProtocol::Tcp)),
    ("Udp", Some(NsgProtocol::Udp)),
    ("Icmp", Some(NsgProtocol::Icmp)),
    ("Esp", Some(NsgProtocol::Esp)),
    ("Ah", Some(NsgProtocol::Ah)),
];

/// The priority of a rule that comes before all others (facts of security groups: 100 to 4096).
const FIRST: u32 = 100;
/// The priority of a rule that comes after all others.
const LAST: u32 = 4096;

pub(super) fn nsg(at: Cursor<'_>, meta: Meta, parts: Parts<'_>) -> Nsg {
    let mut nsg = Nsg {
        location: region(at),
        meta,
        ..Nsg::default()
    };
    for (index, item) in at.prop("securityRules").list().enumerate() {
        match rule(item, parts) {
            Some(rule) => nsg.rules.push(rule),
            None => nsg.unread.push(unread(item, index)),
        }
    }
    nsg
}

/// What is known of a rule that was left out; nothing is reported again.
pub(super) fn unread(at: Cursor<'_>, index: usize) -> UnreadRule {
    let text = |at: Cursor<'_>| at.node().and_then(|node| node.as_str().map(Arc::from));
    let priority: Option<Arc<str>> = text(at.prop("priority"));
    let direction: Option<Arc<str>> = text(at.prop("direction"));
    UnreadRule {
        name: text(at.any_case("name")).unwrap_or_default(),
        field: Arc::from(format!("properties.securityRules[{index}]")),
        priority: priority
            .and_then(|text| text.parse().ok())
            .filter(|it| (FIRST..=LAST).contains(it)),
        inbound: direction.and_then(|text| {
            let mut known = DIRECTIONS.iter();
            let found = known.find(|(word, _)| word.eq_ignore_ascii_case(&text));
            found.map(|(_, inbound)| *inbound)
        }),
    }
}

/// A security rule; one whose meaning is not clear is reported and left out.
pub(super) fn rule(at: Cursor<'_>, parts: Parts<'_>) -> Option<SecurityRule> {
    for (field, expected) in [
        ("priority", "a priority, 100 to 4096"),
        ("direction", "`Inbound` or `Outbound`"),
        ("access", "`Allow` or `Deny`"),
    ] {
        at.prop(field).require(expected);
    }
    let meta = parts.part(at);
    let priority = at.prop("priority").whole(i64::from(FIRST), i64::from(LAST));
    let inbound = at.prop("direction").word_any_case(&DIRECTIONS);
    let allow = at
        .prop("access")
        .word_any_case(&[("Allow", true), ("Deny", false)]);
    let written = at.prop("protocol");
    let protocol = written.word_any_case(&PROTOCOLS);
    let source_ports = ports(at, "sourcePortRange", "sourcePortRanges");
    let destination_ports = ports(at, "destinationPortRange", "destinationPortRanges");
    let sources = peers(at, SOURCES);
    let destinations = peers(at, DESTINATIONS);
    // Everything was looked at, so that all problems are listed; now it must be there.
    Some(SecurityRule {
        meta: meta?,
        priority: priority?,
        inbound: inbound?,
        allow: allow?,
        protocol: if written.exists() { protocol? } else { None },
        sources: sources?,
        source_ports: source_ports?,
        destinations: destinations?,
        destination_ports: destination_ports?,
    })
}

/// The rule that an event adds: it denies, is inbound unless it says otherwise, and comes before all others unless
/// it has a priority.
pub(in crate::model::read) fn denial(at: Cursor<'_>, meta: Meta) -> Option<SecurityRule> {
    let (direction, protocol) = (at.prop("direction"), at.prop("protocol"));
    let priority = at.prop("priority");
    let rule = SecurityRule {
        meta,
        priority: if priority.exists() {
            priority.whole(i64::from(FIRST), i64::from(LAST))?
        } else {
            FIRST
        },
        inbound: !direction.exists() || direction.word_any_case(&DIRECTIONS)?,
        allow: false,
        protocol: if protocol.exists() {
            protocol.word_any_case(&PROTOCOLS)?
        } else {
            None
        },
        sources: peers_or_any(at, SOURCES)?,
        source_ports: ports(at, "sourcePortRange", "sourcePortRanges")?,
        destinations: peers_or_any(at, DESTINATIONS)?,
        destination_ports: ports(at, "destinationPortRange", "destinationPortRanges")?,
    };
    Some(rule)
}

fn peers_or_any(at: Cursor<'_>, fields: [&'static str; 3]) -> Option<Vec<AddressPrefix>> {
    if fields.iter().any(|field| at.prop(field).exists()) {
        peers(at, fields)
    } else {
        Some(vec![AddressPrefix::Any])
    }
}

/// The values of a field that exists in the singular and the plural.
fn both<'a>(at: Cursor<'a>, one: &'a str, many: &'a str) -> Vec<Cursor<'a>> {
    let single = at.prop(one);
    let mut values: Vec<Cursor<'_>> = at.prop(many).list().collect();
    if single.exists() && single.node().and_then(|node| node.as_str()) != Some("") {
        values.insert(0, single);
    }
    values
}

/// Prefixes and tags; application security groups are kept as the tag `ASG NAME`.
fn peers(at: Cursor<'_>, [one, many, groups]: [&'static str; 3]) -> Option<Vec<AddressPrefix>> {
    let mut peers = Vec::new();
    for value in both(at, one, many) {
        let written = value.name()?;
        peers.push(match &*written {
            "*" => AddressPrefix::Any,
            text if address(text).is_some() => AddressPrefix::Net(address(text)?.into()),
            text if prefix(text).is_some() || text.contains(['/', ':']) => {
                AddressPrefix::Net(value.prefix()?)
            }
            text if text.starts_with(|first: char| first.is_ascii_digit()) => {
                value.wrong(
                    "bad-prefix",
                    "is not a prefix",
                    &quoted(text),
                    "a prefix, an address or a service tag",
                );
                return None;
            }
            _ => AddressPrefix::Tag(written),
        });
    }
    for group in at.prop(groups).list() {
        let name = group.resource()?;
        group.doubt(
            "not-simulated",
            "names an application security group, whose members are not known; a walk for which it matters is not modelled",
            &quoted(&name),
            "an address prefix or a service tag",
            "",
        );
        peers.push(AddressPrefix::Tag(format!("{ASG}{name}").into()));
    }
    if peers.is_empty() {
        at.prop(one).require("a prefix, a service tag or `*`");
        return None;
    }
    Some(peers)
}

/// Port ranges; empty means every port.
fn ports(at: Cursor<'_>, one: &'static str, many: &'static str) -> Option<Vec<(u16, u16)>> {
    let mut ranges = Vec::new();
    for value in both(at, one, many) {
        let written = value.scalar()?;
        if &*written == "*" {
            return Some(Vec::new());
        }
        let (first, last) = written.split_once('-').unwrap_or((&written, &written));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => ranges.push((first, last)),
            _ => {
                value.wrong(
                    "bad-port-range",
                    "is not a port or range of ports",
                    &quoted(&written),
                    "`443`, `8000-8080` or `*`",
                );
                return None;
            }
        }
    }
    Some(ranges)
}
