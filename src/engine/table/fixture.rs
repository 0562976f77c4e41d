//! What a scenario lacks for the table, put beside it: assumed, and named so.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use crate::engine::azure::topology;
use crate::model::azure::{
    GatewayConnection, LocalNetworkGateway, Peering, Subnet, SubnetId, Vnet, VnetGateway,
};
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet, ZoneLink};
use crate::model::kube::{
    Labels, Meta, Origin, Phase, Pod, Service, ServicePort, ServiceType, TargetPort,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};
use crate::model::storage::StorageAccount;

/// The namespace of assumed pods, which no policy of a scenario selects.
const NAMESPACE: &str = "kubehop-table";
/// A label of theirs.
const APP: (&str, &str) = ("app", "kubehop-table");
/// The zones of the names that pods ask for.
pub const PRIVATE_ZONE: &str = "kubehop-table.internal";
pub const PUBLIC_ZONE: &str = "kubehop-table.example";

fn meta(scope: &str, name: &str) -> Meta {
    Meta {
        namespace: Arc::from(scope),
        name: Arc::from(name),
        origin: Origin::Assumed,
        ..Meta::default()
    }
}

/// A pod on a node.
pub fn pod(network: &mut Network, node: &str, name: &str) -> Ref {
    let mut meta = meta(NAMESPACE, name);
    meta.labels = Labels::from([(Arc::from(APP.0), Arc::from(APP.1))]);
    let pod = Pod {
        meta,
        node_name: Some(Arc::from(node)),
        phase: Phase::Running,
        ready: true,
        ..Pod::default()
    };
    let reference = pod.reference();
    network.pods.push(pod);
    reference
}

/// A public Service of type `LoadBalancer` for the assumed pods.
pub fn service(network: &mut Network) -> Ref {
    let service = Service {
        meta: meta(NAMESPACE, "web"),
        service_type: ServiceType::LoadBalancer,
        selector: Some(Labels::from([(Arc::from(APP.0), Arc::from(APP.1))])),
        ports: vec![ServicePort {
            port: 80,
            target_port: TargetPort::Number(8080),
            ..ServicePort::default()
        }],
        allocate_node_ports: true,
        ..Service::default()
    };
    let reference = service.reference();
    network.services.push(service);
    reference
}

fn host(network: &mut Network, name: &str, place: HostNetwork, ip: IpAddr) -> Ref {
    let host = Host {
        meta: meta("", name),
        network: place,
        ip: Some(ip),
        listens: None,
        ip_forwarding: false,
        nsg: None,
        public_ip: None,
        dns_server: false,
        dns_forwards: Vec::new(),
        dns_servers: Vec::new(),
    };
    let reference = host.reference();
    network.hosts.push(host);
    reference
}

/// A machine on the internet, at an address for documentation.
pub fn client(network: &mut Network) -> Ref {
    let ip = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 77));
    host(network, "kubehop-client", HostNetwork::Internet, ip)
}

/// A machine in a new subnet of a virtual network, with this route table; `None` where there is no room.
pub fn machine(
    network: &mut Network,
    vnet: &str,
    name: &str,
    table: Option<Arc<str>>,
) -> Option<Ref> {
    let at = network
        .vnets
        .iter_mut()
        .find(|it| topology::same(&it.meta.name, vnet))?;
    let prefix = free_subnet(at, 27)?;
    let subnet = Subnet {
        meta: meta(&at.meta.name, name),
        prefixes: vec![IpNet::V4(prefix)],
        route_table: table,
        ..Subnet::default()
    };
    let id = subnet.id();
    at.subnets.push(subnet);
    let ip = IpAddr::V4(Ipv4Addr::from(u32::from(prefix.network()).checked_add(4)?));
    Some(host(network, name, HostNetwork::Subnet(id), ip))
}

fn free_subnet(vnet: &Vnet, length: u8) -> Option<Ipv4Net> {
    let taken: Vec<IpNet> = vnet
        .subnets
        .iter()
        .flat_map(|it| it.prefixes.clone())
        .collect();
    let spaces = vnet.address_space.iter().filter_map(|net| match net {
        IpNet::V4(net) => Some(*net),
        IpNet::V6(_) => None,
    });
    let all = spaces.filter_map(|space| space.subnets(length.max(space.prefix_len())).ok());
    all.flatten()
        .take(65_536)
        .find(|prefix| !meets(&taken, *prefix))
}

