//! The cluster's DNS servers: CoreDNS as a Deployment and its Service `kube-dns`.

use std::sync::Arc;

use super::{autoscaler, of_cluster};
use crate::model::azure::Cluster;
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{
    ContainerPort, DnsPolicy, Labels, Meta, Pod, Selector, Service, ServicePort, TargetPort,
    Workload,
};
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Protocol;
use crate::model::placement::{Placement, Toleration};

/// Namespace of CoreDNS.
pub const NAMESPACE: &str = "kube-system";
/// Name of its Service.
pub const SERVICE: &str = "kube-dns";
/// Name of its Deployment.
pub const DEPLOYMENT: &str = "coredns";

/// Adds CoreDNS, its Service and the API server's Service as far as they were not written.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if !network.services.iter().any(Service::is_api_server) {
        network.services.push(api_server(cluster));
    }
    if network.service(NAMESPACE, SERVICE).is_none() {
        network.services.push(dns_service(cluster));
    }
    let written = network.workloads.iter().any(|workload| {
        &*workload.meta.namespace == NAMESPACE && &*workload.meta.name == DEPLOYMENT
    });
    if !written {
        let replicas = autoscaler::replicas(network, problems);
        network.workloads.push(deployment(cluster, replicas));
    }
}

/// The Service `kubernetes`: its endpoint is the API server, which stands outside the cluster.
fn api_server(cluster: &Cluster) -> Service {
    let port = ServicePort {
        name: Arc::from("https"),
        protocol: Protocol::Tcp,
        port: 443,
        target_port: TargetPort::Number(443),
        ..ServicePort::default()
    };
    let mut meta = of_cluster(cluster, "default", "kubernetes");
    meta.labels = labels(&[("component", "apiserver"), ("provider", "kubernetes")]);
    Service {
        meta,
        cluster_ips: super::address::nth(cluster.service_cidr, 1)
            .into_iter()
            .collect(),
        ports: vec![port],
        allocate_node_ports: true,
        ..Service::default()
    }
}

fn dns_service(cluster: &Cluster) -> Service {
    let port = |name: &str, protocol| ServicePort {
        name: Arc::from(name),
        protocol,
        port: 53,
        target_port: TargetPort::Number(53),
        ..ServicePort::default()
    };
    let mut meta = of_cluster(cluster, NAMESPACE, SERVICE);
    meta.labels = labels(&[
        ("k8s-app", "kube-dns"),
        ("kubernetes.io/cluster-service", "true"),
        ("kubernetes.io/name", "CoreDNS"),
    ]);
    Service {
        meta,
        cluster_ips: vec![cluster.dns_service_ip],
        selector: Some(labels(&[("k8s-app", "kube-dns")])),
        ports: vec![port("dns", Protocol::Udp), port("dns-tcp", Protocol::Tcp)],
        allocate_node_ports: true,
        ..Service::default()
    }
}

fn deployment(cluster: &Cluster, replicas: u32) -> Workload {
    let port = |name: &str, port, protocol| ContainerPort {
        name: Some(Arc::from(name)),
        port,
        protocol,
        host_port: None,
    };
    let app = labels(&[("k8s-app", "kube-dns")]);
    let mut meta = of_cluster(cluster, NAMESPACE, DEPLOYMENT);
    meta.labels.clone_from(&app);
    Workload {
        kind: Kind::Deployment,
        meta,
        replicas: Some(replicas),
        selector: Selector {
            match_labels: app.clone(),
            match_expressions: Vec::new(),
        },
        template: Pod {
            meta: Meta {
                namespace: Arc::from(NAMESPACE),
                labels: app,
                ..Meta::default()
            },
            placement: Some(Arc::new(Placement {
                tolerations: vec![Toleration {
                    key: Some(Arc::from("CriticalAddonsOnly")),
                    ..Toleration::default()
                }],
                ..Placement::default()
            })),
            dns_policy: DnsPolicy::Default,
            ports: vec![
                port("dns", 53, Protocol::Udp),
                port("dns-tcp", 53, Protocol::Tcp),
                port("metrics", 9153, Protocol::Tcp),
            ],
            ready: true,
            ..Pod::default()
        },
        service_name: None,
        owner: None,
    }
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs
        .iter()
        .map(|(key, value)| (Arc::from(*key), Arc::from(*value)))
        .collect()
}
