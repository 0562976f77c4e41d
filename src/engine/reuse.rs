//! What a simulation may take over from the one before it, so that an edit costs what it touches.
//!
//! Network policies, flows, events and places in the picture decide nothing about what controllers make of a network, and
//! nothing about rules, routes, addresses and load balancers: they are looked at when a packet walks. A document that
//! differs in nothing else has the same derived objects and the same effective state, wherever in its files they stand.

use super::acme;
use crate::model::network::{Manifest, Network};
use crate::model::object::Kind;

/// Whether controllers make the same of both networks, as written.
///
/// Whether there are policies at all is asked where a cluster is assumed around bare manifests.
pub fn same_for_controllers(now: &Network, before: &Network) -> bool {
    // Whether a certificate is issued is found out by a walk, which policies may end.
    let walked = !acme::orders(now).is_empty() && now.policies != before.policies;
    if walked
        || now.policies.is_empty() != before.policies.is_empty()
        || !same_manifests(&now.manifests, &before.manifests)
    {
        return false;
    }
    before.with_asides(now) == *now
}

/// Whether both say the same but for what no controller looks into, and wherever it stands.
fn same_manifests(now: &[Manifest], before: &[Manifest]) -> bool {
    let aside = |kind| {
        matches!(
            kind,
            Kind::NetworkPolicy | Kind::Flow | Kind::Event | Kind::Layout
        )
    };
    let same = |(now, before): (&Manifest, &Manifest)| {
        now.object == before.object
            && (now.file, now.simulated) == (before.file, before.simulated)
            && now.head == before.head
            && (aside(now.object.kind) || now.root.says_same(&before.root))
    };
    now.len() == before.len() && now.iter().zip(before).all(same)
}

#[cfg(test)]
mod tests;
