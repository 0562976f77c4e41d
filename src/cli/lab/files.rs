//! The files of a lab. Scripts never change; all that depends on the scenario is data that they
//! read, or that the lab's own program reads.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::fabric::Fabric;
use super::outcomes::{self, Fate};
use super::places::{FABRIC, FORWARDING, Places, What, label};
use crate::engine::netfilter::ruleset::Ruleset;
use crate::engine::simulation::Simulation;
use crate::model::kube::{Node, Pod};
use crate::model::packet::Protocol;
use crate::text::{Language, Texts};

const UP: &str = include_str!("up.sh");
const DOWN: &str = include_str!("down.sh");
const PROBE: &str = include_str!("probe.sh");
const COMMON: &str = include_str!("common.sh");
const INSIDE: &str = include_str!("inside.sh");
const README: &str = include_str!("readme.md");

/// Ports of a machine that says nothing about what it listens on.
const USUAL: [u16; 2] = [80, 443];
/// Ports of a node's own processes: ssh, the kubelet, and kube-proxy's health check.
const NODE_PORTS: [u16; 3] = [22, 10250, 10256];

/// A lab as files, and what is told about it.
pub(super) struct Lab {
    /// Path and text.
    pub files: BTreeMap<String, String>,
    /// How many flows are fired.
    pub fired: usize,
    /// The flows that are left out, with the message that says why.
    pub left_out: Vec<(String, &'static str)>,
}

/// Whether a file of the lab is run.
pub(super) fn is_script(path: &str) -> bool {
    matches!(path, "up" | "down" | "probe")
}

/// Everything to write; `name` is the prefix of the namespaces.
pub(super) fn of(simulation: &Simulation, places: &Places<'_>, name: &str) -> Lab {
    let mut lab = Lab {
        files: BTreeMap::new(),
        fired: 0,
        left_out: Vec::new(),
    };
    let mut listens = Listens::of(places);
    let flows = lab.flows(simulation, places, &mut listens);
    let mut put = |path: &str, text: String| drop(lab.files.insert(path.to_owned(), text));
    for (path, script) in [
        ("up", UP),
        ("down", DOWN),
        ("probe", PROBE),
        ("common", COMMON),
        ("inside", INSIDE),
        ("README.md", README),
    ] {
        put(path, script.to_owned());
    }
    put("name", format!("{name}\n"));
    put("flows", flows);
    put("links", places.links());
    let ids = places.places.iter().map(|place| &*place.id);
    let ids: Vec<&str> = std::iter::once(FABRIC).chain(ids).collect();
    put("namespaces", ids.join("\n") + "\n");
    put("places", places_file(places));
    let fabric = Fabric::of(places);
    put("ns/f/ip", fabric.ip);
    put("ns/f/rules", fabric.rules);
    put("ns/f/settings", FORWARDING.to_owned());
    put("ns/f/listen", String::new());
    for (index, place) in places.places.iter().enumerate() {
        let folder = format!("ns/{}", place.id);
        put(&format!("{folder}/ip"), places.inside(index));
        put(
            &format!("{folder}/settings"),
            Places::settings(&place.what).to_owned(),
        );
        put(&format!("{folder}/listen"), listens.file(&place.id));
        let rules = match &place.what {
            What::Node(_, plane) => places.plane.rules(plane).map(Ruleset::to_iptables_save),
            What::Pod(..) | What::Host(..) | What::Internet(_) => None,
        };
        put(&format!("{folder}/rules"), rules.unwrap_or_default());
    }
    lab
}

impl Lab {
    /// One line a flow: name, sender's namespace, protocol, destination, then every outcome with its probability.
    fn flows(
        &mut self,
        simulation: &Simulation,
        places: &Places<'_>,
        listens: &mut Listens,
    ) -> String {
        let texts = Texts::new(Language::En);
        let mut text = String::new();
        for flow in &simulation.network().flows {
            let name = label(&flow.meta.name);
            match outcomes::of(simulation, places, flow) {
                Fate::LeftOut(why) => {
                    line!(text, "{name}\t-\t{}", texts.message(why, &[]));
                    self.left_out.push((name, why));
                }
                Fate::Fired(fired) => {
                    put!(
                        text,
                        "{name}\t{}\t{}\t{}",
                        fired.from,
                        fired.protocol.lower(),
                        fired.to
                    );
                    for (outcome, probability) in &fired.outcomes {
                        put!(text, "\t{probability:.4} {outcome}");
                    }
                    text.push('\n');
                    self.fired += 1;
                    for (namespace, port) in fired.receivers {
                        listens.meet(&namespace, port);
                    }
                }
            }
        }
        text
    }
}

/// Who is where: namespace, address, name.
fn places_file(places: &Places<'_>) -> String {
    let mut text = String::new();
    let network = &places.plane.network;
    let host_network = network
        .pods
        .iter()
        .filter(|pod| pod.host_network && !pod.is_over());
    let own = places.places.iter().map(|place| &place.reference).cloned();
    for reference in own.chain(host_network.map(Pod::reference)) {
        if let Some(namespace) = outcomes::sender(places, &reference) {
            let place = places.places.iter().find(|place| place.id == namespace);
            let address = place.and_then(|place| addresses(&place.what).into_iter().next());
            let address = address.map(|ip| ip.to_string()).unwrap_or_default();
            line!(
                text,
                "{namespace}\t{address}\t{}",
                label(&reference.to_string())
            );
        }
    }
    text
}

/// A process's own addresses, loopback aside.
fn addresses(what: &What<'_>) -> Vec<IpAddr> {
    let all = match what {
        What::Node(_, plane) => plane.interfaces.addresses().collect(),
        What::Pod(pod, ..) => pod.ips.clone(),
        What::Host(_, ip) | What::Internet(ip) => vec![IpAddr::V4(*ip)],
    };
    all.into_iter().filter(IpAddr::is_ipv4).collect()
}

/// Who listens where, by namespace.
struct Listens {
    namespaces: BTreeMap<String, Listener>,
}

struct Listener {
    addresses: Vec<IpAddr>,
    /// Name of whoever answers on a port, by protocol and port.
    ports: BTreeMap<(Protocol, u16), String>,
    /// Who answers on every other port that a flow needs, if somebody does.
    any: Option<String>,
}

impl Listens {
    fn of(places: &Places<'_>) -> Self {
        let mut all = Self {
            namespaces: BTreeMap::new(),
        };
        for place in &places.places {
            let name = label(&place.reference.to_string());
            let mut listener = Listener {
                addresses: addresses(&place.what),
                ports: BTreeMap::new(),
                any: Some(name.clone()),
            };
            match &place.what {
                What::Node(node, _) => listener.of_node(places, node, &name),
                What::Pod(pod, ..) => {
                    for port in ports_of_pod(places, pod) {
                        listener.add(port, &name);
                    }
                }
                What::Host(host, _) => match &host.listens {
                    Some(ports) => {
                        listener.any = None;
                        for listen in ports {
                            listener
                                .ports
                                .insert((listen.protocol, listen.port), name.clone());
                        }
                    }
                    None => USUAL.iter().for_each(|port| listener.add(*port, &name)),
                },
                What::Internet(_) => USUAL.iter().for_each(|port| listener.add(*port, &name)),
            }
            all.namespaces.insert(place.id.clone(), listener);
        }
        all
    }

