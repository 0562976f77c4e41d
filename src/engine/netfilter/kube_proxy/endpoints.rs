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

/// The endpoints of a Service port.
pub(super) struct Found<'a> {
    /// One for each address and port.
    pub(super) candidates: Vec<Candidate<'a>>,
    /// Slices have several for one address, among which nodes may choose differently.
    disputed: bool,
}

impl<'a> Found<'a> {
    /// Whether nodes without endpoints may choose differently: by hints (R4), or where slices disagree.
    pub(super) fn varies(&self) -> bool {
        let mut endpoints = self.candidates.iter().map(|it| it.endpoint);
        self.disputed || endpoints.any(|it| !it.zone_hints.is_empty() || !it.node_hints.is_empty())
    }

    /// The nodes that have endpoints.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &'a Arc<str>> {
        let endpoints = self.candidates.iter().map(|it| it.endpoint);
        endpoints.filter_map(|it| it.node_name.as_ref())
    }
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
    node: Option<&Node>,
) -> Found<'a> {
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
                    is_local: node
                        .is_some_and(|it| endpoint.node_name.as_ref() == Some(&it.meta.name)),
                    endpoint,
                })
            });
            found.extend(of_slice);
        }
    }
    // The sort is stable: among equal addresses, those on this node first, then as found.
    found.sort_by_key(|candidate| (candidate.address, !candidate.is_local));
    let all = found.len();
    found.dedup_by_key(|candidate| candidate.address);
    Found {
        disputed: found.len() < all,
        candidates: found,
    }
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
    pub(super) fn of(candidates: &[Candidate<'_>], needs: Needs, node: Option<&Node>) -> Self {
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
fn topology(candidates: &[Candidate<'_>], node: Option<&Node>) -> Topology {
    let Some(node) = node else {
        return Topology::Everywhere;
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: &str = "n0";

    /// Conditions and node of each endpoint.
    type Conditions<'a> = &'a [(&'a str, &'a str)];
    /// Selected for `Cluster`, for `Local`, and whether there is any.
    type Selected<'a> = (&'a [u8], &'a [u8], bool);
    /// Hinted zones and nodes of each endpoint.
    type Hints<'a> = &'a [(&'a [&'a str], &'a [&'a str])];

    /// `r` ready, `s` serving, `t` terminating; on this node or `elsewhere`.
    fn endpoint(last: u8, conditions: &str, node: &str) -> Endpoint {
        Endpoint {
            addresses: vec![std::net::IpAddr::from([10, 244, 0, last])],
            ready: conditions.contains('r'),
            serving: conditions.contains('s'),
            terminating: conditions.contains('t'),
            hostname: None,
            node_name: Some(Arc::from(node)),
            zone: None,
            zone_hints: Vec::new(),
            node_hints: Vec::new(),
            target: None,
        }
    }

    fn select(endpoints: Vec<Endpoint>) -> (Vec<u8>, Vec<u8>, bool) {
        let port = ServicePort::default();
        let slice = EndpointSlice {
            ports: vec![crate::model::kube::EndpointPort {
                port: Some(80),
                ..Default::default()
            }],
            endpoints: endpoints.into(),
            ..EndpointSlice::default()
        };
        let mut node = Node::default();
        node.meta.name = Arc::from(NODE);
        let zone = Arc::from("topology.kubernetes.io/zone");
        node.meta.labels.insert(zone, Arc::from("z1"));
        let candidates = of_port(&[&slice], &port, Family::V4, Some(&node)).candidates;
        let needs = Needs {
            cluster: true,
            local: true,
        };
        let selection = Selection::of(&candidates, needs, Some(&node));
        let hosts = |addresses: &[SocketAddr]| {
            let last = |address: &SocketAddr| match address {
                SocketAddr::V4(v4) => v4.ip().octets()[3],
                SocketAddr::V6(_) => 0,
            };
            addresses.iter().map(last).collect::<Vec<u8>>()
        };
        (
            hosts(&selection.cluster),
            hosts(&selection.local),
            selection.any,
        )
    }

    /// R3, R6
    #[test]
    fn what_still_serves_counts_only_where_nothing_is_ready() {
        let away = "elsewhere";
        let cases: [(Conditions<'_>, Selected<'_>); 8] = [
            (&[("rs", NODE), ("rs", away)], (&[0, 1], &[0], true)),
            (&[("rs", away), ("st", NODE)], (&[0], &[1], true)),
            (&[("rs", NODE), ("st", NODE)], (&[0], &[0], true)),
            (&[("st", away), ("st", NODE)], (&[0, 1], &[1], true)),
            (&[("st", away)], (&[0], &[], true)),
            (&[("s", NODE)], (&[], &[], false)),
            (&[("t", NODE)], (&[], &[], false)),
            (&[], (&[], &[], false)),
        ];
        for (endpoints, (cluster, local, any)) in cases {
            let made = endpoints.iter().zip(0..);
            let made = made.map(|((conditions, node), last)| endpoint(last, conditions, node));
            let expected = (cluster.to_vec(), local.to_vec(), any);
            assert_eq!(select(made.collect()), expected, "{endpoints:?}");
        }
    }

    /// R4
    #[test]
    fn hints_count_only_if_every_ready_endpoint_has_one() {
        let names = |list: &[&str]| list.iter().map(|name| Arc::from(*name)).collect();
        let cases: [(Hints<'_>, &[u8]); 6] = [
            (&[(&["z1"], &[]), (&["z2"], &[])], &[0]),
            (&[(&["z1"], &[]), (&[], &[])], &[0, 1]),
            (&[(&["z2"], &[]), (&["z3"], &[])], &[0, 1]),
            (&[(&["z1"], &["n9"]), (&["z2"], &["n0"])], &[1]),
            (&[(&["z1"], &["n9"]), (&["z2"], &["n8"])], &[0]),
            (&[(&["z1", "z2"], &[]), (&["z1"], &[])], &[0, 1]),
        ];
        for (hints, expected) in cases {
            let made = hints
                .iter()
                .zip(0..)
                .map(|((zones, nodes), last)| Endpoint {
                    zone_hints: names(zones),
                    node_hints: names(nodes),
                    ..endpoint(last, "rs", NODE)
                });
            let (cluster, local, _) = select(made.collect());
            assert_eq!(cluster, expected, "{hints:?}");
            assert_eq!(local, [0, 1], "topology never narrows policy Local");
        }
    }

    /// R1
    #[test]
    fn an_endpoint_in_two_slices_counts_once() {
        let (cluster, _, _) = select(vec![endpoint(7, "rs", NODE), endpoint(7, "rs", NODE)]);
        assert_eq!(cluster, [7]);
    }
}
