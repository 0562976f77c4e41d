//! From a flow to its first packet: who sends, and to which address.

use std::net::IpAddr;
use std::sync::Arc;

use super::machine::{INTERNET_ADDRESS, Machine, PLATFORM_ADDRESS};
use crate::engine::appgateway::{self, agic};
use crate::engine::azure::private_endpoint;
use crate::engine::azure::topology::METADATA;
use crate::engine::choice::Choice;
use crate::engine::dns;
use crate::engine::dns::private_link;
use crate::engine::ingress::controller_of;
use crate::engine::trace::Pick;
use crate::model::appgateway::AppGateway;
use crate::model::azure::{LbRule, LoadBalancer};
use crate::model::flow::{Flow, Target};
use crate::model::ingress::Ingress;
use crate::model::kube::{Pod, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::HostNetwork;
use crate::model::packet::{HttpRequest, Protocol};
use crate::model::storage::StorageAccount;

/// The port of a request that names none and has no Service or container port to go by.
const DEFAULT_PORT: u16 = 80;

/// Where the packet is to go.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Destination {
    /// To an address.
    Address(IpAddr),
    /// To whatever this name resolves to.
    Name(Arc<str>),
    /// The place exists, but has no address that the sender could use.
    NoAddress(Ref),
    /// The place is not there.
    Missing(Ref),
    /// The place is of a kind that the engine does not model.
    NotModelled(String),
}

/// The sender of `flow`, or what is wrong with it. A workload stands for any of its pods.
pub(super) fn sender<'a>(
    network: &'a Network,
    from: &Ref,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Result<Machine<'a>, String> {
    let missing = || format!("{from} does not exist");
    match from.kind {
        Kind::Pod => network
            .pod(&from.scope, &from.name)
            .map(Machine::Pod)
            .ok_or_else(missing),
        Kind::Node => network
            .node(&from.name)
            .map(Machine::Node)
            .ok_or_else(missing),
        Kind::Host => network
            .host(&from.name)
            .map(Machine::Host)
            .ok_or_else(missing),
        Kind::Internet => Ok(Machine::Internet(INTERNET_ADDRESS)),
        Kind::AzureDns => Ok(Machine::Platform),
        _ if is_workload(from.kind) => pick_pod(network, from, choice, picks)
            .map(Machine::Pod)
            .ok_or_else(missing),
        _ => Err(format!("{from} does not send packets")),
    }
}

/// Whether a place of this kind stands for any of its pods.
pub(super) fn is_workload(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::DaemonSet | Kind::Job
    )
}

fn pick_pod<'a>(
    network: &'a Network,
    workload: &Ref,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Option<&'a Pod> {
    let mut owned = network.pods_of(workload);
    if owned.iter().any(|pod| !pod.is_over()) {
        owned.retain(|pod| !pod.is_over());
    }
    let picked = choice.pick(&vec![1.0; owned.len()])?;
    if owned.len() > 1 {
        picks.push(Pick {
            by: workload.clone(),
            at: None,
            picked: Arc::from(owned[picked].reference().to_string()),
            candidates: owned
                .iter()
                .map(|pod| Arc::from(pod.reference().to_string()))
                .collect(),
        });
    }
    owned.get(picked).copied()
}

/// Where `flow` goes, as `sender` would address it.
pub(super) fn destination(
    network: &Network,
    flow: &Flow,
    sender: Machine<'_>,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Destination {
    match &flow.to {
        Target::Address(address) => Destination::Address(*address),
        Target::Name(name) => Destination::Name(name.clone()),
        Target::Url(url) => match url.host.trim_matches(['[', ']']).parse() {
            Ok(address) => Destination::Address(address),
            Err(_) => Destination::Name(url.host.clone()),
        },
        Target::Place(place) => place_address(network, flow, place, sender, choice, picks),
    }
}

