//! The resolver of a sender: which servers it asks, and for which names in which order.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::name::is_valid;
use super::{Upstream, azure};
use crate::model::kube::{DnsConfig, DnsPolicy, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;

/// The resolver that Azure offers to every virtual machine.
pub const AZURE_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));

/// The search domain of machines whose virtual network has DNS servers of its own; no name below it exists.
pub const DEAD_SEARCH: &str = "reddog.microsoft.com";

/// The domain of the cluster.
pub const CLUSTER_DOMAIN: &str = "cluster.local";

/// Servers of one resolver (glibc).
const MAX_SERVERS: usize = 3;
/// Search domains of one pod (Kubernetes since 1.28).
const MAX_SEARCHES: usize = 32;
/// The most that glibc takes for `ndots`.
const MAX_NDOTS: u8 = 15;

/// What stands in `/etc/resolv.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvConf {
    /// `nameserver`, in order. Empty for machines outside Azure that say none (`dnsServers`): they know public
    /// names only.
    pub nameservers: Vec<IpAddr>,
    /// `search`, in order.
    pub searches: Vec<Arc<str>>,
    /// `options`, such as `ndots:5`.
    pub options: Vec<String>,
}

/// One query of a resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The full name, without the final dot.
    pub name: Arc<str>,
    /// The search domain that was appended; `None` for the name as typed.
    pub search: Option<Arc<str>>,
}

impl ResolvConf {
    /// The resolver of a pod, node or host.
    pub fn of(network: &Network, sender: &Ref) -> Self {
        if sender.kind == Kind::Pod
            && let Some(pod) = network.pod(&sender.scope, &sender.name)
        {
            let host = Self::of_machine(network, vnet_of(network, sender).as_deref());
            let servers = network.cluster.as_ref().map(|it| it.dns_service_ip);
            let servers: Vec<IpAddr> = servers.into_iter().collect();
            return Self::of_pod(pod, &host, &servers, CLUSTER_DOMAIN);
        }
        let mut conf = Self::of_machine(network, vnet_of(network, sender).as_deref());
        let host = network
            .host(&sender.name)
            .filter(|_| sender.kind == Kind::Host);
        if let Some(host) = host.filter(|host| !host.dns_servers.is_empty()) {
            conf.nameservers.clone_from(&host.dns_servers);
            conf.nameservers.truncate(MAX_SERVERS);
            if !conf.searches.is_empty() {
                conf.searches = vec![Arc::from(DEAD_SEARCH)];
            }
        }
        conf
    }

    /// The resolver of a virtual machine: the DNS servers of its virtual network, by default Azure's.
    fn of_machine(network: &Network, vnet: Option<&str>) -> Self {
        let Some(vnet) = vnet.and_then(|name| network.vnet(name)) else {
            return Self {
                nameservers: Vec::new(),
                searches: Vec::new(),
                options: Vec::new(),
            };
        };
        let custom = !vnet.dns_servers.is_empty();
        let search = if custom {
            Arc::from(DEAD_SEARCH)
        } else {
            Arc::from(azure::internal_domain(vnet))
        };
        let mut nameservers = if custom {
            vnet.dns_servers.clone()
        } else {
            vec![AZURE_DNS]
        };
        nameservers.truncate(MAX_SERVERS);
        Self {
            nameservers,
            searches: vec![search],
            options: Vec::new(),
        }
    }

    /// What the kubelet writes for a pod on a machine with `host` (R39).
    pub fn of_pod(pod: &Pod, host: &Self, servers: &[IpAddr], domain: &str) -> Self {
        let cluster = match pod.dns_policy {
            DnsPolicy::ClusterFirst => !pod.host_network,
            DnsPolicy::ClusterFirstWithHostNet => true,
            DnsPolicy::Default | DnsPolicy::None => false,
        };
        let mut conf = if cluster {
            let mut searches: Vec<Arc<str>> = vec![
                Arc::from(format!("{}.svc.{domain}", pod.meta.namespace)),
                Arc::from(format!("svc.{domain}")),
                Arc::from(domain),
            ];
            searches.extend(host.searches.iter().cloned());
            Self {
                nameservers: servers.to_vec(),
                searches,
                options: vec![String::from("ndots:5")],
            }
        } else if pod.dns_policy == DnsPolicy::None {
            Self {
                nameservers: Vec::new(),
                searches: Vec::new(),
                options: Vec::new(),
            }
        } else {
            host.clone()
        };
        conf.merge(&pod.dns_config);
        conf
    }

