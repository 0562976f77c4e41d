//! Routes to nowhere: a next hop that does not pass packets on, that cannot be reached, or that drops what is needed.

use ipnet::IpNet;

use super::{error, info, warning, written};
use crate::engine::azure::addresses::Owner;
use crate::engine::azure::tags::is_public;
use crate::engine::azure::topology::{self, same};
use crate::engine::dataplane::Dataplane;
use crate::model::azure::{NextHop, RouteTable, Subnet, UserRoute};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    for table in &network.route_tables {
        let users: Vec<&Subnet> = users(network, table).collect();
        if users.is_empty() && written(&table.meta.origin) {
            let message = "no subnet uses this route table, so its routes have no effect";
            problems.push(
                info("route-table-unused", message)
                    .about(reference(table))
                    .hint("name it in the `routeTable` of a subnet, or remove it"),
            );
        }
        for (index, route) in table.routes.iter().enumerate() {
            if !written(&route.meta.origin) {
                continue;
            }
            let found = users
                .iter()
                .find_map(|subnet| nowhere(plane, subnet, route));
            if let Some(problem) = found {
                let field = format!("properties.routes[{index}]");
                problems.push(problem.about(reference(table)).field(field));
            }
        }
    }
}

fn reference(table: &RouteTable) -> Ref {
    Ref::new(Kind::RouteTable, table.meta.name.clone())
}

/// The subnets whose packets follow a table.
fn users<'n>(network: &'n Network, table: &'n RouteTable) -> impl Iterator<Item = &'n Subnet> {
    let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
    subnets.filter(|subnet| {
        let name = subnet.route_table.as_deref();
        name.is_some_and(|name| same(name, &table.meta.name))
    })
}

fn nowhere(plane: &Dataplane, subnet: &Subnet, route: &UserRoute) -> Option<Diagnostic> {
    let network = &*plane.network;
    let name = &route.meta.name;
    match route.next_hop {
        NextHop::VirtualAppliance(hop) => appliance(plane, subnet, name, hop),
        NextHop::VirtualNetworkGateway => {
            let vnet = network.vnet(&subnet.meta.namespace)?;
            let gateways = topology::gateways_for(network, vnet);
            if let Some(gateway) = gateways.first() {
                let message = format!(
                    "route `{name}` leads to gateway/{}, which is for ExpressRoute; a route of one's own can lead to a VPN gateway only",
                    gateway.meta.name
                );
                let hint = "let the gateway announce the range by BGP, and remove the route";
                let none_for_vpn = gateways.iter().all(|gateway| gateway.express_route);
                return none_for_vpn.then(|| error("next-hop-express-route", message).hint(hint));
            }
            let message = format!(
                "route `{name}` leads to a virtual network gateway, but {} has none and uses none of a peer",
                vnet.reference()
            );
            Some(
                warning("next-hop-no-gateway", message)
                    .hint("make a gateway, or let the peering use that of the peer"),
            )
        }
        NextHop::None => {
            let range = route.prefix?;
            // A longer or equal prefix beats the system route.
            let dropped = needed(network, subnet).find(|(_, used)| used.contains(&range))?;
            let message = format!(
                "route `{name}` drops packets for `{range}`, which is part of {}",
                dropped.0
            );
            Some(
                warning("route-drops", message)
                    .hint("remove the route, or make its prefix narrower"),
            )
        }
        NextHop::Internet => {
            let range = route.prefix.filter(|range| range.prefix_len() > 0)?;
            let private = !is_public(range.network()) && !is_public(range.broadcast());
            private.then(|| {
                let message =
                    format!("route `{name}` sends the private range `{range}` to the internet");
                warning("route-private-internet", message)
                    .hint("nobody on the internet has such an address; choose another next hop")
            })
        }
        NextHop::VnetLocal
        | NextHop::VnetPeering
        | NextHop::ServiceEndpoint
        | NextHop::InterfaceEndpoint => None,
    }
}

/// A next hop must stand in the own or a directly peered network, and pass on what is not its own.
fn appliance(
    plane: &Dataplane,
    subnet: &Subnet,
    route: &str,
    hop: std::net::IpAddr,
) -> Option<Diagnostic> {
    let network = &*plane.network;
    let vnet = network.vnet(&subnet.meta.namespace)?;
    let peers = topology::peers(network, vnet).map(|peer| peer.vnet);
    let mut near = std::iter::once(vnet).chain(peers);
    let found = near.find_map(|vnet| plane.addresses.private(&vnet.meta.name, hop));
    let Some(owner) = found else {
        let elsewhere = network
            .vnets
            .iter()
            .find(|vnet| plane.addresses.private(&vnet.meta.name, hop).is_some())?;
        let message = format!(
            "the next hop `{hop}` of route `{route}` stands in {}, which is not peered with {}",
            elsewhere.reference(),
            vnet.reference()
        );
        return Some(
            warning("next-hop-unreachable", message)
                .hint("peer the networks, or choose an appliance that is nearer"),
        );
    };
    let Owner::Nic(machine) = owner else {
        return None;
    };
    let nic = plane.addresses.nic(machine)?;
    (!nic.ip_forwarding).then(|| {
        let message =
            format!("IP forwarding is off on {machine}, the next hop `{hop}` of route `{route}`");
        let hint = match machine.kind {
            Kind::Host => "set `ipForwarding: true` for the host",
            _ => "turn on IP forwarding, or choose a next hop that has it",
        };
        warning("next-hop-not-forwarding", message).hint(hint)
    })
}

/// Ranges that a subnet reaches by system routes: its own network, peers, on premises.
fn needed<'n>(
    network: &'n Network,
    subnet: &Subnet,
) -> impl Iterator<Item = (Ref, IpNet)> + use<'n> {
    let mut ranges = Vec::new();
    if let Some(vnet) = network.vnet(&subnet.meta.namespace) {
        let all = |vnet: &crate::model::azure::Vnet| {
            let name = vnet.reference();
            let space = vnet.address_space.clone().into_iter();
            space.map(move |range| (name.clone(), range))
        };
        ranges.extend(all(vnet));
        ranges.extend(topology::peers(network, vnet).flat_map(|peer| all(peer.vnet)));
        for (_, link) in topology::links_for(network, vnet) {
            let name = Ref::new(Kind::LocalGateway, link.local.meta.name.clone());
            let prefixes = link.local.prefixes.iter();
            ranges.extend(prefixes.map(|range| (name.clone(), *range)));
        }
    }
    ranges.into_iter()
}