fn place_address(
    network: &Network,
    flow: &Flow,
    place: &Ref,
    sender: Machine<'_>,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Destination {
    let missing = || Destination::Missing(place.clone());
    let address = |ip: Option<IpAddr>| {
        ip.map_or_else(
            || Destination::NoAddress(place.clone()),
            Destination::Address,
        )
    };
    match place.kind {
        Kind::Pod => network
            .pod(&place.scope, &place.name)
            .map_or_else(missing, |pod| {
                // The address of a pod that has ended is free for another.
                let ip = pod.ip().filter(|_| !pod.is_over());
                pod_address(network, place, ip)
            }),
        Kind::Node => network
            .node(&place.name)
            .map_or_else(missing, |node| address(node.ip())),
        Kind::Host => host_address(network, place, sender).unwrap_or_else(missing),
        Kind::Service => match network.service(&place.scope, &place.name) {
            Some(service) => service_address(network, service, sender, choice, picks),
            None => missing(),
        },
        Kind::LoadBalancer => network
            .load_balancers
            .iter()
            .find(|balancer| balancer.meta.name == place.name)
            .map_or_else(missing, |balancer| {
                address(frontend(balancer, flow.protocol, port(network, flow)))
            }),
        Kind::Internet => Destination::Address(
            network
                .hosts
                .iter()
                .filter(|host| {
                    host.network == HostNetwork::Internet && host.reference() != sender.place()
                })
                .find_map(|host| host.ip)
                .unwrap_or(INTERNET_ADDRESS),
        ),
        Kind::Storage => match network.storage_account(&place.name) {
            Some(account) => storage_address(network, account),
            None => missing(),
        },
        Kind::AppGateway => match network.app_gateway(&place.name) {
            Some(gateway) => address(gateway_address(network, gateway, sender)),
            None if network.unmodelled.contains(place) => {
                Destination::NotModelled(place.to_string())
            }
            None => missing(),
        },
        Kind::PrivateEndpoint => match network.private_endpoint(&place.name) {
            Some(endpoint) => address(endpoint.ips.first().copied()),
            None => missing(),
        },
        Kind::AzureDns => Destination::Address(PLATFORM_ADDRESS),
        Kind::Metadata => Destination::Address(METADATA),
        Kind::Ingress => match ingress(network, place) {
            Some(ingress) => address(ingress_address(network, ingress, sender)),
            None => missing(),
        },
        kind if is_workload(kind) => match pick_pod(network, place, choice, picks) {
            Some(pod) => pod_address(network, place, pod.ip()),
            None => missing(),
        },
        _ => Destination::NotModelled(place.to_string()),
    }
}

/// An account with a private endpoint is called by its name: only that tells who goes to which of its addresses.
/// Where the scenario has no zone for the name and the public address is off, the private one is all there is.
fn storage_address(network: &Network, account: &StorageAccount) -> Destination {
    let Some(endpoint) = private_endpoint::leading_to(network, account) else {
        let none = || Destination::NoAddress(account.reference());
        return account.ip.map_or_else(none, Destination::Address);
    };
    let described = private_link::zone_of(network, endpoint).is_some();
    let private = endpoint.ips.first().copied();
    match (private, private_link::public_name(endpoint)) {
        (Some(ip), _) if !described && !account.public_access => Destination::Address(ip),
        (_, Some(name)) => Destination::Name(name.into()),
        (Some(ip), None) => Destination::Address(ip),
        (None, None) => Destination::NoAddress(endpoint.reference()),
    }
}

/// The address of a pod, or of one behind `place`. Pods of a plugin that is not modelled have none here.
fn pod_address(network: &Network, place: &Ref, ip: Option<IpAddr>) -> Destination {
    let plugin = || network.cluster.as_ref()?.unmodelled_plugin();
    match (ip, plugin()) {
        (Some(ip), _) => Destination::Address(ip),
        (None, Some(plugin)) => Destination::NotModelled(plugin.to_owned()),
        (None, None) => Destination::NoAddress(place.clone()),
    }
}

/// The address of the frontend that has a rule for the request; else the first that has any, else the first.
fn frontend(balancer: &LoadBalancer, protocol: Protocol, port: u16) -> Option<IpAddr> {
    let serves = |rule: &&LbRule| {
        let any = rule.protocol.is_none();
        any || rule.protocol == Some(protocol) && rule.frontend_port == port
    };
    let mut rules = balancer.rules.iter();
    let rule = rules.find(serves).or(balancer.rules.first());
    let mut frontends = balancer.frontends.iter();
    let found = rule.and_then(|rule| frontends.find(|it| it.name == rule.frontend));
    found.or(balancer.frontends.first()).map(|it| it.ip)
}

