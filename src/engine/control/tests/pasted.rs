//! The output of `kubectl get -o yaml`, pasted without its cluster: what it gives away is followed.

use std::sync::Arc;

use expect_test::expect;

use super::{build, outcome};
use crate::model::document::Document;
use crate::model::kube::{Phase, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

#[test]
fn pods_of_a_replica_set_that_was_not_pasted_count_for_its_deployment() {
    let owner = Ref::scoped(Kind::ReplicaSet, "default", "web-5d4f8c9b7d");
    let mut pods = vec![
        build::pod(
            "web-5d4f8c9b7d-2xkqz",
            "aks-np-4711-vmss000001",
            "10.224.0.40",
            "app=web",
        ),
        build::pod(
            "web-5d4f8c9b7d-9wvtr",
            "aks-np-4711-vmss000000",
            "10.224.0.21",
            "app=web",
        ),
    ];
    for pod in &mut pods {
        pod.owner = Some(owner.clone());
    }
    pods[0].host_ip = "10.224.0.35".parse().ok();
    pods[1].host_ip = "10.224.0.4".parse().ok();
    let network = Network {
        pods: pods.into(),
        workloads: vec![build::workload(Kind::Deployment, "web", 3, "app=web")].into(),
        services: vec![build::service("web", ServiceType::ClusterIp, "app=web")].into(),
        ..Network::default()
    };
    expect![[r#"
        node aks-np-4711-vmss000001 [10.224.0.35] 10.224.0.36-10.224.0.65
        node aks-np-4711-vmss000000 [10.224.0.4] 10.224.0.5-10.224.0.34
        node aks-nodepool1-vmss000000 [10.224.0.66] 10.224.0.67-10.224.0.96
        pod default/web-5d4f8c9b7d-2xkqz on aks-np-4711-vmss000001 [10.224.0.40] Running
        pod default/web-5d4f8c9b7d-9wvtr on aks-np-4711-vmss000000 [10.224.0.21] Running
        pod kube-system/coredns-kknsh-nsqrg on aks-nodepool1-vmss000000 [10.224.0.67] Running
        pod kube-system/coredns-kknsh-ltlbz on aks-np-4711-vmss000000 [10.224.0.5] Running
        pod default/web-5d4f8c9b7d-9q9c9 on aks-nodepool1-vmss000000 [10.224.0.68] Running
        service default/web ClusterIP [10.0.1.1] [None] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/web-vxsj5 http=8080/TCP -> 10.224.0.40, 10.224.0.21, 10.224.0.68
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.224.0.67, 10.224.0.5
        info: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
    "#]].assert_eq(&outcome(network));
}

#[test]
fn pods_with_addresses_of_a_pod_range_make_the_assumed_cluster_a_kubenet_one() {
    let network = Network {
        pods: vec![
            build::pod("a", "n3", "10.244.3.7", "app=a"),
            build::pod("b", "n1", "10.244.1.9", "app=b"),
        ]
        .into(),
        ..Network::default()
    };
    expect![[r#"
        node n3 [10.224.0.4] 10.244.3.0/24
        node n1 [10.224.0.5] 10.244.1.0/24
        node aks-nodepool1-vmss000000 [10.224.0.6] 10.244.0.0/24
        pod default/a on n3 [10.244.3.7] Running
        pod default/b on n1 [10.244.1.9] Running
        pod kube-system/coredns-kknsh-nsqrg on aks-nodepool1-vmss000000 [10.244.0.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n1 [10.244.1.2] Running
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.0.2, 10.244.1.2
        info: no `managedClusters` document: a default AKS cluster with kubenet is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
    "#]].assert_eq(&outcome(network));
}

#[test]
fn pasted_nodes_are_the_nodes_and_addresses_of_2021_get_the_network_of_2021() {
    let network = Network {
        nodes: vec![
            build::node("aks-a-vmss000000", "10.240.0.4"),
            build::node("aks-a-vmss000001", "10.240.0.35"),
        ]
        .into(),
        ..Network::default()
    };
    expect![[r#"
        node aks-a-vmss000000 [10.240.0.4] 10.240.0.5-10.240.0.34
        node aks-a-vmss000001 [10.240.0.35] 10.240.0.36-10.240.0.65
        pod kube-system/coredns-kknsh-nsqrg on aks-a-vmss000000 [10.240.0.5] Running
        pod kube-system/coredns-kknsh-ltlbz on aks-a-vmss000001 [10.240.0.36] Running
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.240.0.5, 10.240.0.36
        info: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
    "#]].assert_eq(&outcome(network));
}

#[test]
fn a_stateful_set_keeps_the_pods_that_were_written_under_their_names() {
    let mut set = build::workload(Kind::StatefulSet, "db", 3, "app=db");
    set.service_name = Some(Arc::from("db"));
    let mut headless = build::service("db", ServiceType::ClusterIp, "app=db");
    headless.headless = true;
    let mut network = build::kubenet();
    network.pods = vec![build::pod("db-1", "n0", "10.244.0.9", "app=db")].into();
    network.workloads = vec![set].into();
    network.services = vec![headless].into();
    expect![[r#"
        node n0 [10.1.0.4] 10.244.0.0/24
        node n1 [10.1.0.5] 10.244.1.0/24
        pod default/db-1 on n0 [10.244.0.9] Running
        pod kube-system/coredns-kknsh-nsqrg on n1 [10.244.1.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n0 [10.244.0.2] Running
        pod default/db-0 on n1 [10.244.1.3] Running
        pod default/db-2 on n0 [10.244.0.3] Running
        service default/db ClusterIP [] [None] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/db-d9s6z http=8080/TCP -> 10.244.0.9, 10.244.1.3, 10.244.0.3
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.1.2, 10.244.0.2
    "#]]
    .assert_eq(&outcome(network));
}

#[test]
fn a_daemon_set_runs_once_on_each_matching_node_even_if_cordoned() {
    let mut network = build::kubenet();
    network.nodes[1].unschedulable = true;
    network.nodes[0].meta.labels = build::labels("disk=ssd");
    let everywhere = build::workload(Kind::DaemonSet, "agent", 0, "app=agent");
    let mut some = build::workload(Kind::DaemonSet, "fast", 0, "app=fast");
    some.template.node_selector = build::labels("disk=ssd,kubernetes.io/os=linux");
    some.template.host_network = true;
    network.pods.clear();
    network.services.clear();
    network.workloads = vec![everywhere, some].into();
    expect![[r#"
        node n0 [10.1.0.4] 10.244.0.0/24
        node n1 [10.1.0.5] 10.244.1.0/24
        pod kube-system/coredns-kknsh-nsqrg on n0 [10.244.0.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n0 [10.244.0.3] Running
        pod default/agent-n4nvm on n0 [10.244.0.4] Running
        pod default/agent-zlj42 on n1 [10.244.1.2] Running
        pod default/fast-6n9r4 on n0 [10.1.0.4] Running
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.0.2, 10.244.0.3
    "#]]
    .assert_eq(&outcome(network));
}

#[test]
fn ended_and_terminating_pods_are_replaced_and_pods_of_a_node_that_is_not_ready_are_not_ready() {
    let mut network = build::kubenet();
    network.nodes[0].ready = false;
    network.workloads = vec![build::workload(Kind::ReplicaSet, "web", 2, "app=web")].into();
    network.pods[0].meta.labels = build::labels("app=web");
    network.pods[1].terminating = true;
    let mut over = build::pod("p2", "n1", "10.244.1.11", "app=web");
    over.phase = Phase::Failed;
    network.pods.push(over);
    expect![[r#"
        node n0 [10.1.0.4] 10.244.0.0/24
        node n1 [10.1.0.5] 10.244.1.0/24
        pod default/p0 on n0 [10.244.0.10] Running unready
        pod default/p1 on n1 [10.244.1.10] Running
        pod default/p2 on n1 [10.244.1.11] Failed
        pod kube-system/coredns-kknsh-nsqrg on n1 [10.244.1.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n1 [10.244.1.3] Running
        pod default/web-k8z47 on n1 [10.244.1.4] Running
        service default/web LoadBalancer [10.0.50.1] [Some(31380)] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/web-vxsj5 http=8080/TCP -> 10.244.0.10 unready, 10.244.1.10 unready, 10.244.1.4
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.1.2, 10.244.1.3
    "#]].assert_eq(&outcome(network));
}

#[test]
fn written_slices_of_a_service_are_taken_instead_of_derived_ones() {
    let mut network = build::kubenet();
    network.slices = vec![crate::model::kube::EndpointSlice {
        meta: build::meta("default", "web-abc12"),
        service: Arc::from("web"),
        ..Default::default()
    }]
    .into();
    let (network, _) = super::reconcile(network);
    let of_web: Vec<&str> = network
        .slices
        .iter()
        .filter(|slice| &*slice.service == "web")
        .map(|slice| &*slice.meta.name)
        .collect();
    assert_eq!(of_web, ["web-abc12"]);
}

#[test]
fn output_of_kubectl_as_it_comes_gets_the_nodes_and_addresses_that_it_names() {
    // Issue: `kubectl get -o yaml` of a Deployment, a Service and Pods, status and managedFields and all.
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let (document, _) = Document::from_texts(vec![
        text(
            "deployment.yaml",
            include_str!("../../../../tests/data/kubectl/deployment.yaml"),
        ),
        text(
            "service.yaml",
            include_str!("../../../../tests/data/kubectl/service.yaml"),
        ),
        text(
            "pods.yaml",
            include_str!("../../../../tests/data/kubectl/pods.yaml"),
        ),
    ]);
    let (network, problems) = crate::model::read::read(&document);
    assert_eq!(problems, []);
    expect![[r#"
        node aks-nodepool1-31287516-vmss000000 [10.224.0.4] 10.224.0.5-10.224.0.35
        node aks-nodepool1-31287516-vmss000001 [10.224.0.33] 10.224.0.36-10.224.0.65
        node aks-nodepool1-vmss000000 [10.224.0.66] 10.224.0.67-10.224.0.96
        pod shop/web-6f7c9d5b8-4xk2j on aks-nodepool1-31287516-vmss000000 [10.224.0.17] Running
        pod shop/web-6f7c9d5b8-tq9wz on aks-nodepool1-31287516-vmss000001 [10.224.0.44] Running unready
        pod kube-system/coredns-kknsh-nsqrg on aks-nodepool1-vmss000000 [10.224.0.67] Running
        pod kube-system/coredns-kknsh-ltlbz on aks-nodepool1-31287516-vmss000000 [10.224.0.5] Running
        service shop/web LoadBalancer [10.0.171.23] [Some(31542)] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice shop/web-kh878 http=8080/TCP -> 10.224.0.17, 10.224.0.44 unready
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.224.0.67, 10.224.0.5
        info: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
    "#]].assert_eq(&outcome(network));
}
