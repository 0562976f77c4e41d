//! Events, the table and the plan where several parts of Azure meet: Application Gateways, storage accounts, events
//! that cross each other.
//!
//! Origins: "Application Gateway health probes overview" (three failures, 30 seconds apart, unless a probe says
//! otherwise), "Pod lifecycle", "Configure probes".

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kubehop::engine::events::summary::Course;
use kubehop::engine::events::{Fate, Timeline};
use kubehop::engine::simulation::Simulation;
use kubehop::engine::table::Table;
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;

/// Files of the project, and documents of a test.
fn simulation(files: &[&str], documents: &str) -> Simulation {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &&str| {
        let text = fs::read_to_string(root.join(file)).expect("a file of the project");
        ((*file).to_owned(), text)
    };
    let mut texts: Vec<(String, String)> = files.iter().map(read).collect();
    texts.push(("test.yaml".to_owned(), documents.to_owned()));
    Simulation::new(&Document::from_texts(texts).0)
}

const GATEWAY: [&str; 5] = [
    "src/scenarios/shared/azure.yaml",
    "src/scenarios/shared/web.yaml",
    "tests/cases/application-gateway/cluster.yaml",
    "tests/cases/application-gateway/flows.yaml",
    "tests/cases/application-gateway/gateway.yaml",
];

/// Another pod behind the gateway.
const P2: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]}, status: {podIP: 10.244.0.11}}\n---\n";

fn event(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: kubehop.dev/v1\nkind: Event\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

fn flow<'n>(simulation: &'n Simulation, name: &str) -> &'n Flow {
    let mut flows = simulation.network().flows.iter();
    flows.find(|it| &*it.meta.name == name).expect("a flow")
}

/// Who gets new connections at a second.
fn ends(timeline: &Timeline, flow: &Flow, second: u32) -> BTreeMap<String, f64> {
    let moment = timeline.at(second).expect("a moment");
    let mut ends = BTreeMap::new();
    for branch in walk::trace(&moment.plane, flow).branches {
        let end = match &branch.connection.received {
            Some(received) => received.receiver.to_string(),
            None => branch.connection.original.disposition.as_str().to_owned(),
        };
        *ends.entry(end).or_insert(0.0) += branch.probability;
    }
    ends
}

fn shares(of: &[(&str, f64)]) -> BTreeMap<String, f64> {
    of.iter()
        .map(|(end, it)| ((*end).to_owned(), *it))
        .collect()
}

/// A gateway sends requests to a machine that is gone until its probes have failed three times, at 30, 60 and 90 s.
#[test]
fn a_gateway_notices_by_its_probes_that_a_node_is_gone() {
    let documents = P2.to_owned()
        + &event("dies", "at: 10, stop: node/n1")
        + &event("back", "at: 100, start: node/n1");
    let simulation = simulation(&GATEWAY, &documents);
    let timeline = Timeline::of(simulation.network());
    let flow = flow(&simulation, "internet");
    let both = shares(&[("pod/default/p1", 0.5), ("pod/default/p2", 0.5)]);
    let lost = shares(&[("appgateway/gw", 0.5), ("pod/default/p2", 0.5)]);
    let one = shares(&[("pod/default/p2", 1.0)]);
    assert_eq!(ends(&timeline, flow, 0), both);
    assert_eq!(ends(&timeline, flow, 10), lost);
    assert_eq!(ends(&timeline, flow, 89), lost);
    assert_eq!(ends(&timeline, flow, 90), one);
    assert_eq!(ends(&timeline, flow, 119), one, "nobody has asked it yet");
    assert_eq!(ends(&timeline, flow, 120), both);
    let told: Vec<(u32, &str)> = timeline
        .moments
        .iter()
        .flat_map(|moment| moment.changes.iter().map(|it| (moment.at, it.what.id)))
        .filter(|(_, id)| id.starts_with("event-backend"))
        .collect();
    assert_eq!(
        told,
        [(90, "event-backend-down"), (120, "event-backend-up")]
    );
}

/// What the page shows of a moment names the members whose probe fails: a pod by its node, a machine of a pool that was
/// written by hand by its address, and nobody before the probes have failed three times.
#[test]
fn members_whose_probe_fails_are_out_of_order_until_it_is_answered() {
    let documents = P2.to_owned()
        + &event("dies", "at: 10, stop: node/n1")
        + &event("back", "at: 100, start: node/n1");
    let seen = |files: &[&str], documents: &str, member: &str, by: &str| -> Vec<(u32, bool)> {
        let simulation = simulation(files, documents);
        let timeline = Timeline::of(simulation.network());
        let (member, by) = (
            member.parse().expect("a place"),
            by.parse().expect("a place"),
        );
        let moments = timeline.moments.iter().enumerate();
        let seen = moments.map(|(index, moment)| {
            let failures = timeline.failures(index);
            let taken_out = failures.left_out.get(&member);
            (moment.at, taken_out.is_some_and(|it| it.contains(&by)))
        });
        let mut seen: Vec<(u32, bool)> = seen.collect();
        seen.dedup_by_key(|(_, out)| *out);
        seen
    };
    let pod = seen(&GATEWAY, &documents, "pod/default/p1", "appgateway/gw");
    assert_eq!(pod, [(0, false), (90, true), (120, false)]);
    let other = seen(&GATEWAY, &documents, "pod/default/p2", "appgateway/gw");
    assert_eq!(other, [(0, false)]);
    let by_hand = [
        GATEWAY[0],
        "src/scenarios/kubenet/cluster.yaml",
        "tests/cases/application-gateway-by-hand/gateways.yaml",
    ];
    let stop = event("dies", "at: 10, stop: host/vm-a");
    let host = seen(&by_hand, &stop, "host/vm-a", "appgateway/far");
    assert_eq!(host, [(0, false), (90, true)]);
}

