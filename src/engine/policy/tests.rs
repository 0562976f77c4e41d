//! What can be doubted in a policy, and what engines let by.

use expect_test::{Expect, expect};

use super::enforcement::{Circumstances, Engine, LetBy};
use crate::engine::simulation::Simulation;
use crate::engine::trace::Disposition;
use crate::model::document::Document;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;

const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 80}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}, spec: {hostNetwork: true, containers: [{name: c, image: i}]}}
---
";

#[track_caller]
fn check(policy: &str, expected: &Expect) {
    let head = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: ";
    let text = format!("{PODS}{head}{policy}}}");
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    let simulation = Simulation::new(&document);
    let mut problems = simulation.checks(&document);
    problems.retain(|problem| problem.object.as_ref().is_some_and(|it| &*it.name == "p"));
    problems.extend(simulation.diagnostics.iter().cloned());
    problems.retain(|problem| problem.code != "cluster-assumed");
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn a_sound_policy_is_not_doubted() {
    check(
        "{name: p}, spec: {podSelector: {matchLabels: {app: a}}, ingress: [{ports: [{port: web}]}]}",
        &expect![[""]],
    );
}

#[test]
fn a_port_name_that_no_destination_has_is_doubted_at_its_field() {
    check(
        "{name: p}, spec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress, Egress], \
         ingress: [{ports: [{port: web, protocol: UDP}]}], egress: [{to: [{podSelector: {matchLabels: {app: z}}}], ports: [{port: web}]}]}",
        &expect![[r#"
            x.yaml:6:175: warning: no pod that this rule is about has a UDP port named `web`; hint: container ports have names under `spec.containers[].ports[]`
            x.yaml:6:270: warning: no pod that this rule is about has a TCP port named `web`; hint: container ports have names under `spec.containers[].ports[]`
        "#]],
    );
}

#[test]
fn a_policy_for_nobody_is_doubted() {
    check(
        "{name: p}, spec: {podSelector: {matchLabels: {app: z}}}",
        &expect![[r#"
            x.yaml:6:85: warning: this policy selects no pod
        "#]],
    );
    check(
        "{name: p}, spec: {podSelector: {matchLabels: {app: b}}}",
        &expect![[r#"
            x.yaml:6:85: warning: this policy selects only pods in the network of their node, for which policies have no effect
        "#]],
    );
    check(
        "{name: p, namespace: gone}, spec: {podSelector: {}}",
        &expect![[r#"
            x.yaml:6:77: warning: there is no namespace `gone`; the API server refuses this; hint: add the Namespace, or mend its name
        "#]],
    );
}

#[test]
fn a_policy_that_the_api_server_refuses_has_no_effect() {
    check(
        "{name: p}, spec: {podSelector: {}, ingress: [{}, {from: [{}], ports: [{endPort: 9}]}]}",
        &expect![[r#"
            x.yaml:6:1: warning: `NetworkPolicy` as written is refused by the API server and has no effect; found an invalid field, expected a valid NetworkPolicy; hint: a cluster would not have it; mend it to see what it does
            x.yaml:6:124: error: `spec.ingress[1].from[0]` is no peer; found nothing, expected `podSelector`, `namespaceSelector` or `ipBlock`
            x.yaml:6:147: error: `spec.ingress[1].ports[0].endPort` has nothing to begin with; found `9`, expected a `port` to begin with
        "#]],
    );
}

#[test]
fn engines_differ_about_nodes_and_about_marked_packets_only() {
    let plain = Circumstances::default();
    let from_node = Circumstances {
        from_node: true,
        ..plain
    };
    let own_pod = Circumstances {
        within_node: true,
        ..from_node
    };
    let own_node = Circumstances {
        within_node: true,
        ..plain
    };
    let marked = Circumstances {
        marked: true,
        ..plain
    };
    for (engine, node, own, mark) in [
        (
            Engine::Azure,
            Some(LetBy::FromNode),
            Some(LetBy::OwnNode),
            Some(LetBy::Marked),
        ),
        (Engine::Calico, None, None, None),
        (Engine::Cilium, None, None, None),
    ] {
        assert_eq!(
            (engine.lets_in(plain), engine.lets_out(plain)),
            (None, None)
        );
        assert_eq!(engine.lets_in(from_node), node);
        assert_eq!(engine.lets_in(own_pod), Some(LetBy::OwnPod));
        assert_eq!(engine.lets_out(own_node), own);
        assert_eq!(
            (engine.lets_in(marked), engine.lets_out(marked)),
            (mark, mark)
        );
    }
}

/// What an engine's own kinds say is not modelled, and is not taken for nothing.
#[test]
fn a_policy_of_the_engines_own_kind_is_not_passed_over() {
    let pods = "
{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: one}, spec: {containers: [{name: c, image: i}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: two}, spec: {containers: [{name: c, image: i}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: two}, spec: {containers: [{name: c, image: i}]}}
---
";
    let ends = |policy: &str| -> Vec<String> {
        let text = format!("{pods}{policy}");
        let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
        let simulation = Simulation::new(&document);
        let ends = [("one/a", "two/b"), ("two/b", "one/a"), ("two/b", "two/c")];
        let ends = ends.map(|(from, to)| {
            let result = simulation.trace(&Flow {
                meta: Meta::default(),
                from: format!("pod/{from}").parse().unwrap(),
                to: Target::Place(format!("pod/{to}").parse().unwrap()),
                protocol: Protocol::Tcp,
                port: Some(80),
                expect: None,
            });
            let disposition = &result.branches[0].connection.original.disposition;
            match disposition {
                Disposition::NotModelled { what } => what.to_string(),
                other => other.as_str().to_owned(),
            }
        });
        ends.to_vec()
    };
    let cilium = |kind: &str| {
        format!(
            "{{apiVersion: cilium.io/v2, kind: {kind}, metadata: {{name: p, namespace: one}}, spec: {{endpointSelector: {{}}}}}}\n"
        )
    };
    let own = "CiliumNetworkPolicy p";
    assert_eq!(
        ends(&cilium("CiliumNetworkPolicy")),
        [own, own, "Delivered"]
    );
    let all = "CiliumClusterwideNetworkPolicy p";
    assert_eq!(ends(&cilium(all.split(' ').next().unwrap())), [all; 3]);
    let calico = "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: g}, spec: {}}";
    assert_eq!(ends(calico), ["GlobalNetworkPolicy g"; 3]);
    // An engine does not read the policies of another.
    let azure = "
type: Microsoft.ContainerService/managedClusters
name: k
properties: {networkProfile: {networkPlugin: azure, networkPolicy: azure}, agentPoolProfiles: [{name: p, count: 2}]}
---
";
    assert_eq!(ends(&format!("{azure}{calico}")), ["Delivered"; 3]);
}
