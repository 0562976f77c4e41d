//! What of an Application Gateway Azure refuses, or will not do what it says: its subnet and that subnet's rules and
//! routes, the limits of its configuration, parts that name others which are not there, and the controller's Ingresses.

mod backends;
mod parts;
mod security;
mod subnet;

use super::agic;
use crate::engine::ingress::CLASS;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::Ref;

/// Every such problem, each at the field that is to blame.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for gateway in &network.app_gateways {
        let found = gateway.subnet.as_ref().and_then(|id| network.subnet(id));
        if let Some(found) = found {
            subnet::shared(network, gateway, found, &mut problems);
            subnet::default_route(network, gateway, found, &mut problems);
            security::check(network, gateway, found, &mut problems);
            subnet::pod_routes(network, gateway, found, &mut problems);
        }
        parts::limits(gateway, &mut problems);
        parts::priorities(gateway, &mut problems);
        parts::references(gateway, &mut problems);
    }
    annotations(network, &mut problems);
    problems
}

fn problem(severity: Severity, code: &'static str, object: Ref, message: String) -> Diagnostic {
    Diagnostic::new(severity, code, message).about(object)
}

/// Ingresses of the class that nobody takes, and annotations that a walk would depend on.
fn annotations(network: &Network, problems: &mut Vec<Diagnostic>) {
    let ingresses = network.ingresses.iter();
    for ingress in ingresses.filter(|it| agic::is_of_class(network, it)) {
        if agic::gateway_of(network, ingress).is_none() {
            let field = match &ingress.class_name {
                Some(_) => "spec.ingressClassName".to_owned(),
                None => format!("metadata.annotations[{CLASS}]"),
            };
            let message = format!(
                "`{}` has no effect: no Application Gateway with an ingress controller takes it",
                ingress.reference()
            );
            problems.push(
                problem(
                    Severity::Warning,
                    "ingress-ignored",
                    ingress.reference(),
                    message,
                )
                .field(field)
                .hint("add the add-on ingressApplicationGateway to the cluster, and the gateway"),
            );
        }
        if let Some(gateway) = agic::gateway_of(network, ingress) {
            backends::check(network, gateway, ingress, problems);
        }
        parts::annotation(ingress, problems);
    }
}
