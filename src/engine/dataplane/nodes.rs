//! Nodes, their interfaces and routes, and which pods are where: what follows from nodes and pods alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use ipnet::{IpNet, Ipv4Net};

use super::linux::{LinuxRoute, LinuxRoutes};
use super::{BRIDGE, CNI_BRIDGE};
use crate::engine::azure::topology::{is_bridge_mode, is_kubenet, node_subnet};
use crate::engine::netfilter::interfaces::{Interface, NodeInterfaces};
use crate::engine::netfilter::node_rules::CommonRules;
use crate::engine::netfilter::ruleset::Ruleset;
use crate::model::azure::{Cluster, Subnet, SubnetId};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::Protocol;

/// The nodes of a cluster, and their pods by address.
#[derive(Clone, Debug)]
pub(super) struct Machines {
    pub(super) nodes: Arc<BTreeMap<Arc<str>, NodePlane>>,
    /// The addresses of all nodes' interfaces.
    pub(super) addresses: Arc<BTreeSet<IpAddr>>,
    /// Indexes of pods, host-network pods aside.
    pub(super) pods_by_ip: Arc<BTreeMap<IpAddr, usize>>,
    /// What the rules of nodes have in common, once one was asked for its rules.
    pub(super) common_rules: Arc<OnceLock<CommonRules>>,
}

/// The effective state of one node.
#[derive(Debug)]
pub struct NodePlane {
    pub(super) index: usize,
    /// Its subnet.
    pub subnet: Option<SubnetId>,
    /// Its interfaces and their addresses.
    pub interfaces: Arc<NodeInterfaces>,
    /// Its routing table.
    pub routes: Arc<LinuxRoutes>,
    /// Its host-network pods, as indexes.
    pub(super) host_network_pods: Vec<usize>,
    /// The host-network pods that EndpointSlices name for a port, as indexes.
    pub(super) expected_ports: BTreeMap<(Protocol, u16), usize>,
    pub(super) rules: OnceLock<Ruleset>,
    pub(super) services: OnceLock<Option<Ruleset>>,
}

impl Machines {
    /// The nodes of a completed network.
    pub(super) fn of(network: &Network) -> Self {
        let mut host_network = BTreeMap::<&str, Vec<usize>>::new();
        let mut local_pods = BTreeMap::<&str, Vec<usize>>::new();
        let mut pods_by_ip = BTreeMap::new();
        let pods = network.pods.iter().enumerate();
        for (index, pod) in pods.filter(|(_, pod)| !pod.is_over()) {
            let Some(node) = &pod.node_name else { continue };
            if pod.host_network {
                host_network.entry(node).or_default().push(index);
            } else {
                local_pods.entry(node).or_default().push(index);
                for ip in &pod.ips {
                    pods_by_ip.entry(*ip).or_insert(index);
                }
            }
        }
        let nodes = network.nodes.iter().enumerate();
        let mut nodes: BTreeMap<Arc<str>, NodePlane> = nodes
            .map(|(index, node)| {
                let name = &node.meta.name;
                let local = local_pods.get(&**name).map_or(&[][..], Vec::as_slice);
                let host = host_network.get(&**name).cloned().unwrap_or_default();
                let plane = NodePlane::new(network, index, node, local, host);
                (name.clone(), plane)
            })
            .collect();
        expect_ports(network, &mut nodes, host_network.into_values().flatten());
        let addresses = nodes.values().flat_map(|node| node.interfaces.addresses());
        Self {
            addresses: addresses.collect::<BTreeSet<_>>().into(),
            nodes: nodes.into(),
            pods_by_ip: pods_by_ip.into(),
            common_rules: Arc::default(),
        }
    }

    /// The same nodes and pods where Services and EndpointSlices may be others.
    pub(super) fn again(&self, network: &Network) -> Self {
        let nodes = self.nodes.iter();
        let mut nodes: BTreeMap<_, _> = nodes
            .map(|(name, plane)| (name.clone(), plane.again()))
            .collect();
        let host_network = self.nodes.values().flat_map(|it| &it.host_network_pods);
        expect_ports(network, &mut nodes, host_network.copied());
        Self {
            nodes: nodes.into(),
            addresses: self.addresses.clone(),
            pods_by_ip: self.pods_by_ip.clone(),
            common_rules: Arc::default(),
        }
    }
}

/// Tells nodes which of their host-network pods EndpointSlices name.
fn expect_ports(
    network: &Network,
    nodes: &mut BTreeMap<Arc<str>, NodePlane>,
    pods: impl Iterator<Item = usize>,
) {
    for (node, port, pod) in expected_ports(network, pods) {
        if let Some(plane) = nodes.get_mut(&node) {
            plane.expected_ports.entry(port).or_insert(pod);
        }
    }
}

/// A port of a node that an EndpointSlice names a host-network pod for, by index.
type Expected = (Arc<str>, (Protocol, u16), usize);

/// Every port that EndpointSlices name one of these pods for.
fn expected_ports(network: &Network, pods: impl Iterator<Item = usize>) -> Vec<Expected> {
    let by_name: BTreeMap<Ref, usize> = pods
        .filter_map(|index| Some((network.pods.get(index)?.reference(), index)))
        .collect();
    let mut expected = Vec::new();
    if by_name.is_empty() {
        return expected;
    }
    for slice in &network.slices {
        let targets = slice.endpoints.iter().filter_map(|it| it.target.as_ref());
        for index in targets.filter_map(|target| by_name.get(target)) {
            let node = network.pods.get(*index).and_then(|it| it.node_name.clone());
            let ports = slice
                .ports
                .iter()
                .filter_map(|it| Some((it.protocol, it.port?)));
            let named = node
                .into_iter()
                .flat_map(|node| ports.clone().map(move |port| (node.clone(), port, *index)));
            expected.extend(named);
        }
    }
    expected
}

