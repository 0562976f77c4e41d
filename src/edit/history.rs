//! Undo and redo: the past, the present and the future as whole documents.

use std::rc::Rc;

use super::command::{Command, Label, MergeKey};
use crate::model::document::Document;

/// How many steps can be undone; the oldest are forgotten beyond that.
pub const LIMIT: usize = 500;

/// The documents before and after the present one.
///
/// Commands of one gesture on one object (a drag, a burst of typing) become one step.
/// Selection, zoom and playhead are no part of it and never clear what can be redone.
#[derive(Clone, Debug)]
pub struct History {
    past: Vec<Change>,
    present: Rc<Document>,
    future: Vec<Change>,
}

/// A step between two documents: what was done, and the document on its other side.
#[derive(Clone, Debug)]
struct Change {
    label: Label,
    merge_key: Option<MergeKey>,
    document: Rc<Document>,
}

impl History {
    /// A history that begins with `document`.
    pub fn new(document: Rc<Document>) -> Self {
        Self {
            past: Vec::new(),
            present: document,
            future: Vec::new(),
        }
    }

    /// The document as it is now.
    pub fn present(&self) -> &Rc<Document> {
        &self.present
    }

    /// Applies a command; returns whether that changed anything. What was undone cannot be redone afterwards.
    pub fn apply(&mut self, command: &Command) -> bool {
        let next = command.apply(&self.present);
        if next == *self.present {
            return false;
        }
        let merge_key = command.merge_key();
        let last = self.past.last();
        let merges = self.future.is_empty()
            && merge_key.is_some()
            && last.is_some_and(|last| last.merge_key == merge_key);
        let before = std::mem::replace(&mut self.present, Rc::new(next));
        self.future.clear();
        if !merges {
            self.past.push(Change {
                label: command.label(),
                merge_key,
                document: before,
            });
        } else if last_document(&self.past) == Some(&self.present) {
            // The gesture came back to where it began.
            self.past.pop();
        }
        if self.past.len() > LIMIT {
            self.past.remove(0);
        }
        true
    }

    /// Goes back one step; returns whether there was one.
    pub fn undo(&mut self) -> bool {
        step(&mut self.past, &mut self.present, &mut self.future)
    }

    /// Goes forward one step; returns whether there was one.
    pub fn redo(&mut self) -> bool {
        step(&mut self.future, &mut self.present, &mut self.past)
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&Label> {
        self.past.last().map(|change| &change.label)
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&Label> {
        self.future.last().map(|change| &change.label)
    }

    /// The documents before the last edits, the latest first, each with the edit that was made to it.
    pub fn earlier(&self) -> impl Iterator<Item = (&Label, &Rc<Document>)> {
        let past = self.past.iter().rev();
        past.map(|change| (&change.label, &change.document))
    }

    /// How many steps can be undone.
    pub fn depth(&self) -> usize {
        self.past.len()
    }
}

fn last_document(past: &[Change]) -> Option<&Rc<Document>> {
    past.last().map(|change| &change.document)
}

/// Moves the newest change of `from` to `to`, and the present across it.
fn step(from: &mut Vec<Change>, present: &mut Rc<Document>, to: &mut Vec<Change>) -> bool {
    let Some(mut change) = from.pop() else {
        return false;
    };
    std::mem::swap(present, &mut change.document);
    // A gesture that goes on after undo or redo is a new step.
    change.merge_key = None;
    to.push(change);
    true
}
