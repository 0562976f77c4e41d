//! Annotations of LoadBalancer Services that the cloud provider passes over, because they are about the other kind of load
//! balancer, or about what the Service does not say; and ranges that it cannot read (sections 5.1, 5.3 and 5.5 of the fact
//! sheet).

use super::{info, warning, written};
use crate::engine::azure::cloud_provider::{annotations, source_range};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Service, ServiceType};
use crate::model::network::Network;

/// What an annotation needs to have an effect.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    /// An internal Service.
    Internal,
    /// An internal Service on a Standard load balancer.
    InternalStandard,
    /// A public Service.
    Public,
    /// Ranges that may connect.
    Ranges,
}

/// Annotations by name, and whether only the value `true` counts.
const ALL: [(&str, bool, Needs); 7] = [
    (
        "azure-load-balancer-enable-high-availability-ports",
        true,
        Needs::InternalStandard,
    ),
    (
        "azure-load-balancer-internal-subnet",
        false,
        Needs::Internal,
    ),
    ("azure-dns-label-name", false, Needs::Public),
    ("azure-pip-name", false, Needs::Public),
    ("azure-pip-prefix-id", false, Needs::Public),
    ("azure-load-balancer-resource-group", false, Needs::Public),
    (
        "azure-deny-all-except-load-balancer-source-ranges",
        true,
        Needs::Ranges,
    ),
];

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    let standard = cluster.standard_load_balancer;
    for service in &network.services {
        let balanced = service.service_type == ServiceType::LoadBalancer;
        let ours = balanced && service.load_balancer_class.is_none();
        if !ours || service.meta.annotations.is_empty() || !written(&service.meta.origin) {
            continue;
        }
        problems.extend(unread_range(service));
        for (name, flag, needs) in ALL {
            let said = if flag {
                annotations::is_true(service, name)
            } else {
                annotations::get(service, name).is_some_and(|value| !value.trim().is_empty())
            };
            if said && !is_met(needs, service, standard) {
                problems.push(without_effect(service, name, needs));
            }
        }
    }
}

fn is_met(needs: Needs, service: &Service, standard: bool) -> bool {
    match needs {
        Needs::Internal => service.is_internal(),
        Needs::InternalStandard => service.is_internal() && standard,
        Needs::Public => !service.is_internal(),
        Needs::Ranges => {
            let named = ["load-balancer-source-ranges", "azure-allowed-ip-ranges"];
            let mut named = named.into_iter();
            !service.load_balancer_source_ranges.is_empty()
                || named.any(|name| !annotations::list(service, name).is_empty())
        }
    }
}

/// One range that is none makes the controller add a rule that refuses whatever no other range admits.
fn unread_range(service: &Service) -> Option<Diagnostic> {
    let name = "azure-allowed-ip-ranges";
    let mut ranges = annotations::list(service, name).into_iter();
    let odd = ranges.find(|text| source_range(text).is_none())?;
    let message = format!(
        "`{odd}` is no range, so a rule refuses everybody whom no other range of `{name}` admits"
    );
    let problem = warning("source-range-unread", message)
        .about(service.reference())
        .field(annotations::field(name))
        .found(format!("`{odd}`"), "a prefix without bits after its length")
        .hint("correct the range, or take it away");
    Some(problem)
}

fn without_effect(service: &Service, name: &str, needs: Needs) -> Diagnostic {
    let (why, hint) = match needs {
        Needs::Internal => (
            "the Service is public",
            "make the Service internal, or take the annotation away",
        ),
        Needs::InternalStandard => (
            "only an internal Standard load balancer has such ports",
            "make the Service internal, or take the annotation away",
        ),
        Needs::Public => (
            "the Service is internal and has no public address",
            "make the Service public, or take the annotation away",
        ),
        Needs::Ranges => (
            "the Service names no ranges, so nothing is refused",
            "name ranges in `loadBalancerSourceRanges`, or take the annotation away",
        ),
    };
    let message = format!("`{name}` has no effect: {why}");
    info("annotation-no-effect", message)
        .about(service.reference())
        .field(annotations::field(name))
        .hint(hint)
}
