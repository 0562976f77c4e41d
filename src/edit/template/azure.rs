//! Azure resources and the machines around a cluster.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::free::{
    Names, first_prefix, free_address, free_subnet_prefix, free_vnet_prefix, is_gateway_subnet,
    nth, overlaps,
};
use super::{New, new};
use crate::model::azure::Vnet;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Addresses for documentation (RFC 5737), which no real machine has.
const CLIENTS: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24);

/// Stand-ins for the public addresses of Azure in a scenario.
const PUBLIC: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(20, 50, 60, 0), 24);

pub(super) fn client(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::Host, "client");
    let ip = free_address(network, CLIENTS, 9).unwrap_or(Ipv4Addr::new(203, 0, 113, 9));
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {name}}}\nspec: {{network: internet, ip: {ip}}}\n"
    );
    new(Ref::new(Kind::Host, name), text)
}

pub(super) fn on_premises(network: &Network, names: &Names) -> New {
    let site = names.free(Kind::LocalGateway, "onprem");
    let host = names.free(Kind::Host, "server");
    let connection = names.free(Kind::Connection, &format!("{site}-vpn"));
    let prefix = (10..=250)
        .filter_map(|third| Ipv4Net::new(Ipv4Addr::new(192, 168, third, 0), 24).ok())
        .find(|prefix| {
            network
                .local_gateways
                .iter()
                .all(|other| !overlaps(&other.prefixes, *prefix))
        })
        .unwrap_or_default();
    let ip = nth(prefix, 5);
    let mut text = format!(
        "type: Microsoft.Network/localNetworkGateways\nname: {site}\nproperties:\n  localNetworkAddressSpace: {{addressPrefixes: [{prefix}]}}\n---\napiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {host}}}\nspec: {{onPremises: {site}, ip: {ip}}}\n"
    );
    if let Some(gateway) = network.gateways.first() {
        let more = format!(
            "---\ntype: Microsoft.Network/connections\nname: {connection}\nproperties:\n  connectionType: IPsec\n  virtualNetworkGateway1: {{id: {}}}\n  localNetworkGateway2: {{id: {site}}}\n",
            gateway.meta.name
        );
        text += &more;
    }
    new(Ref::new(Kind::LocalGateway, site), text)
}

pub(super) fn virtual_machine(network: &Network, names: &Names) -> Option<New> {
    let (subnet, prefix) = subnet_for_machines(network)?;
    let name = names.free(Kind::Host, "vm");
    let ip = free_address(network, prefix, 4)?;
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {name}}}\nspec: {{subnet: {subnet}, ip: {ip}}}\n"
    );
    Some(new(Ref::new(Kind::Host, name), text))
}

/// The first subnet that is neither the gateway's nor used by nodes; otherwise the first that is not the gateway's.
pub(super) fn subnet_for_machines(network: &Network) -> Option<(String, Ipv4Net)> {
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let nodes: BTreeSet<_> = pools.filter_map(|pool| pool.subnet.clone()).collect();
    let subnets = || {
        let all = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        all.filter(|subnet| !is_gateway_subnet(subnet) && subnet.delegations.is_empty())
            .filter_map(|subnet| Some((subnet.id(), first_prefix(subnet)?)))
    };
    let (id, prefix) = subnets()
        .find(|(id, _)| !nodes.contains(id))
        .or_else(|| subnets().next())?;
    Some((format!("{}/{}", id.vnet, id.subnet), prefix))
}

pub(super) fn vnet(network: &Network, names: &Names) -> Option<New> {
    let name = names.free(Kind::Vnet, "vnet");
    let prefix = free_vnet_prefix(network)?;
    let subnet = Ipv4Net::new(prefix.addr(), 24).ok()?;
    let text = format!(
        "type: Microsoft.Network/virtualNetworks\nname: {name}\nproperties:\n  addressSpace: {{addressPrefixes: [{prefix}]}}\n  subnets:\n    - {{name: default, properties: {{addressPrefix: {subnet}}}}}\n"
    );
    Some(new(Ref::new(Kind::Vnet, name), text))
}

pub(super) fn subnet(network: &Network, names: &Names) -> Option<New> {
    let vnet = network.vnets.first()?;
    let taken = |name: &str| {
        vnet.subnets
            .iter()
            .any(|subnet| subnet.meta.name.eq_ignore_ascii_case(name))
    };
    let name = (1..=9999)
        .map(|number: u32| format!("subnet-{number}"))
        .find(|name| !taken(name) && !names.taken(Kind::Subnet).contains(name))?;
    let prefix = free_subnet_prefix(vnet, 24)?;
    let text = format!(
        "type: Microsoft.Network/virtualNetworks/subnets\nname: {}/{name}\nproperties: {{addressPrefix: {prefix}}}\n",
        vnet.meta.name
    );
    Some(new(
        Ref::scoped(Kind::Subnet, vnet.meta.name.clone(), name),
        text,
    ))
}

