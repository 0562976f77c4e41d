//! Whole walks over the built-in scenarios.

use std::fmt::Write as _;

use crate::engine::expect;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Trace, TraceResult};
use crate::scenarios;

/// A trace in the words of the command line, for messages of tests.
fn text(result: &TraceResult) -> String {
    let mut out = String::new();
    for branch in &result.branches {
        let _ = writeln!(
            out,
            "  branch {:.3} {:?}",
            branch.probability,
            branch
                .picks
                .iter()
                .map(|p| p.picked.clone())
                .collect::<Vec<_>>()
        );
        lines(&mut out, "request", &branch.connection.original);
        if let Some(reply) = &branch.connection.reply {
            lines(&mut out, "reply", reply);
        }
    }
    out
}

fn lines(out: &mut String, direction: &str, trace: &Trace) {
    for (place, step) in trace.steps() {
        let _ = writeln!(
            out,
            "    {direction} {place} {} {} [{}] {:?}",
            step.stage.as_str(),
            step.action(),
            step.after,
            step.why.id
        );
    }
    let _ = writeln!(out, "    => {}", trace.disposition.as_str());
}

#[test]
fn every_flow_of_every_built_in_scenario_meets_its_expectation() {
    let mut failed = String::new();
    let mut checked = 0;
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        for flow in &simulation.network().flows {
            let Some(expected) = &flow.expect else {
                continue;
            };
            let result = simulation.trace(flow);
            let mismatches = expect::evaluate(simulation.network(), &result, expected);
            checked += 1;
            if !mismatches.is_empty() {
                let _ = writeln!(
                    failed,
                    "{} {}: {mismatches:?}\n{}",
                    scenario.id,
                    flow.meta.name,
                    text(&result)
                );
            }
        }
    }
    assert!(checked > 20, "only {checked} flows have an expectation");
    assert!(failed.is_empty(), "{failed}");
}
