//! What can be wrong with the text itself, in words for the person who wrote it.

use std::sync::Arc;

use granit_parser::{ErrorKind, ScanError};

use super::parse::{MAX_DEPTH, MAX_EXPANDED, MAX_FILE, MAX_NODES};
use super::split::lines;
use crate::model::diagnostic::{Diagnostic, Location, Severity};

/// A place without extent.
fn point(file: &Arc<str>, line: u32, column: u32) -> Location {
    Location {
        file: file.clone(),
        line,
        column,
        end_line: line,
        end_column: column + 1,
    }
}

fn error(code: &'static str, location: Location, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Error, code, message).at(Some(location))
}

pub(crate) fn too_large(file: &Arc<str>, size: usize) -> Diagnostic {
    error(
        "file-too-large",
        point(file, 1, 1),
        "this file is too large to be read",
    )
    .found(format!("{size} bytes"), format!("at most {MAX_FILE} bytes"))
    .hint("keep only the documents that matter here, or split the file")
}

pub(super) fn empty(file: &Arc<str>) -> Diagnostic {
    Diagnostic::new(
        Severity::Warning,
        "empty-file",
        "this file holds no document",
    )
    .at(Some(point(file, 1, 1)))
    .found(
        "nothing",
        "Kubernetes manifests, Azure resources or kubehop documents",
    )
}

pub(super) fn more(file: &Arc<str>, count: usize) -> Diagnostic {
    error(
        "more-problems",
        point(file, 1, 1),
        format!("{count} more problems of this file are not listed"),
    )
}

pub(super) fn too_deep(location: Location) -> Diagnostic {
    error("yaml-limit", location, "lists and mappings nest too deeply")
        .found("one more level", format!("at most {MAX_DEPTH} levels"))
}

pub(super) fn too_many(location: Location) -> Diagnostic {
    error("yaml-limit", location, "this file holds too many values")
        .found(
            "one more value",
            format!("at most {MAX_NODES} values a file"),
        )
        .hint("keep only the documents that matter here, or split the file")
}

pub(super) fn alias_budget(location: Location) -> Diagnostic {
    error(
        "yaml-limit",
        location,
        "the aliases of this file stand for too many values",
    )
    .found(
        "an alias that exceeds the limit",
        format!("at most {MAX_EXPANDED} values from aliases a file"),
    )
    .hint("write the values out instead of nesting aliases")
}

pub(super) fn cyclic_alias(location: Location) -> Diagnostic {
    error(
        "yaml-alias",
        location,
        "this alias stands inside the value that it names",
    )
    .found("an alias to itself", "an alias to a value that is complete")
}

pub(super) fn bad_merge(location: Location) -> Diagnostic {
    error("yaml-merge", location, "`<<` can merge only mappings")
        .found("something else", "a mapping, or a list of mappings")
}

pub(super) fn key_not_text(location: Location) -> Diagnostic {
    error(
        "yaml-key",
        location,
        "this key is not a text; its entry is left out",
    )
    .found("a list, a mapping or nothing", "a text as key")
    .hint("was a value in `{…}` meant? then put it in quotes")
}

/// `places` are those of the first and of the later key.
pub(super) fn duplicate_key(key: &str, places: (Location, Location)) -> Diagnostic {
    let (first, second) = places;
    let message = format!(
        "the key `{}` is already in this mapping, in line {} column {}; the later value is used",
        shorten(key),
        first.line,
        first.column
    );
    error("yaml-duplicate-key", second, message)
        .found("a second value", "each key once")
        .hint("remove one of the two")
}

/// A syntax error of the parser; `before` is the number of lines before `slice`.
pub(super) fn syntax(file: &Arc<str>, slice: &str, before: u32, scan: &ScanError) -> Diagnostic {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let line = scan.marker().line().max(1);
    let column = scan.marker().col();
    let written = line_of(slice, line);
    if let Some((line, column)) = tab(scan.kind(), slice, line) {
        return error(
            "yaml-tab",
            point(file, before + number(line), number(column) + 1),
            "YAML does not allow tabs for indentation",
        )
        .found("a tab", "blanks")
        .hint("replace each tab at the start of a line with two blanks");
    }
    if *scan.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(point(file, before + number(line), number(column) + 1));
    }
    let found = match written.chars().nth(column) {
        Some(_) => {
            let rest: String = written.chars().skip(column).collect();
            format!("`{}`", shorten(rest.trim()))
        }
        None if line >= lines(slice).count() => "the end of the document".to_owned(),
        None => "the end of the line".to_owned(),
    };
    let (expected, hint) = advice(scan.kind());
    let diagnostic = error(
        "yaml-syntax",
        point(file, before + number(line), number(column) + 1),
        format!("this document is not valid YAML: {}", scan.kind()),
    )
    .found(found, expected);
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// Line and column (from 0) of the tab that indents, if that is the problem: in the line
/// of the error or the one after it, which a text without quotes may run into.
fn tab(kind: &ErrorKind, text: &str, line: usize) -> Option<(usize, usize)> {
    let about_tabs = matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    );
    let near = lines(text).enumerate().skip(line - 1).take(2);
    let mut tabs = near.filter_map(|(index, (start, end, _))| {
        let content = text[start..end].trim_start();
        let blanks = &text[start..end - content.len()];
        blanks.find('\t').map(|column| (index + 1, column))
    });
    tabs.next().or(about_tabs.then_some((line, 0)))
}

fn line_of(text: &str, number: usize) -> &str {
    lines(text)
        .nth(number - 1)
        .map_or("", |(start, end, _)| &text[start..end])
}

/// At most 40 characters, so that a message stays a line.
fn shorten(text: &str) -> String {
    let kept: String = text.chars().take(40).collect();
    let ellipsis = if kept.len() < text.len() { "…" } else { "" };
    kept + ellipsis
}

/// What was expected, and what to do, for the mistakes that people make.
fn advice(kind: &ErrorKind) -> (&'static str, Option<&'static str>) {
    match kind {
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "one `key: value` pair a line",
            Some(
                "check the indentation, put a value that holds `: ` in quotes, and close every `[` and `{`",
            ),
        ),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::MappingKeyNotAllowed => (
            "a key followed by `:`, indented like its neighbours",
            Some("check the indentation, and that the line holds a `:` followed by a blank"),
        ),
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockSequenceEntry => (
            "the indentation of the lines around",
            Some("indent entries of one mapping or list equally"),
        ),
        ErrorKind::ExpectedDocumentStart => (
            "`---` before the next document",
            Some("put a line with `---` between two documents"),
        ),
        ErrorKind::UnknownAnchor => (
            "the name of an anchor in the same document",
            Some("put a text that starts with `*` in quotes"),
        ),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => (
            "text",
            Some("remove the character; what is no text, such as an image, cannot be read"),
        ),
        ErrorKind::UnexpectedCharacter { .. } => (
            "a key or value",
            Some("put a value that starts with `@`, `%` or a backtick in quotes"),
        ),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a closing quotation mark", Some("close the quotation mark"))
        }
        ErrorKind::UnclosedFlowCollection { open: '[' }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowSequenceSeparator => ("`,` or `]`", Some("close every `[`")),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator => ("`,` or `}`", Some("close every `{`")),
        ErrorKind::UnknownQuotedScalarEscape => (
            "an escape such as `\\n`",
            Some("double the backslash, or use single quotation marks"),
        ),
        _ => ("valid YAML", None),
    }
}
