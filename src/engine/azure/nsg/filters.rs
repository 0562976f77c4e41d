//! The filters of a whole network, sharing what is equal.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::rule::effective_rules;
use super::{Decision, EffectiveNsg, EffectiveRule, Level, Services};
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::nic::{Nic, is_aks_name};
use crate::engine::azure::tags::Tags;
use crate::model::azure::{Nsg, SubnetId};
use crate::model::kube::{Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;

/// Builds filters that share what is equal.
pub(super) struct Builder<'n> {
    network: &'n Network,
    services: Services,
    rules: BTreeMap<Arc<str>, Arc<[EffectiveRule]>>,
    tags: BTreeMap<SubnetId, Tags>,
}

impl<'n> Builder<'n> {
    pub(super) fn of(network: &'n Network) -> Self {
        Self {
            network,
            services: Arc::new(frontend_services(network)),
            rules: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    pub(super) fn subnet(&mut self, id: &SubnetId) -> EffectiveNsg {
        let network = self.network;
        let name = network.subnet(id).and_then(|subnet| subnet.nsg.as_deref());
        self.build(id.reference(), Level::Subnet, id, name)
    }

    pub(super) fn nic(&mut self, nic: &Nic) -> EffectiveNsg {
        self.build(
            nic.owner.clone(),
            Level::Nic,
            &nic.subnet,
            nic.nsg.as_deref(),
        )
    }

    fn build(
        &mut self,
        place: Ref,
        level: Level,
        subnet: &SubnetId,
        name: Option<&str>,
    ) -> EffectiveNsg {
        let nsg = name.and_then(|name| self.network.nsg(name));
        let rules = nsg.map_or_else(|| Arc::from([]), |nsg| self.rules_of(nsg));
        EffectiveNsg {
            place,
            level,
            nsg: nsg.map(Nsg::reference),
            // AKS keeps its own group in the node resource group, which an export may lack; its rules are derived, and
            // stand at the interfaces.
            missing: name
                .filter(|name| nsg.is_none() && !is_aks_name(name, "nsg"))
                .map(|name| Ref::new(Kind::Nsg, name)),
            unread: nsg.map_or_else(|| Arc::from([]), |nsg| nsg.unread.clone().into()),
            tags: self.tags_in(subnet),
            rules,
            services: self.services.clone(),
        }
    }

    fn tags_in(&mut self, id: &SubnetId) -> Tags {
        if let Some(tags) = self.tags.get(id) {
            return tags.clone();
        }
        let subnet = self.network.subnet(id);
        let tags = subnet.map(|subnet| Tags::of(self.network, subnet));
        let tags = tags.unwrap_or_default();
        self.tags.insert(id.clone(), tags.clone());
        tags
    }

    fn rules_of(&mut self, nsg: &Nsg) -> Arc<[EffectiveRule]> {
        self.rules
            .entry(nsg.meta.name.clone())
            .or_insert_with(|| effective_rules(nsg).into())
            .clone()
    }
}

/// The filters of every subnet and network interface.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    subnets: BTreeMap<SubnetId, EffectiveNsg>,
    nics: BTreeMap<Ref, EffectiveNsg>,
}

impl Filters {
    /// The filters of a completed network.
    pub fn of(network: &Network, addresses: &Addresses) -> Self {
        let mut builder = Builder::of(network);
        let mut all = Self::default();
        for subnet in network.vnets.iter().flat_map(|vnet| &vnet.subnets) {
            all.subnets
                .insert(subnet.id(), builder.subnet(&subnet.id()));
        }
        for nic in addresses.nics() {
            all.nics.insert(nic.owner.clone(), builder.nic(nic));
        }
        all
    }

    /// The filter of a subnet.
    pub fn subnet(&self, id: &SubnetId) -> Option<&EffectiveNsg> {
        self.subnets.get(id)
    }

    /// The filter of a node's or host's network interface.
    pub fn nic(&self, owner: &Ref) -> Option<&EffectiveNsg> {
        self.nics.get(owner)
    }

    /// The decisions about a packet that arrives: the subnet's, then, unless that refused it, the interface's.
    pub fn inbound(&self, nic: &Nic, packet: &Packet) -> Vec<Decision> {
        let subnet = nic.subnet_of(packet.destination);
        let filters = [self.subnet(subnet), self.nic(&nic.owner)];
        decide_all(filters, true, packet)
    }

    /// Whether both let a packet arrive: true exactly where [`Filters::inbound`] has no other decision.
    pub fn admit(&self, nic: &Nic, packet: &Packet) -> bool {
        let subnet = nic.subnet_of(packet.destination);
        let filters = [self.subnet(subnet), self.nic(&nic.owner)];
        let mut filters = filters.into_iter().flatten();
        filters.all(|filter| filter.admits(true, packet))
    }

    /// The decisions about a packet that leaves: the interface's, then, unless that refused it, the subnet's.
    pub fn outbound(&self, nic: &Nic, packet: &Packet) -> Vec<Decision> {
        let subnet = nic.subnet_of(packet.source);
        let filters = [self.nic(&nic.owner), self.subnet(subnet)];
        decide_all(filters, false, packet)
    }
}

fn decide_all(
    filters: [Option<&EffectiveNsg>; 2],
    inbound: bool,
    packet: &Packet,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for filter in filters.into_iter().flatten() {
        let decision = filter.evaluate(inbound, packet);
        let allowed = decision.allowed();
        decisions.push(decision);
        if !allowed {
            break;
        }
    }
    decisions
}

fn frontend_services(network: &Network) -> BTreeMap<(IpAddr, u16), Ref> {
    let services = network.services.iter().enumerate();
    let balanced = services.filter(|(_, it)| it.service_type == ServiceType::LoadBalancer);
    let frontends = balanced.flat_map(|(index, service)| {
        let ingress = service.ingress.iter();
        let at = ingress.flat_map(|it| service.ports.iter().map(|port| (it.ip, port.port)));
        at.map(move |at| (at, index))
    });
    // Sorted while they are small; of equal ones the last Service counts.
    let mut frontends: Vec<_> = frontends.collect();
    frontends.sort_unstable();
    let of = |index: usize| network.services.get(index).map(Service::reference);
    let frontends = frontends.into_iter();
    let frontends = frontends.filter_map(|(at, index)| Some((at, of(index)?)));
    frontends.collect()
}
