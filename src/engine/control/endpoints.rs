//! The EndpointSlice controller: which pods stand behind a Service, by selector and readiness (R19, R20).

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::found::Found;
use super::names::suffix;
use super::{derived, warning};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{
    Endpoint, EndpointPort, EndpointSlice, Labels, Node, Origin, Pod, Selector, Service,
    ServicePort, ServiceType, TargetPort,
};
use crate::model::network::Network;

/// Who makes slices.
const BY: &str = "endpointslice-controller";

/// Endpoints of one slice (`--max-endpoints-per-slice`).
const MAX_ENDPOINTS: usize = 100;

/// Makes the slices of every Service with a selector of which no slice was written. Those of Services that are the
/// same in `before`, a completed network, are taken from there, if it has the very same nodes and pods; where all are,
/// the whole list.
pub fn complete(
    network: &mut Network,
    found: &Found,
    before: &Network,
    problems: &mut Vec<Diagnostic>,
) {
    if network.slices.iter().any(made_here) {
        network.slices.retain(|slice| !made_here(slice));
    }
    let written: BTreeSet<(&str, &str)> = network
        .slices
        .iter()
        .map(|slice| (&*slice.meta.namespace, &*slice.service))
        .collect();
    let nodes = LazyCell::new(|| -> BTreeMap<&str, &Node> {
        let nodes = network.nodes.iter();
        nodes.map(|node| (&*node.meta.name, node)).collect()
    });
    let alike = network.pods.is_same(&before.pods) && network.nodes.is_same(&before.nodes);
    let mut slices = Vec::with_capacity(network.services.len());
    let mut next = 0;
    for (index, service) in network.services.iter().enumerate() {
        let key = (&*service.meta.namespace, &*service.meta.name);
        let Some(labels) = selected(service).filter(|_| !written.contains(&key)) else {
            continue;
        };
        problems.extend(check_hints(service));
        let known = if alike {
            made_for(service, before, &mut next)
        } else {
            Vec::new()
        };
        // Services that differ mostly stand at the same places.
        let likely = before.services.get(index);
        let likely = likely.filter(|it| (&*it.meta.namespace, &*it.meta.name) == key);
        let same = || likely.or_else(|| before.service(key.0, key.1));
        if !known.is_empty() && same().is_some_and(|it| selects(it, service)) {
            slices.extend(known.into_iter().map(Cow::Borrowed));
            continue;
        }
        let selector = Selector {
            match_labels: labels.clone(),
            match_expressions: Vec::new(),
        };
        let pods: Vec<&Pod> = found
            .pods(network)
            .matching(&network.pods, &service.meta.namespace, &selector)
            .into_iter()
            .filter_map(|number| network.pods.get(number))
            .collect();
        let made = slices_of(service, &pods, &nodes);
        if made.iter().eq(known.iter().copied()) {
            slices.extend(known.into_iter().map(Cow::Borrowed));
        } else {
            slices.extend(made.into_iter().map(Cow::Owned));
        }
    }
    if are_all(&before.slices, &network.slices, &slices) {
        network.slices = before.slices.clone();
    } else {
        let slices: Vec<EndpointSlice> = slices.into_iter().map(Cow::into_owned).collect();
        network.slices.extend(slices);
    }
}

/// Whether a list holds just these: the written ones, then those that were made, which are the very ones in it.
fn are_all(
    known: &[EndpointSlice],
    written: &[EndpointSlice],
    made: &[Cow<EndpointSlice>],
) -> bool {
    let Some((first, rest)) = known.split_at_checked(written.len()) else {
        return false;
    };
    let same = |(made, known): (&Cow<EndpointSlice>, &EndpointSlice)| {
        let made: &EndpointSlice = made;
        std::ptr::eq(made, known)
    };
    first == written && rest.len() == made.len() && made.iter().zip(rest).all(same)
}

fn made_here(slice: &EndpointSlice) -> bool {
    matches!(slice.meta.origin, Origin::Derived { by: BY, .. })
}

/// Whether a Service says the same of its slices as another of its name.
fn selects(known: &Service, service: &Service) -> bool {
    known.selector == service.selector
        && same_ports(&known.ports, &service.ports)
        && known.service_type == service.service_type
        && known.headless == service.headless
        && known.meta.labels == service.meta.labels
        && known.publish_not_ready == service.publish_not_ready
        && known.traffic_distribution == service.traffic_distribution
        && (known.cluster_ips == service.cluster_ips || families(known) == families(service))
}

