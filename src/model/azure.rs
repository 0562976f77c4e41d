//! Azure resources: the fields that decide about packets, under ARM's own names.
//!
//! References between resources are names: the last part of a resource id
//! (`parent/child` for subnets), compared without regard to case as ARM does.

mod gateways;
mod load_balancer;
mod security;

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::kube::{Labels, Meta};
use super::object::{Kind, Ref};
use super::placement::Taint;
use super::private_link::EndpointPolicies;

pub use gateways::{GatewayConnection, LocalNetworkGateway, NatGateway, PublicIp, VnetGateway};
pub use load_balancer::{Frontend, LbRule, LoadBalancer, OutboundRule, Probe, ProbeKind};
pub use security::{ASG, AddressPrefix, Nsg, NsgProtocol, SecurityRule};

/// `Microsoft.Network/virtualNetworks`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vnet {
    /// Name and origin.
    pub meta: Meta,
    /// `location`.
    pub location: Arc<str>,
    /// `addressSpace.addressPrefixes`.
    pub address_space: Vec<IpNet>,
    /// `dhcpOptions.dnsServers`; empty means the resolver of Azure.
    pub dns_servers: Vec<IpAddr>,
    /// `subnets`.
    pub subnets: Vec<Subnet>,
    /// `virtualNetworkPeerings`.
    pub peerings: Vec<Peering>,
}

impl Vnet {
    /// `vnet/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Vnet, self.meta.name.clone())
    }
}

/// The name of a subnet: virtual network and subnet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubnetId {
    /// Name of the virtual network.
    pub vnet: Arc<str>,
    /// Name of the subnet.
    pub subnet: Arc<str>,
}

impl SubnetId {
    /// `subnet/VNET/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::scoped(Kind::Subnet, self.vnet.clone(), self.subnet.clone())
    }
}

/// A subnet of a virtual network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subnet {
    /// Name and origin; the namespace is the virtual network's name.
    pub meta: Meta,
    /// `addressPrefix` or `addressPrefixes`.
    pub prefixes: Vec<IpNet>,
    /// `networkSecurityGroup.id`, its name.
    pub nsg: Option<Arc<str>>,
    /// `routeTable.id`, its name.
    pub route_table: Option<Arc<str>>,
    /// `natGateway.id`, its name.
    pub nat_gateway: Option<Arc<str>>,
    /// `defaultOutboundAccess` is `false`: nothing in it gets default outbound access. Absent means that it does.
    pub private: bool,
    /// `serviceEndpoints[].service`.
    pub service_endpoints: Vec<Arc<str>>,
    /// `delegations[].serviceName`.
    pub delegations: Vec<Arc<str>>,
    /// `privateEndpointNetworkPolicies`; absent means `Disabled`.
    pub endpoint_policies: EndpointPolicies,
}

impl Subnet {
    /// Its name as an id.
    pub fn id(&self) -> SubnetId {
        SubnetId {
            vnet: self.meta.namespace.clone(),
            subnet: self.meta.name.clone(),
        }
    }

    /// `subnet/VNET/NAME`.
    pub fn reference(&self) -> Ref {
        self.id().reference()
    }
}

/// One direction of a peering between virtual networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Peering {
    /// Name and origin; the namespace is the virtual network's name.
    pub meta: Meta,
    /// `remoteVirtualNetwork.id`, its name.
    pub remote: Arc<str>,
    /// `allowVirtualNetworkAccess`; absent means true.
    pub allow_virtual_network_access: bool,
    /// `allowForwardedTraffic`.
    pub allow_forwarded_traffic: bool,
    /// `allowGatewayTransit`.
    pub allow_gateway_transit: bool,
    /// `useRemoteGateways`.
    pub use_remote_gateways: bool,
    /// `peeringState`, as Azure prints it, says that the other side is gone or not there yet.
    pub disconnected: bool,
}

/// `Microsoft.Network/routeTables`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteTable {
    /// Name and origin.
    pub meta: Meta,
    /// `disableBgpRoutePropagation`.
    pub disable_bgp_route_propagation: bool,
    /// `routes`.
    pub routes: Vec<UserRoute>,
    /// Routes whose meaning is not clear.
    pub unread: Vec<super::unread::UnreadRoute>,
}

/// One route of a route table.
#[derive(Clone, Debug, PartialEq)]
pub struct UserRoute {
    /// Name and origin.
    pub meta: Meta,
    /// `addressPrefix`; a service tag is kept in `tag` instead.
    pub prefix: Option<IpNet>,
    /// A service tag as `addressPrefix`.
    pub tag: Option<Arc<str>>,
    /// `nextHopType` and `nextHopIpAddress`.
    pub next_hop: NextHop,
}

/// Where a route of Azure sends packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextHop {
    /// `VnetLocal`: delivered within the virtual network.
    VnetLocal,
    /// `VNetPeering`: into a peered virtual network.
    VnetPeering,
    /// `VirtualNetworkGateway`.
    VirtualNetworkGateway,
    /// `Internet`.
    Internet,
    /// `VirtualAppliance`, with its address.
    VirtualAppliance(IpAddr),
    /// `VirtualNetworkServiceEndpoint`.
    ServiceEndpoint,
    /// `InterfaceEndpoint`: a private endpoint.
    InterfaceEndpoint,
    /// `None`: dropped.
    None,
}

