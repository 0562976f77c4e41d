//! Prefixes that overlap, or stand outside of what holds them.

use ipnet::IpNet;

use super::problem;
use crate::model::azure::{Cluster, Vnet};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The smallest subnet of Azure: eight addresses, of which five are reserved.
const SMALLEST_SUBNET: u8 = 29;

/// Ranges that AKS forbids for its own networks (facts: `forbidden_ranges`).
const FORBIDDEN: [&str; 4] = [
    "169.254.0.0/16",
    "172.30.0.0/16",
    "172.31.0.0/16",
    "192.0.2.0/24",
];

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        address_space(vnet, problems);
        subnets(vnet, problems);
    }
    peered(network, problems);
    on_premises(network, problems);
    if let Some(cluster) = &network.cluster {
        self::cluster(network, cluster, problems);
    }
}

/// Whether two prefixes share an address; then one contains the other.
fn overlap(first: &IpNet, second: &IpNet) -> bool {
    first.contains(second) || second.contains(first)
}

fn address_space(vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    for (index, prefix) in vnet.address_space.iter().enumerate() {
        let earlier = vnet.address_space.iter().take(index);
        if let Some(other) = earlier.filter(|other| overlap(other, prefix)).next_back() {
            let at = (
                vnet.reference(),
                format!("addressSpace.addressPrefixes[{index}]"),
            );
            let message = format!(
                "two address prefixes of `{}` overlap; Azure refuses this",
                vnet.reference()
            );
            problems.push(
                problem(Severity::Error, "overlap", at, message)
                    .found(format!("`{prefix}`"), format!("a prefix beside `{other}`")),
            );
        }
    }
}

fn subnets(vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    // In order of address, a prefix that overlaps any earlier one overlaps the widest
    // that reaches furthest.
    let mut all: Vec<(IpNet, usize)> = Vec::new();
    for (index, subnet) in vnet.subnets.iter().enumerate() {
        for prefix in &subnet.prefixes {
            all.push((*prefix, index));
            outside(vnet, index, prefix, problems);
        }
    }
    all.sort_by_key(|(prefix, index)| (prefix.network(), prefix.prefix_len(), *index));
    let mut reach: Option<(IpNet, usize)> = None;
    for (prefix, index) in all {
        match reach {
            Some((widest, other)) if overlap(&widest, &prefix) => {
                let (Some(one), Some(two)) = (vnet.subnets.get(index), vnet.subnets.get(other))
                else {
                    continue;
                };
                let at = (one.reference(), "addressPrefix".to_owned());
                let message = format!(
                    "`{}` overlaps `{}`; Azure refuses this",
                    one.reference(),
                    two.reference()
                );
                problems.push(
                    problem(Severity::Error, "overlap", at, message)
                        .found(format!("`{prefix}`"), format!("a prefix beside `{widest}`")),
                );
            }
            _ => reach = Some((prefix, index)),
        }
    }
}

fn outside(vnet: &Vnet, subnet: usize, prefix: &IpNet, problems: &mut Vec<Diagnostic>) {
    let Some(subnet) = vnet.subnets.get(subnet) else {
        return;
    };
    let at = || (subnet.reference(), "addressPrefix".to_owned());
    if !vnet
        .address_space
        .iter()
        .any(|space| space.contains(prefix))
    {
        let space: Vec<String> = vnet
            .address_space
            .iter()
            .map(|space| format!("`{space}`"))
            .collect();
        let message = format!(
            "`{}` is outside the address space of its virtual network; Azure refuses this",
            subnet.reference()
        );
        problems.push(problem(Severity::Error, "outside", at(), message).found(
            format!("`{prefix}`"),
            format!("a prefix in {}", space.join(", ")),
        ));
    }
    if prefix.addr().is_ipv4() && prefix.prefix_len() > SMALLEST_SUBNET {
        let message = format!("`{}` is smaller than Azure allows", subnet.reference());
        problems.push(
            problem(Severity::Error, "out-of-range", at(), message).found(
                format!("`/{}`", prefix.prefix_len()),
                format!("`/{SMALLEST_SUBNET}` or wider"),
            ),
        );
    }
}

