//! `kubehop table`: the eight rows of the article for the cluster of the files, each with the walks that prove it.

use super::HOLDS;
use super::args::{Output, TableArguments};
use super::input::{Input, load};
use super::output::{Answer, BAD, GOOD, marked};
use super::walk_text::{Printer, question};
use crate::engine::explain::Explanation;
use crate::engine::table::export::json;
use crate::engine::table::{Asks, Probe, Seen, Support, Table};

pub(super) fn run(arguments: &TableArguments) -> Answer {
    let input = match load(&arguments.common) {
        Ok(input) => input,
        Err(answer) => return answer,
    };
    let Some(table) = Table::of(input.simulation.network()) else {
        return input.unusable(&input.texts.get("table-no-cluster"));
    };
    let (output, raw) = match arguments.output {
        Output::Text => (text(&input, &table, arguments.walks), false),
        Output::Json => {
            let sentence = |why: &Explanation| input.texts.why(why);
            let title = |id: &str| input.texts.get(id);
            (format!("{:#}\n", json(&table, &title, &sentence)), true)
        }
    };
    input.answer(output, raw, HOLDS)
}

fn text(input: &Input, table: &Table, walks: bool) -> String {
    let mut text = String::new();
    line!(text, "model: {}", table.model);
    for row in &table.rows {
        let mark = match row.support {
            Support::NotSupported | Support::NotModelled | Support::Absent => BAD,
            _ => GOOD,
        };
        let title = input.texts.get(row.title);
        let answer = input.texts.get(row.support.message());
        line!(
            text,
            "row {}: {title}: {}",
            row.number,
            marked(mark, &answer)
        );
        for probe in &row.probes {
            line!(text, "  {}", shown(input, probe));
            if walks {
                text += &walk(input, probe);
            }
        }
    }
    text
}

/// One probe: what was asked, how it ended, whom the receiver saw, what was assumed.
fn shown(input: &Input, probe: &Probe) -> String {
    let asked = question(&probe.flow);
    let asked = match probe.asks {
        Asks::WithoutTable => {
            let args = [("request", asked.into())];
            input.texts.message("table-without-route-table", &args)
        }
        Asks::FromPod | Asks::ToPod | Asks::Needed => asked,
    };
    let asked = match probe.place {
        Some(place) => format!("{}, {asked}", input.texts.get(place)),
        None => asked,
    };
    let ended = match probe.works() {
        Some(true) => {
            let word = |(ip, whose): &(std::net::IpAddr, Seen)| {
                let id = match whose {
                    Seen::Sender => "table-seen-sender",
                    Seen::Node => "table-seen-node",
                    Seen::Other => "table-seen-other",
                };
                input.texts.message(id, &[("ip", ip.to_string().into())])
            };
            let seen: Vec<String> = probe.seen.iter().map(word).collect();
            let args = [("sources", seen.join(", ").into())];
            input.texts.message("table-works", &args)
        }
        works => {
            let args = [("where", end(probe).into())];
            let id = if works.is_none() {
                "table-open"
            } else {
                "table-fails"
            };
            input.texts.message(id, &args)
        }
    };
    let mut line = format!("{asked}: {ended}");
    if !probe.assumed.is_empty() {
        let names: Vec<String> = probe.assumed.iter().map(ToString::to_string).collect();
        let args = [("names", names.join(", ").into())];
        line += "; ";
        line += &input.texts.message("table-assumed", &args);
    }
    line
}

/// The place, stage and word of the first walk that does not get through.
fn end(probe: &Probe) -> String {
    let connections = probe
        .result
        .branches
        .iter()
        .map(|branch| &branch.connection);
    let traces = connections.flat_map(|it| std::iter::once(&it.original).chain(&it.reply));
    let mut lost = traces.filter(|trace| trace.disposition.as_str() != "Delivered");
    let Some(trace) = lost.next() else {
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

fn walk(input: &Input, probe: &Probe) -> String {
    let printer = Printer {
        texts: &input.texts,
        place: &|cause| input.place(&cause.object, &cause.field),
    };
    let mut indented = String::new();
    for line in printer.result(&probe.result).lines() {
        line!(indented, "    {line}");
    }
    indented
}
