//! Namespaces, nodes, and what is configured for them.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::meta::Meta;
use crate::model::azure::SubnetId;
use crate::model::labels::Labels;
use crate::model::object::{Kind, Ref};
use crate::model::placement::Taint;

/// `Namespace`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Namespace {
    /// Name and labels; `kubernetes.io/metadata.name` is always among the labels (R28).
    pub meta: Meta,
}

/// `Node`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Name and labels.
    pub meta: Meta,
    /// `spec.podCIDRs` (or `podCIDR`).
    pub pod_cidrs: Vec<IpNet>,
    /// `status.addresses` of type `InternalIP`, primary first.
    pub internal_ips: Vec<IpAddr>,
    /// `status.addresses` of type `ExternalIP`.
    pub external_ips: Vec<IpAddr>,
    /// Condition `Ready`; absent means ready.
    pub ready: bool,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `spec.taints`; those of its pool where none are written.
    pub taints: Vec<Taint>,
    /// Name of the agent pool, from the label `kubernetes.azure.com/agentpool` or by count.
    pub pool: Option<Arc<str>>,
    /// The NIC's IP forwarding; AKS turns it on for kubenet. Set by a
    /// `Microsoft.Network/networkInterfaces` document or derived.
    pub ip_forwarding: Option<bool>,
    /// The subnet of its NIC, from its pool.
    pub subnet: Option<SubnetId>,
    /// The subnet of its pods, where that is another one (Azure CNI Pod Subnet).
    pub pod_subnet: Option<SubnetId>,
    /// Azure CNI with a node or pod subnet: the addresses of its NIC for pods, whether one uses them or not.
    pub reserved_ips: Vec<IpAddr>,
    /// `status.capacity.cpu` in whole cores, if written.
    pub cores: Option<u32>,
}

impl Node {
    /// `node/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Node, self.meta.name.clone())
    }

    /// The primary address, once known.
    pub fn ip(&self) -> Option<IpAddr> {
        self.internal_ips.first().copied()
    }
}

/// `ConfigMap`, its `data` only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigMap {
    /// Name.
    pub meta: Meta,
    /// `data`.
    pub data: Labels,
}

/// kube-proxy's `KubeProxyConfiguration`, the fields that decide about packets.
#[derive(Clone, Debug, PartialEq)]
pub struct KubeProxyConfiguration {
    /// Name and origin.
    pub meta: Meta,
    /// `mode`: `iptables` where absent; `nftables` and `ipvs` are not modelled.
    pub mode: Arc<str>,
    /// `clusterCIDR`; `None` means that no local detector is configured from it.
    pub cluster_cidr: Vec<IpNet>,
    /// `detectLocalMode`, as written; absent means `ClusterCIDR`.
    pub detect_local_mode: Option<Arc<str>>,
    /// `detectLocal.bridgeInterface`, for `BridgeInterface`.
    pub bridge_interface: Option<Arc<str>>,
    /// `detectLocal.interfaceNamePrefix`, for `InterfaceNamePrefix`.
    pub interface_name_prefix: Option<Arc<str>>,
    /// `nodePortAddresses`; empty means all.
    pub node_port_addresses: Vec<IpNet>,
    /// `iptables.masqueradeAll`.
    pub masquerade_all: bool,
    /// `iptables.localhostNodePorts`; absent means true.
    pub localhost_node_ports: bool,
}

impl Default for KubeProxyConfiguration {
    fn default() -> Self {
        Self {
            meta: Meta::default(),
            mode: Arc::from("iptables"),
            cluster_cidr: Vec::new(),
            detect_local_mode: None,
            bridge_interface: None,
            interface_name_prefix: None,
            node_port_addresses: Vec::new(),
            masquerade_all: false,
            localhost_node_ports: true,
        }
    }
}
