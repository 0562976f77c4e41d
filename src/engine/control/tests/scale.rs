//! Size of the largest clusters that must stay fluid.

use super::{build, reconcile};
use crate::model::azure::NetworkPlugin;
use crate::model::kube::{Phase, ServiceType};
use crate::model::object::Kind;

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