/// The ingress controller writes a pod that was deleted out of the pool, with nobody to take its place.
#[test]
fn a_deleted_pod_leaves_the_pool_with_its_endpoint() {
    let documents = P2.to_owned() + &event("dies", "at: 10, stop: pod/default/p1");
    let simulation = simulation(&GATEWAY, &documents);
    let timeline = Timeline::of(simulation.network());
    let flow = flow(&simulation, "internet");
    let lost = shares(&[("appgateway/gw", 0.5), ("pod/default/p2", 0.5)]);
    assert_eq!(ends(&timeline, flow, 10), lost);
    assert_eq!(
        ends(&timeline, flow, 11),
        shares(&[("pod/default/p2", 1.0)])
    );
}

/// However many moments there are and however often a proxy picks anew: the fates of a connection add up to 1.
#[test]
fn fates_behind_a_proxy_add_up_to_one() {
    let mut documents = P2.to_owned();
    for second in 1..12 {
        let (verb, name) = (["unready", "ready"][second % 2], format!("e{second}"));
        documents += &event(
            &name,
            &format!("at: {}, {verb}: pod/default/p0", second * 40),
        );
    }
    let simulation = simulation(&GATEWAY, &documents);
    let timeline = Timeline::of(simulation.network());
    let course = Course::of(&timeline, flow(&simulation, "internet"));
    for moment in 1..timeline.moments.len() {
        let fates: BTreeMap<Fate, f64> = course.fates(moment);
        let sum: f64 = fates.values().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{moment}: {fates:?}");
    }
}

/// A probe that recovers and fails again is counted from the second failure on; and a pod that is gone stays gone.
#[test]
fn readiness_is_counted_from_the_last_failure_and_not_of_the_dead() {
    let documents = event("a", "at: 0, unready: pod/default/p1")
        + &event("b", "at: 10, ready: pod/default/p1")
        + &event("c", "at: 20, unready: pod/default/p1")
        + &event("d", "at: 60, stop: pod/default/p1")
        + &event("e", "at: 61, ready: pod/default/p1");
    let simulation = simulation(&GATEWAY, &documents);
    let timeline = Timeline::of(simulation.network());
    let ready = |second: u32| {
        let moment = timeline.at(second).expect("a moment");
        let pod = moment.plane.network.pod("default", "p1").expect("a pod");
        pod.ready
    };
    assert!(ready(30), "it was ready again at 10");
    assert!(ready(49));
    assert!(!ready(50));
    assert!(!ready(70), "it has stopped");
}

/// The account that the table assumes has an address of its own beside the accounts that somebody wrote.
#[test]
fn the_assumed_account_of_the_table_is_not_taken_for_a_written_one() {
    let files = [GATEWAY[0], GATEWAY[1], "src/scenarios/kubenet/cluster.yaml"];
    let closed = "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {publicNetworkAccess: Disabled}}";
    let simulation = simulation(&files, closed);
    let table = Table::of(simulation.network()).expect("a table");
    assert_eq!(table.rows[5].support.as_str(), "supported");
}

/// A DaemonSet has one pod on each node again after one was deleted (Kubernetes, "DaemonSet").
#[test]
fn a_pod_of_a_daemon_set_is_replaced_on_its_node() {
    let set = "
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: c, image: c, ports: [{containerPort: 9100}]}]}}
---
";
    let files = [GATEWAY[0], GATEWAY[1], "src/scenarios/kubenet/cluster.yaml"];
    let derived = simulation(&files, set);
    let mut pods = derived.network().pods.iter();
    let pod = pods
        .find(|it| it.meta.name.starts_with("agent-"))
        .expect("a pod of the set");
    let stop = event("dies", &format!("stop: {}", pod.reference()));
    let simulation = simulation(&files, &(set.to_owned() + &stop));
    let timeline = Timeline::of(simulation.network());
    assert!(timeline.problems.is_empty(), "{:?}", timeline.problems);
    let network = &timeline.moments.last().expect("a moment").plane.network;
    let active = network
        .pods
        .iter()
        .filter(|it| it.meta.name.starts_with("agent-") && it.ready && !it.terminating);
    let nodes: Vec<_> = active.map(|it| it.node_name.as_deref()).collect();
    assert_eq!(nodes.len(), 2, "{nodes:?}");
    assert!(nodes.contains(&pod.node_name.as_deref()));
}
