//! Who owns an address: within a virtual network, on premises, on the internet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::nic::Nic;
use crate::engine::appgateway;
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::{Host, HostNetwork};

/// Who owns a private address of a virtual network.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// The network interface of a node or host, as its primary address.
    Nic(Ref),
    /// The network interface of a node (second), as a secondary address for a pod (first).
    Pod(Ref, Ref),
    /// A frontend of an internal load balancer.
    Frontend {
        /// The load balancer.
        load_balancer: Ref,
        /// Name of the frontend.
        frontend: Arc<str>,
    },
    /// An Azure Firewall.
    Firewall(Ref),
    /// A private endpoint.
    PrivateEndpoint(Ref),
}

/// Who owns a public address.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicOwner {
    /// A frontend of a public load balancer.
    Frontend {
        /// The load balancer.
        load_balancer: Ref,
        /// Name of the frontend.
        frontend: Arc<str>,
    },
    /// A node or host in a virtual network: Azure translates to its primary address.
    Instance(Ref),
    /// A host of the internet.
    Internet(Ref),
    /// A NAT gateway: packets that nobody asked for are dropped.
    NatGateway(Ref),
    /// An Azure Firewall.
    Firewall(Ref),
    /// An Application Gateway.
    Gateway(Ref),
    /// A storage account.
    Storage(Ref),
}

/// Every address and its owner; the first owner in the order of the network wins.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Frontends of load balancers, which come before all others.
    frontends: Owners,
    /// All that edits of Services leave alone.
    machines: Arc<Machines>,
}

#[derive(Clone, Debug, Default)]
struct Owners {
    /// By virtual network (in lower case, since ARM ignores case), then by address.
    private: BTreeMap<String, BTreeMap<IpAddr, Owner>>,
    public: BTreeMap<IpAddr, PublicOwner>,
}

/// The addresses of machines, gateways, firewalls, endpoints and accounts.
#[derive(Debug, Default)]
struct Machines {
    owners: Owners,
    /// By local network gateway (in lower case) and address.
    on_premises: BTreeMap<(String, IpAddr), Ref>,
    /// The shares of nodes in an overlay, by first address: last address and node.
    overlay: BTreeMap<IpAddr, (IpAddr, Ref)>,
    nics: BTreeMap<Ref, Nic>,
}

impl Addresses {
    /// The owners of all addresses of a completed network.
    pub fn of(network: &Network) -> Self {
        Self {
            frontends: Owners::of_frontends(network),
            machines: Machines::of(network).into(),
        }
    }

    /// The same for a network that differs in frontends of load balancers only.
    #[must_use]
    pub fn with_frontends(&self, network: &Network) -> Self {
        Self {
            frontends: Owners::of_frontends(network),
            machines: self.machines.clone(),
        }
    }

    /// Who owns a private address of a virtual network.
    pub fn private(&self, vnet: &str, address: IpAddr) -> Option<&Owner> {
        let vnet = vnet.to_ascii_lowercase();
        let mut all = [&self.frontends, &self.machines.owners].into_iter();
        all.find_map(|owners| owners.private.get(&vnet)?.get(&address))
    }

    /// Which host of an on-premises network (a local network gateway) has the address.
    pub fn on_premises(&self, local_gateway: &str, address: IpAddr) -> Option<&Ref> {
        self.machines
            .on_premises
            .get(&(local_gateway.to_ascii_lowercase(), address))
    }

    /// The node whose share of the overlay holds the address. No virtual network knows it: only what a node of
    /// the cluster sends there is carried to it.
    pub fn overlay(&self, address: IpAddr) -> Option<&Nic> {
        let (_, (last, owner)) = self.machines.overlay.range(..=address).next_back()?;
        self.machines.nics.get(owner).filter(|_| address <= *last)
    }

    /// Who owns a public address.
    pub fn public(&self, address: IpAddr) -> Option<&PublicOwner> {
        let mut all = [&self.frontends, &self.machines.owners].into_iter();
        all.find_map(|owners| owners.public.get(&address))
    }

    /// The network interface of a node or host.
    pub fn nic(&self, owner: &Ref) -> Option<&Nic> {
        self.machines.nics.get(owner)
    }

    /// Every network interface, by owner.
    pub fn nics(&self) -> impl Iterator<Item = &Nic> {
        self.machines.nics.values()
    }
}

impl Owners {
    fn of_frontends(network: &Network) -> Self {
        let mut all = Self::default();
        for balancer in &network.load_balancers {
            for frontend in &balancer.frontends {
                let load_balancer = balancer.reference();
                let name = frontend.name.clone();
                match &frontend.subnet {
                    Some(subnet) => {
                        let owner = Owner::Frontend {
                            load_balancer,
                            frontend: name,
                        };
                        all.add(&subnet.vnet, frontend.ip, owner);
                    }
                    None => {
                        all.public
                            .entry(frontend.ip)
                            .or_insert_with(|| PublicOwner::Frontend {
                                load_balancer,
                                frontend: name,
                            });
                    }
                }
            }
        }
        all
    }

    fn add(&mut self, vnet: &str, address: IpAddr, owner: Owner) {
        self.private
            .entry(vnet.to_ascii_lowercase())
            .or_default()
            .entry(address)
            .or_insert(owner);
    }
}

