//! Whether a flow's walks are what its `expect` says: section by section of the contract's table.
//!
//! Every key that is given must hold. Sets (`receivers`, `source`, `destination`,
//! `replySource`) are gathered over all branches; `via`, `avoids` and `endsAt`
//! must hold on each branch. `via` and `avoids` look at the request's own walk:
//! its places and stages in order, without the walks of DNS queries and without the reply.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::stage::Stage;
use super::trace::{Branch, Trace, TraceResult, Verdict};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::flow::{EndsAt, Expect, HttpExpect};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;

/// One expectation that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The key of `expect`, such as `endsAt.stage`.
    pub key: String,
    /// What was expected.
    pub expected: String,
    /// What is.
    pub actual: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, got {}",
            self.key, self.expected, self.actual
        )
    }
}

/// How far a probability may be off: people write a third with three digits.
const TOLERANCE: f64 = 1e-3;

/// What of `expect` does not hold for `result`; empty where all holds.
///
/// A workload such as `deployment/shop/web` stands for any of its pods in `network`.
pub fn evaluate(network: &Network, result: &TraceResult, expect: &Expect) -> Vec<Mismatch> {
    let mut checks = Checks {
        network,
        result,
        mismatches: Vec::new(),
    };
    checks.verdict(expect);
    checks.sets(expect);
    checks.via(&expect.via);
    checks.avoids(&expect.avoids);
    if let Some(ends_at) = &expect.ends_at {
        checks.ends_at(ends_at);
    }
    checks.probability(&expect.probability);
    if let Some(http) = &expect.http {
        checks.http(http);
    }
    checks.mismatches
}

/// What stands in `via` or `avoids` and is neither a stage nor a place: no walk goes there, so that a
/// misspelt `avoids` would always hold.
pub fn unknown_stops(network: &Network) -> Vec<Diagnostic> {
    let known = |name: &str| {
        Stage::ALL.iter().any(|stage| stage.as_str() == name) || name.parse::<Ref>().is_ok()
    };
    let mut problems = Vec::new();
    for flow in &network.flows {
        let Some(expect) = &flow.expect else { continue };
        for (key, names) in [("via", &expect.via), ("avoids", &expect.avoids)] {
            for name in names.iter().filter(|name| !known(name)) {
                let message = format!("`spec.expect.{key}` names what no walk can pass");
                let problem = Diagnostic::new(Severity::Error, "unknown-stop", message)
                    .about(flow.meta.reference(Kind::Flow))
                    .field(format!("spec.expect.{key}"))
                    .found(
                        format!("`{name}`"),
                        "a stage such as `azure.route`, or a place such as `node/n0`",
                    );
                problems.push(problem);
            }
        }
    }
    problems
}

/// How many owners of a pod are followed: pod, ReplicaSet, Deployment.
const MAX_OWNERS: usize = 4;

struct Checks<'a> {
    network: &'a Network,
    result: &'a TraceResult,
    mismatches: Vec<Mismatch>,
}

