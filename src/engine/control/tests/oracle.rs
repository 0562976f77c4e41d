//! Third-party vectors for EndpointSlices, run where their folder stands beside the project.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::build;
use crate::engine::control::endpoints::slices_of;
use crate::engine::control::labels::PodIndex;
use crate::model::kube::{
    ContainerPort, EndpointSlice, Labels, Node, Phase, Pod, Selector, Service, ServicePort,
    ServiceType, TargetPort,
};
use crate::model::packet::Protocol;

/// The vectors' file, or nothing with a loud word where it is not there.
pub fn vectors(file: &str) -> Option<Value> {
    let path = format!("{}/../shared/oracles/{file}", env!("CARGO_MANIFEST_DIR"));
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Some(serde_json::from_str(&text).expect("the vectors are JSON"));
    }
    eprintln!("NOT RUN: the third-party vectors {file} are not there");
    None
}

#[test]
fn third_party_vectors_of_endpoint_slices_hold() {
    let Some(vectors) = vectors("endpointslices.json") else {
        return;
    };
    let cases = vectors["cases"].as_array().expect("cases");
    let wrong: Vec<String> = cases.iter().filter_map(mismatch).collect();
    eprintln!(
        "RAN: {} vectors of endpointslices.json, {} wrong",
        cases.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with our answer to one vector.
fn mismatch(case: &Value) -> Option<String> {
    let service = service(&case["service"]);
    let pods: Vec<Pod> = array(&case["pods"]).iter().map(pod).collect();
    let nodes: Vec<Node> = array(&case["nodes"])
        .iter()
        .map(|node| Node {
            meta: meta(node),
            ..Node::default()
        })
        .collect();
    let nodes: BTreeMap<&str, &Node> = nodes.iter().map(|node| (&*node.meta.name, node)).collect();
    let selector = Selector {
        match_labels: service.selector.clone().unwrap_or_default(),
        match_expressions: Vec::new(),
    };
    let index = PodIndex::new(&pods, |_| true);
    let selected: Vec<&Pod> = index
        .matching(&pods, &service.meta.namespace, &selector)
        .into_iter()
        .map(|number| &pods[number])
        .collect();
    let ours = described(
        slices_of(&service, &selected, &nodes)
            .iter()
            .map(ours)
            .collect(),
    );
    let theirs = described(array(&case["expect"]).iter().map(theirs).collect());
    (ours != theirs).then(|| format!("{}:\n  expected {theirs}\n  found    {ours}", case["id"]))
}

/// A set of slices as text; the order of slices, ports and endpoints does not matter.
fn described(mut slices: Vec<Value>) -> String {
    slices.sort_by_key(ToString::to_string);
    Value::Array(slices).to_string()
}

fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by_key(ToString::to_string);
    Value::Array(values)
}

fn ours(slice: &EndpointSlice) -> Value {
    let texts = |list: &[Arc<str>]| list.iter().map(|text| Value::from(&**text)).collect();
    let hints = |list: &[Arc<str>]| -> Value { texts(list) };
    let endpoints = slice.endpoints.iter().map(|endpoint| {
        serde_json::json!([
            endpoint
                .addresses
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
            [endpoint.ready, endpoint.serving, endpoint.terminating],
            endpoint
                .target
                .as_ref()
                .map(|target| target.name.to_string()),
            endpoint.node_name.as_deref(),
            endpoint.zone.as_deref(),
            endpoint.hostname.as_deref(),
            hints(&endpoint.zone_hints),
            hints(&endpoint.node_hints),
        ])
    });
    let ports = slice
        .ports
        .iter()
        .map(|port| serde_json::json!([&*port.name, port.protocol.as_str(), port.port]));
    let labels: BTreeMap<&str, &str> = slice
        .meta
        .labels
        .iter()
        .map(|(k, v)| (&**k, &**v))
        .collect();
    serde_json::json!([
        if slice.ipv6 { "IPv6" } else { "IPv4" },
        labels,
        sorted(ports.collect()),
        sorted(endpoints.collect()),
    ])
}

fn theirs(slice: &Value) -> Value {
    let names =
        |list: &Value| -> Value { array(list).iter().map(|it| it["name"].clone()).collect() };
    let endpoints = array(&slice["endpoints"]).iter().map(|endpoint| {
        let conditions = &endpoint["conditions"];
        serde_json::json!([
            endpoint["addresses"],
            [
                conditions["ready"],
                conditions["serving"],
                conditions["terminating"]
            ],
            endpoint["targetRef"]["name"],
            endpoint["nodeName"],
            endpoint["zone"],
            endpoint["hostname"],
            names(&endpoint["hints"]["forZones"]),
            names(&endpoint["hints"]["forNodes"]),
        ])
    });
    let ports = array(&slice["ports"])
        .iter()
        .map(|port| serde_json::json!([text(&port["name"]), port["protocol"], port["port"]]));
    let labels: BTreeMap<String, String> = strings(&slice["labels"]).collect();
    serde_json::json!([
        slice["addressType"],
        labels,
        sorted(ports.collect()),
        sorted(endpoints.collect()),
    ])
}

pub fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn strings(value: &Value) -> impl Iterator<Item = (String, String)> + '_ {
    let map = value.as_object().into_iter().flatten();
    map.map(|(key, value)| (key.clone(), text(value).to_owned()))
}

