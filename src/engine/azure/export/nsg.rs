//! Effective security rules, as `az network nic list-effective-nsg` lists them.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::{caused_by, caused_by_text, columns};
use crate::engine::azure::nsg::{AddressSet, EffectiveNsg, EffectiveRule, Level};
use crate::engine::azure::tags::{Tags, is_known};
use crate::model::azure::NsgProtocol;

/// The groups that filter something, in the order in which they are asked; places without a group are left out.
pub fn security_groups(groups: &[&EffectiveNsg]) -> Value {
    let attached = groups.iter().filter(|group| group.nsg.is_some());
    json!({ "value": attached.map(|group| security_group(group)).collect::<Vec<_>>() })
}

fn security_group(group: &EffectiveNsg) -> Value {
    let association = match group.level {
        Level::Subnet => "subnet",
        Level::Nic => "networkInterface",
    };
    let name = group.nsg.as_ref().map(|nsg| nsg.name.to_string());
    let rules: Vec<Value> = group
        .rules
        .iter()
        .map(|one| rule(one, &group.tags))
        .collect();
    json!({
        "networkSecurityGroup": { "id": name },
        "association": { association: { "id": group.place.to_string() } },
        "effectiveSecurityRules": rules,
    })
}

fn rule(rule: &EffectiveRule, tags: &Tags) -> Value {
    let mut value = json!({
        "name": if rule.default {
            format!("defaultSecurityRules/{}", rule.name)
        } else {
            format!("securityRules/{}", rule.name)
        },
        "protocol": protocol(rule),
        "sourcePortRanges": ports(&rule.source_ports),
        "destinationPortRanges": ports(&rule.destination_ports),
        "sourceAddressPrefixes": written(&rule.source),
        "destinationAddressPrefixes": written(&rule.destination),
        "access": access(rule),
        "priority": rule.priority,
        "direction": direction(rule),
        "causedBy": caused_by(&rule.cause),
    });
    for (key, side) in [
        ("expandedSourceAddressPrefix", &rule.source),
        ("expandedDestinationAddressPrefix", &rule.destination),
    ] {
        if let Some(expanded) = expanded(side, tags) {
            value[key] = json!(expanded);
        }
    }
    value
}

const fn access(rule: &EffectiveRule) -> &'static str {
    if rule.allow { "Allow" } else { "Deny" }
}

const fn direction(rule: &EffectiveRule) -> &'static str {
    if rule.inbound { "Inbound" } else { "Outbound" }
}

const fn protocol(rule: &EffectiveRule) -> &'static str {
    match rule.protocol {
        None => "All",
        Some(NsgProtocol::Tcp) => "Tcp",
        Some(NsgProtocol::Udp) => "Udp",
        Some(NsgProtocol::Icmp) => "Icmp",
        Some(NsgProtocol::Esp) => "Esp",
        Some(NsgProtocol::Ah) => "Ah",
    }
}

fn ports(ranges: &[(u16, u16)]) -> Vec<String> {
    if ranges.is_empty() {
        return vec!["0-65535".to_owned()];
    }
    ranges
        .iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect()
}

/// Addresses, prefixes and tags as they were written.
fn written(side: &AddressSet) -> Vec<String> {
    let any = side.any.then(|| "*".to_owned());
    let nets = side.nets.iter().map(IpNet::to_string);
    let hosts = side.hosts.iter().map(ToString::to_string);
    let tags = side.tags.iter().map(ToString::to_string);
    any.into_iter()
        .chain(nets)
        .chain(hosts)
        .chain(tags)
        .collect()
}

/// What the tags of a side stand for; `None` if it has none whose addresses are known.
fn expanded(side: &AddressSet, tags: &Tags) -> Option<Vec<String>> {
    let known: Vec<IpNet> = side
        .tags
        .iter()
        .filter_map(|tag| tags.expand(tag))
        .flatten()
        .collect();
    (!known.is_empty()).then(|| known.iter().map(IpNet::to_string).collect())
}

/// The same in columns, one rule a line, inbound before outbound; before them what the tags stand for.
pub fn security_groups_text(groups: &[&EffectiveNsg]) -> String {
    groups.iter().map(|group| group_text(group)).collect()
}

fn group_text(group: &EffectiveNsg) -> String {
    let place = match group.level {
        Level::Subnet => group.place.to_string(),
        Level::Nic => format!("interface of {}", group.place),
    };
    let Some(nsg) = &group.nsg else {
        return format!("{place}: no security group, nothing is refused\n");
    };
    let mut tags: Vec<&str> = Vec::new();
    for rule in group.rules.iter() {
        for tag in rule.source.tags.iter().chain(&rule.destination.tags) {
            if !tags.contains(&&**tag) {
                tags.push(tag);
            }
        }
    }
    let meanings: String = tags.iter().map(|tag| meaning(tag, &group.tags)).collect();
    let head = [
        "Direction",
        "Priority",
        "Name",
        "Access",
        "Protocol",
        "Source",
        "Source ports",
        "Destination",
        "Ports",
        "Caused by",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for inbound in [true, false] {
        let rules = group.rules.iter().filter(|rule| rule.inbound == inbound);
        rows.extend(rules.map(row));
    }
    format!("{place}: {}\n{meanings}{}", nsg.name, columns(&rows))
}

/// What a tag stands for here.
fn meaning(tag: &str, tags: &Tags) -> String {
    let text = match tags.expand(tag) {
        Some(prefixes) => prefixes
            .iter()
            .map(IpNet::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        None if is_known(tag) => "public addresses outside the virtual network".to_owned(),
        None => match tags.services.addresses(tag).as_slice() {
            [] => "not modelled".to_owned(),
            known => {
                let known: Vec<String> = known.iter().map(IpNet::to_string).collect();
                format!("{}, and others that are not modelled", known.join(", "))
            }
        },
    };
    format!("tag {tag} = {text}\n")
}

fn row(rule: &EffectiveRule) -> Vec<String> {
    vec![
        direction(rule).to_owned(),
        rule.priority.to_string(),
        rule.name.to_string(),
        access(rule).to_owned(),
        protocol(rule).to_owned(),
        written(&rule.source).join(","),
        ports_text(&rule.source_ports),
        written(&rule.destination).join(","),
        ports_text(&rule.destination_ports),
        caused_by_text(&rule.cause),
    ]
}

/// Port ranges as somebody writes them; none is every port.
fn ports_text(ranges: &[(u16, u16)]) -> String {
    let texts = ranges.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    match texts.collect::<Vec<_>>().join(",") {
        none if none.is_empty() => "*".to_owned(),
        some => some,
    }
}