impl Checks<'_> {
    /// What a place may be called: its own name, and for a pod those of its workloads.
    fn names(&self, place: &Ref) -> Vec<Arc<str>> {
        let mut names = vec![Arc::from(place.to_string())];
        let pod = self.network.pod(&place.scope, &place.name);
        let mut owner = pod
            .filter(|_| place.kind == Kind::Pod)
            .and_then(|pod| pod.owner.clone());
        while let Some(workload) = owner.filter(|_| names.len() < MAX_OWNERS) {
            names.push(workload.to_string().into());
            let mut workloads = self.network.workloads.iter();
            let found = workloads.find(|other| other.reference() == workload);
            owner = found.and_then(|found| found.owner.clone());
        }
        names
    }

    /// The names of whoever got the packet.
    fn receiver(&self, branch: &Branch) -> Option<Vec<Arc<str>>> {
        let received = branch.connection.received.as_ref()?;
        Some(self.names(&received.receiver))
    }

    /// The names of the places and stages of a branch's request in order: each place before the stages at it.
    fn way(&self, branch: &Branch) -> Vec<Vec<Arc<str>>> {
        let mut stops = Vec::new();
        for hop in &branch.connection.original.hops {
            stops.push(self.names(&hop.place));
            stops.extend(
                hop.steps
                    .iter()
                    .map(|step| vec![Arc::from(step.stage.as_str())]),
            );
        }
        stops
    }

    /// How a branch ended: its request, or its reply where only that did not arrive; `None` where both did.
    fn end(&self, branch: &Branch) -> Option<End> {
        let connection = &branch.connection;
        let trace = [Some(&connection.original), connection.reply.as_ref()]
            .into_iter()
            .flatten()
            .find(|trace| trace.disposition.verdict() != Verdict::Delivered)?;
        let (place, step) = trace.last_step()?;
        Some(End {
            places: self.names(place),
            stage: step.stage.as_str(),
            rules: step.rule_names(),
            disposition: trace.disposition.as_str(),
        })
    }

    fn mismatch(
        &mut self,
        key: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) {
        self.mismatches.push(Mismatch {
            key: key.into(),
            expected: expected.into(),
            actual: actual.into(),
        });
    }

    fn verdict(&mut self, expect: &Expect) {
        let actual = self.result.verdict.as_str();
        if let Some(expected) = &expect.verdict
            && &**expected != actual
        {
            self.mismatch("verdict", &**expected, actual);
        }
        let Some(expected) = &expect.reply else {
            return;
        };
        let verdicts: BTreeSet<Verdict> = replies(self.result)
            .map(|reply| reply.disposition.verdict())
            .collect();
        let actual = match (verdicts.len(), verdicts.first()) {
            (0, _) | (_, None) => "no reply",
            (1, Some(verdict)) => verdict.as_str(),
            _ => Verdict::Mixed.as_str(),
        };
        if &**expected != actual {
            self.mismatch("reply", &**expected, actual);
        }
    }

    fn sets(&mut self, expect: &Expect) {
        let received = |look: fn(&Packet) -> String| -> BTreeSet<String> {
            let branches = self.result.branches.iter();
            let packets = branches.filter_map(|branch| branch.connection.received.as_ref());
            packets.map(|received| look(&received.packet)).collect()
        };
        let branches = self.result.branches.iter();
        let receivers = branches.filter_map(|branch| self.receiver(branch));
        let wished = expect.receivers.as_deref().unwrap_or_default();
        let receivers = receivers.map(|names| called(&names, wished)).collect();
        let sources = received(|packet| packet.source.to_string());
        let destinations = received(Packet::destination_text);
        let reply_sources = replies(self.result)
            .filter(|reply| reply.disposition.verdict() == Verdict::Delivered)
            .filter_map(|reply| Some(reply.last_step()?.1.after.source.to_string()))
            .collect();
        self.set("receivers", expect.receivers.as_deref(), &receivers);
        self.set("source", expect.source.as_deref(), &sources);
        self.set("destination", expect.destination.as_deref(), &destinations);
        self.set(
            "replySource",
            expect.reply_source.as_deref(),
            &reply_sources,
        );
    }

    fn set(&mut self, key: &str, expected: Option<&[Arc<str>]>, actual: &BTreeSet<String>) {
        let Some(expected) = expected else {
            return;
        };
        let expected: BTreeSet<String> = expected.iter().map(|text| canonical(text)).collect();
        if expected != *actual {
            self.mismatch(key, listed(&expected), listed(actual));
        }
    }

    fn via(&mut self, via: &[Arc<str>]) {
        if via.is_empty() {
            return;
        }
        let missing: Vec<(usize, &Arc<str>)> = self
            .result
            .branches
            .iter()
            .enumerate()
            .filter_map(|(index, branch)| Some((index, first_missing(&self.way(branch), via)?)))
            .collect();
        for (index, name) in missing {
            let actual = format!(
                "a walk without `{name}` at its place ({})",
                self.branch(index)
            );
            self.mismatch("via", via.join(", "), actual);
        }
    }

    fn avoids(&mut self, avoids: &[Arc<str>]) {
        for name in avoids {
            let found = self
                .result
                .branches
                .iter()
                .position(|branch| self.way(branch).iter().any(|stop| stop.contains(name)));
            if let Some(index) = found {
                let actual = format!("a walk through `{name}` ({})", self.branch(index));
                self.mismatch("avoids", &**name, actual);
            }
        }
    }

    fn ends_at(&mut self, expected: &EndsAt) {
        let branches = self.result.branches.iter();
        let ends: Vec<End> = branches.filter_map(|branch| self.end(branch)).collect();
        if ends.is_empty() {
            self.mismatch(
                "endsAt",
                "a walk that is not delivered",
                "every walk is delivered",
            );
        }
        let wishes = [
            ("place", &expected.place),
            ("stage", &expected.stage),
            ("rule", &expected.rule),
            ("disposition", &expected.disposition),
        ];
        for (key, wish) in wishes {
            let Some(wish) = wish else {
                continue;
            };
            let other = ends
                .iter()
                .map(|end| end.names(key))
                .find(|names| !names.contains(wish));
            if let Some(names) = other {
                let actual = names.first().map_or("nothing", |name| name);
                self.mismatch(format!("endsAt.{key}"), &**wish, actual);
            }
        }
    }

    fn probability(&mut self, expected: &BTreeMap<Arc<str>, f64>) {
        for (place, expected) in expected {
            let branches = self.result.branches.iter();
            let actual: f64 = branches
                .filter(|branch| {
                    self.receiver(branch)
                        .is_some_and(|names| names.contains(place))
                })
                .map(|branch| branch.probability)
                .sum();
            // Written so that a value that is no number never holds.
            let holds = (actual - expected).abs() <= TOLERANCE;
            if !holds {
                self.mismatch(
                    format!("probability.{place}"),
                    expected.to_string(),
                    actual.to_string(),
                );
            }
        }
    }

    /// No layer-7 proxy is simulated yet, so nothing can be said about the exchange.
    fn http(&mut self, expected: &HttpExpect) {
        let keys = [
            ("status", expected.status.map(|status| status.to_string())),
            ("backend", expected.backend.as_deref().map(str::to_owned)),
            (
                "headers",
                (!expected.headers.is_empty()).then(|| "headers".to_owned()),
            ),
            ("tls", expected.tls.as_deref().map(str::to_owned)),
        ];
        for (key, value) in keys {
            if let Some(value) = value {
                self.mismatch(format!("http.{key}"), value, "not modelled: HTTP");
            }
        }
    }

    fn branch(&self, index: usize) -> String {
        format!("branch {} of {}", index + 1, self.result.branches.len())
    }
}

