//! Kubernetes objects: the fields that decide about packets, under the API's own names.
//!
//! A field that a controller fills (`status.podIP`, `spec.clusterIP`, …) is `None`
//! until the user wrote it or [`crate::engine::control`] allocated it.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::appgateway::HttpProbe;
use super::azure::SubnetId;
use super::ingress::NginxController;
use super::manifest::ManifestId;
use super::many::Many;
use super::object::{Kind, Ref};
use super::packet::Protocol;
use super::placement::{Placement, Taint};
use super::yaml::Span;

pub use super::labels::Labels;

/// Where an object comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// The user wrote it.
    Written {
        /// Index into [`super::document::Document::files`].
        file: usize,
        /// The document or list item.
        manifest: ManifestId,
        /// Where it stands, if it is only a part of that document or list item, counted from where that begins
        /// ([`Root::at`](super::yaml::Root::at)). Where a whole one stands is for the manifest to say, so that an
        /// object is the same when the text above it grows.
        part: Option<Span>,
    },
    /// A controller made it.
    Derived {
        /// The controller, by its own name, such as `endpointslice-controller`.
        by: &'static str,
        /// The object that made the controller act.
        from: Ref,
    },
    /// Nothing was written; AKS would create it by default.
    #[default]
    Assumed,
}

/// A field that a controller filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// Path of the field, such as `spec.clusterIP`.
    pub field: &'static str,
    /// Who filled it, such as `kube-apiserver`.
    pub by: &'static str,
}

/// What every object has: name, labels, origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Namespace; `default` where a namespaced manifest has none, empty where the kind has none.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// `metadata.uid`, if written.
    pub uid: Option<Arc<str>>,
    /// `metadata.creationTimestamp`, if written; orders objects that compete.
    pub created: Option<Arc<str>>,
    /// `metadata.labels`.
    pub labels: Labels,
    /// `metadata.annotations`, without `kubectl.kubernetes.io/last-applied-configuration`.
    pub annotations: Labels,
    /// Where it comes from.
    pub origin: Origin,
    /// The fields that controllers filled.
    pub assigned: Vec<Assigned>,
}

impl Meta {
    /// The reference to an object of `kind` with this name.
    pub fn reference(&self, kind: Kind) -> Ref {
        Ref::scoped(kind, self.namespace.clone(), self.name.clone())
    }
}

/// `LabelSelector`: labels and expressions, all of which must hold. Empty matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// `matchLabels`, or the plain map of a Service.
    pub match_labels: Labels,
    /// `matchExpressions`.
    pub match_expressions: Vec<Expression>,
}

/// One of a selector's `matchExpressions`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// Label key.
    pub key: Arc<str>,
    /// Operator.
    pub operator: Operator,
    /// Values for `In` and `NotIn`; the number to compare with for `Gt` and `Lt`.
    pub values: Vec<Arc<str>>,
}

/// Operator of an [`Expression`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// The label is one of the values.
    In,
    /// The label is absent or none of the values (R24).
    NotIn,
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
    /// The label is a number above the value; about nodes only.
    Gt,
    /// The label is a number below the value; about nodes only.
    Lt,
}

impl Selector {
    /// Whether it has no part, and so matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether `labels` satisfy every part.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.match_labels
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
            && self
                .match_expressions
                .iter()
                .all(|expression| expression.matches(labels))
    }
}

impl Expression {
    /// Whether `labels` satisfy it.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        let number = |text: Option<&Arc<str>>| text?.parse::<i64>().ok();
        let numbers = || number(value).zip(number(self.values.first()));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt => numbers().is_some_and(|(label, bound)| label > bound),
            Operator::Lt => numbers().is_some_and(|(label, bound)| label < bound),
        }
    }
}

/// `Namespace`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Namespace {
    /// Name and labels; `kubernetes.io/metadata.name` is always among the labels (R28).
    pub meta: Meta,
}

