//! The effective state of the network: what Linux and Azure would use to decide about a packet.
//!
//! Built once for a network; a node's rules and a subnet's routes are made when the first
//! packet needs them, so that a large cluster costs nothing until someone asks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;

use super::appgateway::health;
use super::azure::addresses::Addresses;
use super::azure::load_balancer::{self, Balanced, Balancers, LbDecision, MemberHealth};
use super::azure::nsg::Filters;
use super::azure::routes::EffectiveRoutes;
use super::azure::topology::is_bridge_mode;
use super::dns;
use super::netfilter::node_rules::{CommonRules, NodeRules};
use super::netfilter::ruleset::Ruleset;
use super::outage::Outage;
use super::policy::Policies;
use super::reuse;
use crate::model::azure::{NetworkPlugin, SubnetId};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::Host;
use crate::model::packet::{Packet, Protocol};

pub mod linux;
mod nodes;

use linux::{LinuxRoute, LinuxRoutes};
use nodes::{Machines, route, veth_name};

pub use nodes::NodePlane;

/// The address that Azure CNI gives pods as their gateway; nobody has it, proxy ARP answers for it.
const TRANSPARENT_GATEWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(169, 254, 1, 1));

/// The bridge of kubenet.
const BRIDGE: &str = "cbr0";

/// The bridge of Azure CNI in bridge mode, of which the node's own interface is a port.
pub const CNI_BRIDGE: &str = "azure0";

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
    machines: Machines,
    subnets: Arc<BTreeMap<SubnetId, SubnetPlane>>,
    balancers: Arc<OnceLock<Balancers>>,
    filters: Arc<OnceLock<Filters>>,
    dns: Arc<OnceLock<dns::index::Index>>,
    policies: OnceLock<Policies>,
    outage: Outage,
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
        let machines = Machines::of(&network);
        let addresses = Addresses::of(&network).into();
        Self::with_machines(network, machines, addresses, outage)
    }

    /// The effective state of a network that may have the machines of `before`; what only looks at them is taken over.
    pub(super) fn after(mut network: Network, before: &Self) -> Self {
        let known = &*before.network;
        if !reuse::same_machines(&network, known) {
            return Self::build_with(network, before.outage.clone());
        }
        network.index_after(known);
        let machines = before.machines.again(&network);
        let frontends = reuse::same_frontends(&network, known);
        let addresses = match reuse::same_addresses(&network, known) {
            true if frontends => before.addresses.clone(),
            true => before.addresses.with_frontends(&network).into(),
            false => Addresses::of(&network).into(),
        };
        Self::with_machines(network, machines, addresses, before.outage.clone())
    }

    /// The effective state of the same network with further hosts, which answer nothing and change nothing else.
    pub(super) fn with_hosts(&self, hosts: Vec<Host>) -> Self {
        let mut network = Network::clone(&self.network);
        network.hosts.extend(hosts);
        network.index_after(&self.network);
        Self {
            filters: Arc::default(),
            addresses: Addresses::of(&network).into(),
            ..self.with_network(network)
        }
    }

    fn with_machines(
        network: Network,
        machines: Machines,
        addresses: Arc<Addresses>,
        outage: Outage,
    ) -> Self {
        let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        let subnets: BTreeMap<_, _> = subnets
            .map(|subnet| (subnet.id(), SubnetPlane::default()))
            .collect();
        let health_check_ports = network.services.iter();
        let health_check_ports = health_check_ports.filter_map(|it| it.health_check_node_port);
        Self {
            balancers: Arc::default(),
            filters: Arc::default(),
            health_check_ports: health_check_ports.collect::<BTreeSet<_>>().into(),
            addresses,
            gateway_health: health::Cells::of(&network),
            machines,
            subnets: subnets.into(),
            dns: Arc::default(),
            policies: OnceLock::new(),
            network: Arc::new(network),
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
            machines: self.machines.clone(),
            subnets: self.subnets.clone(),
            balancers: self.balancers.clone(),
            filters: self.filters.clone(),
            dns: self.dns.clone(),
            outage: self.outage.clone(),
        }
    }

    /// The effective state of a node.
    pub fn node(&self, name: &str) -> Option<&NodePlane> {
        self.machines.nodes.get(name)
    }

    /// The node's netfilter rules.
    pub fn rules<'a>(&self, node: &'a NodePlane) -> Option<&'a Ruleset> {
        let object = self.network.nodes.get(node.index)?;
        Some(node.rules.get_or_init(|| {
            let common = self.common_rules(node, object);
            NodeRules::build_with(common, &self.network, object, &node.interfaces)
        }))
    }

    /// What Cilium's eBPF programs on the node know of Services; `None` where kube-proxy's rules are among
    /// [`Dataplane::rules`].
    pub fn service_map<'a>(&self, node: &'a NodePlane) -> Option<&'a Ruleset> {
        let object = self.network.nodes.get(node.index)?;
        let made = node.services.get_or_init(|| {
            let common = self.common_rules(node, object);
            NodeRules::service_map(common, &self.network, object, &node.interfaces)
        });
        made.as_ref()
    }

    /// What the rules of nodes have in common, of which `node` is the first that was asked.
    fn common_rules(&self, node: &NodePlane, object: &Node) -> &CommonRules {
        let made = || CommonRules::of(&self.network, object, &node.interfaces);
        self.machines.common_rules.get_or_init(made)
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
        self.filters
            .get_or_init(|| Filters::of(&self.network, &self.addresses))
    }

    fn balancers(&self) -> &Balancers {
        self.balancers
            .get_or_init(|| Balancers::of(&self.network, &self.outage))
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
        self.balancers()
            .open(&self.network, &self.addresses, frontend, packet, node)
    }

    /// What a load balancer does with a packet that arrives at a frontend.
    pub fn balance(&self, frontend: (&Ref, &Arc<str>), packet: &Packet) -> LbDecision {
        self.balancers().forward(
            &self.network,
            &self.addresses,
            self.filters(),
            frontend,
            packet,
        )
    }

    /// Who answers a health probe, by the index of its load balancer and its own.
    pub fn probe_health(&self, balancer: usize, probe: usize) -> &[MemberHealth] {
        self.balancers()
            .health(
                &self.network,
                &self.addresses,
                self.filters(),
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
        let loopback = address.is_loopback() && !self.machines.nodes.is_empty();
        loopback || self.machines.addresses.contains(&address)
    }

    /// The pod that has this address, host-network pods aside.
    pub fn pod_by_ip(&self, address: IpAddr) -> Option<&Pod> {
        self.network
            .pods
            .get(*self.machines.pods_by_ip.get(&address)?)
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
            let expected = &self.machines.nodes.get(node)?.expected_ports;
            let index = expected.get(&(protocol, port))?;
            self.network.pods.get(*index)
        })
    }

    /// The ports of a node on which EndpointSlices expect a host-network pod, declared or not.
    pub fn expected_ports(&self, node: &str) -> impl Iterator<Item = (Protocol, u16, &Pod)> {
        let ports = self
            .machines
            .nodes
            .get(node)
            .map(|plane| &plane.expected_ports);
        ports.into_iter().flatten().filter_map(|(key, index)| {
            let pod = self.network.pods.get(*index)?;
            Some((key.0, key.1, pod))
        })
    }

    /// The host-network pods of a node.
    pub fn host_network_pods(&self, node: &str) -> impl Iterator<Item = &Pod> {
        let indexes = self
            .machines
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
            NetworkPlugin::AzureNodeSubnet if is_bridge_mode(&self.network) => {
                Some(bridge_link(node, pod))
            }
            NetworkPlugin::AzureNodeSubnet
            | NetworkPlugin::AzureOverlay
            | NetworkPlugin::AzurePodSubnet => Some(transparent_link(&self.network, pod)),
            NetworkPlugin::Other(_) => None,
        }
    }
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

/// A pod in bridge mode: its node's subnet is on the link, and the subnet's gateway is its own. The bridge joins both.
fn bridge_link(node: &NodePlane, pod: &Pod) -> PodLink {
    let routes = node.routes.iter().map(|route| LinuxRoute {
        device: Arc::from("eth0"),
        source: route.source.and(pod.ip()),
        ..route.clone()
    });
    PodLink {
        bridge: true,
        node_interface: Arc::from(CNI_BRIDGE),
        routes: LinuxRoutes::new(routes.collect()),
    }
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
