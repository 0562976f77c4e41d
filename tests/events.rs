//! What happens after something fails, second by second: who notices when, and what becomes of open connections.
//!
//! Origins: the assertions of the Azure facts named in each test, Azure Load Balancer's page about health probes, and
//! the Kubernetes pages about nodes and pods.

use std::collections::BTreeMap;

use kubehop::blockers::{self, Blocker, Remedy};
use kubehop::engine::events::summary::Course;
use kubehop::engine::events::{Fate, Timeline, follow};
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{TraceResult, Verdict};
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::model::event::MOST_SECONDS;
use kubehop::model::flow::Flow;
use kubehop::model::object::Ref;
use kubehop::scenarios;

struct Case {
    document: Document,
    simulation: Simulation,
    timeline: Timeline,
}

impl Case {
    /// A built-in scenario with more documents, of which the flows replace its own.
    fn new(scenario: &str, documents: &str) -> Self {
        Self::changed(scenario, &[], documents)
    }

    fn changed(scenario: &str, changes: &[(&str, &str)], documents: &str) -> Self {
        let scenario = scenarios::find(scenario).expect("a built-in scenario");
        let files = scenario
            .files
            .iter()
            .filter(|(name, _)| *name != "flows.yaml");
        let mut texts: Vec<(String, String)> = files
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        for (from, to) in changes {
            let text = texts.iter_mut().find(|(_, text)| text.contains(from));
            let (_, text) = text.unwrap_or_else(|| panic!("`{from}` is not there"));
            *text = text.replace(from, to);
        }
        texts.push(("case.yaml".to_owned(), documents.to_owned()));
        let (document, _) = Document::from_texts(texts);
        let simulation = Simulation::new(&document);
        let errors: Vec<String> = simulation
            .diagnostics
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(!errors.iter().any(|it| it.contains("error")), "{errors:#?}");
        let timeline = Timeline::of(simulation.network());
        assert!(timeline.problems.is_empty(), "{:?}", timeline.problems);
        Self {
            document,
            simulation,
            timeline,
        }
    }

    fn flow(&self) -> &Flow {
        &self.simulation.network().flows[0]
    }

    /// Seconds and ids of everything that changes.
    fn changes(&self) -> Vec<(u32, &'static str)> {
        let moments = self.timeline.moments.iter();
        moments
            .flat_map(|moment| moment.changes.iter().map(|it| (moment.at, it.what.id)))
            .collect()
    }

    /// A new connection at a second.
    fn at(&self, second: u32) -> TraceResult {
        let moment = self.timeline.at(second).expect("a moment");
        walk::trace(&moment.plane, self.flow())
    }

    /// Verdict and receiver of a new connection at a second, with probabilities.
    fn ends(&self, second: u32) -> BTreeMap<String, f64> {
        let mut ends = BTreeMap::new();
        for branch in self.at(second).branches {
            let end = match &branch.connection.received {
                Some(received) => received.receiver.to_string(),
                None => branch.connection.original.disposition.as_str().to_owned(),
            };
            *ends.entry(end).or_default() += branch.probability;
        }
        ends
    }

    /// The fates of connections that were open, by second, over all ways that they were opened.
    fn fates(&self) -> Vec<(u32, BTreeMap<Fate, f64>)> {
        let lives = follow(&self.timeline, self.flow());
        let seconds = self.timeline.moments.iter().skip(1).enumerate();
        let fates = seconds.map(|(index, moment)| {
            let mut fates = BTreeMap::new();
            for life in &lives {
                for outcome in &life.moments[index] {
                    let probability = life.opened.probability * outcome.probability;
                    *fates.entry(outcome.fate).or_default() += probability;
                }
            }
            (moment.at, fates)
        });
        fates.collect()
    }
}

const VISIT: &str = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: visit}
spec: {from: host/client, to: 20.50.60.70, port: 80}
---
";