/// `Node`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Name and labels.
    pub meta: Meta,
    /// `spec.podCIDRs` (or `podCIDR`).
    pub pod_cidrs: Vec<IpNet>,
    /// `status.addresses` of type `InternalIP`, primary first.
    pub internal_ips: Vec<IpAddr>,
    /// `status.addresses` of type `ExternalIP`.
    pub external_ips: Vec<IpAddr>,
    /// Condition `Ready`; absent means ready.
    pub ready: bool,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `spec.taints`; those of its pool where none are written.
    pub taints: Vec<Taint>,
    /// Name of the agent pool, from the label `kubernetes.azure.com/agentpool` or by count.
    pub pool: Option<Arc<str>>,
    /// The NIC's IP forwarding; AKS turns it on for kubenet. Set by a
    /// `Microsoft.Network/networkInterfaces` document or derived.
    pub ip_forwarding: Option<bool>,
    /// The subnet of its NIC, from its pool.
    pub subnet: Option<SubnetId>,
    /// The subnet of its pods, where that is another one (Azure CNI Pod Subnet).
    pub pod_subnet: Option<SubnetId>,
    /// Azure CNI with a node or pod subnet: the addresses of its NIC for pods, whether one uses them or not.
    pub reserved_ips: Vec<IpAddr>,
    /// `status.capacity.cpu` in whole cores, if written.
    pub cores: Option<u32>,
}

impl Node {
    /// `node/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::Node, self.meta.name.clone())
    }

    /// The primary address, once known.
    pub fn ip(&self) -> Option<IpAddr> {
        self.internal_ips.first().copied()
    }
}

/// `Pod`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pod {
    /// Name and labels.
    pub meta: Meta,
    /// `spec.nodeName`, written or scheduled.
    pub node_name: Option<Arc<str>>,
    /// `spec.nodeSelector`.
    pub node_selector: Labels,
    /// What else it demands of its node; pods of one template share it.
    pub placement: Option<Arc<Placement>>,
    /// `spec.hostNetwork`.
    pub host_network: bool,
    /// `spec.hostname`.
    pub hostname: Option<Arc<str>>,
    /// `spec.subdomain`.
    pub subdomain: Option<Arc<str>>,
    /// `spec.dnsPolicy`.
    pub dns_policy: DnsPolicy,
    /// `spec.dnsConfig`.
    pub dns_config: DnsConfig,
    /// Declared ports of all containers.
    pub ports: Vec<ContainerPort>,
    /// `status.podIPs` (or `podIP`), primary first.
    pub ips: Vec<IpAddr>,
    /// `status.hostIP`, if written.
    pub host_ip: Option<IpAddr>,
    /// `status.phase`; absent means `Running`.
    pub phase: Phase,
    /// Condition `Ready`; absent means ready.
    pub ready: bool,
    /// `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// The clock of events has seen its object deleted for good. It stays in the list so that it can be shown and asked
    /// about; for controllers it is not there. Nothing that is written says this.
    pub deleted: bool,
    /// The ingress controller that it runs, if it does; pods of one template share it.
    pub nginx: Option<Arc<NginxController>>,
    /// The `httpGet` probe of each container that has one; pods of one template share them.
    pub http_probes: Option<Arc<[HttpProbe]>>,
    /// The readiness probe of each container that has one; pods of one template share them.
    pub readiness: Option<Arc<[ReadinessProbe]>>,
    /// The controller: the first of `ownerReferences` that controls, or the workload it was made from.
    pub owner: Option<Ref>,
}

impl Pod {
    /// `pod/NAMESPACE/NAME`.
    pub fn reference(&self) -> Ref {
        self.meta.reference(Kind::Pod)
    }

    /// The primary address, once known.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ips.first().copied()
    }

    /// Whether its containers have ended for good: its network is gone, and its address free.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}

/// When a container's `readinessProbe` asks, and when it changes its mind; what is not written is as Kubernetes has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadinessProbe {
    /// Seconds until it is first asked.
    pub initial_delay: u32,
    /// Seconds between two questions.
    pub period: u32,
    /// Answers in a row after which it counts as ready.
    pub successes: u32,
    /// Failures in a row after which it no longer does.
    pub failures: u32,
}

/// `spec.dnsPolicy` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsPolicy {
    /// Cluster DNS first (the default); a host-network pod falls back to `Default` (R39).
    #[default]
    ClusterFirst,
    /// Cluster DNS first also with the host network.
    ClusterFirstWithHostNet,
    /// The node's resolver.
    Default,
    /// Only what `dnsConfig` says.
    None,
}

/// `spec.dnsConfig` of a pod.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DnsConfig {
    /// `nameservers`.
    pub nameservers: Vec<IpAddr>,
    /// `searches`.
    pub searches: Vec<Arc<str>>,
    /// `options`, such as `ndots`.
    pub options: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// A declared container port.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerPort {
    /// `name`, if any.
    pub name: Option<Arc<str>>,
    /// `containerPort`.
    pub port: u16,
    /// `protocol`.
    pub protocol: Protocol,
    /// `hostPort`, if any.
    pub host_port: Option<u16>,
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not yet running.
    Pending,
    /// Running; also what an absent phase means.
    #[default]
    Running,
    /// All containers ended well.
    Succeeded,
    /// A container failed.
    Failed,
}

