//! What kube-proxy's rules do: cluster IPs, node ports, addresses of load balancers, session affinity.

use std::fmt::Write;

use expect_test::expect;
use kubehop::engine::choice::Choice;

use super::node::{AZURE_CNI, KUBENET, Node, SERVICES, network, udp};
use super::{CLIENT, NODE, POD, VM, check, proxy};

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
            10.244.0.10 > 20.50.60.70:53
            10.1.0.4 > 20.50.60.70:53
            203.0.113.9 > 198.51.100.7:53
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
            10.1.1.4 > 10.1.0.4:30058
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
