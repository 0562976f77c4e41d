//! Whole documents in, typed objects and diagnostics out.

use expect_test::{Expect, expect};

use super::*;
use crate::model::ours::HostNetwork;

/// Reads one file called `x.yaml`.
fn read_text(text: &str) -> (Network, Vec<Diagnostic>) {
    let texts = vec![("x.yaml".to_owned(), text.to_owned())];
    let (document, mut diagnostics) = Document::from_texts(texts);
    let (network, more) = read(&document);
    diagnostics.extend(more);
    (network, diagnostics)
}

/// The diagnostics, one a line.
fn problems(text: &str) -> String {
    let mut lines: Vec<String> = read_text(text).1.iter().map(ToString::to_string).collect();
    lines.push(String::new());
    lines.join("\n")
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&problems(text));
}

#[test]
fn the_contract_examples_read_without_a_problem_where_present() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract/examples");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("NOT RUN: {folder} is not here");
        return;
    };
    let mut texts: Vec<(String, String)> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    texts.sort();
    // Both clusters at once are two documents of many names; one set at a time.
    for set in ["kubenet", "cni"] {
        let other = if set == "cni" { "kubenet" } else { "cni" };
        let texts = texts
            .iter()
            .filter(|(name, _)| !name.contains(other))
            .cloned();
        let (document, mut diagnostics) = Document::from_texts(texts.collect());
        let (network, more) = read(&document);
        diagnostics.extend(more);
        assert_eq!(diagnostics, [], "{set}");
        assert_eq!(
            (network.pods.len(), network.hosts.len(), network.vnets.len()),
            (2, 6, 3)
        );
        assert!(network.flows.len() >= 7);
    }
}

/// Origin: objects as a cluster of AKS 1.30 returns them.
#[test]
fn output_of_kubectl_get_reads_as_it_comes() {
    let texts = [
        include_str!("../../../tests/data/kubectl/deployment.yaml"),
        include_str!("../../../tests/data/kubectl/service.yaml"),
        include_str!("../../../tests/data/kubectl/pods.yaml"),
        include_str!("../../../tests/data/kubectl/nodes.yaml"),
    ];
    let (network, diagnostics) = read_text(&texts.join("---\n"));
    assert_eq!(diagnostics, []);
    let pods: Vec<String> = network
        .pods
        .iter()
        .map(|pod| {
            format!(
                "{} {:?} on {} ready {} of {}",
                pod.reference(),
                pod.ips,
                pod.node_name.as_deref().unwrap_or_default(),
                pod.ready,
                pod.owner.as_ref().unwrap()
            )
        })
        .collect();
    assert_eq!(
        pods,
        [
            "pod/shop/web-6f7c9d5b8-4xk2j [10.224.0.17] on aks-nodepool1-31287516-vmss000000 ready true of replicaset/shop/web-6f7c9d5b8",
            "pod/shop/web-6f7c9d5b8-tq9wz [10.224.0.44] on aks-nodepool1-31287516-vmss000001 ready false of replicaset/shop/web-6f7c9d5b8",
        ]
    );
    let service = &network.services[0];
    assert_eq!(service.ports[0].node_port, Some(31542));
    assert_eq!(service.ingress[0].ip.to_string(), "20.89.14.201");
    assert!(service.meta.annotations.is_empty());
    let node = &network.nodes[1];
    assert_eq!(
        (node.ready, node.pool.as_deref()),
        (true, Some("nodepool1"))
    );
    assert_eq!(network.workloads[0].replicas, Some(2));
}

