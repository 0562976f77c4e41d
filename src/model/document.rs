//! The user's texts, kept as written: the only thing that is saved or shared.

mod bundle;
mod edit;
mod redact;

use std::sync::Arc;

use super::diagnostic::{Diagnostic, Severity};
use super::yaml;

/// One file of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// File name as the user knows it, such as `web.yaml`; no two files share one.
    pub name: Arc<str>,
    /// The whole text as written, comments included; the data of Secrets is already gone.
    pub text: Arc<str>,
}

/// A scenario as the user wrote it: one or more files.
///
/// A state costs a few pointers, so undo keeps whole documents. Every way to put text
/// into it drops the data of Secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The files in order.
    pub files: Vec<SourceFile>,
}

impl Document {
    /// A scenario of files, name and text each. A text made by [`Document::to_yaml`]
    /// becomes the files that it holds; a name that is taken gets a number.
    ///
    /// The diagnostics tell of Secrets whose data was dropped, and of files that are too
    /// large to be taken at all.
    pub fn from_texts(texts: Vec<(String, String)>) -> (Self, Vec<Diagnostic>) {
        let mut document = Self::default();
        let mut diagnostics = Vec::new();
        for (name, text) in texts {
            for (name, text) in bundle::split(name, text) {
                let (next, more) = document.with_file(&name, &text);
                document = next;
                diagnostics.extend(more);
            }
        }
        (document, diagnostics)
    }

    /// With one more file at the end.
    pub fn with_file(&self, name: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut document = self.clone();
        let name = document.free_name(name);
        let (text, diagnostics) = admit(&name, text);
        if let Some(text) = text {
            document.files.push(SourceFile { name, text });
        }
        (document, diagnostics)
    }

    /// With another text for the file at `index`; unchanged where there is no such file
    /// or the text is too large.
    pub fn with_file_text(&self, index: usize, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut document = self.clone();
        let Some(file) = document.files.get_mut(index) else {
            return (document, Vec::new());
        };
        let (text, diagnostics) = admit(&file.name, text);
        if let Some(text) = text {
            file.text = text;
        }
        (document, diagnostics)
    }

    /// A name that no file has: the one asked for, or the same with a number.
    fn free_name(&self, wanted: &str) -> Arc<str> {
        let wanted = if wanted.is_empty() {
            "scenario.yaml"
        } else {
            wanted
        };
        let taken = |name: &str| self.files.iter().any(|file| &*file.name == name);
        if !taken(wanted) {
            return Arc::from(wanted);
        }
        let (stem, extension) = wanted.rsplit_once('.').unwrap_or((wanted, ""));
        let dot = if extension.is_empty() { "" } else { "." };
        let numbered = (2..).map(|number| format!("{stem} ({number}){dot}{extension}"));
        let free = numbered.into_iter().find(|name| !taken(name));
        free.map_or_else(|| Arc::from(wanted), Arc::from)
    }
}

/// The text without the data of Secrets; `None` if it is too large to be taken.
fn admit(name: &Arc<str>, text: &str) -> (Option<Arc<str>>, Vec<Diagnostic>) {
    if text.len() > yaml::MAX_FILE {
        return (None, vec![yaml::too_large(name, text.len())]);
    }
    match redact::redact(name, text) {
        None => (Some(Arc::from(text)), Vec::new()),
        Some((text, places)) => {
            let dropped = |place| {
                Diagnostic::new(
                    Severity::Info,
                    "secret-dropped",
                    "the data of this Secret was dropped; only its name and type are kept",
                )
                .at(Some(place))
            };
            (
                Some(Arc::from(text)),
                places.into_iter().map(dropped).collect(),
            )
        }
    }
}
