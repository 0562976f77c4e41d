//! Services, and who answers for them.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::meta::Meta;
use crate::model::labels::Labels;
use crate::model::many::Many;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

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
