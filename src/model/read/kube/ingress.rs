//! `Ingress` and `IngressClass`, what the API server refuses in them
//! (`k8s.io/kubernetes/pkg/apis/networking/validation`), and the controller of a pod.
//!
//! The fields of the retired `v1beta1` (`backend`, `serviceName`, `servicePort`) are read as well.

use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::super::names;
use super::refused;
use crate::model::ingress::{
    Backend, BackendPort, Ingress, IngressClass, IngressPath, IngressRule, IngressTls,
    NginxController, PathType,
};
use crate::model::kube::Meta;
use crate::model::yaml::Value;

/// Characters of a `spec.controller` at most.
const MAX_CONTROLLER: usize = 250;

/// An Ingress; `None` for one that the API server refuses, which therefore has no effect.
pub(super) fn ingress(at: Cursor<'_>, meta: Meta) -> Option<Ingress> {
    let spec = at.get("spec");
    let before = at.errors();
    let class = spec.get("ingressClassName");
    if text(class).is_some_and(|name| !names::subdomain(name)) {
        bad_name(class, "lower-case letters, digits, `-` and `.`");
    }
    let default = spec.get("defaultBackend");
    let default = if default.exists() {
        default
    } else {
        spec.get("backend")
    };
    let (rules, default_exists) = (spec.get("rules"), default.exists());
    if !default_exists && rules.list().next().is_none() {
        let expected = "`defaultBackend` or `rules`";
        spec.wrong(
            "ingress-empty",
            "sends nothing anywhere",
            "neither",
            expected,
        );
    }
    let ingress = Ingress {
        class_name: class.name(),
        default_backend: default_exists.then(|| backend(default, false)).flatten(),
        rules: rules.list().map(rule).collect(),
        tls: spec.get("tls").list().map(tls).collect(),
        meta,
    };
    if refused(at, before, "ingress-refused", "Ingress") {
        return None;
    }
    Some(ingress)
}

pub(super) fn class(at: Cursor<'_>, meta: Meta) -> IngressClass {
    let field = at.get("spec").get("controller");
    field.require("a controller such as `k8s.io/ingress-nginx`");
    let controller = field.name().unwrap_or_default();
    if controller.len() > MAX_CONTROLLER || !controller.contains('/') && !controller.is_empty() {
        bad_name(field, "a domain and a path, such as `k8s.io/ingress-nginx`");
    }
    IngressClass { meta, controller }
}

fn text(at: Cursor<'_>) -> Option<&str> {
    at.node().and_then(|node| node.as_str())
}

fn bad_name(at: Cursor<'_>, expected: &str) {
    let found = quoted(at.written());
    at.wrong(
        "bad-name",
        "is not a name that the API accepts",
        &found,
        expected,
    );
}

fn rule(at: Cursor<'_>) -> IngressRule {
    let host = at.get("host");
    let name = host.name().unwrap_or_default();
    if !name.is_empty() {
        let address = name.parse::<std::net::IpAddr>().is_ok();
        if address || !is_host(&name) {
            bad_name(host, "a DNS name, or `*.` and a DNS name");
        }
    }
    let http = at.get("http");
    let paths = http.get("paths");
    if http.exists() && paths.list().next().is_none() {
        paths.require("at least one path");
    }
    IngressRule {
        host: name,
        paths: paths.list().filter_map(path).collect(),
    }
}

/// A DNS name whose first label may be `*`.
fn is_host(name: &str) -> bool {
    names::subdomain(name.strip_prefix("*.").unwrap_or(name))
}

fn path(at: Cursor<'_>) -> Option<IngressPath> {
    let kind = at.get("pathType");
    let legacy = at.get("backend").get("serviceName").exists();
    if !legacy {
        kind.require("`Exact`, `Prefix` or `ImplementationSpecific`");
    }
    let path_type = kind.word(&PathType::WORDS).unwrap_or_default();
    let field = at.get("path");
    let path = field.name().unwrap_or_default();
    let specific = path_type == PathType::ImplementationSpecific;
    let found = || quoted(&path);
    let absent = specific && path.is_empty();
    if !(absent || path.starts_with('/')) {
        field.wrong(
            "bad-path",
            "is not an absolute path",
            &found(),
            "a path that begins with `/`",
        );
    } else if !specific && has_odd_parts(&path) {
        let expected = "a path without `//`, `.` and `..` as parts, or an escaped `/`";
        field.wrong(
            "bad-path",
            "is not a path that the API accepts",
            &found(),
            expected,
        );
    }
    let backend_at = at.get("backend");
    backend_at.require("`service` with a name and a port");
    Some(IngressPath {
        path,
        path_type,
        backend: backend(backend_at, true)?,
    })
}

/// Parts with which a path would mean something else than it says.
fn has_odd_parts(path: &str) -> bool {
    let within = ["//", "/./", "/../", "%2f", "%2F"];
    within.iter().any(|part| path.contains(part)) || path.ends_with("/..") || path.ends_with("/.")
}

