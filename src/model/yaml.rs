//! YAML and JSON as trees whose every node knows where it stands.
//!
//! A file is cut at its `---` lines first ([`split`]), and each piece is parsed by
//! itself, so that a broken document never hides the others. JSON is read as the
//! subset of YAML 1.2 that it is. Plain scalars follow the core schema of YAML 1.2
//! (chapter 10.3 of the specification); merge keys (`<<`) are applied.

mod parse;
mod problem;
mod root;
mod scalar;
mod split;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use parse::{
    Cost, MAX_DEPTH, MAX_EXPANDED, MAX_FILE, MAX_NODES, Outcome, Parsed, Tree, parse, parse_pieces,
};
pub(crate) use problem::too_large;
pub use root::Root;
pub(crate) use split::lines;
pub use split::{Piece, split};

/// A piece of a text: byte offsets, and the place of its start for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset after the last character.
    pub end: u32,
    /// Line of the start, from 1.
    pub line: u32,
    /// Column of the start in characters, from 1.
    pub column: u32,
    /// Line of the end, from 1.
    pub end_line: u32,
    /// Column after the last character, from 1.
    pub end_column: u32,
}

impl Span {
    /// The byte range, for slicing the text that was parsed.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of this span to the end of `last`.
    #[must_use]
    pub fn until(self, last: Span) -> Span {
        Span {
            end: last.end,
            end_line: last.end_line,
            end_column: last.end_column,
            ..self
        }
    }
}

/// How far a text has moved in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// By so many bytes, modulo 2³².
    pub bytes: u32,
    /// By so many lines, modulo 2³².
    pub lines: u32,
}

impl Span {
    /// The same text after it moved.
    #[must_use]
    pub fn moved(self, shift: Shift) -> Span {
        Span {
            start: self.start.wrapping_add(shift.bytes),
            end: self.end.wrapping_add(shift.bytes),
            line: self.line.wrapping_add(shift.lines),
            end_line: self.end_line.wrapping_add(shift.lines),
            ..self
        }
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands; what an alias brought in keeps the place of its anchor.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A YAML value under the core schema, without tags; aliases are already expanded.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order written.
    Map(Vec<Entry>),
}

/// One key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of `key` if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key` if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The entries if this is a mapping, otherwise none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items if this is a sequence, otherwise none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The same value after its text moved.
    #[must_use]
    pub fn moved(&self, shift: Shift) -> Node {
        let value = match &self.value {
            Value::List(items) => Value::List(items.iter().map(|item| item.moved(shift)).collect()),
            Value::Map(entries) => {
                let moved = entries.iter().map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span.moved(shift),
                    value: entry.value.moved(shift),
                });
                Value::Map(moved.collect())
            }
            scalar => scalar.clone(),
        };
        Node {
            span: self.span.moved(shift),
            value,
        }
    }

    /// Whether both say the same, wherever they stand.
    pub fn says_same(&self, other: &Node) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        match (&self.value, &other.value) {
            (Value::List(own), Value::List(others)) => {
                own.len() == others.len() && own.iter().zip(others).all(|(a, b)| a.says_same(b))
            }
            (Value::Map(own), Value::Map(others)) => {
                let same = |(a, b): (&Entry, &Entry)| a.key == b.key && a.value.says_same(&b.value);
                own.len() == others.len() && own.iter().zip(others).all(same)
            }
            (own, other) => own == other,
        }
    }

    /// Whether this is `null`, which the Kubernetes API and ARM treat as absent.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }
}
