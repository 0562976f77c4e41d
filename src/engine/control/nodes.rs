//! Nodes: those of each pool up to its count, with pool, labels, addresses and NIC settings.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::names::scale_set_machine;
use super::{assign, counted, error, node_addresses, node_public, of_cluster, pod_cidr, warning};
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Meta, Node};
use crate::model::network::Network;

/// Nodes of a kubenet cluster: each costs a route, and one route table of Azure holds 400.
pub const KUBENET_NODES: usize = 400;
/// Nodes of any cluster (container service limits).
pub const CLUSTER_NODES: usize = 5000;
/// Pods of a node (container service limits).
pub const PODS_PER_NODE: u32 = 250;

/// Completes the written nodes and adds those that the pools still lack.
pub fn complete(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = network.cluster.clone() else {
        return;
    };
    report_what_is_not_modelled(&cluster, problems);
    assign_pools(network, &cluster);
    add_missing(network, &cluster, problems);
    for node in &mut network.nodes {
        complete_labels(node, &cluster);
    }
    spread_over_zones(network, &cluster);
    node_addresses::complete(network, &cluster, problems);
    node_public::complete(network, &cluster);
    ip_forwarding(network, &cluster);
    if cluster.plugin.has_pod_range() {
        pod_cidr::complete(network, &cluster, problems);
    }
}

/// How many pods a node of `pool` takes: `maxPods`, or the plugin's default of 110 for kubenet, 30 for Azure CNI
/// with a node subnet, 250 otherwise.
pub fn max_pods(cluster: &Cluster, pool: Option<&str>) -> u32 {
    let default = match cluster.plugin {
        NetworkPlugin::Kubenet => 110,
        NetworkPlugin::AzureNodeSubnet => 30,
        _ => PODS_PER_NODE,
    };
    pool_named(cluster, pool)
        .and_then(|pool| pool.max_pods)
        .unwrap_or(default)
        .min(PODS_PER_NODE)
}

pub(super) fn pool_named<'a>(cluster: &'a Cluster, name: Option<&str>) -> Option<&'a AgentPool> {
    let name = name?;
    cluster.pools.iter().find(|pool| &*pool.name == name)
}

fn report_what_is_not_modelled(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if let Some(plugin) = cluster.unmodelled_plugin() {
        problems.push(
            warning(
                "plugin-not-modelled",
                format!(
                    "network plugin `{plugin}` is not modelled: nodes get addresses, pods do not"
                ),
            )
            .about(cluster.reference())
            .field("properties.networkProfile.networkPlugin")
            .hint("kubenet and Azure CNI are modelled"),
        );
    }
    for (index, pool) in cluster.pools.iter().enumerate() {
        if pool.windows {
            problems.push(
                warning(
                    "windows-not-modelled",
                    format!(
                        "Windows nodes are not modelled: pool `{}` is left out",
                        pool.name
                    ),
                )
                .about(cluster.reference())
                .field(format!("properties.agentPoolProfiles[{index}].osType")),
            );
        }
    }
}

/// Finds the pool of each written node: by label, else the first pool with room whose subnet has its address,
/// else the first with room, else the first.
fn assign_pools(network: &mut Network, cluster: &Cluster) {
    let mut room: BTreeMap<Arc<str>, u32> = cluster
        .pools
        .iter()
        .map(|pool| (pool.name.clone(), pool.count))
        .collect();
    let labelled = |node: &Node| {
        ["kubernetes.azure.com/agentpool", "agentpool"]
            .iter()
            .find_map(|key| node.meta.labels.get(*key))
            .cloned()
    };
    for node in &mut network.nodes {
        node.pool = node.pool.take().or_else(|| labelled(node));
        if let Some(left) = node.pool.as_ref().and_then(|pool| room.get_mut(pool)) {
            *left = left.saturating_sub(1);
        }
    }
    let choices: Vec<Option<Arc<str>>> = network
        .nodes
        .iter()
        .map(|node| {
            if node.pool.is_some() {
                return None;
            }
            let pool = choose_pool(network, cluster, node, &room)?;
            if let Some(left) = room.get_mut(&pool) {
                *left = left.saturating_sub(1);
            }
            Some(pool)
        })
        .collect();
    for (node, pool) in network.nodes.iter_mut().zip(choices) {
        node.pool = node.pool.take().or(pool);
    }
}

