//! Services that are exposed, walked from everywhere outside: whether a request arrives, and its reply comes back.
//!
//! Every Service with a load balancer's address or node ports is asked on each of its ports; nodes that are alike
//! stand for each other, and of the endpoints behind one node at most [`WALKS`] are tried. A walk that meets what is
//! not modelled is no finding.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::senders::{Sender, senders};
use super::{blamed, ended, info, lost, warning};
use crate::engine::azure::cloud_provider::annotations;
use crate::engine::dataplane::Dataplane;
use crate::engine::stage::Stage;
use crate::engine::trace::{Branch, Disposition, Step, Trace};
use crate::engine::walk;
use crate::model::azure::SubnetId;
use crate::model::diagnostic::Diagnostic;
use crate::model::flow::{Flow, Target};
use crate::model::kube::{Meta, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// How many walks of one request are made.
const WALKS: usize = 4;

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let exposed: Vec<&Service> = network
        .services
        .iter()
        .filter(|it| is_exposed(it))
        .collect();
    if exposed.is_empty() {
        return;
    }
    let (senders, added) = senders(network);
    if added.is_empty() {
        ask(plane, &exposed, &senders, problems);
    } else {
        ask(&plane.with_hosts(added), &exposed, &senders, problems);
    }
}

fn is_exposed(service: &Service) -> bool {
    matches!(
        service.service_type,
        ServiceType::LoadBalancer | ServiceType::NodePort
    )
}

fn ask(
    plane: &Dataplane,
    exposed: &[&Service],
    senders: &[Sender],
    problems: &mut Vec<Diagnostic>,
) {
    let network = &*plane.network;
    let nodes: Vec<IpAddr> = node_of_each_subnet(network, plane)
        .iter()
        .filter_map(|node| network.node(&node.name)?.ip())
        .collect();
    for service in exposed {
        // One finding for each cause and each side it is seen from.
        let mut told = BTreeSet::new();
        for sender in senders {
            for (address, port, index) in doors(service, sender, &nodes) {
                let protocol = service.ports.get(index).map(|port| port.protocol);
                let flow = Flow {
                    meta: Meta::default(),
                    from: sender.machine.clone(),
                    to: Target::Address(address),
                    protocol: protocol.unwrap_or_default(),
                    port: Some(port),
                    expect: None,
                };
                for branch in walk::sample(plane, &flow, WALKS) {
                    let found = judge(service, sender, (address, port), &branch);
                    problems.extend(found.filter(|it| told.insert(key(it, sender))));
                }
            }
        }
    }
}

fn key(problem: &Diagnostic, sender: &Sender) -> (&'static str, Option<Ref>, Option<String>, Ref) {
    (
        problem.code,
        problem.object.clone(),
        problem.field.clone(),
        sender.place.clone(),
    )
}

/// The addresses and ports by which a sender asks a Service, with the index of the Service's port.
fn doors(service: &Service, sender: &Sender, nodes: &[IpAddr]) -> Vec<(IpAddr, u16, usize)> {
    let outside = sender.place.kind == Kind::Internet;
    let ports = service.ports.iter().enumerate();
    match service.service_type {
        ServiceType::LoadBalancer if outside != service.is_internal() => {
            let Some(ip) = service.ingress.first().map(|it| it.ip) else {
                return Vec::new();
            };
            ports.map(|(index, port)| (ip, port.port, index)).collect()
        }
        ServiceType::NodePort if !outside => ports
            .filter_map(|(index, port)| Some((index, port.node_port?)))
            .flat_map(|(index, port)| nodes.iter().map(move |ip| (*ip, port, index)))
            .collect(),
        _ => Vec::new(),
    }
}

fn judge(
    service: &Service,
    sender: &Sender,
    (address, port): (IpAddr, u16),
    branch: &Branch,
) -> Option<Diagnostic> {
    let connection = &branch.connection;
    let name = service.reference();
    let place = &sender.place;
    if let Some(reply) = &connection.reply {
        let (at, step) = lost(reply)?;
        let message = format!(
            "the reply of {name} to {place} is lost at {}, although the request for {address}:{port} arrives",
            ended(at, step)
        );
        let problem = warning("reply-lost", message)
            .hint("let request and reply take the same way: look at the routes of both");
        let turned = turning_point(reply).unwrap_or(step);
        return Some(blamed(problem, turned, &name));
    }
    // Endpoints and probes have findings of their own, and whoever names sources wants to refuse others.
    let told = matches!(
        connection.original.disposition,
        Disposition::NoHealthyMember | Disposition::NoEndpoints | Disposition::NameNotFound
    );
    // A node without an endpoint of its own drops on purpose.
    let on_purpose = is_restricted(service)
        || service.service_type == ServiceType::NodePort
            && service.external_traffic_policy == crate::model::kube::TrafficPolicy::Local;
    if told || on_purpose {
        return None;
    }
    let (at, step) = lost(&connection.original)?;
    let message = format!(
        "a request of {place} for {name} at {address}:{port} is lost at {}",
        ended(at, step)
    );
    let problem = if place.kind == Kind::Internet {
        warning("service-unreachable", message)
    } else {
        info("service-unreachable", message)
    };
    let problem = problem.hint("open the way, or say in the Service who may ask it");
    Some(blamed(problem, step, &name))
}

/// The last route that somebody wrote on the way of a lost reply: that is where it left the way of the request.
fn turning_point(reply: &Trace) -> Option<&Step> {
    let routes = reply.steps().map(|(_, step)| step);
    let written = |step: &&Step| {
        let cause = step.cause.as_ref();
        step.stage == Stage::AzureRoute
            && cause.is_some_and(|cause| cause.object.kind == Kind::RouteTable)
    };
    routes.filter(written).last()
}

/// Whether the Service itself says who may ask.
fn is_restricted(service: &Service) -> bool {
    let named = [
        "azure-allowed-ip-ranges",
        "azure-allowed-service-tags",
        "azure-deny-all-except-load-balancer-source-ranges",
    ];
    !service.load_balancer_source_ranges.is_empty()
        || named
            .iter()
            .any(|name| annotations::get(service, name).is_some())
}

/// The first ready node of each subnet.
pub(super) fn node_of_each_subnet(network: &Network, plane: &Dataplane) -> Vec<Ref> {
    let mut seen: BTreeSet<SubnetId> = BTreeSet::new();
    let mut all = Vec::new();
    for node in network.nodes.iter().filter(|node| node.ready) {
        let subnet = plane
            .node(&node.meta.name)
            .and_then(|plane| plane.subnet.clone());
        if subnet.is_some_and(|subnet| seen.insert(subnet)) {
            all.push(node.reference());
        }
    }
    all
}
