//! The way out that AKS builds: the outbound rule of the load balancer, or a NAT gateway.

use std::sync::Arc;

use super::{derived_meta, ensure_load_balancer};
use crate::engine::azure::topology;
use crate::engine::control::public_ips::{PublicAddresses, managed};
use crate::model::azure::{
    Cluster, Frontend, NatGateway, OutboundRule, OutboundType, PublicIp, SubnetId,
};
use crate::model::network::Network;

/// The name of the outbound rule, as AKS gives it.
const RULE: &str = "aksOutboundRule";
/// The name of the NAT gateway that AKS makes.
const NAT_GATEWAY: &str = "aks-natgateway";
/// The name of the address of that NAT gateway.
const NAT_GATEWAY_IP: &str = "aks-natgateway-ip";
/// Idle timeout of the outbound rule in minutes, where the cluster does not say.
const IDLE_MINUTES: u32 = 30;

/// Makes the outbound rule or the NAT gateway of the cluster.
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
    let frontends: Vec<Frontend> = cluster
        .outbound_ips
        .iter()
        .filter_map(|name| {
            Some(Frontend {
                name: name.clone(),
                ip: network.public_ip(name)?.ip?,
                public_ip: Some(name.clone()),
                subnet: None,
                caused_by: caused_by.clone(),
            })
        })
        .collect();
    let index = ensure_load_balancer(network, false, &caused_by);
    if let Some(balancer) = network.load_balancers.get_mut(index) {
        balancer.outbound_rules.push(OutboundRule {
            name: Arc::from(RULE),
            frontends: frontends.iter().map(|one| one.name.clone()).collect(),
            allocated_ports: cluster.allocated_outbound_ports,
            idle_minutes: match cluster.outbound_idle_minutes {
                0 => IDLE_MINUTES,
                minutes => minutes,
            },
        });
        balancer.frontends.extend(frontends);
    }
}

/// A NAT gateway, with one address or as many as asked for, on every node subnet that has none.
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
    let mut free = PublicAddresses::of(network);
    for name in &public_ips {
        if network.public_ip(name).is_none() {
            network.public_ips.push(PublicIp {
                meta: derived_meta(name.clone(), &cluster.reference()),
                ip: free.take_next(),
                standard: true,
                static_allocation: true,
                location: cluster.location.clone(),
                ..PublicIp::default()
            });
        }
    }
    network.nat_gateways.push(NatGateway {
        meta: derived_meta(NAT_GATEWAY, &cluster.reference()),
        public_ips,
    });
    let subnets = network.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
    for subnet in subnets {
        if without.contains(&subnet.id()) {
            subnet.nat_gateway = Some(Arc::from(NAT_GATEWAY));
        }
    }
}
