//! Builds trees from the events of the YAML parser.

use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::problem;
use super::scalar;
use super::split::{Piece, lines, split};
use super::{Entry, Node, Span, Value};
use crate::model::diagnostic::{Diagnostic, Location};

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 16 << 20;
/// How deep lists and mappings may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values one file may hold.
pub const MAX_NODES: usize = 2_000_000;
/// How many values the aliases of one file may add.
pub const MAX_EXPANDED: usize = 100_000;
/// How many problems of one file are listed before the rest is only counted.
const MAX_PROBLEMS: usize = 100;

/// One document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The part of the file that holds it.
    pub piece: Piece,
    /// Its value.
    pub root: Node,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The documents that could be read; empty ones are left out.
    pub trees: Vec<Tree>,
    /// Pieces that could not be read.
    pub broken: Vec<Piece>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// What parsing a piece took of what one file may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    nodes: usize,
    expanded: usize,
}

/// What became of a piece of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was known and not parsed.
    Known(Cost),
    /// Its values, empty ones left out; without a cost where something is wrong with it.
    Read(Vec<Node>, Option<Cost>),
    /// It could not be read.
    Broken,
}

/// Reads every document of a file. Never fails: what cannot be read is a diagnostic.
pub fn parse(file: &Arc<str>, text: &str) -> Parsed {
    let (pieces, diagnostics) = parse_pieces(file, text, split(text), |_| None);
    let mut parsed = Parsed {
        diagnostics,
        ..Parsed::default()
    };
    for (piece, outcome) in pieces {
        match outcome {
            Outcome::Read(roots, _) => parsed.trees.extend(roots.into_iter().map(|root| Tree {
                piece: piece.clone(),
                root,
            })),
            Outcome::Broken => parsed.broken.push(piece),
            Outcome::Known(_) => {}
        }
    }
    parsed
}

/// Reads the pieces of a file, but for those that `known` tells the cost of, by their index: pieces of the same text
/// were read before, and nothing was wrong with them.
pub fn parse_pieces(
    file: &Arc<str>,
    text: &str,
    pieces: Vec<Piece>,
    known: impl Fn(usize) -> Option<Cost>,
) -> (Vec<(Piece, Outcome)>, Vec<Diagnostic>) {
    if text.len() > MAX_FILE {
        let whole = Piece {
            range: 0..text.len(),
            line: 1,
        };
        let problem = problem::too_large(file, text.len());
        return (vec![(whole, Outcome::Broken)], vec![problem]);
    }
    let mut diagnostics = Vec::new();
    let mut budget = Budget {
        nodes: MAX_NODES,
        expanded: MAX_EXPANDED,
    };
    let mut empty = true;
    let mut read = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.into_iter().enumerate() {
        let known = known(index).filter(|cost| budget.holds(*cost));
        let outcome = if let Some(cost) = known {
            budget.nodes -= cost.nodes;
            budget.expanded -= cost.expanded;
            empty = false;
            Outcome::Known(cost)
        } else {
            parse_piece(file, text, &piece, (&mut budget, &mut diagnostics))
        };
        empty &= matches!(&outcome, Outcome::Read(roots, _) if roots.is_empty());
        read.push((piece, outcome));
    }
    if empty {
        diagnostics.push(problem::empty(file));
    }
    limit(&mut diagnostics, file);
    (read, diagnostics)
}

fn parse_piece(
    file: &Arc<str>,
    text: &str,
    piece: &Piece,
    (budget, diagnostics): (&mut Budget, &mut Vec<Diagnostic>),
) -> Outcome {
    let before = (budget.nodes, budget.expanded);
    let mut builder = Builder::new(file, text, piece, budget);
    let result = builder.run();
    let problems = std::mem::take(&mut builder.problems);
    let clean = problems.is_empty();
    diagnostics.extend(problems);
    match result {
        Ok(roots) => {
            let cost = Cost {
                nodes: before.0 - budget.nodes,
                expanded: before.1 - budget.expanded,
            };
            Outcome::Read(roots, clean.then_some(cost))
        }
        Err(problem) => {
            diagnostics.push(*problem);
            Outcome::Broken
        }
    }
}

/// Keeps the first problems and counts the rest.
fn limit(diagnostics: &mut Vec<Diagnostic>, file: &Arc<str>) {
    let rest = diagnostics.len().saturating_sub(MAX_PROBLEMS);
    if rest > 0 {
        diagnostics.truncate(MAX_PROBLEMS);
        diagnostics.push(problem::more(file, rest));
    }
}

/// What a file may still use.
struct Budget {
    nodes: usize,
    expanded: usize,
}

