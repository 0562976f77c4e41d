//! Changes of private endpoints: the owner approves the connection.

use serde_json::json;

use super::propose::Draft;
use super::refusal::Refusal;
use super::written::Written;
use crate::engine::explain::Explanation;
use crate::model::network::Network;

/// The state of the connection, as the endpoint has it.
pub(super) fn approve(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Some(endpoint) = network.private_endpoint(&refusal.place.name) else {
        return Vec::new();
    };
    let object = endpoint.reference();
    let written = Written::of(network, &object);
    let (Some(written), Some(connection)) = (written, endpoint.connection()) else {
        return Vec::new();
    };
    let nested = format!("{}.properties", connection.field);
    let at = if written.get(&nested).is_some() {
        nested
    } else {
        connection.field.clone()
    };
    let what = Explanation::new("fix-endpoint-approve")
        .with("endpoint", object.clone())
        .with("target", connection.target());
    let path = format!("{at}.privateLinkServiceConnectionState.status");
    vec![Draft::set(what, &object, &path, json!("Approved"))]
}
