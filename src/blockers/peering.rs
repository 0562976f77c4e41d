//! Changes of peerings and connections: what joins two networks.

use std::net::IpAddr;

use serde_json::json;

use super::propose::{Draft, append, cause, set};
use super::refusal::Refusal;
use super::written::Written;
use crate::edit::{Command, inline};
use crate::engine::azure::topology::{contains, gateway_in, peers, same};
use crate::engine::explain::Explanation;
use crate::model::azure::{Peering, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A peering does not take what its other side only passes on.
pub(super) fn forwarded(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Some((cause, Kind::Peering)) = cause(refusal) else {
        return Vec::new();
    };
    let flag = "allowForwardedTraffic";
    if !cause.field.ends_with(flag) {
        return Vec::new();
    }
    let object = &cause.object;
    let Some(written) = Written::of(network, object) else {
        return Vec::new();
    };
    let what = Explanation::new("fix-peering-flag")
        .with("peering", object.clone())
        .with("flag", flag);
    let path = written.property(flag);
    vec![Draft::set(what, object, &path, json!(true))]
}

/// A peering of two virtual networks, or what is missing of one.
pub(super) fn between(network: &Network, from: &Vnet, to: &Vnet) -> Option<Draft> {
    let half = |one: &Vnet, other: &Vnet| -> Option<Peering> {
        let mut own = one.peerings.iter();
        own.find(|it| same(&it.remote, &other.meta.name)).cloned()
    };
    let (there, back) = (half(from, to), half(to, from));
    let written = Written::of(network, &from.reference())?;
    let mut commands = Vec::new();
    let mut missing = String::new();
    for (one, other, known) in [(from, to, &there), (to, from, &back)] {
        match known {
            Some(known) if known.disconnected => {
                let object = known.meta.reference(Kind::Peering);
                let path = Written::of(network, &object)?.property("peeringState");
                commands.push(set(&object, &path, Some(json!("Connected"))));
            }
            Some(_) => {}
            None => {
                if !missing.is_empty() {
                    missing.push_str("---\n");
                }
                missing.push_str(&text(&one.meta.name, &other.meta.name));
            }
        }
    }
    let object = Ref::scoped(Kind::Peering, from.meta.name.clone(), name(from, to));
    if !missing.is_empty() {
        commands.push(append(object.clone(), written.file, missing));
    }
    let what = Explanation::new("fix-peering-new")
        .with("from", from.reference())
        .with("to", to.reference());
    let command = match commands.len() {
        0 => return None,
        1 => commands.pop()?,
        _ => Command::Together { object, commands },
    };
    Some(Draft { what, command })
}

fn name(from: &Vnet, to: &Vnet) -> String {
    format!("{}-to-{}", from.meta.name, to.meta.name)
}

fn text(from: &str, to: &str) -> String {
    let name = inline(&json!(format!("{from}/{from}-to-{to}")));
    let remote = inline(&json!({ "id": to }));
    format!(
        "type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings\nname: {name}\nproperties:\n  remoteVirtualNetwork: {remote}\n  allowVirtualNetworkAccess: true\n  allowForwardedTraffic: false\n"
    )
}

/// Changes that let `from` reach the network on premises that has `destination`.
pub(super) fn on_premises(network: &Network, from: &Vnet, destination: IpAddr) -> Vec<Draft> {
    let mut known = network.local_gateways.iter();
    let Some(local) = known.find(|local| contains(&local.prefixes, destination)) else {
        return Vec::new();
    };
    let mut drafts = Vec::new();
    let gateway = gateway_in(network, &from.meta.name);
    if let Some(gateway) = gateway {
        let connected = network.connections.iter().any(|it| {
            same(&it.gateway, &gateway.meta.name)
                && it
                    .local_gateway
                    .as_deref()
                    .is_some_and(|name| same(name, &local.meta.name))
        });
        let object = gateway.meta.reference(Kind::Gateway);
        if let Some(written) = Written::of(network, &object).filter(|_| !connected) {
            let name = format!("{}-{}", gateway.meta.name, local.meta.name);
            let text = format!(
                "type: Microsoft.Network/connections\nname: {name}\nproperties:\n  connectionType: IPsec\n  virtualNetworkGateway1: {{id: {}}}\n  localNetworkGateway2: {{id: {}}}\n",
                gateway.meta.name, local.meta.name
            );
            let what = Explanation::new("fix-connection-new")
                .with("gateway", object)
                .with("onPremises", local.meta.reference(Kind::LocalGateway));
            let connection = Ref::new(Kind::Connection, name);
            drafts.push(Draft::append(what, connection, written.file, text));
        }
    } else {
        drafts.extend(peers(network, from).filter_map(|peer| {
            gateway_in(network, &peer.vnet.meta.name)?;
            transit(network, peer.local, peer.back)
        }));
    }
    drafts
}

/// Lets one side of a peering use the gateway of the other.
fn transit(network: &Network, local: &Peering, back: &Peering) -> Option<Draft> {
    let (spoke, hub) = (
        local.meta.reference(Kind::Peering),
        back.meta.reference(Kind::Peering),
    );
    let mut commands = Vec::new();
    for (object, flag, on) in [
        (&spoke, "useRemoteGateways", local.use_remote_gateways),
        (&hub, "allowGatewayTransit", back.allow_gateway_transit),
    ] {
        if !on {
            let path = Written::of(network, object)?.property(flag);
            commands.push(set(object, &path, Some(json!(true))));
        }
    }
    let what = Explanation::new("fix-peering-transit")
        .with("spoke", spoke.clone())
        .with("hub", hub);
    let command = match commands.len() {
        0 => return None,
        1 => commands.pop()?,
        _ => Command::Together {
            object: spoke,
            commands,
        },
    };
    Some(Draft { what, command })
}

/// A gateway, or the network behind it, does not know the destination.
pub(super) fn to_gateway(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let destination = refusal.step.before.destination;
    let behind = network
        .vnets
        .iter()
        .find(|vnet| contains(&vnet.address_space, destination));
    match (refusal.place.kind, behind) {
        // From on premises: the network must use the gateway, so that it is announced.
        (Kind::LocalGateway, Some(vnet)) => {
            let hubs = peers(network, vnet);
            hubs.filter(|peer| gateway_in(network, &peer.vnet.meta.name).is_some())
                .filter_map(|peer| transit(network, peer.local, peer.back))
                .collect()
        }
        (Kind::Subnet, _) => network
            .vnet(&refusal.place.scope)
            .map_or_else(Vec::new, |vnet| on_premises(network, vnet, destination)),
        _ => Vec::new(),
    }
}
