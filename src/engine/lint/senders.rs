//! Who asks exposed Services: somebody on the internet, in the cluster's virtual network, in each peer, and on premises.
//!
//! Where the scenario has nobody there, a machine is put there that answers nothing: only for these walks.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::azure::{firewall, topology};
use crate::engine::control::address::AddressPool;
use crate::engine::control::node_addresses::private_addresses;
use crate::model::azure::Vnet;
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    /// The machine.
    pub machine: Ref,
    /// Where it stands: `internet`, a virtual network, or an on-premises network.
    pub place: Ref,
}

/// The senders, and the machines that must be added for them.
pub fn senders(network: &Network) -> (Vec<Sender>, Vec<Host>) {
    let mut all = vec![internet(network)];
    let mut added = Vec::new();
    let subnets = topology::pool_subnets(network);
    let first = subnets.first();
    let own = first.and_then(|subnet| network.vnet(&subnet.meta.namespace));
    let Some(own) = own else {
        return (all, added);
    };
    let pools: Vec<_> = subnets.iter().map(|subnet| subnet.id()).collect();
    let neighbour = network.hosts.iter().find(|host| {
        matches!(&host.network, HostNetwork::Subnet(id)
            if topology::same(&id.vnet, &own.meta.name) && !pools.contains(id))
    });
    all.extend(neighbour.map(|host| sender(host, own.reference())));
    for peer in topology::peers(network, own) {
        if let Some(host) = in_vnet(network, peer.vnet) {
            all.push(sender(host, peer.vnet.reference()));
        } else if let Some(host) = stranger(network, peer.vnet) {
            all.push(sender(&host, peer.vnet.reference()));
            added.push(host);
        }
    }
    for (_, link) in topology::links_for(network, own) {
        let place = Ref::new(Kind::LocalGateway, link.local.meta.name.clone());
        if let Some(host) = on_premises(network, &link.local.meta.name) {
            all.push(sender(host, place));
        } else if let Some(ip) = first_address(&link.local.prefixes, network) {
            let network = HostNetwork::OnPremises(link.local.meta.name.clone());
            let host = machine(&link.local.meta.name, network, ip);
            all.push(sender(&host, place));
            added.push(host);
        }
    }
    (all, added)
}

fn sender(host: &Host, place: Ref) -> Sender {
    Sender {
        machine: host.reference(),
        place,
    }
}

fn internet(network: &Network) -> Sender {
    let place = Ref::bare(Kind::Internet);
    let mut hosts = network.hosts.iter();
    let known = hosts.find(|host| host.network == HostNetwork::Internet && host.ip.is_some());
    Sender {
        machine: known.map_or_else(|| place.clone(), Host::reference),
        place,
    }
}

fn in_vnet<'n>(network: &'n Network, vnet: &Vnet) -> Option<&'n Host> {
    network.hosts.iter().find(|host| {
        host.ip.is_some()
            && matches!(&host.network, HostNetwork::Subnet(id) if topology::same(&id.vnet, &vnet.meta.name))
    })
}

fn on_premises<'n>(network: &'n Network, name: &str) -> Option<&'n Host> {
    network.hosts.iter().find(|host| {
        host.ip.is_some()
            && matches!(&host.network, HostNetwork::OnPremises(own) if topology::same(own, name))
    })
}

/// A machine in the first subnet of a virtual network that has a free address.
fn stranger(network: &Network, vnet: &Vnet) -> Option<Host> {
    vnet.subnets.iter().find_map(|subnet| {
        let gateway = topology::same(&subnet.meta.name, "GatewaySubnet");
        let ip = first_address(&subnet.prefixes, network).filter(|_| !gateway)?;
        Some(machine(
            &vnet.meta.name,
            HostNetwork::Subnet(subnet.id()),
            ip,
        ))
    })
}

fn first_address(prefixes: &[ipnet::IpNet], network: &Network) -> Option<IpAddr> {
    let mut free = AddressPool::of_subnet(prefixes);
    let firewalls = network.firewalls.iter();
    let firewalls = firewalls.filter_map(|it| firewall::private_address(network, it));
    for taken in private_addresses(network).into_iter().chain(firewalls) {
        free.take(taken);
    }
    free.take_lowest()
}

/// No manifest can have such a name, so nobody is replaced.
fn machine(place: &str, network: HostNetwork, ip: IpAddr) -> Host {
    Host {
        meta: Meta {
            name: Arc::from(format!("somebody in {place}")),
            ..Meta::default()
        },
        network,
        ip: Some(ip),
        listens: Some(Vec::new()),
        ip_forwarding: false,
        nsg: None,
        public_ip: None,
        dns_server: false,
        dns_forwards: Vec::new(),
        dns_servers: Vec::new(),
    }
}
