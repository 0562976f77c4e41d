//! Ranges and addresses: what may not overlap, what must lie within what.

use ipnet::IpNet;

use super::{error, warning};
use crate::engine::azure::topology;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet, Vnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::Origin;
use crate::model::network::Network;
use crate::model::ours::HostNetwork;

/// Ranges that AKS refuses for pods, Services and the virtual network of a cluster.
const FORBIDDEN: [&str; 4] = [
    "169.254.0.0/16",
    "172.30.0.0/16",
    "172.31.0.0/16",
    "192.0.2.0/24",
];

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        subnets(vnet, problems);
        peerings(network, vnet, problems);
    }
    hosts(network, problems);
    if let Some(cluster) = &network.cluster {
        forbidden(cluster, problems);
        cluster_ranges(network, cluster, problems);
    }
}

fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

fn subnets(vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    let mut known: Vec<(&Subnet, &IpNet)> = Vec::new();
    for subnet in &vnet.subnets {
        for prefix in &subnet.prefixes {
            let about = |problem: Diagnostic| {
                problem
                    .about(subnet.reference())
                    .field("properties.addressPrefix")
            };
            if !vnet
                .address_space
                .iter()
                .any(|space| space.contains(prefix))
            {
                let message = format!("`{prefix}` is not within the virtual network");
                problems.push(about(error("subnet-outside-vnet", message)));
            }
            if prefix.addr().is_ipv4() && prefix.prefix_len() > 29 {
                // V-05
                let message = format!("`{prefix}` is too small: the smallest subnet is a /29");
                problems.push(about(error("subnet-too-small", message)));
            }
            if let Some((other, range)) = known.iter().find(|(_, range)| overlap(range, prefix)) {
                let message = format!("`{prefix}` overlaps `{range}` of {}", other.reference());
                problems.push(about(error("subnets-overlap", message)));
            }
            known.push((subnet, prefix));
        }
    }
}

fn peerings(network: &Network, vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    for peering in &vnet.peerings {
        let object = peering.meta.reference(crate::model::object::Kind::Peering);
        let Some(remote) = network.vnet(&peering.remote) else {
            continue;
        };
        if topology::same(&peering.remote, &vnet.meta.name) {
            let message = format!(
                "{} is peered with itself, which Azure refuses",
                vnet.reference()
            );
            problems.push(
                error("peering-itself", message)
                    .about(object)
                    .field("properties.remoteVirtualNetwork")
                    .found(format!("`{}`", peering.remote), "another virtual network")
                    .hint("name the other network, or remove the peering"),
            );
            continue;
        }
        let back = |peering: &&crate::model::azure::Peering| {
            topology::same(&peering.remote, &vnet.meta.name)
        };
        if !remote.peerings.iter().any(|peering| back(&peering)) {
            // M-19
            let message = format!(
                "{} has no peering back to {}, so the state is not Connected and no packet passes",
                remote.reference(),
                vnet.reference()
            );
            problems.push(warning("peering-disconnected", message).about(object.clone()));
        }
        if peering.disconnected {
            // M-19
            let message = format!(
                "the state of the peering with {} is Disconnected, so no packet passes",
                remote.reference()
            );
            problems.push(warning("peering-disconnected", message).about(object.clone()));
        }
        if peering.use_remote_gateways && topology::gateway_in(network, &vnet.meta.name).is_some() {
            let message = "a virtual network with a gateway of its own cannot use a remote one";
            problems.push(
                error("peering-two-gateways", message)
                    .about(object.clone())
                    .field("properties.useRemoteGateways")
                    .hint("remove the gateway, or `useRemoteGateways`"),
            );
        }
        for range in &vnet.address_space {
            if let Some(other) = remote
                .address_space
                .iter()
                .find(|other| overlap(range, other))
            {
                let message = format!("`{range}` overlaps `{other}` of {}", remote.reference());
                problems.push(error("peering-overlap", message).about(object.clone()));
            }
        }
    }
}

