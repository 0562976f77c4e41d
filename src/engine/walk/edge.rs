//! Load balancers, the internet and on-premises networks.

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::kept;
use super::machine::{At, Machine};
use super::walker::{AzureNat, Members, Next, Walker};
use crate::engine::azure::addresses::{Owner, PublicOwner};
use crate::engine::azure::finding::Finding;
use crate::engine::azure::gateway;
use crate::engine::azure::load_balancer::{Balanced, LbDecision};
use crate::engine::azure::nic::Nic;
use crate::engine::azure::snat::{self, Outbound};
use crate::engine::azure::storage;
use crate::engine::azure::tags::is_public;
use crate::engine::azure::topology::is_platform;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::{Entry, Tuple};
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition, Pick, Translation};
use crate::model::azure::SubnetId;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::model::packet::Packet;

impl<'a> Walker<'a, '_> {
    /// A load balancer picks a member for a packet to one of its frontends.
    pub fn balance(&mut self, load_balancer: &Ref, frontend: &Arc<str>) -> Next<'a> {
        let decision = self.plane.balance((load_balancer, frontend), &self.packet);
        let healthy = match &decision {
            LbDecision::Balanced(balanced) => Some(balanced.pool.names.as_slice()),
            LbDecision::NoHealthyMember(_) => Some(&[][..]),
            LbDecision::NoRule(_) | LbDecision::NotModelled(..) => None,
        };
        let member = healthy.and_then(|it| self.member_of_open(load_balancer, it));
        let open = member.and_then(|node| {
            let frontend = (load_balancer, frontend);
            self.plane.balance_open(frontend, &self.packet, &node)
        });
        if let Some(open) = open {
            return self.pick_member(&open);
        }
        match decision {
            LbDecision::NoRule(finding) => {
                self.recorder.step(load_balancer, &self.packet, finding);
                ControlFlow::Break(Disposition::NoSuchAddress)
            }
            LbDecision::NoHealthyMember(finding) => {
                self.recorder.step(load_balancer, &self.packet, finding);
                ControlFlow::Break(Disposition::NoHealthyMember)
            }
            LbDecision::NotModelled(what, finding) => {
                self.recorder.step(load_balancer, &self.packet, finding);
                ControlFlow::Break(Disposition::NotModelled { what })
            }
            LbDecision::Balanced(balanced) => self.pick_member(&balanced),
        }
    }

    fn pick_member(&mut self, balanced: &Balanced) -> Next<'a> {
        let place = balanced.load_balancer.clone();
        let pair = (place.clone(), self.packet.source, self.packet.destination);
        let known = self.distributed.get(&pair);
        let known = known.and_then(|node| balanced.position(node));
        let index = known.or_else(|| self.choice.pick(&self.weights(balanced)));
        let picked = index.and_then(|index| balanced.pick(index, &self.packet));
        let Some((node, after, finding)) = picked else {
            return self.nobody(&place);
        };
        if balanced.by_addresses() {
            self.distributed.insert(pair, node.name.clone());
        }
        if balanced.pool.members.len() > 1 && known.is_none() {
            self.picks.push(Pick {
                by: place.clone(),
                at: None,
                picked: Arc::from(node.to_string()),
                candidates: balanced.pool.places.clone(),
            });
        }
        self.balanced
            .insert((place.clone(), Tuple::of(&self.packet)), node.name.clone());
        if let Some(probe) = &balanced.probe {
            self.recorder.step(&place, &self.packet, probe.clone());
        }
        self.translate_in_azure(&place, after, finding);
        match self.plane.addresses.nic(&node) {
            Some(nic) => ControlFlow::Continue(At::NicIn(nic)),
            None => self.nobody(&node),
        }
    }

    /// All members alike; or only the first of each kind.
    fn weights(&self, balanced: &Balanced) -> Vec<f64> {
        match self.members {
            Members::All => vec![1.0; balanced.pool.members.len()],
            Members::OneOfEachKind => balanced.pool.one_of_each_kind.clone(),
        }
    }

    /// Records a translation by Azure and remembers it for the reply.
    pub fn translate_in_azure(&mut self, place: &Ref, after: Packet, finding: Finding) {
        let before = std::mem::replace(&mut self.packet, after.clone());
        if Tuple::of(&before) != Tuple::of(&after) {
            let entry = Entry {
                original: Tuple::of(&before),
                reply: Tuple::of(&after).inverted(),
            };
            let known = AzureNat {
                place: place.clone(),
                stage: finding.stage,
                entry,
            };
            if !self.azure_nat.contains(&known) {
                self.azure_nat.push(known);
            }
        }
        self.recorder.change(place, before, after, finding);
    }

    /// Undoes a translation of Azure that `which` admits, for a packet that goes the other way; says who undid it.
    fn undo_in_azure(&mut self, which: impl Fn(&AzureNat) -> bool) -> bool {
        let tuple = Tuple::of(&self.packet);
        let mut known = self.azure_nat.iter();
        let Some(nat) = known.find(|nat| nat.entry.reply == tuple && which(nat)) else {
            return false;
        };
        let (place, stage, original) = (nat.place.clone(), nat.stage, nat.entry.original.clone());
        let answer = original.inverted();
        let after = Packet {
            source: answer.source,
            source_port: answer.source_port,
            destination: answer.destination,
            destination_port: answer.destination_port,
            ..self.packet.clone()
        };
        let why = Explanation::new("why-walk-azure-undoes")
            .with("place", place.clone())
            .with("before", self.packet.to_string())
            .with("after", after.to_string());
        self.change_in_azure(&place, stage, after, why);
        true
    }

    /// Records that Azure translates a packet of a connection that it knows.
    pub fn change_in_azure(&mut self, place: &Ref, stage: Stage, after: Packet, why: Explanation) {
        let before = std::mem::replace(&mut self.packet, after.clone());
        let detail = Detail::Translated {
            translation: Translation::between(&before, &after),
            rule: place.name.clone(),
        };
        self.recorder
            .change(place, before, after, Finding::new(stage, detail, why));
    }

    /// A load balancer without floating IP translated the destination: the member's answer gets its address back.
    pub fn undo_load_balancing(&mut self) {
        self.undo_in_azure(|nat| nat.stage == Stage::AzureLbRule);
    }

    /// A route says `Internet`: the source becomes a public address, unless it already is one.
    pub fn leave_to_internet(&mut self, subnet: &SubnetId) -> Next<'a> {
        if let Some(firewall) = self.last_firewall {
            return self.leave_firewall(firewall);
        }
        let Some(nic) = self.last_nic else {
            return self.not_modelled(
                &subnet.reference(),
                Stage::AzureGateway,
                "the internet through a virtual network gateway",
                None,
            );
        };
        // A reply that takes another way, by an appliance say, meets nobody who knows the connection.
        let by_member = self.is_frontend_of_member(nic, self.packet.source);
        if by_member || self.is_reply() && self.undo_in_azure(|nat| nat.place == nic.owner) {
            return ControlFlow::Continue(At::Internet);
        }
        let destination = self.packet.destination;
        if !is_public(destination) && self.plane.addresses.public(destination).is_none() {
            // Nobody there has it, whatever the source would become.
            return ControlFlow::Continue(At::Internet);
        }
        self.translate_outbound(nic)
    }

    fn translate_outbound(&mut self, nic: &'a Nic) -> Next<'a> {
        if self.translate_as_before() {
            return ControlFlow::Continue(At::Internet);
        }
        match snat::outbound(self.network(), nic, &self.packet, self.open_before) {
            Outbound::Translated(translated) => {
                let weights = vec![1.0; translated.addresses.len()];
                let applied = self
                    .choice
                    .pick(&weights)
                    .and_then(|index| translated.apply(index, &self.packet));
                let Some((after, finding)) = applied else {
                    return self.nobody(&translated.place);
                };
                self.asked_by = Some(nic);
                self.translate_in_azure(&translated.place, after, finding);
                ControlFlow::Continue(At::Internet)
            }
            Outbound::Unavailable(place, finding) => {
                self.recorder.step(&place, &self.packet, finding);
                ControlFlow::Break(Disposition::SnatUnavailable)
            }
            Outbound::NotModelled(what, finding) => {
                self.recorder.step(&nic.owner, &self.packet, finding);
                ControlFlow::Break(Disposition::NotModelled { what })
            }
        }
    }

    /// The packet is on the internet: whoever has its destination there gets it.
    pub fn cross_internet(&mut self) -> Next<'a> {
        let destination = self.packet.destination;
        if self.is_reply()
            && let Some(firewall) = self.firewall_of_answer()
        {
            return ControlFlow::Continue(At::Firewall(firewall, true));
        }
        if self.is_reply() && self.undo_in_azure(|_| true) {
            return self.return_to_azure();
        }
        match self.plane.addresses.public(destination).cloned() {
            Some(PublicOwner::Frontend {
                load_balancer,
                frontend,
            }) => self.balance(&load_balancer, &frontend),
            Some(PublicOwner::Instance(owner)) => self.enter_by_public_ip(&owner),
            Some(PublicOwner::Internet(host)) => match self.network().host(&host.name) {
                Some(host) => ControlFlow::Continue(At::Arrived(Machine::Host(host))),
                None => self.nobody(&host),
            },
            Some(PublicOwner::Firewall(firewall)) => self.enter_firewall(&firewall, true),
            Some(PublicOwner::Gateway(gateway)) => self.enter_gateway_by_public_ip(&gateway),
            Some(PublicOwner::Storage(account)) => match storage::at(self.network(), destination) {
                Some(found) => self.enter_account(found),
                None => self.nobody(&account),
            },
            Some(PublicOwner::NatGateway(gateway)) => self.refused_on_internet(&gateway),
            None => self.leave_scenario(destination),
        }
    }

    /// A public address that nothing in Azure answers for ends the walk; any other is taken to exist.
    fn leave_scenario(&mut self, destination: IpAddr) -> Next<'a> {
        let internet = Ref::bare(Kind::Internet);
        let resource = self
            .network()
            .public_ips
            .iter()
            .find(|resource| resource.ip == Some(destination));
        if let Some(resource) = resource {
            let place = Ref::new(Kind::PublicIp, resource.meta.name.clone());
            let kept = kept::holder_of_public(self.network(), &resource.meta.name);
            if let Some((what, cause)) = kept {
                return self.not_modelled(&place, Stage::AzurePublicIp, &what, Some(cause));
            }
            return match self.unmodelled_owner() {
                Some(owner) => self.not_modelled_owner(&place, &owner),
                None => self.refused_on_internet(&place),
            };
        }
        if is_platform(destination) {
            return self.platform_outside(&internet);
        }
        if is_public(destination) || destination == super::machine::INTERNET_ADDRESS {
            return ControlFlow::Continue(At::Arrived(Machine::Internet(destination)));
        }
        let why = Explanation::new("why-walk-internet-private").with("destination", destination);
        self.end(
            &internet,
            Stage::HostForward,
            Disposition::NoRoute,
            why,
            None,
        )
    }

    fn refused_on_internet(&mut self, place: &Ref) -> Next<'a> {
        let why = Explanation::new("why-walk-internet-nobody")
            .with("destination", self.packet.destination);
        let cause = Some(Cause::object(place.clone()));
        self.end(
            place,
            Stage::AzurePublicIp,
            Disposition::NoSuchAddress,
            why,
            cause,
        )
    }

    /// Azure translated the answer back to a private address: it belongs to a NIC.
    fn return_to_azure(&mut self) -> Next<'a> {
        match self.asked_by {
            Some(nic) => ControlFlow::Continue(At::NicIn(nic)),
            None => self.nobody(&Ref::bare(Kind::Internet)),
        }
    }

    /// The public address of a machine: Azure translates it to the private one.
    fn enter_by_public_ip(&mut self, owner: &Ref) -> Next<'a> {
        let Some(nic) = self.plane.addresses.nic(owner) else {
            return self.nobody(owner);
        };
        if self.is_closed_to_the_internet(nic) {
            let why = Explanation::new("why-walk-public-ip-closed").with("machine", owner.clone());
            let cause = Some(Cause::object(owner.clone()));
            let ended = self.end(
                owner,
                Stage::AzurePublicIp,
                Disposition::DeniedIn,
                why,
                cause,
            );
            if let ControlFlow::Break(disposition) = ended {
                self.refuse(disposition)?;
            }
        }
        let after = Packet {
            destination: nic.primary,
            ..self.packet.clone()
        };
        let why = Explanation::new("why-walk-public-ip")
            .with("machine", owner.clone())
            .with("before", self.packet.destination)
            .with("after", nic.primary);
        let detail = Detail::Translated {
            translation: Translation::between(&self.packet, &after),
            rule: nic
                .public_ip
                .clone()
                .unwrap_or_else(|| Arc::from("public IP")),
        };
        let finding =
            Finding::new(Stage::AzurePublicIp, detail, why).caused_by(Cause::object(owner.clone()));
        self.translate_in_azure(owner, after, finding);
        ControlFlow::Continue(At::NicIn(nic))
    }

    /// A public address of the Standard SKU lets nothing in until a security group allows it.
    fn is_closed_to_the_internet(&self, nic: &Nic) -> bool {
        let filters = self.plane.filters();
        let attached = [filters.nic(&nic.owner), filters.subnet(&nic.subnet)];
        let guarded = attached
            .into_iter()
            .flatten()
            .any(|filter| filter.attached().is_some());
        let name = nic.public_ip.as_deref().unwrap_or_default();
        let basic = self
            .network()
            .public_ip(name)
            .is_some_and(|resource| !resource.standard);
        !guarded && !basic
    }

    /// The packet is in an on-premises network.
    pub fn cross_on_premises(&mut self, name: &Arc<str>) -> Next<'a> {
        let destination = self.packet.destination;
        let place = Ref::new(Kind::LocalGateway, name.clone());
        if let Some(host) = self.plane.addresses.on_premises(name, destination) {
            let host = self.network().hosts.iter().find(|candidate| {
                candidate.meta.name == host.name
                    && matches!(candidate.network, HostNetwork::OnPremises(_))
            });
            return match host {
                Some(host) => ControlFlow::Continue(At::Arrived(Machine::Host(host))),
                None => self.nobody(&place),
            };
        }
        let local = self
            .network()
            .local_gateways
            .iter()
            .find(|gateway| gateway.meta.name == *name)
            .is_some_and(|gateway| {
                gateway
                    .prefixes
                    .iter()
                    .any(|prefix| prefix.contains(&destination))
            });
        if local {
            return self.nobody(&place);
        }
        if is_platform(destination) {
            return self.platform_outside(&place);
        }
        if is_public(destination) {
            let what = "the internet access of an on-premises network";
            return self.not_modelled(
                &place,
                Stage::HostForward,
                what,
                Some(Cause::object(place.clone())),
            );
        }
        let decision = gateway::from_on_premises(self.network(), name, destination);
        (self.last_nic, self.last_firewall) = (None, None);
        self.cross_gateway(&place, decision, |passed| At::Subnet(passed.subnet))
    }

    /// The frontend of an internal load balancer, or a NIC, that has a private address.
    pub fn deliver_to_owner(&mut self, owner: Owner) -> Next<'a> {
        match owner {
            Owner::Nic(owner) | Owner::Pod(_, owner) => match self.plane.addresses.nic(&owner) {
                Some(nic) => ControlFlow::Continue(At::NicIn(nic)),
                None => self.nobody(&owner),
            },
            Owner::Frontend {
                load_balancer,
                frontend,
            } => self.balance(&load_balancer, &frontend),
            Owner::Firewall(firewall) => self.enter_firewall(&firewall, false),
            Owner::PrivateEndpoint(endpoint) => self.enter_private_endpoint(&endpoint),
        }
    }
}
