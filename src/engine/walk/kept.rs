//! Who may have an address of a virtual network that no simulated object has: a resource that is kept as it was
//! written, the API server of a private cluster, or the service that a subnet is delegated to.
//!
//! A resource counts where its document gives it the address as its own, a `privateIPAddress`; those that it only
//! mentions, such as targets, are somebody else's. AKS and Application Gateways are simulated, so delegation to them says
//! nothing.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::trace::Cause;
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::yaml::{Node, Value};

/// What of a subnet's delegation is simulated.
const SIMULATED: [&str; 2] = [
    "Microsoft.ContainerService/",
    "Microsoft.Network/applicationGateways",
];

/// By its type and name, and where it is written.
pub(in crate::engine) fn holder(
    network: &Network,
    vnet: &str,
    address: IpAddr,
) -> Option<(Arc<str>, Cause)> {
    let text = address.to_string();
    let kept = network.manifests.iter().filter(|it| is_kept(it));
    let resource = kept.into_iter().find(|it| has(&it.root, &text));
    if let Some(manifest) = resource {
        let what = format!("{} {}", manifest.head, manifest.object.name);
        return Some((what.into(), Cause::object(manifest.object.clone())));
    }
    if network.api_server().any(|it| it == address) {
        let cause = Cause::object(network.service("default", "kubernetes")?.reference());
        return Some(("the API server".into(), cause));
    }
    let mut subnets = network.vnet(vnet)?.subnets.iter();
    let subnet = subnets.find(|it| it.prefixes.iter().any(|prefix| prefix.contains(&address)))?;
    let mut services = subnet.delegations.iter();
    let service = services.find(|service| !SIMULATED.iter().any(|it| service.starts_with(it)))?;
    Some((service.clone(), Cause::object(subnet.reference())))
}

/// A resource that is kept as it was written and that names this public IP resource as its own.
pub(super) fn holder_of_public(network: &Network, name: &str) -> Option<(Arc<str>, Cause)> {
    let mut kept = network.manifests.iter().filter(|it| is_kept(it));
    let resource = kept.find(|it| names_public(&it.root, name))?;
    let what = format!("{} {}", resource.head, resource.object.name);
    Some((what.into(), Cause::object(resource.object.clone())))
}

/// Whether some part of the tree is `publicIPAddress: {id: …}` with this name at the end of the id.
fn names_public(node: &Node, name: &str) -> bool {
    match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            let own = entry.key.eq_ignore_ascii_case("publicIPAddress");
            own && refers(&entry.value, name) || names_public(&entry.value, name)
        }),
        Value::List(items) => items.iter().any(|item| names_public(item, name)),
        _ => false,
    }
}

fn refers(node: &Node, name: &str) -> bool {
    let id = match &node.value {
        Value::Map(entries) => {
            let id = entries.iter().find(|it| it.key.eq_ignore_ascii_case("id"));
            id.and_then(|it| it.value.as_str())
        }
        _ => node.as_str(),
    };
    let last = id.and_then(|id| id.rsplit('/').next());
    last.is_some_and(|last| last.eq_ignore_ascii_case(name))
}

fn is_kept(manifest: &Manifest) -> bool {
    matches!(manifest.object.kind, Kind::Unknown | Kind::LoadBalancer)
        && manifest.head.starts_with("Microsoft.")
}

/// Whether some part of the tree has this address as its own.
fn has(node: &Node, address: &str) -> bool {
    match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            let own = entry.key.eq_ignore_ascii_case("privateIPAddress");
            own && entry.value.as_str() == Some(address) || has(&entry.value, address)
        }),
        Value::List(items) => items.iter().any(|item| has(item, address)),
        _ => false,
    }
}
