//! Cluster addresses and node ports of Services, as the API server hands them out.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Chain;
use std::net::IpAddr;
use std::ops::{Range, RangeInclusive};

use ipnet::IpNet;

use super::address::{AddressPool, nth};
use super::{assign, error, warning};
use crate::model::azure::Cluster;
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Service, ServiceType, TrafficPolicy};
use crate::model::network::Network;
use crate::model::object::Ref;

/// Who hands them out.
const BY: &str = "kube-apiserver";

/// The node ports of a cluster.
pub const NODE_PORTS: RangeInclusive<u16> = 30000..=32767;

/// Node ports below are handed out last, so that they stay free for those who write one: the band is a 32nd of
/// the range, at least 16 and at most 128 (KEP-3668).
const STATIC_NODE_PORTS: u16 = 86;

/// Fills cluster addresses, node ports and health check node ports, and reports written ones that collide.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    check_range(cluster, problems);
    cluster_addresses(network, cluster, problems);
    node_ports(network, problems);
}

/// The dynamic band starts after the static one: a 16th of the range, at least 16 and at most 256 (KEP-3070).
fn static_addresses(net: IpNet) -> u32 {
    let bits = u32::from(net.max_prefix_len() - net.prefix_len());
    let size = 1u64.checked_shl(bits).unwrap_or(u64::MAX);
    u32::try_from((size / 16).clamp(16, 256)).unwrap_or(256)
}

fn has_cluster_ip(service: &Service) -> bool {
    service.service_type != ServiceType::ExternalName && !service.headless
}

fn cluster_addresses(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let range = cluster.service_cidr;
    let mut free = match range {
        IpNet::V4(net) => AddressPool::new(net, 1, 1),
        IpNet::V6(_) => AddressPool::default(),
    };
    let mut holders: BTreeMap<IpAddr, Ref> = BTreeMap::new();
    for service in network.services.iter().filter(|it| has_cluster_ip(it)) {
        for &ip in &service.cluster_ips {
            free.take(ip);
            if let Some(problem) = check_address(service, ip, range, &holders) {
                problems.push(problem);
            }
            holders.entry(ip).or_insert_with(|| service.reference());
        }
    }
    free.take(cluster.dns_service_ip);
    nth(range, 1).map(|first| free.take(first));
    let dynamic = nth(range, static_addresses(range) + 1);
    for service in &mut network.services {
        if !has_cluster_ip(service) || !service.cluster_ips.is_empty() {
            continue;
        }
        let next = match dynamic {
            Some(from) => free.take_from(from),
            None => free.take_lowest(),
        };
        match next {
            Some(ip) => {
                service.cluster_ips.push(ip);
                assign(&mut service.meta, "spec.clusterIP", BY);
            }
            None => problems.push(
                error(
                    "service-range-full",
                    format!("Service `{}` gets no cluster address", service.meta.name),
                )
                .about(service.reference())
                .field("spec.clusterIP")
                .found(
                    "no free address",
                    format!("one in the service range `{range}`"),
                ),
            ),
        }
    }
}

fn check_address(
    service: &Service,
    ip: IpAddr,
    range: IpNet,
    holders: &BTreeMap<IpAddr, Ref>,
) -> Option<Diagnostic> {
    let problem = |code, message: String| {
        error(code, message)
            .about(service.reference())
            .field("spec.clusterIP")
    };
    let name = &service.meta.name;
    if let Some(other) = holders.get(&ip) {
        let message = format!("Service `{name}` has the cluster address of `{other}`");
        return Some(
            problem("cluster-ip-twice", message).found(format!("`{ip}`"), "a free address"),
        );
    }
    if !range.contains(&ip) {
        let message =
            format!("the cluster address of Service `{name}` is not in the service range");
        let expected = format!("an address in `{range}`");
        return Some(
            problem("cluster-ip-outside-range", message).found(format!("`{ip}`"), expected),
        );
    }
    None
}

fn check_range(cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    if !cluster.service_cidr.contains(&cluster.dns_service_ip) {
        problems.push(
            error(
                "dns-service-ip-outside-range",
                "`dnsServiceIP` is not in `serviceCidr`",
            )
            .about(cluster.reference())
            .field("properties.networkProfile.dnsServiceIP")
            .found(
                format!("`{}`", cluster.dns_service_ip),
                format!("an address in `{}`", cluster.service_cidr),
            ),
        );
    } else if nth(cluster.service_cidr, 1) == Some(cluster.dns_service_ip) {
        problems.push(
            error("dns-service-ip-first", "`dnsServiceIP` is the first address of `serviceCidr`, which belongs to the Service `kubernetes`")
                .about(cluster.reference())
                .field("properties.networkProfile.dnsServiceIP")
                .found(format!("`{}`", cluster.dns_service_ip), "a later address, usually the tenth"),
        );
    }
}

