//! `Microsoft.Network/virtualNetworks` with subnets and peerings.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::{Parts, region};
use crate::model::azure::{Peering, Subnet, Vnet};
use crate::model::kube::Meta;
use crate::model::private_link::EndpointPolicies;

/// Services that have service endpoints (Azure: "Virtual network service endpoints").
const SERVICES: [&str; 13] = [
    "Microsoft.Storage",
    "Microsoft.Storage.Global",
    "Microsoft.Sql",
    "Microsoft.AzureCosmosDB",
    "Microsoft.KeyVault",
    "Microsoft.ServiceBus",
    "Microsoft.EventHub",
    "Microsoft.AzureActiveDirectory",
    "Microsoft.Web",
    "Microsoft.CognitiveServices",
    "Microsoft.ContainerRegistry",
    "Microsoft.MachineLearningServices",
    "Microsoft.AVS",
];

pub(super) fn vnet(at: Cursor<'_>, meta: Meta, parts: Parts<'_>) -> Vnet {
    let space = at.prop("addressSpace").any_case("addressPrefixes");
    space.require("the address prefixes of the virtual network");
    let peerings = at.prop("virtualNetworkPeerings").list();
    Vnet {
        location: region(at),
        address_space: space.prefixes(),
        dns_servers: at.prop("dhcpOptions").any_case("dnsServers").addresses(),
        subnets: at
            .prop("subnets")
            .list()
            .filter_map(|item| subnet(item, parts))
            .collect(),
        peerings: peerings.filter_map(|item| peering(item, parts)).collect(),
        meta,
    }
}

pub(super) fn subnet(at: Cursor<'_>, parts: Parts<'_>) -> Option<Subnet> {
    let meta = parts.part(at)?;
    let mut prefixes = at.prop("addressPrefixes").prefixes();
    if prefixes.is_empty() {
        at.prop("addressPrefix")
            .require("the address prefix of the subnet");
        prefixes.extend(at.prop("addressPrefix").prefix());
    }
    let field = |list, field| {
        let items = at.prop(list).list();
        items.filter_map(|item| item.prop(field).name()).collect()
    };
    Some(Subnet {
        prefixes,
        nsg: at
            .prop("networkSecurityGroup")
            .resource_of("Microsoft.Network/networkSecurityGroups"),
        route_table: at
            .prop("routeTable")
            .resource_of("Microsoft.Network/routeTables"),
        nat_gateway: at
            .prop("natGateway")
            .resource_of("Microsoft.Network/natGateways"),
        private: at.prop("defaultOutboundAccess").flag() == Some(false),
        service_endpoints: service_endpoints(at),
        delegations: field("delegations", "serviceName"),
        endpoint_policies: at
            .prop("privateEndpointNetworkPolicies")
            .word_any_case(&EndpointPolicies::WORDS)
            .unwrap_or_default(),
        meta,
    })
}

/// Names as written; one that no service has is reported.
fn service_endpoints(at: Cursor<'_>) -> Vec<Arc<str>> {
    let services = at.prop("serviceEndpoints").list();
    let services = services.map(|item| item.prop("service"));
    let named = services.filter_map(|at| Some((at.name()?, at)));
    let checked = named.inspect(|(name, at)| {
        let known = SERVICES.iter().any(|it| it.eq_ignore_ascii_case(name));
        if !known {
            let expected = format!("one of {}", SERVICES.join(", "));
            let what = "is not a service that has service endpoints";
            at.wrong("unknown-value", what, &quoted(name), &expected);
        }
    });
    checked.map(|(name, _)| name).collect()
}

pub(super) fn peering(at: Cursor<'_>, parts: Parts<'_>) -> Option<Peering> {
    at.prop("remoteVirtualNetwork")
        .require("the virtual network at the other end");
    let flag = |field| at.prop(field).flag();
    let states = [
        ("Connected", false),
        ("Initiated", true),
        ("Disconnected", true),
    ];
    let state = at.prop("peeringState").word_any_case(&states);
    Some(Peering {
        meta: parts.part(at)?,
        remote: at
            .prop("remoteVirtualNetwork")
            .resource_of("Microsoft.Network/virtualNetworks")?,
        allow_virtual_network_access: flag("allowVirtualNetworkAccess").unwrap_or(true),
        allow_forwarded_traffic: flag("allowForwardedTraffic").unwrap_or_default(),
        allow_gateway_transit: flag("allowGatewayTransit").unwrap_or_default(),
        use_remote_gateways: flag("useRemoteGateways").unwrap_or_default(),
        disconnected: state.unwrap_or_default(),
    })
}
