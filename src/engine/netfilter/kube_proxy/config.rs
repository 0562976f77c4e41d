//! kube-proxy's configuration on a node: as written, or as AKS passes it.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::engine::netfilter::interfaces::NodeInterfaces;
use crate::engine::netfilter::rule::{Family, Match};
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, SubnetId};
use crate::model::kube::{KubeProxyConfiguration, Node};
use crate::model::network::Network;

/// How a rule tells a pod's packet from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LocalDetector {
    /// By source prefix: `ClusterCIDR` and `NodeCIDR`.
    Prefix(IpNet),
    /// By incoming interface: `BridgeInterface`, and `InterfaceNamePrefix` with a final `+`.
    Interface(Arc<str>),
    /// Not at all.
    None,
}

impl LocalDetector {
    /// The match for pods' packets (`negated`: for all others); `None` where nothing can tell.
    pub(super) fn matches(&self, negated: bool) -> Option<Match> {
        match self {
            LocalDetector::Prefix(net) => Some(Match::Source { negated, net: *net }),
            LocalDetector::Interface(name) => Some(Match::InInterface {
                negated,
                name: name.clone(),
            }),
            LocalDetector::None => None,
        }
    }
}

/// Where node ports answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodePorts {
    /// On every local address; on loopback only if `localhost`.
    Everywhere {
        /// `127.0.0.0/8` too.
        localhost: bool,
    },
    /// On these addresses of the node.
    On(Vec<IpAddr>),
}

/// The settings that decide about rules.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) detector: LocalDetector,
    pub(super) masquerade_all: bool,
    pub(super) node_ports: NodePorts,
    /// The node's primary address.
    pub(super) node_ip: Option<IpAddr>,
}

impl Config {
    /// Whether the chains of Services are made alike where no source range is asked for.
    pub(super) fn makes_as(&self, other: &Self) -> bool {
        self.detector == other.detector && self.masquerade_all == other.masquerade_all
    }

    /// The configuration of a node's kube-proxy for one address family.
    pub(super) fn of(
        network: &Network,
        node: &Node,
        interfaces: &NodeInterfaces,
        family: Family,
    ) -> Self {
        let assumed = KubeProxyConfiguration::default();
        let cilium = network.cluster.as_ref().is_some_and(Cluster::is_cilium);
        let written = network.kube_proxy.as_ref().filter(|_| !cilium);
        let settings = written.unwrap_or(&assumed);
        let detector = match (written, &network.cluster) {
            // Cilium knows a pod's packet by the interface that its program hangs at.
            _ if cilium => LocalDetector::Interface(Arc::from("lxc+")),
            (None, Some(cluster)) => {
                let net = aks_cluster_cidr(network, cluster)
                    .into_iter()
                    .find(|net| Family::of_net(net) == family);
                net.map_or(LocalDetector::None, LocalDetector::Prefix)
            }
            _ => local_detector(settings, node, family),
        };
        Self {
            detector,
            masquerade_all: settings.masquerade_all,
            node_ports: node_ports(settings, interfaces, family),
            node_ip: node
                .internal_ips
                .iter()
                .copied()
                .find(|ip| Family::of(*ip) == family),
        }
    }
}

fn local_detector(settings: &KubeProxyConfiguration, node: &Node, family: Family) -> LocalDetector {
    let prefix = |nets: &[IpNet]| {
        let net = nets.iter().find(|net| Family::of_net(net) == family);
        net.map_or(LocalDetector::None, |net| LocalDetector::Prefix(*net))
    };
    let interface = |name: &Option<Arc<str>>, ending: &str| match name {
        Some(name) if is_interface_name(name) => {
            LocalDetector::Interface(Arc::from(format!("{name}{ending}")))
        }
        _ => LocalDetector::None,
    };
    match settings.detect_local_mode.as_deref() {
        None | Some("" | "ClusterCIDR") => prefix(&settings.cluster_cidr),
        Some("NodeCIDR") => prefix(&node.pod_cidrs),
        Some("BridgeInterface") => interface(&settings.bridge_interface, ""),
        Some("InterfaceNamePrefix") => interface(&settings.interface_name_prefix, "+"),
        Some(_) => LocalDetector::None,
    }
}

