//! `Microsoft.Network/routeTables`.

use super::super::cursor::Cursor;
use super::super::values::{address, prefix};
use super::Parts;
use crate::model::azure::{NextHop, RouteTable, UserRoute};
use crate::model::kube::Meta;

pub(super) fn table(at: Cursor<'_>, meta: Meta, parts: Parts<'_>) -> RouteTable {
    let routes = at.prop("routes").list();
    RouteTable {
        disable_bgp_route_propagation: at
            .prop("disableBgpRoutePropagation")
            .flag()
            .unwrap_or_default(),
        routes: routes.filter_map(|item| route(item, parts)).collect(),
        meta,
    }
}

pub(super) fn route(at: Cursor<'_>, parts: Parts<'_>) -> Option<UserRoute> {
    let field = at.prop("addressPrefix");
    field.require("a prefix or a service tag");
    let written = field.name()?;
    // A service tag starts with a letter and holds no `/`.
    let tag = written.starts_with(|first: char| first.is_ascii_alphabetic())
        && !written.contains(['/', ':']);
    let single = address(&written).filter(|_| prefix(&written).is_none());
    let net = match single {
        Some(ip) => Some(ip.into()),
        None if tag => None,
        None => Some(field.prefix()?),
    };
    Some(UserRoute {
        meta: parts.part(at)?,
        prefix: net,
        tag: tag.then_some(written),
        next_hop: next_hop(at)?,
    })
}

fn next_hop(at: Cursor<'_>) -> Option<NextHop> {
    at.prop("nextHopType").require("a next hop type");
    let hop = at.prop("nextHopType").word_any_case(&[
        ("VirtualAppliance", None),
        ("VnetLocal", Some(&NextHop::VnetLocal)),
        (
            "VirtualNetworkGateway",
            Some(&NextHop::VirtualNetworkGateway),
        ),
        ("Internet", Some(&NextHop::Internet)),
        ("None", Some(&NextHop::None)),
    ])?;
    if let Some(hop) = hop {
        return Some(hop.clone());
    }
    at.prop("nextHopIpAddress")
        .require("the address of the appliance");
    at.prop("nextHopIpAddress")
        .address()
        .map(NextHop::VirtualAppliance)
}
