//! Azure CNI with a pod subnet: the addresses that each node holds for its pods.
//!
//! Dynamic allocation hands them out in batches of 16, and asks for another one when fewer than 8 are free; so a
//! node with P pods holds `ceil((P + 8) / 16)` batches, and never more than its pods can be. Static allocation
//! gives a node as many blocks of 16 (/28) as `maxPods` needs, of which one address is not for pods:
//! `maxPods <= 16 N - 1`. Blocks that hold an address which Azure keeps are left out.
//! (AKS: "Configure Azure CNI networking for dynamic allocation of IPs", "… for static allocation of CIDR blocks")

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::IpNet;

use super::address::AddressPool;
use super::node_addresses::private_addresses;
use super::nodes::{max_pods, pool_named};
use super::{counted, error};
use crate::model::azure::{Cluster, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node, Phase};
use crate::model::network::Network;

/// Addresses of a batch and of a block.
const BATCH: u32 = 16;
/// When fewer than so many addresses are free, a node asks for another batch.
const SPARE: u32 = 8;

/// How many batches a node with so many pods holds.
pub const fn batches(pods: u32) -> u32 {
    pods.saturating_add(SPARE).div_ceil(BATCH)
}

/// How many blocks a node takes that may run so many pods.
pub const fn blocks(max_pods: u32) -> u32 {
    max_pods.saturating_add(1).div_ceil(BATCH)
}

/// The addresses of a node that pods can have.
pub fn for_pods<'n>(node: &'n Node, cluster: &Cluster) -> &'n [IpAddr] {
    let pool = pool_named(cluster, node.pool.as_deref());
    let skipped = usize::from(pool.is_some_and(|pool| pool.static_blocks));
    node.reserved_ips.get(skipped..).unwrap_or_default()
}

/// Gives every node its pod subnet and the addresses that it holds there; runs after pods have their nodes.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    for (index, pool) in cluster.pools.iter().enumerate() {
        let missing = pool.pod_subnet.as_ref();
        if let Some(id) = missing.filter(|id| network.subnet(id).is_none()) {
            problems.push(not_found(cluster, &pool.name, index, id));
        }
    }
    for node in &mut network.nodes {
        let pool = pool_named(cluster, node.pool.as_deref());
        node.pod_subnet = pool.and_then(|pool| pool.pod_subnet.clone());
    }
    let pods = pods_by_node(network);
    let taken = private_addresses(network);
    let mut free: BTreeMap<(String, String), Free> = BTreeMap::new();
    let mut short: BTreeMap<(String, String), Short> = BTreeMap::new();
    for index in 0..network.nodes.len() {
        let Some(node) = network
            .nodes
            .get(index)
            .filter(|it| it.reserved_ips.is_empty())
        else {
            continue;
        };
        let Some(id) = node.pod_subnet.clone() else {
            continue;
        };
        let Some(prefixes) = network.subnet(&id).map(|subnet| subnet.prefixes.clone()) else {
            continue;
        };
        let key = (id.vnet.to_ascii_lowercase(), id.subnet.to_ascii_lowercase());
        let free = free
            .entry(key.clone())
            .or_insert_with(|| Free::of(&prefixes, &taken));
        let most = max_pods(cluster, node.pool.as_deref());
        let pool = pool_named(cluster, node.pool.as_deref());
        let (count, own) = pods.get(&node.meta.name).cloned().unwrap_or_default();
        let inside = |ip: &IpAddr| prefixes.iter().any(|net| net.contains(ip));
        let own: Vec<IpAddr> = own.into_iter().filter(inside).collect();
        let (held, enough) = if pool.is_some_and(|pool| pool.static_blocks) {
            free.blocks(blocks(most), &own)
        } else {
            free.batches((batches(count) * BATCH).min(most.max(count)), own)
        };
        if !enough {
            let entry = short.entry(key).or_insert_with(|| (id, Vec::new()));
            entry.1.push(node.meta.name.clone());
        }
        if let Some(node) = network.nodes.get_mut(index) {
            node.reserved_ips = held;
        }
    }
    problems.extend(short.into_values().map(|(id, nodes)| full(&id, &nodes)));
}

