//! Load balancers, as the cloud provider makes them.

use std::net::IpAddr;
use std::sync::Arc;

use super::SubnetId;
use crate::model::kube::Meta;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

/// `Microsoft.Network/loadBalancers`, as the cloud provider makes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadBalancer {
    /// Name (`kubernetes` or `kubernetes-internal`) and origin.
    pub meta: Meta,
    /// `sku.name` is `Standard`.
    pub standard: bool,
    /// Whether its frontends are private addresses.
    pub internal: bool,
    /// `frontendIPConfigurations`.
    pub frontends: Vec<Frontend>,
    /// `backendAddressPools[0]`: the nodes, by name.
    pub backend_nodes: Vec<Arc<str>>,
    /// `loadBalancingRules`.
    pub rules: Vec<LbRule>,
    /// `probes`.
    pub probes: Vec<Probe>,
    /// `outboundRules`.
    pub outbound_rules: Vec<OutboundRule>,
}

impl LoadBalancer {
    /// `loadbalancer/NAME`.
    pub fn reference(&self) -> Ref {
        Ref::new(Kind::LoadBalancer, self.meta.name.clone())
    }
}

/// A frontend IP configuration of a load balancer.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontend {
    /// `name`.
    pub name: Arc<str>,
    /// Its address.
    pub ip: IpAddr,
    /// The public IP resource, for public ones.
    pub public_ip: Option<Arc<str>>,
    /// The subnet, for internal ones.
    pub subnet: Option<SubnetId>,
    /// Who caused it: a Service, or the cluster for the outbound address.
    pub caused_by: Ref,
}

/// A load balancing rule.
#[derive(Clone, Debug, PartialEq)]
pub struct LbRule {
    /// `name`, such as `a0123…-TCP-80`.
    pub name: Arc<str>,
    /// Name of the frontend.
    pub frontend: Arc<str>,
    /// `protocol`; `None` is `All` (HA ports).
    pub protocol: Option<Protocol>,
    /// `frontendPort`.
    pub frontend_port: u16,
    /// `backendPort`.
    pub backend_port: u16,
    /// `enableFloatingIP`.
    pub floating_ip: bool,
    /// `loadDistribution` is `SourceIP`: two-tuple hash; otherwise five-tuple.
    pub source_ip_affinity: bool,
    /// `idleTimeoutInMinutes`.
    pub idle_minutes: u32,
    /// `enableTcpReset`.
    pub tcp_reset: bool,
    /// `disableOutboundSnat`.
    pub disable_outbound_snat: bool,
    /// Name of the probe, if any.
    pub probe: Option<Arc<str>>,
    /// The Service that caused it.
    pub caused_by: Ref,
    /// The field of the Service, such as `spec.ports[0]`.
    pub field: String,
}

/// A health probe.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// `name`.
    pub name: Arc<str>,
    /// What it asks.
    pub kind: ProbeKind,
    /// `port`.
    pub port: u16,
    /// `intervalInSeconds`.
    pub interval_seconds: u32,
    /// `numberOfProbes`.
    pub threshold: u32,
    /// The Service that caused it.
    pub caused_by: Ref,
}

/// What a health probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeKind {
    /// Opens a connection.
    Tcp,
    /// `GET` of the path must answer 200.
    Http(Arc<str>),
    /// The same over TLS.
    Https(Arc<str>),
}

/// An outbound rule.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboundRule {
    /// `name`: `aksOutboundRule`.
    pub name: Arc<str>,
    /// Names of the frontends.
    pub frontends: Vec<Arc<str>>,
    /// `allocatedOutboundPorts`; 0 is automatic.
    pub allocated_ports: u32,
    /// `idleTimeoutInMinutes`.
    pub idle_minutes: u32,
}
