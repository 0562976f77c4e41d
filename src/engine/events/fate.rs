//! What becomes of connections that were open before anything happened.

use super::{Moment, Timeline};
use crate::engine::trace::{Branch, Connection, Disposition, Verdict};
use crate::engine::walk::{self, MAX_BRANCHES, Open};
use crate::model::flow::Flow;

/// How many ways a connection can have gone that are followed further.
const MAX_WAYS: usize = 64;

/// What a connection comes to at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Its packets and the answers to them arrive.
    Lives,
    /// Nobody answers; its ends wait until they give up.
    Hangs,
    /// The sender is told that it is over, or the sender itself is gone.
    Over,
}

/// A connection that was open before the events, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// How it was opened.
    pub opened: Branch,
    /// For each moment after the first: every outcome, each with its probability once the connection is open.
    pub moments: Vec<Vec<Outcome>>,
}

/// What becomes of the next packet of a connection at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// 0 to 1; those of one moment add up to 1.
    pub probability: f64,
    /// What that means for the connection.
    pub fate: Fate,
    /// The walk of the packet and the answer; `None` once the connection is over.
    pub connection: Option<Connection>,
}

/// One way that a connection can have gone.
struct Way {
    probability: f64,
    open: Option<Open>,
}

/// Follows every connection that `flow` may have opened before the events. A flow that did not get through has none.
pub fn follow(timeline: &Timeline, flow: &Flow) -> Vec<Life> {
    let Some((first, rest)) = timeline.moments.split_first() else {
        return Vec::new();
    };
    let opened = walk::open(&first.plane, flow, MAX_BRANCHES).into_iter();
    opened
        .filter_map(|(opened, open)| Some((opened, open?)))
        .map(|(opened, open)| live(opened, open, rest))
        .collect()
}

fn live(opened: Branch, open: Open, rest: &[Moment]) -> Life {
    let mut ways = vec![Way {
        probability: 1.0,
        open: Some(open),
    }];
    let mut moments = Vec::new();
    for moment in rest {
        let mut outcomes = Vec::new();
        let mut next = Vec::new();
        for way in &ways {
            go_on(moment, way, &mut outcomes, &mut next);
        }
        next.truncate(MAX_WAYS);
        ways = next;
        moments.push(outcomes);
    }
    Life { opened, moments }
}

fn go_on(moment: &Moment, way: &Way, outcomes: &mut Vec<Outcome>, next: &mut Vec<Way>) {
    let Some(open) = &way.open else {
        outcomes.push(Outcome {
            probability: way.probability,
            fate: Fate::Over,
            connection: None,
        });
        remember(next, way.probability, None);
        return;
    };
    for (branch, open) in walk::next(&moment.plane, open, MAX_WAYS) {
        let probability = way.probability * branch.probability;
        outcomes.push(Outcome {
            probability,
            fate: fate(&branch.connection, open.is_some()),
            connection: Some(branch.connection),
        });
        remember(next, probability, open);
    }
}

/// Ways that left the same behind go on as one: a proxy picks anew for each request, and forgets whom it picked.
fn remember(ways: &mut Vec<Way>, probability: f64, open: Option<Open>) {
    match ways.iter_mut().find(|way| way.open == open) {
        Some(known) => known.probability += probability,
        None => ways.push(Way { probability, open }),
    }
}

fn fate(connection: &Connection, open: bool) -> Fate {
    let reply = connection.reply.as_ref();
    let answered = reply.is_some_and(|reply| reply.disposition == Disposition::Delivered);
    let told = connection.original.disposition.verdict() == Verdict::Rejected;
    match (open, answered, told) {
        (false, ..) | (.., true) => Fate::Over,
        (true, true, false) => Fate::Lives,
        (true, false, false) => Fate::Hangs,
    }
}
