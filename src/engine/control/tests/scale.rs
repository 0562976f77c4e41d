//! Size of the largest clusters that must stay fluid.

use std::sync::Arc;

use super::{build, reconcile};
use crate::model::azure::NetworkPlugin;
use crate::model::kube::{Phase, Pod, Selector, ServiceType};
use crate::model::object::Kind;
use crate::model::placement::{Placement, PodTerm};

#[test]
fn four_hundred_nodes_with_thirty_pods_each_and_a_thousand_services_are_completed_at_once() {
    let mut network = build::fixture(NetworkPlugin::AzureNodeSubnet);
    network.vnets = vec![build::vnet(
        "vnet-a",
        "10.0.0.0/8",
        &[("nodes", "10.128.0.0/16")],
    )];
    network.cluster.as_mut().unwrap().pools =
        vec![build::pool("pool1", 400, 30, Some(("vnet-a", "nodes")))];
    network.services.clear();
    for number in 0..1000 {
        let app = format!("app=a{number},tier=web");
        let name = format!("a{number}");
        network
            .workloads
            .push(build::workload(Kind::Deployment, &name, 12, &app));
        network
            .services
            .push(build::service(&name, ServiceType::ClusterIp, &app));
    }
    let (network, problems) = reconcile(network);
    let running = network
        .pods
        .iter()
        .filter(|pod| pod.phase == Phase::Running);
    assert_eq!(running.count(), 12_000);
    assert_eq!(problems.len(), 1, "CoreDNS takes five places of the 12,000");
}

#[test]
fn twenty_thousand_pods_that_each_want_no_other_of_their_name_find_places() {
    let mut network = build::fixture(NetworkPlugin::AzureNodeSubnet);
    network.vnets = vec![build::vnet(
        "vnet-a",
        "10.0.0.0/8",
        &[("nodes", "10.0.0.0/9")],
    )];
    network.cluster.as_mut().unwrap().pools =
        vec![build::pool("pool1", 100, 250, Some(("vnet-a", "nodes")))];
    network.pods.clear();
    network.services.clear();
    for number in 0..20_000 {
        let app = format!("app=a{number}");
        let mut pod = build::pod(&format!("p{number}"), "", "", &app);
        let term = PodTerm {
            selector: Some(Selector {
                match_labels: build::labels(&app),
                match_expressions: Vec::new(),
            }),
            topology_key: "kubernetes.io/hostname".into(),
            ..PodTerm::default()
        };
        pod.node_name = None;
        pod.placement = Some(Arc::new(Placement {
            apart: vec![term],
            ..Placement::default()
        }));
        network.pods.push(pod);
    }
    let (network, problems) = reconcile(network);
    let demands = |pod: &&Pod| {
        pod.placement
            .as_ref()
            .is_some_and(|it| !it.apart.is_empty())
    };
    let placed = network.pods.iter().filter(demands);
    let placed = placed.filter(|pod| pod.node_name.is_some());
    assert_eq!(placed.count(), 20_000);
    assert!(
        !problems
            .iter()
            .any(|it| it.code == "scheduling-not-modelled"),
        "{problems:?}"
    );
}
