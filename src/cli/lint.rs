//! `kubehop lint`: every problem of the files, with its place and a hint.

use serde_json::{Value, json};

use super::args::{LintArguments, Output};
use super::input::{Input, load};
use super::output::{Answer, BAD, marked};
use super::{HOLDS, UNUSABLE};
use crate::engine::export::API_VERSION;
use crate::engine::lint::catalogue;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::flow::Flow;
use crate::model::packet::Protocol;

pub(super) fn run(arguments: &LintArguments) -> Answer {
    let mut input = match load(&arguments.common) {
        Ok(input) => input,
        Err(answer) => return answer,
    };
    input
        .problems
        .extend(input.simulation.checks(&input.document));
    input
        .problems
        .extend(input.simulation.deep_checks(&input.document));
    let (output, raw) = match arguments.output {
        Output::Text => (text(&input), false),
        Output::Json => (json_text(&input), true),
    };
    Answer {
        output,
        raw,
        problems: String::new(),
        status: if input.has_errors() { UNUSABLE } else { HOLDS },
    }
}

fn text(input: &Input) -> String {
    let mut text = String::new();
    for problem in &input.problems {
        let line = input.texts.diagnostic(problem);
        text += &match problem.severity {
            Severity::Error => marked(BAD, &line),
            Severity::Warning | Severity::Info => line,
        };
        text.push('\n');
        text += &more(input, problem);
    }
    let count = |severity| {
        let problems = input.problems.iter();
        let count = problems
            .filter(|problem| problem.severity == severity)
            .count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let args = [
        ("errors", count(Severity::Error).into()),
        ("warnings", count(Severity::Warning).into()),
        ("notes", count(Severity::Info).into()),
    ];
    text += &input.texts.message("cli-lint-summary", &args);
    text.push('\n');
    text
}

/// What it leads to, where it is documented and what shows it, each on a line of its own.
fn more(input: &Input, problem: &Diagnostic) -> String {
    let mut text = String::new();
    if let Some(flow) = &problem.shown_by {
        let args = [("request", request(flow).into())];
        line!(text, "  {}", input.texts.message("cli-lint-walk", &args));
    }
    let Some(entry) = catalogue::find(problem.code) else {
        return text;
    };
    let consequence = input.texts.get(entry.consequence);
    let args = [
        ("consequence", consequence.into()),
        ("code", problem.code.into()),
        ("url", entry.source.url().into()),
    ];
    for id in ["cli-lint-consequence", "cli-lint-reference"] {
        line!(text, "  {}", input.texts.message(id, &args));
    }
    text
}

/// A request as the arguments of `trace`.
fn request(flow: &Flow) -> String {
    let port = flow.port.map(|port| format!(" --port {port}"));
    let protocol = Some(flow.protocol).filter(|it| *it != Protocol::default());
    let protocol = protocol.map(|it| format!(" --protocol {}", it.as_str()));
    format!(
        "--from {} --to {}{}{}",
        flow.from,
        flow.to,
        port.unwrap_or_default(),
        protocol.unwrap_or_default()
    )
}

fn json_text(input: &Input) -> String {
    let problems: Vec<Value> = input
        .problems
        .iter()
        .map(|problem| one(input, problem))
        .collect();
    let answer = json!({ "apiVersion": API_VERSION, "kind": "LintResult", "problems": problems });
    format!("{answer:#}\n")
}

fn one(input: &Input, problem: &Diagnostic) -> Value {
    let location = problem.location.as_ref();
    let known = catalogue::find(problem.code);
    json!({
        "severity": problem.severity.as_str(),
        "code": problem.code,
        "file": location.map(|location| &*location.file),
        "line": location.map(|location| location.line),
        "column": location.map(|location| location.column),
        "object": problem.object.as_ref().map(ToString::to_string),
        "message": input.texts.diagnostic_message(problem),
        "found": problem.found,
        "expected": problem.expected,
        "hint": input.texts.diagnostic_hint(problem),
        "walk": problem.shown_by.as_deref().map(|flow| json!({
            "from": flow.from.to_string(),
            "to": flow.to.to_string(),
            "protocol": flow.protocol.as_str(),
            "port": flow.port,
        })),
        "consequence": known.map(|known| input.texts.get(known.consequence)),
        "reference": known.map(|known| known.source.id()),
        "url": known.map(|known| known.source.url()),
    })
}
