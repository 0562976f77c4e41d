//! kubehop's own kinds, `apiVersion: kubehop.dev/v1`, except [`super::flow::Flow`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::azure::SubnetId;
use super::kube::Meta;
use super::object::{Kind, Ref};
use super::packet::Protocol;

/// A machine that is no node: `kind: Host`, or a `Microsoft.Compute/virtualMachines`.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// Name and origin.
    pub meta: Meta,
    /// Where it stands.
    pub network: HostNetwork,
    /// Its private address; for an internet host, its public one.
    pub ip: Option<IpAddr>,
    /// What it listens on; `None` answers on every port.
    pub listens: Option<Vec<Listen>>,
    /// Whether its NIC lets packets pass that are not its own.
    pub ip_forwarding: bool,
    /// The NSG of its NIC, by name.
    pub nsg: Option<Arc<str>>,
    /// The public address of its NIC: an address or the name of a public IP resource.
    pub public_ip: Option<Arc<str>>,
    /// Whether it answers DNS queries: it asks Azure DNS of its own virtual network, or as `dns_forwards` says.
    pub dns_server: bool,
    /// `dnsForward`: names that it asks others about.
    pub dns_forwards: Vec<DnsForward>,
    /// `dnsServers`, or those of its network interface: whom it asks itself, instead of the servers of its
    /// virtual network.
    pub dns_servers: Vec<IpAddr>,
}

/// A conditional forwarder of a DNS server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsForward {
    /// The zone, `.` for all names.
    pub zone: Arc<str>,
    /// Who is asked, in order.
    pub to: Vec<IpAddr>,
}

impl Host {
    /// `host/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Host, self.meta.name.clone())
    }
}

/// Where a host stands.
#[derive(Clone, Debug, PartialEq)]
pub enum HostNetwork {
    /// `network: internet`
    Internet,
    /// `subnet: vnet/subnet`
    Subnet(SubnetId),
    /// `onPremises: NAME` of a local network gateway.
    OnPremises(Arc<str>),
}

/// A port that a host listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Port number.
    pub port: u16,
    /// Protocol.
    pub protocol: Protocol,
}

/// `kind: Layout`: positions of objects in the picture; never changes an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Position of an object in grid pixels, relative to its container.
    pub positions: BTreeMap<Ref, (i32, i32)>,
}

/// `kind: Settings`: the few behaviours on which sources disagree, each with its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `era: 2021` (the year of the article's first version) or `now`.
    pub era: Era,
    /// `kubenetMasqueradesPods: true`: kubenet with containerd before the AKS release of 2021-02-01, whose nodes
    /// replaced the source of packets between pods as well.
    pub kubenet_masquerades_pods: bool,
    /// `azureCniMode: bridge`: Linux nodes of Azure CNI before its version 1.2.0 (the AKS release of 2021-01-04), whose
    /// pods hang on a bridge `azure0`; the default is `transparent`, a routed pair for each pod.
    pub azure_cni_bridge: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            era: Era::Now,
            kubenet_masquerades_pods: false,
            azure_cni_bridge: false,
        }
    }
}

/// Which years' behaviour and names are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// As documented in 2021.
    Y2021,
    /// As documented today.
    Now,
}
