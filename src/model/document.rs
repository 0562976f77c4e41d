//! The user's texts, kept as written: the only thing that is saved or shared.

use std::sync::Arc;

/// One file of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// File name as the user knows it, such as `web.yaml`.
    pub name: Arc<str>,
    /// The whole text as written, comments included; the data of Secrets is already gone.
    pub text: Arc<str>,
}

/// A scenario as the user wrote it: one or more files.
///
/// A state costs a few pointers, so undo keeps whole documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The files in order.
    pub files: Vec<SourceFile>,
}

impl Document {
    /// A scenario of files: name and text each.
    pub fn from_texts(texts: Vec<(String, String)>) -> (Self, Vec<super::diagnostic::Diagnostic>) {
        let files = texts.into_iter().map(|(name, text)| SourceFile {
            name: Arc::from(name),
            text: Arc::from(text),
        });
        let files = files.collect();
        (Self { files }, Vec::new())
    }
}
