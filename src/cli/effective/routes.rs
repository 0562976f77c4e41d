//! Routes: of a subnet as Azure lists effective routes, of a node as `ip route` does.

use serde_json::{Value, json};

use super::Shown;
use crate::cli::input::Input;
use crate::cli::output::{Answer, table};
use crate::engine::azure::routes::EffectiveRoute;
use crate::engine::dataplane::NodePlane;
use crate::engine::dataplane::linux::LinuxRoute;
use crate::model::azure::{NextHop, SubnetId};

pub(super) fn of_node(plane: &NodePlane) -> Shown {
    let routes = || plane.routes.iter();
    Shown {
        text: routes().map(|route| format!("{route}\n")).collect(),
        json: routes().map(linux).collect(),
    }
}

/// As `ip -json route` prints it.
fn linux(route: &LinuxRoute) -> Value {
    let mut value = json!({ "dst": destination(route) });
    if let Some(via) = route.via {
        value["gateway"] = via.to_string().into();
    }
    value["dev"] = route.device.to_string().into();
    if route.kernel {
        value["protocol"] = "kernel".into();
    }
    if route.via.is_none() {
        value["scope"] = "link".into();
    }
    if let Some(source) = route.source {
        value["prefsrc"] = source.to_string().into();
    }
    value
}

fn destination(route: &LinuxRoute) -> String {
    match route.prefix.prefix_len() {
        0 => "default".to_owned(),
        length if length == route.prefix.max_prefix_len() => route.prefix.addr().to_string(),
        _ => route.prefix.to_string(),
    }
}

/// In the columns of `az network nic show-effective-route-table --output table`.
pub(super) fn of_subnet(input: &Input, id: &SubnetId) -> Result<Shown, Answer> {
    let Some(routes) = input.simulation.dataplane.routes(id) else {
        return Err(input.unusable(&id.reference().to_string()));
    };
    let head = [
        "Source",
        "State",
        "Address Prefix",
        "Next Hop Type",
        "Next Hop IP",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(routes.routes.iter().map(row));
    for (tag, cause) in &routes.tagged {
        let cells = ["User", "not modelled", tag, "", &cause.object.to_string()];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    let values: Vec<Value> = routes.routes.iter().map(azure).collect();
    Ok(Shown {
        text: table(&rows),
        json: json!({ "value": values }),
    })
}

fn row(route: &EffectiveRoute) -> Vec<String> {
    vec![
        route.source.as_str().to_owned(),
        state(route).to_owned(),
        route.prefix.to_string(),
        route.next_hop.as_str().to_owned(),
        next_hop_ip(route).unwrap_or_default(),
    ]
}

/// In the shape of `EffectiveRoute` of the API, with the object and field that it comes from.
fn azure(route: &EffectiveRoute) -> Value {
    let field = (!route.cause.field.is_empty()).then_some(&*route.cause.field);
    json!({
        "name": (!route.name.is_empty()).then_some(&*route.name),
        "source": route.source.as_str(),
        "state": state(route),
        "addressPrefix": [route.prefix.to_string()],
        "nextHopType": route.next_hop.as_str(),
        "nextHopIpAddress": next_hop_ip(route).into_iter().collect::<Vec<_>>(),
        "causedBy": { "object": route.cause.object.to_string(), "field": field },
    })
}

fn state(route: &EffectiveRoute) -> &'static str {
    if route.active { "Active" } else { "Invalid" }
}

fn next_hop_ip(route: &EffectiveRoute) -> Option<String> {
    match &route.next_hop {
        NextHop::VirtualAppliance(address) => Some(address.to_string()),
        _ => None,
    }
}
