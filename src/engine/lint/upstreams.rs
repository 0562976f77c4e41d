//! What stands behind the proxies: whether ingress controllers and Application Gateways reach the servers that they send
//! requests to.
//!
//! Of the servers of one Service, or the members of one pool, at most [`WALKS`] are asked.

use super::exposure::{Asked, Told, WALKS, request};
use super::warning;
use crate::engine::appgateway::health::Health;
use crate::engine::appgateway::is_before_overlay;
use crate::engine::dataplane::Dataplane;
use crate::engine::ingress::Controller;
use crate::engine::trace::Cause;
use crate::engine::walk::{self, Probed};
use crate::model::appgateway::{MemberAddress, PoolMember};
use crate::model::diagnostic::Diagnostic;
use crate::model::packet::Protocol;

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    // That a pod waits for a node is found elsewhere.
    let network = &plane.network;
    let runs = |it: &Controller<'_>| {
        let node = it.pod().node_name.as_ref();
        node.is_some_and(|it| network.node(it).is_some())
    };
    for controller in Controller::all(network).into_iter().filter(runs) {
        let place = controller.place();
        let mut told = Told::default();
        for ((service, _), servers) in controller.upstreams() {
            for server in servers.iter().take(WALKS) {
                let door = (server.address, server.port, Protocol::Tcp);
                let flow = request(&place, door);
                let asked = Asked {
                    flow: Some(&flow),
                    what: service.to_string(),
                    about: Cause::object(service.clone()),
                    by: &place,
                    at: (server.address, server.port),
                    lost: Some("ingress-backend-unreachable"),
                };
                for branch in walk::sample(plane, &flow, 1) {
                    told.tell(&asked, &branch.connection, problems);
                }
            }
        }
    }
    let mut told = Told::default();
    for probed in walk::probed(plane) {
        // That one before an overlay is not modelled is said elsewhere.
        if !is_before_overlay(network, probed.gateway) {
            members(&probed, &mut told, problems);
        }
    }
}

/// The members of a pool that do not answer as their probe wants.
fn members(probed: &Probed<'_>, told: &mut Told, problems: &mut Vec<Diagnostic>) {
    let (gateway, pool) = (probed.gateway.reference(), probed.pool);
    let (port, made) = probed.probe();
    let mut answered = None;
    for (member, health) in probed.members().take(WALKS) {
        match health {
            Health::Lost(connection) => {
                let MemberAddress::Ip(address) = &member.address else {
                    continue;
                };
                let (what, about) = what(probed, member);
                let asked = Asked {
                    flow: None,
                    what,
                    about,
                    by: &gateway,
                    at: (*address, port),
                    lost: Some("appgw-backend-unreachable"),
                };
                told.tell(&asked, &connection, problems);
            }
            Health::Status(status) => answered = answered.or(Some((member, status))),
            Health::Healthy | Health::NotReady | Health::NotYetAsked => {}
        }
    }
    if let Some((member, status)) = answered {
        let message = format!(
            "the probe of {gateway} for `{}` is answered with {status} by {}, so that no request goes there",
            pool.name, member.address
        );
        problems.push(
            warning("appgw-probe-status", message)
                .about(made.object)
                .field(made.field.to_string()),
        );
    }
}

/// How findings name a member, and what they are about: its pod, the Service of its pool, or the pool alone.
fn what(probed: &Probed<'_>, member: &PoolMember) -> (String, Cause) {
    let pool = probed.pool;
    match member.pod.as_ref().or(pool.service.as_ref()) {
        Some(known) => (known.to_string(), Cause::object(known.clone())),
        None => (
            format!("`{}`", pool.name),
            Cause::field(pool.made.object.clone(), pool.made.field.clone()),
        ),
    }
}
