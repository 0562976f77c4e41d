//! What a strict reader of the fact sheet asked of routing, security groups and load balancers, and did not find.
//!
//! Each test names its origin: the section or assertion of the fact sheet, or the line of the contract.

use kubehop::engine::azure::export;
use kubehop::engine::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::Trace;
use kubehop::model::document::Document;
use kubehop::scenarios;

#[path = "azure_details/balancing.rs"]
mod balancing;
#[path = "azure_details/bridge.rs"]
mod bridge;
#[path = "azure_details/names.rs"]
mod names;
#[path = "azure_details/routing.rs"]
mod routing;

/// A built-in scenario without its flows, with replacements and further documents.
fn simulate(scenario: &str, change: &[(&str, &str)], documents: &[&str]) -> Simulation {
    let found = scenarios::find(scenario).expect("a built-in scenario");
    let files = found.files.iter().filter(|(name, _)| *name != "flows.yaml");
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (from, to) in change {
        let text = texts.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = text.unwrap_or_else(|| panic!("`{from}` is not in the scenario"));
        *text = text.replacen(from, to, 1);
    }
    for (index, document) in documents.iter().enumerate() {
        texts.push((format!("more{index}.yaml"), (*document).to_owned()));
    }
    let (document, problems) = Document::from_texts(texts);
    assert_eq!(problems, [], "the texts are well-formed");
    Simulation::new(&document)
}

/// Every flow of these documents comes out as it expects.
fn holds(scenario: &str, change: &[(&str, &str)], documents: &[&str]) {
    let simulation = simulate(scenario, change, documents);
    let flows = &simulation.network().flows;
    assert!(!flows.is_empty(), "no flow");
    let mut failed = Vec::new();
    for flow in flows {
        let result = simulation.trace(flow);
        let expected = flow.expect.as_ref().expect("an expectation");
        let mismatches = expect::evaluate(simulation.network(), &result, expected);
        if mismatches.is_empty() {
            continue;
        }
        let mut walk = Vec::new();
        for branch in &result.branches {
            let connection = &branch.connection;
            for trace in [Some(&connection.original), connection.reply.as_ref()] {
                for (place, step) in trace.into_iter().flat_map(Trace::steps) {
                    let stage = step.stage.as_str();
                    walk.push(format!(
                        "  {place} {stage} {}: {}",
                        step.action(),
                        step.after
                    ));
                }
            }
        }
        let name = &flow.meta.name;
        failed.push(format!("{name}: {mismatches:#?}\n{}", walk.join("\n")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// The problems with one code, as `severity: message`: what reading and controllers say, and `lint`.
fn problems(simulation: &Simulation, code: &str) -> Vec<String> {
    let (nothing, _) = Document::from_texts(Vec::new());
    let mut found = simulation.checks(&nothing);
    found.extend(simulation.deep_checks(&nothing));
    let all = simulation.diagnostics.iter().chain(&found);
    let mut texts: Vec<String> = all
        .filter(|problem| problem.code == code)
        .map(|problem| format!("{}: {}", problem.severity.as_str(), problem.message))
        .collect();
    texts.dedup();
    texts
}

/// `effective loadbalancer`, as ARM would print it.
fn balancers(simulation: &Simulation) -> serde_json::Value {
    export::load_balancers(simulation.network())
}
