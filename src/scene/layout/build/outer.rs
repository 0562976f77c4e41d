//! The columns beside the virtual networks: outside, and the entry into Azure.

use std::collections::BTreeMap;

use super::{Builder, CARD, MARGIN};
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};
use crate::scene::geometry::point;
use crate::scene::layout::inside::{self, snap};
use crate::scene::layout::pack::{self, Item, PAD, TITLE};
use crate::scene::layout::{Look, Placed};

impl Builder<'_> {
    pub(super) fn outside_column(
        &self,
        row: Option<i32>,
        inner: &[Placed],
        boxes: &mut Vec<Placed>,
        insides: &mut BTreeMap<Ref, inside::Inside>,
    ) {
        let hosts = |network: &HostNetwork| -> Vec<Ref> {
            let there = self
                .network
                .hosts
                .iter()
                .filter(|host| host.network == *network);
            there.map(Host::reference).collect()
        };
        let mut internet = hosts(&HostNetwork::Internet);
        let anywhere = Ref::bare(Kind::Internet);
        if self.visited.contains(&anywhere) || internet.is_empty() {
            internet.push(anywhere.clone());
        }
        let mut y = MARGIN;
        y += self.region(Look::Internet, None, &internet, y, row, boxes, insides);
        for gateway in &self.network.local_gateways {
            let object = Ref::new(Kind::LocalGateway, gateway.meta.name.clone());
            let hosts = hosts(&HostNetwork::OnPremises(gateway.meta.name.clone()));
            y += PAD + self.spread.min(16);
            if let Some(level) = self.gateway_level(&gateway.meta.name, inner) {
                y = y.max(snap(level - 52));
            }
            y += self.region(
                Look::OnPremises,
                Some(object),
                &hosts,
                y,
                None,
                boxes,
                insides,
            );
        }
    }

    /// The height at which the gateway stands that connects to a network on premises.
    fn gateway_level(&self, local: &str, inner: &[Placed]) -> Option<i32> {
        let connection = self
            .network
            .connections
            .iter()
            .find(|connection| connection.local_gateway.as_deref() == Some(local))?;
        let gateway = Ref::new(Kind::Gateway, connection.gateway.clone());
        let placed = inner
            .iter()
            .find(|placed| placed.object.as_ref() == Some(&gateway))?;
        Some(placed.rect.centre().y)
    }

    /// Places a region of the outside column at `y`; returns its height.
    #[allow(
        clippy::too_many_arguments,
        reason = "a region is placed once, from one place"
    )]
    fn region(
        &self,
        look: Look,
        object: Option<Ref>,
        cards: &[Ref],
        y: i32,
        row: Option<i32>,
        boxes: &mut Vec<Placed>,
        insides: &mut BTreeMap<Ref, inside::Inside>,
    ) -> i32 {
        let own_visit = object
            .as_ref()
            .is_some_and(|object| self.visited.contains(object));
        let mut items = self.capped(cards, |object| self.card(object, CARD));
        if own_visit && let Some(object) = &object {
            items.insert(0, self.card(object, CARD));
        }
        let on_path = items.iter().any(|item| item.on_path);
        let text = if look == Look::OnPremises { 48 } else { TITLE };
        let cards = self.stack(items, point(MARGIN + 8, y + text), row, None);
        let bottom = cards.iter().map(|(at, item)| at.y + item.size.height).max();
        let height = snap(bottom.map_or(text, |bottom| bottom - y + 8) + 4);
        let mut region = Item::new(object.filter(|_| !own_visit), look, CARD + 16, height);
        region.on_path = on_path;
        let parent = boxes.len();
        pack::flatten(region, point(MARGIN, y), None, boxes, insides);
        if let Some(placed) = boxes.last_mut() {
            placed.title.height = text.min(placed.rect.height);
        }
        for (at, item) in cards {
            pack::flatten(item, at, Some(parent), boxes, insides);
        }
        height
    }

    // --- Entry -------------------------------------------------------------------------------

    pub(super) fn entry_column(&self) -> Vec<Item> {
        let network = self.network;
        let card = |object: &Ref| self.card(object, CARD);
        let mut items = Vec::new();
        let balancers: Vec<Ref> = network
            .load_balancers
            .iter()
            .map(crate::model::azure::LoadBalancer::reference)
            .collect();
        items.extend(self.capped(&balancers, |object| {
            let mut item = card(object);
            item.caption = 24;
            item
        }));
        let nat: Vec<Ref> = network
            .nat_gateways
            .iter()
            .map(|gateway| Ref::new(Kind::NatGateway, gateway.meta.name.clone()))
            .collect();
        items.extend(self.capped(&nat, card));
        let services: Vec<Ref> = network
            .services
            .iter()
            .map(crate::model::kube::Service::reference)
            .collect();
        items.extend(self.capped(&services, card));
        let ingresses: Vec<Ref> = network
            .ingresses
            .iter()
            .map(crate::model::ingress::Ingress::reference)
            .collect();
        items.extend(self.capped(&ingresses, card));
        let accounts: Vec<Ref> = network
            .storage_accounts
            .iter()
            .map(crate::model::storage::StorageAccount::reference)
            .collect();
        items.extend(self.capped(&accounts, card));
        let zones = network.dns_zones.iter();
        let zones: Vec<Ref> = zones
            .map(crate::model::dns_zone::DnsZone::reference)
            .collect();
        items.extend(self.capped(&zones, card));
        items.extend(self.capped(&network.unmodelled, card));
        let resolver = Ref::bare(Kind::AzureDns);
        if network.cluster.is_some() || self.visited.contains(&resolver) {
            items.push(card(&resolver));
        }
        // A place that has no box of its own yet still gets one, or the walk could not be drawn.
        let strangers = self
            .visited
            .iter()
            .filter(|object| self.is_stranger(object));
        items.extend(strangers.map(card));
        items
    }

    /// Whether a visited place has no box anywhere.
    fn is_stranger(&self, object: &Ref) -> bool {
        let network = self.network;
        match object.kind {
            Kind::Node => network.node(&object.name).is_none(),
            Kind::Pod => network.pod(&object.scope, &object.name).is_none(),
            Kind::Service => network.service(&object.scope, &object.name).is_none(),
            Kind::Host => network
                .host(&object.name)
                .is_none_or(|host| !self.has_home(host)),
            Kind::LoadBalancer => !network
                .load_balancers
                .iter()
                .any(|lb| lb.reference() == *object),
            Kind::NatGateway => !network
                .nat_gateways
                .iter()
                .any(|gateway| gateway.meta.name == object.name),
            Kind::Gateway => !network.gateways.iter().any(|gateway| {
                gateway.meta.name == object.name
                    && gateway
                        .subnet
                        .as_ref()
                        .is_some_and(|id| network.subnet(id).is_some())
            }),
            Kind::Firewall => {
                let found = network.firewall(&object.name);
                found.map_or(!network.unmodelled.contains(object), |firewall| {
                    network.subnet(&firewall.subnet).is_none()
                })
            }
            Kind::PrivateEndpoint => {
                let found = network.private_endpoint(&object.name);
                found.map_or(!network.unmodelled.contains(object), |endpoint| {
                    network.subnet(&endpoint.subnet).is_none()
                })
            }
            Kind::AppGateway => {
                let found = network.app_gateway(&object.name);
                found.map_or(!network.unmodelled.contains(object), |gateway| {
                    let subnet = gateway.subnet.as_ref();
                    subnet.is_none_or(|id| network.subnet(id).is_none())
                })
            }
            Kind::LocalGateway => !network
                .local_gateways
                .iter()
                .any(|gateway| gateway.meta.name == object.name),
            Kind::Internet | Kind::AzureDns => false,
            Kind::Ingress | Kind::Storage | Kind::DnsZone | Kind::PrivateDnsZone => {
                network.meta(object).is_none()
            }
            _ => !network.unmodelled.contains(object),
        }
    }

    fn has_home(&self, host: &Host) -> bool {
        match &host.network {
            HostNetwork::Internet => true,
            HostNetwork::Subnet(id) => self.network.subnet(id).is_some(),
            HostNetwork::OnPremises(name) => self
                .network
                .local_gateways
                .iter()
                .any(|gateway| gateway.meta.name == *name),
        }
    }
}
