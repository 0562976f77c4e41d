//! Names, addresses and prefixes that nothing has yet.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::model::azure::{Subnet, Vnet};
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::Kind;

/// The names that are taken, by kind.
pub(super) struct Names<'n>(&'n Network);

impl<'n> Names<'n> {
    pub(super) fn of(network: &'n Network) -> Self {
        Self(network)
    }

    /// The names of this kind, in lower case.
    pub(super) fn taken(&self, kind: Kind) -> BTreeSet<String> {
        let network = self.0;
        let written = network.manifests.iter().map(|manifest| &manifest.object);
        let written = written.filter(|object| object.kind == kind);
        let mut taken: BTreeSet<String> = written.map(|it| it.name.to_lowercase()).collect();
        let mut add = |meta: &Meta| {
            taken.insert(meta.name.to_lowercase());
        };
        match kind {
            Kind::Pod => network.pods.iter().for_each(|it| add(&it.meta)),
            Kind::Node => network.nodes.iter().for_each(|it| add(&it.meta)),
            Kind::Host => network.hosts.iter().for_each(|it| add(&it.meta)),
            Kind::Vnet => network.vnets.iter().for_each(|it| add(&it.meta)),
            Kind::Nsg => network.nsgs.iter().for_each(|it| add(&it.meta)),
            Kind::PublicIp => network.public_ips.iter().for_each(|it| add(&it.meta)),
            Kind::RouteTable => network.route_tables.iter().for_each(|it| add(&it.meta)),
            Kind::Service => network.services.iter().for_each(|it| add(&it.meta)),
            _ => {}
        }
        taken
    }

    /// `stem`, or `stem-2` and so on.
    pub(super) fn free(&self, kind: Kind, stem: &str) -> String {
        let taken = self.taken(kind);
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.to_owned()).chain(numbered);
        names.find(|name| !taken.contains(name)).unwrap_or_default()
    }
}

pub(super) fn is_gateway_subnet(subnet: &Subnet) -> bool {
    subnet.meta.name.eq_ignore_ascii_case("GatewaySubnet")
}

pub(super) fn first_prefix(subnet: &Subnet) -> Option<Ipv4Net> {
    subnet.prefixes.iter().find_map(ipv4)
}

pub(super) fn ipv4(prefix: &IpNet) -> Option<Ipv4Net> {
    match prefix {
        IpNet::V4(prefix) => Some(*prefix),
        IpNet::V6(_) => None,
    }
}

pub(super) fn overlaps(taken: &[IpNet], prefix: Ipv4Net) -> bool {
    let mut taken = taken.iter().filter_map(ipv4);
    taken.any(|other| other.contains(&prefix) || prefix.contains(&other))
}

/// The first 10.N.0.0/16 that meets no other network of the scenario.
pub(super) fn free_vnet_prefix(network: &Network) -> Option<Ipv4Net> {
    let mut taken: Vec<IpNet> = network
        .vnets
        .iter()
        .flat_map(|vnet| vnet.address_space.clone())
        .collect();
    if let Some(cluster) = &network.cluster {
        taken.push(cluster.service_cidr);
        taken.extend(cluster.pod_cidr);
    }
    (1..=255)
        .filter_map(|second| Ipv4Net::new(Ipv4Addr::new(10, second, 0, 0), 16).ok())
        .find(|prefix| !overlaps(&taken, *prefix))
}

/// The first free subnet of this length in the address space of a virtual network.
pub(in crate::edit) fn free_subnet_prefix(vnet: &Vnet, length: u8) -> Option<Ipv4Net> {
    let taken: Vec<IpNet> = vnet
        .subnets
        .iter()
        .flat_map(|subnet| subnet.prefixes.clone())
        .collect();
    let spaces = vnet.address_space.iter().filter_map(ipv4);
    spaces
        .filter_map(|space| space.subnets(length.max(space.prefix_len())).ok())
        .flatten()
        // A /8 has 65,536 subnets of 24 bits; whoever has used the first thousands writes the next by hand.
        .take(8192)
        .find(|prefix| !overlaps(&taken, *prefix))
}

/// The first address of `prefix` from its `first` on that nobody has.
pub(super) fn free_address(network: &Network, prefix: Ipv4Net, first: u32) -> Option<Ipv4Addr> {
    let hosts = network.hosts.iter().filter_map(|host| host.ip);
    let nodes = network
        .nodes
        .iter()
        .flat_map(|node| node.internal_ips.iter().copied());
    let pods = network.pods.iter().flat_map(|pod| pod.ips.iter().copied());
    let public = network.public_ips.iter().filter_map(|ip| ip.ip);
    let services = network
        .services
        .iter()
        .flat_map(|service| service.ingress.iter().map(|ingress| ingress.ip));
    let taken: BTreeSet<IpAddr> = hosts
        .chain(nodes)
        .chain(pods)
        .chain(public)
        .chain(services)
        .collect();
    let last = u32::from(prefix.broadcast());
    (u32::from(prefix.network()).checked_add(first)?..last)
        .map(Ipv4Addr::from)
        .find(|address| !taken.contains(&IpAddr::V4(*address)))
}

pub(super) fn nth(prefix: Ipv4Net, number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(prefix.network()).saturating_add(number))
}
