//! Sets, adds or removes one field of a YAML text, touching nothing else.
//!
//! The text is changed at the place that the parser found, parsed again, and
//! compared with what the change should mean; a change that would mean anything
//! else (an alias is in the way, say) is not made.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::locate::splice;
use super::scalar::inline;
use crate::model::yaml::{Node, Value, parse};

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

/// The whole file `text` with the field at `path` of `node` set, or removed where `value` is `None`.
///
/// `None` if the path is not one, or the change cannot be made safely.
pub(super) fn set(text: &str, node: &Node, path: &str, value: Option<&Json>) -> Option<String> {
    let path = segments(path)?;
    let (deepest, depth) = descend(node, &path);
    let rest = &path[depth..];
    let changed = match (rest, value) {
        ([], Some(value)) => replace(text, deepest, value)?,
        ([], None) => {
            let (last, parents) = path.split_last()?;
            let (parent, _) = descend(node, parents);
            remove(text, parent, last)?
        }
        (rest, Some(value)) => insert(text, deepest, rest, value)?,
        (_, None) => return None,
    };
    let mut wanted = json(node);
    apply(&mut wanted, &path, value);
    let start = node.span.start;
    let after = parse(&Arc::from(""), &changed);
    let is_right = after
        .trees
        .iter()
        .filter_map(|tree| starting_at(&tree.root, start))
        .any(|root| json(root) == wanted);
    is_right.then_some(changed)
}

/// Whether all that exists on `path` stands in `node` itself and can be edited there: what an alias or `<<` brings in has
/// its place elsewhere, and others may share it.
pub(super) fn is_own(node: &Node, path: &str) -> bool {
    let mut at = node;
    for segment in segments(path).unwrap_or_default() {
        let next = match segment {
            Segment::Key(key) => at.entry(&key).map(|entry| {
                let written_here = entry.key_span.start >= at.span.start;
                let own = written_here && entry.value.span.start >= entry.key_span.end;
                (&entry.value, own)
            }),
            Segment::Index(index) => at.items().get(index).map(|item| {
                let before = &at.items()[..index];
                let follows = before.iter().all(|it| it.span.end <= item.span.start);
                (item, follows && item.span.start >= at.span.start)
            }),
        };
        match next {
            Some((next, true)) => at = next,
            Some((_, false)) => return false,
            None => return true,
        }
    }
    true
}

/// The byte after the last character of a value, without trailing blanks, breaks or comments.
fn content_end(text: &str, node: &Node) -> usize {
    let last = match &node.value {
        Value::Map(_) | Value::List(_) if is_flow(text, node) => None,
        Value::Map(entries) => entries.last().map(|entry| {
            let key_end = entry.key_span.end as usize;
            // An alias has its value elsewhere.
            content_end(text, &entry.value).max(line_end(text, key_end).min(key_end + 1))
        }),
        Value::List(items) => items.last().map(|item| content_end(text, item)),
        _ => None,
    };
    let end = last.unwrap_or(node.span.end as usize);
    text.get(..end)
        .map_or(end, |before| before.trim_end().len())
        .max(node.span.start as usize)
}

/// The elements of a path such as `spec.ports[0]` or `metadata.annotations["a.b/c"]`.
fn segments(path: &str) -> Option<Vec<Segment>> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]")?;
            segments.push(Segment::Key(key.to_owned()));
            rest = after;
        } else if let Some(number) = rest.strip_prefix('[') {
            let (number, after) = number.split_once(']')?;
            segments.push(Segment::Index(number.parse().ok()?));
            rest = after;
        } else {
            let key = rest.strip_prefix('.').unwrap_or(rest);
            let end = key.find(['.', '[']).unwrap_or(key.len());
            let (key, after) = key.split_at_checked(end)?;
            if key.is_empty() {
                return None;
            }
            segments.push(Segment::Key(key.to_owned()));
            rest = after;
        }
    }
    (!segments.is_empty()).then_some(segments)
}

/// The deepest existing value on the path, and how many segments lead to it.
fn descend<'a>(node: &'a Node, path: &[Segment]) -> (&'a Node, usize) {
    let mut deepest = node;
    for (depth, segment) in path.iter().enumerate() {
        let next = match segment {
            Segment::Key(key) => deepest.get(key),
            Segment::Index(index) => deepest.items().get(*index),
        };
        match next {
            Some(next) => deepest = next,
            None => return (deepest, depth),
        }
    }
    (deepest, path.len())
}

fn replace(text: &str, node: &Node, value: &Json) -> Option<String> {
    let (start, end) = (node.span.start as usize, content_end(text, node));
    let new = write(text, value);
    if start < end {
        return Some(splice(text, start..end, &new));
    }
    // `key:` or `-` without a value: the parser finds nothing on either side of the mark.
    let at_mark = text.get(start..)?.starts_with([':', '-']);
    let at = if at_mark {
        start + 1
    } else {
        text.get(..start)?.trim_end().len()
    };
    let is_empty = text.get(..at)?.ends_with([':', '-']);
    is_empty.then(|| splice(text, at..at, &format!(" {new}")))
}

/// A value on one line, in the style of the file.
fn write(text: &str, value: &Json) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        value.to_string()
    } else {
        inline(value)
    }
}

/// Adds what is missing below `node`, on one line.
fn insert(text: &str, node: &Node, rest: &[Segment], value: &Json) -> Option<String> {
    let (first, deeper) = rest.split_first()?;
    let nested = nest(deeper, value)?;
    match (&node.value, first) {
        (Value::Map(entries), Segment::Key(key)) => {
            let key = Json::from(key.as_str());
            let new = format!("{}: {}", write(text, &key), write(text, &nested));
            let first = entries.first().map(|entry| entry.key_span.column);
            Some(add(text, node, first, &new))
        }
        (Value::List(items), Segment::Index(index)) if *index == items.len() => {
            let new = write(text, &nested);
            if is_flow(text, node) {
                return Some(add(text, node, None, &new));
            }
            Some(add(text, node, Some(node.span.column), &format!("- {new}")))
        }
        (Value::Null, _) => replace(text, node, &nest(rest, value)?),
        _ => None,
    }
}

