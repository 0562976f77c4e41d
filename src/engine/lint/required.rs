//! What a cluster must be able to reach, asked of the firewall that its nodes leave by (section 4, P-05).
//!
//! A name counts as refused only where a rule or the lack of one refuses it for certain: what a firewall decides
//! by FQDN tags or lists that are not modelled is left alone, and so is an appliance that is a machine.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::warning;
use crate::engine::azure::firewall::{self, Verdict};
use crate::engine::azure::topology;
use crate::model::azure::{Cluster, NextHop, OutboundType, Subnet};
use crate::model::diagnostic::Diagnostic;
use crate::model::firewall::Firewall;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;

/// Names that nodes ask by HTTPS (AKS: "Control egress traffic").
const NAMES: [&str; 6] = [
    "mcr.microsoft.com",
    "eastus.data.mcr.microsoft.com",
    "management.azure.com",
    "login.microsoftonline.com",
    "packages.microsoft.com",
    "acs-mirror.azureedge.net",
];
/// An address of the internet that no rule of a scenario names (RFC 5737).
const SOMEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254));

pub fn check(network: &Network, problems: &mut Vec<Diagnostic>) {
    let Some(cluster) = &network.cluster else {
        return;
    };
    if cluster.outbound_type != OutboundType::UserDefinedRouting {
        return;
    }
    let mut asked: Vec<Ref> = Vec::new();
    for subnet in topology::pool_subnets(network) {
        let Some(firewall) = way_out(network, subnet) else {
            continue;
        };
        let object = firewall.reference();
        if asked.contains(&object) {
            continue;
        }
        problems.extend(refused(network, cluster, subnet, firewall));
        asked.push(object);
    }
}

/// The firewall that the subnet's route for 0.0.0.0/0 leads to.
fn way_out<'n>(network: &'n Network, subnet: &Subnet) -> Option<&'n Firewall> {
    let table = network.route_table(subnet.route_table.as_deref()?)?;
    let route = table.routes.iter().find(|route| {
        route
            .prefix
            .is_some_and(|net| net.prefix_len() == 0 && net.addr().is_ipv4())
    })?;
    let NextHop::VirtualAppliance(hop) = route.next_hop else {
        return None;
    };
    let mut firewalls = network.firewalls.iter();
    firewalls.find(|it| firewall::private_address(network, it) == Some(hop))
}

fn refused(
    network: &Network,
    cluster: &Cluster,
    subnet: &Subnet,
    firewall: &Firewall,
) -> Option<Diagnostic> {
    let mut nodes = network.nodes.iter();
    let node = nodes.find(|node| {
        topology::node_subnet(network, node).is_some_and(|own| own.id() == subnet.id())
    })?;
    let packet = Packet {
        source: node.ip()?,
        destination: SOMEWHERE,
        destination_port: 443,
        ..Packet::default()
    };
    let api: Arc<str> = Arc::from(format!("cluster.hcp.{}.azmk8s.io", cluster.location));
    let names: Vec<&str> = NAMES.into_iter().chain([&*api]).collect();
    let denied = |name: &&str| {
        let (verdict, _) = firewall::decide(network, firewall, &packet, (Some(name), false));
        verdict == Verdict::Denied
    };
    let refused: Vec<&str> = names.iter().copied().filter(|name| denied(name)).collect();
    if refused.is_empty() {
        return None;
    }
    let message = format!(
        "{} refuses {} of {} names that the cluster needs: {}",
        firewall.reference(),
        refused.len(),
        names.len(),
        refused.join(", ")
    );
    let object = match &firewall.policy {
        Some(policy) if network.firewall_policy(policy).is_some() => {
            Ref::new(Kind::FirewallPolicy, policy.clone())
        }
        _ => firewall.reference(),
    };
    Some(
        warning("required-names-refused", message)
            .about(object)
            .hint("allow them on port 443, or the FQDN tag `AzureKubernetesService`"),
    )
}
