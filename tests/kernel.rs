//! Holds the printer and the interpreter against a real Linux kernel.
//!
//! The rules of a test cluster's node are loaded with `iptables-restore` into a network
//! namespace made for the test, read back rule by rule, and met by real packets between
//! further namespaces. Needs root, `ip`, `unshare` and iptables; where that is missing the
//! tests say so and check nothing.

#![allow(
    clippy::disallowed_methods,
    reason = "a real kernel takes real time; none of this reaches the browser"
)]

#[path = "kernel/lab.rs"]
mod lab;
#[path = "netfilter/node.rs"]
mod node;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use kubehop::engine::netfilter::node_rules::NodeRules;
use kubehop::engine::netfilter::rule::Family;
use kubehop::engine::netfilter::ruleset::Ruleset;
use kubehop::model::network::Network;
use lab::{Lab, Seen};
use node::{AZURE_CNI, End, KUBENET, Node, SERVICES, network};

/// The two implementations of the iptables commands: over nftables, and the old interface.
const VARIANTS: [&str; 2] = ["nft", "legacy"];

#[test]
fn a_kernel_loads_a_kubenet_nodes_rules_and_reads_them_back_unchanged() {
    reads_back(&network(&[KUBENET, SERVICES]));
}

#[test]
fn a_kernel_loads_an_azure_cni_nodes_rules_and_reads_them_back_unchanged() {
    reads_back(&network(&[AZURE_CNI, SERVICES]));
}

#[test]
fn a_kernel_loads_the_rules_of_other_kube_proxy_settings() {
    for settings in [
        "detectLocalMode: NodeCIDR",
        "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cbr0}",
        "detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: veth}",
        "clusterCIDR: 10.244.0.0/16\nnodePortAddresses: [10.1.0.0/24, 127.0.0.0/8]",
        "iptables: {masqueradeAll: true, localhostNodePorts: false}",
    ] {
        let head = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
        let written = format!("{head}{settings}\n");
        reads_back(&network(&[KUBENET, SERVICES, &written]));
    }
}

/// The reader refuses such names; the printer does not rely on it.
#[test]
fn a_kernel_loads_names_that_nobody_should_choose() {
    let mut network = network(&[KUBENET, SERVICES]);
    for service in &mut network.services {
        let odd = format!(
            "a\"b '\\ $(x) `y`\n-j DROP {} {}",
            service.meta.name,
            "é".repeat(99)
        );
        for slice in &mut network.slices {
            if slice.service == service.meta.name {
                slice.service = odd.as_str().into();
            }
        }
        service.meta.name = odd.as_str().into();
    }
    reads_back(&network);
}

/// The program that a [`lab::Lab`] starts in its namespaces; in the test run it does nothing.
#[test]
fn inside_a_namespace() {
    lab::inside();
}