/// A workload that makes pods: `Deployment`, `ReplicaSet`, `StatefulSet`, `DaemonSet`, `Job`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Which of them.
    pub kind: Kind,
    /// Name and labels.
    pub meta: Meta,
    /// `spec.replicas`; for a Job, `parallelism`. `None` for a DaemonSet.
    pub replicas: Option<u32>,
    /// `spec.selector`.
    pub selector: Selector,
    /// `spec.template`, as a pod without name and node.
    pub template: Pod,
    /// `spec.serviceName` of a StatefulSet.
    pub service_name: Option<Arc<str>>,
    /// The controlling owner, such as a ReplicaSet's Deployment.
    pub owner: Option<Ref>,
}

impl Workload {
    /// `deployment/NAMESPACE/NAME` and the like.
    pub fn reference(&self) -> Ref {
        self.meta.reference(self.kind)
    }
}

/// `Service`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Name, labels, annotations.
    pub meta: Meta,
    /// `spec.type`.
    pub service_type: ServiceType,
    /// `spec.clusterIP` is `None`.
    pub headless: bool,
    /// `spec.clusterIPs` (or `clusterIP`), primary first.
    pub cluster_ips: Vec<IpAddr>,
    /// `spec.selector`; absent means that nobody makes its EndpointSlices.
    pub selector: Option<Labels>,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `spec.externalTrafficPolicy`.
    pub external_traffic_policy: TrafficPolicy,
    /// `spec.internalTrafficPolicy`.
    pub internal_traffic_policy: TrafficPolicy,
    /// `spec.healthCheckNodePort`.
    pub health_check_node_port: Option<u16>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// `spec.loadBalancerIP`.
    pub load_balancer_ip: Option<IpAddr>,
    /// `spec.loadBalancerSourceRanges`.
    pub load_balancer_source_ranges: Vec<IpNet>,
    /// `spec.loadBalancerClass`: who balances it instead of the cloud provider.
    pub load_balancer_class: Option<Arc<str>>,
    /// `spec.allocateLoadBalancerNodePorts`; absent means true.
    pub allocate_node_ports: bool,
    /// `spec.sessionAffinity` is `ClientIP`: the timeout in seconds (default 10800).
    pub client_ip_affinity: Option<u32>,
    /// `spec.publishNotReadyAddresses`.
    pub publish_not_ready: bool,
    /// `spec.externalName`.
    pub external_name: Option<Arc<str>>,
    /// `spec.trafficDistribution` or the topology annotation, as written.
    pub traffic_distribution: Option<Arc<str>>,
    /// `status.loadBalancer.ingress`, written or made by the cloud provider.
    pub ingress: Vec<LoadBalancerIngress>,
}

impl Service {
    /// `service/NAMESPACE/NAME`.
    pub fn reference(&self) -> Ref {
        self.meta.reference(Kind::Service)
    }

    /// Whether it is `kubernetes` in `default`: the API server, which stands outside the cluster and is not modelled.
    pub fn is_api_server(&self) -> bool {
        &*self.meta.name == "kubernetes" && &*self.meta.namespace == "default"
    }

    /// Whether the annotation `azure-load-balancer-internal` is `"true"`.
    pub fn is_internal(&self) -> bool {
        self.meta
            .annotations
            .get("service.beta.kubernetes.io/azure-load-balancer-internal")
            .is_some_and(|value| &**value == "true")
    }
}

/// One of a Service's `status.loadBalancer.ingress`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadBalancerIngress {
    /// `ip`.
    pub ip: IpAddr,
    /// `ipMode` is `VIP` or absent: kube-proxy makes rules for the address (R15).
    pub vip: bool,
}

/// `spec.type` of a Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceType {
    /// Reachable within the cluster (the default).
    #[default]
    ClusterIp,
    /// Also on a port of every node.
    NodePort,
    /// Also through the cloud's load balancer.
    LoadBalancer,
    /// An alias in DNS.
    ExternalName,
}

impl ServiceType {
    /// The name as the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ServiceType::ClusterIp => "ClusterIP",
            ServiceType::NodePort => "NodePort",
            ServiceType::LoadBalancer => "LoadBalancer",
            ServiceType::ExternalName => "ExternalName",
        }
    }
}

