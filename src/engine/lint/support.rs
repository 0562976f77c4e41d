//! Changes to what AKS made: they take effect, but AKS does not support them, or undoes them (section 4).

use super::{warning, written};
use crate::engine::azure::checks::made_by_aks;
use crate::engine::azure::nic::is_aks_name;
use crate::engine::azure::topology::{self, same};
use crate::model::azure::{NextHop, Nsg, RouteTable, SecurityRule};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::Node;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    if network.cluster.is_none() {
        return;
    }
    subnet_groups(network, problems);
    for nsg in network.nsgs.iter().filter(|nsg| written(&nsg.meta.origin)) {
        own_rules(nsg, problems);
    }
    interfaces(network, problems);
    if topology::is_kubenet(network) {
        pod_routes(network, problems);
    }
}

/// Custom rules in the group of a subnet: only in a virtual network of one's own.
fn subnet_groups(network: &Network, problems: &mut Vec<Diagnostic>) {
    for subnet in topology::pool_subnets(network) {
        let made = network
            .vnet(&subnet.meta.namespace)
            .is_some_and(made_by_aks);
        let group = subnet.nsg.as_deref().and_then(|name| network.nsg(name));
        let custom = |nsg: &&Nsg| nsg.rules.iter().any(|rule| written(&rule.meta.origin));
        if let Some(nsg) = group.filter(custom).filter(|_| made) {
            let message = format!(
                "own security rules for {}, which AKS made, are an unsupported change",
                subnet.reference()
            );
            problems.push(
                warning("unsupported-change", message)
                    .about(nsg.reference())
                    .field("properties.securityRules")
                    .hint("bring a virtual network of your own"),
            );
        }
    }
}

/// Rules in the group that AKS keeps on the interfaces of nodes.
fn own_rules(nsg: &Nsg, problems: &mut Vec<Diagnostic>) {
    if !is_aks_name(&nsg.meta.name, "nsg") {
        return;
    }
    let own =
        |rule: &&SecurityRule| written(&rule.meta.origin) && !made_by_provider(&rule.meta.name);
    let mut rules = nsg.rules.iter().enumerate();
    if let Some((index, rule)) = rules.find(|(_, rule)| own(rule)) {
        let message = format!(
            "rule `{}` in the security group that AKS keeps is an unsupported change",
            rule.meta.name
        );
        problems.push(
            warning("unsupported-change", message)
                .about(nsg.reference())
                .field(format!("properties.securityRules[{index}]"))
                .hint("put own rules into a security group of the subnet"),
        );
    }
}

/// Whether the cloud provider gives its rules such names, now or in 2021 (section 5.3).
fn made_by_provider(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let base = lower.get(..32).unwrap_or_default();
    let hash = base.strip_prefix('a').unwrap_or_default();
    lower.starts_with("k8s-azure-lb_")
        || (hash.len() == 31 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Network interfaces of nodes: another security group, or IP forwarding switched off.
fn interfaces(network: &Network, problems: &mut Vec<Diagnostic>) {
    for nic in &network.network_interfaces {
        let of_node = |node: &&Node| {
            let named = nic.virtual_machine.as_deref();
            node.ip().is_some() && node.ip() == nic.ips.first().copied()
                || named.is_some_and(|name| same(name, &node.meta.name))
        };
        let Some(node) = network.nodes.iter().find(of_node) else {
            continue;
        };
        let object = Ref::new(Kind::NetworkInterface, nic.meta.name.clone());
        let group = nic.nsg.as_deref().filter(|name| !is_aks_name(name, "nsg"));
        if let Some(group) = group {
            let message = format!(
                "the security group `{group}` on the interface of {} is an unsupported change",
                node.reference()
            );
            problems.push(
                warning("unsupported-change", message)
                    .about(object.clone())
                    .field("properties.networkSecurityGroup")
                    .hint("put own rules into a security group of the subnet"),
            );
        }
        if topology::is_kubenet(network) && !nic.ip_forwarding {
            // K-13
            let message = format!(
                "IP forwarding is off on the interface of {}, whose pods need it",
                node.reference()
            );
            problems.push(
                warning("node-ip-forwarding-off", message)
                    .about(object)
                    .field("properties.enableIPForwarding")
                    .hint("set `enableIPForwarding: true`, as AKS does for kubenet"),
            );
        }
    }
}

/// The route of each node's pods must be in the table of each node subnet, and lead to the node (K-01, K-04).
fn pod_routes(network: &Network, problems: &mut Vec<Diagnostic>) {
    let mut seen: Vec<&str> = Vec::new();
    for subnet in topology::pool_subnets(network) {
        let table = subnet
            .route_table
            .as_deref()
            .and_then(|name| network.route_table(name));
        let Some(table) = table.filter(|table| !seen.contains(&&*table.meta.name)) else {
            continue;
        };
        seen.push(&table.meta.name);
        for node in &network.nodes {
            pod_route(table, node, problems);
        }
    }
}

fn pod_route(table: &RouteTable, node: &Node, problems: &mut Vec<Diagnostic>) {
    let object = Ref::new(Kind::RouteTable, table.meta.name.clone());
    for range in node.pod_cidrs.iter().filter(|range| range.addr().is_ipv4()) {
        let mut routes = table.routes.iter().enumerate();
        let found = routes.find(|(_, route)| route.prefix == Some(*range));
        match found {
            None => {
                let message = format!(
                    "the route table has no route for `{range}`, the pods of {}",
                    node.reference()
                );
                let hint = match node.ip() {
                    Some(ip) => {
                        format!("add a route for `{range}` to the virtual appliance `{ip}`")
                    }
                    None => "give the node an address".to_owned(),
                };
                problems.push(
                    warning("pod-route-missing", message)
                        .about(object.clone())
                        .field("properties.routes")
                        .hint(hint),
                );
            }
            Some((index, route)) => {
                let right = node.ip().map(NextHop::VirtualAppliance);
                if right.as_ref() == Some(&route.next_hop) {
                    continue;
                }
                let message = format!(
                    "the route `{}` for the pods of {} leads elsewhere",
                    route.meta.name,
                    node.reference()
                );
                let expected = node.ip().map_or_else(
                    || "the address of the node".to_owned(),
                    |ip| format!("`{ip}`"),
                );
                problems.push(
                    warning("pod-route-wrong", message)
                        .about(object.clone())
                        .field(format!("properties.routes[{index}]"))
                        .found(hop(&route.next_hop), expected)
                        .hint("AKS keeps these routes; leave them as it makes them"),
                );
            }
        }
    }
}

fn hop(next: &NextHop) -> String {
    match next {
        NextHop::VirtualAppliance(ip) => format!("`{ip}`"),
        other => format!("`{}`", other.as_str()),
    }
}
