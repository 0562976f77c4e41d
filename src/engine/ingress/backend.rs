//! The endpoints of a Service as the controller's upstream: pod addresses from EndpointSlices, ready ones
//! only, never the ClusterIP.

use std::net::IpAddr;

use crate::model::ingress::BackendPort;
use crate::model::kube::{Service, ServicePort, ServiceType, TargetPort};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::Protocol;

/// One server of an upstream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// The pod, where it is one.
    pub pod: Option<Ref>,
}

impl Endpoint {
    /// The pod, or the address and port.
    pub fn name(&self) -> String {
        match &self.pod {
            Some(pod) => pod.to_string(),
            None => format!("{}:{}", self.address, self.port),
        }
    }
}

/// What there is behind a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Upstream {
    /// Its servers.
    Servers(Vec<Endpoint>),
    /// No such Service.
    NoService,
    /// The Service has no such port.
    NoPort,
    /// The Service has the port, and no pod is ready.
    NoEndpoints,
    /// A name that the controller would resolve.
    ExternalName,
}

/// The servers of a Service's port; without a port those of its first.
pub(super) fn upstream(network: &Network, service: &Ref, port: Option<&BackendPort>) -> Upstream {
    let Some(service) = network.service(&service.scope, &service.name) else {
        return Upstream::NoService;
    };
    if service.service_type == ServiceType::ExternalName {
        return Upstream::ExternalName;
    }
    let wanted =
        |it: &&ServicePort| port.is_none_or(|port| is_called(it, port) || is_target(it, port));
    let Some(port) = service.ports.iter().find(wanted) else {
        return Upstream::NoPort;
    };
    let mut servers = endpoints(network, service, port);
    servers.sort();
    servers.dedup_by(|a, b| (a.address, a.port) == (b.address, b.port));
    if servers.is_empty() {
        return Upstream::NoEndpoints;
    }
    Upstream::Servers(servers)
}

/// Whether a Service's port is the one that a backend names.
pub(super) fn is_called(port: &ServicePort, wanted: &BackendPort) -> bool {
    match wanted {
        BackendPort::Number(number) => port.port == *number,
        BackendPort::Name(name) => port.name == *name,
    }
}

/// Whether a backend names the port of the pods instead, which NGINX takes as well.
pub(super) fn is_target(port: &ServicePort, wanted: &BackendPort) -> bool {
    match (wanted, &port.target_port) {
        (BackendPort::Number(number), TargetPort::Number(target)) => number == target,
        (BackendPort::Name(name), TargetPort::Name(target)) => name == target,
        _ => false,
    }
}

fn endpoints(network: &Network, service: &Service, port: &ServicePort) -> Vec<Endpoint> {
    let own = network.slices_of(&service.meta.namespace, &service.meta.name);
    let fallback = match port.target_port {
        TargetPort::Number(number) => number,
        TargetPort::Same | TargetPort::Name(_) => port.port,
    };
    let mut found = Vec::new();
    for slice in own.into_iter().filter(|slice| !slice.ipv6) {
        let mut ports = slice.ports.iter();
        let served = ports.find(|it| it.name == port.name && it.protocol == Protocol::Tcp);
        let Some(served) = served else { continue };
        for endpoint in slice.endpoints.iter().filter(|endpoint| endpoint.ready) {
            found.extend(endpoint.addresses.iter().map(|address| Endpoint {
                address: *address,
                port: served.port.unwrap_or(fallback),
                pod: endpoint.target.clone(),
            }));
        }
    }
    found
}
