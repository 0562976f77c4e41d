//! NAT gateways and their public addresses, whose SKUs must go together (Microsoft: "Azure NAT Gateway SKUs"): a Standard
//! one takes Standard addresses, a `StandardV2` one those of `StandardV2`.

use super::written;
use crate::model::azure::{NatGateway, PublicIp};
use crate::model::diagnostic::{Diagnostic, error};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    for gateway in &network.nat_gateways {
        let addresses = gateway.public_ips.iter().enumerate();
        problems.extend(addresses.filter_map(|(index, name)| {
            refused(network, gateway, index, network.public_ip(name)?)
        }));
    }
}

fn refused(
    network: &Network,
    gateway: &NatGateway,
    index: usize,
    address: &PublicIp,
) -> Option<Diagnostic> {
    let wanted = sku(true, gateway.v2);
    // A document without `sku` does not say.
    let known = address.standard || address.basic;
    let found = sku(address.standard, address.v2);
    if !known || found == wanted {
        return None;
    }
    let object = Ref::new(Kind::NatGateway, gateway.meta.name.clone());
    let named = Ref::new(Kind::PublicIp, address.meta.name.clone());
    let message =
        format!("{object} has the SKU {wanted} and cannot take {named} of the SKU {found}");
    let problem = error("nat-gateway-sku", message)
        .found(format!("`{found}`"), format!("`{wanted}`"))
        .hint("use public addresses of the same SKU as the NAT gateway");
    let cluster = network.cluster.as_ref();
    Some(match cluster.filter(|_| !written(&gateway.meta.origin)) {
        Some(cluster) => problem
            .about(cluster.reference())
            .field("properties.networkProfile.outboundType"),
        None => problem
            .about(object)
            .field(format!("properties.publicIpAddresses[{index}]")),
    })
}

fn sku(standard: bool, v2: bool) -> &'static str {
    match (standard, v2) {
        (_, true) => "StandardV2",
        (true, false) => "Standard",
        (false, false) => "Basic",
    }
}
