//! Phrases that whoever finds a problem words in English, in the language of the reader.
//!
//! What was found and expected, hints and reasons are phrases such as "one of `TCP`, `UDP` or `SCTP`". Values in
//! backticks and numbers are taken out, a list of values as one; what is left names a message of
//! `locales/ja/phrases.ftl`; else it is held against whole sentences ([`super::worded`]). A phrase without a message
//! stays as it is: English is better than nothing.

use std::borrow::Cow;

use super::{Language, Texts};
use crate::engine::explain::Arg;

/// The names by which a message calls what was taken out.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// What may stand between the values of a list, and the message that stands there instead.
const SEPARATORS: [(&str, &str); 5] = [
    (", ", "phrase-list-comma"),
    (",", "phrase-list-comma"),
    (" or ", "phrase-list-or"),
    (", or ", "phrase-list-or"),
    (" and ", "phrase-list-and"),
];

/// A piece of a phrase.
#[derive(Clone, Debug, PartialEq)]
enum Piece<'a> {
    Words(&'a str),
    Value(&'a str),
}

impl Texts {
    /// A phrase in the language of these texts; English ones, and those without a message, stay as they are.
    pub fn phrase<'a>(&self, phrase: &'a str) -> Cow<'a, str> {
        if self.language == Language::En {
            return Cow::Borrowed(phrase);
        }
        let known = self.phrase_of(phrase).or_else(|| self.worded(phrase));
        known.map_or(Cow::Borrowed(phrase), Cow::Owned)
    }

    fn phrase_of(&self, phrase: &str) -> Option<String> {
        let pieces = self.lists(pieces(phrase)?);
        if let [(false, only)] = pieces.as_slice() {
            return Some(only.clone());
        }
        let values = pieces.iter().filter(|(is_words, _)| !is_words);
        let args: Vec<(&str, Arg)> = NAMES
            .into_iter()
            .zip(values.map(|(_, text)| Arg::from(text.as_str())))
            .collect();
        let id = id(&pieces);
        self.has(&id).then(|| self.message(&id, &args))
    }

    /// Makes one value of each list; the flag says which pieces are words.
    fn lists(&self, pieces: Vec<Piece<'_>>) -> Vec<(bool, String)> {
        let mut merged: Vec<(bool, String)> = Vec::new();
        for piece in pieces {
            let (is_words, text) = match piece {
                Piece::Words(text) => (true, text),
                Piece::Value(text) => (false, text),
            };
            if let [.., (false, list), (true, between)] = merged.as_mut_slice()
                && !is_words
                && let Some((_, id)) = SEPARATORS.iter().find(|(text, _)| text == between)
            {
                *list += &self.get(id);
                *list += text;
                merged.pop();
                continue;
            }
            merged.push((is_words, text.to_owned()));
        }
        merged
    }
}

/// Words, and between them values in backticks and numbers; `None` where a backtick is not closed.
fn pieces(phrase: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = phrase;
    let mut before = None;
    while !rest.is_empty() {
        let end = value_end(rest, before)?;
        let (piece, after) = if end > 0 {
            let (value, after) = rest.split_at(end);
            (Piece::Value(value), after)
        } else {
            let (words, after) = rest.split_at(words_end(rest));
            (Piece::Words(words), after)
        };
        before = rest[..rest.len() - after.len()].chars().next_back();
        pieces.push(piece);
        rest = after;
    }
    Some(pieces)
}

/// Where the value ends with which a text begins; 0 where it begins with words.
fn value_end(text: &str, before: Option<char>) -> Option<usize> {
    if let Some(inner) = text.strip_prefix('`') {
        return Some(inner.find('`')? + 2);
    }
    if before.is_some_and(char::is_alphanumeric) {
        return Some(0);
    }
    let digits = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let after = text[digits..].chars().next();
    let is_number = digits > 0 && !after.is_some_and(char::is_alphanumeric);
    Some(if is_number { digits } else { 0 })
}

/// Where words end: before a backtick, or before a number that is no part of a word.
fn words_end(text: &str) -> usize {
    let mut before: Option<char> = None;
    for (index, character) in text.char_indices() {
        let starts_number =
            character.is_ascii_digit() && before.is_some_and(|it| !it.is_alphanumeric());
        let ends =
            character == '`' || (starts_number && value_end(&text[index..], before) > Some(0));
        if ends && index > 0 {
            return index;
        }
        before = Some(character);
    }
    text.len()
}

/// The id of a phrase: its words in lower case, `x` for each value, dashes for all between.
fn id(pieces: &[(bool, String)]) -> String {
    let mut id = String::from("phrase");
    for (is_words, text) in pieces {
        if !is_words {
            id += "-x";
            continue;
        }
        let words = text
            .split(|character: char| !character.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        for word in words {
            id.push('-');
            id += &word.to_ascii_lowercase();
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn japanese(phrase: &str) -> String {
        Texts::new(Language::Ja).phrase(phrase).into_owned()
    }

    #[test]
    fn values_and_numbers_keep_their_places_in_a_translated_phrase() {
        for (english, expected) in [
            ("nothing", "なし"),
            ("one of `a`, `b`, `c`", "`a`、`b`、`c` のいずれか"),
            ("at most 64 levels", "64 段以下"),
            ("1 to 65535", "1 から 65535"),
            (
                "a prefix with a /24 for each of 300 nodes",
                "300 台のノードのそれぞれに /24 があるプレフィックス",
            ),
            ("an IPv4 address", "IPv4 アドレス"),
            (
                "nothing, or a `type` of `NodePort` or `LoadBalancer`",
                "なし、または `type` が `NodePort` または `LoadBalancer`",
            ),
            (
                "`nonsense` is not a kind of place",
                "`nonsense` という種類の場所はありません",
            ),
        ] {
            assert_eq!(japanese(english), expected);
        }
    }

    #[test]
    fn a_bare_value_stays_and_a_list_of_values_gets_the_commas_of_the_language() {
        assert_eq!(japanese("`a, b or c`"), "`a, b or c`");
        assert_eq!(
            japanese("`azure`, `calico` or `cilium`"),
            "`azure`、`calico` または `cilium`"
        );
        assert_eq!(japanese("17"), "17");
    }

    #[test]
    fn what_nobody_translated_or_is_no_phrase_stays_as_it_is() {
        for text in [
            "",
            "`",
            "``",
            "a `b",
            "never said `x`",
            "`<b>` 名前 1a",
            "9`9",
        ] {
            assert_eq!(japanese(text), text);
        }
    }

    #[test]
    fn english_phrases_stay_english() {
        let texts = Texts::new(Language::En);
        assert_eq!(texts.phrase("one of `a`, `b`"), "one of `a`, `b`");
    }
}
