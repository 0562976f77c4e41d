//! What the ingress controller writes into its gateway: for each host, port and frontend a listener with one
//! rule; a path map where there are paths; a pool, settings and a probe for each backend; and the defaults,
//! which are always there.

mod backend;
mod probe;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agic::{self, Agic, annotation};
use super::names::{self, ListenerId};
use super::paths;
use crate::model::appgateway::{
    AppGateway, GatewayConfig, Listener, Made, PathMap, PathRule, Redirect, RoutingRule, RuleTarget,
};
use crate::model::ingress::{Backend, Ingress, IngressRule};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub use backend::unresolved;

/// The first priority that the controller hands out, and the distance to the next.
const PRIORITIES: (u32, u32) = (19_000, 5);

/// A listener to be, with its rule.
struct Entry {
    tls: bool,
    certificate: Option<String>,
    default: RuleTarget,
    paths: Vec<PathRule>,
    priority: Option<u32>,
    made: Made,
}

/// The configuration that a controller gives its gateway.
pub fn generate(network: &Network, agic: &Agic, gateway: &AppGateway) -> GatewayConfig {
    let mut maker = Maker {
        network,
        agic,
        gateway,
        config: GatewayConfig::default(),
        entries: BTreeMap::new(),
        own: Made {
            object: agic.by.clone(),
            field: Arc::from(""),
        },
    };
    maker.defaults();
    for ingress in agic.ingresses(network) {
        maker.ingress(ingress);
    }
    maker.finish()
}

struct Maker<'a> {
    network: &'a Network,
    agic: &'a Agic,
    gateway: &'a AppGateway,
    config: GatewayConfig,
    entries: BTreeMap<ListenerId, Entry>,
    /// What the defaults come from.
    own: Made,
}

fn made(ingress: &Ingress, field: impl Into<Arc<str>>) -> Made {
    Made {
        object: ingress.reference(),
        field: field.into(),
    }
}