    /// Adds the servers, search domains and options of `dnsConfig`; its options replace those of the same name.
    fn merge(&mut self, config: &DnsConfig) {
        for server in &config.nameservers {
            if !self.nameservers.contains(server) {
                self.nameservers.push(*server);
            }
        }
        self.nameservers.truncate(MAX_SERVERS);
        for search in &config.searches {
            if !self.searches.contains(search) {
                self.searches.push(search.clone());
            }
        }
        self.searches.truncate(MAX_SEARCHES);
        for (name, value) in &config.options {
            let same = |option: &String| option.split(':').next() == Some(name);
            self.options.retain(|option| !same(option));
            self.options.push(match value {
                Some(value) => format!("{name}:{value}"),
                None => name.to_string(),
            });
        }
    }

    /// Who is asked: the first, and the next where one does not answer; by TCP with `use-vc`.
    pub fn upstreams(&self) -> Vec<Upstream> {
        let tcp = self.options.iter().any(|option| option == "use-vc");
        let upstream = |address: &IpAddr| Upstream {
            tcp,
            ..Upstream::at(*address)
        };
        self.nameservers.iter().map(upstream).collect()
    }

    /// How many dots make a name worth trying as it is first.
    pub fn ndots(&self) -> u8 {
        let written = self
            .options
            .iter()
            .rev()
            .find_map(|option| option.strip_prefix("ndots:")?.parse::<u8>().ok());
        written.unwrap_or(1).min(MAX_NDOTS)
    }

    /// The names that are tried for `name`, in order, until one has an address: with fewer dots than `ndots` the
    /// search list comes first, else the name as it is; with a final dot nothing else is tried.
    pub fn candidates(&self, name: &str) -> Vec<String> {
        let queries = self.queries(name);
        queries.iter().map(|query| query.name.to_string()).collect()
    }

    /// The queries for `name`, in order.
    pub fn queries(&self, name: &str) -> Vec<Query> {
        let query = |name: &str, search: Option<&Arc<str>>| Query {
            name: Arc::from(name.trim_end_matches('.')),
            search: search.cloned(),
        };
        let bare = query(name, None);
        if name.ends_with('.') {
            return vec![bare];
        }
        let suffixed = self.searches.iter().map(|search| {
            let full = format!("{name}.{}", search.trim_end_matches('.'));
            query(&full, Some(search))
        });
        // A name that no query can carry ends the search list.
        let suffixed: Vec<Query> = suffixed.take_while(|it| is_valid(&it.name)).collect();
        let dots = name.matches('.').count();
        if dots >= usize::from(self.ndots()) {
            [vec![bare], suffixed].concat()
        } else {
            [suffixed, vec![bare]].concat()
        }
    }
}

/// The virtual network that a pod, node or host stands in.
pub fn vnet_of(network: &Network, place: &Ref) -> Option<Arc<str>> {
    match place.kind {
        Kind::Pod => {
            let pod = network.pod(&place.scope, &place.name)?;
            let node = network.node(pod.node_name.as_deref()?)?;
            Some(node.subnet.as_ref()?.vnet.clone())
        }
        Kind::Node => Some(network.node(&place.name)?.subnet.as_ref()?.vnet.clone()),
        Kind::Host => match &network.host(&place.name)?.network {
            HostNetwork::Subnet(id) => Some(id.vnet.clone()),
            HostNetwork::Internet | HostNetwork::OnPremises(_) => None,
        },
        _ => None,
    }
}
