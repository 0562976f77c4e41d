//! Files as they were parsed, so that a later document with the same files need not parse them again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::head::{Head, recognise};
use super::item::Item;
use super::unpack::unpack;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::{Document, SourceFile};
use crate::model::manifest::ManifestId;
use crate::model::object::Kind;
use crate::model::yaml::{Cost, Outcome, Piece, Root, Shift, parse_pieces, split};

/// The files of one document, parsed. What a file holds follows from its name and text alone, and what a piece of it
/// holds from its text, but for where it stands.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<(SourceFile, Arc<Holds>)>,
}

/// What a file holds.
#[derive(Debug)]
struct Holds {
    parts: Vec<Arc<Part>>,
    diagnostics: Vec<Diagnostic>,
}

/// One piece of a file.
#[derive(Debug)]
struct Part {
    piece: Piece,
    /// Each with its head, which stays the same one while the text does.
    roots: Vec<(Arc<Root>, Arc<Head>)>,
    /// What reading it took, where nothing is wrong with it.
    cost: Option<Cost>,
}

impl Files {
    /// Parses the files of a document; what is among `known` with the very same text is taken from there, file by
    /// file, and within a file piece by piece.
    pub(super) fn of(document: &Document, known: &Self) -> Self {
        let files = document.files.iter();
        let files = files.map(|file| {
            let holds = match known.files.iter().find(|(it, _)| it.name == file.name) {
                // Edits keep the texts of other files, so that the place of a text in memory is enough to know it.
                Some((it, holds)) if Arc::ptr_eq(&it.text, &file.text) => holds.clone(),
                Some((it, holds)) => parse(file, &it.text, &holds.parts).into(),
                None => parse(file, "", &[]).into(),
            };
            (file.clone(), holds)
        });
        Self {
            files: files.collect(),
        }
    }

