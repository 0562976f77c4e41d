//! Values as YAML on one line.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use serde_json::Value;

/// Words that YAML parsers of either version take for something else than text.
const WORDS: &[&str] = &[
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// A value in flow style, as YAML on one line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::String(string) => text(string),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key), inline(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A string, plain where every reader takes it for the same string, otherwise in double quotes.
pub(super) fn text(string: &str) -> String {
    if is_plain(string) {
        return string.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in string.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            _ if is_printable(character) => quoted.push(character),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08x}", u32::from(character));
            }
        }
    }
    quoted.push('"');
    quoted
}

fn is_plain(string: &str) -> bool {
    let safe = |character: char| character.is_ascii_alphanumeric() || "_./-".contains(character);
    let (address, _) = string.split_once('/').unwrap_or((string, ""));
    let begins_well = string.starts_with(|first: char| first.is_ascii_alphabetic())
        || address.parse::<Ipv4Addr>().is_ok();
    begins_well
        && string.chars().all(safe)
        && !WORDS.contains(&string.to_ascii_lowercase().as_str())
}

/// Whether YAML 1.2 lets the character stand in a quoted scalar as it is, and people can see it.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_quoted_only_where_a_reader_could_take_it_for_something_else() {
        for plain in [
            "Cluster",
            "pod/default/web-0",
            "10.0.0.4",
            "10.1.0.0/16",
            "a.b",
        ] {
            assert_eq!(text(plain), plain);
        }
        for quoted in [
            "yes", "Null", "80", "1.30", "", "a: b", "# no", "-x", "*", "0x1", "1e3", "a b",
        ] {
            assert_eq!(text(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(text("a\"\\\n\u{7f}"), r#""a\"\\\n\U0000007f""#);
    }

    #[test]
    fn structures_are_written_on_one_line() {
        assert_eq!(
            inline(&json!({"x": 8, "list": ["a", true, null], "yes": {}})),
            "{x: 8, list: [a, true, null], \"yes\": {}}"
        );
    }
}
