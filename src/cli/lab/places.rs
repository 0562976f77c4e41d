//! What gets a network namespace, under which name, and how it is set up inside.
//!
//! Names of namespaces and interfaces are generated here (`n0`, `p12`) or are the engine's own
//! (`azv…`, `cbr0`); what somebody wrote down never becomes one. Routes and rules of nodes are
//! those that `kubehop effective` prints.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use crate::engine::dataplane::linux::{LinuxRoute, LinuxRoutes};
use crate::engine::dataplane::{Dataplane, NodePlane, PodLink};
use crate::engine::walk::INTERNET_ADDRESS;
use crate::model::kube::{Node, Pod};
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

/// The namespace of the fabric.
pub(super) const FABRIC: &str = "f";

/// Everything that gets a namespace besides the fabric.
pub(super) struct Places<'a> {
    pub plane: &'a Dataplane,
    pub places: Vec<Place<'a>>,
}

/// A node, pod or host with its namespace.
pub(super) struct Place<'a> {
    /// Name of the namespace, and of the fabric's interface towards it.
    pub id: String,
    /// Who it is.
    pub reference: Ref,
    pub what: What<'a>,
}

pub(super) enum What<'a> {
    Node(&'a Node, &'a NodePlane),
    /// A pod, its link, and the index of its node among the places.
    Pod(&'a Pod, PodLink, usize),
    Host(&'a Host, Ipv4Addr),
    /// Somewhere on the internet.
    Internet(Ipv4Addr),
}

impl<'a> Places<'a> {
    /// Numbers nodes, pods and hosts, each in the order of the network.
    pub fn of(plane: &'a Dataplane) -> Self {
        let network = &*plane.network;
        let mut all = Self {
            plane,
            places: Vec::new(),
        };
        for node in &network.nodes {
            let has_nic = plane.addresses.nic(&node.reference()).is_some();
            if let Some(node_plane) = plane.node(&node.meta.name).filter(|_| has_nic) {
                all.add('n', node.reference(), What::Node(node, node_plane));
            }
        }
        let nodes = all.places.len();
        for pod in network
            .pods
            .iter()
            .filter(|pod| !pod.host_network && !pod.is_over())
        {
            let address = pod.ip().filter(IpAddr::is_ipv4);
            let known = address.and_then(|ip| plane.pod_by_ip(ip));
            if known.map(Pod::reference) != Some(pod.reference()) {
                continue;
            }
            let on_node = |place: &Place| pod.node_name.as_ref() == Some(&place.reference.name);
            let node = all.places[..nodes].iter().position(on_node);
            if let Some((link, node)) = plane.pod_link(pod).zip(node) {
                all.add('p', pod.reference(), What::Pod(pod, link, node));
            }
        }
        for host in &network.hosts {
            let Some(IpAddr::V4(address)) = host.ip else {
                continue;
            };
            let letter = match &host.network {
                HostNetwork::Internet => 'i',
                HostNetwork::OnPremises(_) => 'o',
                HostNetwork::Subnet(_) if plane.addresses.nic(&host.reference()).is_some() => 'h',
                HostNetwork::Subnet(_) => continue,
            };
            all.add(letter, host.reference(), What::Host(host, address));
        }
        if let IpAddr::V4(address) = INTERNET_ADDRESS
            && plane.addresses.public(INTERNET_ADDRESS).is_none()
        {
            all.add('i', Ref::bare(Kind::Internet), What::Internet(address));
        }
        all
    }

    fn add(&mut self, letter: char, reference: Ref, what: What<'a>) {
        let id = format!("{letter}{}", self.places.len());
        self.places.push(Place {
            id,
            reference,
            what,
        });
    }

    /// How many there are of a kind: `n`, `p`, or hosts.
    pub fn count(&self, kind: fn(&What<'_>) -> bool) -> usize {
        self.places.iter().filter(|place| kind(&place.what)).count()
    }

    /// The place of this name.
    pub fn find(&self, reference: &Ref) -> Option<&Place<'a>> {
        self.places
            .iter()
            .find(|place| place.reference == *reference)
    }

    /// The pods of the node with this index, and the node's interface towards each.
    fn pods_of(&self, node: usize) -> impl Iterator<Item = (String, bool)> {
        self.places
            .iter()
            .filter_map(move |place| match &place.what {
                What::Pod(_, link, of) if *of == node => Some((port(place, link), link.bridge)),
                _ => None,
            })
    }

    /// `ip` commands that make every veth pair; `@` stands for the name of the lab.
    ///
    /// Both ends of a pair that is no port of a bridge have the same hardware address, and do
    /// without ARP: what one end sends, the other takes, whatever address it is for.
    pub fn links(&self) -> String {
        let mut text = String::new();
        for (index, place) in self.places.iter().enumerate() {
            let id = &place.id;
            let mac = format!("02:00:00:00:{:02x}:{:02x}", index >> 8 & 0xff, index & 0xff);
            // Writing to a string cannot fail.
            let _ = match &place.what {
                What::Pod(_, link, node) => {
                    let (node, port) = (&self.places[*node].id, port(place, link));
                    let mac = if link.bridge {
                        String::new()
                    } else {
                        format!(" address {mac}")
                    };
                    writeln!(
                        text,
                        "link add name {port}{mac} netns @{node} type veth peer name eth0{mac} netns @{id}"
                    )
                }
                What::Node(..) | What::Host(..) | What::Internet(_) => writeln!(
                    text,
                    "link add name eth0 address {mac} netns @{id} type veth peer name {id} address {mac} netns @{FABRIC}"
                ),
            };
        }
        text
    }

    /// `ip` commands that set a namespace up inside.
    pub fn inside(&self, index: usize) -> String {
        let mut text = String::from("link set lo up\n");
        match &self.places[index].what {
            What::Node(_, plane) => self.node(index, plane, &mut text),
            What::Pod(pod, link, _) => {
                let arp = if link.bridge { "" } else { " arp off" };
                let _ = writeln!(text, "link set eth0{arp} up");
                for ip in pod.ips.iter().filter(|ip| ip.is_ipv4()) {
                    address(&mut text, *ip, "eth0", &link.routes);
                }
                routes(&mut text, &link.routes);
            }
            What::Host(_, ip) | What::Internet(ip) => {
                let _ = writeln!(text, "link set eth0 arp off up");
                let _ = writeln!(text, "addr add {ip}/32 dev eth0");
                let _ = writeln!(text, "route add default dev eth0");
            }
        }
        text
    }

    fn node(&self, index: usize, plane: &NodePlane, text: &mut String) {
        for interface in &plane.interfaces.interfaces {
            let (name, bridge) = (&*interface.name, &*interface.name == "cbr0");
            if bridge {
                let _ = writeln!(text, "link add cbr0 type bridge");
            }
            let arp = if bridge { "" } else { " arp off" };
            let exists = bridge || name == "eth0" || self.pods_of(index).any(|it| it.0 == name);
            if exists {
                let _ = writeln!(text, "link set {name}{arp} up");
                for ip in interface.addresses.iter().filter(|ip| ip.is_ipv4()) {
                    address(text, *ip, name, &plane.routes);
                }
            }
        }
        for (port, _) in self.pods_of(index).filter(|(_, bridge)| *bridge) {
            let _ = writeln!(text, "link set {port} master cbr0 up");
            let _ = writeln!(text, "link set {port} type bridge_slave hairpin on");
        }
        let pods: Vec<String> = self.pods_of(index).map(|(port, _)| port).collect();
        let exists = |route: &&LinuxRoute| {
            matches!(&*route.device, "eth0" | "cbr0")
                || pods.iter().any(|pod| **pod == *route.device)
        };
        let there = plane.routes.iter().filter(exists).cloned().collect();
        routes(text, &LinuxRoutes::new(there));
    }

    /// Kernel settings of a namespace: path below `/proc/sys` and value.
    ///
    /// Refusals are not rationed, so that every probe sees its own.
    pub fn settings(what: &What<'_>) -> &'static str {
        match what {
            What::Node(..) => NODE,
            What::Host(host, _) if host.ip_forwarding => FORWARDING,
            What::Pod(..) | What::Host(..) | What::Internet(_) => PLAIN,
        }
    }
}

const PLAIN: &str = "net/ipv4/icmp_ratelimit 0\nnet/ipv4/icmp_msgs_per_sec 100000\n";

pub(super) const FORWARDING: &str =
    "net/ipv4/icmp_ratelimit 0\nnet/ipv4/icmp_msgs_per_sec 100000\nnet/ipv4/ip_forward 1\n";

/// As kubelet, kube-proxy and the node image set them.
const NODE: &str = "net/ipv4/icmp_ratelimit 0\nnet/ipv4/icmp_msgs_per_sec 100000\n\
net/ipv4/ip_forward 1\nnet/ipv4/conf/all/route_localnet 1\nnet/bridge/bridge-nf-call-iptables 1\n";

/// The node's interface towards a pod.
fn port(place: &Place<'_>, link: &PodLink) -> String {
    if link.bridge {
        format!("veth{}", place.id)
    } else {
        link.node_interface.to_string()
    }
}

/// Adds an address, as long as the route that the kernel made for it.
fn address(text: &mut String, ip: IpAddr, device: &str, table: &LinuxRoutes) {
    let own = |route: &&LinuxRoute| route.source == Some(ip) && &*route.device == device;
    let length = table
        .iter()
        .find(own)
        .map_or(32, |route| route.prefix.prefix_len());
    let _ = writeln!(text, "addr add {ip}/{length} dev {device} noprefixroute");
}

/// Adds routes; what is on a link comes first, because gateways must be.
fn routes(text: &mut String, table: &LinuxRoutes) {
    for on_link in [true, false] {
        let wanted =
            |route: &&LinuxRoute| route.via.is_none() == on_link && route.prefix.addr().is_ipv4();
        for route in table.iter().filter(wanted) {
            let _ = writeln!(text, "route add {route}");
        }
    }
}

/// A name as data files and answers hold it: without tabs and line breaks.
pub(super) fn label(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() { '?' } else { it })
        .collect()
}
