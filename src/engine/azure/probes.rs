//! Which members of a load balancer answer its health probes.
//!
//! A probe comes from 168.63.129.16 and passes the node's security groups like any packet (N-08).
//! A probe of a node port under `externalTrafficPolicy: Cluster` is itself forwarded to any
//! endpoint, so a node without pods is healthy as long as some endpoint answers; under `Local` the
//! probe asks kube-proxy whether the node has a ready endpoint. To an HTTP probe an ingress controller
//! answers what it would answer anyone, and only 200 counts; what any other process answers is not
//! part of the model: a ready endpoint is taken to answer 200.

mod http;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::addresses::Addresses;
use super::cloud_provider::rules::SHARED_PROBE_PORT;
use super::nic::Nic;
use super::nsg::{Decision, Filters, Passage};
use super::topology::PLATFORM;
use crate::engine::outage::Outage;
use crate::model::azure::{Cluster, Probe, ProbeKind};
use crate::model::kube::{
    Endpoint, EndpointPort, EndpointSlice, Node, Service, ServicePort, TrafficPolicy,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
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
    /// Whatever endpoint is asked answers, but with this status, which is not 200.
    Status(u16),
    /// The node has no ready endpoint of a Service with `externalTrafficPolicy: Local`.
    NoLocalEndpoint,
    /// Nothing listens on the probe's port.
    PortClosed,
    /// It answers again, but no probe has asked it since.
    NotYetUp,
    /// It cannot be told; names what is missing.
    NotModelled(Arc<str>),
}

/// What probes need to know of the cluster, gathered once, as indexes into the network.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Service and index of its port, by node port.
    node_ports: BTreeMap<u16, (usize, usize)>,
    /// Service by health check node port.
    health_ports: BTreeMap<u16, usize>,
    /// Names of nodes that are ready.
    ready: BTreeSet<Arc<str>>,
    /// What answers nothing, although an EndpointSlice may still list it.
    outage: Outage,
}

impl Endpoints {
    /// Gathers the Services that have TCP node ports, and their endpoints.
    pub fn of(network: &Network, outage: &Outage) -> Self {
        let runs = |node: &&Node| node.ready && !outage.stopped.contains(&node.reference());
        let ready = network.nodes.iter().filter(runs);
        let mut all = Self {
            ready: ready.map(|node| node.meta.name.clone()).collect(),
            outage: outage.clone(),
            ..Self::default()
        };
        for (at, service) in network.services.iter().enumerate() {
            for (index, port) in service.ports.iter().enumerate() {
                if let Some(node_port) = port.node_port.filter(|_| port.protocol == Protocol::Tcp) {
                    all.node_ports.entry(node_port).or_insert((at, index));
                }
            }
            if let Some(port) = service.health_check_node_port {
                all.health_ports.entry(port).or_insert(at);
            }
        }
        all
    }

    /// Who answers a probe, once nothing keeps it from arriving.
    fn answers<'n>(&'n self, network: &'n Network, probe: &Probe) -> Answer<'n> {
        let port = probe.port;
        let asked = self.health_ports.get(&port);
        if let Some(service) = asked.and_then(|at| network.services.get(*at)) {
            return local(network, service, None);
        }
        let asked = self.node_ports.get(&port).and_then(|(at, index)| {
            let service = network.services.get(*at)?;
            Some((service, service.ports.get(*index)?))
        });
        Answer::Everywhere(match asked {
            Some((service, port)) if service.external_traffic_policy == TrafficPolicy::Local => {
                return local(network, service, Some(port));
            }
            Some((service, port)) => self.any(network, service, port, &probe.kind),
            None if port == KUBE_PROXY_HEALTH_PORT || port == SHARED_PROBE_PORT => Health::Healthy,
            None if port == 0 => Health::PortClosed,
            None => Health::NotModelled(Arc::from(format!("health probe of port {port}"))),
        })
    }

