//! The answer: `TraceResult → Branch → Connection → Trace → Hop → Step`.
//!
//! This is the only product of the engine. The page, the command line, the
//! lessons and the tests read it; none of them computes a fact about a packet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::dns::{Record, RecordType};
use super::explain::Explanation;
use super::netfilter::conntrack::Entry;
use super::netfilter::rule::MatchedRule;
use super::sources::Source;
use super::stage::Stage;
use crate::model::azure::NextHop;
use crate::model::flow::Flow;
use crate::model::object::Ref;
use crate::model::packet::Packet;

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
    pub candidates: Vec<Arc<str>>,
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
        candidates: Vec<Arc<str>>,
        /// The one that was picked.
        picked: Arc<str>,
    },
    /// A health probe decided who may be picked.
    Probed {
        /// Name of the probe.
        probe: Arc<str>,
        /// Members that answer.
        healthy: Vec<Arc<str>>,
        /// Members that do not.
        unhealthy: Vec<Arc<str>>,
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
        candidates: Vec<Arc<str>>,
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

/// What client and receiver see of an HTTP request and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The status that the client gets; 200 stands for whatever a process answers that got the request.
    pub status: u16,
    /// The Service whose endpoint answers, or would.
    pub backend: Option<Ref>,
    /// What the receiver reads that a proxy wrote; `Location` for a redirect.
    pub headers: Vec<(&'static str, Arc<str>)>,
    /// Where TLS ends.
    pub tls: TlsEnd,
}

/// Where the TLS of a request ends.
#[derive(Clone, Debug, PartialEq)]
pub enum TlsEnd {
    /// There is none.
    None,
    /// At a proxy.
    TerminatedAt(Ref),
    /// At the receiver; nobody on the way reads the request.
    Passthrough,
}

impl std::fmt::Display for TlsEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TlsEnd::None => f.write_str("none"),
            TlsEnd::TerminatedAt(place) => write!(f, "terminated-at {place}"),
            TlsEnd::Passthrough => f.write_str("passthrough"),
        }
    }
}

impl Connection {
    /// The HTTP exchange, where the request is one and somebody got it.
    pub fn http(&self) -> Option<Exchange> {
        let request = self.received.as_ref()?.packet.http.as_ref()?;
        let said = self
            .original
            .steps()
            .filter_map(|(_, step)| match &step.detail {
                Detail::Answered { exchange } => Some(exchange),
                Detail::Proxied { exchange, .. } => exchange.as_ref(),
                _ => None,
            });
        if let Some(exchange) = said.last() {
            return Some((**exchange).clone());
        }
        Some(Exchange {
            status: 200,
            backend: None,
            headers: vec![("Host", request.host.clone())],
            tls: if request.tls {
                TlsEnd::Passthrough
            } else {
                TlsEnd::None
            },
        })
    }

    /// The last connection that a proxy opened for this one.
    pub fn upstream(&self) -> Option<&Connection> {
        let opened = self
            .original
            .steps()
            .filter_map(|(_, step)| match &step.detail {
                Detail::Proxied { upstream, .. } => Some(&**upstream),
                _ => None,
            });
        opened.last()
    }

    /// The request and reply as one way from end to end: through the proxies, where there are any.
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let Some(upstream) = self.upstream() else {
            return self.clone();
        };
        let upstream = upstream.unrolled();
        let mut whole = self.clone();
        join(&mut whole.original.hops, upstream.original.hops);
        whole.original.disposition = upstream.original.disposition;
        if let (Some(reply), Some(first)) = (&mut whole.reply, upstream.reply) {
            let rest = std::mem::replace(&mut reply.hops, first.hops);
            join(&mut reply.hops, rest);
        }
        whole
    }
}

/// Appends hops; two that meet at one place become one.
fn join(hops: &mut Vec<Hop>, more: Vec<Hop>) {
    for hop in more {
        match hops.last_mut() {
            Some(last) if last.place == hop.place => last.steps.extend(hop.steps),
            _ => hops.push(hop),
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

    /// The same with every branch as one way from end to end, as the picture shows it.
    #[must_use]
    pub fn unrolled(mut self) -> Self {
        for branch in &mut self.branches {
            let following = branch.following.iter_mut().map(|it| &mut it.connection);
            for connection in std::iter::once(&mut branch.connection).chain(following) {
                if connection.upstream().is_some() {
                    *connection = connection.unrolled();
                }
            }
        }
        self
    }
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
