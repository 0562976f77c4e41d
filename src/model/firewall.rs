//! `Microsoft.Network/azureFirewalls` and `firewallPolicies` with their rule collection groups.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::azure::SubnetId;
use super::kube::Meta;
use super::object::{Kind, Ref};
use super::packet::Protocol;

/// The ranges whose packets keep their source by default (RFC 1918 and RFC 6598).
pub fn private_ranges() -> Vec<IpNet> {
    let ranges = [
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([100, 64, 0, 0], 10),
    ];
    let nets = ranges
        .into_iter()
        .filter_map(|(base, length)| Ipv4Net::new(base.into(), length).ok());
    nets.map(IpNet::V4).collect()
}

/// `Microsoft.Network/azureFirewalls` in a virtual network.
#[derive(Clone, Debug, PartialEq)]
pub struct Firewall {
    /// Name and origin.
    pub meta: Meta,
    /// `ipConfigurations[].subnet`, which Azure wants to be called `AzureFirewallSubnet`.
    pub subnet: SubnetId,
    /// `ipConfigurations[].privateIPAddress`, if written.
    pub private_ip: Option<IpAddr>,
    /// `ipConfigurations[].publicIPAddress.id`, their names.
    pub public_ips: Vec<Arc<str>>,
    /// `firewallPolicy.id`, its name; without one the classic rules count.
    pub policy: Option<Arc<str>>,
    /// Classic rules: `natRuleCollections`, `networkRuleCollections`, `applicationRuleCollections`.
    pub collections: Vec<RuleCollection>,
    /// `additionalProperties."Network.SNAT.PrivateRanges"`; `None` is the private ranges of IANA.
    pub private_ranges: Option<Vec<IpNet>>,
    /// Whether it answers DNS queries (`Network.DNS.EnableProxy`).
    pub dns_proxy: bool,
}

impl Firewall {
    /// `firewall/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Firewall, self.meta.name.clone())
    }
}

/// `Microsoft.Network/firewallPolicies`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirewallPolicy {
    /// Name and origin.
    pub meta: Meta,
    /// `basePolicy.id`, its name: its rules come before those of this one.
    pub base: Option<Arc<str>>,
    /// The rule collections of all its groups.
    pub collections: Vec<RuleCollection>,
    /// `snat.privateRanges`; `None` is the private ranges of IANA.
    pub private_ranges: Option<Vec<IpNet>>,
    /// `dnsSettings.enableProxy`.
    pub dns_proxy: bool,
}

impl FirewallPolicy {
    /// `firewallpolicy/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::FirewallPolicy, self.meta.name.clone())
    }
}

/// A rule collection: rules that share a priority and an action.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleCollection {
    /// The document that holds it: a firewall, a policy or a group.
    pub object: Ref,
    /// Its field there, such as `properties.ruleCollections[0]`.
    pub field: String,
    /// `name`.
    pub name: Arc<str>,
    /// Priority of its group, 100 to 65000; 0 for classic rules, which have no groups.
    pub group_priority: u32,
    /// `priority`, 100 to 65000; the lowest number comes first.
    pub priority: u32,
    /// `action.type`.
    pub action: FirewallAction,
    /// `rules`.
    pub rules: Vec<FirewallRule>,
}

/// What becomes of a packet that a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirewallAction {
    /// It may pass.
    Allow,
    /// It is dropped.
    Deny,
    /// Its destination is translated, and it may pass.
    Dnat,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallRule {
    /// `name`.
    pub name: Arc<str>,
    /// Its field in the document of its collection.
    pub field: String,
    /// `sourceAddresses`.
    pub sources: Vec<FirewallAddress>,
    /// What else must match.
    pub matches: RuleMatch,
    /// What it names whose members are not known, such as an IP group.
    pub unknown: Vec<Arc<str>>,
}

/// What a rule looks at beside the source.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleMatch {
    /// A DNAT rule.
    Nat {
        /// `protocols`; empty is any.
        protocols: Vec<Protocol>,
        /// `destinationAddresses`: addresses of the firewall.
        destinations: Vec<FirewallAddress>,
        /// `destinationPorts`; empty is any.
        ports: Vec<(u16, u16)>,
        /// `translatedAddress`.
        address: Option<IpAddr>,
        /// `translatedPort`; absent keeps the port.
        port: Option<u16>,
    },
    /// A network rule.
    Network {
        /// `protocols`; empty is any.
        protocols: Vec<Protocol>,
        /// `destinationAddresses`.
        destinations: Vec<FirewallAddress>,
        /// `destinationFqdns`, which the firewall resolves.
        names: Vec<Arc<str>>,
        /// `destinationPorts`; empty is any.
        ports: Vec<(u16, u16)>,
    },
    /// An application rule.
    Application {
        /// `protocols`.
        protocols: Vec<(AppProtocol, u16)>,
        /// `targetFqdns`, with `*` at their beginning.
        names: Vec<Arc<str>>,
    },
}

/// Protocol of an application rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppProtocol {
    /// `Http`: the host is read from the request.
    Http,
    /// `Https`: the host is read from the server name of TLS.
    Https,
    /// `Mssql`.
    Mssql,
}

/// What a rule names as source or destination.
#[derive(Clone, Debug, PartialEq)]
pub enum FirewallAddress {
    /// `*`
    Any,
    /// A prefix or address.
    Net(IpNet),
    /// `FIRST-LAST`
    Range(IpAddr, IpAddr),
    /// A service tag.
    Tag(Arc<str>),
}
