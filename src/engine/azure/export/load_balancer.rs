//! Load balancers, as `az network lb show` prints them.

use serde_json::{Value, json};

use super::{caused_by, columns, subnet_id};
use crate::engine::azure::snat::ports_per_node;
use crate::engine::trace::Cause;
use crate::model::azure::{
    Cluster, Frontend, LbRule, LoadBalancer, OutboundRule, Probe, ProbeKind,
};
use crate::model::kube::Origin;
use crate::model::network::Network;
use crate::model::packet::Protocol;

/// The backend pool of load balancing rules.
const POOL: &str = "kubernetes";
/// The backend pool of the outbound rule.
const OUTBOUND_POOL: &str = "aksOutboundBackendPool";

/// Every load balancer.
pub fn load_balancers(network: &Network) -> Value {
    let all = network.load_balancers.iter();
    Value::Array(all.map(|one| load_balancer(network, one)).collect())
}

fn load_balancer(network: &Network, balancer: &LoadBalancer) -> Value {
    let location = network
        .cluster
        .as_ref()
        .map_or("", |cluster| &*cluster.location);
    let cause = match &balancer.meta.origin {
        Origin::Derived { from, .. } => caused_by(&Cause::object(from.clone())),
        _ => Value::Null,
    };
    let list = |items: Vec<Value>| Value::Array(items);
    json!({
        "type": "Microsoft.Network/loadBalancers",
        "name": &*balancer.meta.name,
        "location": location,
        "sku": { "name": if balancer.standard { "Standard" } else { "Basic" } },
        "properties": {
            "frontendIPConfigurations": list(balancer.frontends.iter().map(frontend).collect()),
            "backendAddressPools": list(pools(network, balancer)),
            "loadBalancingRules": list(balancer.rules.iter().map(|one| rule(balancer, one)).collect()),
            "probes": list(balancer.probes.iter().map(probe).collect()),
            "outboundRules": list(balancer.outbound_rules.iter().map(|one| outbound(balancer, one)).collect()),
        },
        "causedBy": cause,
    })
}

/// The short id of a part of a load balancer.
fn part(balancer: &LoadBalancer, name: &str) -> Value {
    json!({ "id": format!("{}/{name}", balancer.meta.name) })
}

fn frontend(frontend: &Frontend) -> Value {
    let properties = match (&frontend.subnet, &frontend.public_ip) {
        (Some(subnet), _) => json!({
            "privateIPAddress": frontend.ip.to_string(),
            "subnet": subnet_id(subnet),
        }),
        (None, Some(public)) => json!({ "publicIPAddress": {
            "id": &**public,
            "properties": { "ipAddress": frontend.ip.to_string() },
        }}),
        (None, None) => json!({ "publicIPAddress": {
            "properties": { "ipAddress": frontend.ip.to_string() },
        }}),
    };
    json!({
        "name": &*frontend.name,
        "properties": properties,
        "causedBy": caused_by(&Cause::object(frontend.caused_by.clone())),
    })
}

/// The pool of rules has the name of the cluster, that of outbound rules another; the members of both are the primary
/// addresses of nodes.
fn pools(network: &Network, balancer: &LoadBalancer) -> Vec<Value> {
    let outbound = (!balancer.outbound_rules.is_empty()).then_some(OUTBOUND_POOL);
    let names = std::iter::once(POOL).chain(outbound);
    names.map(|name| pool(network, balancer, name)).collect()
}

fn pool(network: &Network, balancer: &LoadBalancer, name: &str) -> Value {
    let members: Vec<Value> = balancer
        .backend_nodes
        .iter()
        .map(|name| {
            let ip = network.node(name).and_then(crate::model::kube::Node::ip);
            json!({
                "name": &**name,
                "properties": { "ipAddress": ip.map(|ip| ip.to_string()) },
                "causedBy": { "object": format!("node/{name}") },
            })
        })
        .collect();
    json!({
        "name": name,
        "properties": { "loadBalancerBackendAddresses": members },
    })
}

fn rule_protocol(rule: &LbRule) -> &'static str {
    match rule.protocol {
        Some(Protocol::Tcp) => "Tcp",
        Some(Protocol::Udp) => "Udp",
        _ => "All",
    }
}

fn distribution(rule: &LbRule) -> &'static str {
    if rule.source_ip_affinity {
        "SourceIP"
    } else {
        "Default"
    }
}

