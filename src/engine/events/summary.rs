//! What a flow comes to at every moment, for new connections and for those that were open.

use std::collections::BTreeMap;

use super::{Fate, Life, Timeline, follow};
use crate::engine::trace::{Disposition, TraceResult};
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
    Received(Ref),
    /// Nobody does.
    Lost(Disposition),
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

    /// The fates of open connections at a moment, with their probabilities; empty at the first, and where none was open.
    pub fn fates(&self, moment: usize) -> BTreeMap<Fate, f64> {
        let mut fates = BTreeMap::new();
        let Some(later) = moment.checked_sub(1) else {
            return fates;
        };
        let all: f64 = self.open.iter().map(|life| life.opened.probability).sum();
        for life in &self.open {
            for outcome in life.moments.get(later).into_iter().flatten() {
                *fates.entry(outcome.fate).or_insert(0.0) +=
                    life.opened.probability * outcome.probability / all;
            }
        }
        fates
    }
}

/// Where the connections of a result end, each end with its probability, in the order of the branches.
pub fn ends(result: &TraceResult) -> Vec<(End, f64)> {
    let mut ends: Vec<(End, f64)> = Vec::new();
    for branch in &result.branches {
        let end = match &branch.connection.received {
            Some(received) => End::Received(received.receiver.clone()),
            None => End::Lost(branch.connection.original.disposition.clone()),
        };
        match ends.iter_mut().find(|(known, _)| *known == end) {
            Some((_, probability)) => *probability += branch.probability,
            None => ends.push((end, branch.probability)),
        }
    }
    ends
}
