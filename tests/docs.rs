//! The documents agree with the program: what is simulated, what commands print, what exists.

#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::expect_file;
use kubehop::engine::stage::Stage;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The rows of the table of stages: name and whether it is simulated.
fn rows() -> Vec<(String, bool)> {
    let readme = read("README.md");
    let cells = readme
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let rows = cells.filter_map(|cells| match cells.as_slice() {
        ["", stage, _, "yes", ""] => Some(((*stage).to_owned(), true)),
        ["", stage, _, "**not yet**", ""] => Some(((*stage).to_owned(), false)),
        _ => None,
    });
    rows.map(|(stage, simulated)| (stage.trim_matches('`').to_owned(), simulated))
        .collect()
}

/// The stages that some golden walk decides at.
fn walked() -> BTreeSet<String> {
    let mut stages = BTreeSet::new();
    for case in fs::read_dir(root().join("tests/cases")).unwrap().flatten() {
        let walks = fs::read_to_string(case.path().join("trace.txt")).unwrap_or_default();
        for line in walks.lines().map(str::trim) {
            let mut words = line.split(' ');
            let lane = words.next();
            if !matches!(lane, Some("request" | "reply")) {
                continue;
            }
            if let (Some(stage), Some(action)) = (words.nth(2), words.next())
                && action != "not-modelled"
            {
                stages.insert(stage.to_owned());
            }
        }
    }
    stages
}

#[test]
fn the_readme_names_every_built_in_scenario() {
    let readme = read("README.md");
    let listed = readme.lines().find(|line| line.starts_with("Built in,"));
    let listed = listed.expect("a list");
    for scenario in kubehop::scenarios::ALL {
        let name = format!("`{}`", scenario.id);
        assert!(listed.contains(&name), "{name} is missing");
    }
}

#[test]
fn the_readme_lists_every_stage_in_order() {
    let listed: Vec<String> = rows().into_iter().map(|(stage, _)| stage).collect();
    let all: Vec<&str> = Stage::ALL.iter().map(|stage| stage.as_str()).collect();
    assert_eq!(listed, all);
}

#[test]
fn what_the_readme_calls_simulated_is_walked_in_some_case_and_the_rest_in_none() {
    let walked = walked();
    let wrong: Vec<String> = rows()
        .into_iter()
        .filter(|(stage, simulated)| walked.contains(stage) != *simulated)
        .map(|(stage, simulated)| {
            format!(
                "{stage}: README says {}",
                if simulated { "yes" } else { "not yet" }
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every `$ kubehop …` of a console block, with the output below it.
fn console(text: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ kubehop ").filter(|_| inside) {
            examples.push((command.to_owned(), String::new()));
        } else if let Some((_, output)) = examples.last_mut().filter(|_| inside) {
            output.push_str(line);
            output.push('\n');
        }
    }
    examples
}

fn kubehop(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(command.split(' '))
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The README with the real output below every command.
fn refreshed(text: &str) -> String {
    let mut fresh = String::new();
    let (mut inside, mut skipping) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
            skipping = false;
        }
        if !skipping {
            fresh.push_str(line);
            fresh.push('\n');
        }
        if let Some(command) = line.strip_prefix("$ kubehop ").filter(|_| inside) {
            fresh.push_str(&kubehop(command));
            skipping = true;
        }
    }
    fresh
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let readme = read("README.md");
    assert!(
        console(&readme).len() >= 3,
        "the README shows too few commands"
    );
    expect_file![root().join("README.md")].assert_eq(&refreshed(&readme));
}

#[test]
fn the_picture_of_the_readme_is_what_the_program_draws() {
    let svg = kubehop(
        "draw src/scenarios/shared/azure.yaml src/scenarios/shared/web.yaml src/scenarios/kubenet --flow internet-to-web -o -",
    );
    expect_file![root().join("docs/internet-to-web.svg")].assert_eq(&svg);
}

#[test]
fn the_headings_that_people_look_for_are_there() {
    let headings = |name: &str| -> Vec<String> {
        let text = read(name);
        text.lines()
            .filter_map(|line| line.strip_prefix("## "))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        headings("README.md"),
        [
            "What is simulated, and what is not",
            "The command line",
            "How far it can be trusted",
            "Your own manifests",
            "Links and embedding",
            "Accessibility and browsers",
            "Figures",
            "Reading on",
        ]
    );
    assert_eq!(headings("CHANGELOG.md")[0], "[Unreleased]");
    for file in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        assert!(headings(file).len() >= 4, "{file}");
    }
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut missing = Vec::new();
    for file in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = read(file);
        for quoted in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "examples/", ".ci/"]
                .iter()
                .any(|prefix| quoted.starts_with(prefix));
            let pattern = quoted.contains(['<', '*', ' ']);
            if is_path && !pattern && !root().join(quoted).exists() {
                missing.push(format!("{file}: {quoted}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
