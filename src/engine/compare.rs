//! Two walks of one flow, side by side: what came of each, and their steps hop by hop.
//!
//! Steps stand beside each other where they are decided by the same kind of place at the same stage, whatever the
//! place is called in each scenario: a route of a user stands beside the route of a virtual network that does its
//! work. What only one walk has stands alone. A difference is told where it begins: an address that differed before
//! differs again at every later step, and is only carried on.

mod align;
pub mod ask;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::trace::{Branch, Step, Trace, TraceResult, Verdict};
use crate::model::object::Ref;

/// Two walks side by side; the first is the left one.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What came of each; `None` where a side has no such walk.
    pub outcomes: [Option<Outcome>; 2],
    /// The steps of the request.
    pub request: Vec<Row>,
    /// The steps of the reply.
    pub reply: Vec<Row>,
}

/// What came of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict of the request.
    pub verdict: Verdict,
    /// How it ended, such as `NullRouted`.
    pub disposition: &'static str,
    /// Who got it; else the place where it ended.
    pub receiver: Result<Ref, Ref>,
    /// The address that the receiver sees, without its port; `None` where nobody got it.
    pub source: Option<String>,
    /// Address and port that the receiver was reached at.
    pub destination: Option<String>,
    /// The verdict of the reply; `None` where there is none.
    pub reply: Option<Verdict>,
    /// How many places the request passed, the sender and the last one among them.
    pub places: usize,
}

/// What is asked of an [`Outcome`], in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Whether the request arrived.
    Verdict,
    /// Who got it, or where it ended.
    Receiver,
    /// Whose address the receiver sees.
    Source,
    /// Where it was reached.
    Destination,
    /// Whether the reply arrived.
    Reply,
    /// How many places the request passed.
    Places,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A verdict.
    Verdict(Verdict),
    /// A place that got the request.
    Received(Ref),
    /// A place where the request ended.
    EndedAt(Ref),
    /// An address.
    Address(String),
    /// A number.
    Count(usize),
}

/// A step of one walk or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The step on each side, by its index in its trace; one of them at least is there.
    pub steps: [Option<usize>; 2],
    /// What differs from here on.
    pub differs: Vec<Aspect>,
    /// What differs as it did before.
    pub carried: Vec<Aspect>,
}

/// What can differ between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The name of the place.
    Place,
    /// What was decided, in one word.
    Decision,
    /// The deciding rule.
    Rule,
    /// The source address afterwards.
    Source,
    /// The source port afterwards.
    SourcePort,
    /// The destination address afterwards.
    Destination,
    /// The destination port afterwards.
    DestinationPort,
}

/// How the two sides of a row stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Nothing differs.
    Same,
    /// The same decision about headers or at a place that differed before.
    Carried,
    /// Something differs from here on.
    Differs,
    /// Only the first walk has it.
    OnlyLeft,
    /// Only the second walk has it.
    OnlyRight,
}

impl Question {
    /// Every question.
    pub const ALL: [Question; 6] = [
        Question::Verdict,
        Question::Receiver,
        Question::Source,
        Question::Destination,
        Question::Reply,
        Question::Places,
    ];

    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Question::Verdict => "verdict",
            Question::Receiver => "receiver",
            Question::Source => "source",
            Question::Destination => "destination",
            Question::Reply => "reply",
            Question::Places => "places",
        }
    }
}

impl Aspect {
    /// Every aspect.
    pub const ALL: [Aspect; 7] = [
        Aspect::Place,
        Aspect::Decision,
        Aspect::Rule,
        Aspect::Source,
        Aspect::SourcePort,
        Aspect::Destination,
        Aspect::DestinationPort,
    ];

    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Aspect::Place => "place",
            Aspect::Decision => "decision",
            Aspect::Rule => "rule",
            Aspect::Source => "source",
            Aspect::SourcePort => "source-port",
            Aspect::Destination => "destination",
            Aspect::DestinationPort => "destination-port",
        }
    }

    /// What a step at a place says about it.
    fn of(self, place: &Ref, step: &Step) -> String {
        let packet = &step.after;
        match self {
            Aspect::Place => place.to_string(),
            Aspect::Decision => step.action().to_owned(),
            Aspect::Rule => step.rule().as_deref().unwrap_or_default().to_owned(),
            Aspect::Source => packet.source.to_string(),
            Aspect::SourcePort => packet.source_port.to_string(),
            Aspect::Destination => packet.destination.to_string(),
            Aspect::DestinationPort => packet.destination_port.to_string(),
        }
    }
}

impl Relation {
    /// The words as answers print them.
    pub const fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Carried => "carried",
            Relation::Differs => "differs",
            Relation::OnlyLeft => "only-before",
            Relation::OnlyRight => "only-after",
        }
    }

    /// The relation with the sides swapped.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Relation::OnlyLeft => Relation::OnlyRight,
            Relation::OnlyRight => Relation::OnlyLeft,
            other => other,
        }
    }
}

impl Outcome {
    /// What came of a branch; `None` for a walk without a step.
    pub fn of(branch: &Branch) -> Option<Self> {
        let connection = &branch.connection;
        let received = connection.received.as_ref();
        let disposition = &connection.original.disposition;
        let (last, _) = connection.original.last_step()?;
        Some(Self {
            verdict: disposition.verdict(),
            disposition: disposition.as_str(),
            receiver: received
                .map(|received| received.receiver.clone())
                .ok_or_else(|| last.clone()),
            source: received.map(|received| received.packet.source.to_string()),
            destination: received.map(|received| received.packet.destination_text()),
            reply: connection
                .reply
                .as_ref()
                .map(|reply| reply.disposition.verdict()),
            places: connection.original.hops.len(),
        })
    }

