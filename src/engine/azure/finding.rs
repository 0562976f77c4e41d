//! What a part of Azure decided about a packet, without the packet.

use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Step};
use crate::model::packet::Packet;

/// A decision with its reason; the walk adds the place and the headers to make a [`Step`] of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Where it was decided.
    pub stage: Stage,
    /// What was decided.
    pub detail: Detail,
    /// Why, in one sentence.
    pub why: Explanation,
    /// The object and field responsible.
    pub cause: Option<Cause>,
    /// The page that documents it.
    pub reference: Source,
}

impl Finding {
    /// A finding without a cause, documented by the first page of its stage.
    pub(crate) fn new(stage: Stage, detail: Detail, why: Explanation) -> Self {
        let reference = stage
            .sources()
            .first()
            .copied()
            .unwrap_or(Source::AksNetworkConcepts);
        Self {
            stage,
            detail,
            why,
            cause: None,
            reference,
        }
    }

    /// Says which object and field are responsible.
    pub(crate) fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Says which page documents it, where it is not the first one of the stage.
    pub(crate) fn documented_by(mut self, reference: Source) -> Self {
        self.reference = reference;
        self
    }

    /// The step for a walk whose packet was `before` and is `after` it.
    pub fn step(self, before: Packet, after: Packet) -> Step {
        Step {
            stage: self.stage,
            detail: self.detail,
            before,
            after,
            why: self.why,
            cause: self.cause,
            reference: self.reference,
        }
    }

    /// The step for a packet that stays as it is.
    pub fn unchanged(self, packet: &Packet) -> Step {
        self.step(packet.clone(), packet.clone())
    }
}
