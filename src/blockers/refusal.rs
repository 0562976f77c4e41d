//! Every refusal in the walks of a flow, with what came before it.

use std::net::IpAddr;

use super::Way;
use crate::engine::stage::Stage;
use crate::engine::trace::{Connection, Detail, Disposition, Step, Trace, TraceResult, Verdict};
use crate::model::object::Ref;
use crate::model::packet::{Packet, Protocol};

/// A step that refuses a packet.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Which packet.
    pub way: Way,
    /// Where.
    pub place: Ref,
    /// The step.
    pub step: Step,
    /// How the walk ends here; `None` where it goes on as if the packet had been allowed.
    pub ends: Option<Disposition>,
    /// What was decided before.
    pub before: Vec<Decided>,
}

/// A decision as far as a change must leave it alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decided {
    place: Ref,
    stage: Stage,
    refuses: bool,
    packet: Headers,
}

/// The headers by which a packet is told from another one.
type Headers = (Protocol, IpAddr, IpAddr, u16);

impl Refusal {
    /// The subnet whose routes sent the packet on last.
    pub fn routed_by(&self) -> Option<&Ref> {
        let mut before = self.before.iter().rev();
        let routed = before.find(|it| it.stage == Stage::AzureRoute)?;
        Some(&routed.place)
    }

    /// Whether two refusals are one: the same packet at the same place and stage.
    pub fn is(&self, other: &Self) -> bool {
        self.way == other.way
            && self.place == other.place
            && self.step.stage == other.step.stage
            && headers(&self.step.before) == headers(&other.step.before)
    }

    /// Whether `other` may come to light once this one is lifted: a later packet, or the way on from
    /// where the walk ended.
    pub fn hides(&self, other: &Self) -> bool {
        other.way > self.way || self.ends.is_some() && other.before.starts_with(&self.before)
    }
}

fn headers(packet: &Packet) -> Headers {
    (
        packet.protocol,
        packet.source,
        packet.destination,
        packet.destination_port,
    )
}

/// Every refusal of every branch, each once, in the order of the walks.
pub(super) fn collect(result: &TraceResult) -> Vec<Refusal> {
    let mut found: Vec<Refusal> = Vec::new();
    for (way, trace) in walks(result) {
        for refusal in refusals(way, trace) {
            if !found.iter().any(|it| it.is(&refusal)) {
                found.push(refusal);
            }
        }
    }
    found
}

/// What each walk of a kind decides, in order.
pub(super) fn decisions(result: &TraceResult, way: Way) -> Vec<Vec<Decided>> {
    let walks = walks(result).into_iter();
    let of_way = walks.filter(|(its, _)| *its == way);
    of_way
        .map(|(_, trace)| trace.steps().map(decided).collect())
        .collect()
}

/// Every walk of every branch: queries, the request, what proxies send on, and answers.
fn walks(result: &TraceResult) -> Vec<(Way, &Trace)> {
    let mut walks = Vec::new();
    for branch in &result.branches {
        of_connection(&branch.connection, Way::Request, &mut walks);
    }
    // Queries come first whatever branch they belong to.
    walks.sort_by_key(|(way, _)| *way != Way::Query);
    walks
}

fn of_connection<'a>(connection: &'a Connection, way: Way, walks: &mut Vec<(Way, &'a Trace)>) {
    walks.push((way, &connection.original));
    for (_, step) in connection.original.steps() {
        match &step.detail {
            Detail::Resolved(resolved) => {
                if let Some(walk) = &resolved.walk {
                    of_connection(walk, Way::Query, walks);
                }
            }
            Detail::Proxied { upstream, .. } => of_connection(upstream, Way::Upstream, walks),
            _ => {}
        }
    }
    if let Some(reply) = &connection.reply {
        walks.push((Way::Reply, reply));
    }
}

fn refusals(way: Way, trace: &Trace) -> Vec<Refusal> {
    let steps: Vec<(&Ref, &Step)> = trace.steps().collect();
    let ended = trace.disposition.verdict() != Verdict::Delivered;
    // A query that was lost is refused in its own walk.
    let asked = steps.iter().any(
        |(_, step)| matches!(&step.detail, Detail::Resolved(it) if is_lost(it.walk.as_deref())),
    );
    let mut found = Vec::new();
    for (index, (place, step)) in steps.iter().enumerate() {
        let last = index + 1 == steps.len();
        // A walk that went on past a refusal ends as refused, wherever the packet came in the end.
        let came = matches!(step.detail, Detail::Delivered);
        let ends = last && ended && !came && !(asked && is_name(step));
        if !step.refuses() && !ends {
            continue;
        }
        found.push(Refusal {
            way,
            place: (*place).clone(),
            step: (*step).clone(),
            ends: last.then(|| trace.disposition.clone()),
            before: earlier(&steps, index),
        });
    }
    found
}

/// What was decided before a step. The rules of one node are one decision: which of them a packet
/// meets depends on what they refuse, so they are left out of what a change there must leave alone.
/// What lies between a route and something that never saw the request is the way that is to be given up.
fn earlier(steps: &[(&Ref, &Step)], index: usize) -> Vec<Decided> {
    let (place, step) = steps[index];
    let mut first = index;
    if matches!(step.detail, Detail::Netfilter { .. }) {
        while first > 0 && steps[first - 1].0 == place {
            first -= 1;
        }
    }
    if matches!(&step.detail, Detail::Refused { by } if **by == *Disposition::NoConnection.as_str())
    {
        let mut routed = steps[..index].iter();
        let routed = routed.rposition(|(_, step)| step.stage == Stage::AzureRoute);
        first = routed.map_or(first, |at| at + 1);
    }
    steps[..first].iter().copied().map(decided).collect()
}

fn is_lost(walk: Option<&Connection>) -> bool {
    walk.is_some_and(|walk| {
        let lost = |trace: &Trace| trace.disposition.verdict() != Verdict::Delivered;
        lost(&walk.original) || walk.reply.as_ref().is_none_or(lost)
    })
}

fn is_name(step: &Step) -> bool {
    matches!(step.detail, Detail::Resolved(_))
        || matches!(
            step.stage,
            Stage::DnsSearch | Stage::DnsService | Stage::DnsForward | Stage::DnsZone
        )
}

fn decided((place, step): (&Ref, &Step)) -> Decided {
    Decided {
        place: place.clone(),
        stage: step.stage,
        refuses: step.refuses(),
        packet: headers(&step.before),
    }
}
