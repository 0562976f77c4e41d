//! kubenet and Azure CNI Overlay: each node's own /24 of the cluster's pod range.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::{assign, counted, error, warning};
use crate::model::azure::Cluster;
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;

/// Who hands them out.
const BY: &str = "node-ipam-controller";

/// The default pod range of kubenet and of Azure CNI Overlay.
pub fn default_pod_cidr() -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 244, 0, 0), 16))
}

/// Gives nodes without a pod range the one that holds their written pods, or else the next free /24 in order.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let range = cluster.pod_cidr.unwrap_or_else(default_pod_cidr);
    if let Some(cluster) = &mut network.cluster
        && cluster.pod_cidr.is_none()
    {
        cluster.pod_cidr = Some(range);
        assign(
            &mut cluster.meta,
            "properties.networkProfile.podCidr",
            super::AKS,
        );
    }
    let IpNet::V4(range) = range else {
        problems.push(ipv6(cluster, range));
        return;
    };
    report_written(network, range, problems);
    let mut taken: BTreeSet<Ipv4Net> = network
        .nodes
        .iter()
        .flat_map(|node| &node.pod_cidrs)
        .filter_map(|net| match net {
            IpNet::V4(net) => Some(net.trunc()),
            IpNet::V6(_) => None,
        })
        .collect();
    let hints = hints(network, range);
    let mut free = Blocks {
        range,
        next: Some(u32::from(range.network())),
    };
    for only_hints in [true, false] {
        for node in network
            .nodes
            .iter_mut()
            .filter(|node| node.pod_cidrs.is_empty())
        {
            let hint = hints
                .get(&node.meta.name)
                .copied()
                .filter(|net| !taken.contains(net));
            let net = match (hint, only_hints) {
                (Some(net), _) => Some(net),
                (None, true) => None,
                (None, false) => free.next(&taken),
            };
            if let Some(net) = net {
                taken.insert(net);
                node.pod_cidrs.push(IpNet::V4(net));
                assign(&mut node.meta, "spec.podCIDR", BY);
            }
        }
    }
    report_nodes_without(network, cluster, range, problems);
}

fn ipv6(cluster: &Cluster, range: IpNet) -> Diagnostic {
    error(
        "pod-cidr-ipv6",
        "a pod range of IPv6 is not modelled: pods get no addresses",
    )
    .about(cluster.reference())
    .field("properties.networkProfile.podCidr")
    .found(format!("`{range}`"), "a prefix of IPv4")
}

/// The /24 around the first written pod of each node.
fn hints(network: &Network, range: Ipv4Net) -> BTreeMap<Arc<str>, Ipv4Net> {
    let mut hints = BTreeMap::new();
    for pod in network.pods.iter().filter(|pod| !pod.host_network) {
        if let (Some(node), Some(IpAddr::V4(ip))) = (&pod.node_name, pod.ip())
            && range.contains(&ip)
        {
            hints
                .entry(node.clone())
                .or_insert_with(|| block(ip, range));
        }
    }
    hints
}

/// The node's share of `range` that holds `ip`: a /24, or all of a smaller range.
fn block(ip: Ipv4Addr, range: Ipv4Net) -> Ipv4Net {
    Ipv4Net::new(ip, range.prefix_len().max(24)).map_or(range, |net| net.trunc())
}

/// The /24s of a range, in order.
struct Blocks {
    range: Ipv4Net,
    next: Option<u32>,
}

impl Blocks {
    /// The next one that no written range overlaps.
    fn next(&mut self, taken: &BTreeSet<Ipv4Net>) -> Option<Ipv4Net> {
        loop {
            let start = self.next?;
            let net = block(start.into(), self.range);
            let last = u32::from(net.broadcast());
            self.next = last
                .checked_add(1)
                .filter(|&next| self.range.contains(&Ipv4Addr::from(next)));
            if !taken.contains(&net) && !overlaps(net, taken) {
                return Some(net);
            }
        }
    }
}

fn overlaps(net: Ipv4Net, taken: &BTreeSet<Ipv4Net>) -> bool {
    taken
        .iter()
        .any(|other| other.contains(&net) || net.contains(other))
}

/// Written pod ranges of nodes that are none of the cluster's, or that two nodes have.
fn report_written(network: &Network, range: Ipv4Net, problems: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<IpNet, &str> = BTreeMap::new();
    for node in &network.nodes {
        let name = &node.meta.name;
        for net in node
            .pod_cidrs
            .iter()
            .filter(|net| matches!(net, IpNet::V4(_)))
        {
            let outside = !IpNet::V4(range).contains(net);
            let problem = match known.insert(net.trunc(), name) {
                Some(other) => warning(
                    "node-pod-cidr-twice",
                    format!("node `{name}` has the pod range of node `{other}`"),
                )
                .found(format!("`{net}`"), "a range of its own"),
                None if outside => warning(
                    "node-pod-cidr-outside",
                    format!("the pod range of node `{name}` is outside of the cluster's"),
                )
                .found(format!("`{net}`"), format!("a range in `{range}`")),
                None => continue,
            };
            problems.push(problem.about(node.reference()).field("spec.podCIDR"));
        }
    }
}

fn report_nodes_without(
    network: &Network,
    cluster: &Cluster,
    range: Ipv4Net,
    problems: &mut Vec<Diagnostic>,
) {
    let without = network
        .nodes
        .iter()
        .filter(|node| node.pod_cidrs.is_empty())
        .count();
    if without > 0 {
        problems.push(
            error(
                "pod-cidr-full",
                format!(
                    "no /24 of the pod range is left for {}: no addresses for pods there",
                    counted(without as u64, "node")
                ),
            )
            .about(cluster.reference())
            .field("properties.networkProfile.podCidr")
            .found(
                format!("`{range}`"),
                format!(
                    "a prefix with a /24 for each of {} nodes",
                    network.nodes.len()
                ),
            ),
        );
    }
}
