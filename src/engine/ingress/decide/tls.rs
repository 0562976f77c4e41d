//! TLS at the controller: passed on unread, ended with a certificate, or asked for by a redirect.

use std::sync::Arc;

use super::super::certificate::{self, Certificate};
use super::{Decided, Outcome, Request, not_modelled};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, TlsEnd};
use crate::model::ingress::Ingress;

/// What a redirect to HTTPS answers, unless the ConfigMap says otherwise.
const REDIRECT: u16 = 308;

impl<'a> Request<'_, 'a> {
    /// Passes a TLS connection on unread: only for the very host whose server an Ingress makes that asks for it.
    pub(super) fn pass_tls(&mut self) -> Option<Outcome> {
        let controller = self.controller;
        if !controller.passes_tls() || self.server.is_default() {
            return None;
        }
        let (ingress, ..) = self.server.rules(&self.ingresses).next()?;
        if controller.annotation(ingress, "ssl-passthrough") != Some("true") {
            return None;
        }
        if self.server.name.starts_with('*') {
            return None;
        }
        let mut locations = self.server.locations(&self.ingresses).into_iter();
        let location = locations.find(|location| location.path == "/")?;
        let field = controller.annotation_field("ssl-passthrough");
        let why = Explanation::new("why-ingress-passthrough")
            .with("controller", controller.place())
            .with("host", self.server.name.as_str());
        self.matched(
            Stage::IngressTls,
            "passthrough".to_owned(),
            why,
            Some(Cause::field(ingress.reference(), field)),
        );
        self.tls = TlsEnd::Passthrough;
        Some(
            self.forward(location, None)
                .unwrap_or_else(|outcome| outcome),
        )
    }

    /// Ends TLS with the certificate of the host, or the default one.
    pub(super) fn terminate(&mut self) -> Decided<()> {
        let controller = self.controller;
        let certificate = self.certificate()?;
        let place = controller.place();
        self.tls = TlsEnd::TerminatedAt(place.clone());
        let named = certificate
            .as_ref()
            .and_then(|it| Some((it, it.secret.clone()?)));
        let cause = certificate.as_ref().map(Certificate::cause);
        let default = controller.nginx.flag("default-ssl-certificate");
        let default = default.map_or_else(
            || "default certificate".to_owned(),
            |name| format!("default certificate {name}"),
        );
        let (rule, why) = match named {
            Some((certificate, secret)) if certificate.exists => {
                let why = Explanation::new("why-ingress-terminated").with("secret", secret.clone());
                (secret.to_string(), why)
            }
            Some((_, secret)) => {
                let mut asked = controller.network.certificates.iter();
                let id = if asked.any(|it| it.secret == secret) {
                    "why-ingress-not-issued"
                } else {
                    "why-ingress-no-secret"
                };
                let why = Explanation::new(id).with("secret", secret);
                (default, why)
            }
            None => match &certificate {
                Some(Certificate {
                    ingress,
                    index: Some(_),
                    ..
                }) => {
                    let why = Explanation::new("why-ingress-certificate-unnamed");
                    (default, why.with("ingress", ingress.reference()))
                }
                _ => (default, Explanation::new("why-ingress-default-certificate")),
            },
        };
        let why = why
            .with("controller", place)
            .with("host", self.http.host.clone());
        self.matched(Stage::IngressTls, rule, why, cause);
        Ok(())
    }

    /// The certificate for the host of the request.
    fn certificate(&self) -> Decided<Option<Certificate<'a>>> {
        let network = self.controller.network;
        certificate::of(network, &self.ingresses, &self.http.host).map_err(|cause| {
            let what = "the names in a certificate".to_owned();
            not_modelled(Stage::IngressTls, what, Some(cause))
        })
    }

    /// A plain request is sent to HTTPS where the host has a certificate, or where an Ingress insists.
    pub(super) fn redirect(&mut self, ingress: Option<&'a Ingress>) -> Decided<Option<Outcome>> {
        if self.http.tls {
            return Ok(None);
        }
        let controller = self.controller;
        let force = controller.switch(ingress, "force-ssl-redirect", false);
        let certificate = match force {
            true => None,
            false if !controller.switch(ingress, "ssl-redirect", true) => None,
            false => self.certificate()?,
        };
        if !force && certificate.is_none() {
            return Ok(None);
        }
        let cause = match (&certificate, ingress) {
            (Some(certificate), _) => Some(certificate.cause()),
            (None, Some(ingress)) => {
                let field = controller.annotation_field("force-ssl-redirect");
                Some(Cause::field(ingress.reference(), field))
            }
            (None, None) => None,
        };
        let location: Arc<str> = format!("https://{}{}", self.http.host, self.http.path).into();
        let status = controller.option("http-redirect-code");
        let status = status
            .and_then(|code| code.parse().ok())
            .unwrap_or(REDIRECT);
        let why = Explanation::new("why-ingress-redirect")
            .with("controller", controller.place())
            .with("location", location.clone())
            .with("status", i64::from(status));
        Ok(Some(self.answer(
            Stage::IngressTls,
            status,
            Some(location),
            why,
            cause,
        )))
    }
}
