//! Kubernetes objects in the shape of their API, as far as the engine knows them.

use serde_json::{Map, Value, json};

use super::{Shown, caused_by};
use crate::cli::output::table;
use crate::model::kube::{
    Endpoint, EndpointPort, EndpointSlice, Labels, Meta, Node, Phase, Pod, Service, ServicePort,
    TargetPort, TrafficPolicy,
};
use crate::model::network::Network;
use crate::model::placement::Taint;

/// `EndpointSlices`, in the columns of `kubectl get endpointslices`.
pub(super) fn slices(network: &Network) -> Shown {
    let head = [
        "Namespace",
        "Name",
        "AddressType",
        "Ports",
        "Endpoints",
        "Made By",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(network.slices.iter().map(slice_row));
    let items: Vec<Value> = network.slices.iter().map(slice).collect();
    Shown {
        text: table(&rows),
        json: json!({ "apiVersion": "v1", "kind": "List", "items": items }),
    }
}

fn slice_row(slice: &EndpointSlice) -> Vec<String> {
    let ports = slice.ports.iter().map(|port| match port.port {
        Some(number) => format!("{number}/{}", port.protocol),
        None => format!("*/{}", port.protocol),
    });
    let endpoints = slice.endpoints.iter().map(|endpoint| {
        let address = endpoint
            .addresses
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        if endpoint.ready {
            address
        } else {
            format!("{address} (not ready)")
        }
    });
    let made_by = caused_by(&slice.meta);
    vec![
        slice.meta.namespace.to_string(),
        slice.meta.name.to_string(),
        address_type(slice).to_owned(),
        ports.collect::<Vec<_>>().join(","),
        endpoints.collect::<Vec<_>>().join(","),
        made_by["from"].as_str().unwrap_or("-").to_owned(),
    ]
}

fn address_type(slice: &EndpointSlice) -> &'static str {
    if slice.ipv6 { "IPv6" } else { "IPv4" }
}

/// A slice as `discovery.k8s.io/v1`.
pub(super) fn slice(slice: &EndpointSlice) -> Value {
    json!({
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata(&slice.meta),
        "addressType": address_type(slice),
        "ports": slice.ports.iter().map(endpoint_port).collect::<Vec<_>>(),
        "endpoints": slice.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
        "causedBy": caused_by(&slice.meta),
    })
}

fn endpoint_port(port: &EndpointPort) -> Value {
    json!({ "name": &*port.name, "protocol": port.protocol.as_str(), "port": port.port })
}

fn endpoint(endpoint: &Endpoint) -> Value {
    let addresses: Vec<String> = endpoint.addresses.iter().map(ToString::to_string).collect();
    let mut value = json!({
        "addresses": addresses,
        "conditions": {
            "ready": endpoint.ready,
            "serving": endpoint.serving,
            "terminating": endpoint.terminating,
        },
    });
    let texts = [
        ("hostname", &endpoint.hostname),
        ("nodeName", &endpoint.node_name),
        ("zone", &endpoint.zone),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            value[key] = text.to_string().into();
        }
    }
    if let Some(target) = &endpoint.target {
        value["targetRef"] =
            json!({ "kind": "Pod", "namespace": &*target.scope, "name": &*target.name });
    }
    value
}

/// A pod with what was scheduled and allocated for it.
pub(super) fn pod(pod: &Pod) -> Value {
    let ips: Vec<Value> = pod
        .ips
        .iter()
        .map(|ip| json!({ "ip": ip.to_string() }))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(&pod.meta),
        "spec": { "nodeName": pod.node_name.as_deref(), "hostNetwork": pod.host_network },
        "status": {
            "phase": phase(pod.phase),
            "podIP": pod.ip().map(|ip| ip.to_string()),
            "podIPs": ips,
            "conditions": [{ "type": "Ready", "status": if pod.ready { "True" } else { "False" } }],
        },
        "causedBy": caused_by(&pod.meta),
    })
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "Pending",
        Phase::Running => "Running",
        Phase::Succeeded => "Succeeded",
        Phase::Failed => "Failed",
    }
}

/// A node with its pod ranges and addresses.
pub(super) fn node(node: &Node) -> Value {
    let cidrs: Vec<String> = node.pod_cidrs.iter().map(ToString::to_string).collect();
    let addresses: Vec<Value> = node
        .internal_ips
        .iter()
        .map(|ip| json!({ "type": "InternalIP", "address": ip.to_string() }))
        .collect();
    let mut spec = json!({ "podCIDR": cidrs.first(), "podCIDRs": cidrs });
    if !node.taints.is_empty() {
        spec["taints"] = node.taints.iter().map(taint).collect();
    }
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata(&node.meta),
        "spec": spec,
        "status": {
            "addresses": addresses,
            "conditions": [{ "type": "Ready", "status": if node.ready { "True" } else { "False" } }],
        },
        "causedBy": caused_by(&node.meta),
    })
}

fn taint(taint: &Taint) -> Value {
    let (key, value) = (&*taint.key, &*taint.value);
    json!({ "key": key, "value": value, "effect": taint.effect.as_str() })
}

/// A Service with its addresses and node ports.
pub(super) fn service(service: &Service) -> Value {
    let ips: Vec<String> = service
        .cluster_ips
        .iter()
        .map(ToString::to_string)
        .collect();
    let ingress: Vec<Value> = service
        .ingress
        .iter()
        .map(|ingress| json!({ "ip": ingress.ip.to_string() }))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(&service.meta),
        "spec": {
            "type": service.service_type.as_str(),
            "clusterIP": if service.headless { Some("None") } else { ips.first().map(String::as_str) },
            "clusterIPs": ips,
            "selector": service.selector.as_ref().map(labels),
            "externalTrafficPolicy": policy(service.external_traffic_policy),
            "internalTrafficPolicy": policy(service.internal_traffic_policy),
            "healthCheckNodePort": service.health_check_node_port,
            "externalName": service.external_name.as_deref(),
            "ports": service.ports.iter().map(service_port).collect::<Vec<_>>(),
        },
        "status": { "loadBalancer": { "ingress": ingress } },
        "causedBy": caused_by(&service.meta),
    })
}

fn service_port(port: &ServicePort) -> Value {
    let target: Value = match &port.target_port {
        TargetPort::Same => port.port.into(),
        TargetPort::Number(number) => (*number).into(),
        TargetPort::Name(name) => name.to_string().into(),
    };
    json!({
        "name": &*port.name,
        "protocol": port.protocol.as_str(),
        "port": port.port,
        "targetPort": target,
        "nodePort": port.node_port,
    })
}

fn policy(policy: TrafficPolicy) -> &'static str {
    match policy {
        TrafficPolicy::Cluster => "Cluster",
        TrafficPolicy::Local => "Local",
    }
}

fn metadata(meta: &Meta) -> Value {
    let mut value = Map::new();
    value.insert("name".into(), meta.name.to_string().into());
    if !meta.namespace.is_empty() {
        value.insert("namespace".into(), meta.namespace.to_string().into());
    }
    if !meta.labels.is_empty() {
        value.insert("labels".into(), labels(&meta.labels));
    }
    Value::Object(value)
}

fn labels(labels: &Labels) -> Value {
    let entries = labels
        .iter()
        .map(|(key, value)| (key.to_string(), Value::from(value.to_string())));
    Value::Object(entries.collect())
}
