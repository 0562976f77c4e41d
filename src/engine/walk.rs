//! Takes a packet through the network: the only function that answers "what happens to it".
//!
//! [`trace`] asks for every combination of picks (a load balancer's member, an endpoint of a
//! Service, …) and walks each. One walk is a loop over places; each place has a file:
//! [`machines`] the ends, [`node`] a node's network stack, [`azure`] NICs, security groups and
//! routes, [`edge`] load balancers, the internet and on-premises networks, [`names`] DNS, [`proxy`] layer 7.
//! The reply is walked by the same loop with the state that the request left behind.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::azure::finding::Finding;
use super::choice::Choice;
use super::dataplane::Dataplane;
use super::dns::RecordType;
use super::explain::Explanation;
use super::stage::Stage;
use super::trace::{Branch, Cause, Connection, Disposition, Following, Pick, TraceResult, Verdict};
use crate::model::flow::{Flow, Target};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{CLIENT_PORT, Packet};

mod azure;
mod edge;
mod egress_gateway;
mod firewall;
mod gateway;
pub(super) mod kept;
mod machine;
mod machines;
mod names;
mod node;
mod open;
mod overlay;
mod policy;
mod private_endpoint;
mod proxy;
mod recorder;
mod storage;
mod target;
mod walker;

pub use gateway::{Probed, backends, probed, timing as backend_timing};
pub use names::{Query, Resolution};
pub use open::{Open, next};
pub use walker::Refusals;

pub use machine::{INTERNET_ADDRESS, PLATFORM_ADDRESS};

use machine::Machine;
use recorder::Recorder;
use target::Destination;
use walker::{Members, Walker};

/// How many branches a trace walks before it says that more are possible.
pub const MAX_BRANCHES: usize = 1024;

/// How many connections one after the other can be asked for.
pub const MAX_CONNECTIONS: u16 = 8;

/// Every possible walk of `flow`. Total: what cannot be walked ends as `NotModelled` or `NameNotFound` and says why.
pub fn trace(plane: &Dataplane, flow: &Flow) -> TraceResult {
    trace_with(plane, flow, Refusals::End)
}

/// The same, with a say in what happens where something refuses the packet.
pub fn trace_with(plane: &Dataplane, flow: &Flow, refusals: Refusals) -> TraceResult {
    let manner = Manner {
        refusals,
        ..Manner::PLAIN
    };
    explore(plane, flow, manner)
}

/// Every possible outcome of `connections` connections that the sender opens one after the other, to one
/// address: what session affinity remembers of the first decides about the next. 0 counts as 1, and more
/// than [`MAX_CONNECTIONS`] as that. The sender's machine has `open` connections to that address already, whose ports at
/// a way out of Azure are taken.
pub fn trace_connections(
    plane: &Dataplane,
    flow: &Flow,
    (connections, open): (u16, u32),
) -> TraceResult {
    let manner = Manner {
        connections: connections.clamp(1, MAX_CONNECTIONS),
        open,
        ..Manner::PLAIN
    };
    explore(plane, flow, manner)
}

fn explore(plane: &Dataplane, flow: &Flow, manner: Manner) -> TraceResult {
    let branches = branches(plane, flow, manner, MAX_BRANCHES);
    let walked: f64 = branches.iter().map(|branch| branch.probability).sum();
    let unexplored = if branches.len() < MAX_BRANCHES {
        0.0
    } else {
        (1.0 - walked).max(0.0)
    };
    TraceResult {
        flow: flow.clone(),
        verdict: verdict_of(&branches),
        branches,
        unexplored,
    }
}

/// At most `most` walks of `flow`, of which a load balancer gives each to another kind of member: nodes whose
/// interfaces and subnets are alike stand for each other. Probabilities are those of what was walked.
pub fn sample(plane: &Dataplane, flow: &Flow, most: usize) -> Vec<Branch> {
    let manner = Manner {
        members: Members::OneOfEachKind,
        ..Manner::PLAIN
    };
    branches(plane, flow, manner, most)
}

/// What a sender found out about a name. It is the same in every branch of a trace: the queries' own picks are none of
/// its branches.
type Names = BTreeMap<(Ref, Arc<str>), (Recorder, names::Found)>;

