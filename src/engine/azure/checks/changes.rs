//! Changes that AKS does not support (section 4 of the fact sheet), and combinations that it refuses.

use super::addressing::made_by_aks;
use super::{error, warning};
use crate::engine::azure::nsg::{EffectiveNsg, Passage};
use crate::engine::azure::topology;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node, Origin};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

/// What nodes must be able to ask each other: the kubelet, the API server, names.
const CLUSTER_INTERNAL: [(Protocol, u16); 3] = [
    (Protocol::Tcp, 10250),
    (Protocol::Tcp, 443),
    (Protocol::Udp, 53),
];

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    policy_engine(cluster, problems);
    for subnet in topology::pool_subnets(network) {
        managed_subnet(network, subnet, problems);
        internal_traffic(network, subnet, problems);
        if let Some(service) = subnet.delegations.first() {
            let message = format!("the subnet of nodes must not be delegated to `{service}`");
            problems.push(
                error("subnet-delegated", message)
                    .about(subnet.reference())
                    .field("properties.delegations"),
            );
        }
    }
}

/// Y-07
fn policy_engine(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if cluster.plugin == NetworkPlugin::Kubenet
        && cluster.network_policy.as_deref() == Some("azure")
    {
        let message = "the network policy engine `azure` needs Azure CNI";
        problems.push(
            error("policy-needs-azure-cni", message)
                .about(cluster.reference())
                .field("properties.networkProfile.networkPolicy")
                .hint("use `calico` with kubenet"),
        );
    }
}

/// P-01: own routes and service endpoints in a virtual network that AKS made; P-02: not in one's own.
fn managed_subnet(network: &Network, subnet: &Subnet, problems: &mut Vec<Diagnostic>) {
    let vnet = network.vnet(&subnet.meta.namespace);
    if !vnet.is_some_and(made_by_aks) {
        return;
    }
    let written = |origin: &Origin| matches!(origin, Origin::Written { .. });
    let table = subnet
        .route_table
        .as_deref()
        .and_then(|name| network.route_table(name));
    if let Some(table) = table
        && table.routes.iter().any(|route| written(&route.meta.origin))
    {
        let message = format!(
            "own routes in {}, which AKS made, are an unsupported change",
            subnet.reference()
        );
        let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
        problems.push(
            warning("unsupported-change", message)
                .about(object)
                .hint("bring a virtual network of your own"),
        );
    }
    if !subnet.service_endpoints.is_empty() {
        let message = format!(
            "a service endpoint in {}, which AKS made, is an unsupported change",
            subnet.reference()
        );
        problems.push(
            warning("unsupported-change", message)
                .about(subnet.reference())
                .field("properties.serviceEndpoints"),
        );
    }
}

/// P-04: a security group of the subnet must not stand between nodes.
fn internal_traffic(network: &Network, subnet: &Subnet, problems: &mut Vec<Diagnostic>) {
    let here = |node: &&Node| {
        topology::node_subnet(network, node).is_some_and(|known| known.id() == subnet.id())
    };
    let mut nodes = network.nodes.iter().filter(here).filter_map(Node::ip);
    let (Some(from), Some(to)) = (nodes.next(), nodes.next()) else {
        return;
    };
    let filter = EffectiveNsg::of_subnet(network, &subnet.id());
    for inbound in [true, false] {
        let denied = CLUSTER_INTERNAL.iter().find_map(|(protocol, port)| {
            let packet = Packet {
                protocol: *protocol,
                source: from,
                destination: to,
                destination_port: *port,
                ..Packet::default()
            };
            let decision = filter.evaluate(inbound, &packet);
            (decision.passage == Passage::Denied).then_some((decision, protocol, port))
        });
        if let Some((decision, protocol, port)) = denied {
            let direction = if inbound { "inbound" } else { "outbound" };
            let message = format!(
                "the rule `{}` blocks cluster-internal traffic: {protocol} {port} between nodes, {direction}",
                decision.rule
            );
            let cause = decision.finding.cause;
            let problem = warning("cluster-traffic-blocked", message);
            problems.push(match cause {
                Some(cause) => problem.about(cause.object).field(cause.field.to_string()),
                None => problem.about(subnet.reference()),
            });
        }
    }
}
