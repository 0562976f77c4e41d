//! The answer: `TraceResult → Branch → Connection → Trace → Hop → Step`.
//!
//! This is the only product of the engine. The page, the command line, the
//! lessons and the tests read it; none of them computes a fact about a packet.

mod ending;
mod exchange;
mod step;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::explain::Explanation;
use super::sources::Source;
use super::stage::Stage;
use crate::model::flow::Flow;
use crate::model::many::Many;
use crate::model::object::Ref;
use crate::model::packet::Packet;

pub use ending::{Disposition, Verdict};
pub use exchange::{Exchange, TlsEnd};
pub use step::{Detail, FilterVerdict, Resolved, Translation};

/// Every possible walk of one flow.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceResult {
    /// The question.
    pub flow: Flow,
    /// The verdict of all branches together.
    pub verdict: Verdict,
    /// One branch for each combination of picks, in the order of the candidates.
    pub branches: Vec<Branch>,
    /// Probability of the branches beyond the limit that were not walked; 0 where all were.
    pub unexplored: f64,
}

/// The walk that follows one combination of picks.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// How likely this combination is, 0 to 1.
    pub probability: f64,
    /// What was picked, in order.
    pub picks: Vec<Pick>,
    /// The walk and its reply.
    pub connection: Connection,
    /// The connections that the same client opens afterwards, in order; empty unless they were asked for.
    pub following: Vec<Following>,
}

/// A connection that a client opens after another one to the same address: from the next port, once
/// the earlier one has ended and before anything forgets the client.
///
/// Session affinity of a Service and of a load balancer remembers the client's address; nothing else does.
#[derive(Clone, Debug, PartialEq)]
pub struct Following {
    /// What was picked for it, in order; nothing where the network remembered.
    pub picks: Vec<Pick>,
    /// Its walk and reply.
    pub connection: Connection,
}

impl Branch {
    /// Every connection, the first one first.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        let following = self.following.iter().map(|following| &following.connection);
        std::iter::once(&self.connection).chain(following)
    }
}

/// One random pick.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Who picked: a load balancer, or the Service whose rules a node applied.
    pub by: Ref,
    /// Where, for a Service: the node.
    pub at: Option<Ref>,
    /// What was picked: a node, a pod or an address.
    pub picked: Arc<str>,
    /// All that could be picked, in order.
    pub candidates: Many<Arc<str>>,
}

/// A connection: the walk of its first packet, and of the answer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// The request's walk.
    pub original: Trace,
    /// The reply's own walk; exists exactly when the request was delivered.
    pub reply: Option<Trace>,
    /// Who got the request and what it saw; exists exactly when the request was delivered.
    pub received: Option<Received>,
}

/// Who got the request and what it saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// A pod, node or host.
    pub receiver: Ref,
    /// The packet as it arrived.
    pub packet: Packet,
}

/// The way of one packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The places in order; never empty, and no hop is without steps.
    pub hops: Vec<Hop>,
    /// How it ended.
    pub disposition: Disposition,
}

impl Trace {
    /// Every step with its place, in order.
    pub fn steps(&self) -> impl Iterator<Item = (&Ref, &Step)> {
        self.hops
            .iter()
            .flat_map(|hop| hop.steps.iter().map(move |step| (&hop.place, step)))
    }

    /// The last step, which says why the walk ended as it did.
    pub fn last_step(&self) -> Option<(&Ref, &Step)> {
        self.hops
            .last()
            .and_then(|hop| hop.steps.last().map(|step| (&hop.place, step)))
    }
}

/// A place and what was decided there.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The place.
    pub place: Ref,
    /// What was decided, in order.
    pub steps: Vec<Step>,
}

/// One decision about a packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it was decided.
    pub stage: Stage,
    /// What was decided.
    pub detail: Detail,
    /// The headers before.
    pub before: Packet,
    /// The headers after.
    pub after: Packet,
    /// Why, in one sentence.
    pub why: Explanation,
    /// The object responsible and its field, such as `spec.ports[0]`.
    pub cause: Option<Cause>,
    /// The page that documents it.
    pub reference: Source,
}

/// An object, and a field of it, that made a step decide as it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The object.
    pub object: Ref,
    /// Path of the field, such as `spec.externalTrafficPolicy`; empty for the object as a whole.
    pub field: Arc<str>,
}

impl Cause {
    /// An object as a whole.
    pub fn object(object: Ref) -> Self {
        Self {
            object,
            field: Arc::from(""),
        }
    }

    /// A field of an object.
    pub fn field(object: Ref, field: impl Into<Arc<str>>) -> Self {
        Self {
            object,
            field: field.into(),
        }
    }
}

/// Where a second connection ends: a receiver, or how it is lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NextEnd {
    /// Somebody gets it.
    Received(Ref),
    /// Nobody does.
    Lost(Verdict),
}

impl TraceResult {
    /// Where the second connection goes after a first one with these picks, each end with its probability.
    /// Empty where this result has no second connections, or no such first one.
    pub fn next_after(&self, picks: &[Pick]) -> BTreeMap<NextEnd, f64> {
        let mut ends = BTreeMap::new();
        let same = self.branches.iter().filter(|branch| branch.picks == picks);
        let second = same.filter_map(|branch| Some((branch, branch.following.first()?)));
        for (branch, next) in second {
            let end = match &next.connection.received {
                Some(received) => NextEnd::Received(received.receiver.clone()),
                None => NextEnd::Lost(next.connection.original.disposition.verdict()),
            };
            *ends.entry(end).or_insert(0.0) += branch.probability;
        }
        let all: f64 = ends.values().sum();
        for probability in ends.values_mut() {
            *probability /= all.max(f64::MIN_POSITIVE);
        }
        ends
    }
}