/// Address spaces of peered networks must not overlap.
fn peered(network: &Network, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        for peering in &vnet.peerings {
            let Some(remote) = network.vnet(&peering.remote) else {
                continue;
            };
            let from = peering.meta.reference(Kind::Peering);
            if let Some((one, two)) = overlapping(&vnet.address_space, &remote.address_space) {
                let message = format!(
                    "`{}` and `{}` overlap and cannot be peered",
                    vnet.reference(),
                    remote.reference()
                );
                problems.push(
                    problem(Severity::Error, "overlap", (from, String::new()), message).found(
                        format!("`{one}` and `{two}`"),
                        "address spaces without a common address",
                    ),
                );
            }
        }
    }
}

fn overlapping<'a>(one: &'a [IpNet], two: &'a [IpNet]) -> Option<(&'a IpNet, &'a IpNet)> {
    one.iter().find_map(|first| {
        two.iter()
            .find(|second| overlap(first, second))
            .map(|second| (first, second))
    })
}

/// A gateway does not send to on-premises what is inside its own virtual network.
fn on_premises(network: &Network, problems: &mut Vec<Diagnostic>) {
    for local in &network.local_gateways {
        let named = |connection: &&crate::model::azure::GatewayConnection| {
            connection
                .local_gateway
                .as_ref()
                .is_some_and(|name| *name == local.meta.name)
        };
        for connection in network.connections.iter().filter(named) {
            let gateway = network
                .gateways
                .iter()
                .find(|gateway| gateway.meta.name == connection.gateway);
            let vnet = gateway.and_then(|gateway| network.vnet(&gateway.subnet.as_ref()?.vnet));
            let Some((one, two)) =
                vnet.and_then(|vnet| overlapping(&local.prefixes, &vnet.address_space))
            else {
                continue;
            };
            let at = (
                Ref::new(Kind::LocalGateway, local.meta.name.clone()),
                "localNetworkAddressSpace.addressPrefixes".to_owned(),
            );
            let message =
                "the on-premises network overlaps the virtual network that it is connected to"
                    .to_owned();
            problems.push(
                problem(Severity::Warning, "overlap", at, message)
                    .found(format!("`{one}`"), format!("a prefix beside `{two}`")),
            );
        }
    }
}

/// Service and pod CIDR against each other, the cluster's virtual network and its peers.
fn cluster(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let at = |field: &str| (cluster.reference(), format!("networkProfile.{field}"));
    let ranges = [
        ("serviceCidr", Some(cluster.service_cidr)),
        ("podCidr", cluster.pod_cidr),
    ];
    if let Some(pods) = cluster
        .pod_cidr
        .filter(|pods| overlap(pods, &cluster.service_cidr))
    {
        problems.push(
            problem(
                Severity::Error,
                "overlap",
                at("podCidr"),
                "`podCidr` and `serviceCidr` overlap; AKS refuses this".to_owned(),
            )
            .found(
                format!("`{pods}`"),
                format!("a range beside `{}`", cluster.service_cidr),
            ),
        );
    }
    for (field, range) in ranges {
        let Some(range) = range else { continue };
        if let Some(forbidden) = FORBIDDEN
            .iter()
            .find(|text| text.parse().is_ok_and(|net| overlap(&net, &range)))
        {
            problems.push(
                problem(
                    Severity::Warning,
                    "forbidden-range",
                    at(field),
                    format!("`{field}` overlaps a range that AKS forbids"),
                )
                .found(
                    format!("`{range}`"),
                    format!("a range beside `{forbidden}`"),
                ),
            );
        }
        for vnet in vnets_of(network, cluster) {
            let Some(space) = vnet
                .address_space
                .iter()
                .find(|space| overlap(space, &range))
            else {
                continue;
            };
            problems.push(
                problem(
                    Severity::Warning,
                    "overlap",
                    at(field),
                    format!("`{field}` overlaps `{}`; packets to the common addresses do not leave the cluster", vnet.reference()),
                )
                .found(format!("`{range}`"), format!("a range beside `{space}`")),
            );
        }
    }
}

/// The virtual networks of the pools, and those peered with them.
fn vnets_of<'a>(network: &'a Network, cluster: &'a Cluster) -> Vec<&'a Vnet> {
    let own = |vnet: &Vnet| {
        let mut pools = cluster.pools.iter().filter_map(|pool| pool.subnet.as_ref());
        pools.any(|subnet| subnet.vnet.eq_ignore_ascii_case(&vnet.meta.name))
    };
    let near = |vnet: &&Vnet| {
        own(vnet)
            || vnet
                .peerings
                .iter()
                .any(|peering| network.vnet(&peering.remote).is_some_and(own))
    };
    network.vnets.iter().filter(near).collect()
}
