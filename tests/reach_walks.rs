//! What `reach` says of a pair is what the walk of a single packet says, under every engine.
//!
//! Scenarios are generated from a seed: pods with an address of their own and pods in the network of their
//! node, on two nodes, machines beside the cluster, and policies for both directions. Each pair and port is then
//! traced as a flow of its own, and the policies must refuse the packet where `reach` leaves the port out, and
//! nowhere else. What ends a walk for another reason on the way is no evidence against either.

use std::fmt::Write as _;
use std::net::IpAddr;

use kubehop::engine::reach::{Reach, SetId};
use kubehop::engine::simulation::Simulation;
use kubehop::engine::stage::Stage;
use kubehop::engine::trace::{Disposition, TraceResult};
use kubehop::model::document::Document;
use kubehop::model::flow::{Flow, Target};
use kubehop::model::kube::Meta;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::Protocol;

/// Generated scenarios for each engine and network plugin.
const SCENARIOS: u64 = 8;
/// Ports on both sides of every boundary that generated policies have.
const PORTS: [u16; 7] = [79, 80, 81, 100, 101, 8080, 65535];
/// Machines beside the cluster: in the network of the nodes, in a peered one, and in the office.
const HOSTS: [(&str, &str, &str); 3] = [
    ("near", "subnet: vnet-a/vms", "10.1.1.4"),
    ("far", "subnet: vnet-b/default", "10.2.0.4"),
    ("office", "onPremises: onprem", "192.168.10.5"),
];