fn rule(balancer: &LoadBalancer, rule: &LbRule) -> Value {
    json!({
        "name": &*rule.name,
        "properties": {
            "frontendIPConfiguration": part(balancer, &rule.frontend),
            "backendAddressPool": part(balancer, POOL),
            "probe": rule.probe.as_ref().map(|probe| part(balancer, probe)),
            "protocol": rule_protocol(rule),
            "frontendPort": rule.frontend_port,
            "backendPort": rule.backend_port,
            "enableFloatingIP": rule.floating_ip,
            "loadDistribution": distribution(rule),
            "idleTimeoutInMinutes": rule.idle_minutes,
            "enableTcpReset": rule.tcp_reset,
            "disableOutboundSnat": rule.disable_outbound_snat,
        },
        "causedBy": caused_by(&Cause::field(rule.caused_by.clone(), rule.field.clone())),
    })
}

fn probe_kind(probe: &Probe) -> (&'static str, Option<&str>) {
    match &probe.kind {
        ProbeKind::Tcp => ("Tcp", None),
        ProbeKind::Http(path) => ("Http", Some(path)),
        ProbeKind::Https(path) => ("Https", Some(path)),
    }
}

fn probe(probe: &Probe) -> Value {
    let (protocol, path) = probe_kind(probe);
    json!({
        "name": &*probe.name,
        "properties": {
            "protocol": protocol,
            "port": probe.port,
            "requestPath": path,
            "intervalInSeconds": probe.interval_seconds,
            "probeThreshold": probe.threshold,
        },
        "causedBy": caused_by(&Cause::object(probe.caused_by.clone())),
    })
}

fn outbound(balancer: &LoadBalancer, rule: &OutboundRule) -> Value {
    let frontends = rule.frontends.iter().map(|name| part(balancer, name));
    json!({
        "name": &*rule.name,
        "properties": {
            "frontendIPConfigurations": frontends.collect::<Vec<_>>(),
            "backendAddressPool": part(balancer, OUTBOUND_POOL),
            "protocol": "All",
            "allocatedOutboundPorts": rule.allocated_ports,
            "idleTimeoutInMinutes": rule.idle_minutes,
            "enableTcpReset": true,
        },
    })
}

/// The same in columns: load balancer, what, its name, its cause, and what it is.
pub fn load_balancers_text(network: &Network) -> String {
    let mut rows = Vec::new();
    for balancer in &network.load_balancers {
        let mut line = |what: &str, name: &str, by: String, text: String| {
            let name = [
                balancer.meta.name.to_string(),
                what.to_owned(),
                name.to_owned(),
            ];
            let row = [name.as_slice(), &[by, text]].concat();
            rows.push(row);
        };
        for one in &balancer.frontends {
            line(
                "frontend",
                &one.name,
                one.caused_by.to_string(),
                one.ip.to_string(),
            );
        }
        for one in &balancer.rules {
            let by = format!("{} {}", one.caused_by, one.field);
            line("rule", &one.name, by, rule_text(one));
        }
        for one in &balancer.probes {
            line(
                "probe",
                &one.name,
                one.caused_by.to_string(),
                probe_text(one),
            );
        }
        for node in &balancer.backend_nodes {
            let ip = network.node(node).and_then(crate::model::kube::Node::ip);
            let ip = ip.map_or_else(String::new, |ip| ip.to_string());
            line("member", node, format!("node/{node}"), ip);
        }
        for one in &balancer.outbound_rules {
            let by = network.cluster.as_ref().map(Cluster::reference);
            let by = by.map_or_else(String::new, |by| by.to_string());
            let text = format!(
                "through {}, idle {} min, {} ports a node",
                one.frontends.join(","),
                one.idle_minutes,
                ports_per_node(one.allocated_ports, network.nodes.len())
            );
            line("outbound", &one.name, by, text);
        }
    }
    columns(&rows)
}

fn rule_text(rule: &LbRule) -> String {
    let floating = if rule.floating_ip {
        ", floating IP"
    } else {
        ""
    };
    let probe = rule.probe.as_deref().unwrap_or("none");
    format!(
        "{} {}:{} -> {}{floating}, distribution {}, idle {} min, probe {probe}",
        rule_protocol(rule),
        rule.frontend,
        rule.frontend_port,
        rule.backend_port,
        distribution(rule),
        rule.idle_minutes,
    )
}

fn probe_text(probe: &Probe) -> String {
    let (protocol, path) = probe_kind(probe);
    format!(
        "{protocol} {}{}, every {} s, down after {}",
        probe.port,
        path.unwrap_or_default(),
        probe.interval_seconds,
        probe.threshold
    )
}
