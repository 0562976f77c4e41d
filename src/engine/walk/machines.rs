//! What happens at the ends: sending, receiving, and the pod's own network namespace.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::machine::{At, Machine};
use super::target::is_workload;
use super::walker::{Next, Walker};
use crate::engine::azure::finding::Finding;
use crate::engine::dataplane::{CNI_BRIDGE, PodLink};
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail, Disposition};
use crate::model::appgateway::AppGateway;
use crate::model::kube::{Node, Pod};
use crate::model::object::Ref;
use crate::model::ours::{Host, HostNetwork};
use crate::model::packet::Protocol;

/// Ports of TCP on which an AKS node itself listens: ssh, the kubelet, and kube-proxy's health check.
const NODE_PORTS: [u16; 3] = [22, 10250, 10256];

/// The page about Azure CNI where its bridge, and not that of kubenet, is crossed.
fn at_link(finding: Finding, link: &PodLink) -> Finding {
    if &*link.node_interface == CNI_BRIDGE {
        finding.documented_by(Source::AzureCni)
    } else {
        finding
    }
}

impl<'a> Walker<'a, '_> {
    /// A process of `machine` hands its packet to the network.
    pub fn send(&mut self, machine: Machine<'a>) -> Next<'a> {
        if let Some(next) = self.pass_stopped(&machine.place(), Stage::HostForward) {
            return next;
        }
        if self.stays_within(machine) {
            self.record_send(&machine.place(), "lo");
            return ControlFlow::Continue(At::Arrived(machine));
        }
        match machine {
            Machine::Pod(pod) => self.send_from_pod(pod),
            Machine::Node(node) => self.send_from_node(node, &node.reference()),
            Machine::Host(host) => self.send_from_host(host),
            Machine::Internet(_) => {
                self.record_send(&machine.place(), "internet");
                ControlFlow::Continue(At::Internet)
            }
            Machine::Gateway(gateway, _) => self.send_from_gateway(gateway),
            Machine::Storage(account) => self.send_from_account(account),
            Machine::Platform | Machine::Metadata => self.send_from_platform(machine),
        }
    }

    /// Whether the packet is for its sender itself, and so never leaves its network namespace.
    /// A node's own rules see even such packets.
    fn stays_within(&self, machine: Machine<'a>) -> bool {
        let destination = self.packet.destination;
        let on_node = match machine {
            Machine::Node(_) => true,
            Machine::Pod(pod) => pod.host_network,
            Machine::Host(_)
            | Machine::Internet(_)
            | Machine::Gateway(..)
            | Machine::Storage(_)
            | Machine::Platform
            | Machine::Metadata => false,
        };
        !on_node && (destination.is_loopback() || Some(destination) == machine.address())
    }

    /// Records that a process hands its packet to the network.
    pub fn record_send(&mut self, place: &Ref, through: &str) {
        let id = if self.is_reply() {
            "why-walk-answers"
        } else {
            "why-walk-sends"
        };
        let why = Explanation::new(id)
            .with("sender", place.clone())
            .with("destination", self.packet.destination_text())
            .with("through", through);
        self.recorder.step(
            place,
            &self.packet,
            Finding::new(Stage::HostForward, Detail::Sent, why),
        );
    }

    fn send_from_pod(&mut self, pod: &'a Pod) -> Next<'a> {
        let place = pod.reference();
        let Some(node) = pod
            .node_name
            .as_deref()
            .and_then(|name| self.network().node(name))
        else {
            let why = Explanation::new("why-walk-pod-pending").with("pod", place.clone());
            return self.end(
                &place,
                Stage::PodRoute,
                Disposition::NoRoute,
                why,
                Some(Cause::field(pod.reference(), "spec.nodeName")),
            );
        };
        if pod.is_over() {
            let why = Explanation::new("why-walk-pod-over").with("pod", place.clone());
            let cause = Some(Cause::field(pod.reference(), "status.phase"));
            return self.end(&place, Stage::PodRoute, Disposition::NoRoute, why, cause);
        }
        if pod.host_network {
            return self.send_from_node(node, &place);
        }
        let Some(link) = self.plane.pod_link(pod) else {
            return self.not_modelled(&place, Stage::PodRoute, self.plane.plugin_name(), None);
        };
        self.check_egress_gateway(pod)?;
        let Some(route) = link.routes.lookup(self.packet.destination) else {
            let why =
                Explanation::new("why-walk-no-route").with("destination", self.packet.destination);
            return self.end(&place, Stage::PodRoute, Disposition::NoRoute, why, None);
        };
        let detail = Detail::RoutedByLinux {
            route: Arc::from(route.to_string()),
            interface: route.device.clone(),
        };
        let on_link = route.via.is_none();
        let id = match (self.is_reply(), on_link) {
            (true, _) => "why-walk-pod-answers",
            (false, true) => "why-walk-pod-sends-on-link",
            (false, false) => "why-walk-pod-sends",
        };
        let why = Explanation::new(id)
            .with("pod", place.clone())
            .with("destination", self.packet.destination_text())
            .with("route", route.to_string());
        self.recorder.step(
            &place,
            &self.packet,
            Finding::new(Stage::PodRoute, detail, why),
        );
        self.cross_link_to_node(node, &link);
        ControlFlow::Continue(At::NodeInterface(node, link.node_interface))
    }

    /// Records the way from a pod's interface to its node: the bridge of kubenet, or the veth pair of Azure CNI.
    fn cross_link_to_node(&mut self, node: &Node, link: &PodLink) {
        let (stage, id) = if link.bridge {
            (Stage::Bridge, "why-walk-bridge-in")
        } else {
            (Stage::Veth, "why-walk-veth-in")
        };
        let why = Explanation::new(id)
            .with("interface", link.node_interface.clone())
            .with("node", node.reference());
        let detail = Detail::Forwarded {
            through: link.node_interface.clone(),
        };
        let finding = at_link(Finding::new(stage, detail, why), link);
        self.recorder.step(&node.reference(), &self.packet, finding);
    }

    /// The packet leaves the node's network stack towards a pod.
    pub fn leave_to_pod(&mut self, node: &'a Node, pod: &'a Pod) -> Next<'a> {
        let Some(link) = self.plane.pod_link(pod) else {
            return self.not_modelled(
                &node.reference(),
                Stage::Veth,
                self.plane.plugin_name(),
                None,
            );
        };
        let (stage, id) = if link.bridge {
            (Stage::Bridge, "why-walk-bridge-out")
        } else {
            (Stage::Veth, "why-walk-veth-out")
        };
        let why = Explanation::new(id)
            .with("interface", link.node_interface.clone())
            .with("pod", pod.reference());
        let detail = Detail::Forwarded {
            through: link.node_interface.clone(),
        };
        let finding = at_link(Finding::new(stage, detail, why), &link);
        self.recorder.step(&node.reference(), &self.packet, finding);
        ControlFlow::Continue(At::PodInterface(pod))
    }

    /// The packet comes out of the veth pair inside the pod.
    pub fn enter_pod(&mut self, pod: &'a Pod) -> Next<'a> {
        self.check_ingress(pod, self.seen_by_node)?;
        ControlFlow::Continue(At::Arrived(Machine::Pod(pod)))
    }

    fn send_from_host(&mut self, host: &'a Host) -> Next<'a> {
        let place = host.reference();
        match &host.network {
            HostNetwork::Internet => {
                self.record_send(&place, "internet");
                ControlFlow::Continue(At::Internet)
            }
            HostNetwork::OnPremises(network) => {
                self.record_send(&place, network);
                ControlFlow::Continue(At::OnPremises(network.clone()))
            }
            HostNetwork::Subnet(subnet) => {
                self.record_send(&place, &subnet.subnet);
                match self.plane.addresses.nic(&place) {
                    Some(nic) => ControlFlow::Continue(At::NicOut(nic)),
                    None => self.nobody(&place),
                }
            }
        }
    }

    fn send_from_gateway(&mut self, gateway: &AppGateway) -> Next<'a> {
        let place = gateway.reference();
        let subnet = gateway.subnet.as_ref().map(|id| id.subnet.clone());
        self.record_send(&place, &subnet.unwrap_or_default());
        match self.plane.addresses.nic(&place) {
            Some(nic) => ControlFlow::Continue(At::NicOut(nic)),
            None => self.nobody(&place),
        }
    }

    fn send_from_platform(&mut self, machine: Machine<'a>) -> Next<'a> {
        let place = machine.place();
        self.record_send(&place, "Azure");
        let mut nics = self.plane.addresses.nics();
        let owner = self
            .asked_by
            .or_else(|| nics.find(|nic| nic.primary == self.packet.destination));
        match owner {
            Some(nic) => ControlFlow::Continue(At::NicIn(nic)),
            None => self.nobody(&place),
        }
    }

    /// Why no process takes the packet, if none does.
    pub fn not_listening(&self, machine: Machine<'a>) -> Option<(Disposition, Explanation)> {
        let open = match machine {
            Machine::Pod(_)
            | Machine::Internet(_)
            | Machine::Gateway(..)
            | Machine::Storage(_)
            | Machine::Platform
            | Machine::Metadata => true,
            Machine::Node(node) => self.node_listens(node),
            Machine::Host(host) => host.listens.as_ref().is_none_or(|ports| {
                !self.packet.protocol.has_ports()
                    || ports.iter().any(|listen| {
                        listen.port == self.packet.destination_port
                            && listen.protocol == self.packet.protocol
                    })
            }),
        };
        if open {
            return None;
        }
        let why = Explanation::new("why-walk-port-closed")
            .with("receiver", machine.place())
            .with("protocol", self.packet.protocol.as_str())
            .with("port", i64::from(self.packet.destination_port));
        Some((Disposition::PortClosed, why))
    }

    fn node_listens(&self, node: &Node) -> bool {
        let port = self.packet.destination_port;
        let served = NODE_PORTS.contains(&port) || self.plane.health_check_ports.contains(&port);
        !self.packet.protocol.has_ports()
            || self.packet.protocol == Protocol::Tcp && served
            || node.ip().is_none()
    }

    /// The machine that takes a packet for the node's own address:
    ///
    /// 1. a host-network pod that declares the port, or that a Service expects on it;
    /// 2. the node, on its own ports;
    /// 3. the host-network pod that the request names, as any pod is taken to answer on every port;
    /// 4. the node, where nobody listens.
    pub fn process_on_node(&self, node: &'a Node) -> Machine<'a> {
        let name = &node.meta.name;
        let (protocol, port) = (self.packet.protocol, self.packet.destination_port);
        let known = self.plane.host_network_pod(name, protocol, port);
        let named = || {
            let mut pods = self.plane.host_network_pods(name);
            pods.find(|pod| !self.node_listens(node) && self.names(pod))
        };
        known
            .or_else(named)
            .map_or(Machine::Node(node), Machine::Pod)
    }

    /// Whether the request is to this pod, or to the workload that it belongs to.
    fn names(&self, pod: &Pod) -> bool {
        self.named.as_ref().is_some_and(|named| {
            *named == pod.reference()
                || is_workload(named.kind)
                    && self
                        .network()
                        .pods_of(named)
                        .iter()
                        .any(|it| it.reference() == pod.reference())
        })
    }

    /// A reply to a host-network pod belongs to it, not to the node.
    pub fn reply_target_on_node(&self, node: &'a Node) -> Machine<'a> {
        match self.sender() {
            Machine::Pod(pod)
                if pod.host_network && pod.node_name.as_deref() == Some(&node.meta.name) =>
            {
                Machine::Pod(pod)
            }
            _ => Machine::Node(node),
        }
    }
}
