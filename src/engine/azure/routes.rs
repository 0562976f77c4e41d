//! Effective routes of a subnet: what Azure adds by itself, what gateways learn, what a route
//! table says; and which of them a destination takes.
//!
//! Selection, as "Virtual network traffic routing" documents it: the longest prefix; on equal
//! prefixes a user-defined route, then one from a gateway, then a system route; but system routes
//! for the virtual network, its peerings and service endpoints beat gateway routes, even more specific ones.

mod collect;
mod hole;
mod refused;
mod why;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::finding::Finding;
use super::service_tags::{self, ServiceTags};
use super::tags::{Membership, is_public};
use super::topology::{self, is_platform};
use crate::engine::trace::Cause;
use crate::model::azure::{NextHop, RouteTable, Subnet, SubnetId};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

use collect::{
    endpoint_routes, gateway_routes, peering_routes, private_endpoint_routes, system_routes,
    table_ref, tagged_routes, user_routes,
};
use hole::{Hole, Open, open_peering};
use refused::RefusedPeering;
use why::{open_finding, tag_finding};

/// No prefix of a service tag is as short as this.
const SHORTEST_OF_TAGS: u8 = 8;

/// Who put a route there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteSource {
    /// The platform.
    Default,
    /// A route table.
    User,
    /// A gateway: by BGP, or from the address space of a local network gateway.
    VirtualNetworkGateway,
}

impl RouteSource {
    /// The word as Azure's effective routes print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            RouteSource::Default => "Default",
            RouteSource::User => "User",
            RouteSource::VirtualNetworkGateway => "VirtualNetworkGateway",
        }
    }
}

/// One effective route of a subnet.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRoute {
    /// Destination prefix.
    pub prefix: IpNet,
    /// Where matching packets go.
    pub next_hop: NextHop,
    /// Who put it there.
    pub source: RouteSource,
    /// Whether it is used; Azure prints `Active` or `Invalid`.
    pub active: bool,
    /// Its name in the route table; empty for routes that nobody wrote.
    pub name: Arc<str>,
    /// The object and field that it comes from.
    pub cause: Cause,
}

impl EffectiveRoute {
    /// The route's name, or the word for its source where it has none.
    pub fn label(&self) -> Arc<str> {
        if self.name.is_empty() {
            Arc::from(self.source.as_str())
        } else {
            self.name.clone()
        }
    }

    /// Order on equal prefixes: the smallest is used.
    fn rank(&self) -> u8 {
        match (self.source, &self.next_hop) {
            (RouteSource::User, _) => 0,
            (RouteSource::Default, hop) if beats_gateways(hop) => 1,
            (RouteSource::VirtualNetworkGateway, _) => 2,
            (RouteSource::Default, _) => 3,
        }
    }
}

/// Whether a system route with this next hop wins over gateway routes.
fn beats_gateways(hop: &NextHop) -> bool {
    matches!(
        hop,
        NextHop::VnetLocal
            | NextHop::VnetPeering
            | NextHop::ServiceEndpoint
            | NextHop::InterfaceEndpoint
    )
}

/// The effective routes of a subnet, with an index for lookups.
#[derive(Clone, Debug)]
pub struct EffectiveRoutes {
    /// The subnet.
    pub subnet: SubnetId,
    /// The route table that is associated, if any.
    pub table: Option<Ref>,
    /// All routes: system, gateway, user.
    pub routes: Vec<EffectiveRoute>,
    /// Routes to service tags, of which only the scenario's own addresses are known.
    pub tagged: Vec<TaggedRoute>,
    /// Whose the public addresses of the scenario are.
    services: ServiceTags,
    /// What may bring routes that nobody wrote down: a connection of the gateway, or a peering with a network that no
    /// document describes.
    open: Option<Open>,
    /// What is missing of the route table.
    holes: Vec<Hole>,
    /// Peerings that Azure refuses.
    refused: Vec<RefusedPeering>,
    /// Active routes by prefix length, longest first, then by network address.
    index: Vec<(u8, BTreeMap<IpAddr, usize>)>,
}

/// A user-defined route whose prefix is the tag of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct TaggedRoute {
    /// The tag as written.
    pub tag: Arc<str>,
    /// Where matching packets go.
    pub next_hop: NextHop,
    /// Its name in the route table.
    pub name: Arc<str>,
    /// The object and field that it comes from.
    pub cause: Cause,
}

