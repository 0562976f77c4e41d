//! Annotations of Services that the controller reads.

use crate::model::kube::Service;

/// The prefix of every annotation.
pub const PREFIX: &str = "service.beta.kubernetes.io/";

/// The value of an annotation, by its name without the prefix.
pub fn get<'s>(service: &'s Service, name: &str) -> Option<&'s str> {
    let is_it = |key: &str| key.strip_prefix(PREFIX) == Some(name);
    let mut all = service.meta.annotations.iter();
    let found = all.find(|(key, _)| is_it(key));
    found.map(|(_, value)| &**value)
}

/// The path of an annotation, by its name without the prefix.
pub fn field(name: &str) -> String {
    format!("metadata.annotations[{PREFIX}{name}]")
}

/// Whether an annotation is `true`.
pub fn is_true(service: &Service, name: &str) -> bool {
    get(service, name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// The value of an annotation of one port, such as `port_80_health-probe_port`.
pub fn of_port<'s>(service: &'s Service, port: u16, name: &str) -> Option<&'s str> {
    if service.meta.annotations.is_empty() {
        return None;
    }
    get(service, &format!("port_{port}_{name}"))
}

/// Whether an annotation of one port is `true`.
pub fn port_is_true(service: &Service, port: u16, name: &str) -> bool {
    of_port(service, port, name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// The items of a comma-separated annotation.
pub fn list<'s>(service: &'s Service, name: &str) -> Vec<&'s str> {
    get(service, name)
        .into_iter()
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}