impl Budget {
    fn holds(&self, cost: Cost) -> bool {
        cost.nodes <= self.nodes && cost.expanded <= self.expanded
    }
}

/// A list or mapping whose end has not come yet.
struct Frame {
    start: Span,
    flow: bool,
    anchor: usize,
    /// Size and depth of what it holds so far.
    size: usize,
    depth: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(Mapping),
}

/// A mapping whose end has not come yet.
#[derive(Default)]
struct Mapping {
    entries: Vec<Entry>,
    /// Where in `entries` each key stands.
    index: BTreeMap<Arc<str>, usize>,
    key: Key,
    /// What `<<` names, in the order written.
    merges: Vec<Node>,
}

/// Where in a mapping the builder stands.
#[derive(Default)]
enum Key {
    /// The next node is a key.
    #[default]
    Awaited,
    /// The next node is the value of this key.
    Given(Arc<str>, Span),
    /// The next node is what `<<` merges.
    Merge,
    /// The next node belongs to a key that is no text.
    Unusable,
}

/// A finished node with its measures; `text` is what a scalar reads as a key.
struct Done {
    node: Node,
    size: usize,
    depth: usize,
    text: Option<(Arc<str>, bool)>,
}

/// What an anchor names.
struct Anchored {
    node: Node,
    size: usize,
    depth: usize,
}

type Failure = Box<Diagnostic>;

struct Builder<'a> {
    file: &'a Arc<str>,
    /// Where in the file the slice starts, and how many lines stand before it.
    offset: usize,
    line: u32,
    slice: &'a str,
    budget: &'a mut Budget,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Anchored>,
    roots: Vec<Node>,
    problems: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a Arc<str>, text: &'a str, piece: &Piece, budget: &'a mut Budget) -> Self {
        let slice = &text[piece.range.clone()];
        let trimmed = slice.strip_prefix('\u{feff}').unwrap_or(slice);
        Self {
            file,
            offset: piece.range.start + slice.len() - trimmed.len(),
            line: piece.line - 1,
            slice: trimmed,
            budget,
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            roots: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<Vec<Node>, Failure> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        for event in Parser::new_from_str_with_options(self.slice, options) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    return Err(Box::new(problem::syntax(
                        self.file, self.slice, self.line, &error,
                    )));
                }
            };
            let span = self.span(&span);
            self.event(event, span)?;
        }
        let roots = std::mem::take(&mut self.roots);
        Ok(roots.into_iter().filter(|root| !root.is_null()).collect())
    }

    /// Turns a span of the parser into one of the whole text, without blanks at its end.
    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        let written = self.slice.get(start..end).unwrap_or_default();
        let kept = written.trim_end();
        let (line, column) = (
            number(span.start.line()) + self.line,
            number(span.start.col()) + 1,
        );
        let (end_line, end_column) = if kept.len() == written.len() {
            (
                number(span.end.line()) + self.line,
                number(span.end.col()) + 1,
            )
        } else {
            end_of(kept, line, column)
        };
        Span {
            start: number(self.offset + start),
            end: number(self.offset + start + kept.len()),
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Failure> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain;
                let suffix = tag.as_deref().and_then(Tag::core_suffix);
                let value = scalar::tagged(&text, suffix, quoted);
                let merge = !quoted && &*text == "<<";
                let key =
                    (self.awaits_key() && value != Value::Null).then(|| (Arc::from(&*text), merge));
                let done = Done {
                    node: Node { span, value },
                    size: 1,
                    depth: 0,
                    text: key,
                };
                self.finish(done, anchor)
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(span, style, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(span, style, anchor, Content::Map(Mapping::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => self.alias(id, span),
            Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame {
                content: Content::Map(Mapping {
                    key: Key::Awaited,
                    ..
                }),
                ..
            })
        )
    }

    fn open(
        &mut self,
        start: Span,
        style: StructureStyle,
        anchor: usize,
        content: Content,
    ) -> Result<(), Failure> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Box::new(problem::too_deep(self.location(start))));
        }
        let flow = style == StructureStyle::Flow;
        self.frames.push(Frame {
            start,
            flow,
            anchor,
            size: 1,
            depth: 1,
            content,
        });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Failure> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let (value, last) = match frame.content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span);
                (Value::List(items), last)
            }
            Content::Map(map) => {
                let last = map
                    .entries
                    .last()
                    .map(|entry| later(entry.key_span, entry.value.span));
                let entries = map
                    .merged()
                    .map_err(|span| Box::new(problem::bad_merge(self.location(span))))?;
                (Value::Map(entries), last)
            }
        };
        // A block ends with what it holds; its end event stands at the next token.
        let span = match last {
            _ if frame.flow => frame.start.until(end),
            Some(last) => frame.start.until(later(frame.start, last)),
            None => frame.start,
        };
        let done = Done {
            node: Node { span, value },
            size: frame.size,
            depth: frame.depth,
            text: None,
        };
        self.finish(done, frame.anchor)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Failure> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Box::new(problem::cyclic_alias(self.location(span))));
        };
        if anchored.size > self.budget.expanded {
            return Err(Box::new(problem::alias_budget(self.location(span))));
        }
        if self.frames.len() + anchored.depth > MAX_DEPTH {
            return Err(Box::new(problem::too_deep(self.location(span))));
        }
        self.budget.expanded -= anchored.size;
        let text = match &anchored.node.value {
            Value::String(text) => Some((text.clone(), false)),
            _ => None,
        };
        let done = Done {
            node: anchored.node.clone(),
            size: anchored.size,
            depth: anchored.depth,
            text,
        };
        self.finish(done, 0)
    }

    /// Hands a finished node to what holds it.
    fn finish(&mut self, done: Done, anchor: usize) -> Result<(), Failure> {
        let span = done.node.span;
        let cost = if anchor == 0 { 1 } else { 1 + done.size };
        self.budget.nodes = match self.budget.nodes.checked_sub(cost) {
            Some(rest) => rest,
            None => return Err(Box::new(problem::too_many(self.location(span)))),
        };
        if anchor != 0 {
            let anchored = Anchored {
                node: done.node.clone(),
                size: done.size,
                depth: done.depth,
            };
            self.anchors.insert(anchor, anchored);
        }
        let Some(frame) = self.frames.last_mut() else {
            self.roots.push(done.node);
            return Ok(());
        };
        frame.size += done.size;
        frame.depth = frame.depth.max(done.depth + 1);
        match &mut frame.content {
            Content::List(items) => items.push(done.node),
            Content::Map(map) => {
                if let Some(problem) = map.add(done, self.file) {
                    self.problems.push(problem);
                }
            }
        }
        Ok(())
    }

    fn location(&self, span: Span) -> Location {
        location(self.file, span)
    }
}

