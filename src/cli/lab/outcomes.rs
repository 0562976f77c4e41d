//! What the simulator says about a flow, in the words in which a prober says what it saw.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::places::{Places, What, label};
use crate::engine::azure::topology::is_bridge_mode;
use crate::engine::simulation::Simulation;
use crate::engine::stage::Stage;
use crate::engine::trace::{Branch, Detail, Disposition, Trace, Verdict};
use crate::model::azure::NetworkPlugin;
use crate::model::flow::{Flow, Target};
use crate::model::kube::Pod;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

/// Nothing came back, and nothing arrived that would show.
pub(super) const SILENCE: &str = "silence";
/// The sender was told.
pub(super) const REFUSED: &str = "refused";

/// What becomes of a flow in a lab.
pub(super) enum Fate {
    /// It is fired.
    Fired(Fired),
    /// The lab cannot show it; names the message that says why.
    LeftOut(&'static str),
}

/// A flow that can be fired.
pub(super) struct Fired {
    /// The namespace of the sender.
    pub from: String,
    pub protocol: Protocol,
    pub to: SocketAddr,
    /// Every outcome with its probability.
    pub outcomes: BTreeMap<String, f64>,
    /// Where it arrives: namespace and port.
    pub receivers: Vec<(String, u16)>,
}

/// What an answer says, or a datagram that arrived and whose answer did not.
pub(super) fn reached(answered: bool, place: &str, at: SocketAddr, saw: &str) -> String {
    let how = if answered { "answered" } else { "unanswered" };
    format!("{how} by {place} at {at}, which saw {saw}")
}

/// Whether the lab can show a flow, and what must be seen.
pub(super) fn of(simulation: &Simulation, places: &Places<'_>, flow: &Flow) -> Fate {
    if !matches!(flow.protocol, Protocol::Tcp | Protocol::Udp) {
        return Fate::LeftOut("cli-lab-why-protocol");
    }
    if matches!(flow.to, Target::Name(_) | Target::Url(_)) {
        return Fate::LeftOut("cli-lab-why-name");
    }
    let Some(from) = sender(places, &flow.from) else {
        return Fate::LeftOut("cli-lab-why-sender");
    };
    let result = simulation.trace(flow);
    let mut fired: Option<Fired> = None;
    for branch in &result.branches {
        let original = &branch.connection.original;
        let Some((_, first)) = original.steps().next() else {
            return Fate::LeftOut("cli-lab-why-not-modelled");
        };
        let to = SocketAddr::new(first.before.destination, first.before.destination_port);
        let (outcome, receiver) = match outcome(places, flow.protocol, branch) {
            Ok(outcome) => outcome,
            Err(why) => return Fate::LeftOut(why),
        };
        let fired = fired.get_or_insert_with(|| Fired {
            from: from.clone(),
            protocol: flow.protocol,
            to,
            outcomes: BTreeMap::new(),
            receivers: Vec::new(),
        });
        if fired.to != to {
            return Fate::LeftOut("cli-lab-why-name");
        }
        *fired.outcomes.entry(outcome).or_default() += branch.probability;
        fired.receivers.extend(receiver);
    }
    match fired {
        Some(fired) if result.unexplored == 0.0 => Fate::Fired(fired),
        _ => Fate::LeftOut("cli-lab-why-branches"),
    }
}

/// The namespace in which a sender's processes run.
pub(super) fn sender(places: &Places<'_>, from: &Ref) -> Option<String> {
    let network = &places.plane.network;
    let node;
    let reference = match network.pod(&from.scope, &from.name) {
        Some(pod) if from.kind == Kind::Pod && pod.host_network => {
            node = Ref::new(Kind::Node, pod.node_name.clone()?);
            &node
        }
        _ => from,
    };
    Some(places.find(reference)?.id.clone())
}

type Receiver = Option<(String, u16)>;

/// The outcome of one branch, or the message that says why the lab cannot show it.
fn outcome(
    places: &Places<'_>,
    protocol: Protocol,
    branch: &Branch,
) -> Result<(String, Receiver), &'static str> {
    let network = &places.plane.network;
    let bridge = is_bridge_mode(network);
    let cluster = network.cluster.as_ref();
    if cluster.is_some_and(|it| it.is_cilium() || in_the_platform(&it.plugin) || bridge) {
        return Err("cli-lab-why-model");
    }
    let connection = &branch.connection;
    shown(&connection.original)?;
    let silence = || (SILENCE.to_owned(), None);
    match connection.original.disposition.verdict() {
        Verdict::Dropped => return Ok(silence()),
        Verdict::Rejected => return Ok((REFUSED.to_owned(), None)),
        Verdict::Delivered => {}
        Verdict::Unresolved | Verdict::NotModelled | Verdict::Mixed => {
            return Err("cli-lab-why-not-modelled");
        }
    }
    let received = connection
        .received
        .as_ref()
        .ok_or("cli-lab-why-not-modelled")?;
    let namespace = sender(places, &received.receiver).ok_or("cli-lab-why-receiver")?;
    let packet = &received.packet;
    if let Some(What::Internet(own)) = places.find(&received.receiver).map(|it| &it.what)
        && packet.destination != *own
    {
        return Err("cli-lab-why-receiver");
    }
    if let Some(pod) = network_of_host(places, &received.receiver)
        && let Some(node) = &pod.node_name
        && places
            .plane
            .host_network_pod(node, packet.protocol, packet.destination_port)
            .is_none_or(|known| known.reference() != pod.reference())
    {
        return Err("cli-lab-why-shared-port");
    }
    let reply = connection
        .reply
        .as_ref()
        .ok_or("cli-lab-why-not-modelled")?;
    shown(reply)?;
    let answered = match reply.disposition.verdict() {
        Verdict::Delivered => true,
        Verdict::NotModelled => return Err("cli-lab-why-not-modelled"),
        Verdict::Dropped | Verdict::Rejected | Verdict::Unresolved | Verdict::Mixed => false,
    };
    if !answered && protocol == Protocol::Tcp {
        // Without the answer to its first packet a connection does not come to be.
        return Ok(silence());
    }
    let at = SocketAddr::new(packet.destination, packet.destination_port);
    let place = label(&received.receiver.to_string());
    let text = reached(answered, &place, at, &packet.source.to_string());
    Ok((text, Some((namespace, packet.destination_port))))
}

