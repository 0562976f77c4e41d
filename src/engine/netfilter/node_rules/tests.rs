//! The rules that a node has in common with others are those that it would have by itself.

use proptest::prelude::*;

use super::*;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;

const CLUSTER: &str = "
{type: Microsoft.Network/virtualNetworks, name: net, properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: nodes, properties: {addressPrefix: 10.1.0.0/24}}]}}
---
type: Microsoft.ContainerService/managedClusters
name: kn
properties:
  networkProfile: {networkPlugin: kubenet, podCidr: 10.244.0.0/16, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}
  agentPoolProfiles: [{name: pool1, count: 3, vnetSubnetID: net/nodes}]
---
{apiVersion: v1, kind: Node, metadata: {name: n0, labels: {topology.kubernetes.io/zone: z0}}, spec: {podCIDR: 10.244.0.0/24}, status: {addresses: [{type: InternalIP, address: 10.1.0.4}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}, spec: {podCIDR: 10.244.1.0/24}, status: {addresses: [{type: InternalIP, address: 10.1.0.5}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.244.2.0/24}, status: {addresses: [{type: InternalIP, address: 10.1.0.6}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: ported}, spec: {nodeName: n1, containers: [{name: c, image: i, ports: [{containerPort: 53, protocol: UDP, hostPort: 8053}]}]}, status: {podIP: 10.244.1.20}}
";

/// What kube-proxy may be told that differs between nodes, or does not.
const PROXIES: [&str; 4] = [
    "",
    "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, detectLocalMode: NodeCIDR}",
    "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: 10.244.0.0/16, nodePortAddresses: [10.1.0.4/31]}",
    "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, iptables: {masqueradeAll: true}}",
];

/// The fields of a Service that its rules depend on.
fn service() -> impl Strategy<Value = String> {
    let kind = prop_oneof![Just("ClusterIP"), Just("NodePort"), Just("LoadBalancer")];
    let policy = || prop_oneof![Just("Cluster"), Just("Local")];
    let more = prop_oneof![
        6 => Just(""),
        1 => Just(", sessionAffinity: ClientIP"),
        1 => Just(", externalIPs: [203.0.113.7]"),
        1 => Just(", loadBalancerSourceRanges: [10.1.0.4/32, 192.0.2.0/24]"),
    ];
    let ports = prop_oneof![
        4 => Just("[{port: 80, targetPort: 8080}]"),
        1 => Just("[{name: a, port: 80}, {name: b, port: 443, protocol: UDP}]"),
        1 => Just("[{port: 80}, {port: 443}]"),
    ];
    (kind, policy(), policy(), more, ports).prop_map(|(kind, internal, external, more, ports)| {
        let external = match kind {
            "ClusterIP" => String::new(),
            _ => format!(", externalTrafficPolicy: {external}"),
        };
        format!("type: {kind}, internalTrafficPolicy: {internal}{external}{more}, ports: {ports}")
    })
}

/// An endpoint: its address, node (none for 3), conditions, and hints (a zone, a node, or none).
fn endpoint() -> impl Strategy<Value = String> {
    let hints = prop_oneof![
        8 => Just(""),
        2 => Just(", hints: {forZones: [{name: z0}]}"),
        1 => Just(", hints: {forNodes: [{name: n1}]}"),
    ];
    (2_u8..6, 0_u8..4, 0_u8..4, hints).prop_map(|(host, node, conditions, hints)| {
        let node = match node {
            3 => String::new(),
            node => format!(", nodeName: n{node}"),
        };
        let (ready, terminating) = (conditions < 2, conditions == 2);
        format!(
            "{{addresses: [10.244.0.{host}]{node}{hints}, conditions: {{ready: {ready}, serving: true, terminating: {terminating}}}}}"
        )
    })
}

fn network(proxy: usize, services: &[(String, Vec<Vec<String>>)]) -> String {
    let mut documents = vec![CLUSTER.to_owned(), PROXIES[proxy].to_owned()];
    for (number, (spec, slices)) in services.iter().enumerate() {
        documents.push(format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: s{number}}}, spec: {{clusterIP: 10.0.1.{number}, {spec}}}}}"
        ));
        documents.extend(slices.iter().enumerate().map(|(slice, endpoints)| {
            format!(
                "{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{name: s{number}-{slice}, labels: {{kubernetes.io/service-name: s{number}}}}}, addressType: IPv4, ports: [{{port: 8080}}, {{name: a, port: 81}}], endpoints: [{}]}}",
                endpoints.join(", ")
            )
        }));
    }
    documents.join("\n---\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn common_rules_are_those_of_every_node(
        services in prop::collection::vec(
            (service(), prop::collection::vec(prop::collection::vec(endpoint(), 0..4), 0..3)),
            0..5,
        ),
        proxy in 0..PROXIES.len(),
        first in 0_usize..3,
    ) {
        let text = network(proxy, &services);
        let (document, _) = Document::from_texts(vec![("a.yaml".to_owned(), text)]);
        let simulation = Simulation::new(&document);
        let (plane, network) = (&simulation.dataplane, simulation.network());
        let of = |node: &Node| plane.node(&node.meta.name).map(|it| it.interfaces.clone());
        let asked = &network.nodes[first];
        let common = CommonRules::of(network, asked, &of(asked).unwrap());
        prop_assert_eq!(network.nodes.len(), 3);
        for node in &network.nodes {
            let interfaces = of(node).unwrap();
            let alone = NodeRules::build(network, node, &interfaces);
            let shared = NodeRules::build_with(&common, network, node, &interfaces);
            prop_assert_eq!(shared.to_iptables_save(), alone.to_iptables_save());
            prop_assert!(shared == alone, "the reasons are the same");
            prop_assert_eq!(shared.problems(), alone.problems());
        }
    }
}

#[test]
fn nodes_without_endpoints_hold_one_and_the_same_chains() {
    let services: Vec<_> = (0..20)
        .map(|_| {
            let spec = "type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80}]";
            let endpoint = "{addresses: [10.244.0.9], nodeName: n0}";
            (spec.to_owned(), vec![vec![endpoint.to_owned()]])
        })
        .collect();
    let (document, _) = Document::from_texts(vec![("a.yaml".to_owned(), network(0, &services))]);
    let simulation = Simulation::new(&document);
    let plane = &simulation.dataplane;
    let chain = |node: &str| {
        let rules = plane.rules(plane.node(node).unwrap()).unwrap();
        let table = rules.table(crate::engine::netfilter::rule::TableName::Filter);
        table.unwrap().user("KUBE-EXTERNAL-SERVICES").unwrap()
    };
    assert!(std::ptr::eq(chain("n1"), chain("n2")));
    assert_eq!(chain("n1").rules.len(), 20);
    assert!(chain("n0").rules.is_empty());
}
