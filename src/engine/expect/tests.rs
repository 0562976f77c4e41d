//! What holds, what does not, and how it is told.

use expect_test::{Expect as Golden, expect};

use super::*;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Connection, Detail, Disposition, Hop, Received, Step};
use crate::model::document::Document;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
use crate::model::read::read;

fn hop(place: &str, stage: Stage, packet: &Packet) -> Hop {
    let step = Step {
        stage,
        detail: Detail::Sent,
        before: packet.clone(),
        after: packet.clone(),
        why: Explanation::new("test"),
        cause: None,
        reference: Source::Kubenet,
    };
    Hop {
        place: place.parse().unwrap(),
        steps: vec![step],
    }
}

/// One branch that is delivered to pod p1 with probability 0.25, and one that is dropped at a subnet.
fn result() -> TraceResult {
    let packet = Packet {
        source: [10, 1, 0, 4].into(),
        destination: [10, 244, 1, 10].into(),
        destination_port: 8080,
        ..Packet::default()
    };
    let back = packet.reversed();
    let delivered = Connection {
        original: Trace {
            hops: vec![
                hop("node/n0", Stage::IptablesPrerouting, &packet),
                hop("pod/default/p1", Stage::HostListen, &packet),
            ],
            disposition: Disposition::Delivered,
        },
        reply: Some(Trace {
            hops: vec![hop("internet", Stage::HostListen, &back)],
            disposition: Disposition::Delivered,
        }),
        received: Some(Received {
            receiver: "pod/default/p1".parse().unwrap(),
            packet: packet.clone(),
        }),
    };
    let dropped = Connection {
        original: Trace {
            hops: vec![hop("subnet/vnet-a/vms", Stage::AzureRoute, &packet)],
            disposition: Disposition::NullRouted,
        },
        reply: None,
        received: None,
    };
    let branch = |probability, connection| Branch {
        following: Vec::new(),
        probability,
        picks: Vec::new(),
        connection,
    };
    TraceResult {
        flow: Flow {
            meta: Meta::default(),
            from: "internet".parse().unwrap(),
            to: Target::Name("web".into()),
            protocol: Protocol::Tcp,
            port: Some(80),
            expect: None,
        },
        verdict: Verdict::Mixed,
        branches: vec![branch(0.25, delivered), branch(0.75, dropped)],
        unexplored: 0.0,
    }
}

/// The pod p1, made by a Deployment through a ReplicaSet.
fn network() -> Network {
    let text = "{apiVersion: v1, kind: Pod, metadata: {name: p1, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, controller: true}]}, spec: {containers: []}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}}
";
    let document = Document::from_texts(vec![("web.yaml".to_owned(), text.to_owned())]).0;
    read(&document).0
}

fn texts(names: &[&str]) -> Vec<Arc<str>> {
    names.iter().copied().map(Arc::from).collect()
}

#[track_caller]
fn check(expected: &Expect, golden: &Golden) {
    let lines: Vec<String> = evaluate(&network(), &result(), expected)
        .iter()
        .map(ToString::to_string)
        .collect();
    golden.assert_eq(&lines.join("\n"));
}

#[test]
fn what_holds_gives_no_mismatch() {
    let expected = Expect {
        verdict: Some("mixed".into()),
        receivers: Some(texts(&["pod/default/p1"])),
        source: Some(texts(&["10.1.0.4"])),
        destination: Some(texts(&["10.244.1.10:8080"])),
        avoids: texts(&["loadbalancer/kubernetes"]),
        ends_at: Some(EndsAt {
            place: Some("subnet/vnet-a/vms".into()),
            stage: Some("azure.route".into()),
            rule: None,
            disposition: Some("NullRouted".into()),
        }),
        reply: Some("delivered".into()),
        reply_source: Some(texts(&["10.244.1.10"])),
        probability: [("pod/default/p1".into(), 0.25)].into(),
        ..Expect::default()
    };
    check(&expected, &expect![""]);
}

