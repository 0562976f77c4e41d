//! Connects resources that name each other: back references, and spelling.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::cursor::Cursor;
use super::super::item::Item;
use crate::model::azure::SubnetId;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::ours::HostNetwork;

/// `subnets: [{id: …}]` of a security group, route table or NAT gateway.
pub(in super::super) struct BackReference {
    kind: Kind,
    name: Arc<str>,
    subnet: SubnetId,
}

pub(super) fn back_references(kind: Kind, item: &Item, at: Cursor<'_>) -> Vec<BackReference> {
    if !matches!(kind, Kind::Nsg | Kind::RouteTable | Kind::NatGateway) {
        return Vec::new();
    }
    let subnets = at.prop("subnets").list();
    let reference = |subnet| BackReference {
        kind,
        name: item.head.object.name.clone(),
        subnet,
    };
    subnets.filter_map(Cursor::subnet).map(reference).collect()
}

/// Applies back references to subnets that do not say otherwise, and writes every
/// reference as its target is spelled: ARM compares names without regard to case.
pub(in super::super) fn link(network: &mut Network, back_references: Vec<BackReference>) {
    for BackReference { kind, name, subnet } in back_references {
        let Some(subnet) = subnet_mut(network, &subnet) else {
            continue;
        };
        let slot = match kind {
            Kind::Nsg => &mut subnet.nsg,
            Kind::RouteTable => &mut subnet.route_table,
            _ => &mut subnet.nat_gateway,
        };
        slot.get_or_insert(name);
    }
    spell(network);
}

fn subnet_mut<'a>(
    network: &'a mut Network,
    id: &SubnetId,
) -> Option<&'a mut crate::model::azure::Subnet> {
    let mut vnets = network.vnets.iter_mut();
    let vnet = vnets.find(|vnet| vnet.meta.name.eq_ignore_ascii_case(&id.vnet))?;
    let mut subnets = vnet.subnets.iter_mut();
    subnets.find(|subnet| subnet.meta.name.eq_ignore_ascii_case(&id.subnet))
}

/// The names of one kind in lower case, with the spelling where they are declared.
struct Spelling(BTreeMap<String, Arc<str>>);

impl Spelling {
    fn of<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> Self {
        Self(
            names
                .map(|name| (name.to_ascii_lowercase(), name.clone()))
                .collect(),
        )
    }

    fn fix(&self, name: &mut Arc<str>) {
        if let Some(declared) = self.0.get(&name.to_ascii_lowercase()) {
            name.clone_from(declared);
        }
    }
}

fn spell(network: &mut Network) {
    let vnets = Spelling::of(network.vnets.iter().map(|item| &item.meta.name));
    let nsgs = Spelling::of(network.nsgs.iter().map(|item| &item.meta.name));
    let tables = Spelling::of(network.route_tables.iter().map(|item| &item.meta.name));
    let nats = Spelling::of(network.nat_gateways.iter().map(|item| &item.meta.name));
    let ips = Spelling::of(network.public_ips.iter().map(|item| &item.meta.name));
    let gateways = Spelling::of(network.gateways.iter().map(|item| &item.meta.name));
    let locals = Spelling::of(network.local_gateways.iter().map(|item| &item.meta.name));
    let subnets = subnet_ids(network);
    let fix_subnet = |id: &mut SubnetId| {
        if let Some(declared) = subnets.get(&lower(id)) {
            id.clone_from(declared);
        }
    };
    for vnet in &mut network.vnets {
        vnet.peerings
            .iter_mut()
            .for_each(|peering| vnets.fix(&mut peering.remote));
        for subnet in &mut vnet.subnets {
            subnet.nsg.iter_mut().for_each(|name| nsgs.fix(name));
            subnet
                .route_table
                .iter_mut()
                .for_each(|name| tables.fix(name));
            subnet
                .nat_gateway
                .iter_mut()
                .for_each(|name| nats.fix(name));
        }
    }
    for nat in &mut network.nat_gateways {
        nat.public_ips.iter_mut().for_each(|name| ips.fix(name));
    }
    let policies = Spelling::of(network.firewall_policies.iter().map(|item| &item.meta.name));
    for gateway in &mut network.app_gateways {
        gateway.subnet.iter_mut().for_each(fix_subnet);
        let frontends = gateway.frontends.iter_mut();
        frontends
            .flat_map(|frontend| &mut frontend.public_ip)
            .for_each(|name| ips.fix(name));
    }
    for firewall in &mut network.firewalls {
        fix_subnet(&mut firewall.subnet);
        let addresses = firewall.public_ips.iter_mut();
        addresses.for_each(|name| ips.fix(name));
        let policy = firewall.policy.iter_mut();
        policy.for_each(|name| policies.fix(name));
    }
    let zones = network.dns_zones.iter().filter(|zone| zone.private);
    let zones = Spelling::of(zones.map(|zone| &zone.meta.name));
    for endpoint in &mut network.private_endpoints {
        fix_subnet(&mut endpoint.subnet);
        let named = endpoint.zones.iter_mut();
        named.for_each(|name| zones.fix(name));
    }
    for account in &mut network.storage_accounts {
        account.subnets.iter_mut().for_each(fix_subnet);
    }
    for policy in &mut network.firewall_policies {
        let base = policy.base.iter_mut();
        base.for_each(|name| policies.fix(name));
    }
    for gateway in &mut network.gateways {
        gateway.subnet.iter_mut().for_each(fix_subnet);
    }
    for connection in &mut network.connections {
        gateways.fix(&mut connection.gateway);
        connection
            .local_gateway
            .iter_mut()
            .for_each(|name| locals.fix(name));
    }
    for zone in &mut network.dns_zones {
        let links = zone.links.iter_mut();
        links.for_each(|link| vnets.fix(&mut link.vnet));
    }
    for nic in &mut network.network_interfaces {
        nic.subnet.iter_mut().for_each(fix_subnet);
        nic.nsg.iter_mut().for_each(|name| nsgs.fix(name));
        nic.public_ip.iter_mut().for_each(|name| ips.fix(name));
    }
    let others = network.other_clusters.iter_mut();
    for cluster in network.cluster.iter_mut().chain(others) {
        let addresses = cluster.outbound_ips.iter_mut();
        addresses.for_each(|name| ips.fix(name));
        for pool in &mut cluster.pools {
            pool.subnet.iter_mut().for_each(fix_subnet);
            pool.pod_subnet.iter_mut().for_each(fix_subnet);
        }
    }
    for host in &mut network.hosts {
        host.nsg.iter_mut().for_each(|name| nsgs.fix(name));
        host.public_ip.iter_mut().for_each(|name| ips.fix(name));
        match &mut host.network {
            HostNetwork::Subnet(id) => fix_subnet(id),
            HostNetwork::OnPremises(name) => locals.fix(name),
            HostNetwork::Internet => {}
        }
    }
}

/// The subnets by their names in lower case.
fn subnet_ids(network: &Network) -> BTreeMap<(String, String), SubnetId> {
    let subnets = network.vnets.iter().flat_map(|vnet| &vnet.subnets);
    subnets
        .map(|subnet| (lower(&subnet.id()), subnet.id()))
        .collect()
}

fn lower(id: &SubnetId) -> (String, String) {
    (id.vnet.to_ascii_lowercase(), id.subnet.to_ascii_lowercase())
}
