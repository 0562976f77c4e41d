//! `kubehop check`: runs every flow that has an `expect`.

use serde_json::{Value, json};

use super::args::{CheckArguments, CheckOutput};
use super::input::{Input, load};
use super::output::{Answer, BAD, GOOD, marked};
use super::{FAILED, HOLDS, junit, trace};
use crate::engine::expect::{Mismatch, evaluate};
use crate::engine::export::{self, API_VERSION};
use crate::engine::trace::TraceResult;

/// One flow and what of its expectation does not hold.
pub(super) struct Outcome {
    /// The answer.
    pub result: TraceResult,
    /// What does not hold; empty where all does.
    pub mismatches: Vec<Mismatch>,
}

impl Outcome {
    /// Whether the expectation holds.
    pub fn holds(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// The name of the flow.
    pub fn name(&self) -> &str {
        &self.result.flow.meta.name
    }
}

pub(super) fn run(arguments: &CheckArguments) -> Answer {
    let input = match load(&arguments.common) {
        Ok(input) => input,
        Err(answer) => return answer,
    };
    let outcomes = outcomes(&input);
    if outcomes.is_empty() {
        return input.unusable(&input.texts.get("cli-nothing-to-check"));
    }
    let (output, raw) = match arguments.output {
        CheckOutput::Text => (text(&input, &outcomes), false),
        CheckOutput::Json => (json_text(&input, &outcomes), true),
        CheckOutput::Junit => (
            junit::report(&outcomes, |result| trace::print(&input, result)),
            false,
        ),
    };
    let all_hold = outcomes.iter().all(Outcome::holds);
    input.answer(output, raw, if all_hold { HOLDS } else { FAILED })
}

fn outcomes(input: &Input) -> Vec<Outcome> {
    let flows = input.simulation.network().flows.iter();
    flows
        .filter_map(|flow| {
            let expect = flow.expect.as_ref()?;
            let result = input.simulation.trace(flow);
            let mismatches = evaluate(input.simulation.network(), &result, expect);
            Some(Outcome { result, mismatches })
        })
        .collect()
}

fn text(input: &Input, outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        if outcome.holds() {
            line!(text, "{} {}", marked(GOOD, "ok"), outcome.name());
            continue;
        }
        line!(text, "{} {}", marked(BAD, "FAILED"), outcome.name());
        for mismatch in &outcome.mismatches {
            line!(text, "  {mismatch}");
        }
        for line in trace::print(input, &outcome.result).lines() {
            line!(text, "  {line}");
        }
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.holds()).count();
    line!(text, "{} ok, {failed} failed", outcomes.len() - failed);
    text
}

fn json_text(input: &Input, outcomes: &[Outcome]) -> String {
    let flows: Vec<Value> = outcomes.iter().map(|outcome| one(input, outcome)).collect();
    let ok = outcomes.iter().all(Outcome::holds);
    let answer =
        json!({ "apiVersion": API_VERSION, "kind": "CheckResult", "ok": ok, "flows": flows });
    format!("{answer:#}\n")
}

fn one(input: &Input, outcome: &Outcome) -> Value {
    let mismatches: Vec<Value> = outcome
        .mismatches
        .iter()
        .map(|mismatch| json!({ "key": mismatch.key, "expected": mismatch.expected, "actual": mismatch.actual }))
        .collect();
    let mut flow = json!({
        "name": outcome.name(),
        "ok": outcome.holds(),
        "verdict": outcome.result.verdict.as_str(),
        "mismatches": mismatches,
    });
    if !outcome.holds() {
        flow["trace"] = export::trace_result(&outcome.result, &|why| input.texts.why(why));
    }
    flow
}
