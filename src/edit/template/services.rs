//! Azure's own services in a virtual network: what filters, translates, stores, and answers privately.

use std::net::Ipv4Addr;

use super::azure::{free_public_ip, subnet_for_machines};
use super::free::{Names, free_subnet_prefix};
use super::{New, new};
use crate::model::azure::Vnet;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The zone in which the names of private endpoints of blob storage are.
const BLOB_ZONE: &str = "privatelink.blob.core.windows.net";

/// A firewall with its subnet and address, which lets web requests out of its virtual network.
pub(super) fn firewall(network: &Network, names: &Names) -> Option<New> {
    let free = |vnet: &&Vnet| {
        let mut subnets = vnet.subnets.iter();
        !subnets.any(|it| it.meta.name.eq_ignore_ascii_case("AzureFirewallSubnet"))
    };
    let vnet = network.vnets.iter().find(free)?;
    let prefix = free_subnet_prefix(vnet, 26)?;
    let space = vnet.address_space.first()?;
    let name = names.free(Kind::Firewall, "firewall");
    let public = names.free(Kind::PublicIp, &format!("{name}-ip"));
    let (vnet, ip) = (&vnet.meta.name, free_public_ip(network));
    let text = format!(
        "type: Microsoft.Network/azureFirewalls
name: {name}
properties:
  ipConfigurations:
    - {{name: default, properties: {{subnet: {{id: {vnet}/AzureFirewallSubnet}}, publicIPAddress: {{id: {public}}}}}}}
  networkRuleCollections:
    - name: web
      properties:
        priority: 100
        action: {{type: Allow}}
        rules:
          - {{name: web, protocols: [TCP], sourceAddresses: [{space}], destinationAddresses: [\"*\"], destinationPorts: [\"80\", \"443\"]}}
---
type: Microsoft.Network/virtualNetworks/subnets
name: {vnet}/AzureFirewallSubnet
properties: {{addressPrefix: {prefix}}}
---
{}",
        public_ip(&public, ip)
    );
    Some(new(Ref::new(Kind::Firewall, name), text))
}

/// A NAT gateway with its address, and a subnet that leaves by it.
pub(super) fn nat_gateway(network: &Network, names: &Names) -> Option<New> {
    let vnet = network.vnets.first()?;
    let prefix = free_subnet_prefix(vnet, 24)?;
    let name = names.free(Kind::NatGateway, "nat");
    let public = names.free(Kind::PublicIp, &format!("{name}-ip"));
    let taken = |name: &str| {
        let mut subnets = vnet.subnets.iter();
        subnets.any(|it| it.meta.name.eq_ignore_ascii_case(name))
    };
    let numbered = (2..9999).map(|number: u32| format!("{name}-subnet-{number}"));
    let mut subnets = std::iter::once(format!("{name}-subnet")).chain(numbered);
    let subnet = subnets.find(|it| !taken(it) && !names.taken(Kind::Subnet).contains(it))?;
    let (vnet, ip) = (&vnet.meta.name, free_public_ip(network));
    let text = format!(
        "type: Microsoft.Network/natGateways
name: {name}
properties: {{publicIpAddresses: [{{id: {public}}}]}}
---
type: Microsoft.Network/virtualNetworks/subnets
name: {vnet}/{subnet}
properties: {{addressPrefix: {prefix}, natGateway: {{id: {name}}}}}
---
{}",
        public_ip(&public, ip)
    );
    Some(new(Ref::new(Kind::NatGateway, name), text))
}

/// A storage account that everybody may ask.
pub(super) fn storage(names: &Names) -> New {
    // Names of accounts have no hyphens.
    let numbered = (2..).map(|number: u32| format!("storage{number}"));
    let mut all = std::iter::once("storage".to_owned()).chain(numbered);
    let name = all.find(|name| !names.taken(Kind::Storage).contains(name));
    let name = name.unwrap_or_default();
    let text = format!(
        "type: Microsoft.Storage/storageAccounts\nname: {name}\nlocation: japaneast\nproperties: {{publicNetworkAccess: Enabled}}\n"
    );
    new(Ref::new(Kind::Storage, name), text)
}

/// A private endpoint of the last storage account, with the zone that leads to it.
pub(super) fn private_endpoint(network: &Network, names: &Names) -> Option<New> {
    let account = &network.storage_accounts.last()?.meta.name;
    let (subnet, _) = subnet_for_machines(network)?;
    let (vnet, _) = subnet.split_once('/')?;
    let name = names.free(Kind::PrivateEndpoint, &format!("{account}-pe"));
    let mut text = format!(
        "type: Microsoft.Network/privateEndpoints
name: {name}
properties:
  subnet: {{id: {subnet}}}
  privateLinkServiceConnections:
    - {{name: {account}, properties: {{privateLinkServiceId: {account}, groupIds: [blob]}}}}
---
type: Microsoft.Network/privateEndpoints/privateDnsZoneGroups
name: {name}/default
properties: {{privateDnsZoneConfigs: [{{name: blob, properties: {{privateDnsZoneId: {BLOB_ZONE}}}}}]}}
"
    );
    if !names.taken(Kind::PrivateDnsZone).contains(BLOB_ZONE) {
        let zone = format!(
            "---
type: Microsoft.Network/privateDnsZones
name: {BLOB_ZONE}
properties: {{}}
---
type: Microsoft.Network/privateDnsZones/virtualNetworkLinks
name: {BLOB_ZONE}/{vnet}
properties: {{virtualNetwork: {{id: {vnet}}}, registrationEnabled: false}}
"
        );
        text += &zone;
    }
    Some(new(Ref::new(Kind::PrivateEndpoint, name), text))
}

fn public_ip(name: &str, ip: Ipv4Addr) -> String {
    format!(
        "type: Microsoft.Network/publicIPAddresses\nname: {name}\nsku: {{name: Standard}}\nproperties: {{ipAddress: {ip}, publicIPAllocationMethod: Static}}\n"
    )
}
