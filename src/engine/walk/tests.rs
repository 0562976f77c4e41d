//! Whole walks over the built-in scenarios.

use std::fmt::Write as _;

use crate::engine::dns::RecordType;
use crate::engine::expect;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Trace, TraceResult};
use crate::model::document::Document;
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

/// Origin: reasoned; `resolv.conf(5)` repeats a query that is not answered.
#[test]
fn that_some_queries_are_lost_on_their_way_to_coredns_is_told() {
    let scenario = scenarios::find("kubenet").unwrap();
    let texts = scenario.files.iter();
    let mut texts: Vec<(String, String)> = texts
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let told = |texts: &[(String, String)]| -> Vec<String> {
        let simulation = Simulation::new(&Document::from_texts(texts.to_vec()).0);
        let sender = "pod/default/p0".parse().unwrap();
        let found = simulation.resolve(&sender, "web", RecordType::A).unwrap();
        assert_eq!(found.verdict(), "answered");
        let steps = found.trace.steps().map(|(_, step)| &step.why);
        let told = steps.filter(|why| why.id == "why-walk-query-repeated");
        told.map(|why| {
            let percent = why.args.iter().find(|(name, _)| *name == "percent");
            format!("{:?}", percent.map(|(_, value)| value))
        })
        .collect()
    };
    assert!(told(&texts).is_empty(), "CoreDNS answers on both nodes");
    // The pod of CoreDNS on n1 cannot be reached: IP forwarding is off there.
    let nic = "{type: Microsoft.Network/networkInterfaces, name: n1-nic, properties: {enableIPForwarding: false, virtualMachine: {id: n1}, ipConfigurations: [{name: c, properties: {privateIPAddress: 10.1.0.5, subnet: {id: vnet-a/nodes}}}]}}";
    texts.push(("nic.yaml".to_owned(), nic.to_owned()));
    assert_eq!(told(&texts), ["Some(Number(50))"]);
}
