//! Whole walks for what documentation promises: a scenario, a change to it, and what must come of it.
//!
//! Each case names its origin: the page, or the assertion derived from it.

mod azure;
#[path = "../changed/mod.rs"]
mod changed;
mod networks;
mod pods;
mod policies;
mod services;

use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Severity;
use kubehop::model::document::Document;
use kubehop::scenarios;

/// A change to a built-in scenario and the flows that must hold in it.
struct Case {
    /// What is asserted and where it comes from.
    name: &'static str,
    /// The built-in scenario.
    scenario: &'static str,
    /// Replacements in its texts; each must be found.
    change: &'static [(&'static str, &'static str)],
    /// Further documents; the flows among them are checked.
    documents: &'static str,
}

/// Every case, by what it is about.
fn cases() -> impl Iterator<Item = &'static Case> {
    [
        azure::CASES,
        networks::CASES,
        pods::CASES,
        policies::CASES,
        services::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Cases whose input is wrong on purpose.
const MAY_BE_WRONG: &str = "M-19";

fn run(case: &Case) -> Result<(), String> {
    let texts = changed::texts(case.scenario, case.change, &[case.documents])?;
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let errors = simulation.diagnostics.iter().filter(|problem| {
        problem.severity == Severity::Error && !case.name.starts_with(MAY_BE_WRONG)
    });
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    let failed = changed::failed(&simulation);
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n"))
    }
}

#[test]
fn every_assertion_holds() {
    let failed: Vec<String> = cases()
        .filter_map(|case| {
            run(case)
                .err()
                .map(|problem| format!("{}\n{problem}", case.name))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} fail:\n\n{}",
        failed.len(),
        cases().count(),
        failed.join("\n\n")
    );
}

/// Origin: a path analysis that stops at the first refusal hides the second; all must be told.
#[test]
fn every_refusal_on_the_way_is_found() {
    let closed = |name: &str, direction: &str| {
        format!(
            "{{type: Microsoft.Network/networkSecurityGroups, name: {name}, properties: {{securityRules: [{{name: deny, properties: {{priority: 100, direction: {direction}, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}}}]}}}}\n---\n"
        )
    };
    let scenario = scenarios::find("azure-cni").expect("a built-in scenario");
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for (name, text) in &mut texts {
        if name == "azure.yaml" {
            *text = text
                .replace("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: shut-out}}")
                .replace("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: shut-in}}");
        }
    }
    texts.push((
        "nsg.yaml".to_owned(),
        closed("shut-out", "Outbound") + &closed("shut-in", "Inbound"),
    ));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let flow = simulation
        .network()
        .flows
        .iter()
        .find(|flow| &*flow.meta.name == "pod-to-vm")
        .expect("a flow");
    let refusals = |result: &kubehop::engine::trace::TraceResult| {
        let steps = result.branches[0].connection.original.steps();
        steps
            .filter(|(_, step)| step.refuses())
            .map(|(_, step)| step.stage.as_str())
            .collect::<Vec<_>>()
    };
    let (first, all) = (simulation.trace(flow), simulation.trace_past_refusals(flow));
    assert_eq!(refusals(&first), ["azure.nsg.out.subnet"]);
    assert_eq!(
        refusals(&all),
        ["azure.nsg.out.subnet", "azure.nsg.in.subnet"]
    );
    assert_eq!(first.verdict, all.verdict);
    assert!(all.branches[0].connection.reply.is_none());
}
