//! Readers of Azure resources. Property names are ARM's; both the nested form of ARM
//! and the flattened one of the `az` command are read.

mod appgateway;
mod balancer;
mod cluster;
mod dns;
mod firewall;
mod gateway;
pub(super) mod id;
mod link;
mod machine;
pub(super) mod nsg;
mod private_endpoint;
mod routes;
mod storage;
mod vnet;

use std::sync::Arc;

use super::cursor::Cursor;
use super::head::Child;
use super::item::Item;
use crate::model::azure::{NatGateway, PublicIp};
use crate::model::kube::Meta;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::yaml::Node;

pub(super) use link::link;
pub(super) use machine::Machine;

/// Reads an Azure resource into the network.
pub(super) fn read(kind: Kind, item: &Item, at: Cursor<'_>, into: &mut Reading<'_>) {
    let parts = Parts {
        item,
        parent: &item.head.object.name,
    };
    let meta = parts.top();
    let network = &mut *into.network;
    match kind {
        Kind::Vnet => network.vnets.push(vnet::vnet(at, meta, parts)),
        Kind::RouteTable => network.route_tables.push(routes::table(at, meta, parts)),
        Kind::Nsg => network.nsgs.push(nsg::nsg(at, meta, parts)),
        Kind::PublicIp => network.public_ips.push(public_ip(at, meta)),
        Kind::NatGateway => network.nat_gateways.push(nat_gateway(at, meta)),
        Kind::Firewall => match firewall::firewall(at, meta, item) {
            Some(firewall) => network.firewalls.push(firewall),
            None => network.unmodelled.push(item.head.object.clone()),
        },
        Kind::AppGateway => match appgateway::gateway(at, meta, item) {
            Some(gateway) => network.app_gateways.push(gateway),
            None => network.unmodelled.push(item.head.object.clone()),
        },
        Kind::FirewallPolicy => network
            .firewall_policies
            .push(firewall::policy(at, meta, item)),
        Kind::Storage => network.storage_accounts.push(storage::account(at, meta)),
        Kind::PrivateEndpoint => match private_endpoint::endpoint(at, meta) {
            Some(endpoint) => network.private_endpoints.push(endpoint),
            None => network.unmodelled.push(item.head.object.clone()),
        },
        Kind::Gateway => network.gateways.push(gateway::gateway(at, meta)),
        Kind::LocalGateway => network.local_gateways.push(gateway::local(at, meta)),
        Kind::Connection => network.connections.extend(gateway::connection(at, meta)),
        Kind::PrivateDnsZone | Kind::DnsZone => {
            let private = kind == Kind::PrivateDnsZone;
            network.dns_zones.push(dns::zone(at, meta, private));
        }
        Kind::LoadBalancer => {
            network.written_balancers.push(balancer::balancer(at, meta));
            network.unmodelled.push(item.head.object.clone());
        }
        Kind::NetworkInterface => network
            .network_interfaces
            .push(machine::interface(at, meta)),
        Kind::Host => into.machines.push(machine::machine(at, meta)),
        Kind::Cluster => {
            let cluster = cluster::cluster(at, meta);
            match network.cluster {
                None => network.cluster = Some(cluster),
                Some(_) => network.other_clusters.push(cluster),
            }
        }
        _ => network.unmodelled.push(item.head.object.clone()),
    }
    into.back_references
        .extend(link::back_references(kind, item, at));
}

/// Where resources are read into: what refers to others is linked once all are read.
pub(super) struct Reading<'a> {
    pub(super) network: &'a mut Network,
    pub(super) machines: Vec<Machine>,
    pub(super) back_references: Vec<link::BackReference>,
}

