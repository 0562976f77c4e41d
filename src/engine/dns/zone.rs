//! What a zone answers: its records, those of the machines that register themselves, and wildcards.

use std::net::IpAddr;
use std::sync::Arc;

use super::name::{normal, within};
use super::private_link::is_private_link;
use super::resolver::vnet_of;
use super::{Answer, Data, Outcome, Record, RecordType};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet};
use crate::model::network::Network;
use crate::model::object::Ref;

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The zone with the most labels that holds `name`, and what stands before it.
pub(super) fn closest<'z, 'n>(
    zones: impl Iterator<Item = &'z DnsZone>,
    name: &'n str,
) -> Option<(&'z DnsZone, &'n str)> {
    let mut best: Option<(&DnsZone, &str)> = None;
    for zone in zones {
        let own = normal(&zone.meta.name);
        let Some(rest) = within(name, &own).filter(|_| !own.is_empty()) else {
            continue;
        };
        if best.is_none_or(|(_, shortest)| rest.len() < shortest.len()) {
            best = Some((zone, rest));
        }
    }
    best
}

/// The answer of a zone about a name in it, of which `rest` stands before the zone.
pub(super) fn answer(
    network: &Network,
    zone: &DnsZone,
    rest: &str,
    (name, kind): (&str, RecordType),
) -> Answer {
    let own = if rest.is_empty() { "@" } else { rest };
    let written = zone.records.iter().any(|set| same(&set.name, own));
    if !written && let Some((machine, address)) = registered(network, zone, rest) {
        let why = Explanation::new("why-dns-registered")
            .with("zone", zone.reference())
            .with("machine", machine.clone());
        return address_answer(name, address, kind, why, Cause::object(machine));
    }
    let cause = Cause::object(zone.reference());
    let below = format!(".{own}");
    let mut names = zone.records.iter().map(|set| set.name.to_ascii_lowercase());
    if !written && names.any(|other| other.ends_with(&below)) {
        // A name that only others stand below exists without records (RFC 4592, 2.2.2).
        return no_data(name, cause);
    }
    let (owner, sets) = record_sets(zone, rest);
    if sets.is_empty() {
        let id = if is_private_link(zone) {
            "why-dns-private-missing"
        } else {
            "why-dns-zone-no-record"
        };
        let why = Explanation::new(id)
            .with("zone", zone.reference())
            .with("name", name);
        return Answer::new(Outcome::NoSuchName, Stage::DnsZone, why).because(cause);
    }
    of_sets(zone, (&owner, &sets), name, kind)
}

/// The answer of the record sets of one name.
fn of_sets(
    zone: &DnsZone,
    (owner, sets): (&str, &[&RecordSet]),
    name: &str,
    kind: RecordType,
) -> Answer {
    let made_from = sets.iter().find_map(|set| set.made_from.clone());
    let cause = Cause::object(made_from.unwrap_or_else(|| zone.reference()));
    let record = |data| Record {
        name: Arc::from(name),
        data,
    };
    let why = Explanation::new("why-dns-zone")
        .with("zone", zone.reference())
        .with("record", owner);
    let mut records = Vec::new();
    for set in sets {
        match &set.data {
            RecordData::Cname(target) => {
                let outcome = if kind == RecordType::Cname {
                    Outcome::Found
                } else {
                    Outcome::Forward(target.clone())
                };
                let alias = vec![record(Data::Alias(Arc::from(normal(target))))];
                return Answer::new(outcome, Stage::DnsZone, why)
                    .because(cause)
                    .with(alias);
            }
            RecordData::Addresses(addresses) => {
                let fitting = addresses.iter().filter(|address| kind.fits(**address));
                // A set says each address once, however often it is written.
                for address in fitting.map(|address| Data::Address(*address)) {
                    if !records.iter().any(|known: &Record| known.data == address) {
                        records.push(record(address));
                    }
                }
            }
            RecordData::Texts(texts) => {
                let asked = texts.iter().filter(|_| kind == RecordType::Txt);
                records.extend(asked.map(|text| record(Data::Text(text.clone()))));
            }
        }
    }
    if records.is_empty() {
        return no_data(name, cause);
    }
    Answer::new(Outcome::Found, Stage::DnsZone, why)
        .because(cause)
        .with(records)
}

fn no_data(name: &str, cause: Cause) -> Answer {
    let why = Explanation::new("why-dns-no-data").with("name", name);
    Answer::new(Outcome::NoData, Stage::DnsZone, why).because(cause)
}

/// The record sets for a relative name: its own, else those of the closest wildcard (RFC 4592).
fn record_sets<'a>(zone: &'a DnsZone, rest: &str) -> (String, Vec<&'a RecordSet>) {
    let of = |name: &str| -> Vec<&RecordSet> {
        let sets = zone.records.iter();
        sets.filter(|set| same(&set.name, name)).collect()
    };
    let exact = if rest.is_empty() { "@" } else { rest };
    let mut owner = String::from(exact);
    let mut sets = of(exact);
    let mut parent = rest;
    while sets.is_empty() && !parent.is_empty() {
        parent = parent.split_once('.').map_or("", |(_, parent)| parent);
        owner = if parent.is_empty() {
            String::from("*")
        } else {
            format!("*.{parent}")
        };
        sets = of(&owner);
        if sets.is_empty() && !parent.is_empty() && !of(parent).is_empty() {
            break;
        }
    }
    (owner, sets)
}

/// The machine of this name in a virtual network that registers its machines in the zone.
fn registered(network: &Network, zone: &DnsZone, host: &str) -> Option<(Ref, IpAddr)> {
    let links = zone.links.iter().filter(|link| link.registration);
    let mut found = links.filter_map(|link| machine_named(network, &link.vnet, host));
    found.next().filter(|_| zone.private)
}

/// The machine of this name in a virtual network, with its address: a host or a node.
pub(super) fn machine_named(network: &Network, vnet: &str, host: &str) -> Option<(Ref, IpAddr)> {
    let here = |place: &Ref| vnet_of(network, place).is_some_and(|own| same(&own, vnet));
    let hosts = network.hosts.iter().map(|it| (it.reference(), it.ip));
    let nodes = network.nodes.iter().map(|it| (it.reference(), it.ip()));
    let mut machines = hosts.chain(nodes);
    let (place, address) = machines.find(|(place, _)| same(&place.name, host) && here(place))?;
    Some((place, address?))
}

/// The answer of one address, or of none where another type is asked for.
pub(super) fn address_answer(
    name: &str,
    address: IpAddr,
    kind: RecordType,
    why: Explanation,
    cause: Cause,
) -> Answer {
    if !kind.fits(address) {
        return no_data(name, cause);
    }
    let record = Record {
        name: Arc::from(name),
        data: Data::Address(address),
    };
    Answer::new(Outcome::Found, Stage::DnsZone, why)
        .because(cause)
        .with(vec![record])
}
