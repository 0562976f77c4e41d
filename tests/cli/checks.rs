//! `kubehop check` and `kubehop lint`: what holds, what does not, and what a scenario lacks.

use expect_test::expect;

use super::program::{check, json, on_fixture, on_fixture_and, run, run_on};

#[test]
fn every_flow_of_the_fixtures_holds() {
    check(
        &on_fixture(&["check", "src/scenarios/kubenet/flows.yaml"], &[]),
        &expect![[r"
            status 0
            ok internet-to-web
            ok pod-to-vm
            ok vm-to-pod
            ok pod-to-peered-vm
            ok pod-to-vm-behind-the-peer
            ok pod-to-internet
            ok pod-to-web-by-name
            ok pod-to-pod
            ok pod-to-its-own-load-balancer
            ok on-premises-to-pod
            10 ok, 0 failed
        "]],
    );
    check(
        &run(&[
            "check",
            "src/scenarios/shared/azure.yaml",
            "src/scenarios/shared/web.yaml",
            "src/scenarios/azure-cni",
        ]),
        &expect![[r"
            status 0
            ok internet-to-web
            ok pod-to-vm
            ok vm-to-pod
            ok pod-to-peered-vm
            ok peered-vm-to-pod
            ok on-premises-to-pod
            ok pod-to-internet
            7 ok, 0 failed
        "]],
    );
}

const WRONG: &str = "\
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: wrong}
spec:
  from: host/vm-a
  to: pod/default/p0
  port: 8080
  expect: {verdict: delivered, endsAt: {stage: azure.nsg.in.nic}}
";

#[test]
fn an_expectation_that_does_not_hold_fails_with_the_walk() {
    check(
        &on_fixture_and("check", WRONG, &[]),
        &expect![[r"
            status 1
            FAILED wrong
              verdict: expected delivered, got dropped
              endsAt.stage: expected azure.nsg.in.nic, got azure.route
              flow: wrong: host/vm-a -> pod/default/p0 TCP 8080
              verdict: dropped
              branch 1 of 1: dropped (NullRouted), probability 1
                request: dropped (NullRouted), a route with next hop None
                request 1: host/vm-a host.forward sent TCP 10.1.1.4:50000 > 10.244.0.10:8080
                  why: vm-a opens a connection to 10.244.0.10:8080.
                  reference: aks-concepts-network
                request 2: subnet/vnet-a/vms azure.route dropped TCP 10.1.1.4:50000 > 10.244.0.10:8080
                  rule: 10.0.0.0/8 via None
                  why: Dropped in the routes of vms: the best match for 10.244.0.10 is 10.0.0.0/8 with next hop None.
                  cause: vnet/vnet-a (src/scenarios/shared/azure.yaml:3:1)
                  reference: azure-udr-overview
                reply: none
            0 ok, 1 failed
        "]],
    );
    check(
        &on_fixture_and("check", WRONG, &["-o", "junit"]),
        &expect![[r#"
            status 1
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="kubehop check" tests="1" failures="1" errors="0">
              <testcase classname="kubehop" name="wrong">
                <failure message="verdict: expected delivered, got dropped; endsAt.stage: expected azure.nsg.in.nic, got azure.route">flow: wrong: host/vm-a -&gt; pod/default/p0 TCP 8080
            verdict: dropped
            branch 1 of 1: dropped (NullRouted), probability 1
              request: dropped (NullRouted), a route with next hop None
              request 1: host/vm-a host.forward sent TCP 10.1.1.4:50000 &gt; 10.244.0.10:8080
                why: vm-a opens a connection to 10.244.0.10:8080.
                reference: aks-concepts-network
              request 2: subnet/vnet-a/vms azure.route dropped TCP 10.1.1.4:50000 &gt; 10.244.0.10:8080
                rule: 10.0.0.0/8 via None
                why: Dropped in the routes of vms: the best match for 10.244.0.10 is 10.0.0.0/8 with next hop None.
                cause: vnet/vnet-a (src/scenarios/shared/azure.yaml:3:1)
                reference: azure-udr-overview
              reply: none
            </failure>
              </testcase>
            </testsuite>
        "#]],
    );
    let output = on_fixture_and("check", WRONG, &["-o", "json"]);
    assert!(output.starts_with("status 1\n{"), "{output}");
    let value = json(&output);
    assert_eq!(value["flows"][0]["mismatches"][0]["key"], "verdict");
    assert_eq!(value["flows"][0]["trace"]["kind"], "TraceResult");
}

#[test]
fn a_finding_of_lint_says_what_it_leads_to_and_where_it_is_documented() {
    let input = "\
{apiVersion: v1, kind: Service, metadata: {name: typo}, spec: {selector: {app: wbe}, ports: [{port: 80}]}}
";
    check(
        &run_on(input, &["lint", "-"]),
        &expect![[r#"
        status 0
        note: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
        -:1:64: warning: service/default/typo has no endpoints: no pod of the namespace has the labels `app=wbe`; hint: make the selector equal to the labels of the pods, or add the pods
          so: Connections to it are refused, and its name may have no address.
          see: https://kubernetes.io/docs/concepts/services-networking/service/ (service-no-endpoints)
        0 errors, 1 warnings, 1 notes
    "#]],
    );
    let japanese = run_on(input, &["lint", "-", "--lang", "ja"]);
    assert!(japanese.contains("  結果: 接続は拒否され"), "{japanese}");
    let json = run_on(input, &["lint", "-", "-o", "json"]);
    assert!(
        json.contains(r#""reference": "k8s-service""#) && json.contains(r#""consequence": "Conn"#),
        "{json}"
    );
}
