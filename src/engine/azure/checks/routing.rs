//! Route tables: what leads nowhere, in a circle, or to what is not modelled.

use super::{error, info, warning};
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::{tags, topology};
use crate::model::azure::{
    ASG, AddressPrefix, Cluster, NetworkPlugin, NextHop, OutboundType, RouteTable, Subnet,
    UserRoute,
};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub fn check(network: &Network, addresses: &Addresses, problems: &mut Vec<Diagnostic>) {
    for vnet in &network.vnets {
        for subnet in &vnet.subnets {
            if let Some(table) = table_of(network, subnet) {
                appliances(network, addresses, subnet, table, problems);
                widened_tag(network, subnet, table, problems);
            }
        }
    }
    unknown_tags(network, problems);
    if let Some(cluster) = &network.cluster {
        egress(network, cluster, problems);
    }
}

fn table_of<'n>(network: &'n Network, subnet: &Subnet) -> Option<&'n RouteTable> {
    network.route_table(subnet.route_table.as_deref()?)
}

fn reference(table: &RouteTable) -> Ref {
    Ref::new(Kind::RouteTable, table.meta.name.clone())
}

fn is_default(route: &UserRoute) -> bool {
    route
        .prefix
        .is_some_and(|prefix| prefix.prefix_len() == 0 && prefix.addr().is_ipv4())
}