fn event(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: kubehop.dev/v1\nkind: Event\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

fn one(end: &str) -> BTreeMap<String, f64> {
    BTreeMap::from([(end.to_owned(), 1.0)])
}

/// L-07: the last local pod dies; until two probes have failed (10 s) packets still come to its node, and are dropped.
#[test]
fn a_load_balancer_notices_after_two_probes_that_a_pod_is_gone() {
    let case = Case::new(
        "load-balancer-local",
        &(VISIT.to_owned() + &event("dies", "stop: pod/default/web")),
    );
    let expected = [
        (0, "event-pod-stops"),
        (1, "event-pod-leaves"),
        (10, "event-member-down"),
    ];
    assert_eq!(case.changes(), expected);
    assert_eq!(case.timeline.moments.len(), 4);
    assert_eq!(case.ends(0), one("NoSuchAddress"));
    assert_eq!(
        case.ends(1),
        one("NoEndpoints"),
        "the node has none to give it to"
    );
    assert_eq!(case.ends(9), one("NoEndpoints"));
    assert_eq!(case.ends(10), one("NoHealthyMember"));
    let before = walk::trace(&case.timeline.moments[0].plane, case.flow());
    assert_eq!(
        before,
        case.simulation.trace(case.flow()),
        "nothing has happened before the first event"
    );
}

/// The page about health probes: flows of TCP stay with a member that is down; here it is its node that has stopped.
#[test]
fn a_stopped_node_is_left_out_after_two_probes_and_its_connections_hang() {
    let documents = VISIT.to_owned()
        + &event("fails", "stop: node/n0")
        + &event("works", "at: 21s, start: node/n0");
    let case = Case::new("kubenet", &documents);
    let expected = [
        (0, "event-node-stops"),
        (10, "event-member-down"),
        (21, "event-node-starts"),
        (25, "event-member-up"),
        (31, "event-node-returns"),
    ];
    assert_eq!(case.changes(), expected);
    let half = BTreeMap::from([
        ("NoSuchAddress".to_owned(), 0.5),
        ("pod/default/p1".to_owned(), 0.5),
    ]);
    assert_eq!(case.ends(0), half);
    assert_eq!(case.ends(10), one("pod/default/p1"));
    assert_eq!(case.ends(25), one("pod/default/p1"));
    assert_eq!(case.at(25).branches.len(), 2, "both nodes are picked again");
    let fates = case.fates();
    let hangs = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Hangs, 0.5)]);
    assert_eq!(fates[0], (0, hangs.clone()));
    assert_eq!(
        fates[1],
        (10, hangs),
        "TCP stays with the member that is down"
    );
    let over = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Over, 0.5)]);
    assert_eq!(
        fates[2],
        (21, over),
        "the node has forgotten them: it masquerades from another port"
    );
}

/// A node that is silent for 50 s is lost, and its pods are replaced 300 s later (Kubernetes: Nodes).
#[test]
fn pods_of_a_lost_node_leave_and_are_replaced() {
    let documents = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ask}
spec: {from: pod/default/p0, to: service/default/api, port: 80}
---
"
    .to_owned()
        + &event("fails", "stop: node/n1");
    let case = Case::new("kubenet", &documents);
    let seconds: Vec<u32> = case.timeline.moments.iter().map(|it| it.at).collect();
    assert_eq!(seconds, [0, 0, 10, 50, 350], "{:?}", case.changes());
    let lost = |second| case.ends(second).get("NoSuchAddress").copied();
    assert_eq!(lost(0), Some(0.5));
    assert_eq!(lost(49), Some(0.5));
    assert_eq!(lost(50), None, "the pod has left the EndpointSlice");
    assert_eq!(case.ends(50).len(), 1);
    assert_eq!(case.ends(350).len(), 2, "another pod has taken its place");
}

