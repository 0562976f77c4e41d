//! Addresses of pods: from the node's /24 (kubenet, Azure CNI Overlay), or from those that the node's NIC holds
//! (Azure CNI with a node or pod subnet).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::address::AddressPool;
use super::workloads::written_field;
use super::{assign, counted, error, pod_subnet, warning};
use crate::model::azure::{Cluster, NetworkPlugin, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node, Origin, Phase, Pod};
use crate::model::network::Network;
use crate::model::object::Ref;

/// The kubelet says whether a pod runs.
const KUBELET: &str = "kubelet";

/// Gives every running pod that has a node an address; one that gets none stays `Pending`. Pods on nodes that
/// are not ready are not ready, unless their own conditions were written.
pub fn complete(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = network.cluster.clone() else {
        return;
    };
    let plugin = cluster.plugin.clone();
    let by = match plugin {
        NetworkPlugin::Kubenet => "host-local",
        NetworkPlugin::AzureOverlay | NetworkPlugin::AzurePodSubnet => "azure-cns",
        NetworkPlugin::AzureNodeSubnet | NetworkPlugin::Other(_) => "azure-vnet-ipam",
    };
    if plugin == NetworkPlugin::AzurePodSubnet {
        pod_subnet::complete(network, &cluster, problems);
    }
    let nodes: BTreeMap<Arc<str>, usize> = network
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.meta.name.clone(), index))
        .collect();
    let mut free: Vec<AddressPool> = network
        .nodes
        .iter()
        .map(|node| pool(node, &cluster))
        .collect();
    check_written(network, &plugin, &nodes, problems);
    take_written(network, &nodes, &mut free);
    let mut without: BTreeMap<usize, u32> = BTreeMap::new();
    let modelled = plugin.is_modelled();
    for pod in network.pods.iter_mut().filter(|pod| needs_address(pod)) {
        let Some(&index) = pod.node_name.as_ref().and_then(|name| nodes.get(name)) else {
            continue;
        };
        let (Some(node), Some(free)) = (network.nodes.get(index), free.get_mut(index)) else {
            continue;
        };
        if pod.host_network {
            pod.ips.clone_from(&node.internal_ips);
            assign(&mut pod.meta, "status.podIP", KUBELET);
        } else if let Some(ip) = free.take_lowest() {
            pod.ips.push(ip);
            assign(&mut pod.meta, "status.podIP", by);
        } else if modelled {
            pod.phase = Phase::Pending;
            pod.ready = false;
            assign(&mut pod.meta, "status.phase", KUBELET);
            *without.entry(index).or_default() += 1;
        }
    }
    for (index, count) in without {
        if let Some(node) = network.nodes.get(index) {
            problems.push(no_address(node, count));
        }
    }
    readiness(network, &nodes);
}

fn needs_address(pod: &Pod) -> bool {
    pod.phase == Phase::Running && pod.ips.is_empty()
}

fn no_address(node: &Node, count: u32) -> Diagnostic {
    warning(
        "pod-no-address",
        format!(
            "no address on node `{}` for {}: `Pending`",
            node.meta.name,
            counted(u64::from(count), "pod")
        ),
    )
    .about(node.reference())
    .hint("give the node a pod range or a subnet with free addresses")
}

/// The addresses that a node can give to pods.
fn pool(node: &Node, cluster: &Cluster) -> AddressPool {
    match cluster.plugin {
        // The first address is the bridge's own (host-local IPAM with `isGateway`).
        NetworkPlugin::Kubenet => share(node, 2),
        // There is no bridge, and no source says which addresses stay unused; network and broadcast do here.
        NetworkPlugin::AzureOverlay => share(node, 1),
        NetworkPlugin::AzureNodeSubnet => AddressPool::of_addresses(&node.reserved_ips),
        NetworkPlugin::AzurePodSubnet => {
            AddressPool::of_addresses(pod_subnet::for_pods(node, cluster))
        }
        NetworkPlugin::Other(_) => AddressPool::default(),
    }
}

/// The node's /24 but its first `front` addresses and the broadcast address.
fn share(node: &Node, front: u32) -> AddressPool {
    let mut ranges = node.pod_cidrs.iter();
    let pool = ranges.find_map(|net| match net {
        IpNet::V4(net) => Some(AddressPool::new(*net, front, 1)),
        IpNet::V6(_) => None,
    });
    pool.unwrap_or_default()
}

