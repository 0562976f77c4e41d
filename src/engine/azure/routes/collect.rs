//! Where the routes of a subnet come from.

use std::sync::Arc;

use ipnet::IpNet;

use super::{EffectiveRoute, RouteSource, TaggedRoute};
use crate::engine::azure::{private_endpoint, storage, topology};
use crate::engine::trace::Cause;
use crate::model::azure::{NextHop, RouteTable, Subnet, UserRoute, Vnet, VnetGateway};
use crate::model::kube::Origin;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The private ranges that Azure drops unless something else is known about them.
const NONE_PREFIXES: [&str; 4] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
];

pub(super) fn table_ref(table: &RouteTable) -> Ref {
    Ref::new(Kind::RouteTable, table.meta.name.clone())
}

fn default_route(prefix: IpNet, next_hop: NextHop, cause: Cause) -> EffectiveRoute {
    EffectiveRoute {
        prefix,
        next_hop,
        source: RouteSource::Default,
        active: true,
        name: Arc::from(""),
        cause,
    }
}

/// The virtual network's own ranges, the internet, and None for private ranges that it neither is nor contains.
pub(super) fn system_routes(vnet: &Vnet, table: Option<&RouteTable>) -> Vec<EffectiveRoute> {
    let mut routes: Vec<EffectiveRoute> = prefix_routes(vnet, &NextHop::VnetLocal).collect();
    let whole = |text: &str| text.parse::<IpNet>().ok();
    let by_platform = || Cause::object(vnet.reference());
    if let Some(all) = whole("0.0.0.0/0") {
        routes.push(default_route(all, NextHop::Internet, by_platform()));
    }
    if table.is_some_and(has_default_route) {
        return routes;
    }
    let dropped = NONE_PREFIXES.iter().filter_map(|text| whole(text));
    for prefix in dropped.filter(|prefix| !vnet.address_space.iter().any(|r| r.contains(prefix))) {
        routes.push(default_route(prefix, NextHop::None, by_platform()));
    }
    routes
}

/// Whether a route table has a route for 0.0.0.0/0; Azure then takes the None routes away.
fn has_default_route(table: &RouteTable) -> bool {
    table
        .routes
        .iter()
        .filter_map(|route| route.prefix)
        .any(|prefix| prefix.prefix_len() == 0 && prefix.addr().is_ipv4())
}

fn prefix_routes<'n>(
    vnet: &'n Vnet,
    next_hop: &'n NextHop,
) -> impl Iterator<Item = EffectiveRoute> + 'n {
    let field = |index| format!("properties.addressSpace.addressPrefixes[{index}]");
    vnet.address_space
        .iter()
        .enumerate()
        .map(move |(index, prefix)| {
            let cause = Cause::field(vnet.reference(), field(index));
            default_route(*prefix, next_hop.clone(), cause)
        })
}

pub(super) fn peering_routes<'n>(
    network: &'n Network,
    vnet: &'n Vnet,
) -> impl Iterator<Item = EffectiveRoute> + 'n {
    topology::peers(network, vnet).flat_map(|peer| {
        let object = peer.local.meta.reference(Kind::Peering);
        prefix_routes(peer.vnet, &NextHop::VnetPeering).map(move |route| EffectiveRoute {
            cause: Cause::object(object.clone()),
            ..route
        })
    })
}

/// A service endpoint brings routes to the public prefixes of its service. Those are not known here,
/// but the addresses of the scenario's own storage accounts are among them.
pub(super) fn endpoint_routes<'n>(
    network: &'n Network,
    vnet: &'n Vnet,
    subnet: &'n Subnet,
) -> impl Iterator<Item = EffectiveRoute> + 'n {
    let routed = storage::routed(network, &vnet.location, subnet);
    routed.filter_map(|(index, account)| {
        let field = format!("properties.serviceEndpoints[{index}]");
        let cause = Cause::field(subnet.reference(), field);
        let prefix = IpNet::from(account.ip?);
        Some(default_route(prefix, NextHop::ServiceEndpoint, cause))
    })
}

/// Every address of a private endpoint in the virtual network, or in one that is peered with it.
pub(super) fn private_endpoint_routes(
    network: &Network,
    vnet: &Vnet,
    table: Option<&RouteTable>,
) -> Vec<EffectiveRoute> {
    let peers = topology::peers(network, vnet).map(|peer| peer.vnet);
    let endpoints = std::iter::once(vnet)
        .chain(peers)
        .flat_map(|vnet| private_endpoint::in_vnet(network, &vnet.meta.name));
    let routes = endpoints.flat_map(|endpoint| {
        endpoint.ips.iter().map(move |ip| {
            let cause = Cause::object(endpoint.reference());
            let overridden = |table| private_endpoint::is_overridden(network, endpoint, *ip, table);
            EffectiveRoute {
                active: !table.is_some_and(overridden),
                ..default_route(IpNet::from(*ip), NextHop::InterfaceEndpoint, cause)
            }
        })
    });
    routes.collect()
}

pub(super) fn gateway_routes(network: &Network, vnet: &Vnet) -> Vec<EffectiveRoute> {
    let of_link = |(_, link): (&VnetGateway, topology::Link<'_>)| {
        let object = Ref::new(Kind::LocalGateway, link.local.meta.name.clone());
        let routes = link.local.prefixes.iter().enumerate();
        let routes = routes.map(|(index, prefix)| EffectiveRoute {
            prefix: *prefix,
            next_hop: NextHop::VirtualNetworkGateway,
            source: RouteSource::VirtualNetworkGateway,
            active: true,
            name: Arc::from(""),
            cause: Cause::field(
                object.clone(),
                format!("properties.localNetworkAddressSpace.addressPrefixes[{index}]"),
            ),
        });
        routes.collect::<Vec<_>>()
    };
    topology::links_for(network, vnet)
        .flat_map(of_link)
        .collect()
}

pub(super) fn user_routes(table: &RouteTable) -> impl Iterator<Item = EffectiveRoute> + '_ {
    table
        .routes
        .iter()
        .enumerate()
        .filter_map(|(index, route)| {
            Some(EffectiveRoute {
                prefix: route.prefix?,
                next_hop: route.next_hop.clone(),
                source: RouteSource::User,
                active: true,
                name: route.meta.name.clone(),
                cause: user_cause(table, route, index),
            })
        })
}

fn user_cause(table: &RouteTable, route: &UserRoute, index: usize) -> Cause {
    match &route.meta.origin {
        Origin::Derived { from, .. } if from.kind == Kind::Node => {
            Cause::field(from.clone(), "spec.podCIDR")
        }
        _ => Cause::field(table_ref(table), format!("properties.routes[{index}]")),
    }
}

pub(super) fn tagged_routes(table: &RouteTable) -> impl Iterator<Item = TaggedRoute> + '_ {
    let routes = table.routes.iter().enumerate();
    routes.filter_map(|(index, route)| {
        Some(TaggedRoute {
            tag: route.tag.clone()?,
            next_hop: route.next_hop.clone(),
            name: route.meta.name.clone(),
            cause: user_cause(table, route, index),
        })
    })
}
