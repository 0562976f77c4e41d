//! Every address of every range, with its holder and the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::sizes;
use crate::engine::azure::firewall::private_address;
use crate::engine::azure::topology::{contains, node_subnet, same_subnet};
use crate::engine::control::pod_cidr::default_pod_cidr;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet, SubnetId};
use crate::model::firewall::Firewall;
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;

/// What a range is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A subnet of a virtual network.
    Subnet,
    /// The private range of pods.
    Pods,
    /// The cluster addresses of Services.
    Services,
}

impl Purpose {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Subnet => "subnet",
            Purpose::Pods => "pods",
            Purpose::Services => "services",
        }
    }
}

/// Whether an address can still be given to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The platform keeps it from everybody.
    Reserved,
    /// Somebody has it.
    Used,
    /// A node holds it for pods that it may run.
    Held,
}

impl State {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Reserved => "reserved",
            State::Used => "used",
            State::Held => "held",
        }
    }
}

/// Addresses in a row that one holder has for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// The first address.
    pub first: Ipv4Addr,
    /// The last one.
    pub last: Ipv4Addr,
    /// Whether it can be given to somebody.
    pub state: State,
    /// Who has it; `None` for the platform.
    pub holder: Option<Ref>,
    /// Why: the id of a sentence without arguments.
    pub reason: &'static str,
}

impl Holding {
    fn count(&self) -> u64 {
        u64::from(u32::from(self.last) - u32::from(self.first)) + 1
    }
}

/// A prefix and everything in it that is not free.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The subnet, or the cluster for its pod and Service ranges.
    pub object: Ref,
    /// What it is for.
    pub purpose: Purpose,
    /// The prefix.
    pub prefix: Ipv4Net,
    /// By address.
    pub holdings: Vec<Holding>,
    /// Who takes more addresses of it than are known.
    pub uncounted: Vec<Ref>,
}

impl Range {
    /// Addresses of the prefix.
    pub fn addresses(&self) -> u64 {
        sizes::addresses(self.prefix.prefix_len())
    }

    /// Addresses in a state.
    pub fn count(&self, state: State) -> u64 {
        let mine = self.holdings.iter().filter(|it| it.state == state);
        mine.map(Holding::count).sum()
    }

    /// Addresses whose holding is as asked.
    pub fn count_where(&self, is: impl Fn(&Holding) -> bool) -> u64 {
        let holdings = self.holdings.iter().filter(|it| is(it));
        holdings.map(Holding::count).sum()
    }

    /// Addresses that nobody has.
    pub fn free(&self) -> u64 {
        let taken: u64 = self.holdings.iter().map(Holding::count).sum();
        self.addresses().saturating_sub(taken)
    }

    /// Blocks of 16 addresses with one whose holding is as asked.
    pub fn blocks_where(&self, is: impl Fn(&Holding) -> bool) -> BTreeSet<u64> {
        let block = |address: Ipv4Addr| u64::from(u32::from(address)) / sizes::BLOCK;
        let holdings = self.holdings.iter().filter(|it| is(it));
        holdings
            .flat_map(|it| block(it.first)..=block(it.last))
            .collect()
    }

    /// Addresses of whole blocks of 16 of which nobody has any.
    pub fn free_in_blocks(&self) -> u64 {
        let taken = self.blocks_where(|_| true).len() as u64;
        sizes::BLOCK * (self.addresses() / sizes::BLOCK).saturating_sub(taken)
    }
}