/// Origin: the `az` command flattens `properties` and adds `resourceGroup`.
#[test]
fn output_of_az_reads_as_it_comes() {
    let texts = [
        (
            "vnets.json",
            include_str!("../../../tests/data/az/network-vnet-list.json"),
        ),
        (
            "nsg.json",
            include_str!("../../../tests/data/az/network-nsg-show.json"),
        ),
        (
            "aks.json",
            include_str!("../../../tests/data/az/aks-list.json"),
        ),
        ("vm.json", include_str!("../../../tests/data/az/vm.json")),
    ];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let (document, _) = Document::from_texts(texts.to_vec());
    let (network, diagnostics) = read(&document);
    assert_eq!(diagnostics, []);
    let subnet = &network.vnets[0].subnets[0];
    assert_eq!(
        subnet.nsg.as_deref(),
        Some("aks-subnet-nsg"),
        "spelled as declared"
    );
    assert_eq!(&*network.vnets[0].peerings[0].remote, "hub");
    assert_eq!(
        network.nsgs[0].rules[0].destination_ports,
        [(80, 80), (443, 443)]
    );
    let cluster = network.cluster.as_ref().unwrap();
    assert_eq!(cluster.pools[0].subnet, Some(subnet.id()));
    assert_eq!(
        cluster.outbound_ips,
        network
            .public_ips
            .iter()
            .map(|ip| ip.meta.name.clone())
            .collect::<Vec<_>>()
    );
    assert_eq!(cluster.addons.len(), 1);
    let host = network.host("jump").unwrap();
    assert_eq!(host.ip.unwrap().to_string(), "10.2.0.4");
    assert!(host.ip_forwarding);
    assert!(matches!(&host.network, HostNetwork::Subnet(id) if &*id.subnet == "default"));
}

#[test]
fn an_exported_template_is_unpacked_and_its_names_worked_out() {
    let text = include_str!("../../../tests/data/az/template.json");
    let (network, _) = read_text(text);
    let objects: Vec<String> = network
        .manifests
        .iter()
        .map(|manifest| manifest.object.to_string())
        .collect();
    expect!["routetable/rt vnet/vnet-a subnet/vnet-a/vms nsg/plain unknown/plain/nested publicip/[uniqueString(resourceGroup().id)]"]
        .assert_eq(&objects.join(" "));
    let vnet = &network.vnets[0];
    assert_eq!(vnet.subnets.len(), 2);
    assert_eq!(vnet.subnets[0].route_table.as_deref(), Some("rt"));
    assert_eq!(network.nsgs[0].rules.len(), 2);
    check(
        text,
        &expect![[r#"
            x.yaml:122:15: warning: this template expression is not worked out; found `[uniqueString(resourceGroup().id)]`, expected a plain value; hint: write the value in its place, or give the parameter a `defaultValue`
        "#]],
    );
}

/// Services of the vectors that are not compared, by what is behind the last `/`, and why.
const EXCUSED: [(&str, &str); 2] = [
    (
        "089",
        "no namespace: a manifest without one goes to `default`",
    ),
    (
        "134",
        "`allocateLoadBalancerNodePorts` is empty, which defaulting fills",
    ),
];

/// Why a Service of the vectors is not compared, if it is not.
fn excuse(case: &serde_json::Value) -> Option<&'static str> {
    if case["defaulting_sensitive"] == true {
        return Some("invalid only because a field is empty that defaulting fills");
    }
    let number = case["id"].as_str()?.rsplit('/').next()?;
    let excused = EXCUSED.iter().find(|(excused, _)| *excused == number);
    excused.map(|(_, reason)| *reason)
}

/// Origin: `pkg/apis/core/validation` of Kubernetes v1.36.2, as vectors.
#[test]
fn services_are_refused_as_the_api_server_refuses_them_where_its_vectors_are_present() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/oracles/validation.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("NOT RUN: {path} is not here");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let services = vectors["cases"].as_array().unwrap().iter();
    let mut failed = Vec::new();
    let [mut count, mut compared] = [0; 2];
    for case in services.filter(|case| case["object"]["kind"] == "Service") {
        count += 1;
        if let Some(reason) = excuse(case) {
            println!("excused: {}: {reason}", case["id"]);
            continue;
        }
        compared += 1;
        let strict = case["strict_ip_cidr_validation"] == true;
        let (network, diagnostics) = read_text(&case["object"].to_string());
        let mut ours: Vec<String> = diagnostics
            .iter()
            .filter(|problem| {
                problem.severity == Severity::Error || (strict && problem.code == "leading-zeros")
            })
            .filter_map(|problem| Some(problem.to_string().split('`').nth(1)?.to_owned()))
            .collect();
        let errors = case["errors"].as_array().unwrap().iter();
        let theirs: Vec<&str> = errors.filter_map(|error| error["field"].as_str()).collect();
        ours.sort();
        ours.dedup();
        // Ours may name the entry of a mapping where theirs names the mapping; one name of theirs is misspelt.
        let same = |ours: &str, theirs: &str| {
            let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
            ours == theirs || ours.starts_with(&format!("{theirs}."))
        };
        let agree = ours
            .iter()
            .all(|our| theirs.iter().any(|their| same(our, their)))
            && theirs
                .iter()
                .all(|their| ours.iter().any(|our| same(our, their)));
        // Leading zeros, which only newer servers refuse, are a warning, and what they mean is used (R17).
        let only_zeros = diagnostics
            .iter()
            .all(|problem| problem.severity != Severity::Error);
        let kept = network.services.len() == 1;
        if !agree || kept != only_zeros || ours.is_empty() != (case["valid"] == true) {
            failed.push(format!(
                "{}: {theirs:?}, but {ours:?}; kept {kept}\n   {}",
                case["id"], case["object"]
            ));
        }
    }
    println!("validation.json: {compared} of {count} Services compared, field by field");
    assert!(failed.is_empty(), "{}\n{}", failed.len(), failed.join("\n"));
    assert!(compared > 90);
}

