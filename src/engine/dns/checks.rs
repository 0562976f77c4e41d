//! Aliases that lead back to themselves: ExternalName Services and CNAME records. Nobody refuses them.

use std::collections::BTreeMap;

use super::name::normal;
use super::resolver::CLUSTER_DOMAIN;
use crate::model::azure::RecordData;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::ServiceType;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Longer circles are not looked for; a resolver gives up long before.
const MAX_CIRCLE: usize = 64;

/// Where an alias leads, and what says so.
struct Alias {
    target: String,
    object: Ref,
    field: &'static str,
}

/// A warning for each circle, at the alias that comes first by name.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let aliases = aliases(network);
    let mut problems = Vec::new();
    for (name, alias) in &aliases {
        let mut circle = vec![name];
        let mut at = &alias.target;
        while let Some((next, alias)) = aliases.get_key_value(at) {
            if next == name || circle.len() > MAX_CIRCLE || circle.contains(&next) {
                break;
            }
            circle.push(next);
            at = &alias.target;
        }
        if at != name || circle.iter().any(|other| *other < name) {
            continue;
        }
        let message = format!("`{name}` is an alias that leads back to itself; it has no address");
        let way: Vec<&str> = circle.iter().skip(1).map(|name| name.as_str()).collect();
        let found = match way.as_slice() {
            [] => format!("`{name}`"),
            _ => format!("`{}`, then `{name}`", way.join("`, `")),
        };
        problems.push(
            Diagnostic::new(Severity::Warning, "alias-loop", message)
                .about(alias.object.clone())
                .field(alias.field)
                .found(found, "a name that has an address"),
        );
    }
    problems
}

fn aliases(network: &Network) -> BTreeMap<String, Alias> {
    let mut aliases = BTreeMap::new();
    for service in &network.services {
        let target = service.external_name.as_deref();
        if service.service_type == ServiceType::ExternalName
            && let Some(target) = target
        {
            let (name, namespace) = (&service.meta.name, &service.meta.namespace);
            let alias = Alias {
                target: normal(target),
                object: service.reference(),
                field: "spec.externalName",
            };
            aliases.insert(format!("{name}.{namespace}.svc.{CLUSTER_DOMAIN}"), alias);
        }
    }
    for zone in &network.dns_zones {
        let kind = if zone.private {
            Kind::PrivateDnsZone
        } else {
            Kind::DnsZone
        };
        for set in &zone.records {
            if let RecordData::Cname(target) = &set.data {
                let name = match &*set.name {
                    "@" => normal(&zone.meta.name),
                    name => normal(&format!("{name}.{}", zone.meta.name)),
                };
                let alias = Alias {
                    target: normal(target),
                    object: Ref::new(kind, zone.meta.name.clone()),
                    field: "",
                };
                aliases.entry(name).or_insert(alias);
            }
        }
    }
    aliases
}