impl Mapping {
    /// Takes the next key or value.
    fn add(&mut self, done: Done, file: &Arc<str>) -> Option<Diagnostic> {
        let span = done.node.span;
        match std::mem::take(&mut self.key) {
            Key::Awaited => match done.text {
                Some((_, true)) => self.key = Key::Merge,
                Some((text, false)) => self.key = Key::Given(text, span),
                None => {
                    self.key = Key::Unusable;
                    return Some(problem::key_not_text(location(file, span)));
                }
            },
            Key::Merge => self.merges.push(done.node),
            Key::Unusable => {}
            Key::Given(key, key_span) => {
                let entry = Entry {
                    key: key.clone(),
                    key_span,
                    value: done.node,
                };
                let first = self
                    .index
                    .get(&key)
                    .and_then(|&at| self.entries.get_mut(at));
                if let Some(first) = first {
                    let places = (location(file, first.key_span), location(file, key_span));
                    *first = entry;
                    return Some(problem::duplicate_key(&key, places));
                }
                self.index.insert(key, self.entries.len());
                self.entries.push(entry);
            }
        }
        None
    }

    /// The entries with what `<<` brings in: own keys win, then the earlier of several
    /// sources. The error is the place of a source that is no mapping.
    fn merged(mut self) -> Result<Vec<Entry>, Span> {
        for source in self.merges {
            let sources = match source.value {
                Value::List(items) => items,
                _ => vec![source],
            };
            for source in sources {
                let Value::Map(added) = source.value else {
                    return Err(source.span);
                };
                for entry in added {
                    if let std::collections::btree_map::Entry::Vacant(slot) =
                        self.index.entry(entry.key.clone())
                    {
                        slot.insert(self.entries.len());
                        self.entries.push(entry);
                    }
                }
            }
        }
        Ok(self.entries)
    }
}

fn location(file: &Arc<str>, span: Span) -> Location {
    Location {
        file: file.clone(),
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
    }
}

/// Whichever of two spans ends later.
fn later(first: Span, second: Span) -> Span {
    if second.end > first.end {
        second
    } else {
        first
    }
}

/// Line and column after a text that starts at the given place.
fn end_of(text: &str, line: u32, column: u32) -> (u32, u32) {
    let mut place = (line, column);
    for (index, (start, end, _)) in lines(text).enumerate() {
        let length = number(text[start..end].chars().count());
        place = if index == 0 {
            (line, column + length)
        } else {
            (line + number(index), length + 1)
        };
    }
    place
}

/// Offsets and lines fit: a file has at most [`MAX_FILE`] bytes.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
