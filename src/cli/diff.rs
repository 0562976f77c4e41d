//! `kubehop diff`: what differs between two scenarios.

use serde_json::{Value, json};

use super::args::{Common, DiffArguments, DiffOutput};
use super::input::{Input, load};
use super::output::{Answer, BAD, GOOD, marked};
use super::{FAILED, HOLDS, UNUSABLE, compare};
use crate::engine::diff::{Diff, FlowChange, PairChange, Witness};
use crate::engine::export::API_VERSION;
use crate::engine::reach::PortSet;
use crate::engine::trace::Verdict;

pub(super) fn run(arguments: &DiffArguments) -> Answer {
    let one = |file: &std::path::PathBuf| {
        load(&Common {
            files: vec![file.clone()],
            lang: arguments.lang,
        })
    };
    let (before, other) = (one(&arguments.before), arguments.after.as_ref().map(one));
    let (before, other) = match (before, other.transpose()) {
        (Ok(before), Ok(other)) => (before, other),
        (Err(answer), _) | (_, Err(answer)) => return answer,
    };
    let after = match (other, arguments.model) {
        (Some(other), None) => Ok(other),
        (other, Some(model)) => other.as_ref().unwrap_or(&before).with_model(model),
        (None, None) => Err(Answer::default()),
    };
    let after = match after {
        Ok(after) => after,
        Err(answer) => return answer,
    };
    if let Some(name) = &arguments.flow {
        let is_switched = arguments.after.is_none();
        return compare::answer([&before, &after], is_switched, name, arguments.output);
    }
    let diff = Diff::of(&before.simulation, &after.simulation);
    let (output, raw) = match arguments.output {
        DiffOutput::Text => (text(&diff), false),
        DiffOutput::Json => (format!("{:#}\n", json(&diff)), true),
        DiffOutput::Markdown => (markdown(&diff), true),
    };
    conclude([&before, &after], diff.is_empty(), output, raw)
}

/// What is said of two scenarios, whose status tells whether they are the `same`.
pub(super) fn conclude(
    [before, after]: [&Input; 2],
    same: bool,
    output: String,
    raw: bool,
) -> Answer {
    let status = match (before.has_errors() || after.has_errors(), same) {
        (true, _) => UNUSABLE,
        (false, true) => HOLDS,
        (false, false) => FAILED,
    };
    Answer {
        output,
        raw,
        problems: before.problem_lines() + &after.problem_lines(),
        status,
    }
}

/// What happened to a pair.
fn word(change: &PairChange) -> &'static str {
    let none = PortSet::default();
    if change.before == none {
        "added"
    } else if change.after == none {
        "removed"
    } else {
        "changed"
    }
}

fn ports(set: &PortSet) -> String {
    set.texts().join(", ")
}

fn ports_text(change: &PairChange) -> String {
    match word(change) {
        "added" => ports(&change.after),
        "removed" => ports(&change.before),
        _ => format!("{} => {}", ports(&change.before), ports(&change.after)),
    }
}

fn witness_text(witness: &Witness) -> String {
    let (source, destination) = (&witness.source, &witness.destination);
    let [source, destination] = [source, destination].map(|it| it.as_deref().unwrap_or("?"));
    format!(
        "{} {source} > {destination}:{}",
        witness.protocol, witness.port
    )
}

fn text(diff: &Diff) -> String {
    let mut text = String::new();
    for change in &diff.pairs {
        let word = word(change);
        let word = marked(if word == "removed" { BAD } else { GOOD }, word);
        let (from, to, ports) = (&change.from, &change.to, ports_text(change));
        let witness = witness_text(&change.witness);
        line!(text, "{word} {from} -> {to}: {ports}; witness: {witness}");
    }
    for change in &diff.flows {
        let [before, after] = change.verdicts.map(Verdict::as_str);
        line!(text, "flow {}: {before} => {after}", change.flow.meta.name);
        let [before, after] = steps(change);
        line!(text, "  before: {before}");
        line!(text, "  after: {after}");
    }
    line!(text, "{}", summary(diff));
    text
}

fn steps(change: &FlowChange) -> [&str; 2] {
    let [before, after] = &change.steps;
    [before, after].map(|step| step.as_deref().unwrap_or("-"))
}

fn summary(diff: &Diff) -> String {
    let count = |wanted| diff.pairs.iter().filter(|it| word(it) == wanted).count();
    let [added, removed, changed] = ["added", "removed", "changed"].map(count);
    let flows = diff.flows.len();
    format!(
        "{added} pairs added, {removed} removed, {changed} changed; {flows} flows walk differently"
    )
}

fn json(diff: &Diff) -> Value {
    let pairs = |wanted| -> Vec<Value> {
        let pairs = diff.pairs.iter().filter(|it| word(it) == wanted);
        pairs.map(pair_json).collect()
    };
    let flows: Vec<Value> = diff.flows.iter().map(flow_json).collect();
    json!({
        "apiVersion": API_VERSION,
        "kind": "DiffResult",
        "different": !diff.is_empty(),
        "reach": {
            "added": pairs("added"),
            "removed": pairs("removed"),
            "changed": pairs("changed"),
        },
        "flows": flows,
    })
}

fn pair_json(change: &PairChange) -> Value {
    let witness = &change.witness;
    json!({
        "from": &*change.from,
        "to": &*change.to,
        "before": change.before.texts(),
        "after": change.after.texts(),
        "witness": {
            "protocol": witness.protocol.as_str(),
            "source": witness.source,
            "destination": witness.destination,
            "port": witness.port,
            "allowed": if change.after.contains(witness.protocol, witness.port) { "after" } else { "before" },
        },
    })
}

fn flow_json(change: &FlowChange) -> Value {
    let flow = &change.flow;
    let [before, after] = change.verdicts.map(Verdict::as_str);
    json!({
        "name": &*flow.meta.name,
        "from": flow.from.to_string(),
        "to": flow.to.to_string(),
        "protocol": flow.protocol.as_str(),
        "port": flow.port,
        "before": { "verdict": before },
        "after": { "verdict": after },
        "witness": { "before": change.steps[0], "after": change.steps[1] },
    })
}

/// For a comment on a change: two tables, the longer part first.
fn markdown(diff: &Diff) -> String {
    let mut text = format!("**{}**\n", summary(diff));
    if !diff.pairs.is_empty() {
        text += "\n| | from | to | ports | witness |\n|---|---|---|---|---|\n";
        for change in &diff.pairs {
            let cells = [
                word(change).to_owned(),
                change.from.to_string(),
                change.to.to_string(),
                ports_text(change),
                witness_text(&change.witness),
            ];
            line!(text, "| {} |", cells.map(|cell| escaped(&cell)).join(" | "));
        }
    }
    if !diff.flows.is_empty() {
        text += "\n| flow | before | after | first step before | first step after |\n|---|---|---|---|---|\n";
        for change in &diff.flows {
            let [before, after] = change.verdicts.map(Verdict::as_str);
            let [first, second] = steps(change);
            let cells = [&*change.flow.meta.name, before, after, first, second];
            line!(text, "| {} |", cells.map(escaped).join(" | "));
        }
    }
    text
}

/// Text that no Markdown reader takes for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if "\\|`*_<>[]&#!~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    escaped
}