/// Whether ports lead to the same pods' ports: through which port of the nodes is not for slices to say.
fn same_ports(known: &[ServicePort], ports: &[ServicePort]) -> bool {
    let same = |(known, port): (&ServicePort, &ServicePort)| {
        let ServicePort {
            name,
            protocol,
            port: number,
            target_port,
            node_port: _,
            app_protocol,
        } = known;
        (name, protocol, number) == (&port.name, &port.protocol, &port.port)
            && (target_port, app_protocol) == (&port.target_port, &port.app_protocol)
    };
    known.len() == ports.len() && known.iter().zip(ports).all(same)
}

/// The slices that were made for the Service of this name. As they are in the order of Services, they mostly begin at
/// `next`, which then goes on behind them.
fn made_for<'n>(
    service: &Service,
    before: &'n Network,
    next: &mut usize,
) -> Vec<&'n EndpointSlice> {
    let (namespace, name) = (&service.meta.namespace, &service.meta.name);
    let its = |slice: &&EndpointSlice| {
        made_here(slice) && (&slice.meta.namespace, &slice.service) == (namespace, name)
    };
    let rest = before.slices.get(*next..).unwrap_or_default();
    let slices: Vec<_> = rest.iter().take_while(its).collect();
    if !slices.is_empty() {
        *next += slices.len();
        return slices;
    }
    let mut slices = before.slices_of(namespace, name);
    slices.retain(|slice| made_here(slice));
    if let Some(first) = slices.first()
        && let Some(skipped) = rest.iter().position(|it| std::ptr::eq(it, *first))
    {
        *next += skipped + slices.len();
    }
    slices
}

/// The labels that a Service selects by, if the controller acts on it; none at all count as no selector.
fn selected(service: &Service) -> Option<&Labels> {
    let labels = service.selector.as_ref();
    labels.filter(|it| !it.is_empty() && service.service_type != ServiceType::ExternalName)
}

fn check_hints(service: &Service) -> Option<Diagnostic> {
    let wish = service.traffic_distribution.as_deref()?;
    let known = ["PreferClose", "PreferSameZone", "PreferSameNode"].contains(&wish);
    (!known).then(|| {
        warning(
            "topology-not-modelled",
            format!(
                "topology-aware routing of Service `{}` is not modelled: no hints are made",
                service.meta.name
            ),
        )
        .about(service.reference())
        .found(
            format!("`{wish}`"),
            "`PreferClose`, `PreferSameZone` or `PreferSameNode`",
        )
    })
}

/// The slices of one Service: for each address family, the endpoints grouped by their ports, at most 100 in each;
/// one empty slice for a family without endpoints.
pub fn slices_of(
    service: &Service,
    pods: &[&Pod],
    nodes: &BTreeMap<&str, &Node>,
) -> Vec<EndpointSlice> {
    let mut slices = Vec::new();
    for ipv6 in families(service) {
        let mut groups: Vec<(Vec<EndpointPort>, Vec<Endpoint>)> = Vec::new();
        for pod in pods {
            let Some(endpoint) = endpoint(service, pod, ipv6, nodes) else {
                continue;
            };
            let ports = ports(service, pod);
            match groups.iter_mut().find(|(known, _)| *known == ports) {
                Some((_, endpoints)) => endpoints.push(endpoint),
                None => groups.push((ports, vec![endpoint])),
            }
        }
        if groups.is_empty() {
            groups.push((Vec::new(), Vec::new()));
        }
        for (group, (ports, endpoints)) in groups.into_iter().enumerate() {
            let chunks = endpoints.chunks(MAX_ENDPOINTS).map(<[_]>::to_vec);
            let chunks: Vec<_> = if endpoints.is_empty() {
                vec![Vec::new()]
            } else {
                chunks.collect()
            };
            for (number, endpoints) in chunks.into_iter().enumerate() {
                let key = format!("{ipv6}/{group}/{number}");
                slices.push(slice(service, ipv6, &key, ports.clone(), endpoints));
            }
        }
    }
    slices
}

