//! Effective routes, as `az network nic show-effective-route-table` lists them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{caused_by, caused_by_text, columns};
use crate::engine::azure::routes::{EffectiveRoute, EffectiveRoutes, RouteSource, TaggedRoute};
use crate::model::azure::NextHop;

/// The routes of a subnet.
pub fn effective_routes(routes: &EffectiveRoutes) -> Value {
    let all = routes.routes.iter().map(route);
    let all = all.chain(routes.tagged.iter().map(tagged));
    json!({ "value": all.collect::<Vec<_>>() })
}

fn appliance(next_hop: &NextHop) -> Option<IpAddr> {
    match next_hop {
        NextHop::VirtualAppliance(address) => Some(*address),
        _ => None,
    }
}

fn state(route: &EffectiveRoute) -> &'static str {
    if route.active { "Active" } else { "Invalid" }
}

fn route(route: &EffectiveRoute) -> Value {
    let hops: Vec<String> = appliance(&route.next_hop)
        .iter()
        .map(IpAddr::to_string)
        .collect();
    json!({
        "name": (!route.name.is_empty()).then_some(&*route.name),
        "source": route.source.as_str(),
        "state": state(route),
        "addressPrefix": [route.prefix.to_string()],
        "nextHopType": route.next_hop.as_str(),
        "nextHopIpAddress": hops,
        "causedBy": caused_by(&route.cause),
    })
}

/// A route to a service tag, which stands for its published prefixes.
fn tagged(route: &TaggedRoute) -> Value {
    let hops: Vec<String> = appliance(&route.next_hop)
        .iter()
        .map(IpAddr::to_string)
        .collect();
    json!({
        "name": &*route.name,
        "source": RouteSource::User.as_str(),
        "state": "Active",
        "addressPrefix": [&*route.tag],
        "nextHopType": route.next_hop.as_str(),
        "nextHopIpAddress": hops,
        "causedBy": caused_by(&route.cause),
    })
}

/// The routes of a subnet in columns: source, state, prefix, next hop, cause.
///
/// Routes to service tags follow, with the tag in place of its published prefixes.
pub fn effective_routes_text(routes: &EffectiveRoutes) -> String {
    let head = [
        "Source",
        "State",
        "Address prefix",
        "Next hop type",
        "Next hop IP",
        "Caused by",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for route in &routes.routes {
        rows.push(vec![
            route.source.as_str().to_owned(),
            state(route).to_owned(),
            route.prefix.to_string(),
            route.next_hop.as_str().to_owned(),
            appliance(&route.next_hop).map_or_else(String::new, |ip| ip.to_string()),
            caused_by_text(&route.cause),
        ]);
    }
    for route in &routes.tagged {
        rows.push(vec![
            RouteSource::User.as_str().to_owned(),
            "Active".to_owned(),
            route.tag.to_string(),
            route.next_hop.as_str().to_owned(),
            appliance(&route.next_hop).map_or_else(String::new, |ip| ip.to_string()),
            caused_by_text(&route.cause),
        ]);
    }
    columns(&rows)
}
