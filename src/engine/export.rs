//! A [`TraceResult`] as JSON: the versioned answer of `kubehop trace -o json`.
//!
//! Keys are only ever added. Sentences come from outside, because the engine has none.

use serde_json::{Map, Value, json};

use super::dns::{Record, RecordType};
use super::explain::Explanation;
use super::trace::{
    Branch, Connection, Detail, Exchange, Hop, Received, Resolved, Step, TlsEnd, Trace, TraceResult,
};
use super::walk::Resolution;
use crate::model::flow::Flow;
use crate::model::packet::Packet;

/// The version of the JSON, as all of kubehop's kinds carry it.
pub const API_VERSION: &str = "kubehop.dev/v1";

/// Renders the sentence of a step.
pub type Sentence<'a> = &'a dyn Fn(&Explanation) -> String;

/// The whole answer.
pub fn trace_result(result: &TraceResult, sentence: Sentence) -> Value {
    let branches: Vec<Value> = result
        .branches
        .iter()
        .map(|branch| branch_json(branch, sentence))
        .collect();
    let mut answer = json!({
        "apiVersion": API_VERSION,
        "kind": "TraceResult",
        "flow": flow(&result.flow),
        "verdict": result.verdict.as_str(),
        "branches": branches,
    });
    if result.unexplored > 0.0 {
        answer["unexplored"] = json!(result.unexplored);
    }
    answer
}

/// The whole answer of `kubehop resolve`.
pub fn resolution(
    found: &Resolution,
    (name, kind): (&str, RecordType),
    sentence: Sentence,
) -> Value {
    let (mut queries, mut notes) = (Vec::new(), Vec::new());
    for (place, step, query) in found.steps() {
        let mut value = step_json(step, sentence);
        value["place"] = json!(place.to_string());
        match query {
            Some(query) => {
                value["number"] = json!(query.number);
                queries.push(value);
            }
            None => notes.push(value),
        }
    }
    let conf = &found.conf;
    let servers: Vec<String> = conf.nameservers.iter().map(ToString::to_string).collect();
    let searches: Vec<&str> = conf.searches.iter().map(|search| &**search).collect();
    json!({
        "apiVersion": API_VERSION,
        "kind": "ResolveResult",
        "from": found.sender.to_string(),
        "name": name,
        "type": kind.as_str(),
        "resolvConf": { "nameservers": servers, "searches": searches, "options": conf.options },
        "verdict": found.verdict(),
        "answer": records(&found.records),
        "queries": queries,
        "notes": notes,
    })
}

fn records(records: &[Record]) -> Vec<Value> {
    let one = |record: &Record| {
        json!({
            "name": &*record.name,
            "type": record.data.kind().as_str(),
            "data": record.data.to_string(),
        })
    };
    records.iter().map(one).collect()
}

/// The question.
pub fn flow(flow: &Flow) -> Value {
    json!({
        "name": (!flow.meta.name.is_empty()).then_some(&*flow.meta.name),
        "from": flow.from.to_string(),
        "to": flow.to.to_string(),
        "protocol": flow.protocol.as_str(),
        "port": flow.port,
    })
}

fn branch_json(branch: &Branch, sentence: Sentence) -> Value {
    let mut answer = json!({ "probability": branch.probability });
    merge(&mut answer, connection_json(&branch.connection, sentence));
    if !branch.following.is_empty() {
        let following = branch.following.iter();
        let following = following.map(|next| connection_json(&next.connection, sentence));
        answer["following"] = following.collect();
    }
    answer
}

/// Adds the keys of `more`.
fn merge(answer: &mut Value, more: Value) {
    if let (Value::Object(answer), Value::Object(more)) = (answer, more) {
        answer.extend(more);
    }
}

fn connection_json(connection: &Connection, sentence: Sentence) -> Value {
    let disposition = &connection.original.disposition;
    json!({
        "verdict": disposition.verdict().as_str(),
        "disposition": disposition.as_str(),
        "receiver": connection.received.as_ref().map(|received| received.receiver.to_string()),
        "received": connection.received.as_ref().map(received),
        "http": connection.http().as_ref().map(http),
        "original": trace(&connection.original, sentence),
        "reply": connection.reply.as_ref().map(|reply| trace(reply, sentence)),
    })
}

fn http(exchange: &Exchange) -> Value {
    let headers = exchange.headers.iter();
    let headers: Map<String, Value> = headers
        .map(|(name, value)| ((*name).to_owned(), json!(&**value)))
        .collect();
    let tls = match &exchange.tls {
        TlsEnd::TerminatedAt(place) => json!({ "terminated-at": place.to_string() }),
        other => json!(other.to_string()),
    };
    json!({
        "status": exchange.status,
        "backend": exchange.backend.as_ref().map(ToString::to_string),
        "headers": headers,
        "tls": tls,
    })
}