/// The most specific route to a service tag that holds a destination.
enum Tagged<'r> {
    /// None does.
    Out,
    /// This one.
    In(&'r TaggedRoute),
    /// This one may.
    Unknown(&'r TaggedRoute),
}

/// What the routes of a subnet say about a destination.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteDecision {
    /// A route matches; its next hop may be [`NextHop::None`], which drops.
    Routed(EffectiveRoute, Finding),
    /// The destination belongs to the platform and is answered by the host; no route applies.
    Platform(Finding),
    /// No route matches.
    NoRoute(Finding),
    /// A route to a service tag, or one that a gateway learns, might match; names what is missing.
    NotModelled(Arc<str>, Finding),
}

impl EffectiveRoutes {
    /// The effective routes of a subnet; `None` if it does not exist.
    pub fn of(network: &Network, id: &SubnetId) -> Option<Self> {
        let name = network.subnet(id)?.route_table.as_deref();
        let table = name.and_then(|name| network.route_table(name));
        let mut all = Self::with_table(network, id, table)?;
        all.holes = hole::of(&all.subnet, name, table);
        Some(all)
    }

    /// The routes without those of a route table, which do not count for what answers from a private endpoint.
    pub fn without_table(network: &Network, id: &SubnetId) -> Option<Self> {
        Self::with_table(network, id, None)
    }

    fn with_table(network: &Network, id: &SubnetId, table: Option<&RouteTable>) -> Option<Self> {
        let vnet = network.vnet(&id.vnet)?;
        let subnet = network.subnet(id)?;
        let mut routes = system_routes(vnet, table);
        routes.extend(peering_routes(network, vnet));
        routes.extend(endpoint_routes(network, vnet, subnet));
        routes.extend(private_endpoint_routes(network, vnet, table));
        let mut open = open_peering(network, vnet);
        if !table.is_some_and(|table| table.disable_bgp_route_propagation) {
            routes.extend(gateway_routes(network, vnet));
            let mut gateways = topology::gateways_for(network, vnet).into_iter();
            let link = gateways.find_map(|gateway| topology::open_link(network, gateway));
            let link = link.map(|it| it.meta.reference(Kind::Connection));
            open = link.map(Open::of_link).or(open);
        }
        routes.extend(table.into_iter().flat_map(user_routes));
        set_states(&mut routes);
        Some(Self {
            subnet: subnet.id(),
            table: table.map(table_ref),
            index: index(&routes),
            tagged: table.into_iter().flat_map(tagged_routes).collect(),
            services: ServiceTags::of(network),
            open,
            holes: Vec::new(),
            refused: refused::of(network, vnet),
            routes,
        })
    }

    /// The active route with the longest prefix that contains `destination`.
    pub fn lookup(&self, destination: IpAddr) -> Option<&EffectiveRoute> {
        self.index.iter().find_map(|(length, routes)| {
            let network = IpNet::new(destination, *length).ok()?.network();
            self.routes.get(*routes.get(&network)?)
        })
    }

    /// The addresses of the scenario for which a route to a service tag decides, in order; all others of the tag are
    /// not known here.
    pub fn known_of(&self, route: &TaggedRoute) -> Vec<IpAddr> {
        let all = self.services.all();
        let decides = |address: &IpAddr| {
            let found = self.lookup(*address);
            matches!(self.tagged(*address, found), Tagged::In(it) if it == route)
        };
        all.filter(decides).collect()
    }

    /// What happens to a packet for `destination` that leaves this subnet, and why.
    pub fn decide(&self, destination: IpAddr) -> RouteDecision {
        if is_platform(destination) {
            return RouteDecision::Platform(self.platform_finding(destination));
        }
        let found = self.lookup(destination);
        if let Some(hole) = self.holes.iter().find(|it| it.may_take(destination, found)) {
            return RouteDecision::NotModelled(hole.what(), hole.finding(destination));
        }
        match self.tagged(destination, found) {
            Tagged::Out => {}
            Tagged::In(route) => {
                if let Some(hole) = self.holes.iter().find(|it| it.is_of_tag(&route.tag)) {
                    return RouteDecision::NotModelled(hole.what(), hole.finding(destination));
                }
                let route = EffectiveRoute {
                    prefix: destination.into(),
                    next_hop: route.next_hop.clone(),
                    source: RouteSource::User,
                    active: true,
                    name: route.name.clone(),
                    cause: route.cause.clone(),
                };
                let finding = self.explain(&route, destination);
                return RouteDecision::Routed(route, finding);
            }
            Tagged::Unknown(TaggedRoute { tag, cause, .. }) => {
                let what: Arc<str> = Arc::from(format!("a route to the service tag {tag}"));
                let finding = tag_finding(tag, what.clone(), cause, destination);
                return RouteDecision::NotModelled(what, finding);
            }
        }
        if let Some(refused) = self.refused_for(destination, found) {
            return RouteDecision::NotModelled(refused.what(), refused.finding(destination));
        }
        let dropped = |route: &EffectiveRoute| {
            route.source == RouteSource::Default && route.next_hop == NextHop::None
        };
        let open = self.open.as_ref().filter(|_| found.is_some_and(dropped));
        if let Some(open) = open.filter(|it| !topology::contains(&it.elsewhere, destination)) {
            let finding = open_finding(&open.from, open.what.clone());
            return RouteDecision::NotModelled(open.what.clone(), finding);
        }
        match found {
            Some(route) => RouteDecision::Routed(route.clone(), self.explain(route, destination)),
            None => RouteDecision::NoRoute(self.missing_finding(destination)),
        }
    }
}

