//! The table of "Network concepts for applications in AKS", computed for the cluster of a scenario: eight
//! questions, each answered by walking packets and their replies, never by a constant.
//!
//! Who is asked: pods, machines, an office, a storage account and a Service of the scenario, where it has them.
//! What it lacks is put beside it for the table alone ([`fixture`]), and each probe names what was assumed so.
//! Two questions change something: a storage account with a service endpoint, and a route table that is not
//! there; they are asked in settings of their own ([`Table::settings`]).
//!
//! Left out: Application Gateway as such. A machine in a subnet of its own stands for its instances, with the
//! route table of the nodes where kubenet has one, as its documentation demands; with an overlay it is not asked.

pub mod export;
mod fixture;
mod probes;

use std::net::IpAddr;
use std::sync::Arc;

use super::control;
use super::dataplane::Dataplane;
use super::trace::{Branch, Disposition, Trace, TraceResult, Verdict};
use super::walk;
use crate::model::flow::{Flow, Target};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The table of a cluster.
#[derive(Debug)]
pub struct Table {
    /// How its pods are connected, for people.
    pub model: Arc<str>,
    /// The rows, in the order of the article.
    pub rows: Vec<Row>,
    /// The networks that probes were walked in; the first is the scenario with what was assumed beside it.
    pub settings: Vec<Dataplane>,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// 1 to 8, as in the article.
    pub number: u8,
    /// The id of the message that asks it.
    pub title: &'static str,
    /// The answer.
    pub support: Support,
    /// What was walked for it, in order.
    pub probes: Vec<Probe>,
}

/// The answer of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It works.
    Supported,
    /// It works, as long as the nodes' route table is there.
    WithRouteTable,
    /// Either side may begin.
    Both,
    /// Only a pod may begin.
    PodInitiated,
    /// Only the other side may begin.
    OtherInitiated,
    /// It does not work.
    NotSupported,
    /// Some walk meets what is not modelled.
    NotModelled,
    /// The scenario has nobody to ask, and nobody could be assumed.
    Absent,
}

impl Support {
    /// The words as answers print them.
    pub const fn as_str(self) -> &'static str {
        match self {
            Support::Supported => "supported",
            Support::WithRouteTable => "supported with a route table",
            Support::Both => "both ways",
            Support::PodInitiated => "pod-initiated only",
            Support::OtherInitiated => "other side only",
            Support::NotSupported => "not supported",
            Support::NotModelled => "not modelled",
            Support::Absent => "not in this scenario",
        }
    }

    /// The id of its message.
    pub const fn message(self) -> &'static str {
        match self {
            Support::Supported => "table-supported",
            Support::WithRouteTable => "table-with-route-table",
            Support::Both => "table-both",
            Support::PodInitiated => "table-pod-initiated",
            Support::OtherInitiated => "table-other-initiated",
            Support::NotSupported => "table-not-supported",
            Support::NotModelled => "table-not-modelled",
            Support::Absent => "table-absent",
        }
    }
}

/// What one walk is asked to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A pod begins.
    FromPod,
    /// The other side begins.
    ToPod,
    /// It has to work.
    Needed,
    /// The same without a route table: whether it is needed.
    WithoutTable,
}

/// Whom the receiver sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// The sender itself.
    Sender,
    /// A node, in the sender's place.
    Node,
    /// Another address.
    Other,
}

impl Seen {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Seen::Sender => "sender",
            Seen::Node => "node",
            Seen::Other => "other",
        }
    }
}

/// One walk and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// What it is asked to show.
    pub asks: Asks,
    /// The index of the network in [`Table::settings`].
    pub setting: usize,
    /// The id of a message that says where the walk is made, where that is not the scenario.
    pub place: Option<&'static str>,
    /// The request.
    pub flow: Flow,
    /// Every walk of it, with the replies: the proof.
    pub result: TraceResult,
    /// What it needs that the scenario has not.
    pub assumed: Vec<Ref>,
    /// The addresses that receivers see, and whose they are.
    pub seen: Vec<(IpAddr, Seen)>,
}

impl Row {
    /// The probe that tells most: the first that does not work, else the first.
    pub fn telling(&self) -> usize {
        let fails = |probe: &Probe| probe.works() != Some(true);
        self.probes.iter().position(fails).unwrap_or(0)
    }
}

impl Probe {
    /// The first walk that does not get through, with the index of its branch.
    pub fn lost(&self) -> Option<(usize, &Trace)> {
        let branches = self.result.branches.iter().enumerate();
        let mut traces = branches.flat_map(|(index, branch)| {
            let connection = &branch.connection;
            let both = std::iter::once(&connection.original).chain(&connection.reply);
            both.map(move |trace| (index, trace))
        });
        traces.find(|(_, trace)| trace.disposition != Disposition::Delivered)
    }

