//! Holds the builder and the interpreter against what kube-proxy itself answers.
//!
//! The vectors (`../shared/oracles/kubeproxy*.json`) are upstream's packet-flow tests: where does
//! the first packet of a connection go from one node, and is its source translated. They
//! are not part of the project: without them the test says loudly that it did not run.

#[path = "oracle_kubeproxy/fixture.rs"]
mod fixture;

use std::collections::BTreeSet;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use kubehop::engine::choice::Choice;
use kubehop::engine::netfilter::eval::{HookContext, HookOutcome, Nat, Recent};
use kubehop::engine::netfilter::interfaces::NodeInterfaces;
use kubehop::engine::netfilter::node_rules::{CommonRules, NodeRules};
use kubehop::engine::netfilter::rule::{Family, Hook, Purpose, TableName};
use kubehop::engine::netfilter::ruleset::Ruleset;
use kubehop::engine::trace::FilterVerdict;
use kubehop::model::packet::Packet;
use serde_json::Value;

#[test]
fn kube_proxy_upstream_vectors() {
    run("kubeproxy.json");
}

#[test]
fn kube_proxy_generated_vectors() {
    run("kubeproxy_generated.json");
}

#[track_caller]
fn run(file: &str) {
    let path = oracles().join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Written past the test harness, which swallows what a passing test prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: there is no {}", path.display());
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let mut failures = Vec::new();
    let mut probes = 0;
    for test in vectors["tests"].as_array().unwrap() {
        let node = Node::of(test);
        for probe in test["probes"].as_array().unwrap() {
            probes += 1;
            let expected = expected(probe);
            let actual = node.probe(probe);
            if actual != expected {
                let id = test["id"].as_str().unwrap();
                failures.push(format!(
                    "{id}: {probe}\n  expected {expected:?}\n  actual   {actual:?}"
                ));
            }
        }
    }
    println!(
        "{file}: {} of {probes} probes agree",
        probes - failures.len()
    );
    assert!(probes > 0, "{file} holds no probe");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn oracles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles")
}

/// What became of a probe on all branches.
#[derive(Debug, PartialEq)]
enum Answer {
    Rejected,
    Dropped,
    /// The health check's port is let in.
    Accepted,
    /// No rule.
    None,
    /// Endpoints, and those whose connection is masqueraded.
    Endpoints(BTreeSet<String>, BTreeSet<String>),
}

fn expected(probe: &Value) -> Answer {
    match &probe["expect"] {
        Value::Array(list) => {
            let endpoints = texts(list);
            let masqueraded = match probe.get("masq_only_when") {
                Some(only) => texts(only.as_array().unwrap()),
                None if probe["masq"] == true => endpoints.clone(),
                None => BTreeSet::new(),
            };
            Answer::Endpoints(endpoints, masqueraded)
        }
        verdict => match verdict.as_str().unwrap() {
            "REJECT" => Answer::Rejected,
            "DROP" => Answer::Dropped,
            "ACCEPT" => Answer::Accepted,
            "none" => Answer::None,
            other => panic!("unknown expectation {other}"),
        },
    }
}

fn texts(list: &[Value]) -> BTreeSet<String> {
    list.iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

struct Node {
    rules: Ruleset,
    interfaces: NodeInterfaces,
    recent: Recent,
}

impl Node {
    fn of(test: &Value) -> Self {
        let fixture = fixture::read(test);
        let node = &fixture.network.nodes[0];
        let rules =
            NodeRules::build_for(fixture.family, &fixture.network, node, &fixture.interfaces);
        assert_eq!(rules.problems(), Vec::<String>::new());
        if fixture.family == Family::V4 {
            let (network, interfaces) = (&fixture.network, &fixture.interfaces);
            let common = CommonRules::of(network, node, interfaces);
            let shared = NodeRules::build_with(&common, network, node, interfaces);
            assert_eq!(shared, rules, "as other nodes have them");
        }
        Self {
            rules,
            interfaces: fixture.interfaces,
            recent: Recent::default(),
        }
    }

    fn probe(&self, probe: &Value) -> Answer {
        let packet = packet(probe);
        let mut answers = Vec::new();
        let mut choice = Some(Choice::first());
        while let Some(mut this) = choice {
            answers.push(self.walk(&packet, &mut this));
            choice = this.next();
        }
        let mut endpoints = BTreeSet::new();
        let mut masqueraded = BTreeSet::new();
        for answer in answers {
            match answer {
                Answer::Endpoints(some, translated) => {
                    endpoints.extend(some);
                    masqueraded.extend(translated);
                }
                other => return other,
            }
        }
        Answer::Endpoints(endpoints, masqueraded)
    }

    /// The path of upstream's tracer: `nat` first, then every filter chain (it does not know
    /// whether the packet comes in, goes out or passes through), then the masquerading.
    fn walk(&self, packet: &Packet, choice: &mut Choice) -> Answer {
        let mut context = HookContext::new(&self.interfaces, &self.recent);
        let arrived = self.rules.run(Hook::Prerouting, packet, &context, choice);
        context.output = Some("eth0");
        context.dnat = arrived.nat != Nat::None;
        context.marked_by.clone_from(&arrived.marked_by);
        for hook in [Hook::Input, Hook::Output] {
            let table = self.filter_only(hook, &arrived.packet, &context, choice);
            match table.verdict {
                FilterVerdict::Drop => return Answer::Dropped,
                FilterVerdict::Reject => return Answer::Rejected,
                FilterVerdict::Accept => {}
            }
            if purpose(&table) == Some(Purpose::HealthCheck) {
                return Answer::Accepted;
            }
        }
        if !context.dnat {
            return Answer::None;
        }
        let left = self
            .rules
            .run(Hook::Postrouting, &arrived.packet, &context, choice);
        let only = BTreeSet::from([arrived.packet.destination_text()]);
        let masqueraded = purpose(&left) == Some(Purpose::MasqueradeMarked);
        Answer::Endpoints(
            only.clone(),
            if masqueraded { only } else { BTreeSet::new() },
        )
    }

    /// `nat` was asked at PREROUTING already: its packets are known to `nat`, new to `filter`.
    fn filter_only(
        &self,
        hook: Hook,
        packet: &Packet,
        context: &HookContext<'_>,
        choice: &mut Choice,
    ) -> HookOutcome {
        self.rules
            .run_table(TableName::Filter, hook, packet, context, choice)
    }
}

fn purpose(outcome: &HookOutcome) -> Option<Purpose> {
    outcome.decided_by.as_deref().map(|reason| reason.purpose)
}

fn packet(probe: &Value) -> Packet {
    let address = |key: &str| -> IpAddr { probe[key].as_str().unwrap().parse().unwrap() };
    Packet {
        protocol: probe["proto"].as_str().unwrap().parse().unwrap(),
        source: address("sourceIP"),
        destination: address("destIP"),
        destination_port: u16::try_from(probe["destPort"].as_u64().unwrap()).unwrap(),
        ..Packet::default()
    }
}
