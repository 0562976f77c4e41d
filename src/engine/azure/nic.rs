//! Network interfaces of nodes and hosts: their addresses, IP forwarding and security group.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::finding::Finding;
use super::topology;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{NetworkInterface, NetworkPlugin, SubnetId};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

/// The network interface of a node or of a host in a virtual network.
#[derive(Clone, Debug, PartialEq)]
pub struct Nic {
    /// The node or host.
    pub owner: Ref,
    /// Its subnet.
    pub subnet: SubnetId,
    /// The primary address.
    pub primary: IpAddr,
    /// Addresses of further IP configurations in order: those of an Azure CNI node for pods.
    pub secondary: Vec<IpAddr>,
    /// The subnet of those addresses, where it is another one (Azure CNI Pod Subnet).
    pub pod_subnet: Option<SubnetId>,
    /// The node's share of an overlay's pod CIDR: the platform takes such addresses from it and brings them to it.
    pub overlay: Vec<IpNet>,
    /// Whether it lets packets pass that are not its own.
    pub ip_forwarding: bool,
    /// Where that is said.
    pub ip_forwarding_cause: Cause,
    /// Name of the security group that is attached to it.
    pub nsg: Option<Arc<str>>,
    /// The public address of the machine itself: an address or the name of a public IP resource.
    pub public_ip: Option<Arc<str>>,
}

impl Nic {
    /// The interface of a node; `None` while it has no address or its subnet does not exist.
    pub fn of_node(network: &Network, node: &Node) -> Option<Self> {
        let here = |pod: &&Pod| pod.node_name.as_deref() == Some(&*node.meta.name);
        Self::of_node_with(network, node, network.pods.iter().filter(here))
    }

    /// The same where the pods of the node are known already, or do not matter.
    pub(in crate::engine) fn of_node_with<'n>(
        network: &Network,
        node: &Node,
        pods: impl Iterator<Item = &'n Pod>,
    ) -> Option<Self> {
        let subnet = topology::node_subnet(network, node)?;
        let primary = node.ip()?;
        let written = written_for(network, &node.meta.name, primary);
        Some(Self {
            owner: node.reference(),
            subnet: subnet.id(),
            primary,
            secondary: pod_addresses(network, node, pods),
            pod_subnet: node
                .pod_subnet
                .clone()
                .filter(|_| plugin_is(network, &NetworkPlugin::AzurePodSubnet)),
            overlay: overlay_share(network, node),
            ip_forwarding: node_forwarding(network, node, written),
            ip_forwarding_cause: node_forwarding_cause(network, node, written),
            nsg: written
                .and_then(|nic| nic.nsg.clone())
                .or_else(|| aks_nsg(network)),
            public_ip: node
                .external_ips
                .first()
                .map(|ip| Arc::from(ip.to_string())),
        })
    }

    /// The interface of a host; `None` if it has no address or stands outside every virtual network.
    pub fn of_host(network: &Network, host: &Host) -> Option<Self> {
        let HostNetwork::Subnet(id) = &host.network else {
            return None;
        };
        let subnet = network.subnet(id)?;
        let primary = host.ip?;
        let written = written_for(network, &host.meta.name, primary);
        Some(Self {
            owner: host.reference(),
            subnet: subnet.id(),
            primary,
            secondary: Vec::new(),
            pod_subnet: None,
            overlay: Vec::new(),
            ip_forwarding: host.ip_forwarding || written.is_some_and(|nic| nic.ip_forwarding),
            ip_forwarding_cause: match written {
                Some(nic) => nic_cause(nic),
                None => Cause::field(host.reference(), "spec.ipForwarding"),
            },
            nsg: host
                .nsg
                .clone()
                .or_else(|| written.and_then(|nic| nic.nsg.clone())),
            public_ip: host.public_ip.clone(),
        })
    }

    /// Whether the address is its own: one of its IP configurations has it, or its share of an overlay.
    pub fn owns(&self, address: IpAddr) -> bool {
        self.primary == address
            || self.secondary.binary_search(&address).is_ok()
            || topology::contains(&self.overlay, address)
    }

    /// The subnet whose security group, routes and NAT gateway hold for this address of the interface: that of
    /// its pods, where they have one.
    pub fn subnet_of(&self, address: IpAddr) -> &SubnetId {
        let of_pod = |_: &&SubnetId| self.secondary.binary_search(&address).is_ok();
        self.pod_subnet
            .as_ref()
            .filter(of_pod)
            .unwrap_or(&self.subnet)
    }

    /// Whether a packet with this destination, which a route sent here, is passed to the machine.
    pub fn receives(&self, destination: IpAddr) -> (bool, Finding) {
        let id = match (self.owns(destination), self.ip_forwarding) {
            (true, _) => "why-azure-nic-in-own",
            (false, true) => "why-azure-nic-in-forwarded",
            (false, false) => "why-azure-nic-in-refused",
        };
        self.passes(destination, id)
    }

    /// Whether a packet with this source may leave.
    pub fn sends(&self, source: IpAddr) -> (bool, Finding) {
        let id = match (self.owns(source), self.ip_forwarding) {
            (true, _) => "why-azure-nic-out-own",
            (false, true) => "why-azure-nic-out-forwarded",
            (false, false) => "why-azure-nic-out-refused",
        };
        self.passes(source, id)
    }

    fn passes(&self, address: IpAddr, id: &'static str) -> (bool, Finding) {
        let owned = self.owns(address);
        let passes = owned || self.ip_forwarding;
        let detail = if passes {
            Detail::Forwarded {
                through: Arc::from("NIC"),
            }
        } else {
            Detail::Refused {
                by: Arc::from("IP forwarding off"),
            }
        };
        let why = Explanation::new(id)
            .with("address", address)
            .with("owner", self.owner.clone());
        let cause = if owned {
            Cause::object(self.owner.clone())
        } else {
            self.ip_forwarding_cause.clone()
        };
        let finding = Finding::new(Stage::AzureNic, detail, why).caused_by(cause);
        (passes, finding)
    }
}

