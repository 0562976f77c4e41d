//! All rules of a node: their text, what a hook says of them, what is not kube-proxy's, and settings that do not work.

use std::fmt::Write;

use expect_test::{expect, expect_file};
use kubehop::engine::choice::Choice;
use kubehop::engine::netfilter::checks;
use kubehop::engine::netfilter::explain::HookStep;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::{Packet, Protocol};
use kubehop::text::{Language, Texts};

use super::node::{AZURE_CNI, End, KUBENET, Node, SERVICES, network, udp};
use super::{CLIENT, NODE, POD, VM, check, proxy};

#[test]
fn a_kubenet_nodes_rules_are_these() {
    let node = Node::n0(&network(&[KUBENET, SERVICES]));
    expect_file!["kubenet.rules"].assert_eq(&node.rules.to_iptables_save());
}

#[test]
fn an_azure_cni_nodes_rules_are_these() {
    let node = Node::n0(&network(&[AZURE_CNI, SERVICES]));
    expect_file!["azure-cni.rules"].assert_eq(&node.rules.to_iptables_save());
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

/// `Azure/AgentBaker`: only the host itself reaches the host agent; DNS stays open.
#[test]
fn pods_can_not_reach_the_wire_server() {
    let node = Node::n0(&network(&[KUBENET]));
    let to_agent = |source: &str, port: u16| Packet {
        protocol: Protocol::Tcp,
        ..udp(source, &format!("168.63.129.16:{port}"))
    };
    assert_eq!(node.ends(&to_agent(POD, 80)), [End::Dropped].into());
    assert_eq!(node.ends(&to_agent(POD, 32526)), [End::Dropped].into());
    assert_ne!(node.ends(&to_agent(POD, 443)), [End::Dropped].into());
    assert_ne!(node.ends(&to_agent(NODE, 80)), [End::Dropped].into());
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
