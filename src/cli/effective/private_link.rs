//! Private endpoints and zones in the shape of ARM, as far as the engine knows them.

use serde_json::{Value, json};

use super::azure::resource;
use crate::engine::azure::private_endpoint::state;
use crate::model::dns_zone::{DnsZone, RecordData, RecordSet};
use crate::model::network::Network;
use crate::model::private_link::PrivateEndpoint;

/// `Microsoft.Network/privateEndpoints`.
pub(super) fn endpoint(network: &Network, endpoint: &PrivateEndpoint) -> Value {
    let subnet = format!("{}/{}", endpoint.subnet.vnet, endpoint.subnet.subnet);
    let addresses = endpoint
        .ips
        .iter()
        .map(|ip| json!({ "properties": { "privateIPAddress": ip.to_string() } }));
    let connections = endpoint.connections.iter().map(|connection| {
        let groups: Vec<&str> = connection.groups.iter().map(|group| &**group).collect();
        json!({
            "properties": {
                "privateLinkServiceId": &*connection.resource,
                "groupIds": groups,
                "privateLinkServiceConnectionState": { "status": state(network, endpoint).as_str() },
            },
        })
    });
    let properties = json!({
        "subnet": { "id": subnet },
        "ipConfigurations": addresses.collect::<Vec<_>>(),
        "privateLinkServiceConnections": connections.collect::<Vec<_>>(),
    });
    let kind = "Microsoft.Network/privateEndpoints";
    resource(kind, &endpoint.meta, None, properties)
}

/// `Microsoft.Network/privateDnsZones` or `dnsZones`, with its record sets.
pub(super) fn zone(zone: &DnsZone) -> Value {
    let kind = if zone.private {
        "Microsoft.Network/privateDnsZones"
    } else {
        "Microsoft.Network/dnsZones"
    };
    let records: Vec<Value> = zone.records.iter().map(record_set).collect();
    resource(kind, &zone.meta, None, json!({ "recordSets": records }))
}

fn record_set(set: &RecordSet) -> Value {
    let properties = match &set.data {
        RecordData::Addresses(ips) => {
            let v4 = ips.iter().filter(|ip| ip.is_ipv4());
            let v6 = ips.iter().filter(|ip| ip.is_ipv6());
            let v4 = v4.map(|ip| json!({ "ipv4Address": ip.to_string() }));
            let v6 = v6.map(|ip| json!({ "ipv6Address": ip.to_string() }));
            json!({ "aRecords": v4.collect::<Vec<_>>(), "aaaaRecords": v6.collect::<Vec<_>>() })
        }
        RecordData::Cname(target) => json!({ "cnameRecord": { "cname": &**target } }),
        RecordData::Texts(texts) => {
            let texts = texts.iter().map(|text| json!({ "value": [&**text] }));
            json!({ "txtRecords": texts.collect::<Vec<_>>() })
        }
    };
    let mut value = json!({ "name": &*set.name, "properties": properties });
    if let Some(from) = &set.made_from {
        value["causedBy"] = json!({ "by": "private-dns-zone-group", "from": from.to_string() });
    }
    value
}
