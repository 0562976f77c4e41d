//! What is compared: two sides, one request, and what the engine says about both. Pure.

use std::rc::Rc;

use yew::AttrValue;

use crate::edit::switch::{self, Choice};
use crate::engine::compare::ask::{self, Moved};
use crate::engine::compare::{Comparison, Relation, Row, branches};
use crate::engine::trace::Branch;
use crate::model::document::Document;
use crate::scenarios;
use crate::scene::draw::Playhead;
use crate::scene::shape::StepRef;
use crate::ui::answer::{Answer, Walk};
use crate::ui::simulation::Simulation;
use crate::ui::store::Request;

/// How many edits back can be chosen.
pub const EDITS: usize = 8;

/// What one side shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The document as it is.
    Now,
    /// The document before the last edits: 0 is before the last one.
    Before(usize),
    /// The document as it is, with another network model.
    Model(Choice),
    /// A built-in scenario.
    Scenario(&'static str),
    /// A document that came with a link for this comparison.
    Linked(usize),
}

/// The document before an edit.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// What the edit did, for people.
    pub edit: AttrValue,
    /// The document before it.
    pub document: Rc<Document>,
}

impl PartialEq for Earlier {
    fn eq(&self, other: &Self) -> bool {
        self.edit == other.edit && Rc::ptr_eq(&self.document, &other.document)
    }
}

impl Side {
    /// What is most likely to be compared: before and after the last edit, else a scenario and its counterpart, else
    /// its cluster with the `other` model.
    pub fn at_first(edits: usize, scenario: &str, other: Option<Choice>) -> [Self; 2] {
        if edits > 0 {
            return [Side::Before(0), Side::Now];
        }
        let other = match scenario {
            "kubenet" => Side::Scenario("azure-cni"),
            "azure-cni" => Side::Scenario("kubenet"),
            "load-balancer" => Side::Scenario("load-balancer-local"),
            "load-balancer-local" => Side::Scenario("load-balancer"),
            _ => other.map_or(Side::Now, Side::Model),
        };
        [Side::Now, other]
    }

    /// The value of its option.
    pub fn value(self) -> String {
        match self {
            Side::Now => "now".to_owned(),
            Side::Before(edits) => format!("before-{edits}"),
            Side::Model(model) => model.id.to_owned(),
            Side::Scenario(id) => format!("scenario-{id}"),
            Side::Linked(index) => format!("linked-{index}"),
        }
    }

    /// The side of an option's value.
    pub fn of_value(value: &str) -> Option<Self> {
        if value == "now" {
            return Some(Side::Now);
        }
        if let Some(edits) = value.strip_prefix("before-") {
            return Some(Side::Before(edits.parse().ok()?));
        }
        if let Some(index) = value.strip_prefix("linked-") {
            return Some(Side::Linked(index.parse().ok()?));
        }
        let mut models = switch::ALL.into_iter();
        if let Some(model) = models.find(|model| model.id == value) {
            return Some(Side::Model(model));
        }
        let scenario = scenarios::find(value.strip_prefix("scenario-")?)?;
        Some(Side::Scenario(scenario.id))
    }

    /// The side of a link's word: what every reader has. Edits and files of somebody else are no words.
    pub fn of_link(word: &str) -> Option<Self> {
        Self::of_value(word).filter(|side| match side {
            Side::Now | Side::Model(_) | Side::Scenario(_) => true,
            Side::Before(_) | Side::Linked(_) => false,
        })
    }

    /// The side that can be shown: edits that were taken back leave what there is now.
    pub fn within(self, edits: usize, linked: usize) -> Self {
        match self {
            Side::Before(edit) if edit >= edits => Side::Now,
            Side::Linked(index) if index >= linked => Side::Now,
            side => side,
        }
    }

    /// The document that it has besides the one as it is.
    pub fn document(self, earlier: &[Earlier], linked: &[Earlier]) -> Option<Earlier> {
        match self {
            Side::Before(edit) => earlier.get(edit).cloned(),
            Side::Linked(index) => linked.get(index).cloned(),
            Side::Now | Side::Model(_) | Side::Scenario(_) => None,
        }
    }

