//! Why the controller refuses a Service, and which field or annotation of it is the cause.

use std::fmt;
use std::net::IpAddr;

use super::annotations;
use super::services::requested;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::Service;

/// Why a Service stays without address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    message: String,
    hint: String,
    /// The path of the field that is the cause; empty where none is.
    field: String,
}

impl Refusal {
    /// The Service waits for an address that it cannot get.
    pub(super) fn pending(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: "load-balancer-pending",
            message: message.into(),
            hint: hint.into(),
            field: String::new(),
        }
    }

    /// The controller or Azure refuses what the Service asks for.
    pub(super) fn refused(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: "load-balancer-refused",
            ..Self::pending(message, hint)
        }
    }

    /// The annotation of this name (without prefix) has a value that the controller cannot use.
    pub(super) fn value(name: &str, message: impl Into<String>) -> Self {
        let hint = "correct the value of the annotation, or take it away";
        Self::refused(message, hint).at(annotations::field(name))
    }

    /// Says which field is the cause.
    pub(super) fn at(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// The same with a message that says more.
    pub(super) fn saying(self, message: impl FnOnce(&str) -> String) -> Self {
        Self {
            message: message(&self.message),
            ..self
        }
    }

    /// The problem of this Service.
    pub(super) fn of(self, service: &Service) -> Diagnostic {
        let problem = Diagnostic::new(Severity::Warning, self.code, self.message)
            .about(service.reference())
            .hint(self.hint);
        if self.field.is_empty() {
            problem
        } else {
            problem.field(self.field)
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The annotation that asks for an address.
pub(super) const ADDRESS: &str = "azure-load-balancer-ipv4";

/// The field that asks for the address of a Service.
pub(super) fn asking(service: &Service) -> String {
    let by_name = |name| annotations::get(service, name).is_some();
    let named = ["azure-pip-name", ADDRESS];
    match named.into_iter().find(|name| by_name(name)) {
        Some(name) if name == ADDRESS || !service.is_internal() => annotations::field(name),
        _ if requested(service).is_some() => "spec.loadBalancerIP".to_owned(),
        _ => String::new(),
    }
}

/// The annotation for an address says none, so that the controller looks for what cannot exist.
pub(super) fn not_an_address(service: &Service) -> Option<Refusal> {
    let text = annotations::get(service, ADDRESS)?.trim();
    if text.is_empty() || text.parse::<IpAddr>().is_ok() {
        return None;
    }
    let message = format!("user supplied IP address `{text}` was not found: it is no address");
    let hint = "write an IPv4 address that exists, or take the annotation away";
    Some(Refusal::pending(message, hint).at(annotations::field(ADDRESS)))
}
