//! Peerings that are written down and that Azure refuses. Nothing passes through one; what a walk would have needed it
//! for ends there, and says so.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{EffectiveRoute, RouteSource};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::topology;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{NextHop, Subnet, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A peering of networks whose ranges overlap.
#[derive(Clone, Debug)]
pub(super) struct RefusedPeering {
    peering: Ref,
    remote: Ref,
    /// The ranges that overlap: one of this side, one of the other.
    overlap: (IpNet, IpNet),
    /// What it would lead to.
    leads_to: Vec<IpNet>,
    /// What is on this side in any case: the subnets.
    here: Vec<IpNet>,
}

/// The refused peerings of a virtual network.
pub(super) fn of(network: &Network, vnet: &Vnet) -> Vec<RefusedPeering> {
    let refused = topology::connected(network, vnet).filter_map(|peer| {
        let (own, other) = topology::overlap(vnet, peer.vnet)?;
        let subnets = |subnet: &Subnet| subnet.prefixes.clone();
        Some(RefusedPeering {
            peering: peer.local.meta.reference(Kind::Peering),
            remote: peer.vnet.reference(),
            overlap: (*own, *other),
            leads_to: peer.vnet.address_space.clone(),
            here: vnet.subnets.iter().flat_map(subnets).collect(),
        })
    });
    refused.collect()
}

impl RefusedPeering {
    /// Whether a packet would have needed it: no route but one that Azure itself gives every network leads on.
    pub(super) fn is_needed(&self, destination: IpAddr, found: Option<&EffectiveRoute>) -> bool {
        let left_alone = |route: &EffectiveRoute| {
            let hops = [NextHop::None, NextHop::VnetLocal, NextHop::Internet];
            route.source == RouteSource::Default && hops.contains(&route.next_hop)
        };
        topology::contains(&self.leads_to, destination)
            && !topology::contains(&self.here, destination)
            && found.is_none_or(left_alone)
    }

    /// What is not modelled.
    pub(super) fn what(&self) -> Arc<str> {
        Arc::from(self.peering.to_string())
    }

    /// The step that a walk ends with.
    pub(super) fn finding(&self, destination: IpAddr) -> Finding {
        let (range, other) = self.overlap;
        let why = Explanation::new("why-azure-peering-overlap")
            .with("destination", destination)
            .with("peering", self.peering.clone())
            .with("range", range)
            .with("other", other)
            .with("remote", self.remote.clone());
        let detail = Detail::NotModelled { what: self.what() };
        Finding::new(Stage::AzureRoute, detail, why).caused_by(Cause::object(self.peering.clone()))
    }
}
