//! Every object that decides about packets says in the inspector what it decides with.

use std::fs;
use std::path::Path;

use super::fields;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::scenarios;

/// Every built-in scenario, and every case with files of its own.
pub fn networks() -> Vec<(String, Network)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        found.push((scenario.id.to_owned(), simulation.network().clone()));
    }
    for folder in fs::read_dir(root.join("tests/cases")).unwrap().flatten() {
        let folder = folder.path();
        let shared = fs::read_to_string(folder.join("files.txt")).unwrap_or_default();
        let shared = shared.lines().map(|line| root.join(line.trim()));
        let own = fs::read_dir(&folder).unwrap().flatten();
        let own = own.map(|entry| entry.path());
        let own = own.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
        let read = |path| fs::read_to_string(path).unwrap();
        let texts: Vec<(String, String)> = shared
            .chain(own)
            .enumerate()
            .map(|(index, path)| (format!("{index}.yaml"), read(path)))
            .collect();
        let (document, _) = Document::from_texts(texts);
        let simulation = Simulation::new(&document);
        found.push((folder.display().to_string(), simulation.network().clone()));
    }
    found
}

/// Whether the fields of such an object are shown elsewhere, or decide nothing.
const fn is_plain(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Namespace
            | Kind::Secret
            | Kind::Endpoints
            | Kind::KubeProxyConfiguration
            | Kind::Flow
            | Kind::Lesson
            | Kind::Layout
            | Kind::Settings
            | Kind::Unknown
    )
}

#[test]
fn every_object_that_is_simulated_has_more_to_say_than_its_kind() {
    let mut silent = Vec::new();
    let mut seen = 0;
    for (name, network) in networks() {
        for manifest in network.manifests.iter().filter(|it| it.simulated) {
            let object = &manifest.object;
            if is_plain(object.kind) || network.unmodelled.contains(object) {
                continue;
            }
            seen += 1;
            let found = fields(&network, object);
            let rows = found.map(|fields| fields.rows).unwrap_or_default();
            if rows.iter().all(|(row, _)| *row == "kind") {
                silent.push(format!("{name}: {object}"));
            }
        }
    }
    assert!(seen > 300, "only {seen} objects");
    assert_eq!(silent, [""; 0]);
}

fn rows(scenario: &str, object: &str) -> Vec<String> {
    let document = scenarios::find(scenario).unwrap().document();
    let simulation = Simulation::new(&document);
    let object: Ref = object.parse().unwrap();
    let found = fields(simulation.network(), &object).expect("an object");
    let rows = found.rows.into_iter();
    rows.map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

#[test]
fn an_ingress_its_certificate_and_its_names_are_spelled_out() {
    assert_eq!(
        rows("http-routing", "ingress/default/party")[2..],
        [
            "tls: party.5a1b2c3d.japaneast.aksapp.io (party-tls)",
            "rule: party.5a1b2c3d.japaneast.aksapp.io Prefix / → party:80",
        ]
    );
    assert_eq!(
        rows("http-routing", "secret/default/party-tls"),
        ["type: kubernetes.io/tls"]
    );
    let zone = rows("http-routing", "dnszone/5a1b2c3d.japaneast.aksapp.io");
    let records = zone.last().expect("records");
    assert!(
        records.contains("party 192.0.2.2") && records.contains("party TXT"),
        "{records}"
    );
}

#[test]
fn outbound_rules_and_rules_for_all_ports_say_what_they_do() {
    let balancer = rows("kubenet", "loadbalancer/kubernetes");
    let outbound = balancer.iter().find(|row| row.starts_with("outboundRule"));
    let outbound = outbound.expect("an outbound rule");
    assert!(outbound.contains("allocatedOutboundPorts 0"), "{outbound}");
    let rule = balancer.iter().find(|row| row.starts_with("rule: "));
    let rule = rule.expect("a rule");
    assert!(rule.contains(": TCP 80 → 80, enableFloatingIP"), "{rule}");
}
