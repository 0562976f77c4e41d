//! Azure resources in the shape of ARM, as far as the engine knows them.

use serde_json::{Value, json};

use super::caused_by;
use crate::model::azure::{
    AddressPrefix, Frontend, LbRule, LoadBalancer, NextHop, Nsg, NsgProtocol, OutboundRule, Probe,
    ProbeKind, PublicIp, RouteTable, SecurityRule, UserRoute,
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

/// `Microsoft.Network/loadBalancers`.
pub(super) fn load_balancer(balancer: &LoadBalancer) -> Value {
    let pool = json!({ "name": &*balancer.meta.name, "properties": { "nodes": texts(&balancer.backend_nodes) } });
    let properties = json!({
        "frontendIPConfigurations": balancer.frontends.iter().map(frontend).collect::<Vec<_>>(),
        "backendAddressPools": [pool],
        "loadBalancingRules": balancer.rules.iter().map(|rule| lb_rule(balancer, rule)).collect::<Vec<_>>(),
        "probes": balancer.probes.iter().map(probe).collect::<Vec<_>>(),
        "outboundRules": balancer.outbound_rules.iter().map(|rule| outbound(balancer, rule)).collect::<Vec<_>>(),
    });
    let sku = if balancer.standard {
        "Standard"
    } else {
        "Basic"
    };
    resource(
        "Microsoft.Network/loadBalancers",
        &balancer.meta,
        Some(sku),
        properties,
    )
}

fn frontend(frontend: &Frontend) -> Value {
    let properties = match (&frontend.public_ip, &frontend.subnet) {
        (None, Some(subnet)) => json!({
            "privateIPAddress": frontend.ip.to_string(),
            "subnet": { "id": format!("{}/{}", subnet.vnet, subnet.subnet) },
        }),
        (public_ip, _) => json!({
            "publicIPAddress": { "id": public_ip.as_deref(), "properties": { "ipAddress": frontend.ip.to_string() } },
        }),
    };
    json!({ "name": &*frontend.name, "properties": properties, "causedBy": { "from": frontend.caused_by.to_string() } })
}

fn lb_rule(balancer: &LoadBalancer, rule: &LbRule) -> Value {
    json!({
        "name": &*rule.name,
        "properties": {
            "frontendIPConfiguration": { "id": &*rule.frontend },
            "backendAddressPool": { "id": &*balancer.meta.name },
            "protocol": rule.protocol.map_or("All", transport),
            "frontendPort": rule.frontend_port,
            "backendPort": rule.backend_port,
            "enableFloatingIP": rule.floating_ip,
            "loadDistribution": if rule.source_ip_affinity { "SourceIP" } else { "Default" },
            "idleTimeoutInMinutes": rule.idle_minutes,
            "enableTcpReset": rule.tcp_reset,
            "disableOutboundSnat": rule.disable_outbound_snat,
            "probe": rule.probe.as_deref().map(|probe| json!({ "id": probe })),
        },
        "causedBy": { "from": rule.caused_by.to_string(), "field": rule.field },
    })
}

fn transport(protocol: crate::model::packet::Protocol) -> &'static str {
    use crate::model::packet::Protocol;
    match protocol {
        Protocol::Tcp => "Tcp",
        Protocol::Udp => "Udp",
        Protocol::Sctp | Protocol::Icmp => protocol.as_str(),
    }
}

fn probe(probe: &Probe) -> Value {
    let (protocol, path) = match &probe.kind {
        ProbeKind::Tcp => ("Tcp", None),
        ProbeKind::Http(path) => ("Http", Some(path)),
        ProbeKind::Https(path) => ("Https", Some(path)),
    };
    json!({
        "name": &*probe.name,
        "properties": {
            "protocol": protocol,
            "requestPath": path.map(|path| &**path),
            "port": probe.port,
            "intervalInSeconds": probe.interval_seconds,
            "numberOfProbes": probe.threshold,
        },
        "causedBy": { "from": probe.caused_by.to_string() },
    })
}

fn outbound(balancer: &LoadBalancer, rule: &OutboundRule) -> Value {
    let frontends: Vec<Value> = rule
        .frontends
        .iter()
        .map(|name| json!({ "id": &**name }))
        .collect();
    json!({
        "name": &*rule.name,
        "properties": {
            "frontendIPConfigurations": frontends,
            "backendAddressPool": { "id": &*balancer.meta.name },
            "protocol": "All",
            "allocatedOutboundPorts": rule.allocated_ports,
            "idleTimeoutInMinutes": rule.idle_minutes,
        },
    })
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
pub(super) fn nsg_protocol(protocol: Option<NsgProtocol>) -> &'static str {
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
pub(super) fn ports(ranges: &[(u16, u16)]) -> Vec<String> {
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

fn texts(names: &[std::sync::Arc<str>]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
