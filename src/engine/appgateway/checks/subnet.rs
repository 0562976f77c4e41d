//! The subnet of a gateway: nothing else in it, no default route to elsewhere, and the routes to pods.

use super::problem;
use crate::engine::azure::routes::{EffectiveRoutes, RouteDecision};
use crate::engine::azure::topology::{self, Peer};
use crate::model::appgateway::AppGateway;
use crate::model::azure::{Cluster, NetworkPlugin, NextHop, Subnet, Vnet};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::firewall::Firewall;
use crate::model::kube::Node;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::{Host, HostNetwork};

/// Nothing but gateways may stand in the subnet of one.
pub(super) fn shared(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let id = subnet.id();
    let here = |other: &crate::model::azure::SubnetId| topology::same_subnet(other, &id);
    let hosts = network.hosts.iter().filter(|host| match &host.network {
        HostNetwork::Subnet(other) => here(other),
        HostNetwork::Internet | HostNetwork::OnPremises(_) => false,
    });
    let hosts = hosts.map(Host::reference);
    let nodes = network.nodes.iter().filter(|node| {
        topology::node_subnet(network, node).is_some_and(|subnet| here(&subnet.id()))
    });
    let nodes = nodes.map(Node::reference);
    let firewalls = network.firewalls.iter().filter(|it| here(&it.subnet));
    let firewalls = firewalls.map(Firewall::reference);
    let Some(other) = hosts.chain(nodes).chain(firewalls).next() else {
        return;
    };
    let message = format!(
        "{} stands in {}, where {other} stands as well; an Application Gateway wants a subnet of its own",
        gateway.reference(),
        subnet.reference()
    );
    problems.push(
        problem(
            Severity::Error,
            "appgw-subnet-shared",
            gateway.reference(),
            message,
        )
        .field("properties.gatewayIPConfigurations")
        .hint("give the gateway a subnet that nothing else is in"),
    );
}

/// The second version is not managed through an appliance.
pub(super) fn default_route(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let table = subnet
        .route_table
        .as_deref()
        .and_then(|it| network.route_table(it));
    let Some(table) = table.filter(|_| gateway.v2) else {
        return;
    };
    let is_default = |prefix: &Option<ipnet::IpNet>| prefix.is_some_and(|it| it.prefix_len() == 0);
    let mut routes = table.routes.iter().enumerate();
    let route = routes.find(|(_, it)| is_default(&it.prefix) && it.next_hop != NextHop::Internet);
    let Some((index, route)) = route else { return };
    let message = format!(
        "route `{}` sends 0.0.0.0/0 of {} to {}, which {} does not support",
        route.meta.name,
        subnet.reference(),
        route.next_hop.as_str(),
        gateway.reference()
    );
    let table = Ref::new(
        crate::model::object::Kind::RouteTable,
        table.meta.name.clone(),
    );
    problems.push(
        problem(Severity::Error, "appgw-default-route", table, message)
            .field(format!("properties.routes[{index}]"))
            .hint("let 0.0.0.0/0 of the gateway's subnet go to the internet"),
    );
}

/// What keeps the gateway of a controller from the pods: another network, an overlay, or another route table.
pub(super) fn pod_routes(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    let cluster = network.cluster.as_ref();
    let Some(cluster) = cluster.filter(|_| gateway.controller.is_some()) else {
        return;
    };
    if let Some(problem) = elsewhere(network, gateway, subnet) {
        problems.push(problem);
    } else if cluster.plugin == NetworkPlugin::AzureOverlay {
        problems.push(overlay(cluster, gateway, subnet));
    } else if topology::is_kubenet(network) {
        problems.extend(route_table(network, subnet));
    }
}

/// The gateway stands in a virtual network that is not peered with that of the nodes.
fn elsewhere(network: &Network, gateway: &AppGateway, subnet: &Subnet) -> Option<Diagnostic> {
    let own = network.vnet(&subnet.id().vnet)?;
    let pools = topology::pool_subnets(network).into_iter();
    let mut nodes = pools.filter_map(|it| network.vnet(&it.id().vnet));
    let peers: Vec<_> = topology::peers(network, own).collect();
    let peer_of = |other: &Vnet| {
        let mut peers = peers.iter();
        peers.find(|it| topology::same(&it.vnet.meta.name, &other.meta.name))
    };
    let opens = |it: &Peer<'_>| {
        it.local.allow_virtual_network_access && it.back.allow_virtual_network_access
    };
    let reached = |other: &Vnet| {
        topology::same(&own.meta.name, &other.meta.name) || peer_of(other).is_some_and(opens)
    };
    let apart = nodes.find(|it| !reached(it))?;
    let how = match peer_of(apart) {
        Some(_) => "whose peering does not allow access to",
        None => "which is not peered with",
    };
    let message = format!(
        "{} stands in {}, {how} {}, where the nodes are",
        gateway.reference(),
        own.reference(),
        apart.reference()
    );
    let code = "agic-not-peered";
    let problem = problem(Severity::Warning, code, gateway.reference(), message);
    Some(
        problem
            .field("properties.gatewayIPConfigurations")
            .hint("peer both virtual networks with `allowVirtualNetworkAccess` on both sides, or give the gateway a subnet beside the nodes"),
    )
}

/// Only nodes are part of an overlay (C-16). Newer controllers extend it to the gateway.
fn overlay(cluster: &Cluster, gateway: &AppGateway, subnet: &Subnet) -> Diagnostic {
    let message = format!(
        "the pods have addresses of an overlay; whether {} reaches them from {} is not modelled",
        gateway.reference(),
        subnet.reference()
    );
    let object = cluster.reference();
    problem(Severity::Warning, "agic-overlay", object, message)
        .field("properties.networkProfile.networkPluginMode")
        .hint("give pods addresses of a virtual network, or look up whether your version of the controller extends the overlay to the gateway")
}

/// With kubenet the controller attaches the table of the nodes, and gives up where there is another. That one may lead
/// to the pods of every node as well.
fn route_table(network: &Network, subnet: &Subnet) -> Option<Diagnostic> {
    let pools = topology::pool_subnets(network).into_iter();
    let tables: Vec<_> = pools.filter_map(|it| it.route_table.as_deref()).collect();
    let own = subnet.route_table.as_deref()?;
    if tables.is_empty() || tables.iter().any(|it| topology::same(it, own)) {
        return None;
    }
    let routes = EffectiveRoutes::of(network, &subnet.id())?;
    let led = |node: &Node| {
        let mut hosts = node.pod_cidrs.iter().filter_map(|it| it.hosts().next());
        hosts.all(|pod| match routes.decide(pod) {
            RouteDecision::Routed(route, _) => {
                matches!(route.next_hop, NextHop::VirtualAppliance(ip) if Some(ip) == node.ip())
            }
            _ => false,
        })
    };
    if !network.nodes.is_empty() && network.nodes.iter().all(led) {
        return None;
    }
    let message = format!(
        "{} has the route table `{own}`, so the ingress controller does not attach that of the nodes, `{}`",
        subnet.reference(),
        tables.first().copied().unwrap_or_default()
    );
    let object = subnet.reference();
    let problem = problem(Severity::Warning, "agic-route-table", object, message);
    Some(
        problem
            .field("properties.routeTable")
            .hint("attach the route table of the nodes, or add a route for the pods of each node"),
    )
}
