//! What controllers make of the written objects: the default cluster around bare manifests, nodes, pods,
//! addresses, Service addresses and ports, EndpointSlices, CoreDNS.
//!
//! Everything made here says who made it and why ([`Origin::Derived`], or [`Origin::Assumed`] where nothing was
//! written at all), every filled field is listed in [`Meta::assigned`], and nothing that was written is changed.
//! Allocation is deterministic and idempotent: reconciling twice gives what reconciling once gave.

pub mod address;
mod adopt;
pub mod appgateway;
pub mod assume;
mod autoscaler;
pub mod coredns;
pub mod endpoints;
mod found;
pub mod http_routing;
pub mod ipam;
pub mod labels;
pub mod names;
pub mod node_addresses;
mod node_public;
pub mod nodes;
pub mod pod_cidr;
pub mod pod_subnet;
pub mod private_endpoints;
pub mod public_ips;
pub mod schedule;
pub mod services;
pub mod vnet;
pub mod workloads;

use std::sync::Arc;

use crate::model::diagnostic::{Diagnostic, error, warning};
use crate::model::kube::{Assigned, Meta, Origin, Service};
use crate::model::network::Network;
use crate::model::object::Ref;

pub use found::Found;

/// The resource provider of AKS, which makes clusters, nodes and what stands around them.
pub const AKS: &str = "aks";

/// Completes what was written with everything that AKS and Kubernetes would make of it.
///
/// Without a cluster and without Kubernetes objects only public addresses are filled in.
pub fn reconcile(network: Network) -> (Network, Vec<Diagnostic>) {
    finish(ground(network), &Network::default())
}

/// A network with its nodes and pods, their places and addresses, and the problems of that. Services are as written.
#[derive(Clone, Debug)]
pub struct Ground {
    pub(super) network: Network,
    pub(super) problems: Vec<Diagnostic>,
    /// Services that nobody wrote and that AKS adds; they follow the written ones.
    pub(super) added: Arc<[Service]>,
    /// What is known of nodes and pods, once somebody asks.
    pub(super) found: Arc<Found>,
}

/// What controllers do before any looks into a Service: [`super::reuse::ground_with`] says what Services decide of it.
pub fn ground(mut network: Network) -> Ground {
    let mut problems = Vec::new();
    let written = network.services.clone();
    private_endpoints::of_interfaces(&mut network);
    assume::cluster(&mut network, &mut problems);
    if let Some(cluster) = network.cluster.clone() {
        vnet::complete(&mut network, &cluster);
        assume::namespaces(&mut network);
        nodes::complete(&mut network, &mut problems);
        coredns::complete(&mut network, &cluster, &mut problems);
        http_routing::complete(&mut network, &cluster, &mut problems);
        appgateway::complete(&mut network, &cluster, &mut problems);
        workloads::complete(&mut network, &mut problems);
        schedule::complete(&mut network, &mut problems);
        ipam::complete(&mut network, &mut problems);
    }
    let added = network.services.get(written.len()..);
    Ground {
        added: added.unwrap_or_default().into(),
        network: Network {
            services: written,
            ..network
        },
        problems,
        found: Arc::default(),
    }
}

/// What controllers do with Services and all that follows from them. What `before`, a completed network, has of
/// Services that are the same is taken from there.
pub fn finish(ground: Ground, before: &Network) -> (Network, Vec<Diagnostic>) {
    let Ground {
        mut network,
        mut problems,
        added,
        found,
    } = ground;
    if !added.is_empty() {
        network.services.extend_from_slice(&added);
    }
    if let Some(cluster) = network.cluster.clone() {
        services::complete(&mut network, &cluster, &mut problems);
        endpoints::complete(&mut network, &found, before, &mut problems);
        public_ips::outbound(&mut network);
    }
    public_ips::allocate(&mut network, &mut problems);
    private_endpoints::allocate(&mut network, &mut problems);
    super::azure::cloud_provider::reconcile(&mut network, &found, &mut problems);
    appgateway::publish(&mut network, &found, &mut problems);
    if let Some(cluster) = network.cluster.clone() {
        http_routing::publish(&mut network, &cluster);
    }
    private_endpoints::publish(&mut network);
    (network, problems)
}

/// The head of an object that `by` made because of `from`.
fn derived(namespace: &str, name: impl Into<Arc<str>>, by: &'static str, from: Ref) -> Meta {
    Meta {
        namespace: Arc::from(namespace),
        name: name.into(),
        origin: Origin::Derived { by, from },
        ..Meta::default()
    }
}

/// The head of an object of which nothing was written.
fn assumed(namespace: &str, name: impl Into<Arc<str>>) -> Meta {
    Meta {
        namespace: Arc::from(namespace),
        name: name.into(),
        origin: Origin::Assumed,
        ..Meta::default()
    }
}

/// The head of an object that AKS makes for a cluster: assumed exactly if the cluster is.
fn of_cluster(cluster: &crate::model::azure::Cluster, namespace: &str, name: &str) -> Meta {
    if cluster.meta.origin == Origin::Assumed {
        assumed(namespace, name)
    } else {
        derived(namespace, name, AKS, cluster.reference())
    }
}

/// Notes that `by` filled `field`, unless the whole object was made by a controller.
fn assign(meta: &mut Meta, field: &'static str, by: &'static str) {
    let known = meta.assigned.iter().any(|assigned| assigned.field == field);
    if matches!(meta.origin, Origin::Written { .. }) && !known {
        meta.assigned.push(Assigned { field, by });
    }
}

/// `1 node`, `2 nodes`.
fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
pub(in crate::engine) mod tests;
