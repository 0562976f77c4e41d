//! Every object that nobody wrote, or of which a controller filled a field, with its cause.

use serde_json::{Value, json};

use super::{Shown, azure, kube};
use crate::cli::output::table;
use crate::model::azure::{LoadBalancer, ProbeKind};
use crate::model::kube::{Meta, Origin};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// One object that is not only as written.
struct Made {
    object: Ref,
    by: String,
    from: String,
    fields: String,
    json: Value,
}

/// Everything that controllers made or filled.
pub(super) fn all(network: &Network) -> Shown {
    let made = gather(network);
    let head = ["Object", "Made By", "From", "Fields"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(made.iter().map(|made| {
        vec![
            made.object.to_string(),
            made.by.clone(),
            made.from.clone(),
            made.fields.clone(),
        ]
    }));
    let items: Vec<&Value> = made.iter().map(|made| &made.json).collect();
    Shown {
        text: table(&rows),
        json: json!({ "apiVersion": "v1", "kind": "List", "items": items }),
    }
}

fn gather(network: &Network) -> Vec<Made> {
    let mut made = Vec::new();
    let mut add = |kind: Kind, meta: &Meta, json: Value| made.extend(one(kind, meta, json));
    if let Some(cluster) = &network.cluster {
        add(
            Kind::Cluster,
            &cluster.meta,
            json!({ "type": "Microsoft.ContainerService/managedClusters", "name": &*cluster.meta.name, "causedBy": super::caused_by(&cluster.meta) }),
        );
    }
    for vnet in &network.vnets {
        let prefixes: Vec<String> = vnet.address_space.iter().map(ToString::to_string).collect();
        add(
            Kind::Vnet,
            &vnet.meta,
            json!({ "type": "Microsoft.Network/virtualNetworks", "name": &*vnet.meta.name, "properties": { "addressSpace": { "addressPrefixes": prefixes } }, "causedBy": super::caused_by(&vnet.meta) }),
        );
    }
    network
        .nodes
        .iter()
        .for_each(|node| add(Kind::Node, &node.meta, kube::node(node)));
    network
        .pods
        .iter()
        .for_each(|pod| add(Kind::Pod, &pod.meta, kube::pod(pod)));
    network
        .services
        .iter()
        .for_each(|service| add(Kind::Service, &service.meta, kube::service(service)));
    network
        .slices
        .iter()
        .for_each(|slice| add(Kind::EndpointSlice, &slice.meta, kube::slice(slice)));
    network
        .public_ips
        .iter()
        .for_each(|ip| add(Kind::PublicIp, &ip.meta, azure::public_ip(ip)));
    network.load_balancers.iter().for_each(|balancer| {
        add(
            Kind::LoadBalancer,
            &balancer.meta,
            azure::load_balancer(balancer),
        )
    });
    network
        .nsgs
        .iter()
        .for_each(|nsg| add(Kind::Nsg, &nsg.meta, azure::nsg(nsg)));
    network
        .route_tables
        .iter()
        .for_each(|table| add(Kind::RouteTable, &table.meta, azure::route_table(table)));
    made
}

fn one(kind: Kind, meta: &Meta, json: Value) -> Option<Made> {
    let (by, from) = match &meta.origin {
        Origin::Written { .. } if meta.assigned.is_empty() => return None,
        Origin::Written { .. } => ("-".to_owned(), "-".to_owned()),
        Origin::Derived { by, from } => ((*by).to_owned(), from.to_string()),
        Origin::Assumed => ("kubehop".to_owned(), "-".to_owned()),
    };
    let fields: Vec<String> = meta
        .assigned
        .iter()
        .map(|field| format!("{} by {}", field.field, field.by))
        .collect();
    let mut json = json;
    if !meta.assigned.is_empty() {
        let filled = meta
            .assigned
            .iter()
            .map(|field| json!({ "field": field.field, "by": field.by }));
        json["assigned"] = filled.collect();
    }
    Some(Made {
        object: meta.reference(kind),
        by,
        from,
        fields: fields.join(", "),
        json,
    })
}

/// The load balancers: ARM, or a line for each frontend, rule and probe.
pub(super) fn load_balancers(network: &Network) -> Shown {
    let text: String = network.load_balancers.iter().map(balancer_text).collect();
    Shown {
        text,
        json: network
            .load_balancers
            .iter()
            .map(azure::load_balancer)
            .collect(),
    }
}

fn balancer_text(balancer: &LoadBalancer) -> String {
    let name = &balancer.meta.name;
    let mut lines = vec![format!(
        "{name}: pool {}",
        balancer.backend_nodes.join(", ")
    )];
    for frontend in &balancer.frontends {
        lines.push(format!(
            "{name}: frontend {} {} from {}",
            frontend.name, frontend.ip, frontend.caused_by
        ));
    }
    for rule in &balancer.rules {
        let protocol = rule
            .protocol
            .map_or("All", crate::model::packet::Protocol::as_str);
        let floating = if rule.floating_ip { " floating IP" } else { "" };
        let probe = rule.probe.as_deref().unwrap_or("-");
        lines.push(format!(
            "{name}: rule {} {} {protocol} {} -> {}{floating} probe {probe} from {} {}",
            rule.name,
            rule.frontend,
            rule.frontend_port,
            rule.backend_port,
            rule.caused_by,
            rule.field
        ));
    }
    for probe in &balancer.probes {
        let kind = match &probe.kind {
            ProbeKind::Tcp => "Tcp".to_owned(),
            ProbeKind::Http(path) => format!("Http {path}"),
            ProbeKind::Https(path) => format!("Https {path}"),
        };
        lines.push(format!(
            "{name}: probe {} {} port {} from {}",
            probe.name, kind, probe.port, probe.caused_by
        ));
    }
    for rule in &balancer.outbound_rules {
        lines.push(format!(
            "{name}: outbound {} {} ports {}",
            rule.name,
            rule.frontends.join(", "),
            rule.allocated_ports
        ));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}
