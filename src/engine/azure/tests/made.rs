//! Rules and probes that the cloud provider makes: its own unit tests, restated.

use std::fmt::Write;

use super::fixture::network;
use crate::engine::azure::cloud_provider::names;
use crate::engine::azure::cloud_provider::rules::{Options, expected};
use crate::model::azure::ProbeKind;
use crate::model::kube::Service;

/// A Service with these annotations (without prefix) and ports.
fn service(annotations: &str, spec: &str) -> Service {
    let mut written = String::new();
    for pair in annotations.split(", ").filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap();
        write!(written, "service.beta.kubernetes.io/{key}: '{value}', ").unwrap();
    }
    let text = format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: test, uid: test1, annotations: {{{written}}}}}, spec: {{type: LoadBalancer, clusterIP: 10.0.0.20, {spec}}}}}"
    );
    network(&[&text])
        .service("default", "test")
        .unwrap()
        .clone()
}

/// `rule … ; probe …`, or the refusal.
fn made(annotations: &str, spec: &str, standard: bool) -> String {
    let service = service(annotations, spec);
    let options = Options {
        base: names::base(&service).into(),
        app_protocol: true,
        standard,
        ipv6: false,
        dual_stack: false,
        disable_outbound_snat: false,
        shared_probe: false,
        frontend: "front".into(),
        subnet: None,
    };
    let (rules, probes) = match expected(&service, &options) {
        Ok(made) => made,
        Err(error) => return error.to_string(),
    };
    let mut parts = Vec::new();
    for rule in rules {
        let protocol = rule.protocol.map_or("All", |protocol| protocol.as_str());
        let floating = if rule.floating_ip { "" } else { " no-floating" };
        let probe = rule.probe.as_deref().unwrap_or("-");
        parts.push(format!(
            "rule {} {protocol} {}->{}{floating} {}min {probe}",
            rule.name, rule.frontend_port, rule.backend_port, rule.idle_minutes
        ));
    }
    for probe in probes {
        let kind = match &probe.kind {
            ProbeKind::Tcp => "tcp".to_owned(),
            ProbeKind::Http(path) => format!("http {path}"),
            ProbeKind::Https(path) => format!("https {path}"),
        };
        parts.push(format!(
            "probe {} {kind} {} {}s x{}",
            probe.name, probe.port, probe.interval_seconds, probe.threshold
        ));
    }
    parts.join("; ")
}

/// The probe of a Service with one TCP port 80 and node port 30080.
fn probe(annotations: &str, app_protocol: &str, standard: bool) -> String {
    let port = match app_protocol {
        "" => String::new(),
        name => format!(", appProtocol: {name}"),
    };
    let all = made(
        annotations,
        &format!("ports: [{{port: 80, nodePort: 30080{port}}}]"),
        standard,
    );
    let found = all
        .split("; ")
        .find_map(|part| part.strip_prefix("probe atest1-TCP-80 "));
    found.map_or(all.clone(), str::to_owned)
}

#[test]
fn a_port_makes_a_rule_with_the_service_port_on_both_sides() {
    // R40
    assert_eq!(
        made("", "ports: [{port: 80, nodePort: 30080}]", true),
        "rule atest1-TCP-80 TCP 80->80 4min atest1-TCP-80; probe atest1-TCP-80 tcp 30080 5s x2"
    );
    assert_eq!(
        made(
            "",
            "ports: [{port: 53, protocol: UDP, nodePort: 30053}]",
            true
        ),
        "rule atest1-UDP-53 UDP 53->53 4min -"
    );
    assert_eq!(
        made(
            "azure-disable-load-balancer-floating-ip true",
            "ports: [{port: 80, nodePort: 30080}]",
            true
        ),
        "rule atest1-TCP-80 TCP 80->30080 no-floating 4min atest1-TCP-80; probe atest1-TCP-80 tcp 30080 5s x2"
    );
}

#[test]
fn with_local_one_probe_serves_all_ports() {
    // R41
    assert_eq!(
        made(
            "",
            "externalTrafficPolicy: Local, healthCheckNodePort: 32100, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 53, protocol: UDP, nodePort: 30053}]",
            true
        ),
        "rule atest1-TCP-80 TCP 80->80 4min atest1-TCP-32100; rule atest1-UDP-53 UDP 53->53 4min atest1-TCP-32100; probe atest1-TCP-32100 http /healthz 32100 5s x2"
    );
}

