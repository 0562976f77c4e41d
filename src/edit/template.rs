//! The YAML of new objects, as the palette adds them: valid, with a name and addresses that are free.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::model::azure::{Subnet, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// What the palette offers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Template { $($(#[$doc])* $name,)* }

        impl Template {
            /// Everything that the palette offers, in its order.
            pub const ALL: &[Template] = &[$(Template::$name,)*];

            /// Stable id; `template-…` is the message id of its name.
            pub const fn id(self) -> &'static str {
                match self { $(Template::$name => $id,)* }
            }
        }
    };
}

templates! {
    /// A client on the internet.
    Client = "client";
    /// An on-premises network behind a VPN gateway, with a machine in it.
    OnPremises = "on-premises";
    /// A virtual machine.
    VirtualMachine = "virtual-machine";
    /// A virtual network with one subnet.
    Vnet = "vnet";
    /// A subnet of a virtual network.
    Subnet = "subnet";
    /// A peering of two virtual networks, both directions.
    Peering = "peering";
    /// A VPN gateway with its subnet.
    VpnGateway = "vpn-gateway";
    /// A route table.
    RouteTable = "route-table";
    /// A network security group.
    Nsg = "nsg";
    /// A public IP address.
    PublicIp = "public-ip";
    /// A cluster with kubenet.
    KubenetCluster = "kubenet-cluster";
    /// A cluster with Azure CNI.
    AzureCniCluster = "azure-cni-cluster";
    /// A node.
    Node = "node";
    /// A Deployment of two pods.
    Deployment = "deployment";
    /// A pod.
    Pod = "pod";
    /// A Service within the cluster.
    ClusterIp = "service-cluster-ip";
    /// A Service on a port of every node.
    NodePort = "service-node-port";
    /// A Service behind the public load balancer.
    LoadBalancer = "service-load-balancer";
    /// A Service behind the internal load balancer.
    InternalLoadBalancer = "service-internal-load-balancer";
    /// A namespace.
    Namespace = "namespace";
    /// A request to fire.
    Flow = "flow";
}

/// A new object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// The object; the first of several.
    pub object: Ref,
    /// Its YAML, one or more documents.
    pub text: String,
}

impl Template {
    /// The YAML of a new object in `network`; `None` where something that it needs is
    /// missing, such as a second virtual network for a peering.
    pub fn build(self, network: &Network) -> Option<New> {
        let names = Names::of(network);
        Some(match self {
            Template::Client => client(network, &names),
            Template::OnPremises => on_premises(network, &names),
            Template::VirtualMachine => virtual_machine(network, &names)?,
            Template::Vnet => vnet(network, &names)?,
            Template::Subnet => subnet(network, &names)?,
            Template::Peering => peering(network)?,
            Template::VpnGateway => vpn_gateway(network, &names)?,
            Template::RouteTable => route_table(&names),
            Template::Nsg => nsg(&names),
            Template::PublicIp => public_ip(network, &names),
            Template::KubenetCluster => cluster(network, &names, true)?,
            Template::AzureCniCluster => cluster(network, &names, false)?,
            Template::Node => node(network, &names),
            Template::Deployment => deployment(&names),
            Template::Pod => pod(&names),
            Template::ClusterIp => service(network, &names, "ClusterIP", ""),
            Template::NodePort => service(network, &names, "NodePort", ""),
            Template::LoadBalancer => service(network, &names, "LoadBalancer", ""),
            Template::InternalLoadBalancer => service(network, &names, "LoadBalancer", INTERNAL),
            Template::Namespace => namespace(&names),
            Template::Flow => flow(network, &names),
        })
    }
}

const INTERNAL: &str =
    "\n  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}";

/// Addresses for documentation (RFC 5737), which no real machine has.
const CLIENTS: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24);

/// Stand-ins for the public addresses of Azure in a scenario.
const PUBLIC: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(20, 50, 60, 0), 24);

/// The names that are taken, by kind.
struct Names(BTreeSet<(Kind, String)>);

