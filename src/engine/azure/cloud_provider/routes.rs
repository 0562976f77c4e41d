//! The kubenet route table: one route for the pods of each node.
//!
//! A node subnet without a table gets one; a table that the user attached gets the routes added.
//! A table of AKS's own name that the user wrote down is taken as it is.

use std::sync::Arc;

use ipnet::IpNet;

use super::derived_meta;
use crate::engine::azure::{nic, topology};
use crate::model::azure::{NextHop, RouteTable, SubnetId, UserRoute};
use crate::model::network::Network;
use crate::model::object::Ref;

/// The name of the table that AKS makes. Azure puts eight digits of a hash into it, which are left out here.
const NAME: &str = "aks-agentpool-routetable";

/// Adds the routes, and the table where a node subnet has none.
pub fn reconcile(network: &mut Network, cluster: &Ref) {
    if !topology::is_kubenet(network) {
        return;
    }
    let routes: Vec<UserRoute> = network.nodes.iter().flat_map(node_routes).collect();
    for subnet in node_subnets(network) {
        let table = attach(network, &subnet, cluster);
        add_missing(network, &table, &routes);
    }
}

fn node_subnets(network: &Network) -> Vec<SubnetId> {
    let pools = topology::pool_subnets(network).into_iter();
    let nodes = network
        .nodes
        .iter()
        .filter_map(|node| topology::node_subnet(network, node));
    let mut ids: Vec<SubnetId> = Vec::new();
    for id in pools.chain(nodes).map(crate::model::azure::Subnet::id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// One route for each pod range of a node: its name, its range, its primary address.
fn node_routes(node: &crate::model::kube::Node) -> Vec<UserRoute> {
    let Some(hop) = node.ip() else {
        return Vec::new();
    };
    let of_range = |range: &IpNet| UserRoute {
        meta: derived_meta(node.meta.name.clone(), &node.reference()),
        prefix: Some(*range),
        tag: None,
        next_hop: NextHop::VirtualAppliance(hop),
    };
    let same_family = |range: &&IpNet| range.addr().is_ipv4() == hop.is_ipv4();
    node.pod_cidrs
        .iter()
        .filter(same_family)
        .map(of_range)
        .collect()
}

/// The name of the table of a subnet; makes and attaches AKS's own where there is none.
fn attach(network: &mut Network, subnet: &SubnetId, cluster: &Ref) -> Arc<str> {
    let attached = network
        .subnet(subnet)
        .and_then(|subnet| subnet.route_table.clone());
    let name = attached.unwrap_or_else(|| Arc::from(NAME));
    if network.route_table(&name).is_none() {
        network.route_tables.push(RouteTable {
            meta: derived_meta(name.clone(), cluster),
            ..RouteTable::default()
        });
    }
    let subnets = network
        .vnets
        .iter_mut()
        .flat_map(|vnet| &mut vnet.subnets)
        .filter(|known| topology::same_subnet(&known.id(), subnet));
    for subnet in subnets {
        subnet.route_table = Some(name.clone());
    }
    name
}

fn add_missing(network: &mut Network, name: &str, routes: &[UserRoute]) {
    let table = network
        .route_tables
        .iter_mut()
        .find(|table| topology::same(&table.meta.name, name));
    let Some(table) = table else {
        return;
    };
    let written = matches!(
        table.meta.origin,
        crate::model::kube::Origin::Written { .. }
    );
    if written && nic::is_aks_name(&table.meta.name, "routetable") {
        return;
    }
    for route in routes {
        let known = |other: &UserRoute| {
            other.prefix == route.prefix || topology::same(&other.meta.name, &route.meta.name)
        };
        if !table.routes.iter().any(known) {
            table.routes.push(route.clone());
        }
    }
}
