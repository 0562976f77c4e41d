//! The effective state of Azure for people and programs: `kubehop effective loadbalancer|nsg|routes`.
//!
//! JSON has the shape that Azure's own commands print, with `causedBy` added to what has a cause.
//! References are the short names of the scenario (`name` or `parent/child`). Text is one fact a
//! line, in columns.

mod load_balancer;
mod nsg;
mod routes;

use serde_json::{Value, json};

use crate::engine::trace::Cause;
use crate::model::azure::SubnetId;

pub use load_balancer::{load_balancers, load_balancers_text};
pub use nsg::{security_groups, security_groups_text};
pub use routes::{effective_routes, effective_routes_text};

/// The object and field that made something what it is.
pub(in crate::engine) fn caused_by(cause: &Cause) -> Value {
    if cause.field.is_empty() {
        json!({ "object": cause.object.to_string() })
    } else {
        json!({ "object": cause.object.to_string(), "field": &*cause.field })
    }
}

/// The same for a line of text.
pub(in crate::engine) fn caused_by_text(cause: &Cause) -> String {
    format!("{} {}", cause.object, cause.field)
        .trim_end()
        .to_owned()
}

pub(in crate::engine) fn subnet_id(subnet: &SubnetId) -> Value {
    json!({ "id": format!("{}/{}", subnet.vnet, subnet.subnet) })
}

/// Columns as wide as their widest cell, two spaces apart; the last one is not padded.
pub(in crate::engine) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect::<Vec<_>>().concat()
}
