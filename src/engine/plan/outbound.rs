//! How many connections nodes can have to the internet at once: the arithmetic of SNAT ports.

use crate::engine::azure::snat::{self, NAT_GATEWAY_PORTS, PORTS_PER_ADDRESS};
use crate::engine::azure::topology;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::model::azure::{LoadBalancer, OutboundRule};
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

fn number(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

fn through(network: &Network, balancer: &LoadBalancer, rule: &OutboundRule) -> WayOut {
    let nodes = network.nodes.len();
    let ports = snat::ports_per_node(rule.allocated_ports, nodes);
    let connections = snat::connections_per_node(rule, nodes);
    let addresses = rule.frontends.len();
    let why = Explanation::new("plan-outbound-rule")
        .with("object", balancer.reference())
        .with("nodes", number(nodes))
        .with("ports", i64::from(ports))
        .with("addresses", number(addresses))
        .with("connections", number(connections))
        .with("taken", number(u64::from(ports) * nodes as u64))
        .with(
            "all",
            number(u64::from(PORTS_PER_ADDRESS) * addresses as u64),
        );
    WayOut {
        object: balancer.reference(),
        connections,
        why,
        source: Source::OutboundConnections,
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
    let ways = found.map(|gateway| {
        let addresses = gateway.public_ips.len() as u64;
        let connections = addresses * u64::from(NAT_GATEWAY_PORTS);
        let object = snat::nat_gateway_ref(gateway);
        WayOut {
            why: Explanation::new("plan-outbound-gateway")
                .with("object", object.clone())
                .with("addresses", number(addresses))
                .with("ports", i64::from(NAT_GATEWAY_PORTS))
                .with("connections", number(connections)),
            object,
            connections,
            source: Source::NatGateway,
        }
    });
    ways.collect()
}
