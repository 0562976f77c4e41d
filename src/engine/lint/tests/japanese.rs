//! What the cases of the validator find, as a Japanese reader is told it.

#[path = "../../../../tests/english/mod.rs"]
mod english;

use crate::model::diagnostic::Diagnostic;
use crate::text::{Language, Texts};

/// Everything that a problem says.
fn parts(texts: &Texts, problem: &Diagnostic) -> Vec<String> {
    let found = texts.diagnostic_found(problem).into_iter().flatten();
    let hint = texts.diagnostic_hint(problem);
    let message = texts.diagnostic_message(problem);
    found.chain(hint).chain([message]).collect()
}

/// Holds that nothing of these problems stays English; every case goes through here.
pub fn told(problems: &[Diagnostic]) {
    let texts = Texts::new(Language::Ja);
    let untold = problems.iter().filter_map(|problem| {
        let phrase = texts.phrase(&problem.message);
        english::untold(
            problem.code,
            &problem.message,
            &phrase,
            &parts(&texts, problem),
        )
    });
    let untold: Vec<String> = untold.collect();
    assert!(untold.is_empty(), "\n{}\n", untold.join("\n"));
}
