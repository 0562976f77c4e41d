//! Another network model for a cluster: every built-in scenario and every golden case, to each model that there is.
//!
//! Nothing that somebody wrote is lost by it, what was read is read again, and one step of undo brings back the same
//! bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use std::rc::Rc;

use kubehop::edit::history::History;
use kubehop::edit::switch::{ALL, Choice, Obstacle, current, offered, plan, switch};
use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Severity;
use kubehop::model::document::Document;
use kubehop::scenarios;

/// Built-in scenarios, and the cases of `tests/cases` that have files of their own.
fn documents() -> Vec<(String, Document)> {
    let built_in = scenarios::ALL.iter();
    let mut found: Vec<(String, Document)> = built_in
        .map(|scenario| (scenario.id.to_owned(), scenario.document()))
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = fs::read_dir(root.join("tests/cases"))
        .expect("cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let listed = fs::read_to_string(folder.join("files.txt")).unwrap_or_default();
        let mut paths: Vec<_> = listed.lines().map(|line| root.join(line.trim())).collect();
        let own = fs::read_dir(&folder).expect("a folder");
        let own = own.map(|entry| entry.expect("an entry").path());
        let mut own: Vec<_> = own
            .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
            .collect();
        own.sort();
        paths.extend(own);
        let text = |path: &std::path::PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), fs::read_to_string(path).expect("a text"))
        };
        let (document, _) = Document::from_texts(paths.iter().map(text).collect());
        let name = folder.file_name().expect("a name").to_string_lossy();
        found.push((name.into_owned(), document));
    }
    found
}

fn written(simulation: &Simulation) -> BTreeSet<String> {
    let manifests = simulation.network().manifests.iter();
    manifests.map(|it| it.object.to_string()).collect()
}

fn errors(simulation: &Simulation) -> Vec<String> {
    let problems = simulation.diagnostics.iter();
    problems
        .filter(|it| it.severity == Severity::Error)
        .map(ToString::to_string)
        .collect()
}

#[test]
fn every_scenario_gets_every_model_and_loses_nothing() {
    let mut switches = 0;
    let mut faults = Vec::new();
    for (name, document) in documents() {
        let before = Simulation::new(&document);
        let known = errors(&before);
        for to in ALL {
            let Some(command) = switch(before.network(), to) else {
                continue;
            };
            switches += 1;
            let next = command.apply(&document);
            let after = Simulation::new(&next);
            let case = format!("{name} to {}", to.id);
            let lost: Vec<String> = written(&before)
                .difference(&written(&after))
                .cloned()
                .collect();
            if !lost.is_empty() {
                faults.push(format!("{case}: lost {lost:?}"));
            }
            let cluster = after.network().cluster.as_ref();
            if cluster.and_then(current) != Some(to) {
                faults.push(format!("{case}: is {:?}", cluster.and_then(current)));
            }
            // Whole blocks need more of a subnet than batches do, and where it is too small, that is said.
            let blocks = to.word().starts_with("pod-subnet-blocks");
            let is_full = |it: &str| blocks && it.contains("too few addresses in the pod subnet");
            let new: Vec<String> = errors(&after)
                .into_iter()
                .filter(|it| !known.contains(it) && !is_full(it))
                .collect();
            if !new.is_empty() {
                faults.push(format!("{case}: {new:#?}"));
            }
            if after.network().flows.len() != before.network().flows.len() {
                faults.push(format!("{case}: flows"));
            }
            for flow in &after.network().flows {
                let _ = after.trace(flow);
            }
            let mut history = History::new(Rc::new(document.clone()));
            history.apply(&command);
            if **history.present() != next {
                faults.push(format!("{case}: the history has another document"));
            }
            history.undo();
            if **history.present() != document {
                faults.push(format!("{case}: undo brings back another document"));
            }
        }
    }
    assert!(switches > 100, "{switches} switches");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A pod that is written a second time is not simulated, and does not stand in the way of a switch.
#[test]
fn an_object_that_is_written_twice_does_not_hinder_a_switch() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: twice}, spec: {containers: [{name: c, image: c}]}, status: {podIP: 10.244.1.77}}\n";
    let scenario = scenarios::find("kubenet").expect("a scenario").document();
    let mut texts: Vec<_> = scenario
        .files
        .iter()
        .map(|file| (file.name.to_string(), file.text.to_string()))
        .collect();
    texts.push(("pods.yaml".to_owned(), format!("{pod}---\n{pod}")));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    for choice in ALL {
        let Some(command) = switch(simulation.network(), choice) else {
            continue;
        };
        let switched = Simulation::new(&command.apply(&document));
        let cluster = switched.network().cluster.as_ref().expect("a cluster");
        assert_eq!(current(cluster), Some(choice));
    }
}

/// The edit of a value that stands behind a YAML alias would change the value that the alias names as well: such a
/// model is not offered, and the obstacle has a name.
#[test]
fn a_cluster_whose_profile_is_an_alias_is_offered_no_other_model() {
    let profile = "networkPlugin: kubenet, podCidr: 10.244.0.0/16";
    let behind = [
        "{networkProfile: *profile}",
        "{networkProfile: {<<: *profile, serviceCidr: 10.0.0.0/16}}",
        "{<<: *all}",
    ];
    for properties in behind {
        let text = format!(
            "type: Microsoft.ContainerService/managedClusters\nname: kn\ntags: &all\n  networkProfile: &profile {{{profile}}}\nproperties: {properties}\n"
        );
        let (document, _) = Document::from_texts(vec![("a.yaml".to_owned(), text)]);
        let simulation = Simulation::new(&document);
        let network = simulation.network();
        let cluster = network.cluster.as_ref().expect("a cluster");
        assert_eq!(current(cluster).map(Choice::word), Some("kubenet"));
        assert_eq!(offered(network), [], "{properties}");
        let obstacles = ALL.map(|to| plan(network, to).expect_err(to.word()));
        assert_eq!(obstacles[..2], [Obstacle::Same, Obstacle::Alias]);
    }
}

/// An anchor is written where it stands: what only carries one can be changed, and what is offered changes something.
#[test]
fn whatever_model_is_offered_changes_the_text() {
    let anchored = "
type: Microsoft.ContainerService/managedClusters
name: kn
properties: &all {networkProfile: &profile {networkPlugin: kubenet, podCidr: 10.244.0.0/16}, agentPoolProfiles: [&pool {name: a, count: 1}, *pool]}
";
    let mut all = documents();
    let text = ("a.yaml".to_owned(), anchored.to_owned());
    all.push(("anchors".to_owned(), Document::from_texts(vec![text]).0));
    let mut tried = 0;
    for (name, document) in all {
        let simulation = Simulation::new(&document);
        for choice in offered(simulation.network()) {
            let command = switch(simulation.network(), choice).expect("an edit");
            assert_ne!(
                command.apply(&document),
                document,
                "{name}: {}",
                choice.word()
            );
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried} models");
}
