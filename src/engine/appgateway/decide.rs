//! One request at a gateway: which listener takes it, where its rule sends it, and what backends are asked.

use std::sync::Arc;

use super::{cause, named, paths};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Exchange, TlsEnd};
use crate::model::appgateway::{
    AppGateway, HttpSettings, Listener, Pool, Redirect, RoutingRule, RuleTarget, same,
};
use crate::model::object::Ref;
use crate::model::packet::{HttpRequest, Packet};

/// What a gateway decides about a request.
#[derive(Clone, Debug)]
pub struct Decision<'g> {
    /// Its decisions in order.
    pub findings: Vec<Finding>,
    /// What follows.
    pub outcome: Outcome<'g>,
}

/// What follows from a decision.
#[derive(Clone, Debug)]
pub enum Outcome<'g> {
    /// It answers by itself; the last finding says so.
    Answered,
    /// It opens a connection to a member of a pool.
    Forward(Box<Forward<'g>>),
    /// What it does next is not modelled.
    NotModelled {
        /// The stage that depends on it.
        stage: Stage,
        /// What is missing.
        what: Arc<str>,
        /// The object and field responsible.
        cause: Cause,
    },
}

/// The second connection.
#[derive(Clone, Debug)]
pub struct Forward<'g> {
    /// Whom it can go to.
    pub pool: &'g Pool,
    /// How.
    pub settings: &'g HttpSettings,
    /// The request as the backend gets it; its host is that of the client, unless `settings` has another.
    pub request: HttpRequest,
    /// What client and backend see of it, if the backend answers.
    pub exchange: Exchange,
}

/// Whether a gateway listens on a port of a frontend.
pub fn listens(gateway: &AppGateway, frontend: &str, port: u16) -> bool {
    at_port(gateway, frontend, port).next().is_some()
}

/// A listener at a port that no rule uses. Azure keeps none, and a client gets no answer of it.
pub fn unused_listener<'g>(
    gateway: &'g AppGateway,
    frontend: &str,
    port: u16,
) -> Option<&'g Listener> {
    let config = &gateway.config;
    let mut listeners = config.listeners.iter();
    listeners.find(|it| same(&it.frontend, frontend) && config.port(&it.port) == Some(port))
}

fn at_port<'g>(
    gateway: &'g AppGateway,
    frontend: &'g str,
    port: u16,
) -> impl Iterator<Item = &'g Listener> {
    let config = &gateway.config;
    let listeners = config.listeners.iter();
    listeners.filter(move |it| {
        let used = config
            .rules
            .iter()
            .any(|rule| same(&rule.listener, &it.name));
        used && same(&it.frontend, frontend) && config.port(&it.port) == Some(port)
    })
}

/// Decides about the request of `packet`, which came to a frontend with a listener for its port.
pub fn decide<'g>(
    gateway: &'g AppGateway,
    frontend: &'g str,
    packet: &Packet,
    http: &HttpRequest,
) -> Decision<'g> {
    let mut request = Request {
        gateway,
        place: gateway.reference(),
        packet,
        http,
        tls: TlsEnd::None,
        findings: Vec::new(),
    };
    let outcome = request.decide(frontend).unwrap_or_else(|outcome| *outcome);
    Decision {
        findings: request.findings,
        outcome,
    }
}

/// `Err` ends a decision early.
type Decided<'g, T> = Result<T, Box<Outcome<'g>>>;

struct Request<'g, 'r> {
    gateway: &'g AppGateway,
    place: Ref,
    packet: &'r Packet,
    http: &'r HttpRequest,
    tls: TlsEnd,
    findings: Vec<Finding>,
}

