//! Addresses of private endpoints, and the records that zone groups write for them.

use std::net::IpAddr;
use std::sync::Arc;

use super::address::AddressPool;
use super::node_addresses::private_addresses;
use super::{assign, error};
use crate::engine::azure::cloud_provider::requested;
use crate::engine::azure::private_endpoint::state;
use crate::engine::azure::topology::same;
use crate::engine::dns::private_link::records_in;
use crate::model::diagnostic::Diagnostic;
use crate::model::dns_zone::{RecordData, RecordSet};
use crate::model::network::Network;
use crate::model::private_link::ConnectionState;

/// Who hands out addresses.
const AZURE: &str = "azure";
/// Who writes the records.
const ZONE_GROUP: &str = "private-dns-zone-group";

/// Takes the addresses of the interface that Azure made for an endpoint, where they are only written there.
pub fn of_interfaces(network: &mut Network) {
    for endpoint in &mut network.private_endpoints {
        if !endpoint.ips.is_empty() {
            continue;
        }
        let mut interfaces = network.network_interfaces.iter();
        let own = interfaces.find(|nic| {
            let mut names = endpoint.interfaces.iter();
            names.any(|name| same(name, &nic.meta.name))
        });
        if let Some(nic) = own {
            endpoint.ips.clone_from(&nic.ips);
        }
    }
}

/// Gives every endpoint without an address the lowest one of its subnet that nobody has and no Service asks for.
pub fn allocate(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    let waiting = network.private_endpoints.iter().any(|it| it.ips.is_empty());
    if !waiting {
        return;
    }
    let mut taken = private_addresses(network);
    taken.extend(network.services.iter().filter_map(requested));
    for index in 0..network.private_endpoints.len() {
        let Some(endpoint) = network.private_endpoints.get(index) else {
            continue;
        };
        let subnet = network.subnet(&endpoint.subnet);
        let Some(subnet) = subnet.filter(|_| endpoint.ips.is_empty()) else {
            continue;
        };
        let mut free = AddressPool::of_subnet(&subnet.prefixes);
        for address in &taken {
            free.take(*address);
        }
        let Some(address) = free.take_lowest() else {
            let message = format!(
                "no address is left in the subnet for private endpoint `{}`",
                endpoint.meta.name
            );
            let problem = error("subnet-full", message)
                .about(subnet.reference())
                .field("properties.addressPrefix")
                .found("no free address", "one address for each endpoint")
                .hint("use a larger `addressPrefix`, or another subnet");
            problems.push(problem);
            continue;
        };
        taken.insert(address);
        if let Some(endpoint) = network.private_endpoints.get_mut(index) {
            endpoint.ips.push(address);
            assign(&mut endpoint.meta, "properties.ipConfigurations", AZURE);
        }
    }
}

/// Writes the records of zone groups: the address of an endpoint that works, under the name of its resource.
/// Records that are written down stay.
pub fn publish(network: &mut Network) {
    let mut made: Vec<(Arc<str>, RecordSet)> = Vec::new();
    for endpoint in &network.private_endpoints {
        if state(network, endpoint) != ConnectionState::Approved {
            continue;
        }
        let zones = network.dns_zones.iter().filter(|zone| zone.private);
        let named = |name: &str| endpoint.zones.iter().any(|it| same(it, name));
        for zone in zones.filter(|zone| named(&zone.meta.name)) {
            let addresses: Vec<IpAddr> = endpoint.ips.clone();
            for name in records_in(zone, endpoint)
                .into_iter()
                .filter(|_| !addresses.is_empty())
            {
                let record = RecordSet {
                    name: Arc::from(name),
                    data: RecordData::Addresses(addresses.clone()),
                    made_from: Some(endpoint.reference()),
                };
                made.push((zone.meta.name.clone(), record));
            }
        }
    }
    for (name, record) in made {
        let mut zones = network.dns_zones.iter_mut();
        let Some(zone) = zones.find(|zone| zone.private && same(&zone.meta.name, &name)) else {
            continue;
        };
        let known = zone.records.iter().any(|it| same(&it.name, &record.name));
        if !known {
            assign(&mut zone.meta, "properties.records", ZONE_GROUP);
            zone.records.push(record);
        }
    }
}
