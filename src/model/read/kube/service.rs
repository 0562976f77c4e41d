//! `Service`.

mod check;

use std::sync::Arc;

use super::super::cursor::Cursor;
use super::{plain_selector, refused};
use crate::model::kube::{
    LoadBalancerIngress, Meta, Service, ServicePort, ServiceType, TargetPort, TrafficPolicy,
};
use crate::model::yaml::Value;

/// Seconds that session affinity lasts where nothing is written.
const AFFINITY_SECONDS: u32 = 10_800;
/// The longest that it may last: a day.
const MAX_AFFINITY_SECONDS: i64 = 86_400;

/// A Service; `None` for one that the API server refuses, its `metadata` included, which therefore has no effect.
pub(super) fn service(at: Cursor<'_>, meta: Meta) -> Option<Service> {
    check::check(at);
    let spec = at.get("spec");
    let service_type = spec.get("type").word(&[
        ("ClusterIP", ServiceType::ClusterIp),
        ("NodePort", ServiceType::NodePort),
        ("LoadBalancer", ServiceType::LoadBalancer),
        ("ExternalName", ServiceType::ExternalName),
    ]);
    let (headless, cluster_ips) = cluster_ips(spec);
    let policies = [
        ("Cluster", TrafficPolicy::Cluster),
        ("Local", TrafficPolicy::Local),
    ];
    let policy = |field| spec.get(field).word(&policies).unwrap_or_default();
    let port = |field| {
        spec.get(field)
            .whole::<u16>(0, 65535)
            .filter(|port| *port != 0)
    };
    let topology = [
        "service.kubernetes.io/topology-mode",
        "service.kubernetes.io/topology-aware-hints",
    ];
    let annotated = || {
        topology
            .iter()
            .find_map(|key| meta.annotations.get(*key))
            .cloned()
    };
    let ingress = at.get("status").get("loadBalancer").get("ingress").list();
    let service = Service {
        service_type: service_type.unwrap_or_default(),
        headless,
        cluster_ips,
        selector: plain_selector(spec.get("selector")),
        ports: spec.get("ports").list().filter_map(service_port).collect(),
        external_traffic_policy: policy("externalTrafficPolicy"),
        internal_traffic_policy: policy("internalTrafficPolicy"),
        health_check_node_port: port("healthCheckNodePort"),
        external_ips: spec.get("externalIPs").addresses(),
        load_balancer_ip: spec.get("loadBalancerIP").address(),
        load_balancer_source_ranges: spec.get("loadBalancerSourceRanges").prefixes(),
        load_balancer_class: spec.get("loadBalancerClass").name(),
        allocate_node_ports: spec
            .get("allocateLoadBalancerNodePorts")
            .flag()
            .unwrap_or(true),
        client_ip_affinity: affinity(spec),
        publish_not_ready: spec
            .get("publishNotReadyAddresses")
            .flag()
            .unwrap_or_default(),
        external_name: spec.get("externalName").name(),
        traffic_distribution: spec.get("trafficDistribution").name().or_else(annotated),
        ingress: ingress.filter_map(load_balancer_ingress).collect(),
        meta,
    };
    (!refused(at, 0, "service-refused", "Service")).then_some(service)
}

/// Whether the Service is headless, and its addresses.
fn cluster_ips(spec: Cursor<'_>) -> (bool, Vec<std::net::IpAddr>) {
    let several: Vec<Cursor<'_>> = spec.get("clusterIPs").list().collect();
    let fields = if several.is_empty() {
        vec![spec.get("clusterIP")]
    } else {
        several
    };
    let none = |field: &Cursor<'_>| field.name().as_deref() == Some("None");
    if fields.iter().any(none) {
        return (true, Vec::new());
    }
    (
        false,
        fields.into_iter().filter_map(Cursor::address).collect(),
    )
}

fn service_port(at: Cursor<'_>) -> Option<ServicePort> {
    at.get("port").require("a port, 1 to 65535");
    Some(ServicePort {
        name: at.get("name").name().unwrap_or_else(|| Arc::from("")),
        protocol: at.get("protocol").protocol(),
        port: at.get("port").port()?,
        target_port: target_port(at.get("targetPort")),
        node_port: at
            .get("nodePort")
            .whole::<u16>(0, 65535)
            .filter(|port| *port != 0),
        app_protocol: at.get("appProtocol").name(),
    })
}

/// A number or a name; absent, 0 and the empty name mean the same as `port`.
fn target_port(at: Cursor<'_>) -> TargetPort {
    match at.node().map(|node| &node.value) {
        Some(Value::Int(0)) => TargetPort::Same,
        Some(Value::Int(_)) => at.port().map_or(TargetPort::Same, TargetPort::Number),
        _ => at.name().map_or(TargetPort::Same, TargetPort::Name),
    }
}

fn affinity(spec: Cursor<'_>) -> Option<u32> {
    let client_ip = spec
        .get("sessionAffinity")
        .word(&[("None", false), ("ClientIP", true)])?;
    let config = spec.get("sessionAffinityConfig").get("clientIP");
    client_ip.then(|| {
        let seconds = config.get("timeoutSeconds").whole(1, MAX_AFFINITY_SECONDS);
        seconds.unwrap_or(AFFINITY_SECONDS)
    })
}

fn load_balancer_ingress(at: Cursor<'_>) -> Option<LoadBalancerIngress> {
    let vip = at.get("ipMode").word(&[("VIP", true), ("Proxy", false)]);
    Some(LoadBalancerIngress {
        ip: at.get("ip").address()?,
        vip: vip.unwrap_or(true),
    })
}
