//! Azure resources in the shape of ARM, as far as the engine knows them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::caused_by;
use crate::model::azure::{
    AddressPrefix, Cluster, DnsZone, NextHop, Nsg, NsgProtocol, PublicIp, RecordData, RecordSet,
    RouteTable, SecurityRule, UserRoute, Vnet,
};
use crate::model::kube::Meta;

fn resource(kind: &str, meta: &Meta, sku: Option<&str>, properties: Value) -> Value {
    let mut value = json!({ "type": kind, "name": &*meta.name });
    if let Some(sku) = sku {
        value["sku"] = json!({ "name": sku });
    }
    value["properties"] = properties;
    value["causedBy"] = caused_by(meta);
    value
}

/// `Microsoft.ContainerService/managedClusters`, as far as it says what is assumed.
pub(super) fn cluster(cluster: &Cluster) -> Value {
    let properties = json!({
        "kubernetesVersion": &*cluster.kubernetes_version,
        "networkProfile": {
            "networkPlugin": cluster.plugin.as_str(),
            "serviceCidr": cluster.service_cidr.to_string(),
            "dnsServiceIP": cluster.dns_service_ip.to_string(),
        },
    });
    resource(
        "Microsoft.ContainerService/managedClusters",
        &cluster.meta,
        None,
        properties,
    )
}

/// `Microsoft.Network/virtualNetworks`.
pub(super) fn vnet(vnet: &Vnet) -> Value {
    let prefixes: Vec<String> = vnet.address_space.iter().map(ToString::to_string).collect();
    let subnets = vnet.subnets.iter().map(|subnet| {
        let prefixes: Vec<String> = subnet.prefixes.iter().map(ToString::to_string).collect();
        json!({ "name": &*subnet.meta.name, "properties": { "addressPrefixes": prefixes } })
    });
    let properties = json!({
        "addressSpace": { "addressPrefixes": prefixes },
        "subnets": subnets.collect::<Vec<_>>(),
    });
    resource(
        "Microsoft.Network/virtualNetworks",
        &vnet.meta,
        None,
        properties,
    )
}

/// `Microsoft.Network/networkSecurityGroups`.
pub(super) fn nsg(nsg: &Nsg) -> Value {
    let rules: Vec<Value> = nsg.rules.iter().map(security_rule).collect();
    resource(
        "Microsoft.Network/networkSecurityGroups",
        &nsg.meta,
        None,
        json!({ "securityRules": rules }),
    )
}

fn security_rule(rule: &SecurityRule) -> Value {
    json!({
        "name": &*rule.meta.name,
        "properties": {
            "priority": rule.priority,
            "direction": if rule.inbound { "Inbound" } else { "Outbound" },
            "access": if rule.allow { "Allow" } else { "Deny" },
            "protocol": nsg_protocol(rule.protocol),
            "sourceAddressPrefixes": prefixes(&rule.sources),
            "sourcePortRanges": ports(&rule.source_ports),
            "destinationAddressPrefixes": prefixes(&rule.destinations),
            "destinationPortRanges": ports(&rule.destination_ports),
        },
        "causedBy": caused_by(&rule.meta),
    })
}

/// A protocol as security rules write it.
fn nsg_protocol(protocol: Option<NsgProtocol>) -> &'static str {
    match protocol {
        None => "*",
        Some(NsgProtocol::Tcp) => "Tcp",
        Some(NsgProtocol::Udp) => "Udp",
        Some(NsgProtocol::Icmp) => "Icmp",
        Some(NsgProtocol::Esp) => "Esp",
        Some(NsgProtocol::Ah) => "Ah",
    }
}

/// Port ranges as security rules write them; none is every port.
fn ports(ranges: &[(u16, u16)]) -> Vec<String> {
    if ranges.is_empty() {
        return vec!["*".to_owned()];
    }
    let one = |(first, last): &(u16, u16)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    ranges.iter().map(one).collect()
}

fn prefixes(prefixes: &[AddressPrefix]) -> Vec<String> {
    let one = |prefix: &AddressPrefix| match prefix {
        AddressPrefix::Any => "*".to_owned(),
        AddressPrefix::Net(net) => net.to_string(),
        AddressPrefix::Tag(tag) => tag.to_string(),
    };
    prefixes.iter().map(one).collect()
}

/// `Microsoft.Network/routeTables`.
pub(super) fn route_table(table: &RouteTable) -> Value {
    let properties = json!({
        "disableBgpRoutePropagation": table.disable_bgp_route_propagation,
        "routes": table.routes.iter().map(route).collect::<Vec<_>>(),
    });
    resource(
        "Microsoft.Network/routeTables",
        &table.meta,
        None,
        properties,
    )
}

fn route(route: &UserRoute) -> Value {
    let prefix = route.prefix.map(|prefix| prefix.to_string());
    let tag = route.tag.as_deref().map(str::to_owned);
    let address = match &route.next_hop {
        NextHop::VirtualAppliance(address) => Some(address.to_string()),
        _ => None,
    };
    json!({
        "name": &*route.meta.name,
        "properties": {
            "addressPrefix": prefix.or(tag),
            "nextHopType": route.next_hop.as_str(),
            "nextHopIpAddress": address,
        },
        "causedBy": caused_by(&route.meta),
    })
}

/// `Microsoft.Network/dnsZones` and `privateDnsZones` with their records.
pub(super) fn dns_zone(zone: &DnsZone) -> Value {
    let record = |set: &RecordSet| {
        let properties = match &set.data {
            RecordData::Addresses(addresses) => {
                let (v4, v6): (Vec<&IpAddr>, Vec<&IpAddr>) =
                    addresses.iter().partition(|ip| ip.is_ipv4());
                let list = |field: &str, all: &[&IpAddr]| -> Vec<Value> {
                    let text = all.iter().map(|ip| json!({ field: ip.to_string() }));
                    text.collect()
                };
                json!({
                    "ARecords": list("ipv4Address", &v4),
                    "AAAARecords": list("ipv6Address", &v6),
                })
            }
            RecordData::Cname(target) => json!({ "CNAMERecord": { "cname": &**target } }),
            RecordData::Text(text) => json!({ "TXTRecords": [{ "value": [&**text] }] }),
        };
        json!({ "name": &*set.name, "properties": properties })
    };
    let records: Vec<Value> = zone.records.iter().map(record).collect();
    let kind = if zone.private {
        "Microsoft.Network/privateDnsZones"
    } else {
        "Microsoft.Network/dnsZones"
    };
    resource(kind, &zone.meta, None, json!({ "recordSets": records }))
}

/// `Microsoft.Network/publicIPAddresses`.
pub(super) fn public_ip(ip: &PublicIp) -> Value {
    let properties = json!({
        "ipAddress": ip.ip.map(|address| address.to_string()),
        "publicIPAllocationMethod": if ip.static_allocation { "Static" } else { "Dynamic" },
    });
    let sku = if ip.standard { "Standard" } else { "Basic" };
    resource(
        "Microsoft.Network/publicIPAddresses",
        &ip.meta,
        Some(sku),
        properties,
    )
}
