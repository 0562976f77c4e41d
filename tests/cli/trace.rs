//! `kubehop trace`: a walk as text, tree, JSON and flowchart.

use expect_test::{expect, expect_file};

use super::program::{
    CLIENT_TO_WEB, FIXTURE, VM_TO_POD, check, golden, json, on_fixture, root, run_on, succeeded,
    words,
};

#[test]
fn a_flow_that_is_dropped_is_told_line_by_line() {
    check(
        &on_fixture(&["trace"], VM_TO_POD),
        &expect![[r"
            status 0
            flow: host/vm-a -> pod/default/p0 TCP 8080
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
        "]],
    );
}

#[test]
fn the_same_in_japanese() {
    check(
        &on_fixture(&["trace"], &[VM_TO_POD, &["--lang", "ja"]].concat()),
        &expect![[r"
            status 0
            flow: host/vm-a -> pod/default/p0 TCP 8080
            verdict: dropped
            branch 1 of 1: dropped (NullRouted), probability 1
              request: dropped (NullRouted), ネクスト ホップが None のルート
              request 1: host/vm-a host.forward sent TCP 10.1.1.4:50000 > 10.244.0.10:8080
                why: vm-a が 10.244.0.10:8080 への接続を開きます。
                reference: aks-concepts-network
              request 2: subnet/vnet-a/vms azure.route dropped TCP 10.1.1.4:50000 > 10.244.0.10:8080
                rule: 10.0.0.0/8 via None
                why: vms のルートで破棄されました。10.244.0.10 の最長一致は None の 10.0.0.0/8 です。
                cause: vnet/vnet-a (src/scenarios/shared/azure.yaml:3:1)
                reference: azure-udr-overview
              reply: none
        "]],
    );
}

#[test]
fn a_tree_shows_branches_places_and_steps() {
    let flow = [CLIENT_TO_WEB, &["-o", "tree"]].concat();
    expect_file![golden("tree.txt")].assert_eq(&on_fixture(&["trace"], &flow));
}

#[test]
fn json_has_the_keys_that_were_promised() {
    let flow = [CLIENT_TO_WEB, &["-o", "json"]].concat();
    let output = on_fixture(&["trace"], &flow);
    expect_file![golden("trace.json")].assert_eq(succeeded(&output));
}

/// Origin: `sessionAffinity: ClientIP` as kube-proxy writes it, see `tests/affinity.rs`.
#[test]
fn later_connections_are_told_below_the_first() {
    let (azure, cluster) = (FIXTURE[0], FIXTURE[1]);
    let web = std::fs::read_to_string(root().join(FIXTURE[2])).unwrap();
    let web = web.replace(
        "  type: LoadBalancer",
        "  type: LoadBalancer\n  sessionAffinity: ClientIP",
    );
    let web = web
        + "---\n{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: c, image: i}]}}\n";
    let asked = |form: &str| {
        let ends = "--from pod/default/p0 --to service/default/web --port 80";
        let command = format!("trace {azure} {cluster} - {ends} --connections 2 -o {form}");
        run_on(&web, &words(&command))
    };
    expect_file![golden("connections.txt")].assert_eq(&asked("text"));
    let answer = json(&asked("json"));
    for branch in answer["branches"].as_array().unwrap() {
        let next = branch["following"].as_array().unwrap();
        assert_eq!(next.len(), 1);
        assert_eq!(next[0]["receiver"], branch["receiver"]);
        assert_eq!(next[0]["reply"]["verdict"], "delivered");
    }
    for form in ["tree", "mermaid"] {
        assert!(asked(form).contains("50001"), "{form}");
    }
}

#[test]
fn a_flowchart_can_be_pasted_into_a_document() {
    check(
        &on_fixture(&["trace"], &[VM_TO_POD, &["-o", "mermaid"]].concat()),
        &expect![[r#"
            status 0
            flowchart LR
              subgraph b0["branch 1 of 1: dropped (NullRouted), probability 1"]
                direction LR
                b0q0["host/vm-a"]
                b0q1["subnet/vnet-a/vms"]
                b0qend(["NullRouted"])
                b0q0 -->|"TCP 10.1.1.4:50000 → 10.244.0.10:8080"| b0q1
                b0q1 -->|"TCP 10.1.1.4:50000 → 10.244.0.10:8080"| b0qend
              end
        "#]],
    );
}

#[test]
fn the_exit_status_says_whether_a_flow_arrived_only_when_asked() {
    assert!(on_fixture(&["trace"], VM_TO_POD).starts_with("status 0\n"));
    assert!(on_fixture(&["trace", "--fail"], VM_TO_POD).starts_with("status 1\n"));
    let arrives = words("--from pod/default/p0 --to host/vm-a --port 443 --fail");
    assert!(on_fixture(&["trace"], &arrives).starts_with("status 0\n"));
}

/// W16: what is open already takes the ports of the node.
#[test]
fn a_trace_runs_out_of_ports() {
    let out = |open| {
        let ends = "--from pod/default/p0 --to host/server --port 443";
        on_fixture(&["trace"], &words(&format!("{ends} --open {open}")))
    };
    assert!(
        out("1023").contains("verdict: delivered"),
        "{}",
        out("1023")
    );
    let exhausted = out("1024");
    assert!(
        exhausted.contains("dropped (SnatUnavailable)"),
        "{exhausted}"
    );
    assert!(exhausted.contains("azure.lb.outbound"), "{exhausted}");
}
