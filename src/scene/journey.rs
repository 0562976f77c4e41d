//! A branch as the boxes that a packet visits, and what is decided in, on and between them.

use std::net::IpAddr;

use super::numbering::{Numbering, is_lookup};
use super::shape::StepRef;
use crate::engine::stage::Stage;
use crate::engine::trace::{Branch, Detail, Step, Trace, Verdict};
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The ways of a request and of its reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// The request, and the reply if there is one.
    pub travels: Vec<Travel>,
}

/// The way of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Travel {
    /// Whether it is the reply.
    pub reply: bool,
    /// The boxes in the order of the walk; consecutive ones differ.
    pub visits: Vec<Visit>,
    /// How it ended.
    pub verdict: Verdict,
}

/// One box on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The box.
    pub object: Ref,
    /// Filters on the way in, by index of their mark.
    pub gates: Vec<Gate>,
    /// What is decided inside, by index of the mark.
    pub inside: Vec<usize>,
    /// What is decided after the box and before the next one.
    pub after: Vec<Between>,
    /// Whether the packet came no further than the border.
    pub blocked: bool,
}

/// Something decided on the lane between two boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// A filter.
    Gate(Gate),
    /// A route or a peering, by index of its mark.
    Lane(usize),
}

/// A filter on a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Index of its mark.
    pub mark: usize,
    /// Whether it guards the subnet rather than the NIC.
    pub subnet: bool,
    /// Whether it filters what comes in.
    pub inbound: bool,
}

impl Visit {
    fn new(object: Ref) -> Self {
        Self {
            object,
            gates: Vec::new(),
            inside: Vec::new(),
            after: Vec::new(),
            blocked: false,
        }
    }
}

impl Journey {
    /// The journey of a branch.
    pub fn of(network: &Network, branch: &Branch, numbering: &Numbering) -> Self {
        let connection = &branch.connection;
        let mut travels = vec![travel(network, &connection.original, numbering, false)];
        if let Some(reply) = &connection.reply {
            travels.push(travel(network, reply, numbering, true));
        }
        Self { travels }
    }
}

/// Whether a place is a box of its own: a packet goes in and out, rather than being decided about on the way.
fn is_box(place: &Ref) -> bool {
    !matches!(
        place.kind,
        Kind::Subnet | Kind::Vnet | Kind::Peering | Kind::Nsg | Kind::RouteTable | Kind::Connection
    )
}

fn travel(network: &Network, trace: &Trace, numbering: &Numbering, reply: bool) -> Travel {
    let mut visits: Vec<Visit> = Vec::new();
    for (index, (place, step)) in trace.steps().enumerate() {
        // Whoever answers a query is not on the way of the packet, which sets out when the name is known.
        // A sender's policies are asked on its node, when the destination is known.
        let within = is_lookup(step.stage) || step.stage == Stage::PolicyEgress;
        let asks = within && !visits.is_empty();
        if visits.is_empty() || (is_box(place) && !asks) {
            let same = visits.last().is_some_and(|visit| visit.object == *place);
            if !same {
                visits.push(Visit::new(place.clone()));
            }
        }
        let step_ref = StepRef { reply, index };
        let mark = numbering
            .mark(step_ref)
            .filter(|mark| mark.step == step_ref)
            .map(|mark| mark.number - 1);
        if let (Some(mark), Some(visit)) = (mark, visits.last_mut()) {
            if asks {
                visit.inside.push(mark);
            } else {
                put(visit, place, step, mark);
            }
        }
    }
    let verdict = trace.disposition.verdict();
    if verdict != Verdict::Delivered {
        block(network, trace, &mut visits);
    }
    Travel {
        reply,
        visits: through_nodes(network, visits),
        verdict,
    }
}

/// Puts a numbered step where it belongs: on the way into the box, inside, or on the way to the next.
fn put(visit: &mut Visit, place: &Ref, step: &Step, mark: usize) {
    let gate = |subnet, inbound| Gate {
        mark,
        subnet,
        inbound,
    };
    match step.stage {
        Stage::AzureNsgInSubnet if place.kind == Kind::Subnet => {
            visit.after.push(Between::Gate(gate(true, true)));
        }
        Stage::AzureNsgInSubnet => visit.gates.push(gate(true, true)),
        Stage::AzureNsgInNic => visit.gates.push(gate(false, true)),
        Stage::AzureNsgOutSubnet => visit.after.push(Between::Gate(gate(true, false))),
        Stage::AzureNsgOutNic => visit.after.push(Between::Gate(gate(false, false))),
        // Also what Azure decides about a packet that has left its machine.
        _ if *place != visit.object || !visit.after.is_empty() => {
            visit.after.push(Between::Lane(mark));
        }
        _ => visit.inside.push(mark),
    }
}