impl<'g> Request<'g, '_> {
    fn decide(&mut self, frontend: &'g str) -> Decided<'g, Outcome<'g>> {
        let (listener, rule) = self.listener(frontend)?;
        let (target, pattern) = self.route(rule)?;
        if let Some(name) = &target.redirect {
            let redirect = self.gateway.config.redirect(name);
            return Ok(self.redirect(redirect, name, rule));
        }
        if let Some(what) = &target.unmodelled {
            return Err(Box::new(Outcome::NotModelled {
                stage: Stage::AppGwRule,
                what: what.clone(),
                cause: cause(&rule.made),
            }));
        }
        let config = &self.gateway.config;
        let pool = target.pool.as_deref().and_then(|it| config.pool(it));
        let settings = target.settings.as_deref().and_then(|it| config.setting(it));
        let (Some(pool), Some(settings)) = (pool, settings) else {
            let why = self
                .why("why-appgw-no-target")
                .with("rule", rule.name.clone());
            return Ok(self.answer(Stage::AppGwRule, 502, None, why, Some(cause(&rule.made))));
        };
        Ok(self.forward(listener, (pool, settings), pattern))
    }

    fn why(&self, id: &'static str) -> Explanation {
        Explanation::new(id).with("gateway", self.place.clone())
    }

    // --- Listener ------------------------------------------------------------------------------

    /// Of the listeners for the host the one whose rule comes first: by priority, where rules have some, or else
    /// a host by its name before one with a wildcard, and that before any host.
    fn listener(&mut self, frontend: &'g str) -> Decided<'g, (&'g Listener, &'g RoutingRule)> {
        let port = self.packet.destination_port;
        let config = &self.gateway.config;
        let mut found: Vec<(&Listener, &RoutingRule, u8)> = Vec::new();
        for listener in at_port(self.gateway, frontend, port) {
            let rule = config
                .rules
                .iter()
                .find(|it| same(&it.listener, &listener.name));
            if let (Some(rule), Some(rank)) = (rule, host_rank(listener, &self.http.host)) {
                found.push((listener, rule, rank));
            }
        }
        let by_priority = found.iter().all(|(_, rule, _)| rule.priority.is_some());
        let best = found.into_iter().min_by_key(|(_, rule, rank)| {
            (
                rule.priority.filter(|_| by_priority).unwrap_or_default(),
                *rank,
            )
        });
        let secure = at_port(self.gateway, frontend, port).any(|it| it.tls);
        if secure != self.http.tls {
            let why = self.why(if secure {
                "why-appgw-plain-on-tls"
            } else {
                "why-appgw-tls-on-plain"
            });
            let made = at_port(self.gateway, frontend, port)
                .next()
                .map(|it| cause(&it.made));
            return Err(Box::new(self.answer(
                Stage::AppGwListener,
                400,
                None,
                why,
                made,
            )));
        }
        let Some((listener, rule, _)) = best else {
            let why = self
                .why("why-appgw-no-host")
                .with("host", self.http.host.clone());
            return Err(Box::new(self.answer(
                Stage::AppGwListener,
                404,
                None,
                why,
                None,
            )));
        };
        self.take(listener);
        Ok((listener, rule))
    }

    fn take(&mut self, listener: &Listener) {
        let id = match (listener.tls, listener.hosts.is_empty()) {
            (false, false) => "why-appgw-listener",
            (false, true) => "why-appgw-listener-any",
            (true, _) => "why-appgw-listener-tls",
        };
        let mut why = self
            .why(id)
            .with("listener", listener.name.clone())
            .with("host", self.http.host.clone());
        if listener.tls {
            self.tls = TlsEnd::TerminatedAt(self.place.clone());
            let certificate = listener.certificate.clone();
            why = why.with("certificate", certificate.unwrap_or_else(|| Arc::from("?")));
        }
        let rule = named(&listener.name, "listener");
        self.find(Stage::AppGwListener, rule, why, cause(&listener.made));
    }

    // --- Rule ----------------------------------------------------------------------------------

    /// Where the rule sends the request, and the pattern of the path that took it, if one did.
    fn route(&mut self, rule: &'g RoutingRule) -> Decided<'g, (&'g RuleTarget, Option<&'g str>)> {
        let name = named(&rule.name, "rule");
        let Some(map) = &rule.path_map else {
            let why = self.why("why-appgw-rule-basic").with("rule", name.clone());
            self.find(Stage::AppGwRule, name, why, cause(&rule.made));
            return Ok((&rule.target, None));
        };
        let Some(map) = self.gateway.config.path_map(map) else {
            let why = self.why("why-appgw-no-target").with("rule", name);
            let made = Some(cause(&rule.made));
            return Err(Box::new(self.answer(
                Stage::AppGwRule,
                502,
                None,
                why,
                made,
            )));
        };
        let path = paths::plain(&self.http.path);
        for one in &map.rules {
            let mut patterns = one.paths.iter();
            if let Some(pattern) = patterns.find(|it| paths::rest(it, path).is_some()) {
                let why = self
                    .why("why-appgw-rule-path")
                    .with("path", path)
                    .with("pattern", pattern.clone())
                    .with("rule", one.name.clone());
                self.find(Stage::AppGwRule, pattern.clone(), why, cause(&one.made));
                return Ok((&one.target, Some(pattern)));
            }
        }
        let why = self
            .why("why-appgw-rule-default")
            .with("path", path)
            .with("map", map.name.clone());
        self.find(
            Stage::AppGwRule,
            named(&map.name, "default"),
            why,
            cause(&map.made),
        );
        Ok((&map.default, None))
    }

    fn redirect(
        &mut self,
        redirect: Option<&'g Redirect>,
        name: &Arc<str>,
        rule: &RoutingRule,
    ) -> Outcome<'g> {
        let config = &self.gateway.config;
        let target = redirect.and_then(|it| it.listener.as_deref());
        let target = target.and_then(|name| config.listener(name));
        let base = match (redirect.and_then(|it| it.url.as_deref()), target) {
            (Some(url), _) => Some(url.trim_end_matches('/').to_owned()),
            (None, Some(target)) => {
                let (scheme, usual) = if target.tls {
                    ("https", 443)
                } else {
                    ("http", 80)
                };
                let port = config.port(&target.port).unwrap_or(usual);
                let port = if port == usual {
                    String::new()
                } else {
                    format!(":{port}")
                };
                Some(format!("{scheme}://{}{port}", self.http.host))
            }
            (None, None) => None,
        };
        let (Some(redirect), Some(base)) = (redirect, base) else {
            let why = self
                .why("why-appgw-no-target")
                .with("rule", rule.name.clone());
            return self.answer(Stage::AppGwRule, 502, None, why, Some(cause(&rule.made)));
        };
        let (path, query) = match self.http.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*self.http.path, None),
        };
        let path = if redirect.path { path } else { "/" };
        let query = query.filter(|_| redirect.query).map(|it| format!("?{it}"));
        let location: Arc<str> = format!("{base}{path}{}", query.unwrap_or_default()).into();
        let why = self
            .why("why-appgw-redirect")
            .with("redirect", name.clone())
            .with("status", i64::from(redirect.status))
            .with("location", location.clone());
        let made = Some(cause(&redirect.made));
        self.answer(Stage::AppGwRule, redirect.status, Some(location), why, made)
    }

    // --- Backend -------------------------------------------------------------------------------

    fn forward(
        &self,
        listener: &Listener,
        (pool, settings): (&'g Pool, &'g HttpSettings),
        pattern: Option<&str>,
    ) -> Outcome<'g> {
        let path = match &settings.path {
            Some(over) => paths::overridden(over, pattern, &self.http.path).into(),
            None => self.http.path.clone(),
        };
        let host = settings
            .host
            .clone()
            .unwrap_or_else(|| self.http.host.clone());
        let scheme = if listener.tls { "https" } else { "http" };
        let source: Arc<str> = self.packet.source_text().into();
        let headers: Vec<(&'static str, Arc<str>)> = vec![
            ("Host", host.clone()),
            ("X-Forwarded-For", source),
            ("X-Forwarded-Proto", scheme.into()),
            (
                "X-Forwarded-Port",
                self.packet.destination_port.to_string().into(),
            ),
            ("X-Original-Host", self.http.host.clone()),
            ("X-Original-Url", self.http.path.clone()),
            ("X-AppGW-Trace-Id", "…".into()),
        ];
        Outcome::Forward(Box::new(Forward {
            pool,
            settings,
            request: HttpRequest {
                tls: settings.tls,
                host,
                path,
            },
            exchange: Exchange {
                status: 200,
                backend: pool.service.clone(),
                headers,
                tls: self.tls.clone(),
            },
        }))
    }

    // --- Findings ------------------------------------------------------------------------------

    fn find(&mut self, stage: Stage, rule: Arc<str>, why: Explanation, cause: Cause) {
        let detail = Detail::Matched { rule };
        self.findings
            .push(Finding::new(stage, detail, why).caused_by(cause));
    }

    fn answer(
        &mut self,
        stage: Stage,
        status: u16,
        location: Option<Arc<str>>,
        why: Explanation,
        cause: Option<Cause>,
    ) -> Outcome<'g> {
        let exchange = Box::new(Exchange {
            status,
            backend: None,
            headers: location.map(|it| ("Location", it)).into_iter().collect(),
            tls: self.tls.clone(),
        });
        let finding = Finding::new(stage, Detail::Answered { exchange }, why);
        self.findings.push(match cause {
            Some(cause) => finding.caused_by(cause),
            None => finding,
        });
        Outcome::Answered
    }
}

/// How well a listener fits a host: its name, a wildcard, or any; `None` where it is for others.
fn host_rank(listener: &Listener, host: &str) -> Option<u8> {
    if listener.hosts.is_empty() {
        return Some(2);
    }
    let fits = |name: &Arc<str>| {
        if name.eq_ignore_ascii_case(host) {
            return Some(0);
        }
        let wild = name.contains(['*', '?']);
        (wild && matches(name.as_bytes(), host.as_bytes())).then_some(1)
    };
    listener.hosts.iter().filter_map(fits).min()
}

/// Whether a name with `*` (any characters) and `?` (one) fits.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut reached) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while reached < text.len() {
        let fits = |byte: &u8| *byte == b'?' || byte.eq_ignore_ascii_case(&text[reached]);
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, reached));
                at += 1;
            }
            Some(byte) if fits(byte) => {
                at += 1;
                reached += 1;
            }
            _ => {
                let Some((back, taken)) = star else {
                    return false;
                };
                star = Some((back, taken + 1));
                at = back + 1;
                reached = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}
