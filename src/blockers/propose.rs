//! From a refusal to changes that may lift it, and to the reason where there is none.

use std::sync::Arc;

use serde_json::Value;

use super::proof::Case;
use super::refusal::Refusal;
use super::{endpoints, machine, peering, policy, private_link, route, security, service};
use crate::edit::Command;
use crate::engine::explain::Explanation;
use crate::engine::simulation::Simulation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition, FilterVerdict};
use crate::model::azure::NextHop;
use crate::model::object::{Kind, Ref};

/// A change that may lift a refusal.
pub(super) struct Draft {
    /// What it does.
    pub what: Explanation,
    /// The edit.
    pub command: Command,
}

impl Draft {
    /// Sets one field, or adds one item where the path ends behind a list.
    pub fn set(what: Explanation, object: &Ref, path: &str, value: Value) -> Self {
        Self {
            what,
            command: set(object, path, Some(value)),
        }
    }

    /// Adds documents to the file that holds what they belong to.
    pub fn append(what: Explanation, object: Ref, file: usize, text: String) -> Self {
        Self {
            what,
            command: append(object, file, text),
        }
    }
}

/// The edit of one field.
pub(super) fn set(object: &Ref, path: &str, value: Option<Value>) -> Command {
    Command::SetField {
        object: object.clone(),
        path: path.into(),
        value,
        gesture: 0,
    }
}

/// The edit that adds documents.
pub(super) fn append(object: Ref, file: usize, text: String) -> Command {
    Command::Append {
        file,
        object,
        text: text.into(),
    }
}

/// Changes that may lift a refusal, the one first that lets the least else pass.
pub(super) fn drafts(simulation: &Simulation, refusal: &Refusal) -> Vec<Draft> {
    let network = simulation.network();
    let step = &refusal.step;
    let mut drafts = match &step.detail {
        Detail::Policy { .. } => policy::drafts(network, refusal),
        Detail::Filtered { .. } if step.stage != Stage::AzureFirewall => {
            security::drafts(network, refusal)
        }
        Detail::Probed { .. } => {
            let mut drafts = security::for_probe(network, refusal);
            drafts.extend(service::drafts(network, refusal));
            drafts
        }
        Detail::Netfilter { .. } => service::drafts(network, refusal),
        Detail::RoutedByAzure {
            next_hop: NextHop::None,
            ..
        } => route::drafts(network, refusal),
        Detail::Refused { by } if **by == *Disposition::NoConnection.as_str() => {
            route::around(network, refusal)
        }
        Detail::Refused { .. } => match step.stage {
            Stage::AzurePeering => peering::forwarded(network, refusal),
            Stage::AzureGateway => peering::to_gateway(network, refusal),
            Stage::AzureRoute => route::drafts(network, refusal),
            Stage::AzurePublicIp => security::for_public_ip(network, refusal),
            Stage::HostListen => machine::listens(network, refusal),
            Stage::AzureNic => machine::forwards(network, refusal),
            Stage::AzurePrivateEndpoint => private_link::approve(network, refusal),
            Stage::DnsSearch => endpoints::of_target(network, refusal),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    if refusal.ends.is_some() {
        drafts.extend(service::missing_port(network, refusal));
    }
    drafts
}

/// Why no change of the scenario lifts a refusal.
pub(super) fn nothing(case: &Case, refusal: &Refusal) -> Explanation {
    let step = &refusal.step;
    if let Detail::NotModelled { what } = &step.detail {
        return Explanation::new("fix-none-not-modelled").with("what", what.clone());
    }
    if let Some(Disposition::NotModelled { what }) = &refusal.ends {
        return Explanation::new("fix-none-not-modelled").with("what", what.clone());
    }
    let id = match &step.detail {
        Detail::Policy { .. } => "fix-none-policy",
        Detail::Filtered { .. } if step.stage == Stage::AzureFirewall => "fix-none-firewall",
        Detail::Filtered { .. } => "fix-none-nsg",
        Detail::Netfilter {
            verdict: FilterVerdict::Drop | FilterVerdict::Reject,
            ..
        } => match step.cause.as_ref().map(|cause| &*cause.field) {
            Some("spec.selector") => "fix-none-endpoints",
            _ => "fix-none-node-rule",
        },
        _ => by_stage(refusal),
    };
    let written = step.cause.as_ref().is_some_and(|cause| {
        let network = case.simulation.network();
        network
            .locate(&case.document, &cause.object, &cause.field)
            .is_some()
    });
    let id = if id == "fix-none" && !written {
        "fix-none-platform"
    } else {
        id
    };
    Explanation::new(id)
}

/// Why nothing lifts what no permission decides. A walk that went on past an earlier refusal has
/// the disposition of that one, so the step says first how it ended.
fn by_stage(refusal: &Refusal) -> &'static str {
    let step = &refusal.step;
    if step.stage == Stage::StorageAcl {
        return "fix-none-storage";
    }
    let named = match &step.detail {
        Detail::Refused { by } => &**by,
        _ => "",
    };
    let ended = refusal.ends.as_ref().map_or("", Disposition::as_str);
    for word in [named, ended] {
        match word {
            "NoSuchAddress" => return "fix-none-nobody",
            "PortClosed" => return "fix-none-port",
            "SnatUnavailable" => return "fix-none-translation",
            "NameNotFound" => return "fix-none-name",
            "NoConnection" => return "fix-none-other-way",
            "Looped" | "TTL" => return "fix-none-loop",
            "default action" => return "fix-none-firewall",
            "NoHealthyMember" => return "fix-none-endpoints",
            "NoRoute" if step.stage == Stage::PodRoute => return "fix-none-pod",
            "NoRoute" | "NullRouted" => return "fix-none-route",
            _ => {}
        }
    }
    "fix-none"
}

/// The object and field to blame.
pub(super) fn cause(refusal: &Refusal) -> Option<(&Cause, Kind)> {
    let cause = refusal.step.cause.as_ref()?;
    Some((cause, cause.object.kind))
}

/// A port for a sentence: `TCP 80`, or the protocol alone.
pub(super) fn port_text(refusal: &Refusal) -> Arc<str> {
    let packet = &refusal.step.before;
    if packet.protocol.has_ports() {
        format!("{} {}", packet.protocol, packet.destination_port).into()
    } else {
        packet.protocol.as_str().into()
    }
}
