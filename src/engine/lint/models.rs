//! Overlays, pod subnets and Cilium: combinations that AKS refuses (section 2.4 of the fact sheet), and what must
//! stay open for an overlay.

use super::{error, warning};
use crate::engine::azure::nsg::{EffectiveNsg, Passage};
use crate::engine::azure::topology::{self, same_subnet};
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::packet::Packet;

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    policy_of_cilium(cluster, problems);
    for (index, pool) in cluster.pools.iter().enumerate() {
        match &pool.pod_subnet {
            Some(subnet) => pod_subnet(cluster, (index, pool), subnet, problems),
            None if cluster.plugin == NetworkPlugin::AzurePodSubnet => {
                let message = format!(
                    "pool `{}` has no pod subnet, but another pool has: its pods get no address",
                    pool.name
                );
                problems.push(
                    at(
                        error("pod-subnet-missing", message),
                        cluster,
                        index,
                        "podSubnetID",
                    )
                    .hint("give every pool a `podSubnetID`, or none"),
                );
            }
            None => {}
        }
    }
    if cluster.plugin == NetworkPlugin::AzureOverlay {
        overlay_traffic(network, problems);
    }
}

fn at(problem: Diagnostic, cluster: &Cluster, index: usize, field: &str) -> Diagnostic {
    problem
        .about(cluster.reference())
        .field(format!("properties.agentPoolProfiles[{index}].{field}"))
}

/// The data plane Cilium enforces policies itself.
fn policy_of_cilium(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let Some(policy) = cluster
        .network_policy
        .as_deref()
        .filter(|_| cluster.is_cilium())
    else {
        return;
    };
    if !policy.eq_ignore_ascii_case("cilium") {
        let message = format!(
            "the data plane Cilium enforces policies itself, so `{policy}` cannot be chosen"
        );
        problems.push(
            error("cilium-policy", message)
                .about(cluster.reference())
                .field("properties.networkProfile.networkPolicy")
                .hint("use `networkPolicy: cilium`, or leave it out"),
        );
    }
}

fn pod_subnet(
    cluster: &Cluster,
    (index, pool): (usize, &AgentPool),
    subnet: &SubnetId,
    problems: &mut Vec<Diagnostic>,
) {
    if cluster.plugin != NetworkPlugin::AzurePodSubnet {
        let message = format!(
            "pool `{}` has a pod subnet, which {} does not use",
            pool.name,
            cluster.plugin.as_str()
        );
        problems.push(
            at(
                error("pod-subnet-unused", message),
                cluster,
                index,
                "podSubnetID",
            )
            .hint("leave `podSubnetID` out, or use `networkPlugin: azure` without a mode"),
        );
        return;
    }
    let Some(nodes) = &pool.subnet else { return };
    if same_subnet(nodes, subnet) {
        let message = format!(
            "pods of pool `{}` cannot have the subnet of its nodes as their own",
            pool.name
        );
        problems.push(
            at(
                error("pod-subnet-of-nodes", message),
                cluster,
                index,
                "podSubnetID",
            )
            .hint("name another subnet, or leave `podSubnetID` out"),
        );
    } else if !topology::same(&nodes.vnet, &subnet.vnet) {
        let message = format!(
            "the pod subnet of pool `{}` is in another virtual network than its nodes",
            pool.name
        );
        problems.push(
            at(
                error("pod-subnet-elsewhere", message),
                cluster,
                index,
                "podSubnetID",
            )
            .hint("name a subnet of the virtual network of the nodes"),
        );
    }
    if pool.static_blocks && pool.windows {
        let message = format!(
            "pool `{}` runs Windows, for which there are no blocks",
            pool.name
        );
        problems.push(
            at(
                error("static-blocks-windows", message),
                cluster,
                index,
                "podIPAllocationMode",
            )
            .hint("leave `podIPAllocationMode` out, so that addresses come in batches"),
        );
    }
}

/// A rule of a node subnet's group must not stand between nodes and pods, nor between pods (section 2.4, P-04).
fn overlay_traffic(network: &Network, problems: &mut Vec<Diagnostic>) {
    let pods: Vec<_> = network
        .nodes
        .iter()
        .filter_map(|node| {
            let subnet = topology::node_subnet(network, node)?;
            let first = node.pod_cidrs.first()?.hosts().next()?;
            Some((subnet.id(), node.ip()?, first))
        })
        .collect();
    for subnet in topology::pool_subnets(network) {
        let mut own = pods.iter().filter(|(id, ..)| *id == subnet.id());
        let (Some(one), Some(other)) = (own.next(), own.next()) else {
            continue;
        };
        let filter = EffectiveNsg::of_subnet(network, &subnet.id());
        let pairs = [
            (one.1, other.2, "node to pod"),
            (one.2, other.2, "pod to pod"),
        ];
        let denied = pairs.into_iter().find_map(|(source, destination, what)| {
            let packet = Packet {
                source,
                destination,
                destination_port: 443,
                ..Packet::default()
            };
            let decide = |inbound| filter.evaluate(inbound, &packet);
            let mut decisions = [true, false].into_iter().map(decide);
            let refused = decisions.find(|it| it.passage == Passage::Denied)?;
            Some((refused, what))
        });
        let Some((decision, what)) = denied else {
            continue;
        };
        let message = format!(
            "the rule `{}` blocks traffic of the overlay, {what}",
            decision.rule
        );
        let problem = warning("overlay-traffic-blocked", message)
            .hint("let nodes and pods reach nodes and pods on every port");
        problems.push(match decision.finding.cause {
            Some(cause) => problem.about(cause.object).field(cause.field.to_string()),
            None => problem.about(subnet.reference()),
        });
    }
}