fn has_node_ports(service: &Service) -> bool {
    match service.service_type {
        ServiceType::NodePort => true,
        ServiceType::LoadBalancer => service.allocate_node_ports,
        ServiceType::ClusterIp | ServiceType::ExternalName => false,
    }
}

/// Whether the load balancer asks a port of its own whether a node has endpoints.
fn has_health_check(service: &Service) -> bool {
    service.service_type == ServiceType::LoadBalancer
        && service.external_traffic_policy == TrafficPolicy::Local
}

fn node_ports(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let mut free = FreePorts::without(written_ports(network, problems));
    for service in &mut network.services {
        let mut refused = false;
        if has_node_ports(service) {
            let mut assigned = false;
            for port in service
                .ports
                .iter_mut()
                .filter(|port| port.node_port.is_none())
            {
                port.node_port = free.take_next();
                assigned |= port.node_port.is_some();
                refused |= port.node_port.is_none();
            }
            if assigned {
                assign(&mut service.meta, "spec.ports[].nodePort", BY);
            }
        }
        if has_health_check(service) && service.health_check_node_port.is_none() {
            service.health_check_node_port = free.take_next();
            refused |= service.health_check_node_port.is_none();
            assign(&mut service.meta, "spec.healthCheckNodePort", BY);
        }
        if refused {
            problems.push(
                error(
                    "node-ports-full",
                    format!(
                        "Service `{}` gets no node port: all are taken",
                        service.meta.name
                    ),
                )
                .about(service.reference()),
            );
        }
    }
}

/// All node ports that were written. A number belongs to one Service, which may use it for several protocols.
fn written_ports(network: &Network, problems: &mut Vec<Diagnostic>) -> BTreeSet<u16> {
    let mut holders: BTreeMap<u16, Ref> = BTreeMap::new();
    for service in &network.services {
        let ports = service
            .ports
            .iter()
            .enumerate()
            .filter_map(|(index, port)| {
                let uses =
                    has_node_ports(service) || service.service_type == ServiceType::LoadBalancer;
                let written = port.node_port.filter(|_| uses)?;
                Some((format!("spec.ports[{index}].nodePort"), written))
            });
        let check = service
            .health_check_node_port
            .filter(|_| has_health_check(service))
            .map(|port| (String::from("spec.healthCheckNodePort"), port));
        for (field, port) in ports.chain(check) {
            if let Some(problem) = check_port(service, &field, port, &holders) {
                problems.push(problem);
            }
            holders.entry(port).or_insert_with(|| service.reference());
        }
    }
    holders.into_keys().collect()
}

fn check_port(
    service: &Service,
    field: &str,
    port: u16,
    holders: &BTreeMap<u16, Ref>,
) -> Option<Diagnostic> {
    let name = &service.meta.name;
    let (start, end) = (NODE_PORTS.start(), NODE_PORTS.end());
    let problem = if let Some(other) = holders.get(&port).filter(|it| **it != service.reference()) {
        let message = format!("Service `{name}` has the node port of `{other}`");
        error("node-port-twice", message).found(format!("`{port}`"), "a free port")
    } else if NODE_PORTS.contains(&port) {
        return None;
    } else {
        let message = format!("the node port of Service `{name}` is out of range");
        let expected = format!("a port from {start} to {end}");
        warning("node-port-out-of-range", message).found(format!("`{port}`"), expected)
    };
    Some(problem.about(service.reference()).field(field))
}

/// Node ports that nobody has, in the order in which they are handed out.
struct FreePorts {
    taken: BTreeSet<u16>,
    next: Chain<RangeInclusive<u16>, Range<u16>>,
}

impl FreePorts {
    fn without(taken: BTreeSet<u16>) -> Self {
        let (start, end) = (*NODE_PORTS.start(), *NODE_PORTS.end());
        let dynamic = start + STATIC_NODE_PORTS;
        Self {
            taken,
            next: (dynamic..=end).chain(start..dynamic),
        }
    }

    fn take_next(&mut self) -> Option<u16> {
        let taken = &self.taken;
        self.next.find(|port| !taken.contains(port))
    }
}