/// Numbers of a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (sides as u64)).unwrap()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn some(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> String) -> String {
        let all: Vec<String> = (0..self.roll(most + 1)).map(|_| make(self)).collect();
        all.join(", ")
    }

    fn labels(&mut self) -> String {
        let (a, b) = (self.pick(&["x", "y"]), self.pick(&["x", "y"]));
        self.pick(&["", "a", "b", "ab"])
            .chars()
            .map(|key| format!("{key}: {}", if key == 'a' { a } else { b }))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn selector(&mut self) -> String {
        let expressions = [
            "{key: a, operator: In, values: [x]}",
            "{key: a, operator: NotIn, values: [x]}",
            "{key: b, operator: Exists}",
            "{key: b, operator: DoesNotExist}",
        ];
        match self.roll(3) {
            0 => "{}".to_owned(),
            1 => format!("{{matchLabels: {{{}}}}}", self.labels()),
            _ => format!("{{matchExpressions: [{}]}}", self.pick(&expressions)),
        }
    }

    fn peer(&mut self) -> String {
        let blocks = [
            "cidr: 0.0.0.0/0",
            "cidr: 0.0.0.0/0, except: [10.1.0.0/16, 10.244.0.0/16]",
            "cidr: 10.0.0.0/8, except: [10.1.0.0/24]",
            "cidr: 10.1.0.0/24",
            "cidr: 10.244.0.0/16, except: [10.244.1.0/24]",
            "cidr: 192.168.0.0/16",
            "cidr: 'fd00::/8'",
        ];
        match self.roll(5) {
            0 | 4 => format!("{{ipBlock: {{{}}}}}", self.pick(&blocks)),
            1 => format!("{{podSelector: {}}}", self.selector()),
            2 => format!("{{namespaceSelector: {}}}", self.selector()),
            _ => {
                let namespaces = "{matchLabels: {kubernetes.io/metadata.name: two}}";
                let pods = self.selector();
                format!("{{namespaceSelector: {namespaces}, podSelector: {pods}}}")
            }
        }
    }

    fn port(&mut self) -> String {
        let protocol = self.pick(&["", ", protocol: UDP", ", protocol: SCTP"]);
        let ports = [
            "port: 80",
            "port: 80, endPort: 100",
            "port: web",
            "port: sql",
        ];
        match self.roll(5) {
            4 => "{protocol: TCP}".to_owned(),
            _ => format!("{{{}{protocol}}}", self.pick(&ports)),
        }
    }

    fn rules(&mut self, peers: &str) -> String {
        self.some(2, |dice| {
            let (from, ports) = (dice.some(2, Self::peer), dice.some(2, Self::port));
            format!("{{{peers}: [{from}], ports: [{ports}]}}")
        })
    }

    fn scenario(&mut self, engine: &str, plugin: &str) -> String {
        let mut text = surroundings(engine, plugin);
        for name in ["one", "two"] {
            let labels = self.labels();
            document(
                &mut text,
                &format!(
                    "{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{{labels}}}}}}}"
                ),
            );
        }
        for index in 0..5 {
            let namespace = self.pick(&["one", "two"]);
            let labels = self.labels();
            let host = if self.roll(4) == 0 {
                "hostNetwork: true, "
            } else {
                ""
            };
            let node = self.roll(2);
            let ports = self.some(2, |dice| {
                let name = dice.pick(&["web", "sql"]);
                let number = dice.pick(&["80", "100", "8080"]);
                let protocol = dice.pick(&["TCP", "TCP", "UDP"]);
                format!("{{name: {name}, containerPort: {number}, protocol: {protocol}}}")
            });
            // Two ports of one name are two containers, as the API server wants it.
            let containers: Vec<String> = ports
                .split("}, ")
                .enumerate()
                .map(|(container, port)| {
                    let port = port.trim_end_matches('}');
                    let close = if port.is_empty() { "" } else { "}" };
                    format!("{{name: c{container}, image: i, ports: [{port}{close}]}}")
                })
                .collect();
            let containers = containers.join(", ");
            document(
                &mut text,
                &format!(
                    "{{apiVersion: v1, kind: Pod, metadata: {{name: p{index}, namespace: {namespace}, labels: {{{labels}}}}}, spec: {{{host}nodeName: n{node}, containers: [{containers}]}}}}"
                ),
            );
        }
        for index in 0..=self.roll(4) {
            let namespace = self.pick(&["one", "two"]);
            let types = self.pick(&["", "Ingress", "Egress", "Ingress, Egress"]);
            let (ingress, egress) = (self.rules("from"), self.rules("to"));
            let selector = self.selector();
            document(
                &mut text,
                &format!(
                    "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: np{index}, namespace: {namespace}}}, spec: {{podSelector: {selector}, policyTypes: [{types}], ingress: [{ingress}], egress: [{egress}]}}}}"
                ),
            );
        }
        text
    }
}

fn document(text: &mut String, document: &str) {
    let _ = writeln!(text, "---\n{document}");
}

/// The cluster, and the machines beside it.
fn surroundings(engine: &str, plugin: &str) -> String {
    let azure = include_str!("../src/scenarios/shared/azure.yaml");
    let cluster = match plugin {
        "kubenet" => include_str!("../src/scenarios/kubenet/cluster.yaml"),
        _ => include_str!("../src/scenarios/azure-cni/cluster.yaml"),
    };
    let kept =
        |document: &&str| !document.contains("kind: Pod") && !document.contains("kind: Host");
    let parts: Vec<&str> = azure
        .split("\n---\n")
        .chain(cluster.split("\n---\n"))
        .filter(kept)
        .collect();
    let policy = match engine {
        "none" => String::new(),
        engine => format!("networkPlugin: {plugin}\n    networkPolicy: {engine}"),
    };
    let mut text = parts.join("\n---\n") + "\n";
    if !policy.is_empty() {
        text = text.replacen(&format!("networkPlugin: {plugin}"), &policy, 1);
    }
    for (name, network, ip) in HOSTS {
        document(
            &mut text,
            &format!(
                "{{apiVersion: kubehop.dev/v1, kind: Host, metadata: {{name: {name}}}, spec: {{{network}, ip: {ip}}}}}"
            ),
        );
    }
    text
}

