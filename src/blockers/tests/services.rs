//! Each refusal on the way to a Service, at least once.
//!
//! What a change must be is reasoned from the rules of `policy`, `azure` and `netfilter`; that it lifts the refusal is
//! traced.

use expect_test::expect;

use super::{check, flow};

/// Kubenet with a Service of each kind of fault.
const CLUSTER: &str = include_str!("../../scenarios/shared/small-cluster.yaml");

fn cluster(more: &str, from: &str, to: &str, port: u16) -> String {
    [CLUSTER, "---\n", more, "---\n", &flow(from, to, port)].concat()
}

const WEB: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  clusterIP: 10.0.50.1
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 31380}]
status: {loadBalancer: {ingress: [{ip: 20.50.60.70}]}}
";

#[test]
fn a_service_that_selects_nothing_selects_the_pod_that_is_nearly_meant() {
    let web = WEB.replace("{app: web}", "{app: wbe}");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Let web select app=web.
              -   selector: {app: wbe}
              +   selector: {app: web}
            then delivered
        "#]],
    );
}

#[test]
fn a_pod_that_lacks_a_label_of_the_selector_gets_it() {
    let web = WEB.replace("{app: web}", "{app: web, tier: front}");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Give web the label tier=front.
              -   labels: {app: web}
              +   labels: {app: web, tier: front}
            then delivered
        "#]],
    );
}

#[test]
fn a_pod_that_is_not_ready_becomes_ready() {
    let pod = "\
---
apiVersion: v1
kind: Pod
metadata: {name: slow, labels: {app: slow}}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
status:
  podIP: 10.244.1.20
  conditions:
    - {type: Scheduled, status: \"True\"}
    - {type: Ready, status: \"False\"} # starting
";
    let web = WEB.replace("{app: web}", "{app: slow}") + pod;
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Set the condition Ready of slow to True.
              -     - {type: Ready, status: "False"} # starting
              +     - {type: Ready, status: "True"} # starting
            then delivered
        "#]],
    );
}

#[test]
fn a_workload_of_no_pods_gets_one() {
    let more = "\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: slow}
spec:
  replicas: 0
  selector: {matchLabels: {app: slow}}
  template: {metadata: {labels: {app: slow}}, spec: {containers: [{name: c, image: c}]}}
";
    let web = WEB.replace("{app: web}", "{app: slow}") + more;
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            rejected
            request node/n0 iptables.FORWARD
              Set the replicas of slow to 1.
              -   replicas: 0
              +   replicas: 1
            then delivered
        "#]],
    );
}

#[test]
fn a_source_range_more_lifts_what_the_group_and_the_node_refuse() {
    let web = WEB.replace(
        "  selector:",
        "  loadBalancerSourceRanges: [192.0.2.0/24]\n  selector:",
    );
    check(
        &cluster(&web, "host/client", "20.50.60.70", 80),
        &expect![[r#"
            dropped
            request node/n0 azure.nsg.in.nic
              Add 203.0.113.9 to loadBalancerSourceRanges of web.
              -   loadBalancerSourceRanges: [192.0.2.0/24]
              +   loadBalancerSourceRanges: [192.0.2.0/24, 203.0.113.9/32]
            request node/n0 iptables.FORWARD
              with 0
            request node/n1 azure.nsg.in.nic
              with 0
            request node/n1 iptables.FORWARD
              with 0
            then delivered
        "#]],
    );
}

#[test]
fn a_port_that_a_service_lacks_is_added() {
    check(
        &cluster(WEB, "host/client", "20.50.60.70", 443),
        &expect![[r#"
            dropped
            request loadbalancer/kubernetes azure.lb.rule
              Add TCP 443 to the ports of web.
              -   ports: [{port: 80, targetPort: 8080, nodePort: 31380}]
              +   ports: [{port: 80, targetPort: 8080, nodePort: 31380, name: tcp-80}, {name: tcp-443, protocol: TCP, port: 443, targetPort: 8080}]
            then delivered
        "#]],
    );
}

#[test]
fn a_machine_gets_a_route_to_the_pods_of_a_node() {
    check(
        &cluster(WEB, "host/vm", "pod/default/web", 8080),
        &expect![[r#"
            dropped
            request subnet/vnet/vms azure.route
              Add a route for 10.244.1.0/24 by 10.1.0.5 to vms.
              -       properties: {addressPrefix: 10.1.1.0/24}
              +       properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: vms-routes}}
              + ---
              + type: Microsoft.Network/routeTables
              + name: vms-routes
              + properties:
              +   routes:
              +     - {name: to-10-244-1-0, properties: {addressPrefix: 10.244.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.5}}
            then delivered
        "#]],
    );
}

#[test]
fn internal_traffic_of_one_node_is_spread_over_the_cluster() {
    let web = WEB.replace("  selector:", "  internalTrafficPolicy: Local\n  selector:");
    check(
        &cluster(&web, "pod/default/caller", "service/default/web", 80),
        &expect![[r#"
            dropped
            request node/n0 iptables.FORWARD
              Set spec.internalTrafficPolicy of web to Cluster.
              -   internalTrafficPolicy: Local
              +   internalTrafficPolicy: Cluster
            then delivered
        "#]],
    );
}

/// Cilium takes no node for a peer: behind another node's masquerade nobody can be admitted.
#[test]
fn a_peer_that_no_rule_can_name_has_no_change_and_says_so() {
    let scenario = cluster(
        &[WEB, "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}}}\n"].concat(),
        "host/client",
        "20.50.60.70",
        80,
    );
    let cilium = "networkPlugin: kubenet\n    networkPolicy: cilium";
    check(
        &scenario.replace("networkPlugin: kubenet", cilium),
        &expect![[r#"
            dropped
            request pod/default/web policy.ingress
              none: No rule of a NetworkPolicy can admit this; the engine does not take nodes for peers.
            request pod/default/web policy.ingress
              Add a NetworkPolicy that lets 203.0.113.9 reach web on TCP 8080.
              + ---
              + apiVersion: networking.k8s.io/v1
              + kind: NetworkPolicy
              + metadata: {name: allow-web-in-8080, namespace: default}
              + spec:
              +   podSelector: {matchLabels: {app: web}}
              +   policyTypes: [Ingress]
              +   ingress:
              +     - {from: [{ipBlock: {cidr: 203.0.113.9/32}}], ports: [{port: 8080}]}
            then mixed
        "#]],
    );
}
