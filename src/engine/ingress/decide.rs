//! One request at the controller, in the order of NGINX: the server name of TLS, host, path, redirect,
//! who may ask, and the backend.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::backend::{Endpoint, Upstream, upstream};
use super::pattern::Groups;
use super::server::{Found, Location, Server};
use super::{Controller, named_service};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Exchange, TlsEnd};
use crate::model::ingress::{Backend, Ingress};
use crate::model::object::{Kind, Ref};
use crate::model::packet::HttpRequest;

/// What a redirect to HTTPS answers, unless the ConfigMap says otherwise.
const REDIRECT: u16 = 308;

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

/// The certificate that a server is configured with.
struct Certificate<'a> {
    ingress: &'a Ingress,
    index: usize,
    secret: Option<Ref>,
    /// Whether the Secret is there.
    exists: bool,
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

impl<'a> Request<'_, 'a> {
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
        let (location, groups) = self.match_path()?;
        let ingress = location.map(|location| location.ingress);
        if let Some(outcome) = self.redirect(ingress)? {
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

    // --- What is not modelled ------------------------------------------------------------------

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

    // --- TLS -----------------------------------------------------------------------------------

    /// Passes a TLS connection on unread: only for the very host of an Ingress that asks for it.
    fn pass_tls(&mut self) -> Option<Outcome> {
        let controller = self.controller;
        let asks =
            |ingress: &Ingress| controller.annotation(ingress, "ssl-passthrough") == Some("true");
        if !controller.passes_tls() || self.server.is_default() {
            return None;
        }
        let (ingress, ..) = self
            .server
            .rules(&self.ingresses)
            .find(|(it, ..)| asks(it))?;
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
    fn terminate(&mut self) -> Decided<()> {
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
                let why = Explanation::new("why-ingress-no-secret").with("secret", secret);
                (default, why)
            }
            None => (default, Explanation::new("why-ingress-default-certificate")),
        };
        let why = why
            .with("controller", place)
            .with("host", self.http.host.clone());
        self.matched(Stage::IngressTls, rule, why, cause);
        Ok(())
    }

    /// The certificate of the server: that of the first Ingress which lists its host under `tls`.
    fn certificate(&self) -> Decided<Option<Certificate<'a>>> {
        if self.server.is_default() {
            return Ok(None);
        }
        for (ingress, ..) in self.server.rules(&self.ingresses) {
            let mut entries = ingress.tls.iter().enumerate();
            let lists = |hosts: &[Arc<str>]| {
                let mut hosts = hosts.iter();
                hosts.any(|host| host.eq_ignore_ascii_case(&self.server.name))
            };
            if let Some((index, tls)) = entries.find(|(_, tls)| lists(&tls.hosts)) {
                let secret = tls.secret.as_ref().map(|name| {
                    Ref::scoped(Kind::Secret, ingress.meta.namespace.clone(), name.clone())
                });
                let manifests = &self.controller.network.manifests;
                let exists = manifests
                    .iter()
                    .any(|it| Some(&it.object) == secret.as_ref());
                return Ok(Some(Certificate {
                    ingress,
                    index,
                    secret,
                    exists,
                }));
            }
            if let Some(index) = ingress
                .tls
                .iter()
                .position(|tls| tls.hosts.is_empty() && tls.secret.is_some())
            {
                let cause = Cause::field(ingress.reference(), format!("spec.tls[{index}]"));
                let what = "the names in a certificate".to_owned();
                return Err(not_modelled(Stage::IngressTls, what, Some(cause)));
            }
        }
        Ok(None)
    }

    // --- Host and path -------------------------------------------------------------------------

    fn match_host(&mut self) -> Decided<()> {
        let controller = self.controller;
        self.check_aliases()?;
        let place = controller.place();
        let host = self.http.host.clone();
        let rule = self.server.rules(&self.ingresses).next();
        let why = match rule {
            Some(_) if !self.server.is_default() => {
                Explanation::new("why-ingress-host").with("rule", self.server.name.as_str())
            }
            Some(_) => Explanation::new("why-ingress-any-host"),
            None => Explanation::new("why-ingress-no-host"),
        };
        let cause = rule.map(|(ingress, index, _)| {
            Cause::field(ingress.reference(), format!("spec.rules[{index}].host"))
        });
        let name = match self.server.name.as_str() {
            "" => "*".to_owned(),
            name => name.to_owned(),
        };
        let why = why.with("controller", place).with("host", host);
        self.matched(Stage::IngressHost, name, why, cause);
        Ok(())
    }

    /// Annotations that would lead a host to the rules of another.
    fn check_aliases(&self) -> Decided<()> {
        if !self.server.is_default() {
            return Ok(());
        }
        let host = self.http.host.to_ascii_lowercase();
        let flipped = match host.strip_prefix("www.") {
            Some(bare) => bare.to_owned(),
            None => format!("www.{host}"),
        };
        for ingress in &self.ingresses {
            let alias = self.controller.annotation(ingress, "server-alias");
            let aliases = alias.unwrap_or_default().split(',').map(str::trim);
            if aliases
                .into_iter()
                .any(|alias| alias.eq_ignore_ascii_case(&host))
            {
                return Err(self.annotated(Stage::IngressHost, ingress, "server-alias"));
            }
            let name = "from-to-www-redirect";
            let turns = self.controller.annotation(ingress, name) == Some("true");
            let has = ingress
                .rules
                .iter()
                .any(|rule| rule.host.eq_ignore_ascii_case(&flipped));
            if turns && has {
                return Err(self.annotated(Stage::IngressHost, ingress, name));
            }
        }
        Ok(())
    }

    /// The location that takes the request, if one does.
    fn match_path(&mut self) -> Decided<(Option<Location<'a>>, Option<Groups>)> {
        let controller = self.controller;
        let is_canary = |it: &Ingress| controller.annotation(it, "canary") == Some("true");
        let canary = self
            .server
            .rules(&self.ingresses)
            .find(|(it, ..)| is_canary(it));
        if let Some((ingress, ..)) = canary {
            return Err(self.annotated(Stage::IngressPath, ingress, "canary"));
        }
        let locations = self.server.locations(&self.ingresses);
        let path = self.http.path.clone();
        let (location, groups) = match controller.locate(locations, &path) {
            Found::Location(location, groups) => (location, groups),
            Found::Nothing => {
                let why = Explanation::new("why-ingress-no-path")
                    .with("path", path)
                    .with("host", self.http.host.clone());
                self.matched(Stage::IngressPath, "default backend".to_owned(), why, None);
                return Ok((None, None));
            }
            Found::Pattern(location) => {
                let what = format!("the regular expression {}", location.path);
                let cause = Cause::field(location.ingress.reference(), location.field());
                return Err(not_modelled(Stage::IngressPath, what, Some(cause)));
            }
        };
        let object = location.ingress.reference();
        let id = if location.at.is_some() {
            "why-ingress-path"
        } else {
            "why-ingress-rest"
        };
        let why = Explanation::new(id)
            .with("path", path)
            .with("rule", location.rule())
            .with("ingress", object.clone());
        let cause = Cause::field(object, location.field());
        self.matched(Stage::IngressPath, location.rule(), why, Some(cause));
        if let Some(name) = controller.unmodelled(location.ingress) {
            return Err(self.annotated(Stage::IngressPath, location.ingress, name));
        }
        Ok((Some(location), groups))
    }

    // --- Answers of the controller itself ------------------------------------------------------

    /// A plain request is sent to HTTPS where the host has a certificate, or where an Ingress insists.
    fn redirect(&mut self, ingress: Option<&'a Ingress>) -> Decided<Option<Outcome>> {
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

    /// `whitelist-source-range` and `denylist-source-range`: which addresses may ask.
    fn check_source(&mut self, ingress: Option<&'a Ingress>) -> Option<Outcome> {
        let controller = self.controller;
        let read = |name: &'static str| {
            let annotated = ingress.and_then(|ingress| controller.annotation(ingress, name));
            Some((name, annotated.or_else(|| controller.option(name))?))
        };
        let within = |list: &str| {
            let mut parts = list.split(',').map(str::trim);
            parts.any(|part| {
                let one = || part.parse::<IpAddr>().ok().map(IpNet::from);
                let prefix = part.parse::<IpNet>().ok().or_else(one);
                prefix.is_some_and(|prefix| prefix.contains(&self.source))
            })
        };
        let allowed = ["whitelist-source-range", "allowlist-source-range"];
        let allowed = allowed
            .into_iter()
            .find_map(read)
            .filter(|(_, list)| !within(list));
        let denied = read("denylist-source-range").filter(|(_, list)| within(list));
        let (name, list) = denied.or(allowed)?;
        let cause = ingress
            .map(|ingress| Cause::field(ingress.reference(), controller.annotation_field(name)));
        let why = Explanation::new("why-ingress-source")
            .with("source", self.source)
            .with("rule", format!("{name}: {list}"));
        Some(self.answer(Stage::IngressPath, 403, None, why, cause))
    }

    /// Nothing matched: the controller's default backend, or its own 404 (R33).
    fn default_backend(&mut self) -> Outcome {
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

    // --- The backend ---------------------------------------------------------------------------

    fn forward(&mut self, location: Location<'a>, groups: Option<&Groups>) -> Decided<Outcome> {
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
                request.path = expand(target, groups).into();
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

impl Certificate<'_> {
    fn cause(&self) -> Cause {
        Cause::field(
            self.ingress.reference(),
            format!("spec.tls[{}]", self.index),
        )
    }
}

fn not_modelled(stage: Stage, what: String, cause: Option<Cause>) -> Outcome {
    Outcome::NotModelled { stage, what, cause }
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
