//! The names that the ingress controller gives to parts of a gateway: a prefix for each kind, at most 80
//! characters, and a hash of what identifies a listener.

use std::fmt::Write as _;

use crate::engine::azure::cloud_provider::names::md5_hex;

/// The most characters that a part's name may have.
const MAX: usize = 80;
/// How many host names a listener has room for.
const HOSTS: usize = 5;

pub const DEFAULT_POOL: &str = "defaultaddresspool";
pub const DEFAULT_SETTINGS: &str = "defaulthttpsetting";
pub const DEFAULT_PROBE: &str = "defaultprobe-Http";
pub const DEFAULT_TLS_PROBE: &str = "defaultprobe-Https";

/// What tells listeners apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListenerId {
    pub port: u16,
    pub hosts: Vec<String>,
    pub private: bool,
}

impl ListenerId {
    pub fn new(port: u16, hosts: Vec<String>, private: bool) -> Self {
        let hosts = hosts.into_iter().filter(|host| !host.is_empty());
        Self {
            port,
            hosts: hosts.take(HOSTS).collect(),
            private,
        }
    }

    /// The MD5 of its fields as JSON, in the order in which the controller writes them.
    fn hash(&self) -> String {
        let mut text = format!("{{\"FrontendPort\":{},\"HostNames\":[", self.port);
        for index in 0..HOSTS {
            let comma = if index == 0 { "" } else { "," };
            let host = self.hosts.get(index).map_or("", String::as_str);
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}\"{host}\"");
        }
        let _ = write!(text, "],\"UsePrivateIP\":{}}}", self.private);
        md5_hex(&text)
    }

    pub fn listener(&self) -> String {
        cut(&format!("fl-{}", self.hash()))
    }

    pub fn rule(&self) -> String {
        cut(&format!("rr-{}", self.hash()))
    }

    pub fn path_map(&self) -> String {
        cut(&format!("url-{}", self.hash()))
    }

    pub fn redirect(&self) -> String {
        cut(&format!("sslr-{}", self.listener()))
    }
}

pub fn frontend_port(port: u16) -> String {
    format!("fp-{port}")
}

pub fn certificate(namespace: &str, secret: &str) -> String {
    format!("cert-{namespace}-{secret}")
}

/// `service` is `namespace-name`, `port` as the Ingress writes it.
pub fn pool(service: &str, port: &str, backend_port: u16) -> String {
    cut(&format!("pool-{service}-{port}-bp-{backend_port}"))
}

pub fn settings(service: &str, port: &str, backend_port: u16, ingress: &str) -> String {
    cut(&format!("bp-{service}-{port}-{backend_port}-{ingress}"))
}

pub fn probe(namespace: &str, service: &str, port: &str, ingress: &str) -> String {
    cut(&format!("pb-{namespace}-{service}-{port}-{ingress}"))
}

pub fn path_rule(namespace: &str, ingress: &str, rule: usize, path: usize) -> String {
    cut(&format!("pr-{namespace}-{ingress}-rule-{rule}-path-{path}"))
}

/// A name that is too long keeps its beginning and ends in its hash.
fn cut(name: &str) -> String {
    if name.len() <= MAX {
        return name.to_owned();
    }
    let hash = md5_hex(name);
    let keep = MAX - hash.len() - 1;
    let kept: String = name.chars().take(keep).collect();
    format!("{kept}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name that gateways in the wild have for the listener of port 80, every host, public.
    #[test]
    fn the_default_listener_is_called_as_in_exported_gateways() {
        let id = ListenerId::new(80, Vec::new(), false);
        assert_eq!(id.listener(), "fl-e1903c8aa3446b7b3207aec6d6ecba8a");
        assert_eq!(id.rule(), "rr-e1903c8aa3446b7b3207aec6d6ecba8a");
    }

    #[test]
    fn a_long_name_is_cut_to_eighty_characters_and_stays_its_own() {
        let long = |end: &str| pool(&format!("{}{end}", "n".repeat(90)), "80", 8080);
        assert_eq!(long("a").len(), 80);
        assert_ne!(long("a"), long("b"));
    }
}
