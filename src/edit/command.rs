//! What can be done to a document.

use std::sync::Arc;

use serde_json::{Value, json};

use super::field;
use super::locate::{self, Found};
use crate::model::document::Document;
use crate::model::object::{Kind, Ref};

/// One edit. Commands of one gesture (a drag, a burst of typing) carry the same gesture number.
///
/// A command whose object or file does not exist changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Replaces the text of a file, as typing does.
    ReplaceFile {
        /// Index of the file.
        file: usize,
        /// Its new text.
        text: Arc<str>,
        /// The gesture.
        gesture: u32,
    },
    /// Adds a file at the end.
    AddFile {
        /// Its name; made unique.
        name: Arc<str>,
        /// Its text.
        text: Arc<str>,
    },
    /// Puts files in as `kubectl apply` does: what has the same kind, namespace and name gives way.
    Apply {
        /// The name of the first file, for the label.
        name: Arc<str>,
        /// The files.
        files: Document,
    },
    /// Deletes a file.
    DeleteFile {
        /// Index of the file.
        file: usize,
    },
    /// Renames a file.
    RenameFile {
        /// Index of the file.
        file: usize,
        /// Its new name.
        name: Arc<str>,
    },
    /// Adds documents at the end of a file, or in a new one where there is no such file.
    Append {
        /// Index of the file.
        file: usize,
        /// The object that the text is about, for the label.
        object: Ref,
        /// One or more YAML documents.
        text: Arc<str>,
    },
    /// Replaces the text of an object.
    ReplaceManifest {
        /// The object.
        object: Ref,
        /// Its new text.
        text: Arc<str>,
    },
    /// Deletes an object: a document, or an item of a list such as a subnet of a virtual network.
    Delete {
        /// The object.
        object: Ref,
    },
    /// Sets or removes a field, keeping everything around it.
    SetField {
        /// The object.
        object: Ref,
        /// Path such as `spec.ports[0].nodePort` or `metadata.annotations["a.b/c"]`.
        path: Arc<str>,
        /// The new value; `None` removes the field.
        value: Option<Value>,
        /// The gesture.
        gesture: u32,
    },
    /// Several edits that only mean something together, as one step of undo.
    Together {
        /// The object that they are about, for the label.
        object: Ref,
        /// The edits, in order; where one of them changes nothing, none is made.
        commands: Vec<Command>,
    },
    /// Moves an object in the picture.
    Move {
        /// The object.
        object: Ref,
        /// Its position in grid pixels, relative to its container.
        to: (i32, i32),
        /// The gesture.
        gesture: u32,
    },
}

/// What a command is called: a message id and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Message id.
    pub id: &'static str,
    /// Arguments of the message.
    pub args: Vec<(&'static str, String)>,
}

/// Commands with the same key become one step: what they change, and in which gesture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeKey {
    subject: String,
    gesture: u32,
}

/// The file that a first `Move` makes.
const LAYOUT_FILE: &str = "layout.yaml";

impl Command {
    /// The document after this command.
    #[must_use]
    pub fn apply(&self, document: &Document) -> Document {
        match self {
            Command::ReplaceFile { file, text, .. } => document.with_file_text(*file, text).0,
            Command::AddFile { name, text } => document.with_file(name, text).0,
            Command::Apply { files, .. } => super::apply::apply(document, files),
            Command::DeleteFile { file } => document.without_file(*file),
            Command::RenameFile { file, name } => renamed(document, *file, name),
            Command::Append { file, object, text } => append(document, *file, object, text),
            Command::ReplaceManifest { object, text } => edited(document, object, |found| {
                let text = text.strip_prefix("---\n").unwrap_or(text);
                Some(document.with_part(found.file, found.node.span, text).0)
            }),
            Command::Delete { object } => delete(document, object),
            Command::SetField {
                object,
                path,
                value,
                ..
            } => set_field(document, object, path, value.as_ref()),
            Command::Together { commands, .. } => together(document, commands),
            Command::Move { object, to, .. } => moved(document, object, *to),
        }
    }

