//! `kubehop trace --blockers`: every refusal on the way, and what lifts it.

use expect_test::{expect, expect_file};

use super::program::{FIXTURE, VM_TO_POD, check, golden, json, run_on};

const SHUT: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: page, labels: {app: page}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: store, labels: {app: store}}
spec: {containers: [{name: c, image: c}]}
---
# Nobody talks to anybody.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ask}
spec: {from: pod/default/page, to: pod/default/store, port: 5432}
";

/// What `trace --blockers` says after the walk.
fn blockers(arguments: &[&str], input: &str) -> String {
    let shown = run_on(input, &[&["trace", "--blockers"], arguments].concat());
    let start = shown.find("blocker").unwrap_or_default();
    shown[start..].to_owned()
}

#[test]
fn every_refusal_is_told_with_the_lines_that_lift_it() {
    check(
        &blockers(&["-"], SHUT),
        &expect![[r#"
        blocker 1: pod/default/page policy.egress
          why: page is isolated for egress by shut, and no rule there admits store on TCP 5432.
          rule: shut
          cause: networkpolicy/default/shut spec.egress (-:15:1)
          change: Add a NetworkPolicy that lets page reach store on TCP 5432.
          patch: -:23 + ---
          patch: -:23 + apiVersion: networking.k8s.io/v1
          patch: -:23 + kind: NetworkPolicy
          patch: -:23 + metadata: {name: allow-page-out-5432, namespace: default}
          patch: -:23 + spec:
          patch: -:23 +   podSelector: {matchLabels: {app: page}}
          patch: -:23 +   policyTypes: [Egress]
          patch: -:23 +   egress:
          patch: -:23 +     - {to: [{podSelector: {matchLabels: {app: store}}}], ports: [{port: 5432}]}
        blocker 2: pod/default/store policy.ingress
          why: store is isolated for ingress by shut, and no rule there admits page on TCP 5432.
          rule: shut
          cause: networkpolicy/default/shut spec.ingress (-:15:1)
          change: Add a NetworkPolicy that lets page reach store on TCP 5432.
          patch: -:32 + ---
          patch: -:32 + apiVersion: networking.k8s.io/v1
          patch: -:32 + kind: NetworkPolicy
          patch: -:32 + metadata: {name: allow-store-in-5432, namespace: default}
          patch: -:32 + spec:
          patch: -:32 +   podSelector: {matchLabels: {app: store}}
          patch: -:32 +   policyTypes: [Ingress]
          patch: -:32 +   ingress:
          patch: -:32 +     - {from: [{podSelector: {matchLabels: {app: page}}}], ports: [{port: 5432}]}
        with all changes: delivered
    "#]],
    );
    let on_fixture = [FIXTURE, VM_TO_POD].concat();
    check(
        &blockers(&on_fixture, ""),
        &expect![[r#"
        blocker 1: subnet/vnet-a/vms azure.route
          why: Dropped in the routes of vms: the best match for 10.244.0.10 is 10.0.0.0/8 with next hop None.
          rule: 10.0.0.0/8 via None
          cause: vnet/vnet-a (src/scenarios/shared/azure.yaml:3:1)
          change: Add a route for 10.244.0.0/24 by 10.1.0.4 to vms.
          patch: src/scenarios/shared/azure.yaml:13 -       properties: {addressPrefix: 10.1.1.0/24}
          patch: src/scenarios/shared/azure.yaml:13 +       properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: vms-routes}}
          patch: src/scenarios/shared/azure.yaml:118 + ---
          patch: src/scenarios/shared/azure.yaml:118 + type: Microsoft.Network/routeTables
          patch: src/scenarios/shared/azure.yaml:118 + name: vms-routes
          patch: src/scenarios/shared/azure.yaml:118 + properties:
          patch: src/scenarios/shared/azure.yaml:118 +   routes:
          patch: src/scenarios/shared/azure.yaml:118 +     - {name: to-10-244-0-0, properties: {addressPrefix: 10.244.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}
        with all changes: delivered
    "#]],
    );
}

#[test]
fn a_flow_that_arrives_has_no_blockers() {
    let open = SHUT
        .replace("[Ingress, Egress]", "[]")
        .replace("NetworkPolicy", "Other");
    check(
        &blockers(&["-"], &open),
        &expect![[r#"
        blocker: none
    "#]],
    );
}

#[test]
fn refusals_are_json_with_edits_in_turn() {
    let answer = json(&run_on(
        SHUT,
        &["trace", "-", "--blockers", "-o", "json", "--lang", "ja"],
    ));
    assert_eq!(answer["verdict"], "dropped");
    assert_eq!(answer["verdictWithChanges"], "delivered");
    let list = format!("{:#}\n", answer["blockers"]);
    expect_file![golden("blockers.json")].assert_eq(&list);
}
