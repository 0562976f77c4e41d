//! What Azure DNS answers: private zones linked to the virtual network, names of its machines, public zones of
//! the scenario, labels of public IP addresses, and names of resources with a private endpoint.

use std::sync::Arc;

use super::name::{labels, normal, within};
use super::private_link::{self, is_private_link};
use super::resolver::DEAD_SEARCH;
use super::zone::{self, address_answer, closest, machine_named};
use super::{Answer, Data, Outcome, Record, RecordType};
use crate::engine::control::names::suffix;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::azure::Vnet;
use crate::model::dns_zone::{DnsZone, ZoneLink};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::storage::StorageAccount;

/// The domain of machine names in a virtual network.
const INTERNAL: &str = "internal.cloudapp.net";
/// The domain of labels of public IP addresses.
const PUBLIC_LABELS: &str = "cloudapp.azure.com";
/// The domain of storage accounts.
const STORAGE: &str = "core.windows.net";
/// The domain of API servers.
const API_SERVERS: &str = "azmk8s.io";
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
    let Some(vnet) = vnet else {
        return public(network, None, name, kind);
    };
    let linked = |zone: &&DnsZone| zone.private && link(zone, vnet).is_some();
    if let Some((zone, rest)) = closest(network.dns_zones.iter().filter(linked), name) {
        let answer = zone::answer(network, zone, rest, (name, kind));
        let redirect = link(zone, vnet).is_some_and(|link| link.redirect);
        let missing = answer.outcome == Outcome::NoSuchName;
        if !(missing && redirect && is_private_link(zone)) {
            return answer;
        }
        let mut answer = public(network, Some(vnet), name, kind);
        if answer.outcome == Outcome::Found {
            answer.why = Explanation::new("why-dns-redirect")
                .with("zone", zone.reference())
                .with("name", name);
            answer.cause = Some(Cause::object(zone.reference()));
        }
        return answer;
    }
    let internal = within(name, &internal_domain(vnet));
    if let Some(host) = internal.filter(|host| !host.is_empty()) {
        return machine(network, vnet, host, name, kind);
    }
    public(network, Some(vnet), name, kind)
}

/// The link of a private zone to a virtual network.
fn link<'z>(zone: &'z DnsZone, vnet: &Vnet) -> Option<&'z ZoneLink> {
    let mut links = zone.links.iter();
    links.find(|link| same(&link.vnet, &vnet.meta.name))
}

