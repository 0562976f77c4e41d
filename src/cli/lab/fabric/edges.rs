//! What passes an interface or a peering, and with which public addresses.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::{Builder, one_of};
use crate::engine::azure::addresses::{self, PublicOwner};
use crate::engine::azure::peering;
use crate::engine::azure::snat::{self, Outbound};
use crate::engine::azure::topology;
use crate::engine::walk::INTERNET_ADDRESS;
use crate::model::packet::Packet;

/// An address that belongs to nobody's range: a source that a peering takes for forwarded.
const FOREIGN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

impl Builder<'_> {
    /// A network interface lets nothing pass that is not its own, unless it forwards.
    pub(super) fn interface(&mut self, index: usize) {
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
    pub(super) fn public_address(&mut self, index: usize) {
        let Some(nic) = self.ports[index].nic().cloned() else {
            return;
        };
        let text = nic.public_ip.as_deref();
        let public = text.and_then(|text| addresses::public_address(self.network(), text));
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
    pub(super) fn outbound(&mut self, index: usize) {
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
            let Outbound::Translated(translated) = snat::outbound(self.network(), &nic, &packet, 0)
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
    pub(super) fn peerings(&mut self) {
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
