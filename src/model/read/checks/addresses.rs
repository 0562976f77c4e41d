//! Addresses where they cannot be, and addresses that two objects have.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::problem;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for host in &network.hosts {
        host_address(network, host, problems);
    }
    nodes(network, problems);
    twice(network, problems);
}

fn host_address(network: &Network, host: &Host, problems: &mut Vec<Diagnostic>) {
    let Some(ip) = host.ip else { return };
    let at = || (host.reference(), "spec.ip".to_owned());
    let prefixes: &[IpNet] = match &host.network {
        HostNetwork::Internet => {
            if is_private(ip) {
                let message = format!(
                    "`{}` stands in the internet with a private address",
                    host.reference()
                );
                problems.push(
                    problem(Severity::Warning, "private-address", at(), message)
                        .found(format!("`{ip}`"), "a public address"),
                );
            }
            return;
        }
        HostNetwork::Subnet(id) => network.subnet(id).map_or(&[], |subnet| &subnet.prefixes),
        HostNetwork::OnPremises(name) => {
            let mut gateways = network.local_gateways.iter();
            gateways
                .find(|local| local.meta.name == *name)
                .map_or(&[], |local| &local.prefixes)
        }
    };
    if prefixes.is_empty() {
        return;
    }
    let on_premises = matches!(host.network, HostNetwork::OnPremises(_));
    match prefixes.iter().find(|prefix| prefix.contains(&ip)) {
        // What stands outside of its subnet is reported with what Azure refuses.
        None if on_premises => {
            let message = format!(
                "the address of `{}` is outside of the on-premises network",
                host.reference()
            );
            let found = (format!("`{ip}`"), in_any(prefixes));
            problems.push(
                problem(Severity::Warning, "address-outside", at(), message)
                    .found(found.0, found.1),
            );
        }
        Some(prefix) if !on_premises && is_reserved(ip, *prefix) => {
            let message = format!(
                "the address of `{}` is one that Azure keeps for itself",
                host.reference()
            );
            let expected = format!("neither the first four addresses of `{prefix}` nor the last");
            problems.push(
                problem(Severity::Error, "address-reserved", at(), message)
                    .found(format!("`{ip}`"), expected),
            );
        }
        _ => {}
    }
}

fn in_any(prefixes: &[IpNet]) -> String {
    let prefixes: Vec<String> = prefixes
        .iter()
        .map(|prefix| format!("`{prefix}`"))
        .collect();
    format!("an address in {}", prefixes.join(" or "))
}

/// Private ranges and those that are never routed on the internet.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unspecified(),
    }
}

/// The first four addresses and the last one of a subnet.
fn is_reserved(ip: IpAddr, prefix: IpNet) -> bool {
    let (IpAddr::V4(ip), IpNet::V4(prefix)) = (ip, prefix) else {
        return false;
    };
    u32::from(ip) - u32::from(prefix.network()) < 4 || ip == prefix.broadcast()
}

/// Nodes with an address in none of the subnets of the pools.
fn nodes(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    let subnets = cluster
        .pools
        .iter()
        .filter_map(|pool| network.subnet(pool.subnet.as_ref()?));
    let prefixes: Vec<IpNet> = subnets
        .flat_map(|subnet| subnet.prefixes.iter().copied())
        .collect();
    for node in &network.nodes {
        let outside = node
            .ip()
            .filter(|ip| !prefixes.iter().any(|prefix| prefix.contains(ip)));
        let Some(ip) = outside.filter(|_| !prefixes.is_empty()) else {
            continue;
        };
        let message = format!(
            "the address of `{}` is in none of the subnets of the pools",
            node.reference()
        );
        let at = (node.reference(), "status.addresses".to_owned());
        problems.push(
            problem(Severity::Error, "address-outside", at, message)
                .found(format!("`{ip}`"), in_any(&prefixes)),
        );
    }
}

/// Where an address must be unique: a virtual network, an on-premises network, the internet.
type Realm = (u8, Arc<str>);

/// Two machines with one address. Pods are checked when their addresses are handed out.
fn twice(network: &Network, problems: &mut Vec<Diagnostic>) {
    let mut holders: BTreeMap<(Realm, IpAddr), Ref> = BTreeMap::new();
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let mut vnets = pools.filter_map(|pool| pool.subnet.as_ref().map(|id| id.vnet.clone()));
    let vnet = vnets.next().unwrap_or_default();
    let nodes = network.nodes.iter().flat_map(|node| {
        let realm = (0, vnet.clone());
        let ips = node.internal_ips.iter();
        ips.map(move |ip| (realm.clone(), *ip, node.reference(), "status.addresses"))
    });
    let hosts = network.hosts.iter().filter_map(|host| {
        let realm = match &host.network {
            HostNetwork::Subnet(id) => (0, id.vnet.clone()),
            HostNetwork::OnPremises(name) => (1, name.clone()),
            HostNetwork::Internet => (2, Arc::default()),
        };
        Some((realm, host.ip?, host.reference(), "spec.ip"))
    });
    let public = network.public_ips.iter().filter_map(|public| {
        let object = Ref::new(Kind::PublicIp, public.meta.name.clone());
        Some((
            (2, Arc::default()),
            public.ip?,
            object,
            "properties.ipAddress",
        ))
    });
    for (realm, ip, object, field) in nodes.chain(hosts).chain(public) {
        let Some(other) = holders.insert((realm, ip), object.clone()) else {
            continue;
        };
        if other != object {
            let message = format!("`{object}` has the address of `{other}`");
            problems.push(
                problem(
                    Severity::Error,
                    "address-twice",
                    (object, field.to_owned()),
                    message,
                )
                .found(format!("`{ip}`"), "an address that nothing else has"),
            );
        }
    }
}
