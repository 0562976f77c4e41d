//! Azure Firewall on the way of a packet: a known connection passes, a new one is asked about,
//! and an answer to a request that it never saw is dropped.

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::At;
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::firewall::{self, Leaving, Verdict};
use crate::engine::azure::routes::RouteDecision;
use crate::engine::azure::tags::is_public;
use crate::engine::dns;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Entry, Tuple};
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition, Pick, Translation};
use crate::model::azure::NextHop;
use crate::model::firewall::Firewall;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;

/// A connection that a firewall or a virtual appliance knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Session {
    /// Which firewall, or the machine that forwards.
    pub appliance: Ref,
    /// Before and after.
    pub entry: Entry,
}

impl<'a> Walker<'a, '_> {
    /// The firewall that keeps the connection which the packet answers.
    pub fn firewall_of_answer(&self) -> Option<&'a Firewall> {
        let tuple = Tuple::of(&self.packet);
        let mut sessions = self.sessions.iter();
        let session =
            sessions.find(|it| it.appliance.kind == Kind::Firewall && it.entry.reply == tuple)?;
        self.network().firewall(&session.appliance.name)
    }

    /// The firewall of this name gets the packet; `inbound` where it came to a public address from outside.
    pub fn enter_firewall(&mut self, firewall: &Ref, inbound: bool) -> Next<'a> {
        match self.network().firewall(&firewall.name) {
            Some(found) => ControlFlow::Continue(At::Firewall(found, inbound)),
            None => self.nobody(firewall),
        }
    }

    /// The packet is at a firewall.
    pub fn pass_firewall(&mut self, firewall: &'a Firewall, inbound: bool) -> Next<'a> {
        let place = firewall.reference();
        self.packet.ttl = self.packet.ttl.saturating_sub(1);
        let tuple = Tuple::of(&self.packet);
        let mut sessions = self.sessions.iter();
        let known = sessions.find(|it| it.appliance == place && it.entry.reply == tuple);
        if let Some(entry) = known.map(|session| session.entry.clone()) {
            self.answer_through(firewall, entry);
            return self.route_of_firewall(firewall);
        }
        if self.is_reply() {
            let why = Explanation::new("why-azure-firewall-no-session")
                .with("firewall", place.clone())
                .with("packet", self.packet.to_string());
            let detail = Detail::Refused {
                by: Arc::from(Disposition::NoConnection.as_str()),
            };
            let finding = Finding::new(Stage::AzureFirewall, detail, why)
                .caused_by(Cause::object(place.clone()))
                .documented_by(Source::AzureFirewallSymmetry);
            self.recorder.step(&place, &self.packet, finding);
            return ControlFlow::Break(Disposition::NoConnection);
        }
        let always = self.ask_firewall(firewall, inbound)?;
        if self.is_of_firewall(firewall, self.packet.destination) {
            return self.at_its_own_address(firewall);
        }
        self.leave_by_firewall(firewall, always)?;
        let entry = Entry {
            original: tuple,
            reply: Tuple::of(&self.packet).inverted(),
        };
        let session = Session {
            appliance: place,
            entry,
        };
        if !self.sessions.contains(&session) {
            self.sessions.push(session);
        }
        self.route_of_firewall(firewall)
    }

    /// An answer gets back the addresses that the request came with.
    fn answer_through(&mut self, firewall: &Firewall, entry: Entry) {
        let place = firewall.reference();
        let answer = entry.original.inverted();
        let after = Packet {
            source: answer.source,
            source_port: answer.source_port,
            destination: answer.destination,
            destination_port: answer.destination_port,
            ..self.packet.clone()
        };
        let before = std::mem::replace(&mut self.packet, after.clone());
        let why = Explanation::new("why-azure-firewall-session")
            .with("firewall", place.clone())
            .with("before", before.to_string())
            .with("after", after.to_string());
        let detail = Detail::Tracked {
            entry,
            known: true,
            translation: Translation::between(&before, &after),
        };
        let finding =
            Finding::new(Stage::AzureFirewall, detail, why).caused_by(Cause::object(place.clone()));
        self.recorder.change(&place, before, after, finding);
    }

    /// Asks the rules; says whether what they let pass gets a new source in any case.
    fn ask_firewall(
        &mut self,
        firewall: &'a Firewall,
        inbound: bool,
    ) -> ControlFlow<Disposition, bool> {
        let place = firewall.reference();
        let asked = self
            .packet
            .http
            .as_ref()
            .map(|request| request.host.clone());
        let host = asked.or_else(|| self.asked_name.clone());
        let question = (host.as_deref(), inbound);
        let (verdict, finding) = firewall::decide(self.network(), firewall, &self.packet, question);
        self.recorder.step(&place, &self.packet, finding);
        match verdict {
            Verdict::Allowed => ControlFlow::Continue(false),
            Verdict::Proxied => ControlFlow::Continue(true),
            Verdict::Translated(address, port) => {
                let after = Packet {
                    destination: address,
                    destination_port: port,
                    ..self.packet.clone()
                };
                self.change_at_firewall(firewall, "why-azure-firewall-dnat", after);
                ControlFlow::Continue(true)
            }
            Verdict::Denied => {
                let denied = if inbound {
                    Disposition::DeniedIn
                } else {
                    Disposition::DeniedOut
                };
                self.refuse(denied)?;
                ControlFlow::Continue(false)
            }
            Verdict::NotModelled(what) => ControlFlow::Break(Disposition::NotModelled { what }),
        }
    }

    fn change_at_firewall(&mut self, firewall: &Firewall, id: &'static str, after: Packet) {
        let before = std::mem::replace(&mut self.packet, after.clone());
        let finding = firewall::translated(firewall, id, &before, &after);
        let place = firewall.reference();
        self.recorder.change(&place, before, after, finding);
    }

    fn is_of_firewall(&self, firewall: &Firewall, address: IpAddr) -> bool {
        firewall::private_address(self.network(), firewall) == Some(address)
            || firewall::public_addresses(self.network(), firewall).contains(&address)
    }

    /// Nobody answers at an address of a firewall itself, unless it is asked for names.
    fn at_its_own_address(&mut self, firewall: &'a Firewall) -> Next<'a> {
        let place = firewall.reference();
        let proxy = firewall::is_dns_proxy(self.network(), firewall);
        if proxy && self.packet.destination_port == dns::PORT {
            let cause = Some(Cause::object(place.clone()));
            let what = "the DNS proxy of an Azure Firewall";
            return self.not_modelled(&place, Stage::AzureFirewall, what, cause);
        }
        let why = Explanation::new("why-azure-firewall-own")
            .with("firewall", place.clone())
            .with("destination", self.packet.destination);
        let ends = Disposition::NoSuchAddress;
        self.end(&place, Stage::AzureFirewall, ends, why, None)
    }

    /// Gives the packet the source with which it goes on.
    fn leave_by_firewall(
        &mut self,
        firewall: &'a Firewall,
        always: bool,
    ) -> ControlFlow<Disposition> {
        let routes = self.plane.routes(&firewall.subnet);
        let decision = routes.map(|routes| routes.decide(self.packet.destination));
        let internet = matches!(
            decision,
            Some(RouteDecision::Routed(route, _)) if route.next_hop == NextHop::Internet
        ) && is_public(self.packet.destination);
        let leaving = firewall::leaving(self.network(), firewall, &self.packet, (always, internet));
        let (id, source) = match leaving {
            Leaving::Kept => return ControlFlow::Continue(()),
            Leaving::Private(address) => ("why-azure-firewall-snat-private", address),
            Leaving::Public(addresses) => {
                let address = self.pick_source(firewall, &addresses);
                ("why-azure-firewall-snat", address)
            }
            Leaving::Unavailable => return self.without_source(firewall),
            Leaving::NotModelled(what) => {
                let place = firewall.reference();
                let cause = Some(Cause::object(place.clone()));
                return match self.not_modelled(&place, Stage::AzureFirewall, what, cause) {
                    ControlFlow::Break(ends) => ControlFlow::Break(ends),
                    ControlFlow::Continue(_) => ControlFlow::Continue(()),
                };
            }
        };
        let after = Packet {
            source,
            ..self.packet.clone()
        };
        self.change_at_firewall(firewall, id, after);
        ControlFlow::Continue(())
    }

    /// Azure picks any of the public addresses.
    fn pick_source(&mut self, firewall: &Firewall, addresses: &[IpAddr]) -> IpAddr {
        let picked = self.choice.pick(&vec![1.0; addresses.len()]);
        let address = picked.and_then(|index| addresses.get(index)).copied();
        let address = address.unwrap_or(self.packet.source);
        if addresses.len() > 1 {
            let text = |address: &IpAddr| Arc::from(address.to_string());
            self.picks.push(Pick {
                by: firewall.reference(),
                at: None,
                picked: text(&address),
                candidates: addresses.iter().map(text).collect(),
            });
        }
        address
    }

    fn without_source(&mut self, firewall: &Firewall) -> ControlFlow<Disposition> {
        let place = firewall.reference();
        let why = Explanation::new("why-azure-firewall-no-address")
            .with("firewall", place.clone())
            .with("source", self.packet.source);
        let detail = Detail::Refused {
            by: Arc::from(Disposition::SnatUnavailable.as_str()),
        };
        let finding = Finding::new(Stage::AzureFirewall, detail, why)
            .caused_by(Cause::object(place.clone()))
            .documented_by(Source::AzureFirewallSnat);
        self.recorder.step(&place, &self.packet, finding);
        ControlFlow::Break(Disposition::SnatUnavailable)
    }

    /// The routes of its own subnet take the packet on.
    fn route_of_firewall(&mut self, firewall: &'a Firewall) -> Next<'a> {
        self.last_nic = None;
        self.last_firewall = Some(firewall);
        ControlFlow::Continue(At::Subnet(firewall.subnet.clone()))
    }

    /// A route of the firewall's subnet says `Internet`: only a public source gets there.
    pub fn leave_firewall(&mut self, firewall: &'a Firewall) -> Next<'a> {
        let public = is_public(self.packet.source);
        if public || !is_public(self.packet.destination) {
            return ControlFlow::Continue(At::Internet);
        }
        match self.without_source(firewall) {
            ControlFlow::Break(ends) => ControlFlow::Break(ends),
            ControlFlow::Continue(()) => ControlFlow::Continue(At::Internet),
        }
    }
}
