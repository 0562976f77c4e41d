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
mod tests {
    use expect_test::{Expect as Golden, expect};

    use super::*;
    use crate::engine::explain::Explanation;
    use crate::engine::sources::Source;
    use crate::engine::stage::Stage;
    use crate::engine::trace::{Connection, Detail, Disposition, Hop, Received, Step};
    use crate::model::flow::{Flow, Target};
    use crate::model::kube::Meta;
    use crate::model::packet::Protocol;

    fn hop(place: &str, stage: Stage, packet: &Packet) -> Hop {
        let step = Step {
            stage,
            detail: Detail::Sent,
            before: packet.clone(),
            after: packet.clone(),
            why: Explanation::new("test"),
            cause: None,
            reference: Source::Kubenet,
        };
        Hop {
            place: place.parse().unwrap(),
            steps: vec![step],
        }
    }

    /// One branch that is delivered to pod p1 with probability 0.25, and one that is dropped at a subnet.
    fn result() -> TraceResult {
        let packet = Packet {
            source: [10, 1, 0, 4].into(),
            destination: [10, 244, 1, 10].into(),
            destination_port: 8080,
            ..Packet::default()
        };
        let back = packet.reversed();
        let delivered = Connection {
            original: Trace {
                hops: vec![
                    hop("node/n0", Stage::IptablesPrerouting, &packet),
                    hop("pod/default/p1", Stage::HostListen, &packet),
                ],
                disposition: Disposition::Delivered,
            },
            reply: Some(Trace {
                hops: vec![hop("internet", Stage::HostListen, &back)],
                disposition: Disposition::Delivered,
            }),
            received: Some(Received {
                receiver: "pod/default/p1".parse().unwrap(),
                packet: packet.clone(),
            }),
        };
        let dropped = Connection {
            original: Trace {
                hops: vec![hop("subnet/vnet-a/vms", Stage::AzureRoute, &packet)],
                disposition: Disposition::NullRouted,
            },
            reply: None,
            received: None,
        };
        let branch = |probability, connection| Branch {
            probability,
            picks: Vec::new(),
            connection,
        };
        TraceResult {
            flow: Flow {
                meta: Meta::default(),
                from: "internet".parse().unwrap(),
                to: Target::Name("web".into()),
                protocol: Protocol::Tcp,
                port: Some(80),
                expect: None,
            },
            verdict: Verdict::Mixed,
            branches: vec![branch(0.25, delivered), branch(0.75, dropped)],
            unexplored: 0.0,
        }
    }

    fn texts(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().copied().map(Arc::from).collect()
    }

    #[track_caller]
    fn check(expected: &Expect, golden: &Golden) {
        let lines: Vec<String> = evaluate(&result(), expected)
            .iter()
            .map(ToString::to_string)
            .collect();
        golden.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn what_holds_gives_no_mismatch() {
        let expected = Expect {
            verdict: Some("mixed".into()),
            receivers: Some(texts(&["pod/default/p1"])),
            source: Some(texts(&["10.1.0.4"])),
            destination: Some(texts(&["10.244.1.10:8080"])),
            avoids: texts(&["loadbalancer/kubernetes"]),
            ends_at: Some(EndsAt {
                place: Some("subnet/vnet-a/vms".into()),
                stage: Some("azure.route".into()),
                rule: None,
                disposition: Some("NullRouted".into()),
            }),
            reply: Some("delivered".into()),
            reply_source: Some(texts(&["10.244.1.10"])),
            probability: [("pod/default/p1".into(), 0.25)].into(),
            ..Expect::default()
        };
        check(&expected, &expect![""]);
    }

    #[test]
    fn everything_that_does_not_hold_is_told_at_once() {
        let expected = Expect {
            verdict: Some("delivered".into()),
            receivers: Some(texts(&["pod/default/p1", "pod/default/p2"])),
            source: Some(texts(&["203.0.113.9"])),
            destination: Some(texts(&["10.244.1.10:80"])),
            avoids: texts(&["node/n0"]),
            ends_at: Some(EndsAt {
                place: Some("node/n0".into()),
                stage: Some("azure.nsg.in.nic".into()),
                rule: Some("DenyAllInBound".into()),
                disposition: Some("DeniedIn".into()),
            }),
            reply: Some("dropped".into()),
            reply_source: Some(texts(&["20.50.60.70"])),
            probability: [("pod/default/p1".into(), 0.5)].into(),
            http: Some(HttpExpect {
                status: Some(200),
                ..HttpExpect::default()
            }),
            ..Expect::default()
        };
        check(
            &expected,
            &expect![[r"
                verdict: expected delivered, got mixed
                reply: expected dropped, got delivered
                receivers: expected pod/default/p1, pod/default/p2, got pod/default/p1
                source: expected 203.0.113.9, got 10.1.0.4
                destination: expected 10.244.1.10:80, got 10.244.1.10:8080
                replySource: expected 20.50.60.70, got 10.244.1.10
                avoids: expected node/n0, got a walk through `node/n0` (branch 1 of 2)
                endsAt.place: expected node/n0, got subnet/vnet-a/vms
                endsAt.stage: expected azure.nsg.in.nic, got azure.route
                endsAt.rule: expected DenyAllInBound, got nothing
                endsAt.disposition: expected DeniedIn, got NullRouted
                probability.pod/default/p1: expected 0.5, got 0.25
                http.status: expected 200, got not modelled: HTTP"]],
        );
    }

    #[test]
    fn via_wants_its_stops_in_order_on_every_branch() {
        let expected = Expect {
            via: texts(&["iptables.PREROUTING", "node/n0"]),
            ..Expect::default()
        };
        check(
            &expected,
            &expect![[r"
                via: expected iptables.PREROUTING, node/n0, got a walk without `node/n0` at its place (branch 1 of 2)
                via: expected iptables.PREROUTING, node/n0, got a walk without `iptables.PREROUTING` at its place (branch 2 of 2)"]],
        );
    }

    #[test]
    fn an_expectation_without_keys_always_holds_and_one_that_is_no_number_never() {
        check(&Expect::default(), &expect![""]);
        let expected = Expect {
            probability: [("pod/default/p1".into(), f64::NAN)].into(),
            ..Expect::default()
        };
        check(
            &expected,
            &expect!["probability.pod/default/p1: expected NaN, got 0.25"],
        );
    }
}
