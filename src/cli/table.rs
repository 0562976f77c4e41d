//! `kubehop table`: the eight rows of the article for the cluster of the files, each with the walks that prove it.

use super::HOLDS;
use super::args::{Output, TableArguments};
use super::input::{Input, load};
use super::output::{Answer, BAD, GOOD, marked};
use super::walk_text::Printer;
use crate::engine::explain::Explanation;
use crate::engine::table::export::json;
use crate::engine::table::{Probe, Support, Table};
use crate::text::table as words;

pub(super) fn run(arguments: &TableArguments) -> Answer {
    let input = load(&arguments.common).and_then(|input| match arguments.model {
        Some(model) => input.with_model(model),
        None => Ok(input),
    });
    let input = match input {
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
        let answer = marked(mark, &input.texts.get(row.support.message()));
        line!(text, "{}", words::title(&input.texts, row, &answer));
        for probe in &row.probes {
            line!(text, "  {}", words::probe(&input.texts, probe));
            if walks {
                text += &walk(input, probe);
            }
        }
    }
    text
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