fn hosts(network: &Network, problems: &mut Vec<Diagnostic>) {
    for host in &network.hosts {
        let (HostNetwork::Subnet(id), Some(ip)) = (&host.network, host.ip) else {
            continue;
        };
        let Some(subnet) = network.subnet(id) else {
            continue;
        };
        if !topology::contains(&subnet.prefixes, ip) {
            let message = format!("`{ip}` is not an address of {}", subnet.reference());
            problems.push(
                error("address-outside-subnet", message)
                    .about(host.reference())
                    .field("spec.ip"),
            );
        }
    }
}

/// The pod and Service ranges of a cluster with their fields.
fn ranges(cluster: &Cluster) -> Vec<(&'static str, &'static str, IpNet)> {
    let pods = cluster
        .pod_cidr
        .filter(|_| cluster.plugin != NetworkPlugin::AzureNodeSubnet)
        .map(|range| ("pod", "properties.networkProfile.podCidr", range));
    let services = (
        "Service",
        "properties.networkProfile.serviceCidr",
        cluster.service_cidr,
    );
    pods.into_iter().chain([services]).collect()
}

/// K-16, and the size of the Service range (C-13).
fn forbidden(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    for (what, field, range) in ranges(cluster) {
        let bad: Vec<&str> = FORBIDDEN
            .into_iter()
            .filter(|text| text.parse().is_ok_and(|bad| overlap(&range, &bad)))
            .collect();
        if !bad.is_empty() {
            let message = format!(
                "the {what} range `{range}` overlaps {}, which AKS refuses",
                bad.join(", ")
            );
            problems.push(
                error("forbidden-range", message)
                    .about(cluster.reference())
                    .field(field),
            );
        }
    }
    let services = cluster.service_cidr;
    if services.addr().is_ipv4() && services.prefix_len() <= 12 {
        let message = format!("the Service range `{services}` must be smaller than a /12");
        problems.push(
            error("service-range-too-large", message)
                .about(cluster.reference())
                .field("properties.networkProfile.serviceCidr"),
        );
    }
}

/// The ranges of pods and Services must not be those of anything that nodes want to reach (2.1).
fn cluster_ranges(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let Some(own) = topology::pool_subnets(network)
        .first()
        .and_then(|subnet| network.vnet(&subnet.meta.namespace))
    else {
        return;
    };
    let mut others: Vec<(String, IpNet, bool)> = Vec::new();
    let made = made_by_aks(own);
    others.extend(
        own.address_space
            .iter()
            .map(|range| (own.reference().to_string(), *range, made)),
    );
    for peer in topology::peers(network, own) {
        let name = peer.vnet.reference().to_string();
        others.extend(
            peer.vnet
                .address_space
                .iter()
                .map(|range| (name.clone(), *range, false)),
        );
    }
    for (_, link) in topology::links_for(network, own) {
        let name = format!("localgateway/{}", link.local.meta.name);
        others.extend(
            link.local
                .prefixes
                .iter()
                .map(|range| (name.clone(), *range, false)),
        );
    }
    for (what, field, range) in ranges(cluster) {
        for (name, other, made_by_aks) in &others {
            // 0.0.0.0/0 from on-premises is a way to the internet, and no range.
            if !overlap(&range, other) || other.prefix_len() == 0 {
                continue;
            }
            let message = format!("the {what} range `{range}` overlaps `{other}` of {name}");
            // K-17: AKS itself made such networks until 2022.
            let problem = if *made_by_aks {
                warning("cluster-range-overlap", message)
            } else {
                error("cluster-range-overlap", message)
            };
            problems.push(problem.about(cluster.reference()).field(field));
        }
    }
}

/// Whether AKS made a virtual network: it was not written, or has AKS's own name or ranges.
pub fn made_by_aks(vnet: &Vnet) -> bool {
    let has = |space: &str, subnet: &str| {
        let is = |prefixes: &[IpNet], text: &str| {
            text.parse().is_ok_and(|range: IpNet| prefixes == [range])
        };
        is(&vnet.address_space, space) && vnet.subnets.iter().any(|one| is(&one.prefixes, subnet))
    };
    !matches!(vnet.meta.origin, Origin::Written { .. })
        || vnet.meta.name.to_ascii_lowercase().starts_with("aks-vnet-")
        || has("10.0.0.0/8", "10.240.0.0/16")
        || has("10.224.0.0/12", "10.224.0.0/16")
}
