//! Moments of the clock: which one is shown, and which of its walks.

use std::rc::Rc;

use super::State;
use crate::engine::trace::{Branch, Pick};
use crate::model::flow::Flow;
use crate::ui::answer::Walk;
use crate::ui::clock::{Clock, Instant};
use crate::ui::simulation::Simulation;

/// The shown moment.
#[derive(Clone, Debug, PartialEq)]
pub struct At {
    /// The chosen cell.
    pub instant: Instant,
    /// What was picked in the branch that the reader follows; a moment in which that way does not exist shows another,
    /// and the next one that has it shows it again.
    way: Rc<[Pick]>,
    /// Whether the next moment follows by itself.
    pub plays: bool,
}

/// The cell for [`super::Action::ShowMoment`] that is a step away; `None` where there is no clock.
pub(super) fn stepped(state: &State, forward: bool) -> Option<Instant> {
    state.clock.as_ref()?;
    let from = state.at.as_ref().map(|at| at.instant).unwrap_or_default();
    Some(Instant {
        moment: if forward {
            from.moment + 1
        } else {
            from.moment.saturating_sub(1)
        },
        ..from
    })
}

pub(super) fn show_moment(state: &State, wanted: Option<Instant>) -> Option<State> {
    let clock = state.clock.as_ref();
    let instant = wanted.and_then(|wanted| Some(clock?.nearest(wanted)));
    let shown = state.at.as_ref();
    if shown.map(|at| at.instant) == instant && !shown.is_some_and(|at| at.plays) {
        return None;
    }
    let mut next = state.clone();
    next.go_to(instant);
    Some(next)
}

/// Goes on by itself from the shown moment, or from the first one where it is at the end; or stops.
pub(super) fn play(state: &State) -> Option<State> {
    let last = state.clock.as_ref()?.last();
    let at = state.at.as_ref();
    let mut next = state.clone();
    if at.is_some_and(|at| at.plays) {
        next.pause_clock();
        return Some(next);
    }
    match at {
        Some(at) if at.instant.moment < last => next.playing = false,
        _ => next.go_to(Some(Instant {
            moment: 0,
            open: at.is_some_and(|at| at.instant.open),
        })),
    }
    if let Some(at) = &mut next.at {
        at.plays = last > 0;
    }
    Some(next)
}

/// The next moment, while it plays; it stops at the last one.
pub(super) fn tick(state: &State) -> Option<State> {
    let last = state.clock.as_ref()?.last();
    let at = state.at.as_ref().filter(|at| at.plays)?;
    let moment = (at.instant.moment + 1).min(last);
    let mut next = state.clone();
    next.go_to(Some(Instant {
        moment,
        ..at.instant
    }));
    if let Some(at) = &mut next.at {
        at.plays = moment < last;
    }
    Some(next)
}

impl State {
    /// What is looked at: the scenario, or what it is at the chosen moment.
    pub fn shown(&self) -> Rc<Simulation> {
        if let Some(proof) = &self.proof {
            return proof.simulation.clone();
        }
        match (&self.at, &self.clock) {
            (Some(at), Some(clock)) => clock.at(at.instant.moment),
            _ => self.simulation.clone(),
        }
    }

    /// The walks that are looked at.
    pub(super) fn shown_walk(&self) -> Option<Walk> {
        let proof = self.proof.as_ref().map(|proof| proof.answer.clone());
        let at = self.at.as_ref();
        let at = at.and_then(|at| self.clock.as_ref()?.answer(at.instant));
        let answer = proof.or(at).or_else(|| self.answer.clone())?;
        Some(Walk::new(answer, self.branch))
    }

    /// Shows a cell, and nothing by itself after it. What stood in the way at another moment is no answer here.
    pub(super) fn go_to(&mut self, instant: Option<Instant>) {
        self.end_proof();
        let way = self.way();
        self.at = instant.map(|instant| At {
            instant,
            way: way.clone(),
            plays: false,
        });
        self.playing = false;
        self.blockers = None;
        self.branch = self.branch_of(&way);
        self.playhead = usize::MAX;
        self.clamp();
    }

    /// Lets no moment follow by itself.
    pub(super) fn pause_clock(&mut self) {
        if let Some(at) = &mut self.at {
            at.plays = false;
        }
    }

    /// From now on the shown branch is the one that the reader follows.
    pub(super) fn follow_branch(&mut self) {
        let way = self.picks();
        if let Some(at) = &mut self.at {
            at.way = way;
        }
    }

    /// What every edit finds, what the events cannot do, and what walks to all that is exposed found. A text that cannot be
    /// read has problems of its own, which these are not.
    pub(super) fn gather_problems(&mut self) {
        if self.stale {
            return;
        }
        let simulation = &self.simulation;
        let clock = self.clock.as_ref();
        let mut of_clock = clock.map_or_else(Vec::new, |it| it.timeline.problems.clone());
        let network = &simulation.network;
        network.locate_problems(&simulation.document, &mut of_clock);
        let walked = simulation.walked().map_or(&[][..], |it| &**it);
        let mut all = simulation.problems.to_vec();
        for problem in of_clock.iter().chain(walked) {
            if !all.contains(problem) {
                all.push(problem.clone());
            }
        }
        self.problems = all.into();
    }

    /// Plays the events again for what was sent, where there are any.
    pub(super) fn wind(&mut self, flow: Option<&Flow>) {
        let clock = flow.and_then(|flow| Clock::of(&self.simulation, flow));
        let instant = self.at.as_ref().map(|at| at.instant);
        let way = self.way();
        self.clock = clock.map(Rc::new);
        self.at = None;
        let Some(clock) = self.clock.clone() else {
            return;
        };
        if !clock.timeline.problems.is_empty() {
            self.gather_problems();
        }
        if let Some(instant) = instant.filter(|it| it.moment < clock.len()) {
            let instant = clock.nearest(instant);
            self.at = Some(At {
                instant,
                way: way.clone(),
                plays: false,
            });
            self.branch = self.branch_of(&way);
        }
    }

    fn way(&self) -> Rc<[Pick]> {
        match &self.at {
            Some(at) => at.way.clone(),
            None => self.picks(),
        }
    }

    fn picks(&self) -> Rc<[Pick]> {
        let walk = self.walk();
        let branch = walk.as_ref().and_then(Walk::branch);
        branch.map_or_else(|| Rc::from([]), |branch| branch.picks.clone().into())
    }

    /// The branch whose picks have most of `way` at their beginning.
    fn branch_of(&self, way: &[Pick]) -> usize {
        let Some(walk) = self.walk() else { return 0 };
        let same = |branch: &Branch| {
            let pairs = branch.picks.iter().zip(way);
            pairs
                .take_while(|(one, other)| one.by == other.by && one.picked == other.picked)
                .count()
        };
        let branches = walk.answer().result.branches.iter();
        let best = branches
            .map(same)
            .enumerate()
            .rev()
            .max_by_key(|(_, same)| *same);
        best.map_or(0, |(index, _)| index)
    }
}
