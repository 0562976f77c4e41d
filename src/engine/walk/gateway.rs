//! Application Gateway on the way of a request: an instance ends the connection, finds listener, rule and pool,
//! and opens a connection of its own to a member that answers its probe.

mod probe;

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::{At, Machine};
use super::proxy::{Failure, MAX_PROXIES, outcome};
use super::walker::{Members, Next, Refusals, Walker};
pub use probe::{Probed, backends, probed, timing};

use crate::engine::appgateway::decide::{self, Forward, Outcome};
use crate::engine::appgateway::health::Health;
use crate::engine::appgateway::{cause, frontend_address, is_before_overlay};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::netfilter::conntrack::Tuple;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition, Exchange, Pick, Translation};
use crate::model::appgateway::{AppGateway, MemberAddress, PoolMember};
use crate::model::many::Many;
use crate::model::object::Ref;
use crate::model::packet::{CLIENT_PORT, Packet, Protocol};

impl<'a> Walker<'a, '_> {
    /// The public frontend: Azure gives the connection to one of the instances.
    pub fn enter_gateway_by_public_ip(&mut self, place: &Ref) -> Next<'a> {
        let gateway = self.network().app_gateway(&place.name);
        let Some((gateway, nic)) = gateway.zip(self.plane.addresses.nic(place)) else {
            return self.nobody(place);
        };
        let known = self.instance_of_open(place);
        let Some(instance) = known.or_else(|| self.pick_instance(gateway)) else {
            return self.nobody(place);
        };
        let after = Packet {
            destination: instance,
            ..self.packet.clone()
        };
        let why = Explanation::new("why-appgw-instance")
            .with("gateway", place.clone())
            .with("address", self.packet.destination)
            .with("instance", instance);
        let detail = Detail::Translated {
            translation: Translation::between(&self.packet, &after),
            rule: nic
                .public_ip
                .clone()
                .unwrap_or_else(|| Arc::from("public IP")),
        };
        let finding = Finding::new(Stage::AzurePublicIp, detail, why)
            .caused_by(Cause::field(
                place.clone(),
                "properties.frontendIPConfigurations",
            ))
            .documented_by(Source::AppGateway);
        self.translate_in_azure(place, after, finding);
        ControlFlow::Continue(At::NicIn(nic))
    }

    /// The instance that has this connection already.
    fn instance_of_open(&self, place: &Ref) -> Option<IpAddr> {
        let tuple = Tuple::of(&self.packet);
        let mut known = self.azure_nat.iter();
        let nat = known.find(|nat| nat.place == *place && nat.entry.original == tuple)?;
        Some(nat.entry.reply.source)
    }

    /// Any of the instances alike.
    fn pick_instance(&mut self, gateway: &AppGateway) -> Option<IpAddr> {
        let all = match self.members {
            Members::All => gateway.instances.as_slice(),
            Members::OneOfEachKind => gateway.instances.get(..1)?,
        };
        let index = self.choice.pick(&vec![1.0; all.len()])?;
        if all.len() > 1 {
            let text = |address: &IpAddr| Arc::from(address.to_string());
            self.picks.push(Pick {
                by: gateway.reference(),
                at: None,
                picked: text(all.get(index)?),
                candidates: all.iter().map(text).collect(),
            });
        }
        all.get(index).copied()
    }

    /// An instance has the packet.
    pub fn enter_gateway(&mut self, gateway: &'a AppGateway, address: IpAddr) -> Next<'a> {
        let place = gateway.reference();
        let private = gateway.frontends.iter();
        let private = private
            .filter(|it| it.private())
            .find(|it| it.private_ip == Some(address));
        let translated = self.azure_nat.iter().any(|nat| nat.place == place);
        let public = gateway.frontend(false).filter(|_| translated);
        let Some(frontend) = private.or(public) else {
            let why = Explanation::new("why-appgw-not-a-frontend")
                .with("gateway", place.clone())
                .with("address", address);
            let ends = Disposition::NoSuchAddress;
            return self.end(&place, Stage::AppGwListener, ends, why, None);
        };
        if let Some(target) = &gateway.shared {
            let what = format!(
                "what AzureIngressProhibitedTarget {} leaves of the gateway",
                target.name
            );
            let cause = Some(Cause::object(target.clone()));
            return self.not_modelled(&place, Stage::AppGwListener, &what, cause);
        }
        let port = self.packet.destination_port;
        let tcp = self.packet.protocol == Protocol::Tcp;
        if !tcp || !decide::listens(gateway, &frontend.name, port) {
            let unused = decide::unused_listener(gateway, &frontend.name, port);
            let ends = Disposition::NoSuchAddress;
            if let Some(listener) = unused.filter(|_| tcp) {
                let why = Explanation::new("why-appgw-listener-unused")
                    .with("gateway", place.clone())
                    .with("listener", listener.name.clone())
                    .with("port", i64::from(port));
                let cause = Some(Cause::field(
                    place.clone(),
                    "properties.requestRoutingRules",
                ));
                return self.end(&place, Stage::AppGwListener, ends, why, cause);
            }
            let why = Explanation::new("why-appgw-no-listener")
                .with("gateway", place.clone())
                .with("protocol", self.packet.protocol.as_str())
                .with("port", i64::from(port));
            let cause = Some(Cause::field(place.clone(), "properties.httpListeners"));
            return self.end(&place, Stage::AppGwListener, ends, why, cause);
        }
        if self.proxies >= MAX_PROXIES {
            let why = Explanation::new("why-ingress-circle").with("controller", place.clone());
            let ends = Disposition::Looped;
            return self.end(&place, Stage::AppGwListener, ends, why, None);
        }
        self.receive(Machine::Gateway(gateway, address));
        let Some(http) = self.packet.http.clone() else {
            return ControlFlow::Break(Disposition::Delivered);
        };
        // What the client asked for, as headers name it: the frontend's own address and port.
        let decision = decide::decide(gateway, &frontend.name, &self.packet, &http);
        for finding in decision.findings {
            self.recorder.step(&place, &self.packet, finding);
        }
        match decision.outcome {
            Outcome::Answered => ControlFlow::Break(Disposition::Delivered),
            Outcome::NotModelled { stage, what, cause } => {
                self.unreceive();
                self.not_modelled(&place, stage, &what, Some(cause))
            }
            Outcome::Forward(forward) => {
                let own = frontend_address(self.network(), gateway, true) == Some(address);
                let instance = if own {
                    self.pick_instance(gateway)
                } else {
                    Some(address)
                };
                let instance = instance.unwrap_or(address);
                self.pass_to_pool((gateway, instance), &forward)
            }
        }
    }

    fn pass_to_pool(
        &mut self,
        (gateway, instance): (&'a AppGateway, IpAddr),
        forward: &Forward<'a>,
    ) -> Next<'a> {
        let place = gateway.reference();
        let pool = forward.pool;
        if let Some(name) = pool.members.iter().find_map(name_of) {
            self.unreceive();
            let what = format!("the backend {name}, which is named instead of addressed");
            let cause = Some(cause(&pool.made));
            return self.not_modelled(&place, Stage::AppGwPool, &what, cause);
        }
        if pool.members.is_empty() {
            let why = Explanation::new("why-appgw-empty")
                .with("gateway", place.clone())
                .with("pool", pool.name.clone());
            return self.fail(&place, forward, 502, why);
        }
        if is_before_overlay(self.network(), gateway) {
            self.unreceive();
            let what = "an Application Gateway that reaches pods of an overlay";
            let cause = Some(cause(&pool.made));
            return self.not_modelled(&place, Stage::AppGwPool, what, cause);
        }
        let health = self.health(gateway, forward);
        let mut usable: Vec<usize> = (0..pool.members.len())
            .filter(|index| health.get(*index).is_none_or(Health::is_healthy))
            .collect();
        self.record_health(gateway, forward, &health);
        if usable.is_empty() && self.refusals == Refusals::Pass {
            usable = (0..pool.members.len()).collect();
        }
        if usable.is_empty() {
            self.record_failed_probe(gateway, forward, &health);
            let why = Explanation::new("why-appgw-none-healthy")
                .with("gateway", place.clone())
                .with("pool", pool.name.clone());
            return self.fail(&place, forward, 502, why);
        }
        self.connect_to_member((gateway, instance), forward, &usable)
    }

    fn connect_to_member(
        &mut self,
        (gateway, instance): (&'a AppGateway, IpAddr),
        forward: &Forward<'a>,
        usable: &[usize],
    ) -> Next<'a> {
        let place = gateway.reference();
        let members = usable.iter().filter_map(|it| forward.pool.members.get(*it));
        let members: Vec<&PoolMember> = members.collect();
        let candidates: Many<Arc<str>> = members.iter().map(|it| member_name(it)).collect();
        let picked = self.choice.pick(&vec![1.0; members.len()]);
        let picked = picked.unwrap_or_default();
        let member = members.get(picked).copied();
        let Some((member, ip)) = member.and_then(|it| Some((it, ip_of(it)?))) else {
            return self.nobody(&place);
        };
        if members.len() > 1 {
            self.picks.push(Pick {
                by: forward
                    .pool
                    .service
                    .clone()
                    .unwrap_or_else(|| place.clone()),
                at: Some(place.clone()),
                picked: member_name(member),
                candidates: candidates.clone(),
            });
        }
        let mut request = forward.request.clone();
        let mut headers = forward.exchange.headers.clone();
        if forward.settings.pick_host && forward.settings.host.is_none() {
            request.host = ip.to_string().into();
            headers.retain(|(name, _)| *name != "Host");
            headers.insert(0, ("Host", request.host.clone()));
        }
        let packet = Packet {
            source: instance,
            source_port: CLIENT_PORT,
            destination: ip,
            destination_port: forward.settings.port,
            http: Some(Arc::new(request)),
            ..Packet::default()
        };
        let to = packet.destination_text();
        let upstream = self.open(Machine::Gateway(gateway, instance), packet);
        let answered = outcome(&upstream);
        let behind = upstream.upstream().and(upstream.http());
        let exchange = answered.is_ok().then(|| {
            Box::new(behind.unwrap_or(Exchange {
                headers,
                ..forward.exchange.clone()
            }))
        });
        let id = match (&answered, forward.settings.affinity) {
            (Ok(()), false) => "why-appgw-forwards",
            (Ok(()), true) => "why-appgw-forwards-cookie",
            (Err(_), _) => "why-appgw-fails",
        };
        let why = Explanation::new(id)
            .with("gateway", place.clone())
            .with("instance", instance)
            .with("to", to)
            .with("pool", forward.pool.name.clone());
        let received = upstream.received.clone();
        let detail = Detail::Proxied {
            candidates,
            picked: member_name(member),
            upstream: Box::new(upstream),
            exchange,
        };
        let finding = Finding::new(Stage::AppGwPool, detail, why)
            .caused_by(cause(&forward.settings.made))
            .documented_by(Source::AppGateway);
        self.recorder.step(&place, &self.packet, finding);
        match answered {
            Ok(()) => {
                self.behind = received;
                ControlFlow::Break(Disposition::Delivered)
            }
            Err(Failure::NotModelled(what)) => {
                self.unreceive();
                ControlFlow::Break(Disposition::NotModelled { what })
            }
            Err(Failure::Status(status)) => {
                // A gateway of the first version knows no 504.
                let status = if gateway.v2 { status } else { 502 };
                let why = Explanation::new("why-appgw-gateway-error")
                    .with("gateway", place.clone())
                    .with("status", i64::from(status))
                    .with("pool", forward.pool.name.clone());
                self.fail(&place, forward, status, why)
            }
        }
    }

    /// The gateway answers in place of a backend.
    fn fail(
        &mut self,
        place: &Ref,
        forward: &Forward<'_>,
        status: u16,
        why: Explanation,
    ) -> Next<'a> {
        let exchange = Box::new(Exchange {
            status,
            backend: forward.pool.service.clone(),
            headers: Vec::new(),
            tls: forward.exchange.tls.clone(),
        });
        let finding = Finding::new(Stage::AppGwPool, Detail::Answered { exchange }, why)
            .caused_by(cause(&forward.pool.made))
            .documented_by(Source::AppGatewayProbes);
        self.recorder.step(place, &self.packet, finding);
        ControlFlow::Break(Disposition::Delivered)
    }
}

fn ip_of(member: &PoolMember) -> Option<IpAddr> {
    match &member.address {
        MemberAddress::Ip(ip) => Some(*ip),
        MemberAddress::Name(_) => None,
    }
}

fn name_of(member: &PoolMember) -> Option<Arc<str>> {
    match &member.address {
        MemberAddress::Ip(_) => None,
        MemberAddress::Name(name) => Some(name.clone()),
    }
}

/// The pod, or the address.
fn member_name(member: &PoolMember) -> Arc<str> {
    match &member.pod {
        Some(pod) => Arc::from(pod.to_string()),
        None => Arc::from(member.address.to_string()),
    }
}
