//! Reads fields out of a tree and reports, with its place, what is not as it should be.
//!
//! A [`Cursor`] points at a node or at a missing field. Every getter returns `None` for
//! what is absent or `null`, and reports what has the wrong type once; the reader goes
//! on with a default. Paths of fields are worked out only when something is reported.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::shape;
use crate::model::diagnostic::{Diagnostic, Location, Severity};
use crate::model::document::SourceFile;
use crate::model::kube::Labels;
use crate::model::object::Ref;
use crate::model::yaml::{Entry, Node, Span, Value};

/// How many problems of one document are listed before the rest is only counted.
const MAX_PROBLEMS: usize = 50;

/// The document that is being read, and what is wrong with it so far.
pub(super) struct Source<'a> {
    file: &'a SourceFile,
    root: &'a Node,
    object: Ref,
    reported: RefCell<BTreeSet<(u32, u32)>>,
    problems: RefCell<Vec<Diagnostic>>,
    unlisted: Cell<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a SourceFile, root: &'a Node, object: Ref) -> Self {
        Self {
            file,
            root,
            object,
            reported: RefCell::default(),
            problems: RefCell::default(),
            unlisted: Cell::default(),
        }
    }

    /// A cursor at the whole document.
    pub(super) fn cursor(&'a self) -> Cursor<'a> {
        Cursor {
            source: self,
            node: self.root,
            missing: None,
        }
    }

    /// What was reported, with a count of what was not listed.
    pub(super) fn into_problems(self) -> Vec<Diagnostic> {
        let mut problems = self.problems.into_inner();
        let unlisted = self.unlisted.get();
        if unlisted > 0 {
            let message = format!("{unlisted} more problems of this document are not listed");
            let place = location(self.file, self.root.span);
            problems.push(
                Diagnostic::new(Severity::Error, "more-problems", message)
                    .at(Some(place))
                    .about(self.object),
            );
        }
        problems
    }

    fn add(&self, diagnostic: impl FnOnce() -> Diagnostic) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS {
            problems.push(diagnostic());
        } else {
            self.unlisted.set(self.unlisted.get() + 1);
        }
    }
}

/// The place of a span in a file.
pub(super) fn location(file: &SourceFile, span: Span) -> Location {
    Location {
        file: file.name.clone(),
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
    }
}

