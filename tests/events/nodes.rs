//! Nodes that are lost, and what becomes of their pods.

use kubehop::engine::events::Fate;
use kubehop::model::event::MOST_SECONDS;
use kubehop::model::object::Ref;

use super::{Case, LOST_AND_BACK, VISIT, all, database, flow, one};

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
"
    .to_owned()
        + &flow("from: pod/default/p0, to: service/default/api, port: 80");
    let case = Case::new("kubenet", &documents, &["stop: node/n1"]);
    let seconds: Vec<u32> = case.timeline.moments.iter().map(|it| it.at).collect();
    assert_eq!(seconds, [0, 0, 10, 50, 350, 352], "{:?}", case.changes());
    let lost = |second| case.ends(second).get("NoSuchAddress").copied();
    assert_eq!(lost(0), Some(0.5));
    assert_eq!(lost(49), Some(0.5));
    assert_eq!(lost(50), None, "the pod has left the EndpointSlice");
    assert_eq!(case.ends(50).len(), 1);
    assert_eq!(case.ends(351).len(), 1, "another pod starts in its place");
    assert_eq!(case.ends(352).len(), 2, "and is ready");
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
"
    .to_owned()
        + &flow("from: pod/default/p0, to: service/default/lone, port: 80");
    let case = Case::new("kubenet", &documents, &LOST_AND_BACK);
    let mut changes = case.changes();
    changes.retain(|(_, id)| !id.starts_with("event-member"));
    let expected = [
        (0, "event-node-stops"),
        (50, "event-node-lost"),
        (350, "event-node-evicted"),
        (350, "event-pods-gone"),
        (352, "event-pod-started"),
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

    let earlier = [LOST_AND_BACK[0], "at: 300s, start: node/n1"];
    let case = Case::new("kubenet", &documents, &earlier);
    assert_eq!(
        case.ends(310),
        one("pod/default/lone"),
        "before it is evicted"
    );

    let hasty = documents.replace(
        "spec: {nodeName: n1, ",
        "spec: {nodeName: n1, tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30}], ",
    );
    let case = Case::new("kubenet", &hasty, &LOST_AND_BACK);
    let gone_at = |case: &Case| -> Vec<u32> {
        let all = case.changes().into_iter();
        all.filter(|(_, id)| *id == "event-pods-gone")
            .map(|(at, _)| at)
            .collect()
    };
    assert_eq!(
        gone_at(&case),
        [80, 350],
        "the lone pod, then `p1` of the scenario"
    );
    let at_once = hasty.replace("tolerationSeconds: 30", "tolerationSeconds: -1");
    let case = Case::new("kubenet", &at_once, &LOST_AND_BACK);
    assert_eq!(gone_at(&case), [50, 350]);
    let stays = hasty.replace(", tolerationSeconds: 30", "");
    let case = Case::new("kubenet", &stays, &LOST_AND_BACK);
    assert_eq!(gone_at(&case), [350], "only `p1`");
    assert_eq!(case.ends(410), one("pod/default/lone"), "it has never left");
    let endless = "{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute}, ";
    let both = hasty.replace("tolerations: [", &format!("tolerations: [{endless}"));
    let case = Case::new("kubenet", &both, &LOST_AND_BACK);
    assert_eq!(gone_at(&case), [350], "the first that matches counts");
    let long = hasty.replace("tolerationSeconds: 30", "tolerationSeconds: 259200");
    let last = [LOST_AND_BACK[0], "at: 1s, unready: pod/default/p0"];
    let last = Case::new("kubenet", &long, &last);
    let last = last.timeline.moments.last().map(|moment| moment.at);
    assert!(last.is_some_and(|at| at <= MOST_SECONDS), "{last:?}");
}

/// Pods that no node took are tried again when one is back.
#[test]
fn pods_that_found_no_node_get_one_when_it_is_back() {
    let events = [
        "stop: node/n0",
        "stop: node/n1",
        "at: 900s, start: node/n0",
        "at: 900s, start: node/n1",
    ];
    let case = Case::new("kubenet", VISIT, &events);
    let running = |second| {
        let moment = case.timeline.at(second).expect("a moment");
        let pods = moment.plane.network.pods.iter();
        let made =
            pods.filter(|pod| pod.meta.namespace.as_ref() == "kube-system" && !pod.terminating);
        made.filter(|pod| pod.node_name.is_some() && pod.ready)
            .count()
    };
    assert_eq!(running(800), 0);
    assert_eq!(running(911), 0, "they start");
    assert_eq!(running(912), running(0));
}

/// A StatefulSet makes a pod again only when the old one has ended, which nobody can tell of a lost node.
#[test]
fn a_stateful_set_waits_for_a_lost_node() {
    let service = "
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
";
    let documents = database("nodeSelector: {kubernetes.io/hostname: n1}, ") + service;
    let case = Case::new("kubenet", &documents, &LOST_AND_BACK);
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
    assert_eq!(case.ends(412), one("pod/default/db-0"));
    let last = case.fates().pop();
    assert_eq!(
        last,
        Some((412, all(Fate::Over))),
        "another process resets it"
    );
}
