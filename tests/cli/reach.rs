//! `kubehop reach` and `kubehop diff`: who reaches whom, and what a change does to that.

use std::path::Path;

use expect_test::{expect, expect_file};

use super::program::{check, golden, json, new_folder, root, run, run_on, words};

/// Two workloads of two pods each and a lone pod; the store is open to the page on one port, and to a block.
const SHOP: &str = "
{apiVersion: apps/v1, kind: Deployment, metadata: {name: page}, spec: {replicas: 2, selector: {matchLabels: {app: page}}, template: {metadata: {labels: {app: page}}, spec: {containers: [{name: c, image: i}]}}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {replicas: 2, selector: {matchLabels: {app: store}}, template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c, image: i, ports: [{name: sql, containerPort: 5432}]}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: tool}, spec: {containers: [{name: c, image: i}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: store}
spec:
  podSelector: {matchLabels: {app: store}}
  policyTypes: [Ingress, Egress]
  ingress:
    - {from: [{podSelector: {matchLabels: {app: page}}}], ports: [{port: sql}, {port: 53, protocol: UDP}]}
    - {from: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}}]}
";

#[test]
fn reach_lists_the_ports_of_each_pair_by_workload() {
    let ask = |form| run_on(SHOP, &["reach", "-", "--by", "workload", "-o", form]);
    check(
        &ask("text"),
        &expect![[r#"
        status 0
        pod/default/tool -> deployment/default/page: all
        pod/default/tool -> 0.0.0.0-192.0.1.255: all
        pod/default/tool -> 192.0.2.0-192.0.2.127: all
        pod/default/tool -> 192.0.2.128-255.255.255.255: all
        deployment/default/page -> pod/default/tool: all
        deployment/default/page -> statefulset/default/store: TCP 5432, UDP 53
        deployment/default/page -> 0.0.0.0-192.0.1.255: all
        deployment/default/page -> 192.0.2.0-192.0.2.127: all
        deployment/default/page -> 192.0.2.128-255.255.255.255: all
        0.0.0.0-192.0.1.255 -> pod/default/tool: all
        0.0.0.0-192.0.1.255 -> deployment/default/page: all
        192.0.2.0-192.0.2.127 -> pod/default/tool: all
        192.0.2.0-192.0.2.127 -> statefulset/default/store: all
        192.0.2.0-192.0.2.127 -> deployment/default/page: all
        192.0.2.128-255.255.255.255 -> pod/default/tool: all
        192.0.2.128-255.255.255.255 -> deployment/default/page: all
    "#]],
    );
    expect_file![golden("reach.csv")].assert_eq(&ask("csv"));
    expect_file![golden("reach.json")].assert_eq(&ask("json"));
}

#[test]
fn reach_names_pods_with_their_workload_and_address() {
    let answer = json(&run_on(SHOP, &["reach", "-", "-o", "json"]));
    check(
        &serde_json::to_string_pretty(&answer["peers"]).unwrap(),
        &expect![[r#"
            [
              {
                "id": "pod/default/tool",
                "workload": null,
                "ip": "10.224.0.5"
              },
              {
                "id": "pod/default/store-0",
                "workload": "statefulset/default/store",
                "ip": "10.224.0.6"
              },
              {
                "id": "pod/default/store-1",
                "workload": "statefulset/default/store",
                "ip": "10.224.0.37"
              },
              {
                "id": "pod/default/page-fmptg-gkq2f",
                "workload": "deployment/default/page",
                "ip": "10.224.0.68"
              },
              {
                "id": "pod/default/page-fmptg-px66x",
                "workload": "deployment/default/page",
                "ip": "10.224.0.7"
              },
              {
                "id": "0.0.0.0-192.0.1.255"
              },
              {
                "id": "192.0.2.0-192.0.2.127"
              },
              {
                "id": "192.0.2.128-255.255.255.255"
              }
            ]"#]],
    );
}

#[test]
fn reach_says_when_nobody_enforces_the_policies() {
    let policy = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}}}";
    let files = [
        "reach",
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/azure-cni/cluster.yaml",
        "-",
    ];
    check(
        &run_on(policy, &files),
        &expect![[r#"
        status 0
        pod/default/p0 -> 0.0.0.0-255.255.255.255: all
        pod/default/p1 -> 0.0.0.0-255.255.255.255: all
        on standard error:
        src/scenarios/azure-cni/cluster.yaml:7:3: warning: the cluster has no network policy engine: its NetworkPolicies have no effect; found `none`, expected `azure`, `calico` or `cilium`
    "#]],
    );
}

#[test]
fn diff_shows_pairs_and_walks_that_changed_and_fails() {
    let folder = new_folder("diff");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let flow = "---\n{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: look}, spec: {from: pod/default/tool, to: pod/default/store-0, port: 5432}}\n";
    let before = write("before.yaml", &format!("{SHOP}{flow}"));
    let opened = SHOP.replace(
        "app: page}}}], ports",
        "app: page}}}, {podSelector: {}}], ports",
    );
    let after = write(
        "after.yaml",
        &format!("{}{flow}", opened.replace(", except: [192.0.2.128/25]", "")),
    );
    let ask = |form| run(&["diff", &before, &after, "-o", form]);
    check(
        &ask("text"),
        &expect![[r#"
        status 1
        added pod/default/tool -> pod/default/store-0: TCP 5432, UDP 53; witness: TCP 10.224.0.5 > 10.224.0.6:5432
        added pod/default/tool -> pod/default/store-1: TCP 5432, UDP 53; witness: TCP 10.224.0.5 > 10.224.0.37:5432
        added 192.0.2.128-192.0.2.255 -> pod/default/store-0: all; witness: TCP 192.0.2.128 > 10.224.0.6:1
        added 192.0.2.128-192.0.2.255 -> pod/default/store-1: all; witness: TCP 192.0.2.128 > 10.224.0.37:1
        flow look: dropped => delivered
          before: request 6: pod/default/store-0 policy.ingress denied TCP 10.224.0.5:50000 > 10.224.0.6:5432
          after: request 6: pod/default/store-0 policy.ingress allowed TCP 10.224.0.5:50000 > 10.224.0.6:5432
        4 pairs added, 0 removed, 0 changed; 1 flows walk differently
    "#]],
    );
    expect_file![golden("diff.json")].assert_eq(&ask("json"));
    expect_file![golden("diff.md")].assert_eq(&ask("markdown"));
    let same = expect![[r#"
        status 0
        0 pairs added, 0 removed, 0 changed; 0 flows walk differently
    "#]];
    check(&run(&["diff", &before, &before]), &same);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The files of a network model and what surrounds it, in one folder.
fn model(name: &str, test: &str) -> String {
    let folder = new_folder(&format!("{test}-{name}"));
    let own = ["cluster.yaml", "flows.yaml"].map(|file| format!("{name}/{file}"));
    let shared = ["azure.yaml", "web.yaml"].map(|file| format!("shared/{file}"));
    for file in own.iter().chain(&shared) {
        let from = root().join("src/scenarios").join(file);
        std::fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
    }
    folder.display().to_string()
}

#[test]
fn the_walks_of_a_flow_are_put_side_by_side() {
    let [kubenet, cni] = ["kubenet", "azure-cni"].map(|name| model(name, "side"));
    let ask = |flow: &str, form: &str| run(&["diff", &kubenet, &cni, "--flow", flow, "-o", form]);
    expect_file![golden("compare.txt")].assert_eq(&ask("pod-to-vm", "text"));
    expect_file![golden("compare.md")].assert_eq(&ask("vm-to-pod", "markdown"));
    expect_file![golden("compare.json")].assert_eq(&ask("vm-to-pod", "json"));
    let same = run(&["diff", &kubenet, &kubenet, "--flow", "pod-to-vm"]);
    assert!(same.starts_with("status 0\n"), "{same}");
    assert!(same.ends_with("  13 steps same, 0 carried, 0 differ, 0 only before, 0 only after\n"));
    // The same files with another model: an address of a pod is asked by the pod.
    let flow = "{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-address}, spec: {from: pod/default/p0, to: 10.244.1.10, port: 8080}}";
    std::fs::write(Path::new(&kubenet).join("by-address.yaml"), flow).unwrap();
    let switch = |options: &str| {
        let command = format!("diff {kubenet} --flow by-address {options}");
        run(&words(&command))
    };
    let switched = switch("--model node-subnet");
    let moved = "after: 10.244.1.10 is pod/default/p1, asked at 10.1.0.";
    assert!(switched.contains(moved), "{switched}");
    assert!(
        switched.contains("  receiver: pod/default/p1\n"),
        "{switched}"
    );
    let json = switch("--model node-subnet -o json");
    assert!(json.contains("\"of\": \"pod/default/p1\""), "{json}");
    let other = switch("--model nothing");
    assert!(
        other.contains("expected one of kubenet, node-subnet, overlay"),
        "{other}"
    );
    let unknown = ask("nobody", "text");
    assert!(unknown.starts_with("status 2\n"), "{unknown}");
    assert!(unknown.contains("no flow `nobody`; hint: there are internet-to-web"));
}