#[test]
fn everything_that_does_not_hold_is_told_at_once() {
    let expected = Expect {
        verdict: Some("delivered".into()),
        receivers: Some(texts(&["pod/default/p1", "pod/default/p2"])),
        source: Some(texts(&["203.0.113.9"])),
        destination: Some(texts(&["10.244.1.10:80"])),
        avoids: texts(&["node/n0"]),
        ends_at: Some(EndsAt {
            place: Some("node/n0".into()),
            stage: Some("azure.nsg.in.nic".into()),
            rule: Some("DenyAllInBound".into()),
            disposition: Some("DeniedIn".into()),
        }),
        reply: Some("dropped".into()),
        reply_source: Some(texts(&["20.50.60.70"])),
        probability: [("pod/default/p1".into(), 0.5)].into(),
        http: Some(HttpExpect {
            status: Some(200),
            ..HttpExpect::default()
        }),
        ..Expect::default()
    };
    check(
        &expected,
        &expect![[r"
            verdict: expected delivered, got mixed
            reply: expected dropped, got delivered
            receivers: expected pod/default/p1, pod/default/p2, got pod/default/p1
            source: expected 203.0.113.9, got 10.1.0.4
            destination: expected 10.244.1.10:80, got 10.244.1.10:8080
            replySource: expected 20.50.60.70, got 10.244.1.10
            avoids: expected node/n0, got a walk through `node/n0` (branch 1 of 2)
            endsAt.place: expected node/n0, got subnet/vnet-a/vms
            endsAt.stage: expected azure.nsg.in.nic, got azure.route
            endsAt.rule: expected DenyAllInBound, got nothing
            endsAt.disposition: expected DeniedIn, got NullRouted
            probability.pod/default/p1: expected 0.5, got 0.25
            http.status: expected 200, got no answer"]],
    );
}

#[test]
fn a_workload_stands_for_any_of_its_pods() {
    let expected = Expect {
        receivers: Some(texts(&["deployment/default/web"])),
        probability: [("replicaset/default/web-1".into(), 0.25)].into(),
        ..Expect::default()
    };
    check(&expected, &expect![""]);
    let expected = Expect {
        receivers: Some(texts(&["deployment/default/other"])),
        avoids: texts(&["deployment/default/web"]),
        ..Expect::default()
    };
    check(
        &expected,
        &expect![[r"
        receivers: expected deployment/default/other, got pod/default/p1
        avoids: expected deployment/default/web, got a walk through `deployment/default/web` (branch 1 of 2)"]],
    );
}

#[test]
fn via_wants_its_stops_in_order_on_every_branch() {
    let expected = Expect {
        via: texts(&["iptables.PREROUTING", "node/n0"]),
        ..Expect::default()
    };
    check(
        &expected,
        &expect![[r"
            via: expected iptables.PREROUTING, node/n0, got a walk without `node/n0` at its place (branch 1 of 2)
            via: expected iptables.PREROUTING, node/n0, got a walk without `iptables.PREROUTING` at its place (branch 2 of 2)"]],
    );
}

#[test]
fn an_expectation_without_keys_always_holds_and_one_that_is_no_number_never() {
    check(&Expect::default(), &expect![""]);
    let expected = Expect {
        probability: [("pod/default/p1".into(), f64::NAN)].into(),
        ..Expect::default()
    };
    check(
        &expected,
        &expect!["probability.pod/default/p1: expected NaN, got 0.25"],
    );
}

#[test]
fn a_stop_that_no_walk_can_have_is_an_error_of_the_flow() {
    let text = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: odd}
spec:
  from: internet
  to: 203.0.113.1
  port: 80
  expect: {via: [azure.lb.rule, node/n0], avoids: [internet, azure.lb.rul, pod/p0]}
";
    let texts = vec![("flow.yaml".to_owned(), text.to_owned())];
    let (document, _) = Document::from_texts(texts);
    let (network, _) = read(&document);
    let mut problems = unknown_stops(&network);
    network.locate_problems(&document, &mut problems);
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expect![[r#"
        flow.yaml:9:43: error: `spec.expect.avoids` names what no walk can pass; found `azure.lb.rul`, expected a stage such as `azure.route`, or a place such as `node/n0`
        flow.yaml:9:43: error: `spec.expect.avoids` names what no walk can pass; found `pod/p0`, expected a stage such as `azure.route`, or a place such as `node/n0`"#]].assert_eq(&lines.join("\n"));
}