    /// Whether the request arrives on every way and the answer comes back; `None` where that is not modelled.
    pub fn works(&self) -> Option<bool> {
        let reply = |branch: &Branch| {
            let reply = branch.connection.reply.as_ref();
            reply.map(|it| it.disposition.verdict())
        };
        let mut replies = self.result.branches.iter().map(reply);
        let lost = self.result.verdict == Verdict::NotModelled
            || replies.clone().any(|it| it == Some(Verdict::NotModelled));
        if lost {
            return None;
        }
        let answered = replies.all(|it| it == Some(Verdict::Delivered));
        Some(self.result.verdict == Verdict::Delivered && answered)
    }
}

impl Table {
    /// Computes the table for a network that [`control`] has completed; `None` without a cluster.
    pub fn of(network: &Network) -> Option<Self> {
        let cluster = network.cluster.as_ref()?;
        let model = cluster.network_model();
        let (settings, questions) = probes::all(network, cluster);
        let settings: Vec<Dataplane> = settings.into_iter().map(Setting::built).collect();
        let rows = questions.into_iter().map(|question| {
            let probes: Vec<Probe> = question
                .flows
                .into_iter()
                .filter_map(|planned| probe(&settings, planned))
                .collect();
            Row {
                number: question.number,
                title: question.title,
                support: support(&probes, question.both_ways),
                probes,
            }
        });
        Some(Self {
            model,
            rows: rows.collect(),
            settings,
        })
    }
}

/// A network that probes are walked in.
enum Setting {
    /// Something was added: controllers do their part.
    Added(Network),
    /// Something was taken away that a controller would put back.
    AsItIs(Network),
}

impl Setting {
    fn built(self) -> Dataplane {
        match self {
            Setting::Added(mut network) => {
                network.directory = crate::model::directory::Directory::default();
                Dataplane::build(control::reconcile(network).0)
            }
            Setting::AsItIs(network) => Dataplane::build(network),
        }
    }
}

fn probe(settings: &[Dataplane], planned: probes::Planned) -> Option<Probe> {
    let plane = settings.get(planned.setting)?;
    let result = walk::trace(plane, &planned.flow);
    let sender = address(plane, &planned.flow.from);
    let mut seen: Vec<(IpAddr, Seen)> = result
        .branches
        .iter()
        .filter_map(|branch| Some(branch.connection.received.as_ref()?.packet.source))
        .map(|source| (source, whose(plane, source, sender)))
        .collect();
    seen.sort();
    seen.dedup();
    Some(Probe {
        asks: planned.asks,
        setting: planned.setting,
        place: planned.place,
        flow: planned.flow,
        result,
        assumed: planned.assumed,
        seen,
    })
}

fn whose(plane: &Dataplane, source: IpAddr, sender: Option<IpAddr>) -> Seen {
    if sender == Some(source) {
        Seen::Sender
    } else if plane.is_node_address(source) {
        Seen::Node
    } else {
        Seen::Other
    }
}

fn address(plane: &Dataplane, place: &Ref) -> Option<IpAddr> {
    match place.kind {
        Kind::Pod => plane.network.pod(&place.scope, &place.name)?.ip(),
        Kind::Host => plane.network.host(&place.name)?.ip,
        Kind::Node => plane.network.node(&place.name)?.ip(),
        _ => None,
    }
}

fn support(probes: &[Probe], both_ways: bool) -> Support {
    let works = |asks: Asks| -> Option<Option<bool>> {
        let mut all = probes.iter().filter(|probe| probe.asks == asks).peekable();
        all.peek()?;
        let mut holds = true;
        for probe in all {
            match probe.works() {
                None => return Some(None),
                Some(works) => holds &= works,
            }
        }
        Some(Some(holds))
    };
    if !both_ways {
        return match (works(Asks::Needed), works(Asks::WithoutTable)) {
            (None, _) => Support::Absent,
            (Some(None), _) | (Some(Some(true)), Some(None)) => Support::NotModelled,
            (Some(Some(false)), _) => Support::NotSupported,
            (Some(Some(true)), Some(Some(false))) => Support::WithRouteTable,
            (Some(Some(true)), _) => Support::Supported,
        };
    }
    match (works(Asks::FromPod), works(Asks::ToPod)) {
        (None, _) | (_, None) => Support::Absent,
        (Some(None), _) | (_, Some(None)) => Support::NotModelled,
        (Some(Some(true)), Some(Some(true))) => Support::Both,
        (Some(Some(true)), Some(Some(false))) => Support::PodInitiated,
        (Some(Some(false)), Some(Some(true))) => Support::OtherInitiated,
        (Some(Some(false)), Some(Some(false))) => Support::NotSupported,
    }
}

/// A request of the table.
fn flow(from: &Ref, to: Target, port: u16) -> Flow {
    Flow {
        meta: crate::model::kube::Meta::default(),
        from: from.clone(),
        to,
        protocol: crate::model::packet::Protocol::Tcp,
        port: Some(port),
        expect: None,
    }
}

#[cfg(test)]
mod tests;
