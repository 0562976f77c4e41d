//! A problem with the user's input, with its place and a way out.

use std::fmt;
use std::sync::Arc;

use super::flow::Flow;

/// Where a piece of text stands. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// File name as the user knows it.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Line of the end, from 1.
    pub end_line: u32,
    /// Column after the last character, from 1.
    pub end_column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document or field could not be used; exit status 2.
    Error,
    /// It was used, but is probably not what was meant, or Azure would refuse or warn.
    Warning,
    /// Worth knowing: kept but not simulated, data dropped, defaults assumed.
    Info,
}

impl Severity {
    /// Lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One problem. Texts are lower case, without a full stop, values in backticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable identifier, such as `yaml-syntax` or `wrong-type`; also the message id of its translation.
    pub code: &'static str,
    /// Where; absent only where no text is to blame.
    pub location: Option<Location>,
    /// The object it is about, as `kind/namespace/name`, where known.
    pub object: Option<crate::model::object::Ref>,
    /// Path of the field that is to blame, such as `spec.clusterIP`, where the location is still to be found
    /// from the object.
    pub field: Option<String>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What stands there.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// A request whose walk shows it.
    pub shown_by: Option<Arc<Flow>>,
}

/// A problem that keeps something from being used, or that Azure refuses.
pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Error, code, message)
}

/// A problem of what was used all the same.
pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Warning, code, message)
}

/// Something worth knowing.
pub fn info(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Info, code, message)
}

impl Diagnostic {
    /// A problem with only a message; the `with_…` methods add the rest.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            location: None,
            object: None,
            field: None,
            message: printable(message.into()),
            found: None,
            expected: None,
            hint: None,
            shown_by: None,
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: Option<Location>) -> Self {
        self.location = location;
        self
    }

    /// Says which object.
    #[must_use]
    pub fn about(mut self, object: crate::model::object::Ref) -> Self {
        self.object = Some(object);
        self
    }

    /// Says which field of the object.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// Says what stands there and what should.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>, expected: impl Into<String>) -> Self {
        self.found = Some(printable(found.into()));
        self.expected = Some(printable(expected.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(printable(hint.into()));
        self
    }

    /// Says which request's walk shows it.
    #[must_use]
    pub fn shown_by(mut self, flow: Flow) -> Self {
        self.shown_by = Some(Arc::new(flow));
        self
    }
}

/// The longest part of a diagnostic, in characters; names in a document may be longer.
const MAX_LENGTH: usize = 1000;

/// A text on one line: control characters escaped, and cut where it is too long.
fn printable(text: String) -> String {
    let short = text.len() <= MAX_LENGTH;
    if short && !text.contains(char::is_control) {
        return text;
    }
    let mut printed = String::new();
    for char in text.chars().take(MAX_LENGTH) {
        if char.is_control() {
            printed.extend(char.escape_default());
        } else {
            printed.push(char);
        }
    }
    if !short {
        printed.push('…');
    }
    printed
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        write!(f, "{}: {}", self.severity.as_str(), self.message)?;
        if let (Some(found), Some(expected)) = (&self.found, &self.expected) {
            write!(f, "; found {found}, expected {expected}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; hint: {hint}")?;
        }
        Ok(())
    }
}
