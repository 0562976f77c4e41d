//! `kubehop resolve`: every query of a resolver, and what DNS refuses.

use expect_test::{expect, expect_file};

use super::program::{check, golden, on_fixture_and, run_on, succeeded};

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
        &run_on(input, ask),
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
    expect_file![golden("resolve.json")].assert_eq(succeeded(&output));
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
        &run_on(input, &["lint", "-"]),
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
            -:28:81: warning: `a.default.svc.cluster.local` is an alias that leads back to itself; it has no address; found `b.default.svc.cluster.local`, `www.contoso.com`, then `a.default.svc.cluster.local`, expected a name that has an address; hint: let one of the names lead to an address
              so: Names are answered otherwise than was meant, or not at all.
              see: https://learn.microsoft.com/azure/aks/coredns-custom (alias-loop)
            8 errors, 3 warnings, 1 notes
        "#]],
    );
    let japanese = run_on(input, &["lint", "-", "--lang", "ja"]);
    assert!(
        japanese.contains("別名") && japanese.contains("CoreDNS はこの設定を読み込めません"),
        "{japanese}"
    );
}