/// Whether the sender is on the internet.
fn is_outside(sender: Machine<'_>) -> bool {
    match sender {
        Machine::Internet(_) => true,
        Machine::Host(from) => from.network == HostNetwork::Internet,
        Machine::Pod(_)
        | Machine::Node(_)
        | Machine::Gateway(..)
        | Machine::Storage(_)
        | Machine::Platform
        | Machine::Metadata => false,
    }
}

/// A host of a virtual network is reached at its public address from outside, at its private one from within.
fn host_address(network: &Network, place: &Ref, sender: Machine<'_>) -> Option<Destination> {
    let host = network.host(&place.name)?;
    let outside = is_outside(sender);
    let public = host.public_ip.as_deref().and_then(|name| {
        name.parse()
            .ok()
            .or_else(|| network.public_ip(name).and_then(|resource| resource.ip))
    });
    let ip = if outside && matches!(host.network, HostNetwork::Subnet(_)) {
        public.or(host.ip)
    } else {
        host.ip
    };
    Some(ip.map_or_else(
        || Destination::NoAddress(place.clone()),
        Destination::Address,
    ))
}

/// The cluster IP from pods and nodes, the load balancer's address from elsewhere.
fn service_address(
    network: &Network,
    service: &Service,
    sender: Machine<'_>,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Destination {
    let none = || Destination::NoAddress(service.reference());
    if service.service_type == ServiceType::ExternalName {
        return service
            .external_name
            .clone()
            .map_or_else(none, Destination::Name);
    }
    if !sender.in_cluster() {
        return service
            .ingress
            .first()
            .map_or_else(none, |ingress| Destination::Address(ingress.ip));
    }
    if service.headless {
        let endpoint = pick_endpoint(network, service, choice, picks);
        return pod_address(network, &service.reference(), endpoint);
    }
    service
        .cluster_ips
        .first()
        .map_or_else(none, |ip| Destination::Address(*ip))
}

fn ingress<'a>(network: &'a Network, place: &Ref) -> Option<&'a Ingress> {
    let mut all = network.ingresses.iter();
    all.find(|ingress| ingress.reference() == *place)
}

/// The public frontend, or the private one where there is no other or the sender is within.
fn gateway_address(network: &Network, gateway: &AppGateway, sender: Machine<'_>) -> Option<IpAddr> {
    let within = !is_outside(sender);
    let first = appgateway::frontend_address(network, gateway, within);
    first.or_else(|| appgateway::frontend_address(network, gateway, !within))
}

/// The frontend that the listeners of an Ingress are at.
fn listening_address(network: &Network, gateway: &AppGateway, ingress: &Ingress) -> Option<IpAddr> {
    let own = ingress.reference();
    let mut listeners = gateway.config.listeners.iter();
    let listener = listeners.find(|it| it.made.object == own)?;
    let mut frontends = gateway.frontends.iter();
    let frontend = frontends.find(|it| it.name == listener.frontend)?;
    appgateway::address(network, frontend)
}

/// The address of the controller's Service from outside, or within where it has none outside; the frontend of an
/// Application Gateway where that takes the Ingress.
fn ingress_address(network: &Network, ingress: &Ingress, sender: Machine<'_>) -> Option<IpAddr> {
    if let Some(gateway) = agic::gateway_of(network, ingress) {
        let found = listening_address(network, gateway, ingress);
        return found.or_else(|| gateway_address(network, gateway, sender));
    }
    let service = controller_of(network, ingress)?.service()?;
    let outside = service.ingress.first().map(|ingress| ingress.ip);
    let within = service.cluster_ips.first().copied();
    outside.or(within.filter(|_| sender.in_cluster()))
}