/// How a walk that was not delivered ended.
struct End {
    places: Vec<Arc<str>>,
    stage: &'static str,
    rules: Vec<Arc<str>>,
    disposition: &'static str,
}

impl End {
    fn names(&self, key: &str) -> Vec<Arc<str>> {
        match key {
            "place" => self.places.clone(),
            "stage" => vec![self.stage.into()],
            "rule" => self.rules.clone(),
            _ => vec![self.disposition.into()],
        }
    }
}

fn replies(result: &TraceResult) -> impl Iterator<Item = &Trace> {
    result
        .branches
        .iter()
        .filter_map(|branch| branch.connection.reply.as_ref())
}

/// The first of `via` that does not come after those before it.
fn first_missing<'a>(way: &[Vec<Arc<str>>], via: &'a [Arc<str>]) -> Option<&'a Arc<str>> {
    let mut rest = way.iter();
    via.iter()
        .find(|name| !rest.any(|stop| stop.contains(name)))
}

/// The name that was wished for among the names of a place, else its own.
fn called(names: &[Arc<str>], wished: &[Arc<str>]) -> String {
    let wish = names.iter().find(|name| wished.contains(name));
    wish.or(names.first())
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// An address (and port) as the engine prints it, whatever way it was written.
fn canonical(text: &str) -> String {
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return address.to_string();
    }
    match text.parse::<std::net::SocketAddr>() {
        Ok(socket) => socket.to_string(),
        Err(_) => text.to_owned(),
    }
}

fn listed(set: &BTreeSet<String>) -> String {
    if set.is_empty() {
        return "none".to_owned();
    }
    set.iter().cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
