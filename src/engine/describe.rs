//! What a step is called in answers: the action in one word, and the deciding rule in its own notation.

use std::sync::Arc;

use super::trace::{Cause, Detail, FilterVerdict, Step, Translation};
use crate::model::azure::NextHop;
use crate::model::object::Ref;

impl Step {
    /// Whether something refused the packet here.
    pub fn refuses(&self) -> bool {
        matches!(
            self.detail,
            Detail::Filtered { allowed: false, .. }
                | Detail::Policy { allowed: false, .. }
                | Detail::Refused { .. }
                | Detail::RoutedByAzure {
                    next_hop: NextHop::None,
                    ..
                }
                | Detail::Netfilter {
                    verdict: FilterVerdict::Drop | FilterVerdict::Reject,
                    ..
                }
        )
    }

    /// What happened, in one word, as `trace -o json` prints it.
    pub fn action(&self) -> &'static str {
        match &self.detail {
            Detail::Sent => "sent",
            Detail::Resolved(resolved) => {
                let mut records = resolved.records.iter();
                if records.any(|record| record.data.is(resolved.kind)) {
                    "resolved"
                } else {
                    "unresolved"
                }
            }
            Detail::Policy {
                enforced: false, ..
            } => "not-enforced",
            Detail::Filtered { allowed: true, .. } | Detail::Policy { allowed: true, .. } => {
                "allowed"
            }
            Detail::Filtered { allowed: false, .. } | Detail::Policy { allowed: false, .. } => {
                "denied"
            }
            Detail::RoutedByAzure {
                next_hop: NextHop::None,
                ..
            }
            | Detail::Netfilter {
                verdict: FilterVerdict::Drop,
                ..
            } => "dropped",
            Detail::RoutedByAzure { .. } | Detail::RoutedByLinux { .. } => "routed",
            Detail::Netfilter {
                verdict: FilterVerdict::Reject,
                ..
            } => "rejected",
            Detail::Netfilter {
                translation: Translation::None,
                ..
            } => "accepted",
            Detail::Tracked { known: false, .. } => "tracked",
            Detail::Tracked {
                translation: Translation::None,
                ..
            } => "known",
            Detail::Netfilter { .. } | Detail::Tracked { .. } | Detail::Translated { .. } => {
                "translated"
            }
            Detail::Balanced { .. } | Detail::Forwarded { .. } => "forwarded",
            Detail::Probed { .. } => "probed",
            Detail::Refused { .. } => "refused",
            Detail::Delivered => "delivered",
            Detail::NotModelled { .. } => "not-modelled",
        }
    }

    /// The deciding rule in the notation of its kind; `None` where no rule decided.
    pub fn rule(&self) -> Option<Arc<str>> {
        match &self.detail {
            Detail::Filtered {
                nsg: Some(_), rule, ..
            }
            | Detail::Balanced { rule, .. }
            | Detail::Translated { rule, .. } => Some(rule.clone()),
            Detail::Policy {
                isolated_by,
                admitted_by,
                ..
            } => Some(policy_rule(isolated_by, admitted_by)),
            Detail::RoutedByAzure {
                prefix, next_hop, ..
            } => Some(format!("{prefix} via {next_hop}").into()),
            Detail::RoutedByLinux { route, .. } => Some(route.clone()),
            Detail::Netfilter { matched, .. } => matched.last().map(|rule| rule.text.clone()),
            Detail::Probed { probe, .. } => Some(probe.clone()),
            Detail::Forwarded { through } => Some(through.clone()),
            Detail::Refused { by } => Some(by.clone()),
            Detail::Sent
            | Detail::Resolved(_)
            | Detail::Filtered { nsg: None, .. }
            | Detail::Tracked { .. }
            | Detail::Delivered
            | Detail::NotModelled { .. } => None,
        }
    }

    /// Everything by which the deciding rule may be called in an expectation:
    /// its notation, its name, its prefix, its chain.
    pub fn rule_names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self.rule().into_iter().collect();
        if let Detail::RoutedByAzure { prefix, name, .. } = &self.detail {
            names.push(prefix.to_string().into());
            names.push(name.clone());
        }
        if let Detail::Netfilter { matched, .. } = &self.detail {
            for rule in matched {
                names.push(rule.text.clone());
                names.push(rule.chain.clone());
            }
        }
        if let Detail::Policy { isolated_by, .. } = &self.detail {
            names.extend(isolated_by.iter().map(|policy| policy.name.clone()));
        }
        if let Detail::NotModelled { what } = &self.detail {
            names.push(what.clone());
        }
        names
    }
}

/// The rules that admit, such as `web ingress[0].from[1]`, or the policies none of whose rules does.
fn policy_rule(isolated_by: &[Ref], admitted_by: &[Cause]) -> Arc<str> {
    let rule = |cause: &Cause| {
        let field = cause.field.trim_start_matches("spec.");
        format!("{} {field}", cause.object.name)
    };
    let parts: Vec<String> = if admitted_by.is_empty() {
        let names = isolated_by.iter().map(|policy| policy.name.to_string());
        names.collect()
    } else {
        admitted_by.iter().map(rule).collect()
    };
    Arc::from(parts.join(", "))
}

impl std::fmt::Display for NextHop {
    /// The type as Azure prints it; the address of a virtual appliance instead of its type's name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NextHop::VirtualAppliance(address) => write!(f, "VirtualAppliance {address}"),
            other => f.write_str(other.as_str()),
        }
    }
}