/// How a flow is walked.
#[derive(Clone, Copy, Debug)]
struct Manner {
    refusals: Refusals,
    members: Members,
    /// How many connections are opened one after the other.
    connections: u16,
    /// How many to the same destination are open already.
    open: u32,
}

impl Manner {
    /// One connection as in reality.
    const PLAIN: Self = Self {
        refusals: Refusals::End,
        members: Members::All,
        connections: 1,
        open: 0,
    };
}

/// What became of one combination of picks.
struct Walked {
    picks: Vec<Pick>,
    connection: Connection,
    following: Vec<Following>,
    /// What is left of it, where it was opened.
    open: Option<Open>,
}

impl Walked {
    /// A walk that was over before its packet was sent.
    fn ended(picks: Vec<Pick>, connection: Connection) -> Self {
        Self {
            picks,
            connection,
            following: Vec::new(),
            open: None,
        }
    }
}

fn branches(plane: &Dataplane, flow: &Flow, manner: Manner, most: usize) -> Vec<Branch> {
    let walked = walks(plane, flow, manner, most).into_iter();
    walked.map(|(branch, _)| branch).collect()
}

/// Every walk of `flow`, at most `most`, each with the connection that it leaves open, if it was answered.
pub fn open(plane: &Dataplane, flow: &Flow, most: usize) -> Vec<(Branch, Option<Open>)> {
    walks(plane, flow, Manner::PLAIN, most)
}

fn walks(
    plane: &Dataplane,
    flow: &Flow,
    manner: Manner,
    most: usize,
) -> Vec<(Branch, Option<Open>)> {
    let mut branches = Vec::new();
    let mut names = Names::default();
    let mut choice = Some(Choice::first());
    while let Some(mut current) = choice.take() {
        let walked = walk_once(plane, flow, (manner, &mut names), &mut current);
        let branch = Branch {
            probability: current.probability(),
            picks: walked.picks,
            connection: walked.connection,
            following: walked.following,
        };
        branches.push((branch, walked.open));
        if branches.len() < most {
            choice = current.next();
        }
    }
    branches
}

/// What is wrong with the sender or the destination of `flow` before any packet is sent, if anything.
///
/// The command line refuses such a request; [`trace`] ends it as `NotModelled` and says why, as the page shows it.
pub fn check(plane: &Dataplane, flow: &Flow) -> Result<(), String> {
    let network = &plane.network;
    let mut choice = Choice::first();
    let sender = target::sender(network, &flow.from, &mut choice, &mut Vec::new())?;
    match target::destination(network, flow, sender, &mut choice, &mut Vec::new()) {
        Destination::Missing(place) => Err(format!("{place} does not exist")),
        Destination::Address(_)
        | Destination::Name(_)
        | Destination::NoAddress(_)
        | Destination::NotModelled(_) => Ok(()),
    }
}

/// What the resolver of `sender` finds out about `name`, or what is wrong with the sender. A workload stands for its
/// first pod.
pub fn resolve(
    plane: &Dataplane,
    sender: &Ref,
    name: &str,
    kind: RecordType,
) -> Result<Resolution, String> {
    let mut choice = Choice::first();
    let sender = target::sender(&plane.network, sender, &mut choice, &mut Vec::new())?;
    Ok(names::resolution(plane, sender, name, kind))
}

/// What branches come to together.
pub(super) fn verdict_of(branches: &[Branch]) -> Verdict {
    let mut verdicts = branches
        .iter()
        .flat_map(Branch::connections)
        .map(|connection| connection.original.disposition.verdict());
    let first = verdicts.next().unwrap_or(Verdict::NotModelled);
    if verdicts.all(|verdict| verdict == first) {
        first
    } else {
        Verdict::Mixed
    }
}