/// The address families of a Service: those of its cluster addresses; a headless one has IPv4.
fn families(service: &Service) -> Vec<bool> {
    let mut families = Vec::new();
    for ip in &service.cluster_ips {
        if !families.contains(&ip.is_ipv6()) {
            families.push(ip.is_ipv6());
        }
    }
    if families.is_empty() {
        families.push(false);
    }
    families
}

fn slice(
    service: &Service,
    ipv6: bool,
    key: &str,
    ports: Vec<EndpointPort>,
    endpoints: Vec<Endpoint>,
) -> EndpointSlice {
    let (namespace, name) = (&service.meta.namespace, &service.meta.name);
    let full = format!("{name}-{}", suffix(&[namespace, name, key]));
    let mut meta = derived(namespace, full, BY, service.reference());
    meta.labels.clone_from(&service.meta.labels);
    let mut label = |key: &str, value: Arc<str>| meta.labels.insert(Arc::from(key), value);
    label("kubernetes.io/service-name", name.clone());
    label(
        "endpointslice.kubernetes.io/managed-by",
        Arc::from("endpointslice-controller.k8s.io"),
    );
    if service.headless {
        label("service.kubernetes.io/headless", Arc::from(""));
    }
    EndpointSlice {
        meta,
        service: name.clone(),
        ipv6,
        ports,
        endpoints: endpoints.into(),
    }
}

/// The endpoint that a pod makes: none without an address of the family, after it ended or was deleted for good, or on
/// a node that does not exist (unless unready addresses are published). One that is still shutting down has one.
fn endpoint(
    service: &Service,
    pod: &Pod,
    ipv6: bool,
    nodes: &BTreeMap<&str, &Node>,
) -> Option<Endpoint> {
    if pod.is_over() || pod.deleted {
        return None;
    }
    let address: IpAddr = pod.ips.iter().copied().find(|ip| ip.is_ipv6() == ipv6)?;
    let node = pod.node_name.as_deref().and_then(|name| nodes.get(name));
    if pod.node_name.is_some() && node.is_none() && !service.publish_not_ready {
        return None;
    }
    let zone = node
        .and_then(|node| node.meta.labels.get("topology.kubernetes.io/zone"))
        .cloned();
    let ready = service.publish_not_ready || (pod.ready && !pod.terminating);
    let same_name = pod.subdomain.as_ref() == Some(&service.meta.name);
    let (zone_hints, node_hints) = hints(service, ready, zone.as_ref(), pod.node_name.as_ref());
    Some(Endpoint {
        addresses: vec![address],
        ready,
        serving: pod.ready,
        terminating: pod.terminating,
        hostname: pod
            .hostname
            .clone()
            .filter(|name| same_name && !name.is_empty()),
        node_name: pod.node_name.clone(),
        zone,
        zone_hints,
        node_hints,
        target: Some(pod.reference()),
    })
}

/// `trafficDistribution`: each ready endpoint is hinted at its own zone, and at its own node if that is preferred.
fn hints(
    service: &Service,
    ready: bool,
    zone: Option<&Arc<str>>,
    node: Option<&Arc<str>>,
) -> (Vec<Arc<str>>, Vec<Arc<str>>) {
    let Some(zone) = zone.filter(|_| ready) else {
        return (Vec::new(), Vec::new());
    };
    match service.traffic_distribution.as_deref() {
        Some("PreferClose" | "PreferSameZone") => (vec![zone.clone()], Vec::new()),
        Some("PreferSameNode") => (vec![zone.clone()], node.cloned().into_iter().collect()),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The Service's ports as this pod has them (R19): a name is looked up among its containers' ports, by protocol
/// too; a port that it does not have is left out.
fn ports(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    service
        .ports
        .iter()
        .filter_map(|port| {
            Some(EndpointPort {
                name: port.name.clone(),
                protocol: port.protocol,
                port: Some(target_port(port, pod)?),
            })
        })
        .collect()
}

/// The number that a Service port leads to on this pod.
pub fn target_port(port: &ServicePort, pod: &Pod) -> Option<u16> {
    match &port.target_port {
        TargetPort::Same => Some(port.port),
        TargetPort::Number(number) => Some(*number),
        TargetPort::Name(name) => pod
            .ports
            .iter()
            .find(|it| it.name.as_ref() == Some(name) && it.protocol == port.protocol)
            .map(|it| it.port),
    }
}
