//! How many connections nodes can have to the internet at once: the arithmetic of SNAT ports.

use crate::engine::azure::snat::{self, NAT_GATEWAY_PORTS};
use crate::engine::azure::topology;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::model::azure::{LoadBalancer, NatGateway, OutboundRule};
use crate::model::network::Network;
use crate::model::object::Ref;

/// A way out, and how much goes through it.
#[derive(Clone, Debug, PartialEq)]
pub struct WayOut {
    /// A load balancer or a NAT gateway.
    pub object: Ref,
    /// Connections that one node can have at once to one address, port and protocol; for a NAT gateway, all machines of
    /// its subnets together.
    pub connections: u64,
    /// How that is counted.
    pub why: Explanation,
    /// Where the number of ports a node comes from; `None` where ports belong to no node.
    pub arithmetic: Option<Explanation>,
    /// The page that documents it.
    pub source: Source,
}

/// The ways out of a cluster's nodes: NAT gateways of their subnets, and outbound rules.
pub fn all(network: &Network) -> Vec<WayOut> {
    let mut ways = gateways(network);
    for balancer in &network.load_balancers {
        let rules = balancer.outbound_rules.iter();
        ways.extend(rules.map(|rule| through(network, balancer, rule)));
    }
    ways
}

/// A number as an argument of a sentence.
pub(super) fn number(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// What an outbound rule offers to each node.
pub fn through(network: &Network, balancer: &LoadBalancer, rule: &OutboundRule) -> WayOut {
    let nodes = network.nodes.len();
    let ports = snat::ports_per_node(rule.allocated_ports, nodes);
    let connections = snat::connections_per_node(rule, nodes);
    let addresses = rule.frontends.len();
    // Those that come too late have none.
    let offered = snat::ports_offered(balancer, rule);
    let served = nodes.min(snat::nodes_served(ports, &offered));
    let why = Explanation::new("plan-outbound-rule")
        .with("object", balancer.reference())
        .with("nodes", number(served))
        .with("ports", i64::from(ports))
        .with("addresses", number(addresses))
        .with("connections", number(connections))
        .with("taken", number(connections.saturating_mul(served as u64)))
        .with("all", number(sum(&offered)));
    WayOut {
        object: balancer.reference(),
        connections,
        why,
        arithmetic: Some(arithmetic(rule, &offered, nodes)),
        source: Source::OutboundConnections,
    }
}

fn sum(offered: &[u32]) -> u64 {
    offered.iter().copied().map(u64::from).sum()
}

/// The ladder of automatic ports, or how far ports that somebody set go.
fn arithmetic(rule: &OutboundRule, offered: &[u32], nodes: usize) -> Explanation {
    let addresses = rule.frontends.len();
    let ports = rule.allocated_ports;
    if ports > 0 {
        return Explanation::new("plan-ports-set")
            .with("ports", i64::from(ports))
            .with("addresses", number(addresses))
            .with("all", number(sum(offered)))
            .with("most", number(snat::nodes_served(ports, offered)))
            .with("nodes", number(nodes));
    }
    match snat::automatic_step(nodes) {
        Some(step) => Explanation::new("plan-ports-automatic")
            .with("ports", i64::from(step.ports))
            .with("most", number(step.most))
            .with("next", i64::from(step.next)),
        None => Explanation::new("plan-ports-fewest")
            .with("ports", i64::from(snat::ports_per_node(0, nodes)))
            .with("nodes", number(nodes)),
    }
}

fn gateways(network: &Network) -> Vec<WayOut> {
    let subnets = topology::pool_subnets(network).into_iter();
    let mut names: Vec<_> = subnets.filter_map(|it| it.nat_gateway.clone()).collect();
    names.sort();
    names.dedup();
    let found = names
        .iter()
        .filter_map(|name| snat::find_nat_gateway(network, name));
    let known = found.filter(|gateway| gateway.prefixes.is_empty());
    known.map(of_gateway).collect()
}

/// What a NAT gateway offers to all machines of its subnets together.
pub fn of_gateway(gateway: &NatGateway) -> WayOut {
    let addresses = gateway.public_ips.len() as u64;
    let connections = addresses * u64::from(NAT_GATEWAY_PORTS);
    let object = snat::nat_gateway_ref(gateway);
    let id = if gateway.v2 {
        "plan-outbound-gateway-v2"
    } else {
        "plan-outbound-gateway"
    };
    WayOut {
        why: Explanation::new(id)
            .with("object", object.clone())
            .with("addresses", number(addresses))
            .with("ports", i64::from(NAT_GATEWAY_PORTS))
            .with("connections", number(connections)),
        object,
        connections,
        arithmetic: None,
        source: Source::NatGateway,
    }
}
