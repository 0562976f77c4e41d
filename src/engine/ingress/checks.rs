//! What of the Ingresses will not do what it says: no controller takes them, what they name is not there,
//! or another one was first. The walk goes on, and says what happens then.

use std::collections::BTreeMap;

use super::backend::{is_called, is_target};
use super::{CLASS, Controller, Ignored, class_of};
use crate::engine::appgateway::agic;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::ingress::{Backend, Ingress, PathType};
use crate::model::kube::ServiceType;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Every such problem, each at the field that is to blame.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if network.ingresses.is_empty() {
        return problems;
    }
    let controllers = Controller::all(network);
    for ingress in &network.ingresses {
        let taken = controllers.iter().find(|it| it.admits(ingress).is_ok());
        match taken {
            Some(controller) => annotations(controller, ingress, &mut problems),
            None if agic::is_of_class(network, ingress) => {}
            None => problems.push(ignored(network, &controllers, ingress)),
        }
        backends(network, ingress, &mut problems);
        secrets(network, ingress, &mut problems);
    }
    for controller in &controllers {
        duplicates(controller, &mut problems);
    }
    problems
}

fn problem(
    code: &'static str,
    object: Ref,
    field: impl Into<String>,
    message: String,
) -> Diagnostic {
    Diagnostic::new(Severity::Warning, code, message)
        .about(object)
        .field(field)
}

