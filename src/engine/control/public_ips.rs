//! Public addresses: the cluster's outbound address, and addresses of resources that were written without one.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::Ipv4Net;

use super::address::AddressPool;
use super::{AKS, assign, error, of_cluster};
use crate::model::azure::{OutboundType, PublicIp};
use crate::model::diagnostic::Diagnostic;
use crate::model::network::Network;
use crate::model::ours::HostNetwork;

/// Who hands out public addresses.
const AZURE: &str = "azure";

/// The ranges that public addresses are handed out from: they are reserved for documentation (RFC 5737) and for
/// benchmarks (RFC 2544), so they belong to nobody.
const RANGES: [([u8; 4], u8); 4] = [
    ([192, 0, 2, 0], 24),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([198, 18, 0, 0], 15),
];

/// Adds the outbound public IP of a cluster whose load balancer needs one and that names none, or names one
/// that was not written (it stands in the node resource group).
pub fn outbound(network: &mut Network) {
    let Some(cluster) = network.cluster.clone() else {
        return;
    };
    if cluster.outbound_type != OutboundType::LoadBalancer || !cluster.standard_load_balancer {
        return;
    }
    let mut names = cluster.outbound_ips.clone();
    if names.is_empty() {
        names = managed("aks-outbound-ip", cluster.managed_outbound_ips);
        if let Some(cluster) = &mut network.cluster {
            cluster.outbound_ips.clone_from(&names);
            let field = "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs";
            assign(&mut cluster.meta, field, AKS);
        }
    }
    for name in names {
        if network.public_ip(&name).is_none() {
            network.public_ips.push(PublicIp {
                meta: of_cluster(&cluster, "", &name),
                ip: None,
                standard: true,
                static_allocation: true,
                location: cluster.location.clone(),
                ..PublicIp::default()
            });
        }
    }
}

/// The names of as many addresses as AKS manages, one where nobody asks for a number. In Azure they are random.
pub fn managed(first: &str, count: u32) -> Vec<Arc<str>> {
    let more = (2..=count).map(|number| Arc::from(format!("{first}-{number}")));
    std::iter::once(Arc::from(first)).chain(more).collect()
}

/// Gives every public IP resource without an address the next free one.
pub fn allocate(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let waiting = network.public_ips.iter().any(|public| public.ip.is_none());
    if !waiting && network.storage_accounts.is_empty() {
        return;
    }
    let mut free = PublicAddresses::of(network);
    for account in &mut network.storage_accounts {
        account.ip = account.ip.or_else(|| free.take_last());
    }
    for public in &mut network.public_ips {
        if public.ip.is_some() {
            continue;
        }
        public.ip = free.take_next();
        if public.ip.is_some() {
            assign(&mut public.meta, "properties.ipAddress", AZURE);
        } else {
            problems.push(
                error("public-ips-full", "no public address is left to hand out")
                    .about(crate::model::object::Ref::new(
                        crate::model::object::Kind::PublicIp,
                        public.meta.name.clone(),
                    ))
                    .field("properties.ipAddress")
                    .hint("write `properties.ipAddress`"),
            );
        }
    }
}

/// Public addresses that nobody in the scenario has.
#[derive(Debug)]
pub struct PublicAddresses {
    ranges: Vec<AddressPool>,
}

impl PublicAddresses {
    /// All but those that public IP resources, Services and hosts of `network` have.
    pub fn of(network: &Network) -> Self {
        let pool = |(first, length): ([u8; 4], u8)| {
            AddressPool::new(Ipv4Net::new_assert(Ipv4Addr::from(first), length), 1, 1)
        };
        let mut ranges = RANGES.map(pool).to_vec();
        for address in taken(network) {
            for range in &mut ranges {
                range.take(address);
            }
        }
        Self { ranges }
    }

    /// The next one from the end of the ranges, where it takes no other its place.
    pub fn take_last(&mut self) -> Option<IpAddr> {
        self.ranges
            .iter_mut()
            .rev()
            .find_map(AddressPool::take_lowest)
    }

    /// The next one.
    pub fn take_next(&mut self) -> Option<IpAddr> {
        self.ranges.iter_mut().find_map(AddressPool::take_lowest)
    }
}

fn taken(network: &Network) -> BTreeSet<IpAddr> {
    let resources = network.public_ips.iter().filter_map(|public| public.ip);
    let hosts = network.hosts.iter().flat_map(|host| {
        let own = host.ip.filter(|_| host.network == HostNetwork::Internet);
        let public = host.public_ip.as_ref().and_then(|text| text.parse().ok());
        own.into_iter().chain(public)
    });
    let services = network.services.iter().flat_map(|service| {
        let ingress = service.ingress.iter().map(|ingress| ingress.ip);
        ingress.chain(service.load_balancer_ip)
    });
    let frontends = network
        .load_balancers
        .iter()
        .flat_map(|balancer| balancer.frontends.iter().map(|frontend| frontend.ip));
    let accounts = network.storage_accounts.iter().filter_map(|it| it.ip);
    let nodes = network.nodes.iter().flat_map(|node| &node.external_ips);
    resources
        .chain(nodes.copied())
        .chain(accounts)
        .chain(hosts)
        .chain(services)
        .chain(frontends)
        .collect()
}
