//! Scenarios for the lab, made from a seed: a cluster, pods, Services, and many flows.

use std::fmt::Write as _;
use std::net::IpAddr;

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::network::Network;

/// What surrounds every cluster: virtual networks, a gateway, hosts.
const AROUND: &str = include_str!("../../src/scenarios/shared/azure.yaml");

/// The same seed gives the same numbers (SplitMix64).
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
    let annotations: String = annotations.iter().map(|it| format!("    {it}\n")).collect();
    let annotations = if annotations.is_empty() {
        annotations
    } else {
        format!("  annotations:\n{annotations}")
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

/// Every sender with every destination that might tell something.
fn every_request(network: &Network) -> Vec<Request> {
    let in_cluster = network
        .pods
        .iter()
        .filter(|pod| &*pod.meta.namespace != "kube-system")
        .map(|it| it.reference());
    let nodes = || network.nodes.iter().map(|it| it.reference());
    let hosts = network
        .hosts
        .iter()
        .filter(|host| &*host.meta.name != "vm-c")
        .map(|it| it.reference());
    let mut all = Vec::new();
    let senders: Vec<(String, bool, bool)> = in_cluster
        .map(|it| (it.to_string(), true, false))
        .chain(nodes().map(|it| (it.to_string(), true, true)))
        .chain(hosts.map(|it| (it.to_string(), false, false)))
        .collect();
    let node_ips: Vec<IpAddr> = network.nodes.iter().filter_map(|node| node.ip()).collect();
    let bridges = network
        .nodes
        .iter()
        .flat_map(|node| &node.pod_cidrs)
        .filter_map(|cidr| cidr.hosts().next());
    let local: Vec<IpAddr> = node_ips.iter().copied().chain(bridges).collect();
    for (from, inside, node) in &senders {
        let mut ask = |to: IpAddr, protocol: &'static str, port: u16| {
            all.push((from.clone(), to, protocol, port))
        };
        for service in network.services.iter().filter(|it| {
            &*it.meta.namespace != "kube-system"
                && !it.is_api_server()
                && it.client_ip_affinity.is_none()
        }) {
            for port in &service.ports {
                let protocol = port.protocol.as_str();
                for ip in service
                    .cluster_ips
                    .iter()
                    .filter(|_| *inside || from.ends_with("vm-a"))
                {
                    ask(*ip, protocol, port.port);
                    // Twice, so that it is chosen more often.
                    ask(*ip, protocol, port.port);
                }
                for ip in &service.ingress {
                    ask(ip.ip, protocol, port.port);
                    ask(ip.ip, protocol, port.port);
                }
                for ip in service.external_ips.iter().filter(|_| *inside) {
                    ask(*ip, protocol, port.port);
                }
                if let Some(node_port) = port.node_port {
                    for ip in &local {
                        ask(*ip, protocol, node_port);
                    }
                    if *node {
                        // Few senders ask for it, and much can go wrong on the way.
                        for _ in 0..4 {
                            ask(IpAddr::from([127, 0, 0, 1]), protocol, node_port);
                        }
                    }
                }
            }
            if let Some(ip) = service.cluster_ips.first().filter(|_| *inside) {
                ask(*ip, "TCP", 9);
            }
            if let Some(port) = service.health_check_node_port {
                ask(node_ips[0], "TCP", port);
            }
        }
        for pod in network
            .pods
            .iter()
            .filter(|pod| &*pod.meta.namespace != "kube-system")
        {
            for port in &pod.ports {
                let Some(ip) = pod.ip() else { continue };
                ask(ip, port.protocol.as_str(), port.port);
                if let Some(host_port) = port.host_port {
                    ask(node_ips[0], port.protocol.as_str(), host_port);
                    ask(node_ips[1], port.protocol.as_str(), host_port);
                }
            }
        }
        for host in network.hosts.iter().filter_map(|host| host.ip) {
            ask(host, "TCP", 80);
            ask(host, "UDP", 443);
        }
        for ip in &node_ips {
            ask(*ip, "TCP", 22);
            ask(*ip, "UDP", 22);
            ask(*ip, "TCP", 9);
        }
    }
    all
}