fn meets(taken: &[IpNet], prefix: Ipv4Net) -> bool {
    taken.iter().any(|net| match net {
        IpNet::V4(net) => net.contains(&prefix) || prefix.contains(net),
        IpNet::V6(_) => false,
    })
}

/// Every range of the scenario that a new network must not touch.
fn ranges(network: &Network) -> Vec<IpNet> {
    let mut taken: Vec<IpNet> = network
        .vnets
        .iter()
        .flat_map(|it| it.address_space.clone())
        .collect();
    taken.extend(
        network
            .local_gateways
            .iter()
            .flat_map(|it| it.prefixes.clone()),
    );
    if let Some(cluster) = &network.cluster {
        taken.push(cluster.service_cidr);
        taken.extend(cluster.pod_cidr);
    }
    taken
}

/// The first /16 of the private ranges that nothing touches.
fn free_range(network: &Network) -> Option<Ipv4Net> {
    let taken = ranges(network);
    let tens = (1..=254)
        .rev()
        .map(|second| Ipv4Addr::new(10, second, 0, 0));
    let more = (16..=29).map(|second| Ipv4Addr::new(172, second, 0, 0));
    tens.chain(more)
        .filter_map(|address| Ipv4Net::new(address, 16).ok())
        .find(|prefix| !meets(&taken, *prefix))
}

/// A virtual network that is peered with `vnet`, and a machine in it.
pub fn peer(network: &mut Network, vnet: &str) -> Option<Ref> {
    let range = free_range(network)?;
    let name = "kubehop-peer";
    let peering = |of: &str, remote: &str| Peering {
        meta: meta(of, &format!("{of}-to-{remote}")),
        remote: Arc::from(remote),
        allow_virtual_network_access: true,
        allow_forwarded_traffic: false,
        allow_gateway_transit: false,
        use_remote_gateways: false,
        disconnected: false,
    };
    let own = network
        .vnets
        .iter_mut()
        .find(|it| topology::same(&it.meta.name, vnet))?;
    let own_name = own.meta.name.clone();
    own.peerings.push(peering(&own_name, name));
    let location = own.location.clone();
    network.vnets.push(Vnet {
        meta: meta("", name),
        location,
        address_space: vec![IpNet::V4(range)],
        peerings: vec![peering(name, &own_name)],
        ..Vnet::default()
    });
    machine(network, name, "kubehop-peer-vm", None)
}

/// An office behind a VPN gateway of `vnet`; where it has one, behind that.
pub fn office(network: &mut Network, vnet: &str) -> Option<Ref> {
    let range = free_range(network)?;
    let at = network.vnet(vnet)?;
    let gateway = topology::gateway_for(network, at).map(|(it, _)| it.meta.name.clone());
    let gateway = match gateway {
        Some(name) => name,
        None => new_gateway(network, vnet)?,
    };
    let site: Arc<str> = Arc::from("kubehop-office");
    network.local_gateways.push(LocalNetworkGateway {
        meta: meta("", &site),
        prefixes: vec![IpNet::V4(Ipv4Net::new(range.network(), 24).ok()?)],
    });
    network.connections.push(GatewayConnection {
        meta: meta("", "kubehop-office-vpn"),
        gateway,
        local_gateway: Some(site.clone()),
        bgp: false,
        down: false,
    });
    let ip = IpAddr::V4(Ipv4Addr::from(u32::from(range.network()).checked_add(5)?));
    Some(host(
        network,
        "kubehop-office-host",
        HostNetwork::OnPremises(site),
        ip,
    ))
}

fn new_gateway(network: &mut Network, vnet: &str) -> Option<Arc<str>> {
    let name: Arc<str> = Arc::from("kubehop-gateway");
    let at = network
        .vnets
        .iter_mut()
        .find(|it| topology::same(&it.meta.name, vnet))?;
    let known = at
        .subnets
        .iter()
        .find(|it| topology::same(&it.meta.name, "GatewaySubnet"));
    let id = if let Some(subnet) = known {
        subnet.id()
    } else {
        let prefix = free_subnet(at, 27)?;
        let subnet = Subnet {
            meta: meta(&at.meta.name, "GatewaySubnet"),
            prefixes: vec![IpNet::V4(prefix)],
            ..Subnet::default()
        };
        let id = subnet.id();
        at.subnets.push(subnet);
        id
    };
    network.gateways.push(VnetGateway {
        meta: meta("", &name),
        subnet: Some(id),
        ..VnetGateway::default()
    });
    Some(name)
}

