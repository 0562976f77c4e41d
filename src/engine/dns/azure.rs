//! What Azure DNS answers: private zones linked to the virtual network, names of its machines, public zones of
//! the scenario, and labels of public IP addresses.

use std::net::IpAddr;
use std::sync::Arc;

use super::name::{labels, normal, within};
use super::resolver::{DEAD_SEARCH, vnet_of};
use super::{Answer, Data, Outcome, Record, RecordType};
use crate::engine::control::names::suffix;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::azure::{DnsZone, RecordData, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::storage::StorageAccount;

/// The domain of machine names in a virtual network.
const INTERNAL: &str = "internal.cloudapp.net";
/// The domain of labels of public IP addresses.
const PUBLIC_LABELS: &str = "cloudapp.azure.com";
/// The domain of storage accounts.
const STORAGE: &str = "core.windows.net";
/// Aliases that are followed one after the other.
const MAX_ALIASES: usize = 8;

/// The answer of Azure DNS to a machine in `vnet`; without one (outside Azure) just public names are known.
pub fn answer(network: &Network, vnet: Option<&str>, name: &str, kind: RecordType) -> Answer {
    let mut name = normal(name);
    let mut aliases: Vec<Record> = Vec::new();
    let vnet = vnet.and_then(|vnet| network.vnet(vnet));
    loop {
        let mut answer = one(network, vnet, &name, kind);
        let Some(next) = alias_target(&answer) else {
            answer.records.splice(0..0, aliases);
            return answer;
        };
        aliases.append(&mut answer.records);
        let seen = aliases.iter().any(|record| *record.name == *next);
        if next.is_empty() || seen || aliases.len() > MAX_ALIASES {
            let why = Explanation::new("why-dns-alias-loop").with("name", name);
            return Answer::new(Outcome::NoSuchName, Stage::DnsZone, why).with(aliases);
        }
        name = next;
    }
}

/// The name that an answer of just an alias leads to.
fn alias_target(answer: &Answer) -> Option<String> {
    match (&answer.outcome, &answer.records.first()?.data) {
        (Outcome::Forward(_), Data::Alias(target)) => Some(normal(target)),
        _ => None,
    }
}

/// One step; an alias is [`Outcome::Forward`] with just that record.
fn one(network: &Network, vnet: Option<&Vnet>, name: &str, kind: RecordType) -> Answer {
    let private = |zone: &&DnsZone| {
        let linked = |link: &Arc<str>| vnet.is_some_and(|vnet| same(link, &vnet.meta.name));
        zone.private && zone.links.iter().any(linked)
    };
    if let Some((zone, rest)) = closest(network.dns_zones.iter().filter(private), name) {
        return in_zone(zone, rest, name, kind);
    }
    if let Some(vnet) = vnet
        && let Some(host) = within(name, &internal_domain(vnet)).filter(|host| !host.is_empty())
    {
        return machine(network, vnet, host, name, kind);
    }
    let public = network.dns_zones.iter().filter(|zone| !zone.private);
    if let Some((zone, rest)) = closest(public, name) {
        return in_zone(zone, rest, name, kind);
    }
    if let Some(label) = within(name, PUBLIC_LABELS) {
        return public_label(network, label, name, kind);
    }
    let private = || {
        let mut endpoints = network.unmodelled.iter();
        endpoints.any(|object| object.kind == Kind::PrivateEndpoint)
    };
    if let Some(account) = storage_account(network, name)
        && let Some(address) = account.ip.filter(|_| !private())
    {
        let place = account.reference();
        let why = Explanation::new("why-dns-storage").with("account", place.clone());
        return address_answer(name, address, kind, why, Cause::object(place));
    }
    unknown(network, name)
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The zone with the most labels that holds `name`, and what stands before it.
fn closest<'z, 'n>(
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

fn reference(zone: &DnsZone) -> Ref {
    let kind = if zone.private {
        Kind::PrivateDnsZone
    } else {
        Kind::DnsZone
    };
    Ref::new(kind, zone.meta.name.clone())
}

fn in_zone(zone: &DnsZone, rest: &str, name: &str, kind: RecordType) -> Answer {
    let cause = Cause::object(reference(zone));
    let (owner, sets) = record_sets(zone, rest);
    if sets.is_empty() {
        let why = Explanation::new("why-dns-zone-no-record")
            .with("zone", reference(zone))
            .with("name", name);
        return Answer::new(Outcome::NoSuchName, Stage::DnsZone, why).because(cause);
    }
    let record = |data| Record {
        name: Arc::from(name),
        data,
    };
    let why = Explanation::new("why-dns-zone")
        .with("zone", reference(zone))
        .with("record", owner);
    for set in &sets {
        if let RecordData::Cname(target) = set {
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
    }
    let mut records = Vec::new();
    for set in sets {
        match set {
            RecordData::Addresses(addresses) => {
                let fitting = addresses.iter().filter(|address| kind.fits(**address));
                records.extend(fitting.map(|address| record(Data::Address(*address))));
            }
            RecordData::Text(text) if kind == RecordType::Txt => {
                records.push(record(Data::Text(text.clone())));
            }
            RecordData::Text(_) | RecordData::Cname(_) => {}
        }
    }
    if records.is_empty() {
        let why = Explanation::new("why-dns-no-data").with("name", name);
        return Answer::new(Outcome::NoData, Stage::DnsZone, why).because(cause);
    }
    Answer::new(Outcome::Found, Stage::DnsZone, why)
        .because(cause)
        .with(records)
}

/// The record sets for a relative name: its own, else those of the closest wildcard (RFC 4592).
fn record_sets<'a>(zone: &'a DnsZone, rest: &str) -> (String, Vec<&'a RecordData>) {
    let of = |name: &str| -> Vec<&RecordData> {
        let sets = zone.records.iter().filter(|set| same(&set.name, name));
        sets.map(|set| &set.data).collect()
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

/// The domain of the machine names in a virtual network: an id that Azure draws (here from the name), and the region.
pub fn internal_domain(vnet: &Vnet) -> String {
    let name = vnet.meta.name.to_ascii_lowercase();
    let id: String = (0..5)
        .map(|part| suffix(&[&name, &part.to_string()]))
        .collect();
    format!("{id}.{}.{INTERNAL}", region(&vnet.location))
}

/// A region as names write it: `Japan East` is `japaneast`.
fn region(location: &str) -> String {
    let letters = location.chars().filter(|letter| !letter.is_whitespace());
    let region: String = letters.collect::<String>().to_ascii_lowercase();
    if region.is_empty() {
        String::from("azure")
    } else {
        region
    }
}

/// A machine of the virtual network, by its name.
fn machine(network: &Network, vnet: &Vnet, host: &str, name: &str, kind: RecordType) -> Answer {
    let here = |place: &Ref| vnet_of(network, place).is_some_and(|own| same(&own, &vnet.meta.name));
    let hosts = network.hosts.iter().map(|it| (it.reference(), it.ip));
    let nodes = network.nodes.iter().map(|it| (it.reference(), it.ip()));
    let found = hosts
        .chain(nodes)
        .find(|(place, _)| same(&place.name, host) && here(place));
    let Some((place, Some(address))) = found else {
        let why = Explanation::new("why-dns-no-machine")
            .with("name", name)
            .with("vnet", vnet.reference());
        return Answer::new(Outcome::NoSuchName, Stage::DnsZone, why);
    };
    let why = Explanation::new("why-dns-machine")
        .with("machine", place.clone())
        .with("vnet", vnet.reference());
    address_answer(name, address, kind, why, Cause::object(place))
}

fn address_answer(
    name: &str,
    address: IpAddr,
    kind: RecordType,
    why: Explanation,
    cause: Cause,
) -> Answer {
    if !kind.fits(address) {
        let why = Explanation::new("why-dns-no-data").with("name", name);
        return Answer::new(Outcome::NoData, Stage::DnsZone, why).because(cause);
    }
    let record = Record {
        name: Arc::from(name),
        data: Data::Address(address),
    };
    Answer::new(Outcome::Found, Stage::DnsZone, why)
        .because(cause)
        .with(vec![record])
}

/// `label.region` of a public IP address with a domain name label (`domainNameLabel`).
fn public_label(network: &Network, label: &str, name: &str, kind: RecordType) -> Answer {
    let found = network.public_ips.iter().find(|public| {
        let own = public.domain_name_label.as_deref().unwrap_or_default();
        let full = format!("{}.{}", normal(own), region(&public.location));
        !own.is_empty() && full == label
    });
    let with_address = found.and_then(|public| Some((public, public.ip?)));
    let Some((public, address)) = with_address else {
        return unknown(network, name);
    };
    let place = Ref::new(Kind::PublicIp, public.meta.name.clone());
    let why = Explanation::new("why-dns-public-label").with("publicip", place.clone());
    let field = "properties.dnsSettings.domainNameLabel";
    address_answer(name, address, kind, why, Cause::field(place, field))
}

/// The storage account of the scenario that a name such as `account.blob.core.windows.net` is one of.
fn storage_account<'n>(network: &'n Network, name: &str) -> Option<&'n StorageAccount> {
    let (account, _service) = within(name, STORAGE)?.split_once('.')?;
    let mut accounts = network.storage_accounts.iter();
    accounts.find(|object| same(&object.meta.name, account))
}

/// A name that nothing in the scenario knows; if a private zone holds it that is just not linked, that is why.
fn unknown(network: &Network, name: &str) -> Answer {
    // A private endpoint may make the name an alias.
    let mut endpoints = network.unmodelled.iter();
    let endpoint = endpoints.find(|object| object.kind == Kind::PrivateEndpoint);
    if let Some(endpoint) = endpoint.filter(|_| storage_account(network, name).is_some()) {
        let why = Explanation::new("why-limit-not-modelled").with("what", endpoint.to_string());
        let outcome = Outcome::NotModelled(Arc::from(endpoint.to_string()));
        return Answer::new(outcome, Stage::DnsZone, why).because(Cause::object(endpoint.clone()));
    }
    let private = network.dns_zones.iter().filter(|zone| zone.private);
    if let Some((zone, _)) = closest(private, name) {
        let why = Explanation::new("why-dns-zone-not-linked").with("zone", reference(zone));
        return Answer::new(Outcome::NoSuchName, Stage::DnsZone, why)
            .because(Cause::object(reference(zone)));
    }
    let internal = within(name, INTERNAL).is_some() || within(name, DEAD_SEARCH).is_some();
    let why = if internal || labels(name) < 2 {
        Explanation::new("why-dns-no-such-name").with("name", name)
    } else {
        Explanation::new("why-dns-unknown-name").with("name", name)
    };
    Answer::new(Outcome::NoSuchName, Stage::DnsZone, why)
}
