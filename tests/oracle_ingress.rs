//! Holds Ingress routing against the conformance suite, the tables of the documentation and ingress-nginx's own tests.
//!
//! The vectors (`../shared/oracles/ingress.json`) are no part of the project: without them the test says loudly
//! that it did not run. Each request is walked from the internet to the pod that serves it, as a user's would be;
//! a client follows a redirect to HTTPS.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::TraceResult;
use kubehop::model::document::Document;
use kubehop::model::flow::{Flow, Target, Url};
use kubehop::model::kube::Meta;
use kubehop::model::packet::Protocol;
use serde_json::{Value, json};

const ADDRESS: &str = "20.50.60.70";

#[test]
fn third_party_vectors_of_ingress_routing_hold() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles/ingress.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: there is no {}", path.display());
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let tests = vectors["tests"].as_array().unwrap();
    let mut failures = Vec::new();
    let (mut requests, mut passed) = (0, 0);
    for test in tests {
        let before = failures.len();
        let simulation = simulation(test);
        for request in test["requests"].as_array().unwrap() {
            requests += 1;
            if let Err(problem) = compare(&simulation, request) {
                failures.push(format!("{} {request}\n  {problem}", test["id"]));
            }
        }
        passed += usize::from(failures.len() == before);
    }
    println!(
        "ingress.json: {passed} of {} tests pass with {requests} requests, 0 excused",
        tests.len()
    );
    assert!(requests > 0, "ingress.json holds no request");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What a request gets, and what is wrong with it.
fn compare(simulation: &Simulation, request: &Value) -> Result<(), String> {
    let host = request["host"].as_str().unwrap();
    let mut url = Url {
        tls: request["scheme"] == "https",
        // A request without a host is one to the bare address.
        host: if host.is_empty() { ADDRESS } else { host }.into(),
        port: None,
        path: request["path"].as_str().unwrap().into(),
    };
    let mut result = trace(simulation, &url);
    if statuses(&result) == BTreeSet::from([308]) && !url.tls {
        url.tls = true;
        result = trace(simulation, &url);
    }
    let backends: BTreeSet<Option<String>> = exchanges(&result)
        .map(|exchange| exchange.backend.map(|backend| backend.to_string()))
        .collect();
    let pods: BTreeSet<String> = result
        .branches
        .iter()
        .filter_map(|branch| branch.connection.received.as_ref())
        .map(|received| received.receiver.to_string())
        .collect();
    let found = format!("{:?} {backends:?} {pods:?}", statuses(&result));
    let holds = match &request["expect"] {
        Value::String(service) => {
            let backend = BTreeSet::from([Some(format!("service/default/{service}"))]);
            let own = |pod: &String| pod.starts_with(&format!("pod/default/{service}-"));
            let count = request["distinct_pods"].as_u64().unwrap_or(1);
            statuses(&result) == BTreeSet::from([200])
                && backends == backend
                && pods.iter().all(own)
                && pods.len() as u64 == count
                && port_is(&result, &request["expect_port"])
        }
        Value::Number(status) => {
            let status = u16::try_from(status.as_u64().unwrap()).unwrap();
            statuses(&result) == BTreeSet::from([status])
        }
        other => panic!("unknown expectation {other}"),
    };
    if holds { Ok(()) } else { Err(found) }
}

/// Each port of a Service leads to a container port of the same number here.
fn port_is(result: &TraceResult, expected: &Value) -> bool {
    expected.as_u64().is_none_or(|expected| {
        let mut received = result
            .branches
            .iter()
            .filter_map(|branch| branch.connection.received.as_ref());
        received.all(|it| u64::from(it.packet.destination_port) == expected)
    })
}

fn exchanges(result: &TraceResult) -> impl Iterator<Item = kubehop::engine::trace::Exchange> {
    let branches = result.branches.iter();
    branches.filter_map(|branch| branch.connection.http())
}

fn statuses(result: &TraceResult) -> BTreeSet<u16> {
    exchanges(result).map(|exchange| exchange.status).collect()
}

fn trace(simulation: &Simulation, url: &Url) -> TraceResult {
    simulation.trace(&Flow {
        meta: Meta::default(),
        from: "host/client".parse().unwrap(),
        to: Target::Url(url.clone()),
        protocol: Protocol::Tcp,
        port: None,
        expect: None,
    })
}

/// The Ingresses of a test with a controller, the Services that they name, and names for the controller's address.
fn simulation(test: &Value) -> Simulation {
    let mut documents = vec![
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx",
            "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
            "spec": {"controller": "k8s.io/ingress-nginx"}}),
        json!({"type": "Microsoft.Network/publicIPAddresses", "name": "ip", "location": "japaneast",
            "sku": {"name": "Standard"}, "properties": {"ipAddress": ADDRESS, "publicIPAllocationMethod": "Static"}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "controller", "namespace": "ingress-nginx"},
            "spec": {"type": "LoadBalancer", "loadBalancerIP": ADDRESS, "externalTrafficPolicy": "Local",
                "selector": {"app": "controller"},
                "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}]}}),
        deployment(
            "ingress-nginx",
            "controller",
            "registry.k8s.io/ingress-nginx/controller:v1.12.1",
            1,
        ),
    ];
    documents.extend(test["ingresses"].as_array().unwrap().iter().cloned());
    let requests = test["requests"].as_array().unwrap();
    let replicas = requests
        .iter()
        .filter_map(|request| request["distinct_pods"].as_u64());
    let replicas = replicas.max().unwrap_or(1);
    for service in test["backend_services"].as_array().unwrap() {
        let name = service.as_str().unwrap();
        let mut ports = BTreeSet::new();
        gather(&test["ingresses"], name, &mut ports);
        let ports: Vec<Value> = ports
            .iter()
            .map(|(port, number)| json!({"name": port, "port": number}))
            .collect();
        documents.push(
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": ports}}),
        );
        documents.push(deployment("default", name, "echo", replicas));
    }
    let hosts: BTreeSet<&str> = requests
        .iter()
        .filter_map(|request| request["host"].as_str())
        .filter(|host| !host.is_empty())
        .collect();
    for host in hosts {
        documents
            .push(json!({"type": "Microsoft.Network/dnsZones", "name": host, "properties": {}}));
        documents.push(
            json!({"type": "Microsoft.Network/dnsZones/A", "name": format!("{host}/@"),
            "properties": {"ARecords": [{"ipv4Address": ADDRESS}]}}),
        );
    }
    let text = Value::Array(documents).to_string();
    let (document, problems) = Document::from_texts(vec![("vector.json".to_owned(), text)]);
    assert!(problems.is_empty(), "{problems:?}");
    Simulation::new(&document)
}

fn deployment(namespace: &str, name: &str, image: &str, replicas: u64) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": image}]}}}})
}

/// The ports by which Ingresses call a Service: name and number.
fn gather(value: &Value, service: &str, ports: &mut BTreeSet<(String, u64)>) {
    if value["service"]["name"] == service {
        let port = &value["service"]["port"];
        let number = port["number"].as_u64().unwrap_or(8080);
        let name = port["name"].as_str().map(str::to_owned);
        ports.insert((name.unwrap_or_else(|| format!("p{number}")), number));
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, service, ports)),
        Value::Object(fields) => fields
            .values()
            .for_each(|item| gather(item, service, ports)),
        _ => {}
    }
}
