//! Session affinity: where the second connection of a client goes.
//!
//! Origin: R42 and the assertion L-02 (the load balancer distributes by two fields then), and the `recent` rules that
//! kube-proxy writes for `sessionAffinity: ClientIP` (`pkg/proxy/iptables/proxier.go`, Kubernetes v1.36.2).

use std::collections::BTreeSet;

use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{Branch, Connection, Detail, Step, TraceResult, Verdict};
use kubehop::model::document::Document;
use kubehop::scenarios;

const AFFINITY: &str = "spec:\n  sessionAffinity: ClientIP\n  type: LoadBalancer";

/// A second endpoint of the Service.
const SECOND: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: c, image: i}]}}";

/// The scenario with the Service changed to `spec`, and one flow in it.
fn simulation(scenario: &str, spec: &str, from: &str, to: &str) -> Simulation {
    let scenario = scenarios::find(scenario).unwrap();
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .filter(|(name, _)| *name != "flows.yaml")
        .map(|(name, text)| {
            let text = text.replace("spec:\n  type: LoadBalancer", spec);
            ((*name).to_owned(), text)
        })
        .collect();
    let flow = format!(
        "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: f}}, spec: {{from: {from}, to: {to}, port: 80}}}}"
    );
    texts.push(("flow.yaml".to_owned(), flow));
    texts.push(("more.yaml".to_owned(), SECOND.to_owned()));
    Simulation::new(&Document::from_texts(texts).0)
}

fn trace(simulation: &Simulation, connections: u16) -> TraceResult {
    simulation.trace_connections(&simulation.network().flows[0], (connections, 0))
}

fn receivers(branch: &Branch) -> Vec<String> {
    let receiver = |connection: &Connection| {
        let received = connection.received.as_ref();
        received.map_or_else(|| "-".to_owned(), |received| received.receiver.to_string())
    };
    branch.connections().map(receiver).collect()
}

fn kinds(result: &TraceResult) -> BTreeSet<Vec<String>> {
    result.branches.iter().map(receivers).collect()
}

fn steps(connection: &Connection) -> impl Iterator<Item = &Step> {
    connection.original.steps().map(|(_, step)| step)
}

#[test]
fn without_affinity_each_connection_draws_anew() {
    let simulation = simulation(
        "kubenet",
        "spec:\n  type: LoadBalancer",
        "pod/default/p0",
        "service/default/web",
    );
    let result = trace(&simulation, 2);
    assert_eq!(result.branches.len(), 4, "two endpoints, two connections");
    assert_eq!(kinds(&result).len(), 4);
    let branch = &result.branches[1];
    assert_eq!(
        (branch.picks.len(), branch.following[0].picks.len()),
        (1, 1)
    );
    let ports = branch
        .connections()
        .map(|it| steps(it).next().unwrap().before.source_port);
    assert_eq!(ports.collect::<Vec<u16>>(), [50000, 50001]);
}

#[test]
fn the_later_connections_of_one_client_go_where_the_first_went() {
    for (from, to, first) in [
        ("pod/default/p0", "service/default/web", 2),
        ("node/n0", "service/default/web", 2),
        // The load balancer picks one of two nodes, and that one of two pods.
        ("host/client", "20.50.60.70", 4),
    ] {
        let simulation = simulation("kubenet", AFFINITY, from, to);
        let result = trace(&simulation, 3);
        assert_eq!(result.verdict, Verdict::Delivered, "{from}");
        assert_eq!(
            result.branches.len(),
            first,
            "{from}: nothing is drawn again"
        );
        for branch in &result.branches {
            let received = receivers(branch);
            assert_eq!(received.len(), 3);
            assert!(
                received.iter().all(|it| *it == received[0]),
                "{from}: {received:?}"
            );
            for next in &branch.following {
                assert_eq!(next.picks, [], "{from}");
                assert_eq!(
                    next.connection.reply.as_ref().unwrap().disposition.as_str(),
                    "Delivered"
                );
            }
        }
        let whole: f64 = result
            .branches
            .iter()
            .map(|branch| branch.probability)
            .sum();
        assert!((whole - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_rule_that_remembers_is_among_those_that_matched_and_the_sentence_says_so() {
    let simulation = simulation("kubenet", AFFINITY, "pod/default/p0", "service/default/web");
    let result = trace(&simulation, 2);
    let branch = &result.branches[0];
    let remembers = |connection: &Connection| {
        steps(connection).any(|step| match &step.detail {
            Detail::Netfilter { matched, .. } => {
                let checks = matched
                    .iter()
                    .any(|rule| rule.text.contains("--rcheck --seconds 10800 --reap"));
                assert_eq!(checks, step.why.id == "why-netfilter-endpoint-remembered");
                checks
            }
            _ => false,
        })
    };
    assert!(
        !remembers(&branch.connection),
        "nobody is remembered at first"
    );
    assert!(remembers(&branch.following[0].connection));
}

#[test]
fn with_affinity_the_load_balancer_keeps_to_a_node_and_each_node_remembers_for_itself() {
    let simulation = simulation("kubenet", AFFINITY, "host/client", "20.50.60.70");
    let result = trace(&simulation, 2);
    for branch in &result.branches {
        let nodes: Vec<String> = branch
            .connections()
            .map(|connection| {
                let picked = steps(connection).find_map(|step| match &step.detail {
                    Detail::Balanced { picked, .. } => Some(picked.to_string()),
                    _ => None,
                });
                picked.unwrap()
            })
            .collect();
        assert_eq!(nodes[0], nodes[1]);
    }
}

#[test]
fn one_connection_is_what_a_trace_without_a_number_walks() {
    let simulation = simulation("kubenet", AFFINITY, "host/client", "20.50.60.70");
    let flow = &simulation.network().flows[0];
    assert_eq!(simulation.trace(flow), trace(&simulation, 1));
    assert_eq!(trace(&simulation, 1), trace(&simulation, 0));
    assert_eq!(
        trace(&simulation, 99).branches[0].following.len(),
        7,
        "eight at most"
    );
}
