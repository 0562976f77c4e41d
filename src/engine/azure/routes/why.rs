//! Why a route was taken, or none.

use std::net::IpAddr;
use std::sync::Arc;

use super::{EffectiveRoute, EffectiveRoutes, RouteSource};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::NextHop;
use crate::model::object::{Kind, Ref};

impl EffectiveRoutes {
    /// The sentence, detail and cause for a packet that takes `route`.
    pub fn explain(&self, route: &EffectiveRoute, destination: IpAddr) -> Finding {
        let detail = Detail::RoutedByAzure {
            prefix: route.prefix,
            next_hop: route.next_hop.clone(),
            name: route.label(),
        };
        let why = Explanation::new(why_id(route))
            .with("destination", destination)
            .with("prefix", route.prefix)
            .with("subnet", self.subnet.reference());
        let why = match (&route.next_hop, &self.table) {
            (NextHop::VirtualAppliance(hop), Some(table)) => why
                .with("hop", *hop)
                .with("object", route.cause.object.clone())
                .with("table", table.clone()),
            (_, Some(table)) if route.source == RouteSource::User => why
                .with("table", table.clone())
                .with("route", route.label()),
            _ => why.with("object", route.cause.object.clone()),
        };
        let page = match route.next_hop {
            NextHop::VnetPeering => Source::VnetPeering,
            NextHop::InterfaceEndpoint => Source::PrivateEndpoint,
            _ if is_node_route(route) => Source::Kubenet,
            _ => Source::UserDefinedRoutes,
        };
        Finding::new(Stage::AzureRoute, detail, why)
            .caused_by(route.cause.clone())
            .documented_by(page)
    }

    pub(super) fn platform_finding(&self, destination: IpAddr) -> Finding {
        let detail = Detail::Forwarded {
            through: Arc::from("Azure platform"),
        };
        let why = Explanation::new("why-azure-route-platform")
            .with("destination", destination)
            .with("subnet", self.subnet.reference());
        Finding::new(Stage::AzureRoute, detail, why).documented_by(Source::AzurePlatformAddress)
    }

    pub(super) fn missing_finding(&self, destination: IpAddr) -> Finding {
        let detail = Detail::Refused {
            by: Arc::from("no route"),
        };
        let why = Explanation::new("why-azure-route-missing")
            .with("destination", destination)
            .with("subnet", self.subnet.reference());
        Finding::new(Stage::AzureRoute, detail, why)
            .caused_by(Cause::object(self.subnet.reference()))
    }
}

/// The finding for a route to a service tag that might match.
pub(super) fn tag_finding(
    tag: &Arc<str>,
    what: Arc<str>,
    cause: &Cause,
    destination: IpAddr,
) -> Finding {
    let detail = Detail::NotModelled { what };
    let why = Explanation::new("why-azure-route-tag")
        .with("destination", destination)
        .with("tag", tag.clone())
        .with("table", cause.object.clone());
    Finding::new(Stage::AzureRoute, detail, why).caused_by(cause.clone())
}

/// The finding for a route that a connection may bring and that nobody wrote down.
pub(super) fn open_finding(connection: &Ref, what: Arc<str>) -> Finding {
    let why = Explanation::new("why-limit-not-modelled").with("what", what.clone());
    let detail = Detail::NotModelled { what };
    Finding::new(Stage::AzureRoute, detail, why).caused_by(Cause::object(connection.clone()))
}

/// Whether AKS made the route for the pods of a kubenet node.
fn is_node_route(route: &EffectiveRoute) -> bool {
    route.cause.object.kind == Kind::Node
}

fn why_id(route: &EffectiveRoute) -> &'static str {
    match (route.source, &route.next_hop) {
        (RouteSource::User, NextHop::VirtualAppliance(_)) if is_node_route(route) => {
            "why-azure-route-node"
        }
        (RouteSource::User, NextHop::VirtualAppliance(_)) => "why-azure-route-user-appliance",
        (RouteSource::User, NextHop::None) => "why-azure-route-user-none",
        (RouteSource::User, NextHop::Internet) => "why-azure-route-user-internet",
        (RouteSource::User, NextHop::VirtualNetworkGateway) => "why-azure-route-user-gateway",
        (RouteSource::User, _) => "why-azure-route-user-vnet",
        (RouteSource::VirtualNetworkGateway, _) => "why-azure-route-gateway",
        (RouteSource::Default, NextHop::VnetPeering) => "why-azure-route-peering",
        (RouteSource::Default, NextHop::Internet) => "why-azure-route-internet",
        (RouteSource::Default, NextHop::None) => "why-azure-route-none",
        (RouteSource::Default, NextHop::ServiceEndpoint) => "why-azure-route-endpoint",
        (RouteSource::Default, NextHop::InterfaceEndpoint) => "why-azure-route-private",
        (RouteSource::Default, _) => "why-azure-route-vnet",
    }
}