    /// What the tooltip of undo calls it.
    pub fn label(&self) -> Label {
        match self {
            Command::ReplaceFile { .. } => label("edit-text", &[]),
            Command::AddFile { name, .. } => label("edit-add-file", &[("file", name)]),
            Command::Apply { name, .. } => label("edit-apply", &[("file", name)]),
            Command::DeleteFile { .. } => label("edit-delete-file", &[]),
            Command::RenameFile { name, .. } => label("edit-rename-file", &[("file", name)]),
            Command::Append { object, .. } => label("edit-add", &[("object", &object.name)]),
            Command::ReplaceManifest { object, .. } => {
                label("edit-replace", &[("object", &object.name)])
            }
            Command::Delete { object } => label("edit-delete", &[("object", &object.name)]),
            Command::SetField { object, path, .. } => {
                label("edit-field", &[("object", &object.name), ("field", path)])
            }
            Command::Together { object, .. } => label("edit-replace", &[("object", &object.name)]),
            Command::Move { object, .. } => label("edit-move", &[("object", &object.name)]),
        }
    }

    /// What this command merges with; `None` for one that is always a step of its own.
    pub fn merge_key(&self) -> Option<MergeKey> {
        let (subject, gesture) = match self {
            Command::ReplaceFile { file, gesture, .. } => (format!("file {file}"), *gesture),
            Command::SetField {
                object,
                path,
                gesture,
                ..
            } => (format!("{object} {path}"), *gesture),
            Command::Move {
                object, gesture, ..
            } => (object.to_string(), *gesture),
            Command::AddFile { .. }
            | Command::Apply { .. }
            | Command::DeleteFile { .. }
            | Command::RenameFile { .. }
            | Command::Append { .. }
            | Command::ReplaceManifest { .. }
            | Command::Together { .. }
            | Command::Delete { .. } => return None,
        };
        Some(MergeKey { subject, gesture })
    }
}

fn label(id: &'static str, args: &[(&'static str, &str)]) -> Label {
    Label {
        id,
        args: args
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
    }
}

/// A file is named by its path or, in the page, by the reader: never by blanks.
fn renamed(document: &Document, file: usize, name: &str) -> Document {
    match name.trim() {
        "" => document.clone(),
        name => document.with_name(file, name),
    }
}

fn append(document: &Document, file: usize, object: &Ref, text: &str) -> Document {
    if file < document.files.len() {
        return document.with_appended(file, text).0;
    }
    let text = format!("{}\n", text.trim_end());
    document
        .with_file(&format!("{}.yaml", object.name), &text)
        .0
}

/// `document` after `edit` of the place of `object`; unchanged if there is no such place, or it cannot be edited.
fn edited(
    document: &Document,
    object: &Ref,
    edit: impl FnOnce(&Found<'_>) -> Option<Document>,
) -> Document {
    let changed = locate::find(document, object).and_then(|found| edit(&found));
    changed.unwrap_or_else(|| document.clone())
}

fn set_field(document: &Document, object: &Ref, path: &str, value: Option<&Value>) -> Document {
    edited(document, object, |found| {
        let text = field::set(found.text, &found.node, path, value)?;
        Some(document.with_file_text(found.file, &text).0)
    })
}

/// After all of them, or unchanged where one of them cannot be made.
fn together(document: &Document, commands: &[Command]) -> Document {
    let mut next = document.clone();
    for command in commands {
        let changed = command.apply(&next);
        if changed == next {
            return document.clone();
        }
        next = changed;
    }
    next
}

/// Without the object, and without its file if nothing else is in it.
fn delete(document: &Document, object: &Ref) -> Document {
    edited(document, object, |found| {
        let (next, _) = document.without_part(found.file, found.node.span);
        let nothing = |line: &str| line.trim().is_empty() || line.starts_with("---");
        let is_empty = next
            .files
            .get(found.file)
            .is_some_and(|file| file.text.lines().all(nothing));
        Some(if is_empty {
            next.without_file(found.file)
        } else {
            next
        })
    })
}

fn moved(document: &Document, object: &Ref, (x, y): (i32, i32)) -> Document {
    let layout = Ref::bare(Kind::Layout);
    if locate::find(document, &layout).is_some() {
        let path = format!("spec.positions[\"{object}\"]");
        return set_field(document, &layout, &path, Some(&json!({ "x": x, "y": y })));
    }
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Layout\nmetadata: {{name: layout}}\nspec:\n  positions:\n    {}: {{x: {x}, y: {y}}}\n",
        super::scalar::text(&object.to_string())
    );
    document.with_file(LAYOUT_FILE, &text).0
}