/// Who sends from which address to where, in the kubenet test cluster.
const PROBES: &[(&str, &str, &str)] = &[
    // A pod: cluster IPs, load balancers' addresses, node ports, host ports, other pods, machines.
    ("client", "10.244.0.10", "10.0.0.50:53"),
    ("client", "10.244.0.10", "10.0.0.52:53"),
    ("client", "10.244.0.10", "20.50.60.70:53"),
    ("client", "10.244.0.10", "20.50.60.71:53"),
    ("client", "10.244.0.10", "20.50.60.72:53"),
    ("client", "10.244.0.10", "20.50.60.73:53"),
    ("client", "10.244.0.10", "10.0.0.56:53"),
    ("client", "10.244.0.10", "10.0.0.57:53"),
    ("client", "10.244.0.10", "10.0.0.59:53"),
    ("client", "10.244.0.10", "198.51.100.7:53"),
    ("client", "10.244.0.10", "10.1.0.4:30053"),
    ("client", "10.244.0.10", "10.1.0.4:30058"),
    ("client", "10.244.0.10", "10.1.0.4:8053"),
    ("client", "10.244.0.10", "10.244.1.20:5353"),
    ("client", "10.244.0.10", "10.1.1.4:5353"),
    ("client", "10.244.0.10", "203.0.113.9:5353"),
    // An endpoint that may be sent back to itself.
    ("web-0", "10.244.0.20", "10.0.0.50:53"),
    ("web-0", "10.244.0.20", "20.50.60.71:53"),
    // The internet and a machine of the virtual network.
    ("world", "203.0.113.9", "20.50.60.70:53"),
    ("world", "203.0.113.9", "20.50.60.71:53"),
    ("world", "203.0.113.9", "20.50.60.72:53"),
    ("world", "203.0.113.9", "20.50.60.73:53"),
    ("world", "203.0.113.9", "198.51.100.7:53"),
    ("world", "203.0.113.9", "10.1.0.4:30055"),
    ("world", "203.0.113.9", "10.1.0.4:30056"),
    ("world", "203.0.113.9", "10.1.0.4:30058"),
    ("world", "10.1.1.4", "20.50.60.73:53"),
    ("world", "10.1.1.4", "10.1.0.4:30053"),
    ("world", "10.1.1.4", "10.1.0.4:30057"),
    ("world", "10.1.1.4", "10.1.0.4:8053"),
    ("world", "10.1.1.4", "10.0.0.50:53"),
    ("world", "10.1.1.4", "10.0.0.59:53"),
    ("world", "10.1.1.4", "10.244.0.20:5353"),
    // The node itself.
    ("node", "10.1.0.4", "10.0.0.50:53"),
    ("node", "10.1.0.4", "10.0.0.57:53"),
    ("node", "10.1.0.4", "10.0.0.59:53"),
    ("node", "10.1.0.4", "20.50.60.70:53"),
    ("node", "10.1.0.4", "20.50.60.71:53"),
    ("node", "10.1.0.4", "10.1.0.4:30055"),
    ("node", "127.0.0.1", "127.0.0.1:30053"),
    ("node", "10.1.0.4", "10.244.0.20:5353"),
];

/// So many datagrams show every pick: of two endpoints one stays unseen once in 2³⁰.
const DATAGRAMS: usize = 31;

#[test]
fn real_packets_go_where_the_interpreter_says() {
    let node = Node::n0(&network(&[KUBENET, SERVICES]));
    for variant in VARIANTS {
        let Some(mut lab) = lab::allowed().then(Lab::new).flatten() else {
            lab::say("SKIPPED: no packet was sent, this machine allows no network namespaces");
            return;
        };
        if !lab.load(variant, &node.rules.to_iptables_save()) {
            lab::say(&format!(
                "SKIPPED: no packet was sent, iptables-{variant} does not work here"
            ));
            continue;
        }
        let mut differences = Vec::new();
        for &(from, source, to) in PROBES {
            let expected = predicted(&node, source, to);
            let source = source.parse().unwrap();
            let seen = lab.send(from, source, to.parse().unwrap(), DATAGRAMS);
            let actual = observed(&seen);
            if actual != expected {
                differences.push(format!(
                    "{from} {source} > {to}\n  interpreter {expected:?}\n  kernel      {actual:?}"
                ));
            }
        }
        assert!(
            differences.is_empty(),
            "iptables-{variant}:\n{}",
            differences.join("\n")
        );
        let count = PROBES.len() * DATAGRAMS;
        println!("iptables-{variant}: {count} datagrams went where the interpreter says");
    }
}

#[test]
fn a_real_clients_later_connections_follow_session_affinity() {
    let mut node = Node::n0(&network(&[KUBENET, SERVICES]));
    let (source, to) = ("10.244.0.10", "10.0.0.58:53");
    let Some(mut lab) = lab::allowed().then(Lab::new).flatten() else {
        lab::say("SKIPPED: no packet was sent, this machine allows no network namespaces");
        return;
    };
    if !lab.load("legacy", &node.rules.to_iptables_save()) {
        lab::say("SKIPPED: no packet was sent, iptables-legacy does not work here");
        return;
    }
    let first = predicted(&node, source, to);
    let seen = lab.send(
        "client",
        source.parse().unwrap(),
        to.parse().unwrap(),
        DATAGRAMS,
    );
    let actual = observed(&seen);
    assert_eq!(
        actual.len(),
        1,
        "the kernel went to several endpoints: {actual:?}"
    );
    assert!(
        actual.is_subset(&first),
        "{actual:?} is not among {first:?}"
    );
    assert_eq!(first.len(), 2);
    node.remember_first(&node::udp(source, to));
    assert_eq!(predicted(&node, source, to).len(), 1);
}

