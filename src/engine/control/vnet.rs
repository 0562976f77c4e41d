//! The virtual network that AKS makes for pools without a subnet of their own.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::{AKS, assign, assume, of_cluster};
use crate::model::azure::{Cluster, Subnet, SubnetId, Vnet};
use crate::model::network::Network;

/// Gives every pool without `vnetSubnetID` the node subnet of the virtual network that AKS makes: the one that
/// was written under its usual name, or a new one.
///
/// Clusters made since 2022-02-24 get 10.224.0.0/12 with 10.224.0.0/16 for nodes, earlier ones 10.0.0.0/8 with
/// 10.240.0.0/16 (AKS release notes of that day).
pub fn complete(network: &mut Network, cluster: &Cluster) {
    if cluster.pools.iter().all(|pool| pool.subnet.is_some()) {
        return;
    }
    let id = written(network).unwrap_or_else(|| make(network, cluster));
    let Some(cluster) = &mut network.cluster else {
        return;
    };
    for pool in &mut cluster.pools {
        pool.subnet.get_or_insert_with(|| id.clone());
    }
    assign(
        &mut cluster.meta,
        "properties.agentPoolProfiles[].vnetSubnetID",
        AKS,
    );
}

/// The AKS-made network, if it was pasted: `aks-vnet-…` with `aks-subnet`.
fn written(network: &Network) -> Option<SubnetId> {
    let made = |vnet: &&Vnet| vnet.meta.name.to_ascii_lowercase().starts_with("aks-vnet");
    let vnet = network.vnets.iter().find(made)?;
    let subnet = vnet
        .subnets
        .iter()
        .find(|subnet| subnet.meta.name.eq_ignore_ascii_case("aks-subnet"))?;
    Some(subnet.id())
}

fn make(network: &mut Network, cluster: &Cluster) -> SubnetId {
    let nodes = assume::node_subnet(network);
    let name: Arc<str> = Arc::from(free_name(network));
    let id = SubnetId {
        vnet: name.clone(),
        subnet: Arc::from("aks-subnet"),
    };
    network.vnets.push(Vnet {
        meta: of_cluster(cluster, "", &name),
        location: cluster.location.clone(),
        address_space: vec![IpNet::V4(address_space(nodes))],
        dns_servers: Vec::new(),
        subnets: vec![Subnet {
            meta: of_cluster(cluster, &name, &id.subnet),
            prefixes: vec![IpNet::V4(nodes)],
            ..Subnet::default()
        }],
        peerings: Vec::new(),
    });
    id
}

fn free_name(network: &Network) -> String {
    let taken = |name: &str| network.vnet(name).is_some();
    let mut name = String::from("aks-vnet");
    while taken(&name) {
        name.push_str("-aks");
    }
    name
}

fn address_space(nodes: Ipv4Net) -> Ipv4Net {
    match nodes.network().octets() {
        [10, 224, ..] => Ipv4Net::new_assert(Ipv4Addr::new(10, 224, 0, 0), 12),
        [10, 240, ..] => Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
        _ => nodes,
    }
}