    /// What comes of a packet that kube-proxy sends on: to a ready endpoint, else to a serving one that terminates (R3).
    /// Where it only has pods that have stopped since, nobody answers; where it has others too, some probe is answered.
    fn any(
        &self,
        network: &Network,
        service: &Service,
        port: &ServicePort,
        kind: &ProbeKind,
    ) -> Health {
        let answers = |(_, endpoint): &(Option<u16>, &Endpoint)| {
            let target = endpoint.target.as_ref();
            !target.is_some_and(|pod| self.outage.is_stopped(network, pod))
        };
        let mut all = endpoints(network, service, Some(port))
            .filter(|(_, it)| it.ready || (it.serving && it.terminating))
            .filter(answers)
            .map(|(port, endpoint)| http::answer(network, endpoint, port, kind));
        let Some(first) = all.next() else {
            return Health::NoEndpoint;
        };
        if first == Health::Healthy {
            return first;
        }
        let healthy = all.find(|it| *it == Health::Healthy);
        healthy.unwrap_or(first)
    }
}

/// The endpoints of a Service, or of one of its ports (matched by name and protocol, R1), each with the number of that
/// port there.
fn endpoints<'n>(
    network: &'n Network,
    service: &Service,
    port: Option<&'n ServicePort>,
) -> impl Iterator<Item = (Option<u16>, &'n Endpoint)> {
    let offered = move |slice: &EndpointSlice| {
        let same = |one: &&EndpointPort| {
            port.is_none_or(|port| one.name == port.name && one.protocol == port.protocol)
        };
        let found = slice.ports.iter().find(same);
        (found.is_some() || port.is_none()).then(|| found.and_then(|one| one.port))
    };
    network
        .slices_of(&service.meta.namespace, &service.meta.name)
        .into_iter()
        .filter_map(move |slice| Some((offered(slice)?, slice)))
        .flat_map(|(port, slice)| slice.endpoints.iter().map(move |it| (port, it)))
}

/// The nodes that have ready endpoints.
fn local<'n>(network: &'n Network, service: &Service, port: Option<&'n ServicePort>) -> Answer<'n> {
    let ready = endpoints(network, service, port).map(|(_, endpoint)| endpoint);
    let ready = ready.filter(|endpoint| endpoint.ready);
    Answer::WithPods(ready.filter_map(|it| it.node_name.as_deref()).collect())
}

/// Who answers probes of a port.
enum Answer<'n> {
    /// Every node alike.
    Everywhere(Health),
    /// The nodes with these names: they have ready endpoints of a Service with `externalTrafficPolicy: Local`.
    WithPods(BTreeSet<&'n str>),
}

impl Answer<'_> {
    fn of(&self, node: &str) -> Health {
        match self {
            Answer::Everywhere(health) => health.clone(),
            Answer::WithPods(nodes) if nodes.contains(node) => Health::Healthy,
            Answer::WithPods(_) => Health::NoLocalEndpoint,
        }
    }
}

/// Which of these nodes answer a probe, each with its name.
pub fn health(
    network: &Network,
    addresses: &Addresses,
    filters: &Filters,
    endpoints: &Endpoints,
    probe: &Probe,
    nodes: &[Arc<str>],
) -> Arc<[(Arc<str>, Health)]> {
    let cluster = network.cluster.as_ref();
    let unmodelled = cluster.and_then(Cluster::unmodelled_plugin);
    let answer = endpoints.answers(network, probe);
    let health = |node: &Arc<str>| {
        if let Some(plugin) = &unmodelled {
            return Health::NotModelled(Arc::from(*plugin));
        }
        let Some(nic) = addresses.nic(&Ref::new(Kind::Node, node.clone())) else {
            return Health::PortClosed;
        };
        if !endpoints.ready.contains(node) {
            return Health::NodeNotReady;
        }
        let packet = probe_packet(nic.primary, probe.port);
        stopped(filters, nic, &packet).unwrap_or_else(|| answer.of(node))
    };
    nodes.iter().map(|it| (it.clone(), health(it))).collect()
}

/// What keeps a probe from a node. Most arrive, and nobody asks which rule lets them.
fn stopped(filters: &Filters, nic: &Nic, packet: &Packet) -> Option<Health> {
    if filters.admit(nic, packet) {
        return None;
    }
    let mut decisions = filters.inbound(nic, packet).into_iter();
    decisions.find_map(|decision| match decision.passage {
        Passage::Allowed => None,
        Passage::Denied => Some(Health::Filtered(Box::new(decision))),
        Passage::NotModelled(what) => Some(Health::NotModelled(what)),
    })
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