    /// The answer to a question; `None` where it has none.
    pub fn tell(&self, question: Question) -> Option<Told> {
        match question {
            Question::Verdict => Some(Told::Verdict(self.verdict)),
            Question::Receiver => Some(match &self.receiver {
                Ok(receiver) => Told::Received(receiver.clone()),
                Err(place) => Told::EndedAt(place.clone()),
            }),
            Question::Source => self.source.clone().map(Told::Address),
            Question::Destination => self.destination.clone().map(Told::Address),
            Question::Reply => self.reply.map(Told::Verdict),
            Question::Places => Some(Told::Count(self.places)),
        }
    }
}

impl Row {
    /// How its sides stand to each other.
    pub fn relation(&self) -> Relation {
        match self.steps {
            [Some(_), None] => Relation::OnlyLeft,
            [None, _] => Relation::OnlyRight,
            _ if !self.differs.is_empty() => Relation::Differs,
            _ if !self.carried.is_empty() => Relation::Carried,
            _ => Relation::Same,
        }
    }

    fn mirrored(&self) -> Self {
        let [left, right] = self.steps;
        Self {
            steps: [right, left],
            ..self.clone()
        }
    }
}

impl Comparison {
    /// Compares two walks of a flow; a side without a walk leaves the other one's steps alone.
    pub fn of(sides: [Option<&Branch>; 2]) -> Self {
        let traces = |reply: bool| {
            sides.map(|side| {
                let connection = &side?.connection;
                if reply {
                    connection.reply.as_ref()
                } else {
                    Some(&connection.original)
                }
            })
        };
        // Of request and reply together: the reply carries the addresses of the request on.
        let mut seen = BTreeSet::new();
        Self {
            outcomes: sides.map(|side| side.and_then(Outcome::of)),
            request: rows(traces(false), &mut seen),
            reply: rows(traces(true), &mut seen),
        }
    }

    /// What each side tells about a question.
    pub fn told(&self, question: Question) -> [Option<Told>; 2] {
        let tell = |outcome: &Option<Outcome>| outcome.as_ref()?.tell(question);
        self.outcomes.each_ref().map(tell)
    }

    /// Every row, those of the request first.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.request.iter().chain(&self.reply)
    }

    /// How many rows stand so to each other.
    pub fn count(&self, relation: Relation) -> usize {
        self.rows().filter(|row| row.relation() == relation).count()
    }

    /// Whether the walks are the same, step by step.
    pub fn is_same(&self) -> bool {
        self.outcomes[0] == self.outcomes[1]
            && self.rows().all(|row| row.relation() == Relation::Same)
    }

    /// The comparison with its sides swapped.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let [left, right] = self.outcomes.clone();
        Self {
            outcomes: [right, left],
            request: self.request.iter().map(Row::mirrored).collect(),
            reply: self.reply.iter().map(Row::mirrored).collect(),
        }
    }
}

/// Pairs of values that differed before.
type Seen = BTreeSet<[String; 2]>;

fn rows(traces: [Option<&Trace>; 2], seen: &mut Seen) -> Vec<Row> {
    let steps: [Vec<(&Ref, &Step)>; 2] =
        traces.map(|trace| trace.into_iter().flat_map(Trace::steps).collect());
    let pairs = align::align(&steps);
    let row = |pair: [Option<usize>; 2]| {
        let mut row = Row {
            steps: pair,
            differs: Vec::new(),
            carried: Vec::new(),
        };
        let step = |side: usize| steps[side].get(pair[side]?);
        let (Some(left), Some(right)) = (step(0), step(1)) else {
            return row;
        };
        for aspect in Aspect::ALL {
            let values = [left, right].map(|(place, step)| aspect.of(place, step));
            if values[0] == values[1] {
                continue;
            }
            // Another decision is one each time.
            let is_new = seen.insert(values) || aspect == Aspect::Decision;
            if is_new {
                row.differs.push(aspect);
            } else {
                row.carried.push(aspect);
            }
        }
        row
    };
    pairs.into_iter().map(row).collect()
}

/// Which branches of two answers stand side by side, by their indices: those with the same picks first of all, then
/// those that agree in most of them, in order. What is left stands alone.
pub fn branches(results: [&TraceResult; 2]) -> Vec<[Option<usize>; 2]> {
    let [left, right] = results.map(|result| &result.branches);
    let alike = |one: &Branch, other: &Branch| {
        let picks = one.picks.iter().zip(&other.picks);
        picks
            .filter(|(one, other)| one.picked == other.picked)
            .count()
    };
    let most = left.iter().map(|branch| branch.picks.len()).max();
    let mut partner = vec![None; left.len()];
    let mut taken = vec![false; right.len()];
    for wanted in (0..=most.unwrap_or_default()).rev() {
        for (index, branch) in left.iter().enumerate() {
            if partner[index].is_some() {
                continue;
            }
            let fits = |other: usize| !taken[other] && alike(branch, &right[other]) >= wanted;
            if let Some(found) = (0..right.len()).find(|other| fits(*other)) {
                partner[index] = Some(found);
                taken[found] = true;
            }
        }
    }
    let paired = partner.iter().enumerate();
    let mut pairs: Vec<_> = paired.map(|(left, right)| [Some(left), *right]).collect();
    let alone = (0..right.len()).filter(|right| !taken[*right]);
    pairs.extend(alone.map(|right| [None, Some(right)]));
    pairs
}
