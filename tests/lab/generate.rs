//! Scenarios for the lab, made from a seed: a cluster, pods, Services, and many flows.

use std::fmt::Write as _;
use std::net::IpAddr;

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::kube::{Meta, Node, Pod, Service};
use kubehop::model::network::Network;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::ours::Host;

/// What surrounds every cluster: virtual networks, a gateway, hosts.
const AROUND: &str = include_str!("../../src/scenarios/shared/azure.yaml");

/// The same seed gives the same numbers (`SplitMix64`).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// True so many times of a hundred.
    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A scenario as documents, the flows last.
pub fn scenario(seed: u64, flows: usize) -> Vec<String> {
    let mut random = Random::new(seed);
    let kubenet = random.percent(50);
    let nodes = 2 + random.below(3);
    let mut documents = around(&mut random, kubenet, nodes);
    documents.push(cluster(kubenet, nodes));
    documents.extend((0..nodes).map(|node| self::node(kubenet, node)));
    if let Some(config) = kube_proxy(&mut random, kubenet) {
        documents.push(config);
    }
    documents.extend(pods(&mut random, kubenet, nodes));
    documents.extend(services(&mut random));
    documents.extend(masquerading(&mut random));
    with_flows(documents, &mut random, flows)
}

/// The documents, and so many requests to what there is.
pub fn with_flows(mut documents: Vec<String>, random: &mut Random, count: usize) -> Vec<String> {
    let simulation = Simulation::new(&document(&documents));
    documents.extend(requests(random, simulation.network(), count));
    documents
}

/// Virtual networks, a gateway and hosts; sometimes the peerings let forwarded traffic pass, the
/// machines' subnet has routes of its own, and a machine stands between that forwards, or should.
fn around(random: &mut Random, kubenet: bool, nodes: usize) -> Vec<String> {
    let mut text = AROUND.to_owned();
    if random.percent(30) {
        text = text.replace(
            "allowForwardedTraffic: false",
            "allowForwardedTraffic: true",
        );
    }
    let mut routes = String::new();
    let mut route = |prefix: &str, hop: &str| {
        let number = routes.lines().count();
        let _ = writeln!(
            routes,
            "    - {{name: r{number}, properties: {{addressPrefix: {prefix}, nextHopType: VirtualAppliance, nextHopIpAddress: {hop}}}}}"
        );
    };
    if kubenet && random.percent(40) {
        for node in 0..nodes {
            route(&format!("10.244.{node}.0/24"), &node_address(kubenet, node));
        }
    }
    let appliance = random.percent(30);
    if appliance {
        route("10.2.0.0/16", "10.1.2.9");
        let forwards = random.percent(60);
        let _ = write!(
            text,
            "---\napiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: nva}}\nspec: {{subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: {forwards}}}\n"
        );
    }
    if !routes.is_empty() {
        let subnet = "{addressPrefix: 10.1.1.0/24}";
        text = text.replace(
            subnet,
            "{addressPrefix: 10.1.1.0/24, routeTable: {id: rt-vms}}",
        );
        let _ = write!(
            text,
            "---\ntype: Microsoft.Network/routeTables\nname: rt-vms\nlocation: japaneast\nproperties:\n  routes:\n{routes}"
        );
    }
    text.split("---\n").map(str::to_owned).collect()
}

/// What the ip-masq agent is told besides what AKS tells it.
fn masquerading(random: &mut Random) -> Option<String> {
    let ranges = random.one(&["10.2.0.0/16", "10.1.1.0/24", "0.0.0.0/0", "10.0.0.0/8"]);
    random.percent(30).then(|| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: azure-ip-masq-agent-config, namespace: kube-system}}\ndata:\n  ip-masq-agent: |-\n    nonMasqueradeCIDRs: [{ranges}]\n"
        )
    })
}

/// The documents as a scenario.
pub fn document(documents: &[String]) -> Document {
    Document::from_texts(vec![("scenario.yaml".to_owned(), documents.join("---\n"))]).0
}

