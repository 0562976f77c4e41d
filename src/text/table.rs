//! The eight-row table in lines: one fact a line, for the command line and the page.

use super::Texts;
use crate::engine::table::{Asks, Probe, Row, Seen, Table};
use crate::model::flow::Flow;

/// The flow as `FROM -> TO PROTOCOL PORT`.
pub fn question(flow: &Flow) -> String {
    let text = format!("{} -> {} {}", flow.from, flow.to, flow.protocol);
    match flow.port {
        Some(port) => format!("{text} {port}"),
        None => text,
    }
}

/// The table without its walks, as `kubehop table` prints it.
pub fn lines(texts: &Texts, table: &Table) -> String {
    let mut lines = vec![format!("model: {}", table.model)];
    for row in &table.rows {
        lines.push(title(texts, row, &texts.get(row.support.message())));
        let probes = row.probes.iter();
        lines.extend(probes.map(|it| format!("  {}", probe(texts, it))));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A row with its answer.
pub fn title(texts: &Texts, row: &Row, answer: &str) -> String {
    format!("row {}: {}: {answer}", row.number, texts.get(row.title))
}

/// One probe: what was asked, how it ended, whom the receiver saw, what was assumed.
pub fn probe(texts: &Texts, probe: &Probe) -> String {
    let line = format!(
        "{}: {}",
        asked(texts, probe),
        ended(texts, probe, end(probe))
    );
    match assumed(texts, probe) {
        Some(names) => format!("{line}; {names}"),
        None => line,
    }
}

/// What was asked, and where.
pub fn asked(texts: &Texts, probe: &Probe) -> String {
    let asked = question(&probe.flow);
    let asked = match probe.asks {
        Asks::WithoutTable => {
            let args = [("request", asked.into())];
            texts.message("table-without-route-table", &args)
        }
        Asks::FromPod | Asks::ToPod | Asks::Needed => asked,
    };
    match probe.place {
        Some(place) => format!("{}, {asked}", texts.get(place)),
        None => asked,
    }
}

/// How it ended; `lost` says where, if it does not get through.
pub fn ended(texts: &Texts, probe: &Probe, lost: String) -> String {
    match probe.works() {
        Some(true) => {
            let seen: Vec<String> = probe.seen.iter().map(|it| seen(texts, it)).collect();
            let args = [("sources", seen.join(", ").into())];
            texts.message("table-works", &args)
        }
        Some(false) => texts.message("table-fails", &[("where", lost.into())]),
        None => texts.message("table-open", &[("where", lost.into())]),
    }
}

fn seen(texts: &Texts, (ip, whose): &(std::net::IpAddr, Seen)) -> String {
    let id = match whose {
        Seen::Sender => "table-seen-sender",
        Seen::Node => "table-seen-node",
        Seen::Other => "table-seen-other",
    };
    texts.message(id, &[("ip", ip.to_string().into())])
}

/// What the scenario has not and was put beside it.
pub fn assumed(texts: &Texts, probe: &Probe) -> Option<String> {
    if probe.assumed.is_empty() {
        return None;
    }
    let names: Vec<String> = probe.assumed.iter().map(ToString::to_string).collect();
    let args = [("names", names.join(", ").into())];
    Some(texts.message("table-assumed", &args))
}

/// The place, stage and word of the walk that does not get through.
fn end(probe: &Probe) -> String {
    let Some((_, trace)) = probe.lost() else {
        return probe.result.verdict.as_str().to_owned();
    };
    match trace.last_step() {
        Some((place, step)) => {
            let stage = step.stage.as_str();
            format!("{} {place} {stage}", trace.disposition.as_str())
        }
        None => trace.disposition.as_str().to_owned(),
    }
}