/// A storage account that admits only these subnets, and the service endpoints that they need for it.
pub fn account(network: &mut Network, subnets: &[SubnetId]) -> Ref {
    let location = network.cluster.as_ref().map(|it| it.location.clone());
    let account = StorageAccount {
        meta: meta("", "kubehoptable"),
        location: location.unwrap_or_default(),
        ip: None,
        public_access: true,
        deny: true,
        subnets: subnets.to_vec(),
        ranges: Vec::new(),
        endpoint_states: Vec::new(),
    };
    let reference = account.reference();
    network.storage_accounts.push(account);
    let all = network.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
    for subnet in all.filter(|it| subnets.iter().any(|id| topology::same_subnet(id, &it.id()))) {
        let service = "Microsoft.Storage.Global";
        if !subnet
            .service_endpoints
            .iter()
            .any(|it| topology::same(it, service))
        {
            subnet.service_endpoints.push(Arc::from(service));
        }
    }
    reference
}

/// A private zone that the virtual network is linked to, and a public one, each with a name for `ip`.
pub fn zones(network: &mut Network, vnet: &str, ip: IpAddr) -> Vec<Ref> {
    let zone = |name: &str, private: bool| DnsZone {
        meta: meta("", name),
        private,
        links: if private {
            vec![ZoneLink {
                vnet: Arc::from(vnet),
                registration: false,
                redirect: false,
            }]
        } else {
            Vec::new()
        },
        records: vec![RecordSet {
            name: Arc::from("vm"),
            data: RecordData::Addresses(vec![ip]),
            made_from: None,
        }],
    };
    network.dns_zones.push(zone(PRIVATE_ZONE, true));
    network.dns_zones.push(zone(PUBLIC_ZONE, false));
    vec![
        Ref::new(Kind::DnsZone, PRIVATE_ZONE),
        Ref::new(Kind::DnsZone, PUBLIC_ZONE),
    ]
}

/// A cluster of the same kind and nothing else, with two pods on two nodes: in a virtual network that AKS makes,
/// or in one that was there before.
pub fn bare(network: &Network, existing: bool) -> Option<(Network, Ref, Ref)> {
    let mut cluster = network.cluster.clone()?;
    let mut bare = Network {
        settings: network.settings,
        kube_proxy: network.kube_proxy.clone(),
        ..Network::default()
    };
    cluster.outbound_ips.clear();
    cluster.addons.clear();
    cluster.pools.truncate(1);
    let pool = cluster.pools.first_mut()?;
    pool.count = 2;
    (pool.windows, pool.taints, pool.zones) = (false, Vec::new(), Vec::new());
    let needs_own = pool.pod_subnet.is_some();
    if needs_own && !existing {
        return None;
    }
    (pool.subnet, pool.pod_subnet) = (None, None);
    if existing {
        let range = free_range(network)?;
        let subnet = |name: &str, third: u32| -> Option<Subnet> {
            let first = u32::from(range.network()).checked_add(third << 8)?;
            Some(Subnet {
                meta: meta("existing", name),
                prefixes: vec![IpNet::V4(Ipv4Net::new(Ipv4Addr::from(first), 22).ok()?)],
                ..Subnet::default()
            })
        };
        let (nodes, pods) = (subnet("nodes", 0)?, subnet("pods", 4)?);
        pool.subnet = Some(nodes.id());
        pool.pod_subnet = needs_own.then(|| pods.id());
        bare.vnets.push(Vnet {
            meta: meta("", "existing"),
            location: cluster.location.clone(),
            address_space: vec![IpNet::V4(range)],
            subnets: vec![nodes, pods],
            ..Vnet::default()
        });
    }
    bare.cluster = Some(cluster);
    let (mut bare, _) = crate::engine::control::reconcile(bare);
    let names: Vec<Arc<str>> = bare
        .nodes
        .iter()
        .map(|node| node.meta.name.clone())
        .collect();
    let [one, other, ..] = names.as_slice() else {
        return None;
    };
    let from = pod(&mut bare, one, "client");
    let to = pod(&mut bare, other, "server");
    Some((bare, from, to))
}

/// Takes every route table away from the subnets of nodes.
pub fn without_tables(plane: &Network) -> Network {
    let mut network = plane.clone();
    let nodes: Vec<SubnetId> = network
        .nodes
        .iter()
        .filter_map(|node| topology::node_subnet(&network, node))
        .map(Subnet::id)
        .collect();
    for subnet in network.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets) {
        if nodes
            .iter()
            .any(|id| topology::same_subnet(id, &subnet.id()))
        {
            subnet.route_table = None;
        }
    }
    network
}
