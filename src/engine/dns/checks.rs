//! What nobody refuses, but cannot work: aliases that lead back to themselves (ExternalName Services and
//! CNAME records), and a `forward` of `coredns-custom` that an earlier one leaves no query to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::custom::{self, Config};
use super::name::{normal, within};
use super::resolver::CLUSTER_DOMAIN;
use crate::model::corefile::{Forward, Plugin};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::dns_zone::RecordData;
use crate::model::kube::ServiceType;
use crate::model::network::Network;
use crate::model::object::Ref;

/// Longer circles are not looked for; a resolver gives up long before.
const MAX_CIRCLE: usize = 64;

/// Where an alias leads, and what says so.
struct Alias {
    target: String,
    object: Ref,
    field: &'static str,
}

/// Every such problem.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let mut problems = circles(network);
    problems.extend(unreached(network));
    problems
}

/// CoreDNS asks the plugins of a block one after the other, those of one kind as they are written; AKS's own
/// `forward` takes every name, and stands before what an override adds.
fn unreached(network: &Network) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for server in Config::of(network).servers() {
        let mut before: Vec<&Forward> = Vec::new();
        for entry in &server.plugins {
            let Plugin::Forward(forward) = &entry.plugin else {
                continue;
            };
            let first = before.iter().find(|earlier| takes_all(earlier, forward));
            if let (Some(first), Some(cause)) = (first, custom::cause(&entry.key)) {
                let zone = |zone: &str| format!("`{}`", if zone.is_empty() { "." } else { zone });
                let message = format!(
                    "no query comes to this `forward` for {}: an earlier `forward` for {} of the same block takes them all",
                    zone(&forward.from),
                    zone(&first.from)
                );
                problems.push(
                    Diagnostic::new(Severity::Warning, "forward-unreached", message)
                        .about(cause.object)
                        .field(&*cause.field)
                        .hint("write a block of its own for the zone, under a key that ends in `.server`"),
                );
            }
            before.push(forward);
        }
    }
    problems
}

/// Whether `earlier` leaves no name of the zone of `later` to it.
fn takes_all(earlier: &Forward, later: &Forward) -> bool {
    let overlaps = |zone: &Arc<str>| {
        within(zone, &later.from).is_some() || within(&later.from, zone).is_some()
    };
    within(&later.from, &earlier.from).is_some() && !earlier.except.iter().any(overlaps)
}

/// A warning for each circle, at the alias that comes first by name.
fn circles(network: &Network) -> Vec<Diagnostic> {
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
        for set in &zone.records {
            if let RecordData::Cname(target) = &set.data {
                let name = match &*set.name {
                    "@" => normal(&zone.meta.name),
                    name => normal(&format!("{name}.{}", zone.meta.name)),
                };
                let alias = Alias {
                    target: normal(target),
                    object: zone.reference(),
                    field: "",
                };
                aliases.entry(name).or_insert(alias);
            }
        }
    }
    aliases
}