/// What a client asks an Ingress: its first host and path, with TLS where the host has a certificate.
fn ingress_request(network: &Network, flow: &Flow, place: &Ref) -> Option<HttpRequest> {
    let ingress = ingress(network, place)?;
    let rule = ingress.rules.first();
    let host = rule.map_or("", |rule| &*rule.host);
    let path = rule.and_then(|rule| rule.paths.first());
    let path = path.map_or("/", |path| &*path.path);
    // Of a regular expression, the part before anything that is not itself.
    let end = path.find(['(', '[', '.', '*', '+', '?', '{', '|', '$', '^', '\\']);
    let mut lists = ingress.tls.iter().flat_map(|tls| tls.hosts.iter());
    let certified = lists.any(|listed| listed.eq_ignore_ascii_case(host));
    Some(HttpRequest {
        tls: match flow.port {
            Some(443) => true,
            Some(80) => false,
            _ => certified,
        },
        host: match host.strip_prefix("*.") {
            Some(rest) => format!("www.{rest}").into(),
            None => host.into(),
        },
        path: match &path[..end.unwrap_or(path.len())] {
            "" => "/".into(),
            path => path.into(),
        },
    })
}

/// A headless Service has no address of its own: a client picks one of the ready endpoints.
fn pick_endpoint(
    network: &Network,
    service: &Service,
    choice: &mut Choice,
    picks: &mut Vec<Pick>,
) -> Option<IpAddr> {
    let mut addresses: Vec<IpAddr> = network
        .slices_of(&service.meta.namespace, &service.meta.name)
        .into_iter()
        .flat_map(|slice| slice.endpoints.iter())
        .filter(|endpoint| endpoint.ready)
        .filter_map(|endpoint| endpoint.addresses.first().copied())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    let picked = choice.pick(&vec![1.0; addresses.len()])?;
    if addresses.len() > 1 {
        picks.push(Pick {
            by: service.reference(),
            at: None,
            picked: Arc::from(addresses[picked].to_string()),
            candidates: addresses
                .iter()
                .map(|ip| Arc::from(ip.to_string()))
                .collect(),
        });
    }
    addresses.get(picked).copied()
}

/// The destination port: as written, else what the target implies.
pub(super) fn port(network: &Network, flow: &Flow) -> u16 {
    if !flow.protocol.has_ports() {
        return 0;
    }
    let implied = match &flow.to {
        Target::Url(url) => url.port.or(Some(if url.tls { 443 } else { 80 })),
        Target::Place(place) if place.kind == Kind::Ingress => {
            let request = ingress_request(network, flow, place);
            request.map(|request| if request.tls { 443 } else { 80 })
        }
        Target::Place(place) => place_port(network, place, flow.protocol),
        Target::Address(_) | Target::Name(_) => None,
    };
    flow.port.or(implied).unwrap_or(DEFAULT_PORT)
}

fn place_port(network: &Network, place: &Ref, protocol: Protocol) -> Option<u16> {
    match place.kind {
        Kind::Service => network
            .service(&place.scope, &place.name)?
            .ports
            .iter()
            .find(|port| port.protocol == protocol)
            .map(|port| port.port),
        Kind::Pod => network
            .pod(&place.scope, &place.name)?
            .ports
            .iter()
            .find(|port| port.protocol == protocol)
            .map(|port| port.port),
        Kind::Host => network
            .host(&place.name)?
            .listens
            .as_ref()?
            .iter()
            .find(|listen| listen.protocol == protocol)
            .map(|listen| listen.port),
        Kind::AppGateway => {
            let gateway = network.app_gateway(&place.name)?;
            gateway.config.ports.first().map(|(_, port)| *port)
        }
        Kind::Storage | Kind::PrivateEndpoint => Some(443),
        Kind::AzureDns => Some(dns::PORT),
        Kind::Metadata => Some(80),
        kind if is_workload(kind) => network
            .pods_of(place)
            .iter()
            .flat_map(|pod| pod.ports.iter())
            .find(|port| port.protocol == protocol)
            .map(|port| port.port),
        _ => None,
    }
}

/// What a layer-7 proxy would read of this flow's request.
pub(super) fn http_request(network: &Network, flow: &Flow) -> Option<Arc<HttpRequest>> {
    match &flow.to {
        Target::Url(url) => Some(Arc::new(HttpRequest {
            tls: url.tls,
            host: url.host.clone(),
            path: url.path.clone(),
        })),
        Target::Place(place) if place.kind == Kind::Ingress => {
            ingress_request(network, flow, place).map(Arc::new)
        }
        Target::Place(_) | Target::Address(_) | Target::Name(_) => None,
    }
}
