//! The network as typed objects: first as written, then, completed by
//! [`crate::engine::control`], with everything that controllers make of it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::appgateway::AppGateway;
use super::azure::{
    Cluster, GatewayConnection, LoadBalancer, LocalNetworkGateway, NatGateway, NetworkInterface,
    Nsg, PublicIp, RouteTable, Subnet, SubnetId, Vnet, VnetGateway,
};
use super::diagnostic::Location;
use super::directory::{self, Directory};
use super::dns_zone::DnsZone;
use super::document::Document;
use super::event::Event;
use super::firewall::{Firewall, FirewallPolicy};
use super::flow::Flow;
use super::ingress::{Ingress, IngressClass};
use super::issuer::{Issuer, Request};
use super::kube::{
    ConfigMap, EndpointSlice, Endpoints, KubeProxyConfiguration, Namespace, Node, Origin, Pod,
    Service, Workload,
};
use super::manifest::Manifests;
use super::many::Many;
use super::object::Ref;
use super::ours::{Host, Layout, Settings};
use super::policy::NetworkPolicy;
use super::private_link::PrivateEndpoint;
use super::storage::StorageAccount;
use super::written_balancer::WrittenBalancer;
use super::yaml;

/// Everything that exists, in the order written; derived objects follow.
///
/// Lookups by name look at every object until [`Network::index`] makes a directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Every document as read, simulated or not.
    pub manifests: Manifests,
    /// The simulated cluster; `None` where only Azure resources and hosts exist.
    pub cluster: Option<Cluster>,
    /// Further `managedClusters` documents; only checked, not simulated.
    pub other_clusters: Vec<Cluster>,
    /// `Namespace`s.
    pub namespaces: Vec<Namespace>,
    /// `Node`s.
    pub nodes: Many<Node>,
    /// `Pod`s.
    pub pods: Many<Pod>,
    /// Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs.
    pub workloads: Many<Workload>,
    /// `Service`s.
    pub services: Many<Service>,
    /// `EndpointSlice`s.
    pub slices: Many<EndpointSlice>,
    /// `Endpoints` as written; what is mirrored of them is among `slices`.
    pub endpoints: Vec<Endpoints>,
    /// `ConfigMap`s.
    pub config_maps: Vec<ConfigMap>,
    /// `NetworkPolicy`s that the API server accepts.
    pub policies: Many<NetworkPolicy>,
    /// `Ingress`es, without those that the API server refuses.
    pub ingresses: Vec<Ingress>,
    /// `IngressClass`es.
    pub ingress_classes: Vec<IngressClass>,
    /// cert-manager's `Issuer`s and `ClusterIssuer`s.
    pub issuers: Vec<Issuer>,
    /// Certificates that Ingresses ask cert-manager for, and what came of it.
    pub certificates: Vec<Request>,
    /// kube-proxy's configuration, if written.
    pub kube_proxy: Option<KubeProxyConfiguration>,
    /// Virtual networks with their subnets and peerings.
    pub vnets: Vec<Vnet>,
    /// Route tables.
    pub route_tables: Vec<RouteTable>,
    /// Network security groups.
    pub nsgs: Vec<Nsg>,
    /// Public IP addresses.
    pub public_ips: Vec<PublicIp>,
    /// Load balancers.
    pub load_balancers: Vec<LoadBalancer>,
    /// Load balancers that somebody wrote, as far as they change those.
    pub written_balancers: Vec<WrittenBalancer>,
    /// Virtual network gateways.
    pub gateways: Vec<VnetGateway>,
    /// Local network gateways.
    pub local_gateways: Vec<LocalNetworkGateway>,
    /// Connections of gateways.
    pub connections: Vec<GatewayConnection>,
    /// NAT gateways.
    pub nat_gateways: Vec<NatGateway>,
    /// Application Gateways.
    pub app_gateways: Vec<AppGateway>,
    /// Azure Firewalls in virtual networks.
    pub firewalls: Vec<Firewall>,
    /// Firewall policies with the rules of their groups.
    pub firewall_policies: Vec<FirewallPolicy>,
    /// Storage accounts.
    pub storage_accounts: Vec<StorageAccount>,
    /// Private endpoints.
    pub private_endpoints: Vec<PrivateEndpoint>,
    /// Public and private DNS zones.
    pub dns_zones: Vec<DnsZone>,
    /// Network interfaces, as far as written.
    pub network_interfaces: Vec<NetworkInterface>,
    /// Azure resources that are read but not modelled, such as firewalls of virtual hubs: a walk that depends on one says so.
    pub unmodelled: Vec<Ref>,
    /// Hosts and virtual machines.
    pub hosts: Vec<Host>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// What happens, by the clock.
    pub events: Vec<Event>,
    /// Positions in the picture.
    pub layout: Layout,
    /// Settings.
    pub settings: Settings,
    /// Where the objects are; empty while they may change.
    pub directory: Directory,
}

