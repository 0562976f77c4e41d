//! The fabric: one namespace that stands for Azure between the machines.
//!
//! Each machine's interface has the routing table of its subnet, made of the effective routes;
//! where a route delivers, the owner of every known address gets a route of its own, and all
//! else is a black hole. Netfilter does the rest: network interfaces that let only their own
//! addresses pass, peerings without forwarded traffic, load balancers (a mark for each member,
//! kept with the connection, leads to the member), and public addresses.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::IpNet;

use super::places::{Places, What};
use crate::engine::azure::addresses::{Owner, PublicOwner};
use crate::engine::azure::gateway::{self, GatewayDecision};
use crate::engine::azure::load_balancer::LbDecision;
use crate::engine::azure::nic::Nic;
use crate::engine::azure::peering;
use crate::engine::azure::routes::RouteDecision;
use crate::engine::azure::snat::{self, Outbound};
use crate::engine::azure::topology::{self, contains};
use crate::engine::dataplane::Dataplane;
use crate::engine::walk::INTERNET_ADDRESS;
use crate::model::azure::{Frontend, LbRule, LoadBalancer, NextHop, SubnetId};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::HostNetwork;
use crate::model::packet::Packet;

/// The first table of a subnet; those of marks follow further up.
const TABLES: usize = 1000;
const MARKED: usize = 5000;
/// An address that belongs to nobody's range: a source that a peering takes for forwarded.
const FOREIGN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// What `ip` and `iptables-restore` are told in the fabric's namespace.
pub(super) struct Fabric {
    pub ip: String,
    pub rules: String,
}

/// A machine's link to the fabric.
struct Port<'a> {
    device: &'a str,
    side: Side<'a>,
    addresses: Vec<IpAddr>,
}

/// Where a machine stands.
#[derive(Clone, PartialEq)]
enum Side<'a> {
    Nic(&'a Nic),
    OnPremises(Arc<str>, IpAddr),
    Internet,
}

/// Machines that share a routing table.
#[derive(Clone, PartialEq)]
enum Class {
    Subnet(SubnetId),
    OnPremises(Arc<str>),
    Internet,
}

struct Builder<'a> {
    plane: &'a Dataplane,
    ports: Vec<Port<'a>>,
    ip: Vec<String>,
    mangle: Table,
    nat: Table,
    filter: Table,
}

#[derive(Default)]
struct Table {
    chains: BTreeSet<String>,
    rules: Vec<String>,
}

impl Table {
    fn push(&mut self, chain: &str, rule: &str) {
        let built_in = ["PREROUTING", "FORWARD", "POSTROUTING"];
        if !built_in.contains(&chain) {
            self.chains.insert(chain.to_owned());
        }
        self.rules.push(format!("-A {chain} {rule}"));
    }

    fn save(&self, name: &str, text: &mut String) {
        line!(text, "*{name}");
        for chain in &self.chains {
            line!(text, ":{chain} - [0:0]");
        }
        for rule in &self.rules {
            line!(text, "{rule}");
        }
        line!(text, "COMMIT");
    }
}

impl Fabric {
    pub fn of(places: &Places<'_>) -> Self {
        let mut builder = Builder {
            plane: places.plane,
            ports: ports(places),
            ip: vec!["link set lo up".to_owned()],
            mangle: Table::default(),
            nat: Table::default(),
            filter: Table::default(),
        };
        builder.build();
        let mut rules = String::new();
        builder.mangle.save("mangle", &mut rules);
        builder.nat.save("nat", &mut rules);
        builder.filter.save("filter", &mut rules);
        Self {
            ip: builder.ip.join("\n") + "\n",
            rules,
        }
    }
}

fn ports<'a>(places: &'a Places<'_>) -> Vec<Port<'a>> {
    let addresses = &places.plane.addresses;
    let of_place = places.places.iter().filter_map(|place| {
        let (side, own) = match &place.what {
            What::Pod(..) => return None,
            What::Internet(ip) => (Side::Internet, vec![IpAddr::V4(*ip)]),
            What::Host(host, ip) => {
                let ip = IpAddr::V4(*ip);
                match &host.network {
                    HostNetwork::Internet => (Side::Internet, vec![ip]),
                    HostNetwork::OnPremises(name) => (Side::OnPremises(name.clone(), ip), vec![ip]),
                    HostNetwork::Subnet(_) => {
                        (Side::Nic(addresses.nic(&place.reference)?), vec![ip])
                    }
                }
            }
            What::Node(..) => {
                let nic = addresses.nic(&place.reference)?;
                let mut own = vec![nic.primary];
                own.extend(places.places.iter().filter_map(|it| match &it.what {
                    What::Pod(pod, ..) => pod.ip().filter(|ip| nic.secondary.contains(ip)),
                    _ => None,
                }));
                (Side::Nic(nic), own)
            }
        };
        Some(Port {
            device: &place.id,
            side,
            addresses: own,
        })
    });
    of_place.collect()
}

