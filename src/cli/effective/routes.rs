//! The routing table of a node, as `ip route` prints it.

use serde_json::{Value, json};

use super::Shown;
use crate::engine::dataplane::NodePlane;
use crate::engine::dataplane::linux::LinuxRoute;

pub(super) fn of_node(plane: &NodePlane) -> Shown {
    let lines: Vec<String> = plane
        .routes
        .iter()
        .map(|route| format!("{route}\n"))
        .collect();
    Shown {
        text: lines.concat(),
        json: plane.routes.iter().map(linux).collect(),
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
