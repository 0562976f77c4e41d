//! Who is connected to whom: subnets of addresses and nodes, peerings, gateways, on-premises networks.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use crate::model::azure::{
    GatewayConnection, LocalNetworkGateway, NetworkPlugin, Peering, Subnet, SubnetId, Vnet,
    VnetGateway,
};
use crate::model::kube::Node;
use crate::model::network::Network;

/// The virtual address of the platform: DNS, DHCP, health probes.
pub const PLATFORM: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));

/// The instance metadata service, reachable from every virtual machine.
pub const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

/// Whether an address belongs to the platform: neither routes nor (by default) security rules apply.
pub fn is_platform(address: IpAddr) -> bool {
    address == PLATFORM || address == METADATA
}

/// Whether two names of Azure resources are the same; ARM compares without regard to case.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The subnet of a virtual network that contains `address`.
pub fn subnet_of<'n>(network: &'n Network, vnet: &str, address: IpAddr) -> Option<&'n Subnet> {
    network
        .vnet(vnet)?
        .subnets
        .iter()
        .find(|subnet| contains(&subnet.prefixes, address))
}

/// The subnet of a node: the one it was given, else that of an agent pool if it contains the
/// node's address, else the first subnet of any virtual network that does.
pub fn node_subnet<'n>(network: &'n Network, node: &Node) -> Option<&'n Subnet> {
    let address = node.ip()?;
    let given = node.subnet.as_ref().and_then(|id| network.subnet(id));
    given
        .into_iter()
        .chain(pool_subnets(network))
        .find(|subnet| contains(&subnet.prefixes, address))
        .or_else(|| {
            network
                .vnets
                .iter()
                .find_map(|vnet| subnet_of(network, &vnet.meta.name, address))
        })
}

/// The subnets of the cluster's agent pools, each once, in the order of the pools.
pub fn pool_subnets(network: &Network) -> Vec<&Subnet> {
    let mut subnets: Vec<&Subnet> = Vec::new();
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    for subnet in pools.filter_map(|pool| network.subnet(pool.subnet.as_ref()?)) {
        if !subnets.iter().any(|known| known.id() == subnet.id()) {
            subnets.push(subnet);
        }
    }
    subnets
}

/// Whether the cluster's pods have addresses of a private range that Azure does not know.
pub fn is_kubenet(network: &Network) -> bool {
    network
        .cluster
        .as_ref()
        .is_some_and(|cluster| cluster.plugin == NetworkPlugin::Kubenet)
}

/// Whether the pods of Azure CNI hang on a bridge of their node, which is in the node subnet with them.
pub fn is_bridge_mode(network: &Network) -> bool {
    let cluster = network.cluster.as_ref();
    cluster.is_some_and(|cluster| {
        (network.settings.azure_cni_bridge || cluster.bridge_mode)
            && cluster.plugin == NetworkPlugin::AzureNodeSubnet
            && !cluster.is_cilium()
    })
}

/// A peering that works: both directions exist, neither says that it is not Connected, and no ranges of the two
/// networks overlap.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'n> {
    /// The peering as this side has it.
    pub local: &'n Peering,
    /// The same peering as the other side has it.
    pub back: &'n Peering,
    /// The other virtual network.
    pub vnet: &'n Vnet,
}

/// The connected peerings of a virtual network, in the order written. Azure refuses one of networks whose ranges
/// overlap, so nothing passes through it.
pub fn peers<'n>(network: &'n Network, vnet: &'n Vnet) -> impl Iterator<Item = Peer<'n>> {
    connected(network, vnet).filter(|peer| overlap(vnet, peer.vnet).is_none())
}

/// A range of each of two networks that overlap; Azure refuses a peering of such networks (section 7.3 of the fact
/// sheet).
pub fn overlap<'n>(one: &'n Vnet, other: &'n Vnet) -> Option<(&'n IpNet, &'n IpNet)> {
    let theirs = |own: &IpNet| {
        let mut all = other.address_space.iter();
        all.find(|it| it.contains(own) || own.contains(*it))
    };
    let mut own = one.address_space.iter();
    own.find_map(|own| Some((own, theirs(own)?)))
}

/// The peerings that both sides have and say to be Connected, whether or not Azure would make them.
pub fn connected<'n>(network: &'n Network, vnet: &'n Vnet) -> impl Iterator<Item = Peer<'n>> {
    // Azure refuses a peering of a network with itself.
    let is_other = |local: &&Peering| !same(&local.remote, &vnet.meta.name);
    let own = vnet.peerings.iter().filter(|local| !local.disconnected);
    let own = own.filter(is_other);
    own.filter_map(move |local| {
        let remote = network.vnet(&local.remote)?;
        let mut theirs = remote.peerings.iter().filter(|peer| !peer.disconnected);
        let back = theirs.find(|peering| same(&peering.remote, &vnet.meta.name))?;
        Some(Peer {
            local,
            back,
            vnet: remote,
        })
    })
}

