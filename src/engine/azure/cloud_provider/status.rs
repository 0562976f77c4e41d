//! What the status of a Service says, held against what the controller would make of the Service.

use std::net::IpAddr;

use super::refusal::{Refusal, asking};
use super::services::requested;
use crate::engine::azure::tags;
use crate::model::azure::Subnet;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{Origin, Service};
use crate::model::network::Network;

/// Where the controller writes the address.
const FIELD: &str = "status.loadBalancer.ingress";

/// The address that the status says; what is written down stays.
///
/// # Errors
///
/// The frontend that the Service asks for can never have this address: a public one has none of the private ranges,
/// an internal one is in its subnet. Of an assumed cluster the subnets are not the user's, and any one will do.
pub(super) fn address(
    network: &Network,
    service: &Service,
    subnet: Option<&Subnet>,
) -> Result<Option<IpAddr>, Refusal> {
    let Some(ip) = service.ingress.first().map(|ingress| ingress.ip) else {
        return Ok(None);
    };
    let cluster = network.cluster.as_ref();
    let assumed = cluster.is_some_and(|cluster| cluster.meta.origin == Origin::Assumed);
    let (message, hint) = match subnet {
        None if !tags::is_public(ip) => (
            format!("`{ip}`, which the status says, is not a public address"),
            "write the public address, leave the status out, or ask for an internal load balancer",
        ),
        Some(subnet) if !assumed && !subnet.prefixes.iter().any(|it| it.contains(&ip)) => (
            format!(
                "`{ip}`, which the status says, is not an address of {}",
                subnet.reference()
            ),
            "write an address of the subnet, leave the status out, or name the subnet that has it",
        ),
        _ => return Ok(Some(ip)),
    };
    Err(Refusal::pending(message, hint).at(FIELD))
}

/// The status says another address than the Service asks for. The written status is taken.
pub(super) fn contradiction(service: &Service) -> Option<Diagnostic> {
    let asked = requested(service)?;
    let written = service.ingress.first()?.ip;
    if service.ingress.iter().any(|it| it.ip == asked) {
        return None;
    }
    let message = format!(
        "the status says `{written}`, and the Service asks for `{asked}`; the status is taken"
    );
    let problem = Diagnostic::new(Severity::Warning, "load-balancer-status", message);
    let problem = problem.about(service.reference()).field(asking(service));
    Some(
        problem
            .found(format!("`{asked}`"), format!("`{written}`"))
            .hint("leave the status out to see what the controller makes of the Service"),
    )
}