impl NextHop {
    /// The type as Azure's effective routes print it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            NextHop::VnetLocal => "VnetLocal",
            NextHop::VnetPeering => "VNetPeering",
            NextHop::VirtualNetworkGateway => "VirtualNetworkGateway",
            NextHop::Internet => "Internet",
            NextHop::VirtualAppliance(_) => "VirtualAppliance",
            NextHop::ServiceEndpoint => "VirtualNetworkServiceEndpoint",
            NextHop::InterfaceEndpoint => "InterfaceEndpoint",
            NextHop::None => "None",
        }
    }
}

/// `Microsoft.Network/networkInterfaces`, as far as it overrides what is derived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkInterface {
    /// Name and origin.
    pub meta: Meta,
    /// `enableIPForwarding`.
    pub ip_forwarding: bool,
    /// `ipConfigurations[].privateIPAddress`, primary first.
    pub ips: Vec<IpAddr>,
    /// `ipConfigurations[].subnet`.
    pub subnet: Option<SubnetId>,
    /// `networkSecurityGroup.id`, its name.
    pub nsg: Option<Arc<str>>,
    /// `ipConfigurations[].publicIPAddress.id`, its name.
    pub public_ip: Option<Arc<str>>,
    /// `virtualMachine.id`, its name.
    pub virtual_machine: Option<Arc<str>>,
    /// `dnsSettings.dnsServers`, which come before those of the virtual network.
    pub dns_servers: Vec<IpAddr>,
}

/// `Microsoft.ContainerService/managedClusters`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Name and origin.
    pub meta: Meta,
    /// `location`.
    pub location: Arc<str>,
    /// `kubernetesVersion`.
    pub kubernetes_version: Arc<str>,
    /// `networkProfile.networkPlugin` and `networkPluginMode`.
    pub plugin: NetworkPlugin,
    /// Whether `networkProfile.networkPluginMode` is `overlay`, whatever the plugin is.
    pub overlay_mode: bool,
    /// `networkProfile.networkPolicy`: `azure`, `calico`, `cilium` or none.
    pub network_policy: Option<Arc<str>>,
    /// `networkProfile.networkDataplane`.
    pub dataplane: Option<Arc<str>>,
    /// `networkProfile.podCidr`.
    pub pod_cidr: Option<IpNet>,
    /// `networkProfile.serviceCidr`.
    pub service_cidr: IpNet,
    /// `networkProfile.kubeProxyConfig.mode`, in small letters; AKS runs `iptables` where nothing is written.
    pub proxy_mode: Option<Arc<str>>,
    /// `networkProfile.networkMode` is `bridge`.
    pub bridge_mode: bool,
    /// `networkProfile.dnsServiceIP`.
    pub dns_service_ip: IpAddr,
    /// `networkProfile.outboundType`.
    pub outbound_type: OutboundType,
    /// `networkProfile.loadBalancerSku` is `standard`.
    pub standard_load_balancer: bool,
    /// `networkProfile.loadBalancerProfile.effectiveOutboundIPs` (or `outboundIPs.publicIPs`), names.
    pub outbound_ips: Vec<Arc<str>>,
    /// `networkProfile.loadBalancerProfile.managedOutboundIPs.count`, or that of the `natGatewayProfile`.
    pub managed_outbound_ips: u32,
    /// `networkProfile.natGatewayProfile.effectiveOutboundIPs`, names.
    pub nat_gateway_ips: Vec<Arc<str>>,
    /// `networkProfile.loadBalancerProfile.clusterServiceLoadBalancerHealthProbeMode` is `Shared`.
    pub shared_probe: bool,
    /// `networkProfile.loadBalancerProfile.allocatedOutboundPorts`; 0 is automatic.
    pub allocated_outbound_ports: u32,
    /// `networkProfile.loadBalancerProfile.idleTimeoutInMinutes`.
    pub outbound_idle_minutes: u32,
    /// `agentPoolProfiles`.
    pub pools: Vec<AgentPool>,
    /// `nodeResourceGroup`.
    pub node_resource_group: Option<Arc<str>>,
    /// `apiServerAccessProfile.authorizedIPRanges` names any.
    pub authorized_ranges: bool,
    /// Add-ons that are enabled: name and configuration.
    pub addons: Vec<(Arc<str>, super::kube::Labels)>,
}

impl Cluster {
    /// The name of its network plugin, if that is not modelled.
    pub fn unmodelled_plugin(&self) -> Option<&str> {
        (!self.plugin.is_modelled()).then(|| self.plugin.as_str())
    }

    /// The mode that its kube-proxy is asked to run in, if that is not modelled.
    pub fn unmodelled_proxy(&self) -> Option<&str> {
        let mode = self.proxy_mode.as_deref();
        mode.filter(|mode| *mode != "iptables")
    }

