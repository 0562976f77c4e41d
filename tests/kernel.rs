//! Holds the printer of rules against a real Linux kernel.
//!
//! The rules of a test cluster's node are loaded with `iptables-restore` into a network
//! namespace made for the test, and read back rule by rule. (`tests/lab.rs` sends packets.)
//! Needs root, `unshare` and iptables; where that is missing the tests say so and check nothing.

#[path = "netfilter/node.rs"]
#[allow(dead_code, reason = "`tests/netfilter` uses the rest")]
mod node;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use kubehop::engine::netfilter::node_rules::NodeRules;
use kubehop::engine::netfilter::rule::Family;
use kubehop::engine::netfilter::ruleset::Ruleset;
use kubehop::model::network::Network;
use node::{AZURE_CNI, KUBENET, Node, SERVICES, network};

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
            // Written past the test harness, which swallows what a passing test prints.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: no namespace with {command}-{variant} on this machine"
            );
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
    if !allowed() || !run(&probe, "").1 {
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

/// Whether this machine lets the test make network namespaces.
fn allowed() -> bool {
    let mut command = Command::new("unshare");
    let output = command.args(["--net", "true"]).output();
    output.is_ok_and(|output| output.status.success())
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
