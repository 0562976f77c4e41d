//! When pods are ready: by their own readiness probes, and when they were made in place of others.
//!
//! Origins: "Configure Liveness, Readiness and Startup Probes" (every 10 s, three failures, one success, unless the probe
//! says otherwise; no question before `initialDelaySeconds`).

use super::{Case, VISIT};

/// The seconds of the changes with this id.
fn seconds(case: &Case, id: &str) -> Vec<u32> {
    let changes = case.changes().into_iter().filter(|(_, it)| *it == id);
    changes.map(|(at, _)| at).collect()
}

/// The built-in scenario with this readiness probe of its Service's pod.
fn case(probe: &str, events: &[&str]) -> Case {
    let image = "      image: web\n";
    let with_probe = match probe {
        "" => image.to_owned(),
        _ => format!("{image}      readinessProbe: {{{probe}}}\n"),
    };
    Case::changed("kubenet", &[(image, &with_probe)], VISIT, events)
}

/// When it is no longer ready, and ready again: its probe fails at once and succeeds from a minute on.
fn probed(probe: &str) -> [Vec<u32>; 2] {
    let events = ["unready: pod/default/p1", "at: 60, ready: pod/default/p1"];
    let case = case(probe, &events);
    ["event-pod-unready", "event-pod-ready"].map(|id| seconds(&case, id))
}

#[test]
fn a_readiness_probe_says_how_soon_it_is_believed() {
    let get = "httpGet: {path: /, port: 8080}";
    let all = format!("{get}, periodSeconds: 2, failureThreshold: 1");
    assert_eq!(probed(&all), [[2], [62]]);
    let slow =
        "tcpSocket: {port: 8080}, periodSeconds: 5, failureThreshold: 2, successThreshold: 3";
    assert_eq!(probed(slow), [[10], [75]]);
    assert_eq!(probed(get), [[30], [70]], "the defaults of Kubernetes");
    assert_eq!(probed(""), [[30], [61]], "nobody wrote one");
}

/// A probe that succeeds again before it was believed starts anew.
#[test]
fn failures_count_from_the_last_success() {
    let events = [
        "unready: pod/default/p1",
        "at: 5, ready: pod/default/p1",
        "at: 8, unready: pod/default/p1",
    ];
    let case = case("tcpSocket: {port: 8080}, periodSeconds: 4", &events);
    assert_eq!(seconds(&case, "event-pod-unready"), [20]);
}

fn workload(probe: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: ReplicaSet
metadata: {{name: many}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: many}}}}
  template:
    metadata: {{labels: {{app: many}}}}
    spec: {{containers: [{{name: c, image: c{probe}}}]}}
---
"
    )
}

/// `REPLACE_SECONDS` after the eviction of one pod another is ready, as after its end.
#[test]
fn a_pod_in_place_of_an_evicted_one_is_ready_two_seconds_later() {
    let evicted = |probe: &str| {
        let documents = workload(probe);
        let probe = Case::new("kubenet", &documents, &[]);
        let pods = &probe.simulation.network().pods;
        let pod = pods.iter().find(|it| it.meta.name.starts_with("many-"));
        let pod = pod.expect("a pod of the ReplicaSet");
        let node = pod.node_name.clone().expect("a node");
        let stop = format!("stop: node/{node}");
        let at_node = Case::new("kubenet", &documents, &[&stop]);
        let stop = format!("stop: {}", pod.reference());
        let at_pod = Case::new("kubenet", &documents, &[&stop]);
        [at_node, at_pod].map(|case| {
            let ready = |second: u32| {
                let moment = case.timeline.at(second).expect("a moment");
                let mut pods = moment.plane.network.pods.iter();
                pods.any(|it| {
                    it.meta.name.starts_with("many-") && it.ready && !it.deleted && !it.terminating
                })
            };
            (1..400).find(|second| !ready(second - 1) && ready(*second))
        })
    };
    assert_eq!(evicted(""), [Some(352), Some(2)]);
    let delayed = ", readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 5, periodSeconds: 3, successThreshold: 2}";
    assert_eq!(evicted(delayed), [Some(360), Some(10)]);
}
