//! What can send and receive, and where a packet is between two decisions.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::azure::nic::Nic;
use crate::engine::azure::topology::METADATA;
use crate::model::appgateway::AppGateway;
use crate::model::azure::SubnetId;
use crate::model::firewall::Firewall;
use crate::model::kube::{Node, Pod};
use crate::model::object::{Kind, Ref};
use crate::model::ours::Host;
use crate::model::storage::StorageAccount;

/// The address of the resolver, the health probe and other platform services in every virtual network.
pub const PLATFORM_ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(168, 63, 129, 16));

/// The address that stands for "somewhere on the internet" when `internet` itself sends or receives
/// and the scenario has no internet host. From the range for documentation.
pub const INTERNET_ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 1));

/// Something that can send and receive packets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Machine<'a> {
    /// A pod.
    Pod(&'a Pod),
    /// A process of a node that is no pod, such as the kubelet.
    Node(&'a Node),
    /// A virtual machine, an internet host or an on-premises host.
    Host(&'a Host),
    /// Any address of the internet that the scenario does not describe.
    Internet(IpAddr),
    /// An instance of an Application Gateway, by its address.
    Gateway(&'a AppGateway, IpAddr),
    /// A storage account.
    Storage(&'a StorageAccount),
    /// The platform's own address.
    Platform,
    /// The instance metadata service.
    Metadata,
}

impl Machine<'_> {
    /// Where it is, as answers name it.
    pub fn place(self) -> Ref {
        match self {
            Machine::Pod(pod) => pod.reference(),
            Machine::Node(node) => node.reference(),
            Machine::Host(host) => host.reference(),
            Machine::Gateway(gateway, _) => gateway.reference(),
            Machine::Storage(account) => account.reference(),
            Machine::Internet(_) => Ref::bare(Kind::Internet),
            Machine::Platform => Ref::bare(Kind::AzureDns),
            Machine::Metadata => Ref::bare(Kind::Metadata),
        }
    }

    /// Whether it is a pod or a node.
    pub fn in_cluster(self) -> bool {
        matches!(self, Machine::Pod(_) | Machine::Node(_))
    }

    /// The address it sends from, once it has one.
    pub fn address(self) -> Option<IpAddr> {
        match self {
            Machine::Pod(pod) => pod.ip(),
            Machine::Node(node) => node.ip(),
            Machine::Host(host) => host.ip,
            Machine::Storage(account) => account.ip,
            Machine::Internet(address) | Machine::Gateway(_, address) => Some(address),
            Machine::Platform => Some(PLATFORM_ADDRESS),
            Machine::Metadata => Some(METADATA),
        }
    }
}

/// Where a packet is between two decisions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum At<'a> {
    /// A process hands it to its machine.
    Sent(Machine<'a>),
    /// It arrives at an interface of a node.
    NodeInterface(&'a Node, Arc<str>),
    /// It leaves a machine through its NIC.
    NicOut(&'a Nic),
    /// It arrives at the NIC of a machine.
    NicIn(&'a Nic),
    /// Azure routes it with the table of a subnet.
    Subnet(SubnetId),
    /// It is delivered within a virtual network by its destination or, for an appliance, another address.
    Vnet(Arc<str>, IpAddr),
    /// It is at an Azure Firewall; whether it came to a public address of it from outside.
    Firewall(&'a Firewall, bool),
    /// It is on the internet.
    Internet,
    /// It is in the on-premises network of this local network gateway.
    OnPremises(Arc<str>),
    /// It arrives at a pod's interface.
    PodInterface(&'a Pod),
    /// It reaches a process, if one listens.
    Arrived(Machine<'a>),
}
