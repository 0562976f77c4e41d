//! Whole scenarios and every walk in them, as text that a reviewer can read.
//!
//! A case is a folder in `tests/cases`, or a built-in scenario with a folder of the same name:
//! its files, `SOURCE.md` that says where the expected results come from, and `trace.txt`, the
//! walks of its flows. Every flow's `expect` must hold, whatever `trace.txt` says.
//! `UPDATE_EXPECT=1 cargo test --test cases` rewrites the walks; read the diff before accepting it.

#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};

use kubehop::cli::output::{Style, finish};
use kubehop::cli::walk_text::Printer;
use kubehop::engine::expect::evaluate;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::TraceResult;
use kubehop::model::diagnostic::Severity;
use kubehop::model::document::Document;
use kubehop::scenarios;
use kubehop::text::{Language, Texts};

struct Case {
    folder: PathBuf,
    document: Document,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The file names of a folder, sorted.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn cases() -> Vec<Case> {
    let folders = listed(&root().join("tests/cases"));
    folders
        .into_iter()
        .filter(|path| path.is_dir())
        .map(case)
        .collect()
}

/// The built-in scenario of this name, or the files of `files.txt` and the folder's own YAML.
fn case(folder: PathBuf) -> Case {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    if let Some(scenario) = scenarios::find(&name) {
        let document = scenario.document();
        return Case { folder, document };
    }
    let shared = fs::read_to_string(folder.join("files.txt")).unwrap_or_default();
    let shared = shared.lines().map(|line| root().join(line.trim()));
    let own = listed(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    let texts = shared
        .chain(own)
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, text)
        })
        .collect();
    let (document, _) = Document::from_texts(texts);
    Case { folder, document }
}

fn walk(case: &Case, simulation: &Simulation, texts: &Texts, result: &TraceResult) -> String {
    let place = |cause: &kubehop::engine::trace::Cause| {
        let place = simulation
            .network()
            .locate(&case.document, &cause.object, &cause.field)?;
        Some(place.to_string())
    };
    let printer = Printer {
        texts,
        place: &place,
    };
    finish(&printer.result(result), Style::Plain)
}

/// Whatever a sentence looks like when a message or an argument is missing.
fn unfinished(walk: &str) -> Vec<String> {
    let lines = walk.lines().map(str::trim);
    lines
        .filter(|line| line.contains("{$") || line.contains("why: why-"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_case_holds_and_walks_as_it_did() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let (english, japanese) = (Texts::new(Language::En), Texts::new(Language::Ja));
    let mut failed = Vec::new();
    let mut flows = 0;
    for case in cases() {
        let name = case
            .folder
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let simulation = Simulation::new(&case.document);
        let errors = simulation
            .diagnostics
            .iter()
            .filter(|problem| problem.severity == Severity::Error);
        failed.extend(errors.map(|problem| format!("{name}: {problem}")));
        let mut walks = String::new();
        for flow in &simulation.network().flows {
            flows += 1;
            let result = simulation.trace(flow);
            let walked = walk(&case, &simulation, &english, &result);
            let Some(expect) = &flow.expect else {
                failed.push(format!("{name}: flow {} expects nothing", flow.meta.name));
                continue;
            };
            for mismatch in evaluate(simulation.network(), &result, expect) {
                failed.push(format!("{name}: {}: {mismatch}\n{walked}", flow.meta.name));
            }
            let translated = walk(&case, &simulation, &japanese, &result);
            for line in unfinished(&walked)
                .into_iter()
                .chain(unfinished(&translated))
            {
                failed.push(format!(
                    "{name}: {}: unfinished sentence: {line}",
                    flow.meta.name
                ));
            }
            walks += &walked;
            walks.push('\n');
        }
        let golden = case.folder.join("trace.txt");
        if update {
            fs::write(&golden, &walks).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != walks {
            failed.push(format!("{name}: the walks differ from trace.txt; UPDATE_EXPECT=1 rewrites it, git diff shows how"));
        }
    }
    assert!(
        failed.is_empty(),
        "\n{}\n{} problems",
        failed.join("\n"),
        failed.len()
    );
    assert!(flows > 0, "no flow was walked");
}

#[test]
fn every_case_says_where_its_expectations_come_from() {
    for case in cases() {
        let source = case.folder.join("SOURCE.md");
        let text = fs::read_to_string(&source).unwrap_or_default();
        assert!(
            text.contains("http") || text.contains("reasoned"),
            "{} names no page and does not say `reasoned`",
            source.display()
        );
    }
}

#[test]
fn every_built_in_scenario_is_a_case() {
    for scenario in scenarios::ALL {
        assert!(
            root().join("tests/cases").join(scenario.id).is_dir(),
            "tests/cases/{} is missing",
            scenario.id
        );
    }
}
