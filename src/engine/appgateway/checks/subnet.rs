//! The subnet of a gateway: nothing else in it, no default route to elsewhere, and the routes to pods.

use super::problem;
use crate::engine::azure::topology;
use crate::model::appgateway::AppGateway;
use crate::model::azure::{NextHop, Subnet};
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

/// With kubenet the controller attaches the table of the nodes, and gives up where there is another.
pub(super) fn pod_routes(
    network: &Network,
    gateway: &AppGateway,
    subnet: &Subnet,
    problems: &mut Vec<Diagnostic>,
) {
    if gateway.controller.is_none() || !topology::is_kubenet(network) {
        return;
    }
    let pools = topology::pool_subnets(network).into_iter();
    let tables: Vec<_> = pools.filter_map(|it| it.route_table.as_deref()).collect();
    let own = subnet.route_table.as_deref();
    if own.is_none_or(|own| tables.is_empty() || tables.iter().any(|it| topology::same(it, own))) {
        return;
    }
    let message = format!(
        "{} has the route table `{}`, so the ingress controller does not attach that of the nodes, `{}`",
        subnet.reference(),
        own.unwrap_or_default(),
        tables.first().copied().unwrap_or_default()
    );
    problems.push(
        problem(
            Severity::Warning,
            "agic-route-table",
            subnet.reference(),
            message,
        )
        .field("properties.routeTable")
        .hint("attach the route table of the nodes, or add a route for the pods of each node"),
    );
}
