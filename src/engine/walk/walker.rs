//! The hop loop: one packet from its sender until it arrives or is lost, then its reply.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::firewall::Session;
use super::machine::{At, Machine};
use super::open::Resumed;
use super::policy::Seen;
use super::recorder::Recorder;
use crate::engine::azure::finding::Finding;
use crate::engine::azure::nic::Nic;
use crate::engine::choice::Choice;
use crate::engine::dataplane::Dataplane;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Conntrack, Entry, Tuple};
use crate::engine::netfilter::eval::Recent;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Connection, Detail, Disposition, Pick, Received, Trace};
use crate::model::firewall::Firewall;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;
use crate::model::private_link::PrivateEndpoint;

/// How often a packet may come to one place before it counts as going in a circle. No way that
/// arrives passes a place more than twice.
const MAX_VISITS: usize = 4;

/// What a stage says: where the packet is next, or how its way ended.
pub(super) type Next<'a> = ControlFlow<Disposition, At<'a>>;

/// What a walk does where something refuses the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusals {
    /// It ends there, as in reality.
    End,
    /// It goes on as if the packet had been allowed, to find every refusal on the way. A packet
    /// that has nowhere to go (no route, no address, no endpoint) ends all the same.
    Pass,
}

/// Which members of a load balancer are walked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    /// Each of them.
    All,
    /// One for each kind: same subnet, security group and IP forwarding.
    OneOfEachKind,
}

/// Walks one connection. Everything that remembers the first packet lives here, so that the
/// reply meets it: each node's connection table, the state of security groups, Azure's translations.
pub(super) struct Walker<'a, 'c> {
    pub plane: &'a Dataplane,
    pub choice: &'c mut Choice,
    pub packet: Packet,
    pub picks: Vec<Pick>,
    pub recorder: Recorder,
    pub conntracks: BTreeMap<Arc<str>, Conntrack>,
    /// What session affinity of each node remembers.
    pub recent: BTreeMap<Arc<str>, Recent>,
    /// The node that a load balancer gives each pair of source and destination to, where it looks at no more.
    pub distributed: BTreeMap<(Ref, IpAddr, IpAddr), Arc<str>>,
    /// The node that a load balancer gave each connection to.
    pub balanced: BTreeMap<(Ref, Tuple), Arc<str>>,
    /// What security groups have let pass.
    pub allowed: Vec<Allowed>,
    /// Translations that Azure keeps for a connection, with the place that keeps them.
    pub azure_nat: Vec<AzureNat>,
    /// The packet as the forwarding path of the last node saw it; `None` if that node sent it.
    pub seen_by_node: Option<Seen>,
    /// The NIC by which the packet entered Azure last.
    pub last_nic: Option<&'a Nic>,
    /// The NIC by which the request left its virtual network, for the answer to come back to. An
    /// address alone does not tell: networks that do not know each other may use the same ones.
    pub asked_by: Option<&'a Nic>,
    /// The firewall that passed the packet on, while no other machine has.
    pub last_firewall: Option<&'a Firewall>,
    /// The private endpoint by which the request reached its resource.
    pub endpoint: Option<&'a PrivateEndpoint>,
    /// The connections that firewalls know.
    pub sessions: Vec<Session>,
    /// The name that the request is to, where it names one.
    pub asked_name: Option<Arc<str>>,
    /// The pod or workload that the request is to, where it names one.
    pub named: Option<Ref>,
    /// What to do where something refuses the packet.
    pub refusals: Refusals,
    /// Whether the answer is walked as well where a refusal was passed: that of a query, which the walk goes on with.
    pub answered_anyway: bool,
    /// How many connections to the same destination its sender's machine has already.
    pub open_before: u32,
    /// Whom a load balancer may pick.
    pub members: Members,
    /// How many proxies have opened this connection, one for the other.
    pub proxies: usize,
    /// Whether it is the probe of a gateway.
    pub probing: bool,
    /// Who got the request behind a proxy, and what it saw.
    pub behind: Option<Received>,
    /// Set for a later packet of a connection.
    pub resumed: Option<Resumed>,
    /// How the packet would have ended, had refusals not been passed.
    refused: Option<Disposition>,
    /// The first packet as its sender sent it; `None` while that is on its way.
    request: Option<Tuple>,
    sender: Machine<'a>,
    receiver: Option<Machine<'a>>,
    seen: Vec<(At<'a>, Tuple)>,
}

/// The first packet of a connection that a security group has let pass at one interface.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Allowed {
    /// Where the group is attached.
    pub place: Ref,
    /// Whose interface the packet passed.
    pub nic: Ref,
    /// Whether it arrived there.
    pub inbound: bool,
    /// Its headers.
    pub tuple: Tuple,
}

/// A translation that Azure keeps for one connection.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AzureNat {
    /// Who translates: a load balancer, NAT gateway or public address.
    pub place: Ref,
    /// The stage that recorded it.
    pub stage: Stage,
    /// Before and after.
    pub entry: Entry,
}

