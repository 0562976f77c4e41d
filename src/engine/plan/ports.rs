//! Which SNAT ports each node leaves for the internet with, how many connections they are enough for, and whether there
//! are any left for it.
//!
//! What answers is [`snat::outbound`], which translates every packet of a walk, so that both say the same. Then routes
//! are asked ([`route`]): a node keeps its ports also where a route sends its packets elsewhere, but does not use them.

mod route;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::outbound::number;
use crate::engine::azure::nic::Nic;
use crate::engine::azure::snat::{self, NAT_GATEWAY_PORTS, Outbound, Translated};
use crate::engine::explain::Explanation;
use crate::model::kube::Node;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

/// How a node comes by its ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It has a block of its own, by an outbound rule.
    Block,
    /// It takes them from a NAT gateway when it needs them, as all machines of its subnets do.
    OnDemand,
    /// It leaves with a public address of its own, and keeps its ports.
    OwnAddress,
    /// A route of the user's leads it to an appliance or gateway, and whoever is there translates.
    Elsewhere,
    /// It has none: those of the outbound rule are given out to others, or nothing translates it.
    None,
    /// Nobody knows the address that it leaves with.
    NotModelled,
}

impl Held {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Held::Block => "block",
            Held::OnDemand => "on-demand",
            Held::OwnAddress => "own-address",
            Held::Elsewhere => "elsewhere",
            Held::None => "none",
            Held::NotModelled => "not-modelled",
        }
    }
}

/// The ports of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Whose.
    pub node: Ref,
    /// How it comes by them.
    pub held: Held,
    /// What translates its connections, or would, or what is at the end of its route; `None` where nothing is known to be.
    pub by: Option<Ref>,
    /// The public addresses that it leaves with.
    pub addresses: Vec<IpAddr>,
    /// The first and the last port of its block, of each address.
    pub block: Option<(u16, u16)>,
    /// Connections at once to one address, port and protocol; the next one is dropped until one of them has ended.
    pub connections: Option<u64>,
    /// All of this in a sentence.
    pub why: Explanation,
}

/// The ports of every node, in the order of nodes.
pub fn all(network: &Network) -> Vec<Share> {
    let nodes = network.nodes.iter();
    nodes.filter_map(|node| of(network, node)).collect()
}

/// The ports of one node; `None` while it has no address.
pub fn of(network: &Network, node: &Node) -> Option<Share> {
    // Which pods it runs decides nothing about its own address.
    let nic = Nic::of_node_with(network, node, std::iter::empty())?;
    let packet = Packet {
        protocol: Protocol::Tcp,
        source: nic.primary,
        // Any address of the internet.
        destination: IpAddr::V4(Ipv4Addr::new(198, 51, 100, 20)),
        ..Packet::default()
    };
    let none = |held, by, why| Share {
        node: nic.owner.clone(),
        held,
        by,
        addresses: Vec::new(),
        block: None,
        connections: None,
        why,
    };
    let outcome = match snat::outbound(network, &nic, &packet, 0) {
        Outbound::Translated(translated) => share(network, &nic.owner, translated),
        Outbound::Unavailable(by, finding) => {
            none(Held::None, (by != nic.owner).then_some(by), finding.why)
        }
        Outbound::NotModelled(_, finding) => none(Held::NotModelled, None, finding.why),
    };
    Some(route::share(network, &nic, packet.destination, outcome))
}

fn share(network: &Network, node: &Ref, translated: Translated) -> Share {
    let Translated {
        place,
        addresses,
        first_port,
        ..
    } = translated;
    let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let listed: Arc<str> = listed.join(", ").into();
    let said = |id| {
        Explanation::new(id)
            .with("node", node.clone())
            .with("by", place.clone())
            .with("addresses", listed.clone())
    };
    let block = first_port.zip(snat::outbound_rule(network));
    let (held, block, connections, why) = if let Some((first, (_, rule))) = block {
        let nodes = network.nodes.len();
        let ports = snat::ports_per_node(rule.allocated_ports, nodes);
        let connections = snat::connections_per_node(rule, nodes);
        let last = u32::from(first) + ports.saturating_sub(1);
        let last = u16::try_from(last).unwrap_or(u16::MAX);
        let why = said("plan-ports-block")
            .with("first", i64::from(first))
            .with("last", i64::from(last))
            .with("connections", number(connections));
        (Held::Block, Some((first, last)), Some(connections), why)
    } else if place.kind == Kind::NatGateway {
        let connections = u64::from(NAT_GATEWAY_PORTS) * addresses.len() as u64;
        let why = said("plan-ports-on-demand").with("connections", number(connections));
        (Held::OnDemand, None, Some(connections), why)
    } else {
        (Held::OwnAddress, None, None, said("plan-ports-own"))
    };
    Share {
        node: node.clone(),
        held,
        by: Some(place),
        addresses,
        block,
        connections,
        why,
    }
}
