//! No false alarm, and nothing that says less than it should.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::engine::lint::{catalogue, controllers};
use crate::engine::simulation::Simulation;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::scenarios;
use crate::text::{Language, Texts};

/// What a scenario shows on purpose: an answer that a route takes past the way of its request.
const MEANT: [(&str, &[&str]); 1] = [(
    "hub-firewall",
    &[
        "spoke.yaml:27:1: warning: the route for 0.0.0.0/0 makes the tag VirtualNetwork mean every address in subnet/spoke/nodes",
        "spoke.yaml:32:7: warning: the reply of service/default/shop-public to internet is lost at firewall/firewall (azure.firewall, `NoConnection`), although the request for 20.50.60.70:80 arrives",
    ],
)];

#[test]
fn the_built_in_scenarios_have_no_problem_but_what_they_show_on_purpose() {
    for scenario in scenarios::ALL {
        let document = scenario.document();
        let simulation = Simulation::new(&document);
        let mut problems = simulation.checks(&document);
        problems.extend(simulation.deep_checks(&document));
        let shown = problems.iter().map(ToString::to_string);
        let shown: Vec<String> = shown
            .map(|it| it.split("; hint: ").next().unwrap_or_default().to_owned())
            .collect();
        let mut meant = MEANT.iter().filter(|(id, _)| *id == scenario.id);
        let meant = meant.next().map_or(&[][..], |(_, problems)| *problems);
        assert_eq!(shown, meant, "{}", scenario.id);
    }
}

#[test]
fn every_code_says_in_both_languages_what_it_leads_to_and_japanese_has_its_message() {
    for language in [Language::En, Language::Ja] {
        let texts = Texts::new(language);
        for entry in catalogue::ALL {
            assert!(
                texts.has(entry.consequence),
                "{} in {language:?}",
                entry.consequence
            );
            if language == Language::Ja {
                assert!(texts.has(entry.code), "{}", entry.code);
            }
        }
    }
}

/// Whoever finds something says what to do about it, or its code does.
#[test]
fn every_finding_says_what_to_do_in_both_languages() {
    let texts = [Language::En, Language::Ja].map(Texts::new);
    let entries = catalogue::ALL.iter().chain(controllers::ALL);
    // Their hints differ from case to case, and are translated as phrases.
    let many = |code: &str| {
        let worded = [
            "outbound-ports-surge",
            "next-hop-express-route",
            "outbound-type-not-modelled",
            "kubenet-default-route",
            "kubenet-too-many-pods",
        ];
        code.starts_with("load-balancer-") || code.starts_with("appgw-") || worded.contains(&code)
    };
    let silent: Vec<&str> = entries
        .map(|entry| entry.code)
        .filter(|code| !many(code))
        .filter(|code| {
            let problem = || Diagnostic::new(Severity::Error, code, "");
            let of_code = texts
                .iter()
                .all(|it| it.diagnostic_hint(&problem()).is_some());
            let own = texts[1].diagnostic_hint(&problem().hint("zz"));
            !of_code && own.as_deref() == Some("zz")
        })
        .collect();
    assert_eq!(silent, [""; 0]);
}

/// First arguments of `error("…")`, `warning("…")` and `info("…")`, and the first part of tuples of codes.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests") {
                codes(&path, found);
            }
            continue;
        }
        if path.ends_with("catalogue.rs") || path.ends_with("controllers.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let words = text.split('"').skip(1).step_by(2);
        let is_code = |word: &&str| {
            word.contains('-') && word.chars().all(|it| it.is_ascii_lowercase() || it == '-')
        };
        found.extend(words.filter(is_code).map(str::to_owned));
    }
}

#[test]
fn the_catalogue_has_every_code_that_is_found_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine");
    let mut found = BTreeSet::new();
    codes(&root.join("lint"), &mut found);
    codes(&root.join("azure/checks"), &mut found);
    codes(&root.join("appgateway/checks"), &mut found);
    // Names of annotations and of groups that AKS makes.
    let names = ["azure-", "aks-vnet-", "load-balancer-source-ranges"];
    found.retain(|word| !names.iter().any(|name| word.starts_with(name)));
    let known: BTreeSet<String> = catalogue::ALL
        .iter()
        .map(|entry| entry.code.to_owned())
        .collect();
    assert_eq!(found, known);
}

#[test]
fn every_code_of_controllers_is_one_that_somebody_reports() {
    use crate::engine::lint::controllers;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    codes(&root.join("src/engine"), &mut found);
    codes(&root.join("src/model"), &mut found);
    let nobody: Vec<&str> = controllers::ALL
        .iter()
        .map(|entry| entry.code)
        // What is collected are words with a dash.
        .filter(|code| code.contains('-') && !found.contains(*code))
        .collect();
    assert_eq!(nobody, [""; 0]);
}
