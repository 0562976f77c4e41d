//! What a peering does with a packet that a route sends into it.

use std::net::IpAddr;
use std::sync::Arc;

use super::finding::Finding;
use super::topology::{self, Peer, contains};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::Vnet;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Packet;

/// Whether a peering passes a packet on.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Name of the other virtual network.
    pub to: Arc<str>,
    /// Whether the packet gets there.
    pub allowed: bool,
    /// The step that this makes.
    pub finding: Finding,
}

/// Takes a packet from a virtual network into the peered one whose ranges contain `next`: its
/// destination, or the appliance to which a route sends it.
///
/// `None` if no connected peering leads there: peerings need both sides and are not transitive.
/// The receiving side must allow forwarded traffic if the source is not an address of the sending
/// virtual network, unless it came through a gateway that the receiving side uses. A Basic
/// internal load balancer is not reached from another region.
pub fn cross(network: &Network, from: &str, packet: &Packet, next: IpAddr) -> Option<Crossing> {
    let vnet = network.vnet(from)?;
    let peer =
        topology::peers(network, vnet).find(|peer| contains(&peer.vnet.address_space, next))?;
    let own = contains(&vnet.address_space, packet.source);
    let transit = !own && comes_through_gateway(network, vnet, &peer, packet);
    let forwarded = !own && !transit;
    let basic = is_basic_across_regions(network, vnet, &peer, next);
    let allowed = !basic && (!forwarded || peer.back.allow_forwarded_traffic);
    let id = match (own, transit, allowed) {
        _ if basic => "why-azure-peering-basic-global",
        (true, ..) => "why-azure-peering",
        (_, true, _) => "why-azure-peering-transit",
        (.., true) => "why-azure-peering-forwarded",
        (.., false) => "why-azure-peering-forwarded-refused",
    };
    let why = Explanation::new(id)
        .with("source", packet.source)
        .with("destination", next)
        .with("from", vnet.reference())
        .with("to", peer.vnet.reference())
        .with("peering", peer.back.meta.reference(Kind::Peering));
    let detail = if allowed {
        Detail::Forwarded {
            through: peer.local.meta.name.clone(),
        }
    } else {
        Detail::Refused {
            by: peer.back.meta.name.clone(),
        }
    };
    let cause = if forwarded {
        Cause::field(
            peer.back.meta.reference(Kind::Peering),
            "properties.allowForwardedTraffic",
        )
    } else {
        Cause::object(peer.local.meta.reference(Kind::Peering))
    };
    Some(Crossing {
        to: peer.vnet.meta.name.clone(),
        allowed,
        finding: Finding::new(Stage::AzurePeering, detail, why).caused_by(cause),
    })
}

/// Whether the source is an on-premises address behind the gateway that the other side uses here.
fn comes_through_gateway(network: &Network, vnet: &Vnet, peer: &Peer<'_>, packet: &Packet) -> bool {
    peer.back.use_remote_gateways
        && peer.local.allow_gateway_transit
        && topology::links_for(network, vnet)
            .any(|(_, link)| contains(&link.local.prefixes, packet.source))
}

/// Whether the destination is a frontend of a Basic internal load balancer in another region:
/// those are not reached through global peering.
fn is_basic_across_regions(network: &Network, from: &Vnet, peer: &Peer<'_>, next: IpAddr) -> bool {
    let other_region = !topology::same(&from.location, &peer.vnet.location);
    let basic = network
        .load_balancers
        .iter()
        .filter(|balancer| balancer.internal && !balancer.standard);
    let mut frontends = basic.flat_map(|balancer| &balancer.frontends);
    other_region && frontends.any(|frontend| frontend.ip == next)
}