/// Why nobody takes an Ingress (R33).
fn ignored(network: &Network, controllers: &[Controller<'_>], ingress: &Ingress) -> Diagnostic {
    let class = class_of(network, ingress);
    let annotated = ingress.meta.annotations.get(CLASS);
    let named = class.as_ref().or(annotated);
    let whose = named.map_or_else(String::new, |name| format!(" for the class `{name}`"));
    let reasons: Vec<Ignored> = controllers
        .iter()
        .filter_map(|controller| controller.admits(ingress).err())
        .collect();
    let (why, hint) = if controllers.is_empty() {
        (
            format!("no ingress controller{whose} is among the documents"),
            "add the Deployment and the Service of ingress-nginx",
        )
    } else if reasons.contains(&Ignored::NoSuchClass) {
        (
            format!(
                "there is no IngressClass{}",
                whose.trim_start_matches(" for the class")
            ),
            "add the IngressClass, or name one that is there",
        )
    } else if reasons.contains(&Ignored::NoClass) {
        (
            "it names no class, and the controller asks for one".to_owned(),
            "add `spec.ingressClassName`, or make an IngressClass the default",
        )
    } else if reasons
        .iter()
        .all(|reason| *reason == Ignored::OtherNamespace)
    {
        (
            "no ingress controller watches its namespace".to_owned(),
            "see the flag `--watch-namespace` of the controller",
        )
    } else {
        (
            format!("no ingress controller{whose} is among the documents"),
            "see `spec.controller` of the class, and the flags of the controller",
        )
    };
    let field = match (&ingress.class_name, annotated) {
        (Some(_), _) => "spec.ingressClassName".to_owned(),
        (None, Some(_)) => format!("metadata.annotations[{CLASS}]"),
        (None, None) => String::new(),
    };
    let message = format!("`{}` has no effect: {why}", ingress.reference());
    problem("ingress-ignored", ingress.reference(), field, message).hint(hint)
}

fn annotations(controller: &Controller<'_>, ingress: &Ingress, problems: &mut Vec<Diagnostic>) {
    let asks = controller.annotation(ingress, "ssl-passthrough") == Some("true");
    if asks && !controller.passes_tls() {
        let message = format!(
            "`{}` asks for TLS to be passed through, and its controller does not do that",
            ingress.reference()
        );
        let field = controller.annotation_field("ssl-passthrough");
        let hint = "add `--enable-ssl-passthrough` to the arguments of the controller";
        problems
            .push(problem("ingress-passthrough", ingress.reference(), field, message).hint(hint));
    }
    if let Some(name) = controller.unmodelled(ingress) {
        let message = format!("kubehop does not model the annotation `{name}` of ingress-nginx");
        let field = controller.annotation_field(name);
        let hint = "a walk that depends on it ends as not modelled";
        problems
            .push(problem("ingress-not-modelled", ingress.reference(), field, message).hint(hint));
    }
}

fn backends(network: &Network, ingress: &Ingress, problems: &mut Vec<Diagnostic>) {
    let from = ingress.reference();
    let (status, maker) = if agic::is_of_class(network, ingress) {
        (502, "Application Gateway")
    } else {
        (503, "ingress-nginx")
    };
    for (field, backend) in ingress.backends() {
        let Backend::Service { name, port } = backend else {
            let message =
                format!("`{from}` sends requests to a resource, which {maker} does not do");
            problems.push(problem("ingress-resource", from.clone(), field, message));
            continue;
        };
        let target = Ref::scoped(Kind::Service, ingress.meta.namespace.clone(), name.clone());
        let Some(service) = network.service(&target.scope, &target.name) else {
            let message = format!(
                "`{from}` refers to `{target}`, which is not there; such requests are answered with {status}"
            );
            let problem = problem(
                "missing-reference",
                from.clone(),
                format!("{field}.service.name"),
                message,
            );
            problems.push(
                problem
                    .found(format!("no `{target}`"), "a document that describes it")
                    .hint("add the missing document, or remove the reference"),
            );
            continue;
        };
        let is_named = service.ports.iter().any(|it| is_called(it, port));
        if is_named || service.service_type == ServiceType::ExternalName {
            continue;
        }
        let targeted = service.ports.iter().any(|it| is_target(it, port));
        let effect = if targeted {
            format!("{maker} takes it for the port of the pods")
        } else {
            format!("such requests are answered with {status}")
        };
        let ports: Vec<String> = service.ports.iter().map(|it| it.port.to_string()).collect();
        let message = format!("`{from}` refers to a port that `{target}` does not have; {effect}");
        problems.push(
            problem(
                "ingress-port",
                from.clone(),
                format!("{field}.service.port"),
                message,
            )
            .found(format!("`{port}`"), format!("one of {}", ports.join(", "))),
        );
    }
}

fn secrets(network: &Network, ingress: &Ingress, problems: &mut Vec<Diagnostic>) {
    let effect = if agic::is_of_class(network, ingress) {
        "the gateway takes plain requests for its hosts instead of TLS"
    } else {
        "its hosts get the default certificate of the controller"
    };
    for (index, tls) in ingress.tls.iter().enumerate() {
        let Some(name) = &tls.secret else { continue };
        let secret = Ref::scoped(Kind::Secret, ingress.meta.namespace.clone(), name.clone());
        // What cert-manager does not issue is told by itself.
        let asked = network.certificates.iter().any(|it| it.secret == secret);
        if asked || network.has_secret(&secret) {
            continue;
        }
        let from = ingress.reference();
        let message = format!("`{from}` refers to `{secret}`, which is not there; {effect}");
        let field = format!("spec.tls[{index}].secretName");
        problems.push(
            problem("missing-reference", from, field, message)
                .found(format!("no `{secret}`"), "a document that describes it")
                .hint("add the Secret; kubehop drops its data"),
        );
    }
}

/// Two paths of one host, type and text: the older Ingress has it (R34).
fn duplicates(controller: &Controller<'_>, problems: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<(String, &str, bool), (Ref, String)> = BTreeMap::new();
    for ingress in controller.ingresses() {
        for (index, rule) in ingress.rules.iter().enumerate() {
            for (number, path) in rule.paths.iter().enumerate() {
                let text = if path.path.is_empty() {
                    "/"
                } else {
                    &*path.path
                };
                let exact = path.path_type == PathType::Exact;
                let key = (rule.host.to_ascii_lowercase(), text, exact);
                let field = format!("spec.rules[{index}].http.paths[{number}].path");
                let own = (ingress.reference(), field.clone());
                let first = seen.entry(key).or_insert_with(|| own.clone());
                if *first == own {
                    continue;
                }
                let message = format!(
                    "`{}` has a path that `{}` has already; this one gets no requests",
                    own.0, first.0
                );
                problems.push(problem("ingress-duplicate", own.0, field, message).found(
                    format!("`{}{text}` again", rule.host),
                    "each host and path once",
                ));
            }
        }
    }
}
