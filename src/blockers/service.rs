//! Changes of Services: who may connect, which nodes' endpoints count, a port that is not there.

use std::net::IpAddr;

use serde_json::json;

use super::endpoints;
use super::propose::{Draft, cause, port_text, set};
use super::refusal::Refusal;
use super::written::Written;
use crate::edit::Command;
use crate::engine::explain::Explanation;
use crate::model::kube::{Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::Value;

/// What kube-proxy refuses, or a probe finds, for a Service.
pub(super) fn drafts(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Some((cause, Kind::Service)) = cause(refusal) else {
        return Vec::new();
    };
    let Some(service) = network.service(&cause.object.scope, &cause.object.name) else {
        return Vec::new();
    };
    match &*cause.field {
        "spec.loadBalancerSourceRanges" => source_range(network, refusal).into_iter().collect(),
        field @ ("spec.externalTrafficPolicy" | "spec.internalTrafficPolicy") => {
            let mut drafts = vec![policy_of_traffic(service, field)];
            drafts.extend(endpoints::drafts(network, service));
            drafts
        }
        _ => endpoints::drafts(network, service),
    }
}

fn policy_of_traffic(service: &Service, field: &str) -> Draft {
    let object = service.reference();
    let what = Explanation::new("fix-service-cluster")
        .with("service", object.clone())
        .with("field", field);
    Draft::set(what, &object, field, json!("Cluster"))
}

/// One more of `loadBalancerSourceRanges`, where the destination's Service has some.
pub(super) fn source_range(network: &Network, refusal: &Refusal) -> Option<Draft> {
    let packet = &refusal.step.before;
    let named = cause(refusal).filter(|(_, kind)| *kind == Kind::Service);
    let service = named
        .and_then(|(cause, _)| network.service(&cause.object.scope, &cause.object.name))
        .or_else(|| at_address(network, packet.destination))?;
    let ranges = &service.load_balancer_source_ranges;
    if ranges.is_empty() || ranges.iter().any(|range| range.contains(&packet.source)) {
        return None;
    }
    let object = service.reference();
    let written = Written::of(network, &object)?;
    let path = written.next("spec.loadBalancerSourceRanges");
    let length = if packet.source.is_ipv4() { 32 } else { 128 };
    let what = Explanation::new("fix-service-range")
        .with("service", object.clone())
        .with("source", packet.source);
    let range = format!("{}/{length}", packet.source);
    Some(Draft::set(what, &object, &path, json!(range)))
}

/// The Service whose address this is: the load balancer's, the cluster's, or an external one.
fn at_address(network: &Network, address: IpAddr) -> Option<&Service> {
    network.services.iter().find(|service| {
        let mut balanced = service.ingress.iter();
        balanced.any(|ingress| ingress.ip == address)
            || service.cluster_ips.contains(&address)
            || service.external_ips.contains(&address)
    })
}

/// The Service at the destination does not have the port: one more, for the target of its first one.
pub(super) fn missing_port(network: &Network, refusal: &Refusal) -> Option<Draft> {
    let packet = &refusal.step.before;
    let service = at_address(network, packet.destination)?;
    let number = packet.destination_port;
    let has = service
        .ports
        .iter()
        .any(|port| port.protocol == packet.protocol && port.port == number);
    let usable = packet.protocol.has_ports() && service.service_type != ServiceType::ExternalName;
    if has || !usable || service.is_api_server() {
        return None;
    }
    let object = service.reference();
    let written = Written::of(network, &object)?;
    let name = format!("{}-{number}", packet.protocol.as_str().to_ascii_lowercase());
    let mut port = json!({ "name": name, "protocol": packet.protocol.as_str(), "port": number });
    if let Some(target) = target(&written) {
        port["targetPort"] = target;
    }
    let what = Explanation::new("fix-service-port")
        .with("service", object.clone())
        .with("port", port_text(refusal));
    let command = set(&object, &written.next("spec.ports"), Some(port));
    // A Service with several ports has a name for each.
    let nameless = service.ports.len() == 1 && service.ports.iter().all(|it| it.name.is_empty());
    let command = if nameless {
        named(&object, service, command)
    } else {
        command
    };
    Some(Draft { what, command })
}

fn named(object: &Ref, service: &Service, command: Command) -> Command {
    let first = service.ports.first();
    let name = first.map(|port| {
        let protocol = port.protocol.as_str().to_ascii_lowercase();
        format!("{protocol}-{}", port.port)
    });
    Command::Together {
        object: object.clone(),
        commands: vec![
            set(object, "spec.ports[0].name", Some(json!(name))),
            command,
        ],
    }
}

/// The target of the first port, as it is written.
fn target(written: &Written<'_>) -> Option<serde_json::Value> {
    let first = written.items("spec.ports").first()?;
    let target = first.get("targetPort").or_else(|| first.get("port"))?;
    match &target.value {
        Value::Int(number) => Some(json!(number)),
        Value::String(text) => Some(json!(&**text)),
        _ => None,
    }
}
