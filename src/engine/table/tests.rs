//! The table of the article, recomputed (M-01 to M-17), and its like for the models that came after it.

use super::*;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::scenarios;

/// A built-in scenario after replacements in its cluster.
fn table_of(scenario: &str, changes: &[(&str, &str)]) -> Table {
    let scenario = scenarios::find(scenario).unwrap();
    let texts = scenario.files.iter().map(|(name, text)| {
        let mut text = (*text).to_owned();
        if *name == "cluster.yaml" {
            for (from, to) in changes {
                assert!(text.contains(from), "`{from}` is not in the scenario");
                text = text.replace(from, to);
            }
        }
        ((*name).to_owned(), text)
    });
    let (document, _) = Document::from_texts(texts.collect::<Vec<_>>());
    Table::of(Simulation::new(&document).network()).unwrap()
}

fn words(table: &Table) -> Vec<&'static str> {
    table.rows.iter().map(|row| row.support.as_str()).collect()
}

/// The pods' written addresses, which other models than the scenario's cannot give.
const LOOSE: [(&str, &str); 2] = [
    ("status: {podIP: 10.1.0.10}", "status: {}"),
    ("status: {podIP: 10.1.0.40}", "status: {}"),
];

fn with(changes: &[(&'static str, &'static str)]) -> Table {
    let all: Vec<(&str, &str)> = LOOSE.iter().chain(changes).copied().collect();
    table_of("azure-cni", &all)
}

fn overlay() -> Table {
    with(&[(
        "networkPlugin: azure",
        "networkPlugin: azure\n    networkPluginMode: overlay",
    )])
}

#[test]
fn kubenet_is_as_the_article_says() {
    // M-01, M-03, … M-15: fact sheet, section 3.
    let table = table_of("kubenet", &[]);
    let expected = [
        "supported with a route table",
        "both ways",
        "pod-initiated only",
        "pod-initiated only",
        "pod-initiated only",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
}

#[test]
fn azure_cni_is_as_the_article_says() {
    // M-02, M-04, … M-16.
    let table = table_of("azure-cni", &[]);
    let expected = [
        "supported",
        "both ways",
        "both ways",
        "both ways",
        "both ways",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
}

#[test]
fn an_overlay_is_as_kubenet_without_the_route_table() {
    let table = overlay();
    let expected = [
        "supported",
        "both ways",
        "pod-initiated only",
        "pod-initiated only",
        "pod-initiated only",
        "supported",
        "supported",
        "supported",
    ];
    assert_eq!(words(&table), expected, "{}", shown(&table));
}

fn row(table: &Table, number: u8) -> &Row {
    table.rows.iter().find(|row| row.number == number).unwrap()
}

/// Whom the receivers of each probe see.
fn seen(row: &Row) -> Vec<(Asks, Vec<Seen>)> {
    let whose = |probe: &Probe| probe.seen.iter().map(|(_, whose)| *whose).collect();
    row.probes.iter().map(|it| (it.asks, whose(it))).collect()
}

#[test]
fn a_vm_that_calls_a_kubenet_pod_is_dropped_by_a_route_not_by_a_rule() {
    // M-17
    let table = table_of("kubenet", &[]);
    let to_pod = &row(&table, 3).probes[1];
    assert_eq!(to_pod.asks, Asks::ToPod);
    let trace = &to_pod.result.branches[0].connection.original;
    assert_eq!(trace.disposition.as_str(), "NullRouted");
    let (place, _) = trace.last_step().unwrap();
    assert_eq!(place.to_string(), "subnet/vnet-a/vms");
}

#[test]
fn what_receivers_see_is_what_the_article_says() {
    use Asks::{FromPod, ToPod};
    let kubenet = table_of("kubenet", &[]);
    let cni = table_of("azure-cni", &[]);
    let pods = vec![
        (FromPod, vec![Seen::Sender]),
        (ToPod, vec![Seen::Sender]),
        (FromPod, vec![Seen::Sender]),
        (ToPod, vec![Seen::Sender]),
    ];
    assert_eq!(seen(row(&kubenet, 2)), pods);
    assert_eq!(seen(row(&cni, 2)), pods);
    for number in 3..=5 {
        let one_way = vec![(FromPod, vec![Seen::Node]), (ToPod, vec![])];
        assert_eq!(seen(row(&kubenet, number)), one_way, "row {number}");
    }
    let both = |whose| vec![(FromPod, vec![whose]), (ToPod, vec![Seen::Sender])];
    assert_eq!(seen(row(&cni, 3)), both(Seen::Sender));
    assert_eq!(seen(row(&cni, 4)), both(Seen::Node));
    assert_eq!(seen(row(&cni, 5)), both(Seen::Node));
}

#[test]
fn bare_manifests_get_a_table_and_every_actor_that_was_assumed_is_named() {
    let (document, _) = Document::from_texts(vec![(
        "pod.yaml".to_owned(),
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: c}]}}"
            .to_owned(),
    )]);
    let table = Table::of(Simulation::new(&document).network()).unwrap();
    assert_eq!(words(&table)[1..5], ["both ways"; 4], "{}", shown(&table));
    let assumed: Vec<String> = row(&table, 4).probes[0]
        .assumed
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(assumed, ["host/kubehop-peer-vm"]);
    assert!(Table::of(&Network::default()).is_none());
}

#[test]
fn a_policy_of_the_scenario_shows_in_its_table() {
    let scenario = scenarios::find("azure-cni").unwrap();
    let mut texts: Vec<(String, String)> = scenario
        .files
        .iter()
        .map(|(name, text)| {
            let text = text.replace(
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPolicy: calico",
            );
            ((*name).to_owned(), text)
        })
        .collect();
    texts.push((
        "policy.yaml".to_owned(),
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Ingress]}}"
            .to_owned(),
    ));
    let (document, _) = Document::from_texts(texts);
    let table = Table::of(Simulation::new(&document).network()).unwrap();
    assert_eq!(row(&table, 3).support, Support::PodInitiated);
}

/// The table as a failed test shows it.
fn shown(table: &Table) -> String {
    let mut text = String::new();
    for row in &table.rows {
        text += &format!("\n{} {}", row.number, row.support.as_str());
        for probe in &row.probes {
            text += &format!(
                "\n   {:?} {} -> {}: {:?} {:?}",
                probe.asks,
                probe.flow.from,
                probe.flow.to,
                probe.works(),
                probe.seen
            );
            for branch in &probe.result.branches {
                let connection = &branch.connection;
                for trace in [Some(&connection.original), connection.reply.as_ref()]
                    .into_iter()
                    .flatten()
                {
                    if let Some((place, step)) = trace.last_step() {
                        text += &format!(
                            "\n      {} at {place} {}",
                            trace.disposition.as_str(),
                            step.stage.as_str()
                        );
                    }
                }
            }
        }
    }
    text
}
