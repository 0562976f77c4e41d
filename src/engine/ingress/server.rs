//! The server blocks that NGINX is configured with: which one a host belongs to (R32), and which of its
//! paths a request matches (R31, R34).

use super::Controller;
use super::pattern::{Groups, Pattern};
use crate::model::ingress::{Backend, Ingress, IngressRule, PathType};

/// The server block that a request belongs to; an empty name is the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub name: String,
}

/// One location of a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location<'a> {
    /// The Ingress that it is from; its annotations hold for it.
    pub ingress: &'a Ingress,
    /// Index of its rule and of its path there; `None` for what a default backend takes.
    pub at: Option<(usize, usize)>,
    pub path: &'a str,
    pub exact: bool,
    pub backend: &'a Backend,
}

impl Location<'_> {
    /// The field that says it.
    pub fn field(&self) -> String {
        match self.at {
            Some((rule, path)) => format!("spec.rules[{rule}].http.paths[{path}]"),
            None => "spec.defaultBackend".to_owned(),
        }
    }

    /// `Prefix /foo`, or `default backend`.
    pub fn rule(&self) -> String {
        match self.at {
            Some((rule, path)) => {
                let rule = self.ingress.rules.get(rule);
                let path = rule.and_then(|rule| rule.paths.get(path));
                let kind = path.map_or("Prefix", |path| path.path_type.as_str());
                format!("{kind} {}", self.path)
            }
            None => "default backend".to_owned(),
        }
    }
}

/// What the paths of a server say about a request.
pub(super) enum Found<'a> {
    /// This location takes it; with the groups of its pattern.
    Location(Location<'a>, Option<Groups>),
    /// None does.
    Nothing,
    /// A pattern of this location is not understood.
    Pattern(Location<'a>),
}

/// Every rule with its host, of the Ingresses in their order.
pub(super) fn rules<'i, 'a: 'i>(
    ingresses: &'i [&'a Ingress],
) -> impl Iterator<Item = (&'a Ingress, usize, &'a IngressRule)> + 'i {
    ingresses.iter().flat_map(|ingress| {
        let rules = ingress.rules.iter().enumerate();
        rules.map(move |(index, rule)| (*ingress, index, rule))
    })
}

/// The names under which a host may be known: its own, and with `*` in place of the first label.
pub(super) fn names(host: &str) -> Vec<String> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let wildcard = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
    [Some(host), wildcard].into_iter().flatten().collect()
}

impl Server {
    /// The name itself beats `*` in place of its first label, and that beats no host.
    pub fn of(ingresses: &[&Ingress], host: &str) -> Self {
        let known = |name: &str| {
            !name.is_empty()
                && rules(ingresses).any(|(_, _, rule)| rule.host.eq_ignore_ascii_case(name))
        };
        let name = names(host).into_iter().find(|name| known(name));
        Self {
            name: name.unwrap_or_default(),
        }
    }

    /// Whether it is the one for all other hosts.
    pub fn is_default(&self) -> bool {
        self.name.is_empty()
    }

    /// The rules that make it.
    pub fn rules<'i, 'a: 'i>(
        &'i self,
        ingresses: &'i [&'a Ingress],
    ) -> impl Iterator<Item = (&'a Ingress, usize, &'a IngressRule)> + 'i {
        rules(ingresses).filter(|(_, _, rule)| rule.host.eq_ignore_ascii_case(&self.name))
    }

    /// Its locations; of two with the same path and type the first holds. What is left of `/` goes to the
    /// default backend of the Ingress that made the server. The default server is made by the first Ingress that has
    /// a default backend and no rules, and where there is one, no rule without a host replaces its `/`.
    pub fn locations<'a>(&self, ingresses: &[&'a Ingress]) -> Vec<Location<'a>> {
        let mut found: Vec<Location<'a>> = Vec::new();
        let catches_all = |ingress: &&Ingress| {
            let backend = ingress.default_backend.as_ref();
            ingress.rules.is_empty() && matches!(backend, Some(Backend::Service { .. }))
        };
        let maker = if self.is_default() {
            ingresses.iter().find(|it| catches_all(it)).copied()
        } else {
            self.rules(ingresses).next().map(|(ingress, ..)| ingress)
        };
        let sealed = self.is_default() && maker.is_some();
        for (ingress, rule, paths) in self.rules(ingresses) {
            for (index, path) in paths.paths.iter().enumerate() {
                let location = Location {
                    ingress,
                    at: Some((rule, index)),
                    path: if path.path.is_empty() {
                        "/"
                    } else {
                        &path.path
                    },
                    exact: path.path_type == PathType::Exact,
                    backend: &path.backend,
                };
                let whole = location.path == "/" && !location.exact;
                let is_service = matches!(path.backend, Backend::Service { .. });
                let taken = |known: &Location<'_>| {
                    known.path == location.path && known.exact == location.exact
                };
                if is_service && !(sealed && whole) && !found.iter().any(taken) {
                    found.push(location);
                }
            }
        }
        let backend_of = |ingress: &&'a Ingress| {
            let backend = ingress.default_backend.as_ref()?;
            matches!(backend, Backend::Service { .. }).then_some((*ingress, backend))
        };
        let rest = maker.as_ref().and_then(backend_of);
        let whole = |known: &Location<'_>| known.path == "/" && !known.exact;
        if let Some((ingress, backend)) = rest
            && !found.iter().any(whole)
        {
            found.push(Location {
                ingress,
                at: None,
                path: "/",
                exact: false,
                backend,
            });
        }
        found
    }
}

impl Controller<'_> {
    /// The location that takes `path`, in its plain form. Where one location of a server is a regular expression, all are.
    pub(super) fn locate<'l>(&self, mut locations: Vec<Location<'l>>, path: &str) -> Found<'l> {
        if !locations.iter().any(|location| self.is_pattern(location)) {
            let takes = |location: &&Location<'_>| {
                if location.exact {
                    location.path == path
                } else {
                    is_element_prefix(location.path, path)
                }
            };
            let rank = |location: &&Location<'_>| {
                let length = location.path.trim_end_matches('/').len();
                (length, location.exact)
            };
            let best = locations.iter().filter(takes).max_by_key(rank);
            return best.map_or(Found::Nothing, |it| Found::Location(*it, None));
        }
        locations.sort_by(|a, b| {
            let longer = b.path.len().cmp(&a.path.len());
            longer.then_with(|| b.path.cmp(a.path))
        });
        for location in locations {
            let Some(pattern) = Pattern::new(location.path) else {
                return Found::Pattern(location);
            };
            match pattern.matches(path) {
                Ok(Some(groups)) => return Found::Location(location, Some(groups)),
                Ok(None) => {}
                Err(()) => return Found::Pattern(location),
            }
        }
        Found::Nothing
    }

    pub(super) fn is_pattern(&self, location: &Location<'_>) -> bool {
        let target = self.annotation(location.ingress, "rewrite-target");
        target.is_some_and(|target| target != location.path)
            || self.switch(Some(location.ingress), "use-regex", false)
    }
}

/// Whether `path` begins with the elements of `prefix`; a `/` at the end of either does not count.
fn is_element_prefix(prefix: &str, path: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
