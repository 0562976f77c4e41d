//! Answers without records.

use super::request::Request;
use super::{Answer, Outcome, custom};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::kube::Service;

/// No plugin answers, or `hosts` has no entry and no `fallthrough`.
pub(super) fn failed(name: &str, code: &'static str, key: &str) -> Answer {
    let why = Explanation::new("why-dns-failed")
        .with("name", name)
        .with("code", code);
    let answer = Answer::new(Outcome::Failed(code), Stage::DnsService, why);
    Answer {
        cause: custom::cause(key),
        ..answer
    }
}

/// What decides is not modelled.
pub(super) fn not_modelled(what: &str, key: &str) -> Answer {
    let why = Explanation::new("why-dns-custom").with("what", what);
    let what = std::sync::Arc::from(what);
    let answer = Answer::new(Outcome::NotModelled(what), Stage::DnsService, why);
    Answer {
        cause: custom::cause(key),
        ..answer
    }
}

pub(super) fn no_such_name(name: &str) -> Answer {
    let why = Explanation::new("why-dns-no-such-name").with("name", name);
    Answer::new(Outcome::NoSuchName, Stage::DnsService, why)
}

pub(super) fn no_data(name: &str) -> Answer {
    let why = Explanation::new("why-dns-no-data").with("name", name);
    Answer::new(Outcome::NoData, Stage::DnsService, why)
}

pub(super) fn no_namespace(name: &str, namespace: &str) -> Answer {
    let why = Explanation::new("why-dns-no-namespace")
        .with("name", name)
        .with("namespace", namespace);
    Answer::new(Outcome::NoSuchName, Stage::DnsService, why)
}

pub(super) fn no_service(name: &str, request: &Request<'_>) -> Answer {
    let why = Explanation::new("why-dns-no-service")
        .with("name", name)
        .with("service", request.service)
        .with("namespace", request.namespace);
    Answer::new(Outcome::NoSuchName, Stage::DnsService, why)
}

pub(super) fn no_target(name: &str, service: &Service, request: &Request<'_>) -> Answer {
    let reference = service.reference();
    let why = if service.headless && !request.has_details() {
        Explanation::new("why-dns-no-ready-endpoint").with("service", reference.clone())
    } else {
        Explanation::new("why-dns-no-record")
            .with("name", name)
            .with("service", reference.clone())
    };
    Answer::new(Outcome::NoSuchName, Stage::DnsService, why).because(Cause::object(reference))
}