fn cluster(kubenet: bool, nodes: usize) -> String {
    let plugin = if kubenet {
        "networkPlugin: kubenet, podCidr: 10.244.0.0/16"
    } else {
        "networkPlugin: azure"
    };
    format!(
        "type: Microsoft.ContainerService/managedClusters
name: kn
location: japaneast
properties:
  kubernetesVersion: \"1.30.0\"
  networkProfile: {{{plugin}, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10, outboundType: loadBalancer, loadBalancerSku: standard, loadBalancerProfile: {{effectiveOutboundIPs: [{{id: outbound-ip}}]}}}}
  agentPoolProfiles:
    - {{name: pool1, count: {nodes}, maxPods: 30, osType: Linux, vnetSubnetID: vnet-a/nodes}}
---
type: Microsoft.Network/publicIPAddresses
name: outbound-ip
location: japaneast
sku: {{name: Standard}}
properties: {{ipAddress: 20.50.60.71, publicIPAllocationMethod: Static}}
"
    )
}

fn node_address(kubenet: bool, node: usize) -> String {
    format!("10.1.0.{}", 4 + node * if kubenet { 1 } else { 31 })
}

fn node(kubenet: bool, node: usize) -> String {
    let cidr = if kubenet {
        format!("spec: {{podCIDR: 10.244.{node}.0/24}}\n")
    } else {
        String::new()
    };
    format!(
        "apiVersion: v1\nkind: Node\nmetadata: {{name: n{node}}}\n{cidr}status: {{addresses: [{{type: InternalIP, address: {}}}]}}\n",
        node_address(kubenet, node)
    )
}

fn kube_proxy(random: &mut Random, kubenet: bool) -> Option<String> {
    let cidr = if kubenet {
        "10.244.0.0/16"
    } else {
        "10.1.0.0/16"
    };
    let settings = match random.below(8) {
        0 => format!("clusterCIDR: {cidr}\niptables: {{masqueradeAll: true}}"),
        1 => format!("clusterCIDR: {cidr}\nnodePortAddresses: [10.1.0.0/24, 127.0.0.0/8]"),
        2 => format!("clusterCIDR: {cidr}\niptables: {{localhostNodePorts: false}}"),
        3 if kubenet => "detectLocalMode: NodeCIDR".to_owned(),
        4 if kubenet => {
            "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cbr0}".to_owned()
        }
        5 if !kubenet => {
            "detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: azv}"
                .to_owned()
        }
        6 => "nodePortAddresses: [10.1.0.4/32]".to_owned(),
        _ => return None,
    };
    let head = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
    Some(format!("{head}{settings}\n"))
}

const APPS: [&str; 3] = ["red", "green", "blue"];

