//! Whether a change lifts a refusal and nothing else: made, and traced again.

use super::refusal::{self, Refusal};
use crate::edit::Command;
use crate::engine::events::Timeline;
use crate::engine::simulation::Simulation;
use crate::engine::trace::TraceResult;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::document::Document;
use crate::model::flow::Flow;

/// A scenario with the walk of the flow past its refusals.
pub(super) struct Case {
    /// The scenario.
    pub document: Document,
    /// What follows from it.
    pub simulation: Simulation,
    /// The walk.
    pub result: TraceResult,
    /// The second of the clock at which it is sent; `None` before all events.
    second: Option<u32>,
    errors: Vec<(&'static str, String)>,
}

impl Case {
    /// The case of a scenario, at a second of its clock or before all events.
    pub fn new(document: Document, flow: &Flow, second: Option<u32>) -> Self {
        let mut simulation = Simulation::new(&document);
        let mut errors = errors(&simulation.diagnostics);
        errors.extend(self::errors(&simulation.checks(&document)));
        if let Some(second) = second {
            let timeline = Timeline::of(simulation.network());
            simulation.go_to(timeline, second);
        }
        Self {
            result: simulation.trace_past_refusals(flow),
            simulation,
            document,
            second,
            errors,
        }
    }

    /// The case after `command`, if that lifts `refusal` and changes nothing before it.
    pub fn with(&self, command: &Command, flow: &Flow, refusal: &Refusal) -> Option<Self> {
        let document = command.apply(&self.document);
        if document == self.document {
            return None;
        }
        let next = Self::new(document, flow, self.second);
        let sound = next.errors.iter().all(|error| self.errors.contains(error));
        (sound && self.lifts(refusal, &next)).then_some(next)
    }

    fn lifts(&self, refusal: &Refusal, next: &Self) -> bool {
        let (before, after) = (
            refusal::collect(&self.result),
            refusal::collect(&next.result),
        );
        let gone = !after.iter().any(|it| it.is(refusal));
        let as_before = refusal::decisions(&next.result, refusal.way)
            .iter()
            .any(|walk| walk.starts_with(&refusal.before));
        let known = |it: &Refusal| before.iter().any(|known| known.is(it));
        let explained = after
            .iter()
            .filter(|it| !known(it))
            .all(|it| refusal.hides(it));
        gone && as_before && explained
    }
}

/// What is wrong, without the places, which move.
fn errors(diagnostics: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let errors = diagnostics
        .iter()
        .filter(|it| it.severity == Severity::Error);
    errors
        .map(|it| (it.code, format!("{} {:?}", it.message, it.object)))
        .collect()
}