/// Taints and tolerations: a pod without a controller is evicted after 300 s, or when it says; nobody makes another, and
/// the kubelet ends it when the node is back. (Kubernetes: "Taints and Tolerations", "Nodes".)
#[test]
fn a_lone_pod_of_a_lost_node_is_evicted_and_gone_for_good() {
    let documents = "
apiVersion: v1
kind: Pod
metadata: {name: lone, labels: {app: lone}}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Service
metadata: {name: lone}
spec: {selector: {app: lone}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ask}
spec: {from: pod/default/p0, to: service/default/lone, port: 80}
---
"
    .to_owned()
        + &event("fails", "stop: node/n1")
        + &event("works", "at: 400s, start: node/n1");
    let case = Case::new("kubenet", &documents);
    let mut changes = case.changes();
    changes.retain(|(_, id)| !id.starts_with("event-member"));
    let expected = [
        (0, "event-node-stops"),
        (50, "event-node-lost"),
        (350, "event-node-evicted"),
        (350, "event-pods-gone"),
        (400, "event-node-starts"),
        (410, "event-node-returns"),
    ];
    assert_eq!(changes, expected);
    assert_eq!(case.ends(49), one("NoSuchAddress"));
    for second in [50, 350, 400, 410] {
        assert_eq!(case.ends(second), one("NoEndpoints"), "at {second} s");
    }
    let gone = |second| {
        let moment = case.timeline.at(second).expect("a moment");
        let pod = moment
            .plane
            .network
            .pod("default", "lone")
            .expect("the pod");
        let place: Ref = "pod/default/lone".parse().expect("a place");
        (pod.terminating, moment.plane.is_stopped(&place))
    };
    assert_eq!(gone(349), (false, true), "its node is stopped");
    assert_eq!(gone(350), (true, true), "marked for deletion");
    assert_eq!(gone(400), (true, true), "it is not started again");
    assert_eq!(gone(410), (true, true), "the kubelet has ended it");

    let back = documents.replace("400s", "300s");
    let case = Case::new("kubenet", &back);
    assert_eq!(
        case.ends(310),
        one("pod/default/lone"),
        "before it is evicted"
    );

    let hasty = documents.replace(
        "spec: {nodeName: n1, ",
        "spec: {nodeName: n1, tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30}], ",
    );
    let case = Case::new("kubenet", &hasty);
    let seconds = |case: &Case| -> Vec<u32> {
        let all = case.changes().into_iter();
        all.filter(|(_, id)| *id == "event-pods-gone")
            .map(|(at, _)| at)
            .collect()
    };
    assert_eq!(
        seconds(&case),
        [80, 350],
        "the lone pod, then `p1` of the scenario"
    );
    let at_once = hasty.replace("tolerationSeconds: 30", "tolerationSeconds: -1");
    assert_eq!(seconds(&Case::new("kubenet", &at_once)), [50, 350]);
    let stays = hasty.replace(", tolerationSeconds: 30", "");
    let case = Case::new("kubenet", &stays);
    assert_eq!(seconds(&case), [350], "only `p1`");
    assert_eq!(case.ends(410), one("pod/default/lone"), "it has never left");
    let endless = "{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute}, ";
    let both = hasty.replace("tolerations: [", &format!("tolerations: [{endless}"));
    let case = Case::new("kubenet", &both);
    assert_eq!(seconds(&case), [350], "the first that matches counts");
    let long = hasty.replace("tolerationSeconds: 30", "tolerationSeconds: 259200");
    let last = Case::new(
        "kubenet",
        &long.replace(
            "at: 400s, start: node/n1",
            "at: 1s, unready: pod/default/p0",
        ),
    );
    let last = last.timeline.moments.last().map(|moment| moment.at);
    assert!(last.is_some_and(|at| at <= MOST_SECONDS), "{last:?}");
}

/// Pods that no node took are tried again when one is back.
#[test]
fn pods_that_found_no_node_get_one_when_it_is_back() {
    let documents = VISIT.to_owned()
        + &event("one", "stop: node/n0")
        + &event("other", "stop: node/n1")
        + &event("back-0", "at: 900s, start: node/n0")
        + &event("back-1", "at: 900s, start: node/n1");
    let case = Case::new("kubenet", &documents);
    let running = |second| {
        let moment = case.timeline.at(second).expect("a moment");
        let pods = moment.plane.network.pods.iter();
        let made =
            pods.filter(|pod| pod.meta.namespace.as_ref() == "kube-system" && !pod.terminating);
        made.filter(|pod| pod.node_name.is_some() && pod.ready)
            .count()
    };
    assert_eq!(running(800), 0);
    assert_eq!(running(910), running(0));
}