fn choose_pool(
    network: &Network,
    cluster: &Cluster,
    node: &Node,
    room: &BTreeMap<Arc<str>, u32>,
) -> Option<Arc<str>> {
    let has_room = |pool: &AgentPool| room.get(&pool.name).is_some_and(|&left| left > 0);
    let has_address = |pool: &AgentPool| {
        let subnet = pool.subnet.as_ref().and_then(|id| network.subnet(id));
        subnet.is_some_and(|subnet| {
            node.ip()
                .is_some_and(|ip| subnet.prefixes.iter().any(|net| net.contains(&ip)))
        })
    };
    let mut linux: Vec<&AgentPool> = cluster.pools.iter().filter(|pool| !pool.windows).collect();
    linux.sort_by_key(|pool| (!has_room(pool), !has_address(pool)));
    linux.first().map(|pool| pool.name.clone())
}

/// Adds nodes until every pool has its count, under the names that pods already refer to where there are any.
fn add_missing(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let mut names: BTreeSet<Arc<str>> = network
        .nodes
        .iter()
        .map(|node| node.meta.name.clone())
        .collect();
    let mut mentioned = mentioned_nodes(network, &names);
    let limit = match cluster.plugin {
        NetworkPlugin::Kubenet => KUBENET_NODES,
        _ => CLUSTER_NODES,
    };
    let mut refused: u64 = 0;
    for pool in cluster.pools.iter().filter(|pool| !pool.windows) {
        let present = network
            .nodes
            .iter()
            .filter(|node| node.pool.as_ref() == Some(&pool.name))
            .count();
        let present = u32::try_from(present).unwrap_or(u32::MAX);
        let mut index = 0;
        for number in present..pool.count {
            if network.nodes.len() >= limit {
                refused += u64::from(pool.count - number);
                break;
            }
            let name = take_mentioned(&mut mentioned, cluster, pool)
                .unwrap_or_else(|| unused_name(pool, &mut index, &names));
            names.insert(name.clone());
            network.nodes.push(new_node(cluster, pool, &name));
        }
    }
    if refused > 0 {
        problems.push(too_many_nodes(cluster, limit, refused));
    }
}

fn too_many_nodes(cluster: &Cluster, limit: usize, refused: u64) -> Diagnostic {
    let reason = match cluster.plugin {
        NetworkPlugin::Kubenet => "each node needs a route and a route table holds 400 routes",
        _ => "a cluster holds no more",
    };
    error(
        "node-limit",
        format!("{} left out: {reason}", counted(refused, "node")),
    )
    .about(cluster.reference())
    .field("properties.agentPoolProfiles")
    .found(
        format!(
            "{} nodes",
            u64::try_from(limit).unwrap_or_default() + refused
        ),
        format!("at most {limit} nodes"),
    )
}

/// Names of nodes that pods are bound to but that nobody wrote, in order.
fn mentioned_nodes(network: &Network, known: &BTreeSet<Arc<str>>) -> Vec<Arc<str>> {
    let mut seen = known.clone();
    network
        .pods
        .iter()
        .filter_map(|pod| pod.node_name.clone())
        .filter(|name| !name.is_empty() && seen.insert(name.clone()))
        .collect()
}

/// A mentioned name that fits this pool: it contains the pool's name between dashes, or no pool's at all.
fn take_mentioned(
    mentioned: &mut Vec<Arc<str>>,
    cluster: &Cluster,
    pool: &AgentPool,
) -> Option<Arc<str>> {
    let of_pool = |name: &str, pool: &AgentPool| name.contains(&format!("-{}-", pool.name));
    let fits = |name: &Arc<str>| {
        of_pool(name, pool) || !cluster.pools.iter().any(|pool| of_pool(name, pool))
    };
    let index = mentioned.iter().position(fits)?;
    Some(mentioned.remove(index))
}

