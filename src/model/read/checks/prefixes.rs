//! Prefixes that overlap within one resource, or across a gateway.

use ipnet::IpNet;

use super::problem;
use crate::model::azure::Vnet;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub(super) fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        address_space(vnet, problems);
    }
    on_premises(network, problems);
}

/// Whether two prefixes share an address; then one contains the other.
fn overlap(first: &IpNet, second: &IpNet) -> bool {
    first.contains(second) || second.contains(first)
}

fn address_space(vnet: &Vnet, problems: &mut Vec<Diagnostic>) {
    for (index, prefix) in vnet.address_space.iter().enumerate() {
        let mut earlier = vnet.address_space.iter().take(index);
        if let Some(other) = earlier.rfind(|other| overlap(other, prefix)) {
            let at = (
                vnet.reference(),
                format!("addressSpace.addressPrefixes[{index}]"),
            );
            let message = format!(
                "two address prefixes of `{}` overlap; Azure refuses this",
                vnet.reference()
            );
            problems.push(
                problem(Severity::Error, "overlap", at, message)
                    .found(format!("`{prefix}`"), format!("a prefix beside `{other}`")),
            );
        }
    }
}

fn overlapping<'a>(one: &'a [IpNet], two: &'a [IpNet]) -> Option<(&'a IpNet, &'a IpNet)> {
    one.iter().find_map(|first| {
        two.iter()
            .find(|second| overlap(first, second))
            .map(|second| (first, second))
    })
}

/// A gateway does not send to on-premises what is inside its own virtual network.
fn on_premises(network: &Network, problems: &mut Vec<Diagnostic>) {
    for local in &network.local_gateways {
        let named = |connection: &&crate::model::azure::GatewayConnection| {
            connection
                .local_gateway
                .as_ref()
                .is_some_and(|name| *name == local.meta.name)
        };
        for connection in network.connections.iter().filter(named) {
            let gateway = network
                .gateways
                .iter()
                .find(|gateway| gateway.meta.name == connection.gateway);
            let vnet = gateway.and_then(|gateway| network.vnet(&gateway.subnet.as_ref()?.vnet));
            let Some((one, two)) =
                vnet.and_then(|vnet| overlapping(&local.prefixes, &vnet.address_space))
            else {
                continue;
            };
            let at = (
                Ref::new(Kind::LocalGateway, local.meta.name.clone()),
                "localNetworkAddressSpace.addressPrefixes".to_owned(),
            );
            let message =
                "the on-premises network overlaps the virtual network that it is connected to"
                    .to_owned();
            problems.push(
                problem(Severity::Warning, "overlap", at, message)
                    .found(format!("`{one}`"), format!("a prefix beside `{two}`")),
            );
        }
    }
}
