//! Services of type LoadBalancer: frontend, rules, probes, security rules, status.

use std::net::IpAddr;
use std::sync::Arc;

use super::allocate::Allocator;
use super::holders::Holders;
use super::refusal::{Refusal, asking, not_an_address};
use super::rules::{self, Options};
use super::{
    AccessError, access, access_2021, annotations, ensure_load_balancer, names, public_ip, status,
};
use crate::engine::azure::{nic, topology};
use crate::engine::control::Found;
use crate::model::azure::{Cluster, Frontend, LbRule, Subnet};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{Assigned, LoadBalancerIngress, Node, Service, ServiceType};
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::ours::Era;

/// The minor version of Kubernetes from which `appProtocol` decides how a port is probed.
const APP_PROTOCOL_FROM: u32 = 24;
/// The minor version of Kubernetes from which Services can share an address.
const SHARED_FROM: u32 = 20;

/// The annotation that names the subnet of an internal Service.
const INTERNAL_SUBNET: &str = "azure-load-balancer-internal-subnet";
/// The most rules of a Standard load balancer.
const STANDARD_RULES: usize = 1500;
/// The most rules of a Basic load balancer.
const BASIC_RULES: usize = 250;

/// What is free, and what is taken by whom.
pub(super) struct Hands<'f> {
    pub(super) allocator: Allocator<'f>,
    pub(super) holders: Holders,
}

/// Makes what every Service of type LoadBalancer needs, in the order of the Services.
pub fn reconcile(network: &mut Network, found: &Found, diagnostics: &mut Vec<Diagnostic>) {
    let mut hands = Hands {
        allocator: Allocator::new(network, found),
        holders: Holders::of(network),
    };
    let nodes = network.nodes.iter();
    let nodes: Vec<IpAddr> = nodes.filter_map(Node::ip).collect();
    let services = network.services.clone();
    let mut given: Vec<(usize, IpAddr)> = Vec::new();
    for (index, service) in services.iter().enumerate() {
        if service.service_type != ServiceType::LoadBalancer {
            continue;
        }
        if let Some(class) = &service.load_balancer_class {
            let name = service.reference();
            let message = format!(
                "`{name}` is left to whoever balances for the class `{class}`; Azure does nothing for it"
            );
            diagnostics.push(
                Diagnostic::new(Severity::Warning, "load-balancer-class", message)
                    .about(name)
                    .field("spec.loadBalancerClass")
                    .hint("leave `loadBalancerClass` out to get a load balancer of Azure"),
            );
            continue;
        }
        diagnostics.extend(public_ip::of_prefix(service));
        diagnostics.extend(status::contradiction(service));
        match ensure(network, &mut hands, service, &nodes) {
            Ok(ip) if service.ingress.is_empty() => given.push((index, ip)),
            Ok(_) => {}
            Err(refusal) => diagnostics.push(refusal.of(service)),
        }
    }
    drop(services);
    for (index, ip) in given {
        if let Some(service) = network.services.get_mut(index) {
            service.ingress.push(LoadBalancerIngress { ip, vip: true });
            service.meta.assigned.push(Assigned {
                field: "status.loadBalancer.ingress",
                by: super::CONTROLLER,
            });
        }
    }
}

/// Makes what a Service needs; the address of its frontend.
fn ensure(
    network: &mut Network,
    hands: &mut Hands,
    service: &Service,
    nodes: &[IpAddr],
) -> Result<IpAddr, Refusal> {
    let subnet = internal_subnet(network, service)?;
    let base: Arc<str> = Arc::from(names::base(service));
    let mut frontend = frontend(network, hands, (service, &base), subnet.as_ref())?;
    if let Some(existing) = shared(network, &hands.holders, service, frontend.ip) {
        check_sharing(network, service, existing)?;
        frontend = existing.clone();
    }
    let options = options(network, (service, &base), &frontend);
    let (rules, probes) = rules::expected(service, &options)?;
    check_ports(network, &hands.holders, service, &rules)?;
    public_ip::check_label(network, &hands.holders, service, &frontend)?;
    secure(network, service, frontend.ip, nodes)?;
    public_ip::attach(network, &mut hands.holders, (service, &base), &mut frontend);
    let ip = frontend.ip;
    let at = ensure_load_balancer(network, service.is_internal(), &service.reference());
    if let Some(balancer) = network.load_balancers.get_mut(at) {
        hands.holders.add((at, balancer), frontend, rules, probes);
    }
    Ok(ip)
}