/// Matches one of so many packets, as those who pick the first of what is left do.
fn one_of(left: usize) -> String {
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    if left < 2 {
        return String::new();
    }
    format!(
        "-m statistic --mode random --probability {:.9} ",
        1.0 / f64::from(left)
    )
}

impl Port<'_> {
    fn class(&self) -> Class {
        match &self.side {
            Side::Nic(nic) => Class::Subnet(nic.subnet.clone()),
            Side::OnPremises(name, _) => Class::OnPremises(name.clone()),
            Side::Internet => Class::Internet,
        }
    }

    fn nic(&self) -> Option<&Nic> {
        match &self.side {
            Side::Nic(nic) => Some(nic),
            Side::OnPremises(..) | Side::Internet => None,
        }
    }
}

impl Builder<'_> {
    fn network(&self) -> &Network {
        &self.plane.network
    }

    fn build(&mut self) {
        let mut classes: Vec<Class> = Vec::new();
        for index in 0..self.ports.len() {
            let (device, class) = (self.ports[index].device, self.ports[index].class());
            let known = classes.iter().position(|it| *it == class);
            let table = TABLES + known.unwrap_or(classes.len());
            if known.is_none() {
                classes.push(class);
            }
            self.ip.push(format!("link set {device} arp off up"));
            self.ip
                .push(format!("rule add iif {device} lookup {table} pref {table}"));
            let mark = index + 1;
            let by_mark = MARKED + mark;
            self.ip.push(format!(
                "rule add fwmark {mark} lookup {by_mark} pref {mark}"
            ));
            self.ip
                .push(format!("route add default dev {device} table {by_mark}"));
        }
        for (index, class) in classes.iter().enumerate() {
            self.table(TABLES + index, class);
            self.load_balancers(class);
        }
        for index in 0..self.ports.len() {
            self.interface(index);
            self.public_address(index);
            self.outbound(index);
        }
        self.peerings();
        // Answers to what a private address sent to the internet go back to its interface.
        self.mangle.push(
            "PREROUTING",
            "-i i+ -m conntrack --ctdir REPLY -j CONNMARK --restore-mark",
        );
    }

    /// The routing table of a class.
    fn table(&mut self, table: usize, class: &Class) {
        let mut lines = BTreeSet::new();
        if let Class::Subnet(subnet) = class
            && let Some(routes) = self.plane.routes(subnet)
        {
            for route in routes
                .routes
                .iter()
                .filter(|it| it.active && it.prefix.addr().is_ipv4())
            {
                let (prefix, hop) = (route.prefix.trunc(), &route.next_hop);
                let device = match hop {
                    NextHop::VirtualAppliance(_) => self.follow(subnet, hop, prefix.addr(), None),
                    _ => None,
                };
                lines.insert(match device {
                    Some(device) => format!("route add {prefix} dev {device} table {table}"),
                    None => format!("route add blackhole {prefix} table {table}"),
                });
            }
        }
        let universe: BTreeSet<IpAddr> = self
            .ports
            .iter()
            .flat_map(|it| it.addresses.clone())
            .collect();
        for address in universe {
            if let Some(device) = self.next(class, address) {
                let line = format!("route replace {address} dev {device} table {table}");
                lines.insert(line);
            }
        }
        if !matches!(class, Class::Subnet(_)) {
            lines.insert(format!("route add blackhole default table {table}"));
        }
        // `add` sorts before `replace`.
        self.ip.extend(lines);
    }

    /// The interface that gets a packet for an address.
    fn next(&self, class: &Class, address: IpAddr) -> Option<&str> {
        match class {
            Class::Subnet(subnet) => self.next_of_subnet(subnet, address, None),
            Class::Internet => self.on_internet(address),
            Class::OnPremises(name) => self.on_premises(name, address).or_else(|| {
                let passed = gateway::from_on_premises(self.network(), name, address);
                let GatewayDecision::Passed(passed) = passed else {
                    return None;
                };
                let source = self.ports.iter().find_map(|port| match &port.side {
                    Side::OnPremises(of, ip) if of == name => Some(*ip),
                    _ => None,
                });
                self.next_of_subnet(&passed.subnet, address, source)
            }),
        }
    }

    fn next_of_subnet(
        &self,
        subnet: &SubnetId,
        address: IpAddr,
        source: Option<IpAddr>,
    ) -> Option<&str> {
        match self.plane.routes(subnet)?.decide(address) {
            RouteDecision::Routed(route, _) => {
                self.follow(subnet, &route.next_hop, address, source)
            }
            RouteDecision::Platform(_)
            | RouteDecision::NoRoute(_)
            | RouteDecision::NotModelled(..) => None,
        }
    }

    /// `source` is known where only one network can have sent the packet.
    fn follow(
        &self,
        subnet: &SubnetId,
        hop: &NextHop,
        address: IpAddr,
        source: Option<IpAddr>,
    ) -> Option<&str> {
        match hop {
            NextHop::VnetLocal => self.in_vnet(&subnet.vnet, address),
            NextHop::VnetPeering => {
                self.in_vnet(&self.peer(&subnet.vnet, address, source)?, address)
            }
            NextHop::VirtualAppliance(appliance) => {
                let own = self.network().vnet(&subnet.vnet)?;
                if contains(&own.address_space, *appliance) {
                    return self.in_vnet(&subnet.vnet, *appliance);
                }
                self.in_vnet(&self.peer(&subnet.vnet, *appliance, source)?, *appliance)
            }
            NextHop::VirtualNetworkGateway => {
                let decision = gateway::to_on_premises(self.network(), &subnet.vnet, address);
                let GatewayDecision::Passed(passed) = decision else {
                    return None;
                };
                self.on_premises(&passed.on_premises, address)
            }
            NextHop::Internet => self.on_internet(address),
            NextHop::ServiceEndpoint | NextHop::InterfaceEndpoint | NextHop::None => None,
        }
    }

    /// The virtual network behind the peering that leads to an address.
    fn peer(&self, vnet: &str, next: IpAddr, source: Option<IpAddr>) -> Option<Arc<str>> {
        let own = self.network().vnet(vnet)?;
        if let Some(source) = source {
            let packet = Packet {
                source,
                destination: next,
                ..Packet::default()
            };
            let crossing = peering::cross(self.network(), vnet, &packet, next)?;
            return crossing.allowed.then_some(crossing.to);
        }
        let mut peers = topology::peers(self.network(), own);
        let peer = peers.find(|peer| contains(&peer.vnet.address_space, next))?;
        Some(peer.vnet.meta.name.clone())
    }

    fn in_vnet(&self, vnet: &str, address: IpAddr) -> Option<&str> {
        match self.plane.addresses.private(vnet, address)? {
            Owner::Nic(owner) | Owner::Pod(_, owner) => self.device(owner),
            Owner::Frontend { .. } => None,
        }
    }

    fn on_premises(&self, name: &str, address: IpAddr) -> Option<&str> {
        let ports = self.ports.iter();
        let at = |port: &&Port<'_>| matches!(&port.side, Side::OnPremises(of, ip) if topology::same(of, name) && *ip == address);
        ports.clone().find(at).map(|port| port.device)
    }

    fn on_internet(&self, address: IpAddr) -> Option<&str> {
        let mut ports = self.ports.iter().filter(|port| port.side == Side::Internet);
        let port = ports.find(|port| port.addresses.contains(&address))?;
        Some(port.device)
    }

    fn device(&self, owner: &Ref) -> Option<&str> {
        let port = self
            .ports
            .iter()
            .find(|it| it.nic().is_some_and(|nic| nic.owner == *owner))?;
        Some(port.device)
    }

    fn mark(&self, owner: &Ref) -> Option<usize> {
        let index = self
            .ports
            .iter()
            .position(|it| it.nic().is_some_and(|nic| nic.owner == *owner))?;
        Some(index + 1)
    }

    /// The rules of every load balancer that machines of a class reach.
    fn load_balancers(&mut self, class: &Class) {
        let plane = self.plane;
        let devices: Vec<&str> = self
            .ports
            .iter()
            .filter(|it| it.class() == *class)
            .map(|it| it.device)
            .collect();
        let mut pending = Vec::new();
        for (at, balancer) in plane.network.load_balancers.iter().enumerate() {
            for (number, rule) in balancer.rules.iter().enumerate() {
                let frontend = balancer
                    .frontends
                    .iter()
                    .find(|it| it.name == rule.frontend);
                let Some(frontend) = frontend.filter(|it| self.reaches(class, it)) else {
                    continue;
                };
                pending.push((format!("LB{at}-{number}"), balancer, rule, frontend));
            }
        }
        for (chain, balancer, rule, frontend) in pending {
            self.load_balancer(&devices, &chain, balancer, rule, frontend);
        }
    }

    fn load_balancer(
        &mut self,
        devices: &[&str],
        chain: &str,
        balancer: &LoadBalancer,
        rule: &LbRule,
        frontend: &Frontend,
    ) {
        let packet = Packet {
            protocol: rule.protocol.unwrap_or_default(),
            destination: frontend.ip,
            destination_port: rule.frontend_port,
            ..Packet::default()
        };
        let reference = balancer.reference();
        let LbDecision::Balanced(balanced) =
            self.plane.balance((&reference, &frontend.name), &packet)
        else {
            return;
        };
        let matches = match rule.protocol {
            Some(protocol) => format!(
                "-d {} -p {} --dport {}",
                frontend.ip,
                protocol.lower(),
                rule.frontend_port
            ),
            None => format!("-d {}", frontend.ip),
        };
        for device in devices {
            self.mangle
                .push("PREROUTING", &format!("-i {device} {matches} -j {chain}"));
        }
        if self.mangle.chains.contains(&format!("{chain}-")) {
            return;
        }
        // Written once for all classes.
        self.mangle.push(&format!("{chain}-"), "-j RETURN");
        self.mangle.push(chain, "-j CONNMARK --restore-mark");
        let members = balanced.members.len();
        for (index, (node, address)) in balanced.members.iter().enumerate() {
            let owner = Ref::new(crate::model::object::Kind::Node, node.clone());
            let Some(mark) = self.mark(&owner) else {
                continue;
            };
            let random = one_of(members - index);
            self.mangle.push(
                chain,
                &format!("-m mark --mark 0 {random}-j MARK --set-mark {mark}"),
            );
            if !rule.floating_ip {
                let port = match rule.backend_port {
                    0 => String::new(),
                    port => format!(":{port}"),
                };
                let to = format!(
                    "-m mark --mark {mark} {matches} -j DNAT --to-destination {address}{port}"
                );
                self.nat.push("PREROUTING", &to);
            }
        }
        self.mangle.push(chain, "-j CONNMARK --save-mark");
    }

    /// Whether machines of a class reach a frontend.
    fn reaches(&self, class: &Class, frontend: &Frontend) -> bool {
        let (Some(subnet), Class::Subnet(from)) = (&frontend.subnet, class) else {
            return match (&frontend.subnet, class) {
                (None, class) => *class == Class::Internet,
                (Some(_), Class::OnPremises(name)) => {
                    let passed = gateway::from_on_premises(self.network(), name, frontend.ip);
                    matches!(passed, GatewayDecision::Passed(passed)
                        if self.reaches(&Class::Subnet(passed.subnet.clone()), frontend))
                }
                (Some(_), _) => false,
            };
        };
        let Some(RouteDecision::Routed(route, _)) = self
            .plane
            .routes(from)
            .map(|routes| routes.decide(frontend.ip))
        else {
            return false;
        };
        let vnet = match route.next_hop {
            NextHop::VnetLocal => Some(from.vnet.clone()),
            NextHop::VnetPeering => {
                let own = self.network().vnet(&from.vnet);
                let source = own
                    .and_then(|vnet| vnet.address_space.first())
                    .map(IpNet::addr);
                self.peer(&from.vnet, frontend.ip, source)
            }
            _ => None,
        };
        vnet.is_some_and(|vnet| topology::same(&vnet, &subnet.vnet))
    }

    /// A network interface lets nothing pass that is not its own, unless it forwards.
    fn interface(&mut self, index: usize) {
        let port = &self.ports[index];
        let (device, Some(nic)) = (port.device, port.nic()) else {
            return;
        };
        if nic.ip_forwarding {
            return;
        }
        let balancers = self.network().load_balancers.iter();
        let member = balancers.filter(|it| it.backend_nodes.contains(&nic.owner.name));
        let frontends = member.flat_map(|it| it.frontends.iter().map(|frontend| frontend.ip));
        let own: BTreeSet<IpAddr> = port.addresses.iter().copied().chain(frontends).collect();
        for (direction, side, chain) in [
            ("-i", "-s", format!("SENDS{index}")),
            ("-o", "-d", format!("GETS{index}")),
        ] {
            self.filter
                .push("FORWARD", &format!("{direction} {device} -j {chain}"));
            for address in own.iter().filter(|it| it.is_ipv4()) {
                self.filter
                    .push(&chain, &format!("{side} {address} -j RETURN"));
            }
            self.filter.push(&chain, "-j DROP");
        }
    }

    /// What comes from the internet for the public address of a machine.
    fn public_address(&mut self, index: usize) {
        let Some(nic) = self.ports[index].nic().cloned() else {
            return;
        };
        let text = nic.public_ip.as_deref();
        let public = text
            .and_then(|text| crate::engine::azure::addresses::public_address(self.network(), text));
        let Some(public) = public.filter(IpAddr::is_ipv4) else {
            return;
        };
        let owned = PublicOwner::Instance(nic.owner.clone());
        if self.plane.addresses.public(public) != Some(&owned) {
            return;
        }
        let mark = index + 1;
        self.mangle.push(
            "PREROUTING",
            &format!("-i i+ -d {public} -j MARK --set-mark {mark}"),
        );
        self.nat.push(
            "PREROUTING",
            &format!("-i i+ -d {public} -j DNAT --to-destination {}", nic.primary),
        );
    }

    /// The addresses with which a machine goes to the internet.
    fn outbound(&mut self, index: usize) {
        let Some(nic) = self.ports[index].nic().cloned() else {
            return;
        };
        let (device, mark) = (self.ports[index].device, index + 1);
        let fresh = "-m conntrack --ctstate NEW";
        let way = format!("-i {device} -o i+ {fresh}");
        self.mangle
            .push("FORWARD", &format!("{way} -j CONNMARK --set-mark {mark}"));
        for source in self.ports[index].addresses.clone() {
            let packet = Packet {
                source,
                destination: INTERNET_ADDRESS,
                ..Packet::default()
            };
            let Outbound::Translated(translated) = snat::outbound(self.network(), &nic, &packet)
            else {
                continue;
            };
            self.filter
                .push("FORWARD", &format!("{way} -s {source} -j RETURN"));
            let left = translated.addresses.len();
            for (at, address) in translated.addresses.iter().enumerate() {
                let random = one_of(left - at);
                let to = format!(
                    "-o i+ -m connmark --mark {mark} -s {source} {random}-j SNAT --to-source {address}"
                );
                self.nat.push("POSTROUTING", &to);
            }
        }
        self.filter.push("FORWARD", &format!("{way} -j DROP"));
    }

    /// A peering passes what another network sent only where it allows forwarded traffic.
    fn peerings(&mut self) {
        let mut rules = Vec::new();
        for (i, from) in self.ports.iter().enumerate() {
            for to in &self.ports {
                let Some((a, b)) = from.nic().zip(to.nic()) else {
                    continue;
                };
                if topology::same(&a.subnet.vnet, &b.subnet.vnet) {
                    continue;
                }
                let crossing = |source| {
                    let packet = Packet {
                        source,
                        destination: b.primary,
                        ..Packet::default()
                    };
                    peering::cross(self.network(), &a.subnet.vnet, &packet, b.primary)
                };
                if crossing(FOREIGN).is_none_or(|it| it.allowed) {
                    continue;
                }
                let (chain, own) = (
                    format!("PEER{i}-{}", to.device),
                    self.network().vnet(&a.subnet.vnet),
                );
                rules.push((
                    "FORWARD".to_owned(),
                    format!("-i {} -o {} -j {chain}", from.device, to.device),
                ));
                let local = self
                    .network()
                    .local_gateways
                    .iter()
                    .flat_map(|it| &it.prefixes);
                let spaces = own
                    .into_iter()
                    .flat_map(|it| &it.address_space)
                    .chain(local);
                for prefix in spaces.filter(|it| it.addr().is_ipv4()) {
                    if crossing(prefix.addr()).is_some_and(|it| it.allowed) {
                        rules.push((chain.clone(), format!("-s {prefix} -j RETURN")));
                    }
                }
                rules.push((chain, "-j DROP".to_owned()));
            }
        }
        for (chain, rule) in rules {
            self.filter.push(&chain, &rule);
        }
    }
}
