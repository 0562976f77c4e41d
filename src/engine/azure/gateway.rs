//! Virtual network gateways: from Azure to an on-premises network and back.
//!
//! On premises, only what the gateway announces is known: the ranges of its own virtual network
//! and of those that use it through a peering. The pod range of kubenet is never announced.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::finding::Finding;
use super::topology::{self, Link};
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{LocalNetworkGateway, SubnetId, VnetGateway};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A packet that passed a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// The gateway, where the step is placed.
    pub gateway: Ref,
    /// The subnet in which the gateway stands; its routes decide about packets from on premises.
    pub subnet: SubnetId,
    /// Name of the local network gateway: the on-premises network on the other side.
    pub on_premises: Arc<str>,
    /// The step that this makes.
    pub finding: Finding,
}

/// What a gateway does with a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum GatewayDecision {
    /// It goes on.
    Passed(Passed),
    /// No gateway or no network behind it knows the destination.
    NoRoute(Finding),
}

/// A prefix that on-premises networks learn from a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    /// The prefix.
    pub prefix: IpNet,
    /// The virtual network that it belongs to.
    pub vnet: Ref,
}

/// What a gateway announces: its own virtual network, then those that use it through a peering.
pub fn announced(network: &Network, gateway: &VnetGateway) -> Vec<Announced> {
    let hub = gateway
        .subnet
        .as_ref()
        .and_then(|subnet| network.vnet(&subnet.vnet));
    let Some(hub) = hub else {
        return Vec::new();
    };
    let spokes = topology::peers(network, hub)
        .filter(|peer| peer.local.allow_gateway_transit && peer.back.use_remote_gateways)
        .map(|peer| peer.vnet);
    std::iter::once(hub)
        .chain(spokes)
        .flat_map(|vnet| {
            vnet.address_space.iter().map(|prefix| Announced {
                prefix: *prefix,
                vnet: vnet.reference(),
            })
        })
        .collect()
}

/// Sends a packet from a virtual network, whose route said "virtual network gateway", on premises: by the connection to the
/// longest prefix.
pub fn to_on_premises(network: &Network, vnet: &str, destination: IpAddr) -> GatewayDecision {
    through(network, vnet, destination, |_| true)
}

/// The same for a route of the user's, by `cause`: it leads to a VPN gateway only, as behind an `ExpressRoute` gateway
/// routes come by BGP ("Virtual network traffic routing").
pub fn by_user_route(
    network: &Network,
    vnet: &str,
    destination: IpAddr,
    cause: &Cause,
) -> GatewayDecision {
    let gateways = network
        .vnet(vnet)
        .map_or_else(Vec::new, |vnet| topology::gateways_for(network, vnet));
    if let Some(gateway) = gateways.first()
        && gateways.iter().all(|gateway| gateway.express_route)
    {
        let why = Explanation::new("why-azure-gateway-express-route")
            .with("destination", destination)
            .with("gateway", gateway_ref(gateway));
        let finding = refused(why).caused_by(cause.clone());
        return GatewayDecision::NoRoute(finding.documented_by(Source::UserDefinedRoutes));
    }
    through(network, vnet, destination, |gateway| !gateway.express_route)
}

fn through(
    network: &Network,
    name: &str,
    destination: IpAddr,
    admits: impl Fn(&VnetGateway) -> bool,
) -> GatewayDecision {
    let vnet = network.vnet(name);
    let gateways = vnet.map_or_else(Vec::new, |vnet| topology::gateways_for(network, vnet));
    let mut gateways = gateways.into_iter().filter(|gateway| admits(gateway));
    let Some(first) = gateways.next() else {
        return GatewayDecision::NoRoute(no_gateway(name, destination));
    };
    let links = vnet.map(|vnet| topology::links_for(network, vnet));
    let link = links
        .into_iter()
        .flatten()
        .filter(|(gateway, _)| admits(gateway))
        .filter_map(|(gateway, link)| Some((longest(link.local, destination)?, gateway, link)))
        .max_by_key(|(length, ..)| *length);
    match link.and_then(|(_, gateway, link)| Some((gateway, link, gateway.subnet.as_ref()?))) {
        Some((gateway, link, subnet)) => {
            let id = "why-azure-gateway-out";
            GatewayDecision::Passed(passed(gateway, subnet, link, destination, id))
        }
        None => GatewayDecision::NoRoute(unknown(first, destination)),
    }
}

/// Sends a packet from an on-premises network to whatever its gateways announce.
pub fn from_on_premises(network: &Network, name: &str, destination: IpAddr) -> GatewayDecision {
    for gateway in &network.gateways {
        let link = topology::links(network, gateway)
            .find(|link| topology::same(&link.local.meta.name, name));
        let (Some(link), Some(subnet)) = (link, &gateway.subnet) else {
            continue;
        };
        if announced(network, gateway)
            .iter()
            .any(|announced| announced.prefix.contains(&destination))
        {
            let id = "why-azure-gateway-in";
            return GatewayDecision::Passed(passed(gateway, subnet, link, destination, id));
        }
    }
    GatewayDecision::NoRoute(not_announced(name, destination))
}

fn longest(local: &LocalNetworkGateway, destination: IpAddr) -> Option<u8> {
    local
        .prefixes
        .iter()
        .filter(|prefix| prefix.contains(&destination))
        .map(IpNet::prefix_len)
        .max()
}

fn gateway_ref(gateway: &VnetGateway) -> Ref {
    Ref::new(Kind::Gateway, gateway.meta.name.clone())
}

fn passed(
    gateway: &VnetGateway,
    subnet: &SubnetId,
    link: Link<'_>,
    destination: IpAddr,
    id: &'static str,
) -> Passed {
    let connection = Ref::new(Kind::Connection, link.connection.meta.name.clone());
    let local = Ref::new(Kind::LocalGateway, link.local.meta.name.clone());
    let why = Explanation::new(id)
        .with("destination", destination)
        .with("gateway", gateway_ref(gateway))
        .with("connection", connection.clone())
        .with("onPremises", local);
    let detail = Detail::Forwarded {
        through: link.connection.meta.name.clone(),
    };
    Passed {
        gateway: gateway_ref(gateway),
        subnet: subnet.clone(),
        on_premises: link.local.meta.name.clone(),
        finding: Finding::new(Stage::AzureGateway, detail, why)
            .caused_by(Cause::object(connection)),
    }
}

fn refused(why: Explanation) -> Finding {
    let detail = Detail::Refused {
        by: Arc::from("no route"),
    };
    Finding::new(Stage::AzureGateway, detail, why)
}

fn no_gateway(vnet: &str, destination: IpAddr) -> Finding {
    let vnet = Ref::new(Kind::Vnet, vnet);
    refused(
        Explanation::new("why-azure-gateway-absent")
            .with("destination", destination)
            .with("vnet", vnet.clone()),
    )
    .caused_by(Cause::object(vnet))
}

fn unknown(gateway: &VnetGateway, destination: IpAddr) -> Finding {
    refused(
        Explanation::new("why-azure-gateway-unknown")
            .with("destination", destination)
            .with("gateway", gateway_ref(gateway)),
    )
    .caused_by(Cause::object(gateway_ref(gateway)))
}

fn not_announced(name: &str, destination: IpAddr) -> Finding {
    let local = Ref::new(Kind::LocalGateway, name);
    refused(
        Explanation::new("why-azure-gateway-not-announced")
            .with("destination", destination)
            .with("onPremises", local.clone()),
    )
    .caused_by(Cause::object(local))
}