impl Network {
    /// Makes the lookups by name of nodes, pods, Services, slices and workloads' pods independent of how many there
    /// are. To be called when nothing of them changes any more.
    pub fn index(&mut self) {
        self.directory = Directory::of(self);
    }

    /// The same; what is known of nodes, pods and workloads that are those of `before` is taken from there.
    pub fn index_after(&mut self, before: &Network) {
        self.directory = Directory::after(self, before);
    }

    /// The same network with the policies, flows, places in the picture and texts of another one. What it knows by
    /// name stays known, as none of these is found so.
    #[must_use]
    pub fn with_asides(&self, other: &Network) -> Network {
        Network {
            manifests: other.manifests.clone(),
            policies: other.policies.clone(),
            flows: other.flows.clone(),
            events: other.events.clone(),
            layout: other.layout.clone(),
            directory: self.directory.shared(),
            ..self.clone()
        }
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        let order = self.directory.sorted().map(|it| &*it.nodes);
        directory::find(order, &self.nodes, |it| ("", &it.meta.name), ("", name))
    }

    /// The pod of this namespace and name.
    pub fn pod(&self, namespace: &str, name: &str) -> Option<&Pod> {
        let order = self.directory.sorted().map(|it| &*it.pods);
        directory::find(
            order,
            &self.pods,
            |it| directory::key(&it.meta),
            (namespace, name),
        )
    }

