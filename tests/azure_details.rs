//! What a strict reader of the fact sheet asked of routing, security groups and load balancers, and did not find.
//!
//! Each test names its origin: the section or assertion of the fact sheet, or the line of the contract.

mod changed;

use kubehop::engine::azure::export;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;

#[path = "azure_details/api_server.rs"]
mod api_server;
#[path = "azure_details/balancing.rs"]
mod balancing;
#[path = "azure_details/bridge.rs"]
mod bridge;
#[path = "azure_details/contradictions.rs"]
mod contradictions;
#[path = "azure_details/egress_gateway.rs"]
mod egress_gateway;
#[path = "azure_details/exported_cluster.rs"]
mod exported_cluster;
#[path = "azure_details/http_probes.rs"]
mod http_probes;
#[path = "azure_details/names.rs"]
mod names;
#[path = "azure_details/routing.rs"]
mod routing;

/// A built-in scenario without its flows, with replacements and further documents.
fn simulate(scenario: &str, change: &[(&str, &str)], documents: &[&str]) -> Simulation {
    let texts = changed::texts(scenario, change, documents).expect("the scenario");
    let (document, problems) = Document::from_texts(texts);
    assert_eq!(problems, [], "the texts are well-formed");
    Simulation::new(&document)
}

/// Every flow of these documents comes out as it expects.
fn holds(scenario: &str, change: &[(&str, &str)], documents: &[&str]) {
    let failed = changed::failed(&simulate(scenario, change, documents));
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