fn unused_name(pool: &AgentPool, index: &mut u32, taken: &BTreeSet<Arc<str>>) -> Arc<str> {
    loop {
        let name = scale_set_machine(&pool.name, *index);
        *index += 1;
        if !taken.contains(name.as_str()) {
            return Arc::from(name);
        }
    }
}

fn new_node(cluster: &Cluster, pool: &AgentPool, name: &str) -> Node {
    Node {
        meta: of_cluster(cluster, "", name),
        ready: true,
        pool: Some(pool.name.clone()),
        ..Node::default()
    }
}

/// The labels and taints that the kubelet and AKS put on every node, as far as they are not written.
fn complete_labels(node: &mut Node, cluster: &Cluster) {
    let name = node.meta.name.clone();
    let mut labels: Vec<(&'static str, Arc<str>)> = vec![
        ("kubernetes.io/hostname", name),
        ("kubernetes.io/os", Arc::from("linux")),
        ("kubernetes.io/arch", Arc::from("amd64")),
        ("topology.kubernetes.io/region", cluster.location.clone()),
    ];
    if let Some(pool) = pool_named(cluster, node.pool.as_deref()) {
        let mode = if pool.system { "system" } else { "user" };
        labels.push(("kubernetes.azure.com/agentpool", pool.name.clone()));
        labels.push(("agentpool", pool.name.clone()));
        labels.push(("kubernetes.azure.com/mode", Arc::from(mode)));
        if node.taints.is_empty() && !pool.taints.is_empty() {
            node.taints.clone_from(&pool.taints);
            assign(&mut node.meta, "spec.taints", super::AKS);
        }
    }
    let before = node.meta.labels.len();
    let own = pool_named(cluster, node.pool.as_deref()).into_iter();
    let own = own
        .flat_map(|pool| &pool.labels)
        .map(|(key, value)| (key.clone(), value.clone()));
    let labels = labels
        .into_iter()
        .map(|(key, value)| (Arc::from(key), value));
    for (key, value) in own.chain(labels) {
        node.meta.labels.entry(key).or_insert(value);
    }
    if node.meta.labels.len() > before {
        assign(&mut node.meta, "metadata.labels", "kubelet");
    }
}

/// The NIC's IP forwarding: as its own document says, else on for kubenet and off for Azure CNI.
fn ip_forwarding(network: &mut Network, cluster: &Cluster) {
    let written: BTreeMap<IpAddr, bool> = network
        .network_interfaces
        .iter()
        .filter_map(|interface| Some((*interface.ips.first()?, interface.ip_forwarding)))
        .collect();
    for node in &mut network.nodes {
        let own = node.ip().and_then(|ip| written.get(&ip).copied());
        let default = cluster.plugin == NetworkPlugin::Kubenet;
        node.ip_forwarding = node.ip_forwarding.or(own).or(Some(default));
    }
}

/// Nodes of a pool with zones stand in them by turns, unless their label says otherwise.
fn spread_over_zones(network: &mut Network, cluster: &Cluster) {
    let mut turn: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for node in &mut network.nodes {
        let Some(pool) = pool_named(cluster, node.pool.as_deref()) else {
            continue;
        };
        let turn = turn.entry(pool.name.clone()).or_default();
        let zone = pool.zones.get(*turn % pool.zones.len().max(1));
        *turn += 1;
        if let Some(zone) = zone {
            set_zone(&mut node.meta, format!("{}-{zone}", cluster.location));
        }
    }
}

fn set_zone(meta: &mut Meta, zone: String) {
    let before = meta.labels.len();
    let key = Arc::from("topology.kubernetes.io/zone");
    meta.labels.entry(key).or_insert_with(|| Arc::from(zone));
    if meta.labels.len() > before {
        assign(meta, "metadata.labels", "kubelet");
    }
}