/// A StatefulSet makes a pod again only when the old one has ended, which nobody can tell of a lost node.
#[test]
fn a_stateful_set_waits_for_a_lost_node() {
    let documents = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {nodeSelector: {kubernetes.io/hostname: n1}, containers: [{name: db, image: db}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: query}
spec: {from: pod/default/p0, to: pod/default/db-0, port: 5432}
---
"
    .to_owned()
        + &event("fails", "stop: node/n1")
        + &event("works", "at: 400s, start: node/n1");
    let case = Case::new("kubenet", &documents);
    let changes = case.changes();
    assert!(changes.contains(&(350, "event-pods-wait")), "{changes:?}");
    assert!(
        changes.contains(&(410, "event-pod-replaced")),
        "{changes:?}"
    );
    let count = |second| {
        let moment = case.timeline.at(second).expect("a moment");
        let pods = moment.plane.network.pods.iter();
        pods.filter(|pod| pod.meta.name.starts_with("db-")).count()
    };
    assert_eq!([count(0), count(350), count(410)], [1, 1, 1]);
    assert_eq!(case.ends(350), one("NoSuchAddress"));
    assert_eq!(case.ends(410), one("pod/default/db-0"));
    let all = |fate| BTreeMap::from([(fate, 1.0)]);
    let last = case.fates().pop();
    assert_eq!(
        last,
        Some((410, all(Fate::Over))),
        "another process resets it"
    );
}

/// A failed readiness probe ends no connection; new ones go elsewhere when the kubelet has seen three failures.
#[test]
fn a_pod_that_is_not_ready_keeps_its_connections() {
    let case = Case::new(
        "kubenet",
        &(VISIT.to_owned()
            + &event("sick", "unready: pod/default/p1")
            + &event("well", "at: 60, ready: pod/default/p1")),
    );
    let seconds: Vec<u32> = case.changes().iter().map(|(at, _)| *at).collect();
    assert_eq!(
        seconds,
        [0, 30, 35, 35, 60, 61, 65, 65],
        "{:?}",
        case.changes()
    );
    assert_eq!(case.ends(29), one("pod/default/p1"));
    assert_eq!(case.ends(30), one("NoEndpoints"));
    assert_eq!(
        case.ends(35),
        one("NoHealthyMember"),
        "L-08: the node port is rejected on every node"
    );
    assert_eq!(case.ends(65), one("pod/default/p1"));
    let lives = BTreeMap::from([(Fate::Lives, 1.0)]);
    for (at, fates) in case.fates() {
        assert_eq!(
            fates, lives,
            "at {at} s: a Standard load balancer keeps TCP when all are down"
        );
    }
}

/// The page about health probes: a Basic load balancer ends TCP when all members are down; flows of UDP end in both.
#[test]
fn basic_load_balancers_end_tcp_when_all_are_down() {
    let documents = VISIT.to_owned() + &event("sick", "unready: pod/default/p1");
    let basic = Case::changed(
        "kubenet",
        &[
            ("loadBalancerSku: standard", "loadBalancerSku: basic"),
            ("name: Standard", "name: Basic"),
        ],
        &documents,
    );
    let last = basic.fates().pop();
    assert_eq!(last, Some((35, BTreeMap::from([(Fate::Hangs, 1.0)]))));
}

/// Datagrams are no connection: they move to another member, and kube-proxy forgets an endpoint that has left.
#[test]
fn datagrams_move() {
    let documents = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: visit}
spec: {from: host/client, to: 20.50.60.70, port: 80, protocol: UDP}
---
apiVersion: v1
kind: Pod
metadata: {name: other, labels: {app: web}}
spec: {nodeName: n0, containers: [{name: web, image: web}]}
---
"
    .to_owned()
        + &event("fails", "stop: node/n0");
    let udp = [("port: 80\n", "port: 80\n      protocol: UDP\n")];
    let case = Case::changed("load-balancer-local", &udp, &documents);
    let hangs = BTreeMap::from([(Fate::Lives, 0.5), (Fate::Hangs, 0.5)]);
    let lives = BTreeMap::from([(Fate::Lives, 1.0)]);
    let fates = case.fates();
    assert_eq!(fates[0], (0, hangs));
    assert_eq!(fates[1], (10, lives));
}

/// N-14: a rule that denies is for new flows; those that passed go on.
#[test]
fn a_new_security_rule_ends_no_connection() {
    let case = Case::new(
        "kubenet",
        &(VISIT.to_owned()
            + &event(
                "deny",
                "at: 5, deny: {networkSecurityGroup: aks-agentpool-nsg, sourceAddressPrefix: 203.0.113.0/24}",
            )),
    );
    assert_eq!(case.changes(), [(5, "event-denied")]);
    assert_eq!(case.ends(4), one("pod/default/p1"));
    assert_eq!(case.ends(5), one("DeniedIn"));
    assert_eq!(case.fates(), [(5, BTreeMap::from([(Fate::Lives, 1.0)]))]);
}

