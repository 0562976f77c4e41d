//! The SNAT ports of nodes, and the arithmetic behind them.

use serde_json::{Value, json};

use super::Shown;
use crate::cli::input::Input;
use crate::engine::plan::outbound::{self, WayOut};
use crate::engine::plan::ports::{self, Share};

/// Every way out with its arithmetic, then every node with its ports.
pub(super) fn ports(input: &Input) -> Shown {
    let (texts, network) = (&input.texts, input.simulation.network());
    let (ways, shares) = (outbound::all(network), ports::all(network));
    let mut text = String::new();
    for way in &ways {
        line!(text, "{}", texts.why(&way.why));
        if let Some(arithmetic) = &way.arithmetic {
            line!(text, "  {}", texts.why(arithmetic));
        }
    }
    for share in &shares {
        line!(text, "{}", texts.why(&share.why));
    }
    let ways: Vec<Value> = ways.iter().map(|it| way(input, it)).collect();
    let nodes: Vec<Value> = shares.iter().map(|it| node(input, it)).collect();
    let json = json!({
        "apiVersion": crate::engine::export::API_VERSION,
        "kind": "SnatPorts",
        "waysOut": ways,
        "nodes": nodes,
    });
    Shown { text, json }
}

fn way(input: &Input, way: &WayOut) -> Value {
    json!({
        "object": way.object.to_string(),
        "connections": way.connections,
        "why": input.texts.why(&way.why),
        "arithmetic": way.arithmetic.as_ref().map(|it| input.texts.why(it)),
        "reference": way.source.id(),
    })
}

fn node(input: &Input, share: &Share) -> Value {
    let addresses: Vec<String> = share.addresses.iter().map(ToString::to_string).collect();
    json!({
        "node": share.node.to_string(),
        "ports": share.held.as_str(),
        "by": share.by.as_ref().map(ToString::to_string),
        "addresses": addresses,
        "first": share.block.map(|(first, _)| first),
        "last": share.block.map(|(_, last)| last),
        "connections": share.connections,
        "why": input.texts.why(&share.why),
    })
}
