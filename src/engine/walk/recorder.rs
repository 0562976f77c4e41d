//! The only way to append steps to a trace.

use crate::engine::azure::finding::Finding;
use crate::engine::trace::{Disposition, Hop, Trace};
use crate::model::object::Ref;
use crate::model::packet::Packet;

/// Collects the steps of one trace; consecutive steps at one place share a hop.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    hops: Vec<Hop>,
}

impl Recorder {
    /// Appends a step that left the packet as it was.
    pub fn step(&mut self, place: &Ref, packet: &Packet, finding: Finding) {
        self.change(place, packet.clone(), packet.clone(), finding);
    }

    /// Appends a step that changed the packet.
    pub fn change(&mut self, place: &Ref, before: Packet, after: Packet, finding: Finding) {
        let step = finding.step(before, after);
        match self.hops.last_mut() {
            Some(hop) if hop.place == *place => hop.steps.push(step),
            _ => self.hops.push(Hop {
                place: place.clone(),
                steps: vec![step],
            }),
        }
    }

    /// The trace that ended with `disposition`.
    pub fn finish(self, disposition: Disposition) -> Trace {
        Trace {
            hops: self.hops,
            disposition,
        }
    }
}
