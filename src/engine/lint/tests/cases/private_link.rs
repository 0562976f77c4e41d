//! Private endpoints, their names, and accounts.

use super::{NODES, NODES_NSG};
use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        code: "endpoint-connects-nothing",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: vnet-a/vms}}}",
        at: "privateendpoint/pe properties.privateLinkServiceConnections",
    },
    Case {
        code: "endpoint-not-approved",
        scenario: "azure-cni",
        change: &[],
        documents: endpoint!(
            "vnet-a/vms",
            "privateLinkServiceConnectionState: {status: Rejected}"
        ),
        at: "privateendpoint/pe properties.privateLinkServiceConnections[0].privateLinkServiceConnectionState",
    },
    Case {
        code: "endpoint-states-differ",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            endpoint!("vnet-a/vms", "groupIds: [blob]"),
            "\n---\n{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {privateEndpointConnections: [{properties: {privateEndpoint: {id: pe}, privateLinkServiceConnectionState: {status: Pending}}}]}}"
        ),
        at: "privateendpoint/pe properties.privateLinkServiceConnections[0].privateLinkServiceConnectionState",
    },
    Case {
        code: "endpoint-address-taken",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: vnet-a/vms}, ipConfigurations: [{properties: {privateIPAddress: 10.1.1.4}}], privateLinkServiceConnections: [{name: c, properties: {privateLinkServiceId: photos}}]}}",
        at: "privateendpoint/pe properties.ipConfigurations",
    },
    Case {
        code: "endpoint-record-missing",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            endpoint!("vnet-a/vms", "groupIds: [blob]"),
            "\n---\n{type: Microsoft.Network/privateDnsZones, name: privatelink.blob.core.windows.net, properties: {}}",
            "\n---\n{type: Microsoft.Network/privateDnsZones/virtualNetworkLinks, name: privatelink.blob.core.windows.net/b, properties: {virtualNetwork: {id: vnet-b}}}"
        ),
        at: "privatednszone/privatelink.blob.core.windows.net",
    },
    Case {
        code: "endpoint-zone-not-linked",
        scenario: "azure-cni",
        change: &[],
        documents: endpoint!("vnet-a/vms", "groupIds: [blob]"),
        at: "privateendpoint/pe",
    },
    Case {
        code: "endpoint-answer-passes-by",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/vms, properties: {addressPrefix: 10.1.1.0/24, privateEndpointNetworkPolicies: Enabled}}\n---\n",
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/AzureFirewallSubnet, properties: {addressPrefix: 10.1.3.0/26}}\n---\n",
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/more, properties: {addressPrefix: 10.1.4.0/26, routeTable: {id: by-firewall}}}\n---\n",
            "{type: Microsoft.Network/routeTables, name: by-firewall, properties: {routes: [{name: vms, properties: {addressPrefix: 10.1.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}]}}\n---\n",
            "{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: c, properties: {subnet: {id: vnet-a/AzureFirewallSubnet}}}]}}\n---\n",
            endpoint!("vnet-a/vms", "groupIds: [blob]")
        ),
        at: "subnet/vnet-a/more properties.routeTable",
    },
    Case {
        code: "endpoint-rules-ignored",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: concat!(
            endpoint!("vnet-a/nodes", "groupIds: [blob]"),
            "\n---\n",
            nsg!(
                "{name: web, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
            )
        ),
        at: "subnet/vnet-a/nodes properties.privateEndpointNetworkPolicies",
    },
    Case {
        code: "storage-unreachable",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {publicNetworkAccess: Disabled}}",
        at: "storage/photos properties.publicNetworkAccess",
    },
    Case {
        code: "registration-twice",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateDnsZones, name: one.internal, properties: {virtualNetworkLinks: [{properties: {virtualNetwork: {id: vnet-a}, registrationEnabled: true}}]}}\n---\n{type: Microsoft.Network/privateDnsZones, name: two.internal, properties: {virtualNetworkLinks: [{properties: {virtualNetwork: {id: vnet-a}, registrationEnabled: true}}]}}",
        at: "privatednszone/two.internal",
    },
];