impl Names {
    fn of(network: &Network) -> Self {
        let written = network.manifests.iter().map(|manifest| &manifest.object);
        let mut names: BTreeSet<(Kind, String)> = written
            .map(|object| (object.kind, object.name.to_lowercase()))
            .collect();
        let mut add = |kind: Kind, name: &str| {
            names.insert((kind, name.to_lowercase()));
        };
        network
            .pods
            .iter()
            .for_each(|pod| add(Kind::Pod, &pod.meta.name));
        network
            .nodes
            .iter()
            .for_each(|node| add(Kind::Node, &node.meta.name));
        network
            .hosts
            .iter()
            .for_each(|host| add(Kind::Host, &host.meta.name));
        network
            .vnets
            .iter()
            .for_each(|vnet| add(Kind::Vnet, &vnet.meta.name));
        network
            .nsgs
            .iter()
            .for_each(|nsg| add(Kind::Nsg, &nsg.meta.name));
        network
            .public_ips
            .iter()
            .for_each(|ip| add(Kind::PublicIp, &ip.meta.name));
        network
            .route_tables
            .iter()
            .for_each(|table| add(Kind::RouteTable, &table.meta.name));
        network
            .services
            .iter()
            .for_each(|service| add(Kind::Service, &service.meta.name));
        Self(names)
    }

    /// `stem`, or `stem-2` and so on.
    fn free(&self, kind: Kind, stem: &str) -> String {
        let taken = |name: &String| self.0.contains(&(kind, name.clone()));
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.to_owned()).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or_default()
    }
}

fn new(object: Ref, text: String) -> New {
    New { object, text }
}

fn client(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::Host, "client");
    let ip = free_address(network, CLIENTS, 9).unwrap_or(Ipv4Addr::new(203, 0, 113, 9));
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {name}}}\nspec: {{network: internet, ip: {ip}}}\n"
    );
    new(Ref::new(Kind::Host, name), text)
}

fn on_premises(network: &Network, names: &Names) -> New {
    let site = names.free(Kind::LocalGateway, "onprem");
    let host = names.free(Kind::Host, "server");
    let connection = names.free(Kind::Connection, &format!("{site}-vpn"));
    let prefix = (10..=250)
        .filter_map(|third| Ipv4Net::new(Ipv4Addr::new(192, 168, third, 0), 24).ok())
        .find(|prefix| {
            network
                .local_gateways
                .iter()
                .all(|other| !overlaps(&other.prefixes, *prefix))
        })
        .unwrap_or_default();
    let ip = nth(prefix, 5);
    let mut text = format!(
        "type: Microsoft.Network/localNetworkGateways\nname: {site}\nproperties:\n  localNetworkAddressSpace: {{addressPrefixes: [{prefix}]}}\n---\napiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {host}}}\nspec: {{onPremises: {site}, ip: {ip}}}\n"
    );
    if let Some(gateway) = network.gateways.first() {
        let more = format!(
            "---\ntype: Microsoft.Network/connections\nname: {connection}\nproperties:\n  connectionType: IPsec\n  virtualNetworkGateway1: {{id: {}}}\n  localNetworkGateway2: {{id: {site}}}\n",
            gateway.meta.name
        );
        text += &more;
    }
    new(Ref::new(Kind::LocalGateway, site), text)
}

fn virtual_machine(network: &Network, names: &Names) -> Option<New> {
    let (subnet, prefix) = subnet_for_machines(network)?;
    let name = names.free(Kind::Host, "vm");
    let ip = free_address(network, prefix, 4)?;
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: {name}}}\nspec: {{subnet: {subnet}, ip: {ip}}}\n"
    );
    Some(new(Ref::new(Kind::Host, name), text))
}

