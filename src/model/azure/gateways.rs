//! Ways out of a virtual network: public addresses, VPN gateways and what they connect to, NAT gateways.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::SubnetId;
use crate::model::kube::Meta;

/// `Microsoft.Network/publicIPAddresses`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublicIp {
    /// Name and origin.
    pub meta: Meta,
    /// `properties.ipAddress`, written or allocated.
    pub ip: Option<IpAddr>,
    /// `sku.name` is `Standard`.
    pub standard: bool,
    /// `sku.name` is written as `Basic`.
    pub basic: bool,
    /// `sku.name` is `StandardV2`: a Standard address that spans the zones of its region, for a NAT gateway of that SKU.
    pub v2: bool,
    /// The resource group, where the document says it: in its `id`, or as `resourceGroup`.
    pub resource_group: Option<Arc<str>>,
    /// `publicIPAllocationMethod` is `Static`.
    pub static_allocation: bool,
    /// `dnsSettings.domainNameLabel`.
    pub domain_name_label: Option<Arc<str>>,
    /// `location`.
    pub location: Arc<str>,
}

/// `Microsoft.Network/virtualNetworkGateways`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VnetGateway {
    /// Name and origin.
    pub meta: Meta,
    /// Whether `gatewayType` is `ExpressRoute`; otherwise `Vpn`.
    pub express_route: bool,
    /// `enableBgp`.
    pub bgp: bool,
    /// The virtual network, from `ipConfigurations[].subnet`.
    pub subnet: Option<SubnetId>,
}

/// `Microsoft.Network/localNetworkGateways`: an on-premises network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LocalNetworkGateway {
    /// Name and origin.
    pub meta: Meta,
    /// `localNetworkAddressSpace.addressPrefixes`.
    pub prefixes: Vec<IpNet>,
}

/// `Microsoft.Network/connections`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayConnection {
    /// Name and origin.
    pub meta: Meta,
    /// `virtualNetworkGateway1.id`, its name.
    pub gateway: Arc<str>,
    /// `localNetworkGateway2.id`, its name.
    pub local_gateway: Option<Arc<str>>,
    /// `enableBgp`.
    pub bgp: bool,
    /// `connectionStatus` says that it is not connected.
    pub down: bool,
}

/// `Microsoft.Network/natGateways`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NatGateway {
    /// Name and origin.
    pub meta: Meta,
    /// `publicIpAddresses[].id`, their names.
    pub public_ips: Vec<Arc<str>>,
    /// `sku.name` is `StandardV2`: it spans the zones of its region, and takes public addresses of that SKU only.
    pub v2: bool,
    /// `publicIpPrefixes[].id`, their names; which addresses they hold is not modelled.
    pub prefixes: Vec<Arc<str>>,
}
