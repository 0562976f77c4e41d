//! `Microsoft.Network/azureFirewalls`, `firewallPolicies` and their rule collection groups.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::super::cursor::{Cursor, quoted};
use super::super::item::Item;
use super::super::values::{address, prefix};
use crate::model::firewall::{
    AppProtocol, Firewall, FirewallAction, FirewallAddress, FirewallPolicy, FirewallRule,
    RuleCollection, RuleMatch,
};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;

/// The word for the private ranges of IANA among the ranges that keep their source.
const IANA: &str = "IANAPrivateRanges";

/// Fields of a rule that hold what is not known here.
const UNKNOWN: [(&str, &str); 5] = [
    ("sourceIpGroups", "IP group"),
    ("destinationIpGroups", "IP group"),
    ("fqdnTags", "FQDN tag"),
    ("webCategories", "web category"),
    ("targetUrls", "URL"),
];

/// A firewall of a virtual network. One that says no subnet, such as that of a virtual hub, is none.
pub(super) fn firewall(at: Cursor<'_>, meta: Meta, item: &Item) -> Option<Firewall> {
    let configurations = at.prop("ipConfigurations");
    let subnet = configurations
        .list()
        .find_map(|item| item.prop("subnet").subnet());
    let Some(subnet) = subnet else {
        let place = if configurations.exists() {
            configurations
        } else {
            at
        };
        place.doubt(
            "not-simulated",
            "names no subnet of a virtual network, so the firewall is not modelled; a walk that depends on it says so",
            "no `subnet`",
            "`ipConfigurations` with the `subnet`",
            "export it with `az network firewall show`",
        );
        return None;
    };
    let of = |field: &'static str| at.prop(field).list();
    let collections = of("natRuleCollections")
        .chain(of("networkRuleCollections"))
        .chain(of("applicationRuleCollections"));
    let more = at.prop("additionalProperties");
    Some(Firewall {
        subnet,
        private_ip: configurations
            .list()
            .find_map(|item| item.prop("privateIPAddress").address()),
        public_ips: configurations
            .list()
            .filter_map(|item| item.prop("publicIPAddress").resource())
            .collect(),
        policy: at.prop("firewallPolicy").resource(),
        collections: collections
            .filter_map(|one| collection(one, item, 0))
            .collect(),
        private_ranges: classic_ranges(more.any_case("Network.SNAT.PrivateRanges")),
        dns_proxy: more
            .any_case("Network.DNS.EnableProxy")
            .scalar()
            .is_some_and(|text| text.eq_ignore_ascii_case("true")),
        meta,
    })
}

/// `IANAPrivateRanges, 20.0.0.0/8` as prefixes.
fn classic_ranges(at: Cursor<'_>) -> Option<Vec<IpNet>> {
    let written = at.name()?;
    let texts = written.split(',').map(str::trim);
    Some(
        texts
            .filter(|text| !text.is_empty())
            .flat_map(|text| range(at, text))
            .collect(),
    )
}

fn range(at: Cursor<'_>, text: &str) -> Vec<IpNet> {
    if text.eq_ignore_ascii_case(IANA) {
        return crate::model::firewall::private_ranges();
    }
    match address(text) {
        Some(address) => vec![address.into()],
        None => at.prefix_of(text).into_iter().collect(),
    }
}

pub(super) fn policy(at: Cursor<'_>, meta: Meta, item: &Item) -> FirewallPolicy {
    let groups = at.prop("ruleCollectionGroups").list();
    let ranges = at.prop("snat").any_case("privateRanges");
    let proxy = at.prop("dnsSettings").any_case("enableProxy");
    FirewallPolicy {
        base: at.prop("basePolicy").resource(),
        // Exports name the groups only; a bare id holds no collection.
        collections: groups
            .filter(|one| one.prop("ruleCollections").exists())
            .flat_map(|one| group(one, item))
            .collect(),
        private_ranges: ranges.exists().then(|| {
            let texts = ranges.list().filter_map(|one| Some((one, one.name()?)));
            texts.flat_map(|(one, text)| range(one, &text)).collect()
        }),
        dns_proxy: proxy.flag().unwrap_or_default(),
        meta,
    }
}

/// The collections of a rule collection group.
pub(super) fn group(at: Cursor<'_>, item: &Item) -> Vec<RuleCollection> {
    at.prop("priority").require("a priority, 100 to 65000");
    let priority = at.prop("priority").whole(100, 65000);
    let collections = at.prop("ruleCollections").list();
    let collections = collections.filter_map(|one| collection(one, item, priority?));
    collections.collect()
}

/// A rule collection; one whose meaning is not clear is reported and left out.
fn collection(at: Cursor<'_>, item: &Item, group_priority: u32) -> Option<RuleCollection> {
    let actions = [
        ("Allow", FirewallAction::Allow),
        ("Deny", FirewallAction::Deny),
        ("DNAT", FirewallAction::Dnat),
    ];
    at.any_case("name").require("a name");
    at.prop("priority").require("a priority, 100 to 65000");
    at.prop("action")
        .require("`{type: Allow}`, `Deny` or `DNAT`");
    let written = at.prop("action");
    let action = written.any_case("type").word_any_case(&actions);
    let name = at.any_case("name").name();
    let priority = at.prop("priority").whole(100, 65000);
    let (action, name, priority) = (action?, name?, priority?);
    let rules = at.prop("rules").list();
    Some(RuleCollection {
        object: item.head.object.clone(),
        field: at.path(),
        name,
        group_priority,
        priority,
        action,
        rules: rules.filter_map(|one| rule(one, action)).collect(),
    })
}