    /// The Service of this namespace and name.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        let order = self.directory.sorted().map(|it| &*it.services);
        directory::find(
            order,
            &self.services,
            |it| directory::key(&it.meta),
            (namespace, name),
        )
    }

    /// The `EndpointSlice`s of the Service of this namespace and name, in order.
    pub fn slices_of(&self, namespace: &str, name: &str) -> Vec<&EndpointSlice> {
        let order = self.directory.sorted().map(|it| &*it.slices);
        directory::find_all(
            order,
            &self.slices,
            directory::service_key,
            (namespace, name),
        )
    }

    /// Where somebody wrote down that the API server is: the endpoints of `default/kubernetes`. That of a private cluster
    /// is a private endpoint, which stands in a subnet of the nodes and in no document of its own.
    pub fn api_server(&self) -> impl Iterator<Item = IpAddr> {
        let (namespace, name) = ("default", "kubernetes");
        let mut written = self.endpoints.iter();
        let written = written
            .find(|it| &*it.meta.name == name && &*it.meta.namespace == namespace)
            .into_iter()
            .flat_map(|it| &it.slices);
        let slices = self.slices_of(namespace, name).into_iter().chain(written);
        let endpoints = slices.flat_map(|slice| &slice.endpoints);
        endpoints.flat_map(|it| it.addresses.iter().copied())
    }

    /// Every pod of a workload, in order; for a Deployment those of its ReplicaSets.
    pub fn pods_of(&self, workload: &Ref) -> Vec<&Pod> {
        if let Some(sorted) = self.directory.sorted() {
            let found = sorted.owned.get(workload).into_iter().flatten();
            return found.filter_map(|it| self.pods.get(*it)).collect();
        }
        let mut owners = BTreeSet::from([workload]);
        let sets = self
            .workloads
            .iter()
            .filter(|set| set.owner.as_ref() == Some(workload));
        let sets: Vec<Ref> = sets.map(Workload::reference).collect();
        owners.extend(&sets);
        let owned = |pod: &&Pod| {
            let owner = pod.owner.as_ref();
            owner.is_some_and(|owner| owners.contains(owner))
        };
        self.pods.iter().filter(owned).collect()
    }

    /// Whether a Secret is there: written, or issued by cert-manager.
    pub fn has_secret(&self, secret: &Ref) -> bool {
        let mut issued = self.certificates.iter().filter(|it| it.issued);
        self.manifests.iter().any(|it| it.object == *secret)
            || issued.any(|it| it.secret == *secret)
    }

    /// The host of this name.
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| &*host.meta.name == name)
    }

    /// The virtual network of this name, without regard to case.
    pub fn vnet(&self, name: &str) -> Option<&Vnet> {
        self.vnets
            .iter()
            .find(|vnet| vnet.meta.name.eq_ignore_ascii_case(name))
    }

    /// The subnet of this name, without regard to case.
    pub fn subnet(&self, id: &SubnetId) -> Option<&Subnet> {
        self.vnet(&id.vnet)?
            .subnets
            .iter()
            .find(|subnet| subnet.meta.name.eq_ignore_ascii_case(&id.subnet))
    }

    /// The route table of this name, without regard to case.
    pub fn route_table(&self, name: &str) -> Option<&RouteTable> {
        self.route_tables
            .iter()
            .find(|table| table.meta.name.eq_ignore_ascii_case(name))
    }

    /// The network security group of this name, without regard to case.
    pub fn nsg(&self, name: &str) -> Option<&Nsg> {
        self.nsgs
            .iter()
            .find(|nsg| nsg.meta.name.eq_ignore_ascii_case(name))
    }

    /// The Application Gateway of this name, without regard to case.
    pub fn app_gateway(&self, name: &str) -> Option<&AppGateway> {
        self.app_gateways
            .iter()
            .find(|gateway| gateway.meta.name.eq_ignore_ascii_case(name))
    }

    /// The Azure Firewall of this name, without regard to case.
    pub fn firewall(&self, name: &str) -> Option<&Firewall> {
        self.firewalls
            .iter()
            .find(|firewall| firewall.meta.name.eq_ignore_ascii_case(name))
    }

    /// The firewall policy of this name, without regard to case.
    pub fn firewall_policy(&self, name: &str) -> Option<&FirewallPolicy> {
        self.firewall_policies
            .iter()
            .find(|policy| policy.meta.name.eq_ignore_ascii_case(name))
    }

    /// The private endpoint of this name, without regard to case.
    pub fn private_endpoint(&self, name: &str) -> Option<&PrivateEndpoint> {
        self.private_endpoints
            .iter()
            .find(|endpoint| endpoint.meta.name.eq_ignore_ascii_case(name))
    }

    /// The storage account of this name, without regard to case.
    pub fn storage_account(&self, name: &str) -> Option<&StorageAccount> {
        self.storage_accounts
            .iter()
            .find(|account| account.meta.name.eq_ignore_ascii_case(name))
    }

    /// The public IP resource of this name, without regard to case.
    pub fn public_ip(&self, name: &str) -> Option<&PublicIp> {
        self.public_ips
            .iter()
            .find(|ip| ip.meta.name.eq_ignore_ascii_case(name))
    }

    /// The text of an origin in its file; a derived object has none of its own.
    pub fn span(&self, origin: &Origin) -> Option<yaml::Span> {
        let root = &self.manifests.of(origin)?.root;
        match origin {
            Origin::Written {
                part: Some(part), ..
            } => Some(root.at(*part)),
            _ => Some(root.span()),
        }
    }

    /// Where an origin was written; a derived object has no place of its own.
    pub fn place(&self, document: &Document, origin: &Origin) -> Option<Location> {
        let Origin::Written { file, .. } = origin else {
            return None;
        };
        let span = self.span(origin)?;
        Some(Location {
            file: document.files.get(*file)?.name.clone(),
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
        })
    }
}