/// Ends a walk that was not delivered at the border where it was refused.
fn block(network: &Network, trace: &Trace, visits: &mut Vec<Visit>) {
    let Some((place, step)) = trace.last_step() else {
        return;
    };
    let inbound = matches!(step.stage, Stage::AzureNsgInNic | Stage::AzureNsgInSubnet);
    if !inbound {
        return;
    }
    if is_box(place) {
        if let Some(visit) = visits.last_mut() {
            visit.blocked = visit.inside.is_empty() && visit.after.is_empty();
        }
    } else if let Some(owner) = owner(network, step.after.destination).or_else(|| member(trace))
        && visits.last().is_some_and(|visit| visit.object != owner)
    {
        let mut visit = Visit::new(owner);
        visit.blocked = true;
        visits.push(visit);
    }
}

/// The node that a load balancer picked, which has the packet's address only as floating IP.
fn member(trace: &Trace) -> Option<Ref> {
    trace.steps().find_map(|(_, step)| match &step.detail {
        Detail::Balanced { picked, .. } => {
            let node = picked.rsplit('/').next().unwrap_or_default();
            Some(Ref::new(Kind::Node, node))
        }
        _ => None,
    })
}

/// The box that an address leads to in Azure: the node of a pod, or the machine itself.
pub fn owner(network: &Network, address: IpAddr) -> Option<Ref> {
    let node = network
        .nodes
        .iter()
        .find(|node| node.internal_ips.contains(&address));
    let host = || {
        network
            .hosts
            .iter()
            .find(|host| host.ip == Some(address))
            .map(crate::model::ours::Host::reference)
    };
    let pod = || {
        let pod = network.pods.iter().find(|pod| pod.ips.contains(&address))?;
        node_of(network, pod)
    };
    node.map(crate::model::kube::Node::reference)
        .or_else(host)
        .or_else(pod)
}

fn node_of(network: &Network, pod: &Pod) -> Option<Ref> {
    let name = pod.node_name.as_deref()?;
    Some(network.node(name)?.reference())
}

/// Between a pod and anything else there is always its node.
fn through_nodes(network: &Network, visits: Vec<Visit>) -> Vec<Visit> {
    let home = |object: &Ref| {
        (object.kind == Kind::Pod)
            .then(|| network.pod(&object.scope, &object.name))
            .flatten()
            .and_then(|pod| node_of(network, pod))
    };
    let mut out: Vec<Visit> = Vec::new();
    for mut visit in visits {
        if let Some(previous) = out.last_mut() {
            let passes = |node: &Ref| *node != visit.object;
            if let Some(node) = home(&previous.object).filter(passes) {
                // A pod in the network of its host: its node decides, though the place is the pod.
                let mut between = Visit::new(node);
                between.after = std::mem::take(&mut previous.after);
                if previous.inside.len() > 1 {
                    between.inside = previous.inside.split_off(1);
                }
                out.push(between);
            }
        }
        let here = home(&visit.object);
        if let Some(node) = here
            && out.last().is_some_and(|previous| previous.object != node)
        {
            let mut between = Visit::new(node);
            between.gates = std::mem::take(&mut visit.gates);
            between.blocked = visit.blocked;
            between.inside = std::mem::take(&mut visit.inside);
            let blocked = between.blocked;
            out.push(between);
            if blocked {
                continue;
            }
        }
        out.push(visit);
    }
    // What ends at its sender, or leaves a pod in the network of its host, still passes the node.
    let ends_at_pod = |visit: &&Visit| !visit.after.is_empty() || out.len() == 1;
    if let Some(node) = out
        .last()
        .filter(ends_at_pod)
        .and_then(|visit| home(&visit.object))
        && let Some(previous) = out.last_mut()
    {
        let mut between = Visit::new(node);
        between.after = std::mem::take(&mut previous.after);
        out.push(between);
    }
    out
}

/// Whether a walk ended as nobody wanted, for the glyph at its end.
pub const fn glyph(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Delivered => ("v-delivered", "v-delivered"),
        Verdict::Dropped | Verdict::Unresolved | Verdict::Mixed => ("v-dropped", "v-dropped"),
        Verdict::Rejected => ("v-rejected", "v-rejected"),
        Verdict::NotModelled => ("v-unknown", "v-unknown"),
    }
}

/// The step of a mark.
pub fn step_at(branch: &Branch, step: StepRef) -> Option<(&Ref, &Step)> {
    let trace = if step.reply {
        branch.connection.reply.as_ref()?
    } else {
        &branch.connection.original
    };
    trace.steps().nth(step.index)
}