/// Whether policies refused the packet on any branch; `None` where nothing can be said of the receiver's policies.
fn refused(result: &TraceResult) -> Option<bool> {
    let mut said = None;
    for branch in &result.branches {
        let trace = &branch.connection.original;
        let last = trace.last_step().map(|(_, step)| step.stage);
        let by_policy = matches!(last, Some(Stage::PolicyIngress | Stage::PolicyEgress));
        let now = match trace.disposition {
            Disposition::DeniedIn | Disposition::DeniedOut if by_policy => Some(true),
            // Whoever does not listen was reached.
            Disposition::Delivered | Disposition::PortClosed => Some(false),
            _ => None,
        };
        said = said.or(now);
    }
    said
}

/// Compares every pair and port of one scenario; the number of packets that said something.
fn compare(engine: &str, plugin: &str, seed: u64) -> [usize; 2] {
    let text = Dice(seed).scenario(engine, plugin);
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), text.clone())]);
    let simulation = Simulation::new(&document);
    let bad = simulation
        .diagnostics
        .iter()
        .find(|it| it.severity == kubehop::model::diagnostic::Severity::Error);
    assert!(bad.is_none(), "{bad:?}\n{text}");
    let mut reach = Reach::of(simulation.network());
    let peers = reach.peers.clone();
    // A peer, and the places that stand for it.
    let places = |index: usize| -> Vec<(Ref, Target)> {
        let peer = &peers[index];
        let Some((first, last)) = peer.range else {
            let parts: Vec<&str> = peer.id.split('/').collect();
            let pod = Ref::scoped(Kind::Pod, parts[1], parts[2]);
            return vec![(pod.clone(), Target::Place(pod))];
        };
        let within = HOSTS.iter().filter(|(_, _, ip)| {
            let ip: std::net::Ipv4Addr = ip.parse().unwrap();
            (first..=last).contains(&ip.to_bits())
        });
        within
            .map(|(name, _, ip)| {
                let ip: IpAddr = ip.parse().unwrap();
                (Ref::new(Kind::Host, *name), Target::Address(ip))
            })
            .collect()
    };
    let mut counts = [0, 0];
    for from in 0..peers.len() {
        for to in 0..peers.len() {
            let Some(set) = reach.ports(from, to) else {
                continue;
            };
            let set = reach
                .set(if engine == "none" { SetId::ALL } else { set })
                .clone();
            for (sender, _) in places(from) {
                for (_, target) in places(to) {
                    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
                        for port in PORTS {
                            let flow = Flow {
                                meta: Meta::default(),
                                from: sender.clone(),
                                to: target.clone(),
                                protocol,
                                port: Some(port),
                                expect: None,
                            };
                            let result = simulation.trace(&flow);
                            let Some(refused) = refused(&result) else {
                                continue;
                            };
                            counts[usize::from(refused)] += 1;
                            assert_eq!(
                                !refused,
                                set.contains(protocol, port),
                                "seed {seed}, {engine}, {plugin}: {sender} -> {target} {protocol} {port}: {:?}\n{text}",
                                result.branches[0].connection.original
                            );
                        }
                    }
                }
            }
        }
    }
    counts
}

#[test]
fn each_packet_passes_exactly_where_the_table_has_its_port() {
    for (engine, plugin) in [
        ("none", "azure"),
        ("azure", "azure"),
        ("calico", "azure"),
        ("calico", "kubenet"),
        ("cilium", "azure"),
    ] {
        let mut counts = [0, 0];
        for seed in 0..SCENARIOS {
            let more = compare(engine, plugin, seed);
            counts = [counts[0] + more[0], counts[1] + more[1]];
        }
        println!(
            "{engine} {plugin}: {} passed, {} refused",
            counts[0], counts[1]
        );
        assert!(counts[0] > 3_000, "{engine} {plugin}: {counts:?}");
        assert_eq!(
            counts[1] > 500,
            engine != "none",
            "{engine} {plugin}: {counts:?}"
        );
    }
}
