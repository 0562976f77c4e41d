//! Network security groups and their rules.

use std::sync::Arc;

use ipnet::IpNet;

use crate::model::kube::Meta;
use crate::model::object::{Kind, Ref};
use crate::model::unread::UnreadRule;

/// `Microsoft.Network/networkSecurityGroups`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nsg {
    /// Name and origin.
    pub meta: Meta,
    /// `securityRules`, as written or derived; the default rules are not among them.
    pub rules: Vec<SecurityRule>,
    /// Rules whose meaning is not clear.
    pub unread: Vec<UnreadRule>,
    /// Subnets that list it in their own `subnets` back reference are resolved on the subnet.
    pub location: Arc<str>,
}

impl Nsg {
    /// `nsg/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Nsg, self.meta.name.clone())
    }
}

/// One security rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecurityRule {
    /// Name and origin.
    pub meta: Meta,
    /// `priority`, 100 to 4096 for user rules.
    pub priority: u32,
    /// `direction` is `Inbound`.
    pub inbound: bool,
    /// `access` is `Allow`.
    pub allow: bool,
    /// `protocol`; `None` is `*`.
    pub protocol: Option<NsgProtocol>,
    /// `sourceAddressPrefix` and `…Prefixes`: prefixes, tags or `*`.
    pub sources: Vec<AddressPrefix>,
    /// `sourcePortRange` and `…Ranges`; empty is `*`.
    pub source_ports: Vec<(u16, u16)>,
    /// `destinationAddressPrefix` and `…Prefixes`.
    pub destinations: Vec<AddressPrefix>,
    /// `destinationPortRange` and `…Ranges`; empty is `*`.
    pub destination_ports: Vec<(u16, u16)>,
}

/// Protocol of a security rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NsgProtocol {
    /// `Tcp`
    Tcp,
    /// `Udp`
    Udp,
    /// `Icmp`
    Icmp,
    /// `Esp`
    Esp,
    /// `Ah`
    Ah,
}

/// How the name of an application security group is marked where it stands for a service tag.
pub const ASG: &str = "ASG ";

/// What a security rule names as source or destination.
#[derive(Clone, Debug, PartialEq)]
pub enum AddressPrefix {
    /// `*`
    Any,
    /// A prefix or address.
    Net(IpNet),
    /// A service tag, such as `VirtualNetwork`.
    Tag(Arc<str>),
}
