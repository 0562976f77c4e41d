//! Annotations of Services that the controller reads.

use crate::model::kube::Service;

/// The prefix of every annotation.
pub const PREFIX: &str = "service.beta.kubernetes.io/";

/// The value of an annotation, by its name without the prefix.
pub fn get<'s>(service: &'s Service, name: &str) -> Option<&'s str> {
    // Few keys have the same length, which is seen at once.
    let length = PREFIX.len() + name.len();
    let is_it = |key: &str| key.len() == length && key.ends_with(name) && key.starts_with(PREFIX);
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
    let is_it = |key: &str| {
        let rest = key.strip_prefix(PREFIX)?.strip_prefix("port_")?;
        let (number, rest) = rest.strip_suffix(name)?.split_once('_')?;
        let plain = rest.is_empty() && !number.starts_with(['0', '+']);
        (plain && number.parse() == Ok(port)).then_some(())
    };
    let mut all = service.meta.annotations.iter();
    let found = all.find(|(key, _)| is_it(key).is_some());
    found.map(|(_, value)| &**value)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_annotation_of_a_port_names_it_exactly() {
        let mut service = Service::default();
        for key in [
            "port_80_no_lb_rule",
            "port_080_no_probe_rule",
            "port_8080_no_lb_rule_x",
        ] {
            let key = Arc::from(format!("{PREFIX}{key}"));
            service.meta.annotations.insert(key, Arc::from("true"));
        }
        assert!(port_is_true(&service, 80, "no_lb_rule"));
        for (port, name) in [
            (8, "no_lb_rule"),
            (80, "no_probe_rule"),
            (80, "lb_rule"),
            (8080, "no_lb_rule"),
        ] {
            assert!(!port_is_true(&service, port, name), "{port} {name}");
        }
    }
}