/// A backend. Since a feature gate lets names begin with a digit, and the vectors hold both, the
/// default backend is judged by the newer rule and those of paths by the older.
fn backend(at: Cursor<'_>, strict: bool) -> Option<Backend> {
    let (service, resource) = (at.get("service"), at.get("resource"));
    if service.exists() && resource.exists() {
        at.wrong(
            "forbidden",
            "has both `resource` and `service`",
            "both",
            "one of them",
        );
        return None;
    }
    if resource.exists() {
        resource.get("kind").require("the kind of the resource");
        resource.get("name").require("the name of the resource");
        return Some(Backend::Resource);
    }
    let legacy = at.get("serviceName");
    let name = if legacy.exists() {
        legacy
    } else {
        service.get("name")
    };
    let Some(word) = name.name() else {
        name.wrong(
            "missing-field",
            "is missing",
            "nothing",
            "the name of a Service",
        );
        return None;
    };
    if !names::label(&word) || strict && !names::service_name(&word) {
        bad_name(
            name,
            "lower-case letters, digits and `-`, starting with a letter",
        );
    }
    let port = if legacy.exists() {
        legacy_port(at.get("servicePort"))
    } else {
        port(service.get("port"))
    };
    Some(Backend::Service {
        name: word,
        port: port?,
    })
}

fn port(at: Cursor<'_>) -> Option<BackendPort> {
    let (name, number) = (at.get("name"), at.get("number"));
    let is_zero = number
        .node()
        .is_some_and(|node| node.value == Value::Int(0));
    let numbered = number.exists() && !is_zero;
    match (name.name(), numbered) {
        (Some(_), true) => {
            at.wrong(
                "forbidden",
                "has both `name` and `number`",
                "both",
                "one of them",
            );
            None
        }
        (Some(word), false) => {
            if !names::port_name(&word) {
                bad_name(
                    name,
                    "at most 15 lower-case letters, digits and `-`, with a letter",
                );
            }
            Some(BackendPort::Name(word))
        }
        (None, true) => number.port().map(BackendPort::Number),
        (None, false) => {
            at.wrong(
                "missing-field",
                "names no port",
                "nothing",
                "`name` or `number`",
            );
            None
        }
    }
}

/// `servicePort`: a number or a name.
fn legacy_port(at: Cursor<'_>) -> Option<BackendPort> {
    at.require("a port or its name");
    match at.node()?.value {
        Value::Int(_) => at.port().map(BackendPort::Number),
        _ => at.name().map(BackendPort::Name),
    }
}

fn tls(at: Cursor<'_>) -> IngressTls {
    for host in at.get("hosts").list() {
        if text(host).is_some_and(|name| !is_host(name)) {
            bad_name(host, "a DNS name, or `*.` and a DNS name");
        }
    }
    let secret = at.get("secretName");
    let name = secret.name();
    if name.as_deref().is_some_and(|name| !names::subdomain(name)) {
        bad_name(secret, "lower-case letters, digits, `-` and `.`");
    }
    IngressTls {
        hosts: at.get("hosts").texts(),
        secret: name,
    }
}

/// What users call the controller: the image of the project or of those who copy it.
const IMAGES: [&str; 2] = ["ingress-nginx/controller", "nginx-ingress-controller"];

/// The ingress-nginx controller that a pod spec runs, if it does.
pub(super) fn controller(spec: Cursor<'_>, meta: &Meta) -> Option<Arc<NginxController>> {
    let is = |key: &str, value: &str| meta.labels.get(key).is_some_and(|it| **it == *value);
    let component = "app.kubernetes.io/component";
    let labelled = is("app.kubernetes.io/name", "ingress-nginx")
        && (is(component, "controller") || !meta.labels.contains_key(component));
    for container in spec.get("containers").list() {
        let words = || {
            container
                .get("args")
                .list()
                .chain(container.get("command").list())
        };
        let image = text(container.get("image")).unwrap_or_default();
        let known = IMAGES.iter().any(|name| image.contains(name))
            || words().any(|word| text(word).is_some_and(|it| it == "/nginx-ingress-controller"));
        if !known && !labelled {
            continue;
        }
        let flags = words().filter_map(text).filter_map(|word| {
            let flag = word.strip_prefix("--")?;
            let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
            let value = value.replace("$(POD_NAMESPACE)", &meta.namespace);
            Some((Arc::from(name), Arc::from(value)))
        });
        let image = image.split('@').next().unwrap_or_default();
        let release = image.rsplit_once(':').map_or("", |(_, tag)| tag);
        return Some(Arc::new(NginxController {
            flags: flags.collect(),
            legacy: release.trim_start_matches('v').starts_with("0."),
        }));
    }
    None
}

#[cfg(test)]
mod tests;
