//! Which endpoints of a Service a node's rules use (R1–R4, R6).

use std::net::SocketAddr;
use std::sync::Arc;

use crate::engine::netfilter::rule::Family;
use crate::model::kube::{Endpoint, EndpointSlice, Node, ServicePort};

/// An endpoint of one Service port.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    address: SocketAddr,
    is_local: bool,
    endpoint: &'a Endpoint,
}

/// R3: what serves although it terminates counts where nothing is ready.
fn falls_back(candidate: &Candidate<'_>) -> bool {
    candidate.endpoint.serving && candidate.endpoint.terminating
}

/// The endpoints of a Service port over all its slices: matched by port name and protocol (R1),
/// of the slice's own family, and one per address and port; where slices disagree, the one on
/// this node counts, else the first.
pub(super) fn of_port<'a>(
    slices: &[&'a EndpointSlice],
    port: &ServicePort,
    family: Family,
    node: &Node,
) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
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
            let of_slice = slice.endpoints.iter().filter_map(|endpoint| {
                let ip = *endpoint.addresses.first()?;
                (Family::of(ip) == family).then(|| Candidate {
                    address: SocketAddr::new(ip, number),
                    is_local: endpoint.node_name.as_ref() == Some(&node.meta.name),
                    endpoint,
                })
            });
            found.extend(of_slice);
        }
    }
    // The sort is stable: among equal addresses, those on this node first, then as found.
    found.sort_by_key(|candidate| (candidate.address, !candidate.is_local));
    found.dedup_by_key(|candidate| candidate.address);
    found
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
pub(super) struct Selection {
    /// For policy `Cluster`.
    pub(super) cluster: Vec<SocketAddr>,
    /// For policy `Local`.
    pub(super) local: Vec<SocketAddr>,
    /// Some node has a usable endpoint.
    pub(super) any: bool,
}

impl Selection {
    /// Selects as kube-proxy does. The two fallbacks to endpoints that still serve while
    /// terminating are independent of each other (R3); topology never narrows `local` (R4).
    pub(super) fn of(candidates: &[Candidate<'_>], needs: Needs, node: &Node) -> Self {
        let mut selection = Self::default();
        if needs.cluster {
            let hint = topology(candidates, node);
            selection.cluster = addresses(candidates, |candidate| {
                candidate.endpoint.ready && hint.admits(candidate.endpoint)
            });
            if selection.cluster.is_empty() {
                selection.cluster = addresses(candidates, falls_back);
            }
            selection.any = !selection.cluster.is_empty();
        }
        if needs.local {
            let usable = |c: &Candidate<'_>| c.endpoint.ready || falls_back(c);
            selection.any |= candidates.iter().any(usable);
            selection.local = addresses(candidates, |c| c.is_local && c.endpoint.ready);
            if selection.local.is_empty() {
                selection.local = addresses(candidates, |c| c.is_local && falls_back(c));
            }
        }
        selection
    }
}

fn addresses(
    candidates: &[Candidate<'_>],
    wanted: impl Fn(&Candidate<'_>) -> bool,
) -> Vec<SocketAddr> {
    let chosen = candidates.iter().filter(|candidate| wanted(candidate));
    chosen.map(|candidate| candidate.address).collect()
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
