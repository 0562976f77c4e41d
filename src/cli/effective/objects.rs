//! Every object that nobody wrote, or of which a controller filled a field, with its cause.

use serde_json::{Value, json};

use super::{Shown, azure, kube, private_link};
use crate::cli::output::table;
use crate::engine::acme;
use crate::engine::appgateway::export as gateways;
use crate::engine::azure::export;
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
    let mut made = Made::all(
        Kind::Cluster,
        network
            .cluster
            .iter()
            .map(|it| (&it.meta, azure::cluster(it))),
    );
    made.extend(Made::all(
        Kind::Vnet,
        network.vnets.iter().map(|it| (&it.meta, azure::vnet(it))),
    ));
    made.extend(Made::all(
        Kind::Node,
        network.nodes.iter().map(|it| (&it.meta, kube::node(it))),
    ));
    made.extend(Made::all(
        Kind::Pod,
        network.pods.iter().map(|it| (&it.meta, kube::pod(it))),
    ));
    made.extend(Made::all(
        Kind::Service,
        network
            .services
            .iter()
            .map(|it| (&it.meta, kube::service(it))),
    ));
    made.extend(Made::all(
        Kind::EndpointSlice,
        network.slices.iter().map(|it| (&it.meta, kube::slice(it))),
    ));
    made.extend(Made::all(
        Kind::PublicIp,
        network
            .public_ips
            .iter()
            .map(|it| (&it.meta, azure::public_ip(it))),
    ));
    let balancers = load_balancers(network);
    let balancers = network
        .load_balancers
        .iter()
        .map(|it| &it.meta)
        .zip(balancers);
    made.extend(Made::all(Kind::LoadBalancer, balancers));
    made.extend(Made::all(
        Kind::Nsg,
        network.nsgs.iter().map(|it| (&it.meta, azure::nsg(it))),
    ));
    made.extend(Made::all(
        Kind::RouteTable,
        network
            .route_tables
            .iter()
            .map(|it| (&it.meta, azure::route_table(it))),
    ));
    made.extend(issued(network));
    let endpoints = network.private_endpoints.iter();
    let endpoints = endpoints.map(|it| (&it.meta, private_link::endpoint(network, it)));
    made.extend(Made::all(Kind::PrivateEndpoint, endpoints));
    for (kind, private) in [(Kind::PrivateDnsZone, true), (Kind::DnsZone, false)] {
        let zones = network
            .dns_zones
            .iter()
            .filter(|zone| zone.private == private);
        let zones = zones.map(|it| (&it.meta, private_link::zone(it)));
        made.extend(Made::all(kind, zones));
    }
    let gateways = match gateways::app_gateways(network) {
        Value::Array(gateways) => gateways,
        other => vec![other],
    };
    let metas = network.app_gateways.iter().map(|it| &it.meta);
    made.extend(Made::all(Kind::AppGateway, metas.zip(gateways)));
    made
}

/// Secrets that cert-manager made: their names and type, nothing of what they hold.
fn issued(network: &Network) -> impl Iterator<Item = Made> {
    let issued = network.certificates.iter().filter(|it| it.issued);
    issued.map(|request| {
        let (by, from) = (acme::BY.to_owned(), request.ingress.to_string());
        let json = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": &*request.secret.name, "namespace": &*request.secret.scope },
            "type": acme::SECRET_TYPE,
            "causedBy": { "by": by, "from": from },
        });
        Made {
            object: request.secret.clone(),
            by,
            from,
            fields: String::new(),
            json,
        }
    })
}

fn load_balancers(network: &Network) -> Vec<Value> {
    match export::load_balancers(network) {
        Value::Array(balancers) => balancers,
        other => vec![other],
    }
}

impl Made {
    /// Those of one kind that are not only as written.
    fn all<'a>(kind: Kind, objects: impl Iterator<Item = (&'a Meta, Value)>) -> Vec<Self> {
        objects
            .filter_map(|(meta, json)| one(kind, meta, json))
            .collect()
    }
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
