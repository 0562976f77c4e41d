//! The way out that AKS builds: the outbound rule of the load balancer, or a NAT gateway.

use std::sync::Arc;

use super::{derived_meta, ensure_load_balancer};
use crate::engine::azure::topology;
use crate::engine::control::public_ips::{PublicAddresses, managed};
use crate::model::azure::{
    Cluster, Frontend, NatGateway, OutboundRule, OutboundType, PublicIp, SubnetId,
};
use crate::model::network::Network;
use crate::model::written_balancer::{OUTBOUND_RULE, WrittenBalancer};

/// The name of the NAT gateway that AKS makes.
const NAT_GATEWAY: &str = "aks-natgateway";
/// The name of the address of that NAT gateway.
const NAT_GATEWAY_IP: &str = "aks-natgateway-ip";
/// Idle timeout of the outbound rule in minutes, where the cluster does not say.
const IDLE_MINUTES: u32 = 30;

/// Makes the outbound rule or the NAT gateway of the cluster. An outbound rule that somebody edited is as it was written,
/// until AKS puts it back.
///
/// The public IP resources that the cluster names exist by now, with their addresses.
pub fn reconcile(network: &mut Network) {
    let Some(cluster) = network.cluster.clone() else {
        return;
    };
    match cluster.outbound_type {
        OutboundType::LoadBalancer if cluster.standard_load_balancer => {
            outbound_rule(network, &cluster);
        }
        OutboundType::ManagedNatGateway | OutboundType::ManagedNatGatewayV2 => {
            nat_gateway(network, &cluster);
        }
        _ => {}
    }
}

fn outbound_rule(network: &mut Network, cluster: &Cluster) {
    let caused_by = cluster.reference();
    let mut balancers = network.written_balancers.iter();
    let written = balancers.find(|it| it.is_of_aks() && it.outbound_rules.is_some());
    let edited = written.and_then(WrittenBalancer::rule_of_aks);
    let frontends = |names: Vec<&Arc<str>>| -> Vec<Frontend> {
        let made = names.into_iter().filter_map(|name| {
            Some(Frontend {
                name: name.clone(),
                ip: network.public_ip(name)?.ip?,
                public_ip: Some(name.clone()),
                subnet: None,
                caused_by: caused_by.clone(),
            })
        });
        made.collect()
    };
    let of_cluster = frontends(cluster.outbound_ips.iter().collect());
    let named = written
        .zip(edited)
        .map(|(balancer, (_, rule))| balancer.addresses(rule).collect());
    let of_rule = named.map(frontends).filter(|them| !them.is_empty());
    let used = of_rule.unwrap_or_else(|| of_cluster.clone());
    let minutes = cluster.outbound_idle_minutes;
    let minutes = if minutes == 0 { IDLE_MINUTES } else { minutes };
    let rule = edited.map(|(_, rule)| rule);
    let ports = rule.and_then(|it| it.allocated_ports);
    let rule = OutboundRule {
        name: Arc::from(OUTBOUND_RULE),
        frontends: used.iter().map(|one| one.name.clone()).collect(),
        allocated_ports: ports.unwrap_or(cluster.allocated_outbound_ports),
        idle_minutes: rule.and_then(|it| it.idle_minutes).unwrap_or(minutes),
    };
    let taken_away = written.is_some() && edited.is_none();
    let index = ensure_load_balancer(network, false, &caused_by);
    let Some(balancer) = network.load_balancers.get_mut(index) else {
        return;
    };
    if !taken_away {
        balancer.outbound_rules.push(rule);
    }
    balancer.frontends.extend(of_cluster);
    for frontend in used {
        let mut known = balancer.frontends.iter();
        if !known.any(|it| it.name == frontend.name) {
            balancer.frontends.push(frontend);
        }
    }
}

/// A NAT gateway, with one address or as many as asked for, on every node subnet that has none. That of
/// `managedNATGatewayV2` and its addresses have the SKU `StandardV2` (Microsoft: "Create a managed or user-assigned NAT
/// gateway for your AKS cluster").
fn nat_gateway(network: &mut Network, cluster: &Cluster) {
    let without: Vec<SubnetId> = topology::pool_subnets(network)
        .into_iter()
        .filter(|subnet| subnet.nat_gateway.is_none())
        .map(crate::model::azure::Subnet::id)
        .collect();
    if without.is_empty() {
        return;
    }
    let mut public_ips = cluster.nat_gateway_ips.clone();
    if public_ips.is_empty() {
        public_ips = managed(NAT_GATEWAY_IP, cluster.managed_outbound_ips);
    }
    let v2 = cluster.outbound_type == OutboundType::ManagedNatGatewayV2;
    let mut free = PublicAddresses::of(network);
    for name in &public_ips {
        if network.public_ip(name).is_none() {
            network.public_ips.push(PublicIp {
                meta: derived_meta(name.clone(), &cluster.reference()),
                ip: free.take_next(),
                standard: true,
                v2,
                static_allocation: true,
                location: cluster.location.clone(),
                ..PublicIp::default()
            });
        }
    }
    network.nat_gateways.push(NatGateway {
        meta: derived_meta(NAT_GATEWAY, &cluster.reference()),
        public_ips,
        v2,
        prefixes: Vec::new(),
    });
    let subnets = network.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
    for subnet in subnets {
        if without.contains(&subnet.id()) {
            subnet.nat_gateway = Some(Arc::from(NAT_GATEWAY));
        }
    }
}
