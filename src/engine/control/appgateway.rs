//! Application Gateways: what the add-on of AKS makes, the addresses that Azure hands out, and what the ingress
//! controller does: it attaches the cluster's route table where it must, and writes the gateway's configuration.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::address::AddressPool;
use super::{Found, assign, error, of_cluster, warning};
use crate::engine::appgateway::agic::{self, Agic};
use crate::engine::appgateway::generate;
use crate::engine::azure::topology;
use crate::model::appgateway::{AppGateway, GatewayConfig, GatewayFrontend, same};
use crate::model::azure::{Cluster, PublicIp, Subnet, SubnetId};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::ours::HostNetwork;

/// Who writes the configuration of a gateway.
pub const AGIC: &str = "application-gateway-ingress-controller";
/// Who hands out addresses.
const AZURE: &str = "azure";
/// The subnet that the add-on makes, and the name of a gateway that is given none.
const SUBNET: &str = "ingress-appgateway-subnet";
const NAME: &str = "ingress-appgateway";

/// Adds the gateway that the add-on makes, as far as it was not written.
pub fn complete(network: &mut Network, cluster: &Cluster, problems: &mut Vec<Diagnostic>) {
    let Some(settings) = agic::addon(cluster) else {
        return;
    };
    let get = |key: &str| {
        let mut all = settings.iter();
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(key));
        found
            .map(|(_, value)| value.clone())
            .filter(|it| !it.is_empty())
    };
    let range = get("subnetCIDR").or_else(|| get("subnetPrefix"));
    let existing = get("subnetId");
    if get("applicationGatewayId").is_some() || (range.is_none() && existing.is_none()) {
        return;
    }
    let name = get("applicationGatewayName").unwrap_or_else(|| Arc::from(NAME));
    if network.app_gateway(&name).is_some() {
        return;
    }
    let field = "properties.addonProfiles.ingressApplicationGateway.config";
    let subnet = match (existing, range) {
        (Some(id), _) => of_id(network, &id),
        (None, Some(range)) => of_range(network, cluster, &range),
        (None, None) => None,
    };
    let Some(subnet) = subnet else {
        let message = "the add-on for Application Gateway names no subnet that is there, or a range outside the virtual network of the nodes";
        problems.push(
            error("agic-no-subnet", message)
                .about(cluster.reference())
                .field(field)
                .hint("choose a free range within the address space of the virtual network"),
        );
        return;
    };
    let public: Arc<str> = format!("{name}-appgwpip").into();
    if network.public_ip(&public).is_none() {
        network.public_ips.push(PublicIp {
            meta: of_cluster(cluster, "", &public),
            standard: true,
            static_allocation: true,
            location: cluster.location.clone(),
            ..PublicIp::default()
        });
    }
    network.app_gateways.push(AppGateway {
        meta: of_cluster(cluster, "", &name),
        v2: true,
        tier: Arc::from("Standard_v2"),
        subnet: Some(subnet),
        capacity: 2,
        frontends: vec![GatewayFrontend {
            name: Arc::from("appGatewayFrontendIP"),
            public_ip: Some(public),
            private_ip: None,
        }],
        ..AppGateway::default()
    });
}

/// The subnet that a resource id, or `vnet/subnet`, names.
fn of_id(network: &Network, id: &str) -> Option<SubnetId> {
    let parts: Vec<&str> = id.split('/').filter(|it| !it.is_empty()).collect();
    let (subnet, rest) = parts.split_last()?;
    let named = rest
        .iter()
        .rev()
        .find(|it| !it.eq_ignore_ascii_case("subnets"))?;
    let id = SubnetId {
        vnet: Arc::from(*named),
        subnet: Arc::from(*subnet),
    };
    network.subnet(&id).map(Subnet::id)
}