fn labels(value: &Value) -> Labels {
    strings(value)
        .map(|(key, value)| (Arc::from(key), Arc::from(value)))
        .collect()
}

pub fn meta(object: &Value) -> crate::model::kube::Meta {
    let head = &object["metadata"];
    let mut meta = build::meta(text(&head["namespace"]), text(&head["name"]));
    meta.labels = labels(&head["labels"]);
    meta
}

pub fn some(value: &Value) -> Option<Arc<str>> {
    value.as_str().map(Arc::from)
}

pub fn number(value: &Value) -> u16 {
    value
        .as_u64()
        .and_then(|it| u16::try_from(it).ok())
        .unwrap_or_default()
}

pub fn protocol(value: &Value) -> Protocol {
    text(value).parse().unwrap_or_default()
}

pub fn service(object: &Value) -> Service {
    let spec = &object["spec"];
    Service {
        meta: meta(object),
        service_type: match text(&spec["type"]) {
            "ExternalName" => ServiceType::ExternalName,
            "NodePort" => ServiceType::NodePort,
            "LoadBalancer" => ServiceType::LoadBalancer,
            _ => ServiceType::ClusterIp,
        },
        external_name: some(&spec["externalName"]),
        headless: spec["clusterIP"] == "None",
        cluster_ips: array(&spec["clusterIPs"])
            .iter()
            .filter_map(|ip| text(ip).parse().ok())
            .collect(),
        selector: Some(labels(&spec["selector"])),
        ports: array(&spec["ports"]).iter().map(service_port).collect(),
        publish_not_ready: spec["publishNotReadyAddresses"] == true,
        traffic_distribution: some(&spec["trafficDistribution"]),
        ..Service::default()
    }
}

fn service_port(port: &Value) -> ServicePort {
    ServicePort {
        name: some(&port["name"]).unwrap_or_default(),
        protocol: protocol(&port["protocol"]),
        port: number(&port["port"]),
        target_port: match &port["targetPort"] {
            Value::String(name) => TargetPort::Name(Arc::from(name.as_str())),
            Value::Number(_) => TargetPort::Number(number(&port["targetPort"])),
            _ => TargetPort::Same,
        },
        ..ServicePort::default()
    }
}

pub fn pod(object: &Value) -> Pod {
    let (spec, status) = (&object["spec"], &object["status"]);
    let ports = array(&spec["containers"])
        .iter()
        .flat_map(|it| array(&it["ports"]));
    Pod {
        meta: meta(object),
        node_name: some(&spec["nodeName"]),
        hostname: some(&spec["hostname"]),
        subdomain: some(&spec["subdomain"]),
        ports: ports
            .map(|port| ContainerPort {
                name: some(&port["name"]),
                port: number(&port["containerPort"]),
                protocol: protocol(&port["protocol"]),
                host_port: None,
            })
            .collect(),
        ips: if array(&status["podIPs"]).is_empty() {
            text(&status["podIP"]).parse().into_iter().collect()
        } else {
            let ips = array(&status["podIPs"]).iter();
            ips.filter_map(|ip| text(&ip["ip"]).parse().ok()).collect()
        },
        phase: match text(&status["phase"]) {
            "Pending" => Phase::Pending,
            "Succeeded" => Phase::Succeeded,
            "Failed" => Phase::Failed,
            _ => Phase::Running,
        },
        ready: array(&status["conditions"])
            .iter()
            .any(|it| it["type"] == "Ready" && it["status"] == "True"),
        terminating: object["metadata"]["deletionTimestamp"].is_string(),
        ..Pod::default()
    }
}