/// Origin: `pkg/apis/networking/validation` of Kubernetes v1.36.2, as vectors.
#[test]
fn policies_are_refused_as_the_api_server_refuses_them_where_its_vectors_are_present() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/oracles/validation.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("NOT RUN: {path} is not here");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut failed = Vec::new();
    let mut count = 0;
    for case in vectors["cases"].as_array().unwrap() {
        if case["object"]["kind"] != "NetworkPolicy" {
            continue;
        }
        count += 1;
        let (network, diagnostics) = read_text(&case["object"].to_string());
        let mut ours: Vec<String> = diagnostics
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .filter_map(|problem| Some(problem.message.split('`').nth(1)?.to_owned()))
            .collect();
        let errors = case["errors"].as_array().unwrap().iter();
        let mut theirs: Vec<String> = errors
            .filter_map(|error| Some(error["field"].as_str()?.to_owned()))
            .collect();
        for fields in [&mut ours, &mut theirs] {
            fields.sort();
            fields.dedup();
        }
        let kept = network.policies.len() == 1;
        if ours != theirs || kept != (case["valid"] == true) {
            failed.push(format!("{}: {theirs:?}, but {ours:?}", case["id"]));
        }
    }
    eprintln!("{count} NetworkPolicies of the vectors compared, field by field");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(count > 30);
}

