//! Azure CNI Overlay: what carries a packet from one node of the cluster to a pod of another.
//!
//! The platform has a routing domain of its own for the pod CIDR: no user-defined route, no tunnel, no change to
//! the packet. Security groups of both subnets still see it, with the pods' own addresses. Only nodes of the
//! cluster are part of it; whoever else sends to a pod meets the routes of its own subnet, which do not know
//! the range. (AKS: "Azure CNI Overlay networking")

use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::At;
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::nic::Nic;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};

impl<'a> Walker<'a, '_> {
    /// The interface of the node whose pods' addresses the destination is one of, if `nic` is in the overlay.
    pub fn overlay_of(&self, nic: &Nic) -> Option<&'a Nic> {
        if nic.overlay.is_empty() {
            return None;
        }
        self.plane.addresses.overlay(self.packet.destination)
    }

    /// The overlay brings the packet to the node.
    pub fn cross_overlay(&mut self, nic: &'a Nic, other: &'a Nic) -> Next<'a> {
        let destination = self.packet.destination;
        let share = other.overlay.iter().find(|net| net.contains(&destination));
        let why = Explanation::new("why-azure-overlay")
            .with("destination", destination)
            .with("share", share.map_or_else(String::new, ToString::to_string))
            .with("node", other.owner.clone())
            .with("subnet", nic.subnet.reference());
        let detail = Detail::Forwarded {
            through: Arc::from("Azure CNI Overlay"),
        };
        let finding = Finding::new(Stage::AzureRoute, detail, why)
            .caused_by(Cause::field(other.owner.clone(), "spec.podCIDR"))
            .documented_by(Source::AksOverlay);
        self.recorder
            .step(&nic.subnet.reference(), &self.packet, finding);
        ControlFlow::Continue(At::NicIn(other))
    }
}
