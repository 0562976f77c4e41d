//! What is handed out when there is little or nothing left, and what is said about it.

use expect_test::expect;

use super::{build, outcome, problems, reconcile};
use crate::engine::control::nodes;
use crate::model::azure::NetworkPlugin;
use crate::model::kube::{Phase, ServiceType, TrafficPolicy};
use crate::model::network::Network;
use crate::model::object::Kind;

fn with_pool(plugin: NetworkPlugin, count: u32, max_pods: u32) -> Network {
    let mut network = build::fixture(plugin);
    let pools = vec![build::pool(
        "pool1",
        count,
        max_pods,
        Some(("vnet-a", "nodes")),
    )];
    network.cluster = Some(build::cluster(network.cluster.unwrap().plugin, pools));
    network.services.clear();
    network
}

#[test]
fn a_subnet_of_251_addresses_holds_eight_azure_cni_nodes_of_thirty_pods() {
    // C-10: 8 x 31 = 248 fit, a ninth does not.
    let (network, found) = reconcile(with_pool(NetworkPlugin::AzureNodeSubnet, 9, 30));
    assert_eq!(network.nodes.len(), 8);
    expect![[r#"
        error: no room in the subnet for 1 node, from `aks-pool1-vmss000008` on; found too few free addresses, expected 31 addresses for each node: itself and 30 pods; hint: use a larger `addressPrefix`, fewer nodes or a smaller `maxPods`
    "#]].assert_eq(&problems(&found));
    let (network, found) = reconcile(with_pool(NetworkPlugin::AzureNodeSubnet, 8, 30));
    assert_eq!((network.nodes.len(), found.len()), (8, 0));
}

#[test]
fn kubenet_ends_at_400_nodes_because_of_the_route_table() {
    // K-11
    let mut network = with_pool(NetworkPlugin::Kubenet, 401, 110);
    network.vnets = vec![build::vnet(
        "vnet-a",
        "10.0.0.0/8",
        &[("nodes", "10.1.0.0/16")],
    )];
    network.cluster.as_mut().unwrap().pod_cidr = "10.128.0.0/15".parse().ok();
    let (network, found) = reconcile(network);
    assert_eq!(network.nodes.len(), nodes::KUBENET_NODES);
    expect![[r#"
        error: 1 node left out: each node needs a route and a route table holds 400 routes; found 401 nodes, expected at most 400 nodes
    "#]].assert_eq(&problems(&found));
}

#[test]
fn a_pod_range_of_16_bits_feeds_256_nodes() {
    // Facts 1.1: 2^(24-prefix) nodes.
    let mut network = with_pool(NetworkPlugin::Kubenet, 257, 110);
    network.vnets = vec![build::vnet(
        "vnet-a",
        "10.0.0.0/8",
        &[("nodes", "10.1.0.0/16")],
    )];
    let (network, found) = reconcile(network);
    let with_range = network
        .nodes
        .iter()
        .filter(|node| !node.pod_cidrs.is_empty());
    assert_eq!(with_range.count(), 256);
    expect![[r#"
        error: no /24 of the pod range is left for 1 node: no addresses for pods there; found `10.244.0.0/16`, expected a prefix with a /24 for each of 257 nodes
    "#]].assert_eq(&problems(&found));
}

#[test]
fn pods_beyond_what_the_nodes_take_stay_pending() {
    let mut network = with_pool(NetworkPlugin::AzureNodeSubnet, 2, 10);
    network.workloads = vec![build::workload(Kind::Deployment, "web", 20, "app=web")].into();
    let (network, found) = reconcile(network);
    let pending = network
        .pods
        .iter()
        .filter(|pod| pod.phase == Phase::Pending);
    // 2 nodes x 10 pods, two of them CoreDNS.
    assert_eq!(pending.count(), 2);
    expect![[r#"
        warning: no node fits 2 pods of `web` (`Pending`): 2 had too many pods; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
    "#]].assert_eq(&problems(&found));
}

#[test]
fn a_pod_for_which_no_node_matches_says_what_the_scheduler_would_say() {
    let mut network = build::kubenet();
    network.nodes[0].unschedulable = true;
    let mut pod = build::pod("gpu", "", "", "app=gpu");
    pod.node_selector = build::labels("gpu=yes");
    network.pods.push(pod);
    network.pods.push(build::pod("lost", "n9", "", ""));
    let (_, found) = reconcile(network);
    expect![[r#"
        warning: pod `lost` is bound to a node that does not exist; found `n9`, expected the name of a node; hint: add the Node, raise the pool's `count`, or leave `nodeName` out
        warning: no node fits pod `gpu` (`Pending`): 1 did not match the node selector, 1 not ready or cordoned; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
    "#]].assert_eq(&problems(&found));
}

#[test]
fn services_get_addresses_and_ports_above_the_static_bands() {
    let mut network = build::kubenet();
    let mut local = build::service("local", ServiceType::LoadBalancer, "app=web");
    local.external_traffic_policy = TrafficPolicy::Local;
    let mut headless = build::service("headless", ServiceType::ClusterIp, "app=web");
    headless.headless = true;
    let mut alias = build::service("alias", ServiceType::ExternalName, "");
    alias.external_name = Some("db.contoso.com".into());
    network.services = vec![
        build::service("plain", ServiceType::ClusterIp, "app=web"),
        build::service("port", ServiceType::NodePort, "app=web"),
        local,
        headless,
        alias,
    ]
    .into();
    network.pods.clear();
    expect![[r#"
        node n0 [10.1.0.4] 10.244.0.0/24
        node n1 [10.1.0.5] 10.244.1.0/24
        pod kube-system/coredns-kknsh-nsqrg on n0 [10.244.0.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n1 [10.244.1.2] Running
        service default/plain ClusterIP [10.0.1.1] [None] None
        service default/port NodePort [10.0.1.2] [Some(30086)] None
        service default/local LoadBalancer [10.0.1.3] [Some(30087)] Some(30088)
        service default/headless ClusterIP [] [None] None
        service default/alias ExternalName [] [None] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/plain-b94wx  ->
        slice default/port-rfjjp  ->
        slice default/local-j4qwh  ->
        slice default/headless-xxvvc  ->
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.0.2, 10.244.1.2
    "#]]
    .assert_eq(&outcome(network));
}

#[test]
fn written_addresses_and_ports_that_cannot_be_are_kept_and_reported() {
    let mut network = build::kubenet();
    let mut twice = build::service("twice", ServiceType::NodePort, "app=web");
    twice.cluster_ips = vec!["10.0.50.1".parse().unwrap()];
    twice.ports[0].node_port = Some(31380);
    let mut outside = build::service("outside", ServiceType::NodePort, "app=web");
    outside.cluster_ips = vec!["10.1.0.9".parse().unwrap()];
    outside.ports[0].node_port = Some(8080);
    network.services.extend([twice, outside]);
    network.pods.push(build::pod("p2", "n1", "10.244.1.10", ""));
    network.pods.push(build::pod("p3", "n1", "10.244.0.99", ""));
    let (_, found) = reconcile(network);
    expect![[r#"
        error: pod `p2` has the address of `pod/default/p1`; found `10.244.1.10`, expected an address that nothing else has
        warning: pod `p3` has an address that node `n1` cannot give it; found `10.244.0.99`, expected an address in `10.244.1.0/24`
        error: Service `twice` has the cluster address of `service/default/web`; found `10.0.50.1`, expected a free address
        error: the cluster address of Service `outside` is not in the service range; found `10.1.0.9`, expected an address in `10.0.0.0/16`
        error: Service `twice` has the node port of `service/default/web`; found `31380`, expected a free port
        warning: the node port of Service `outside` is out of range; found `8080`, expected a port from 30000 to 32767
    "#]].assert_eq(&problems(&found));
}

#[test]
fn a_pool_in_a_subnet_that_does_not_exist_and_other_plugins_are_reported() {
    let mut network = with_pool(NetworkPlugin::Other("none".into()), 1, 30);
    network.vnets.clear();
    let (network, found) = reconcile(network);
    assert_eq!(network.nodes.len(), 0);
    expect![[r#"
        warning: network plugin `none` is not modelled: nodes get addresses, pods do not; hint: kubenet and Azure CNI are modelled
        error: pool `pool1` names a subnet that does not exist: its nodes get no address; found `vnet-a/nodes`, expected the name or id of a subnet of a virtual network in this scenario
        warning: no node fits 2 pods of `coredns` (`Pending`): there are none; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
    "#]].assert_eq(&problems(&found));
}

#[test]
fn counts_that_no_cluster_could_have_end_at_the_limits() {
    let mut network = with_pool(NetworkPlugin::Kubenet, u32::MAX, u32::MAX);
    network.workloads = vec![
        build::workload(Kind::StatefulSet, "many", u32::MAX, "app=many"),
        build::workload(Kind::Job, "more", u32::MAX, "app=more"),
    ]
    .into();
    let (network, found) = reconcile(network);
    // 251 nodes x 250 pods and a few that stay pending, twice, and CoreDNS.
    assert_eq!(network.pods.len(), 2 * (251 * 250 + 20) + 5);
    expect![[r#"
        error: 4294966895 nodes left out: each node needs a route and a route table holds 400 routes; found 4294967295 nodes, expected at most 400 nodes
        error: no room in the subnet for 149 nodes, from `aks-pool1-vmss00006z` on; found too few free addresses, expected one address for each node; hint: use a larger `addressPrefix`, fewer nodes or a smaller `maxPods`
        warning: only 62770 of 4294967295 replicas are simulated: the nodes take 62750 pods
        warning: only 62770 of 4294967295 replicas are simulated: the nodes take 62750 pods
        warning: no node fits 25 pods of `many` (`Pending`): 251 had too many pods; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        warning: no node fits 62770 pods of `more` (`Pending`): 251 had too many pods; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
    "#]].assert_eq(&problems(&found));
}
