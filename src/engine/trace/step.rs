//! What a step decided, with the facts of its kind.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Cause, Connection, Exchange, Verdict};
use crate::engine::dns::{Record, RecordType};
use crate::engine::netfilter::conntrack::Entry;
use crate::engine::netfilter::rule::MatchedRule;
use crate::model::azure::NextHop;
use crate::model::many::Many;
use crate::model::object::Ref;

/// What a step decided, with the facts of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A process sent the packet.
    Sent,
    /// A name was looked up.
    Resolved(Resolved),
    /// A security rule let the packet pass or not.
    Filtered {
        /// Whether it may pass.
        allowed: bool,
        /// Name of the security group; `None` where nothing is attached and so nothing is refused.
        nsg: Option<Ref>,
        /// Name of the deciding rule, such as `AllowVnetInBound`.
        rule: Arc<str>,
        /// Its priority.
        priority: u32,
    },
    /// The pod is isolated by network policies, and they let the packet pass or not.
    Policy {
        /// Whether it may pass.
        allowed: bool,
        /// Whether the policies decided; otherwise no engine asked them.
        enforced: bool,
        /// The policies that isolate the pod.
        isolated_by: Vec<Ref>,
        /// The rules that admit the packet.
        admitted_by: Vec<Cause>,
        /// The address of the other end, as the policies saw it.
        peer: IpAddr,
        /// The pod that has it; `None` for a node and for addresses outside the cluster.
        peer_pod: Option<Ref>,
    },
    /// A routing table of Azure chose the next hop.
    RoutedByAzure {
        /// The route that matched best.
        prefix: IpNet,
        /// Where it sends the packet.
        next_hop: NextHop,
        /// The route's own name, or the word for its origin, such as `System`.
        name: Arc<str>,
    },
    /// A routing table of Linux (a node's or a pod's) chose the interface.
    RoutedByLinux {
        /// The route as `ip route` prints it.
        route: Arc<str>,
        /// The interface.
        interface: Arc<str>,
    },
    /// netfilter rules were applied.
    Netfilter {
        /// The rules that matched, in order.
        matched: Vec<MatchedRule>,
        /// What they did about addresses.
        translation: Translation,
        /// Whether the packet goes on.
        verdict: FilterVerdict,
    },
    /// conntrack knew or remembered the connection.
    Tracked {
        /// The entry.
        entry: Entry,
        /// Whether the packet is a reply (or a later packet), un-translated by the entry.
        known: bool,
        /// What that changed.
        translation: Translation,
    },
    /// A load balancer picked a member.
    Balanced {
        /// Name of its rule.
        rule: Arc<str>,
        /// All healthy members, in order.
        candidates: Many<Arc<str>>,
        /// The one that was picked.
        picked: Arc<str>,
    },
    /// A health probe decided who may be picked.
    Probed {
        /// Name of the probe.
        probe: Arc<str>,
        /// Members that answer.
        healthy: Many<Arc<str>>,
        /// Members that do not.
        unhealthy: Many<Arc<str>>,
    },
    /// An address was translated by Azure.
    Translated {
        /// Which translation.
        translation: Translation,
        /// Name of the rule or resource.
        rule: Arc<str>,
    },
    /// The packet was passed on unchanged.
    Forwarded {
        /// Through what: an interface, a peering, a gateway.
        through: Arc<str>,
    },
    /// The packet was not passed on.
    Refused {
        /// By what.
        by: Arc<str>,
    },
    /// A process got the packet.
    Delivered,
    /// A layer-7 proxy found what holds for the request: a certificate, a host, a path.
    Matched {
        /// The rule in the proxy's own notation, such as `Prefix /cart`.
        rule: Arc<str>,
    },
    /// A layer-7 proxy answered by itself.
    Answered {
        /// What the client sees.
        exchange: Box<Exchange>,
    },
    /// A layer-7 proxy opened a connection of its own.
    Proxied {
        /// All that could be picked, in order.
        candidates: Many<Arc<str>>,
        /// The one that was picked.
        picked: Arc<str>,
        /// The second connection.
        upstream: Box<Connection>,
        /// What client and backend see, if the backend answered.
        exchange: Option<Box<Exchange>>,
    },
    /// The engine does not model what comes next.
    NotModelled {
        /// What is missing.
        what: Arc<str>,
    },
}

/// Which address a step translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Translation {
    /// None.
    #[default]
    None,
    /// The source.
    Source,
    /// The destination.
    Destination,
    /// Both.
    Both,
}

/// What a filter did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterVerdict {
    /// Goes on.
    Accept,
    /// Silence.
    Drop,
    /// The sender is told.
    Reject,
}

/// One query of a resolver and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The name asked for, without the final dot.
    pub query: Arc<str>,
    /// The type asked for.
    pub kind: RecordType,
    /// Who asked: the sender, or a server that asked the next one.
    pub asked_by: Ref,
    /// Who was asked.
    pub server: IpAddr,
    /// Who answered.
    pub answered_by: Ref,
    /// `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`; `FORWARD` where the next server was asked, `TIMEOUT` where
    /// nobody answered, `NOTMODELLED` where the engine cannot say.
    pub rcode: &'static str,
    /// The records, in order.
    pub records: Vec<Record>,
    /// Aliases on the way, in order.
    pub aliases: Vec<Arc<str>>,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
    /// The query packet's own walk, where it left the sender.
    pub walk: Option<Box<Connection>>,
}

impl Resolved {
    /// Whether an answer came back: not where nobody answered, or where nobody knows what becomes of the query.
    pub fn is_answered(&self) -> bool {
        let back = |walk: &Connection| {
            let reply = walk.reply.as_ref();
            reply.is_some_and(|it| it.disposition.verdict() == Verdict::Delivered)
        };
        self.rcode != "TIMEOUT" && self.walk.as_deref().is_none_or(back)
    }
}