/// A subnet of this range in the virtual network of the nodes; a new one, where it is free.
fn of_range(network: &mut Network, cluster: &Cluster, range: &str) -> Option<SubnetId> {
    let prefix: IpNet = range.parse().ok()?;
    let pool = network.cluster.as_ref()?.pools.first()?.subnet.clone()?;
    let vnet = network
        .vnets
        .iter_mut()
        .find(|vnet| vnet.meta.name.eq_ignore_ascii_case(&pool.vnet))?;
    if let Some(known) = vnet.subnets.iter().find(|it| it.prefixes.contains(&prefix)) {
        return Some(known.id());
    }
    let overlaps = |other: &IpNet| other.contains(&prefix) || prefix.contains(other);
    let taken = vnet
        .subnets
        .iter()
        .flat_map(|it| &it.prefixes)
        .any(overlaps);
    if taken
        || !vnet
            .address_space
            .iter()
            .any(|space| space.contains(&prefix))
    {
        return None;
    }
    let subnet = Subnet {
        meta: of_cluster(cluster, &vnet.meta.name, SUBNET),
        prefixes: vec![prefix],
        ..Subnet::default()
    };
    let id = subnet.id();
    vnet.subnets.push(subnet);
    Some(id)
}

/// Hands out the private addresses of frontends and instances. Which ones Azure takes is not documented; these are
/// the lowest free ones of the subnet.
pub fn allocate(network: &mut Network) {
    for index in 0..network.app_gateways.len() {
        let Some(gateway) = network.app_gateways.get(index) else {
            continue;
        };
        let subnet = gateway.subnet.as_ref().and_then(|id| network.subnet(id));
        let Some(subnet) = subnet else { continue };
        let mut free = AddressPool::of_subnet(&subnet.prefixes);
        for address in taken(network, &subnet.id()) {
            free.take(address);
        }
        let Some(gateway) = network.app_gateways.get_mut(index) else {
            continue;
        };
        for frontend in &mut gateway.frontends {
            if frontend.private() && frontend.private_ip.is_none() {
                frontend.private_ip = free.take_lowest();
                let field = "properties.frontendIPConfigurations[].privateIPAddress";
                assign(&mut gateway.meta, field, AZURE);
            }
        }
        let wanted = usize::try_from(gateway.capacity).unwrap_or_default();
        while gateway.instances.len() < wanted {
            let Some(address) = free.take_lowest() else {
                break;
            };
            gateway.instances.push(address);
        }
    }
}

/// Addresses of a subnet that somebody has, as far as they stand before those of gateways.
fn taken(network: &Network, id: &SubnetId) -> BTreeSet<IpAddr> {
    let hosts = network.hosts.iter().filter_map(|host| match &host.network {
        HostNetwork::Subnet(_) => host.ip,
        HostNetwork::Internet | HostNetwork::OnPremises(_) => None,
    });
    let nodes = network.nodes.iter().flat_map(|node| {
        let own = node.internal_ips.iter().copied();
        own.chain(node.reserved_ips.iter().copied())
    });
    let pods = network.pods.iter().flat_map(|pod| pod.ips.iter().copied());
    let balancers = network.load_balancers.iter();
    let frontends = balancers.flat_map(|it| it.frontends.iter().map(|frontend| frontend.ip));
    let nics = network
        .network_interfaces
        .iter()
        .flat_map(|it| it.ips.iter().copied());
    let firewalls = network.firewalls.iter().filter_map(|it| it.private_ip);
    let own = network.app_gateways.iter().filter(|gateway| {
        let subnet = gateway.subnet.as_ref();
        subnet.is_some_and(|subnet| topology::same_subnet(subnet, id))
    });
    let own = own.flat_map(|gateway| {
        let private = gateway.frontends.iter().filter_map(|it| it.private_ip);
        gateway.instances.iter().copied().chain(private)
    });
    hosts
        .chain(nodes)
        .chain(pods)
        .chain(frontends)
        .chain(nics)
        .chain(firewalls)
        .chain(own)
        .collect()
}

