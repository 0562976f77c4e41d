//! Virtual network gateways, local network gateways, and the connections between them.

use super::super::cursor::Cursor;
use crate::model::azure::{GatewayConnection, LocalNetworkGateway, VnetGateway};
use crate::model::kube::Meta;

/// Kinds of connections.
const CONNECTIONS: [(&str, ()); 4] = [
    ("IPsec", ()),
    ("Vnet2Vnet", ()),
    ("ExpressRoute", ()),
    ("VPNClient", ()),
];
/// Whether a state is one in which nothing passes. What Azure does not know counts as connected.
const STATES: [(&str, bool); 4] = [
    ("Connected", false),
    ("Unknown", false),
    ("Connecting", true),
    ("NotConnected", true),
];

pub(super) fn gateway(at: Cursor<'_>, meta: Meta) -> VnetGateway {
    let kinds = [("Vpn", false), ("ExpressRoute", true)];
    let mut configurations = at.prop("ipConfigurations").list();
    VnetGateway {
        express_route: at
            .prop("gatewayType")
            .word_any_case(&kinds)
            .unwrap_or_default(),
        bgp: at.prop("enableBgp").flag().unwrap_or_default(),
        subnet: configurations.find_map(|item| item.prop("subnet").subnet()),
        meta,
    }
}

pub(super) fn local(at: Cursor<'_>, meta: Meta) -> LocalNetworkGateway {
    let space = at.prop("localNetworkAddressSpace");
    LocalNetworkGateway {
        prefixes: space.any_case("addressPrefixes").prefixes(),
        meta,
    }
}

pub(super) fn connection(at: Cursor<'_>, meta: Meta) -> Option<GatewayConnection> {
    at.prop("virtualNetworkGateway1")
        .require("a virtual network gateway");
    let kind = at.prop("connectionType");
    let known = kind.word_any_case(&CONNECTIONS).is_some();
    if !known && kind.exists() {
        return None;
    }
    Some(GatewayConnection {
        gateway: at
            .prop("virtualNetworkGateway1")
            .resource_of("Microsoft.Network/virtualNetworkGateways")?,
        local_gateway: at
            .prop("localNetworkGateway2")
            .resource_of("Microsoft.Network/localNetworkGateways"),
        bgp: at.prop("enableBgp").flag().unwrap_or_default(),
        down: at
            .prop("connectionStatus")
            .word_any_case(&STATES)
            .unwrap_or_default(),
        meta,
    })
}
