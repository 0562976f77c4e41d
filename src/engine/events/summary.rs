//! What a flow comes to at every moment, for new connections and for those that were open.

use std::collections::BTreeMap;

use super::{Fate, Life, Outcome, Timeline, follow};
use crate::engine::trace::{Branch, Disposition, TraceResult};
use crate::engine::walk;
use crate::model::flow::Flow;
use crate::model::object::Ref;

/// A flow through all moments of a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// What a new connection comes to, at each moment.
    pub new: Vec<TraceResult>,
    /// Every connection that may have been open before, and its fates.
    pub open: Vec<Life>,
}

/// Where new connections end.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// Somebody gets them.
    Received {
        /// Who.
        receiver: Ref,
        /// What the client is answered, where it asks for a URL.
        status: Option<u16>,
    },
    /// Nobody does.
    Lost(Disposition),
}

impl End {
    /// Whether the client is told that something is wrong on the server's side.
    pub fn is_error(&self) -> bool {
        matches!(self, End::Received { status: Some(status), .. } if *status >= 500)
    }
}

impl Course {
    /// Walks `flow` at every moment.
    pub fn of(timeline: &Timeline, flow: &Flow) -> Self {
        let moments = timeline.moments.iter();
        Self {
            new: moments
                .map(|moment| walk::trace(&moment.plane, flow))
                .collect(),
            open: follow(timeline, flow),
        }
    }

    /// What becomes of the connections that were open before, as branches: at the first moment how they were opened,
    /// later the next packet of each. One that is over sends no more; its branch is the packet that ended it.
    ///
    /// `None` where no connection was open, or there is no such moment.
    pub fn open_at(&self, moment: usize) -> Option<TraceResult> {
        let flow = self.new.get(moment)?.flow.clone();
        let mut branches: Vec<Branch> = match moment.checked_sub(1) {
            None => self.open.iter().map(|life| life.opened.clone()).collect(),
            Some(later) => self.open.iter().flat_map(|it| next_of(it, later)).collect(),
        };
        let all = self.all_open();
        for branch in &mut branches {
            branch.probability /= all;
        }
        (!branches.is_empty()).then(|| TraceResult {
            flow,
            verdict: walk::verdict_of(&branches),
            branches,
            unexplored: 0.0,
        })
    }

    /// The probability that the flow opened a connection at all.
    fn all_open(&self) -> f64 {
        self.open.iter().map(|life| life.opened.probability).sum()
    }

    /// The fates of open connections at a moment, with their probabilities; empty at the first, and where none was open.
    pub fn fates(&self, moment: usize) -> BTreeMap<Fate, f64> {
        let mut fates = BTreeMap::new();
        let Some(later) = moment.checked_sub(1) else {
            return fates;
        };
        let all = self.all_open();
        for life in &self.open {
            for outcome in life.moments.get(later).into_iter().flatten() {
                *fates.entry(outcome.fate).or_insert(0.0) +=
                    life.opened.probability * outcome.probability / all;
            }
        }
        fates
    }
}

/// How an open connection goes on at a later moment, each outcome with a walk.
fn next_of(life: &Life, later: usize) -> Vec<Branch> {
    let outcomes = |moment: usize| life.moments.get(moment).into_iter().flatten();
    let mut found: Vec<&Outcome> = outcomes(later)
        .filter(|it| it.connection.is_some())
        .collect();
    let ended = outcomes(later).filter(|it| it.connection.is_none());
    let mut ended: f64 = ended.map(|it| it.probability).sum();
    for moment in (0..later).rev() {
        let over = outcomes(moment).filter(|it| it.fate == Fate::Over && it.connection.is_some());
        for outcome in over {
            if ended < outcome.probability / 2.0 {
                return branches(life, &found);
            }
            ended -= outcome.probability;
            found.push(outcome);
        }
    }
    branches(life, &found)
}

fn branches(life: &Life, outcomes: &[&Outcome]) -> Vec<Branch> {
    let branch = |outcome: &&Outcome| {
        Some(Branch {
            probability: life.opened.probability * outcome.probability,
            connection: outcome.connection.clone()?,
            ..life.opened.clone()
        })
    };
    outcomes.iter().filter_map(branch).collect()
}

/// Where the connections of a result end, each end with its probability, in the order of the branches.
pub fn ends(result: &TraceResult) -> Vec<(End, f64)> {
    let mut ends: Vec<(End, f64)> = Vec::new();
    for branch in &result.branches {
        let end = match &branch.connection.received {
            Some(received) => End::Received {
                receiver: received.receiver.clone(),
                status: branch.connection.http().map(|http| http.status),
            },
            None => End::Lost(branch.connection.original.disposition.clone()),
        };
        match ends.iter_mut().find(|(known, _)| *known == end) {
            Some((_, probability)) => *probability += branch.probability,
            None => ends.push((end, branch.probability)),
        }
    }
    ends
}