/// How many pods of its own network each node runs, and the addresses that they were written with.
fn pods_by_node(network: &Network) -> BTreeMap<Arc<str>, (u32, Vec<IpAddr>)> {
    let mut pods: BTreeMap<Arc<str>, (u32, Vec<IpAddr>)> = BTreeMap::new();
    let running = network
        .pods
        .iter()
        .filter(|pod| pod.phase == Phase::Running);
    for pod in running.filter(|pod| !pod.host_network) {
        if let Some(node) = &pod.node_name {
            let entry = pods.entry(node.clone()).or_default();
            entry.0 = entry.0.saturating_add(1);
            entry.1.extend(pod.ips.iter().filter(|ip| ip.is_ipv4()));
        }
    }
    pods
}

/// A pod subnet, and nodes for which it has too few addresses.
type Short = (SubnetId, Vec<Arc<str>>);

/// What of a pod subnet nobody holds.
struct Free {
    addresses: AddressPool,
    ranges: Vec<(u32, u32)>,
    /// Where the search for the next block begins: range and first address.
    next: (usize, u32),
    /// First addresses of blocks that hold something.
    taken: BTreeSet<u32>,
}

const fn block_of(address: u32) -> u32 {
    address & !(BATCH - 1)
}

impl Free {
    fn of(prefixes: &[IpNet], taken: &BTreeSet<IpAddr>) -> Self {
        let mut addresses = AddressPool::of_subnet(prefixes);
        let ranges: Vec<(u32, u32)> = prefixes
            .iter()
            .filter_map(|net| match net {
                IpNet::V4(net) => Some((u32::from(net.network()), u32::from(net.broadcast()))),
                IpNet::V6(_) => None,
            })
            .collect();
        // Azure keeps the first four and the last address of each.
        let kept = ranges
            .iter()
            .flat_map(|(first, last)| [block_of(*first), block_of(*last)]);
        let mut blocks: BTreeSet<u32> = kept.collect();
        for ip in taken {
            addresses.take(*ip);
            if let IpAddr::V4(ip) = ip {
                blocks.insert(block_of(u32::from(*ip)));
            }
        }
        Self {
            addresses,
            next: (0, ranges.first().map_or(0, |(first, _)| block_of(*first))),
            ranges,
            taken: blocks,
        }
    }

    /// So many addresses, those of `own` pods among them; whether there were enough.
    fn batches(&mut self, want: u32, own: Vec<IpAddr>) -> (Vec<IpAddr>, bool) {
        let want = usize::try_from(want).unwrap_or(usize::MAX);
        let mut held = own;
        held.sort();
        held.dedup();
        while held.len() < want {
            let Some(ip) = self.addresses.take_lowest() else {
                break;
            };
            held.push(ip);
        }
        for ip in &held {
            if let IpAddr::V4(ip) = ip {
                self.taken.insert(block_of(u32::from(*ip)));
            }
        }
        held.sort();
        let enough = held.len() >= want;
        (held, enough)
    }

    /// So many blocks, those that hold `own` pods first; whether there were enough.
    fn blocks(&mut self, want: u32, own: &[IpAddr]) -> (Vec<IpAddr>, bool) {
        let mut starts: BTreeSet<u32> = BTreeSet::new();
        for ip in own {
            if let IpAddr::V4(ip) = ip {
                starts.insert(block_of(u32::from(*ip)));
            }
        }
        let want = usize::try_from(want).unwrap_or(usize::MAX);
        while starts.len() < want {
            let Some(start) = self.next_block() else {
                break;
            };
            starts.insert(start);
        }
        let enough = starts.len() >= want;
        let addresses = |start: u32| (0..BATCH).filter_map(move |offset| start.checked_add(offset));
        let held: Vec<IpAddr> = starts
            .into_iter()
            .flat_map(addresses)
            .map(|ip| IpAddr::V4(Ipv4Addr::from(ip)))
            .collect();
        for ip in &held {
            self.addresses.take(*ip);
        }
        (held, enough)
    }

