//! The routing table of each class of machines: the effective routes, followed to the interface that gets the packet.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::{Builder, Class, Port, Side};
use crate::engine::azure::addresses::Owner;
use crate::engine::azure::gateway::{self, GatewayDecision};
use crate::engine::azure::peering;
use crate::engine::azure::routes::RouteDecision;
use crate::engine::azure::topology::{self, contains};
use crate::model::azure::{NextHop, SubnetId};
use crate::model::packet::Packet;

impl Builder<'_> {
    /// The routing table of a class.
    pub(super) fn table(&mut self, table: usize, class: &Class) {
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
    pub(super) fn peer(
        &self,
        vnet: &str,
        next: IpAddr,
        source: Option<IpAddr>,
    ) -> Option<Arc<str>> {
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
            Owner::Frontend { .. } | Owner::Firewall(_) | Owner::PrivateEndpoint(_) => None,
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
}