fn pods(random: &mut Random, kubenet: bool, nodes: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut used = vec![0; nodes];
    let count = 5 + random.below(5);
    for index in 0..count {
        let node = random.below(nodes);
        let app = random.one(&APPS);
        let host_network = random.percent(15);
        used[node] += 1;
        let (address, port, extra) = if host_network {
            (
                node_address(kubenet, node),
                9100 + index,
                "  hostNetwork: true\n",
            )
        } else if kubenet {
            (
                format!("10.244.{node}.{}", 20 + used[node]),
                8080 + random.below(2),
                "",
            )
        } else {
            (
                format!("10.1.0.{}", 4 + node * 31 + used[node]),
                8080 + random.below(2),
                "",
            )
        };
        let host_port = if !host_network && random.percent(15) {
            format!(", hostPort: {}", 7000 + index)
        } else {
            String::new()
        };
        let deleted = if random.percent(10) {
            ", deletionTimestamp: \"2026-01-01T00:00:00Z\", deletionGracePeriodSeconds: 30"
        } else {
            ""
        };
        let ready = if random.percent(75) { "True" } else { "False" };
        all.push(format!(
            "apiVersion: v1
kind: Pod
metadata: {{name: p{index}, labels: {{app: {app}}}{deleted}}}
spec:
  nodeName: n{node}
{extra}  containers:
    - name: c
      image: c
      ports:
        - {{name: http, containerPort: {port}{host_port}}}
        - {{name: dns, containerPort: {port}, protocol: UDP{host_port}}}
status: {{phase: Running, podIP: {address}, conditions: [{{type: Ready, status: \"{ready}\"}}]}}
"
        ));
    }
    all
}

fn services(random: &mut Random) -> Vec<String> {
    let count = 3 + random.below(4);
    let mut all: Vec<String> = (0..count).map(|index| service(random, index)).collect();
    if random.percent(40) {
        all.extend(by_hand(random));
    }
    all
}

fn service(random: &mut Random, index: usize) -> String {
    let kind = random.one(&[
        "ClusterIP",
        "NodePort",
        "NodePort",
        "LoadBalancer",
        "LoadBalancer",
        "LoadBalancer",
    ]);
    let app = if random.percent(8) {
        "nobody"
    } else {
        random.one(&APPS)
    };
    let mut annotations = Vec::new();
    let mut spec = format!("  type: {kind}\n  selector: {{app: {app}}}\n");
    if random.percent(30) {
        spec += "  internalTrafficPolicy: Local\n";
    }
    if kind != "ClusterIP" && random.percent(45) {
        spec += "  externalTrafficPolicy: Local\n";
    }
    if random.percent(12) {
        spec += "  publishNotReadyAddresses: true\n";
    }
    if random.percent(25) {
        let _ = writeln!(spec, "  externalIPs: [198.51.100.{}]", 100 + index);
    }
    if kind == "LoadBalancer" {
        if random.percent(35) {
            annotations.push("service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"");
        }
        if random.percent(10) {
            annotations.push(
                "service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip: \"true\"",
            );
        }
        if random.percent(30) {
            let range = random.one(&[
                "203.0.113.0/24",
                "10.1.1.0/24",
                "10.1.0.0/16, 203.0.113.9/32",
                "192.0.2.0/24",
                "10.244.0.0/16, 10.1.0.0/24",
                "0.0.0.0/0",
            ]);
            let _ = writeln!(spec, "  loadBalancerSourceRanges: [{range}]");
        }
    }
    let target = random.one(&["http", "http", "8080"]);
    let node_port = |port: usize| match kind {
        "ClusterIP" => String::new(),
        _ => format!(", nodePort: {}", port + index),
    };
    let _ = writeln!(
        spec,
        "  ports:\n    - {{name: web, port: {}, targetPort: {target}{}}}",
        80 + index,
        node_port(30100)
    );
    if random.percent(60) {
        let _ = writeln!(
            spec,
            "    - {{name: dns, protocol: UDP, port: 53, targetPort: dns{}}}",
            node_port(30200)
        );
    }
    let annotations = if annotations.is_empty() {
        String::new()
    } else {
        format!("  annotations:\n    {}\n", annotations.join("\n    "))
    };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: s{index}\n{annotations}spec:\n{spec}"
    )
}

/// A Service whose endpoints somebody wrote down: a machine, and one that may not be ready.
fn by_hand(random: &mut Random) -> Vec<String> {
    let ready = random.percent(50);
    let policy = random.one(&["Cluster", "Local"]);
    vec![
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: by-hand}}\nspec: {{type: NodePort, externalTrafficPolicy: {policy}, ports: [{{name: web, port: 88, nodePort: 30300}}]}}\n"
        ),
        format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: by-hand-1, labels: {{kubernetes.io/service-name: by-hand}}}}\naddressType: IPv4\nports: [{{name: web, port: 8088}}]\nendpoints:\n  - {{addresses: [10.1.1.4]}}\n  - {{addresses: [10.2.0.4], conditions: {{ready: {ready}}}}}\n"
        ),
    ]
}