    fn next_block(&mut self) -> Option<u32> {
        loop {
            let (index, start) = self.next;
            let (_, last) = *self.ranges.get(index)?;
            let inside = start.checked_add(BATCH - 1).is_some_and(|end| end <= last);
            self.next = match start.checked_add(BATCH).filter(|_| inside) {
                Some(next) => (index, next),
                None => (
                    index + 1,
                    self.ranges
                        .get(index + 1)
                        .map_or(0, |(first, _)| block_of(*first)),
                ),
            };
            if inside && self.taken.insert(start) {
                return Some(start);
            }
        }
    }
}

fn not_found(cluster: &Cluster, pool: &str, index: usize, id: &SubnetId) -> Diagnostic {
    let message =
        format!("pool `{pool}` names a pod subnet that does not exist: its pods get no address");
    error("pod-subnet-not-found", message)
        .about(cluster.reference())
        .field(format!("properties.agentPoolProfiles[{index}].podSubnetID"))
        .found(
            format!("`{}/{}`", id.vnet, id.subnet),
            "the name or id of a subnet of a virtual network in this scenario",
        )
}

fn full(id: &SubnetId, nodes: &[Arc<str>]) -> Diagnostic {
    let first = nodes.first().map_or("", |name| &**name);
    let message = format!(
        "too few addresses in the pod subnet for {}, from `{first}` on",
        counted(nodes.len() as u64, "node")
    );
    error("pod-subnet-full", message)
        .about(id.reference())
        .field("properties.addressPrefix")
        .hint("use a larger `addressPrefix`, fewer nodes or a smaller `maxPods`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(prefix: &str, taken: &[&str]) -> Free {
        let taken = taken.iter().map(|ip| ip.parse().unwrap()).collect();
        Free::of(&[prefix.parse().unwrap()], &taken)
    }

    #[test]
    fn batches_leave_eight_addresses_free() {
        // Fact sheet 2.4: refill when fewer than 8 are free.
        let held = [0, 8, 9, 24, 25, 110].map(batches);
        assert_eq!(held, [1, 1, 2, 2, 3, 8]);
    }

    #[test]
    fn static_blocks_come_in_sixteens_with_one_address_lost() {
        // Fact sheet 2.4: 30 -> 2 blocks, 31 -> 2, 32 -> 3.
        assert_eq!([30, 31, 32].map(blocks), [2, 2, 3]);
    }

    #[test]
    fn blocks_are_aligned_and_leave_out_what_somebody_has() {
        let mut free = free("10.1.4.0/25", &["10.1.4.33"]);
        let (held, enough) = free.blocks(2, &[]);
        assert!(enough);
        let ends = [held.first(), held.get(16), held.last()].map(|ip| ip.unwrap().to_string());
        // The first block holds the addresses that Azure keeps, the third a machine's.
        assert_eq!(ends, ["10.1.4.16", "10.1.4.48", "10.1.4.63"]);
        let (held, enough) = free.blocks(4, &[]);
        assert_eq!((held.len(), enough), (48, false));
    }

    #[test]
    fn blocks_and_batches_of_one_subnet_do_not_meet() {
        let mut free = free("10.1.4.0/24", &[]);
        let (batch, _) = free.batches(16, Vec::new());
        let (block, _) = free.blocks(1, &[]);
        let (more, _) = free.batches(32, Vec::new());
        assert_eq!(batch.last().unwrap().to_string(), "10.1.4.19");
        assert_eq!(block.first().unwrap().to_string(), "10.1.4.32");
        assert!(!more.iter().any(|ip| block.contains(ip)));
    }

    #[test]
    fn a_block_that_holds_a_pod_is_its_nodes() {
        let own = ["10.1.4.70".parse().unwrap()];
        let mut free = free("10.1.4.0/24", &["10.1.4.70"]);
        let (held, _) = free.blocks(1, &own);
        assert_eq!(held.first().unwrap().to_string(), "10.1.4.64");
    }

    #[test]
    fn batches_hold_what_pods_already_have() {
        let own = vec!["10.1.4.9".parse().unwrap()];
        let mut free = free("10.1.4.0/27", &["10.1.4.9"]);
        let (held, enough) = free.batches(16, own);
        assert_eq!((held.len(), enough), (16, true));
        let (held, enough) = free.batches(16, Vec::new());
        assert_eq!((held.len(), enough), (11, false));
    }
}