pub(super) fn peering(network: &Network) -> Option<New> {
    let peered = |from: &Vnet, to: &Vnet| {
        from.peerings
            .iter()
            .any(|peering| peering.remote.eq_ignore_ascii_case(&to.meta.name))
    };
    let age = |vnet: &Vnet| {
        network
            .vnets
            .iter()
            .position(|other| other.meta.name == vnet.meta.name)
    };
    let pairs = network.vnets.iter().enumerate().flat_map(|(index, from)| {
        network
            .vnets
            .iter()
            .skip(index + 1)
            .map(move |to| (from, to))
    });
    let free = pairs.filter(|(one, other)| !peered(one, other) && !peered(other, one));
    // The newest network is the one that the reader just added.
    let (one, other) = free.max_by_key(|(one, other)| (age(other), age(one)))?;
    let half = |from: &Vnet, to: &Vnet| {
        let (from, to) = (&from.meta.name, &to.meta.name);
        format!(
            "type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings\nname: {from}/{from}-to-{to}\nproperties:\n  remoteVirtualNetwork: {{id: {to}}}\n  allowVirtualNetworkAccess: true\n  allowForwardedTraffic: false\n"
        )
    };
    let text = format!("{}---\n{}", half(one, other), half(other, one));
    let name = format!("{}-to-{}", one.meta.name, other.meta.name);
    Some(new(
        Ref::scoped(Kind::Peering, one.meta.name.clone(), name),
        text,
    ))
}

pub(super) fn vpn_gateway(network: &Network, names: &Names) -> Option<New> {
    let has_gateway = |vnet: &Vnet| {
        let mut gateways = network
            .gateways
            .iter()
            .filter_map(|gateway| gateway.subnet.as_ref());
        gateways.any(|subnet| subnet.vnet.eq_ignore_ascii_case(&vnet.meta.name))
    };
    let vnet = network.vnets.iter().find(|vnet| !has_gateway(vnet))?;
    let name = names.free(Kind::Gateway, "vpn");
    let mut text = String::new();
    if !vnet.subnets.iter().any(is_gateway_subnet) {
        let prefix = free_subnet_prefix(vnet, 27)?;
        text = format!(
            "type: Microsoft.Network/virtualNetworks/subnets\nname: {}/GatewaySubnet\nproperties: {{addressPrefix: {prefix}}}\n---\n",
            vnet.meta.name
        );
    }
    let more = format!(
        "type: Microsoft.Network/virtualNetworkGateways\nname: {name}\nproperties:\n  gatewayType: Vpn\n  vpnType: RouteBased\n  ipConfigurations:\n    - {{name: default, properties: {{subnet: {{id: {}/GatewaySubnet}}}}}}\n",
        vnet.meta.name
    );
    text += &more;
    Some(new(Ref::new(Kind::Gateway, name), text))
}

pub(super) fn route_table(names: &Names) -> New {
    let name = names.free(Kind::RouteTable, "routes");
    let text = format!(
        "type: Microsoft.Network/routeTables\nname: {name}\nproperties:\n  routes:\n    - {{name: default, properties: {{addressPrefix: 0.0.0.0/0, nextHopType: Internet}}}}\n"
    );
    new(Ref::new(Kind::RouteTable, name), text)
}

pub(super) fn nsg(names: &Names) -> New {
    let name = names.free(Kind::Nsg, "nsg");
    let text = format!(
        "type: Microsoft.Network/networkSecurityGroups\nname: {name}\nproperties:\n  securityRules:\n    - name: AllowHttp\n      properties:\n        priority: 100\n        direction: Inbound\n        access: Allow\n        protocol: Tcp\n        sourceAddressPrefix: Internet\n        sourcePortRange: \"*\"\n        destinationAddressPrefix: \"*\"\n        destinationPortRange: \"80\"\n"
    );
    new(Ref::new(Kind::Nsg, name), text)
}

pub(super) fn public_ip(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::PublicIp, "public-ip");
    let ip = free_address(network, PUBLIC, 80).unwrap_or(Ipv4Addr::new(20, 50, 60, 80));
    let text = format!(
        "type: Microsoft.Network/publicIPAddresses\nname: {name}\nsku: {{name: Standard}}\nproperties: {{ipAddress: {ip}, publicIPAllocationMethod: Static}}\n"
    );
    new(Ref::new(Kind::PublicIp, name), text)
}

pub(super) fn cluster(network: &Network, names: &Names, kubenet: bool) -> Option<New> {
    let name = names.free(Kind::Cluster, "aks");
    let (subnet, _) = {
        let all = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        let usable = all.filter(|subnet| !is_gateway_subnet(subnet));
        usable.map(|subnet| (subnet.id(), subnet)).next()?
    };
    let plugin = if kubenet {
        "networkPlugin: kubenet\n    podCidr: 10.244.0.0/16"
    } else {
        "networkPlugin: azure"
    };
    let pods = if kubenet { 110 } else { 30 };
    let text = format!(
        "type: Microsoft.ContainerService/managedClusters\nname: {name}\nproperties:\n  kubernetesVersion: \"1.30.0\"\n  networkProfile:\n    {plugin}\n    serviceCidr: 10.0.0.0/16\n    dnsServiceIP: 10.0.0.10\n    outboundType: loadBalancer\n    loadBalancerSku: standard\n  agentPoolProfiles:\n    - {{name: pool1, mode: System, count: 2, maxPods: {pods}, osType: Linux, vnetSubnetID: {}/{}}}\n",
        subnet.vnet, subnet.subnet
    );
    Some(new(Ref::new(Kind::Cluster, name), text))
}
