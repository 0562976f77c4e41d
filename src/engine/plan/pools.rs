//! Agent pools: what their nodes take, what still fits, what an upgrade needs.

use std::collections::BTreeMap;

use super::ranges::{Purpose, Range};
use super::sizes;
use crate::engine::azure::topology::{same, same_subnet};
use crate::engine::control::nodes::max_pods;
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, SubnetId};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use std::sync::Arc;

/// One agent pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolPlan {
    /// Its name.
    pub name: Arc<str>,
    /// The subnet of its nodes.
    pub subnet: Option<SubnetId>,
    /// Nodes that it is to have.
    pub wanted: u32,
    /// Nodes that it has.
    pub nodes: u32,
    /// Pods that a node may run.
    pub max_pods: u32,
    /// Pods that its nodes run, those of the host network included.
    pub pods: u64,
    /// Addresses of the subnet that one node takes.
    pub per_node: u64,
    /// Free addresses of the subnet.
    pub free: u64,
    /// The subnet of its pods, where that is another one.
    pub pod_subnet: Option<SubnetId>,
    /// Addresses of that subnet that one node takes, once it runs all its pods.
    pub per_node_of_pods: u64,
    /// Addresses of that subnet that a node takes as soon as it is there: its blocks, or its first batch.
    pub first_of_pods: u64,
    /// Free addresses of that subnet; of whole blocks, where its nodes take blocks.
    pub pods_free: u64,
    /// Whether its nodes take blocks of 16 addresses of that subnet.
    pub blocks: bool,
    /// Nodes that an upgrade adds for a time.
    pub surge: u32,
    /// Nodes that the autoscaler may make it, where there is one.
    pub most: Option<u32>,
}

impl PoolPlan {
    /// What one node with all its pods takes of the private addresses that a virtual network holds. Of a block, only the
    /// block counts.
    pub fn per_node_of_vnet(&self, vnet: &str) -> u64 {
        self.per_node + self.pods_of_vnet(vnet, self.max_pods)
    }

    /// The part of that which is for pods of a pod subnet, if a node may run so many.
    pub(super) fn pods_of_vnet(&self, vnet: &str, max_pods: u32) -> u64 {
        let pods = self.pod_subnet.as_ref();
        let pods = pods
            .filter(|subnet| same(&subnet.vnet, vnet))
            .map(|_| sizes::mappings_of_pods(self.blocks, max_pods));
        pods.unwrap_or_default()
    }

    /// Whether a node of the pool, or a pod on one, has an address.
    pub(super) fn has(&self, network: &Network, holder: &Ref) -> bool {
        let node = match holder.kind {
            Kind::Node => network.node(&holder.name),
            _ => network
                .pod(&holder.scope, &holder.name)
                .and_then(|pod| network.node(pod.node_name.as_deref()?)),
        };
        node.is_some_and(|node| node.pool.as_ref() == Some(&self.name))
    }

    /// Pods that its nodes can still take.
    pub fn more_pods(&self) -> u64 {
        (u64::from(self.nodes) * u64::from(self.max_pods)).saturating_sub(self.pods)
    }

    /// Nodes for which the subnet still has addresses.
    pub fn more_nodes(&self) -> u64 {
        self.free.checked_div(self.per_node).unwrap_or_default()
    }

    /// Addresses that an upgrade takes for a time.
    pub fn surge_need(&self) -> u64 {
        u64::from(self.surge) * self.per_node
    }

    /// Whether the subnet has them.
    pub fn surge_fits(&self) -> bool {
        self.surge_need() <= self.free
    }

    /// Addresses of the pod subnet that an upgrade takes for a time.
    pub fn surge_need_of_pods(&self) -> u64 {
        u64::from(self.surge) * self.first_of_pods
    }

    /// Whether the pod subnet has them; without one, they are none.
    pub fn surge_of_pods_fits(&self) -> bool {
        self.pod_subnet.is_none() || self.surge_need_of_pods() <= self.pods_free
    }
}

/// Every pool of the cluster. `surge` is used instead of what pools say.
pub fn all(network: &Network, ranges: &[Range], surge: Option<u32>) -> Vec<PoolPlan> {
    let Some(cluster) = &network.cluster else {
        return Vec::new();
    };
    let pods = pods_by_node(network);
    let pools = cluster.pools.iter();
    pools
        .map(|pool| plan(network, cluster, pool, ranges, &pods, surge))
        .collect()
}

fn pods_by_node(network: &Network) -> BTreeMap<&str, u64> {
    let mut pods = BTreeMap::new();
    for pod in network.pods.iter().filter(|pod| !pod.is_over()) {
        if let Some(node) = pod.node_name.as_deref() {
            *pods.entry(node).or_insert(0) += 1;
        }
    }
    pods
}

fn plan(
    network: &Network,
    cluster: &Cluster,
    pool: &AgentPool,
    ranges: &[Range],
    pods: &BTreeMap<&str, u64>,
    surge: Option<u32>,
) -> PoolPlan {
    let nodes = network
        .nodes
        .iter()
        .filter(|node| node.pool.as_ref() == Some(&pool.name));
    let names: Vec<&str> = nodes.map(|node| &*node.meta.name).collect();
    let running = names.iter().filter_map(|name| pods.get(name)).sum();
    let max_pods = max_pods(cluster, Some(&pool.name));
    let of_pods = cluster.plugin == NetworkPlugin::AzurePodSubnet;
    let pod_subnet = pool.pod_subnet.clone().filter(|_| of_pods);
    PoolPlan {
        name: pool.name.clone(),
        subnet: pool.subnet.clone(),
        wanted: pool.count,
        nodes: u32::try_from(names.len()).unwrap_or(u32::MAX),
        max_pods,
        pods: running,
        per_node: sizes::per_node(cluster, max_pods),
        free: pool
            .subnet
            .as_ref()
            .map_or(0, |subnet| free_of(network, ranges, subnet, Range::free)),
        per_node_of_pods: sizes::per_node_of_pods(pool.static_blocks, max_pods),
        first_of_pods: sizes::first_of_pods(pool.static_blocks, max_pods),
        pods_free: pod_subnet.as_ref().map_or(0, |subnet| {
            let free = if pool.static_blocks {
                Range::free_in_blocks
            } else {
                Range::free
            };
            free_of(network, ranges, subnet, free)
        }),
        blocks: pod_subnet.is_some() && pool.static_blocks,
        pod_subnet,
        surge: surge.unwrap_or_else(|| sizes::surge(pool.max_surge.as_deref(), pool.count)),
        most: pool.max_count,
    }
}

fn free_of(network: &Network, ranges: &[Range], id: &SubnetId, free: fn(&Range) -> u64) -> u64 {
    let known = network.subnet(id);
    let own = ranges.iter().filter(|range| {
        range.purpose == Purpose::Subnet
            && known.is_some_and(|subnet| {
                same_subnet(&subnet.id(), id) && subnet.reference() == range.object
            })
    });
    own.map(free).sum()
}