/// Reads a child resource that stands by itself into its parent; `false` where there is none.
pub(super) fn read_child(
    child: Child,
    parent: &str,
    item: &Item,
    at: Cursor<'_>,
    network: &mut Network,
) -> bool {
    let parts = Parts { item, parent };
    let same = |meta: &Meta| meta.name.eq_ignore_ascii_case(parent);
    match child {
        Child::Subnet | Child::Peering => {
            let Some(vnet) = network.vnets.iter_mut().find(|vnet| same(&vnet.meta)) else {
                return false;
            };
            if child == Child::Subnet {
                let Some(subnet) = vnet::subnet(at, parts) else {
                    return true;
                };
                vnet.subnets
                    .retain(|other| !other.meta.name.eq_ignore_ascii_case(&subnet.meta.name));
                vnet.subnets.push(subnet);
            } else if let Some(peering) = vnet::peering(at, parts) {
                vnet.peerings
                    .retain(|other| !other.meta.name.eq_ignore_ascii_case(&peering.meta.name));
                vnet.peerings.push(peering);
            }
        }
        Child::SecurityRule => {
            let Some(nsg) = network.nsgs.iter_mut().find(|nsg| same(&nsg.meta)) else {
                return false;
            };
            match nsg::rule(at, parts) {
                Some(rule) => {
                    nsg.rules
                        .retain(|other| !other.meta.name.eq_ignore_ascii_case(&rule.meta.name));
                    nsg.rules.push(rule);
                }
                None => nsg.unread.push(nsg::unread(at, nsg.rules.len())),
            }
        }
        Child::Route => {
            let Some(table) = network
                .route_tables
                .iter_mut()
                .find(|table| same(&table.meta))
            else {
                return false;
            };
            match routes::route(at, parts) {
                Some(route) => {
                    table
                        .routes
                        .retain(|other| !other.meta.name.eq_ignore_ascii_case(&route.meta.name));
                    table.routes.push(route);
                }
                None => table.unread.push(routes::unread(at, table.routes.len())),
            }
        }
        Child::RuleGroup => {
            let mut policies = network.firewall_policies.iter_mut();
            let Some(policy) = policies.find(|policy| same(&policy.meta)) else {
                return false;
            };
            policy.collections.extend(firewall::group(at, item));
        }
        Child::AgentPool => {
            let clusters = network
                .cluster
                .iter_mut()
                .chain(&mut network.other_clusters);
            let Some(cluster) = clusters.into_iter().find(|cluster| same(&cluster.meta)) else {
                return false;
            };
            if let Some(pool) = cluster::pool(at) {
                cluster
                    .pools
                    .retain(|other| !other.name.eq_ignore_ascii_case(&pool.name));
                cluster.pools.push(pool);
            }
        }
        Child::ZoneGroup => {
            let mut endpoints = network.private_endpoints.iter_mut();
            let Some(endpoint) = endpoints.find(|it| same(&it.meta)) else {
                return false;
            };
            endpoint.zones.extend(private_endpoint::zones(at));
        }
        Child::VnetLink | Child::Record => {
            let Some(zone) = network.dns_zones.iter_mut().find(|zone| same(&zone.meta)) else {
                return false;
            };
            if child == Child::VnetLink {
                zone.links.extend(dns::link(at));
            } else {
                zone.records.extend(dns::record_set(at));
            }
        }
    }
    true
}

/// Makes the names and origins of a resource and its parts.
#[derive(Clone, Copy)]
struct Parts<'a> {
    item: &'a Item,
    parent: &'a str,
}

impl Parts<'_> {
    /// Name and origin of the resource itself.
    fn top(self) -> Meta {
        Meta {
            name: self.item.head.object.name.clone(),
            origin: self.item.origin(),
            ..Meta::default()
        }
    }

    /// Name and origin of a part, such as a subnet; reports a part without a name.
    fn part(self, at: Cursor<'_>) -> Option<Meta> {
        at.any_case("name").require("a name");
        let written = at.any_case("name").name()?;
        let name = id::parts(&written).last().map(|name| Arc::from(*name))?;
        Some(self.named(at.node()?, name))
    }

    fn named(self, node: &Node, name: Arc<str>) -> Meta {
        Meta {
            namespace: Arc::from(self.parent),
            name,
            origin: self.item.origin_of(node),
            ..Meta::default()
        }
    }
}

/// `location`, in the short form that ARM compares: `japaneast`, not `Japan East`.
fn region(at: Cursor<'_>) -> Arc<str> {
    let written = at.any_case("location").name().unwrap_or_default();
    let short: String = written
        .chars()
        .filter(|char| !char.is_whitespace())
        .collect();
    Arc::from(short.to_ascii_lowercase())
}

/// `sku.name`: whether it is a Standard one, and whether it is `StandardV2`.
fn sku(at: Cursor<'_>) -> Option<(bool, bool)> {
    let words = [
        ("Standard", (true, false)),
        ("Basic", (false, false)),
        ("StandardV2", (true, true)),
    ];
    at.any_case("sku").any_case("name").word_any_case(&words)
}

fn public_ip(at: Cursor<'_>, meta: Meta) -> PublicIp {
    let sku = sku(at);
    let (standard, v2) = sku.unwrap_or_default();
    let method = at.prop("publicIPAllocationMethod");
    PublicIp {
        ip: at.prop("ipAddress").address(),
        standard,
        basic: sku.is_some() && !standard,
        v2,
        resource_group: id::resource_group(at),
        static_allocation: method
            .word_any_case(&[("Static", true), ("Dynamic", false)])
            .unwrap_or(standard),
        domain_name_label: at.prop("dnsSettings").any_case("domainNameLabel").name(),
        location: region(at),
        meta,
    }
}

fn nat_gateway(at: Cursor<'_>, meta: Meta) -> NatGateway {
    let names = |key| at.prop(key).list().filter_map(Cursor::resource).collect();
    let sku = at.any_case("sku").any_case("name");
    NatGateway {
        public_ips: names("publicIpAddresses"),
        prefixes: names("publicIpPrefixes"),
        v2: sku
            .word_any_case(&[("Standard", false), ("StandardV2", true)])
            .unwrap_or_default(),
        meta,
    }
}