/// What Linux accepts as the name of an interface.
pub(super) fn is_interface_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | ':' | '+' | '!' | '"' | '\\');
    !name.is_empty() && name.len() < 16 && name.chars().all(fits)
}

/// The `--cluster-cidr` that AKS gives to kube-proxy.
///
/// kubenet and overlay: the pod CIDR. Pod subnets: their range, as a pod's call of a Service keeps its source
/// (inferred; no source names the flag). Azure CNI with a node subnet: pods have addresses of the node subnet, so its range; the
/// flag holds one range per family, so where pools have several subnets, the range of the
/// virtual network that covers them. Hence the documented quirk: a machine that is no node
/// but stands in that range counts as a pod, and under `externalTrafficPolicy: Local` is
/// balanced to endpoints of any node (AKS, "Configure Azure CNI networking", note on
/// internal load balancers). A machine in another subnet does not.
fn aks_cluster_cidr(network: &Network, cluster: &Cluster) -> Vec<IpNet> {
    if cluster.plugin.has_pod_range() {
        return cluster.pod_cidr.into_iter().collect();
    }
    let of_pods = cluster.plugin == NetworkPlugin::AzurePodSubnet;
    let subnet = |pool: &'_ AgentPool| {
        if of_pods {
            pool.pod_subnet.clone()
        } else {
            pool.subnet.clone()
        }
    };
    let mut subnets: Vec<SubnetId> = cluster.pools.iter().filter_map(subnet).collect();
    subnets.sort();
    subnets.dedup();
    let prefixes: Vec<IpNet> = subnets
        .iter()
        .filter_map(|id| network.subnet(id))
        .flat_map(|subnet| subnet.prefixes.iter().copied())
        .collect();
    let space = subnets
        .iter()
        .filter_map(|id| network.vnet(&id.vnet))
        .flat_map(|vnet| vnet.address_space.iter().copied());
    let mut ranges = Vec::new();
    for family in [Family::V4, Family::V6] {
        let own: Vec<IpNet> = prefixes
            .iter()
            .copied()
            .filter(|net| Family::of_net(net) == family)
            .collect();
        match own.as_slice() {
            [] => {}
            [only] => ranges.push(*only),
            several => {
                let covers = |range: &IpNet| several.iter().all(|net| range.contains(net));
                ranges.extend(space.clone().find(covers).or(several.first().copied()));
            }
        }
    }
    ranges
}

/// R12: everywhere unless `nodePortAddresses` says otherwise; loopback only for IPv4, only with
/// `localhostNodePorts`, and only if `nodePortAddresses` covers it.
fn node_ports(
    settings: &KubeProxyConfiguration,
    interfaces: &NodeInterfaces,
    family: Family,
) -> NodePorts {
    let nets: Vec<&IpNet> = settings
        .node_port_addresses
        .iter()
        .filter(|net| Family::of_net(net) == family)
        .collect();
    let localhost = family == Family::V4 && settings.localhost_node_ports;
    if nets.is_empty() || nets.iter().any(|net| net.prefix_len() == 0) {
        return NodePorts::Everywhere { localhost };
    }
    let loopback = match family {
        Family::V4 => IpAddr::from([127, 0, 0, 1]),
        Family::V6 => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    };
    let own = std::iter::once(loopback)
        .filter(|_| localhost)
        .chain(interfaces.addresses());
    let mut on: Vec<IpAddr> = own
        .filter(|address| nets.iter().any(|net| net.contains(address)))
        .collect();
    on.sort();
    on.dedup();
    NodePorts::On(on)
}
