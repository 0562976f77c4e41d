//! Whole documents in, typed objects and diagnostics out.

use super::*;

/// Reads one file called `x.yaml`.
fn read_text(text: &str) -> (Network, Vec<Diagnostic>) {
    let (document, mut diagnostics) =
        Document::from_texts(vec![("x.yaml".to_owned(), text.to_owned())]);
    let (network, more) = read(&document);
    diagnostics.extend(more);
    (network, diagnostics)
}

/// The diagnostics, one a line.
fn problems(text: &str) -> String {
    read_text(text)
        .1
        .iter()
        .map(|diagnostic| format!("{diagnostic}\n"))
        .collect()
}

#[test]
fn the_contract_examples_read_without_a_problem_where_present() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract/examples");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("NOT RUN: {folder} is not here");
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(problems(&text), "", "{}", path.display());
    }
}