/// What stands in the way is asked, and what lifts it is tried, at the moment: a rule before the one that denies where
/// there is room for it, else the event does not happen. Before the event nothing is in the way.
#[test]
fn what_stands_in_the_way_at_a_moment_is_lifted_at_that_moment() {
    let denied = |more: &str| {
        VISIT.to_owned()
            + &event(
                "deny",
                &format!(
                    "at: 5, deny: {{networkSecurityGroup: aks-agentpool-nsg, sourceAddressPrefix: 203.0.113.0/24{more}}}"
                ),
            )
    };
    let changes = |documents: &str, second: Option<u32>| {
        let mut case = Case::new("kubenet", documents);
        let flow = case.flow().clone();
        if let Some(second) = second {
            case.simulation.go_to(case.timeline, second);
        }
        let found = blockers::find_in(&case.document, &case.simulation, &flow, second);
        let what = |blocker: &Blocker| match &blocker.remedy {
            Remedy::Change(change) => change.what.id,
            Remedy::With(_) => "with",
            Remedy::None(why) => why.id,
        };
        let all: Vec<&str> = found.list.iter().map(what).collect();
        (all, found.before, found.after)
    };
    let (dropped, delivered) = (Verdict::Dropped, Verdict::Delivered);
    let first = denied("");
    assert_eq!(
        changes(&first, Some(5)),
        (vec!["fix-event", "with"], dropped, delivered)
    );
    assert_eq!(changes(&first, Some(4)), (vec![], delivered, delivered));
    assert_eq!(changes(&first, None), (vec![], delivered, delivered));
    let later = denied(", priority: 300");
    let (all, ..) = changes(&later, Some(5));
    assert_eq!(all[0], "fix-nsg-in", "the least that lets it pass");
}

/// A peering that is cut takes its routes with it, for open connections too; they live on if it comes back.
#[test]
fn connections_hang_while_a_peering_is_cut() {
    let documents = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: call}
spec: {from: pod/default/p0, to: host/vm-b, port: 443}
---
"
    .to_owned()
        + &event("cut", "at: 1, disconnect: peering/vnet-b/b-to-a")
        + &event("mend", "at: 2, connect: peering/vnet-b/b-to-a");
    let case = Case::new("kubenet", &documents);
    assert_eq!(case.ends(0), one("host/vm-b"));
    assert_eq!(case.ends(1), one("NullRouted"));
    assert_eq!(case.ends(2), one("host/vm-b"));
    let all = |fate| BTreeMap::from([(fate, 1.0)]);
    assert_eq!(case.fates(), [(1, all(Fate::Hangs)), (2, all(Fate::Lives))]);
}

/// Another process does not know the connection: a pod that comes back under its name answers with a reset.
#[test]
fn a_pod_in_the_place_of_another_resets_its_connections() {
    let documents = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: query}
spec: {from: pod/default/p0, to: pod/default/db-0, port: 5432}
---
"
    .to_owned()
        + &event("dies", "stop: pod/default/db-0");
    let case = Case::new("kubenet", &documents);
    let all = |fate| BTreeMap::from([(fate, 1.0)]);
    let fates = case.fates();
    assert_eq!(
        fates,
        [
            (0, all(Fate::Hangs)),
            (1, all(Fate::Hangs)),
            (2, all(Fate::Over))
        ]
    );
}

/// What leaves through Azure keeps the port that it was given.
#[test]
fn an_open_connection_keeps_its_translation() {
    let documents = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec: {from: pod/default/p0, to: host/server, port: 443}
---
"
    .to_owned()
        + &event("dies", "stop: pod/default/p1");
    let case = Case::new("kubenet", &documents);
    let lives = follow(&case.timeline, case.flow());
    let sources = |connection: &kubehop::engine::trace::Connection| {
        connection
            .received
            .as_ref()
            .map(|it| it.packet.source_text())
    };
    let before = sources(&lives[0].opened.connection);
    assert!(
        before
            .as_ref()
            .is_some_and(|it| it.starts_with("20.50.60.71:")),
        "{before:?}"
    );
    for outcome in lives[0].moments.iter().flatten() {
        assert_eq!(outcome.fate, Fate::Lives);
        assert_eq!(sources(outcome.connection.as_ref().unwrap()), before);
    }
}

