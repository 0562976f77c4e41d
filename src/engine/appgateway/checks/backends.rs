//! Backends that the controller leaves out of the gateway's configuration, and nobody is told.

use super::problem;
use crate::engine::appgateway::generate::ambiguous;
use crate::model::appgateway::AppGateway;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::ingress::{Backend, Ingress};
use crate::model::network::Network;

/// Named target ports that are not one number at all pods.
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
    let (service, name, numbers) = ambiguous(network, ingress, backend)?;
    let message = format!(
        "{what} is left out of {}: the target port `{name}` of {} is not the same number at all of its pods",
        gateway.reference(),
        service.reference()
    );
    let numbers: Vec<String> = numbers.iter().map(|it| format!("`{it}`")).collect();
    let found = problem(
        Severity::Warning,
        "agic-target-port",
        ingress.reference(),
        message,
    );
    Some(
        found
            .field(field.to_owned())
            .found(numbers.join(" and "), "one number at every pod")
            .hint("give the port of that name one number in all pods, or write the number as the `targetPort`"),
    )
}
