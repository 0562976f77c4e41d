//! Files as they were parsed, so that a later document with the same files need not parse them again.

use std::sync::Arc;

use super::head::{Head, recognise};
use super::item::Item;
use super::unpack::unpack;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::{Document, SourceFile};
use crate::model::yaml::{self, Node};

/// The files of one document, parsed. What a file holds follows from its name and text alone.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<(SourceFile, Arc<Holds>)>,
}

/// What a file holds.
#[derive(Debug)]
struct Holds {
    roots: Vec<(Arc<Node>, Head)>,
    diagnostics: Vec<Diagnostic>,
}

impl Files {
    /// Parses the files of a document; those that are among `known` with the very same text are taken from there.
    pub(super) fn of(document: &Document, known: &Self) -> Self {
        let files = document.files.iter();
        let files = files.map(|file| {
            let holds = known.find(file).cloned();
            (file.clone(), holds.unwrap_or_else(|| parse(file).into()))
        });
        Self {
            files: files.collect(),
        }
    }

    /// Edits keep the texts of other files, so that the place of a text in memory is enough to know it.
    fn find(&self, file: &SourceFile) -> Option<&Arc<Holds>> {
        let same =
            |known: &SourceFile| known.name == file.name && Arc::ptr_eq(&known.text, &file.text);
        let found = self.files.iter().find(|(known, _)| same(known));
        found.map(|(_, holds)| holds)
    }

    /// Every document and list item of every file.
    pub(super) fn items(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Item> {
        let mut items = Vec::new();
        for (index, (_, holds)) in self.files.iter().enumerate() {
            diagnostics.extend(holds.diagnostics.iter().cloned());
            for (root, head) in &holds.roots {
                items.push(Item::new(index, items.len(), root.clone(), head.clone()));
            }
        }
        items
    }
}

fn parse(file: &SourceFile) -> Holds {
    let parsed = yaml::parse(&file.name, &file.text);
    let mut diagnostics = parsed.diagnostics;
    let mut roots = Vec::new();
    for tree in parsed.trees {
        for root in unpack(tree.root, file, &mut diagnostics) {
            let head = recognise(&root);
            roots.push((Arc::new(root), head));
        }
    }
    Holds { roots, diagnostics }
}

#[cfg(test)]
mod tests {
    use super::super::{read, read_after};
    use super::*;

    #[test]
    fn only_the_file_that_changed_is_parsed_again() {
        let texts = [("a.yaml", "kind: A"), ("b.yaml", "kind: [")];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let (document, _) = Document::from_texts(texts.into());
        let (_, before, files) = read_after(&document, &Files::default());
        let (edited, _) = document.with_file_text(0, "kind: B");
        let (network, after, next) = read_after(&edited, &files);
        let held = |files: &Files, index: usize| files.files[index].1.clone();
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
    fn a_file_of_another_name_is_another_file() {
        let (document, _) = Document::from_texts(vec![("a.yaml".to_owned(), "kind: [".to_owned())]);
        let (_, _, files) = read_after(&document, &Files::default());
        let mut renamed = document;
        renamed.files[0].name = Arc::from("b.yaml");
        let (_, problems, _) = read_after(&renamed, &files);
        assert_eq!(problems, read(&renamed).1);
    }
}
