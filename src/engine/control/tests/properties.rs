//! What holds for every scenario.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{build, reconcile};
use crate::model::azure::NetworkPlugin;
use crate::model::kube::{Origin, Phase, Pod, Service, ServiceType, TrafficPolicy, Workload};
use crate::model::network::Network;
use crate::model::object::Kind;

fn pods() -> impl Strategy<Value = Vec<Pod>> {
    let address = prop_oneof![
        Just(String::new()),
        (4..90u8).prop_map(|last| format!("10.1.0.{last}")),
        (0..3u8, 2..20u8).prop_map(|(node, last)| format!("10.244.{node}.{last}")),
    ];
    let node = prop::sample::select(vec!["", "n0", "n1", "n2", "n7"]);
    let app = prop::sample::select(vec!["app=web", "app=db", ""]);
    let pod = (node, address, app, any::<bool>(), any::<bool>(), 0..4u8);
    prop::collection::vec(pod, 0..8).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        let make = |(index, (node, address, app, ready, host, phase)): (
            usize,
            (&str, String, &str, bool, bool, u8),
        )| {
            let mut pod: Pod = build::pod(&format!("p{index}"), node, &address, app);
            pod.ready = ready;
            pod.host_network = host;
            pod.phase = [
                Phase::Running,
                Phase::Running,
                Phase::Pending,
                Phase::Failed,
            ][phase as usize];
            pod
        };
        numbered.map(make).collect()
    })
}

fn workloads() -> impl Strategy<Value = Vec<Workload>> {
    let kind = prop::sample::select(vec![
        Kind::Deployment,
        Kind::ReplicaSet,
        Kind::StatefulSet,
        Kind::DaemonSet,
        Kind::Job,
    ]);
    let app = prop::sample::select(vec!["app=web", "app=db"]);
    let selector = prop::sample::select(vec!["", "kubernetes.io/os=linux", "disk=ssd"]);
    prop::collection::vec((kind, 0..40u32, app, selector), 0..4).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        let make = |(index, (kind, replicas, app, selector)): (usize, (Kind, u32, &str, &str))| {
            let mut workload: Workload = build::workload(kind, &format!("w{index}"), replicas, app);
            workload.template.node_selector = build::labels(selector);
            workload
        };
        numbered.map(make).collect()
    })
}

fn services() -> impl Strategy<Value = Vec<Service>> {
    let service_type = prop::sample::select(vec![
        ServiceType::ClusterIp,
        ServiceType::NodePort,
        ServiceType::LoadBalancer,
    ]);
    let address = prop::sample::select(vec!["", "10.0.1.1", "10.0.0.1", "10.0.9.9"]);
    let service = (service_type, address, any::<bool>(), any::<bool>());
    prop::collection::vec(service, 0..6).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        let make = |(index, (service_type, address, headless, local)): (
            usize,
            (ServiceType, &str, bool, bool),
        )| {
            let mut service: Service =
                build::service(&format!("s{index}"), service_type, "app=web");
            service.headless = headless && service_type == ServiceType::ClusterIp;
            if !service.headless {
                service.cluster_ips = address.parse().into_iter().collect();
            }
            if local {
                service.external_traffic_policy = TrafficPolicy::Local;
            }
            service
        };
        numbered.map(make).collect()
    })
}

fn networks() -> impl Strategy<Value = Network> {
    let plugin = prop::sample::select(vec![
        Some(NetworkPlugin::Kubenet),
        Some(NetworkPlugin::AzureNodeSubnet),
        Some(NetworkPlugin::AzureOverlay),
        Some(NetworkPlugin::AzurePodSubnet),
        None,
    ]);
    let nodes = prop::collection::vec(prop::option::of(4..80u8), 0..4);
    (plugin, nodes, pods(), workloads(), services(), 0..5u32).prop_map(
        |(plugin, nodes, pods, workloads, services, count)| {
            let mut network = Network::default();
            if let Some(plugin) = plugin {
                network = build::fixture(plugin);
                let mut pool = build::pool("pool1", count, 30, Some(("vnet-a", "nodes")));
                if network.cluster.as_ref().unwrap().plugin == NetworkPlugin::AzurePodSubnet {
                    pool.pod_subnet = network.vnets[0]
                        .subnets
                        .last()
                        .map(crate::model::azure::Subnet::id);
                    pool.static_blocks = count == 2;
                }
                network.cluster.as_mut().unwrap().pools = vec![pool];
            }
            let node = |(index, ip): (usize, Option<u8>)| {
                let ip = ip.map(|last| format!("10.1.0.{last}")).unwrap_or_default();
                build::node(&format!("n{index}"), &ip)
            };
            network.nodes = nodes.into_iter().enumerate().map(node).collect();
            network.pods = pods.into();
            network.workloads = workloads.into();
            network.services = services.into();
            network
        },
    )
}

fn holds(pod: &Pod, ip: std::net::IpAddr) -> bool {
    !pod.host_network && pod.phase != Phase::Failed && pod.ips.contains(&ip)
}

fn is_written(origin: &Origin) -> bool {
    matches!(origin, Origin::Written { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn reconciling_twice_gives_what_reconciling_once_gave(network in networks()) {
        let (once, _) = reconcile(network);
        let (twice, _) = reconcile(once.clone());
        prop_assert_eq!(super::summary(&twice), super::summary(&once));
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn what_was_written_stays_as_it_was(network in networks()) {
        let (after, _) = reconcile(network.clone());
        for (before, after) in network.pods.iter().zip(&after.pods) {
            prop_assert_eq!(&before.meta.name, &after.meta.name);
            prop_assert!(before.ips.is_empty() || before.ips == after.ips);
            prop_assert!(before.node_name.is_none() || before.node_name == after.node_name);
        }
        for (before, after) in network.nodes.iter().zip(&after.nodes) {
            prop_assert!(before.internal_ips.is_empty() || before.internal_ips == after.internal_ips);
        }
        for (before, after) in network.services.iter().zip(&after.services) {
            prop_assert!(before.cluster_ips.is_empty() || before.cluster_ips == after.cluster_ips);
        }
    }

    #[test]
    fn nothing_is_handed_out_twice_and_everything_made_says_by_whom(network in networks()) {
        let (after, _) = reconcile(network);
        let mut seen = BTreeSet::new();
        for pod in after.pods.iter().filter(|pod| !pod.host_network && !is_written(&pod.meta.origin)) {
            for ip in &pod.ips {
                prop_assert!(seen.insert(*ip), "{} twice", ip);
                let holders = after.pods.iter().filter(|other| holds(other, *ip)).count();
                prop_assert_eq!(holders, 1, "{}", ip);
            }
            let made = matches!(pod.meta.origin, Origin::Derived { .. });
            prop_assert!(made);
        }
        let mut ports = BTreeSet::new();
        for port in after.services.iter().flat_map(|service| &service.ports) {
            prop_assert!(port.node_port.is_none_or(|port| ports.insert(port)));
        }
    }
}
