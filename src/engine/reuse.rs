//! What a simulation may take over from the one before it, so that an edit costs what it touches.
//!
//! Network policies, flows, events and places in the picture decide nothing about what controllers make of a network, and
//! nothing about rules, routes, addresses and load balancers: they are looked at when a packet walks. A document that
//! differs in nothing else has the same derived objects and the same effective state, wherever in its files they stand.
//!
//! Services decide nothing about nodes and pods, but for a few that [`ground_with`] names: where nothing else differs,
//! controllers begin with the nodes and pods that are there.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::acme;
use super::control::{Ground, coredns};
use crate::model::azure::LoadBalancer;
use crate::model::kube::Service;
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::object::Kind;

/// Whether controllers make the same of both networks, as written.
///
/// Whether there are policies at all is asked where a cluster is assumed around bare manifests.
pub fn same_for_controllers(now: &Network, before: &Network) -> bool {
    // Whether a certificate is issued is found out by a walk, which policies may end.
    let walked = !acme::orders(now).is_empty() && now.policies != before.policies;
    if walked
        || now.policies.is_empty() != before.policies.is_empty()
        || !same_manifests(&now.manifests, &before.manifests)
    {
        return false;
    }
    before.with_asides(now) == *now
}

/// Nodes and pods of a network as written, where it differs from the one that `ground` was made of in Services only.
///
/// Services decide about them by addresses that they ask for, by the namespaces they stand in, and where they are
/// those of the system, which controllers add if nobody wrote them.
pub fn ground_with(now: &Network, before: &Network, ground: &Ground) -> Option<Ground> {
    if now.cluster.is_none()
        || !acme::orders(now).is_empty()
        || asked(now) != asked(before)
        || namespaces(now) != namespaces(before)
        || !of_system(now).eq(of_system(before))
        || !same_but_services(&now.manifests, &before.manifests)
    {
        return None;
    }
    let same = Network {
        services: now.services.clone(),
        ..before.with_asides(now)
    };
    if same != *now {
        return None;
    }
    Some(Ground {
        network: Network {
            services: now.services.clone(),
            ..ground.network.with_asides(now)
        },
        problems: ground.problems.clone(),
        added: ground.added.clone(),
        found: ground.found.clone(),
    })
}

/// Addresses that a machine cannot have because of a Service.
fn asked(network: &Network) -> BTreeSet<IpAddr> {
    let services = network.services.iter();
    let asked = services.flat_map(|service| {
        let ingress = service.ingress.iter().map(|it| it.ip);
        ingress.chain(service.load_balancer_ip)
    });
    asked.collect()
}

/// The namespaces of Services, in the order in which they first appear.
fn namespaces(network: &Network) -> Vec<&str> {
    let mut known = BTreeSet::new();
    let all = network.services.iter().map(|it| &*it.meta.namespace);
    all.filter(|namespace| known.insert(*namespace)).collect()
}

fn of_system(network: &Network) -> impl Iterator<Item = &Service> {
    let services = network.services.iter();
    services.filter(|it| &*it.meta.namespace == coredns::NAMESPACE || it.is_api_server())
}

/// Whether both have the very same nodes and pods, in virtual networks that are the same.
pub fn same_machines(now: &Network, before: &Network) -> bool {
    now.nodes.is_same(&before.nodes)
        && now.pods.is_same(&before.pods)
        && now.cluster == before.cluster
        && now.vnets == before.vnets
}

/// Whether load balancers have the same frontends in both.
pub fn same_frontends(now: &Network, before: &Network) -> bool {
    let same = |(now, before): (&LoadBalancer, &LoadBalancer)| {
        now.meta.name == before.meta.name && now.frontends == before.frontends
    };
    let mut pairs = now.load_balancers.iter().zip(&before.load_balancers);
    now.load_balancers.len() == before.load_balancers.len() && pairs.all(same)
}

/// Whether everybody but load balancers has the same addresses in both, where the machines are the same.
pub fn same_addresses(now: &Network, before: &Network) -> bool {
    let groups = |network: &Network| {
        let groups = network.nsgs.iter().map(|it| it.meta.clone());
        groups.collect::<Vec<_>>()
    };
    now.hosts == before.hosts
        && same_public_ips(now, before)
        && now.network_interfaces == before.network_interfaces
        && now.route_tables == before.route_tables
        && now.gateways == before.gateways
        && now.nat_gateways == before.nat_gateways
        && now.firewalls == before.firewalls
        && now.app_gateways == before.app_gateways
        && now.private_endpoints == before.private_endpoints
        && now.api_server().eq(before.api_server())
        && now.storage_accounts == before.storage_accounts
        && now.settings == before.settings
        && groups(now) == groups(before)
}

/// Whether public addresses are the same, as far as anybody but a load balancer names them.
fn same_public_ips(now: &Network, before: &Network) -> bool {
    if now.public_ips == before.public_ips {
        return true;
    }
    let address = |network: &Network, name: &str| network.public_ip(name).map(|it| it.ip);
    let same = |name: &Arc<str>| address(now, name) == address(before, name);
    let gateways = now.nat_gateways.iter().flat_map(|it| &it.public_ips);
    let mut named = gateways.chain(now.hosts.iter().filter_map(|it| it.public_ip.as_ref()));
    now.firewalls.is_empty() && now.app_gateways.is_empty() && named.all(same)
}

/// Whether a controller looks into what the manifest says, wherever it stands.
fn is_aside(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NetworkPolicy | Kind::Flow | Kind::Event | Kind::Layout
    )
}

fn same_manifest(now: &Manifest, before: &Manifest) -> bool {
    now.object == before.object
        && (now.file, now.simulated) == (before.file, before.simulated)
        && now.head == before.head
        && (is_aside(now.object.kind) || now.root.says_same(&before.root))
}

/// Whether both say the same but for what no controller looks into, and wherever it stands.
fn same_manifests(now: &[Manifest], before: &[Manifest]) -> bool {
    let mut pairs = now.iter().zip(before);
    now.len() == before.len() && pairs.all(|(now, before)| same_manifest(now, before))
}

/// The same but for Services as well, which may also be more or fewer.
fn same_but_services(now: &[Manifest], before: &[Manifest]) -> bool {
    fn others(all: &[Manifest]) -> impl Iterator<Item = &Manifest> {
        all.iter().filter(|it| it.object.kind != Kind::Service)
    }
    let mut all = others(before);
    let same = others(now).all(|now| {
        let known = all.next();
        known.is_some_and(|before| same_manifest(now, before))
    });
    same && all.next().is_none()
}

#[cfg(test)]
mod tests;
