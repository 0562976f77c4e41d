//! Connections that stay open: everything that remembers one, and what becomes of its next packets
//! in a network that may have changed since.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::firewall::Session;
use super::machine::Machine;
use super::recorder::Recorder;
use super::target;
use super::walker::{Allowed, AzureNat, Next, Walker};
use super::{Walked, refused};
use crate::engine::choice::Choice;
use crate::engine::dataplane::Dataplane;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Conntrack, Tuple};
use crate::engine::netfilter::eval::Recent;
use crate::engine::stage::Stage;
use crate::engine::trace::{Branch, Connection, Disposition, Trace};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

/// A connection that was opened and not closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    sender: Ref,
    /// The first packet as it was sent.
    packet: Packet,
    /// Whose process holds the other end; nobody's, once that has stopped.
    receiver: Option<Ref>,
    memory: Memory,
}

/// What nodes, Azure and appliances remember of a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Memory {
    conntracks: BTreeMap<Arc<str>, Conntrack>,
    recent: BTreeMap<Arc<str>, Recent>,
    distributed: BTreeMap<(Ref, IpAddr, IpAddr), Arc<str>>,
    balanced: BTreeMap<(Ref, Tuple), Arc<str>>,
    allowed: Vec<Allowed>,
    azure_nat: Vec<AzureNat>,
    sessions: Vec<Session>,
    /// Whose interface the request left its virtual network by.
    asked_by: Option<Ref>,
    named: Option<Ref>,
    asked_name: Option<Arc<str>>,
}

/// A later packet of a connection.
#[derive(Clone, Debug)]
pub(super) struct Resumed {
    /// Who knows the connection, if anybody still does.
    receiver: Option<Ref>,
}

impl Memory {
    /// Forgets what went with machines that have stopped, and what kube-proxy deletes: entries of UDP for an
    /// endpoint that has left (the real one does so to move such traffic at once; TCP keeps its entries).
    fn forget(&mut self, plane: &Dataplane) {
        let stopped = |node: &Arc<str>| {
            let node = Ref::new(Kind::Node, node.clone());
            plane.is_stopped(&node)
        };
        self.conntracks.retain(|node, _| !stopped(node));
        self.recent.retain(|node, _| !stopped(node));
        self.sessions
            .retain(|session| !plane.is_stopped(&session.appliance));
        for table in self.conntracks.values_mut() {
            table.retain(|entry| {
                let udp = entry.original.protocol == Protocol::Udp && entry.dnat();
                !udp || is_endpoint(&plane.network, entry.reply.source)
            });
        }
    }
}

/// Whether an address still is that of an endpoint which gets traffic.
fn is_endpoint(network: &Network, address: IpAddr) -> bool {
    let mut endpoints = network.slices.iter().flat_map(|slice| &slice.endpoints);
    endpoints.any(|it| it.addresses.contains(&address) && (it.ready || it.serving))
}

impl Walker<'_, '_> {
    /// What is left of a connection whose first packet was answered. Behind a proxy it is the proxy that holds the
    /// other end.
    pub fn left_open(self, first: Packet, connection: &Connection) -> Option<Open> {
        let answered = connection.reply.as_ref();
        let delivered = |reply: &Trace| reply.disposition == Disposition::Delivered;
        answered.filter(|reply| delivered(reply))?;
        let (receiver, _) = connection.original.last_step()?;
        let receiver = receiver.clone();
        Some(self.remembered(first, Some(receiver)))
    }

    fn remembered(self, first: Packet, receiver: Option<Ref>) -> Open {
        Open {
            sender: self.sender().place(),
            packet: first,
            receiver,
            memory: Memory {
                asked_by: self.asked_by.map(|nic| nic.owner.clone()),
                conntracks: self.conntracks,
                recent: self.recent,
                distributed: self.distributed,
                balanced: self.balanced,
                allowed: self.allowed,
                azure_nat: self.azure_nat,
                sessions: self.sessions,
                named: self.named,
                asked_name: self.asked_name,
            },
        }
    }
}

