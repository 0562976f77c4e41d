//! `NetworkPolicy`, as the API server keeps it: defaults are filled in, what is refused is left out.
//!
//! An absent list and an empty one differ only where the API says so: a policy that does not
//! concern a direction has no rules for it (`None`), one that concerns it without a rule lets
//! nothing pass. Peers and ports that are absent or empty let everything pass.

use std::sync::Arc;

use ipnet::IpNet;

use super::kube::{Meta, Selector};
use super::object::{Kind, Ref};
use super::packet::Protocol;

/// A `NetworkPolicy`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkPolicy {
    /// Name and origin.
    pub meta: Meta,
    /// `spec.podSelector`: the pods of its namespace that it isolates.
    pub pod_selector: Selector,
    /// `spec.ingress`, if the policy is of type `Ingress`.
    pub ingress: Option<Vec<PolicyRule>>,
    /// `spec.egress`, if the policy is of type `Egress`.
    pub egress: Option<Vec<PolicyRule>>,
}

/// Which way a connection is opened, seen from the pod that a policy selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Towards the pod.
    Ingress,
    /// By the pod.
    Egress,
}

/// One of `spec.ingress` or `spec.egress`: any of the peers on any of the ports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyRule {
    /// `from` or `to`; empty means everybody.
    pub peers: Vec<PolicyPeer>,
    /// `ports`; empty means all of all protocols.
    pub ports: Vec<PolicyPort>,
}

/// One of `from` or `to`.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyPeer {
    /// Pods that satisfy both selectors.
    Pods {
        /// `namespaceSelector`; absent means the policy's own namespace.
        namespaces: Option<Selector>,
        /// `podSelector`; absent means all pods of these namespaces.
        pods: Option<Selector>,
    },
    /// `ipBlock`.
    Block {
        /// `cidr`.
        cidr: IpNet,
        /// `except`, all of them within `cidr`.
        except: Vec<IpNet>,
    },
}

/// One of `ports`.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyPort {
    /// `protocol`; absent means TCP.
    pub protocol: Protocol,
    /// Which ports of the protocol.
    pub ports: PortMatch,
}

/// Which ports a [`PolicyPort`] means.
#[derive(Clone, Debug, PartialEq)]
pub enum PortMatch {
    /// From the first to the last; a single port twice, all of them where `port` is absent.
    Range(u16, u16),
    /// The container ports of this name, at whoever is the destination (R26).
    Name(Arc<str>),
}

impl NetworkPolicy {
    /// `networkpolicy/NAMESPACE/NAME`.
    pub fn reference(&self) -> Ref {
        self.meta.reference(Kind::NetworkPolicy)
    }

    /// The rules for a direction; `None` where the policy does not concern it.
    pub fn rules(&self, direction: Direction) -> Option<&[PolicyRule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }
}

impl Direction {
    /// The field of the rules: `ingress` or `egress`.
    pub const fn field(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }

    /// The field of a rule's peers: `from` or `to`.
    pub const fn peers(self) -> &'static str {
        match self {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        }
    }
}
