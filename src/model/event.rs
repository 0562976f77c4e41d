//! `kind: Event`: something that happens to a running scenario, at a second of its clock.

use std::sync::Arc;

use super::azure::SecurityRule;
use super::kube::Meta;
use super::object::{Kind, Ref};

/// The last second of a scenario's clock: a day.
pub const LAST_SECOND: u32 = 86_400;

/// The last second that can be asked about: what the last event leads to is over by then.
pub const MOST_SECONDS: u32 = 2 * LAST_SECOND;

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name and origin.
    pub meta: Meta,
    /// Seconds after the clock starts.
    pub at: u32,
    /// What happens.
    pub what: Disruption,
}

/// What happens to a part of the network.
#[derive(Clone, Debug, PartialEq)]
pub enum Disruption {
    /// A pod is deleted without grace, or a node or host loses its power.
    Stop(Ref),
    /// A node or host that was stopped runs again.
    Start(Ref),
    /// The readiness probe of a pod begins to fail; its process still answers.
    Unready(Ref),
    /// It succeeds again.
    Ready(Ref),
    /// A peering is deleted on one side: the other becomes disconnected.
    Disconnect(Ref),
    /// It is there again.
    Connect(Ref),
    /// A security group gets a rule that denies.
    Deny {
        /// Name of the security group.
        nsg: Arc<str>,
        /// The rule.
        rule: Box<SecurityRule>,
    },
}

impl Disruption {
    /// The field of `spec` that says it.
    pub const fn verb(&self) -> &'static str {
        match self {
            Disruption::Stop(_) => "stop",
            Disruption::Start(_) => "start",
            Disruption::Unready(_) => "unready",
            Disruption::Ready(_) => "ready",
            Disruption::Disconnect(_) => "disconnect",
            Disruption::Connect(_) => "connect",
            Disruption::Deny { .. } => "deny",
        }
    }

    /// What it happens to.
    pub fn object(&self) -> Ref {
        match self {
            Disruption::Stop(place)
            | Disruption::Start(place)
            | Disruption::Unready(place)
            | Disruption::Ready(place)
            | Disruption::Disconnect(place)
            | Disruption::Connect(place) => place.clone(),
            Disruption::Deny { nsg, .. } => Ref::new(Kind::Nsg, nsg.clone()),
        }
    }
}
