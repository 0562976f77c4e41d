//! The effective state of the network: what Linux and Azure would use to decide about a packet.
//!
//! Built once for a network; a node's rules and a subnet's routes are made when the first
//! packet needs them, so that a large cluster costs nothing until someone asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use ipnet::{IpNet, Ipv4Net};

use super::appgateway::health;
use super::azure::addresses::Addresses;
use super::azure::load_balancer::{self, Balanced, Balancers, LbDecision, MemberHealth};
use super::azure::nsg::Filters;
use super::azure::routes::EffectiveRoutes;
use super::azure::topology::{is_kubenet, node_subnet};
use super::dns;
use super::netfilter::interfaces::{Interface, NodeInterfaces};
use super::netfilter::node_rules::NodeRules;
use super::netfilter::ruleset::Ruleset;
use super::outage::Outage;
use super::policy::Policies;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet, SubnetId};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::{Packet, Protocol};

pub mod linux;

use linux::{LinuxRoute, LinuxRoutes};

/// The address that Azure CNI gives pods as their gateway; nobody has it, proxy ARP answers for it.
const TRANSPARENT_GATEWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(169, 254, 1, 1));

/// The bridge of kubenet.
const BRIDGE: &str = "cbr0";

/// The effective state of a network. What looks at no policy and no flow is shared by the networks that follow from edits of
/// these.
#[derive(Debug)]
pub struct Dataplane {
    /// What it was built from.
    pub network: Arc<Network>,
    /// Ports on which kube-proxy answers the load balancer's health probe.
    pub health_check_ports: Arc<BTreeSet<u16>>,
    /// Who has which address of Azure.
    pub addresses: Arc<Addresses>,
    /// Who answers the probes of Application Gateways, as far as a request needed to know.
    pub gateway_health: health::Cells,
    nodes: Arc<BTreeMap<Arc<str>, NodePlane>>,
    /// The addresses of all nodes' interfaces.
    node_addresses: Arc<BTreeSet<IpAddr>>,
    subnets: Arc<BTreeMap<SubnetId, SubnetPlane>>,
    balancers: Arc<Balancers>,
    filters: Arc<Filters>,
    pods_by_ip: Arc<BTreeMap<IpAddr, usize>>,
    dns: Arc<OnceLock<dns::index::Index>>,
    policies: OnceLock<Policies>,
    outage: Outage,
}

/// The effective state of one node.
#[derive(Debug)]
pub struct NodePlane {
    index: usize,
    /// Its subnet.
    pub subnet: Option<SubnetId>,
    /// Its interfaces and their addresses.
    pub interfaces: NodeInterfaces,
    /// Its routing table.
    pub routes: LinuxRoutes,
    /// Its host-network pods, as indexes.
    host_network_pods: Vec<usize>,
    /// The host-network pods that EndpointSlices name for a port, as indexes.
    expected_ports: BTreeMap<(Protocol, u16), usize>,
    rules: OnceLock<Ruleset>,
    services: OnceLock<Option<Ruleset>>,
}

#[derive(Debug, Default)]
struct SubnetPlane {
    routes: OnceLock<EffectiveRoutes>,
}

/// The link between a pod and its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodLink {
    /// Whether the pods of the node share a bridge (kubenet), or each has a routed veth pair (Azure CNI).
    pub bridge: bool,
    /// The node's interface that the pod's packets arrive on.
    pub node_interface: Arc<str>,
    /// The pod's routing table.
    pub routes: LinuxRoutes,
}

impl Dataplane {
    /// Gathers the effective state of a network that [`crate::engine::control`] has completed.
    pub fn build(network: Network) -> Self {
        Self::build_with(network, Outage::default())
    }

