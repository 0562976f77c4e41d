//! Security rules in the order in which Azure evaluates them, tags expanded.

use serde_json::{Value, json};

use super::Shown;
use super::azure::{nsg_protocol, ports};
use crate::cli::input::Input;
use crate::cli::output::table;
use crate::engine::azure::nsg::{AddressSet, EffectiveNsg, EffectiveRule, Level};
use crate::engine::dataplane::NodePlane;
use crate::model::azure::SubnetId;
use crate::model::object::{Kind, Ref};

/// Subnet and interface of a node: inbound the subnet decides first, outbound the interface.
pub(super) fn of_node(input: &Input, name: &str, plane: &NodePlane) -> Shown {
    let filters = input.simulation.dataplane.filters();
    let name = name.strip_prefix("node/").unwrap_or(name);
    let nic = filters.nic(&Ref::new(Kind::Node, name));
    let subnet = plane
        .subnet
        .as_ref()
        .and_then(|subnet| filters.subnet(subnet));
    shown(&[(true, subnet), (true, nic), (false, nic), (false, subnet)])
}

pub(super) fn of_subnet(input: &Input, id: &SubnetId) -> Shown {
    let subnet = input.simulation.dataplane.filters().subnet(id);
    shown(&[(true, subnet), (false, subnet)])
}

fn shown(filters: &[(bool, Option<&EffectiveNsg>)]) -> Shown {
    let head = [
        "Direction",
        "Level",
        "NSG",
        "Priority",
        "Name",
        "Access",
        "Protocol",
        "Source",
        "Source Ports",
        "Destination",
        "Destination Ports",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut values = Vec::new();
    for (inbound, filter) in filters {
        let Some(filter) = filter else {
            continue;
        };
        let rules = filter.rules.iter().filter(|rule| rule.inbound == *inbound);
        if filter.nsg.is_none() {
            rows.push(unfiltered(filter, *inbound));
            continue;
        }
        for rule in rules {
            rows.push(row(filter, rule));
            values.push(value(filter, rule));
        }
    }
    Shown {
        text: table(&rows),
        json: json!({ "value": values }),
    }
}

/// Nothing is attached, so everything passes.
fn unfiltered(filter: &EffectiveNsg, inbound: bool) -> Vec<String> {
    let mut cells = vec![direction(inbound), level(filter), "-", "-", "-", "Allow"];
    cells.extend(["*"; 5]);
    cells.into_iter().map(str::to_owned).collect()
}

fn row(filter: &EffectiveNsg, rule: &EffectiveRule) -> Vec<String> {
    vec![
        direction(rule.inbound).to_owned(),
        level(filter).to_owned(),
        filter
            .nsg
            .as_ref()
            .map(|nsg| nsg.name.to_string())
            .unwrap_or_default(),
        rule.priority.to_string(),
        rule.name.to_string(),
        access(rule).to_owned(),
        nsg_protocol(rule.protocol).to_owned(),
        addresses(filter, &rule.source).join(","),
        ports(&rule.source_ports).join(","),
        addresses(filter, &rule.destination).join(","),
        ports(&rule.destination_ports).join(","),
    ]
}

/// In the shape of `EffectiveNetworkSecurityRule` of the API, with the object and field that it comes from.
fn value(filter: &EffectiveNsg, rule: &EffectiveRule) -> Value {
    let field = (!rule.cause.field.is_empty()).then_some(&*rule.cause.field);
    json!({
        "name": &*rule.name,
        "priority": rule.priority,
        "direction": direction(rule.inbound),
        "access": access(rule),
        "protocol": nsg_protocol(rule.protocol),
        "sourceAddressPrefixes": written(&rule.source),
        "expandedSourceAddressPrefix": addresses(filter, &rule.source),
        "sourcePortRanges": ports(&rule.source_ports),
        "destinationAddressPrefixes": written(&rule.destination),
        "expandedDestinationAddressPrefix": addresses(filter, &rule.destination),
        "destinationPortRanges": ports(&rule.destination_ports),
        "networkSecurityGroup": filter.nsg.as_ref().map(|nsg| nsg.name.to_string()),
        "association": filter.place.to_string(),
        "causedBy": { "object": rule.cause.object.to_string(), "field": field },
    })
}

fn direction(inbound: bool) -> &'static str {
    if inbound { "Inbound" } else { "Outbound" }
}

fn level(filter: &EffectiveNsg) -> &'static str {
    match filter.level {
        Level::Subnet => "subnet",
        Level::Nic => "nic",
    }
}

fn access(rule: &EffectiveRule) -> &'static str {
    if rule.allow { "Allow" } else { "Deny" }
}

/// Prefixes, addresses and tags as they were written.
fn written(set: &AddressSet) -> Vec<String> {
    if set.any {
        return vec!["*".to_owned()];
    }
    let nets = set.nets.iter().map(ToString::to_string);
    let hosts = set.hosts.iter().map(ToString::to_string);
    nets.chain(hosts)
        .chain(set.tags.iter().map(ToString::to_string))
        .collect()
}

/// The same with tags expanded; a tag whose addresses are not known stays a tag.
fn addresses(filter: &EffectiveNsg, set: &AddressSet) -> Vec<String> {
    if set.any {
        return vec!["*".to_owned()];
    }
    let nets = set.nets.iter().map(ToString::to_string);
    let hosts = set.hosts.iter().map(ToString::to_string);
    let tags = set
        .tags
        .iter()
        .flat_map(|tag| match filter.tags.expand(tag) {
            Some(prefixes) => prefixes.iter().map(ToString::to_string).collect(),
            None => vec![tag.to_string()],
        });
    nets.chain(hosts).chain(tags).collect()
}
