//! A rendered sentence in pieces, some of which are links.
//!
//! Arguments that are links are rendered between two characters of Unicode's
//! private use area, so that the translation may put them anywhere; afterwards
//! the sentence is split at them. The same characters are taken out of
//! everything that a user wrote, so that no name can forge a link.

use std::borrow::Cow;

use crate::engine::explain::Arg;
use crate::engine::trace::Cause;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// What is read.
    pub text: String,
    /// The object or field that it names.
    pub link: Option<Cause>,
}

impl Fragment {
    /// A piece without a link.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            link: None,
        }
    }
}

/// Begins every link; the next character says of which argument.
const BEGIN: char = '\u{E000}';
/// Ends every link.
const END: char = '\u{E001}';
/// Stands for the first argument; the others follow.
const FIRST: u32 = 0xE010;
/// The last of the characters that are taken out of user text.
const LAST: char = '\u{E0FF}';

/// `text` as the link of the argument at `index`.
pub(super) fn mark(index: usize, text: &str) -> String {
    let number = u32::try_from(index)
        .ok()
        .and_then(|index| FIRST.checked_add(index))
        .and_then(char::from_u32)
        .filter(|number| *number <= LAST);
    match number {
        Some(number) => format!("{BEGIN}{number}{text}{END}"),
        None => text.to_owned(),
    }
}

/// `text` without the characters that mark links.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let marks = BEGIN..=LAST;
    if text.contains(|character| marks.contains(&character)) {
        Cow::Owned(text.replace(|character| marks.contains(&character), ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The pieces of a sentence whose links are marked.
pub(super) fn split(text: &str, args: &[(&'static str, Arg)]) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut pieces = text.split(BEGIN);
    push(&mut fragments, pieces.next().unwrap_or_default(), None);
    for piece in pieces {
        let (marked, rest) = piece.split_once(END).unwrap_or((piece, ""));
        let mut characters = marked.chars();
        let index = characters
            .next()
            .and_then(|number| u32::from(number).checked_sub(FIRST))
            .and_then(|index| usize::try_from(index).ok());
        let link = index.and_then(|index| args.get(index)).and_then(cause);
        push(&mut fragments, characters.as_str(), link);
        push(&mut fragments, rest, None);
    }
    fragments
}

fn push(fragments: &mut Vec<Fragment>, text: &str, link: Option<Cause>) {
    if !text.is_empty() {
        fragments.push(Fragment {
            text: text.to_owned(),
            link,
        });
    }
}

fn cause((_, arg): &(&'static str, Arg)) -> Option<Cause> {
    match arg {
        Arg::Object(object) => Some(Cause::object(object.clone())),
        Arg::Field { object, path, .. } => Some(Cause::field(object.clone(), path.clone())),
        Arg::Text(_) | Arg::Number(_) => None,
    }
}