/// Going back is going to the same state: the whole clock is a function of the scenario.
#[test]
fn playing_twice_gives_the_same_and_stepping_back_is_exact() {
    let documents = VISIT.to_owned()
        + &event("fails", "stop: node/n1")
        + &event("works", "at: 70, start: node/n1");
    let (one, other) = (
        Case::new("kubenet", &documents),
        Case::new("kubenet", &documents),
    );
    assert_eq!(one.changes(), other.changes());
    let traces = |case: &Case| -> Vec<TraceResult> { (0..=400).map(|at| case.at(at)).collect() };
    let forwards = traces(&one);
    let mut backwards: Vec<TraceResult> = (0..=400).rev().map(|at| other.at(at)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_eq!(one.fates(), other.fates());
}

/// What is not there cannot stop: it is said, and the rest goes on.
#[test]
fn events_about_nothing_are_reported() {
    let (document, _) = Document::from_texts(vec![(
        "x.yaml".to_owned(),
        event("a", "stop: node/nowhere")
            + &event("b", "at: soon, stop: node/n0")
            + &event("c", "stop: node/n0, start: node/n0")
            + &event("d", "stop: vnet/v")
            + &event("e", "deny: {sourceAddressPrefix: 10.0.0.0/8}"),
    )]);
    let simulation = Simulation::new(&document);
    let read: Vec<String> = simulation
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    let said = |text: &str| read.iter().any(|it| it.contains(text));
    assert!(said("is not a time of the clock"), "{read:#?}");
    assert!(said("must say what happens"), "{read:#?}");
    assert!(
        said("is not something that this can happen to"),
        "{read:#?}"
    );
    assert!(said("spec.deny.networkSecurityGroup"), "{read:#?}");
    let played = Timeline::of(simulation.network());
    let problems: Vec<String> = played.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].contains("node/nowhere does not exist"),
        "{problems:#?}"
    );
    assert_eq!(played.moments.len(), 1);
}

/// L-07 once more: what the page shows of a moment is what the walks say, and every share is accounted for.
#[test]
fn open_connections_of_a_moment_have_a_walk_each_also_once_they_are_over() {
    let documents = VISIT.to_owned()
        + &event("fails", "stop: node/n0")
        + &event("works", "at: 21s, start: node/n0");
    let case = Case::new("kubenet", &documents);
    let course = Course::of(&case.timeline, case.flow());
    for (index, moment) in case.timeline.moments.iter().enumerate() {
        let open = course.open_at(index).expect("connections were open");
        let all: f64 = open.branches.iter().map(|it| it.probability).sum();
        assert!((all - 1.0).abs() < 1e-9, "{all} at {} s", moment.at);
        let fates = course.fates(index);
        let over = fates.get(&Fate::Over).copied().unwrap_or_default();
        let rejected = open
            .branches
            .iter()
            .filter(|it| it.connection.original.disposition.verdict() == Verdict::Rejected);
        let rejected: f64 = rejected.map(|it| it.probability).sum();
        assert!((over - rejected).abs() < 1e-9, "at {} s", moment.at);
    }
    assert!(course.open_at(case.timeline.moments.len()).is_none());
}

/// A machine that is stopped, the pods on it, and the member that a load balancer has taken out, moment by moment.
#[test]
fn what_is_out_of_order_is_named_at_every_moment() {
    let documents = VISIT.to_owned()
        + &event("fails", "stop: node/n0")
        + &event("works", "at: 21s, start: node/n0");
    let case = Case::new("kubenet", &documents);
    let node: Ref = "node/n0".parse().expect("a place");
    let pod: Ref = "pod/default/p0".parse().expect("a place");
    let seen: Vec<(u32, bool, bool, bool)> = (0..case.timeline.moments.len())
        .map(|index| {
            let failures = case.timeline.failures(index);
            let stopped = |it: &Ref| failures.stopped.contains(it);
            let out = failures.left_out.contains_key(&node);
            (
                case.timeline.moments[index].at,
                stopped(&node),
                stopped(&pod),
                out,
            )
        })
        .collect();
    let expected = [
        (0, false, false, false),
        (0, true, true, false),
        (10, true, true, true),
        (21, false, false, true),
        (25, false, false, false),
        (31, false, false, false),
    ];
    assert_eq!(seen, expected);
}
