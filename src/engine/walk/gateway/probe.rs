//! Health probes of an Application Gateway: an instance asks every member of a pool, and each probe is a walk.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ip_of, member_name};
use crate::engine::appgateway::cause;
use crate::engine::appgateway::decide::Forward;
use crate::engine::appgateway::health::{Beliefs, Health, Key};
use crate::engine::azure::finding::Finding;
use crate::engine::choice::Choice;
use crate::engine::dataplane::Dataplane;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Connection, Detail, Disposition};
use crate::engine::walk::machine::Machine;
use crate::engine::walk::proxy::{Failure, outcome};
use crate::engine::walk::recorder::Recorder;
use crate::engine::walk::walker::Walker;
use crate::model::appgateway::{
    AppGateway, DEFAULT_TIMING, GatewayProbe, HttpSettings, Made, Pool, PoolMember,
};
use crate::model::object::Ref;
use crate::model::packet::{CLIENT_PORT, HttpRequest, Packet};

/// A pool that a rule leads to with some settings, and the probe that asks its members.
pub struct Probed<'a> {
    /// The gateway.
    pub gateway: &'a AppGateway,
    /// The pool.
    pub pool: &'a Pool,
    /// The settings.
    pub settings: &'a HttpSettings,
    plane: &'a Dataplane,
}

impl<'a> Probed<'a> {
    /// Asks the members, one after the other.
    pub fn members(&self) -> impl Iterator<Item = (&'a PoolMember, Health)> {
        let probe = probe_of(self.gateway, self.settings);
        let (plane, gateway, settings) = (self.plane, self.gateway, self.settings);
        let ask = move |member| probe_member((plane, 0), gateway, member, (settings, &probe));
        self.pool.members.iter().map(move |it| (it, ask(it)))
    }

    /// The port that the probe asks, and what wrote the probe.
    pub fn probe(&self) -> (u16, Made) {
        let probe = probe_of(self.gateway, self.settings);
        (probe.port.unwrap_or(self.settings.port), probe.made)
    }
}

/// Every pool that a rule leads to, once with each of its settings.
pub fn probed(plane: &Dataplane) -> Vec<Probed<'_>> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for gateway in &plane.network.app_gateways {
        if gateway.instances.is_empty() {
            continue;
        }
        let config = &gateway.config;
        for (target, _) in config.targets() {
            let pool = target.pool.as_deref().and_then(|it| config.pool(it));
            let settings = target.settings.as_deref().and_then(|it| config.setting(it));
            let Some((pool, settings)) = pool.zip(settings) else {
                continue;
            };
            if seen.insert(key(gateway, pool, settings)) {
                all.push(Probed {
                    gateway,
                    pool,
                    settings,
                    plane,
                });
            }
        }
    }
    all
}

/// Who would answer a probe now.
pub fn backends(plane: &Dataplane) -> Beliefs {
    let answers = |probed: Probed<'_>| {
        let healthy = probed
            .members()
            .map(|(member, health)| (member_name(member), health.is_healthy()));
        (
            key(probed.gateway, probed.pool, probed.settings),
            healthy.collect(),
        )
    };
    probed(plane).into_iter().map(answers).collect()
}

/// How often the probe of a gateway's settings asks, in seconds, and after how many failures it believes them.
pub fn timing(gateway: &AppGateway, settings: &str) -> (u32, u32) {
    let settings = gateway.config.setting(settings);
    let timing = settings.map_or(DEFAULT_TIMING, |it| probe_of(gateway, it).timing);
    (timing.0, timing.2)
}

fn key(gateway: &AppGateway, pool: &Pool, settings: &HttpSettings) -> Key {
    let gateway = gateway.meta.name.clone();
    (gateway, pool.name.clone(), settings.name.clone())
}