/// Adds an entry or item after the last one of a list or mapping; `column` is that of its siblings.
fn add(text: &str, node: &Node, column: Option<u32>, new: &str) -> String {
    let end = content_end(text, node);
    let Some(column) = column.filter(|_| !is_flow(text, node)) else {
        let inside = end.saturating_sub(1);
        let before = text.get(..inside).unwrap_or_default().trim_end();
        let comma = if before.ends_with(['{', '[', ',']) {
            ""
        } else {
            ", "
        };
        return splice(text, before.len()..inside, &format!("{comma}{new}"));
    };
    let at = line_end(text, end);
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let indent = " ".repeat(column.saturating_sub(1) as usize);
    splice(text, at..at, &format!("{line_break}{indent}{new}"))
}

fn remove(text: &str, parent: &Node, last: &Segment) -> Option<String> {
    let parts: Vec<(usize, usize)> = match (&parent.value, last) {
        (Value::Map(entries), Segment::Key(_)) => entries
            .iter()
            .map(|entry| {
                (
                    entry.key_span.start as usize,
                    content_end(text, &entry.value),
                )
            })
            .collect(),
        (Value::List(items), Segment::Index(_)) => items
            .iter()
            .map(|item| (item_start(text, parent, item), content_end(text, item)))
            .collect(),
        _ => return None,
    };
    let index = match last {
        Segment::Key(key) => parent
            .entries()
            .iter()
            .position(|entry| *entry.key == **key)?,
        Segment::Index(index) => *index,
    };
    let (start, end) = *parts.get(index)?;
    let next = parts.get(index + 1).map(|(start, _)| *start);
    let previous = index
        .checked_sub(1)
        .and_then(|index| parts.get(index))
        .map(|(_, end)| *end);
    if is_flow(text, parent) {
        let range = match (next, previous) {
            (Some(next), _) => start..next,
            (None, Some(previous)) => previous..end,
            (None, None) => start..end,
        };
        return Some(splice(text, range, ""));
    }
    if parts.len() == 1 {
        let empty = if parent.items().is_empty() {
            "{}"
        } else {
            "[]"
        };
        return Some(splice(text, start..end, empty));
    }
    let line = line_start(text, start);
    let alone = text.get(line..start)?.trim().is_empty();
    let range = match next {
        Some(next) if !alone => start..next,
        _ => line..next_line(text, end),
    };
    Some(splice(text, range, ""))
}

/// Where an item begins: at its `-` in a block list.
fn item_start(text: &str, list: &Node, item: &Node) -> usize {
    let start = item.span.start as usize;
    if is_flow(text, list) {
        return start;
    }
    let before = text.get(..start).unwrap_or_default();
    before.rfind('-').unwrap_or(start)
}

fn is_flow(text: &str, node: &Node) -> bool {
    let first = text.get(node.span.start as usize..).unwrap_or_default();
    first.starts_with(['{', '['])
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |found| found + 1)
}

/// The end of the line that holds `at`, before its break.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

fn next_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find('\n').map_or(rest.len(), |found| found + 1)
}

/// The value below the segments that do not exist yet.
fn nest(segments: &[Segment], value: &Json) -> Option<Json> {
    match segments.split_first() {
        None => Some(value.clone()),
        Some((Segment::Key(key), rest)) => {
            let inner = nest(rest, value)?;
            Some(Json::Object(Map::from_iter([(key.clone(), inner)])))
        }
        Some((Segment::Index(0), rest)) => Some(Json::Array(vec![nest(rest, value)?])),
        Some((Segment::Index(_), _)) => None,
    }
}

/// The value that begins at a byte.
fn starting_at(node: &Node, start: u32) -> Option<&Node> {
    if node.span.start == start {
        return Some(node);
    }
    let entries = node.entries().iter().map(|entry| &entry.value);
    let mut parts = node.items().iter().chain(entries);
    parts.find_map(|part| starting_at(part, start))
}

/// The value without its places.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::String(text) => Json::from(&**text),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            Json::Object(
                entries
                    .map(|entry| (entry.key.to_string(), json(&entry.value)))
                    .collect(),
            )
        }
    }
}

/// Makes the same change on the value.
fn apply(root: &mut Json, path: &[Segment], value: Option<&Json>) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut at = root;
    for segment in parents {
        at = child(at, segment);
    }
    match (last, value) {
        (Segment::Key(key), None) => {
            if let Json::Object(entries) = at {
                entries.shift_remove(key);
            }
        }
        (Segment::Index(index), None) => {
            if let Json::Array(items) = at
                && *index < items.len()
            {
                items.remove(*index);
            }
        }
        (last, Some(value)) => *child(at, last) = value.clone(),
    }
}

/// The value of a segment, made where it is missing.
fn child<'a>(at: &'a mut Json, segment: &Segment) -> &'a mut Json {
    match segment {
        Segment::Key(key) => {
            if !at.is_object() {
                *at = Json::Object(Map::new());
            }
            &mut at[key.as_str()]
        }
        Segment::Index(index) => {
            if !at.is_array() {
                *at = Json::Array(Vec::new());
            }
            if let Json::Array(items) = at
                && *index >= items.len()
            {
                items.resize(index + 1, Json::Null);
            }
            &mut at[*index]
        }
    }
}

#[cfg(test)]
mod tests;