/// The first subnet that is neither the gateway's nor used by nodes; otherwise the first that is not the gateway's.
fn subnet_for_machines(network: &Network) -> Option<(String, Ipv4Net)> {
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let nodes: BTreeSet<_> = pools.filter_map(|pool| pool.subnet.clone()).collect();
    let subnets = || {
        let all = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        all.filter(|subnet| !is_gateway_subnet(subnet) && subnet.delegations.is_empty())
            .filter_map(|subnet| Some((subnet.id(), first_prefix(subnet)?)))
    };
    let (id, prefix) = subnets()
        .find(|(id, _)| !nodes.contains(id))
        .or_else(|| subnets().next())?;
    Some((format!("{}/{}", id.vnet, id.subnet), prefix))
}

fn vnet(network: &Network, names: &Names) -> Option<New> {
    let name = names.free(Kind::Vnet, "vnet");
    let prefix = free_vnet_prefix(network)?;
    let subnet = Ipv4Net::new(prefix.addr(), 24).ok()?;
    let text = format!(
        "type: Microsoft.Network/virtualNetworks\nname: {name}\nproperties:\n  addressSpace: {{addressPrefixes: [{prefix}]}}\n  subnets:\n    - {{name: default, properties: {{addressPrefix: {subnet}}}}}\n"
    );
    Some(new(Ref::new(Kind::Vnet, name), text))
}

fn subnet(network: &Network, names: &Names) -> Option<New> {
    let vnet = network.vnets.first()?;
    let taken = |name: &str| {
        vnet.subnets
            .iter()
            .any(|subnet| subnet.meta.name.eq_ignore_ascii_case(name))
    };
    let name = (1..=9999)
        .map(|number: u32| format!("subnet-{number}"))
        .find(|name| !taken(name) && !names.0.contains(&(Kind::Subnet, name.clone())))?;
    let prefix = free_subnet_prefix(vnet, 24)?;
    let text = format!(
        "type: Microsoft.Network/virtualNetworks/subnets\nname: {}/{name}\nproperties: {{addressPrefix: {prefix}}}\n",
        vnet.meta.name
    );
    Some(new(
        Ref::scoped(Kind::Subnet, vnet.meta.name.clone(), name),
        text,
    ))
}

fn peering(network: &Network) -> Option<New> {
    let peered = |from: &Vnet, to: &Vnet| {
        from.peerings
            .iter()
            .any(|peering| peering.remote.eq_ignore_ascii_case(&to.meta.name))
    };
    let age = |vnet: &Vnet| {
        network
            .vnets
            .iter()
            .position(|other| other.meta.name == vnet.meta.name)
    };
    let pairs = network.vnets.iter().enumerate().flat_map(|(index, from)| {
        network
            .vnets
            .iter()
            .skip(index + 1)
            .map(move |to| (from, to))
    });
    let free = pairs.filter(|(one, other)| !peered(one, other) && !peered(other, one));
    // The newest network is the one that the reader just added.
    let (one, other) = free.max_by_key(|(one, other)| (age(other), age(one)))?;
    let half = |from: &Vnet, to: &Vnet| {
        let (from, to) = (&from.meta.name, &to.meta.name);
        format!(
            "type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings\nname: {from}/{from}-to-{to}\nproperties:\n  remoteVirtualNetwork: {{id: {to}}}\n  allowVirtualNetworkAccess: true\n  allowForwardedTraffic: false\n"
        )
    };
    let text = format!("{}---\n{}", half(one, other), half(other, one));
    let name = format!("{}-to-{}", one.meta.name, other.meta.name);
    Some(new(
        Ref::scoped(Kind::Peering, one.meta.name.clone(), name),
        text,
    ))
}