impl<'a, 'c> Walker<'a, 'c> {
    pub fn new(
        plane: &'a Dataplane,
        choice: &'c mut Choice,
        sender: Machine<'a>,
        packet: Packet,
        recorder: Recorder,
    ) -> Self {
        Self {
            plane,
            choice,
            packet,
            picks: Vec::new(),
            recorder,
            conntracks: BTreeMap::new(),
            recent: BTreeMap::new(),
            distributed: BTreeMap::new(),
            balanced: BTreeMap::new(),
            allowed: Vec::new(),
            azure_nat: Vec::new(),
            seen_by_node: None,
            last_nic: None,
            asked_by: None,
            last_firewall: None,
            endpoint: None,
            sessions: Vec::new(),
            asked_name: None,
            named: None,
            refusals: Refusals::End,
            answered_anyway: false,
            open_before: 0,
            members: Members::All,
            proxies: 0,
            probing: false,
            behind: None,
            resumed: None,
            refused: None,
            request: None,
            sender,
            receiver: None,
            seen: Vec::new(),
        }
    }

    /// The walk of the sender's next connection. What a connection leaves behind is gone with it;
    /// what was noted about its client stays.
    pub fn following(self, packet: Packet) -> Self {
        let recorder = Recorder::default();
        Self {
            recent: self.recent,
            distributed: self.distributed,
            named: self.named,
            asked_name: self.asked_name,
            refusals: self.refusals,
            ..Self::new(self.plane, self.choice, self.sender, packet, recorder)
        }
    }

    /// Walks the packet and, if it arrives, the reply.
    pub fn connect(&mut self) -> Connection {
        let request = Tuple::of(&self.packet);
        let mut original = self.run(At::Sent(self.sender));
        if let Some(refused) = self.refused.take() {
            original.disposition = refused;
            if !self.answered_anyway {
                self.receiver = None;
            }
        }
        let Some(receiver) = self.receiver.take() else {
            return Connection {
                original,
                reply: None,
                received: None,
            };
        };
        let received = self.behind.take().unwrap_or_else(|| Received {
            receiver: receiver.place(),
            packet: self.packet.clone(),
        });
        self.packet = self.packet.reversed();
        self.request = Some(request);
        self.seen.clear();
        let reply = self.run(At::Sent(receiver));
        Connection {
            original,
            reply: Some(reply),
            received: Some(received),
        }
    }

