//! One request at the controller, in the order of NGINX: the server name of TLS, host, path, redirect,
//! who may ask, and the backend. A folder of the same name holds what belongs to one of these.

mod backend;
mod route;
mod tls;

use std::net::IpAddr;
use std::sync::Arc;

use super::Controller;
use super::backend::Endpoint;
use super::path;
use super::server::Server;
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Exchange, TlsEnd};
use crate::model::ingress::Ingress;
use crate::model::object::{Kind, Ref};
use crate::model::packet::HttpRequest;

/// What the controller decides about a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its decisions in order.
    pub findings: Vec<Finding>,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows from a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It answers by itself; the last finding says so.
    Answered,
    /// It opens a connection to one of these.
    Forward(Box<Forward>),
    /// What it does next is not modelled.
    NotModelled {
        /// The stage that depends on it.
        stage: Stage,
        /// What is missing.
        what: String,
        /// The object and field responsible.
        cause: Option<Cause>,
    },
}

/// The second connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// The Service whose endpoints they are.
    pub service: Ref,
    /// The endpoints, in order; never empty.
    pub endpoints: Vec<Endpoint>,
    /// The request as the backend gets it.
    pub request: HttpRequest,
    /// What client and backend see of it, if the backend answers.
    pub exchange: Exchange,
    /// The object and field responsible.
    pub cause: Option<Cause>,
}

/// What a request finds, while it is decided.
struct Request<'c, 'a> {
    controller: &'c Controller<'a>,
    ingresses: Vec<&'a Ingress>,
    server: Server,
    http: &'c HttpRequest,
    source: IpAddr,
    tls: TlsEnd,
    findings: Vec<Finding>,
}

impl Controller<'_> {
    /// Decides about a request that came from `source`, at the port for TLS or at the other.
    pub fn decide(&self, http: &HttpRequest, source: IpAddr, secure: bool) -> Decision {
        let ingresses = self.ingresses();
        let mut request = Request {
            server: Server::of(&ingresses, &http.host),
            controller: self,
            ingresses,
            http,
            source,
            tls: TlsEnd::None,
            findings: Vec::new(),
        };
        let outcome = request.decide(secure).unwrap_or_else(|outcome| outcome);
        Decision {
            findings: request.findings,
            outcome,
        }
    }
}

/// `Err` ends a decision early.
type Decided<T> = Result<T, Outcome>;

impl Request<'_, '_> {
    fn decide(&mut self, secure: bool) -> Decided<Outcome> {
        self.check_options()?;
        if secure != self.http.tls {
            let why = Explanation::new(if secure {
                "why-ingress-plain-on-tls"
            } else {
                "why-ingress-tls-on-plain"
            })
            .with("controller", self.controller.place());
            return Ok(self.answer(Stage::IngressTls, 400, None, why, None));
        }
        if secure {
            if let Some(outcome) = self.pass_tls() {
                return Ok(outcome);
            }
            self.terminate()?;
        }
        self.match_host()?;
        let Some(path) = path::plain(&self.http.path) else {
            let why = Explanation::new("why-ingress-bad-path")
                .with("controller", self.controller.place())
                .with("path", self.http.path.clone());
            return Ok(self.answer(Stage::IngressPath, 400, None, why, None));
        };
        if let Some(outcome) = self.answer_health(&path) {
            return Ok(outcome);
        }
        let (location, groups) = self.match_path(&path)?;
        let ingress = location.map(|location| location.ingress);
        let kept = location.is_some_and(|location| self.controller.never_redirects(location.path));
        if !kept && let Some(outcome) = self.redirect(ingress)? {
            return Ok(outcome);
        }
        if let Some(outcome) = self.check_source(ingress) {
            return Ok(outcome);
        }
        match location {
            Some(location) => self.forward(location, groups.as_ref()),
            None => Ok(self.default_backend()),
        }
    }

    fn check_options(&self) -> Decided<()> {
        let Some(option) = self.controller.unmodelled_option() else {
            return Ok(());
        };
        let map = self.controller.options;
        let cause = map.map(|map| {
            let object = map.meta.reference(Kind::ConfigMap);
            Cause::field(object, format!("data[{option}]"))
        });
        Err(not_modelled(
            Stage::IngressHost,
            format!("the option {option} of ingress-nginx"),
            cause,
        ))
    }

    fn annotated(&self, stage: Stage, ingress: &Ingress, name: &str) -> Outcome {
        let field = self.controller.annotation_field(name);
        let cause = Cause::field(ingress.reference(), field);
        not_modelled(
            stage,
            format!("the annotation {name} of ingress-nginx"),
            Some(cause),
        )
    }

    // --- Findings ------------------------------------------------------------------------------

    fn matched(&mut self, stage: Stage, rule: String, why: Explanation, cause: Option<Cause>) {
        let detail = Detail::Matched { rule: rule.into() };
        self.find(Finding::new(stage, detail, why), cause);
    }

    fn answer(
        &mut self,
        stage: Stage,
        status: u16,
        location: Option<Arc<str>>,
        why: Explanation,
        cause: Option<Cause>,
    ) -> Outcome {
        let exchange = Box::new(Exchange {
            status,
            backend: None,
            headers: location
                .map(|location| ("Location", location))
                .into_iter()
                .collect(),
            tls: self.tls.clone(),
        });
        let detail = Detail::Answered { exchange };
        self.find(Finding::new(stage, detail, why), cause);
        Outcome::Answered
    }

    fn find(&mut self, finding: Finding, cause: Option<Cause>) {
        self.findings.push(match cause {
            Some(cause) => finding.caused_by(cause),
            None => finding,
        });
    }
}

fn not_modelled(stage: Stage, what: String, cause: Option<Cause>) -> Outcome {
    Outcome::NotModelled { stage, what, cause }
}