/// The name of the security group that AKS keeps on the interfaces of nodes.
///
/// Azure puts eight digits of a hash into the name; what is derived here leaves them out.
/// A group of that pattern that the user wrote down is taken instead.
pub fn aks_nsg(network: &Network) -> Option<Arc<str>> {
    network
        .nsgs
        .iter()
        .map(|nsg| &nsg.meta.name)
        .find(|name| is_aks_name(name, "nsg"))
        .cloned()
}

/// Whether a name is `aks-agentpool-nsg`, or the same with a hash in it.
pub fn is_aks_name(name: &str, kind: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower
        .strip_prefix("aks-agentpool-")
        .and_then(|rest| rest.strip_suffix(kind))
        .is_some_and(|hash| {
            hash.is_empty()
                || hash
                    .strip_suffix('-')
                    .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

fn written_for<'n>(
    network: &'n Network,
    machine: &str,
    primary: IpAddr,
) -> Option<&'n NetworkInterface> {
    network.network_interfaces.iter().find(|nic| {
        nic.ips.first() == Some(&primary)
            || nic
                .virtual_machine
                .as_deref()
                .is_some_and(|name| topology::same(name, machine))
    })
}

fn nic_cause(nic: &NetworkInterface) -> Cause {
    Cause::field(
        Ref::new(Kind::NetworkInterface, nic.meta.name.clone()),
        "properties.enableIPForwarding",
    )
}

fn node_forwarding(network: &Network, node: &Node, written: Option<&NetworkInterface>) -> bool {
    match (written, node.ip_forwarding) {
        (Some(nic), _) => nic.ip_forwarding,
        (None, Some(forwarding)) => forwarding,
        (None, None) => topology::is_kubenet(network),
    }
}

fn node_forwarding_cause(
    network: &Network,
    node: &Node,
    written: Option<&NetworkInterface>,
) -> Cause {
    match (written, &network.cluster) {
        (Some(nic), _) => nic_cause(nic),
        (None, Some(cluster)) => Cause::field(
            cluster.reference(),
            "properties.networkProfile.networkPlugin",
        ),
        (None, None) => Cause::object(node.reference()),
    }
}

fn plugin_is(network: &Network, plugin: &NetworkPlugin) -> bool {
    let cluster = network.cluster.as_ref();
    cluster.is_some_and(|cluster| cluster.plugin == *plugin)
}

fn overlay_share(network: &Network, node: &Node) -> Vec<IpNet> {
    if plugin_is(network, &NetworkPlugin::AzureOverlay) {
        node.pod_cidrs.clone()
    } else {
        Vec::new()
    }
}

/// With Azure CNI in a node or pod subnet, the addresses of the node's pods, and those that it
/// holds for pods that it could run, are its secondary addresses.
fn pod_addresses<'n>(
    network: &Network,
    node: &Node,
    pods: impl Iterator<Item = &'n Pod>,
) -> Vec<IpAddr> {
    let secondary = [
        NetworkPlugin::AzureNodeSubnet,
        NetworkPlugin::AzurePodSubnet,
    ];
    if !secondary.iter().any(|plugin| plugin_is(network, plugin)) {
        return Vec::new();
    }
    let pods = pods
        .filter(|pod| !pod.host_network)
        .flat_map(|pod| pod.ips.iter().copied());
    let mut all: Vec<IpAddr> = node.reserved_ips.iter().copied().chain(pods).collect();
    all.sort();
    all.dedup();
    all
}
