//! Host ports of pods, as the CNI plugin `portmap` installs them on kubenet and Azure CNI nodes.
//!
//! AKS configures it with `externalSetMarkChain: KUBE-MARK-MASQ`, so that what needs
//! masquerading carries kube-proxy's mark. A container's id is not known here: the
//! name of the pod stands for it, in the comment and in the hash of the chain's name.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::kube_proxy::MARK_MASQ;
use super::rule::{Family, Hook, Match, Purpose, Reason, Rule, TableName, Target};
use super::ruleset::Builder;
use crate::engine::trace::Cause;
use crate::model::kube::{ContainerPort, Node, Phase, Pod};

const DNAT_CHAIN: &str = "CNI-HOSTPORT-DNAT";

/// Installs the host ports of the node's pods; nothing if there are none.
pub(super) fn install<'n>(builder: &mut Builder, pods: impl Iterator<Item = &'n Pod>, node: &Node) {
    let family = builder.family();
    // Few pods have host ports, and which those are is seen at once.
    let pods = pods.filter(|pod| has_any(pod) && is_on(pod, node));
    let with_ports = pods.filter_map(|pod| {
        let ip = pod
            .ips
            .iter()
            .copied()
            .find(|ip| Family::of(*ip) == family)?;
        Some((pod, ip, host_ports(pod).collect::<Vec<_>>()))
    });
    let with_ports: Vec<_> = with_ports.collect();
    if with_ports.is_empty() {
        return;
    }
    let chain: Arc<str> = Arc::from(DNAT_CHAIN);
    for hook in [Hook::Prerouting, Hook::Output] {
        let matches = vec![Match::to_local()];
        builder.jump(TableName::Nat, hook, &chain, matches);
    }
    for (pod, ip, ports) in with_ports {
        pod_rules(builder, node, pod, ip, &ports);
    }
}

/// Whether a pod has host ports.
pub(super) fn has_any(pod: &Pod) -> bool {
    host_ports(pod).next().is_some()
}

fn is_on(pod: &Pod, node: &Node) -> bool {
    pod.node_name.as_ref() == Some(&node.meta.name)
        && !pod.host_network
        && matches!(pod.phase, Phase::Running | Phase::Pending)
}

/// A pod's host ports with their place among its ports.
fn host_ports(pod: &Pod) -> impl Iterator<Item = (u16, &ContainerPort)> {
    pod.ports
        .iter()
        .filter(|port| port.protocol.has_ports())
        .filter_map(|port| Some((port.host_port.filter(|number| *number != 0)?, port)))
}

fn pod_rules(
    builder: &mut Builder,
    node: &Node,
    pod: &Pod,
    ip: IpAddr,
    ports: &[(u16, &ContainerPort)],
) {
    let id = format!("{}/{}", pod.meta.namespace, pod.meta.name);
    let chain: Arc<str> = Arc::from(format!("CNI-DN-{}", hash(&id)));
    let cause = Cause::field(pod.reference(), "spec.containers");
    let reason = Reason::new(Purpose::HostPort, cause.clone());
    let marking = Reason::new(Purpose::MarkHostPort, cause);
    for &(number, port) in ports {
        let protocol = port.protocol;
        let comment = format!("dnat name: \"{}\" id: \"{id}\"", "aks");
        let matches = vec![
            Match::Protocol(protocol),
            Match::comment(comment),
            Match::DestinationPorts(vec![number]),
        ];
        builder
            .chain(TableName::Nat, DNAT_CHAIN)
            .push(Rule::new(Target::Jump(chain.clone()), matches));
        let to_port = |source: Option<ipnet::IpNet>| {
            let source = source.map(Match::source);
            let ports = [Match::Protocol(protocol), Match::dport(protocol, number)];
            source.into_iter().chain(ports).collect::<Vec<_>>()
        };
        let rules = builder.chain(TableName::Nat, &chain);
        let mark = || Target::Jump(Arc::from(MARK_MASQ));
        for source in masqueraded_sources(node, ip) {
            rules.push(Rule::new(mark(), to_port(Some(source))).because(&marking));
        }
        let target = Target::Dnat(SocketAddr::new(ip, port.port));
        rules.push(Rule::new(target, to_port(None)).because(&reason));
    }
}

/// Who is masqueraded: the pod's own subnet (a hairpin would not come back else), and loopback.
fn masqueraded_sources(node: &Node, ip: IpAddr) -> Vec<ipnet::IpNet> {
    let own = node.pod_cidrs.iter().copied().find(|net| net.contains(&ip));
    let mut sources = vec![own.unwrap_or_else(|| ip.into())];
    if ip.is_ipv4() {
        sources.push(IpAddr::from([127, 0, 0, 1]).into());
    }
    sources
}

fn hash(id: &str) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(id.as_bytes()).iter().take(10) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