/// Whether pods have addresses that the fabric of a lab does not give them.
const fn in_the_platform(plugin: &NetworkPlugin) -> bool {
    matches!(
        plugin,
        NetworkPlugin::AzureOverlay | NetworkPlugin::AzurePodSubnet
    )
}

/// The pod of this name, if it shares the addresses of its node.
fn network_of_host<'p>(places: &Places<'p>, receiver: &Ref) -> Option<&'p Pod> {
    let pod = places.plane.network.pod(&receiver.scope, &receiver.name);
    pod.filter(|pod| receiver.kind == Kind::Pod && pod.host_network)
}

/// Whether all that decided about a packet is part of the lab.
fn shown(trace: &Trace) -> Result<(), &'static str> {
    for (_, step) in trace.steps() {
        match step.stage {
            Stage::AzureFirewall => return Err("cli-lab-why-firewall"),
            Stage::StorageAcl => return Err("cli-lab-why-storage"),
            _ => {}
        }
    }
    if matches!(
        trace.disposition,
        Disposition::DeniedIn | Disposition::DeniedOut
    ) {
        let by_policy = trace.last_step().is_some_and(|(_, step)| {
            matches!(step.stage, Stage::PolicyEgress | Stage::PolicyIngress)
        });
        return Err(if by_policy {
            "cli-lab-why-policy"
        } else {
            "cli-lab-why-security-group"
        });
    }
    let mut translated = false;
    for (_, step) in trace.steps() {
        match (&step.detail, step.stage) {
            (Detail::Translated { .. }, Stage::AzureLbOutbound | Stage::AzureNatGateway) => {
                translated = true;
            }
            (Detail::Translated { .. }, Stage::AzurePublicIp) if translated => {
                return Err("cli-lab-why-way-out-and-in");
            }
            (Detail::Balanced { .. }, _) if translated => return Err("cli-lab-why-way-out-and-in"),
            (Detail::Proxied { .. } | Detail::Answered { .. }, _) => {
                return Err("cli-lab-why-proxy");
            }
            _ => {}
        }
    }
    Ok(())
}