#[test]
fn references_to_what_is_not_there_are_reported_at_the_field() {
    check(
        "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - name: s
      properties:
        addressPrefix: 10.1.0.0/24
        networkSecurityGroup: {id: none}
  virtualNetworkPeerings:
    - {name: p, properties: {remoteVirtualNetwork: {id: b}}}
---
{type: Microsoft.Network/connections, name: c, properties: {virtualNetworkGateway1: {id: g}, localNetworkGateway2: {id: l}}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h}, spec: {subnet: a/t, ip: 10.1.0.4, publicIP: 1.2.3.4}}
---
{type: Microsoft.Network/virtualNetworks/subnets, name: z/s, properties: {addressPrefix: 10.1.0.0/24}}
---
{type: Microsoft.Compute/virtualMachines, name: vm, properties: {}}
",
        &expect![[r#"
            x.yaml:9:9: warning: `subnet/a/s` refers to `nsg/none`, which is not there; a walk that depends on it is not modelled; found no `nsg/none`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:11:30: warning: `peering/a/p` refers to `vnet/b`, which is not there; nothing is reached through it; found no `vnet/b`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:13:61: error: `connection/c` refers to `gateway/g`, which is not there; nothing is reached through it; found no `gateway/g`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:13:94: error: `connection/c` refers to `localgateway/l`, which is not there; nothing is reached through it; found no `localgateway/l`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:15:70: error: `host/h` refers to `subnet/a/t`, which is not there; the host is nowhere; found no `subnet/a/t`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:17:1: error: the resource `z` that `Microsoft.Network/virtualNetworks/subnets` belongs to is not there; found no `z`, expected the parent among the documents
            x.yaml:19:1: warning: no network interface says in which subnet this machine is; it is left out; hint: add the output of `az network nic show`, or a kubehop `Host`
        "#]],
    );
}

#[test]
fn prefixes_and_addresses_that_cannot_be_are_reported() {
    check(
        "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16, 10.1.128.0/17]}
  subnets:
    - {name: wide, properties: {addressPrefix: 10.1.0.0/20}}
    - {name: inner, properties: {addressPrefix: 10.1.1.0/24}}
    - {name: also, properties: {addressPrefix: 10.1.2.7/24}}
    - {name: out, properties: {addressPrefix: 10.2.0.0/30}}
    - {name: bad, properties: {addressPrefix: 10.1.0.0}}
  virtualNetworkPeerings:
    - {name: p, properties: {remoteVirtualNetwork: {id: b}}}
---
type: Microsoft.Network/virtualNetworks
name: B
properties:
  addressSpace: {addressPrefixes: [10.1.5.0/24]}
  virtualNetworkPeerings: [{name: p, properties: {remoteVirtualNetwork: {id: A}}}]
---
type: Microsoft.ContainerService/managedClusters
name: k
properties:
  networkProfile: {networkPlugin: kubenet, podCidr: 10.1.0.0/16, serviceCidr: 10.1.240.0/20, dnsServiceIP: 10.1.240.10}
  agentPoolProfiles: [{name: p, vnetSubnetID: a/wide}]
---
{apiVersion: v1, kind: Node, metadata: {name: n}, status: {addresses: [{type: InternalIP, address: 10.9.0.4}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h1}, spec: {subnet: a/wide, ip: 10.1.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h2}, spec: {subnet: a/wide, ip: 10.1.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h3}, spec: {subnet: a/wide, ip: 10.3.0.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: h4}, spec: {network: internet, ip: 10.3.0.3}}
",
        &expect![[r#"
            x.yaml:4:49: error: two address prefixes of `vnet/a` overlap; Azure refuses this; found `10.1.128.0/17`, expected a prefix beside `10.1.0.0/16`
            x.yaml:8:48: warning: `properties.subnets[2].properties.addressPrefix` has bits set after the prefix; they are ignored; found `10.1.2.7/24`, expected `10.1.2.0/24`
            x.yaml:10:47: error: `properties.subnets[4].properties.addressPrefix` is not a prefix; found `10.1.0.0`, expected an address with a prefix length, such as `10.1.0.0/16`
            x.yaml:26:60: error: the address of `node/n` is in none of the subnets of the pools; found `10.9.0.4`, expected an address in `10.1.0.0/20`
            x.yaml:28:87: error: the address of `host/h1` is one that Azure keeps for itself; found `10.1.0.3`, expected neither the first four addresses of `10.1.0.0/20` nor the last
            x.yaml:30:87: error: the address of `host/h2` is one that Azure keeps for itself; found `10.1.0.3`, expected neither the first four addresses of `10.1.0.0/20` nor the last
            x.yaml:30:87: error: `host/h2` has the address of `host/h1`; found `10.1.0.3`, expected an address that nothing else has
            x.yaml:34:90: warning: `host/h4` stands in the internet with a private address; found `10.3.0.3`, expected a public address
        "#]],
    );
}

#[test]
fn what_azure_wants_only_once_is_reported() {
    check(
        "\
type: Microsoft.Network/networkSecurityGroups
name: n
properties:
  securityRules:
    - {name: a, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', destinationAddressPrefix: 10.0.0.0/8, destinationPortRange: 80-90}}
    - {name: A, properties: {priority: 100, direction: inbound, access: Deny, protocol: '*', sourceAddressPrefix: Internet, destinationAddressPrefix: '*', destinationPortRange: '*'}}
    - {name: b, properties: {priority: 99, direction: In, access: Deny, protocol: Tpc, sourceAddressPrefix: 10.0.0.1/33, destinationAddressPrefix: '*', destinationPortRange: 90-80}}
---
type: Microsoft.Network/routeTables
name: r
properties:
  routes:
    - {name: a, properties: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}
    - {name: b, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance}}
    - {name: c, properties: {addressPrefix: 0.0.0.0/0, nextHopType: None}}
    - {name: d, properties: {addressPrefix: Storage, nextHopType: Nowhere}}
",
        &expect![[r#"
            x.yaml:6:7: error: two entries of `securityRules` in `nsg/n` have one name; Azure refuses this; found `a`, expected its own name
            x.yaml:6:7: error: two entries of `securityRules` in `nsg/n` have one priority and direction; Azure refuses this; found `100 Inbound`, expected its own priority and direction
            x.yaml:7:40: error: `properties.securityRules[2].properties.priority` is out of range; found `99`, expected 100 to 4096
            x.yaml:7:55: error: `properties.securityRules[2].properties.direction` is not a known value; found `In`, expected one of `Inbound`, `Outbound`
            x.yaml:7:83: error: `properties.securityRules[2].properties.protocol` is not a known value; found `Tpc`, expected one of `*`, `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`
            x.yaml:7:109: error: `properties.securityRules[2].properties.sourceAddressPrefix` is not a prefix; found `10.0.0.1/33`, expected a prefix such as `10.1.0.0/16`
            x.yaml:7:175: error: `properties.securityRules[2].properties.destinationPortRange` is not a port or range of ports; found `90-80`, expected `443`, `8000-8080` or `*`
            x.yaml:14:7: error: two entries of `routes` in `routetable/r` have one address prefix; Azure refuses this; found `0.0.0.0/0`, expected its own address prefix
            x.yaml:14:29: error: `properties.routes[1].properties.nextHopIpAddress` is missing; found nothing, expected the address of the appliance
            x.yaml:16:67: error: `properties.routes[3].properties.nextHopType` is not a known value; found `Nowhere`, expected one of `VirtualAppliance`, `VnetLocal`, `VirtualNetworkGateway`, `Internet`, `None`
        "#]],
    );
}

#[test]
fn owners_in_a_circle_are_reported_and_cut() {
    let text = "\
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: a, ownerReferences: [{kind: ReplicaSet, name: b, controller: true}]}, spec: {selector: {matchLabels: {x: y}}, template: {metadata: {labels: {x: y}}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: b, ownerReferences: [{kind: ReplicaSet, name: a, controller: true}]}, spec: {selector: {matchLabels: {x: y}}, template: {metadata: {labels: {x: y}}}}}
";
    check(
        text,
        &expect![[r#"
        x.yaml:1:61: error: `replicaset/default/a` owns itself through its `ownerReferences`; it is taken as owned by nobody; found a cycle, expected owners that end somewhere
    "#]],
    );
    let owners = read_text(text)
        .0
        .workloads
        .iter()
        .filter(|workload| workload.owner.is_some())
        .count();
    assert_eq!(owners, 1);
}

#[test]
fn a_broken_document_never_hides_the_others() {
    check(
        "\
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {ports: [{port: eighty}], type: Clustr, clusterIP: 10.0.0.300}
---
apiVersion: v1
kind: [
---
apiVersion: v1
\tkind: Pod
---
kind: Pod
metadata: {name: b}
---
apiVersion: apps/v2
kind: Pod
metadata: {name: c, labels: {a: 1, a: 2}}
spec: 7
---
apiVersion: v1
kind: Pod
metadata: {namespace: x}
---
hello
---
apiVersion: kubehop.dev/v1
kind: Flw
metadata: {name: f}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: f}
spec: {from: service/a/b, to: '10.0.0.1:80', port: 70000, protocol: QUIC, expect: {verdikt: delivered, verdict: ok}}
---
apiVersion: v1
kind: Pod
metadata: {name: c}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: c}
",
        &expect![[r#"
            x.yaml:1:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:4:23: error: `spec.ports[0].port` has the wrong type; found the text `eighty`, expected a whole number
            x.yaml:4:39: error: `spec.type` is not a known value; found `Clustr`, expected one of `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`
            x.yaml:4:58: error: `spec.clusterIP` is not an IP address; found `10.0.0.300`, expected an address such as `10.1.0.4`
            x.yaml:7:7: error: this document is not valid YAML: unclosed bracket '['; found `[`, expected `,` or `]`; hint: close every `[`
            x.yaml:10:1: error: YAML does not allow tabs for indentation; found a tab, expected blanks; hint: replace each tab at the start of a line with two blanks
            x.yaml:12:1: error: this document lacks `apiVersion`; it is kept, but not simulated; found `Pod` without it, expected `apiVersion` as well
            x.yaml:15:1: error: no such kind in this API version; the API refuses it; found `apps/v2 Pod`, expected `apiVersion: v1`
            x.yaml:17:36: error: the key `a` is already in this mapping, in line 17 column 30; the later value is used; found a second value, expected each key once; hint: remove one of the two
            x.yaml:20:1: error: this v1 Pod has no name; it is left out; found nothing, expected a name in `metadata.name`
            x.yaml:24:1: warning: this document is not recognised; it is kept as it is; found no head, expected `apiVersion` and `kind`, or an Azure `type` and `name`
            x.yaml:26:1: error: `kubehop.dev/v1 Flw` is not one of kubehop's kinds, which are `Host`, `Flow`, `Event`, `Lesson`, `Layout`, `Settings`
            x.yaml:33:14: error: `spec.from` is not understood: `service/a/b` cannot send; expected a pod, workload, node, host or `internet`; found `service/a/b`, expected a pod, workload, node, host or `internet`
            x.yaml:33:31: error: `spec.to` is not understood: expected `10.0.0.1` as the destination and 80 as the port; found `10.0.0.1:80`, expected a place, an address or a DNS name
            x.yaml:33:52: error: `spec.port` is out of range; found `70000`, expected 1 to 65535
            x.yaml:33:69: error: `spec.protocol` is not a known value; found `QUIC`, expected one of `TCP`, `UDP`, `SCTP`, `ICMP`
            x.yaml:33:93: error: `spec.expect.verdikt` is not something that can be expected; found `verdikt`, expected one of `verdict`, `receivers`, `source`, `destination`, `via`, `avoids`, `endsAt`, `reply`, `replySource`, `http`, `probability`
            x.yaml:33:113: error: `spec.expect.verdict` is not a known value; found `ok`, expected one of `delivered`, `dropped`, `rejected`, `unresolved`, `not-modelled`, `mixed`
            x.yaml:35:1: warning: pod/default/c is written twice; this one is used and the one at x.yaml:15:1 is not; hint: remove one of the two, or rename it
            x.yaml:39:1: info: `cert-manager.io/v1 Certificate` is kept as it is, but not simulated
        "#]],
    );
}

#[test]
fn a_port_name_is_once_in_a_container_and_ipv6_is_not_silent() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: a, image: i, ports: [{name: web, containerPort: 80}, {name: web, containerPort: 81}]}, {name: b, image: i, ports: [{name: web, containerPort: 82}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: six}
spec: {ipFamilies: [IPv6], ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: both}
spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: four}
spec: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4], ports: [{port: 80}]}
",
        &expect![[r#"
            x.yaml:5:88: error: `spec.containers[0].ports[1].name` is the name of another port as well; found `web`, expected a name of its own
            x.yaml:10:21: warning: `spec.ipFamilies[0]` asks for IPv6, which kubehop does not model: the Service gets an IPv4 address only; found `IPv6`, expected `IPv4`; hint: a cluster without IPv6 refuses such a Service
            x.yaml:15:24: warning: `spec.ipFamilyPolicy` asks for IPv6, which kubehop does not model: the Service gets an IPv4 address only; found `RequireDualStack`, expected `IPv4`; hint: a cluster without IPv6 refuses such a Service
        "#]],
    );
}

/// `validateServiceExternalTrafficPolicy`, `ValidateEndpointIP`, `ValidatePortNumOrName` of the API server.
#[test]
fn what_only_services_from_outside_have_and_what_endpoints_may_not_be() {
    check(
        "
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {externalTrafficPolicy: Local, healthCheckNodePort: 30001, ports: [{port: 80, targetPort: '80'}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {externalTrafficPolicy: Local, externalIPs: ['fe80::1', 239.1.1.1, 198.51.100.7], ports: [{port: 80, targetPort: a-name-that-is-long}]}
---
apiVersion: v1
kind: Service
metadata: {name: c}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30001, ports: [{port: 80, targetPort: web}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: a}
subsets: [{addresses: [{ip: 127.0.0.1}, {ip: 10.1.1.4}], ports: [{port: 80}]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a, labels: {kubernetes.io/service-name: a}}
addressType: IPv4
endpoints: [{addresses: []}, {addresses: [169.254.1.1]}]
ports: [{name: '', port: 9}, {port: 10}, {name: x, port: 11}]
",
        &expect![[r#"
            x.yaml:2:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:5:31: error: `spec.externalTrafficPolicy` may only be set for a Service that is reached from outside; found `Local`, expected nothing, or a `type` of `NodePort` or `LoadBalancer`
            x.yaml:5:59: error: `spec.healthCheckNodePort` may only be set where `type` is `LoadBalancer` and `externalTrafficPolicy` is `Local`; found `30001`, expected nothing
            x.yaml:5:97: error: `spec.ports[0].targetPort` is not a port name that the API accepts; found `80`, expected a number, or at most 15 lower-case letters, digits and `-`, a letter among them
            x.yaml:7:1: warning: `Service` as written is refused by the API server and has no effect; found an invalid field, expected a valid Service; hint: a cluster would not have it; mend it to see what it does
            x.yaml:10:52: error: `spec.externalIPs[0]` is not an address that a Service may have; found `fe80::1`, expected a unicast address of a machine or router
            x.yaml:10:120: error: `spec.ports[0].targetPort` is not a port name that the API accepts; found `a-name-that-is-long`, expected a number, or at most 15 lower-case letters, digits and `-`, a letter among them
            x.yaml:20:29: error: `subsets[0].addresses[0].ip` is not an address that an endpoint may have; found `127.0.0.1`, expected a unicast address of a machine or pod
            x.yaml:26:25: error: `endpoints[0].addresses` is missing; found nothing, expected at least one address
            x.yaml:26:43: error: `endpoints[1].addresses[0]` is not an address that an endpoint may have; found `169.254.1.1`, expected a unicast address of a machine or pod
            x.yaml:27:30: error: `ports[1].name` is the name of another port as well; found ``, expected a name of its own
        "#]],
    );
}