impl Machines {
    fn of(network: &Network) -> Self {
        let mut all = Self::default();
        let mut pods: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
        for pod in &network.pods {
            let node = pod.node_name.as_deref();
            pods.entry(node.unwrap_or_default()).or_default().push(pod);
        }
        for node in &network.nodes {
            let own = pods.get(&*node.meta.name).into_iter().flatten();
            if let Some(nic) = Nic::of_node_with(network, node, own.copied()) {
                all.add_nic(network, nic);
            }
        }
        for host in &network.hosts {
            all.add_host(network, host);
        }
        all.add_pods(network);
        all.add_nat_gateways(network);
        all.add_firewalls(network);
        for endpoint in &network.private_endpoints {
            for ip in &endpoint.ips {
                let owner = Owner::PrivateEndpoint(endpoint.reference());
                all.owners.add(&endpoint.subnet.vnet, *ip, owner);
            }
        }
        all.add_app_gateways(network);
        for account in &network.storage_accounts {
            let Some(ip) = account.ip else { continue };
            let owner = PublicOwner::Storage(account.reference());
            all.owners.public.entry(ip).or_insert(owner);
        }
        all
    }

    fn add_nic(&mut self, network: &Network, nic: Nic) {
        self.owners
            .add(&nic.subnet.vnet, nic.primary, Owner::Nic(nic.owner.clone()));
        if let Some(public) = nic
            .public_ip
            .as_deref()
            .and_then(|text| public_address(network, text))
        {
            self.owners
                .public
                .entry(public)
                .or_insert_with(|| PublicOwner::Instance(nic.owner.clone()));
        }
        for share in &nic.overlay {
            let ends = (share.broadcast(), nic.owner.clone());
            self.overlay.entry(share.network()).or_insert(ends);
        }
        self.nics.insert(nic.owner.clone(), nic);
    }

    fn add_host(&mut self, network: &Network, host: &Host) {
        match (&host.network, host.ip) {
            (HostNetwork::Internet, Some(ip)) => {
                self.owners
                    .public
                    .entry(ip)
                    .or_insert_with(|| PublicOwner::Internet(host.reference()));
            }
            (HostNetwork::OnPremises(name), Some(ip)) => {
                self.on_premises
                    .entry((name.to_ascii_lowercase(), ip))
                    .or_insert_with(|| host.reference());
            }
            _ => {
                if let Some(nic) = Nic::of_host(network, host) {
                    self.add_nic(network, nic);
                }
            }
        }
    }

    fn add_pods(&mut self, network: &Network) {
        let nics: BTreeMap<&str, (&Nic, String)> = network
            .nodes
            .iter()
            .filter_map(|node| {
                let nic = self.nics.get(&node.reference())?;
                Some((
                    &*node.meta.name,
                    (nic, nic.subnet.vnet.to_ascii_lowercase()),
                ))
            })
            .collect();
        let pods = network.pods.iter();
        for pod in pods.filter(|pod| !pod.host_network && !pod.is_over()) {
            let Some((nic, vnet)) = pod.node_name.as_deref().and_then(|name| nics.get(name)) else {
                continue;
            };
            let own = |ip: &&IpAddr| nic.secondary.binary_search(ip).is_ok();
            for ip in pod.ips.iter().filter(own) {
                // The interface's own address has made the place for its virtual network.
                if let Some(private) = self.owners.private.get_mut(vnet) {
                    let owner = || Owner::Pod(pod.reference(), nic.owner.clone());
                    private.entry(*ip).or_insert_with(owner);
                }
            }
        }
    }

    fn add_firewalls(&mut self, network: &Network) {
        for firewall in &network.firewalls {
            let object = firewall.reference();
            if let Some(ip) = super::firewall::private_address(network, firewall) {
                self.owners
                    .add(&firewall.subnet.vnet, ip, Owner::Firewall(object.clone()));
            }
            for ip in super::firewall::public_addresses(network, firewall) {
                self.owners
                    .public
                    .entry(ip)
                    .or_insert_with(|| PublicOwner::Firewall(object.clone()));
            }
        }
    }

    /// The instances of a gateway count as one interface, whose public address leads to any of them.
    fn add_app_gateways(&mut self, network: &Network) {
        for gateway in &network.app_gateways {
            for frontend in gateway.frontends.iter().filter(|it| !it.private()) {
                if let Some(ip) = appgateway::address(network, frontend) {
                    self.owners
                        .public
                        .entry(ip)
                        .or_insert_with(|| PublicOwner::Gateway(gateway.reference()));
                }
            }
            let Some(nic) = appgateway::nic(network, gateway) else {
                continue;
            };
            for address in &nic.secondary {
                let owner = Owner::Nic(nic.owner.clone());
                self.owners.add(&nic.subnet.vnet, *address, owner);
            }
            self.add_nic(network, nic);
        }
    }

    fn add_nat_gateways(&mut self, network: &Network) {
        for gateway in &network.nat_gateways {
            let object = super::snat::nat_gateway_ref(gateway);
            for name in &gateway.public_ips {
                if let Some(ip) = public_address(network, name) {
                    self.owners
                        .public
                        .entry(ip)
                        .or_insert_with(|| PublicOwner::NatGateway(object.clone()));
                }
            }
        }
    }
}

/// The address of a public IP resource by name, or the address itself if it is written as one.
pub fn public_address(network: &Network, text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| network.public_ip(text).and_then(|resource| resource.ip))
}