/// A request: sender, address, protocol, port.
type Request = (String, IpAddr, &'static str, u16);

fn requests(random: &mut Random, network: &Network, count: usize) -> Vec<String> {
    let mut all = every_request(network);
    let mut chosen = Vec::new();
    while chosen.len() < count && !all.is_empty() {
        let (from, to, protocol, port) = all.swap_remove(random.below(all.len()));
        chosen.push(format!(
            "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: f{}}}\nspec: {{from: {from}, to: {to}, protocol: {protocol}, port: {port}}}\n",
            chosen.len()
        ));
    }
    chosen
}

/// Who asks.
struct Sender {
    place: String,
    in_cluster: bool,
    is_node: bool,
}

/// A destination: address, protocol, port.
type Destination = (IpAddr, &'static str, u16);

/// Every sender with every destination that might tell something.
fn every_request(network: &Network) -> Vec<Request> {
    let mut all = Vec::new();
    for sender in senders(network) {
        let services = network.services.iter().filter(|service| {
            // A client that sticks to one endpoint would never show the others.
            ours(&service.meta) && !service.is_api_server() && service.client_ip_affinity.is_none()
        });
        let mut destinations = machines(network);
        destinations.extend(services.flat_map(|service| of_service(network, service, &sender)));
        let requests = destinations.into_iter();
        all.extend(requests.map(|(to, protocol, port)| (sender.place.clone(), to, protocol, port)));
    }
    all
}

/// Whether an object is part of what was generated.
fn ours(meta: &Meta) -> bool {
    &*meta.namespace != "kube-system"
}

fn senders(network: &Network) -> Vec<Sender> {
    let sender = |place: Ref| Sender {
        in_cluster: matches!(place.kind, Kind::Pod | Kind::Node),
        is_node: place.kind == Kind::Node,
        place: place.to_string(),
    };
    let pods = network.pods.iter().filter(|pod| ours(&pod.meta));
    let pods = pods.map(Pod::reference);
    let nodes = network.nodes.iter().map(Node::reference);
    let hosts = network.hosts.iter().map(Host::reference);
    pods.chain(nodes).chain(hosts).map(sender).collect()
}

/// Every address of a Service; what is repeated is chosen more often.
fn of_service(network: &Network, service: &Service, sender: &Sender) -> Vec<Destination> {
    let nodes = network.nodes.iter();
    let bridges = nodes.clone().flat_map(|node| &node.pod_cidrs);
    let bridges = bridges.filter_map(|cidr| cidr.hosts().next());
    let local: Vec<IpAddr> = nodes.filter_map(Node::ip).chain(bridges).collect();
    let mut all = Vec::new();
    for port in &service.ports {
        let protocol = port.protocol.as_str();
        let cluster_ips = service.cluster_ips.iter();
        let inside = cluster_ips.filter(|_| sender.in_cluster || sender.place == "host/vm-a");
        let balanced = service.ingress.iter().map(|ingress| &ingress.ip);
        for ip in inside.chain(balanced) {
            all.extend([(*ip, protocol, port.port); 2]);
        }
        let external_ips = service.external_ips.iter();
        let external_ips = external_ips.filter(|_| sender.in_cluster);
        all.extend(external_ips.map(|ip| (*ip, protocol, port.port)));
        if let Some(node_port) = port.node_port {
            all.extend(local.iter().map(|ip| (*ip, protocol, node_port)));
            if sender.is_node {
                let localhost = IpAddr::from([127, 0, 0, 1]);
                all.extend([(localhost, protocol, node_port); 4]);
            }
        }
    }
    let unused = service.cluster_ips.first().filter(|_| sender.in_cluster);
    all.extend(unused.map(|ip| (*ip, "TCP", 9)));
    let health_checks = service.health_check_node_port.zip(local.first());
    all.extend(health_checks.map(|(port, ip)| (*ip, "TCP", port)));
    all
}

/// Pods, host ports, machines, and the nodes' own processes.
fn machines(network: &Network) -> Vec<Destination> {
    let nodes: Vec<IpAddr> = network.nodes.iter().filter_map(Node::ip).collect();
    let mut all = Vec::new();
    for pod in network.pods.iter().filter(|pod| ours(&pod.meta)) {
        for port in &pod.ports {
            let protocol = port.protocol.as_str();
            all.extend(pod.ip().map(|ip| (ip, protocol, port.port)));
            let host_ports = port.host_port.into_iter();
            all.extend(
                host_ports.flat_map(|port| nodes.iter().map(move |ip| (*ip, protocol, port))),
            );
        }
    }
    for ip in network.hosts.iter().filter_map(|host| host.ip) {
        all.extend([(ip, "TCP", 80), (ip, "UDP", 443)]);
    }
    for ip in nodes {
        all.extend([(ip, "TCP", 22), (ip, "UDP", 22), (ip, "TCP", 9)]);
    }
    all
}
