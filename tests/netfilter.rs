//! The rules of a node: what is installed, and what becomes of packets.

#![allow(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates an expectation"
)]

#[path = "netfilter/node.rs"]
mod node;

use std::fmt::Write;

use expect_test::{Expect, expect, expect_file};
use kubehop::engine::choice::Choice;
use kubehop::engine::netfilter::checks;
use kubehop::engine::netfilter::explain::HookStep;
use kubehop::engine::netfilter::ip_masq::MasqConfig;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::Protocol;
use kubehop::text::{Language, Texts};
use node::{AZURE_CNI, End, KUBENET, Node, SERVICES, network, udp};

/// Checks what becomes of first packets, each written as `source > destination`.
#[track_caller]
fn check(texts: &[&str], packets: &[(&str, &str)], expected: &Expect) {
    let node = Node::n0(&network(texts));
    let mut out = String::new();
    for (source, destination) in packets {
        let _ = writeln!(out, "{source} > {destination}");
        for end in node.ends(&udp(source, destination)) {
            let _ = match end {
                node::End::Out(to, packet) => writeln!(out, "    {to}: {packet}"),
                other => writeln!(out, "    {other:?}"),
            };
        }
    }
    expected.assert_eq(&out);
}

const POD: &str = "10.244.0.10";
const CLIENT: &str = "203.0.113.9";
const VM: &str = "10.1.1.4";
const NODE: &str = "10.1.0.4";

#[test]
fn a_kubenet_nodes_rules_are_these() {
    let node = Node::n0(&network(&[KUBENET, SERVICES]));
    expect_file!["netfilter/kubenet.rules"].assert_eq(&node.rules.to_iptables_save());
}

#[test]
fn an_azure_cni_nodes_rules_are_these() {
    let node = Node::n0(&network(&[AZURE_CNI, SERVICES]));
    expect_file!["netfilter/azure-cni.rules"].assert_eq(&node.rules.to_iptables_save());
}