    /// The network that the packet crosses.
    pub fn network(&self) -> &'a Network {
        &self.plane.network
    }

    /// Who sent the request.
    pub fn sender(&self) -> Machine<'a> {
        self.sender
    }

    /// Whether the packet on its way is the reply.
    pub fn is_reply(&self) -> bool {
        self.request.is_some()
    }

    fn run(&mut self, start: At<'a>) -> Trace {
        let mut at = start;
        let disposition = loop {
            if let Err(disposition) = self.guard_against_loops(&at) {
                break disposition;
            }
            match self.advance(at) {
                ControlFlow::Continue(next) => at = next,
                ControlFlow::Break(disposition) => break disposition,
            }
        };
        std::mem::take(&mut self.recorder).finish(disposition)
    }

    fn advance(&mut self, at: At<'a>) -> Next<'a> {
        match at {
            At::Sent(machine) => self.send(machine),
            At::NodeInterface(node, interface) => self.enter_node(node, &interface),
            At::NicOut(nic) => self.leave_nic(nic),
            At::NicIn(nic) => self.enter_nic(nic),
            At::Subnet(subnet) => self.route_in_azure(&subnet),
            At::Vnet(vnet, address) => self.deliver_in_vnet(&vnet, address),
            At::Firewall(firewall, inbound) => self.pass_firewall(firewall, inbound),
            At::Internet => self.cross_internet(),
            At::OnPremises(network) => self.cross_on_premises(&network),
            At::PodInterface(pod) => self.enter_pod(pod),
            At::Arrived(machine) => self.arrive(machine),
        }
    }

    /// A packet that comes to the same place with the same headers twice goes in a circle. So does
    /// one that a node gives a new port on every round; its TTL would end it, many rounds later.
    fn guard_against_loops(&mut self, at: &At<'a>) -> Result<(), Disposition> {
        let tuple = Tuple::of(&self.packet);
        let before = self.seen.iter().filter(|(place, _)| place == at);
        let circle = before.clone().count() >= MAX_VISITS
            || before.clone().any(|(_, headers)| *headers == tuple);
        if !circle && self.packet.ttl > 0 {
            self.seen.push((at.clone(), tuple));
            return Ok(());
        }
        let place = place_of(at);
        let why = Explanation::new(if circle {
            "why-walk-loop"
        } else {
            "why-walk-ttl"
        })
        .with("destination", self.packet.destination_text());
        let stage = stage_of(at);
        self.recorder.step(
            &place,
            &self.packet,
            Finding::new(
                stage,
                Detail::Refused {
                    by: Arc::from("TTL"),
                },
                why,
            ),
        );
        Err(Disposition::Looped)
    }

    /// Hands the packet to the process that it is for. A reply must be the answer to what was sent.
    fn arrive(&mut self, machine: Machine<'a>) -> Next<'a> {
        let place = machine.place();
        if let Some(request) = self.request.clone() {
            return self.arrive_reply(machine, &place, &request);
        }
        if let Some(next) = self.pass_stopped(&place, Stage::HostListen) {
            return next;
        }
        if let Some(next) = self.refuse_unknown(machine) {
            return next;
        }
        if let Some(closed) = self.not_listening(machine) {
            // Nothing comes after it that could refuse as well.
            return self.end(&place, Stage::HostListen, closed.0, closed.1, None);
        }
        if let Some(next) = self.enter_proxy(machine) {
            return next;
        }
        self.receive(machine);
        ControlFlow::Break(Disposition::Delivered)
    }

    /// Records that a process of `machine` has the packet.
    pub fn receive(&mut self, machine: Machine<'a>) {
        let place = machine.place();
        let why = Explanation::new("why-walk-delivered")
            .with("receiver", place.clone())
            .with("source", self.packet.source);
        self.recorder.step(
            &place,
            &self.packet,
            Finding::new(Stage::HostListen, Detail::Delivered, why),
        );
        self.receiver = Some(machine);
    }

    /// Takes that back: what happens to the request there is not known.
    pub fn unreceive(&mut self) {
        self.receiver = None;
    }

    fn arrive_reply(&mut self, machine: Machine<'a>, place: &Ref, request: &Tuple) -> Next<'a> {
        if machine.place() == self.sender.place() && Tuple::of(&self.packet) == request.inverted() {
            let why = Explanation::new("why-walk-reply-delivered")
                .with("receiver", place.clone())
                .with("source", self.packet.source_text());
            self.recorder.step(
                place,
                &self.packet,
                Finding::new(Stage::HostListen, Detail::Delivered, why),
            );
            return ControlFlow::Break(Disposition::Delivered);
        }
        let why = Explanation::new("why-walk-reply-unknown")
            .with("receiver", place.clone())
            .with("source", self.packet.source_text());
        self.end(
            place,
            Stage::HostListen,
            Disposition::NoConnection,
            why,
            None,
        )
    }

    /// Something refuses the packet, and the step that says so is recorded: the walk ends, or
    /// goes on as if it had been allowed and remembers the first refusal.
    pub fn refuse(&mut self, disposition: Disposition) -> ControlFlow<Disposition> {
        match self.refusals {
            Refusals::End => ControlFlow::Break(disposition),
            Refusals::Pass => {
                self.refused.get_or_insert(disposition);
                ControlFlow::Continue(())
            }
        }
    }

    /// Records the step that ends the walk.
    pub fn end(
        &mut self,
        place: &Ref,
        stage: Stage,
        disposition: Disposition,
        why: Explanation,
        cause: Option<Cause>,
    ) -> Next<'a> {
        let detail = match &disposition {
            Disposition::NotModelled { what } => Detail::NotModelled { what: what.clone() },
            other => Detail::Refused {
                by: Arc::from(other.as_str()),
            },
        };
        let finding = Finding::new(stage, detail, why);
        let finding = match cause {
            Some(cause) => finding.caused_by(cause),
            None => finding,
        };
        self.recorder.step(place, &self.packet, finding);
        ControlFlow::Break(disposition)
    }

    /// Ends the walk because the engine does not model what comes next.
    pub fn not_modelled(
        &mut self,
        place: &Ref,
        stage: Stage,
        what: &str,
        cause: Option<Cause>,
    ) -> Next<'a> {
        let why = Explanation::new("why-limit-not-modelled").with("what", what);
        self.end(
            place,
            stage,
            Disposition::NotModelled {
                what: Arc::from(what),
            },
            why,
            cause,
        )
    }
}

/// The stage at which a loop is noticed.
fn stage_of(at: &At<'_>) -> Stage {
    match at {
        At::Sent(_) | At::Internet | At::OnPremises(_) => Stage::HostForward,
        At::NodeInterface(..) => Stage::NodeRoute,
        At::NicOut(_) | At::NicIn(_) | At::Vnet(..) => Stage::AzureNic,
        At::Subnet(_) => Stage::AzureRoute,
        At::Firewall(..) => Stage::AzureFirewall,
        At::PodInterface(_) => Stage::Veth,
        At::Arrived(_) => Stage::HostListen,
    }
}

/// The place that `at` is, as answers name it.
fn place_of(at: &At<'_>) -> Ref {
    match at {
        At::Sent(machine) | At::Arrived(machine) => machine.place(),
        At::NodeInterface(node, _) => node.reference(),
        At::NicOut(nic) | At::NicIn(nic) => nic.owner.clone(),
        At::Subnet(subnet) => subnet.reference(),
        At::Vnet(vnet, _) => Ref::new(Kind::Vnet, vnet.clone()),
        At::Firewall(firewall, _) => firewall.reference(),
        At::Internet => Ref::bare(Kind::Internet),
        At::OnPremises(network) => Ref::new(Kind::LocalGateway, network.clone()),
        At::PodInterface(pod) => pod.reference(),
    }
}
