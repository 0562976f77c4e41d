//! Which public address a packet gets that leaves for the internet.
//!
//! A route to an appliance or gateway comes first and never gets here. Then, in order: the NAT
//! gateway of the subnet, the public address of the machine itself, the outbound rule of the
//! load balancer, and default outbound access, whose address nobody can predict and which a private
//! subnet does not give (Microsoft: "Default outbound access in Azure").

mod without_rule;

use std::net::IpAddr;
use std::sync::Arc;

use self::without_rule::{unavailable, without_rule};
use super::addresses::public_address;
use super::finding::Finding;
use super::nic::Nic;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Translation};
use crate::model::azure::{Cluster, LoadBalancer, NatGateway, OutboundRule, SubnetId};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

/// Ports that one frontend address offers for outbound connections.
pub const PORTS_PER_ADDRESS: u32 = 64_000;

/// Ports of a frontend that each port of a load balancing rule takes from those for outbound connections.
const PORTS_PER_RULE: u32 = 8;

/// Ports that one address of a NAT gateway offers, to whoever of its subnets asks first.
pub const NAT_GATEWAY_PORTS: u32 = 64_512;

/// Minutes that a connection by a Basic load balancer may be idle.
const BASIC_IDLE_MINUTES: u32 = 4;

/// The first port that is handed out.
const FIRST_PORT: u32 = 1024;

/// Ports that a node gets without a manual setting, by the size of the pool it is in.
const AUTOMATIC_PORTS: [(usize, u32); 6] = [
    (50, 1024),
    (100, 512),
    (200, 256),
    (400, 128),
    (800, 64),
    (1000, 32),
];

/// What a node gets in the largest pools.
const FEWEST_PORTS: u32 = 32;

/// What becomes of a packet that leaves for the internet.
#[derive(Clone, Debug, PartialEq)]
pub enum Outbound {
    /// It gets one of these addresses.
    Translated(Translated),
    /// Nothing translates it: it is dropped.
    Unavailable(Ref, Finding),
    /// It would get an address that cannot be told.
    NotModelled(Arc<str>, Finding),
}

/// A translation of the source address.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated {
    /// What translates: a NAT gateway, the machine's own interface, or a load balancer.
    pub place: Ref,
    /// The addresses, of which Azure picks any.
    pub addresses: Vec<IpAddr>,
    /// The first port of the block that belongs to the machine; `None` keeps the port.
    pub first_port: Option<u16>,
    /// The stage, the name of the rule or resource, the sentence and the cause.
    finding: Finding,
}

impl Translated {
    /// The packet with the address picked, and the step.
    pub fn apply(&self, index: usize, packet: &Packet) -> Option<(Packet, Finding)> {
        let address = *self.addresses.get(index)?;
        let mut after = packet.clone();
        after.source = address;
        if let Some(port) = self.first_port
            && packet.protocol.has_ports()
        {
            after.source_port = port;
        }
        let mut finding = self.finding.clone();
        finding.why = finding
            .why
            .with("before", packet.source)
            .with("after", after.source_text());
        Some((after, finding))
    }
}

/// Ports per node: as set, or by the number of nodes (L-14).
pub fn ports_per_node(manual: u32, nodes: usize) -> u32 {
    if manual > 0 {
        return manual;
    }
    automatic_step(nodes).map_or(FEWEST_PORTS, |step| step.ports)
}

/// A step of the ladder of automatic ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The most nodes that it holds for.
    pub most: usize,
    /// Ports per node and address.
    pub ports: u32,
    /// What a node gets in a larger pool.
    pub next: u32,
}

/// The step that a pool of so many nodes is on; `None` beyond the last.
pub fn automatic_step(nodes: usize) -> Option<Step> {
    let index = AUTOMATIC_PORTS
        .iter()
        .position(|(most, _)| nodes <= *most)?;
    let (most, ports) = *AUTOMATIC_PORTS.get(index)?;
    let next = AUTOMATIC_PORTS.get(index + 1);
    let next = next.map_or(FEWEST_PORTS, |(_, ports)| *ports);
    Some(Step { most, ports, next })
}

/// Connections that one node can have at once to one address, port and protocol: automatic ports are counted for each
/// frontend address, ports that somebody set for all of them.
pub fn connections_per_node(rule: &OutboundRule, nodes: usize) -> u64 {
    let ports = u64::from(ports_per_node(rule.allocated_ports, nodes));
    if rule.allocated_ports > 0 {
        ports
    } else {
        ports * rule.frontends.len() as u64
    }
}

