//! The validator: what a scenario cannot be, should not be, or does not do as its author may think.
//!
//! [`check`] reads the completed network and costs little, so that the page runs it at every edit; [`deep`]
//! asks health probes and walks packets. What a packet does is never worked out here: [`exposure`] reads the traces of
//! [`crate::engine::walk`].
//! Errors are what AKS or Azure refuses, warnings what it does not support or what is probably not meant, infos
//! what has no effect. What each finding leads to is a sentence by its code (`consequence-CODE`), and where it is
//! documented stands in [`catalogue`], and in [`controllers`] for what they find.
//!
//! Further checks stand beside what they check: `checks` of [`super::azure`], [`super::netfilter`],
//! [`super::policy`], [`super::ingress`] and [`super::dns`].

mod annotations;
pub mod catalogue;
mod combinations;
pub mod controllers;
mod egress;
mod elsewhere;
mod exposure;
mod hybrid;
mod limits;
mod models;
mod nat_gateway;
mod nobody;
mod outbound_rule;
mod private_link;
mod ranges;
mod required;
mod routes;
mod rule_space;
mod senders;
mod services;
mod shadow;
mod support;
mod upstreams;

#[cfg(test)]
mod tests;

use super::dataplane::Dataplane;
use super::events::Timeline;
use super::trace::{Cause, Disposition, Step, Trace};
use crate::model::diagnostic::{Diagnostic, error, info, warning};
use crate::model::kube::Origin;
use crate::model::object::Ref;

/// Every problem that needs no packet to be seen, by area, each in the order of the network.
pub fn check(plane: &Dataplane) -> Vec<Diagnostic> {
    let network = &*plane.network;
    let mut problems = Vec::new();
    ranges::check(network, &mut problems);
    limits::check(network, &mut problems);
    combinations::check(network, &mut problems);
    models::check(network, &mut problems);
    nat_gateway::check(network, &mut problems);
    annotations::check(network, &mut problems);
    support::check(network, &mut problems);
    outbound_rule::check(network, &mut problems);
    required::check(network, &mut problems);
    hybrid::check(network, &mut problems);
    routes::check(plane, &mut problems);
    private_link::check(plane, &mut problems);
    shadow::check(plane, &mut problems);
    elsewhere::check(plane, &mut problems);
    nobody::check(plane, &mut problems);
    services::endpoints(network, &mut problems);
    problems
}

/// Every problem that is found by asking probes and walking packets.
pub fn deep(plane: &Dataplane) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    services::probes(plane, &mut problems);
    exposure::check(plane, &mut problems);
    upstreams::check(plane, &mut problems);
    egress::check(plane, &mut problems);
    if !plane.network.events.is_empty() {
        problems.extend(Timeline::of(&plane.network).problems);
    }
    problems
}

/// Whether somebody wrote the object down.
fn written(origin: &Origin) -> bool {
    matches!(origin, Origin::Written { .. })
}

/// The last place and step of a walk that was lost; `None` where it arrived, or nobody can tell.
fn lost(trace: &Trace) -> Option<(&Ref, &Step)> {
    match &trace.disposition {
        Disposition::Delivered | Disposition::NotModelled { .. } => None,
        _ => trace.last_step(),
    }
}

/// Where and by what a walk ended, in one phrase.
fn ended(place: &Ref, step: &Step) -> String {
    match step.rule() {
        Some(rule) if !rule.is_empty() => format!("{place} ({}, `{rule}`)", step.stage.as_str()),
        _ => format!("{place} ({})", step.stage.as_str()),
    }
}

/// Points at a cause.
fn blamed(problem: Diagnostic, cause: &Cause) -> Diagnostic {
    problem
        .about(cause.object.clone())
        .field(cause.field.to_string())
}