impl<'a> Walker<'a, '_> {
    /// What probes find out. A probe that comes to a gateway itself takes all members there for healthy.
    pub(super) fn health(&self, gateway: &'a AppGateway, forward: &Forward<'a>) -> Arc<[Health]> {
        let (pool, settings) = (forward.pool, forward.settings);
        if self.probing {
            return pool.members.iter().map(|_| Health::Healthy).collect();
        }
        let probe = || self.probe_pool(gateway, pool, settings);
        let cells = &self.plane.gateway_health;
        let found = cells.get(&gateway.meta.name, &pool.name, &settings.name, probe);
        let believed = &self.plane.outage().backends;
        let Some(believed) = believed.get(&key(gateway, pool, settings)) else {
            return found;
        };
        let members = pool.members.iter().zip(found.iter());
        let believe = |(member, found): (&PoolMember, &Health)| match (
            believed.get(&member_name(member)),
            found.is_healthy(),
        ) {
            (Some(true), _) => Health::Healthy,
            (Some(false), true) => Health::NotYetAsked,
            _ => found.clone(),
        };
        members.map(believe).collect()
    }

    fn probe_pool(
        &self,
        gateway: &'a AppGateway,
        pool: &Pool,
        settings: &HttpSettings,
    ) -> Arc<[Health]> {
        let probe = probe_of(gateway, settings);
        let members = pool.members.iter();
        let asker = (self.plane, self.proxies);
        let health = members.map(|it| probe_member(asker, gateway, it, (settings, &probe)));
        health.collect()
    }

    pub(super) fn record_health(
        &mut self,
        gateway: &AppGateway,
        forward: &Forward<'_>,
        health: &[Health],
    ) {
        let probe = probe_of(gateway, forward.settings);
        let (mut healthy, mut unhealthy) = (Vec::new(), Vec::new());
        for (member, health) in forward.pool.members.iter().zip(health) {
            let list = if health.is_healthy() {
                &mut healthy
            } else {
                &mut unhealthy
            };
            list.push(member_name(member));
        }
        let count = |list: &[Arc<str>]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        let why = Explanation::new("why-appgw-probed")
            .with("pool", forward.pool.name.clone())
            .with("path", probe.path.clone())
            .with("healthy", count(&healthy))
            .with("unhealthy", count(&unhealthy));
        let detail = Detail::Probed {
            probe: probe.name.clone(),
            healthy: healthy.into(),
            unhealthy: unhealthy.into(),
        };
        let finding = Finding::new(Stage::AppGwPool, detail, why)
            .caused_by(cause(&probe.made))
            .documented_by(Source::AppGatewayProbes);
        let place = gateway.reference();
        self.recorder.step(&place, &self.packet, finding);
    }

    /// Shows why the first member is down: the probe's own walk, or what it was answered.
    pub(super) fn record_failed_probe(
        &mut self,
        gateway: &AppGateway,
        forward: &Forward<'_>,
        health: &[Health],
    ) {
        let place = gateway.reference();
        let Some((member, health)) = forward.pool.members.iter().zip(health).next() else {
            return;
        };
        let why = |id: &'static str| {
            Explanation::new(id)
                .with("gateway", place.clone())
                .with("member", member_name(member))
        };
        let refused = |by: &str| Detail::Refused { by: Arc::from(by) };
        let (detail, why) = match health {
            Health::Healthy => return,
            Health::NotReady => (refused("not ready"), why("why-appgw-probe-not-ready")),
            Health::NotYetAsked => (refused("not asked yet"), why("why-appgw-probe-not-yet")),
            Health::Status(status) => (
                refused(&status.to_string()),
                why("why-appgw-probe-status").with("status", i64::from(*status)),
            ),
            Health::Lost(connection) => {
                let (end, stage) = lost_at(connection);
                let why = why("why-appgw-probe-lost")
                    .with("place", end)
                    .with("stage", stage);
                let detail = Detail::Proxied {
                    candidates: forward.pool.members.iter().map(member_name).collect(),
                    picked: member_name(member),
                    upstream: connection.clone(),
                    exchange: None,
                };
                (detail, why)
            }
        };
        let finding = Finding::new(Stage::AppGwPool, detail, why)
            .caused_by(cause(&probe_of(gateway, forward.settings).made))
            .documented_by(Source::AppGatewayProbes);
        self.recorder.step(&place, &self.packet, finding);
    }
}

/// One probe is a walk of its own, behind so many proxies.
fn probe_member<'a>(
    (plane, proxies): (&'a Dataplane, usize),
    gateway: &'a AppGateway,
    member: &PoolMember,
    (settings, probe): (&HttpSettings, &GatewayProbe),
) -> Health {
    if probe.readiness && !member.ready {
        return Health::NotReady;
    }
    let instance = gateway.instances.first().copied();
    let Some((ip, instance)) = ip_of(member).zip(instance) else {
        return Health::Healthy;
    };
    let host = probe.host.clone().or_else(|| settings.host.clone());
    let request = HttpRequest {
        tls: probe.tls,
        host: host.unwrap_or_else(|| Arc::from("127.0.0.1")),
        path: probe.path.clone(),
    };
    let packet = Packet {
        source: instance,
        source_port: CLIENT_PORT,
        destination: ip,
        destination_port: probe.port.unwrap_or(settings.port),
        http: Some(Arc::new(request)),
        ..Packet::default()
    };
    let mut choice = Choice::first();
    let sender = Machine::Gateway(gateway, instance);
    let mut walker = Walker::new(plane, &mut choice, sender, packet, Recorder::default());
    walker.probing = true;
    walker.proxies = proxies + 1;
    let connection = walker.connect();
    match outcome(&connection) {
        Err(Failure::NotModelled(_)) => Health::Healthy,
        Err(Failure::Status(_)) => Health::Lost(Box::new(connection)),
        Ok(()) => match connection.http().map(|http| http.status) {
            Some(status) if !probe.accepts(status) => Health::Status(status),
            _ => Health::Healthy,
        },
    }
}

/// Where a probe, or its answer, was lost.
fn lost_at(connection: &Connection) -> (Ref, &'static str) {
    let original = &connection.original;
    let trace = match (&original.disposition, &connection.reply) {
        (Disposition::Delivered, Some(reply)) => reply,
        _ => original,
    };
    match trace.last_step() {
        Some((place, step)) => (place.clone(), step.stage.as_str()),
        None => (Ref::bare(crate::model::object::Kind::Unknown), ""),
    }
}

/// The probe of settings, or the one that a gateway has for those without.
fn probe_of(gateway: &AppGateway, settings: &HttpSettings) -> GatewayProbe {
    let named = settings.probe.as_deref();
    let found = named.and_then(|name| gateway.config.probe(name));
    found.cloned().unwrap_or_else(|| GatewayProbe {
        name: Arc::from("default probe"),
        tls: settings.tls,
        path: Arc::from("/"),
        timing: DEFAULT_TIMING,
        made: settings.made.clone(),
        ..GatewayProbe::default()
    })
}