/// A node, or a field that is missing from a node.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    source: &'a Source<'a>,
    /// The node, or the deepest that exists.
    node: &'a Node,
    /// The first field that is missing below `node`.
    missing: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    /// The field of this name; anything but a mapping is reported.
    pub(super) fn get(self, key: &'a str) -> Cursor<'a> {
        self.find(key, |name| name == key)
    }

    /// The property of an Azure resource: under `properties` as ARM nests it, or beside
    /// the name as the `az` command prints it; case does not matter to ARM.
    pub(super) fn prop(self, key: &'a str) -> Cursor<'a> {
        let nested = self.any_case("properties");
        let flat = self.any_case(key);
        if nested.exists() {
            let found = nested.any_case(key);
            if found.missing.is_none() {
                shape::compare(found, flat, key);
                return found;
            }
        }
        if flat.missing.is_none() || !nested.exists() {
            flat
        } else {
            nested.any_case(key)
        }
    }

    /// The field of this name, without regard to case.
    pub(super) fn any_case(self, key: &'a str) -> Cursor<'a> {
        self.find(key, |name| name.eq_ignore_ascii_case(key))
    }

    fn find(self, key: &'a str, is: impl Fn(&str) -> bool) -> Cursor<'a> {
        if self.missing.is_some() {
            return self;
        }
        let missing = Cursor {
            missing: Some(key),
            ..self
        };
        match &self.node.value {
            Value::Map(entries) => entries
                .iter()
                .find(|entry| is(&entry.key))
                .map_or(missing, |entry| self.at(&entry.value)),
            Value::Null => missing,
            _ => {
                self.wrong_type("a mapping");
                missing
            }
        }
    }

    fn at(self, node: &'a Node) -> Cursor<'a> {
        Cursor {
            node,
            missing: None,
            ..self
        }
    }

    /// Whether there is a value that is not `null`.
    pub(super) fn exists(self) -> bool {
        self.missing.is_none() && !self.node.is_null()
    }

    /// Whether this is the first time that something about the value is asked to be reported.
    pub(super) fn first_time(self) -> bool {
        let key = (self.node.span.start, self.node.span.end);
        self.source.reported.borrow_mut().insert(key)
    }

    /// The node if it exists and is not `null`.
    pub(super) fn node(self) -> Option<&'a Node> {
        self.exists().then_some(self.node)
    }

    /// How many errors of this document were listed so far.
    pub(super) fn errors(self) -> usize {
        let problems = self.source.problems.borrow();
        let errors = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error);
        errors.count()
    }

    /// The place, for a diagnostic about several objects.
    pub(super) fn location(self) -> Location {
        location(self.source.file, self.node.span)
    }

    /// A text; a number or truth value is reported and read as written.
    pub(super) fn text(self) -> Option<Arc<str>> {
        let node = self.node()?;
        match &node.value {
            Value::String(text) => return Some(text.clone()),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => {
                self.wrong_type_with("a text", Some("put it in quotes"));
            }
            _ => {
                self.wrong_type("a text");
                return None;
            }
        }
        Some(Arc::from(self.written()))
    }

    /// A text that is not empty; an empty one counts as absent, as the API's own defaults do.
    pub(super) fn name(self) -> Option<Arc<str>> {
        self.text().filter(|text| !text.is_empty())
    }

    /// A text or number, for fields that take both.
    pub(super) fn scalar(self) -> Option<Arc<str>> {
        match &self.node()?.value {
            Value::Int(_) | Value::Float(_) => Some(Arc::from(self.written())),
            _ => self.text(),
        }
    }

    /// A truth value; the words `true` and `false` in quotes are reported and understood.
    pub(super) fn flag(self) -> Option<bool> {
        let node = self.node()?;
        match &node.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => {
                self.wrong_type_with("`true` or `false`", Some("write it without quotes"));
                match text.to_ascii_lowercase().as_str() {
                    "true" => Some(true),
                    "false" => Some(false),
                    _ => None,
                }
            }
            _ => {
                self.wrong_type("`true` or `false`");
                None
            }
        }
    }

    /// A whole number within a range, such as `1..=65535`; anything else is reported.
    pub(super) fn whole<T: TryFrom<i64>>(self, from: i64, to: i64) -> Option<T> {
        let number = match &self.node()?.value {
            Value::Int(number) => *number,
            Value::String(text) if text.parse::<i64>().is_ok() => {
                self.wrong_type_with("a whole number", Some("write it without quotes"));
                text.parse().ok()?
            }
            _ => {
                self.wrong_type("a whole number");
                return None;
            }
        };
        if number < from || number > to {
            let expected = format!("{from} to {to}");
            self.wrong(
                "out-of-range",
                "is out of range",
                &format!("`{number}`"),
                &expected,
            );
            return None;
        }
        T::try_from(number).ok()
    }

    /// A number from 0 to 1, such as a probability.
    pub(super) fn fraction(self) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // only 0 and 1 pass the check
        let number = match &self.node()?.value {
            Value::Int(number) => *number as f64,
            Value::Float(number) => *number,
            _ => {
                self.wrong_type("a number from 0 to 1");
                return None;
            }
        };
        let fits = (0.0..=1.0).contains(&number);
        if !fits {
            self.wrong(
                "out-of-range",
                "is out of range",
                &quoted(self.written()),
                "0 to 1",
            );
        }
        fits.then_some(number)
    }

    /// The items of a list; anything but a list is reported. `null` items are left out.
    pub(super) fn list(self) -> impl Iterator<Item = Cursor<'a>> {
        self.every().filter(|item| item.exists())
    }

    /// The items of a list with the `null` ones, which some lists read as empty mappings.
    pub(super) fn every(self) -> impl Iterator<Item = Cursor<'a>> {
        let items: &'a [Node] = match self.node().map(|node| &node.value) {
            Some(Value::List(items)) => items,
            Some(_) => {
                self.wrong_type("a list");
                &[]
            }
            None => &[],
        };
        items.iter().map(move |item| self.at(item))
    }

    /// The entries of a mapping; anything but a mapping is reported.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'a Entry, Cursor<'a>)> {
        let entries: &'a [Entry] = match self.node().map(|node| &node.value) {
            Some(Value::Map(entries)) => entries,
            Some(_) => {
                self.wrong_type("a mapping");
                &[]
            }
            None => &[],
        };
        entries
            .iter()
            .map(move |entry| (entry, self.at(&entry.value)))
    }

    /// A mapping of texts, such as labels.
    pub(super) fn labels(self) -> Labels {
        self.entries()
            .filter_map(|(entry, value)| Some((entry.key.clone(), value.text()?)))
            .collect()
    }

    /// One of the words allowed; anything else is reported with the list.
    pub(super) fn word<T: Copy>(self, allowed: &[(&str, T)]) -> Option<T> {
        self.pick(allowed, |word, text| word == text)
    }

    /// One of the words allowed, without regard to case, as ARM compares.
    pub(super) fn word_any_case<T: Copy>(self, allowed: &[(&str, T)]) -> Option<T> {
        self.pick(allowed, str::eq_ignore_ascii_case)
    }

    fn pick<T: Copy>(self, allowed: &[(&str, T)], same: impl Fn(&str, &str) -> bool) -> Option<T> {
        let text = self.name()?;
        let found = allowed.iter().find(|(word, _)| same(word, &text));
        if found.is_none() {
            let words: Vec<String> = allowed
                .iter()
                .map(|(word, _)| format!("`{word}`"))
                .collect();
            let expected = match words.as_slice() {
                [only] => only.clone(),
                _ => format!("one of {}", words.join(", ")),
            };
            self.wrong(
                "unknown-value",
                "is not a known value",
                &quoted(&text),
                &expected,
            );
        }
        found.map(|(_, value)| *value)
    }

    /// Reports that a field that must be there is missing.
    pub(super) fn require(self, expected: &str) {
        if !self.exists() {
            let message = format!("`{}` is missing", self.path());
            self.report(Severity::Error, "missing-field", &message, None, |d| {
                d.found("nothing", expected)
            });
        }
    }

    /// Reports that the value has the wrong type.
    pub(super) fn wrong_type(self, expected: &str) {
        self.wrong_type_with(expected, None);
    }

    fn wrong_type_with(self, expected: &str, hint: Option<&str>) {
        if !self.first_time() {
            return;
        }
        let found = self.described();
        self.report(
            Severity::Error,
            "wrong-type",
            "has the wrong type",
            hint,
            |d| d.found(found, expected),
        );
    }

    /// Reports an error about the value; `message` continues the path of the field.
    pub(super) fn wrong(self, code: &'static str, message: &str, found: &str, expected: &str) {
        self.report(Severity::Error, code, message, None, |d| {
            d.found(found, expected)
        });
    }

    /// Reports a warning about the value; `message` continues the path of the field.
    pub(super) fn doubt(
        self,
        code: &'static str,
        message: &str,
        found: &str,
        expected: &str,
        hint: &str,
    ) {
        let hint = (!hint.is_empty()).then_some(hint);
        self.report(Severity::Warning, code, message, hint, |d| {
            d.found(found, expected)
        });
    }

    /// Reports something about this place: with a message that starts with a backtick as it
    /// is, otherwise as the continuation of the field's path.
    pub(super) fn report(
        self,
        severity: Severity,
        code: &'static str,
        message: &str,
        hint: Option<&str>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.source.add(|| {
            let message = if message.starts_with('`') {
                message.to_owned()
            } else {
                let path = self.path();
                let subject = if path.is_empty() {
                    self.source.object.to_string()
                } else {
                    path
                };
                format!("`{subject}` {message}")
            };
            let diagnostic = more(
                Diagnostic::new(severity, code, message)
                    .at(Some(self.location()))
                    .about(self.source.object.clone()),
            );
            match hint {
                Some(hint) => diagnostic.hint(hint),
                None => diagnostic,
            }
        });
    }

    /// The path of the field, such as `spec.ports[0].port`.
    pub(super) fn path(self) -> String {
        let mut path = path_to(self.source.root, self.node).unwrap_or_default();
        if let Some(key) = self.missing {
            push_key(&mut path, key);
        }
        path
    }

    /// The value as it stands in the text.
    pub(super) fn written(self) -> &'a str {
        let text: &'a str = &self.source.file.text;
        text.get(self.node.span.range()).unwrap_or_default()
    }

    /// The value for a message: its type, and the text if it is short.
    fn described(self) -> String {
        match &self.node.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(flag) => format!("`{flag}`"),
            Value::Int(_) | Value::Float(_) => format!("the number `{}`", self.written()),
            Value::String(text) => format!("the text {}", quoted(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }
}

/// The first line of a text in backticks, cut so that a message stays short.
pub(super) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let kept: String = line.chars().take(60).collect();
    let ellipsis = if kept.len() < line.len() { "…" } else { "" };
    format!("`{kept}{ellipsis}`")
}

/// The path from `root` to the very node `target`.
fn path_to(root: &Node, target: &Node) -> Option<String> {
    if std::ptr::eq(root, target) {
        return Some(String::new());
    }
    for entry in root.entries() {
        if let Some(rest) = path_to(&entry.value, target) {
            let mut path = String::new();
            push_key(&mut path, &entry.key);
            if !rest.is_empty() && !rest.starts_with('[') {
                path.push('.');
            }
            return Some(path + &rest);
        }
    }
    root.items().iter().enumerate().find_map(|(index, item)| {
        let rest = path_to(item, target)?;
        let dot = if rest.is_empty() || rest.starts_with('[') {
            ""
        } else {
            "."
        };
        Some(format!("[{index}]{dot}{rest}"))
    })
}

/// Appends a key, in brackets where it holds a dot, as in `metadata.labels[a.b/c]`.
fn push_key(path: &mut String, key: &str) {
    if key.contains(['.', '[', ']']) {
        path.push('[');
        path.push_str(key);
        path.push(']');
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}
