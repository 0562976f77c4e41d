//! Addresses of nodes, and for Azure CNI with a node subnet those reserved for their pods.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::address::{AddressPool, successor};
use super::nodes::{max_pods, pool_named};
use super::{AKS, assign, counted, error};
use crate::model::azure::{Cluster, NetworkPlugin, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node, Origin};
use crate::model::network::Network;

/// Subnet names are compared without regard to case.
fn key(id: &SubnetId) -> (String, String) {
    (id.vnet.to_ascii_lowercase(), id.subnet.to_ascii_lowercase())
}

/// The free addresses of each subnet that holds nodes.
type Subnets = BTreeMap<(String, String), AddressPool>;

/// Gives nodes a primary address, and for Azure CNI with a node subnet the addresses reserved for their pods.
///
/// Written addresses come first, in order of address, then the others in order of name; a node that AKS would
/// have to make and that does not fit is left out.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    set_subnets(network, cluster);
    let mut subnets = free_addresses(network, cluster, problems);
    let pinned = pinned_pods(network);
    let mut order: Vec<usize> = (0..network.nodes.len()).collect();
    order.sort_by_key(|&index| {
        let ip = network.nodes.get(index).and_then(Node::ip);
        (ip.is_none(), ip, index)
    });
    let reserve = cluster.plugin == NetworkPlugin::AzureNodeSubnet;
    let mut left_out: BTreeMap<(String, String), Vec<Arc<str>>> = BTreeMap::new();
    for index in order {
        let Some(node) = network.nodes.get_mut(index) else {
            continue;
        };
        let Some(id) = node.subnet.as_ref().map(key) else {
            continue;
        };
        let Some(free) = subnets.get_mut(&id) else {
            continue;
        };
        let pods = if reserve {
            max_pods(cluster, node.pool.as_deref())
        } else {
            0
        };
        let own = pinned.get(&node.meta.name).map_or(&[][..], Vec::as_slice);
        if !give_addresses(node, free, pods, own) {
            left_out.entry(id).or_default().push(node.meta.name.clone());
        }
    }
    for (_, names) in left_out {
        problems.push(subnet_full(network, cluster, &names));
    }
    network
        .nodes
        .retain(|node| matches!(node.meta.origin, Origin::Written { .. }) || node.ip().is_some());
}

fn subnet_full(network: &Network, cluster: &Cluster, names: &[Arc<str>]) -> Diagnostic {
    let first = names.first().map_or("", |name| &**name);
    let node = network.node(first);
    let subnet = node.and_then(|node| node.subnet.clone());
    let need = match cluster.plugin {
        NetworkPlugin::AzureNodeSubnet => {
            let pods = max_pods(cluster, node.and_then(|node| node.pool.as_deref()));
            format!(
                "{} addresses for each node: itself and {pods} pods",
                pods + 1
            )
        }
        _ => String::from("one address for each node"),
    };
    let message = format!(
        "no room in the subnet for {}, from `{first}` on",
        counted(names.len() as u64, "node")
    );
    let problem = error("subnet-full", message)
        .found("too few free addresses", need)
        .hint("use a larger `addressPrefix`, fewer nodes or a smaller `maxPods`");
    match subnet {
        Some(id) => problem
            .about(id.reference())
            .field("properties.addressPrefix"),
        None => problem.about(cluster.reference()),
    }
}

/// Fills the node's addresses from `free`; false if there are too few.
fn give_addresses(node: &mut Node, free: &mut AddressPool, pods: u32, own: &[IpAddr]) -> bool {
    let reserved = u32::try_from(node.reserved_ips.len()).unwrap_or(u32::MAX);
    let held = u32::try_from(own.len()).unwrap_or(u32::MAX);
    let more = if reserved > 0 {
        0
    } else {
        pods.saturating_sub(held)
    };
    let written = matches!(node.meta.origin, Origin::Written { .. });
    let need = u64::from(more) + u64::from(node.ip().is_none());
    let fits = free.len() >= need;
    if !fits && !written {
        return false;
    }
    if node.ip().is_none() {
        let Some(ip) = free.take_lowest() else {
            return false;
        };
        node.internal_ips.push(ip);
        assign(&mut node.meta, "status.addresses", AKS);
    }
    if reserved == 0 && pods > 0 {
        let mut from = node.ip().and_then(successor);
        let mut all = own.to_vec();
        for _ in 0..more {
            let next = match from {
                Some(from) => free.take_from(from),
                None => free.take_lowest(),
            };
            let Some(ip) = next else { break };
            from = successor(ip);
            all.push(ip);
        }
        all.sort();
        node.reserved_ips = all;
    }
    fits
}

