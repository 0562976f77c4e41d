//! Connections and peerings that Azure refuses, or that carry nothing (section 7.3 of the fact sheet).

use super::{error, warning};
use crate::engine::azure::topology::same;
use crate::model::azure::{Peering, Vnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::Kind;

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        remote_gateways(network, vnet, problems);
    }
    for connection in network.connections.iter().filter(|it| it.down) {
        let message = "the connection is not connected, so nothing passes and nothing is learnt";
        problems.push(
            warning("connection-down", message)
                .about(connection.meta.reference(Kind::Connection))
                .field("properties.connectionStatus")
                .hint("bring it up: mostly the shared keys or the address of the device differ"),
        );
    }
}

/// One remote gateway for each virtual network, and only one that the other side lends.
fn remote_gateways(network: &Network, vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    let field = "properties.useRemoteGateways";
    let using = vnet.peerings.iter().filter(|it| it.use_remote_gateways);
    for (number, peering) in using.enumerate() {
        let object = peering.meta.reference(Kind::Peering);
        if number > 0 {
            let message = format!(
                "{} already uses the gateway of another peer",
                vnet.reference()
            );
            problems.push(
                error("peering-second-gateway", message)
                    .about(object.clone())
                    .field(field)
                    .hint("keep `useRemoteGateways` at one peering only"),
            );
        }
        let back = network.vnet(&peering.remote).and_then(|remote| {
            let is_back = |it: &&Peering| same(&it.remote, &vnet.meta.name);
            remote.peerings.iter().find(is_back)
        });
        if let Some(back) = back.filter(|it| !it.allow_gateway_transit) {
            let lender = back.meta.reference(Kind::Peering);
            let message = format!("{lender} does not allow gateway transit");
            problems.push(
                error("peering-without-transit", message)
                    .about(object)
                    .field(field)
                    .hint("set `allowGatewayTransit` there, or remove `useRemoteGateways` here"),
            );
        }
    }
}
