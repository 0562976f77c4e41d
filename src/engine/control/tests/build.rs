//! Short ways to write objects down.

use std::sync::Arc;

use crate::model::azure::{
    AgentPool, Cluster, NetworkPlugin, OutboundType, PublicIp, Subnet, SubnetId, Vnet,
};
use crate::model::kube::{
    ConfigMap, ContainerPort, Labels, Meta, Node, Origin, Pod, Selector, Service, ServicePort,
    ServiceType, TargetPort, Workload,
};
use crate::model::manifest::ManifestId;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Protocol;

pub fn meta(namespace: &str, name: &str) -> Meta {
    Meta {
        namespace: Arc::from(namespace),
        name: Arc::from(name),
        origin: Origin::Written {
            file: 0,
            manifest: ManifestId {
                kind: Kind::Unknown,
                number: usize::MAX,
            },
            part: None,
        },
        ..Meta::default()
    }
}

/// A `ConfigMap` in `kube-system`.
pub fn config_map(name: &str, data: &[(&str, &str)]) -> ConfigMap {
    let data = data
        .iter()
        .map(|(key, text)| (Arc::from(*key), Arc::from(*text)));
    ConfigMap {
        meta: meta("kube-system", name),
        data: data.collect(),
    }
}

/// `a=b,c=d`
pub fn labels(text: &str) -> Labels {
    text.split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (Arc::from(key), Arc::from(value)))
        .collect()
}

pub fn node(name: &str, ip: &str) -> Node {
    Node {
        meta: meta("", name),
        internal_ips: ip.parse().into_iter().collect(),
        ready: true,
        ..Node::default()
    }
}

/// A pod in `default`; node and address may be empty.
pub fn pod(name: &str, node: &str, ip: &str, with: &str) -> Pod {
    let mut pod = Pod {
        meta: meta("default", name),
        node_name: (!node.is_empty()).then(|| Arc::from(node)),
        ips: ip.parse().into_iter().collect(),
        ready: true,
        ..Pod::default()
    };
    pod.meta.labels = labels(with);
    pod
}

pub fn workload(kind: Kind, name: &str, replicas: u32, with: &str) -> Workload {
    let mut template = Pod {
        ready: true,
        ports: vec![ContainerPort {
            name: Some(Arc::from("http")),
            port: 8080,
            protocol: Protocol::Tcp,
            host_port: None,
        }],
        ..Pod::default()
    };
    template.meta.labels = labels(with);
    Workload {
        kind,
        meta: meta("default", name),
        replicas: (kind != Kind::DaemonSet).then_some(replicas),
        selector: Selector {
            match_labels: labels(with),
            match_expressions: Vec::new(),
        },
        template,
        service_name: None,
        owner: None,
    }
}

pub fn service(name: &str, service_type: ServiceType, with: &str) -> Service {
    Service {
        meta: meta("default", name),
        service_type,
        selector: Some(labels(with)),
        ports: vec![ServicePort {
            name: Arc::from("http"),
            port: 80,
            target_port: TargetPort::Number(8080),
            ..ServicePort::default()
        }],
        allocate_node_ports: true,
        ..Service::default()
    }
}

pub fn pool(name: &str, count: u32, max_pods: u32, subnet: Option<(&str, &str)>) -> AgentPool {
    AgentPool {
        name: Arc::from(name),
        count,
        max_pods: Some(max_pods),
        windows: false,
        subnet: subnet.map(|(vnet, subnet)| SubnetId {
            vnet: Arc::from(vnet),
            subnet: Arc::from(subnet),
        }),
        pod_subnet: None,
        zones: Vec::new(),
        system: true,
        ..AgentPool::default()
    }
}

pub fn cluster(plugin: NetworkPlugin, pools: Vec<AgentPool>) -> Cluster {
    Cluster {
        meta: meta("", "kn"),
        location: Arc::from("japaneast"),
        kubernetes_version: Arc::from("1.30.0"),
        plugin,
        network_policy: None,
        dataplane: None,
        pod_cidr: None,
        service_cidr: "10.0.0.0/16".parse().unwrap(),
        dns_service_ip: "10.0.0.10".parse().unwrap(),
        outbound_type: OutboundType::LoadBalancer,
        standard_load_balancer: true,
        outbound_ips: vec![Arc::from("outbound-ip")],
        overlay_mode: false,
        proxy_mode: None,
        bridge_mode: false,
        managed_outbound_ips: 0,
        nat_gateway_ips: Vec::new(),
        shared_probe: false,
        allocated_outbound_ports: 0,
        outbound_idle_minutes: 30,
        pools,
        node_resource_group: None,
        authorized_ranges: false,
        addons: Vec::new(),
    }
}

pub fn vnet(name: &str, space: &str, subnets: &[(&str, &str)]) -> Vnet {
    Vnet {
        meta: meta("", name),
        location: Arc::from("japaneast"),
        address_space: vec![space.parse().unwrap()],
        dns_servers: Vec::new(),
        subnets: subnets
            .iter()
            .map(|(subnet, prefix)| Subnet {
                meta: meta(name, subnet),
                prefixes: vec![prefix.parse().unwrap()],
                ..Subnet::default()
            })
            .collect(),
        peerings: Vec::new(),
    }
}

/// The common part of the fact sheet's fixture (section 0.2): one network with one pool of two nodes, one Service.
pub fn fixture(plugin: NetworkPlugin) -> Network {
    let subnets = [("nodes", "10.1.0.0/24"), ("vms", "10.1.1.0/24")];
    let max_pods = if plugin == NetworkPlugin::Kubenet {
        110
    } else {
        30
    };
    let pools = vec![pool("pool1", 2, max_pods, Some(("vnet-a", "nodes")))];
    let mut web = service("web", ServiceType::LoadBalancer, "app=web");
    web.cluster_ips = vec!["10.0.50.1".parse().unwrap()];
    web.ports[0].node_port = Some(31380);
    Network {
        vnets: vec![vnet("vnet-a", "10.1.0.0/16", &subnets)],
        cluster: Some(cluster(plugin, pools)),
        public_ips: vec![PublicIp {
            meta: meta("", "outbound-ip"),
            ip: Some("20.50.60.71".parse().unwrap()),
            standard: true,
            ..PublicIp::default()
        }],
        services: vec![web].into(),
        ..Network::default()
    }
}

/// Cluster KN of the fixture.
pub fn kubenet() -> Network {
    let mut network = fixture(NetworkPlugin::Kubenet);
    network.nodes = vec![node("n0", "10.1.0.4"), node("n1", "10.1.0.5")].into();
    network.nodes[0].pod_cidrs = vec!["10.244.0.0/24".parse().unwrap()];
    network.nodes[1].pod_cidrs = vec!["10.244.1.0/24".parse().unwrap()];
    network.pods = vec![
        pod("p0", "n0", "10.244.0.10", "app=client"),
        pod("p1", "n1", "10.244.1.10", "app=web"),
    ]
    .into();
    network
}

/// Cluster CN of the fixture.
pub fn azure_cni() -> Network {
    let mut network = fixture(NetworkPlugin::AzureNodeSubnet);
    network.nodes = vec![node("n0", "10.1.0.4"), node("n1", "10.1.0.35")].into();
    network.pods = vec![
        pod("p0", "n0", "10.1.0.10", "app=client"),
        pod("p1", "n1", "10.1.0.40", "app=web"),
    ]
    .into();
    network
}
