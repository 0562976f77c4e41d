//! What is taken for granted where nothing was written: a default cluster around bare manifests, and namespaces.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::assumed;
use crate::engine::policy::foreign;
use crate::model::azure::{AgentPool, Cluster, NetworkPlugin, OutboundType};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{Namespace, Node, Phase};
use crate::model::network::Network;
use crate::model::ours::{Era, Host, HostNetwork};

/// Nodes of the default cluster, if no more are named.
const NODES: usize = 3;

/// Puts a default cluster around Kubernetes objects that come without one, with a client on the internet.
///
/// What the manifests give away (addresses of nodes, pods and Services in the output of `kubectl get`) is
/// followed, so that they fit their surroundings.
pub fn cluster(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    if network.cluster.is_some() || !has_kubernetes_objects(network) {
        return;
    }
    let cluster = default_cluster(network);
    let engine = match &cluster.network_policy {
        Some(engine) => format!(" and the network policy engine {engine}"),
        None => String::new(),
    };
    problems.push(
        Diagnostic::new(
            Severity::Info,
            "cluster-assumed",
            format!(
                "no `managedClusters` document: a default AKS cluster with {}{engine} is assumed",
                cluster.plugin.as_str()
            ),
        )
        .hint("add a `Microsoft.ContainerService/managedClusters` document to describe your own"),
    );
    network.cluster = Some(cluster);
    let has_client = |host: &Host| host.network == HostNetwork::Internet;
    if !network.hosts.iter().any(has_client) && network.host("client").is_none() {
        network.hosts.push(client());
    }
}

fn has_kubernetes_objects(network: &Network) -> bool {
    !(network.nodes.is_empty()
        && network.pods.is_empty()
        && network.workloads.is_empty()
        && network.services.is_empty()
        && network.slices.is_empty()
        && network.config_maps.is_empty()
        && network.policies.is_empty()
        && network.ingresses.is_empty()
        && network.namespaces.is_empty()
        && network.kube_proxy.is_none())
}

/// A machine on the internet, at an address that is reserved for documentation (RFC 5737).
fn client() -> Host {
    Host {
        meta: assumed("", "client"),
        network: HostNetwork::Internet,
        ip: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9))),
        listens: None,
        ip_forwarding: false,
        nsg: None,
        public_ip: None,
        dns_server: false,
        dns_forwards: Vec::new(),
        dns_servers: Vec::new(),
    }
}

fn default_cluster(network: &Network) -> Cluster {
    let pod_cidr = foreign_pods(network);
    let service_cidr = service_cidr(network);
    Cluster {
        meta: assumed("", "aks"),
        location: Arc::from("japaneast"),
        kubernetes_version: Arc::from("1.33"),
        plugin: if pod_cidr.is_some() {
            NetworkPlugin::Kubenet
        } else {
            NetworkPlugin::AzureNodeSubnet
        },
        // Whoever has policies has something that enforces them; this one goes with every plugin.
        network_policy: foreign::engine(network)
            .map(|engine| Arc::from(engine.as_str()))
            .or_else(|| (!network.policies.is_empty()).then(|| Arc::from("calico"))),
        dataplane: None,
        pod_cidr,
        service_cidr,
        dns_service_ip: super::address::nth(service_cidr, 10)
            .unwrap_or(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 10))),
        outbound_type: OutboundType::LoadBalancer,
        standard_load_balancer: true,
        outbound_ips: Vec::new(),
        overlay_mode: false,
        proxy_mode: None,
        bridge_mode: false,
        managed_outbound_ips: 0,
        nat_gateway_ips: Vec::new(),
        shared_probe: false,
        allocated_outbound_ports: 0,
        outbound_idle_minutes: 30,
        pools: vec![default_pool(network)],
        node_resource_group: None,
        authorized_ranges: false,
        addons: Vec::new(),
    }
}

fn default_pool(network: &Network) -> AgentPool {
    let mut names: BTreeSet<&str> = network.nodes.iter().map(|node| &*node.meta.name).collect();
    let written = !names.is_empty();
    names.extend(
        network
            .pods
            .iter()
            .filter_map(|pod| pod.node_name.as_deref()),
    );
    let count = if written {
        names.len()
    } else {
        names.len().max(NODES)
    };
    AgentPool {
        name: Arc::from("nodepool1"),
        count: u32::try_from(count).unwrap_or(u32::MAX),
        system: true,
        ..AgentPool::default()
    }
}

