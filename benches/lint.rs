//! `lint` at three sizes, apart: what the page runs at every edit, and what asks probes and walks packets.
//!
//! Run with `cargo bench --bench lint`. No assertion depends on time.

#![allow(
    clippy::disallowed_methods,
    reason = "a measurement needs the clock of the machine"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;

/// Nodes and Services; each node has thirty pods.
const SIZES: [(usize, usize); 3] = [(100, 250), (200, 500), (400, 1000)];
const PODS: usize = 30;

fn main() {
    for (nodes, services) in SIZES {
        let (document, problems) = Document::from_texts(vec![
            ("cluster.yaml".to_owned(), cluster(nodes)),
            ("services.yaml".to_owned(), objects(nodes, services)),
        ]);
        assert!(problems.is_empty(), "{problems:?}");
        let build = median(|| {
            black_box(Simulation::new(black_box(&document)));
        });
        let simulation = Simulation::new(&document);
        let check = median(|| {
            black_box(simulation.checks(&document));
        });
        let mut found = 0;
        // Rules of nodes are kept once made, so each round begins with a new simulation.
        let mut rounds: Vec<Duration> = (0..5)
            .map(|_| {
                let simulation = Simulation::new(&document);
                let start = Instant::now();
                found = black_box(simulation.deep_checks(&document)).len();
                start.elapsed()
            })
            .collect();
        rounds.sort_unstable();
        println!(
            "lint: {nodes} nodes x {PODS} pods, {services} Services: read and build {build:?}, checks {check:?}, probes and walks {:?} ({found} findings)",
            rounds[2]
        );
    }
}

/// Azure CNI, and a peer and an office from which exposed Services are asked.
fn cluster(nodes: usize) -> String {
    format!(
        "{{type: Microsoft.ContainerService/managedClusters, name: large, properties: {{networkProfile: {{networkPlugin: azure, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}}, agentPoolProfiles: [{{name: pool1, count: {nodes}, maxPods: {}, vnetSubnetID: vnet-a/nodes}}]}}}}
---
{{type: Microsoft.Network/virtualNetworks, name: vnet-a, properties: {{addressSpace: {{addressPrefixes: [10.1.0.0/16]}}, subnets: [{{name: nodes, properties: {{addressPrefix: 10.1.0.0/17}}}}, {{name: GatewaySubnet, properties: {{addressPrefix: 10.1.255.0/27}}}}], virtualNetworkPeerings: [{{name: a-to-b, properties: {{remoteVirtualNetwork: {{id: vnet-b}}}}}}]}}}}
---
{{type: Microsoft.Network/virtualNetworks, name: vnet-b, properties: {{addressSpace: {{addressPrefixes: [10.2.0.0/16]}}, subnets: [{{name: default, properties: {{addressPrefix: 10.2.0.0/24}}}}], virtualNetworkPeerings: [{{name: b-to-a, properties: {{remoteVirtualNetwork: {{id: vnet-a}}}}}}]}}}}
---
{{type: Microsoft.Network/virtualNetworkGateways, name: vpn, properties: {{gatewayType: Vpn, ipConfigurations: [{{name: d, properties: {{subnet: {{id: vnet-a/GatewaySubnet}}}}}}]}}}}
---
{{type: Microsoft.Network/localNetworkGateways, name: office, properties: {{localNetworkAddressSpace: {{addressPrefixes: [192.168.10.0/24]}}}}}}
---
{{type: Microsoft.Network/connections, name: c, properties: {{virtualNetworkGateway1: {{id: vpn}}, localNetworkGateway2: {{id: office}}}}}}
",
        PODS + 5
    )
}

/// Three of ten Services have a load balancer (a third of them internal, a third `Local`), two a node port.
fn objects(nodes: usize, services: usize) -> String {
    let mut text = String::new();
    let replicas = nodes * PODS / services;
    for number in 0..services {
        let kind = match number % 10 {
            0..3 => "LoadBalancer",
            3 | 4 => "NodePort",
            _ => "ClusterIP",
        };
        let internal = if number % 10 == 1 {
            ", annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}"
        } else {
            ""
        };
        let local = if number % 10 == 2 {
            ", externalTrafficPolicy: Local"
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d{number}}}, spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: d{number}}}}}, template: {{metadata: {{labels: {{app: d{number}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}}}\n---\n\
             {{apiVersion: v1, kind: Service, metadata: {{name: d{number}{internal}}}, spec: {{type: {kind}{local}, selector: {{app: d{number}}}, ports: [{{port: 80, targetPort: 8080}}]}}}}\n---\n"
        );
    }
    text
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
