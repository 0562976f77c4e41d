//! Outcomes as `JUnit` XML, which build servers read.

use super::check::Outcome;
use crate::engine::trace::TraceResult;

/// One test suite, a test case a flow; under a failed one what differs, and the walk.
pub(super) fn report(outcomes: &[Outcome], walk: impl Fn(&TraceResult) -> String) -> String {
    let failed = outcomes.iter().filter(|outcome| !outcome.holds()).count();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    line!(
        text,
        "<testsuite name=\"kubehop check\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">",
        outcomes.len()
    );
    for outcome in outcomes {
        let name = escaped(outcome.name());
        if outcome.holds() {
            line!(text, "  <testcase classname=\"kubehop\" name=\"{name}\"/>");
            continue;
        }
        let mismatches: Vec<String> = outcome.mismatches.iter().map(ToString::to_string).collect();
        line!(text, "  <testcase classname=\"kubehop\" name=\"{name}\">");
        put!(
            text,
            "    <failure message=\"{}\">",
            escaped(&mismatches.join("; "))
        );
        text += &escaped(&walk(&outcome.result));
        text += "</failure>\n  </testcase>\n";
    }
    text + "</testsuite>\n"
}

/// Text for content and attributes of XML 1.0; characters that it cannot hold become U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&apos;",
            '\n' | '\t' => escaped.push(character),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            _ if character.is_control() => escaped.push('\u{FFFD}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_end_an_attribute_or_make_the_file_invalid() {
        assert_eq!(
            escaped("<a b='\"&\u{1b}\n"),
            "&lt;a b=&apos;&quot;&amp;\u{FFFD}\n"
        );
    }
}
