//! Events in time: what happens to a running scenario after something in it fails, second by second.
//!
//! [`Timeline::of`] plays the scenario's `Event` documents: controllers notice after their own delays ([`world`]),
//! health probes after theirs ([`probing`]). Each second at which anything changes is a [`Moment`] with an effective
//! state of its own, so going back is as exact as going on. [`fate`] follows connections that were open before.

mod backends;
mod eviction;
pub mod export;
mod failures;
mod fate;
mod probing;
mod readiness;
pub mod summary;
#[cfg(test)]
mod tests;
mod world;

use super::dataplane::Dataplane;
use super::explain::Explanation;
use super::sources::Source;
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::Ref;

pub use failures::Failures;
pub use fate::{Fate, Life, Outcome, follow};

/// Seconds until the kubelet has told the API server about a pod, and kube-proxy has rewritten every node's rules: its
/// `minSyncPeriod` (kube-proxy reference).
pub const SYNC_SECONDS: u32 = 1;

/// Seconds until a pod in the place of another is ready: the next turn of controllers. How long an image takes to be
/// pulled and to start is not modelled.
pub const REPLACE_SECONDS: u32 = 2;

/// Seconds after which a pod without a readiness probe of its own is taken to be no longer ready: `periodSeconds` times
/// `failureThreshold`, as both are by default.
pub const READINESS_SECONDS: u32 = 30;

/// Seconds until the kubelet of a node that runs again has said so (`nodeStatusUpdateFrequency`).
pub const NODE_READY_SECONDS: u32 = 10;

/// Seconds without a word of a node until it counts as not ready (`--node-monitor-grace-period`): as in 2021, and since
/// Kubernetes 1.32.
pub const NODE_GRACE_SECONDS: [u32; 2] = [40, 50];

/// Seconds that pods tolerate a node that is not reachable (`DefaultTolerationSeconds`) before they are evicted, unless
/// they say otherwise.
pub const EVICTION_SECONDS: u32 = 300;

/// Everything that changes, in order; the first moment is what was before all events.
#[derive(Debug)]
pub struct Timeline {
    /// Never empty.
    pub moments: Vec<Moment>,
    /// Events that cannot happen, such as one about a pod that does not exist.
    pub problems: Vec<Diagnostic>,
}

/// A second at which something changes, and the network as it is from then on.
#[derive(Debug)]
pub struct Moment {
    /// Seconds after the clock starts.
    pub at: u32,
    /// What changes; nothing where the clock starts quietly.
    pub changes: Vec<Change>,
    /// The effective state.
    pub plane: Dataplane,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it is, in one sentence.
    pub what: Explanation,
    /// What it happens to.
    pub object: Ref,
    /// The page that documents it.
    pub reference: Source,
}

impl Timeline {
    /// Plays all events of a network that [`crate::engine::control`] has completed.
    pub fn of(network: &Network) -> Self {
        let (stretches, problems) = world::play(network);
        Self {
            moments: probing::moments(stretches),
            problems,
        }
    }

    /// The moment that holds at a second of the clock: the last that is not later.
    pub fn at(&self, second: u32) -> Option<&Moment> {
        self.moments.get(self.index_at(second))
    }

    /// The index of [`Timeline::at`]; 0, before all events, where nothing has happened by then.
    pub fn index_at(&self, second: u32) -> usize {
        let mut moments = self.moments.iter();
        moments.rposition(|it| it.at <= second).unwrap_or_default()
    }
}

/// The network between two changes of it, before load balancers notice.
#[derive(Debug)]
struct Stretch {
    at: u32,
    changes: Vec<Change>,
    network: Network,
    stopped: std::collections::BTreeSet<Ref>,
}

fn change(id: &'static str, object: &Ref, reference: Source) -> Change {
    Change {
        what: Explanation::new(id).with("object", object.clone()),
        object: object.clone(),
        reference,
    }
}