/// Who has an address and why.
type Holder = (State, Option<Ref>, &'static str);

/// The addresses of one range, by number; whoever comes first keeps one.
struct Ledger {
    prefix: Ipv4Net,
    held: BTreeMap<u32, Holder>,
}

impl Ledger {
    fn new(prefix: Ipv4Net) -> Self {
        Self {
            prefix: prefix.trunc(),
            held: BTreeMap::new(),
        }
    }

    fn put(&mut self, address: IpAddr, holder: Holder) {
        if let IpAddr::V4(v4) = address
            && self.prefix.contains(&v4)
        {
            self.held.entry(u32::from(v4)).or_insert(holder);
        }
    }

    fn reserve(&mut self, number: u32, reason: &'static str) {
        self.put(
            IpAddr::V4(Ipv4Addr::from(number)),
            (State::Reserved, None, reason),
        );
    }

    fn holdings(self) -> Vec<Holding> {
        let mut all: Vec<Holding> = Vec::new();
        for (number, (state, holder, reason)) in self.held {
            let address = Ipv4Addr::from(number);
            if let Some(last) = all.last_mut()
                && u32::from(last.last).checked_add(1) == Some(number)
                && (last.state, &last.holder, last.reason) == (state, &holder, reason)
            {
                last.last = address;
                continue;
            }
            all.push(Holding {
                first: address,
                last: address,
                state,
                holder,
                reason,
            });
        }
        all
    }
}

/// Every range of a network.
pub fn all(network: &Network) -> Vec<Range> {
    let mut ranges = Vec::new();
    for subnet in network.vnets.iter().flat_map(|vnet| &vnet.subnets) {
        for prefix in &subnet.prefixes {
            if let IpNet::V4(prefix) = prefix {
                ranges.push(of_subnet(network, subnet, *prefix));
            }
        }
    }
    if let Some(cluster) = &network.cluster {
        ranges.extend(pod_range(network, cluster));
        ranges.extend(service_range(network, cluster));
    }
    ranges
}

fn of_subnet(network: &Network, subnet: &Subnet, prefix: Ipv4Net) -> Range {
    let mut ledger = Ledger::new(prefix);
    let first = u32::from(ledger.prefix.network());
    let kept = ["plan-network", "plan-gateway", "plan-dns", "plan-dns"];
    for (offset, reason) in (0..).zip(kept) {
        ledger.reserve(first.saturating_add(offset), reason);
    }
    ledger.reserve(u32::from(ledger.prefix.broadcast()), "plan-broadcast");
    for node in &network.nodes {
        if node_subnet(network, node).is_some_and(|own| own.id() == subnet.id()) {
            for ip in &node.internal_ips {
                ledger.put(*ip, (State::Used, Some(node.reference()), "plan-node"));
            }
        }
    }
    pods_and_held(network, subnet, &mut ledger);
    for host in &network.hosts {
        if let (HostNetwork::Subnet(id), Some(ip)) = (&host.network, host.ip)
            && same_subnet(id, &subnet.id())
        {
            ledger.put(ip, (State::Used, Some(host.reference()), "plan-host"));
        }
    }
    for gateway in &network.app_gateways {
        let here = gateway.subnet.as_ref();
        if here.is_none_or(|id| !same_subnet(id, &subnet.id())) {
            continue;
        }
        let private = gateway.frontends.iter().filter_map(|it| it.private_ip);
        for ip in private {
            let holder = Some(gateway.reference());
            ledger.put(ip, (State::Used, holder, "plan-appgateway"));
        }
        for ip in &gateway.instances {
            let holder = Some(gateway.reference());
            ledger.put(*ip, (State::Used, holder, "plan-appgateway"));
        }
    }
    let frontends = network
        .load_balancers
        .iter()
        .flat_map(|balancer| &balancer.frontends);
    for frontend in frontends {
        let here = frontend.subnet.as_ref();
        if here.is_some_and(|id| same_subnet(id, &subnet.id())) {
            let holder = Some(frontend.caused_by.clone());
            ledger.put(frontend.ip, (State::Used, holder, "plan-frontend"));
        }
    }
    for endpoint in &network.private_endpoints {
        if same_subnet(&endpoint.subnet, &subnet.id()) {
            for ip in &endpoint.ips {
                let holder = Some(endpoint.reference());
                ledger.put(*ip, (State::Used, holder, "plan-endpoint"));
            }
        }
    }
    for firewall in network
        .firewalls
        .iter()
        .filter(|it| same_subnet(&it.subnet, &subnet.id()))
    {
        if let Some(ip) = private_address(network, firewall) {
            let holder = Some(firewall.reference());
            ledger.put(ip, (State::Used, holder, "plan-firewall"));
        }
    }
    for nic in &network.network_interfaces {
        let here = nic.subnet.as_ref();
        if here.is_some_and(|id| same_subnet(id, &subnet.id())) {
            let holder = Some(Ref::new(Kind::NetworkInterface, nic.meta.name.clone()));
            for ip in &nic.ips {
                ledger.put(*ip, (State::Used, holder.clone(), "plan-interface"));
            }
        }
    }
    Range {
        object: subnet.reference(),
        purpose: Purpose::Subnet,
        prefix: ledger.prefix,
        holdings: ledger.holdings(),
        uncounted: uncounted(network, &subnet.id()),
    }
}

/// Gateways and firewalls of a subnet: their instances take addresses there, and nobody documents how many.
fn uncounted(network: &Network, subnet: &SubnetId) -> Vec<Ref> {
    let gateways = network.gateways.iter().filter(|it| {
        let own = it.subnet.as_ref();
        own.is_some_and(|id| same_subnet(id, subnet))
    });
    let gateways = gateways.map(|it| Ref::new(Kind::Gateway, it.meta.name.clone()));
    let firewalls = network.firewalls.iter();
    let firewalls = firewalls.filter(|it| same_subnet(&it.subnet, subnet));
    gateways.chain(firewalls.map(Firewall::reference)).collect()
}

/// Whether a pod has an address of its own.
fn has_address(pod: &Pod) -> bool {
    !pod.host_network && !pod.is_over() && !pod.ips.is_empty()
}

/// Azure CNI in a node or pod subnet: addresses of pods, and those that nodes hold for more.
fn pods_and_held(network: &Network, subnet: &Subnet, ledger: &mut Ledger) {
    let holds = |node: &Node| match network.cluster.as_ref().map(|it| &it.plugin) {
        Some(NetworkPlugin::AzureNodeSubnet) => {
            node_subnet(network, node).is_some_and(|own| own.id() == subnet.id())
        }
        Some(NetworkPlugin::AzurePodSubnet) => {
            let own = node.pod_subnet.as_ref();
            own.is_some_and(|own| same_subnet(own, &subnet.id()))
        }
        _ => false,
    };
    if !network.nodes.iter().any(holds) {
        return;
    }
    for pod in network.pods.iter().filter(|pod| has_address(pod)) {
        for ip in &pod.ips {
            ledger.put(*ip, (State::Used, Some(pod.reference()), "plan-pod"));
        }
    }
    for node in &network.nodes {
        for ip in &node.reserved_ips {
            ledger.put(*ip, (State::Held, Some(node.reference()), "plan-held"));
        }
    }
}

/// The private pod range of kubenet or of an overlay, with the share of each node.
fn pod_range(network: &Network, cluster: &Cluster) -> Option<Range> {
    if !sizes::has_blocks(cluster) {
        return None;
    }
    let IpNet::V4(prefix) = cluster.pod_cidr.unwrap_or_else(default_pod_cidr) else {
        return None;
    };
    let mut ledger = Ledger::new(prefix);
    let shares = |node: &Node| -> Vec<Ipv4Net> {
        let own = node.pod_cidrs.iter();
        own.filter_map(|net| match net {
            // A range that is far larger than a share would only cost memory.
            IpNet::V4(net) if net.prefix_len() >= 16 => Some(net.trunc()),
            _ => None,
        })
        .collect()
    };
    for node in &network.nodes {
        for share in shares(node) {
            let first = u32::from(share.network());
            let put = |ledger: &mut Ledger, number: u32, reason| {
                let holder = (State::Reserved, Some(node.reference()), reason);
                ledger.put(IpAddr::V4(Ipv4Addr::from(number)), holder);
            };
            put(&mut ledger, first, "plan-pod-network");
            if cluster.plugin == NetworkPlugin::Kubenet {
                put(&mut ledger, first.saturating_add(1), "plan-bridge");
            }
            put(
                &mut ledger,
                u32::from(share.broadcast()),
                "plan-pod-broadcast",
            );
        }
    }
    for pod in network.pods.iter().filter(|pod| has_address(pod)) {
        for ip in &pod.ips {
            ledger.put(*ip, (State::Used, Some(pod.reference()), "plan-pod"));
        }
    }
    for node in &network.nodes {
        for share in shares(node) {
            for number in u32::from(share.network())..=u32::from(share.broadcast()) {
                let holder = (State::Held, Some(node.reference()), "plan-share");
                ledger.put(IpAddr::V4(Ipv4Addr::from(number)), holder);
            }
        }
    }
    Some(Range {
        object: cluster.reference(),
        purpose: Purpose::Pods,
        prefix: ledger.prefix,
        holdings: ledger.holdings(),
        uncounted: Vec::new(),
    })
}

fn service_range(network: &Network, cluster: &Cluster) -> Option<Range> {
    let IpNet::V4(prefix) = cluster.service_cidr else {
        return None;
    };
    let mut ledger = Ledger::new(prefix);
    ledger.reserve(u32::from(ledger.prefix.network()), "plan-service-network");
    ledger.reserve(
        u32::from(ledger.prefix.broadcast()),
        "plan-service-broadcast",
    );
    let own = [IpNet::V4(prefix)];
    for service in &network.services {
        for ip in service.cluster_ips.iter().filter(|ip| contains(&own, **ip)) {
            let holder = Some(service.reference());
            ledger.put(*ip, (State::Used, holder, "plan-cluster-ip"));
        }
    }
    let holder = Some(cluster.reference());
    ledger.put(
        cluster.dns_service_ip,
        (State::Used, holder, "plan-dns-service"),
    );
    Some(Range {
        object: cluster.reference(),
        purpose: Purpose::Services,
        prefix: ledger.prefix,
        holdings: ledger.holdings(),
        uncounted: Vec::new(),
    })
}