fn vpn_gateway(network: &Network, names: &Names) -> Option<New> {
    let has_gateway = |vnet: &Vnet| {
        let mut gateways = network
            .gateways
            .iter()
            .filter_map(|gateway| gateway.subnet.as_ref());
        gateways.any(|subnet| subnet.vnet.eq_ignore_ascii_case(&vnet.meta.name))
    };
    let vnet = network.vnets.iter().find(|vnet| !has_gateway(vnet))?;
    let name = names.free(Kind::Gateway, "vpn");
    let mut text = String::new();
    if !vnet.subnets.iter().any(is_gateway_subnet) {
        let prefix = free_subnet_prefix(vnet, 27)?;
        text = format!(
            "type: Microsoft.Network/virtualNetworks/subnets\nname: {}/GatewaySubnet\nproperties: {{addressPrefix: {prefix}}}\n---\n",
            vnet.meta.name
        );
    }
    let more = format!(
        "type: Microsoft.Network/virtualNetworkGateways\nname: {name}\nproperties:\n  gatewayType: Vpn\n  vpnType: RouteBased\n  ipConfigurations:\n    - {{name: default, properties: {{subnet: {{id: {}/GatewaySubnet}}}}}}\n",
        vnet.meta.name
    );
    text += &more;
    Some(new(Ref::new(Kind::Gateway, name), text))
}

fn route_table(names: &Names) -> New {
    let name = names.free(Kind::RouteTable, "routes");
    let text = format!(
        "type: Microsoft.Network/routeTables\nname: {name}\nproperties:\n  routes:\n    - {{name: default, properties: {{addressPrefix: 0.0.0.0/0, nextHopType: Internet}}}}\n"
    );
    new(Ref::new(Kind::RouteTable, name), text)
}

fn nsg(names: &Names) -> New {
    let name = names.free(Kind::Nsg, "nsg");
    let text = format!(
        "type: Microsoft.Network/networkSecurityGroups\nname: {name}\nproperties:\n  securityRules:\n    - name: AllowHttp\n      properties:\n        priority: 100\n        direction: Inbound\n        access: Allow\n        protocol: Tcp\n        sourceAddressPrefix: Internet\n        sourcePortRange: \"*\"\n        destinationAddressPrefix: \"*\"\n        destinationPortRange: \"80\"\n"
    );
    new(Ref::new(Kind::Nsg, name), text)
}

fn public_ip(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::PublicIp, "public-ip");
    let ip = free_address(network, PUBLIC, 80).unwrap_or(Ipv4Addr::new(20, 50, 60, 80));
    let text = format!(
        "type: Microsoft.Network/publicIPAddresses\nname: {name}\nsku: {{name: Standard}}\nproperties: {{ipAddress: {ip}, publicIPAllocationMethod: Static}}\n"
    );
    new(Ref::new(Kind::PublicIp, name), text)
}

fn cluster(network: &Network, names: &Names, kubenet: bool) -> Option<New> {
    let name = names.free(Kind::Cluster, "aks");
    let (subnet, _) = {
        let all = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        let usable = all.filter(|subnet| !is_gateway_subnet(subnet));
        usable.map(|subnet| (subnet.id(), subnet)).next()?
    };
    let plugin = if kubenet {
        "networkPlugin: kubenet\n    podCidr: 10.244.0.0/16"
    } else {
        "networkPlugin: azure"
    };
    let pods = if kubenet { 110 } else { 30 };
    let text = format!(
        "type: Microsoft.ContainerService/managedClusters\nname: {name}\nproperties:\n  kubernetesVersion: \"1.30.0\"\n  networkProfile:\n    {plugin}\n    serviceCidr: 10.0.0.0/16\n    dnsServiceIP: 10.0.0.10\n    outboundType: loadBalancer\n    loadBalancerSku: standard\n  agentPoolProfiles:\n    - {{name: pool1, mode: System, count: 2, maxPods: {pods}, osType: Linux, vnetSubnetID: {}/{}}}\n",
        subnet.vnet, subnet.subnet
    );
    Some(new(Ref::new(Kind::Cluster, name), text))
}

fn node(network: &Network, names: &Names) -> New {
    let stem = network.nodes.last().map_or("node", |node| &node.meta.name);
    let stem = stem.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let numbered = (0..).map(|number: u32| format!("{stem}{number}"));
    let mut free = numbered.filter(|name| !names.0.contains(&(Kind::Node, name.clone())));
    let name = free.next().unwrap_or_default();
    let text = format!("apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n");
    new(Ref::new(Kind::Node, name), text)
}

