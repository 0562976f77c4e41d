//! Answers of the command line that have a file of their own: the words of the clock in Japanese, network models that
//! cannot be given, SNAT ports.

#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::expect;

const AZURE: &str = "src/scenarios/shared/azure.yaml";
const CLUSTER: &str = "src/scenarios/kubenet/cluster.yaml";
const WEB: &str = "src/scenarios/shared/web.yaml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Exit status, standard output and standard error.
fn run_with(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that does not read its input closes the pipe, which is no fault.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn run(arguments: &[&str]) -> String {
    let (status, output, problems) = run_with(arguments, "");
    assert_eq!(status, Some(0), "{problems}");
    output
}

#[test]
fn the_clock_speaks_japanese_to_the_last_word() {
    let event = ["--flow", "internet-to-web", "--event", "stop=node/n0"];
    let flows = "src/scenarios/kubenet";
    let arguments = ["timeline", AZURE, WEB, flows, "--lang", "ja"];
    let text = run(&[&arguments, &event[..]].concat());
    let start: Vec<&str> = text.lines().take(8).collect();
    expect![[r"
        すべての出来事の前
          新しい接続 internet-to-web: pod/default/p1 1.000
        0 秒: n0 が停止します。その上のものは応答せず、接続の記憶も失われます。
          対象: node/n0、参照: k8s-nodes
          新しい接続 internet-to-web: 破棄 (アドレスの持ち主なし) 0.500, pod/default/p1 0.500
          既存の接続 internet-to-web: 継続 0.500, 応答なし 0.500
        10 秒: kubernetes は web について n0 を外します。プローブが続けて 2 回失敗しました。
          対象: loadbalancer/kubernetes、参照: azure-lb-probes"]]
    .assert_eq(&start.join("\n"));

    let at = ["trace", AZURE, WEB, flows, "--lang", "ja", "--at", "10"];
    let text = run(&[&at, &event[..]].concat());
    assert_eq!(text.lines().next(), Some("時点: 10 秒"));
}

/// The scenario with its network profile behind a YAML alias, which no edit can change in place.
fn behind_an_alias() -> String {
    let text = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let cluster = text(CLUSTER).replace("networkProfile:\n", "networkProfile: &profile\n");
    assert!(cluster.contains("&profile"));
    let mut documents: Vec<&str> = cluster.split("---\n").collect();
    let first = documents[0];
    let from = first.find("  networkProfile: &profile").unwrap();
    let to = first.find("  agentPoolProfiles:").unwrap();
    let profile = &first[from..to];
    let anchored = profile.replace("networkProfile:", "written:");
    let rest = first.replace(profile, "  networkProfile: *profile\n");
    let first = rest.replace("properties:\n", &format!("tags:\n{anchored}properties:\n"));
    documents[0] = &first;
    text(AZURE) + "---\n" + &documents.join("---\n")
}

#[test]
fn a_model_that_an_edit_cannot_give_is_refused_and_one_that_is_there_changes_nothing() {
    let input = behind_an_alias();
    let (status, plain, problems) = run_with(&["table", "-"], &input);
    assert_eq!(status, Some(0), "{problems}");
    assert!(plain.contains("kubenet"), "{plain}");
    let same = run_with(&["table", "-", "--model", "kubenet"], &input);
    assert_eq!(same, (Some(0), plain, problems), "it is kubenet already");
    for command in ["table", "diff"] {
        let (status, output, problems) = run_with(&[command, "-", "--model", "overlay"], &input);
        assert_eq!((status, &*output), (Some(2), ""), "{command}");
        assert!(
            problems.contains(
                "this cluster cannot be given the model `overlay`: what would change comes by a YAML alias; hint: "
            ),
            "{problems}"
        );
    }
    let (status, output, problems) = run_with(&["diff", "-", "--model", "kubenet"], &input);
    assert_eq!(status, Some(0), "{output}{problems}");
}

#[test]
fn snat_ports_are_told_by_node_with_their_arithmetic_in_both_languages() {
    expect![[r#"
        outbound by kubernetes: each of 2 nodes has 1024 SNAT ports, so at most 1024 connections at once to one address and port; 2048 of the 64000 ports of its address are given out
          automatic: in a pool of up to 50 nodes each gets 1024 ports of each address, and in a larger one 512
        n0 has the ports 1024 to 2047 of 20.50.60.71 by kubernetes: with 1024 connections open to one address, port and protocol, the next is dropped until one ends.
        n1 has the ports 2048 to 3071 of 20.50.60.71 by kubernetes: with 1024 connections open to one address, port and protocol, the next is dropped until one ends.
    "#]]
    .assert_eq(&run(&["effective", "snat", AZURE, CLUSTER, WEB]));
    expect![[r#"
        kubernetes による送信: 2 台の各ノードに SNAT ポートが 1024 個あり、同じアドレスとポートへ同時に最大 1024 接続。1 個のアドレスの 64000 ポートのうち 2048 を割り当て済み
          自動割り当て: 50 ノードまでのプールでは、各ノードがアドレスごとに 1024 ポートを持ち、それより大きいプールでは 512 ポートになります
        n0 は kubernetes により 20.50.60.71 のポート 1024 から 2047 を使います。同じアドレス、ポート、プロトコルへの接続が 1024 個開いていると、次の接続は 1 つ終わるまで破棄されます。
        n1 は kubernetes により 20.50.60.71 のポート 2048 から 3071 を使います。同じアドレス、ポート、プロトコルへの接続が 1024 個開いていると、次の接続は 1 つ終わるまで破棄されます。
    "#]]
    .assert_eq(&run(&["effective", "snat", AZURE, CLUSTER, "--lang", "ja"]));
    expect![[r#"
        {
          "apiVersion": "kubehop.dev/v1",
          "kind": "SnatPorts",
          "waysOut": [
            {
              "object": "loadbalancer/kubernetes",
              "connections": 1024,
              "why": "outbound by kubernetes: each of 2 nodes has 1024 SNAT ports, so at most 1024 connections at once to one address and port; 2048 of the 64000 ports of its address are given out",
              "arithmetic": "automatic: in a pool of up to 50 nodes each gets 1024 ports of each address, and in a larger one 512",
              "reference": "azure-lb-outbound"
            }
          ],
          "nodes": [
            {
              "node": "node/n0",
              "ports": "block",
              "by": "loadbalancer/kubernetes",
              "addresses": [
                "20.50.60.71"
              ],
              "first": 1024,
              "last": 2047,
              "connections": 1024,
              "why": "n0 has the ports 1024 to 2047 of 20.50.60.71 by kubernetes: with 1024 connections open to one address, port and protocol, the next is dropped until one ends."
            },
            {
              "node": "node/n1",
              "ports": "block",
              "by": "loadbalancer/kubernetes",
              "addresses": [
                "20.50.60.71"
              ],
              "first": 2048,
              "last": 3071,
              "connections": 1024,
              "why": "n1 has the ports 2048 to 3071 of 20.50.60.71 by kubernetes: with 1024 connections open to one address, port and protocol, the next is dropped until one ends."
            }
          ]
        }
    "#]]
    .assert_eq(&run(&["effective", "snat", AZURE, CLUSTER, "-o", "json"]));
}

/// Nobody can tell silence from a fault.
#[test]
fn a_command_with_nothing_to_show_says_so() {
    let host = "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: c}, spec: {network: internet, ip: 203.0.113.9}}";
    let commands: [&[&str]; 8] = [
        &["effective", "snat"],
        &["effective", "loadbalancer"],
        &["effective", "appgateway"],
        &["effective", "endpointslices"],
        &["effective", "objects"],
        &["reach"],
        &["plan"],
        &["lint"],
    ];
    for lang in ["en", "ja"] {
        for command in commands {
            let (status, output, problems) =
                run_with(&[command, &["--lang", lang, "-"]].concat(), host);
            assert_eq!(status, Some(0), "{command:?}: {problems}");
            assert!(!output.trim().is_empty(), "{command:?} in {lang}");
        }
    }
    let closed = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: no}, spec: {podSelector: {}, policyTypes: [Ingress]}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: c}]}}";
    let policies = "{type: Microsoft.ContainerService/managedClusters, name: k, properties: {networkProfile: {networkPlugin: azure, networkPolicy: calico}}}";
    let (_, output, problems) = run_with(&["reach", "-"], &format!("{closed}\n---\n{policies}"));
    assert!(!output.is_empty(), "{problems}");
}
