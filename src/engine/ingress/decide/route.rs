//! Host and path: which location of which server takes a request, and who may ask there.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::pattern::Groups;
use super::super::server::{Found, Location};
use super::{Decided, Outcome, Request, not_modelled};
use crate::engine::explain::Explanation;
use crate::engine::stage::Stage;
use crate::engine::trace::Cause;
use crate::model::ingress::Ingress;

impl<'a> Request<'_, 'a> {
    pub(super) fn match_host(&mut self) -> Decided<()> {
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
            let is_host = |alias: &str| !alias.is_empty() && alias.eq_ignore_ascii_case(&host);
            if aliases.into_iter().any(is_host) {
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

    /// The server for all other hosts answers health probes of clouds by itself, unless a location there comes before
    /// that path: one that is more exact, or a regular expression.
    pub(super) fn answer_health(&mut self, plain: &str) -> Option<Outcome> {
        let controller = self.controller;
        let health = controller.nginx.flag("health-check-path");
        let health = health.unwrap_or("/healthz");
        if !self.server.is_default() || !plain.starts_with(health) {
            return None;
        }
        let locations = self.server.locations(&self.ingresses);
        let closer = |it: &Location<'_>| controller.is_pattern(it) || it.path.starts_with(health);
        if locations.iter().any(closer) {
            return None;
        }
        let why = Explanation::new("why-ingress-health")
            .with("controller", controller.place())
            .with("path", health);
        Some(self.answer(Stage::IngressPath, 200, None, why, None))
    }

    /// The location that takes the request, if one does.
    pub(super) fn match_path(
        &mut self,
        plain: &str,
    ) -> Decided<(Option<Location<'a>>, Option<Groups>)> {
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
        let (location, groups) = match controller.locate(locations, plain) {
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

    /// `whitelist-source-range` and `denylist-source-range`: which addresses may ask.
    pub(super) fn check_source(&mut self, ingress: Option<&'a Ingress>) -> Option<Outcome> {
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
}
