//! Application Gateways: which controller of a cluster writes their configuration, what it writes, and what
//! a gateway decides about one request.
//!
//! 1. [`agic`] finds the ingress controllers and the Ingresses that they take; [`generate`] makes the
//!    listeners, rules, path maps, pools, settings, probes and redirects of them, always with the defaults.
//! 2. [`decide`] finds listener, rule and pool of one request.
//! 3. [`crate::engine::walk`] asks it, probes the members of the pool, and opens the second connection.
//!
//! Left out, and so not modelled by name: rewrite rule sets, per-path firewall policies, profiles of TLS, and
//! backends that are named instead of addressed.

pub mod agic;
pub mod checks;
pub mod decide;
pub mod export;
mod generate;
pub mod health;
mod names;
pub mod paths;

use std::net::IpAddr;
use std::sync::Arc;

use super::azure::addresses::public_address;
use super::azure::nic::Nic;
use crate::engine::trace::Cause;
use crate::model::appgateway::{AppGateway, GatewayFrontend, Made};
use crate::model::azure::NetworkPlugin;
use crate::model::network::Network;

pub use generate::generate;

/// The address of a frontend.
pub fn address(network: &Network, frontend: &GatewayFrontend) -> Option<IpAddr> {
    match &frontend.public_ip {
        Some(name) => public_address(network, name),
        None => frontend.private_ip,
    }
}

/// The address of the public, or the private frontend.
pub fn frontend_address(network: &Network, gateway: &AppGateway, private: bool) -> Option<IpAddr> {
    address(network, gateway.frontend(private)?)
}

/// Whether pods of an overlay are behind the gateway of an ingress controller, which is not modelled.
pub fn is_before_overlay(network: &Network, gateway: &AppGateway) -> bool {
    let mut clusters = network.cluster.iter();
    gateway.controller.is_some() && clusters.any(|it| it.plugin == NetworkPlugin::AzureOverlay)
}

/// The object and field that a part comes from.
pub fn cause(made: &Made) -> Cause {
    if made.field.is_empty() {
        Cause::object(made.object.clone())
    } else {
        Cause::field(made.object.clone(), made.field.to_string())
    }
}

/// The instances of a gateway as one network interface: they share its subnet, and its private frontends are theirs.
pub fn nic(network: &Network, gateway: &AppGateway) -> Option<Nic> {
    let subnet = network.subnet(gateway.subnet.as_ref()?)?;
    let (primary, others) = gateway.instances.split_first()?;
    let private = gateway.frontends.iter().filter_map(|it| it.private_ip);
    let mut secondary: Vec<IpAddr> = others.iter().copied().chain(private).collect();
    secondary.sort();
    secondary.dedup();
    let public = gateway.frontends.iter().find_map(|it| it.public_ip.clone());
    Some(Nic {
        owner: gateway.reference(),
        subnet: subnet.id(),
        primary: *primary,
        secondary,
        pod_subnet: None,
        overlay: Vec::new(),
        ip_forwarding: false,
        ip_forwarding_cause: Cause::object(gateway.reference()),
        nsg: None,
        public_ip: public,
    })
}

/// What an answer names where a rule has no name of its own.
fn named(name: &str, otherwise: &str) -> Arc<str> {
    Arc::from(if name.is_empty() { otherwise } else { name })
}

#[cfg(test)]
mod tests;