/// What the ingress controllers do, once Services have their endpoints and nodes their routes.
pub fn publish(network: &mut Network, found: &Found, problems: &mut Vec<Diagnostic>) {
    allocate(network);
    for agic in found.controllers(network) {
        let Some(gateway) = agic.gateway_of(network) else {
            problems.push(without_gateway(agic));
            continue;
        };
        let name = gateway.meta.name.clone();
        if !gateway.v2 {
            let message = format!(
                "the ingress controller of {} writes no gateway of the tier `{}`; it needs one of the second version",
                agic.by, gateway.tier
            );
            let problem = error("agic-sku", message).about(gateway.reference());
            problems.push(
                problem
                    .field("properties.sku")
                    .hint("use `Standard_v2` or `WAF_v2`"),
            );
            continue;
        }
        attach(network, &name);
        let shared = agic.prohibited_by(network).cloned();
        let Some(gateway) = network.app_gateway(&name) else {
            continue;
        };
        let config = generate(network, agic, gateway);
        let mut gateways = network.app_gateways.iter_mut();
        if let Some(gateway) = gateways.find(|it| it.meta.name == name) {
            gateway.shared = shared;
            let kept = std::mem::replace(&mut gateway.config, config);
            problems.extend(match &gateway.shared {
                Some(target) => Some(not_told(gateway, target)),
                None => overwritten(gateway, &kept, agic),
            });
            // Certificates that somebody put there are named by annotations.
            for certificate in kept.certificates {
                if !gateway.config.certificates.contains(&certificate) {
                    gateway.config.certificates.push(certificate);
                }
            }
            gateway.controller = Some(agic.by.clone());
            assign(&mut gateway.meta, "properties.httpListeners", AGIC);
            assign(&mut gateway.meta, "properties.requestRoutingRules", AGIC);
            assign(&mut gateway.meta, "properties.backendAddressPools", AGIC);
        }
    }
}

/// The controller takes out every rule that it did not make.
fn overwritten(gateway: &AppGateway, kept: &GatewayConfig, agic: &Agic) -> Option<Diagnostic> {
    let made = |name: &str| gateway.config.rules.iter().any(|it| same(&it.name, name));
    let gone = kept.rules.iter().find(|rule| !made(&rule.name))?;
    let message = format!(
        "the ingress controller of {} writes {} and takes out the rule `{}`, which it did not make",
        agic.by,
        gateway.reference(),
        gone.name
    );
    let problem = Diagnostic::new(Severity::Info, "agic-overwrites", message);
    Some(
        problem
            .about(gateway.reference())
            .field("properties.requestRoutingRules"),
    )
}

/// Which listeners and rules stay as they are is not modelled.
fn not_told(gateway: &AppGateway, target: &Ref) -> Diagnostic {
    let message = format!(
        "kubehop does not model what an AzureIngressProhibitedTarget leaves of {}",
        gateway.reference()
    );
    warning("agic-shared", message)
        .about(target.clone())
        .hint("a walk that depends on it ends as not modelled")
}

fn without_gateway(agic: &Agic) -> Diagnostic {
    let message = match &agic.gateway {
        Some(name) => format!(
            "the ingress controller of {} is for appgateway/{name}, which is not there",
            agic.by
        ),
        None => format!(
            "the ingress controller of {} does not say which Application Gateway it is for",
            agic.by
        ),
    };
    warning("agic-no-gateway", message)
        .about(agic.by.clone())
        .hint("add the document of the Application Gateway, as `az network application-gateway show` prints it")
}

/// With kubenet the subnet of the gateway needs the routes to the pods: the controller attaches the table of the
/// nodes where there is none, and gives up where there is another.
fn attach(network: &mut Network, gateway: &str) {
    if !topology::is_kubenet(network) {
        return;
    }
    let mut tables = topology::pool_subnets(network).into_iter();
    let Some(table) = tables.find_map(|subnet| subnet.route_table.clone()) else {
        return;
    };
    let subnet = network
        .app_gateway(gateway)
        .and_then(|it| it.subnet.clone());
    let Some(id) = subnet else { return };
    let subnets = network.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
    for subnet in subnets.filter(|it| topology::same_subnet(&it.id(), &id)) {
        if subnet.route_table.is_none() {
            subnet.route_table = Some(table.clone());
            assign(&mut subnet.meta, "properties.routeTable", AGIC);
        }
    }
}
