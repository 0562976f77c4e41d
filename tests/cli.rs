//! The command line from outside: whole outputs, exit statuses, and input that nobody should write.

#![cfg(feature = "cli")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use expect_test::{Expect, expect, expect_file};

const FIXTURE: &[&str] = &[
    "src/scenarios/shared/azure.yaml",
    "src/scenarios/kubenet/cluster.yaml",
    "src/scenarios/shared/web.yaml",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run_with(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that does not read its input closes the pipe, which is no fault.
    let writer = std::thread::Builder::new()
        .spawn(move || drop(stdin.write_all(input.as_bytes())))
        .unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Everything that a user sees, with the exit status in front.
fn shown(output: &Output) -> String {
    let status = output
        .status
        .code()
        .map_or("killed".to_owned(), |code| code.to_string());
    let mut shown = format!("status {status}\n{}", text(&output.stdout));
    if !output.stderr.is_empty() {
        shown.push_str("on standard error:\n");
        shown.push_str(&text(&output.stderr));
    }
    assert!(!shown.contains("panicked"), "{shown}");
    assert!(
        !shown.contains('\u{1b}'),
        "colour without a terminal: {shown:?}"
    );
    shown
}

fn run(arguments: &[&str]) -> String {
    shown(&run_with(arguments, ""))
}

/// The fixture between a command and its options.
fn on_fixture(command: &[&str], options: &[&str]) -> String {
    run(&[command, FIXTURE, options].concat())
}

#[track_caller]
fn check(actual: &str, golden: &Expect) {
    golden.assert_eq(actual);
}

fn golden(name: &str) -> PathBuf {
    root().join("tests/cli").join(name)
}

const VM_TO_POD: &[&str] = &[
    "--from",
    "host/vm-a",
    "--to",
    "pod/default/p0",
    "--port",
    "8080",
];

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
    let flow = &[
        "--from",
        "host/client",
        "--to",
        "20.50.60.70",
        "--port",
        "80",
        "-o",
        "tree",
    ];
    expect_file![golden("tree.txt")].assert_eq(&on_fixture(&["trace"], flow));
}

#[test]
fn json_has_the_keys_that_were_promised() {
    let flow = &[
        "--from",
        "host/client",
        "--to",
        "20.50.60.70",
        "--port",
        "80",
        "-o",
        "json",
    ];
    let output = on_fixture(&["trace"], flow);
    expect_file![golden("trace.json")].assert_eq(output.strip_prefix("status 0\n").unwrap());
}

/// Origin: `sessionAffinity: ClientIP` as kube-proxy writes it, see `tests/affinity.rs`.
#[test]
fn later_connections_are_told_below_the_first() {
    let texts = [
        "src/scenarios/shared/azure.yaml",
        "src/scenarios/kubenet/cluster.yaml",
    ];
    let web = std::fs::read_to_string(root().join("src/scenarios/shared/web.yaml")).unwrap();
    let web = web.replace(
        "  type: LoadBalancer",
        "  type: LoadBalancer\n  sessionAffinity: ClientIP",
    );
    let web = web
        + "---\n{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: c, image: i}]}}\n";
    let asked = |form: &str| {
        let options = [
            "--from",
            "pod/default/p0",
            "--to",
            "service/default/web",
            "--port",
            "80",
            "--connections",
            "2",
            "-o",
            form,
        ];
        let files = ["trace", texts[0], texts[1], "-"];
        shown(&run_with(&[&files[..], &options[..]].concat(), &web))
    };
    expect_file![golden("connections.txt")].assert_eq(&asked("text"));
    let answer: serde_json::Value =
        serde_json::from_str(asked("json").strip_prefix("status 0\n").unwrap()).unwrap();
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

fn on_fixture_and(command: &str, input: &str, options: &[&str]) -> String {
    let arguments = [&[command, "-"], FIXTURE, options].concat();
    shown(&run_with(&arguments, input))
}

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
    let json = on_fixture_and("check", WRONG, &["-o", "json"]);
    assert!(json.starts_with("status 1\n{"), "{json}");
    let value: serde_json::Value = serde_json::from_str(json.split_once('\n').unwrap().1).unwrap();
    assert_eq!(value["flows"][0]["mismatches"][0]["key"], "verdict");
    assert_eq!(value["flows"][0]["trace"]["kind"], "TraceResult");
}

#[test]
fn the_exit_status_says_whether_a_flow_arrived_only_when_asked() {
    assert!(on_fixture(&["trace"], VM_TO_POD).starts_with("status 0\n"));
    assert!(on_fixture(&["trace", "--fail"], VM_TO_POD).starts_with("status 1\n"));
    let arrives = &[
        "--from",
        "pod/default/p0",
        "--to",
        "host/vm-a",
        "--port",
        "443",
        "--fail",
    ];
    assert!(on_fixture(&["trace"], arrives).starts_with("status 0\n"));
}

#[test]
fn effective_state_is_printed_in_the_notation_of_its_owner() {
    let show = |what: &str, options: &[&str]| on_fixture(&["effective", what], options);
    check(
        &show("routes", &["--node", "n0"]),
        &expect![[r"
        status 0
        168.63.129.16 via 10.1.0.1 dev eth0
        169.254.169.254 via 10.1.0.1 dev eth0
        10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4
        10.244.0.0/24 dev cbr0 proto kernel scope link src 10.244.0.1
        default via 10.1.0.1 dev eth0
    "]],
    );
    check(
        &show("routes", &["--subnet", "vnet-a/nodes"]),
        &expect![[r"
            status 0
            Source                 State   Address prefix   Next hop type          Next hop IP  Caused by
            Default                Active  10.1.0.0/16      VnetLocal                           vnet/vnet-a properties.addressSpace.addressPrefixes[0]
            Default                Active  0.0.0.0/0        Internet                            vnet/vnet-a
            Default                Active  10.0.0.0/8       None                                vnet/vnet-a
            Default                Active  172.16.0.0/12    None                                vnet/vnet-a
            Default                Active  192.168.0.0/16   None                                vnet/vnet-a
            Default                Active  100.64.0.0/10    None                                vnet/vnet-a
            Default                Active  10.2.0.0/16      VNetPeering                         peering/vnet-a/a-to-b
            VirtualNetworkGateway  Active  192.168.10.0/24  VirtualNetworkGateway               localgateway/onprem properties.localNetworkAddressSpace.addressPrefixes[0]
            User                   Active  10.244.0.0/24    VirtualAppliance       10.1.0.4     node/n0 spec.podCIDR
            User                   Active  10.244.1.0/24    VirtualAppliance       10.1.0.5     node/n1 spec.podCIDR
        "]],
    );
    check(
        &show("endpointslices", &[]),
        &expect![[r"
        status 0
        Namespace    Name            AddressType  Ports          Endpoints              Made By
        default      web-vxsj5       IPv4         8080/TCP       10.244.1.10            service/default/web
        kube-system  kube-dns-kvxnn  IPv4         53/UDP,53/TCP  10.244.0.2,10.244.1.2  service/kube-system/kube-dns
    "]],
    );
    check(
        &show("objects", &[]),
        &expect![[r"
        status 0
        Object                                                Made By                   From                            Fields
        node/n0                                               -                         -                               metadata.labels by kubelet
        node/n1                                               -                         -                               metadata.labels by kubelet
        pod/kube-system/coredns-kknsh-nsqrg                   replicaset-controller     deployment/kube-system/coredns
        pod/kube-system/coredns-kknsh-ltlbz                   replicaset-controller     deployment/kube-system/coredns
        service/default/kubernetes                            aks                       cluster/kn
        service/kube-system/kube-dns                          aks                       cluster/kn
        endpointslice/default/web-vxsj5                       endpointslice-controller  service/default/web
        endpointslice/kube-system/kube-dns-kvxnn              endpointslice-controller  service/kube-system/kube-dns
        publicip/kubernetes-a6ba7b8109dad11d180b400c04fd430c  cloud-provider-azure      service/default/web
        loadbalancer/kubernetes                               cloud-provider-azure      cluster/kn
        nsg/aks-agentpool-nsg                                 cloud-provider-azure      cluster/kn
        routetable/aks-agentpool-routetable                   cloud-provider-azure      cluster/kn
    "]],
    );
    expect_file![golden("nsg.txt")].assert_eq(&show("nsg", &["--node", "n0"]));
    expect_file![golden("loadbalancer.txt")].assert_eq(&show("loadbalancer", &[]));
    expect_file![golden("iptables.txt")].assert_eq(&show("iptables", &["--node", "n0"]));
    expect_file![golden("objects.json")].assert_eq(&show("objects", &["-o", "json"]));
}

/// What a resolver can meet: a zone outside, a set with names, pods with servers of their own.
const NAMES: &str = "\
{type: Microsoft.Network/dnsZones, name: contoso.com, properties: {}}
---
{type: Microsoft.Network/dnsZones/A, name: contoso.com/api, properties: {ARecords: [{ipv4Address: 198.51.100.20}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{name: sql, port: 5432}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-0, labels: {app: db}}, spec: {nodeName: n0, hostname: db-0, subdomain: db, containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-1, labels: {app: db}}, spec: {nodeName: n1, hostname: db-1, subdomain: db, containers: [{name: c, image: x}]}, status: {conditions: [{type: Ready, status: \"False\"}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: db-all}, spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: db}, ports: [{name: sql, port: 5432}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: lost}, spec: {nodeName: n0, dnsPolicy: None, dnsConfig: {nameservers: [10.9.9.9]}, containers: [{name: c, image: x}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: mute}, spec: {nodeName: n0, dnsPolicy: None, dnsConfig: {nameservers: [10.1.1.4]}, containers: [{name: c, image: x}]}}
";

fn resolve(options: &[&str]) -> String {
    on_fixture_and("resolve", NAMES, options)
}

#[test]
fn every_query_of_a_resolver_is_told_in_order() {
    let all = [
        resolve(&["--from", "pod/default/p0", "web"]),
        resolve(&["--from", "pod/default/p0", "api.contoso.com"]),
        resolve(&["--from", "pod/default/p0", "db"]),
        resolve(&["--from", "pod/default/p0", "db-all"]),
        resolve(&["--from", "pod/default/p0", "_sql._tcp.db", "--type", "srv"]),
        resolve(&["--from", "pod/default/p0", "10.0.50.1", "--type", "PTR"]),
        resolve(&["--from", "host/client", "api.contoso.com"]),
    ];
    expect_file![golden("resolve.txt")].assert_eq(&all.join("\n"));
}

#[test]
fn what_leaves_a_name_without_an_answer_is_told() {
    let all = [
        resolve(&[
            "--from",
            "pod/default/p0",
            "none.default.svc.cluster.local.",
        ]),
        resolve(&["--from", "pod/default/lost", "web"]),
        resolve(&["--from", "pod/default/mute", "web"]),
        resolve(&["--from", "pod/default/lost", "web", "--lang", "ja"]),
    ];
    expect_file![golden("resolve-none.txt")].assert_eq(&all.join("\n"));
}

#[test]
fn a_policy_that_stops_the_query_is_named() {
    // D-08
    let input = "\
{type: Microsoft.ContainerService/managedClusters, name: c, properties: {networkProfile: {networkPlugin: azure, networkPolicy: calico}, agentPoolProfiles: [{name: a, count: 1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: shut}, spec: {containers: [{name: c, image: x}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: no-egress}, spec: {podSelector: {}, policyTypes: [Egress]}}
";
    let ask = &["resolve", "-", "--from", "pod/default/shut", "kubernetes"];
    check(
        &shown(&run_with(ask, input)),
        &expect![[r#"
        status 1
        name: kubernetes A
        from: pod/default/shut
        resolver: nameserver 10.0.0.10
        resolver: search default.svc.cluster.local svc.cluster.local cluster.local 6vsjtc2xkdv9hkw4bssgf6vvl.azure.internal.cloudapp.net
        resolver: options ndots:5
        note: pod/default/shut dns.search forwarded kubernetes.default.svc.cluster.local, kubernetes.svc.cluster.local, kubernetes.cluster.local, kubernetes.6vsjtc2xkdv9hkw4bssgf6vvl.azure.internal.cloudapp.net, kubernetes
          why: shut looks up kubernetes at 10.0.0.10 and tries kubernetes.default.svc.cluster.local first (5 names at most).
          reference: k8s-dns-pod-service
        query 1: kubernetes.default.svc.cluster.local A TIMEOUT
          asked by: pod/default/shut
          asked of: 10.0.0.10
          packet: dropped (DeniedOut), refused by a rule on the sender’s side at pod/default/shut policy.egress
          packet why: shut is isolated for egress by no-egress, and no rule there admits coredns-kknsh-nsqrg on UDP 53.
          why: shut got no answer about kubernetes.default.svc.cluster.local from 10.0.0.10: the packet was lost at shut.
          cause: networkpolicy/default/no-egress spec.egress (-:5:86)
          reference: k8s-dns-pod-service
        answer: none, a query got no answer, which ends the search
        verdict: unresolved
    "#]],
    );
}

#[test]
fn a_resolution_as_json_has_its_queries_and_their_walks() {
    let output = resolve(&["--from", "node/n0", "api.contoso.com.", "-o", "json"]);
    expect_file![golden("resolve.json")].assert_eq(output.strip_prefix("status 0\n").unwrap());
}

#[test]
fn what_dns_refuses_has_its_place() {
    let input = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: coredns-custom, namespace: kube-system}
data:
  a.server: |
    corp.example:53 {
        fowrard . 10.1.1.53
    }
    .:53 {
        log
    }
  b.override: \"hosts {\\n nowhere a\\n}\\n\"
  notes: x
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostname: Web
  dnsPolicy: None
  dnsConfig:
    searches: [a..b]
    options: [{name: ndots, value: many}, {value: \"1\"}]
  containers: []
---
{apiVersion: v1, kind: Pod, metadata: {name: q}, spec: {dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}, containers: []}}
---
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: ExternalName, externalName: b.default.svc.cluster.local}}
---
{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {type: ExternalName, externalName: www.contoso.com}}
---
{type: Microsoft.Network/dnsZones, name: contoso.com, properties: {}}
---
{type: Microsoft.Network/dnsZones/CNAME, name: contoso.com/www, properties: {CNAMERecord: {cname: a.default.svc.cluster.local}}}
";
    check(
        &shown(&run_with(&["lint", "-"], input)),
        &expect![[r#"
            status 2
            -:6:5: error: `data[a.server]` holds a zone that has a block already, so that CoreDNS does not start; found `.:53`, expected only one
            -:7:9: error: `fowrard` is not a plugin of CoreDNS; found `fowrard`, expected a plugin such as `forward`; hint: until this is mended, CoreDNS does not load the text
            -:12:15: error: `nowhere` is neither an address nor a property of `hosts`; found `nowhere`, expected an address such as `10.1.0.4`, and names; hint: until this is mended, CoreDNS does not load the text
            -:13:10: warning: `data.notes` is not read by CoreDNS; found `notes`, expected a key that ends in `.server` or `.override`
            -:19:13: error: `spec.hostname` is not a name that the API accepts; found `Web`, expected at most 63 lower-case letters, digits and `-`
            -:22:5: error: `spec.dnsConfig.nameservers` must name a server, because `dnsPolicy` is `None`; found no nameserver, expected at least one address
            -:22:16: error: `spec.dnsConfig.searches[0]` is not a domain; found `a..b`, expected a domain such as `corp.example`
            -:23:36: warning: `spec.dnsConfig.options[0].value` is ignored by the resolver; found `many`, expected a number in quotes
            -:23:43: error: `spec.dnsConfig.options[1].name` is missing; found nothing, expected a name such as `ndots`
            -:26:82: error: `spec.dnsConfig.nameservers` has too many servers; found 4 servers, expected at most 3
            note: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
            -:28:81: warning: `a.default.svc.cluster.local` is an alias that leads back to itself; it has no address; found `b.default.svc.cluster.local`, `www.contoso.com`, then `a.default.svc.cluster.local`, expected a name that has an address
              so: Names are answered otherwise than was meant, or not at all.
              see: https://learn.microsoft.com/azure/aks/coredns-custom (alias-loop)
            8 errors, 3 warnings, 1 notes
        "#]],
    );
    let japanese = shown(&run_with(&["lint", "-", "--lang", "ja"], input));
    assert!(
        japanese.contains("別名") && japanese.contains("CoreDNS はこの設定を読み込めません"),
        "{japanese}"
    );
}

/// W16: what is open already takes the ports of the node.
#[test]
fn a_trace_runs_out_of_ports() {
    let out = |open| {
        let ends = [
            "--from",
            "pod/default/p0",
            "--to",
            "host/server",
            "--port",
            "443",
        ];
        on_fixture(&["trace"], &[&ends[..], &["--open", open]].concat())
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

#[test]
fn a_plan_is_text_for_people_and_json_for_programs() {
    expect_file![golden("plan.txt")].assert_eq(&on_fixture(&["plan"], &[]));
    let output = on_fixture(&["plan"], &["-o", "json"]);
    expect_file![golden("plan.json")].assert_eq(output.strip_prefix("status 0\n").unwrap());
    let japanese = on_fixture(&["plan"], &["--lang", "ja"]);
    assert!(
        japanese.contains("ノードのプライマリ アドレス"),
        "{japanese}"
    );
    assert!(!japanese.contains("plan-"), "{japanese}");
}

/// A client of the internet asks the Service while a node stops.
const STOPS: &[&str] = &[
    "--from",
    "host/client",
    "--to",
    "20.50.60.70",
    "--port",
    "80",
    "--event",
    "stop=node/n0",
];

#[test]
fn a_timeline_is_text_for_people_and_json_for_programs() {
    expect_file![golden("timeline.txt")].assert_eq(&on_fixture(&["timeline"], STOPS));
    let output = on_fixture(&["timeline"], &[STOPS, &["-o", "json"]].concat());
    expect_file![golden("timeline.json")].assert_eq(output.strip_prefix("status 0\n").unwrap());
    let japanese = on_fixture(&["timeline"], &[STOPS, &["--lang", "ja"]].concat());
    assert!(japanese.contains("n0 が停止します"), "{japanese}");
    assert!(!japanese.contains("event-"), "{japanese}");
}

/// What the page says when the cell of that second is picked (`tests/e2e/events.test.mjs`).
#[test]
fn a_flow_is_asked_at_a_second_of_the_clock() {
    let at = |second: &str, options: &[&str]| {
        on_fixture(&["trace"], &[STOPS, &["--at", second], options].concat())
    };
    expect_file![golden("moment.txt")].assert_eq(&at("0", &["--blockers"]));
    let later = at("10", &["--blockers"]);
    assert!(later.contains("at: 10 s\n"), "{later}");
    assert!(
        later.contains("verdict: delivered\nbranch 1 of 1:"),
        "{later}"
    );
    assert!(later.ends_with("blocker: none\n"), "{later}");
    let next = at("10", &["--connections", "2"]);
    assert!(
        !next.contains("node/n0 "),
        "the balancer has taken it out: {next}"
    );
    let open = at("10", &["--established"]);
    assert!(
        open.contains("dropped (NoSuchAddress), probability 0.5"),
        "{open}"
    );
    let json = at("10", &["-o", "json"]);
    let json: serde_json::Value =
        serde_json::from_str(json.strip_prefix("status 0\n").unwrap()).unwrap();
    assert_eq!(
        (&json["at"], &json["verdict"]),
        (&10.into(), &"delivered".into())
    );
}

#[test]
fn a_second_that_cannot_be_asked_about_is_refused() {
    let at = |options: &[&str]| on_fixture(&["trace"], &[&STOPS[..6], options].concat());
    let still = at(&["--at", "5"]);
    assert!(
        still.starts_with("status 2\n") && still.contains("nothing that happens"),
        "{still}"
    );
    for options in [
        &["--at", "172801", "--event", "stop=node/n0"][..],
        &["--at", "-1", "--event", "stop=node/n0"],
        &["--event", "stop=node/n0"],
        &["--established"],
        &[
            "--at",
            "1",
            "--event",
            "stop=node/n0",
            "--established",
            "--blockers",
        ],
    ] {
        let output = at(options);
        assert!(output.starts_with("status 2\n"), "{options:?}: {output}");
    }
    let none = [
        VM_TO_POD,
        &["--at", "1", "--event", "stop=node/n0", "--established"],
    ]
    .concat();
    let none = on_fixture(&["trace"], &none);
    assert!(
        none.starts_with("status 2\n") && none.contains("no connection was open"),
        "{none}"
    );
}

#[test]
fn an_event_about_nothing_is_named_with_its_place() {
    let options = [&STOPS[..6], &["--event", "at=5,stop=node/n9"]].concat();
    let output = on_fixture(&["timeline"], &options);
    let problem = "--event 1:4:1: warning: cannot happen: node/n9 does not exist";
    assert!(output.contains(problem), "{output}");
    let none = on_fixture(&["timeline"], &STOPS[..6]);
    assert!(none.starts_with("status 2\n"), "{none}");
}

#[test]
fn other_numbers_that_do_not_fit_have_status_1() {
    // A21:configure-kubenet: a /24 holds 251 nodes.
    let most = on_fixture(&["plan"], &["--nodes", "251", "--surge", "0"]);
    assert!(most.starts_with("status 0\n"), "{most}");
    let more = on_fixture(&["plan"], &["--nodes", "252", "--surge", "0"]);
    assert!(more.starts_with("status 1\n"), "{more}");
    assert!(
        more.contains("\nwhat if: the smallest prefix that is enough is /23\n"),
        "{more}"
    );
}

#[test]
fn a_finding_of_lint_says_what_it_leads_to_and_where_it_is_documented() {
    let input = "\
{apiVersion: v1, kind: Service, metadata: {name: typo}, spec: {selector: {app: wbe}, ports: [{port: 80}]}}
";
    check(
        &shown(&run_with(&["lint", "-"], input)),
        &expect![[r#"
        status 0
        note: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
        -:1:64: warning: service/default/typo has no endpoints: no pod of the namespace has the labels `app=wbe`; hint: make the selector equal to the labels of the pods, or add the pods
          so: Connections to it are refused, and its name may have no address.
          see: https://kubernetes.io/docs/concepts/services-networking/service/ (service-no-endpoints)
        0 errors, 1 warnings, 1 notes
    "#]],
    );
    let japanese = shown(&run_with(&["lint", "-", "--lang", "ja"], input));
    assert!(japanese.contains("  結果: 接続は拒否され"), "{japanese}");
    let json = text(&run_with(&["lint", "-", "-o", "json"], input).stdout);
    assert!(
        json.contains(r#""reference": "k8s-service""#) && json.contains(r#""consequence": "Conn"#),
        "{json}"
    );
}

#[test]
fn the_same_picture_has_the_same_bytes() {
    let draw = || {
        on_fixture(
            &["draw", "src/scenarios/kubenet/flows.yaml"],
            &["--flow", "internet-to-web", "-o", "-"],
        )
    };
    let first = draw();
    assert!(
        first.starts_with("status 0\n<svg "),
        "{}",
        &first[..200.min(first.len())]
    );
    assert_eq!(first, draw());
    let file = std::env::temp_dir().join(format!("kubehop-{}.svg", std::process::id()));
    let written = on_fixture(&["draw"], &["-o", file.to_str().unwrap()]);
    assert_eq!(written, "status 0\n");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("<svg "));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn what_cannot_be_used_says_why_with_status_2() {
    let mut all = String::new();
    let mut ask = |arguments: &[&str]| {
        all.push_str(
            &[
                "$ kubehop ",
                &arguments.join(" "),
                "\n",
                &run(arguments),
                "\n",
            ]
            .concat(),
        );
    };
    let web = "src/scenarios/shared/web.yaml";
    let flows = "src/scenarios/kubenet/flows.yaml";
    ask(&["trace", "no-such.yaml", "--from", "internet", "--to", "web"]);
    ask(&["lint", "src/bin"]);
    ask(&["trace", web]);
    ask(&["trace", web, flows]);
    ask(&["trace", web, flows, "--flow", "none"]);
    ask(&["trace", web, "--flow", "none"]);
    ask(&[
        "trace",
        web,
        "--from",
        "internet",
        "--to",
        "pod/default/none",
        "--port",
        "80",
    ]);
    ask(&[
        "trace",
        web,
        "--from",
        "pod/default/none",
        "--to",
        "internet",
        "--port",
        "80",
    ]);
    ask(&[
        "trace", web, "--from", "nowhere", "--to", "internet", "--port", "80",
    ]);
    ask(&[
        "trace",
        web,
        "--from",
        "internet",
        "--to",
        "10.0.0.0/8",
        "--port",
        "80",
    ]);
    ask(&["check", web]);
    ask(&["draw", web, "-o", "/no/such/folder/x.svg"]);
    ask(&["effective", "iptables", web]);
    ask(&["effective", "routes", web]);
    ask(&["effective", "nsg", web, "--node", "none"]);
    ask(&["effective", "routes", web, "--subnet", "a/b"]);
    ask(&["resolve", web, "--from", "pod/default/none", "web"]);
    ask(&["resolve", web, "--from", "service/default/web", "web"]);
    ask(&["resolve", web, "--from", "host/client", "a..b"]);
    ask(&["resolve", web, "--from", "host/client", "10.0.0.1"]);
    ask(&[
        "resolve",
        web,
        "--from",
        "host/client",
        "web",
        "--type",
        "MX",
    ]);
    ask(&["resolve", web, "--from", "host/client"]);
    ask(&["plan", web, "--pool", "none"]);
    ask(&["plan", web, "--max-pods", "9"]);
    ask(&["plan", web, "--prefix", "30"]);
    expect_file![golden("unusable.txt")].assert_eq(&all);
    for answer in all.split("$ kubehop").skip(1) {
        assert!(answer.contains("\nstatus 2\n"), "{answer}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_status_2() {
    for arguments in [
        &[][..],
        &["trace"],
        &["trace", "x.yaml", "--from", "internet"],
        &[
            "trace", "x.yaml", "--from", "a", "--to", "b", "--port", "70000",
        ],
        &[
            "trace",
            "x.yaml",
            "--from",
            "a",
            "--to",
            "b",
            "--protocol",
            "GRE",
        ],
        &["trace", "x.yaml", "-o", "xml"],
        &["lint", "x.yaml", "--lang", "fr"],
        &["fly", "x.yaml"],
    ] {
        let answer = run(arguments);
        assert!(answer.starts_with("status 2\n"), "{arguments:?} {answer}");
    }
    assert!(run(&["--help"]).starts_with("status 0\n"));
    assert!(run(&["--version"]).starts_with("status 0\nkubehop "));
}

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .args(["effective", "objects", "-o", "json"])
        .args(FIXTURE)
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Input that nobody should write: what it is called, the text, what must be said, and the status of `lint`.
fn bad_inputs() -> Vec<(&'static str, String, &'static str, i32)> {
    let bomb: String = (0..9).fold(
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(),
        |text, depth| {
            let next = depth + 1;
            let aliases = vec![format!("*a{depth}"); 9].join(", ");
            format!("{text}a{next}: &a{next} [{aliases}]\n")
        },
    );
    let head = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    vec![
        ("empty file", String::new(), "-:1:1", 0),
        ("ten megabytes", format!("# {}\n", "x".repeat(10 << 20)), "-:", 0),
        ("deep nesting", "[".repeat(5000), "-:1:", 2),
        ("deep mapping", (0..500).map(|depth| " ".repeat(depth) + "a:\n").collect(), "-:", 2),
        ("YAML bomb", bomb, "-:", 2),
        ("tabs", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n".to_owned(), "-:4:1", 2),
        ("duplicate keys", "apiVersion: v1\nkind: Pod\nkind: Service\nmetadata: {name: x}\n".to_owned(), "-:3:1", 2),
        ("wrong types", format!("{head}spec: {{ports: [{{port: eighty}}]}}\n"), "eighty", 2),
        ("unknown kind", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\n".to_owned(), "Widget", 0),
        ("no head", "a: 1\n".to_owned(), "-:1:1", 0),
        ("cyclic alias", "a: &a [*a]\n".to_owned(), "-:1:", 2),
        (
            "address outside its subnet",
            "type: Microsoft.Network/virtualNetworks\nname: v\nproperties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: s, properties: {addressPrefix: 10.1.0.0/24}}]}\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {subnet: v/s, ip: 10.9.0.4}}\n".to_owned(),
            "10.9.0.4",
            2,
        ),
        (
            "overlapping prefixes",
            "type: Microsoft.Network/virtualNetworks\nname: v\nproperties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: a, properties: {addressPrefix: 10.1.0.0/24}}, {name: b, properties: {addressPrefix: 10.1.0.128/25}}]}\n".to_owned(),
            "10.1.0.128/25",
            2,
        ),
        (
            "a pod on a missing node",
            "type: Microsoft.ContainerService/managedClusters\nname: c\nproperties: {agentPoolProfiles: [{name: a, count: 1}]}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n0}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: nowhere, containers: []}\n".to_owned(),
            "-:10:8: warning: pod `p` is bound to a node that does not exist; found `nowhere`",
            0,
        ),
        (
            "markup in every string",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"<script>alert(1)</script>\", labels: {a: \"<img src=x onerror=alert(1)>\"}}\nspec: {containers: []}\n".to_owned(),
            "<script>",
            2,
        ),
    ]
}

#[test]
fn bad_input_gets_a_message_with_its_place_and_nothing_panics() {
    let mut failed = Vec::new();
    for (name, input, said, status) in bad_inputs() {
        let output = run_with(&["lint", "-"], &input);
        let shown = shown(&output);
        if !shown.contains(said) || output.status.code() != Some(status) {
            let short: String = shown.chars().take(600).collect();
            failed.push(format!(
                "{name}: expected status {status} and {said:?}\n{short}"
            ));
        }
        let with_fixture = on_fixture_and("trace", &input, VM_TO_POD);
        if !with_fixture.contains("verdict: dropped") {
            let short: String = with_fixture.chars().take(600).collect();
            failed.push(format!("{name} hides the rest:\n{short}"));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("latin-1.yaml");
    std::fs::write(&file, b"kind: Pod\n# Caf\xe9\n").unwrap();
    let output = run(&["lint", file.to_str().unwrap()]);
    assert!(
        output.starts_with("status 2\n")
            && output.contains("latin-1.yaml:2:6: error: not UTF-8; found the byte 0xe9"),
        "{output}"
    );
}

#[cfg(unix)]
#[test]
fn a_device_that_never_ends_is_not_read_to_the_end() {
    check(
        &run(&["lint", "/dev/zero"]),
        &expect![[r#"
        status 2
        on standard error:
        /dev/zero:1:1: error: this file is too large to be read; found more than 16777216 bytes, expected at most so many; hint: keep only the documents that matter here, or split the file
    "#]],
    );
}

#[test]
fn a_terminal_gets_no_commands_from_a_name() {
    let input = "apiVersion: v1\nkind: \"Wid\\e]0;owned\\aget\"\nmetadata: {name: x}\n";
    let output = shown(&run_with(&["lint", "-"], input));
    assert!(output.contains("\\u{1b}]0;owned\\u{7}"), "{output}");
}

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
    let ask = |form| {
        shown(&run_with(
            &["reach", "-", "--by", "workload", "-o", form],
            SHOP,
        ))
    };
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
    let json = text(&run_with(&["reach", "-", "-o", "json"], SHOP).stdout);
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
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
        &shown(&run_with(&files, policy)),
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
    let folder = std::env::temp_dir().join(format!("kubehop-diff-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
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
    let folder = folder(&format!("{test}-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
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
    let switched = run(&[
        "diff",
        &kubenet,
        "--model",
        "node-subnet",
        "--flow",
        "by-address",
    ]);
    let moved = "after: 10.244.1.10 is pod/default/p1, asked at 10.1.0.";
    assert!(switched.contains(moved), "{switched}");
    assert!(
        switched.contains("  receiver: pod/default/p1\n"),
        "{switched}"
    );
    let json = [
        "diff",
        &kubenet,
        "--model",
        "node-subnet",
        "--flow",
        "by-address",
        "-o",
        "json",
    ];
    assert!(run(&json).contains("\"of\": \"pod/default/p1\""));
    let other = run(&[
        "diff",
        &kubenet,
        "--model",
        "nothing",
        "--flow",
        "by-address",
    ]);
    assert!(
        other.contains("expected one of kubenet, node-subnet, overlay"),
        "{other}"
    );
    let unknown = ask("nobody", "text");
    assert!(unknown.starts_with("status 2\n"), "{unknown}");
    assert!(unknown.contains("no flow `nobody`; hint: there are internet-to-web"));
}

/// A folder for the test of this name.
fn folder(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// Writes a lab and gives what was said, with `DIR` for the folder.
fn lab(files: &[&str], name: &str) -> (String, PathBuf) {
    let folder = folder(name);
    let shown = run(&[&["lab"], files, &["-o", folder.to_str().unwrap()]].concat());
    (shown.replace(folder.to_str().unwrap(), "DIR"), folder)
}

/// Every file of a folder, by its path.
fn files_below(folder: &Path) -> Vec<(String, String)> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_lab_says_what_it_holds_and_what_it_leaves_out() {
    let scenario = "src/scenarios/kubenet/flows.yaml";
    let (shown, folder) = lab(&[FIXTURE, &[scenario]].concat(), "lab");
    check(
        &shown,
        &expect![[r#"
        status 0
        wrote DIR: 2 nodes, 4 pods, 7 hosts
        flows: 9 to fire, 1 left out
        left out: pod-to-web-by-name, its destination is not one address, or a name that DNS must resolve
        not part of a lab: security groups, NetworkPolicy, Ingress, DNS, IPv6, Azure's own services (see its README.md)
        as root: DIR/up, then DIR/probe, at the end DIR/down
    "#]],
    );
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    check(
        &read("places"),
        &expect![[r#"
        n0	10.1.0.4	node/n0
        n1	10.1.0.5	node/n1
        p2	10.244.0.10	pod/default/p0
        p3	10.244.1.10	pod/default/p1
        p4	10.244.0.2	pod/kube-system/coredns-kknsh-nsqrg
        p5	10.244.1.2	pod/kube-system/coredns-kknsh-ltlbz
        i6	203.0.113.9	host/client
        i7	198.51.100.20	host/server
        h8	10.1.1.4	host/vm-a
        h9	10.2.0.4	host/vm-b
        h10	10.3.0.4	host/vm-c
        o11	192.168.10.5	host/op
        i12	203.0.113.1	internet
    "#]],
    );
    check(
        &read("ns/n0/ip"),
        &expect![[r#"
        link set lo up
        link set eth0 arp off up
        addr add 10.1.0.4/24 dev eth0 noprefixroute
        link add cbr0 type bridge
        link set cbr0 up
        addr add 10.244.0.1/24 dev cbr0 noprefixroute
        link set vethp2 master cbr0 up
        link set vethp2 type bridge_slave hairpin on
        link set vethp4 master cbr0 up
        link set vethp4 type bridge_slave hairpin on
        route add 10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4
        route add 10.244.0.0/24 dev cbr0 proto kernel scope link src 10.244.0.1
        route add 168.63.129.16 via 10.1.0.1 dev eth0
        route add 169.254.169.254 via 10.1.0.1 dev eth0
        route add default via 10.1.0.1 dev eth0
    "#]],
    );
    check(
        &read("flows").lines().take(4).collect::<Vec<_>>().join("\n"),
        &expect![[r#"
            internet-to-web	i6	tcp	20.50.60.70:80	0.5000 answered by pod/default/p1 at 10.244.1.10:8080, which saw 10.1.0.4	0.5000 answered by pod/default/p1 at 10.244.1.10:8080, which saw 10.244.1.1
            pod-to-vm	p2	tcp	10.1.1.4:443	1.0000 answered by host/vm-a at 10.1.1.4:443, which saw 10.1.0.4
            vm-to-pod	h8	tcp	10.244.0.10:8080	1.0000 silence
            pod-to-peered-vm	p2	tcp	10.2.0.4:443	1.0000 answered by host/vm-b at 10.2.0.4:443, which saw 10.1.0.4"#]],
    );
    let rules = on_fixture(&["effective", "iptables"], &["--node", "n0"]);
    assert_eq!(format!("status 0\n{}", read("ns/n0/rules")), rules);
    // The same folder may be written again, another that holds something may not.
    let again = lab(FIXTURE, "lab").0;
    assert!(again.starts_with("status 0\n"), "{again}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_lab_is_not_written_into_a_folder_that_holds_something_else() {
    let folder = folder("lab-taken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    let shown = run(&[&["lab"], FIXTURE, &["-o", folder.to_str().unwrap()]].concat());
    check(
        &shown.replace(folder.to_str().unwrap(), "DIR"),
        &expect![[r#"
            status 2
            on standard error:
            error: cannot write `DIR`: the folder is not empty, and no lab
        "#]],
    );
    assert_eq!(
        files_below(&folder),
        [("mine.txt".to_owned(), "mine".to_owned())]
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn no_name_of_a_scenario_reaches_a_shell() {
    let hostile = "a';$(touch /tmp/x)`y` -j\\n\\t|&";
    let scenario = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: \"{hostile}\"}}\nspec: {{network: internet, ip: 203.0.113.77}}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: \"{hostile}\", namespace: \"{hostile}\"}}\nspec: {{nodeName: \"{hostile}\"}}\n---\n\
         apiVersion: v1\nkind: Node\nmetadata: {{name: \"{hostile}\"}}\nstatus: {{addresses: [{{type: InternalIP, address: 10.224.0.4}}]}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {{name: \"{hostile}\"}}\nspec: {{ports: [{{port: 80, name: \"{hostile}\"}}]}}\n---\n\
         apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: \"{hostile}\"}}\nspec: {{from: internet, to: 203.0.113.77, port: 80}}\n"
    );
    let (plain, hostile_folder) = (folder("lab-plain"), folder("lab-hostile"));
    shown(&run_with(
        &[&["lab"], FIXTURE, &["-o", plain.to_str().unwrap()]].concat(),
        "",
    ));
    shown(&run_with(
        &["lab", "-", "-o", hostile_folder.to_str().unwrap()],
        &scenario,
    ));
    let scripts = ["up", "down", "probe", "common", "inside"];
    let plain_files = files_below(&plain);
    let files = files_below(&hostile_folder);
    assert!(
        files
            .iter()
            .any(|(name, text)| name == "flows" && text.contains("touch")),
        "the test tests nothing"
    );
    for (name, text) in &files {
        if scripts.contains(&name.as_str()) {
            assert!(
                plain_files.contains(&(name.clone(), text.clone())),
                "{name} depends on the scenario"
            );
        }
        // What scripts read line by line, and what `ip` is told.
        let read_by_a_shell = matches!(name.as_str(), "links" | "namespaces" | "name")
            || name.ends_with("/ip")
            || name.ends_with("/settings");
        let odd = |it: &char| !it.is_ascii_alphanumeric() && !" \n@.:/-_".contains(*it);
        if read_by_a_shell {
            assert_eq!(text.chars().find(odd), None, "{name}:\n{text}");
        }
    }
    for folder in [plain, hostile_folder] {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

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
    let output = run_with(&[&["trace", "--blockers"], arguments].concat(), input);
    let shown = shown(&output);
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
    let output = run_with(
        &["trace", "-", "--blockers", "-o", "json", "--lang", "ja"],
        SHUT,
    );
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["verdict"], "dropped");
    assert_eq!(answer["verdictWithChanges"], "delivered");
    let list = format!("{:#}\n", answer["blockers"]);
    expect_file![golden("blockers.json")].assert_eq(&list);
}

#[test]
fn the_table_of_the_article_is_printed_by_one_command() {
    let mut arguments = vec!["table"];
    arguments.extend(FIXTURE);
    let output = run_with(&arguments, "");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    expect_file!["cli/table.txt"].assert_eq(&text);
    arguments.extend(["-o", "json"]);
    let output = run_with(&arguments, "");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["kind"], "TableResult");
    assert_eq!(value["rows"][2]["support"], "pod-initiated only");
    let walks = &value["rows"][2]["probes"][1]["walks"];
    assert_eq!(walks["verdict"], "dropped");
    let cni = FIXTURE[1].replace("kubenet", "azure-cni");
    let output = run_with(&["table", FIXTURE[0], &cni, FIXTURE[2]], "");
    let text = String::from_utf8(output.stdout).unwrap();
    expect_file!["cli/table-azure-cni.txt"].assert_eq(&text);
    let none = run_with(
        &["table", "-"],
        "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {network: internet, ip: 203.0.113.1}}",
    );
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn the_table_of_a_switched_cluster_answers_as_a_cluster_of_that_model() {
    let answers = |text: &str| -> Vec<String> {
        let rows = text.lines().filter(|line| line.starts_with("row "));
        let answers = rows.filter_map(|line| line.rsplit(": ").next());
        answers.map(str::to_owned).collect()
    };
    let mut arguments = vec!["table"];
    arguments.extend(FIXTURE);
    arguments.extend(["--model", "node-subnet"]);
    let output = run_with(&arguments, "");
    let text = String::from_utf8(output.stdout).unwrap();
    let cni = std::fs::read_to_string(root().join("tests/cli/table-azure-cni.txt")).unwrap();
    assert_eq!(answers(&text), answers(&cni));
    assert_eq!(text.lines().next(), cni.lines().next());
    // Nobody wrote this cluster down.
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: c}]}}";
    let refused = run_with(&["table", "-", "--model", "overlay"], pod);
    assert_eq!(refused.status.code(), Some(2));
    let text = String::from_utf8(refused.stderr).unwrap();
    let expected = "cannot be given the model `overlay`; hint: ";
    assert!(text.contains(expected), "{text}");
}