/// R8, facts W8.
#[test]
fn a_pod_keeps_its_address_to_a_cluster_ip_and_others_do_not() {
    check(
        &[KUBENET, SERVICES],
        &[
            (POD, "10.0.0.50:53"),
            (NODE, "10.0.0.50:53"),
            (VM, "10.0.0.50:53"),
        ],
        &expect![[r#"
            10.244.0.10 > 10.0.0.50:53
                cbr0: UDP 10.244.0.10:50000 > 10.244.0.20:5353
                eth0: UDP 10.244.0.10:50000 > 10.244.1.20:5353
            10.1.0.4 > 10.0.0.50:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.1.4 > 10.0.0.50:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
        "#]],
    );
}

/// R8
#[test]
fn masquerade_all_hides_pods_too() {
    check(
        &[KUBENET, SERVICES, &proxy("iptables: {masqueradeAll: true}")],
        &[(POD, "10.0.0.50:53")],
        &expect![[r#"
            10.244.0.10 > 10.0.0.50:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
        "#]],
    );
}

/// R8: with no way to tell pods from others, nobody is masqueraded.
#[test]
fn without_a_local_detector_nothing_is_masqueraded_to_a_cluster_ip() {
    check(
        &[KUBENET, SERVICES, &proxy("clusterCIDR: ''")],
        &[
            (VM, "10.0.0.50:53"),
            (POD, "20.50.60.71:53"),
            (NODE, "20.50.60.71:53"),
        ],
        &expect![[r#"
            10.1.1.4 > 10.0.0.50:53
                cbr0: UDP 10.1.1.4:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.1.4:50000 > 10.244.1.20:5353
            10.244.0.10 > 20.50.60.71:53
                cbr0: UDP 10.244.0.10:50000 > 10.244.0.20:5353
            10.1.0.4 > 20.50.60.71:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
        "#]],
    );
}

#[test]
fn a_bridge_or_an_interface_prefix_can_tell_pods_from_others() {
    for detector in [
        "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cbr0}",
        "detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: cbr}",
        "detectLocalMode: NodeCIDR",
    ] {
        let node = Node::n0(&network(&[KUBENET, SERVICES, &proxy(detector)]));
        let sees = |from: &str| {
            let ends = node.ends(&udp(from, "10.0.0.57:53"));
            assert_eq!(ends.len(), 1, "{detector}");
            let ends = node.ends(&udp(from, "10.0.0.50:53"));
            ends.into_iter()
                .map(|end| format!("{end:?}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert!(sees(POD).contains("UDP 10.244.0.10:50000"), "{detector}");
        assert!(!sees(VM).contains("UDP 10.1.1.4:50000"), "{detector}");
    }
}

/// R9, facts W1, W9.
#[test]
fn policy_cluster_hides_every_sender_behind_the_node() {
    check(
        &[KUBENET, SERVICES],
        &[
            (CLIENT, "20.50.60.70:53"),
            (POD, "20.50.60.70:53"),
            (NODE, "20.50.60.70:53"),
            (CLIENT, "198.51.100.7:53"),
            (VM, "10.1.0.4:30053"),
        ],
        &expect![[r#"
            203.0.113.9 > 20.50.60.70:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.244.0.10 > 20.50.60.70:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.0.4 > 20.50.60.70:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            203.0.113.9 > 198.51.100.7:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.1.4 > 10.1.0.4:30053
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
        "#]],
    );
}

/// R10, facts W2: outside senders stay on the node and keep their address; pods and the node
/// itself are sent anywhere.
#[test]
fn policy_local_keeps_outside_senders_on_the_node() {
    check(
        &[KUBENET, SERVICES],
        &[
            (CLIENT, "20.50.60.71:53"),
            (POD, "20.50.60.71:53"),
            (NODE, "20.50.60.71:53"),
            (VM, "10.1.0.4:30055"),
        ],
        &expect![[r#"
            203.0.113.9 > 20.50.60.71:53
                cbr0: UDP 203.0.113.9:50000 > 10.244.0.20:5353
            10.244.0.10 > 20.50.60.71:53
                cbr0: UDP 10.244.0.10:50000 > 10.244.0.20:5353
                eth0: UDP 10.244.0.10:50000 > 10.244.1.20:5353
            10.1.0.4 > 20.50.60.71:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.1.4 > 10.1.0.4:30055
                cbr0: UDP 10.1.1.4:50000 > 10.244.0.20:5353
        "#]],
    );
}

/// R6, facts W11.
#[test]
fn policy_local_without_local_endpoints_drops_outside_senders_only() {
    check(
        &[KUBENET, SERVICES],
        &[
            (CLIENT, "20.50.60.72:53"),
            (CLIENT, "10.1.0.4:30056"),
            (POD, "20.50.60.72:53"),
            (POD, "10.0.0.57:53"),
            (POD, "10.0.0.56:53"),
        ],
        &expect![[r#"
            203.0.113.9 > 20.50.60.72:53
                Dropped
            203.0.113.9 > 10.1.0.4:30056
                Dropped
            10.244.0.10 > 20.50.60.72:53
                eth0: UDP 10.244.0.10:50000 > 10.244.1.30:5354
            10.244.0.10 > 10.0.0.57:53
                Dropped
            10.244.0.10 > 10.0.0.56:53
                cbr0: UDP 10.244.0.10:50000 > 10.244.0.20:5353
        "#]],
    );
}

/// R6, facts L-08.
#[test]
fn a_service_without_endpoints_is_rejected() {
    check(
        &[KUBENET, SERVICES],
        &[
            (POD, "10.0.0.59:53"),
            (VM, "10.1.0.4:30058"),
            (NODE, "10.0.0.59:53"),
        ],
        &expect![[r#"
            10.244.0.10 > 10.0.0.59:53
                Rejected
            10.1.1.4 > 10.1.0.4:30058
                Rejected
            10.1.0.4 > 10.0.0.59:53
                Rejected
        "#]],
    );
}

/// R14, facts L-11, W14.
#[test]
fn source_ranges_filter_the_load_balancers_address_only() {
    check(
        &[KUBENET, SERVICES],
        &[
            (CLIENT, "20.50.60.73:53"),
            (VM, "20.50.60.73:53"),
            (POD, "20.50.60.73:53"),
            (VM, "10.1.0.4:30057"),
            (POD, "10.0.0.55:53"),
        ],
        &expect![[r#"
            203.0.113.9 > 20.50.60.73:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.1.4 > 20.50.60.73:53
                Dropped
            10.244.0.10 > 20.50.60.73:53
                Dropped
            10.1.1.4 > 10.1.0.4:30057
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.244.0.10 > 10.0.0.55:53
                cbr0: UDP 10.244.0.10:50000 > 10.244.0.20:5353
                eth0: UDP 10.244.0.10:50000 > 10.244.1.20:5353
        "#]],
    );
}

/// R11
#[test]
fn an_endpoint_that_reaches_itself_is_masqueraded() {
    check(
        &[KUBENET, SERVICES],
        &[("10.244.0.20", "10.0.0.50:53")],
        &expect![[r#"
            10.244.0.20 > 10.0.0.50:53
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.244.0.20:50000 > 10.244.1.20:5353
        "#]],
    );
}

/// R12, R13
#[test]
fn node_ports_answer_where_node_port_addresses_says() {
    let settings = proxy("clusterCIDR: 10.244.0.0/16\nnodePortAddresses: [127.0.0.0/8]");
    check(
        &[KUBENET, SERVICES, &settings],
        &[
            (VM, "10.1.0.4:30053"),
            ("127.0.0.1", "127.0.0.1:30053"),
            (VM, "10.1.0.4:30058"),
        ],
        &expect![[r#"
            10.1.1.4 > 10.1.0.4:30053
                lo: UDP 10.1.1.4:50000 > 10.1.0.4:30053
            127.0.0.1 > 127.0.0.1:30053
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
            10.1.1.4 > 10.1.0.4:30058
                Rejected
        "#]],
    );
    let settings = proxy("clusterCIDR: 10.244.0.0/16\niptables: {localhostNodePorts: false}");
    check(
        &[KUBENET, SERVICES, &settings],
        &[("127.0.0.1", "127.0.0.1:30053"), (VM, "10.244.0.1:30053")],
        &expect![[r#"
            127.0.0.1 > 127.0.0.1:30053
                lo: UDP 127.0.0.1:50000 > 127.0.0.1:30053
            10.1.1.4 > 10.244.0.1:30053
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
                eth0: UDP 10.1.0.4:50000 > 10.244.1.20:5353
        "#]],
    );
}

#[test]
fn a_host_port_leads_to_its_pod() {
    check(
        &[KUBENET, SERVICES],
        &[
            (VM, "10.1.0.4:8053"),
            ("10.244.0.20", "10.1.0.4:8053"),
            (VM, "10.1.0.5:8053"),
        ],
        &expect![[r#"
            10.1.1.4 > 10.1.0.4:8053
                cbr0: UDP 10.1.1.4:50000 > 10.244.0.20:5353
            10.244.0.20 > 10.1.0.4:8053
                cbr0: UDP 10.244.0.1:50000 > 10.244.0.20:5353
            10.1.1.4 > 10.1.0.5:8053
                eth0: UDP 10.1.0.4:50000 > 10.1.0.5:8053
        "#]],
    );
}

/// Facts section 1.4.
#[test]
fn kubenet_hides_pods_from_everything_but_pods() {
    check(
        &[KUBENET, SERVICES],
        &[
            (POD, "10.244.1.20:5353"),
            (POD, "10.1.0.5:22"),
            (POD, "10.1.1.4:22"),
            (POD, "203.0.113.9:443"),
            (POD, "169.254.169.254:80"),
            (POD, "168.63.129.16:53"),
            (VM, "10.244.0.20:5353"),
        ],
        &expect![[r#"
            10.244.0.10 > 10.244.1.20:5353
                eth0: UDP 10.244.0.10:50000 > 10.244.1.20:5353
            10.244.0.10 > 10.1.0.5:22
                eth0: UDP 10.1.0.4:50000 > 10.1.0.5:22
            10.244.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.4:50000 > 10.1.1.4:22
            10.244.0.10 > 203.0.113.9:443
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:443
            10.244.0.10 > 169.254.169.254:80
                eth0: UDP 10.1.0.4:50000 > 169.254.169.254:80
            10.244.0.10 > 168.63.129.16:53
                eth0: UDP 10.1.0.4:50000 > 168.63.129.16:53
            10.1.1.4 > 10.244.0.20:5353
                cbr0: UDP 10.1.1.4:50000 > 10.244.0.20:5353
        "#]],
    );
}

/// Facts section 2.2: C-01, C-02, C-04, C-08.
#[test]
fn azure_cni_hides_pods_only_outside_the_virtual_network() {
    check(
        &[AZURE_CNI, SERVICES],
        &[
            ("10.1.0.10", "10.1.1.4:22"),
            ("10.1.0.10", "10.1.0.40:5353"),
            ("10.1.0.10", "10.2.0.4:22"),
            ("10.1.0.10", "203.0.113.9:443"),
            ("10.1.0.10", "168.63.129.16:53"),
            ("10.1.0.10", "169.254.169.254:80"),
            ("10.2.0.4", "10.1.0.10:8080"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.10:50000 > 10.1.1.4:22
            10.1.0.10 > 10.1.0.40:5353
                eth0: UDP 10.1.0.10:50000 > 10.1.0.40:5353
            10.1.0.10 > 10.2.0.4:22
                eth0: UDP 10.1.0.4:50000 > 10.2.0.4:22
            10.1.0.10 > 203.0.113.9:443
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:443
            10.1.0.10 > 168.63.129.16:53
                eth0: UDP 10.1.0.4:50000 > 168.63.129.16:53
            10.1.0.10 > 169.254.169.254:80
                eth0: UDP 10.1.0.4:50000 > 169.254.169.254:80
            10.2.0.4 > 10.1.0.10:8080
                azv00000000000: UDP 10.2.0.4:50000 > 10.1.0.10:8080
        "#]],
    );
}

/// Facts C-07, section 2.2.
#[test]
fn a_users_masquerade_ranges_are_merged_with_those_of_aks() {
    check(
        &[
            AZURE_CNI,
            &masq(
                "azure-ip-masq-agent-config",
                "nonMasqueradeCIDRs: [10.2.0.0/16]",
            ),
        ],
        &[
            ("10.1.0.10", "10.2.0.4:22"),
            ("10.1.0.10", "10.1.1.4:22"),
            ("10.1.0.10", "10.3.0.4:22"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.2.0.4:22
                eth0: UDP 10.1.0.10:50000 > 10.2.0.4:22
            10.1.0.10 > 10.1.1.4:22
                eth0: UDP 10.1.0.10:50000 > 10.1.1.4:22
            10.1.0.10 > 10.3.0.4:22
                eth0: UDP 10.1.0.4:50000 > 10.3.0.4:22
        "#]],
    );
}

/// Facts section 2.2, "empty list trap" (AKS issue 2653).
#[test]
fn an_empty_list_of_ranges_means_the_private_ranges() {
    let reconciled = "azure-ip-masq-agent-config-reconciled";
    check(
        &[
            AZURE_CNI,
            &masq(reconciled, "nonMasqueradeCIDRs: []\nmasqLinkLocal: true"),
        ],
        &[
            ("10.1.0.10", "10.200.0.4:22"),
            ("10.1.0.10", "192.168.10.5:22"),
            ("10.1.0.10", "172.16.0.1:22"),
            ("10.1.0.10", "203.0.113.9:22"),
        ],
        &expect![[r#"
            10.1.0.10 > 10.200.0.4:22
                eth0: UDP 10.1.0.10:50000 > 10.200.0.4:22
            10.1.0.10 > 192.168.10.5:22
                eth0: UDP 10.1.0.10:50000 > 192.168.10.5:22
            10.1.0.10 > 172.16.0.1:22
                eth0: UDP 10.1.0.10:50000 > 172.16.0.1:22
            10.1.0.10 > 203.0.113.9:22
                eth0: UDP 10.1.0.4:50000 > 203.0.113.9:22
        "#]],
    );
}

/// The agent stops at a file that it can not use (`ip-masq-agent-v2`, `validate`).
#[test]
fn a_users_ranges_that_the_agent_refuses_change_nothing() {
    for (refused, why) in [
        (
            "nonMasqueradeCIDRs: [10.2.0.1/16]",
            "its network is `10.2.0.0/16`",
        ),
        (
            "nonMasqueradeCIDRs: [10.2.0.0]",
            "`10.2.0.0` is not an address range",
        ),
        ("nonMasqueradeCIDRs: 10.2.0.0/16", "is not a list"),
        ("masqLinkLocal: maybe", "is not true or false"),
        (
            "nonMasqueradeCIDRs: [",
            "the ip-masq agent refuses this file",
        ),
    ] {
        let network = network(&[AZURE_CNI, &masq("azure-ip-masq-agent-config", refused)]);
        let config = MasqConfig::of(&network, network.node("n0").unwrap());
        let ranges = config.non_masquerade.iter().map(|(net, _)| net.to_string());
        let ranges: Vec<String> = ranges.collect();
        assert_eq!(
            ranges,
            ["10.1.0.0/24", "10.0.0.0/16", "10.1.0.0/16"],
            "{refused}"
        );
        let problems = checks::check(&network);
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 1, "{refused}");
        assert!(texts[0].contains(why), "{refused}: {texts:?}");
    }
}

#[test]
fn settings_of_kube_proxy_that_do_not_work_are_problems() {
    for (settings, expected) in [
        ("mode: nftables", Some("kube-proxy-mode-not-modelled")),
        (
            "detectLocalMode: BridgeInterface",
            Some("kube-proxy-detector"),
        ),
        (
            "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: 'a b'}",
            Some("kube-proxy-detector"),
        ),
        (
            "detectLocalMode: InterfaceNamePrefix",
            Some("kube-proxy-detector"),
        ),
        ("detectLocalMode: Moon", Some("kube-proxy-detector")),
        ("detectLocalMode: NodeCIDR", None),
        ("mode: iptables", None),
    ] {
        let network = network(&[KUBENET, &proxy(settings)]);
        let problems = checks::check(&network);
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, Vec::from_iter(expected), "{settings}");
    }
}

/// Facts section 5.4 ("CNI quirk") and L-22: a machine of the node subnet counts as a pod.
#[test]
fn a_machine_in_the_node_subnet_is_taken_for_a_pod_under_azure_cni() {
    check(
        &[AZURE_CNI, SERVICES],
        &[("10.1.0.200", "20.50.60.72:53"), (VM, "20.50.60.72:53")],
        &expect![[r#"
            10.1.0.200 > 20.50.60.72:53
                eth0: UDP 10.1.0.200:50000 > 10.1.0.50:5354
            10.1.1.4 > 20.50.60.72:53
                Dropped
        "#]],
    );
}

/// `Azure/AgentBaker`: only the host itself reaches the host agent; DNS stays open.
#[test]
fn pods_can_not_reach_the_wire_server() {
    let node = Node::n0(&network(&[KUBENET]));
    let to_agent = |source: &str, port: u16| kubehop::model::packet::Packet {
        protocol: Protocol::Tcp,
        ..udp(source, &format!("168.63.129.16:{port}"))
    };
    assert_eq!(node.ends(&to_agent(POD, 80)), [End::Dropped].into());
    assert_eq!(node.ends(&to_agent(POD, 32526)), [End::Dropped].into());
    assert_ne!(node.ends(&to_agent(POD, 443)), [End::Dropped].into());
    assert_ne!(node.ends(&to_agent(NODE, 80)), [End::Dropped].into());
}

/// kube-proxy, `writeServiceToEndpointRules`: first connections are spread, later ones follow.
#[test]
fn session_affinity_sends_a_client_where_it_was_before() {
    let mut node = Node::n0(&network(&[KUBENET, SERVICES]));
    let packet = udp(POD, "10.0.0.58:53");
    let first = node.ends(&packet);
    assert_eq!(first.len(), 2);
    node.remember_first(&packet);
    let later = node.ends(&packet);
    assert_eq!(later.len(), 1);
    assert!(later.is_subset(&first));
    assert_eq!(node.ends(&udp("10.244.0.11", "10.0.0.58:53")).len(), 2);
}

#[test]
fn every_endpoint_is_as_likely_as_the_others() {
    let mut pods = String::new();
    for index in 0..7 {
        let _ = write!(
            pods,
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: many-{index}, namespace: shop, labels: {{app: many}}}}, spec: {{nodeName: n1, containers: [{{name: c, image: c}}]}}, status: {{podIP: 10.244.1.{}}}}}\n",
            100 + index
        );
    }
    pods += "---\n{apiVersion: v1, kind: Service, metadata: {name: many, namespace: shop}, spec: {clusterIP: 10.0.0.70, selector: {app: many}, ports: [{protocol: UDP, port: 53}]}}\n";
    let node = Node::n0(&network(&[KUBENET, &pods]));
    let packet = udp(POD, "10.0.0.70:53");
    let mut picked = std::collections::BTreeSet::new();
    let mut choice = Some(Choice::first());
    while let Some(mut this) = choice {
        let (_, outcomes) = node.walk(&packet, &mut this);
        let pick = outcomes[0].1.pick.clone().expect("the rules drew");
        assert_eq!(pick.candidates.len(), 7);
        assert!((this.probability() - 1.0 / 7.0).abs() < 1e-8);
        picked.insert(pick.picked);
        choice = this.next();
    }
    assert_eq!(picked.len(), 7);
}

#[test]
fn a_hook_says_what_it_did_and_why() {
    let node = Node::n0(&network(&[KUBENET, SERVICES]));
    let texts = Texts::new(Language::En);
    let mut out = String::new();
    for (source, destination) in [
        (CLIENT, "20.50.60.70:53"),
        (CLIENT, "20.50.60.71:53"),
        (CLIENT, "20.50.60.72:53"),
        (VM, "20.50.60.73:53"),
        (POD, "10.0.0.50:53"),
        (POD, "10.0.0.59:53"),
        (POD, "203.0.113.9:443"),
        (VM, "10.0.0.50:53"),
        (NODE, "20.50.60.71:53"),
        (VM, "10.1.0.4:8053"),
        ("10.244.0.20", "10.0.0.56:53"),
    ] {
        let packet = udp(source, destination);
        let _ = writeln!(out, "{source} > {destination}");
        let mut before = packet.clone();
        for (hook, outcome) in node.walk(&packet, &mut Choice::first()).1 {
            let place = Ref::new(Kind::Node, "n0");
            let step = HookStep::of(hook, &place, &before, &outcome);
            let cause = step
                .cause
                .map(|cause| format!(" [{} {}]", cause.object, cause.field));
            let why = texts.why(&step.why);
            let _ = writeln!(
                out,
                "  {}: {why}{}",
                hook.as_str(),
                cause.unwrap_or_default()
            );
            before = outcome.packet;
        }
    }
    expect![[r#"
        203.0.113.9 > 20.50.60.70:53
          PREROUTING: n0 sends 20.50.60.70:53 to 10.244.0.20:5353: it is an address of public, and this is one of 2 endpoints that the rules draw from. [service/shop/public spec.ports[1]]
          FORWARD: n0 forwards the packet, because kube-proxy marked it for a Service.
          POSTROUTING: n0 replaced the source 203.0.113.9 by 10.244.0.1, because public has externalTrafficPolicy: Cluster. [service/shop/public spec.externalTrafficPolicy]
        203.0.113.9 > 20.50.60.71:53
          PREROUTING: n0 sends 20.50.60.71:53 to 10.244.0.20:5353: it is an address of local, and this is the only endpoint that the rules offer. [service/shop/local spec.ports[1]]
          FORWARD: The filter rules of n0 let the packet pass.
          POSTROUTING: n0 left the source 203.0.113.9: 10.244.0.20 is in a range of kn that the ip-masq agent leaves alone. [cluster/kn properties.networkProfile.podCidr]
        203.0.113.9 > 20.50.60.72:53
          PREROUTING: n0 left the destination 20.50.60.72:53: no rule translates it.
          FORWARD: Dropped on n0: far has externalTrafficPolicy: Local, and none of its endpoints is on this node. [service/shop/far spec.externalTrafficPolicy]
        10.1.1.4 > 20.50.60.73:53
          PREROUTING: n0 left the destination 20.50.60.73:53: no rule translates it.
          FORWARD: Dropped on n0: 10.1.1.4 is not in the loadBalancerSourceRanges of ranges. [service/shop/ranges spec.loadBalancerSourceRanges]
        10.244.0.10 > 10.0.0.50:53
          PREROUTING: n0 sends 10.0.0.50:53 to 10.244.0.20:5353: it is an address of web, and this is one of 2 endpoints that the rules draw from. [service/shop/web spec.ports[1]]
          FORWARD: The filter rules of n0 let the packet pass.
          POSTROUTING: n0 left the source 10.244.0.10: 10.244.0.20 is in a range of kn that the ip-masq agent leaves alone. [cluster/kn properties.networkProfile.podCidr]
        10.244.0.10 > 10.0.0.59:53
          PREROUTING: n0 left the destination 10.0.0.59:53: no rule translates it.
          FORWARD: Rejected on n0: empty has no endpoints, so the node answers 10.0.0.59:53 with ICMP port unreachable. [service/shop/empty spec.selector]
        10.244.0.10 > 203.0.113.9:443
          PREROUTING: n0 left the destination 203.0.113.9:443: no rule translates it.
          FORWARD: The filter rules of n0 let the packet pass.
          POSTROUTING: n0 replaced the source 10.244.0.10 by 10.1.0.4: 203.0.113.9 is outside the ranges that the ip-masq agent leaves alone.
        10.1.1.4 > 10.0.0.50:53
          PREROUTING: n0 sends 10.0.0.50:53 to 10.244.0.20:5353: it is an address of web, and this is one of 2 endpoints that the rules draw from. [service/shop/web spec.ports[1]]
          FORWARD: n0 forwards the packet, because kube-proxy marked it for a Service.
          POSTROUTING: n0 replaced the source 10.1.1.4 by 10.244.0.1: a sender that is no pod used the cluster IP of web. [service/shop/web spec.clusterIP]
        10.1.0.4 > 20.50.60.71:53
          OUTPUT: n0 sends 20.50.60.71:53 to 10.244.0.20:5353: it is an address of local, and this is one of 2 endpoints that the rules draw from. [service/shop/local spec.ports[1]]
          POSTROUTING: n0 replaced the source 10.1.0.4 by 10.244.0.1: local has externalTrafficPolicy: Local, but the node itself may use endpoints anywhere. [service/shop/local spec.externalTrafficPolicy]
        10.1.1.4 > 10.1.0.4:8053
          PREROUTING: n0 sends the packet to 10.244.0.20:5353, because web-0 has this host port. [pod/shop/web-0 spec.containers]
          FORWARD: The filter rules of n0 let the packet pass.
          POSTROUTING: n0 left the source 10.1.1.4: 10.244.0.20 is in a range of kn that the ip-masq agent leaves alone. [cluster/kn properties.networkProfile.podCidr]
        10.244.0.20 > 10.0.0.56:53
          PREROUTING: n0 sends 10.0.0.56:53 to 10.244.0.20:5353: it is an address of near, and this is the only endpoint that the rules offer. [service/shop/near spec.ports[0]]
          FORWARD: n0 forwards the packet, because kube-proxy marked it for a Service.
          POSTROUTING: n0 replaced the source 10.244.0.20 by 10.244.0.1: near led the sender back to itself, and the reply must pass the node. [service/shop/near spec.ports[0]]
    "#]].assert_eq(&out);
}

fn proxy(settings: &str) -> String {
    format!(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n{settings}\n"
    )
}

fn masq(name: &str, config: &str) -> String {
    let config = config.replace('\n', "\n    ");
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata:\n  ip-masq-agent: |\n    {config}\n"
    )
}
