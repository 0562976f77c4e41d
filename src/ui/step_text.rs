//! A step in at most forty characters, and the rule that decided it in its own notation.

use super::answer::{rewrites_destination, rewrites_source};
use super::context::Words;
use crate::engine::explain::Arg;
use crate::engine::stage::Stage;
use crate::engine::trace::{Detail, Disposition, FilterVerdict, Resolved, Step};
use crate::model::azure::NextHop;

/// The stage of a step, as a reader calls it.
pub fn stage(words: &Words, step: &Step) -> String {
    let id = step.stage.as_str().replace('.', "-");
    words.texts().get(&format!("stage-{id}"))
}

/// What happened, in a few words.
pub fn title(words: &Words, step: &Step) -> String {
    let text = |id: &str, args: &[(&str, Arg)]| words.texts().message(id, args);
    match &step.detail {
        Detail::Sent => text("step-sent", &[("to", step.after.destination_text().into())]),
        Detail::Resolved(resolved) => resolved_title(words, resolved),
        Detail::Filtered { nsg: None, .. } => text("step-no-nsg", &[]),
        Detail::Filtered {
            allowed,
            rule,
            priority,
            ..
        } => {
            let (id, args) = match (step.stage == Stage::AzureFirewall, allowed) {
                (true, true) => ("step-firewall-allowed", ("rule", rule.clone().into())),
                (true, false) => ("step-firewall-denied", ("rule", rule.clone().into())),
                (false, true) => ("step-allowed", ("priority", i64::from(*priority).into())),
                (false, false) => ("step-denied", ("priority", i64::from(*priority).into())),
            };
            text(id, &[args])
        }
        Detail::Policy {
            enforced: false, ..
        } => text("step-policy-not-enforced", &[]),
        Detail::Policy { allowed: true, .. } => text("step-policy-allowed", &[]),
        Detail::Policy { .. } => text("step-policy-denied", &[]),
        Detail::RoutedByAzure {
            prefix, next_hop, ..
        } => {
            let hop = next_hop_text(next_hop);
            text(
                "step-route",
                &[("prefix", (*prefix).into()), ("hop", hop.into())],
            )
        }
        Detail::RoutedByLinux { interface, .. } => {
            text("step-interface", &[("interface", interface.clone().into())])
        }
        Detail::Netfilter {
            verdict: FilterVerdict::Drop,
            ..
        } => text("step-netfilter-drop", &[]),
        Detail::Netfilter {
            verdict: FilterVerdict::Reject,
            ..
        } => text("step-netfilter-reject", &[]),
        Detail::Netfilter { .. } => {
            rewritten(step).map_or_else(|| text("step-netfilter-pass", &[]), |id| text(id, &[]))
        }
        Detail::Tracked { known, .. } => {
            let id = match (known, rewrites_source(step), rewrites_destination(step)) {
                (false, ..) => "step-remembered",
                (true, false, false) => "step-known",
                (true, true, true) => "step-undone-both",
                (true, true, false) => "step-undone-source",
                (true, false, true) => "step-undone-destination",
            };
            text(id, &[])
        }
        Detail::Balanced {
            candidates, picked, ..
        } => text(
            "step-picked",
            &[
                ("picked", picked.clone().into()),
                ("count", count(candidates.len())),
            ],
        ),
        Detail::Probed {
            healthy, unhealthy, ..
        } => text(
            "step-probed",
            &[
                ("healthy", count(healthy.len())),
                ("count", count(healthy.len() + unhealthy.len())),
            ],
        ),
        Detail::Translated { .. } => text(rewritten(step).unwrap_or("step-translated"), &[]),
        Detail::Forwarded { through } => {
            text("step-forwarded", &[("through", through.clone().into())])
        }
        // Where no rule refuses, the engine names how the walk ends.
        Detail::Refused { by } => match Disposition::named(by) {
            Some(ends) => text(
                "step-ends",
                &[("what", words.texts().disposition(&ends).into())],
            ),
            None => text("step-refused", &[("by", by.clone().into())]),
        },
        Detail::Delivered => text("step-delivered", &[]),
        Detail::Matched { rule } => text("step-matched", &[("rule", rule.clone().into())]),
        Detail::Answered { exchange } => text(
            "step-answered",
            &[("status", i64::from(exchange.status).into())],
        ),
        Detail::Proxied { picked, .. } => {
            text("step-proxied", &[("picked", picked.clone().into())])
        }
        Detail::NotModelled { what } => text("step-not-modelled", &[("what", what.clone().into())]),
    }
}

/// The deciding rules in their own notation, one a line; words of the engine in the language of the reader.
pub fn rules(words: &Words, step: &Step) -> Vec<String> {
    match &step.detail {
        Detail::Filtered {
            nsg: Some(_),
            rule,
            priority,
            ..
        } => vec![format!("{rule} ({priority})")],
        Detail::RoutedByAzure {
            prefix,
            next_hop,
            name,
        } => {
            vec![format!("{prefix} → {} ({name})", next_hop_text(next_hop))]
        }
        Detail::Policy { .. } => step.rule().iter().map(ToString::to_string).collect(),
        Detail::RoutedByLinux { route, .. } => vec![route.to_string()],
        Detail::Netfilter { matched, .. } => matched
            .iter()
            .map(|rule| format!("{}: {}", rule.table.as_str(), rule.text))
            .collect(),
        Detail::Balanced { rule, .. }
        | Detail::Translated { rule, .. }
        | Detail::Matched { rule }
        | Detail::Probed { probe: rule, .. } => vec![words.texts().words(rule).into_owned()],
        Detail::Sent
        | Detail::Resolved(_)
        | Detail::Filtered { nsg: None, .. }
        | Detail::Tracked { .. }
        | Detail::Forwarded { .. }
        | Detail::Refused { .. }
        | Detail::Delivered
        | Detail::Answered { .. }
        | Detail::Proxied { .. }
        | Detail::NotModelled { .. } => Vec::new(),
    }
}

/// A next hop as a route table prints it.
pub fn next_hop_text(hop: &NextHop) -> String {
    match hop {
        NextHop::VirtualAppliance(address) => address.to_string(),
        other => other.as_str().to_owned(),
    }
}

fn rewritten(step: &Step) -> Option<&'static str> {
    match (rewrites_source(step), rewrites_destination(step)) {
        (true, true) => Some("step-rewritten-both"),
        (true, false) => Some("step-rewritten-source"),
        (false, true) => Some("step-rewritten-destination"),
        (false, false) => None,
    }
}

fn resolved_title(words: &Words, resolved: &Resolved) -> String {
    let query = ("query", Arg::from(resolved.query.clone()));
    match resolved.addresses.first() {
        Some(address) => words
            .texts()
            .message("step-resolved", &[query, ("address", (*address).into())]),
        None => words.texts().message(
            "step-unresolved",
            &[query, ("rcode", resolved.rcode.into())],
        ),
    }
}

fn count(number: usize) -> Arg {
    Arg::Number(i64::try_from(number).unwrap_or(i64::MAX))
}