/// The first gateway that stands in a virtual network.
pub fn gateway_in<'n>(network: &'n Network, vnet: &str) -> Option<&'n VnetGateway> {
    gateways_in(network, vnet).next()
}

/// The gateways that stand in a virtual network: one for VPN, one for `ExpressRoute`, or both.
fn gateways_in<'n>(network: &'n Network, vnet: &str) -> impl Iterator<Item = &'n VnetGateway> {
    network.gateways.iter().filter(move |gateway| {
        let subnet = gateway.subnet.as_ref();
        subnet.is_some_and(|subnet| same(&subnet.vnet, vnet))
    })
}

/// The gateways that a virtual network uses: its own, or those of a peer that lends them.
pub fn gateways_for<'n>(network: &'n Network, vnet: &'n Vnet) -> Vec<&'n VnetGateway> {
    let of = gateway_for(network, vnet).and_then(|(gateway, _)| gateway.subnet.as_ref());
    of.map_or_else(Vec::new, |subnet| {
        gateways_in(network, &subnet.vnet).collect()
    })
}

/// The on-premises networks behind them, each with its gateway.
pub fn links_for<'n>(
    network: &'n Network,
    vnet: &'n Vnet,
) -> impl Iterator<Item = (&'n VnetGateway, Link<'n>)> {
    let gateways = gateways_for(network, vnet).into_iter();
    gateways.flat_map(move |gateway| links(network, gateway).map(move |link| (gateway, link)))
}

/// The first gateway that a virtual network uses: its own, or that of a peer that
/// lends it (`useRemoteGateways` here and `allowGatewayTransit` there).
pub fn gateway_for<'n>(
    network: &'n Network,
    vnet: &'n Vnet,
) -> Option<(&'n VnetGateway, Option<Peer<'n>>)> {
    if let Some(own) = gateway_in(network, &vnet.meta.name) {
        return Some((own, None));
    }
    peers(network, vnet)
        .filter(|peer| peer.local.use_remote_gateways && peer.back.allow_gateway_transit)
        .find_map(|peer| Some((gateway_in(network, &peer.vnet.meta.name)?, Some(peer))))
}

/// A connection of a gateway and the on-premises network behind it.
#[derive(Clone, Copy, Debug)]
pub struct Link<'n> {
    /// The connection.
    pub connection: &'n GatewayConnection,
    /// The on-premises network.
    pub local: &'n LocalNetworkGateway,
}

/// The on-premises networks that a gateway is connected to, now, in the order of the connections.
pub fn links<'n>(network: &'n Network, gateway: &'n VnetGateway) -> impl Iterator<Item = Link<'n>> {
    network.connections.iter().filter_map(move |connection| {
        if connection.down || !same(&connection.gateway, &gateway.meta.name) {
            return None;
        }
        let name = connection.local_gateway.as_deref()?;
        let local = network
            .local_gateways
            .iter()
            .find(|local| same(&local.meta.name, name))?;
        Some(Link { connection, local })
    })
}

/// A connection of a gateway whose other side is not described by a local network gateway, such as an
/// `ExpressRoute` circuit, or by one that says no more than its BGP peer: which prefixes it brings is not known.
pub fn open_link<'n>(network: &'n Network, gateway: &VnetGateway) -> Option<&'n GatewayConnection> {
    let range = |prefix: &IpNet| prefix.prefix_len() < prefix.max_prefix_len();
    let described = |name: &str, bgp: bool| {
        let mut all = network.local_gateways.iter();
        let local = all.find(|local| same(&local.meta.name, name));
        local.is_some_and(|local| !bgp || local.prefixes.iter().any(range))
    };
    let mut connections = network.connections.iter();
    connections.find(|it| {
        let other_side = it.local_gateway.as_deref();
        let described = other_side.is_some_and(|name| described(name, it.bgp));
        !it.down && same(&it.gateway, &gateway.meta.name) && !described
    })
}

/// Whether one of `prefixes` contains `address`.
pub fn contains(prefixes: &[IpNet], address: IpAddr) -> bool {
    prefixes.iter().any(|prefix| prefix.contains(&address))
}

/// Whether two subnet names are the same, without regard to case.
pub fn same_subnet(a: &SubnetId, b: &SubnetId) -> bool {
    same(&a.vnet, &b.vnet) && same(&a.subnet, &b.subnet)
}
