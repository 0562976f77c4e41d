//! `Microsoft.Network/routeTables`.

use std::sync::Arc;

use super::super::cursor::Cursor;
use super::super::values::{address, prefix};
use super::Parts;
use crate::model::azure::{NextHop, RouteTable, UserRoute};
use crate::model::kube::Meta;
use crate::model::unread::UnreadRoute;

pub(super) fn table(at: Cursor<'_>, meta: Meta, parts: Parts<'_>) -> RouteTable {
    let mut table = RouteTable {
        disable_bgp_route_propagation: at
            .prop("disableBgpRoutePropagation")
            .flag()
            .unwrap_or_default(),
        meta,
        ..RouteTable::default()
    };
    for (index, item) in at.prop("routes").list().enumerate() {
        match route(item, parts) {
            Some(route) => table.routes.push(route),
            None => table.unread.push(unread(item, index)),
        }
    }
    table
}

/// What is known of a route that was left out; nothing is reported again.
pub(super) fn unread(at: Cursor<'_>, index: usize) -> UnreadRoute {
    let text = |at: Cursor<'_>| -> Option<Arc<str>> {
        at.node().and_then(|node| node.as_str().map(Arc::from))
    };
    let written = text(at.prop("addressPrefix")).unwrap_or_default();
    UnreadRoute {
        name: text(at.any_case("name")).unwrap_or_default(),
        field: Arc::from(format!("properties.routes[{index}]")),
        prefix: prefix(&written).or_else(|| address(&written).map(Into::into)),
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
