//! Limits of Azure and AKS (section 12 of the fact sheet names their sources).

use super::error;
use crate::engine::azure::snat;
use crate::engine::azure::topology;
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, OutboundType};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::ServiceType;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::Era;

/// Routes of one route table, and so nodes of a kubenet cluster.
const ROUTES: usize = 400;
/// Rules of one security group.
const RULES: usize = 1000;
/// LoadBalancer Services of a cluster with a Standard load balancer.
const BALANCED_SERVICES: usize = 300;
/// Nodes of one agent pool.
const POOL_NODES: u32 = 1000;
/// Pods of a kubenet node in 2021.
const KUBENET_PODS_2021: u32 = 110;
/// The smallest setting for the pods of a node; the largest is checked where it is read (V-01).
const LEAST_PODS: u32 = 10;

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    // A kubenet cluster with that many nodes is told of below.
    let by_nodes = topology::is_kubenet(network) && network.nodes.len() > ROUTES;
    for table in &network.route_tables {
        let count = table.routes.len();
        if count > ROUTES && !by_nodes {
            //
            let message = format!("the route table has {count} routes; Azure allows {ROUTES}");
            let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
            problems.push(error("too-many-routes", message).about(object));
        }
    }
    for nsg in &network.nsgs {
        let count = nsg.rules.len();
        if count > RULES {
            // V-04
            let message = format!("the security group has {count} rules; Azure allows {RULES}");
            problems.push(error("too-many-rules", message).about(nsg.reference()));
        }
    }
    if let Some(cluster) = &network.cluster {
        nodes(network, cluster, problems);
        services(network, cluster, problems);
        for (index, pool) in cluster.pools.iter().enumerate() {
            pool_limits(cluster, index, pool, problems);
            if network.settings.era == Era::Y2021 {
                pods_of_2021(cluster, index, pool, problems);
            }
        }
        outbound_ports(network, cluster, problems);
        shared_subnets(network, cluster, problems);
    }
}

/// K-11: one route a node, and a table holds 400.
fn nodes(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let wanted: u64 = cluster.pools.iter().map(|pool| u64::from(pool.count)).sum();
    let count = network
        .nodes
        .len()
        .max(usize::try_from(wanted).unwrap_or(usize::MAX));
    if cluster.plugin == NetworkPlugin::Kubenet && count > ROUTES {
        let message =
            format!("{count} kubenet nodes need as many routes, but a route table holds {ROUTES}");
        problems.push(
            error("too-many-kubenet-nodes", message)
                .about(cluster.reference())
                .field("properties.agentPoolProfiles")
                .hint("use Azure CNI, which needs no routes for pods"),
        );
    }
}

/// V-02
fn services(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let balanced = |kind: ServiceType| kind == ServiceType::LoadBalancer;
    let count = network
        .services
        .iter()
        .filter(|service| balanced(service.service_type))
        .count();
    if cluster.standard_load_balancer && count > BALANCED_SERVICES {
        let message = format!(
            "{count} Services of type LoadBalancer; AKS allows {BALANCED_SERVICES} in a cluster"
        );
        problems.push(error("too-many-load-balancer-services", message).about(cluster.reference()));
    }
}

fn pool_limits(cluster: &Cluster, index: usize, pool: &AgentPool, problems: &mut Vec<Diagnostic>) {
    let mut add = |code, field: &str, message: String| {
        let path = format!("properties.agentPoolProfiles[{index}].{field}");
        problems.push(error(code, message).about(cluster.reference()).field(path));
    };
    let name = &pool.name;
    if pool.count > POOL_NODES {
        let message = format!(
            "pool `{name}` has {} nodes; AKS allows {POOL_NODES}",
            pool.count
        );
        add("too-many-nodes", "count", message);
    }
    if let Some(pods) = pool.max_pods.filter(|pods| *pods < LEAST_PODS) {
        let message =
            format!("pool `{name}` asks for {pods} pods a node; the least is {LEAST_PODS}");
        add("too-few-pods", "maxPods", message);
    }
    if pool.windows && cluster.plugin == NetworkPlugin::Kubenet {
        let message = format!("pool `{name}` runs Windows, which kubenet does not support");
        add("kubenet-windows", "osType", message);
    }
}

/// Sources disagree about the most pods of a kubenet node: 110 in 2021, 250 now (conflict 2 of the fact sheet).
fn pods_of_2021(cluster: &Cluster, index: usize, pool: &AgentPool, problems: &mut Vec<Diagnostic>) {
    let kubenet = cluster.plugin == NetworkPlugin::Kubenet;
    let most = KUBENET_PODS_2021;
    let Some(pods) = pool.max_pods.filter(|pods| kubenet && *pods > most) else {
        return;
    };
    let name = &pool.name;
    let message = format!(
        "pool `{name}` asks for {pods} pods a node; kubenet allowed {most} in 2021, and 250 today"
    );
    let path = format!("properties.agentPoolProfiles[{index}].maxPods");
    problems.push(
        error("kubenet-too-many-pods", message)
            .about(cluster.reference())
            .field(path)
            .hint("choose at most 110, or say `era: now` in the Settings"),
    );
}

/// Outbound ports come in blocks of 8, and all nodes must find theirs on the addresses (5.6).
fn outbound_ports(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let ports = snat::ports_by_hand(network, cluster);
    if ports == 0 || cluster.outbound_type != OutboundType::LoadBalancer {
        return;
    }
    let field = "properties.networkProfile.loadBalancerProfile.allocatedOutboundPorts";
    let mut add = |code, message: String| {
        let hint = "set fewer ports, in steps of 8, or ask for more outbound addresses";
        let problem = error(code, message).about(cluster.reference());
        problems.push(problem.field(field).hint(hint));
    };
    if !ports.is_multiple_of(8) {
        add(
            "outbound-ports-multiple",
            format!("`{ports}` is not a multiple of 8"),
        );
    }
    let addresses = cluster.outbound_ips.len().max(1);
    let nodes = network.nodes.len();
    let served = snat::nodes_with_ports(network, cluster);
    if nodes > served {
        let message = format!(
            "{nodes} nodes with {ports} ports each do not fit: {served} find theirs on {addresses} outbound addresses"
        );
        add("outbound-ports-exhausted", message);
    }
}

/// K-14
fn shared_subnets(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    for other in &network.other_clusters {
        let kubenet = [cluster, other]
            .iter()
            .any(|one| one.plugin == NetworkPlugin::Kubenet);
        let subnets = other.pools.iter().filter_map(|pool| pool.subnet.as_ref());
        let mut shared = subnets.filter(|id| {
            let own = cluster.pools.iter().filter_map(|pool| pool.subnet.as_ref());
            own.into_iter()
                .any(|subnet| topology::same_subnet(subnet, id))
        });
        if let Some(id) = shared.next().filter(|_| kubenet) {
            let message = format!(
                "{} and {} share {}, which kubenet does not allow",
                cluster.reference(),
                other.reference(),
                id.reference()
            );
            problems.push(error("kubenet-subnet-shared", message).about(other.reference()));
        }
    }
}