/// What the interpreter says: receiver and the source that it sees, or how else it ends.
fn predicted(node: &Node, source: &str, to: &str) -> BTreeSet<String> {
    let ends = node.ends(&node::udp(source, to)).into_iter();
    ends.map(|end| match end {
        End::Out(_, packet) => {
            let (from, to) = packet.trim_start_matches("UDP ").split_once(" > ").unwrap();
            let (from, _) = from.rsplit_once(':').unwrap();
            format!("{to} sees {from}")
        }
        End::Rejected => "rejected".to_owned(),
        End::Dropped => "dropped".to_owned(),
    })
    .collect()
}

fn observed(seen: &Seen) -> BTreeSet<String> {
    let arrived = seen.arrived.iter();
    let mut all: BTreeSet<String> = arrived
        .map(|(receiver, source)| format!("{receiver} sees {source}"))
        .collect();
    if seen.refused > 0 {
        all.insert("rejected".to_owned());
    }
    if seen.arrived.len() + seen.refused < DATAGRAMS {
        all.insert("dropped".to_owned());
    }
    all
}

fn reads_back(network: &Network) {
    let node = Node::n0(network);
    compare("iptables", &node.rules);
    let written = network.node("n0").unwrap();
    let v6 = NodeRules::build_for(Family::V6, network, written, &node.interfaces);
    compare("ip6tables", &v6);
}

fn compare(command: &str, rules: &Ruleset) {
    let ours = rules.to_iptables_save();
    for variant in VARIANTS {
        let Some(theirs) = load(command, variant, &ours) else {
            lab::say(&format!(
                "SKIPPED: no namespace with {command}-{variant} on this machine"
            ));
            continue;
        };
        let (ours, theirs) = (tables(&ours), tables(&theirs));
        for (table, chains) in &ours {
            for (chain, rules) in chains {
                let read = theirs.get(table).and_then(|chains| chains.get(chain));
                assert_eq!(Some(rules), read, "{command}-{variant}: {table} {chain}");
            }
        }
        println!(
            "{command}-{variant}: {} rules read back unchanged",
            rules.rule_count()
        );
    }
}

/// Loads rules in a fresh namespace and prints them from there; `None` where that is not possible.
fn load(command: &str, variant: &str, rules: &str) -> Option<String> {
    let probe = format!("{command}-{variant} -t nat -L -n");
    if !lab::allowed() || !run(&probe, "").1 {
        return None;
    }
    let script = format!("{command}-{variant}-restore && {command}-{variant}-save");
    let (out, loaded) = run(&script, rules);
    assert!(
        loaded,
        "{command}-{variant}-restore refused the rules:\n{out}\n{rules}"
    );
    Some(out)
}

/// Runs a shell command in a namespace of its own.
fn run(script: &str, input: &str) -> (String, bool) {
    let mut child = Command::new("unshare")
        .args(["--net", "sh", "-c", &format!("({script}) 2>&1")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text, output.status.success())
}

type Tables = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Rules by table and chain, in order; chains without their counters.
fn tables(save: &str) -> Tables {
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in save.lines() {
        if let Some(name) = line.strip_prefix('*') {
            name.clone_into(&mut table);
            continue;
        }
        let chains = tables.entry(table.clone()).or_default();
        if let Some(chain) = line.strip_prefix(':') {
            let mut words = chain.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let policy = words.next().unwrap_or_default().to_owned();
            chains.entry(name).or_default().insert(0, policy);
        } else if let Some(rule) = line.strip_prefix("-A ") {
            let name = rule.split(' ').next().unwrap_or_default().to_owned();
            chains.entry(name).or_default().push(line.to_owned());
        }
    }
    tables
}
