//! What a drawing needs to know about objects, looked up once.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use crate::engine::appgateway;
use crate::engine::azure::firewall;
use crate::engine::events::Failures;
use crate::engine::trace::{Branch, Detail};
use crate::model::azure::NetworkPlugin;
use crate::model::kube::{Meta, Node, Origin, Pod, Service};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};
use crate::scene::icons;
use crate::scene::journey::step_at;
use crate::scene::layout::Placement;
use crate::text::Texts;

/// Everything that a drawing is made from.
pub(super) struct Facts<'a> {
    pub network: &'a Network,
    pub placement: &'a Placement,
    pub view: &'a View,
    pub texts: &'a Texts,
    pub branch: Option<&'a Branch>,
    pub failures: Option<&'a Failures>,
    /// Objects that the shown branch visits or that made a step decide as it did.
    pub involved: BTreeSet<Ref>,
    nodes: BTreeMap<&'a str, &'a Node>,
    pods: BTreeMap<(&'a str, &'a str), &'a Pod>,
    services: BTreeMap<(&'a str, &'a str), &'a Service>,
}

/// What a card says about an object.
#[derive(Debug, Default)]
pub(super) struct Card {
    pub icon: &'static str,
    pub name: String,
    pub address: String,
    pub note: String,
    /// The object that made a controller make it.
    pub made_from: Option<Ref>,
    pub derived: bool,
    pub unsupported: bool,
}

impl<'a> Facts<'a> {
    pub fn of(
        network: &'a Network,
        placement: &'a Placement,
        branch: Option<&'a Branch>,
        view: &'a View,
        texts: &'a Texts,
    ) -> Self {
        let mut involved = BTreeSet::new();
        for visit in placement
            .journey
            .travels
            .iter()
            .flat_map(|travel| &travel.visits)
        {
            involved.insert(visit.object.clone());
        }
        for mark in &placement.numbering.marks {
            let step = branch.and_then(|branch| step_at(branch, mark.step));
            if let Some(cause) = step.and_then(|(_, step)| step.cause.as_ref()) {
                involved.insert(cause.object.clone());
            }
        }
        // Below this level no pod is drawn on its own.
        let pods: &[Pod] = if view.level >= super::Level::Cards {
            &network.pods
        } else {
            &[]
        };
        Self {
            nodes: network
                .nodes
                .iter()
                .map(|node| (&*node.meta.name, node))
                .collect(),
            pods: pods
                .iter()
                .map(|pod| ((&*pod.meta.namespace, &*pod.meta.name), pod))
                .collect(),
            services: network
                .services
                .iter()
                .map(|service| ((&*service.meta.namespace, &*service.meta.name), service))
                .collect(),
            network,
            placement,
            view,
            texts,
            branch,
            failures: None,
            involved,
        }
    }