/// Ports that each frontend of a rule offers: those that rules of the load balancer share it with are not there.
pub fn ports_offered(balancer: &LoadBalancer, rule: &OutboundRule) -> Vec<u32> {
    let offered = rule.frontends.iter().map(|frontend| {
        let rules = balancer.rules.iter().filter(|it| it.frontend == *frontend);
        let taken = u32::try_from(rules.count()).unwrap_or(u32::MAX);
        PORTS_PER_ADDRESS.saturating_sub(taken.saturating_mul(PORTS_PER_RULE))
    });
    offered.collect()
}

/// How many nodes get a block of so many ports of addresses that offer these; none lies across two addresses.
pub fn nodes_served(ports: u32, offered: &[u32]) -> usize {
    let blocks = offered.iter().map(|all| blocks(*all, ports));
    blocks.fold(0, usize::saturating_add)
}

fn blocks(offered: u32, ports: u32) -> usize {
    let blocks = offered.checked_div(ports).unwrap_or_default();
    usize::try_from(blocks).unwrap_or(usize::MAX)
}

/// Ports that somebody set for each node, 0 for automatic ones: those of the outbound rule, else of the cluster.
pub fn ports_by_hand(network: &Network, cluster: &Cluster) -> u32 {
    let rule = outbound_rule(network);
    rule.map_or(cluster.allocated_outbound_ports, |(_, rule)| {
        rule.allocated_ports
    })
}

/// How many nodes find the ports that the cluster sets for each of them: on the addresses of its outbound rule, or, where
/// there is no rule yet, on as many whole addresses as it names.
pub fn nodes_with_ports(network: &Network, cluster: &Cluster) -> usize {
    let ports = ports_per_node(ports_by_hand(network, cluster), network.nodes.len());
    let offered = outbound_rule(network).map_or_else(
        || vec![PORTS_PER_ADDRESS; cluster.outbound_ips.len().max(1)],
        |(balancer, rule)| ports_offered(balancer, rule),
    );
    nodes_served(ports, &offered)
}

/// The reference to a NAT gateway.
pub fn nat_gateway_ref(gateway: &NatGateway) -> Ref {
    Ref::new(Kind::NatGateway, gateway.meta.name.clone())
}

/// Finds the public source address of a packet that the network interface sends to the internet.
///
/// `open` connections of the machine to the packet's destination are there already, each with a port of its own.
pub fn outbound(network: &Network, nic: &Nic, packet: &Packet, open: u32) -> Outbound {
    if !nic.owns(packet.source) {
        return unavailable(nic, "why-azure-snat-foreign", packet);
    }
    let subnet = nic.subnet_of(packet.source);
    let named = network
        .subnet(subnet)
        .and_then(|subnet| subnet.nat_gateway.as_deref());
    if let Some(name) = named {
        return match find_nat_gateway(network, name) {
            Some(gateway) => through_nat_gateway(network, subnet, gateway, (packet, open)),
            None => without_gateway(subnet, name),
        };
    }
    if *subnet != nic.subnet {
        return of_pod_subnet(subnet, packet);
    }
    let instance = nic
        .public_ip
        .as_deref()
        .and_then(|text| public_address(network, text));
    if let Some(address) = instance.filter(|_| packet.source == nic.primary) {
        return through_instance(nic, address);
    }
    if nic.owner.kind != Kind::Node {
        return without_rule(network, nic, packet);
    }
    if let Some((balancer, rule)) = outbound_rule(network) {
        return through_rule(network, nic, (balancer, rule), (packet, open));
    }
    match basic(network, nic) {
        Some(balancer) => {
            let rule = any_frontend(balancer);
            through_rule(network, nic, (balancer, &rule), (packet, open))
        }
        None => without_rule(network, nic, packet),
    }
}

/// The Basic public load balancer that a node stands behind: with a Service it is the way out of its members.
fn basic<'n>(network: &'n Network, nic: &Nic) -> Option<&'n LoadBalancer> {
    network.load_balancers.iter().find(|balancer| {
        let public = !balancer.standard && !balancer.internal && !balancer.frontends.is_empty();
        public && balancer.backend_nodes.contains(&nic.owner.name)
    })
}

/// What a Basic load balancer does without being told: any of its frontends, as Azure picks.
fn any_frontend(balancer: &LoadBalancer) -> OutboundRule {
    OutboundRule {
        name: balancer.meta.name.clone(),
        frontends: balancer
            .frontends
            .iter()
            .map(|frontend| frontend.name.clone())
            .collect(),
        allocated_ports: 0,
        idle_minutes: BASIC_IDLE_MINUTES,
    }
}

/// The NAT gateway of this name, without regard to case.
pub fn find_nat_gateway<'n>(network: &'n Network, name: &str) -> Option<&'n NatGateway> {
    network
        .nat_gateways
        .iter()
        .find(|gateway| super::topology::same(&gateway.meta.name, name))
}

