//! Backends that the controller leaves out of the gateway's configuration, and nobody is told.

use super::problem;
use crate::engine::appgateway::generate::unresolved;
use crate::model::appgateway::AppGateway;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::ingress::{Backend, Ingress};
use crate::model::network::Network;

/// Named target ports that are not one number at all pods, or none.
pub(super) fn check(
    network: &Network,
    gateway: &AppGateway,
    ingress: &Ingress,
    problems: &mut Vec<Diagnostic>,
) {
    let rules = ingress.rules.iter().enumerate();
    let paths = rules.flat_map(|(index, rule)| {
        let paths = rule.paths.iter().enumerate();
        paths.map(move |(number, path)| {
            let field = format!("spec.rules[{index}].http.paths[{number}]");
            (field, format!("the path `{}`", path.path), &path.backend)
        })
    });
    let default = ingress.default_backend.iter().map(|backend| {
        let what = "the default backend".to_owned();
        ("spec.defaultBackend".to_owned(), what, backend)
    });
    let all = paths.chain(default);
    problems.extend(all.filter_map(|(field, what, backend)| {
        left_out(network, gateway, ingress, (&field, &what, backend))
    }));
}

fn left_out(
    network: &Network,
    gateway: &AppGateway,
    ingress: &Ingress,
    (field, what, backend): (&str, &str, &Backend),
) -> Option<Diagnostic> {
    let (service, name, numbers) = unresolved(network, ingress, backend)?;
    let left_out = format!("{what} is left out of {}", gateway.reference());
    let service = service.reference();
    let about = |code, reason: String| {
        let message = format!("{left_out}: {reason}");
        problem(Severity::Warning, code, ingress.reference(), message).field(field.to_owned())
    };
    if numbers.is_empty() {
        let reason = format!(
            "no endpoint of {service} has the target port `{name}`, so its number is not known"
        );
        return Some(
            about("agic-no-target-port", reason)
                .hint("add pods with a port of that name, or write the number as the `targetPort`"),
        );
    }
    let reason =
        format!("the target port `{name}` of {service} is not the same number at all of its pods");
    let numbers: Vec<String> = numbers.iter().map(|it| format!("`{it}`")).collect();
    Some(
        about("agic-target-port", reason)
            .found(numbers.join(" and "), "one number at every pod")
            .hint("give the port of that name one number in all pods, or write the number as the `targetPort`"),
    )
}
