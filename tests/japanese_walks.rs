//! Walks as a Japanese reader sees them: of what the engine words itself nothing stays English.
//!
//! Origin: reasoned; the scenarios are the cases and the built-in ones. A sentence of English is taken to be three words
//! one after the other. Names, fields and notations have other characters in them; what is left of them stands in
//! [`NOTATIONS`].

#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kubehop::blockers;
use kubehop::cli::walk_text::Printer;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{Cause, Disposition, Trace, TraceResult};
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;
use kubehop::scenarios;
use kubehop::text::{Language, Texts};

/// What other programs print in three words or more, and names of products.
const NOTATIONS: [&str; 3] = [
    // `ip route`.
    "proto kernel scope link src",
    // A heading of this program's text, with its value between its words.
    "via VNetPeering",
    // Products.
    "Azure CNI Overlay",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn yaml_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the project");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    paths.sort();
    paths
}

/// Every case and built-in scenario.
fn documents() -> Vec<(String, Document)> {
    let mut documents: Vec<(String, Document)> = scenarios::ALL
        .iter()
        .map(|scenario| (scenario.id.to_owned(), scenario.document()))
        .collect();
    let cases = fs::read_dir(root().join("tests/cases")).expect("the cases");
    for folder in cases.map(|entry| entry.expect("an entry").path()) {
        if !folder.is_dir() {
            continue;
        }
        let shared = fs::read_to_string(folder.join("files.txt")).unwrap_or_default();
        let shared = shared.lines().map(|line| root().join(line.trim()));
        let texts = shared.chain(yaml_of(&folder)).map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a file of the case"))
        });
        let (document, _) = Document::from_texts(texts.collect());
        documents.push((folder.display().to_string(), document));
    }
    documents
}

/// Whether a word is English, and neither a name nor a notation.
fn is_plain(word: &str) -> bool {
    let word = word.trim_matches(|it: char| "()`',;.".contains(it));
    let letters = word.chars().all(|it| it.is_ascii_alphabetic());
    let inner = word.chars().skip(1).any(|it| it.is_ascii_uppercase());
    letters && !inner && !word.is_empty()
}

/// The English sentences of a line.
fn english(line: &str) -> Vec<String> {
    let mut line = line.to_owned();
    for notation in NOTATIONS {
        line = line.replace(notation, "");
    }
    let mut found = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for word in line.split(' ').chain([""]) {
        if is_plain(word) {
            words.push(word);
            continue;
        }
        if words.len() > 2 {
            found.push(words.join(" "));
        }
        words.clear();
    }
    found
}

/// Every ending of a walk and of those that it needed.
fn endings(result: &TraceResult) -> Vec<&Disposition> {
    fn of(trace: &Trace) -> &Disposition {
        &trace.disposition
    }
    let branches = result.branches.iter().map(|branch| &branch.connection);
    branches
        .flat_map(|it| [Some(&it.original), it.reply.as_ref()])
        .flatten()
        .map(of)
        .collect()
}

fn flows(simulation: &Simulation) -> Vec<Flow> {
    simulation.network().flows.iter().cloned().collect()
}

#[test]
fn no_walk_of_a_case_or_scenario_says_a_sentence_in_english() {
    let texts = Texts::new(Language::Ja);
    let mut found = BTreeSet::new();
    let mut not_modelled = 0;
    for (name, document) in documents() {
        let simulation = Simulation::new(&document);
        let place = |_: &Cause| None;
        let printer = Printer {
            texts: &texts,
            place: &place,
        };
        for flow in flows(&simulation) {
            let result = simulation.trace(&flow);
            let mut text = printer.result(&result);
            for blocker in blockers::find_in(&document, &simulation, &flow, None).list {
                text += &format!("{}\n", texts.why(&blocker.step.why));
            }
            let endings = endings(&result);
            let unknown = |it: &&&Disposition| matches!(it, Disposition::NotModelled { .. });
            not_modelled += endings.iter().filter(unknown).count();
            for line in text.lines() {
                // What netfilter's own comments say is notation.
                let rule = line.trim_start().strip_prefix("rule: ");
                if rule.is_some_and(|rule| rule.contains(" -A ") || rule.contains("-m comment")) {
                    continue;
                }
                for sentence in english(line) {
                    found.insert(format!("{sentence}    ({name}: {})", line.trim()));
                }
            }
        }
    }
    assert!(not_modelled > 10, "only {not_modelled} walks end there");
    let lines: Vec<String> = found.into_iter().collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn a_sentence_is_seen_and_names_and_notations_are_not() {
    assert_eq!(
        english("対象外: the network policy engine antrea"),
        ["the network policy engine antrea"]
    );
    for line in [
        "rule: 10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4",
        "request 1: host/vm-a host.forward sent TCP 10.1.1.4:50000 > 10.244.0.10:8080",
        "cause: managedClusters properties.networkProfile",
        "規則 via None です",
    ] {
        assert_eq!(english(line), Vec::<String>::new(), "{line}");
    }
}