impl NodePlane {
    fn new(
        network: &Network,
        index: usize,
        node: &Node,
        pods: &[usize],
        host_network_pods: Vec<usize>,
    ) -> Self {
        let subnet = node_subnet(network, node);
        let pods: Vec<&Pod> = pods
            .iter()
            .filter_map(|index| network.pods.get(*index))
            .collect();
        let interfaces = interfaces(network, node, &pods);
        let routes = node_routes(network, node, subnet, &pods);
        Self {
            index,
            subnet: subnet.map(Subnet::id),
            interfaces: interfaces.into(),
            routes: routes.into(),
            host_network_pods,
            expected_ports: BTreeMap::new(),
            rules: OnceLock::new(),
            services: OnceLock::new(),
        }
    }

    /// The same node before anybody asked for its rules.
    fn again(&self) -> Self {
        Self {
            index: self.index,
            subnet: self.subnet.clone(),
            interfaces: self.interfaces.clone(),
            routes: self.routes.clone(),
            host_network_pods: self.host_network_pods.clone(),
            expected_ports: BTreeMap::new(),
            rules: OnceLock::new(),
            services: OnceLock::new(),
        }
    }
}

/// The first address of the node's pod range, which is the bridge's.
fn bridge_address(node: &Node) -> Option<Ipv4Net> {
    node.pod_cidrs.iter().find_map(|cidr| match cidr {
        IpNet::V4(v4) => {
            let first = v4.hosts().next()?;
            Ipv4Net::new(first, v4.prefix_len()).ok()
        }
        IpNet::V6(_) => None,
    })
}

fn interfaces(network: &Network, node: &Node, pods: &[&Pod]) -> NodeInterfaces {
    if is_bridge_mode(network) {
        let port = Interface::new("eth0", Vec::new());
        let bridge = Interface::new(CNI_BRIDGE, node.internal_ips.clone());
        return NodeInterfaces::new(vec![bridge, port]);
    }
    let mut interfaces = vec![Interface::new("eth0", node.internal_ips.clone())];
    if is_kubenet(network) {
        let address = bridge_address(node).map(|net| IpAddr::V4(net.addr()));
        interfaces.push(Interface::new(BRIDGE, address.into_iter().collect()));
    } else {
        interfaces.extend(
            pods.iter()
                .map(|pod| Interface::new(veth_name(network, pod), Vec::new())),
        );
    }
    NodeInterfaces::new(interfaces)
}

fn node_routes(
    network: &Network,
    node: &Node,
    subnet: Option<&Subnet>,
    pods: &[&Pod],
) -> LinuxRoutes {
    let mut routes = Vec::new();
    let bridge = is_bridge_mode(network);
    let device = if bridge { CNI_BRIDGE } else { "eth0" };
    if let Some(prefix) =
        subnet.and_then(|subnet| subnet.prefixes.iter().find(|net| net.addr().is_ipv4()))
    {
        let gateway = prefix.hosts().next();
        routes.push(route("0.0.0.0/0", gateway, device));
        if !bridge {
            routes.push(route("168.63.129.16/32", gateway, device));
            routes.push(route("169.254.169.254/32", gateway, device));
        }
        routes.push(Some(LinuxRoute {
            prefix: prefix.trunc(),
            via: None,
            device: Arc::from(device),
            source: node.ip(),
            kernel: true,
        }));
    }
    if is_kubenet(network) {
        routes.push(bridge_address(node).map(|net| LinuxRoute {
            prefix: IpNet::V4(net.trunc()),
            via: None,
            device: Arc::from(BRIDGE),
            source: Some(IpAddr::V4(net.addr())),
            kernel: true,
        }));
    } else if !bridge {
        routes.extend(pods.iter().flat_map(|pod| {
            pod.ips.iter().map(|ip| {
                Some(LinuxRoute {
                    prefix: IpNet::from(*ip),
                    via: None,
                    device: veth_name(network, pod),
                    source: None,
                    kernel: false,
                })
            })
        }));
    }
    LinuxRoutes::new(routes.into_iter().flatten().collect())
}

pub(super) fn route(prefix: &str, via: Option<IpAddr>, device: &str) -> Option<LinuxRoute> {
    Some(LinuxRoute {
        prefix: prefix.parse().ok()?,
        via: Some(via?),
        device: Arc::from(device),
        source: None,
        kernel: false,
    })
}

/// The node's end of a pod's veth pair: `azv` and eleven hex digits of a hash under Azure CNI, `lxc` and twelve
/// with Cilium.
pub(super) fn veth_name(network: &Network, pod: &Pod) -> Arc<str> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{}/{}", pod.meta.namespace, pod.meta.name).as_bytes());
    let cilium = network.cluster.as_ref().is_some_and(Cluster::is_cilium);
    let mut name = String::from(if cilium { "lxc" } else { "azv" });
    for byte in digest.iter().take(6) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    if !cilium {
        name.truncate(14);
    }
    Arc::from(name)
}
