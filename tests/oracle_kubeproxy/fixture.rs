//! Reads a vector's node, Services and EndpointSlices into a network, without the YAML reader.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use kubehop::engine::netfilter::interfaces::{Interface, NodeInterfaces};
use kubehop::engine::netfilter::rule::Family;
use kubehop::model::kube::{
    Endpoint, EndpointPort, EndpointSlice, KubeProxyConfiguration, LoadBalancerIngress, Meta, Node,
    Service, ServicePort, ServiceType, TargetPort, TrafficPolicy,
};
use kubehop::model::network::Network;
use kubehop::model::packet::Protocol;
use serde_json::Value;

pub struct Fixture {
    pub network: Network,
    pub interfaces: NodeInterfaces,
    pub family: Family,
}

pub fn read(test: &Value) -> Fixture {
    let network = Network {
        nodes: vec![node(&test["node"])].into(),
        services: list(&test["services"]).map(service).collect(),
        slices: list(&test["endpointslices"]).map(slice).collect(),
        kube_proxy: Some(proxy(&test["proxy"])),
        ..Network::default()
    };
    let local = list(&test["node"]["local_ips"]).map(address);
    let own = local.filter(|ip| !ip.is_loopback()).collect();
    Fixture {
        network,
        interfaces: NodeInterfaces::new(vec![Interface::new("eth0", own)]),
        family: match test["ip_family"].as_str().unwrap() {
            "IPv6" => Family::V6,
            _ => Family::V4,
        },
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Arc<str> {
    Arc::from(value.as_str().unwrap_or_default())
}

/// R17: leading zeros are decimal.
fn plain(text: &str) -> String {
    let part = |part: &str| match part.trim_start_matches('0') {
        "" if !part.is_empty() => "0".to_owned(),
        digits => digits.to_owned(),
    };
    if text.contains(':') {
        return text.to_owned();
    }
    text.split('.').map(part).collect::<Vec<_>>().join(".")
}

fn address(value: &Value) -> IpAddr {
    plain(value.as_str().unwrap()).parse().unwrap()
}

fn net(value: &Value) -> IpNet {
    let (ip, length) = value.as_str().unwrap().trim().split_once('/').unwrap();
    let length = length.parse().unwrap();
    IpNet::new(plain(ip).parse().unwrap(), length).unwrap()
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok())
}

fn protocol(value: &Value) -> Protocol {
    value.as_str().unwrap_or("TCP").parse().unwrap()
}

fn meta(value: &Value) -> Meta {
    Meta {
        namespace: text(&value["namespace"]),
        name: text(&value["name"]),
        ..Meta::default()
    }
}

fn node(value: &Value) -> Node {
    let mut node = Node {
        meta: meta(value),
        internal_ips: vec![address(&value["ip"])],
        ready: true,
        ..Node::default()
    };
    for (key, label) in value["topology_labels"].as_object().into_iter().flatten() {
        node.meta
            .labels
            .insert(Arc::from(key.as_str()), text(label));
    }
    node
}

fn proxy(value: &Value) -> KubeProxyConfiguration {
    let detector = &value["local_detector"];
    KubeProxyConfiguration {
        cluster_cidr: detector.get("cidr").map(net).into_iter().collect(),
        node_port_addresses: list(&value["nodeport_addresses"]).map(net).collect(),
        masquerade_all: value["masquerade_all"] == true,
        localhost_node_ports: value["localhost_nodeports"] == true,
        ..KubeProxyConfiguration::default()
    }
}

fn service(value: &Value) -> Service {
    let spec = &value["spec"];
    let timeout = &spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"];
    Service {
        meta: meta(&value["metadata"]),
        service_type: match spec["type"].as_str().unwrap_or("ClusterIP") {
            "NodePort" => ServiceType::NodePort,
            "LoadBalancer" => ServiceType::LoadBalancer,
            "ExternalName" => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        },
        headless: spec["clusterIP"] == "None",
        cluster_ips: spec
            .get("clusterIP")
            .filter(|ip| ip.as_str() != Some("None"))
            .map(address)
            .into_iter()
            .collect(),
        ports: list(&spec["ports"]).map(service_port).collect(),
        external_traffic_policy: policy(&spec["externalTrafficPolicy"]),
        internal_traffic_policy: policy(&spec["internalTrafficPolicy"]),
        health_check_node_port: number(&spec["healthCheckNodePort"]),
        external_ips: list(&spec["externalIPs"]).map(address).collect(),
        load_balancer_source_ranges: list(&spec["loadBalancerSourceRanges"]).map(net).collect(),
        client_ip_affinity: (spec["sessionAffinity"] == "ClientIP")
            .then(|| u32::try_from(timeout.as_u64().unwrap_or(10800)).unwrap()),
        ingress: list(&value["status"]["loadBalancer"]["ingress"])
            .map(|ingress| LoadBalancerIngress {
                ip: address(&ingress["ip"]),
                vip: ingress["ipMode"] != "Proxy",
            })
            .collect(),
        ..Service::default()
    }
}

fn policy(value: &Value) -> TrafficPolicy {
    match value.as_str() {
        Some("Local") => TrafficPolicy::Local,
        _ => TrafficPolicy::Cluster,
    }
}

fn service_port(value: &Value) -> ServicePort {
    ServicePort {
        name: text(&value["name"]),
        protocol: protocol(&value["protocol"]),
        port: number(&value["port"]).unwrap(),
        target_port: TargetPort::Same,
        node_port: number(&value["nodePort"]),
        app_protocol: None,
    }
}

fn slice(value: &Value) -> EndpointSlice {
    let meta = meta(&value["metadata"]);
    EndpointSlice {
        meta,
        service: text(&value["metadata"]["labels"]["kubernetes.io/service-name"]),
        ipv6: value["addressType"] == "IPv6",
        ports: list(&value["ports"])
            .map(|port| EndpointPort {
                name: text(&port["name"]),
                protocol: protocol(&port["protocol"]),
                port: number(&port["port"]),
            })
            .collect(),
        endpoints: list(&value["endpoints"]).map(endpoint).collect(),
    }
}

/// R2: a condition that is absent.
fn endpoint(value: &Value) -> Endpoint {
    let condition = |name: &str| value["conditions"][name].as_bool();
    let ready = condition("ready").unwrap_or(true);
    let names = |key: &str| {
        list(&value["hints"][key])
            .map(|hint| text(&hint["name"]))
            .collect()
    };
    let optional = |key: &str| value.get(key).map(text);
    Endpoint {
        addresses: list(&value["addresses"]).map(address).collect(),
        ready,
        serving: condition("serving").unwrap_or(ready),
        terminating: condition("terminating").unwrap_or(false),
        hostname: None,
        node_name: optional("nodeName"),
        zone: optional("zone"),
        zone_hints: names("forZones"),
        node_hints: names("forNodes"),
        target: None,
    }
}
