//! Changes of machines: a port to listen on, IP forwarding.

use serde_json::{Map, Value, json};

use super::propose::{Draft, cause, port_text};
use super::refusal::Refusal;
use super::written::Written;
use crate::engine::explain::Explanation;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::packet::Protocol;

/// One more port on which a host listens.
pub(super) fn listens(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let host = match network.host(&refusal.place.name) {
        Some(host) if refusal.place.kind == Kind::Host && host.listens.is_some() => host,
        _ => return Vec::new(),
    };
    let object = host.reference();
    let Some(written) = Written::of(network, &object) else {
        return Vec::new();
    };
    let packet = &refusal.step.before;
    let mut port = Map::new();
    if packet.protocol != Protocol::Tcp {
        port.insert("protocol".to_owned(), json!(packet.protocol.as_str()));
    }
    port.insert("port".to_owned(), json!(packet.destination_port));
    let what = Explanation::new("fix-host-listens")
        .with("host", object.clone())
        .with("port", port_text(refusal));
    let path = written.next("spec.listens");
    vec![Draft::set(what, &object, &path, Value::Object(port))]
}

/// IP forwarding, where a document says whether it is on.
pub(super) fn forwards(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Some((cause, kind)) = cause(refusal) else {
        return Vec::new();
    };
    let object = &cause.object;
    let Some(written) = Written::of(network, object) else {
        return Vec::new();
    };
    let path = match kind {
        Kind::Host if written.get("spec").is_some() => "spec.ipForwarding".to_owned(),
        Kind::NetworkInterface => written.property("enableIPForwarding"),
        _ => return Vec::new(),
    };
    let what = Explanation::new("fix-forwarding").with("object", object.clone());
    vec![Draft::set(what, object, &path, json!(true))]
}