/// The node subnet of the virtual network that AKS makes by itself: the current or the 2021 default, or a /16
/// around the nodes that were written, if they stand elsewhere.
pub fn node_subnet(network: &Network) -> Ipv4Net {
    let evidence = node_address(network).or_else(|| pod_address(network, default_subnets()));
    let matching = |address: Ipv4Addr| {
        default_subnets()
            .into_iter()
            .find(|net| net.contains(&address))
            .unwrap_or_else(|| slash_16(address))
    };
    let [now, then] = default_subnets();
    match (evidence, network.settings.era) {
        (Some(address), _) => matching(address),
        (None, Era::Now) => now,
        (None, Era::Y2021) => then,
    }
}

/// Since 2022-02-24, and before.
fn default_subnets() -> [Ipv4Net; 2] {
    [
        slash_16(Ipv4Addr::new(10, 224, 0, 0)),
        slash_16(Ipv4Addr::new(10, 240, 0, 0)),
    ]
}

fn slash_16(address: Ipv4Addr) -> Ipv4Net {
    let [a, b, _, _] = address.octets();
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), 16)
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// The first written address of a node.
fn node_address(network: &Network) -> Option<Ipv4Addr> {
    let nodes = network.nodes.iter().filter_map(Node::ip);
    let hosts = network.pods.iter().filter_map(|pod| pod.host_ip);
    nodes.chain(hosts).find_map(v4)
}

fn pod_addresses(network: &Network) -> impl Iterator<Item = Ipv4Addr> + '_ {
    network
        .pods
        .iter()
        .filter(|pod| !pod.host_network && matches!(pod.phase, Phase::Running))
        .filter_map(|pod| pod.ip().and_then(v4))
}

fn pod_address(network: &Network, within: [Ipv4Net; 2]) -> Option<Ipv4Addr> {
    pod_addresses(network).find(|address| within.iter().any(|net| net.contains(address)))
}

/// A /16 around pods that do not stand in the node subnet, or the pod range that nodes give away: not Azure CNI
/// with a node subnet, so kubenet is assumed.
fn foreign_pods(network: &Network) -> Option<IpNet> {
    let subnet = node_subnet(network);
    let from_nodes = network
        .nodes
        .iter()
        .flat_map(|node| &node.pod_cidrs)
        .find_map(|net| v4(net.network()));
    let foreign = || pod_addresses(network).find(|address| !subnet.contains(address));
    from_nodes
        .or_else(foreign)
        .map(|address| IpNet::V4(slash_16(address)))
}

fn service_cidr(network: &Network) -> IpNet {
    let address = network
        .services
        .iter()
        .flat_map(|service| &service.cluster_ips)
        .copied()
        .find_map(v4);
    IpNet::V4(slash_16(address.unwrap_or(Ipv4Addr::new(10, 0, 0, 0))))
}

/// Adds the namespaces that every cluster has, and those that objects stand in without a document of their own;
/// each carries its own name as a label (R28).
pub fn namespaces(network: &mut Network) {
    let mut needed: Vec<Arc<str>> = ["default", "kube-system", "kube-public", "kube-node-lease"]
        .map(Arc::from)
        .to_vec();
    needed.extend(network.pods.iter().map(|pod| pod.meta.namespace.clone()));
    needed.extend(network.services.iter().map(|it| it.meta.namespace.clone()));
    needed.extend(network.workloads.iter().map(|it| it.meta.namespace.clone()));
    needed.extend(network.ingresses.iter().map(|it| it.meta.namespace.clone()));
    needed.extend(network.slices.iter().map(|it| it.meta.namespace.clone()));
    let mut known: BTreeSet<Arc<str>> = network
        .namespaces
        .iter()
        .map(|namespace| namespace.meta.name.clone())
        .collect();
    for name in needed {
        if !name.is_empty() && known.insert(name.clone()) {
            network.namespaces.push(Namespace {
                meta: assumed("", name),
            });
        }
    }
    for namespace in &mut network.namespaces {
        let name = namespace.meta.name.clone();
        namespace
            .meta
            .labels
            .insert(Arc::from("kubernetes.io/metadata.name"), name);
    }
}
