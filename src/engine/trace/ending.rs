//! How a packet's way ended, and what that amounts to.

use std::sync::Arc;

/// How a packet's way ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Disposition {
    /// A process got it.
    Delivered,
    /// A security rule or policy at the receiver's side.
    DeniedIn,
    /// A security rule or policy at the sender's side.
    DeniedOut,
    /// No route.
    NoRoute,
    /// A route whose next hop is `None`.
    NullRouted,
    /// Nobody has the address.
    NoSuchAddress,
    /// A netfilter rule dropped it, such as a Service without local endpoints.
    Filtered,
    /// IP forwarding is off on the NIC.
    NotForwarded,
    /// No healthy member behind a load balancer.
    NoHealthyMember,
    /// No translation for it: no port or address left, or a protocol that is not translated.
    SnatUnavailable,
    /// A later packet arrived where nobody knows its connection.
    NoConnection,
    /// It went in a circle, or its TTL reached 0.
    Looped,
    /// The sender is told: a netfilter REJECT.
    Rejected,
    /// The sender is told: a Service has no endpoints.
    NoEndpoints,
    /// The sender is told: nobody listens on the port.
    PortClosed,
    /// The sender is told: the receiver does not know the connection.
    Reset,
    /// The name has no address.
    NameNotFound,
    /// The engine does not model what comes next.
    NotModelled {
        /// What is missing.
        what: Arc<str>,
    },
}

impl Disposition {
    /// The word as answers print it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Disposition::Delivered => "Delivered",
            Disposition::DeniedIn => "DeniedIn",
            Disposition::DeniedOut => "DeniedOut",
            Disposition::NoRoute => "NoRoute",
            Disposition::NullRouted => "NullRouted",
            Disposition::NoSuchAddress => "NoSuchAddress",
            Disposition::Filtered => "Filtered",
            Disposition::NotForwarded => "NotForwarded",
            Disposition::NoHealthyMember => "NoHealthyMember",
            Disposition::SnatUnavailable => "SnatUnavailable",
            Disposition::NoConnection => "NoConnection",
            Disposition::Looped => "Looped",
            Disposition::Rejected => "Rejected",
            Disposition::NoEndpoints => "NoEndpoints",
            Disposition::PortClosed => "PortClosed",
            Disposition::Reset => "Reset",
            Disposition::NameNotFound => "NameNotFound",
            Disposition::NotModelled { .. } => "NotModelled",
        }
    }

    /// The one that is called so, among those that a step may name where no rule of anybody refuses.
    pub fn named(word: &str) -> Option<Self> {
        let all = [
            Disposition::NoSuchAddress,
            Disposition::NotForwarded,
            Disposition::NoHealthyMember,
            Disposition::NoConnection,
            Disposition::Looped,
            Disposition::PortClosed,
            Disposition::Reset,
        ];
        all.into_iter().find(|ends| ends.as_str() == word)
    }

    /// The verdict that it amounts to.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Disposition::Delivered => Verdict::Delivered,
            Disposition::DeniedIn
            | Disposition::DeniedOut
            | Disposition::NoRoute
            | Disposition::NullRouted
            | Disposition::NoSuchAddress
            | Disposition::Filtered
            | Disposition::NotForwarded
            | Disposition::NoHealthyMember
            | Disposition::SnatUnavailable
            | Disposition::NoConnection
            | Disposition::Looped => Verdict::Dropped,
            Disposition::Rejected
            | Disposition::NoEndpoints
            | Disposition::PortClosed
            | Disposition::Reset => Verdict::Rejected,
            Disposition::NameNotFound => Verdict::Unresolved,
            Disposition::NotModelled { .. } => Verdict::NotModelled,
        }
    }
}

/// The verdict of a walk, or of all branches of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It arrived.
    Delivered,
    /// Silence.
    Dropped,
    /// The sender is told.
    Rejected,
    /// No address for the name.
    Unresolved,
    /// Not modelled.
    NotModelled,
    /// The branches differ.
    Mixed,
}

impl Verdict {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Delivered => "delivered",
            Verdict::Dropped => "dropped",
            Verdict::Rejected => "rejected",
            Verdict::Unresolved => "unresolved",
            Verdict::NotModelled => "not-modelled",
            Verdict::Mixed => "mixed",
        }
    }
}