fn walk_once(
    plane: &Dataplane,
    flow: &Flow,
    (manner, names): (Manner, &mut Names),
    choice: &mut Choice,
) -> Walked {
    let network = &*plane.network;
    let mut picks = Vec::new();
    let sender = match target::sender(network, &flow.from, choice, &mut picks) {
        Ok(sender) => sender,
        Err(problem) => {
            return Walked::ended(picks, impossible(&flow.from, &problem));
        }
    };
    if let Some(stopped) = without_network(network, sender) {
        return Walked::ended(picks, stopped);
    }
    let place = sender.place();
    let Some(source) = sender.address() else {
        return Walked::ended(
            picks,
            refused(&place, Stage::HostForward, "a sender without an address"),
        );
    };
    let asked = find_address(
        plane,
        flow,
        (sender, source),
        (manner, names),
        choice,
        &mut picks,
    );
    let (address, recorder, unresolved) = match asked {
        Ok(found) => found,
        Err(connection) => return Walked::ended(picks, *connection),
    };
    if address.is_ipv6() || source.is_ipv6() {
        return Walked::ended(picks, refused(&place, Stage::HostForward, "IPv6"));
    }
    let source = source_towards(plane, sender, address).unwrap_or(source);
    let packet = first_packet(plane, flow, source, address);
    let mut walker = Walker::new(plane, choice, sender, packet.clone(), recorder);
    walker.refusals = manner.refusals;
    walker.members = manner.members;
    walker.open_before = manner.open;
    walker.named = match &flow.to {
        Target::Place(place) => Some(place.clone()),
        Target::Address(_) | Target::Name(_) | Target::Url(_) => None,
    };
    walker.asked_name = match &flow.to {
        Target::Name(name) => Some(name.clone()),
        Target::Place(_) | Target::Address(_) | Target::Url(_) => None,
    };
    let mut connection = walker.connect();
    picks.append(&mut walker.picks);
    let mut following = Vec::new();
    for number in 1..manner.connections {
        walker = walker.following(next_packet(&packet, number));
        walker.open_before = manner.open.saturating_add(u32::from(number));
        following.push(Following {
            connection: walker.connect(),
            picks: std::mem::take(&mut walker.picks),
        });
    }
    if unresolved {
        // In reality the packet is never sent.
        connection.original.disposition = Disposition::NameNotFound;
        (connection.reply, connection.received) = (None, None);
        following.clear();
    }
    let open = walker.left_open(packet, &connection);
    Walked {
        picks,
        connection,
        following,
        open,
    }
}