    /// The same while something is out of order.
    pub fn build_with(mut network: Network, outage: Outage) -> Self {
        network.index();
        let network = Arc::new(network);
        let mut host_network = BTreeMap::<Arc<str>, Vec<usize>>::new();
        let mut local_pods = BTreeMap::<Arc<str>, Vec<usize>>::new();
        let mut pods_by_ip = BTreeMap::new();
        let pods = network.pods.iter().enumerate();
        for (index, pod) in pods.filter(|(_, pod)| !pod.is_over()) {
            let Some(node) = &pod.node_name else { continue };
            if pod.host_network {
                host_network.entry(node.clone()).or_default().push(index);
            } else {
                local_pods.entry(node.clone()).or_default().push(index);
                for ip in &pod.ips {
                    pods_by_ip.entry(*ip).or_insert(index);
                }
            }
        }
        let pods_on = |map: &BTreeMap<Arc<str>, Vec<usize>>, node: &Node| {
            map.get(&node.meta.name).cloned().unwrap_or_default()
        };
        let mut nodes: BTreeMap<Arc<str>, NodePlane> = network
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let host = pods_on(&host_network, node);
                let plane =
                    NodePlane::new(&network, index, node, &pods_on(&local_pods, node), host);
                (node.meta.name.clone(), plane)
            })
            .collect();
        for (node, port, pod) in expected_ports(&network, host_network.into_values().flatten()) {
            if let Some(plane) = nodes.get_mut(&node) {
                plane.expected_ports.entry(port).or_insert(pod);
            }
        }
        let subnets: BTreeMap<_, _> = network
            .vnets
            .iter()
            .flat_map(|vnet| {
                vnet.subnets
                    .iter()
                    .map(|subnet| (subnet.id(), SubnetPlane::default()))
            })
            .collect();
        let addresses = Addresses::of(&network);
        Self {
            balancers: Balancers::of(&network, &outage).into(),
            filters: Filters::of(&network, &addresses).into(),
            health_check_ports: network
                .services
                .iter()
                .filter_map(|service| service.health_check_node_port)
                .collect::<BTreeSet<_>>()
                .into(),
            addresses: addresses.into(),
            gateway_health: health::Cells::of(&network),
            node_addresses: nodes
                .values()
                .flat_map(|node| node.interfaces.addresses())
                .collect::<BTreeSet<_>>()
                .into(),
            nodes: nodes.into(),
            subnets: subnets.into(),
            pods_by_ip: pods_by_ip.into(),
            dns: Arc::default(),
            policies: OnceLock::new(),
            network,
            outage,
        }
    }

    /// The effective state of a network that differs only in policies, flows, places in the picture and texts.
    pub(super) fn with_network(&self, network: Network) -> Self {
        Self {
            gateway_health: health::Cells::of(&network),
            network: Arc::new(network),
            policies: OnceLock::new(),
            health_check_ports: self.health_check_ports.clone(),
            addresses: self.addresses.clone(),
            nodes: self.nodes.clone(),
            node_addresses: self.node_addresses.clone(),
            subnets: self.subnets.clone(),
            balancers: self.balancers.clone(),
            filters: self.filters.clone(),
            pods_by_ip: self.pods_by_ip.clone(),
            dns: self.dns.clone(),
            outage: self.outage.clone(),
        }
    }

    /// The effective state of a node.
    pub fn node(&self, name: &str) -> Option<&NodePlane> {
        self.nodes.get(name)
    }

    /// The node's netfilter rules.
    pub fn rules<'a>(&self, node: &'a NodePlane) -> Option<&'a Ruleset> {
        let object = self.network.nodes.get(node.index)?;
        Some(
            node.rules
                .get_or_init(|| NodeRules::build(&self.network, object, &node.interfaces)),
        )
    }

    /// What Cilium's eBPF programs on the node know of Services; `None` where kube-proxy's rules are among
    /// [`Dataplane::rules`].
    pub fn service_map<'a>(&self, node: &'a NodePlane) -> Option<&'a Ruleset> {
        let object = self.network.nodes.get(node.index)?;
        let made = node
            .services
            .get_or_init(|| NodeRules::service_map(&self.network, object, &node.interfaces));
        made.as_ref()
    }

    /// The effective routes of a subnet.
    pub fn routes(&self, subnet: &SubnetId) -> Option<&EffectiveRoutes> {
        let plane = self.subnets.get(subnet)?;
        if plane.routes.get().is_none() {
            let routes = EffectiveRoutes::of(&self.network, subnet)?;
            let _already_set = plane.routes.set(routes);
        }
        plane.routes.get()
    }

    /// The security rules of subnets and network interfaces.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// What is out of order.
    pub(super) fn outage(&self) -> &Outage {
        &self.outage
    }

    /// Whether a machine answers nothing, as an event has stopped it.
    pub fn is_stopped(&self, machine: &Ref) -> bool {
        self.outage.is_stopped(&self.network, machine)
    }

    /// Whether the TCP flows of a load balancer stay with members that fail their probe.
    pub fn keeps_flows(&self, load_balancer: &Ref, some_healthy: bool) -> bool {
        load_balancer::named(&self.network, load_balancer)
            .is_some_and(|it| some_healthy || it.standard && it.backend_nodes.len() > 1)
    }

    /// The rule for a packet of a connection that a load balancer has given to `node`.
    pub fn balance_open(
        &self,
        frontend: (&Ref, &Arc<str>),
        packet: &Packet,
        node: &Arc<str>,
    ) -> Option<Balanced> {
        self.balancers
            .open(&self.network, &self.addresses, frontend, packet, node)
    }

    /// What a load balancer does with a packet that arrives at a frontend.
    pub fn balance(&self, frontend: (&Ref, &Arc<str>), packet: &Packet) -> LbDecision {
        self.balancers.forward(
            &self.network,
            &self.addresses,
            &self.filters,
            frontend,
            packet,
        )
    }

    /// Who answers a health probe, by the index of its load balancer and its own.
    pub fn probe_health(&self, balancer: usize, probe: usize) -> &[MemberHealth] {
        self.balancers
            .health(
                &self.network,
                &self.addresses,
                &self.filters,
                (balancer, probe),
            )
            .unwrap_or_default()
    }

    /// What CoreDNS reads once for all queries.
    pub fn dns_index(&self) -> &dns::index::Index {
        self.dns
            .get_or_init(|| dns::index::Index::of(&self.network))
    }

    /// Network policies, and who enforces them.
    pub fn policies(&self) -> &Policies {
        self.policies.get_or_init(|| Policies::of(&self.network))
    }

    /// Whether an interface of some node has this address.
    pub fn is_node_address(&self, address: IpAddr) -> bool {
        let loopback = address.is_loopback() && !self.nodes.is_empty();
        loopback || self.node_addresses.contains(&address)
    }

    /// The pod that has this address, host-network pods aside.
    pub fn pod_by_ip(&self, address: IpAddr) -> Option<&Pod> {
        self.network.pods.get(*self.pods_by_ip.get(&address)?)
    }

    /// The host-network pod that listens on a port of a node: the first that declares it, or else one that
    /// an EndpointSlice names for it. The address alone does not tell, as all of them share the node's.
    pub fn host_network_pod(&self, node: &str, protocol: Protocol, port: u16) -> Option<&Pod> {
        let declares = |pod: &&Pod| {
            let mut ports = pod.ports.iter();
            ports.any(|it| (it.protocol, it.port) == (protocol, port))
        };
        let declared = self.host_network_pods(node).find(declares);
        declared.or_else(|| {
            let expected = &self.nodes.get(node)?.expected_ports;
            let index = expected.get(&(protocol, port))?;
            self.network.pods.get(*index)
        })
    }

    /// The ports of a node on which EndpointSlices expect a host-network pod, declared or not.
    pub fn expected_ports(&self, node: &str) -> impl Iterator<Item = (Protocol, u16, &Pod)> {
        let ports = self.nodes.get(node).map(|plane| &plane.expected_ports);
        ports.into_iter().flatten().filter_map(|(key, index)| {
            let pod = self.network.pods.get(*index)?;
            Some((key.0, key.1, pod))
        })
    }

    /// The host-network pods of a node.
    pub fn host_network_pods(&self, node: &str) -> impl Iterator<Item = &Pod> {
        let indexes = self
            .nodes
            .get(node)
            .map(|plane| plane.host_network_pods.as_slice());
        indexes
            .unwrap_or_default()
            .iter()
            .filter_map(|index| self.network.pods.get(*index))
    }

    /// Short name of the cluster's network plugin.
    pub fn plugin_name(&self) -> &str {
        self.network
            .cluster
            .as_ref()
            .map_or("no cluster", |cluster| cluster.plugin.as_str())
    }

    /// The link between a pod and its node; `None` for a plugin that is not modelled or a node that is not there.
    pub fn pod_link(&self, pod: &Pod) -> Option<PodLink> {
        let node = self.node(pod.node_name.as_deref()?)?;
        match self.network.cluster.as_ref()?.plugin {
            NetworkPlugin::Kubenet => kubenet_link(node, pod),
            NetworkPlugin::AzureNodeSubnet
            | NetworkPlugin::AzureOverlay
            | NetworkPlugin::AzurePodSubnet => Some(transparent_link(&self.network, pod)),
            NetworkPlugin::Other(_) => None,
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
            interfaces,
            routes,
            host_network_pods,
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
    if let Some(prefix) =
        subnet.and_then(|subnet| subnet.prefixes.iter().find(|net| net.addr().is_ipv4()))
    {
        let gateway = prefix.hosts().next();
        routes.push(route("0.0.0.0/0", gateway, "eth0"));
        routes.push(route("168.63.129.16/32", gateway, "eth0"));
        routes.push(route("169.254.169.254/32", gateway, "eth0"));
        routes.push(Some(LinuxRoute {
            prefix: prefix.trunc(),
            via: None,
            device: Arc::from("eth0"),
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
    } else {
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

fn route(prefix: &str, via: Option<IpAddr>, device: &str) -> Option<LinuxRoute> {
    Some(LinuxRoute {
        prefix: prefix.parse().ok()?,
        via: Some(via?),
        device: Arc::from(device),
        source: None,
        kernel: false,
    })
}

/// A pod on the bridge: its node's range is on the link, everything else goes to the bridge's address.
fn kubenet_link(node: &NodePlane, pod: &Pod) -> Option<PodLink> {
    let bridge = node.routes.iter().find(|route| &*route.device == BRIDGE)?;
    let routes = vec![
        route("0.0.0.0/0", bridge.source, "eth0")?,
        LinuxRoute {
            prefix: bridge.prefix,
            via: None,
            device: Arc::from("eth0"),
            source: pod.ip(),
            kernel: true,
        },
    ];
    Some(PodLink {
        bridge: true,
        node_interface: Arc::from(BRIDGE),
        routes: LinuxRoutes::new(routes),
    })
}

/// A pod in transparent mode: everything goes to a gateway that only proxy ARP knows.
fn transparent_link(network: &Network, pod: &Pod) -> PodLink {
    let on_link = LinuxRoute {
        prefix: IpNet::from(TRANSPARENT_GATEWAY),
        via: None,
        device: Arc::from("eth0"),
        source: None,
        kernel: false,
    };
    let default = route("0.0.0.0/0", Some(TRANSPARENT_GATEWAY), "eth0");
    let routes = LinuxRoutes::new(default.into_iter().chain([on_link]).collect());
    PodLink {
        bridge: false,
        node_interface: veth_name(network, pod),
        routes,
    }
}

/// The node's end of a pod's veth pair: `azv` and eleven hex digits of a hash under Azure CNI, `lxc` and twelve
/// with Cilium.
fn veth_name(network: &Network, pod: &Pod) -> Arc<str> {
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
