//! Every built-in scenario reads without a problem, and every flow in it does what its `expect` promises.
//!
//! Origin of the expectations: the fact sheets' assertions K-02, K-05, K-07, K-10, L-05 and the walks W1 to W9, that is
//! the documentation of AKS, Azure and Kubernetes named with each step; see also the comments in the files.

use kubehop::engine::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Severity;
use kubehop::scenarios;

#[test]
fn every_scenario_reads_without_errors_and_warnings() {
    let mut found = Vec::new();
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        let problems = simulation.diagnostics.iter();
        let bad = problems.filter(|problem| problem.severity != Severity::Info);
        found.extend(bad.map(|problem| format!("{}: {problem}", scenario.id)));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_flow_does_what_it_promises() {
    let mut failed = Vec::new();
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        for flow in &simulation.network().flows {
            let name = format!("{}/{}", scenario.id, flow.meta.name);
            let Some(promise) = &flow.expect else {
                failed.push(format!("{name} promises nothing"));
                continue;
            };
            let result = simulation.trace(flow);
            for mismatch in expect::evaluate(simulation.network(), &result, promise) {
                failed.push(format!("{name}: {mismatch}"));
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn every_flow_has_a_title_in_both_languages() {
    for scenario in scenarios::ALL {
        for flow in &Simulation::new(&scenario.document()).network().flows {
            for key in ["kubehop.dev/title", "kubehop.dev/title-ja"] {
                let titled = flow.meta.annotations.contains_key(key);
                assert!(titled, "{}/{} lacks {key}", scenario.id, flow.meta.name);
            }
        }
    }
}