/// `externalTrafficPolicy` or `internalTrafficPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrafficPolicy {
    /// All endpoints of the cluster (the default).
    #[default]
    Cluster,
    /// Only endpoints of the node that handles the packet.
    Local,
}

/// One of a Service's `spec.ports`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServicePort {
    /// `name`; empty where absent.
    pub name: Arc<str>,
    /// `protocol`.
    pub protocol: Protocol,
    /// `port`.
    pub port: u16,
    /// `targetPort`; absent means `port`.
    pub target_port: TargetPort,
    /// `nodePort`, written or allocated.
    pub node_port: Option<u16>,
    /// `appProtocol`.
    pub app_protocol: Option<Arc<str>>,
}

/// `targetPort` of a Service port.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TargetPort {
    /// Absent: the same number as `port`.
    #[default]
    Same,
    /// A number.
    Number(u16),
    /// The name of a container port, resolved per pod (R19).
    Name(Arc<str>),
}

/// `EndpointSlice` (also what an `Endpoints` object is mirrored to).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSlice {
    /// Name and labels; `kubernetes.io/service-name` says whose it is.
    pub meta: Meta,
    /// The Service, from the label.
    pub service: Arc<str>,
    /// Whether `addressType` is `IPv6`; otherwise IPv4.
    pub ipv6: bool,
    /// `ports`.
    pub ports: Vec<EndpointPort>,
    /// `endpoints`.
    pub endpoints: Many<Endpoint>,
}

/// One of a slice's `ports`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointPort {
    /// `name`; empty where absent.
    pub name: Arc<str>,
    /// `protocol`.
    pub protocol: Protocol,
    /// `port`; absent means that no port is restricted.
    pub port: Option<u16>,
}

/// One of a slice's `endpoints`.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `addresses`; clients use the first.
    pub addresses: Vec<IpAddr>,
    /// `conditions.ready`; absent means true (R2).
    pub ready: bool,
    /// `conditions.serving`; absent means the same as ready.
    pub serving: bool,
    /// `conditions.terminating`; absent means false.
    pub terminating: bool,
    /// `hostname`.
    pub hostname: Option<Arc<str>>,
    /// `nodeName`.
    pub node_name: Option<Arc<str>>,
    /// `zone`.
    pub zone: Option<Arc<str>>,
    /// `hints.forZones`.
    pub zone_hints: Vec<Arc<str>>,
    /// `hints.forNodes`.
    pub node_hints: Vec<Arc<str>>,
    /// `targetRef`, if it is a pod.
    pub target: Option<Ref>,
}

/// `Endpoints`, as the slices that the mirroring controller would make of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoints {
    /// Name and labels; the name is that of the Service.
    pub meta: Meta,
    /// One per subset and address family.
    pub slices: Vec<EndpointSlice>,
}

/// `ConfigMap`, its `data` only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigMap {
    /// Name.
    pub meta: Meta,
    /// `data`.
    pub data: Labels,
}

/// kube-proxy's `KubeProxyConfiguration`, the fields that decide about packets.
#[derive(Clone, Debug, PartialEq)]
pub struct KubeProxyConfiguration {
    /// Name and origin.
    pub meta: Meta,
    /// `mode`: `iptables` where absent; `nftables` and `ipvs` are not modelled.
    pub mode: Arc<str>,
    /// `clusterCIDR`; `None` means that no local detector is configured from it.
    pub cluster_cidr: Vec<IpNet>,
    /// `detectLocalMode`, as written; absent means `ClusterCIDR`.
    pub detect_local_mode: Option<Arc<str>>,
    /// `detectLocal.bridgeInterface`, for `BridgeInterface`.
    pub bridge_interface: Option<Arc<str>>,
    /// `detectLocal.interfaceNamePrefix`, for `InterfaceNamePrefix`.
    pub interface_name_prefix: Option<Arc<str>>,
    /// `nodePortAddresses`; empty means all.
    pub node_port_addresses: Vec<IpNet>,
    /// `iptables.masqueradeAll`.
    pub masquerade_all: bool,
    /// `iptables.localhostNodePorts`; absent means true.
    pub localhost_node_ports: bool,
}

impl Default for KubeProxyConfiguration {
    fn default() -> Self {
        Self {
            meta: Meta::default(),
            mode: Arc::from("iptables"),
            cluster_cidr: Vec::new(),
            detect_local_mode: None,
            bridge_interface: None,
            interface_name_prefix: None,
            node_port_addresses: Vec::new(),
            masquerade_all: false,
            localhost_node_ports: true,
        }
    }
}
