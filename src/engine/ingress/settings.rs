//! Annotations of ingress-nginx: those that decide here, and those that would change a walk in a way that
//! is not modelled.

use super::Controller;
use crate::model::ingress::Ingress;

/// What annotations of ingress-nginx begin with, unless a flag says otherwise.
pub const PREFIX: &str = "nginx.ingress.kubernetes.io";

/// `no-tls-redirect-locations` where the ConfigMap says nothing.
const NEVER_REDIRECTED: &str = "/.well-known/acme-challenge";

/// They send the request elsewhere, ask somebody else first, or answer in the backend's place.
pub const NOT_MODELLED: [&str; 20] = [
    "app-root",
    "auth-tls-secret",
    "auth-type",
    "auth-url",
    "canary",
    "configuration-snippet",
    "custom-http-errors",
    "enable-modsecurity",
    "enable-opentelemetry-trust-incoming-span",
    "from-to-www-redirect",
    "modsecurity-snippet",
    "permanent-redirect",
    "server-alias",
    "server-snippet",
    "service-upstream",
    "stream-snippet",
    "temporal-redirect",
    "upstream-hash-by",
    "upstream-vhost",
    "use-port-in-redirects",
];

/// Options of the ConfigMap that would change every walk.
pub const OPTIONS_NOT_MODELLED: [&str; 4] = [
    "global-auth-url",
    "http-snippet",
    "server-snippet",
    "use-proxy-protocol",
];

impl Controller<'_> {
    /// A switch: as annotated, else as the ConfigMap says, else `default`.
    pub(super) fn switch(&self, ingress: Option<&Ingress>, name: &str, default: bool) -> bool {
        let annotated = ingress.and_then(|ingress| self.annotation(ingress, name));
        let word = annotated.or_else(|| self.option(name));
        word.and_then(|word| word.parse().ok()).unwrap_or(default)
    }

    /// Whether plain requests for a path are never sent to HTTPS: by default those of ACME's challenges.
    pub(super) fn never_redirects(&self, path: &str) -> bool {
        let listed = self.option("no-tls-redirect-locations");
        let listed = listed.unwrap_or(NEVER_REDIRECTED).split(',').map(str::trim);
        let mut prefixes = listed.filter(|prefix| !prefix.is_empty());
        prefixes.any(|prefix| path.starts_with(prefix))
    }

    /// The first annotation of an Ingress that changes what happens and is not modelled.
    pub(super) fn unmodelled(&self, ingress: &Ingress) -> Option<&'static str> {
        let set = |name: &&&str| {
            let value = self.annotation(ingress, name);
            value.is_some_and(|value| value != "false")
        };
        NOT_MODELLED.iter().find(set).copied()
    }

    /// The first such option of the ConfigMap.
    pub(super) fn unmodelled_option(&self) -> Option<&'static str> {
        let set = |name: &&&str| self.option(name).is_some_and(|value| value != "false");
        OPTIONS_NOT_MODELLED.iter().find(set).copied()
    }
}
