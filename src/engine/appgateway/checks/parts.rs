//! The parts of a gateway: how many there may be, those that are named and not there, and annotations that are not modelled.

use super::problem;
use crate::engine::appgateway::{agic, cause};
use crate::model::appgateway::{AppGateway, Made, RuleTarget, same};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::ingress::Ingress;

/// The most of each kind in one gateway: pools, targets a pool, listeners, listeners with a rule, rules, settings, certificates, path rules a map.
const POOLS: usize = 100;
const TARGETS: usize = 1_200;
const LISTENERS: usize = 200;
const ACTIVE: usize = 100;
const RULES: usize = 400;
const SETTINGS: usize = 100;
const CERTIFICATES: usize = 100;
const PATHS: usize = 100;

pub(super) fn limits(gateway: &AppGateway, problems: &mut Vec<Diagnostic>) {
    let config = &gateway.config;
    let largest = config.pools.iter().map(|it| it.members.len()).max();
    let paths = config.path_maps.iter().map(|it| it.rules.len()).max();
    let active = config.listeners.iter().filter(|it| {
        let mut rules = config.rules.iter();
        rules.any(|rule| same(&rule.listener, &it.name))
    });
    for (what, count, most, field) in [
        (
            "backend pools",
            config.pools.len(),
            POOLS,
            "backendAddressPools",
        ),
        (
            "targets in a pool",
            largest.unwrap_or_default(),
            TARGETS,
            "backendAddressPools",
        ),
        (
            "listeners",
            config.listeners.len(),
            LISTENERS,
            "httpListeners",
        ),
        (
            "listeners with a rule",
            active.count(),
            ACTIVE,
            "httpListeners",
        ),
        ("rules", config.rules.len(), RULES, "requestRoutingRules"),
        (
            "backend settings",
            config.settings.len(),
            SETTINGS,
            "backendHttpSettingsCollection",
        ),
        (
            "certificates",
            config.certificates.len(),
            CERTIFICATES,
            "sslCertificates",
        ),
        (
            "path rules in a map",
            paths.unwrap_or_default(),
            PATHS,
            "urlPathMaps",
        ),
    ] {
        if count <= most {
            continue;
        }
        let message = format!(
            "{} has {count} {what}; {most} are allowed",
            gateway.reference()
        );
        problems.push(
            problem(Severity::Error, "appgw-limit", gateway.reference(), message)
                .field(format!("properties.{field}"))
                .found(count.to_string(), format!("at most {most}"))
                .hint("use more than one Application Gateway"),
        );
    }
}

/// Two rules with one priority.
pub(super) fn priorities(gateway: &AppGateway, problems: &mut Vec<Diagnostic>) {
    let mut first = std::collections::BTreeMap::new();
    for rule in &gateway.config.rules {
        let Some(priority) = rule.priority else {
            continue;
        };
        let Some(before) = first.insert(priority, &rule.name) else {
            continue;
        };
        let at = cause(&rule.made);
        let message = format!("`{before}` and `{}` have one priority", rule.name);
        problems.push(
            problem(Severity::Error, "appgw-priority", at.object, message)
                .field(at.field.to_string())
                .found(format!("`{priority}`"), "a priority that no other rule has")
                .hint("give one of the rules another number"),
        );
    }
}

/// Parts that are named and not there.
pub(super) fn references(gateway: &AppGateway, problems: &mut Vec<Diagnostic>) {
    let config = &gateway.config;
    let mut missing = |made: &Made, what: &str, name: &str, found: bool| {
        if found {
            return;
        }
        let at = cause(made);
        let message = format!(
            "`{what}` of {} names `{name}`, which is no part of the gateway",
            gateway.reference()
        );
        problems.push(
            problem(Severity::Warning, "appgw-reference", at.object, message)
                .field(at.field.to_string())
                .found(format!("no `{name}`"), "the name of a part of this gateway"),
        );
    };
    for it in &config.listeners {
        let frontend = gateway
            .frontends
            .iter()
            .any(|one| one.name.eq_ignore_ascii_case(&it.frontend));
        missing(&it.made, "frontendIPConfiguration", &it.frontend, frontend);
        missing(
            &it.made,
            "frontendPort",
            &it.port,
            config.port(&it.port).is_some(),
        );
    }
    for it in &config.rules {
        missing(
            &it.made,
            "httpListener",
            &it.listener,
            config.listener(&it.listener).is_some(),
        );
        if let Some(map) = &it.path_map {
            missing(&it.made, "urlPathMap", map, config.path_map(map).is_some());
        }
    }
    for (
        RuleTarget {
            pool,
            settings,
            redirect,
            ..
        },
        made,
    ) in config.targets()
    {
        if let Some(name) = pool {
            missing(
                made,
                "backendAddressPool",
                name,
                config.pool(name).is_some(),
            );
        }
        if let Some(name) = settings {
            missing(
                made,
                "backendHttpSettings",
                name,
                config.setting(name).is_some(),
            );
        }
        if let Some(name) = redirect {
            missing(
                made,
                "redirectConfiguration",
                name,
                config.redirect(name).is_some(),
            );
        }
    }
    for it in &config.settings {
        if let Some(name) = &it.probe {
            missing(&it.made, "probe", name, config.probe(name).is_some());
        }
    }
}

/// An annotation that a walk would depend on.
pub(super) fn annotation(ingress: &Ingress, problems: &mut Vec<Diagnostic>) {
    let Some(name) = agic::unmodelled(ingress) else {
        return;
    };

    let message = format!(
        "kubehop does not model the annotation `{name}` of the Application Gateway controller"
    );
    problems.push(
        problem(
            Severity::Warning,
            "agic-not-modelled",
            ingress.reference(),
            message,
        )
        .field(agic::annotation_field(name))
        .hint("a walk that depends on it ends as not modelled"),
    );
}