/// The subnet of an internal Service: the annotated one, else that of the first agent pool.
fn internal_subnet(network: &Network, service: &Service) -> Result<Option<Subnet>, Refusal> {
    if !service.is_internal() {
        return Ok(None);
    }
    let own = topology::pool_subnets(network)
        .first()
        .copied()
        .or_else(|| topology::node_subnet(network, network.nodes.first()?));
    let Some(own) = own else {
        let message = "an internal load balancer needs the subnet of the nodes, which is not known";
        let hint = "give the agent pool a vnetSubnetID that exists";
        return Err(Refusal::pending(message, hint));
    };
    let Some(name) = annotated_subnet(service) else {
        return Ok(Some(own.clone()));
    };
    let found = network.vnet(&own.meta.namespace).and_then(|vnet| {
        vnet.subnets
            .iter()
            .find(|subnet| topology::same(&subnet.meta.name, name))
    });
    found.cloned().map(Some).ok_or_else(|| {
        let message = format!(
            "the subnet `{name}` does not exist in the virtual network `{}`",
            own.meta.namespace
        );
        let hint = format!(
            "name a subnet of that virtual network in {}{INTERNAL_SUBNET}",
            annotations::PREFIX
        );
        Refusal::pending(message, hint).at(annotations::field(INTERNAL_SUBNET))
    })
}

fn annotated_subnet(service: &Service) -> Option<&str> {
    annotations::get(service, INTERNAL_SUBNET)
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// The frontend that the Service would have of its own.
fn frontend(
    network: &Network,
    hands: &mut Hands,
    (service, base): (&Service, &str),
    subnet: Option<&Subnet>,
) -> Result<Frontend, Refusal> {
    let ip = match (status::address(network, service, subnet)?, subnet) {
        (Some(ip), _) => ip,
        (None, _) if let Some(refusal) = not_an_address(service) => return Err(refusal),
        (None, Some(subnet)) => internal_address(network, hands, service, subnet)?,
        (None, None) => public_ip::address(network, hands, service)?,
    };
    let name = names::frontend(base, subnet.and_then(|_| annotated_subnet(service)));
    Ok(Frontend {
        name: Arc::from(name),
        ip,
        public_ip: None,
        subnet: subnet.map(Subnet::id),
        caused_by: service.reference(),
    })
}

/// The address that the Service asks for.
pub fn requested(service: &Service) -> Option<IpAddr> {
    annotations::get(service, "azure-load-balancer-ipv4")
        .and_then(|text| text.trim().parse().ok())
        .or(service.load_balancer_ip)
}

fn internal_address(
    network: &Network,
    hands: &mut Hands,
    service: &Service,
    subnet: &Subnet,
) -> Result<IpAddr, Refusal> {
    if let Some(ip) = requested(service) {
        let free = shared(network, &hands.holders, service, ip).is_some()
            || hands.allocator.claim(network, subnet, ip);
        return free.then_some(ip).ok_or_else(|| {
            let message = format!(
                "`{ip}` is not a free address of the subnet `{}`",
                subnet.reference()
            );
            Refusal::pending(message, "choose another address").at(asking(service))
        });
    }
    hands.allocator.internal(network, subnet).ok_or_else(|| {
        let message = format!("the subnet `{}` has no free address", subnet.reference());
        let hint = "nodes with Azure CNI reserve one address for each pod; use another subnet";
        let named = annotated_subnet(service).map(|_| INTERNAL_SUBNET);
        let cause = annotations::field(named.unwrap_or("azure-load-balancer-internal"));
        Refusal::pending(message, hint).at(cause)
    })
}

/// The frontend with this address that another Service made, if there is one.
fn shared<'n>(
    network: &'n Network,
    holders: &Holders,
    service: &Service,
    ip: IpAddr,
) -> Option<&'n Frontend> {
    holders.frontend(network, service.is_internal(), ip)
}

