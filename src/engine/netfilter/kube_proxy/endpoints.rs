//! Which endpoints of a Service a node's rules use (R1–R4, R6).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::engine::netfilter::rule::Family;
use crate::model::kube::{Endpoint, EndpointSlice, Node, ServicePort};

/// An endpoint of one Service port.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) address: SocketAddr,
    /// `ip:port`, by which kube-proxy orders endpoints.
    pub(super) text: String,
    pub(super) chain: Arc<str>,
    pub(super) endpoint: &'a Endpoint,
}

impl Candidate<'_> {
    fn is_local(&self, node: &Node) -> bool {
        self.endpoint.node_name.as_deref() == Some(&*node.meta.name)
    }

    fn falls_back(&self) -> bool {
        self.endpoint.serving && self.endpoint.terminating
    }
}

/// The endpoints of a Service port over all its slices: matched by port name and protocol (R1),
/// of the slice's own family, one per `ip:port`, ordered by that text.
pub(super) fn of_port<'a>(
    slices: &[&'a EndpointSlice],
    port: &ServicePort,
    family: Family,
    node: &Node,
) -> Vec<(String, SocketAddr, &'a Endpoint)> {
    let mut found: BTreeMap<String, (SocketAddr, &Endpoint)> = BTreeMap::new();
    let slices = slices
        .iter()
        .filter(|slice| slice.ipv6 == (family == Family::V6));
    for slice in slices {
        let numbers = slice
            .ports
            .iter()
            .filter(|of| of.name == port.name && of.protocol == port.protocol)
            .filter_map(|of| of.port.filter(|number| *number != 0));
        for number in numbers {
            for endpoint in &slice.endpoints {
                let Some(&ip) = endpoint.addresses.first() else {
                    continue;
                };
                if Family::of(ip) != family {
                    continue;
                }
                let address = SocketAddr::new(ip, number);
                let text = address.to_string();
                let local = endpoint.node_name.as_ref() == Some(&node.meta.name);
                if local || !found.contains_key(&text) {
                    found.insert(text, (address, endpoint));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(text, (address, endpoint))| (text, address, endpoint))
        .collect()
}

/// What the traffic policies of a Service port need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// Some destination is answered by endpoints anywhere.
    pub(super) cluster: bool,
    /// Some destination is answered by endpoints of this node only.
    pub(super) local: bool,
}

/// The endpoints of a Service port by the policy that uses them.
#[derive(Debug, Default)]
pub(super) struct Selection<'a> {
    /// For policy `Cluster`.
    pub(super) cluster: Vec<&'a Candidate<'a>>,
    /// For policy `Local`.
    pub(super) local: Vec<&'a Candidate<'a>>,
    /// Some node has a usable endpoint.
    pub(super) any: bool,
}

impl<'a> Selection<'a> {
    /// Selects as kube-proxy does. The two fallbacks to endpoints that still serve while
    /// terminating are independent of each other (R3); topology never narrows `local` (R4).
    pub(super) fn of(candidates: &'a [Candidate<'a>], needs: Needs, node: &Node) -> Self {
        let mut selection = Self::default();
        if needs.cluster {
            let hint = topology(candidates, node);
            selection.cluster = candidates
                .iter()
                .filter(|candidate| candidate.endpoint.ready && hint.admits(candidate.endpoint))
                .collect();
            if selection.cluster.is_empty() {
                selection.cluster = candidates.iter().filter(|c| c.falls_back()).collect();
            }
            selection.any = !selection.cluster.is_empty();
        }
        if needs.local {
            selection.any |= candidates
                .iter()
                .any(|candidate| candidate.endpoint.ready || candidate.falls_back());
            let on_node = || candidates.iter().filter(|c| c.is_local(node));
            selection.local = on_node().filter(|c| c.endpoint.ready).collect();
            if selection.local.is_empty() {
                selection.local = on_node().filter(|c| c.falls_back()).collect();
            }
        }
        selection
    }

    /// Every endpoint used, each once, in order.
    pub(super) fn reachable(&self) -> Vec<&'a Candidate<'a>> {
        let mut all: Vec<_> = self.cluster.iter().chain(&self.local).copied().collect();
        all.sort_by(|a, b| a.text.cmp(&b.text));
        all.dedup_by(|a, b| a.text == b.text);
        all
    }
}

/// What narrows the endpoints of policy `Cluster`.
enum Topology {
    Everywhere,
    Node(Arc<str>),
    Zone(Arc<str>),
}

impl Topology {
    fn admits(&self, endpoint: &Endpoint) -> bool {
        match self {
            Topology::Everywhere => true,
            Topology::Node(name) => endpoint.node_hints.contains(name),
            Topology::Zone(zone) => endpoint.zone_hints.contains(zone),
        }
    }
}

/// Hints count only if every ready endpoint has one, and one of them names this node or zone (R4).
fn topology(candidates: &[Candidate<'_>], node: &Node) -> Topology {
    let ready = || candidates.iter().map(|c| c.endpoint).filter(|e| e.ready);
    let name = &node.meta.name;
    let zone = node.meta.labels.get("topology.kubernetes.io/zone");
    let all_name_nodes = ready().all(|endpoint| !endpoint.node_hints.is_empty());
    if all_name_nodes && ready().any(|endpoint| endpoint.node_hints.contains(name)) {
        return Topology::Node(name.clone());
    }
    let all_name_zones = ready().all(|endpoint| !endpoint.zone_hints.is_empty());
    match zone {
        Some(zone) if all_name_zones && ready().any(|e| e.zone_hints.contains(zone)) => {
            Topology::Zone(zone.clone())
        }
        _ => Topology::Everywhere,
    }
}
