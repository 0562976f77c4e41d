//! Blockers as JSON: what `trace --blockers -o json` adds to its answer.

use serde_json::{Value, json};

use super::patch::Patch;
use super::{Blocker, Blockers, Change, Remedy};
use crate::edit::Command;
use crate::engine::export::Sentence;
use crate::engine::trace::Cause;

/// Says where a cause is written, as `file:line:column`.
pub type Place<'a> = &'a dyn Fn(&Cause) -> Option<String>;

/// The list under `blockers`, and the verdict with every change made.
pub fn blockers(found: &Blockers, sentence: Sentence, place: Place) -> (Value, Value) {
    let list = found.list.iter().map(|it| blocker(it, sentence, place));
    (list.collect(), json!(found.after.as_str()))
}

fn blocker(blocker: &Blocker, sentence: Sentence, place: Place) -> Value {
    let step = &blocker.step;
    let cause = step.cause.as_ref();
    let mut value = json!({
        "packet": blocker.way.as_str(),
        "place": blocker.place.to_string(),
        "stage": step.stage.as_str(),
        "action": step.action(),
        "rule": step.rule().as_deref(),
        "object": cause.map(|cause| cause.object.to_string()),
        "field": cause.map(|cause| &*cause.field).filter(|field| !field.is_empty()),
        "location": cause.and_then(place),
        "why": sentence(&step.why),
        "change": null,
    });
    match &blocker.remedy {
        Remedy::Change(it) => value["change"] = change(it, sentence),
        Remedy::With(index) => value["liftedBy"] = json!(index),
        Remedy::None(why) => value["noChange"] = json!(sentence(why)),
    }
    value
}

fn change(change: &Change, sentence: Sentence) -> Value {
    let patch: Vec<Value> = change.patch_in_turn.iter().map(patch).collect();
    json!({
        "what": sentence(&change.what),
        "edits": edits(&change.in_turn),
        "afterOthers": change.command.is_none(),
        "patch": patch,
    })
}

fn patch(patch: &Patch) -> Value {
    json!({
        "file": &*patch.file,
        "line": patch.line,
        "removed": patch.removed,
        "added": patch.added,
    })
}

/// What a command does: fields that it sets or removes, documents that it adds.
fn edits(command: &Command) -> Vec<Value> {
    match command {
        Command::Together { commands, .. } => commands.iter().flat_map(edits).collect(),
        Command::SetField {
            object,
            path,
            value: Some(value),
            ..
        } => {
            vec![json!({ "object": object.to_string(), "set": &**path, "value": value })]
        }
        Command::SetField { object, path, .. } => {
            vec![json!({ "object": object.to_string(), "remove": &**path })]
        }
        Command::Append { object, text, .. } => {
            vec![json!({ "object": object.to_string(), "add": &**text })]
        }
        // No proposal is of another kind.
        _ => Vec::new(),
    }
}
