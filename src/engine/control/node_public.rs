//! Public addresses of nodes: those of pools with `enableNodePublicIP`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::assign;
use crate::model::azure::Cluster;
use crate::model::network::Network;

/// Who hands them out.
const AZURE: &str = "azure";
/// The last usable address of a range for benchmarks (RFC 2544), which belongs to nobody. Nodes get addresses from here
/// downwards, so that they never take the place of what Services and resources get from its beginning.
const LAST: Ipv4Addr = Ipv4Addr::new(198, 19, 255, 254);

/// Gives each node of such a pool a public address of its own, if none is written.
pub fn complete(network: &mut Network, cluster: &Cluster) {
    let mut pools = cluster.pools.iter();
    if !pools.any(|pool| pool.public_ip) {
        return;
    }
    let resources = network.public_ips.iter().filter_map(|it| it.ip);
    let hosts = network.hosts.iter().filter_map(|host| host.ip);
    let nodes = network.nodes.iter().flat_map(|node| &node.external_ips);
    let taken: BTreeSet<IpAddr> = resources.chain(hosts).chain(nodes.copied()).collect();
    let mut free = (0..=u32::from(LAST))
        .rev()
        .map(|bits| IpAddr::V4(Ipv4Addr::from(bits)))
        .filter(|address| !taken.contains(address));
    for node in &mut network.nodes {
        let mut pools = cluster.pools.iter().filter(|pool| pool.public_ip);
        let public = pools.any(|pool| node.pool.as_ref() == Some(&pool.name));
        if public && node.external_ips.is_empty() {
            node.external_ips.extend(free.next());
            assign(&mut node.meta, "status.addresses", AZURE);
        }
    }
}
