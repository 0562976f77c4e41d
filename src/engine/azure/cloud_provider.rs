//! The controller that AKS runs for Azure (`cloud-provider-azure`): from Services and nodes it
//! makes load balancers, public addresses, security rules and the kubenet route table.
//!
//! Everything is computed from scratch; what the user wrote down stays as it is.

mod access;
mod access_2021;
mod allocate;
pub mod annotations;
mod block;
mod holders;
pub mod names;
mod outbound;
mod public_ip;
mod refusal;
mod routes;
pub mod rules;
mod services;
mod status;

use std::sync::Arc;

use super::nic;
use super::topology;
use crate::engine::control::Found;
use crate::model::azure::{Cluster, LoadBalancer, Nsg};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Meta, Node, Origin};
use crate::model::network::Network;
use crate::model::object::Ref;

pub use access::{AccessError, apply as apply_access, range as source_range};
pub use refusal::Refusal;
pub use services::requested;

/// The controller's own name, in the origin of what it makes.
pub const CONTROLLER: &str = "cloud-provider-azure";

/// Nodes with this label stay out of the backend pool.
const EXCLUDE_LABEL: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// Nodes for which this label is `false` are none of Azure's.
const MANAGED_LABEL: &str = "kubernetes.azure.com/managed";

/// The agent pool of a node.
const POOL_LABEL: &str = "kubernetes.azure.com/agentpool";

/// Makes what the controller makes, in a network whose nodes, pods, Services and slices exist.
///
/// Does nothing without a cluster; doing it twice changes nothing more. Adds load balancers, public addresses, rules of AKS's security
/// group, routes to kubenet pods and `status.loadBalancer.ingress` of Services. `found` is what is known of its nodes and pods.
pub fn reconcile(network: &mut Network, found: &Found, diagnostics: &mut Vec<Diagnostic>) {
    let Some(cluster) = network.cluster.as_ref().map(Cluster::reference) else {
        return;
    };
    network
        .load_balancers
        .retain(|balancer| !matches!(balancer.meta.origin, Origin::Derived { .. }));
    ensure_nsg(network, &cluster);
    block::reconcile(network, &cluster);
    routes::reconcile(network, &cluster);
    outbound::reconcile(network);
    services::reconcile(network, found, diagnostics);
}

/// The origin of what this controller makes for `from`.
fn derived(from: &Ref) -> Origin {
    Origin::Derived {
        by: CONTROLLER,
        from: from.clone(),
    }
}

/// A name with that origin.
fn derived_meta(name: impl Into<Arc<str>>, from: &Ref) -> Meta {
    Meta {
        name: name.into(),
        origin: derived(from),
        ..Meta::default()
    }
}

/// AKS's own security group on the interfaces of nodes.
fn ensure_nsg(network: &mut Network, cluster: &Ref) {
    if nic::aks_nsg(network).is_some() {
        return;
    }
    let location = network
        .cluster
        .as_ref()
        .map_or_else(|| Arc::from(""), |cluster| cluster.location.clone());
    network.nsgs.push(Nsg {
        meta: derived_meta("aks-agentpool-nsg", cluster),
        location,
        ..Nsg::default()
    });
}

/// The load balancer for public or internal Services, made when first needed.
fn ensure_load_balancer(network: &mut Network, internal: bool, from: &Ref) -> usize {
    let name = names::load_balancer("kubernetes", internal);
    let known = network
        .load_balancers
        .iter()
        .position(|balancer| topology::same(&balancer.meta.name, &name));
    if let Some(index) = known {
        return index;
    }
    let standard = network
        .cluster
        .as_ref()
        .is_some_and(|cluster| cluster.standard_load_balancer);
    network.load_balancers.push(LoadBalancer {
        meta: derived_meta(name, from),
        standard,
        internal,
        backend_nodes: pool(network, standard),
        ..LoadBalancer::default()
    });
    network.load_balancers.len() - 1
}

/// The backend pool: all nodes, wherever pods run, except those labelled to stay out and those that Azure does not
/// manage. A Basic load balancer serves one scale set, which is that of the first pool.
fn pool(network: &Network, standard: bool) -> Vec<Arc<str>> {
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let first = pools.map(|pool| &*pool.name).next();
    let label = |node: &Node, name: &str| node.meta.labels.get(name).cloned();
    let excluded = |node: &Node| {
        let out = label(node, EXCLUDE_LABEL).is_some_and(|value| &*value != "false");
        let unmanaged = label(node, MANAGED_LABEL).is_some_and(|value| &*value == "false");
        let pool = label(node, POOL_LABEL);
        let elsewhere = pool.is_some_and(|pool| first.is_some_and(|first| *pool != *first));
        out || unmanaged || (!standard && elsewhere)
    };
    network
        .nodes
        .iter()
        .filter(|node| !excluded(node))
        .map(|node| node.meta.name.clone())
        .collect()
}