    /// The minor version of Kubernetes, 30 of `1.30.2`; `None` where it cannot be told.
    pub fn minor_version(&self) -> Option<u32> {
        self.release().map(|(minor, _)| minor)
    }

    /// Minor version and patch, (30, 2) of `1.30.2`, without patch the latest; `None` where it cannot be told.
    pub fn release(&self) -> Option<(u32, u32)> {
        let mut parts = self.kubernetes_version.split('.').skip(1);
        let minor = parts.next()?.parse().ok()?;
        let patch = parts.next().and_then(|it| it.parse().ok());
        Some((minor, patch.unwrap_or(u32::MAX)))
    }

    /// Whether its data plane is Cilium, which translates Services in place of kube-proxy. With kubenet, which
    /// AKS refuses to combine with it, the field has no effect.
    pub fn is_cilium(&self) -> bool {
        let named = self.dataplane.as_deref();
        named.is_some_and(|name| name.eq_ignore_ascii_case("cilium"))
            && self.plugin != NetworkPlugin::Kubenet
    }

    /// How its pods are connected, for people: the network plugin, and Cilium where that is the data plane.
    pub fn network_model(&self) -> Arc<str> {
        if self.is_cilium() {
            Arc::from(format!("{} + Cilium", self.plugin.as_str()))
        } else {
            Arc::from(self.plugin.as_str())
        }
    }

    /// `cluster/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Cluster, self.meta.name.clone())
    }
}

/// How pods get addresses and leave their node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkPlugin {
    /// `kubenet`: a bridge per node, a /24 of the pod CIDR per node, routes by Azure.
    Kubenet,
    /// `azure`, node subnet: pod addresses are secondary addresses of the node's NIC.
    AzureNodeSubnet,
    /// `azure` with `networkPluginMode: overlay`: a /24 of the pod CIDR per node, which the platform
    /// carries in a routing domain of its own.
    AzureOverlay,
    /// `azure` with a pool's `podSubnetID`: pods have addresses of a subnet of their own.
    AzurePodSubnet,
    /// Anything else, by name; not modelled.
    Other(Arc<str>),
}

impl NetworkPlugin {
    /// Whether packets of its pods are simulated.
    pub const fn is_modelled(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Whether each node has a /24 of the cluster's pod CIDR, which no virtual network knows.
    pub const fn has_pod_range(&self) -> bool {
        matches!(self, Self::Kubenet | Self::AzureOverlay)
    }

    /// Short name for people.
    pub fn as_str(&self) -> &str {
        match self {
            NetworkPlugin::Kubenet => "kubenet",
            NetworkPlugin::AzureNodeSubnet => "Azure CNI",
            NetworkPlugin::AzureOverlay => "Azure CNI Overlay",
            NetworkPlugin::AzurePodSubnet => "Azure CNI Pod Subnet",
            NetworkPlugin::Other(name) => name,
        }
    }
}

/// `networkProfile.outboundType`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OutboundType {
    /// `loadBalancer`, the default.
    #[default]
    LoadBalancer,
    /// `userDefinedRouting`.
    UserDefinedRouting,
    /// `managedNATGateway`.
    ManagedNatGateway,
    /// `managedNATGatewayV2`: the same with a NAT gateway of the SKU `StandardV2`.
    ManagedNatGatewayV2,
    /// `userAssignedNATGateway`.
    UserAssignedNatGateway,
    /// `none`: AKS makes no way out, and leaves it to the user to make one.
    None,
    /// `block`: AKS makes no way out, and its security group lets nothing leave for the internet.
    Block,
    /// Anything else, by name; not modelled.
    Other(Arc<str>),
}

/// One of a cluster's `agentPoolProfiles`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentPool {
    /// `name`.
    pub name: Arc<str>,
    /// `count`.
    pub count: u32,
    /// `maxPods`; absent means the plugin's default.
    pub max_pods: Option<u32>,
    /// `osType` is `Windows`; such nodes are not modelled.
    pub windows: bool,
    /// `enableNodePublicIP`: each node has a public address of its own.
    pub public_ip: bool,
    /// `vnetSubnetID`.
    pub subnet: Option<SubnetId>,
    /// `podSubnetID`.
    pub pod_subnet: Option<SubnetId>,
    /// `podIPAllocationMode` is `StaticBlock`: nodes hold blocks of 16 addresses of the pod subnet.
    pub static_blocks: bool,
    /// `upgradeSettings.maxSurge`, as written: a number, or a percentage.
    pub max_surge: Option<Arc<str>>,
    /// `maxCount`, where `enableAutoScaling` is set: the autoscaler may make the pool as large.
    pub max_count: Option<u32>,
    /// `availabilityZones`.
    pub zones: Vec<Arc<str>>,
    /// `type` is `AvailabilitySet`.
    pub availability_set: bool,
    /// `mode` is `System`.
    pub system: bool,
    /// `nodeLabels`.
    pub labels: Labels,
    /// `nodeTaints`.
    pub taints: Vec<Taint>,
    /// `vmSize`, such as `Standard_D4s_v5`.
    pub vm_size: Option<Arc<str>>,
}
