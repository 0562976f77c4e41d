//! Security groups, or rules of theirs, that no packet comes to: attached nowhere, or about addresses that are not where
//! the group is.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{info, warning, written};
use crate::engine::azure::nic::is_aks_name;
use crate::engine::azure::topology::{self, same};
use crate::engine::dataplane::Dataplane;
use crate::model::azure::{AddressPrefix, Nsg, SecurityRule, Subnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::ours::HostNetwork;

pub fn check(plane: &Dataplane, problems: &mut Vec<Diagnostic>) {
    let network = &*plane.network;
    let groups = network.nsgs.iter().filter(|it| written(&it.meta.origin));
    for nsg in groups.filter(|it| !is_aks_name(&it.meta.name, "nsg")) {
        let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
        let subnets: Vec<&Subnet> = subnets
            .filter(|subnet| names(subnet.nsg.as_deref(), nsg))
            .collect();
        let mut machines = plane.addresses.nics();
        let on_machine = machines.any(|nic| names(nic.nsg.as_deref(), nsg));
        let mut interfaces = network.network_interfaces.iter();
        let on_interface = on_machine || interfaces.any(|nic| names(nic.nsg.as_deref(), nsg));
        if subnets.is_empty() && !on_interface {
            let message =
                "no subnet and no interface uses this security group, so its rules have no effect";
            problems.push(
                info("security-group-unused", message)
                    .about(nsg.reference())
                    .hint("name it in the `networkSecurityGroup` of a subnet, or remove it"),
            );
        } else if !on_interface {
            rules(plane, nsg, &subnets, problems);
        }
    }
}

fn names(name: Option<&str>, nsg: &Nsg) -> bool {
    name.is_some_and(|name| same(name, &nsg.meta.name))
}

fn rules(plane: &Dataplane, nsg: &Nsg, subnets: &[&Subnet], problems: &mut Vec<Diagnostic>) {
    let mut here = Vec::new();
    for subnet in subnets {
        // What passes through an appliance may be from and for anybody.
        let Some(own) = addresses(plane, subnet) else {
            return;
        };
        here.extend(own);
    }
    for (index, rule) in nsg.rules.iter().enumerate() {
        if !written(&rule.meta.origin) {
            continue;
        }
        let (side, word) = own_side(rule);
        let Some(nets) = prefixes(side) else { continue };
        if nets.iter().any(|net| here.iter().any(|own| meet(net, own))) {
            continue;
        }
        let message = format!(
            "rule `{}` never matches: none of its {word} is where the group is attached ({})",
            rule.meta.name,
            subnets
                .iter()
                .map(|it| it.reference().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        );
        problems.push(
            warning("rule-elsewhere", message)
                .about(nsg.reference())
                .field(format!("properties.securityRules[{index}]"))
                .hint(
                    "name addresses of that subnet, or attach the group where those addresses are",
                ),
        );
    }
}

/// The side of a rule on which the machines of the subnet stand.
fn own_side(rule: &SecurityRule) -> (&[AddressPrefix], &'static str) {
    if rule.inbound {
        (&rule.destinations, "destinations")
    } else {
        (&rule.sources, "sources")
    }
}

/// The prefixes of a side that names nothing else.
fn prefixes(side: &[AddressPrefix]) -> Option<Vec<IpNet>> {
    side.iter()
        .map(|prefix| match prefix {
            AddressPrefix::Net(net) => Some(*net),
            AddressPrefix::Any | AddressPrefix::Tag(_) => None,
        })
        .collect()
}

fn meet(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// Every address that packets of a subnet's machines may have: those of the subnet, of pods behind nodes, and of
/// frontends that reach nodes or gateways unchanged. `None` where a machine forwards for others.
fn addresses(plane: &Dataplane, subnet: &Subnet) -> Option<Vec<IpNet>> {
    let network = &*plane.network;
    let mut here = subnet.prefixes.clone();
    let in_subnet = |network: &HostNetwork| matches!(network, HostNetwork::Subnet(id) if topology::same_subnet(id, &subnet.id()));
    let mut hosts = network.hosts.iter();
    let forwards = hosts.any(|host| host.ip_forwarding && in_subnet(&host.network));
    let mut firewalls = network.firewalls.iter();
    if forwards || firewalls.any(|it| topology::same_subnet(&it.subnet, &subnet.id())) {
        return None;
    }
    for gateway in &network.app_gateways {
        let own = gateway.subnet.as_ref();
        if own.is_some_and(|id| topology::same_subnet(id, &subnet.id())) {
            return None;
        }
    }
    let pools = topology::pool_subnets(network);
    if pools.iter().any(|pool| pool.id() == subnet.id()) {
        here.extend(pods(network));
        let balancers = network.load_balancers.iter();
        let frontends = balancers.flat_map(|balancer| &balancer.frontends);
        here.extend(frontends.map(|frontend| single(frontend.ip)));
    }
    Some(here)
}

fn pods(network: &Network) -> Vec<IpNet> {
    let ranges = network.nodes.iter().flat_map(|node| &node.pod_cidrs);
    let whole = network.cluster.iter().filter_map(|it| it.pod_cidr);
    ranges.copied().chain(whole).collect()
}

fn single(address: IpAddr) -> IpNet {
    address.into()
}
