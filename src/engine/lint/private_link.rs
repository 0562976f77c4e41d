//! Private endpoints and private zones: connections that do not work, names that lead elsewhere, rules without effect.
//!
//! What a name leads to is asked of [`dns::azure`], never worked out here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{error, warning};
use crate::engine::azure::firewall::{Leaving, leaving, private_address};
use crate::engine::azure::private_endpoint::{leading_to, policies, state};
use crate::engine::azure::routes::RouteDecision;
use crate::engine::azure::topology::contains;
use crate::engine::dataplane::Dataplane;
use crate::engine::dns::private_link::public_name;
use crate::engine::dns::{Outcome, RecordType, azure};
use crate::model::azure::NextHop;
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Packet;
use crate::model::private_link::{ConnectionState, PrivateEndpoint};

pub(super) fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    for endpoint in &network.private_endpoints {
        problems.extend(connection(network, endpoint));
        problems.extend(states(network, endpoint));
        address(plane, endpoint, problems);
        names(network, endpoint, problems);
        appliances(plane, endpoint, problems);
    }
    rules(network, problems);
    accounts(network, problems);
    registration(network, problems);
}

/// No connection, or one that its owner has not approved.
fn connection(network: &Network, endpoint: &PrivateEndpoint) -> Option<Diagnostic> {
    let Some(connection) = endpoint.connection() else {
        let message = "it connects to no resource: packets for the endpoint get no answer";
        let problem = warning("endpoint-connects-nothing", message)
            .about(endpoint.reference())
            .field("properties.privateLinkServiceConnections")
            .found("no connection", "one with a `privateLinkServiceId`");
        return Some(problem.hint("export it with `az network private-endpoint show`"));
    };
    let state = state(network, endpoint);
    if state == ConnectionState::Approved {
        return None;
    }
    let message = format!(
        "the connection to {} is {}: packets for the endpoint get no answer",
        connection.target(),
        state.as_str()
    );
    let field = format!("{}.privateLinkServiceConnectionState", connection.field);
    let problem = warning("endpoint-not-approved", message)
        .about(endpoint.reference())
        .field(field)
        .found(format!("`{}`", state.as_str()), "`Approved`");
    Some(problem.hint("let the owner of the resource approve it, or make a new endpoint"))
}

/// The endpoint and the resource say different things; the resource decides.
fn states(network: &Network, endpoint: &PrivateEndpoint) -> Option<Diagnostic> {
    let connection = endpoint.connection()?;
    let state = state(network, endpoint);
    if state == connection.state {
        return None;
    }
    let message = format!(
        "{} has this connection as {}, which counts",
        connection.target(),
        state.as_str()
    );
    let field = format!("{}.privateLinkServiceConnectionState", connection.field);
    let problem = warning("endpoint-states-differ", message)
        .about(endpoint.reference())
        .field(field)
        .found(
            format!("`{}`", connection.state.as_str()),
            format!("`{}`", state.as_str()),
        );
    Some(problem.hint("export both again"))
}

/// Pinned addresses must be free ones of the subnet.
fn address(plane: &Dataplane, endpoint: &PrivateEndpoint, problems: &mut Vec<Diagnostic>) {
    let Some(subnet) = plane.network.subnet(&endpoint.subnet) else {
        return;
    };
    let field = "properties.ipConfigurations";
    for ip in &endpoint.ips {
        if !contains(&subnet.prefixes, *ip) {
            let message = format!("`{ip}` is not an address of {}", subnet.reference());
            let problem = error("address-outside-subnet", message);
            problems.push(problem.about(endpoint.reference()).field(field));
        }
        let mut others = plane.network.private_endpoints.iter();
        let before = others
            .by_ref()
            .take_while(|it| it.meta.name != endpoint.meta.name)
            .find(|it| it.ips.contains(ip) && it.subnet.vnet == endpoint.subnet.vnet);
        let nics = plane.addresses.nics();
        let machine = nics
            .filter(|nic| nic.subnet.vnet == endpoint.subnet.vnet)
            .find(|nic| nic.owns(*ip))
            .map(|nic| nic.owner.clone());
        let holder = machine.or(before.map(PrivateEndpoint::reference));
        if let Some(holder) = holder {
            let message = format!("`{ip}` is the address of {holder} as well");
            let problem = error("endpoint-address-taken", message)
                .about(endpoint.reference())
                .field(field)
                .found(format!("`{ip}`"), "an address that nothing else has")
                .hint("choose a free address of the subnet, or leave it to Azure");
            problems.push(problem);
        }
    }
}