/// What is told to everybody.
fn public(network: &Network, vnet: Option<&Vnet>, name: &str, kind: RecordType) -> Answer {
    let zones = network.dns_zones.iter().filter(|zone| !zone.private);
    if let Some((zone, rest)) = closest(zones, name) {
        return zone::answer(network, zone, rest, (name, kind));
    }
    if let Some(label) = within(name, PUBLIC_LABELS) {
        return public_label(network, vnet, (label, name), kind);
    }
    if let Some((alias, endpoint)) = private_link::alias(network, name) {
        let cause = Cause::object(endpoint.reference());
        let why = Explanation::new("why-dns-private-alias")
            .with("endpoint", endpoint.reference())
            .with("alias", alias.as_str());
        let outcome = if kind == RecordType::Cname {
            Outcome::Found
        } else {
            Outcome::Forward(Arc::from(alias.as_str()))
        };
        let record = Record {
            name: Arc::from(name),
            data: Data::Alias(Arc::from(alias)),
        };
        return Answer::new(outcome, Stage::DnsZone, why)
            .because(cause)
            .with(vec![record]);
    }
    match of_resource(network, name, kind) {
        Some(answer) => answer,
        None => unknown(network, vnet, name),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The public address of a storage account, by its own name or by the one that a private endpoint makes it an
/// alias of; those of other resources are not known.
fn of_resource(network: &Network, name: &str, kind: RecordType) -> Option<Answer> {
    if unread_endpoint(network).is_some() && storage_account(network, name).is_some() {
        return None;
    }
    let endpoint = private_link::behind(network, name);
    let account = storage_account(network, name);
    if let Some((account, address)) = account.and_then(|it| Some((it, it.ip?))) {
        let place = account.reference();
        let why = match endpoint {
            Some(_) => Explanation::new("why-dns-private-public").with("name", name),
            None => Explanation::new("why-dns-storage"),
        };
        let why = why.with("account", place.clone());
        // The zone that would have led to the private address, if it is just not linked.
        let zones = network.dns_zones.iter().filter(|zone| zone.private);
        let unlinked = closest(zones, name).filter(|_| endpoint.is_some());
        let place = unlinked.map_or(place, |(zone, _)| zone.reference());
        return Some(address_answer(
            name,
            address,
            kind,
            why,
            Cause::object(place),
        ));
    }
    let endpoint = endpoint?;
    let target = endpoint.connection()?.target();
    let what = format!("the public address of {target}");
    Some(not_modelled(&what, Cause::object(endpoint.reference())))
}

fn not_modelled(what: &str, cause: Cause) -> Answer {
    let why = Explanation::new("why-limit-not-modelled").with("what", what);
    let outcome = Outcome::NotModelled(Arc::from(what));
    Answer::new(outcome, Stage::DnsZone, why).because(cause)
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
    let Some((place, address)) = machine_named(network, &vnet.meta.name, host) else {
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

/// `label.region` of a public IP address with a domain name label (`domainNameLabel`).
fn public_label(
    network: &Network,
    vnet: Option<&Vnet>,
    (label, name): (&str, &str),
    kind: RecordType,
) -> Answer {
    let found = network.public_ips.iter().find(|public| {
        let own = public.domain_name_label.as_deref().unwrap_or_default();
        let full = format!("{}.{}", normal(own), region(&public.location));
        !own.is_empty() && full == label
    });
    let with_address = found.and_then(|public| Some((public, public.ip?)));
    let Some((public, address)) = with_address else {
        return unknown(network, vnet, name);
    };
    let place = Ref::new(Kind::PublicIp, public.meta.name.clone());
    let why = Explanation::new("why-dns-public-label").with("publicip", place.clone());
    let field = "properties.dnsSettings.domainNameLabel";
    address_answer(name, address, kind, why, Cause::field(place, field))
}

/// The storage account of the scenario that a name such as `account.blob.core.windows.net` is one of.
fn storage_account<'n>(network: &'n Network, name: &str) -> Option<&'n StorageAccount> {
    let (account, _service) = within(name, STORAGE)?.split_once('.')?;
    network.storage_account(account)
}

/// A private endpoint that could not be read: it may make a name an alias.
fn unread_endpoint(network: &Network) -> Option<&Ref> {
    let mut unread = network.unmodelled.iter();
    unread.find(|object| object.kind == Kind::PrivateEndpoint)
}

/// A name that nothing in the scenario knows; if a private zone holds it that is just not linked, that is why.
fn unknown(network: &Network, vnet: Option<&Vnet>, name: &str) -> Answer {
    let endpoint = unread_endpoint(network);
    if let Some(endpoint) = endpoint.filter(|_| storage_account(network, name).is_some()) {
        return not_modelled(&endpoint.to_string(), Cause::object(endpoint.clone()));
    }
    let no_such = |why| Answer::new(Outcome::NoSuchName, Stage::DnsZone, why);
    let private = network.dns_zones.iter().filter(|zone| zone.private);
    if let Some((zone, _)) = closest(private, name) {
        let why = Explanation::new("why-dns-zone-not-linked").with("zone", zone.reference());
        return no_such(why).because(Cause::object(zone.reference()));
    }
    if let Some(cluster) = &network.cluster
        && within(name, API_SERVERS).is_some_and(|host| !host.is_empty())
    {
        let cause = Cause::object(cluster.reference());
        return not_modelled("the API server and its name", cause);
    }
    let mut others = network.vnets.iter();
    let other = others.find(|other| within(name, &internal_domain(other)).is_some());
    let other = other.filter(|other| vnet.is_none_or(|own| own.meta.name != other.meta.name));
    if let Some(other) = other {
        let why = Explanation::new("why-dns-other-vnet")
            .with("name", name)
            .with("vnet", other.reference());
        return no_such(why).because(Cause::object(other.reference()));
    }
    let internal = within(name, INTERNAL).is_some() || within(name, DEAD_SEARCH).is_some();
    let id = if internal || labels(name) < 2 {
        "why-dns-no-such-name"
    } else {
        "why-dns-unknown-name"
    };
    no_such(Explanation::new(id).with("name", name))
}
