//! What the rules of a hook may look at, and what they did.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::engine::netfilter::interfaces::NodeInterfaces;
use crate::engine::netfilter::rule::{MatchedRule, Reason, RejectWith};
use crate::engine::trace::FilterVerdict;
use crate::model::packet::Packet;

/// How the packet's connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// The first packet: `nat` rules decide.
    #[default]
    New,
    /// A later packet or a reply: `nat` rules are not consulted.
    Established,
    /// Announced by, or an error about, a known connection.
    Related,
    /// Belongs to no connection and opens none.
    Invalid,
}

/// What the rules may look at besides the packet.
#[derive(Clone, Debug)]
pub struct HookContext<'a> {
    /// The node's interfaces and addresses.
    pub interfaces: &'a NodeInterfaces,
    /// Name of the interface through which the packet came; `None` at OUTPUT and POSTROUTING.
    pub input: Option<&'a str>,
    /// Name of the interface through which it will go; `None` at PREROUTING and INPUT.
    pub output: Option<&'a str>,
    /// How its connection stands.
    pub state: ConnectionState,
    /// The connection's destination is translated (an earlier hook's DNAT, or conntrack's).
    pub dnat: bool,
    /// The connection's source is translated.
    pub snat: bool,
    /// Why an earlier hook of this node marked the packet; from [`HookOutcome::marked_by`].
    pub marked_by: Option<Arc<Reason>>,
    /// Senders remembered by session affinity.
    pub recent: &'a Recent,
}

impl<'a> HookContext<'a> {
    /// The context of a connection's first packet, which nobody marked or translated yet.
    pub fn new(interfaces: &'a NodeInterfaces, recent: &'a Recent) -> Self {
        Self {
            interfaces,
            input: None,
            output: None,
            state: ConnectionState::New,
            dnat: false,
            snat: false,
            marked_by: None,
            recent,
        }
    }
}

/// The lists of `-m recent`: senders by name of the list. No time passes within a scenario,
/// so that nothing is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(BTreeMap<Arc<str>, BTreeSet<IpAddr>>);

impl Recent {
    /// Remembers what rules of a hook noted.
    pub fn remember(&mut self, noted: &[(Arc<str>, IpAddr)]) {
        for (list, source) in noted {
            self.0.entry(list.clone()).or_default().insert(*source);
        }
    }

    pub(super) fn contains(&self, list: &str, source: IpAddr) -> bool {
        self.0
            .get(list)
            .is_some_and(|known| known.contains(&source))
    }
}

/// The address translation that rules decided; the packet in the outcome shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nat {
    /// None.
    #[default]
    None,
    /// `DNAT` to this endpoint.
    Destination(SocketAddr),
    /// `SNAT` or `MASQUERADE` to this address; conntrack settles the port.
    Source(IpAddr),
}

/// A random pick among endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPick {
    /// The chain that picked, such as `KUBE-SVC-…`.
    pub chain: Arc<str>,
    /// What was picked.
    pub picked: SocketAddr,
    /// All that could be picked, in the order of the rules.
    pub candidates: Vec<SocketAddr>,
}

/// What the rules of a hook did.
#[derive(Clone, Debug, PartialEq)]
pub struct HookOutcome {
    /// The packet afterwards: mark, and addresses as far as `nat` translated them.
    pub packet: Packet,
    /// Whether it goes on.
    pub verdict: FilterVerdict,
    /// What the sender is told, for a rejected packet.
    pub reject_with: Option<RejectWith>,
    /// The translation decided.
    pub nat: Nat,
    /// Whether `nat` rules were asked: only for the first packet of a connection.
    pub nat_asked: bool,
    /// Every rule that matched, in order.
    pub matched: Vec<MatchedRule>,
    /// The random pick that led to the endpoint, if rules drew.
    pub pick: Option<EndpointPick>,
    /// Whether session affinity had noted the sender, so that nothing was drawn.
    pub remembered: bool,
    /// Why the deciding rule exists.
    pub decided_by: Option<Arc<Reason>>,
    /// Why the packet is marked for masquerading, by this hook or an earlier one.
    pub marked_by: Option<Arc<Reason>>,
    /// Senders to remember for session affinity; see [`Recent::remember`].
    pub noted: Vec<(Arc<str>, IpAddr)>,
}
