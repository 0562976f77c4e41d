//! The two clusters of the fact sheet's fixture (section 0.2), and the default cluster.

use expect_test::expect;

use super::{build, outcome, reconcile};
use crate::model::kube::{Origin, ServiceType};
use crate::model::network::Network;
use crate::model::object::Kind;

#[test]
fn the_kubenet_fixture_is_kept_and_gets_coredns() {
    expect![[r#"
        node n0 [10.1.0.4] 10.244.0.0/24
        node n1 [10.1.0.5] 10.244.1.0/24
        pod default/p0 on n0 [10.244.0.10] Running
        pod default/p1 on n1 [10.244.1.10] Running
        pod kube-system/coredns-kknsh-nsqrg on n0 [10.244.0.2] Running
        pod kube-system/coredns-kknsh-ltlbz on n1 [10.244.1.2] Running
        service default/web LoadBalancer [10.0.50.1] [Some(31380)] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/web-vxsj5 http=8080/TCP -> 10.244.1.10
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.244.0.2, 10.244.1.2
    "#]]
    .assert_eq(&outcome(build::kubenet()));
}

#[test]
fn azure_cni_reserves_one_block_of_addresses_for_each_node() {
    expect![[r#"
        node n0 [10.1.0.4] 10.1.0.5-10.1.0.34
        node n1 [10.1.0.35] 10.1.0.36-10.1.0.65
        pod default/p0 on n0 [10.1.0.10] Running
        pod default/p1 on n1 [10.1.0.40] Running
        pod kube-system/coredns-kknsh-nsqrg on n0 [10.1.0.5] Running
        pod kube-system/coredns-kknsh-ltlbz on n1 [10.1.0.36] Running
        service default/web LoadBalancer [10.0.50.1] [Some(31380)] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/web-vxsj5 http=8080/TCP -> 10.1.0.40
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.1.0.5, 10.1.0.36
    "#]]
    .assert_eq(&outcome(build::azure_cni()));
}

#[test]
fn bare_manifests_get_a_default_cluster_that_is_marked_as_assumed() {
    let mut network = Network {
        workloads: vec![build::workload(Kind::Deployment, "web", 3, "app=web")].into(),
        services: vec![build::service("web", ServiceType::LoadBalancer, "app=web")].into(),
        ..Network::default()
    };
    expect![[r#"
        node aks-nodepool1-vmss000000 [10.224.0.4] 10.224.0.5-10.224.0.34
        node aks-nodepool1-vmss000001 [10.224.0.35] 10.224.0.36-10.224.0.65
        node aks-nodepool1-vmss000002 [10.224.0.66] 10.224.0.67-10.224.0.96
        pod kube-system/coredns-kknsh-nsqrg on aks-nodepool1-vmss000000 [10.224.0.5] Running
        pod kube-system/coredns-kknsh-ltlbz on aks-nodepool1-vmss000001 [10.224.0.36] Running
        pod default/web-nx467-nvclt on aks-nodepool1-vmss000002 [10.224.0.67] Running
        pod default/web-nx467-ml5nh on aks-nodepool1-vmss000000 [10.224.0.6] Running
        pod default/web-nx467-hd5q2 on aks-nodepool1-vmss000001 [10.224.0.37] Running
        service default/web LoadBalancer [10.0.1.1] [Some(30086)] None
        service default/kubernetes ClusterIP [10.0.0.1] [None] None
        service kube-system/kube-dns ClusterIP [10.0.0.10] [None, None] None
        slice default/web-vxsj5 http=8080/TCP -> 10.224.0.67, 10.224.0.6, 10.224.0.37
        slice kube-system/kube-dns-kvxnn dns=53/UDP,dns-tcp=53/TCP -> 10.224.0.5, 10.224.0.36
        info: no `managedClusters` document: a default AKS cluster with Azure CNI is assumed; hint: add a `Microsoft.ContainerService/managedClusters` document to describe your own
    "#]].assert_eq(&outcome(network.clone()));
    (network, _) = reconcile(network);
    let vnet = &network.vnets[0];
    assert_eq!(vnet.address_space, ["10.224.0.0/12".parse().unwrap()]);
    assert_eq!(vnet.subnets[0].prefixes, ["10.224.0.0/16".parse().unwrap()]);
    assert_eq!(vnet.meta.origin, Origin::Assumed);
    assert_eq!(network.hosts[0].ip, "203.0.113.9".parse().ok());
    assert_eq!(network.public_ips[0].ip, "192.0.2.1".parse().ok());
}

#[test]
fn azure_resources_alone_get_no_cluster() {
    let network = Network {
        vnets: vec![build::vnet(
            "vnet-a",
            "10.1.0.0/16",
            &[("vms", "10.1.1.0/24")],
        )],
        ..Network::default()
    };
    let (after, problems) = reconcile(network.clone());
    assert_eq!(after, network);
    assert_eq!(problems, []);
}
