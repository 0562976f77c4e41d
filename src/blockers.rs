//! What stands in the way of a flow: every refusal, each with the smallest change that lifts it.
//!
//! In this order: the walk goes on past what refuses it ([`refusal`]); for each refusal, changes
//! are proposed from its cause ([`propose`]), the one first that lets the least else pass; and each
//! is made and the flow traced again ([`proof`]). A change counts only if its refusal is gone,
//! everything before it is decided as before, nothing else is refused for it, and the scenario has
//! no new error. Where a walk has nowhere to go, it goes on in the scenario with the changes found
//! so far.
//!
//! At a moment of the clock ([`find_in`] with a second), the scenario is what it is then, and that an event does not happen is a
//! change like others.
//!
//! A change names what lasts: labels and a cluster's ranges rather than the address of a pod.
//!
//! Left out: changes to what nobody writes down (rules of the platform, of kube-proxy and of the
//! node image), and choosing between changes by what people mean.

mod endpoints;
mod event;
pub mod export;
mod machine;
pub mod patch;
mod peering;
mod policy;
mod private_link;
mod proof;
mod propose;
mod refusal;
mod route;
mod security;
mod service;
mod written;

use crate::edit::Command;
use crate::engine::explain::Explanation;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Step, TraceResult, Verdict};
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::object::Ref;

use patch::Patch;
use proof::Case;
use propose::Draft;
use refusal::Refusal;

/// How many refusals are looked at, so that the search ends on any input.
const MAX_BLOCKERS: usize = 32;

/// Every refusal on the way of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Blockers {
    /// The refusals, in the order in which the packet meets them.
    pub list: Vec<Blocker>,
    /// The verdict of the flow as the scenario is.
    pub before: Verdict,
    /// The verdict of the flow with every change made.
    pub after: Verdict,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// Which packet is refused.
    pub way: Way,
    /// Where.
    pub place: Ref,
    /// The step that refuses it.
    pub step: Step,
    /// What lifts it.
    pub remedy: Remedy,
}

/// Which packet of a flow is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A query for the destination's name.
    Query,
    /// The request.
    Request,
    /// The request that a proxy sends on.
    Upstream,
    /// The answer.
    Reply,
}

impl Way {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Way::Query => "query",
            Way::Request => "request",
            Way::Upstream => "upstream",
            Way::Reply => "reply",
        }
    }
}

/// What lifts a refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// A change of the scenario.
    Change(Box<Change>),
    /// The change of an earlier blocker, by its index.
    With(usize),
    /// Nothing that is written in the scenario; says why.
    None(Explanation),
}

/// The smallest change that lifts a refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it does, in one sentence.
    pub what: Explanation,
    /// The edit of the scenario as it is; `None` where the changes before it have to be made first.
    pub command: Option<Command>,
    /// The edit of the scenario with all changes before it.
    pub in_turn: Command,
    /// The lines that `command` changes in the scenario as it is; those of `in_turn` where there is none.
    pub patch: Vec<Patch>,
    /// The lines that `in_turn` changes, with all changes before it made.
    pub patch_in_turn: Vec<Patch>,
}

/// Finds every refusal on the way of `flow` in `document`.
pub fn find(document: &Document, flow: &Flow) -> Blockers {
    find_in(document, &Simulation::new(document), flow, None)
}

/// The same where the simulation of `document` is at hand: as it is at a second of its clock, or, without one, before
/// all events.
pub fn find_in(
    document: &Document,
    simulation: &Simulation,
    flow: &Flow,
    second: Option<u32>,
) -> Blockers {
    let mut search = Search {
        document,
        simulation,
        flow,
        second,
        list: Vec::new(),
        seen: Vec::new(),
    };
    let before = simulation.trace(flow).verdict;
    let after = search.run();
    Blockers {
        list: search.list,
        before,
        after,
    }
}

/// Whether something refuses a packet in one of the walks, so that there is something to find.
pub fn any(result: &TraceResult) -> bool {
    !refusal::collect(result).is_empty()
}

/// The refusals found so far.
struct Search<'a> {
    document: &'a Document,
    simulation: &'a Simulation,
    flow: &'a Flow,
    second: Option<u32>,
    list: Vec<Blocker>,
    seen: Vec<Refusal>,
}

impl Search<'_> {
    /// Lists refusals until no new one appears; the verdict with every change made.
    fn run(&mut self) -> Verdict {
        let mut case = Case::new(self.document.clone(), self.flow, self.second);
        loop {
            let found = refusal::collect(&case.result);
            let fresh: Vec<Refusal> = found
                .into_iter()
                .filter(|it| !self.seen.iter().any(|seen| seen.is(it)))
                .collect();
            if fresh.is_empty() || self.list.len() >= MAX_BLOCKERS {
                return case.simulation.trace(self.flow).verdict;
            }
            for refusal in fresh {
                if let Some(next) = self.look_at(&case, &refusal) {
                    case = next;
                }
                self.seen.push(refusal);
            }
        }
    }

    /// Adds a refusal to the list; the case with its change, if it has one.
    fn look_at(&mut self, case: &Case, refusal: &Refusal) -> Option<Case> {
        // As it is now: what comes before it may have been allowed by a change.
        let mut there = refusal::collect(&case.result).into_iter();
        let Some(refusal) = &there.find(|it| it.is(refusal)) else {
            let index = self.lifted_by(refusal);
            self.add(refusal, Remedy::With(index));
            return None;
        };
        let drafts = self.drafts(&case.simulation, refusal);
        for (index, draft) in drafts.into_iter().enumerate() {
            let Some(next) = case.with(&draft.command, self.flow, refusal) else {
                continue;
            };
            let now = self.drafts(self.simulation, refusal).into_iter();
            let now = now
                .skip(index)
                .find(|it| it.what == draft.what)
                .map(|it| it.command)
                .filter(|command| command.apply(self.document) != *self.document);
            let patch_in_turn = patch::between(&case.document, &next.document);
            let patch = match &now {
                Some(command) => patch::between(self.document, &command.apply(self.document)),
                None => patch_in_turn.clone(),
            };
            let change = Change {
                what: draft.what,
                command: now,
                in_turn: draft.command,
                patch,
                patch_in_turn,
            };
            self.add(refusal, Remedy::Change(Box::new(change)));
            return Some(next);
        }
        self.add(refusal, Remedy::None(propose::nothing(case, refusal)));
        None
    }

    /// Changes that may lift a refusal; at a moment of the clock the last ones are that something does not happen.
    fn drafts(&self, simulation: &Simulation, refusal: &Refusal) -> Vec<Draft> {
        let mut drafts = propose::drafts(simulation, refusal);
        if let Some(second) = self.second {
            drafts.extend(event::drafts(simulation.network(), second));
        }
        drafts
    }

    fn add(&mut self, refusal: &Refusal, remedy: Remedy) {
        self.list.push(Blocker {
            way: refusal.way,
            place: refusal.place.clone(),
            step: refusal.step.clone(),
            remedy,
        });
    }

    /// The earlier blocker whose change alone lifts a refusal; the last change if none does by itself.
    fn lifted_by(&self, refusal: &Refusal) -> usize {
        let mut document = self.document.clone();
        let mut last = 0;
        for (index, blocker) in self.list.iter().enumerate() {
            let Remedy::Change(change) = &blocker.remedy else {
                continue;
            };
            last = index;
            document = change.in_turn.apply(&document);
            let case = Case::new(document.clone(), self.flow, self.second);
            let there = refusal::collect(&case.result)
                .iter()
                .any(|it| it.is(refusal));
            if !there {
                return index;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests;