fn options(
    network: &Network,
    (service, base): (&Service, &Arc<str>),
    frontend: &Frontend,
) -> Options {
    let cluster = network.cluster.as_ref();
    let standard = cluster.is_some_and(|cluster| cluster.standard_load_balancer);
    let minor = cluster.and_then(Cluster::minor_version);
    let ipv6 = |ip: &IpAddr| ip.is_ipv6();
    Options {
        base: base.clone(),
        app_protocol: minor.is_none_or(|minor| minor >= APP_PROTOCOL_FROM),
        standard,
        ipv6: frontend.ip.is_ipv6(),
        dual_stack: service.cluster_ips.iter().any(ipv6) && !service.cluster_ips.iter().all(ipv6),
        disable_outbound_snat: standard,
        shared_probe: network
            .cluster
            .as_ref()
            .is_some_and(|cluster| cluster.shared_probe),
        frontend: frontend.name.clone(),
        subnet: frontend
            .subnet
            .as_ref()
            .and_then(|_| annotated_subnet(service))
            .map(Arc::from),
    }
}

/// Two Services with one address, before that was possible: Azure refuses a second frontend for it.
fn check_sharing(network: &Network, service: &Service, existing: &Frontend) -> Result<(), Refusal> {
    let minor = network.cluster.as_ref().and_then(Cluster::minor_version);
    let by_other = existing.caused_by.kind == Kind::Service;
    if !by_other || minor.is_none_or(|minor| minor >= SHARED_FROM) {
        return Ok(());
    }
    let message = format!(
        "`{}` is the address of {}; Services share one only from Kubernetes 1.{SHARED_FROM}",
        existing.ip, existing.caused_by
    );
    let hint = "ask for another address, or upgrade the cluster";
    Err(Refusal::refused(message, hint).at(asking(service)))
}

/// A load balancer has only so many rules; Services can share an address as long as their ports differ.
fn check_ports(
    network: &Network,
    holders: &Holders,
    service: &Service,
    rules: &[LbRule],
) -> Result<(), Refusal> {
    let mut balancers = network.load_balancers.iter().enumerate();
    let balancer = balancers.find(|(_, balancer)| balancer.internal == service.is_internal());
    let Some((at, balancer)) = balancer else {
        return Ok(());
    };
    let most = if balancer.standard {
        STANDARD_RULES
    } else {
        BASIC_RULES
    };
    if balancer.rules.len() + rules.len() > most {
        let message = format!(
            "the load balancer already has {} rules",
            balancer.rules.len()
        );
        let hint = format!("Azure allows {most} rules for one load balancer");
        return Err(Refusal::refused(message, hint).at("spec.ports"));
    }
    for rule in rules {
        if !holders.has_frontend(at, &rule.frontend) {
            continue;
        }
        let clash = balancer.rules.iter().find(|other| {
            other.frontend_port == rule.frontend_port
                && other.protocol == rule.protocol
                && other.frontend == rule.frontend
        });
        if let Some(clash) = clash {
            let message = format!(
                "port {} of the address is already used by {}",
                rule.frontend_port, clash.caused_by
            );
            let hint = "Services that share an address need different ports";
            return Err(Refusal::refused(message, hint).at(rule.field.as_str()));
        }
    }
    Ok(())
}

/// Adds the security rules to AKS's own group.
fn secure(
    network: &mut Network,
    service: &Service,
    ip: IpAddr,
    nodes: &[IpAddr],
) -> Result<(), Refusal> {
    let Some(name) = nic::aks_nsg(network) else {
        return Ok(());
    };
    let group = network.nsgs.iter_mut().find(|nsg| nsg.meta.name == name);
    let Some(group) = group else {
        return Ok(());
    };
    let done = match network.settings.era {
        Era::Now => access::apply(&mut group.rules, service, &[ip], nodes),
        Era::Y2021 => access_2021::apply(&mut group.rules, service, ip),
    };
    done.map_err(|error| access_refused(service, &error))
}

fn access_refused(service: &Service, error: &AccessError) -> Refusal {
    let annotation = "azure-allowed-ip-ranges";
    let (hint, field) = match error {
        AccessError::BothRanges => (
            "use either loadBalancerSourceRanges or the annotation",
            annotations::field(annotation),
        ),
        AccessError::TooManyRules(_) if !service.load_balancer_source_ranges.is_empty() => (
            "name fewer ranges, or join them",
            "spec.loadBalancerSourceRanges".to_owned(),
        ),
        AccessError::TooManyRules(_) if annotations::get(service, annotation).is_some() => (
            "name fewer ranges, or join them",
            annotations::field(annotation),
        ),
        AccessError::TooManyRules(_) => (
            "take rules of one's own out of the security group of AKS, or join Services",
            "spec.ports".to_owned(),
        ),
    };
    Refusal::refused(error.to_string(), hint).at(field)
}