/// The rule that gives nodes their ports: the first of the load balancers.
pub fn outbound_rule(network: &Network) -> Option<(&LoadBalancer, &OutboundRule)> {
    network
        .load_balancers
        .iter()
        .find_map(|balancer| Some((balancer, balancer.outbound_rules.first()?)))
}

fn translated(stage: Stage, rule: &Arc<str>, why: Explanation) -> Finding {
    let detail = Detail::Translated {
        translation: Translation::Source,
        rule: rule.clone(),
    };
    Finding::new(stage, detail, why)
}

fn through_nat_gateway(
    network: &Network,
    subnet: &SubnetId,
    gateway: &NatGateway,
    (packet, open): (&Packet, u32),
) -> Outbound {
    let place = nat_gateway_ref(gateway);
    let addresses: Vec<IpAddr> = gateway
        .public_ips
        .iter()
        .filter_map(|name| public_address(network, name))
        .collect();
    let refused = |id| {
        let why = Explanation::new(id)
            .with("natGateway", place.clone())
            .with("source", packet.source)
            .with("protocol", packet.protocol.as_str());
        let detail = Detail::Refused {
            by: gateway.meta.name.clone(),
        };
        let finding = Finding::new(Stage::AzureNatGateway, detail, why);
        Outbound::Unavailable(
            place.clone(),
            finding.caused_by(Cause::object(place.clone())),
        )
    };
    let named = gateway.public_ips.len() + gateway.prefixes.len();
    if named == 0 {
        return refused("why-azure-snat-nat-gateway-empty");
    }
    if !matches!(packet.protocol, Protocol::Tcp | Protocol::Udp) {
        return refused("why-azure-snat-nat-gateway-icmp");
    }
    if let Some(unknown) = unknown_address(network, gateway) {
        return unknown;
    }
    if u64::from(open) >= u64::from(NAT_GATEWAY_PORTS) * addresses.len() as u64 {
        return refused("why-azure-snat-nat-gateway-exhausted");
    }
    let why = Explanation::new("why-azure-snat-nat-gateway")
        .with("natGateway", place.clone())
        .with("subnet", subnet.reference());
    let finding = translated(Stage::AzureNatGateway, &gateway.meta.name, why)
        .caused_by(Cause::field(subnet.reference(), "properties.natGateway"));
    Outbound::Translated(Translated {
        place,
        addresses,
        first_port: None,
        finding,
    })
}

/// No document describes the NAT gateway that the subnet names.
fn without_gateway(subnet: &SubnetId, name: &str) -> Outbound {
    let gateway = Ref::new(Kind::NatGateway, name);
    let what: Arc<str> = Arc::from(gateway.to_string());
    let why = Explanation::new("why-azure-snat-nat-gateway-missing")
        .with("subnet", subnet.reference())
        .with("natGateway", gateway);
    let detail = Detail::NotModelled { what: what.clone() };
    let cause = Cause::field(subnet.reference(), "properties.natGateway");
    let finding = Finding::new(Stage::AzureNatGateway, detail, why).caused_by(cause);
    Outbound::NotModelled(what, finding)
}

/// A NAT gateway takes any of its addresses, and kubehop knows neither those of its prefixes nor those that no document
/// describes.
fn unknown_address(network: &Network, gateway: &NatGateway) -> Option<Outbound> {
    let place = nat_gateway_ref(gateway);
    let undescribed = |name: &&Arc<str>| public_address(network, name).is_none();
    let undescribed = gateway.public_ips.iter().find(undescribed);
    let why = |id| Explanation::new(id).with("natGateway", place.clone());
    let (what, why, field) = if let Some(name) = undescribed {
        let resource = Ref::new(Kind::PublicIp, name.clone());
        let why = why("why-azure-snat-nat-gateway-unknown").with("publicIp", resource.clone());
        (resource.to_string(), why, "properties.publicIpAddresses")
    } else {
        let prefix = gateway.prefixes.first()?;
        let why = why("why-azure-snat-nat-gateway-prefix").with("prefix", &**prefix);
        let what = format!("the addresses of the public IP prefix {prefix}");
        (what, why, "properties.publicIpPrefixes")
    };
    let what: Arc<str> = Arc::from(what);
    let detail = Detail::NotModelled { what: what.clone() };
    let finding = Finding::new(Stage::AzureNatGateway, detail, why);
    let finding = finding.caused_by(Cause::field(place, field));
    Some(Outbound::NotModelled(what, finding))
}

