//! Edits of Services: nodes and pods are taken over, and all else is what the edited document has by itself.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::super::simulation::Simulation;
use super::all;
use crate::model::document::Document;

/// Deployments with a container port that has a name, a pod in the network of its node, slices of hand for a Service,
/// an Ingress, a public address to share, a host that has one, and requests.
const REST: &str = "
{type: Microsoft.Network/virtualNetworks, name: vnet-a, properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: nodes, properties: {addressPrefix: 10.1.0.0/24}}]}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: other}, spec: {replicas: 2, selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c, image: i}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: agent, labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 9100}]}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: own, labels: {kubernetes.io/service-name: s2}}, addressType: IPv4, ports: [{port: 9000}], endpoints: [{addresses: [10.1.0.200]}]}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop}, spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s0, port: {number: 80}}}}]}}]}}
---
{type: Microsoft.Network/publicIPAddresses, name: shared-ip, properties: {ipAddress: 203.0.113.7}}
---
{type: Microsoft.Network/publicIPAddresses, name: other-ip, properties: {}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm}, spec: {subnet: vnet-a/nodes, publicIP: other-ip}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: shared}, spec: {from: internet, to: 203.0.113.7, port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: private}, spec: {from: host/vm, to: 10.1.0.77, port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: internet, to: service/default/s0, port: 80}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: inner}, spec: {from: pod/default/agent, to: s1.other, port: 80}}
";

/// A Service as it is written: each number chooses among a few ways to say something.
#[derive(Clone, Debug)]
struct Written([usize; 12]);

fn pick<'t>(all: &[&'t str], at: usize) -> &'t str {
    all.get(at % all.len()).copied().unwrap_or_default()
}

impl Written {
    fn text(&self) -> String {
        let Self(choices) = self;
        let choice = |at: usize, all: &[&'static str]| pick(all, choices[at]);
        let name = choice(0, &["s0", "s1", "s2", "s3", "kube-dns", "kubernetes"]);
        let namespace = choice(1, &["default", "other", "default", "kube-system", "more"]);
        let kind = choice(
            2,
            &[
                "ClusterIP",
                "NodePort",
                "LoadBalancer",
                "LoadBalancer",
                "LoadBalancer",
                "ExternalName, externalName: shop.example",
            ],
        );
        let selector = choice(
            3,
            &[
                "selector: {app: web}, ",
                "selector: {app: api}, ",
                "selector: {app: agent}, ",
                "",
                "selector: {app: nobody}, ",
            ],
        );
        let port = choice(4, &["80", "80", "81", "443"]);
        let target = choice(5, &["8080", "http", "9100", "53"]);
        let node_port = choice(6, &["", "", ", nodePort: 30100", ", nodePort: 30101"]);
        let policy = choice(
            7,
            &[
                "",
                "externalTrafficPolicy: Local, ",
                "internalTrafficPolicy: Local, ",
            ],
        );
        let address = choice(
            8,
            &[
                "",
                "",
                "clusterIP: 10.0.0.50, ",
                "clusterIP: None, ",
                "clusterIP: 10.0.0.10, ",
            ],
        );
        let asked = choice(
            9,
            &[
                "",
                "",
                "loadBalancerIP: 10.1.0.9, ",
                "loadBalancerIP: 10.1.0.4, ",
                "loadBalancerIP: 203.0.113.7, ",
            ],
        );
        let annotations = choice(
            10,
            &[
                "",
                "annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}, ",
                "annotations: {service.beta.kubernetes.io/azure-allowed-service-tags: AzureCloud}, ",
                "annotations: {service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip: 'true'}, ",
                "annotations: {service.beta.kubernetes.io/azure-pip-name: shared-ip}, ",
                "annotations: {service.beta.kubernetes.io/port_80_no_probe_rule: 'true', service.beta.kubernetes.io/azure-disable-load-balancer-nsg-rule: 'true'}, ",
                "annotations: {service.beta.kubernetes.io/azure-load-balancer-ipv4: 10.1.0.77, service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}, ",
            ],
        );
        let more = choice(
            11,
            &[
                "",
                "publishNotReadyAddresses: true, ",
                "trafficDistribution: PreferClose, ",
                "loadBalancerSourceRanges: [203.0.113.0/24], ",
                "sessionAffinity: ClientIP, ",
                "trafficDistribution: Wrong, ",
            ],
        );
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, {annotations}namespace: {namespace}, labels: {{a: b{}}}}}, \
             spec: {{type: {kind}, {selector}{policy}{address}{asked}{more}ports: [{{port: {port}, targetPort: {target}{node_port}}}]}}}}",
            choices[11] % 2
        )
    }
}

fn text(services: &[Written]) -> String {
    let mut text = String::new();
    for service in services {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}\n---", service.text());
    }
    text
}

fn cluster(azure: bool) -> String {
    let plugin = if azure { "azure" } else { "kubenet" };
    format!(
        "{{type: Microsoft.ContainerService/managedClusters, name: kn, properties: {{networkProfile: {{networkPlugin: {plugin}, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}}, agentPoolProfiles: [{{name: pool1, count: 3, vnetSubnetID: vnet-a/nodes}}]}}}}\n---\n{REST}"
    )
}

