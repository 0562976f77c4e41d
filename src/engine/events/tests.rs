//! Which pods stay endpoints while things fail (EndpointSlice controller: R20; Kubernetes: "Pod Lifecycle", "Nodes").

use std::fmt::Write as _;

use super::Timeline;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::kube::Endpoint;
use crate::scenarios;

const PUBLISHED: &str = "
apiVersion: v1
kind: Pod
metadata: {name: lone, labels: {app: lone}}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: many}
spec:
  replicas: 1
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {nodeSelector: {kubernetes.io/hostname: n1}, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Service
metadata: {name: lone}
spec: {publishNotReadyAddresses: true, selector: {app: lone}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: many}
spec: {publishNotReadyAddresses: true, selector: {app: many}, ports: [{port: 80}]}
---
";

fn played(events: &[&str]) -> Timeline {
    let kubenet = scenarios::find("kubenet").expect("a built-in scenario");
    let files = kubenet.files.iter();
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let mut text = PUBLISHED.to_owned();
    for (number, event) in events.iter().enumerate() {
        let head = "apiVersion: kubehop.dev/v1, kind: Event";
        let _ = writeln!(
            text,
            "{{{head}, metadata: {{name: e{number}}}, spec: {{{event}}}}}\n---"
        );
    }
    texts.push(("published.yaml".to_owned(), text));
    let (document, _) = Document::from_texts(texts);
    let timeline = Timeline::of(Simulation::new(&document).network());
    assert!(timeline.problems.is_empty(), "{:?}", timeline.problems);
    timeline
}

/// The endpoints of a Service at a second, each by whether it is ready and whether it is terminating.
fn endpoints(timeline: &Timeline, service: &str, second: u32) -> Vec<(bool, bool)> {
    let network = &timeline.at(second).expect("a moment").plane.network;
    let slices = network.slices_of("default", service);
    let all = slices.into_iter().flat_map(|slice| slice.endpoints.iter());
    all.map(|it: &Endpoint| (it.ready, it.terminating))
        .collect()
}

/// `publishNotReadyAddresses` publishes a pod that shuts down, but none whose object is deleted.
#[test]
fn a_pod_that_is_stopped_is_no_endpoint_even_where_unready_ones_are_published() {
    let timeline = played(&["stop: pod/default/lone"]);
    assert_eq!(endpoints(&timeline, "lone", 0), [(true, false)]);
    assert_eq!(endpoints(&timeline, "lone", 1), []);
    assert_eq!(endpoints(&timeline, "lone", 60), [], "nobody makes another");
}

/// While its node is lost nobody can end an evicted pod, so its object stays, terminating; the kubelet ends it when it
/// is back.
#[test]
fn an_evicted_pod_is_an_endpoint_until_its_kubelet_is_back() {
    let timeline = played(&["stop: node/n1", "at: 400s, start: node/n1"]);
    assert_eq!(endpoints(&timeline, "lone", 349), [(true, false)]);
    assert_eq!(endpoints(&timeline, "lone", 350), [(true, true)]);
    assert_eq!(endpoints(&timeline, "lone", 409), [(true, true)]);
    assert_eq!(endpoints(&timeline, "lone", 410), []);
}

/// The controller's next pod is one, its last pod is not.
#[test]
fn of_a_controller_only_the_next_pod_is_an_endpoint() {
    let named = played(&["stop: node/n1", "at: 400s, start: node/n1"]);
    assert_eq!(endpoints(&named, "many", 349), [(true, false)]);
    let after = endpoints(&named, "many", 410);
    assert_eq!(after, [(true, false)], "the evicted one is gone");
}