    /// Whether the pods of a node are on a bridge of its own, `cbr0`: those of kubenet are.
    pub fn has_bridge(&self) -> bool {
        let cluster = self.network.cluster.as_ref();
        cluster.is_some_and(|cluster| cluster.plugin == NetworkPlugin::Kubenet)
    }

    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.nodes.get(name).copied()
    }

    pub fn pod(&self, object: &Ref) -> Option<&'a Pod> {
        self.pods.get(&(&*object.scope, &*object.name)).copied()
    }

    /// Whether a machine answers nothing.
    pub fn is_stopped(&self, object: Option<&Ref>) -> bool {
        let stopped = self.failures.map(|failures| &failures.stopped);
        object.is_some_and(|object| stopped.is_some_and(|it| it.contains(object)))
    }

    /// Who has taken an object out.
    pub fn taken_out_by(&self, object: &Ref) -> Option<&'a Ref> {
        self.failures?.left_out.get(object)?.first()
    }

    /// What is out of order about an object, in words.
    pub fn state(&self, object: &Ref) -> Option<String> {
        self.texts.failure(self.failures?, object)
    }

    /// Whether a branch is shown that has nothing to do with an object.
    pub fn is_quiet(&self, object: Option<&Ref>, on_path: bool) -> bool {
        self.branch.is_some()
            && !on_path
            && !object.is_some_and(|object| self.involved.contains(object))
    }

    /// The words of a card.
    pub fn card(&self, object: &Ref) -> Card {
        let mut card = Card {
            icon: icons::of_kind(object.kind),
            name: self.texts.object(object),
            ..Card::default()
        };
        match object.kind {
            Kind::Pod => self.pod_card(object, &mut card),
            Kind::Service => self.service_card(object, &mut card),
            Kind::Host => self.host_card(object, &mut card),
            Kind::LoadBalancer => self.balancer_card(object, &mut card),
            Kind::AzureDns => "168.63.129.16".clone_into(&mut card.address),
            Kind::Metadata => "169.254.169.254".clone_into(&mut card.address),
            Kind::Gateway => card.note = self.texts.get("scene-gateway"),
            Kind::Firewall if self.network.firewall(&object.name).is_some() => {
                self.firewall_card(object, &mut card);
            }
            Kind::AppGateway if self.network.app_gateway(&object.name).is_some() => {
                self.app_gateway_card(object, &mut card);
            }
            Kind::Storage => self.storage_card(object, &mut card),
            Kind::DnsZone | Kind::PrivateDnsZone => self.zone_card(object, &mut card),
            Kind::Ingress => self.ingress_card(object, &mut card),
            Kind::PrivateEndpoint if self.network.private_endpoint(&object.name).is_some() => {
                self.endpoint_card(object, &mut card);
            }
            Kind::NatGateway => self.nat_card(object, &mut card),
            _ => {
                card.unsupported = self.network.unmodelled.contains(object);
                if card.unsupported {
                    card.note = self.texts.get("scene-not-simulated");
                }
            }
        }
        card
    }

    fn pod_card(&self, object: &Ref, card: &mut Card) {
        let Some(pod) = self.pod(object) else { return };
        card.address = pod.ip().map(|ip| ip.to_string()).unwrap_or_default();
        let label = pod
            .meta
            .labels
            .iter()
            .find(|(key, _)| matches!(&***key, "app" | "k8s-app" | "app.kubernetes.io/name"));
        card.note = if pod.terminating {
            self.texts.get("scene-terminating")
        } else if !pod.ready {
            self.texts.get("scene-not-ready")
        } else {
            label
                .map(|(key, value)| format!("{key}={value}"))
                .unwrap_or_default()
        };
        origin(&pod.meta, card);
    }

    fn service_card(&self, object: &Ref, card: &mut Card) {
        let Some(service) = self.services.get(&(&*object.scope, &*object.name)) else {
            return;
        };
        card.note = if service.headless {
            self.texts.get("scene-headless")
        } else {
            service.service_type.as_str().to_owned()
        };
        let port = service.ports.first().map(|port| port.port);
        card.address = match (service.cluster_ips.first(), port) {
            (Some(ip), Some(port)) => format!("{ip}:{port}"),
            (Some(ip), None) => ip.to_string(),
            (None, _) => service
                .external_name
                .as_deref()
                .unwrap_or_default()
                .to_owned(),
        };
        origin(&service.meta, card);
    }

    fn host_card(&self, object: &Ref, card: &mut Card) {
        let Some(host) = self.network.host(&object.name) else {
            return;
        };
        if host.network == HostNetwork::Internet {
            card.icon = "k-client";
        }
        card.address = host.ip.map(|ip| ip.to_string()).unwrap_or_default();
        host_note(host, card);
        origin(&host.meta, card);
    }

    fn balancer_card(&self, object: &Ref, card: &mut Card) {
        let Some(balancer) = self
            .network
            .load_balancers
            .iter()
            .find(|balancer| balancer.meta.name == object.name)
        else {
            return;
        };
        // The outbound address is only interesting where nothing comes in.
        let frontend = balancer
            .frontends
            .iter()
            .find(|frontend| frontend.caused_by.kind == Kind::Service)
            .or_else(|| balancer.frontends.first());
        card.address = self
            .outbound_address(object)
            .or(frontend.map(|frontend| frontend.ip.to_string()))
            .unwrap_or_default();
        origin(&balancer.meta, card);
        card.made_from = frontend
            .map(|frontend| frontend.caused_by.clone())
            .filter(|cause| cause.kind == Kind::Service)
            .or(card.made_from.take());
    }

    /// The address that the shown request leaves with, where a load balancer translates it.
    fn outbound_address(&self, balancer: &Ref) -> Option<String> {
        let trace = &self.branch?.connection.original;
        let mut steps = trace.steps().filter(|(place, _)| *place == balancer);
        steps.find_map(|(_, step)| {
            let translated = matches!(step.detail, Detail::Translated { .. });
            translated.then(|| step.after.source.to_string())
        })
    }

    fn firewall_card(&self, object: &Ref, card: &mut Card) {
        let Some(found) = self.network.firewall(&object.name) else {
            return;
        };
        let private = firewall::private_address(self.network, found);
        card.address = private.map(|ip| ip.to_string()).unwrap_or_default();
        let public = firewall::public_addresses(self.network, found);
        card.note = public.first().map(ToString::to_string).unwrap_or_default();
        origin(&found.meta, card);
    }

    fn app_gateway_card(&self, object: &Ref, card: &mut Card) {
        let Some(found) = self.network.app_gateway(&object.name) else {
            return;
        };
        let frontends = found.frontends.iter();
        let mut addresses = frontends.filter_map(|it| appgateway::address(self.network, it));
        card.address = addresses
            .next()
            .map(|ip| ip.to_string())
            .unwrap_or_default();
        card.note = found.tier.to_string();
        origin(&found.meta, card);
    }

    fn storage_card(&self, object: &Ref, card: &mut Card) {
        let mut accounts = self.network.storage_accounts.iter();
        if let Some(account) = accounts.find(|it| it.meta.name == object.name) {
            card.address = account.ip.map(|ip| ip.to_string()).unwrap_or_default();
            card.note = account.location.to_string();
        }
    }

    /// A private endpoint has its address and what it leads to.
    fn endpoint_card(&self, object: &Ref, card: &mut Card) {
        let Some(endpoint) = self.network.private_endpoint(&object.name) else {
            return;
        };
        let address = endpoint.ips.first();
        card.address = address.map(ToString::to_string).unwrap_or_default();
        let target = endpoint.connection().map(|it| it.resource.to_string());
        card.note = target.unwrap_or_default();
        origin(&endpoint.meta, card);
    }

    /// An Ingress names its host, or `*`.
    fn ingress_card(&self, object: &Ref, card: &mut Card) {
        let mut ingresses = self.network.ingresses.iter();
        let Some(ingress) = ingresses.find(|it| it.reference() == *object) else {
            return;
        };
        let host = ingress.rules.iter().find(|rule| !rule.host.is_empty());
        let host = host.map_or("*", |rule| &*rule.host);
        host.clone_into(&mut card.address);
        origin(&ingress.meta, card);
    }

    /// A private zone names the virtual networks that see it, a public one the types of its records.
    fn zone_card(&self, object: &Ref, card: &mut Card) {
        let mut zones = self.network.dns_zones.iter();
        let Some(zone) = zones.find(|zone| zone.reference() == *object) else {
            return;
        };
        let links: Vec<&str> = zone.links.iter().map(|link| &*link.vnet).collect();
        card.address = links.join(", ");
        if !zone.private {
            let mut types: Vec<&str> = zone
                .records
                .iter()
                .map(|it| it.data.record_type())
                .collect();
            types.sort_unstable();
            types.dedup();
            card.address = types.join(", ");
        }
        origin(&zone.meta, card);
    }

    fn nat_card(&self, object: &Ref, card: &mut Card) {
        let gateway = self
            .network
            .nat_gateways
            .iter()
            .find(|gateway| gateway.meta.name == object.name);
        let ip = gateway
            .and_then(|gateway| gateway.public_ips.first())
            .and_then(|name| self.network.public_ip(name))
            .and_then(|public| public.ip);
        card.address = ip.map(|ip| ip.to_string()).unwrap_or_default();
    }

    /// What an object without a card is called for assistive technology: its kind and name, and what is out of order.
    pub fn called(&self, object: &Ref) -> String {
        let card = Card {
            name: self.texts.object(object),
            ..Card::default()
        };
        self.spoken(object, &card, None)
    }

    /// The name of an object for assistive technology: kind, name, address, container, origin.
    pub fn spoken(&self, object: &Ref, card: &Card, container: Option<&Ref>) -> String {
        let kind = self
            .texts
            .get(&format!("scene-kind-{}", object.kind.as_str()));
        let mut text = if object.name.is_empty() {
            card.name.clone()
        } else {
            format!("{kind} {}", card.name)
        };
        if !card.address.is_empty() {
            // As a box shows them: name and address in a row.
            text = format!("{text} {}", card.address);
        }
        if let Some(container) = container {
            let place = self
                .texts
                .message("scene-on", &[("place", container.clone().into())]);
            text = format!("{text}, {place}");
        }
        if let Some(state) = self.state(object) {
            text = format!("{text}, {state}");
        }
        if let Some(from) = &card.made_from {
            let made = self
                .texts
                .message("scene-made-from", &[("cause", from.clone().into())]);
            text = format!("{text}, {made}");
        }
        text
    }
}

fn host_note(host: &Host, card: &mut Card) {
    let first = host.listens.as_ref().and_then(|ports| ports.first());
    if let Some(listen) = first {
        card.note = format!("{} {}", listen.protocol, listen.port);
    }
}

fn origin(meta: &Meta, card: &mut Card) {
    match &meta.origin {
        Origin::Derived { from, .. } => {
            card.derived = true;
            card.made_from = Some(from.clone());
        }
        Origin::Assumed => card.derived = true,
        Origin::Written { .. } => {}
    }
}
