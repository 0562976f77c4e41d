//! What can be done to a document.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{field, locate};
use crate::model::document::{Document, SourceFile};
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
            Command::ReplaceFile { file, text, .. } => with_text(document, *file, text),
            Command::AddFile { name, text } => with_file(document, name, text),
            Command::DeleteFile { file } => without_file(document, *file),
            Command::RenameFile { file, name } => renamed(document, *file, name),
            Command::Append { file, object, text } => append(document, *file, object, text),
            Command::ReplaceManifest { object, text } => {
                edited(document, object, |found| Some(found.replaced(text)))
            }
            Command::Delete { object } => delete(document, object),
            Command::SetField {
                object,
                path,
                value,
                ..
            } => edited(document, object, |found| {
                field::set(found.text, &found.node, path, value.as_ref())
            }),
            Command::Move { object, to, .. } => moved(document, object, *to),
        }
    }

    /// What the tooltip of undo calls it.
    pub fn label(&self) -> Label {
        match self {
            Command::ReplaceFile { .. } => label("edit-text", &[]),
            Command::AddFile { name, .. } => label("edit-add-file", &[("file", name)]),
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
            | Command::DeleteFile { .. }
            | Command::RenameFile { .. }
            | Command::Append { .. }
            | Command::ReplaceManifest { .. }
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

/// `document` with another text of one file. Data of Secrets is taken out of it, as of everything that is read.
fn with_text(document: &Document, file: usize, text: &str) -> Document {
    let mut next = document.clone();
    if let Some(entry) = next.files.get_mut(file) {
        *entry = source_file(&entry.name, text);
    }
    next
}

/// A file as [`Document::from_texts`] keeps it.
fn source_file(name: &Arc<str>, text: &str) -> SourceFile {
    let (document, _) = Document::from_texts(vec![(name.to_string(), text.to_string())]);
    let mut files = document.files.into_iter();
    files.next().unwrap_or_else(|| SourceFile {
        name: name.clone(),
        text: Arc::from(""),
    })
}

fn with_file(document: &Document, name: &str, text: &str) -> Document {
    let mut next = document.clone();
    let name = free_name(document, name, None);
    next.files.push(source_file(&name, text));
    next
}

fn without_file(document: &Document, file: usize) -> Document {
    let mut next = document.clone();
    if file < next.files.len() {
        next.files.remove(file);
    }
    next
}

fn renamed(document: &Document, file: usize, name: &str) -> Document {
    let mut next = document.clone();
    let name = free_name(document, name.trim(), Some(file));
    if let Some(entry) = next.files.get_mut(file)
        && !name.is_empty()
    {
        entry.name = name;
    }
    next
}

/// `name`, with a number before its extension if another file has it already.
fn free_name(document: &Document, name: &str, except: Option<usize>) -> Arc<str> {
    let taken = |name: &str| {
        let mut files = document.files.iter().enumerate();
        files.any(|(index, file)| Some(index) != except && &*file.name == name)
    };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let dot = if extension.is_empty() { "" } else { "." };
    let numbered = (2..).map(|number| format!("{stem}-{number}{dot}{extension}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default().into()
}

fn append(document: &Document, file: usize, object: &Ref, text: &str) -> Document {
    let text = text.trim_matches('\n');
    let Some(entry) = document.files.get(file) else {
        let name = format!("{}.yaml", object.name);
        return with_file(document, &name, &format!("{text}\n"));
    };
    let before = entry.text.trim_end();
    let joined = match before {
        "" => format!("{text}\n"),
        _ if text.starts_with("---") => format!("{before}\n{text}\n"),
        _ => format!("{before}\n---\n{text}\n"),
    };
    with_text(document, file, &joined)
}

/// `document` with the file of `object` changed by `edit`; unchanged if that is not possible.
fn edited(
    document: &Document,
    object: &Ref,
    edit: impl FnOnce(&locate::Found<'_>) -> Option<String>,
) -> Document {
    let changed = locate::find(document, object)
        .and_then(|found| Some(with_text(document, found.file, &edit(&found)?)));
    changed.unwrap_or_else(|| document.clone())
}

fn delete(document: &Document, object: &Ref) -> Document {
    let Some(found) = locate::find(document, object) else {
        return document.clone();
    };
    let text = found.removed();
    let nothing = |line: &str| line.trim().is_empty() || line.starts_with("---");
    if text.lines().all(nothing) {
        without_file(document, found.file)
    } else {
        with_text(document, found.file, &text)
    }
}

fn moved(document: &Document, object: &Ref, (x, y): (i32, i32)) -> Document {
    let layout = Ref::bare(Kind::Layout);
    let position = json!({ "x": x, "y": y });
    if locate::find(document, &layout).is_some() {
        let path = format!("spec.positions[\"{object}\"]");
        return edited(document, &layout, |found| {
            field::set(found.text, &found.node, &path, Some(&position))
        });
    }
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Layout\nmetadata: {{name: layout}}\nspec:\n  positions:\n    {}: {{x: {x}, y: {y}}}\n",
        super::scalar::text(&object.to_string())
    );
    with_file(document, LAYOUT_FILE, &text)
}