fn through_instance(nic: &Nic, address: IpAddr) -> Outbound {
    let why = Explanation::new("why-azure-snat-instance").with("owner", nic.owner.clone());
    let name: Arc<str> = nic.public_ip.clone().unwrap_or_else(|| Arc::from(""));
    let finding = translated(Stage::AzurePublicIp, &name, why)
        .caused_by(Cause::field(nic.owner.clone(), "spec.publicIP"));
    Outbound::Translated(Translated {
        place: nic.owner.clone(),
        addresses: vec![address],
        first_port: None,
        finding,
    })
}

fn through_rule(
    network: &Network,
    nic: &Nic,
    (balancer, rule): (&LoadBalancer, &OutboundRule),
    (packet, open): (&Packet, u32),
) -> Outbound {
    let refused = |id| refused_by_rule(balancer, rule, id, packet);
    if !matches!(packet.protocol, Protocol::Tcp | Protocol::Udp) {
        return refused("why-azure-snat-icmp");
    }
    if packet.source != nic.primary {
        return refused("why-azure-snat-secondary");
    }
    let addresses: Vec<IpAddr> = balancer
        .frontends
        .iter()
        .filter(|frontend| rule.frontends.contains(&frontend.name))
        .map(|frontend| frontend.ip)
        .collect();
    let ports = ports_per_node(rule.allocated_ports, network.nodes.len());
    let Some(first) = first_port(network, &nic.owner, ports, &ports_offered(balancer, rule)) else {
        return refused("why-azure-snat-exhausted");
    };
    if u64::from(open) >= connections_per_node(rule, network.nodes.len()) {
        return refused("why-azure-snat-all-in-use");
    }
    let id = if balancer.standard {
        "why-azure-snat-rule"
    } else {
        "why-azure-snat-basic"
    };
    let why = Explanation::new(id)
        .with("rule", rule.name.clone())
        .with("loadBalancer", balancer.reference())
        .with("node", nic.owner.clone())
        .with("ports", i64::from(ports))
        .with("first", i64::from(first))
        .with("last", i64::from(first) + i64::from(ports) - 1);
    let cause = network.cluster.as_ref().map_or_else(
        || Cause::object(balancer.reference()),
        |cluster| {
            Cause::field(
                cluster.reference(),
                "properties.networkProfile.outboundType",
            )
        },
    );
    let finding = translated(Stage::AzureLbOutbound, &rule.name, why).caused_by(cause);
    Outbound::Translated(Translated {
        place: balancer.reference(),
        addresses,
        first_port: u16::try_from(u32::from(first) + open % ports).ok(),
        finding,
    })
}

/// The first port of a node's block: blocks follow each other in the order of the nodes.
///
/// `None` if the addresses have no ports left for the node.
fn first_port(network: &Network, node: &Ref, ports: u32, offered: &[u32]) -> Option<u16> {
    let mut index = network
        .nodes
        .iter()
        .position(|known| known.reference() == *node)?;
    for all in offered {
        let here = blocks(*all, ports);
        if index < here {
            let block = u32::try_from(index).ok()?;
            return u16::try_from(FIRST_PORT.checked_add(block.checked_mul(ports)?)?).ok();
        }
        index -= here;
    }
    None
}

fn refused_by_rule(
    balancer: &LoadBalancer,
    rule: &OutboundRule,
    id: &'static str,
    packet: &Packet,
) -> Outbound {
    let why = Explanation::new(id)
        .with("source", packet.source)
        .with("protocol", packet.protocol.as_str())
        .with("rule", rule.name.clone())
        .with("loadBalancer", balancer.reference());
    let detail = Detail::Refused {
        by: rule.name.clone(),
    };
    let finding = Finding::new(Stage::AzureLbOutbound, detail, why)
        .caused_by(Cause::object(balancer.reference()));
    Outbound::Unavailable(balancer.reference(), finding)
}

/// A pod of a pod subnet leaves with its own address, which no NAT gateway translates. What an outbound rule does
/// about addresses that are not the primary ones of its members is documented for secondary IP configurations
/// (nothing), but not for these.
fn of_pod_subnet(subnet: &SubnetId, packet: &Packet) -> Outbound {
    let what: Arc<str> = Arc::from("outbound access of a pod subnet without a NAT gateway");
    let why = Explanation::new("why-azure-snat-pod-subnet")
        .with("source", packet.source)
        .with("subnet", subnet.reference());
    let detail = Detail::NotModelled { what: what.clone() };
    let finding = Finding::new(Stage::AzureLbOutbound, detail, why);
    let cause = Cause::field(subnet.reference(), "properties.natGateway");
    Outbound::NotModelled(what, finding.caused_by(cause))
}
