//! Which members of a load balancer answer its health probes.
//!
//! A probe comes from 168.63.129.16 and passes the node's security groups like any packet (N-08).
//! A probe of a node port under `externalTrafficPolicy: Cluster` is itself forwarded to any
//! endpoint, so a node without pods is healthy as long as some endpoint answers; under `Local` the
//! probe asks kube-proxy whether the node has a ready endpoint. What a process answers to an
//! HTTP probe is not part of the model: a ready endpoint is taken to answer 200.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::addresses::Addresses;
use super::nsg::{Decision, Filters, Passage};
use super::topology::PLATFORM;
use crate::model::azure::Probe;
use crate::model::kube::{EndpointSlice, Service, TrafficPolicy};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::{Packet, Protocol};

/// The port on which kube-proxy itself says that it is alive.
const KUBE_PROXY_HEALTH_PORT: u16 = 10256;

/// Whether a member answers a probe.
#[derive(Clone, Debug, PartialEq)]
pub enum Health {
    /// It does.
    Healthy,
    /// The node is not ready.
    NodeNotReady,
    /// A security group drops the probe.
    Filtered(Box<Decision>),
    /// No endpoint of the Service is ready anywhere.
    NoEndpoint,
    /// The node has no ready endpoint of a Service with `externalTrafficPolicy: Local`.
    NoLocalEndpoint,
    /// Nothing listens on the probe's port.
    PortClosed,
    /// It cannot be told; names what is missing.
    NotModelled(Arc<str>),
}

/// What probes need to know of the cluster, gathered once.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Endpoint slices by Service.
    slices: BTreeMap<Ref, Vec<EndpointSlice>>,
    /// Service and index of its port, by node port and protocol.
    node_ports: BTreeMap<(u16, Protocol), (Service, usize)>,
    /// Service by health check node port.
    health_ports: BTreeMap<u16, Service>,
}

impl Endpoints {
    /// Gathers the endpoints of Services that have a node port.
    pub fn of(network: &Network) -> Self {
        let mut all = Self::default();
        for service in &network.services {
            for (index, port) in service.ports.iter().enumerate() {
                if let Some(node_port) = port.node_port {
                    all.node_ports
                        .insert((node_port, port.protocol), (service.clone(), index));
                }
            }
            if let Some(port) = service.health_check_node_port {
                all.health_ports.insert(port, service.clone());
            }
        }
        for slice in &network.slices {
            let service = Ref::scoped(
                crate::model::object::Kind::Service,
                slice.meta.namespace.clone(),
                slice.service.clone(),
            );
            all.slices.entry(service).or_default().push(slice.clone());
        }
        all
    }

    /// Whether a packet to this port of this node is answered.
    fn answers(&self, node: &str, port: u16) -> Health {
        if let Some(service) = self.health_ports.get(&port) {
            return self.local(service, None, node);
        }
        match self.node_ports.get(&(port, Protocol::Tcp)) {
            Some((service, index)) if service.external_traffic_policy == TrafficPolicy::Local => {
                self.local(service, Some(*index), node)
            }
            Some((service, index)) if self.any(service, *index) => {
                let _ = service;
                Health::Healthy
            }
            Some(_) => Health::NoEndpoint,
            None if port == KUBE_PROXY_HEALTH_PORT => Health::Healthy,
            None if port == 0 => Health::PortClosed,
            None => Health::NotModelled(Arc::from(format!("health probe of port {port}"))),
        }
    }

    /// The endpoints of a Service port: address, node, ready, serving and terminating.
    fn endpoints<'a>(
        &'a self,
        service: &'a Service,
        port: Option<usize>,
    ) -> impl Iterator<Item = &'a crate::model::kube::Endpoint> {
        let port = port.and_then(|index| service.ports.get(index));
        self.slices
            .get(&service.reference())
            .into_iter()
            .flatten()
            .filter(move |slice| {
                port.is_none_or(|port| {
                    slice.ports.iter().any(|offered| {
                        offered.name == port.name && offered.protocol == port.protocol
                    })
                })
            })
            .flat_map(|slice| &slice.endpoints)
    }

    /// Whether kube-proxy has anywhere to send a packet: a ready endpoint, else a serving one that terminates.
    fn any(&self, service: &Service, port: usize) -> bool {
        self.endpoints(service, Some(port))
            .any(|endpoint| endpoint.ready || (endpoint.serving && endpoint.terminating))
    }

    fn local(&self, service: &Service, port: Option<usize>, node: &str) -> Health {
        let here = self
            .endpoints(service, port)
            .any(|endpoint| endpoint.ready && endpoint.node_name.as_deref() == Some(node));
        if here {
            Health::Healthy
        } else {
            Health::NoLocalEndpoint
        }
    }
}

/// Whether a node answers a probe.
pub fn health(
    network: &Network,
    addresses: &Addresses,
    filters: &Filters,
    endpoints: &Endpoints,
    probe: &Probe,
    node: &str,
) -> Health {
    let Some(machine) = network.node(node) else {
        return Health::PortClosed;
    };
    let Some(nic) = addresses.nic(&machine.reference()) else {
        return Health::PortClosed;
    };
    if !machine.ready {
        return Health::NodeNotReady;
    }
    let packet = probe_packet(nic.primary, probe.port);
    for decision in filters.inbound(nic, &packet) {
        match decision.passage {
            Passage::Allowed => {}
            Passage::Denied => return Health::Filtered(Box::new(decision)),
            Passage::NotModelled(what) => return Health::NotModelled(what),
        }
    }
    endpoints.answers(node, probe.port)
}

/// The first packet of a probe.
fn probe_packet(node: IpAddr, port: u16) -> Packet {
    Packet {
        protocol: Protocol::Tcp,
        source: PLATFORM,
        destination: node,
        destination_port: port,
        ..Packet::default()
    }
}
