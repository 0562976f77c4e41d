//! Whole documents in, typed objects and diagnostics out.

use expect_test::Expect;

use super::*;

mod exports;
mod refused;
mod templates;
mod vectors;

/// Reads one file called `x.yaml`.
fn read_text(text: &str) -> (Network, Vec<Diagnostic>) {
    let texts = vec![("x.yaml".to_owned(), text.to_owned())];
    let (document, mut diagnostics) = Document::from_texts(texts);
    let (network, more) = read(&document);
    diagnostics.extend(more);
    (network, diagnostics)
}

/// The diagnostics, one a line.
fn problems(text: &str) -> String {
    let mut lines: Vec<String> = read_text(text).1.iter().map(ToString::to_string).collect();
    lines.push(String::new());
    lines.join("\n")
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&problems(text));
}
