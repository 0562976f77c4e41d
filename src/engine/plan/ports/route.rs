//! What the way of a node to the internet is where it is not the rule, the gateway or the address that translates.
//!
//! In this order: `block` lets nothing leave; a route of the user's leads to an appliance or a gateway, and whoever stands
//! at its end translates, also for a node that has ports of its own; `none` and `userDefinedRouting` make no way out; else
//! what a walk says.

use std::net::IpAddr;

use super::{Held, Share};
use crate::engine::azure::firewall;
use crate::engine::azure::nic::Nic;
use crate::engine::azure::routes::{EffectiveRoute, EffectiveRoutes, RouteDecision};
use crate::engine::explain::Explanation;
use crate::model::azure::{NextHop, OutboundType};
use crate::model::firewall::Firewall;
use crate::model::network::Network;
use crate::model::object::Ref;

/// What is to be said of a node whose packets `outcome` translates, if they come there.
pub(super) fn share(network: &Network, nic: &Nic, destination: IpAddr, outcome: Share) -> Share {
    let cluster = network.cluster.as_ref();
    let kind = cluster.map(|cluster| &cluster.outbound_type);
    let said = |held, by, why| Share {
        held,
        by,
        why,
        ..outcome.clone()
    };
    let by_type = |id| Explanation::new(id).with("node", nic.owner.clone());
    if kind == Some(&OutboundType::Block) {
        return said(Held::None, None, by_type("plan-ports-outbound-block"));
    }
    let routes = EffectiveRoutes::of(network, &nic.subnet);
    match routes.map(|routes| routes.decide(destination)) {
        Some(RouteDecision::Routed(route, _)) => {
            if let Some((held, by, why)) = along(network, nic, &route) {
                // An outbound rule that has no ports left is there all the same.
                return match &outcome.by {
                    Some(own) => said(outcome.held, outcome.by.clone(), unused(nic, own, &route)),
                    None => said(held, by, why),
                };
            }
        }
        Some(RouteDecision::NotModelled(_, finding)) if outcome.by.is_none() => {
            return said(Held::NotModelled, None, finding.why);
        }
        _ => {}
    }
    match kind {
        _ if outcome.by.is_some() => outcome,
        Some(OutboundType::None) => {
            let id = match outcome.held {
                Held::NotModelled => "plan-ports-outbound-none-open",
                _ => "plan-ports-outbound-none",
            };
            said(outcome.held, None, by_type(id))
        }
        Some(OutboundType::UserDefinedRouting) => {
            let why = by_type("plan-ports-route-missing").with("subnet", nic.subnet.reference());
            said(outcome.held, None, why)
        }
        _ => outcome,
    }
}

/// Ports by `own` that nothing takes, because of a route.
fn unused(nic: &Nic, own: &Ref, route: &EffectiveRoute) -> Explanation {
    let id = if *own == nic.owner {
        "plan-ports-unused-own"
    } else {
        "plan-ports-unused"
    };
    Explanation::new(id)
        .with("node", nic.owner.clone())
        .with("by", own.clone())
        .with("route", route.label())
        .with("table", route.cause.object.clone())
        .with("prefix", route.prefix)
        .with("hop", route.next_hop.as_str())
}

/// Where a route leads that does not lead to the internet itself, and who is there.
fn along(
    network: &Network,
    nic: &Nic,
    route: &EffectiveRoute,
) -> Option<(Held, Option<Ref>, Explanation)> {
    let why = |id| {
        Explanation::new(id)
            .with("node", nic.owner.clone())
            .with("route", route.label())
            .with("table", route.cause.object.clone())
    };
    match &route.next_hop {
        NextHop::VirtualAppliance(hop) => {
            let (by, id) = match owner(network, *hop) {
                Some(by) => (Some(by), "plan-ports-route-owner"),
                None => (None, "plan-ports-route-hop"),
            };
            let why = why(id).with("hop", *hop);
            let why = by.iter().fold(why, |why, by| why.with("by", by.clone()));
            Some((Held::Elsewhere, by, why))
        }
        NextHop::VirtualNetworkGateway => Some((
            Held::Elsewhere,
            None,
            why("plan-ports-route-gateway").with("prefix", route.prefix),
        )),
        NextHop::None => Some((
            Held::None,
            None,
            why("plan-ports-route-none").with("prefix", route.prefix),
        )),
        NextHop::Internet
        | NextHop::VnetLocal
        | NextHop::VnetPeering
        | NextHop::ServiceEndpoint
        | NextHop::InterfaceEndpoint => None,
    }
}

/// The firewall or machine with this private address.
fn owner(network: &Network, hop: IpAddr) -> Option<Ref> {
    let mut firewalls = network.firewalls.iter();
    let firewall = firewalls.find(|it| firewall::private_address(network, it) == Some(hop));
    let machines = || {
        network
            .hosts
            .iter()
            .filter_map(|it| Nic::of_host(network, it))
    };
    firewall
        .map(Firewall::reference)
        .or_else(|| machines().find(|it| it.owns(hop)).map(|it| it.owner))
}
