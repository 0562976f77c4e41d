//! How many addresses nodes take and prefixes hold (sections 1.5, 2.1 and 2.4 of the fact sheet).

use crate::engine::control::pod_subnet;
use crate::model::azure::{Cluster, NetworkPlugin};

/// Addresses that Azure takes of every prefix of a subnet: network, gateway, two for DNS, broadcast.
pub const TAKEN_BY_AZURE: u64 = 5;
/// The longest prefix of a subnet.
pub const LONGEST_PREFIX: u8 = 29;
/// Pods that a pool of Azure CNI hosts at least, where a node of it may run fewer (section 2.1).
pub const PODS_OF_POOL: u64 = 30;
/// The prefix of one node's share of a private pod range.
pub const BLOCK_PREFIX: u8 = 24;

/// Addresses of the node's subnet that one node takes: its own, and with Azure CNI in the node subnet one for each
/// pod that it may run.
pub fn per_node(cluster: &Cluster, max_pods: u32) -> u64 {
    match cluster.plugin {
        NetworkPlugin::AzureNodeSubnet => 1 + u64::from(max_pods),
        NetworkPlugin::Kubenet
        | NetworkPlugin::AzureOverlay
        | NetworkPlugin::AzurePodSubnet
        | NetworkPlugin::Other(_) => 1,
    }
}

/// Whether every node takes a /24 of the pod range.
pub fn has_blocks(cluster: &Cluster) -> bool {
    cluster.plugin.has_pod_range()
}

/// Addresses of a prefix of IPv4.
pub const fn addresses(prefix: u8) -> u64 {
    if prefix > 32 {
        return 0;
    }
    1 << (32 - prefix)
}

/// Addresses of a subnet's prefix that Azure does not take.
pub const fn usable(prefix: u8) -> u64 {
    addresses(prefix).saturating_sub(TAKEN_BY_AZURE)
}

/// The smallest subnet (the longest prefix) with so many usable addresses; `None` where not even a /0 has them.
pub fn smallest_subnet(need: u64) -> Option<u8> {
    (0..=LONGEST_PREFIX)
        .rev()
        .find(|prefix| usable(*prefix) >= need)
}

/// Addresses of a block of a pod subnet.
pub const BLOCK: u64 = 16;

/// Addresses of a subnet's prefix in whole blocks: those that hold an address which Azure takes, the first and the last,
/// are handed out to nobody.
pub const fn usable_in_blocks(prefix: u8) -> u64 {
    BLOCK * (addresses(prefix) / BLOCK).saturating_sub(2)
}

/// The smallest pod subnet whose whole blocks have so many addresses.
pub fn smallest_of_blocks(need: u64) -> Option<u8> {
    (0..=LONGEST_PREFIX)
        .rev()
        .find(|prefix| usable_in_blocks(*prefix) >= need)
}

/// Nodes that a pod range can feed, a /24 each (K: 2^(24 - prefix)).
pub const fn blocks(prefix: u8) -> u64 {
    if prefix > BLOCK_PREFIX {
        return 0;
    }
    1 << (BLOCK_PREFIX - prefix)
}

/// The smallest pod range with a /24 for so many nodes.
pub fn smallest_pod_range(nodes: u64) -> Option<u8> {
    (0..=BLOCK_PREFIX)
        .rev()
        .find(|prefix| blocks(*prefix) >= nodes)
}

/// Blocks of 16 addresses that one node takes of a pod subnet with static blocks: `maxPods` is at most 16 N - 1
/// for N blocks, since one address of them is the node's own; 30 pods need 2, 32 need 3.
pub const fn static_blocks(max_pods: u32) -> u32 {
    pod_subnet::blocks(max_pods)
}

/// Addresses of a pod subnet that a node takes once it runs all the pods that it may: its blocks, or batches of 16 up
/// to one address a pod.
pub const fn per_node_of_pods(static_blocks: bool, max_pods: u32) -> u64 {
    if static_blocks {
        16 * pod_subnet::blocks(max_pods) as u64
    } else {
        max_pods as u64
    }
}

/// What a node takes of the private addresses that a virtual network holds, for the pods of a pod subnet: one for each
/// pod that it may run, or one for each block.
pub const fn mappings_of_pods(static_blocks: bool, max_pods: u32) -> u64 {
    if static_blocks {
        pod_subnet::blocks(max_pods) as u64
    } else {
        per_node_of_pods(false, max_pods)
    }
}

/// Addresses of a pod subnet that a node takes as soon as it is there: its blocks, or the first batch of 16.
pub const fn first_of_pods(static_blocks: bool, max_pods: u32) -> u64 {
    if static_blocks {
        per_node_of_pods(true, max_pods)
    } else {
        16
    }
}

/// Nodes that an upgrade adds for a time: a number, or a percentage of the pool, rounded up. At least one.
pub fn surge(setting: Option<&str>, nodes: u32) -> u32 {
    let Some(text) = setting.map(str::trim) else {
        return 1;
    };
    let surge = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<u64>().ok().map(|percent| {
            let wanted = (u64::from(nodes) * percent).div_ceil(100);
            u32::try_from(wanted).unwrap_or(u32::MAX)
        }),
        None => text.parse().ok(),
    };
    surge.unwrap_or(1).max(1)
}