    /// A flow arrives at a port: whoever answers everywhere answers there.
    fn meet(&mut self, namespace: &str, port: u16) {
        if let Some(listener) = self.namespaces.get_mut(namespace)
            && let Some(name) = listener.any.clone()
        {
            listener.add(port, &name);
        }
    }

    /// One line a socket: protocol, address and port, name. TCP listens on every address at once; a
    /// datagram's answer must come from the address that it went to.
    fn file(&self, namespace: &str) -> String {
        let mut text = String::new();
        let Some(listener) = self.namespaces.get(namespace) else {
            return text;
        };
        for ((protocol, port), name) in &listener.ports {
            match protocol {
                Protocol::Tcp => line!(text, "tcp\t0.0.0.0:{port}\t{name}"),
                Protocol::Udp => {
                    let loopback = IpAddr::from([127, 0, 0, 1]);
                    for address in listener.addresses.iter().chain([&loopback]) {
                        line!(text, "udp\t{address}:{port}\t{name}");
                    }
                }
                Protocol::Sctp | Protocol::Icmp => {}
            }
        }
        text
    }
}

impl Listener {
    fn add(&mut self, port: u16, name: &str) {
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            self.ports
                .entry((protocol, port))
                .or_insert_with(|| name.to_owned());
        }
    }

    /// The node's own processes, and its host-network pods on the ports that they declare.
    fn of_node(&mut self, places: &Places<'_>, node: &Node, name: &str) {
        self.any = None;
        for pod in places.plane.host_network_pods(&node.meta.name) {
            let pod_name = label(&pod.reference().to_string());
            for port in &pod.ports {
                self.ports
                    .entry((port.protocol, port.port))
                    .or_insert_with(|| pod_name.clone());
            }
        }
        for (protocol, port, pod) in places.plane.expected_ports(&node.meta.name) {
            self.ports
                .entry((protocol, port))
                .or_insert_with(|| label(&pod.reference().to_string()));
        }
        for port in NODE_PORTS
            .iter()
            .chain(places.plane.health_check_ports.iter())
        {
            self.ports
                .entry((Protocol::Tcp, *port))
                .or_insert_with(|| name.to_owned());
        }
    }
}

/// The ports that a pod declares, and those on which Services expect it.
fn ports_of_pod(places: &Places<'_>, pod: &Pod) -> BTreeSet<u16> {
    let declared = pod.ports.iter().map(|port| port.port);
    let slices = places.plane.network.slices.iter().filter(|slice| {
        let mut addresses = slice.endpoints.iter().flat_map(|it| &it.addresses);
        addresses.any(|ip| pod.ips.contains(ip))
    });
    let expected = slices.flat_map(|slice| slice.ports.iter().filter_map(|port| port.port));
    declared.chain(expected).collect()
}
