//! What is exposed, walked from everywhere outside: whether a request arrives, and its reply comes back.
//!
//! Every Service with a load balancer's address or node ports is asked on each of its ports, every Application Gateway on
//! those that it listens on, and every Azure Firewall on those that its DNAT rules open; nodes that are alike stand for
//! each other, and of the endpoints behind one node at most [`WALKS`] are tried. A walk that meets what is not modelled
//! is no finding. [`super::upstreams`] asks on from there.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::senders::{Sender, senders};
use super::{blamed, ended, info, lost, warning};
use crate::engine::appgateway;
use crate::engine::azure::cloud_provider::annotations;
use crate::engine::azure::firewall;
use crate::engine::dataplane::Dataplane;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Connection, Disposition, Step, Trace};
use crate::engine::walk;
use crate::model::appgateway::AppGateway;
use crate::model::azure::{AddressPrefix, SecurityRule, SubnetId};
use crate::model::diagnostic::Diagnostic;
use crate::model::firewall::Firewall;
use crate::model::flow::{Flow, Target};
use crate::model::kube::{Meta, Service, ServiceType, TrafficPolicy};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;

/// How many walks of one request are made.
pub(super) const WALKS: usize = 4;

/// Service tags that say of no client that it may ask.
const NOBODY: [&str; 4] = [
    "Internet",
    "VirtualNetwork",
    "AzureLoadBalancer",
    "GatewayManager",
];

/// An address, a port, and the protocol that is spoken there.
type Door = (IpAddr, u16, Protocol);

/// Something that others are to reach.
enum Exposed<'a> {
    Service(&'a Service),
    Gateway(&'a AppGateway),
    Firewall(&'a Firewall),
}

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let services = network.services.iter().filter(|it| is_exposed(it));
    let gateways = network.app_gateways.iter().map(Exposed::Gateway);
    let firewalls = network.firewalls.iter().map(Exposed::Firewall);
    let services = services.map(Exposed::Service);
    let exposed: Vec<Exposed<'_>> = services.chain(gateways).chain(firewalls).collect();
    if exposed.is_empty() {
        return;
    }
    let (senders, added) = senders(network);
    if added.is_empty() {
        ask((plane, network), &exposed, &senders, problems);
    } else {
        let with_added = plane.with_hosts(added);
        ask((&with_added, network), &exposed, &senders, problems);
    }
}

fn is_exposed(service: &Service) -> bool {
    matches!(
        service.service_type,
        ServiceType::LoadBalancer | ServiceType::NodePort
    )
}

/// `written` is the network without machines that only ask.
fn ask(
    (plane, written): (&Dataplane, &Network),
    exposed: &[Exposed<'_>],
    senders: &[Sender],
    problems: &mut Vec<Diagnostic>,
) {
    let network = &*plane.network;
    let nodes: Vec<IpAddr> = node_of_each_subnet(network, plane)
        .iter()
        .filter_map(|node| network.node(&node.name)?.ip())
        .collect();
    let is_written = |it: &Ref| it.kind != Kind::Host || written.host(&it.name).is_some();
    for one in exposed {
        let mut told = Told::default();
        for sender in senders {
            for door in one.doors(network, sender, &nodes) {
                let flow = request(&sender.machine, door);
                let asked = Asked {
                    flow: is_written(&sender.machine).then_some(&flow),
                    what: one.reference().to_string(),
                    about: Cause::object(one.reference()),
                    by: &sender.place,
                    at: (door.0, door.1),
                    lost: one.lost(network, door.1),
                };
                for branch in walk::sample(plane, &flow, WALKS) {
                    told.tell(&asked, &branch.connection, problems);
                }
            }
        }
    }
}

/// A connection to an address.
pub(super) fn request(sender: &Ref, (address, port, protocol): Door) -> Flow {
    Flow {
        meta: Meta::default(),
        from: sender.clone(),
        to: Target::Address(address),
        protocol,
        port: Some(port),
        expect: None,
    }
}

impl Exposed<'_> {
    fn reference(&self) -> Ref {
        match self {
            Exposed::Service(service) => service.reference(),
            Exposed::Gateway(gateway) => gateway.reference(),
            Exposed::Firewall(firewall) => firewall.reference(),
        }
    }

    /// Where a sender asks.
    fn doors(&self, network: &Network, sender: &Sender, nodes: &[IpAddr]) -> Vec<Door> {
        let outside = sender.place.kind == Kind::Internet;
        match self {
            Exposed::Service(service) => doors_of_service(service, outside, nodes),
            Exposed::Gateway(gateway) => doors_of_gateway(network, gateway, outside),
            Exposed::Firewall(firewall) if outside => {
                firewall::opened(network, firewall, walk::INTERNET_ADDRESS)
            }
            Exposed::Firewall(_) => Vec::new(),
        }
    }

    /// The code of a request to a port that does not arrive; `None` where that is meant.
    fn lost(&self, network: &Network, port: u16) -> Option<&'static str> {
        let service = match self {
            Exposed::Service(service) => service,
            Exposed::Gateway(gateway) => {
                return (!is_for_named(network, gateway, port)).then_some("appgw-unreachable");
            }
            Exposed::Firewall(_) => return Some("dnat-unreachable"),
        };
        // A node without an endpoint of its own drops on purpose.
        let drops = service.service_type == ServiceType::NodePort
            && service.external_traffic_policy == TrafficPolicy::Local;
        (!drops && !is_restricted(service)).then_some("service-unreachable")
    }
}

