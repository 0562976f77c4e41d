//! What follows for a request that may pass: the endpoints of its backend and the request that they get, or
//! what the controller answers without one.

use std::sync::Arc;

use super::super::backend::{Endpoint, Upstream, upstream};
use super::super::named_service;
use super::super::pattern::Groups;
use super::super::server::Location;
use super::{Decided, Forward, Outcome, Request, not_modelled};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Exchange, TlsEnd};
use crate::model::ingress::{Backend, Ingress};
use crate::model::object::{Kind, Ref};
use crate::model::packet::HttpRequest;

impl<'a> Request<'_, 'a> {
    /// Nothing matched: the controller's default backend, or its own 404 (R33).
    pub(super) fn default_backend(&mut self) -> Outcome {
        let controller = self.controller;
        let namespace = &controller.pod.meta.namespace;
        let named = controller.nginx.flag("default-backend-service");
        if let Some(service) = named.map(|name| named_service(name, namespace))
            && let Upstream::Servers(endpoints) = upstream(controller.network, &service, None)
        {
            let request = self.http.clone();
            return self.connect(service, endpoints, request, None);
        }
        let why = Explanation::new("why-ingress-404")
            .with("controller", controller.place())
            .with("host", self.http.host.clone())
            .with("path", self.http.path.clone());
        self.answer(Stage::IngressPath, 404, None, why, None)
    }

    pub(super) fn forward(
        &mut self,
        location: Location<'a>,
        groups: Option<&Groups>,
    ) -> Decided<Outcome> {
        let controller = self.controller;
        let ingress = location.ingress;
        let Backend::Service { name, port } = location.backend else {
            return Ok(self.default_backend());
        };
        let service = Ref::scoped(Kind::Service, ingress.meta.namespace.clone(), name.clone());
        let backend = if location.at.is_some() { "backend" } else { "" };
        let field = [&location.field(), backend].join(".");
        let cause = Cause::field(ingress.reference(), field.trim_end_matches('.'));
        let request = self.rewritten(ingress, groups);
        let id = match upstream(controller.network, &service, Some(port)) {
            Upstream::Servers(endpoints) => {
                return Ok(self.connect(service, endpoints, request, Some(cause)));
            }
            Upstream::ExternalName => {
                let what = "an Ingress to a Service of type ExternalName".to_owned();
                return Err(not_modelled(Stage::IngressPath, what, Some(cause)));
            }
            Upstream::NoService => "why-ingress-no-service",
            Upstream::NoPort => "why-ingress-no-port",
            Upstream::NoEndpoints => "why-ingress-no-endpoints",
        };
        let instead = controller.annotation(ingress, "default-backend");
        let instead = instead.map(|name| named_service(name, &ingress.meta.namespace));
        if let Some(other) = instead
            && let Upstream::Servers(endpoints) = upstream(controller.network, &other, None)
        {
            let field = controller.annotation_field("default-backend");
            let cause = Cause::field(ingress.reference(), field);
            return Ok(self.connect(other, endpoints, request, Some(cause)));
        }
        let why = Explanation::new(id)
            .with("service", service.clone())
            .with("port", port.to_string());
        let outcome = self.answer(Stage::IngressPath, 503, None, why, Some(cause));
        if let Some(Detail::Answered { exchange }) =
            self.findings.last_mut().map(|it| &mut it.detail)
        {
            exchange.backend = Some(service);
        }
        Ok(outcome)
    }

    /// The request as the backend gets it: the path rewritten, TLS anew where the backend speaks it.
    fn rewritten(&self, ingress: &Ingress, groups: Option<&Groups>) -> HttpRequest {
        let protocol = self.controller.annotation(ingress, "backend-protocol");
        let mut request = self.http.clone();
        if self.tls != TlsEnd::Passthrough {
            request.tls = protocol.is_some_and(|word| {
                word.eq_ignore_ascii_case("HTTPS") || word.eq_ignore_ascii_case("GRPCS")
            });
            let target = self.controller.annotation(ingress, "rewrite-target");
            if let (Some(target), Some(groups)) = (target, groups) {
                let mut path = expand(target, groups);
                if let Some((_, query)) = self.http.path.split_once('?') {
                    path.push(if path.contains('?') { '&' } else { '?' });
                    path += query;
                }
                request.path = path.into();
            }
        }
        request
    }

    fn connect(
        &self,
        service: Ref,
        endpoints: Vec<Endpoint>,
        request: HttpRequest,
        cause: Option<Cause>,
    ) -> Outcome {
        let mut headers: Vec<(&'static str, Arc<str>)> = Vec::new();
        if self.tls != TlsEnd::Passthrough {
            let scheme = if self.http.tls { "https" } else { "http" };
            let port = if self.http.tls { "443" } else { "80" };
            let source: Arc<str> = self.source.to_string().into();
            headers = vec![
                ("Host", self.http.host.clone()),
                ("X-Real-IP", source.clone()),
                ("X-Forwarded-For", source),
                ("X-Forwarded-Host", self.http.host.clone()),
                ("X-Forwarded-Port", port.into()),
                ("X-Forwarded-Proto", scheme.into()),
                ("X-Forwarded-Scheme", scheme.into()),
                ("X-Scheme", scheme.into()),
            ];
        }
        Outcome::Forward(Box::new(Forward {
            exchange: Exchange {
                status: 200,
                backend: Some(service.clone()),
                headers,
                tls: self.tls.clone(),
            },
            service,
            endpoints,
            request,
            cause,
        }))
    }
}

/// `$1` and the like, by what the groups matched.
fn expand(target: &str, groups: &Groups) -> String {
    let mut text = String::new();
    let mut parts = target.split('$');
    text += parts.next().unwrap_or_default();
    for part in parts {
        let digit = part.chars().next().and_then(|first| first.to_digit(10));
        let Some(number) = digit.and_then(|digit| usize::try_from(digit).ok()) else {
            text.push('$');
            text += part;
            continue;
        };
        let group = groups.get(number).and_then(Option::as_deref);
        text += group.unwrap_or_default();
        text += part.get(1..).unwrap_or_default();
    }
    if text.starts_with('/') {
        text
    } else {
        format!("/{text}")
    }
}
