//! Adding and deleting objects.

use super::simulation::Simulation;
use super::store::{Action, State};
use crate::edit::Command;
use crate::edit::template::{New, Template};
use crate::model::object::{Kind, Ref};

/// The symbol of a template.
pub const fn icon(template: Template) -> &'static str {
    match template {
        Template::Client => "k-client",
        Template::OnPremises => "k-onprem",
        Template::VirtualMachine => "k-vm",
        Template::Vnet => "k-vnet",
        Template::Subnet => "k-subnet",
        Template::Peering => "k-peering",
        Template::VpnGateway => "k-vpn-gateway",
        Template::RouteTable => "k-route-table",
        Template::Nsg => "k-nsg",
        Template::PublicIp => "k-public-ip",
        Template::KubenetCluster | Template::AzureCniCluster => "k-cluster",
        Template::Node => "k-node",
        Template::Deployment | Template::Pod => "k-pod",
        Template::ClusterIp
        | Template::NodePort
        | Template::LoadBalancer
        | Template::InternalLoadBalancer => "k-service",
        Template::Namespace => "k-namespace",
        Template::Flow => "u-right",
        Template::Event => "k-event",
    }
}

/// The action that adds what a template makes; `None` where something that it needs is missing.
pub fn add(simulation: &Simulation, template: Template) -> Option<Action> {
    let new = template.build(&simulation.network)?;
    let object = new.object.clone();
    Some(Action::Add(append(simulation, new).into(), object))
}

/// The edit that adds an object: flows and events stand together, everything else goes where the first object stands.
pub fn append(simulation: &Simulation, new: New) -> Command {
    let last = simulation.document.files.len().saturating_sub(1);
    let together = matches!(new.object.kind, Kind::Flow | Kind::Event);
    Command::Append {
        file: if together { last } else { 0 },
        object: new.object,
        text: new.text.into(),
    }
}

/// The edit that deletes the selected object, if it was written.
pub fn delete(state: &State, object: &Ref) -> Option<Command> {
    delete_object(&state.simulation, object)
}

/// The edit that deletes `object`, if it was written: a document, or an item of a list.
pub fn delete_object(simulation: &Simulation, object: &Ref) -> Option<Command> {
    let command = Command::Delete {
        object: object.clone(),
    };
    (command.apply(&simulation.document) != *simulation.document).then_some(command)
}