    /// What follows from the side; `other` is its own document, where it has one.
    pub fn simulation(self, now: &Rc<Simulation>, other: Option<&Earlier>) -> Rc<Simulation> {
        match self {
            Side::Now => now.clone(),
            Side::Before(_) | Side::Linked(_) => other.map_or_else(
                || now.clone(),
                |earlier| Rc::new(now.after(earlier.document.clone())),
            ),
            // A model that the cluster has by now is the document as it is.
            Side::Model(model) => now.with_model(model).unwrap_or_else(|| now.clone()),
            Side::Scenario(id) => scenarios::find(id).map_or_else(
                || now.clone(),
                |scenario| Rc::new(Simulation::of(scenario.document().into())),
            ),
        }
    }
}

/// One request in two scenarios.
#[derive(Debug)]
pub struct Compared {
    /// What each side follows from.
    pub simulations: [Rc<Simulation>; 2],
    answers: [Rc<Answer>; 2],
    /// Which branches stand side by side.
    pub pairs: Vec<[Option<usize>; 2]>,
    /// The addresses that were others.
    pub moved: [Option<Moved>; 2],
}

impl Compared {
    /// Asks both sides; `None` where the request is none. `home` is where its address means what the reader means by
    /// it, if that is told.
    pub fn of(
        simulations: [Rc<Simulation>; 2],
        home: Option<&Simulation>,
        request: &Request,
    ) -> Option<Self> {
        let networks = simulations.each_ref().map(|it| &*it.network);
        let asked = ask::both(networks, home.map(|it| &*it.network), &request.flow().ok()?);
        let answer = |side: usize| Rc::new(Answer::new(simulations[side].trace(&asked[side].flow)));
        let answers = [answer(0), answer(1)];
        let pairs = branches([&answers[0].result, &answers[1].result]);
        Some(Self {
            simulations,
            answers,
            pairs,
            moved: asked.map(|asked| asked.moved),
        })
    }

    /// The walks of a pair; the first pair if there are fewer.
    pub fn both(&self, pair: usize) -> Both {
        let indices = self.pairs.get(pair).or_else(|| self.pairs.first());
        let indices = indices.copied().unwrap_or([None; 2]);
        let walk = |side: usize| Some(Walk::new(self.answers[side].clone(), indices[side]?));
        let walks = [walk(0), walk(1)];
        let branch = |side: usize| walks[side].as_ref().and_then(Walk::branch);
        let comparison = Comparison::of([branch(0), branch(1)]);
        Both { walks, comparison }
    }

    /// The branches of a pair.
    pub fn branches(&self, pair: [Option<usize>; 2]) -> [Option<&Branch>; 2] {
        [0, 1].map(|side| self.answers[side].result.branches.get(pair[side]?))
    }
}

/// Two walks and what stands beside what.
#[derive(Debug, PartialEq)]
pub struct Both {
    /// The walks.
    pub walks: [Option<Walk>; 2],
    /// Their steps, side by side.
    pub comparison: Comparison,
}

impl Both {
    /// Every row with whether it belongs to the reply.
    pub fn rows(&self) -> impl Iterator<Item = (&Row, bool)> {
        let request = self.comparison.request.iter().map(|row| (row, false));
        request.chain(self.comparison.reply.iter().map(|row| (row, true)))
    }

    /// The first row that differs, else the first of all.
    pub fn first(&self) -> usize {
        let news = |(row, _): (&Row, bool)| is_news(row);
        self.rows().position(news).unwrap_or(0)
    }

    /// The number of the step on one side of a row, as the picture shows it.
    pub fn number(&self, side: usize, row: &Row, reply: bool) -> Option<usize> {
        let index = row.steps[side]?;
        let numbers = self.walks[side].as_ref()?.numbering()?;
        Some(numbers.mark(StepRef { reply, index })?.number)
    }

    /// Where the packet of one side is at a row: at its step, or at the last one before.
    pub fn playhead(&self, side: usize, row: usize) -> Playhead {
        let rows = self.rows().take(row + 1);
        let numbers = rows.filter_map(|(row, reply)| self.number(side, row, reply));
        Playhead::At(numbers.last().unwrap_or(1))
    }
}

/// Whether something differs from this row on.
pub fn is_news(row: &Row) -> bool {
    !matches!(row.relation(), Relation::Same | Relation::Carried)
}
