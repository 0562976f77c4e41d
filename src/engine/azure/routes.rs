//! Effective routes of a subnet: what Azure adds by itself, what gateways learn, what a route
//! table says; and which of them a destination takes.
//!
//! Selection, as "Virtual network traffic routing" documents it: the longest prefix; on equal
//! prefixes a user-defined route, then one from a gateway, then a system route; but system routes
//! for the virtual network, its peerings and service endpoints beat gateway routes, even more specific ones.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::finding::Finding;
use super::tags::is_public;
use super::topology::{self, contains, is_platform};
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{NextHop, RouteTable, Subnet, SubnetId, UserRoute, Vnet};
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
    /// Routes to service tags, which are not modelled: tag and cause.
    pub tagged: Vec<(Arc<str>, Cause)>,
    /// Active routes by prefix length, longest first, then by network address.
    index: Vec<(u8, BTreeMap<IpAddr, usize>)>,
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
    /// A route to a service tag might match; names what is missing.
    NotModelled(Arc<str>, Finding),
}

impl EffectiveRoutes {
    /// The effective routes of a subnet; `None` if it does not exist.
    pub fn of(network: &Network, id: &SubnetId) -> Option<Self> {
        let vnet = network.vnet(&id.vnet)?;
        let subnet = network.subnet(id)?;
        let table = subnet
            .route_table
            .as_deref()
            .and_then(|name| network.route_table(name));
        let mut routes = system_routes(vnet, table);
        routes.extend(peering_routes(network, vnet));
        if !table.is_some_and(|table| table.disable_bgp_route_propagation) {
            routes.extend(gateway_routes(network, vnet));
        }
        routes.extend(table.into_iter().flat_map(user_routes));
        set_states(&mut routes);
        Some(Self {
            subnet: subnet.id(),
            table: table.map(table_ref),
            index: index(&routes),
            tagged: table.into_iter().flat_map(tagged_routes).collect(),
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

    /// What happens to a packet for `destination` that leaves this subnet, and why.
    pub fn decide(&self, destination: IpAddr) -> RouteDecision {
        if is_platform(destination) {
            return RouteDecision::Platform(self.platform_finding(destination));
        }
        let found = self.lookup(destination);
        if let Some((tag, cause)) = self.tagged.first()
            && is_public(destination)
            && found.is_none_or(|route| route.prefix.prefix_len() < route.prefix.max_prefix_len())
        {
            let what: Arc<str> = Arc::from(format!("a route to the service tag {tag}"));
            let finding = tag_finding(tag, what.clone(), cause, destination);
            return RouteDecision::NotModelled(what, finding);
        }
        match found {
            Some(route) => RouteDecision::Routed(route.clone(), self.explain(route, destination)),
            None => RouteDecision::NoRoute(self.missing_finding(destination)),
        }
    }

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
            _ if is_node_route(route) => Source::Kubenet,
            _ => Source::UserDefinedRoutes,
        };
        Finding::new(Stage::AzureRoute, detail, why)
            .caused_by(route.cause.clone())
            .documented_by(page)
    }

    fn platform_finding(&self, destination: IpAddr) -> Finding {
        let detail = Detail::Forwarded {
            through: Arc::from("Azure platform"),
        };
        let why = Explanation::new("why-azure-route-platform")
            .with("destination", destination)
            .with("subnet", self.subnet.reference());
        Finding::new(Stage::AzureRoute, detail, why).documented_by(Source::AzurePlatformAddress)
    }

    fn missing_finding(&self, destination: IpAddr) -> Finding {
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

fn tag_finding(tag: &Arc<str>, what: Arc<str>, cause: &Cause, destination: IpAddr) -> Finding {
    let detail = Detail::NotModelled { what };
    let why = Explanation::new("why-azure-route-tag")
        .with("destination", destination)
        .with("tag", tag.clone())
        .with("table", cause.object.clone());
    Finding::new(Stage::AzureRoute, detail, why).caused_by(cause.clone())
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
        (RouteSource::Default, _) => "why-azure-route-vnet",
    }
}

fn table_ref(table: &RouteTable) -> Ref {
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
fn system_routes(vnet: &Vnet, table: Option<&RouteTable>) -> Vec<EffectiveRoute> {
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

fn peering_routes<'n>(
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

fn gateway_routes(network: &Network, vnet: &Vnet) -> Vec<EffectiveRoute> {
    let Some((gateway, _)) = topology::gateway_for(network, vnet) else {
        return Vec::new();
    };
    let of_link = |link: topology::Link<'_>| {
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
    topology::links(network, gateway)
        .flat_map(of_link)
        .collect()
}

fn user_routes(table: &RouteTable) -> impl Iterator<Item = EffectiveRoute> + '_ {
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

fn tagged_routes(table: &RouteTable) -> impl Iterator<Item = (Arc<str>, Cause)> + '_ {
    table
        .routes
        .iter()
        .enumerate()
        .filter_map(|(index, route)| Some((route.tag.clone()?, user_cause(table, route, index))))
}

/// Marks what is overridden: by a better route for the same prefix, or, for a gateway route,
/// by the system route of a range that contains it.
fn set_states(routes: &mut [EffectiveRoute]) {
    let mut best: BTreeMap<IpNet, (u8, usize)> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate() {
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

/// Whether the ranges of a virtual network contain `address`.
pub fn in_vnet(vnet: &Vnet, address: IpAddr) -> bool {
    contains(&vnet.address_space, address)
}