/// The address of the destination, what finding it recorded, and whether the name in reality has none; or how the walk
/// ends without one.
fn find_address(
    plane: &Dataplane,
    flow: &Flow,
    (sender, source): (Machine<'_>, IpAddr),
    (manner, names): (Manner, &mut Names),
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Result<(IpAddr, Recorder, bool), Box<Connection>> {
    let network = &*plane.network;
    let place = sender.place();
    let mut recorder = Recorder::default();
    let mut unresolved = false;
    let address = match target::destination(network, flow, sender, choice, picks) {
        Destination::Address(address) => address,
        Destination::Name(name) => {
            let asked = names.entry((place.clone(), name.clone()));
            let known =
                asked.or_insert_with(|| names::resolve(plane, sender, &name, manner.refusals));
            recorder = known.0.clone();
            let addresses = match known.1.clone() {
                Ok((addresses, passed)) => {
                    unresolved = passed;
                    addresses
                }
                Err(disposition) => return Err(Box::new(lost(recorder, disposition))),
            };
            match pick_address(&addresses, choice, picks, &name) {
                Some(address) => address,
                None => return Err(Box::new(lost(recorder, Disposition::NameNotFound))),
            }
        }
        Destination::NoAddress(target) => {
            let why = Explanation::new("why-walk-no-address").with("target", target);
            let packet = Packet {
                source,
                ..Packet::default()
            };
            let detail = super::trace::Detail::Refused {
                by: "no address".into(),
            };
            recorder.step(&place, &packet, Finding::new(Stage::DnsSearch, detail, why));
            return Err(Box::new(lost(recorder, Disposition::NameNotFound)));
        }
        Destination::Missing(what) => {
            let problem = format!("{what} does not exist");
            return Err(Box::new(impossible(&place, &problem)));
        }
        Destination::NotModelled(what) => {
            return Err(Box::new(refused(&place, Stage::HostForward, &what)));
        }
    };
    Ok((address, recorder, unresolved))
}

/// The address with which a node's process goes to `destination`, where its kernel does not take the
/// first one: that of the bridge towards the node's own pods, or the destination itself where that is the node's.
fn source_towards(plane: &Dataplane, sender: Machine<'_>, destination: IpAddr) -> Option<IpAddr> {
    let node = match sender {
        Machine::Node(node) => &node.meta.name,
        Machine::Pod(pod) if pod.host_network => pod.node_name.as_ref()?,
        Machine::Pod(_)
        | Machine::Host(_)
        | Machine::Internet(_)
        | Machine::Gateway(..)
        | Machine::Storage(_)
        | Machine::Platform
        | Machine::Metadata => return None,
    };
    let node = plane.node(node)?;
    if node.interfaces.is_local(destination) {
        return Some(destination);
    }
    node.routes.lookup(destination)?.source
}

fn first_packet(plane: &Dataplane, flow: &Flow, source: IpAddr, destination: IpAddr) -> Packet {
    let ports = flow.protocol.has_ports();
    // The kernel's `local` table gives every packet to 127.0.0.0/8 this source.
    let loopback = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    Packet {
        protocol: flow.protocol,
        source: if destination.is_loopback() {
            loopback
        } else {
            source
        },
        source_port: if ports { CLIENT_PORT } else { 0 },
        destination,
        destination_port: target::port(&plane.network, flow),
        http: target::http_request(&plane.network, flow),
        ..Packet::default()
    }
}

/// The first packet of the `number`th connection after that of `first`: the client takes the next port.
fn next_packet(first: &Packet, number: u16) -> Packet {
    let port = match first.source_port {
        0 => 0,
        port => port.saturating_add(number),
    };
    Packet {
        source_port: port,
        ..first.clone()
    }
}

/// A name with several addresses: the client takes any of them.
fn pick_address(
    addresses: &[IpAddr],
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
    name: &str,
) -> Option<IpAddr> {
    let picked = choice.pick(&vec![1.0; addresses.len()])?;
    if addresses.len() > 1 {
        picks.push(Pick {
            by: Ref::new(Kind::Unknown, name),
            at: None,
            picked: addresses.get(picked)?.to_string().into(),
            candidates: addresses
                .iter()
                .map(|address| address.to_string().into())
                .collect(),
        });
    }
    addresses.get(picked).copied()
}

/// A walk that ends before the first packet, with what the recorder holds.
fn lost(recorder: Recorder, disposition: Disposition) -> Connection {
    Connection {
        original: recorder.finish(disposition),
        reply: None,
        received: None,
    }
}

/// The walk of a sender that has no network: a pod that has ended, or is on no node yet.
fn without_network(network: &Network, sender: Machine<'_>) -> Option<Connection> {
    let Machine::Pod(pod) = sender else {
        return None;
    };
    let node = pod.node_name.as_deref();
    let (id, field) = if pod.is_over() {
        ("why-walk-pod-over", "status.phase")
    } else if node.is_none_or(|name| network.node(name).is_none()) {
        ("why-walk-pod-pending", "spec.nodeName")
    } else {
        return None;
    };
    let (place, disposition) = (pod.reference(), Disposition::NoRoute);
    let detail = super::trace::Detail::Refused {
        by: disposition.as_str().into(),
    };
    let why = Explanation::new(id).with("pod", place.clone());
    let cause = Cause::field(place.clone(), field);
    let finding = Finding::new(Stage::PodRoute, detail, why).caused_by(cause);
    let mut recorder = Recorder::default();
    recorder.step(&place, &Packet::default(), finding);
    Some(lost(recorder, disposition))
}

/// A walk that ends at its sender because the engine does not know `what`.
fn refused(place: &Ref, stage: Stage, what: &str) -> Connection {
    let why = Explanation::new("why-limit-not-modelled").with("what", what);
    unwalked(place, stage, what, why)
}

/// A walk that nobody can take, because its sender or its destination cannot be one.
fn impossible(place: &Ref, problem: &str) -> Connection {
    let why = Explanation::new("why-limit-impossible").with("problem", problem);
    unwalked(place, Stage::HostForward, problem, why)
}

fn unwalked(place: &Ref, stage: Stage, what: &str, why: Explanation) -> Connection {
    let mut recorder = Recorder::default();
    let detail = super::trace::Detail::NotModelled { what: what.into() };
    recorder.step(place, &Packet::default(), Finding::new(stage, detail, why));
    lost(recorder, Disposition::NotModelled { what: what.into() })
}

#[cfg(test)]
mod tests;
