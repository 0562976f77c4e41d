//! Ranges that AKS refuses for a virtual network, and ranges that overlap beyond a single peering.

use ipnet::IpNet;

use super::{error, warning};
use crate::engine::azure::topology;
use crate::model::azure::{Cluster, NetworkPlugin, Vnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;

/// Ranges that a cluster's virtual network must not touch (section 1.1 of the fact sheet).
const FORBIDDEN: [&str; 4] = [
    "169.254.0.0/16",
    "172.30.0.0/16",
    "172.31.0.0/16",
    "192.0.2.0/24",
];

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    pods_and_services(cluster, problems);
    let subnets = topology::pool_subnets(network);
    let first = subnets.first();
    let Some(vnet) = first.and_then(|subnet| network.vnet(&subnet.meta.namespace)) else {
        return;
    };
    forbidden(vnet, problems);
    on_premises(network, vnet, problems);
    other_peers(network, vnet, problems);
}

pub(super) fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

fn pods_and_services(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let pods = cluster
        .pod_cidr
        .filter(|_| cluster.plugin != NetworkPlugin::AzureNodeSubnet);
    let services = cluster.service_cidr;
    if let Some(pods) = pods.filter(|pods| overlap(pods, &services)) {
        let message = format!("the pod range `{pods}` overlaps the Service range `{services}`");
        problems.push(
            error("pod-service-overlap", message)
                .about(cluster.reference())
                .field("properties.networkProfile.podCidr")
                .hint("give pods and Services ranges of their own"),
        );
    }
}

fn forbidden(vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    for (index, range) in vnet.address_space.iter().enumerate() {
        let bad: Vec<&str> = FORBIDDEN
            .into_iter()
            .filter(|text| text.parse().is_ok_and(|bad| overlap(range, &bad)))
            .collect();
        if bad.is_empty() {
            continue;
        }
        let message = format!(
            "the virtual network's range `{range}` overlaps {}, which AKS refuses",
            bad.join(", ")
        );
        problems.push(
            error("forbidden-range", message)
                .about(vnet.reference())
                .field(format!("properties.addressSpace.addressPrefixes[{index}]"))
                .hint("choose another range for the virtual network of a cluster"),
        );
    }
}

/// On premises, what the virtual network has cannot be told from what the other side has (section 11).
fn on_premises(network: &Network, vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    for (_, link) in topology::links_for(network, vnet) {
        for range in &vnet.address_space {
            let mut prefixes = link.local.prefixes.iter();
            // A larger range may cover the network: the virtual network's own route wins (O-20).
            let Some(other) = prefixes.find(|other| range.contains(*other)) else {
                continue;
            };
            let message = format!(
                "`{other}` of localgateway/{} lies within `{range}` of {}",
                link.local.meta.name,
                vnet.reference()
            );
            problems.push(
                warning("on-premises-overlap", message)
                    .about(crate::model::object::Ref::new(
                        crate::model::object::Kind::LocalGateway,
                        link.local.meta.name.clone(),
                    ))
                    .field("properties.localNetworkAddressSpace.addressPrefixes")
                    .hint("choose ranges that the other side does not use"),
            );
        }
    }
}

/// Two peers of one network that have the same range: only one of them can be reached.
fn other_peers(network: &Network, vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    let peers: Vec<_> = topology::peers(network, vnet).collect();
    for (index, one) in peers.iter().enumerate() {
        for other in peers.iter().skip(index + 1) {
            let mut pairs = one.vnet.address_space.iter().flat_map(|range| {
                let others = other.vnet.address_space.iter();
                others.map(move |other| (range, other))
            });
            let Some((range, known)) = pairs.find(|(a, b)| overlap(a, b)) else {
                continue;
            };
            let message = format!(
                "`{known}` of {} overlaps `{range}` of {}, and both are peers of {}",
                other.vnet.reference(),
                one.vnet.reference(),
                vnet.reference()
            );
            let object = other
                .local
                .meta
                .reference(crate::model::object::Kind::Peering);
            problems.push(
                error("peers-overlap", message)
                    .about(object)
                    .hint("give one of the two another range, or end its peering"),
            );
        }
    }
}
