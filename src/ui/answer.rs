//! A traced request as the page walks through it: the numbered decisions of the request and its reply, in time.
//!
//! The numbers are those of the picture ([`crate::scene::numbering`]): a step that only passes the packet on belongs to
//! the decision beside it.

use std::rc::Rc;

use crate::engine::trace::{Branch, Step, Trace, TraceResult, Verdict};
use crate::model::object::Ref;
use crate::scene::numbering::Numbering;
use crate::scene::shape::StepRef;

#[cfg(test)]
mod tests;

/// A traced request.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// What the engine says.
    pub result: TraceResult,
    /// Whether it is about connections that were open before, rather than new ones.
    pub established: bool,
    /// For each branch, its numbers.
    numbers: Vec<Numbering>,
}

/// A step with its place in the walk.
#[derive(Clone, Copy, Debug)]
pub struct StepView<'a> {
    /// Where it stands in its trace.
    pub at: StepRef,
    /// Where it happens.
    pub place: &'a Ref,
    /// What happens.
    pub step: &'a Step,
}

/// A numbered decision.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    /// Position in time, from 0; its number is one more.
    pub index: usize,
    /// Whether it belongs to the reply.
    pub reply: bool,
    /// Whether the one before happened elsewhere.
    pub new_place: bool,
    /// Where it happens.
    pub place: &'a Ref,
    /// What decides.
    pub step: &'a Step,
    /// Where that step stands in its trace.
    pub at: StepRef,
}

/// What came of a request, for a list: the reply has a verdict of its own where it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Of the request.
    pub request: Verdict,
    /// Of the reply, where some request arrives that is not answered.
    pub lost: Option<Verdict>,
}

impl Outcome {
    /// What came of all branches.
    pub fn of(result: &TraceResult) -> Self {
        let replies = result.branches.iter();
        let replies = replies.filter_map(|branch| branch.connection.reply.as_ref());
        let mut verdicts = replies.map(|reply| reply.disposition.verdict());
        Self {
            request: result.verdict,
            lost: verdicts.find(|verdict| *verdict != Verdict::Delivered),
        }
    }
}

impl Stop<'_> {
    /// Whether it rewrites an address or port.
    pub fn rewrites(&self) -> bool {
        rewrites_source(self.step) || rewrites_destination(self.step)
    }
}

/// Whether a step changes the source address or port.
pub fn rewrites_source(step: &Step) -> bool {
    let (before, after) = (&step.before, &step.after);
    (before.source, before.source_port) != (after.source, after.source_port)
}

/// Whether a step changes the destination address or port.
pub fn rewrites_destination(step: &Step) -> bool {
    let (before, after) = (&step.before, &step.after);
    (before.destination, before.destination_port) != (after.destination, after.destination_port)
}

impl Answer {
    /// Numbers the steps of every branch.
    pub fn new(result: TraceResult) -> Self {
        let number = |branch: &Branch| Numbering::of(&branch.connection);
        let numbers = result.branches.iter().map(number).collect();
        Self {
            result,
            established: false,
            numbers,
        }
    }

    /// The same about connections that were open before.
    pub fn established(result: TraceResult) -> Self {
        Self {
            established: true,
            ..Self::new(result)
        }
    }
}

/// One branch of an answer, cheap to clone and compare.
#[derive(Clone, Debug)]
pub struct Walk {
    answer: Rc<Answer>,
    branch: usize,
}

impl PartialEq for Walk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.answer, &other.answer) && self.branch == other.branch
    }
}

impl Walk {
    /// The branch at `index`; the first one if there are fewer.
    pub fn new(answer: Rc<Answer>, index: usize) -> Self {
        let known = index < answer.result.branches.len();
        let branch = if known { index } else { 0 };
        Self { answer, branch }
    }

    /// The whole answer.
    pub fn answer(&self) -> &Rc<Answer> {
        &self.answer
    }

    /// Index of the branch.
    pub fn index(&self) -> usize {
        self.branch
    }

    /// The branch; `None` only for an answer without any.
    pub fn branch(&self) -> Option<&Branch> {
        self.answer.result.branches.get(self.branch)
    }

    /// The numbers of its steps.
    pub fn numbering(&self) -> Option<&Numbering> {
        self.answer.numbers.get(self.branch)
    }

    /// Number of decisions, of request and reply together.
    pub fn len(&self) -> usize {
        self.numbering().map_or(0, Numbering::len)
    }

    /// Whether nothing was decided at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of decisions of the request.
    pub fn request_len(&self) -> usize {
        let marks = self.numbering().map_or(&[][..], |numbers| &numbers.marks);
        marks.iter().filter(|mark| !mark.step.reply).count()
    }

    /// The decision at `index`.
    pub fn stop(&self, index: usize) -> Option<Stop<'_>> {
        let numbers = self.numbering()?;
        let mark = numbers.marks.get(index)?;
        let before = index
            .checked_sub(1)
            .and_then(|before| numbers.marks.get(before));
        let same_place = before.is_some_and(|before| {
            before.place == mark.place && before.step.reply == mark.step.reply
        });
        Some(Stop {
            index,
            reply: mark.step.reply,
            new_place: !same_place,
            place: &mark.place,
            step: self.step(mark.step)?,
            at: mark.step,
        })
    }

    /// Every decision, in time.
    pub fn stops(&self) -> impl DoubleEndedIterator<Item = Stop<'_>> {
        (0..self.len()).filter_map(|index| self.stop(index))
    }

    /// Every step of the request or of the reply, numbered or not.
    pub fn steps(&self, reply: bool) -> impl Iterator<Item = StepView<'_>> {
        let steps = self.trace(reply).into_iter().flat_map(Trace::steps);

        steps
            .enumerate()
            .map(move |(index, (place, step))| StepView {
                at: StepRef { reply, index },
                place,
                step,
            })
    }

    /// The steps that share the number of the decision at `index` without being it.
    pub fn passed(&self, index: usize) -> Vec<StepView<'_>> {
        let (Some(numbers), Some(stop)) = (self.numbering(), self.stop(index)) else {
            return Vec::new();
        };
        let shares = |view: &StepView<'_>| {
            view.at != stop.at
                && numbers
                    .mark(view.at)
                    .is_some_and(|mark| mark.step == stop.at)
        };
        self.steps(stop.reply).filter(shares).collect()
    }

    /// The walk of the request or of the reply.
    pub fn trace(&self, reply: bool) -> Option<&Trace> {
        let connection = &self.branch()?.connection;
        if reply {
            connection.reply.as_ref()
        } else {
            Some(&connection.original)
        }
    }

    /// The verdict of the request.
    pub fn verdict(&self) -> Verdict {
        let trace = self.trace(false);
        trace.map_or(Verdict::NotModelled, |trace| trace.disposition.verdict())
    }

    /// Index of the first decision at the next place from `index`, or at the one before.
    pub fn other_place(&self, index: usize, forward: bool) -> usize {
        let starts = self
            .stops()
            .filter(|stop| stop.new_place)
            .map(|stop| stop.index);
        if forward {
            let mut later = starts.skip_while(|start| *start <= index);
            later.next().unwrap_or_else(|| self.len())
        } else {
            starts
                .take_while(|start| *start < index)
                .last()
                .unwrap_or(0)
        }
    }

    fn step(&self, at: StepRef) -> Option<&Step> {
        let (_, step) = self.trace(at.reply)?.steps().nth(at.index)?;
        Some(step)
    }
}