    /// Every document and list item of every file.
    pub(super) fn items(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Item> {
        let mut items = Vec::new();
        let mut numbers: BTreeMap<Kind, usize> = BTreeMap::new();
        for (index, (_, holds)) in self.files.iter().enumerate() {
            diagnostics.extend(holds.diagnostics.iter().cloned());
            for (root, head) in holds.parts.iter().flat_map(|part| &part.roots) {
                let kind = head.object.kind;
                let next = numbers.entry(kind).or_default();
                let manifest = ManifestId {
                    kind,
                    number: *next,
                };
                *next += 1;
                items.push(Item::new(index, manifest, root.clone(), head.clone()));
            }
        }
        items
    }
}

/// How many bytes two texts have in common at their start, and at their end.
fn in_common(one: &[u8], other: &[u8]) -> (usize, usize) {
    const STEP: usize = size_of::<u128>();
    fn count<T: PartialEq>(one: impl Iterator<Item = T>, other: impl Iterator<Item = T>) -> usize {
        one.zip(other)
            .take_while(|(one, other)| one == other)
            .count()
    }
    // As numbers: slices would be compared by a call for each step.
    fn numbers(steps: &[[u8; STEP]]) -> impl DoubleEndedIterator<Item = u128> {
        steps.iter().copied().map(u128::from_ne_bytes)
    }
    let (one_steps, other_steps) = (one.as_chunks().0, other.as_chunks().0);
    let start = STEP * count(numbers(one_steps), numbers(other_steps));
    let rest = count(one[start..].iter(), other[start..].iter());
    let (one_steps, other_steps) = (one.as_rchunks().1, other.as_rchunks().1);
    let end = STEP * count(numbers(one_steps).rev(), numbers(other_steps).rev());
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    let more = count(one.iter().rev(), other.iter().rev());
    (start + rest, end + more)
}

/// Parses a file, but for those pieces at its start and its end that it has in common with `before`.
fn parse(file: &SourceFile, before: &str, known: &[Arc<Part>]) -> Holds {
    let pieces = split(&file.text);
    let (start, end) = in_common(before.as_bytes(), file.text.as_bytes());
    let pairs = pieces.iter().zip(known);
    let at_start =
        |(own, part): &(&Piece, &Arc<Part>)| **own == part.piece && own.range.end <= start;
    let first = pairs.take_while(at_start).count();
    let from_end = |piece: &Piece, text: &str| {
        let Range { start, end } = piece.range;
        (text.len() - start, text.len() - end)
    };
    let at_end = |(own, part): &(&Piece, &Arc<Part>)| {
        let (own, known) = (from_end(own, &file.text), from_end(&part.piece, before));
        own == known && own.0 <= end
    };
    let pairs = pieces.iter().rev().zip(known.iter().rev());
    let last = pairs.take_while(at_end).count();
    let (count, total) = (pieces.len(), known.len());
    let known = |index: usize| {
        let from_end = count.saturating_sub(index);
        if index < first {
            known.get(index)
        } else if from_end <= last {
            known.get(total.checked_sub(from_end)?)
        } else {
            None
        }
    };
    let (outcomes, mut diagnostics) = parse_pieces(&file.name, &file.text, pieces, |index| {
        // A file that holds nothing at all is told of, so that pieces which hold nothing are looked at again.
        let part = known(index).filter(|part| !part.roots.is_empty())?;
        part.cost
    });
    let part = |(index, (piece, outcome)): (usize, (Piece, Outcome))| {
        let (roots, cost) = match outcome {
            Outcome::Known(_) if known(index)?.piece == piece => return known(index).cloned(),
            Outcome::Known(_) => return Some(known(index)?.moved(piece).into()),
            Outcome::Read(roots, cost) => (roots, cost),
            Outcome::Broken => (Vec::new(), None),
        };
        let said = diagnostics.len();
        let roots = roots
            .into_iter()
            .flat_map(|root| unpack(root, file, &mut diagnostics));
        let roots: Vec<_> = roots
            .map(|root| {
                let head = recognise(&root);
                (Arc::new(root.into()), Arc::new(head))
            })
            .collect();
        let clean = diagnostics.len() == said;
        let cost = cost.filter(|_| clean);
        Some(Arc::new(Part { piece, roots, cost }))
    };
    let parts = outcomes.into_iter().enumerate().filter_map(part).collect();
    Holds { parts, diagnostics }
}

impl Part {
    /// The same where it stands now.
    fn moved(&self, piece: Piece) -> Self {
        let offset = |piece: &Piece| u32::try_from(piece.range.start).unwrap_or(u32::MAX);
        let shift = Shift {
            bytes: offset(&piece).wrapping_sub(offset(&self.piece)),
            lines: piece.line.wrapping_sub(self.piece.line),
        };
        let moved = |(root, head): &(Arc<Root>, Arc<Head>)| {
            let root = if shift == Shift::default() {
                root.clone()
            } else {
                Arc::new(root.moved(shift))
            };
            (root, head.clone())
        };
        Self {
            piece,
            roots: self.roots.iter().map(moved).collect(),
            cost: self.cost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Known, read, read_after};
    use super::*;

    #[test]
    fn only_the_file_that_changed_is_parsed_again() {
        let texts = [("a.yaml", "kind: A"), ("b.yaml", "kind: [")];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let (document, _) = Document::from_texts(texts.into());
        let (_, before, files) = read_after(&document, &Known::default());
        let (edited, _) = document.with_file_text(0, "kind: B");
        let (network, after, next) = read_after(&edited, &files);
        let held = |known: &Known, index: usize| known.files.files[index].1.clone();
        assert!(!Arc::ptr_eq(&held(&files, 0), &held(&next, 0)));
        assert!(Arc::ptr_eq(&held(&files, 1), &held(&next, 1)));
        assert_eq!((network, after.clone()), read(&edited));
        // What is wrong with the other file is still said.
        let syntax = |problems: &[Diagnostic]| {
            let of = problems.iter().filter(|it| it.code == "yaml-syntax");
            of.count()
        };
        assert_eq!([syntax(&before), syntax(&after)], [1, 1]);
    }

    #[test]
    fn texts_have_in_common_what_comparing_byte_by_byte_finds() {
        let long = "0123456789".repeat(9);
        let texts = [
            "",
            "a",
            "ab",
            &long,
            &long[..40],
            &long[3..],
            &format!("{long}x{long}"),
        ];
        for (one, other) in texts
            .iter()
            .flat_map(|one| texts.map(|other| (*one, other)))
        {
            let pairs = || one.bytes().zip(other.bytes());
            let start = pairs().take_while(|(one, other)| one == other).count();
            let pairs = one.bytes().rev().zip(other.bytes().rev());
            let end = pairs.take_while(|(one, other)| one == other).count();
            assert_eq!(in_common(one.as_bytes(), other.as_bytes()), (start, end));
        }
    }

    #[test]
    fn a_file_of_another_name_is_another_file() {
        let (document, _) = Document::from_texts(vec![("a.yaml".to_owned(), "kind: [".to_owned())]);
        let (_, _, files) = read_after(&document, &Known::default());
        let mut renamed = document;
        renamed.files[0].name = Arc::from("b.yaml");
        let (_, problems, _) = read_after(&renamed, &files);
        assert_eq!(problems, read(&renamed).1);
    }
}