fn is_on(ingress: &Ingress, name: &str) -> bool {
    annotation(ingress, name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

impl<'a> Maker<'a> {
    fn ingress(&mut self, ingress: &'a Ingress) {
        for (index, rule) in ingress.rules.iter().enumerate() {
            if !rule.paths.is_empty() {
                self.rule(ingress, rule, Some(index));
            }
        }
        if ingress.rules.is_empty() && ingress.default_backend.is_some() {
            self.rule(ingress, &IngressRule::default(), None);
        }
    }

    /// The listeners of one rule: TLS alone where there is a certificate, and plain besides where it redirects.
    fn rule(&mut self, ingress: &Ingress, rule: &IngressRule, index: Option<usize>) {
        let field = index.map_or_else(
            || "spec.defaultBackend".to_owned(),
            |index| format!("spec.rules[{index}]"),
        );
        let certificate = self.certificate(ingress, &rule.host);
        let redirect = is_on(ingress, "ssl-redirect");
        let secure = certificate.is_some();
        let overriding =
            annotation(ingress, "override-frontend-port").and_then(|it| it.parse().ok());
        let private = self.agic.private || is_on(ingress, "use-private-ip");
        let id = |port: u16| ListenerId::new(port, hosts(ingress, rule), private);
        let tls_id = id(overriding.unwrap_or(443));
        if secure {
            let target = self.default_target(ingress, rule, index);
            let paths = self.path_rules(ingress, rule, index);
            self.add(&tls_id, ingress, (certificate, target, paths), &field);
        }
        if secure && redirect {
            let name: Arc<str> = tls_id.redirect().into();
            self.redirect(&name, &tls_id, ingress);
            let target = RuleTarget {
                redirect: Some(name),
                ..RuleTarget::default()
            };
            let mut paths = self.path_rules(ingress, rule, index);
            for path in &mut paths {
                path.target = target.clone();
            }
            self.add(&id(80), ingress, (None, target, paths), &field);
        }
        if !secure {
            let target = self.default_target(ingress, rule, index);
            let paths = self.path_rules(ingress, rule, index);
            let port = overriding.unwrap_or(80);
            self.add(&id(port), ingress, (None, target, paths), &field);
        }
    }

    fn redirect(&mut self, name: &Arc<str>, target: &ListenerId, ingress: &Ingress) {
        if self.config.redirect(name).is_some() {
            return;
        }
        self.config.redirects.push(Redirect {
            name: name.clone(),
            status: 301,
            listener: Some(target.listener().into()),
            url: None,
            path: true,
            query: true,
            made: made(ingress, agic::annotation_field("ssl-redirect")),
        });
    }

    /// Adds a rule to its listener. What comes later holds, but for the pool that is there by default.
    fn add(
        &mut self,
        id: &ListenerId,
        ingress: &Ingress,
        (certificate, default, paths): (Option<String>, RuleTarget, Vec<PathRule>),
        field: &str,
    ) {
        let priority = annotation(ingress, "rule-priority").and_then(|it| it.parse().ok());
        let is_default = |target: &RuleTarget| {
            target.pool.as_deref() == Some(names::DEFAULT_POOL)
                && target.settings.as_deref() == Some(names::DEFAULT_SETTINGS)
        };
        let entry = self.entries.entry(id.clone()).or_insert_with(|| Entry {
            tls: certificate.is_some(),
            certificate: certificate.clone(),
            default: default.clone(),
            paths: Vec::new(),
            priority,
            made: made(ingress, field.to_owned()),
        });
        if certificate.is_some() {
            (entry.tls, entry.certificate) = (true, certificate);
        }
        if !is_default(&default) {
            entry.default = default;
        }
        let known = |path: &PathRule, all: &[PathRule]| all.iter().any(|it| it.paths == path.paths);
        for path in paths {
            if !known(&path, &entry.paths) {
                entry.paths.push(path);
            }
        }
    }

    /// The certificate for a host: of the entry that lists it, or of one that lists none; the Secret must be there.
    fn certificate(&mut self, ingress: &Ingress, host: &str) -> Option<String> {
        let lists = |hosts: &[Arc<str>]| hosts.iter().any(|it| it.eq_ignore_ascii_case(host));
        let present = |secret: &Arc<str>| {
            let secret = Ref::scoped(Kind::Secret, ingress.meta.namespace.clone(), secret.clone());
            self.network.has_secret(&secret)
        };
        let usable = || {
            let all = ingress.tls.iter();
            all.filter_map(|tls| Some((tls, tls.secret.as_ref().filter(|it| present(it))?)))
        };
        let own = usable().find(|(tls, _)| lists(&tls.hosts));
        let found = own.or_else(|| usable().find(|(tls, _)| tls.hosts.is_empty()));
        let name = match found {
            Some((_, secret)) => names::certificate(&ingress.meta.namespace, secret),
            None => annotation(ingress, "appgw-ssl-certificate")?.to_owned(),
        };
        if !self.config.certificates.iter().any(|it| **it == *name) {
            self.config.certificates.push(name.as_str().into());
        }
        Some(name)
    }

    /// Where what no path takes goes: the path `/` of the rule, or the default backend of the Ingress.
    fn default_target(
        &mut self,
        ingress: &Ingress,
        rule: &IngressRule,
        index: Option<usize>,
    ) -> RuleTarget {
        let mut all = rule.paths.iter().enumerate();
        let rest = all.find(|(_, path)| paths::is_rest(&path.path));
        let found = match (rest, index) {
            (Some((number, path)), Some(index)) => {
                let field = format!("spec.rules[{index}].http.paths[{number}]");
                self.target(ingress, &path.backend, Some((&rule.host, path)), &field)
            }
            _ => ingress
                .default_backend
                .as_ref()
                .and_then(|backend| self.target(ingress, backend, None, "spec.defaultBackend")),
        };
        found.unwrap_or_else(|| RuleTarget {
            pool: Some(Arc::from(names::DEFAULT_POOL)),
            settings: Some(Arc::from(names::DEFAULT_SETTINGS)),
            ..RuleTarget::default()
        })
    }

    fn path_rules(
        &mut self,
        ingress: &Ingress,
        rule: &IngressRule,
        index: Option<usize>,
    ) -> Vec<PathRule> {
        let mut rules = Vec::new();
        let index = index.unwrap_or_default();
        for (number, path) in rule.paths.iter().enumerate() {
            if paths::is_rest(&path.path) {
                continue;
            }
            let field = format!("spec.rules[{index}].http.paths[{number}]");
            let Some(target) =
                self.target(ingress, &path.backend, Some((&rule.host, path)), &field)
            else {
                continue;
            };
            let name = names::path_rule(&ingress.meta.namespace, &ingress.meta.name, index, number);
            rules.push(PathRule {
                name: name.into(),
                paths: vec![paths::pattern(&path.path, path.path_type).into()],
                target,
                made: made(ingress, field),
            });
        }
        rules
    }

    fn finish(mut self) -> GatewayConfig {
        if self.entries.is_empty() {
            let id = ListenerId::new(80, Vec::new(), self.agic.private);
            let target = RuleTarget {
                pool: Some(Arc::from(names::DEFAULT_POOL)),
                settings: Some(Arc::from(names::DEFAULT_SETTINGS)),
                ..RuleTarget::default()
            };
            let entry = Entry {
                tls: false,
                certificate: None,
                default: target,
                paths: Vec::new(),
                priority: None,
                made: self.own.clone(),
            };
            self.entries.insert(id, entry);
        }
        let mut entries: Vec<(ListenerId, Entry)> =
            std::mem::take(&mut self.entries).into_iter().collect();
        // A host by its name comes before those with a wildcard, and these before any host.
        entries.sort_by_key(|(id, entry)| {
            let wild = id.hosts.iter().any(|host| host.contains(['*', '?']));
            let rank = if id.hosts.is_empty() {
                2
            } else {
                u8::from(wild)
            };
            (entry.priority.unwrap_or(u32::MAX), rank, id.clone())
        });
        for (index, (id, entry)) in entries.into_iter().enumerate() {
            self.emit(index, &id, entry);
        }
        self.sorted()
    }

    fn emit(&mut self, index: usize, id: &ListenerId, entry: Entry) {
        let port: Arc<str> = names::frontend_port(id.port).into();
        if self.config.port(&port).is_none() {
            self.config.ports.push((port.clone(), id.port));
        }
        let frontend = self.gateway.frontend(id.private);
        self.config.listeners.push(Listener {
            name: id.listener().into(),
            frontend: frontend.map(|it| it.name.clone()).unwrap_or_default(),
            port,
            tls: entry.tls,
            hosts: id.hosts.iter().map(|host| host.as_str().into()).collect(),
            certificate: entry.certificate.map(Arc::from),
            made: entry.made.clone(),
        });
        let (first, step) = PRIORITIES;
        let given = u32::try_from(index).ok().map(|index| first + index * step);
        let paths = (!entry.paths.is_empty()).then(|| PathMap {
            name: id.path_map().into(),
            default: entry.default.clone(),
            rules: entry.paths,
            made: entry.made.clone(),
        });
        self.config.rules.push(RoutingRule {
            name: id.rule().into(),
            priority: entry.priority.or(given),
            listener: id.listener().into(),
            path_map: paths.as_ref().map(|map| map.name.clone()),
            target: if paths.is_some() {
                RuleTarget::default()
            } else {
                entry.default
            },
            made: entry.made,
        });
        self.config.path_maps.extend(paths);
    }

    /// The controller sorts the parts by their names.
    fn sorted(mut self) -> GatewayConfig {
        let config = &mut self.config;
        config.ports.sort_by_key(|(_, port)| *port);
        config.listeners.sort_by(|a, b| a.name.cmp(&b.name));
        config.path_maps.sort_by(|a, b| a.name.cmp(&b.name));
        config.pools.sort_by(|a, b| a.name.cmp(&b.name));
        config.settings.sort_by(|a, b| a.name.cmp(&b.name));
        config.probes.sort_by(|a, b| a.name.cmp(&b.name));
        config.redirects.sort_by(|a, b| a.name.cmp(&b.name));
        config.certificates.sort();
        self.config
    }
}

/// The host of a rule and those that an annotation adds.
fn hosts(ingress: &Ingress, rule: &IngressRule) -> Vec<String> {
    let more = annotation(ingress, "hostname-extension").unwrap_or_default();
    let more = more.split(',').map(|host| host.trim().to_owned());
    std::iter::once(rule.host.to_string()).chain(more).collect()
}

/// The Service that a backend names, and its port as it is written there.
fn named(ingress: &Ingress, backend: &Backend) -> Option<(Ref, String)> {
    let Backend::Service { name, port } = backend else {
        return None;
    };
    let service = Ref::scoped(Kind::Service, ingress.meta.namespace.clone(), name.clone());
    Some((service, port.to_string()))
}
