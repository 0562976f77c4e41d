//! Whole scenarios through [`reconcile`], and the rules that must hold for all of them.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod allocation;
pub mod build;
mod fixture;
pub mod oracle;
mod pasted;
mod properties;
mod scale;
mod scheduling;

use super::reconcile;
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;

/// What reconciling made, one object a line, for comparing with what is expected.
fn summary(network: &Network) -> String {
    let mut lines = Vec::new();
    for node in &network.nodes {
        let cidrs: Vec<String> = node.pod_cidrs.iter().map(ToString::to_string).collect();
        let held = match (node.reserved_ips.first(), node.reserved_ips.last()) {
            (Some(first), Some(last)) => format!(" {first}-{last}"),
            _ => String::new(),
        };
        lines.push(format!(
            "node {} {:?}{held} {}",
            node.meta.name,
            node.internal_ips,
            cidrs.join(" ")
        ));
    }
    for pod in &network.pods {
        lines.push(format!(
            "pod {}/{} on {} {:?} {:?}{}",
            pod.meta.namespace,
            pod.meta.name,
            pod.node_name.as_deref().unwrap_or("-"),
            pod.ips,
            pod.phase,
            if pod.ready { "" } else { " unready" },
        ));
    }
    for service in &network.services {
        let ports: Vec<Option<u16>> = service.ports.iter().map(|port| port.node_port).collect();
        lines.push(format!(
            "service {}/{} {} {:?} {ports:?} {:?}",
            service.meta.namespace,
            service.meta.name,
            service.service_type.as_str(),
            service.cluster_ips,
            service.health_check_node_port,
        ));
    }
    for slice in &network.slices {
        let endpoints: Vec<String> = slice
            .endpoints
            .iter()
            .map(|endpoint| {
                let address = endpoint.addresses.first().map(ToString::to_string);
                let mark = if endpoint.ready { "" } else { " unready" };
                format!("{}{mark}", address.unwrap_or_default())
            })
            .collect();
        let ports: Vec<String> = slice
            .ports
            .iter()
            .map(|port| {
                format!(
                    "{}={}/{}",
                    port.name,
                    port.port.unwrap_or_default(),
                    port.protocol
                )
            })
            .collect();
        lines.push(format!(
            "slice {}/{} {} -> {}",
            slice.meta.namespace,
            slice.meta.name,
            ports.join(","),
            endpoints.join(", ")
        ));
    }
    lines.push(String::new());
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n")
}

fn problems(problems: &[Diagnostic]) -> String {
    let mut lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.push(String::new());
    lines.join("\n")
}

/// Reconciles and gives the summary with the problems under it.
fn outcome(network: Network) -> String {
    let (network, found) = reconcile(network);
    format!("{}{}", summary(&network), problems(&found))
}