fn rule(at: Cursor<'_>, action: FirewallAction) -> Option<FirewallRule> {
    at.any_case("name").require("a name");
    let named = |field: &'static str| at.any_case(field).exists();
    let matches = if action == FirewallAction::Dnat {
        nat(at)
    } else if ["targetFqdns", "fqdnTags", "webCategories", "targetUrls"]
        .into_iter()
        .any(named)
    {
        application(at)
    } else {
        network(at)
    };
    let unknown = UNKNOWN.into_iter().flat_map(|(field, what)| {
        let items = at.any_case(field).list();
        items.filter_map(move |item| Some(Arc::from(format!("{what} {}", item.resource()?))))
    });
    let unknown: Vec<Arc<str>> = unknown.collect();
    let sources = addresses(at.any_case("sourceAddresses"));
    Some(FirewallRule {
        name: at.any_case("name").name()?,
        field: at.path(),
        sources: sources?,
        matches: matches?,
        unknown,
    })
}

fn nat(at: Cursor<'_>) -> Option<RuleMatch> {
    let fqdn = at.any_case("translatedFqdn");
    if !fqdn.exists() {
        at.any_case("translatedAddress")
            .require("an address, or `translatedFqdn`");
    }
    let port = at.any_case("translatedPort");
    let number = port.scalar().and_then(|text| text.parse().ok());
    if port.exists() && number.is_none() {
        port.wrong(
            "bad-port-range",
            "is not a port",
            &quoted(&port.scalar()?),
            "a port such as `8080`",
        );
        return None;
    }
    let protocols = protocols(at);
    let destinations = addresses(at.any_case("destinationAddresses"));
    let ports = ports(at.any_case("destinationPorts"));
    Some(RuleMatch::Nat {
        protocols: protocols?,
        destinations: destinations?,
        ports: ports?,
        address: at.any_case("translatedAddress").address(),
        port: number,
    })
}

fn network(at: Cursor<'_>) -> Option<RuleMatch> {
    let protocols = protocols(at);
    let destinations = addresses(at.any_case("destinationAddresses"));
    let ports = ports(at.any_case("destinationPorts"));
    Some(RuleMatch::Network {
        protocols: protocols?,
        destinations: destinations?,
        names: at.any_case("destinationFqdns").texts(),
        ports: ports?,
    })
}

fn application(at: Cursor<'_>) -> Option<RuleMatch> {
    let known = [
        ("Http", AppProtocol::Http),
        ("Https", AppProtocol::Https),
        ("Mssql", AppProtocol::Mssql),
    ];
    let mut protocols = Vec::new();
    for item in at.any_case("protocols").list() {
        let kind = item.any_case("protocolType").word_any_case(&known)?;
        let usual = match kind {
            AppProtocol::Http => 80,
            AppProtocol::Https => 443,
            AppProtocol::Mssql => 1433,
        };
        let port = item.any_case("port");
        let port = if port.exists() { port.port()? } else { usual };
        protocols.push((kind, port));
    }
    if protocols.is_empty() && at.any_case("fqdnTags").exists() {
        // A tag brings the ports of its names along.
        protocols = vec![(AppProtocol::Http, 80), (AppProtocol::Https, 443)];
    }
    Some(RuleMatch::Application {
        protocols,
        names: at.any_case("targetFqdns").texts(),
    })
}

/// `ipProtocols` of a policy, or `protocols` of classic rules; empty is any.
fn protocols(at: Cursor<'_>) -> Option<Vec<Protocol>> {
    let known = [
        ("TCP", Some(Protocol::Tcp)),
        ("UDP", Some(Protocol::Udp)),
        ("ICMP", Some(Protocol::Icmp)),
        ("Any", None),
    ];
    let mut found = Vec::new();
    let lists = [at.any_case("ipProtocols"), at.any_case("protocols")];
    for item in lists.into_iter().flat_map(Cursor::list) {
        match item.word_any_case(&known)? {
            Some(protocol) => found.push(protocol),
            None => return Some(Vec::new()),
        }
    }
    if found.is_empty() {
        at.any_case("ipProtocols")
            .require("`TCP`, `UDP`, `ICMP` or `Any`");
        return None;
    }
    Some(found)
}

fn addresses(at: Cursor<'_>) -> Option<Vec<FirewallAddress>> {
    at.list().map(one_address).collect()
}

fn one_address(at: Cursor<'_>) -> Option<FirewallAddress> {
    let written = at.name()?;
    let text = written.trim();
    let ends = text.split_once('-');
    let ends = ends.and_then(|(first, last)| {
        let first: IpAddr = address(first.trim())?;
        Some((first, address(last.trim())?))
    });
    Some(match (text, ends) {
        ("*", _) => FirewallAddress::Any,
        (_, Some((first, last))) => FirewallAddress::Range(first, last),
        _ if address(text).is_some() => FirewallAddress::Net(address(text)?.into()),
        _ if prefix(text).is_some()
            || text.contains(['/', ':'])
            || text.starts_with(|first: char| first.is_ascii_digit()) =>
        {
            FirewallAddress::Net(at.prefix()?)
        }
        _ => FirewallAddress::Tag(written),
    })
}

/// Port ranges; `*` is every port and gives an empty list.
fn ports(at: Cursor<'_>) -> Option<Vec<(u16, u16)>> {
    let mut ranges = Vec::new();
    for item in at.list() {
        let written = item.scalar()?;
        if &*written == "*" {
            return Some(Vec::new());
        }
        let (first, last) = written.split_once('-').unwrap_or((&written, &written));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => ranges.push((first, last)),
            _ => {
                item.wrong(
                    "bad-port-range",
                    "is not a port or range of ports",
                    &quoted(&written),
                    "`443`, `8000-8080` or `*`",
                );
                return None;
            }
        }
    }
    if ranges.is_empty() {
        at.require("ports, or `*`");
        return None;
    }
    Some(ranges)
}