/// What the public name of the resource leads to in each virtual network.
fn names(network: &Network, endpoint: &PrivateEndpoint, problems: &mut Vec<Diagnostic>) {
    if state(network, endpoint) != ConnectionState::Approved {
        return;
    }
    let Some(name) = public_name(endpoint) else {
        return;
    };
    for vnet in &network.vnets {
        let own = vnet.meta.name.eq_ignore_ascii_case(&endpoint.subnet.vnet);
        let answer = azure::answer(network, Some(&vnet.meta.name), &name, RecordType::A);
        let lost = answer.outcome == Outcome::NoSuchName && !answer.records.is_empty();
        let zone = answer.cause.as_ref().map(|cause| cause.object.clone());
        let zone = zone.filter(|it| it.kind == Kind::PrivateDnsZone);
        if let Some(zone) = zone.filter(|_| lost) {
            let message = format!(
                "machines of {} find no address for `{name}`: the zone is linked and has no record for it",
                vnet.reference()
            );
            let problem = warning("endpoint-record-missing", message)
                .about(zone)
                .found("no record", format!("one with the address of {}", endpoint.reference()))
                .hint("add a zone group to the endpoint, or a record, or set `resolutionPolicy: NxDomainRedirect`");
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        } else if own
            && answer
                .addresses()
                .iter()
                .all(|ip| !endpoint.ips.contains(ip))
        {
            let message = format!(
                "`{name}` does not lead to the endpoint in its own network {}: no linked private zone has its address",
                vnet.reference()
            );
            let problem = warning("endpoint-zone-not-linked", message)
                .about(endpoint.reference())
                .found("another answer", "the address of the endpoint")
                .hint("link a private zone to the virtual network, and add a zone group to the endpoint");
            problems.push(problem);
        }
    }
}

/// An appliance that keeps connections, on the way to an endpoint and not on the way back: system routes take answers,
/// so they only come by where it puts its own address in. One warning for each subnet.
fn appliances(plane: &Dataplane, endpoint: &PrivateEndpoint, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let Some(ip) = endpoint.ips.first().copied() else {
        return;
    };
    for subnet in network.vnets.iter().flat_map(|vnet| &vnet.subnets) {
        let decision = plane.routes(&subnet.id()).map(|routes| routes.decide(ip));
        let Some(RouteDecision::Routed(route, _)) = decision else {
            continue;
        };
        let NextHop::VirtualAppliance(appliance) = route.next_hop else {
            continue;
        };
        let mut firewalls = network.firewalls.iter();
        let firewall = firewalls.find(|it| private_address(network, it) == Some(appliance));
        let Some((firewall, range)) = firewall.zip(subnet.prefixes.first()) else {
            continue;
        };
        let packet = Packet {
            source: range.network(),
            destination: ip,
            ..Packet::default()
        };
        if leaving(network, firewall, &packet, (false, false)) != Leaving::Kept {
            continue;
        }
        let message = format!(
            "what {} sends to {} passes {}, and the answers do not",
            subnet.reference(),
            endpoint.reference(),
            firewall.reference()
        );
        let problem = warning("endpoint-answer-passes-by", message)
            .about(subnet.reference())
            .field("properties.routeTable")
            .found("a source that stays", "one that the firewall replaces")
            .hint("let the firewall translate the source (application rules always do), or take the route away");
        problems.push(problem);
    }
}

/// A security group beside private endpoints that it does not filter.
fn rules(network: &Network, problems: &mut Vec<Diagnostic>) {
    for subnet in network.vnets.iter().flat_map(|vnet| &vnet.subnets) {
        let mut endpoints = network.private_endpoints.iter();
        let here = endpoints.find(|endpoint| endpoint.subnet == subnet.id());
        let group = subnet.nsg.as_deref().and_then(|name| network.nsg(name));
        let (Some(endpoint), Some(group)) = (here, group) else {
            continue;
        };
        if group.rules.is_empty() || policies(network, endpoint).rules {
            continue;
        }
        let message = format!(
            "the rules of {} do not filter what reaches {}",
            group.reference(),
            endpoint.reference()
        );
        let problem = warning("endpoint-rules-ignored", message)
            .about(subnet.reference())
            .field("properties.privateEndpointNetworkPolicies")
            .found("`Disabled`", "`NetworkSecurityGroupEnabled` or `Enabled`")
            .hint(
                "turn network policies for private endpoints on, if the rules are meant for them",
            );
        problems.push(problem);
    }
}

/// An account that nobody can reach.
fn accounts(network: &Network, problems: &mut Vec<Diagnostic>) {
    for account in &network.storage_accounts {
        if account.public_access || leading_to(network, account).is_some() {
            continue;
        }
        let message = "its public address is off, and no private endpoint that works leads to it";
        let problem = warning("storage-unreachable", message)
            .about(account.reference())
            .field("properties.publicNetworkAccess")
            .hint("add a private endpoint, or allow chosen networks");
        problems.push(problem);
    }
}

/// A virtual network may register its machines in one zone.
fn registration(network: &Network, problems: &mut Vec<Diagnostic>) {
    let mut registered: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for zone in network.dns_zones.iter().filter(|zone| zone.private) {
        for link in zone.links.iter().filter(|link| link.registration) {
            let first = registered
                .entry(link.vnet.to_ascii_lowercase())
                .or_insert_with(|| zone.meta.name.clone());
            if *first == zone.meta.name {
                continue;
            }
            let message = format!(
                "vnet/{} already registers its machines in `{first}`",
                link.vnet
            );
            let problem = error("registration-twice", message)
                .about(zone.reference())
                .found(
                    "a second zone",
                    "one zone with `registrationEnabled` for each network",
                )
                .hint("set `registrationEnabled: false` on one of the links");
            problems.push(problem);
        }
    }
}