impl<'a> Walker<'a, '_> {
    /// Takes up what is remembered of a connection.
    fn resume(&mut self, open: &Open) {
        let memory = open.memory.clone();
        let plane = self.plane;
        self.conntracks = memory.conntracks;
        self.recent = memory.recent;
        self.distributed = memory.distributed;
        self.balanced = memory.balanced;
        self.allowed = memory.allowed;
        self.azure_nat = memory.azure_nat;
        self.sessions = memory.sessions;
        self.asked_by = memory
            .asked_by
            .and_then(|owner| plane.addresses.nic(&owner));
        self.named = memory.named;
        self.asked_name = memory.asked_name;
        self.resumed = Some(Resumed {
            receiver: open.receiver.clone(),
        });
    }

    /// A later packet of TCP that reaches a process which does not know its connection is answered with a reset.
    pub fn refuse_unknown(&mut self, machine: Machine<'a>) -> Option<Next<'a>> {
        let resumed = self.resumed.as_ref()?;
        let place = machine.place();
        if self.packet.protocol != Protocol::Tcp || resumed.receiver.as_ref() == Some(&place) {
            return None;
        }
        let why = Explanation::new("why-walk-reset").with("receiver", place.clone());
        Some(self.end(&place, Stage::HostListen, Disposition::Reset, why, None))
    }

    /// A node that has forgotten the connection masquerades it again, from a port that it draws
    /// (`--random-fully`): the receiver sees another connection.
    pub fn draw_port_anew(&mut self) {
        if let Some(resumed) = &mut self.resumed {
            resumed.receiver = None;
        }
    }

    /// Ends the walk where a machine answers nothing any more.
    pub fn pass_stopped(&mut self, place: &Ref, stage: Stage) -> Option<Next<'a>> {
        if !self.plane.is_stopped(place) {
            return None;
        }
        let why = Explanation::new("why-walk-stopped").with("machine", place.clone());
        Some(self.end(place, stage, Disposition::NoSuchAddress, why, None))
    }

    /// The member that a load balancer gave this connection to, while it does not look for another: flows of TCP stay
    /// with a member that fails its probe (all of them with a Basic load balancer only while another is healthy),
    /// others move.
    pub fn member_of_open(&self, load_balancer: &Ref, healthy: &[Arc<str>]) -> Option<Arc<str>> {
        self.resumed.as_ref()?;
        let key = (load_balancer.clone(), Tuple::of(&self.packet));
        let member = self.balanced.get(&key)?;
        let kept = healthy.contains(member)
            || self.packet.protocol == Protocol::Tcp
                && self.plane.keeps_flows(load_balancer, !healthy.is_empty());
        kept.then(|| member.clone())
    }

    /// The source that Azure already translated this connection to.
    pub fn translate_as_before(&mut self) -> bool {
        let tuple = Tuple::of(&self.packet);
        let mut known = self.azure_nat.iter();
        let Some(nat) = known.find(|nat| nat.entry.original == tuple) else {
            return false;
        };
        let (place, stage, now) = (nat.place.clone(), nat.stage, nat.entry.reply.inverted());
        let after = Packet {
            source: now.source,
            source_port: now.source_port,
            destination: now.destination,
            destination_port: now.destination_port,
            ..self.packet.clone()
        };
        let why = Explanation::new("why-walk-azure-knows")
            .with("place", place.clone())
            .with("source", after.source_text());
        self.change_in_azure(&place, stage, after, why);
        true
    }
}

/// What becomes of the next packet of a connection, and of the answer to it: each outcome, and the connection as it is
/// remembered afterwards; `None` where the sender is told that it is over, or itself is no more.
pub fn next(plane: &Dataplane, open: &Open, most: usize) -> Vec<(Branch, Option<Open>)> {
    let mut outcomes = Vec::new();
    let mut open = open.clone();
    open.memory.forget(plane);
    if open
        .receiver
        .as_ref()
        .is_some_and(|it| plane.is_stopped(it))
    {
        open.receiver = None;
    }
    let mut choice = Some(Choice::first());
    while let Some(mut current) = choice.take() {
        let walked = next_once(plane, &open, &mut current);
        let branch = Branch {
            probability: current.probability(),
            picks: walked.picks,
            connection: walked.connection,
            following: Vec::new(),
        };
        outcomes.push((branch, walked.open));
        if outcomes.len() < most {
            choice = current.next();
        }
    }
    outcomes
}

fn next_once(plane: &Dataplane, open: &Open, choice: &mut Choice) -> Walked {
    let mut picks = Vec::new();
    let sender = match target::sender(&plane.network, &open.sender, choice, &mut picks) {
        Ok(sender) => sender,
        Err(problem) => {
            return Walked::ended(picks, refused(&open.sender, Stage::HostForward, &problem));
        }
    };
    let recorder = Recorder::default();
    let mut walker = Walker::new(plane, choice, sender, open.packet.clone(), recorder);
    walker.resume(open);
    let connection = walker.connect();
    picks.append(&mut walker.picks);
    let over =
        connection.original.disposition == Disposition::Reset || plane.is_stopped(&open.sender);
    let receiver = match connection.original.last_step() {
        // One that answers datagrams is as good as another.
        Some((place, _))
            if open.packet.protocol != Protocol::Tcp && connection.received.is_some() =>
        {
            Some(place.clone())
        }
        _ => open.receiver.clone(),
    };
    let next = walker.remembered(open.packet.clone(), receiver);
    Walked {
        picks,
        connection,
        following: Vec::new(),
        open: (!over).then_some(next),
    }
}