fn deployment(names: &Names) -> New {
    let name = names.free(Kind::Deployment, "app");
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: default}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n        - {{name: {name}, image: {name}, ports: [{{name: http, containerPort: 8080}}]}}\n"
    );
    new(Ref::scoped(Kind::Deployment, "default", name), text)
}

fn pod(names: &Names) -> New {
    let name = names.free(Kind::Pod, "pod");
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: default, labels: {{app: {name}}}}}\nspec:\n  containers:\n    - {{name: {name}, image: {name}, ports: [{{name: http, containerPort: 8080}}]}}\n"
    );
    new(Ref::scoped(Kind::Pod, "default", name), text)
}

/// A Service for the first workload that has none, else for pods with `app` and its own name.
fn service(network: &Network, names: &Names, service_type: &str, annotations: &str) -> New {
    let served = |app: &str| {
        let mut selectors = network
            .services
            .iter()
            .filter_map(|service| service.selector.as_ref());
        selectors.any(|selector| selector.values().any(|value| &**value == app))
    };
    let labels = network
        .workloads
        .iter()
        .map(|workload| &workload.template.meta.labels);
    let labels = labels.chain(network.pods.iter().map(|pod| &pod.meta.labels));
    let mut apps = labels.filter_map(|labels| labels.get("app"));
    let app = apps.find(|app| !served(app)).map_or("app", |app| &**app);
    let name = names.free(
        Kind::Service,
        if is_dns_label(app) { app } else { "service" },
    );
    let app = super::scalar::text(app);
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: default{annotations}\nspec:\n  type: {service_type}\n  selector: {{app: {app}}}\n  ports:\n    - {{name: http, protocol: TCP, port: 80, targetPort: 8080}}\n"
    );
    new(Ref::scoped(Kind::Service, "default", name), text)
}

fn namespace(names: &Names) -> New {
    let name = names.free(Kind::Namespace, "team");
    let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
    new(Ref::new(Kind::Namespace, name), text)
}

fn flow(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::Flow, "request");
    let host = network
        .hosts
        .first()
        .map(|host| host.reference().to_string());
    let from = host.unwrap_or_else(|| "internet".to_owned());
    let service = network
        .services
        .first()
        .map(|service| service.reference().to_string());
    let to = service.unwrap_or_else(|| "internet".to_owned());
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: {name}}}\nspec: {{from: {from}, to: {to}, protocol: TCP, port: 80}}\n"
    );
    new(Ref::new(Kind::Flow, name), text)
}

fn is_dns_label(text: &str) -> bool {
    let safe = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    };
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(safe)
        && text.len() <= 40
}

fn is_gateway_subnet(subnet: &Subnet) -> bool {
    subnet.meta.name.eq_ignore_ascii_case("GatewaySubnet")
}

fn first_prefix(subnet: &Subnet) -> Option<Ipv4Net> {
    subnet.prefixes.iter().find_map(ipv4)
}

fn ipv4(prefix: &IpNet) -> Option<Ipv4Net> {
    match prefix {
        IpNet::V4(prefix) => Some(*prefix),
        IpNet::V6(_) => None,
    }
}

fn overlaps(taken: &[IpNet], prefix: Ipv4Net) -> bool {
    let mut taken = taken.iter().filter_map(ipv4);
    taken.any(|other| other.contains(&prefix) || prefix.contains(&other))
}

/// The first 10.N.0.0/16 that meets no other network of the scenario.
fn free_vnet_prefix(network: &Network) -> Option<Ipv4Net> {
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
fn free_subnet_prefix(vnet: &Vnet, length: u8) -> Option<Ipv4Net> {
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
fn free_address(network: &Network, prefix: Ipv4Net, first: u32) -> Option<Ipv4Addr> {
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

fn nth(prefix: Ipv4Net, number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(prefix.network()).saturating_add(number))
}
