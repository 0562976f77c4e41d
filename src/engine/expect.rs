//! Whether a flow's walks are what its `expect` says: section by section of the contract's table.
//!
//! Every key that is given must hold. Sets (`receivers`, `source`, `destination`,
//! `replySource`) are gathered over all branches; `via`, `avoids` and `endsAt`
//! must hold on each branch. `via` and `avoids` look at the request's own walk:
//! its places and stages in order, without the walks of DNS queries and without the reply.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::trace::{Branch, Trace, TraceResult, Verdict};
use crate::model::flow::{EndsAt, Expect, HttpExpect};
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

/// How far a probability may be off.
const TOLERANCE: f64 = 1e-6;

/// What of `expect` does not hold for `result`; empty where all holds.
pub fn evaluate(result: &TraceResult, expect: &Expect) -> Vec<Mismatch> {
    let mut checks = Checks {
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

struct Checks<'a> {
    result: &'a TraceResult,
    mismatches: Vec<Mismatch>,
}

impl Checks<'_> {
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
        let receivers = self.result.branches.iter().filter_map(receiver).collect();
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
            .filter_map(|(index, branch)| Some((index, first_missing(&way(branch), via)?)))
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
                .position(|branch| way(branch).iter().any(|stop| **stop == **name));
            if let Some(index) = found {
                let actual = format!("a walk through `{name}` ({})", self.branch(index));
                self.mismatch("avoids", &**name, actual);
            }
        }
    }

    fn ends_at(&mut self, expected: &EndsAt) {
        let ends: Vec<End> = self.result.branches.iter().filter_map(end).collect();
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
                .filter(|branch| receiver(branch).as_deref() == Some(place))
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
    place: Arc<str>,
    stage: &'static str,
    rules: Vec<Arc<str>>,
    disposition: &'static str,
}

impl End {
    fn names(&self, key: &str) -> Vec<Arc<str>> {
        match key {
            "place" => vec![self.place.clone()],
            "stage" => vec![self.stage.into()],
            "rule" => self.rules.clone(),
            _ => vec![self.disposition.into()],
        }
    }
}

/// The end of the request, or of the reply where only that did not arrive; `None` where both did.
fn end(branch: &Branch) -> Option<End> {
    let connection = &branch.connection;
    let trace = [Some(&connection.original), connection.reply.as_ref()]
        .into_iter()
        .flatten()
        .find(|trace| trace.disposition.verdict() != Verdict::Delivered)?;
    let (place, step) = trace.last_step()?;
    Some(End {
        place: place.to_string().into(),
        stage: step.stage.as_str(),
        rules: step.rule_names(),
        disposition: trace.disposition.as_str(),
    })
}

fn replies(result: &TraceResult) -> impl Iterator<Item = &Trace> {
    result
        .branches
        .iter()
        .filter_map(|branch| branch.connection.reply.as_ref())
}

fn receiver(branch: &Branch) -> Option<String> {
    let received = branch.connection.received.as_ref()?;
    Some(received.receiver.to_string())
}

/// The places and stages of a branch's request in order: each place before the stages at it.
fn way(branch: &Branch) -> Vec<Arc<str>> {
    let mut stops: Vec<Arc<str>> = Vec::new();
    for hop in &branch.connection.original.hops {
        stops.push(hop.place.to_string().into());
        stops.extend(hop.steps.iter().map(|step| Arc::from(step.stage.as_str())));
    }
    stops
}

/// The first of `via` that does not come after those before it.
fn first_missing<'a>(way: &[Arc<str>], via: &'a [Arc<str>]) -> Option<&'a Arc<str>> {
    let mut rest = way.iter();
    via.iter().find(|name| !rest.any(|stop| stop == *name))
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
