//! Built-in scenarios with a change to them, and the flows in them that do not come out as they expect.

use kubehop::engine::expect;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::{Trace, TraceResult};
use kubehop::scenarios;

/// The files of a built-in scenario without its flows, with replacements, each of which must be found, and further
/// documents.
pub fn texts(
    scenario: &str,
    change: &[(&str, &str)],
    documents: &[&str],
) -> Result<Vec<(String, String)>, String> {
    let found = scenarios::find(scenario).ok_or("no such scenario")?;
    let files = found.files.iter().filter(|(name, _)| *name != "flows.yaml");
    let mut texts: Vec<(String, String)> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (from, to) in change {
        let text = texts.iter_mut().find(|(_, text)| text.contains(from));
        let (_, text) = text.ok_or_else(|| format!("`{from}` is not in the scenario"))?;
        *text = text.replacen(from, to, 1);
    }
    let more = documents.iter().enumerate();
    texts.extend(more.map(|(index, text)| (format!("more{index}.yaml"), (*text).to_owned())));
    Ok(texts)
}

/// What each flow that does not hold got instead, and its walk.
pub fn failed(simulation: &Simulation) -> Vec<String> {
    let flows = &simulation.network().flows;
    if flows.is_empty() {
        return vec!["no flow".to_owned()];
    }
    let mut failed = Vec::new();
    for flow in flows {
        let name = &flow.meta.name;
        let Some(expected) = &flow.expect else {
            failed.push(format!("{name}: no expectation"));
            continue;
        };
        let result = simulation.trace(flow);
        let mismatches = expect::evaluate(simulation.network(), &result, expected);
        if !mismatches.is_empty() {
            failed.push(format!("{name}: {mismatches:#?}\n{}", walk(&result)));
        }
    }
    failed
}

fn walk(result: &TraceResult) -> String {
    let connections = result.branches.iter().map(|branch| &branch.connection);
    let traces = connections.flat_map(|it| [Some(&it.original), it.reply.as_ref()]);
    let steps = traces.flatten().flat_map(Trace::steps);
    let lines = steps.map(|(place, step)| {
        let (stage, rule) = (step.stage.as_str(), step.rule().unwrap_or_default());
        format!("  {place} {stage} {} {rule}: {}", step.action(), step.after)
    });
    lines.collect::<Vec<_>>().join("\n")
}