fn doors_of_service(service: &Service, outside: bool, nodes: &[IpAddr]) -> Vec<Door> {
    let ports = service.ports.iter();
    match service.service_type {
        ServiceType::LoadBalancer if outside != service.is_internal() => {
            let Some(ip) = service.ingress.first().map(|it| it.ip) else {
                return Vec::new();
            };
            ports.map(|port| (ip, port.port, port.protocol)).collect()
        }
        ServiceType::NodePort if !outside => ports
            .filter_map(|port| Some((port.node_port?, port.protocol)))
            .flat_map(|(port, protocol)| nodes.iter().map(move |ip| (*ip, port, protocol)))
            .collect(),
        _ => Vec::new(),
    }
}

fn doors_of_gateway(network: &Network, gateway: &AppGateway, outside: bool) -> Vec<Door> {
    let address = appgateway::frontend_address(network, gateway, !outside);
    let Some((frontend, ip)) = gateway.frontend(!outside).zip(address) else {
        return Vec::new();
    };
    let ports = gateway.config.ports.iter().map(|(_, port)| *port);
    let listens = |port: &u16| appgateway::decide::listens(gateway, &frontend.name, *port);
    let ports: BTreeSet<u16> = ports.filter(listens).collect();
    let doors = ports.into_iter().map(|port| (ip, port, Protocol::Tcp));
    doors.collect()
}

/// A request that was walked.
pub(super) struct Asked<'a> {
    /// The request, where others can send it as well.
    pub flow: Option<&'a Flow>,
    /// What is to be reached, as findings name it.
    pub what: String,
    /// What is told of where nothing else that was written is to blame.
    pub about: Cause,
    /// Who asks.
    pub by: &'a Ref,
    /// Address and port.
    pub at: (IpAddr, u16),
    /// The code of a request that does not arrive; `None` where that is meant.
    pub lost: Option<&'static str>,
}

/// What was found already: one finding for each cause and each side that it is seen from.
#[derive(Default)]
pub(super) struct Told(BTreeSet<(&'static str, Option<Ref>, Option<String>, Ref)>);

impl Told {
    /// Adds what there is to say of a walk, if it is new.
    pub fn tell(
        &mut self,
        asked: &Asked<'_>,
        connection: &Connection,
        problems: &mut Vec<Diagnostic>,
    ) {
        let Some(mut found) = judge(asked, connection) else {
            return;
        };
        if let Some(flow) = asked.flow {
            found = found.shown_by(flow.clone());
        }
        let key = (
            found.code,
            found.object.clone(),
            found.field.clone(),
            asked.by.clone(),
        );
        if self.0.insert(key) {
            problems.push(found);
        }
    }
}

fn judge(asked: &Asked<'_>, connection: &Connection) -> Option<Diagnostic> {
    let (name, place, (address, port)) = (&asked.what, asked.by, asked.at);
    if let Some(reply) = &connection.reply {
        let (at, step) = lost(reply)?;
        let message = format!(
            "the reply of {name} to {place} is lost at {}, although the request for {address}:{port} arrives",
            ended(at, step)
        );
        let problem = warning("reply-lost", message)
            .hint("let request and reply take the same way: look at the routes of both");
        let turned = turning_point(reply).unwrap_or(step);
        return Some(blamed(
            problem,
            turned.cause.as_ref().unwrap_or(&asked.about),
        ));
    }
    // Endpoints and probes have findings of their own.
    let told = matches!(
        connection.original.disposition,
        Disposition::NoHealthyMember | Disposition::NoEndpoints | Disposition::NameNotFound
    );
    let code = asked.lost.filter(|_| !told)?;
    let (at, step) = lost(&connection.original)?;
    let message = format!(
        "a request of {place} for {name} at {address}:{port} is lost at {}",
        ended(at, step)
    );
    let problem = if matches!(place.kind, Kind::Vnet | Kind::LocalGateway) {
        info(code, message)
    } else {
        warning(code, message)
    };
    let cause = culprit(&connection.original, step);
    Some(blamed(problem, cause.unwrap_or(&asked.about)))
}

/// What made a request end at its last step. That nobody has an address, or no route leads there, is no fault of the network
/// that says so, but of the DNAT rule that leads there, if one does; and an address that nobody has is one for itself.
fn culprit<'t>(request: &'t Trace, step: &'t Step) -> Option<&'t Cause> {
    let cause = step.cause.as_ref();
    if cause.is_some_and(|cause| cause.object.kind != Kind::Vnet) {
        return cause;
    }
    let steps: Vec<&Step> = request.steps().map(|(_, step)| step).collect();
    let mut pairs = steps.windows(2);
    let rule = pairs.find_map(|pair| match pair {
        [rule, next]
            if next.stage == Stage::AzureFirewall
                && next.before.destination != next.after.destination =>
        {
            rule.cause.as_ref()
        }
        _ => None,
    });
    rule.or(cause.filter(|_| request.disposition != Disposition::NoSuchAddress))
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

/// Whether the security group of a gateway's subnet says who may ask it on a port, beside what it admits anyway.
fn is_for_named(network: &Network, gateway: &AppGateway, port: u16) -> bool {
    let subnet = gateway.subnet.as_ref().and_then(|id| network.subnet(id));
    let nsg = subnet.and_then(|subnet| network.nsg(subnet.nsg.as_deref()?));
    let is_name = |source: &AddressPrefix| match source {
        AddressPrefix::Any => false,
        AddressPrefix::Net(net) => net.prefix_len() > 0,
        AddressPrefix::Tag(tag) => !NOBODY.iter().any(|it| tag.eq_ignore_ascii_case(it)),
    };
    let names = |rule: &SecurityRule| {
        let mut ports = rule.destination_ports.iter();
        let is_for_port =
            ports.len() == 0 || ports.any(|(first, last)| (*first..=*last).contains(&port));
        rule.inbound && rule.allow && is_for_port && rule.sources.iter().any(is_name)
    };
    nsg.is_some_and(|nsg| nsg.rules.iter().any(names))
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
