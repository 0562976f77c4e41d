//! Replays the corpus of the fuzz targets, and the project's own inputs, on every machine: `cargo fuzz` itself runs
//! only where its compiler options do.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder of the project, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(folder).expect("the folder is part of the project");
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut found,
    );
    found.sort();
    found
}

fn replay(folder: &str, target: fn(&[u8])) {
    let files = files(folder);
    assert!(!files.is_empty(), "{folder} is empty");
    for file in files {
        println!("{}", file.display());
        target(&fs::read(&file).expect("a readable file"));
    }
}

#[test]
fn documents_of_the_corpus_are_read_or_refused_with_a_place() {
    replay("fuzz/corpus/documents", targets::documents);
    replay("src/scenarios", targets::documents);
}

#[test]
fn links_of_the_corpus_are_opened_or_refused_with_a_reason() {
    replay("fuzz/corpus/links", targets::links);
}

#[test]
fn flows_of_the_corpus_are_read_or_refused_with_a_reason() {
    replay("fuzz/corpus/flows", targets::flows);
}
