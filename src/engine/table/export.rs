//! The table as versioned JSON, with the walks that prove it.

use serde_json::{Value, json};

use super::{Asks, Probe, Row, Table};
use crate::engine::export::{API_VERSION, Sentence, flow, trace_result};

/// The table; `title` words its rows, `sentence` the steps of walks.
pub fn json(table: &Table, title: &dyn Fn(&str) -> String, sentence: Sentence) -> Value {
    let rows: Vec<Value> = table
        .rows
        .iter()
        .map(|it| row(it, title, sentence))
        .collect();
    json!({
        "apiVersion": API_VERSION,
        "kind": "TableResult",
        "model": &*table.model,
        "rows": rows,
    })
}

fn row(row: &Row, title: &dyn Fn(&str) -> String, sentence: Sentence) -> Value {
    let probes: Vec<Value> = row
        .probes
        .iter()
        .map(|it| probe(it, title, sentence))
        .collect();
    json!({
        "row": row.number,
        "title": title(row.title),
        "support": row.support.as_str(),
        "probes": probes,
    })
}

fn probe(probe: &Probe, title: &dyn Fn(&str) -> String, sentence: Sentence) -> Value {
    let asks = match probe.asks {
        Asks::FromPod => "pod-initiated",
        Asks::ToPod => "other-initiated",
        Asks::Needed => "needed",
        Asks::WithoutTable => "without-route-table",
    };
    let assumed: Vec<String> = probe.assumed.iter().map(ToString::to_string).collect();
    let seen = probe.seen.iter();
    let seen: Vec<Value> = seen
        .map(|(ip, whose)| json!({ "source": ip.to_string(), "of": whose.as_str() }))
        .collect();
    json!({
        "asks": asks,
        "place": probe.place.map(title),
        "flow": flow(&probe.flow),
        "works": probe.works(),
        "seen": seen,
        "assumed": assumed,
        "walks": trace_result(&probe.result, sentence),
    })
}