#[test]
fn the_probe_follows_the_annotation_of_the_port_then_app_protocol_then_that_of_the_service() {
    // 5.2 "Order of choice"
    let port = "port_80_health-probe_protocol";
    let all = "azure-load-balancer-health-probe-protocol";
    for (annotations, app, standard, expected) in [
        ("", "", true, "tcp 30080 5s x2"),
        ("", "http", true, "http / 30080 5s x2"),
        ("", "Https", true, "https / 30080 5s x2"),
        ("", "Https", false, "tcp 30080 5s x2"),
        ("", "Mongodb", true, "tcp 30080 5s x2"),
        (&*format!("{all} https"), "", true, "https / 30080 5s x2"),
        (&*format!("{all} https"), "http", true, "http / 30080 5s x2"),
        (
            &*format!("{all} tcp, {port} HtTpS"),
            "http",
            true,
            "https / 30080 5s x2",
        ),
        (
            "port_80_health-probe_request-path /a, azure-load-balancer-health-probe-request-path /b",
            "http",
            true,
            "http /a 30080 5s x2",
        ),
        (
            "port_80_health-probe_interval 20, port_80_health-probe_num-of-probe 5",
            "",
            true,
            "tcp 30080 20s x5",
        ),
        ("port_80_health-probe_port 5080", "", true, "tcp 5080 5s x2"),
        ("port_80_health-probe_port 80", "", true, "tcp 30080 5s x2"),
    ] {
        assert_eq!(
            probe(annotations, app, standard),
            expected,
            "{annotations} {app}"
        );
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    // 5.2 "Limits", 5.1 SCTP
    for (annotations, expected) in [
        (
            "port_80_health-probe_interval 10, port_80_health-probe_num-of-probe 20",
            "failed to parse health probe config for port 80: total probe should be less than 120, please adjust interval and number of probe accordingly",
        ),
        (
            "port_80_health-probe_num-of-probe 1",
            "failed to parse health probe config for port 80: the minimum value of num-of-probe is 2",
        ),
        (
            "port_80_health-probe_interval 4",
            "failed to parse health probe config for port 80: the minimum value of interval is 5",
        ),
        (
            "port_80_health-probe_num-of-probe 5a",
            "failed to parse health probe config for port 80: num-of-probe: 5a value must be a whole number",
        ),
        (
            "port_80_health-probe_port nobody",
            "port nobody not found in service",
        ),
    ] {
        assert_eq!(probe(annotations, "", true), expected);
    }
    assert_eq!(
        made(
            "",
            "ports: [{port: 80, protocol: SCTP, nodePort: 30080}]",
            true
        ),
        "SCTP is only supported on standard loadbalancer in internal mode"
    );
    assert_eq!(
        made(
            "azure-load-balancer-internal true",
            "ports: [{port: 80, protocol: SCTP, nodePort: 30080}]",
            true
        ),
        "rule atest1-SCTP-80 All 0->0 4min -"
    );
}

#[test]
fn single_ports_can_do_without_rule_or_probe() {
    let ports =
        "ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 443, nodePort: 30443}]";
    assert_eq!(
        made("port_443_no_lb_rule true", ports, true),
        "rule atest1-TCP-80 TCP 80->80 4min atest1-TCP-80; probe atest1-TCP-80 tcp 30080 5s x2"
    );
    assert_eq!(
        made("port_443_no_probe_rule true", ports, true),
        "rule atest1-TCP-80 TCP 80->80 4min atest1-TCP-80; rule atest1-TCP-443 TCP 443->443 4min -; probe atest1-TCP-80 tcp 30080 5s x2"
    );
}

/// The names of the rules in AKS's own security group.
fn rules(annotations: &str, spec: &str, more: &str) -> Vec<String> {
    let azure = include_str!("../../../scenarios/shared/azure.yaml");
    let cluster = include_str!("../../../scenarios/kubenet/cluster.yaml");
    let text = format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: test, uid: test1, annotations: {{{annotations}}}}}, spec: {{type: LoadBalancer, clusterIP: 10.0.50.20, {spec}}}}}"
    );
    let network = network(&[azure, cluster, &text, more]);
    let group = &network.nsgs[0];
    group
        .rules
        .iter()
        .map(|rule| format!("{} {}", rule.priority, rule.meta.name))
        .collect()
}

#[test]
fn security_rules_are_named_after_a_digest_of_what_they_allow() {
    // R43; digests from the cloud provider's own tests
    let ports = "ports: [{name: http, port: 80, nodePort: 30080}, {name: https, port: 443, nodePort: 30443}, {name: a, port: 53, nodePort: 30053}, {name: b, port: 53, protocol: UDP, nodePort: 30053}]";
    assert_eq!(
        rules("", ports, ""),
        [
            "500 k8s-azure-lb_allow_IPv4_cbb88dd91c3e7c61c639448625f96b71",
            "501 k8s-azure-lb_allow_IPv4_eacf5e21d4ad7b5345009ad51af9d388"
        ]
    );
    let ranges =
        format!("loadBalancerSourceRanges: [172.30.0.0/16, 172.31.0.1/32, 172.30.0.1/32], {ports}");
    let deny =
        "service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-ranges: 'true'";
    assert_eq!(
        rules(deny, &ranges, ""),
        [
            "500 k8s-azure-lb_allow_IPv4_9c700f232de3fe4916c7f83afa33cd2a",
            "501 k8s-azure-lb_allow_IPv4_787229c6d6ae4da46341a3e8c1a66053",
            "4095 k8s-azure-lb_deny-all_IPv4"
        ]
    );
}

#[test]
fn services_with_the_same_ports_and_sources_share_a_rule() {
    let other = "{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {type: LoadBalancer, clusterIP: 10.0.50.21, ports: [{port: 80, nodePort: 30081}]}}";
    assert_eq!(
        rules("", "ports: [{port: 80, nodePort: 30080}]", other).len(),
        1
    );
}

#[test]
fn in_2021_every_port_and_source_had_a_rule_of_its_own() {
    // 5.3 "2021 naming"
    let era =
        "{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: s}, spec: {era: 2021}}";
    let ports = "ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 53, protocol: UDP, nodePort: 30053}]";
    assert_eq!(
        rules("", ports, era),
        ["500 atest1-TCP-80-Internet", "501 atest1-UDP-53-Internet"]
    );
    let ranges = "loadBalancerSourceRanges: [10.2.0.0/16], ports: [{port: 80, nodePort: 30080}]";
    assert_eq!(rules("", ranges, era), ["500 atest1-TCP-80-10.2.0.0_16"]);
}
