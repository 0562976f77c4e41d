//! What is missing of a route table: the whole of it, or a route that cannot be read; and what it says twice. Where it
//! might route a packet, a walk ends there.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{EffectiveRoute, table_ref};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::topology;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{RouteTable, SubnetId, UserRoute, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::unread::UnreadRoute;

/// A hole in the routes of a subnet.
#[derive(Clone, Debug)]
pub(super) enum Hole {
    /// The subnet names a table that no document describes.
    Table { subnet: Ref, table: Ref },
    /// A route of the table cannot be read.
    Route { table: Ref, route: UnreadRoute },
    /// Two routes of the table are for the same and lead to different hops.
    Contested {
        table: Ref,
        route: Arc<str>,
        other: Arc<str>,
        to: Shared,
        field: String,
    },
}

/// What two routes of a table are both for.
#[derive(Clone, Debug)]
pub(super) enum Shared {
    Prefix(IpNet),
    Tag(Arc<str>),
}

/// What may bring routes that nobody wrote down.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// A connection of the gateway, or a peering.
    pub(super) from: Ref,
    /// What is not modelled.
    pub(super) what: Arc<str>,
    /// Ranges that are known to be somewhere else.
    pub(super) elsewhere: Vec<IpNet>,
}

impl Open {
    pub(super) fn of_link(connection: Ref) -> Self {
        Self {
            what: Arc::from(format!("the routes that {connection} brings")),
            from: connection,
            elsewhere: Vec::new(),
        }
    }
}

/// A peering with a network of which no document says what its ranges are; those of other networks are not among them.
pub(super) fn open_peering(network: &Network, vnet: &Vnet) -> Option<Open> {
    let mut own = vnet.peerings.iter().filter(|it| !it.disconnected);
    let open = own.find(|it| network.vnet(&it.remote).is_none())?;
    let remote = Ref::new(Kind::Vnet, open.remote.clone());
    let spaces = network.vnets.iter().flat_map(|it| &it.address_space);
    let pods = network.cluster.iter().filter_map(|it| it.pod_cidr);
    Some(Open {
        from: open.meta.reference(Kind::Peering),
        what: Arc::from(remote.to_string()),
        elsewhere: spaces.copied().chain(pods).collect(),
    })
}

/// The holes of a subnet whose route table has this name.
pub(super) fn of(subnet: &SubnetId, name: Option<&str>, table: Option<&RouteTable>) -> Vec<Hole> {
    let Some(table) = table else {
        let missing = name.map(|name| Hole::Table {
            subnet: subnet.reference(),
            table: Ref::new(Kind::RouteTable, name),
        });
        return missing.into_iter().collect();
    };
    let unread = table.unread.iter().map(|route| Hole::Route {
        table: table_ref(table),
        route: route.clone(),
    });
    unread.chain(contested(table)).collect()
}

/// Routes that follow one for the same with another next hop: Azure has no such table, so it has no order of the two.
fn contested(table: &RouteTable) -> impl Iterator<Item = Hole> + '_ {
    let routes = table.routes.iter().enumerate();
    routes.filter_map(|(index, route)| {
        let same = |it: &&UserRoute| match (&it.tag, &route.tag) {
            (Some(one), Some(other)) => topology::same(one, other),
            _ => it.prefix.is_some() && it.prefix == route.prefix,
        };
        let before = table.routes.get(..index)?.iter().find(same)?;
        if before.next_hop == route.next_hop {
            return None;
        }
        let tag = || route.tag.clone().map(Shared::Tag);
        Some(Hole::Contested {
            table: table_ref(table),
            route: before.meta.name.clone(),
            other: route.meta.name.clone(),
            to: route.prefix.map(Shared::Prefix).or_else(tag)?,
            field: format!("properties.routes[{index}]"),
        })
    })
}

impl Shared {
    fn text(&self) -> String {
        match self {
            Shared::Prefix(prefix) => prefix.to_string(),
            Shared::Tag(tag) => tag.to_string(),
        }
    }
}

impl Hole {
    /// Whether what is missing might be used in place of the route that was found.
    pub(super) fn may_take(&self, destination: IpAddr, found: Option<&EffectiveRoute>) -> bool {
        let prefix = match self {
            Hole::Table { .. } => None,
            Hole::Route { route, .. } => route.prefix,
            Hole::Contested { to, .. } => match to {
                Shared::Prefix(prefix) => Some(*prefix),
                Shared::Tag(_) => return false,
            },
        };
        prefix.is_none_or(|prefix| {
            let longer = |found: &EffectiveRoute| found.prefix.prefix_len() > prefix.prefix_len();
            prefix.contains(&destination) && !found.is_some_and(longer)
        })
    }

    /// Whether it is about the routes to this service tag.
    pub(super) fn is_of_tag(&self, tag: &str) -> bool {
        match self {
            Hole::Contested {
                to: Shared::Tag(own),
                ..
            } => topology::same(own, tag),
            _ => false,
        }
    }

    /// What is not modelled.
    pub(super) fn what(&self) -> Arc<str> {
        let (Hole::Table { table, .. } | Hole::Route { table, .. } | Hole::Contested { table, .. }) =
            self;
        Arc::from(table.to_string())
    }

    /// The step that a walk ends with.
    pub(super) fn finding(&self, destination: IpAddr) -> Finding {
        let detail = Detail::NotModelled { what: self.what() };
        let (why, cause) = match self {
            Hole::Table { subnet, table } => (
                Explanation::new("why-azure-route-table-missing")
                    .with("subnet", subnet.clone())
                    .with("table", table.clone()),
                Cause::field(subnet.clone(), "properties.routeTable"),
            ),
            Hole::Route { table, route } => (
                Explanation::new("why-azure-route-unread")
                    .with("route", route.name.clone())
                    .with("table", table.clone())
                    .with("destination", destination),
                Cause::field(table.clone(), route.field.clone()),
            ),
            Hole::Contested {
                table,
                route,
                other,
                to,
                field,
            } => (
                Explanation::new("why-azure-route-contested")
                    .with("route", route.clone())
                    .with("other", other.clone())
                    .with("prefix", to.text())
                    .with("table", table.clone())
                    .with("destination", destination),
                Cause::field(table.clone(), field.clone()),
            ),
        };
        Finding::new(Stage::AzureRoute, detail, why).caused_by(cause)
    }
}
