//! What the Kubernetes API accepts as names, labels and annotation keys
//! (`k8s.io/apimachinery/pkg/util/validation`).

use super::cursor::{Cursor, quoted};
use crate::model::object::Kind;

/// Lower-case letters, digits and `-`, starting and ending with a letter or digit.
fn part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A DNS label: [`part`] of at most 63 characters.
pub(super) fn label(text: &str) -> bool {
    text.len() <= 63 && part(text)
}

/// Parts joined by dots, at most 253 characters.
pub(super) fn subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(part)
}

/// A label that starts with a letter.
pub(super) fn service_name(text: &str) -> bool {
    label(text) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// The name of a port: at most 15 letters, digits and single `-` between them, a letter among them.
pub(super) fn port_name(text: &str) -> bool {
    text.len() <= 15
        && part(text)
        && !text.contains("--")
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// A label key: letters, digits, `-`, `_` and `.`, with an optional subdomain and `/` before it.
pub(super) fn key(text: &str) -> bool {
    let (prefix, name) = text
        .split_once('/')
        .map_or((None, text), |(prefix, name)| (Some(prefix), name));
    !name.is_empty() && value(name) && prefix.is_none_or(subdomain)
}

/// A label value: empty, or like the name in a key.
pub(super) fn value(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let edge = |char: Option<char>| char.is_none_or(|char| char.is_ascii_alphanumeric());
    text.len() <= 63
        && text.bytes().all(inner)
        && edge(text.chars().next())
        && edge(text.chars().next_back())
}

/// Reports names, labels and annotation keys in `metadata` that the API refuses.
pub(super) fn check(kind: Kind, metadata: Cursor<'_>) {
    let name = metadata.get("name");
    if let Some(text) = name.node().and_then(|node| node.as_str()) {
        let (fits, expected) = match kind {
            Kind::Service => (
                service_name(text),
                "lower-case letters, digits and `-`, starting with a letter",
            ),
            Kind::Namespace => (label(text), "lower-case letters, digits and `-`"),
            _ => (subdomain(text), "lower-case letters, digits, `-` and `.`"),
        };
        if !fits {
            name.wrong(
                "bad-name",
                "is not a name that the API accepts",
                &quoted(text),
                expected,
            );
        }
    }
    let generate = metadata.get("generateName");
    if let Some(text) = generate.node().and_then(|node| node.as_str())
        && !(if kind == Kind::Service {
            service_name(text.trim_end_matches('-'))
        } else {
            subdomain(text.trim_end_matches(['-', '.']))
        })
    {
        generate.wrong(
            "bad-name",
            "is not a name that the API accepts",
            &quoted(text),
            "lower-case letters, digits and `-`",
        );
    }
    for (entry, at) in metadata.get("labels").entries() {
        let text = at.node().and_then(|node| node.as_str()).unwrap_or_default();
        if !key(&entry.key) || !value(text) {
            let found = quoted(&format!("{}: {text}", entry.key));
            at.wrong(
                "bad-label",
                "is not a label that the API accepts",
                &found,
                "at most 63 letters, digits, `-`, `_` and `.`",
            );
        }
    }
    for (entry, at) in metadata.get("annotations").entries() {
        // Letters in any case are fine in annotation keys.
        if !key(&entry.key) && !key(&entry.key.to_ascii_lowercase()) {
            let found = quoted(&entry.key);
            at.wrong(
                "bad-label",
                "is not an annotation that the API accepts",
                &found,
                "a key of at most 63 letters, digits, `-`, `_` and `.`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_the_api() {
        let long = "a".repeat(64);
        for (text, is_label, is_subdomain, is_service, is_key) in [
            ("web", true, true, true, true),
            ("1web", true, true, false, true),
            ("-web", false, false, false, false),
            ("Web", false, false, false, true),
            ("a.b", false, true, false, true),
            ("a..b", false, false, false, true),
            ("", false, false, false, false),
            ("a.b/C_d", false, false, false, true),
            ("A/b", false, false, false, false),
            (long.as_str(), false, true, false, false),
        ] {
            let found = (label(text), subdomain(text), service_name(text), key(text));
            assert_eq!(
                found,
                (is_label, is_subdomain, is_service, is_key),
                "{text}"
            );
        }
    }
}