fn take_written(network: &Network, nodes: &BTreeMap<Arc<str>, usize>, free: &mut [AddressPool]) {
    for pod in network
        .pods
        .iter()
        .filter(|pod| !pod.host_network && !pod.is_over())
    {
        let index = pod.node_name.as_ref().and_then(|name| nodes.get(name));
        for &ip in &pod.ips {
            let own = index.and_then(|&index| free.get_mut(index));
            if !own.is_some_and(|own| own.take(ip)) {
                free.iter_mut().any(|other| other.take(ip));
            }
        }
    }
}

/// Reports written addresses that two pods have, or that the pod's node cannot have given.
fn check_written(
    network: &Network,
    plugin: &NetworkPlugin,
    nodes: &BTreeMap<Arc<str>, usize>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut holders: BTreeMap<IpAddr, Ref> = network
        .nodes
        .iter()
        .flat_map(|node| node.internal_ips.iter().map(|ip| (*ip, node.reference())))
        .collect();
    for pod in network
        .pods
        .iter()
        .filter(|pod| !pod.host_network && !pod.is_over())
    {
        for &ip in &pod.ips {
            if let Some(other) = holders.insert(ip, pod.reference()) {
                problems.push(
                    error(
                        "address-twice",
                        format!("pod `{}` has the address of `{other}`", pod.meta.name),
                    )
                    .about(pod.reference())
                    .field("status.podIP")
                    .found(format!("`{ip}`"), "an address that nothing else has"),
                );
            }
        }
        let node = pod.node_name.as_ref().and_then(|name| nodes.get(name));
        if let Some(node) = node.and_then(|&index| network.nodes.get(index)) {
            check_range(network, plugin, pod, node, problems);
        }
    }
}

fn check_range(
    network: &Network,
    plugin: &NetworkPlugin,
    pod: &Pod,
    node: &Node,
    problems: &mut Vec<Diagnostic>,
) {
    let ranges: Vec<IpNet> = match plugin {
        NetworkPlugin::Kubenet | NetworkPlugin::AzureOverlay => node.pod_cidrs.clone(),
        NetworkPlugin::AzureNodeSubnet => prefixes(network, node.subnet.as_ref()),
        NetworkPlugin::AzurePodSubnet => prefixes(network, node.pod_subnet.as_ref()),
        NetworkPlugin::Other(_) => Vec::new(),
    };
    let outside = |ip: &IpAddr| ip.is_ipv4() && !ranges.iter().any(|net| net.contains(ip));
    let Some(ip) = pod.ip().filter(outside) else {
        return;
    };
    if ranges.is_empty() {
        return;
    }
    let expected: Vec<String> = ranges.iter().map(|net| format!("`{net}`")).collect();
    problems.push(
        warning(
            "address-outside-range",
            format!(
                "pod `{}` has an address that node `{}` cannot give it",
                pod.meta.name, node.meta.name
            ),
        )
        .about(pod.reference())
        .field("status.podIP")
        .found(
            format!("`{ip}`"),
            format!("an address in {}", expected.join(" or ")),
        ),
    );
}

fn prefixes(network: &Network, subnet: Option<&SubnetId>) -> Vec<IpNet> {
    let found = subnet.and_then(|id| network.subnet(id));
    found.map(|it| it.prefixes.clone()).unwrap_or_default()
}

/// The node lifecycle controller marks the pods of a node that is not ready.
fn readiness(network: &mut Network, nodes: &BTreeMap<Arc<str>, usize>) {
    let not_ready: BTreeSet<Arc<str>> = network
        .nodes
        .iter()
        .filter(|node| !node.ready)
        .map(|node| node.meta.name.clone())
        .collect();
    if not_ready.is_empty() {
        return;
    }
    for pod in network.pods.iter_mut().filter(|pod| pod.ready) {
        let node = pod
            .node_name
            .as_ref()
            .filter(|name| nodes.contains_key(*name));
        let affected = node.is_some_and(|name| not_ready.contains(name));
        let conditions = written_field(
            &network.manifests,
            &pod.meta.origin,
            &["status", "conditions"],
        );
        let written = matches!(pod.meta.origin, Origin::Written { .. }) && conditions.is_some();
        if affected && !written {
            pod.ready = false;
            assign(
                &mut pod.meta,
                "status.conditions",
                "node-lifecycle-controller",
            );
        }
    }
}