/// A next hop must be somebody's address; an appliance within the subnet makes a circle (7.2).
fn appliances(
    network: &Network,
    addresses: &Addresses,
    subnet: &Subnet,
    table: &RouteTable,
    problems: &mut Vec<Diagnostic>,
) {
    for (index, route) in table.routes.iter().enumerate() {
        let NextHop::VirtualAppliance(hop) = route.next_hop else {
            continue;
        };
        let field = format!("properties.routes[{index}].properties.nextHopIpAddress");
        let node = network
            .nodes
            .iter()
            .any(|node| node.internal_ips.contains(&hop));
        let owned = network
            .vnets
            .iter()
            .any(|vnet| addresses.private(&vnet.meta.name, hop).is_some());
        let (code, message, hint) = if !owned {
            let message = format!(
                "nobody has the next hop `{hop}` of route `{}`",
                route.meta.name
            );
            (
                "next-hop-unknown",
                message,
                "name the address of an appliance",
            )
        } else if !node && topology::contains(&subnet.prefixes, hop) {
            let message = format!(
                "the appliance `{hop}` stands in {}, whose packets are routed to it: they go in a circle",
                subnet.reference()
            );
            (
                "next-hop-in-subnet",
                message,
                "put the appliance into a subnet of its own",
            )
        } else {
            continue;
        };
        let problem = warning(code, message)
            .about(reference(table))
            .field(field)
            .hint(hint);
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}

/// N-13: the tag `VirtualNetwork` includes the prefixes of user-defined routes.
fn widened_tag(
    network: &Network,
    subnet: &Subnet,
    table: &RouteTable,
    problems: &mut Vec<Diagnostic>,
) {
    let filtered = subnet.nsg.is_some()
        || topology::pool_subnets(network)
            .iter()
            .any(|pool| pool.id() == subnet.id());
    if filtered && table.routes.iter().any(is_default) {
        let message = format!(
            "the route for 0.0.0.0/0 makes the tag VirtualNetwork mean every address in {}",
            subnet.reference()
        );
        problems.push(
            warning("virtual-network-tag-widened", message)
                .about(reference(table))
                .hint("name prefixes instead of the tag in security rules that matter"),
        );
    }
}

fn unknown_tags(network: &Network, problems: &mut Vec<Diagnostic>) {
    for table in &network.route_tables {
        for (index, route) in table.routes.iter().enumerate() {
            if let Some(tag) = &route.tag {
                let message = format!(
                    "of the service tag `{tag}` only the scenario's own addresses are known"
                );
                problems.push(
                    info("service-tag-not-modelled", message)
                        .about(reference(table))
                        .field(format!("properties.routes[{index}]")),
                );
            }
        }
    }
    for nsg in &network.nsgs {
        for (index, rule) in nsg.rules.iter().enumerate() {
            let sides = rule.sources.iter().chain(&rule.destinations);
            let unknown = sides.filter_map(|side| match side {
                // The reader has told of application security groups. What depends on GatewayManager is only what
                // Azure itself does: Application Gateways must admit it by this name.
                AddressPrefix::Tag(tag)
                    if !tags::is_known(tag)
                        && !tag.starts_with(ASG)
                        && !tag.eq_ignore_ascii_case("GatewayManager") =>
                {
                    Some(tag)
                }
                _ => None,
            });
            for tag in unknown {
                let message = format!(
                    "of the service tag `{tag}` only the scenario's own addresses are known (rule `{}`)",
                    rule.meta.name
                );
                problems.push(
                    info("service-tag-not-modelled", message)
                        .about(nsg.reference())
                        .field(format!("properties.securityRules[{index}]")),
                );
            }
        }
    }
}

/// With kubenet a default route of one's own must point to an appliance or gateway (section 1.3 of the fact sheet).
fn kubenet_default(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let by_user = cluster.outbound_type == OutboundType::UserDefinedRouting;
    if cluster.plugin != NetworkPlugin::Kubenet || by_user {
        return;
    }
    for table in topology::pool_subnets(network)
        .iter()
        .filter_map(|subnet| table_of(network, subnet))
    {
        let wrong = |route: &UserRoute| {
            let passes = matches!(
                route.next_hop,
                NextHop::VirtualAppliance(_) | NextHop::VirtualNetworkGateway
            );
            is_default(route) && !passes
        };
        if let Some(index) = table.routes.iter().position(wrong) {
            let message =
                "the default route of kubenet nodes must point to an appliance or gateway";
            problems.push(
                error("kubenet-default-route", message)
                    .about(reference(table))
                    .field(format!("properties.routes[{index}]"))
                    .hint("choose an appliance or gateway, or remove the route"),
            );
        }
    }
}

/// L-16: with `userDefinedRouting` AKS wants a default route to an appliance or gateway.
fn egress(network: &Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    kubenet_default(network, cluster, problems);
    if let OutboundType::Other(name) = &cluster.outbound_type {
        let known = "`loadBalancer`, `userDefinedRouting`, `managedNATGateway`, `managedNATGatewayV2`, `userAssignedNATGateway`, `none` or `block`";
        problems.push(
            warning(
                "outbound-type-not-modelled",
                "this outbound type is not modelled",
            )
            .about(cluster.reference())
            .field("properties.networkProfile.outboundType")
            .found(format!("`{name}`"), known)
            .hint("choose one of those that are"),
        );
    }
    if cluster.outbound_type != OutboundType::UserDefinedRouting {
        return;
    }
    for subnet in topology::pool_subnets(network) {
        let default = table_of(network, subnet)
            .and_then(|table| table.routes.iter().find(|route| is_default(route)));
        let message = match default.map(|route| &route.next_hop) {
            Some(NextHop::VirtualAppliance(_) | NextHop::VirtualNetworkGateway) => continue,
            Some(NextHop::Internet) => format!(
                "the next hop of the default route of {} is Internet, which userDefinedRouting refuses",
                subnet.reference()
            ),
            Some(_) => format!("the default route of {} leads nowhere", subnet.reference()),
            None => format!(
                "{} has no route for 0.0.0.0/0, which userDefinedRouting requires",
                subnet.reference()
            ),
        };
        problems.push(
            error("default-route-required", message)
                .about(cluster.reference())
                .field("properties.networkProfile.outboundType")
                .hint("add a route for 0.0.0.0/0 to a virtual appliance or gateway"),
        );
    }
}
