//! `kubehop reach`: who may talk to whom under network policies.

use super::HOLDS;
use super::args::{ReachArguments, ReachBy, ReachOutput};
use super::input::load;
use super::output::Answer;
use crate::engine::policy::checks;
use crate::engine::reach::Reach;
use crate::engine::reach::export::{By, Table};

pub(super) fn run(arguments: &ReachArguments) -> Answer {
    let mut input = match load(&arguments.common) {
        Ok(input) => input,
        Err(answer) => return answer,
    };
    let mut doubts = checks::check(input.simulation.network());
    let network = input.simulation.network();
    network.locate_problems(&input.document, &mut doubts);
    let mut reach = Reach::of(network);
    let by = match arguments.by {
        ReachBy::Pod => By::Pod,
        ReachBy::Workload => By::Workload,
    };
    let table = Table::of(&mut reach, by);
    let (output, raw) = match arguments.output {
        ReachOutput::Text => {
            let pairs = table.text(&reach);
            let nothing = if network.pods.is_empty() {
                "cli-none-pods"
            } else {
                "cli-none-pairs"
            };
            let nothing = || input.texts.get(nothing) + "\n";
            (if pairs.is_empty() { nothing() } else { pairs }, false)
        }
        ReachOutput::Csv => (table.csv(&reach), true),
        ReachOutput::Json => (format!("{:#}\n", table.json(&reach)), true),
    };
    input.problems.extend(doubts);
    input.answer(output, raw, HOLDS)
}
