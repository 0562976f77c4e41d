//! Whole walks over the built-in scenarios.

use std::fmt::Write as _;

use crate::engine::dns::RecordType;
use crate::engine::expect;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Trace, TraceResult, Verdict};
use crate::model::document::Document;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
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

/// A walk past refusals also finds what stops the query for a name, and what a proxy sends on.
#[test]
fn every_refusal_is_found_also_that_of_a_query() {
    let small = include_str!("../../scenarios/shared/small-cluster.yaml");
    let small = small.replace(
        "networkPlugin: kubenet",
        "networkPlugin: kubenet\n    networkPolicy: calico",
    );
    let text = format!(
        "{small}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: web, labels: {{app: web}}}}, spec: {{nodeName: n1, containers: [{{name: c, image: c}}]}}, status: {{podIP: 10.244.1.30}}}}
---
{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: shut}}, spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}}}
"
    );
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    let simulation = Simulation::new(&document);
    let mut flow = Flow {
        meta: Meta::default(),
        from: "pod/default/caller".parse().unwrap(),
        to: Target::Name("web".into()),
        protocol: Protocol::Tcp,
        port: Some(80),
        expect: None,
    };
    let refusals = |result: &TraceResult| -> Vec<String> {
        let trace = &result.branches[0].connection.original;
        let steps = trace.refusals().into_iter();
        steps
            .map(|(place, step)| format!("{place} {} {}", step.stage.as_str(), step.before))
            .collect()
    };
    let result = simulation.trace_past_refusals(&flow);
    let egress = "pod/default/caller policy.egress";
    let found = refusals(&result);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(
        found[0].starts_with(egress) && found[0].ends_with(":53"),
        "{found:#?}"
    );
    assert!(
        found[1].starts_with(egress) && found[1].ends_with(":80"),
        "{found:#?}"
    );
    assert!(
        found[2].starts_with("pod/default/web policy.ingress"),
        "{found:#?}"
    );
    // What really happens stays what it was.
    let real = simulation.trace(&flow);
    assert_eq!(result.verdict, real.verdict);
    assert_eq!(real.verdict, Verdict::Unresolved);
    assert!(result.branches[0].connection.reply.is_none());
    assert_eq!(refusals(&real).len(), 1);
    flow.to = Target::Address("10.244.1.30".parse().unwrap());
    assert_eq!(refusals(&simulation.trace_past_refusals(&flow)).len(), 2);
}

/// A pod that has ended sends nothing and gets nothing, also where another pod has its address now.
#[test]
fn a_pod_that_has_ended_has_no_network() {
    let small = include_str!("../../scenarios/shared/small-cluster.yaml");
    let pod = |name: &str, more: &str| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{nodeName: n1, containers: [{{name: c, image: c}}]}}, status: {{{more}}}}}\n"
        )
    };
    let text = [
        small.to_owned(),
        "\n".to_owned(),
        pod("done", "phase: Succeeded, podIP: 10.244.1.30"),
        pod("lost", "phase: Failed"),
        pod("heir", "podIP: 10.244.1.30"),
        pod("waits", "phase: Pending").replace("nodeName: n1, ", "nodeSelector: {no: such}, "),
    ];
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text.concat())]);
    let simulation = Simulation::new(&document);
    let ends = |from: &str, to: &str| -> (String, &'static str) {
        let result = simulation.trace(&Flow {
            meta: Meta::default(),
            from: format!("pod/default/{from}").parse().unwrap(),
            to: Target::Place(format!("pod/default/{to}").parse().unwrap()),
            protocol: Protocol::Tcp,
            port: Some(80),
            expect: None,
        });
        let trace = &result.branches[0].connection.original;
        let why = trace.last_step().map_or("", |(_, step)| step.why.id);
        (trace.disposition.as_str().to_owned(), why)
    };
    let no_route = |why| ("NoRoute".to_owned(), why);
    assert_eq!(ends("done", "heir"), no_route("why-walk-pod-over"));
    assert_eq!(ends("lost", "heir"), no_route("why-walk-pod-over"));
    assert_eq!(ends("waits", "heir"), no_route("why-walk-pod-pending"));
    let unknown = ("NameNotFound".to_owned(), "why-walk-no-address");
    assert_eq!(ends("caller", "done"), unknown);
    assert_eq!(ends("heir", "done"), unknown);
    assert_eq!(ends("caller", "waits"), unknown);
    assert_eq!(ends("caller", "heir").0, "Delivered");
}