/// Addresses within the node's subnet that running pods were written with, by node.
fn pinned_pods(network: &Network) -> BTreeMap<Arc<str>, Vec<IpAddr>> {
    let prefixes: BTreeMap<&str, &[IpNet]> = network
        .nodes
        .iter()
        .filter_map(|node| {
            let subnet = network.subnet(node.subnet.as_ref()?)?;
            Some((&*node.meta.name, &*subnet.prefixes))
        })
        .collect();
    let mut pinned: BTreeMap<Arc<str>, Vec<IpAddr>> = BTreeMap::new();
    for pod in network.pods.iter().filter(|pod| !pod.host_network) {
        let (Some(node), Some(ip)) = (&pod.node_name, pod.ip()) else {
            continue;
        };
        let prefixes = prefixes.get(&**node).copied().unwrap_or_default();
        let addresses = pinned.entry(node.clone()).or_default();
        if prefixes.iter().any(|net| net.contains(&ip)) && !addresses.contains(&ip) {
            addresses.push(ip);
        }
    }
    pinned
}

fn set_subnets(network: &mut Network, cluster: &Cluster) {
    let mut host_ips: BTreeMap<Arc<str>, IpAddr> = BTreeMap::new();
    for pod in &network.pods {
        if let (Some(node), Some(ip)) = (&pod.node_name, pod.host_ip) {
            host_ips.entry(node.clone()).or_insert(ip);
        }
    }
    for node in &mut network.nodes {
        if node.subnet.is_none() {
            node.subnet =
                pool_named(cluster, node.pool.as_deref()).and_then(|pool| pool.subnet.clone());
        }
        if node.internal_ips.is_empty() {
            node.internal_ips.extend(host_ips.get(&node.meta.name));
        }
    }
}

fn free_addresses(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) -> Subnets {
    let mut subnets = Subnets::new();
    for (index, pool) in cluster.pools.iter().enumerate() {
        let Some(id) = &pool.subnet else { continue };
        let Some(subnet) = network.subnet(id) else {
            problems.push(
                error(
                    "subnet-not-found",
                    format!(
                        "pool `{}` names a subnet that does not exist: its nodes get no address",
                        pool.name
                    ),
                )
                .about(cluster.reference())
                .field(format!(
                    "properties.agentPoolProfiles[{index}].vnetSubnetID"
                ))
                .found(
                    format!("`{}/{}`", id.vnet, id.subnet),
                    "the name or id of a subnet of a virtual network in this scenario",
                ),
            );
            continue;
        };
        subnets
            .entry(key(id))
            .or_insert_with(|| AddressPool::of_subnet(&subnet.prefixes));
    }
    for address in private_addresses(network) {
        for free in subnets.values_mut() {
            free.take(address);
        }
    }
    subnets
}

/// Every private address that something in the scenario already has.
pub fn private_addresses(network: &Network) -> BTreeSet<IpAddr> {
    let services = network.services.iter().flat_map(|service| {
        let ingress = service.ingress.iter().map(|ingress| ingress.ip);
        ingress.chain(service.load_balancer_ip)
    });
    let frontends = network
        .load_balancers
        .iter()
        .flat_map(|balancer| balancer.frontends.iter().map(|frontend| frontend.ip));
    let mut all: BTreeSet<IpAddr> = machine_addresses(network).collect();
    all.extend(services);
    all.extend(frontends);
    all
}

/// Every private address that a node, pod, host or private endpoint already has or reserves.
pub fn machine_addresses(network: &Network) -> impl Iterator<Item = IpAddr> {
    cluster_addresses(network).chain(other_addresses(network))
}

/// Those of nodes and pods.
pub fn cluster_addresses(network: &Network) -> impl Iterator<Item = IpAddr> {
    let nodes = network
        .nodes
        .iter()
        .flat_map(|node| node.internal_ips.iter().chain(&node.reserved_ips).copied());
    let pods = network.pods.iter().flat_map(|pod| pod.ips.iter().copied());
    nodes.chain(pods)
}

/// Those of all other machines, the API server's among them.
pub fn other_addresses(network: &Network) -> impl Iterator<Item = IpAddr> {
    let hosts = network.hosts.iter().filter_map(|host| host.ip);
    let interfaces = network
        .network_interfaces
        .iter()
        .flat_map(|interface| interface.ips.iter().copied());
    let endpoints = network.private_endpoints.iter();
    let endpoints = endpoints.flat_map(|endpoint| endpoint.ips.iter().copied());
    let api_server = network.api_server();
    hosts.chain(interfaces).chain(endpoints).chain(api_server)
}