fn received(received: &Received) -> Value {
    let packet = &received.packet;
    json!({
        "protocol": packet.protocol.as_str(),
        "source": packet.source.to_string(),
        "sourcePort": packet.source_port,
        "destination": packet.destination.to_string(),
        "destinationPort": packet.destination_port,
    })
}

fn trace(trace: &Trace, sentence: Sentence) -> Value {
    let hops: Vec<Value> = trace
        .hops
        .iter()
        .map(|hop| hop_json(hop, sentence))
        .collect();
    json!({
        "verdict": trace.disposition.verdict().as_str(),
        "disposition": trace.disposition.as_str(),
        "hops": hops,
    })
}

fn hop_json(hop: &Hop, sentence: Sentence) -> Value {
    let steps: Vec<Value> = hop
        .steps
        .iter()
        .map(|step| step_json(step, sentence))
        .collect();
    json!({ "place": hop.place.to_string(), "steps": steps })
}

/// One step, without its place.
pub fn step_json(step: &Step, sentence: Sentence) -> Value {
    let cause = step.cause.as_ref();
    let mut value = Map::new();
    value.insert("stage".into(), step.stage.as_str().into());
    value.insert("action".into(), step.action().into());
    value.insert("rule".into(), json!(step.rule().as_deref()));
    match &step.detail {
        Detail::Netfilter { matched, .. } => {
            let rules = matched
                .iter()
                .map(|rule| json!(format!("{} {}", rule.table.as_str(), rule.text)));
            value.insert("rules".into(), rules.collect());
        }
        Detail::Policy {
            isolated_by,
            admitted_by,
            peer,
            peer_pod,
            ..
        } => {
            let policies: Vec<String> = isolated_by.iter().map(ToString::to_string).collect();
            let rules = admitted_by
                .iter()
                .map(|rule| json!({ "object": rule.object.to_string(), "field": &*rule.field }));
            value.insert("isolatedBy".into(), json!(policies));
            value.insert("admittedBy".into(), rules.collect());
            let seen = json!({ "address": peer.to_string(), "pod": peer_pod.as_ref().map(ToString::to_string) });
            value.insert("peer".into(), seen);
        }
        Detail::Resolved(resolved) => {
            value.insert("query".into(), query(resolved, sentence));
        }
        Detail::Proxied {
            candidates,
            picked,
            upstream,
            ..
        } => {
            let candidates: Vec<&str> = candidates.iter().map(|it| &**it).collect();
            let proxied = json!({
                "candidates": candidates,
                "picked": &**picked,
                "received": upstream.received.as_ref().map(received),
                "original": trace(&upstream.original, sentence),
                "reply": upstream.reply.as_ref().map(|reply| trace(reply, sentence)),
            });
            value.insert("proxied".into(), proxied);
        }
        _ => {}
    }
    value.insert(
        "object".into(),
        json!(cause.map(|cause| cause.object.to_string())),
    );
    value.insert("before".into(), packet(&step.before));
    value.insert("after".into(), packet(&step.after));
    value.insert("why".into(), sentence(&step.why).into());
    let field = cause
        .map(|cause| &*cause.field)
        .filter(|field| !field.is_empty());
    value.insert("field".into(), json!(field));
    value.insert("reference".into(), step.reference.id().into());
    Value::Object(value)
}

fn query(resolved: &Resolved, sentence: Sentence) -> Value {
    let walk = resolved.walk.as_deref().map(|walk: &Connection| {
        json!({
            "original": trace(&walk.original, sentence),
            "reply": walk.reply.as_ref().map(|reply| trace(reply, sentence)),
        })
    });
    let addresses: Vec<String> = resolved.addresses.iter().map(ToString::to_string).collect();
    let aliases: Vec<&str> = resolved.aliases.iter().map(|alias| &**alias).collect();
    json!({
        "name": &*resolved.query,
        "type": resolved.kind.as_str(),
        "askedBy": resolved.asked_by.to_string(),
        "server": resolved.server.to_string(),
        "answeredBy": resolved.answered_by.to_string(),
        "rcode": resolved.rcode,
        "aliases": aliases,
        "records": records(&resolved.records),
        "addresses": addresses,
        "walk": walk,
    })
}

fn packet(packet: &Packet) -> Value {
    json!({
        "source": packet.source.to_string(),
        "sourcePort": packet.source_port,
        "destination": packet.destination.to_string(),
        "destinationPort": packet.destination_port,
        "protocol": packet.protocol.as_str(),
        "ttl": packet.ttl,
    })
}