impl EffectiveRoutes {
    /// Whether only a peering that Azure refuses would lead to a destination.
    pub fn needs_refused_peering(&self, destination: IpAddr) -> bool {
        let found = self.lookup(destination);
        self.refused_for(destination, found).is_some()
    }

    fn refused_for(
        &self,
        destination: IpAddr,
        found: Option<&EffectiveRoute>,
    ) -> Option<&RefusedPeering> {
        let mut refused = self.refused.iter();
        refused.find(|it| it.is_needed(destination, found))
    }

    /// The route to a service tag that decides about a destination, whose best other route is `found`.
    ///
    /// The prefixes of a tag are not known, but they are longer than [`SHORTEST_OF_TAGS`]. A route of the user's for
    /// the address itself comes first; on the same prefix a service endpoint comes after a route of the user's.
    fn tagged(&self, destination: IpAddr, found: Option<&EffectiveRoute>) -> Tagged<'_> {
        let explicit = |route: &&EffectiveRoute| route.source == RouteSource::User;
        let length = found
            .filter(explicit)
            .map_or(0, |route| route.prefix.prefix_len());
        let host = IpNet::from(destination).prefix_len();
        if !is_public(destination) || length == host {
            return Tagged::Out;
        }
        let mut routes: Vec<&TaggedRoute> = self.tagged.iter().collect();
        routes.sort_by_key(|route| service_tags::rank(&route.tag));
        for route in routes {
            match self.services.membership(&route.tag, destination) {
                Membership::Out => {}
                Membership::In if length <= SHORTEST_OF_TAGS => return Tagged::In(route),
                Membership::In | Membership::Unknown => return Tagged::Unknown(route),
            }
        }
        Tagged::Out
    }
}

/// Marks what is overridden: by a better route for the same prefix, or, for a gateway route,
/// by the system route of a range that contains it.
fn set_states(routes: &mut [EffectiveRoute]) {
    let mut best: BTreeMap<IpNet, (u8, usize)> = BTreeMap::new();
    // What a user-defined route replaces at its source is not among the candidates.
    let given = routes.iter().enumerate().filter(|(_, route)| route.active);
    for (index, route) in given {
        let candidate = (route.rank(), index);
        let entry = best.entry(route.prefix).or_insert(candidate);
        *entry = (*entry).min(candidate);
    }
    for (index, route) in routes.iter_mut().enumerate() {
        route.active = best
            .get(&route.prefix)
            .is_some_and(|(_, used)| *used == index);
    }
    let fixed: Vec<IpNet> = routes
        .iter()
        .filter(|route| {
            route.active && route.source == RouteSource::Default && beats_gateways(&route.next_hop)
        })
        .map(|route| route.prefix)
        .collect();
    for route in routes
        .iter_mut()
        .filter(|route| route.source == RouteSource::VirtualNetworkGateway)
    {
        route.active &= !fixed.iter().any(|range| range.contains(&route.prefix));
    }
}

fn index(routes: &[EffectiveRoute]) -> Vec<(u8, BTreeMap<IpAddr, usize>)> {
    let mut by_length: BTreeMap<u8, BTreeMap<IpAddr, usize>> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate().filter(|(_, route)| route.active) {
        by_length
            .entry(route.prefix.prefix_len())
            .or_default()
            .insert(route.prefix.network(), index);
    }
    by_length.into_iter().rev().collect()
}

/// The prefixes of the routes that a subnet's own table adds; the tag `VirtualNetwork` includes them.
pub fn user_prefixes(network: &Network, subnet: &Subnet) -> Vec<IpNet> {
    subnet
        .route_table
        .as_deref()
        .and_then(|name| network.route_table(name))
        .into_iter()
        .flat_map(|table| table.routes.iter().filter_map(|route| route.prefix))
        .collect()
}