#[derive(Clone, Debug)]
enum Edit {
    Add(usize, Written),
    Remove(usize),
    /// Says one thing in another way.
    Change(usize, usize, usize),
}

/// Mostly the first way to say a thing, with which a Service is valid and has pods.
fn written() -> impl Strategy<Value = Written> {
    let choice = || prop_oneof![3 => Just(0_usize), 1 => 0_usize..60];
    let choices = prop::array::uniform12(choice());
    (choices, 0_usize..6, 0_usize..60).prop_map(|(mut choices, name, kind)| {
        (choices[0], choices[2]) = (name, kind);
        Written(choices)
    })
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = 0_usize..100;
    let edit = prop_oneof![
        1 => (at.clone(), written()).prop_map(|(at, service)| Edit::Add(at, service)),
        1 => at.clone().prop_map(Edit::Remove),
        6 => (at, 0_usize..12, 0_usize..60).prop_map(|(at, what, how)| Edit::Change(at, what, how)),
    ];
    prop::collection::vec(edit, 1..6)
}

fn apply(services: &mut Vec<Written>, edit: &Edit) {
    let count = services.len().max(1);
    match edit {
        Edit::Add(at, service) => services.insert(at % (services.len() + 1), service.clone()),
        Edit::Remove(at) if !services.is_empty() => {
            services.remove(at % count);
        }
        Edit::Change(at, what, how) => {
            if let Some(Written(choices)) = services.get_mut(at % count) {
                choices[*what] = *how;
            }
        }
        Edit::Remove(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_follows_edited_services_is_what_they_have_by_themselves(
        azure in any::<bool>(),
        first in any::<bool>(),
        mut services in prop::collection::vec(written(), 1..6),
        edits in edits(),
    ) {
        let mut files = vec![
            ("cluster.yaml".to_owned(), cluster(azure)),
            ("services.yaml".to_owned(), text(&services)),
        ];
        if first {
            files.reverse();
        }
        let (mut document, _) = Document::from_texts(files);
        let mut simulation = Simulation::new(&document);
        for edit in edits {
            // What is made when it is first asked for is there already when the edit comes.
            all(&simulation, &document);
            apply(&mut services, &edit);
            (document, _) = document.with_file_text(usize::from(!first), &text(&services));
            simulation = Simulation::after(&document, &simulation);
            let alone = Simulation::new(&document);
            for (after, alone) in all(&simulation, &document).iter().zip(all(&alone, &document)) {
                let mut lines = after.lines().zip(alone.lines());
                let differs = lines.find(|(after, alone)| after != alone);
                prop_assert!(differs.is_none() && after.len() == alone.len(), "{:?}: {:?}", edit, differs);
            }
            prop_assert_eq!(simulation.network(), alone.network());
        }
    }
}

#[test]
fn an_edited_service_leaves_nodes_and_pods_alone() {
    let plain = |name: usize, port: usize| {
        let mut choices = [0; 12];
        (choices[0], choices[2], choices[4]) = (name, 2, port);
        Written(choices)
    };
    let files = |port: usize| {
        vec![
            ("cluster.yaml".to_owned(), cluster(true)),
            ("services.yaml".to_owned(), text(&[plain(0, port)])),
        ]
    };
    let (first, _) = Document::from_texts(files(0));
    let before = Simulation::new(&first);
    let (document, _) = first.with_file_text(1, &text(&[plain(0, 2)]));
    let after = Simulation::after(&document, &before);
    let (old, new) = (before.network(), after.network());
    assert!(old.pods.is_same(&new.pods) && old.nodes.is_same(&new.nodes));
    assert!(std::sync::Arc::ptr_eq(
        &before.dataplane.addresses,
        &after.dataplane.addresses
    ));
    assert!(!std::ptr::eq(
        before.dataplane.filters(),
        after.dataplane.filters()
    ));
    // Another Service has another frontend, and the same machines.
    let (document, _) = document.with_file_text(1, &text(&[plain(0, 2), plain(1, 0)]));
    let last = Simulation::after(&document, &after);
    assert!(new.pods.is_same(&last.network().pods));
    // One that asks for an address of a node might take it from there.
    let mut asking = plain(0, 2);
    asking.0[9] = 3;
    let (document, _) = document.with_file_text(1, &text(&[asking]));
    let other = Simulation::after(&document, &last);
    assert!(!new.pods.is_same(&other.network().pods));
}

#[test]
fn a_service_that_goes_before_everything_else_leaves_nodes_and_pods_alone() {
    let files = |services: &str| {
        let pod = "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}\n";
        let all = format!("{services}{}{pod}", cluster(true));
        vec![("all.yaml".to_owned(), all)]
    };
    let plain = |name: usize| Written(std::array::from_fn(|at| if at == 0 { name } else { 0 }));
    let (document, _) = Document::from_texts(files(&text(&[plain(0), plain(1)])));
    let before = Simulation::new(&document);
    let (document, _) = document.with_file_text(0, &files(&text(&[plain(1)]))[0].1);
    let after = Simulation::after(&document, &before);
    let (old, new) = (before.network(), after.network());
    assert!(old.pods.is_same(&new.pods) && old.workloads.is_same(&new.workloads));
    assert_eq!(*new, *Simulation::new(&document).network());
}
