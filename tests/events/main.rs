//! What happens after something fails, second by second: who notices when, and what becomes of open connections.
//!
//! Origins: the assertions of the Azure facts named in each test, Azure Load Balancer's page about health probes, and
//! the Kubernetes pages about nodes and pods.

mod connections;
mod moments;
mod nodes;
mod probes;
mod ready;

use std::collections::BTreeMap;

use kubehop::engine::events::{Fate, Timeline, follow};
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::TraceResult;
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;
use kubehop::scenarios;

/// A scenario and what happens in it.
struct Case {
    document: Document,
    simulation: Simulation,
    timeline: Timeline,
}

impl Case {
    /// A built-in scenario with more documents, of which the flows replace its own, and with events.
    fn new(scenario: &str, documents: &str, events: &[&str]) -> Self {
        Self::changed(scenario, &[], documents, events)
    }

    /// The same of a scenario with other text in some places.
    fn changed(scenario: &str, changes: &[(&str, &str)], documents: &str, events: &[&str]) -> Self {
        let scenario = scenarios::find(scenario).expect("a built-in scenario");
        let files = scenario
            .files
            .iter()
            .filter(|(name, _)| *name != "flows.yaml");
        let mut texts: Vec<(String, String)> = files
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        for (from, to) in changes {
            let text = texts.iter_mut().find(|(_, text)| text.contains(from));
            let (_, text) = text.unwrap_or_else(|| panic!("`{from}` is not there"));
            *text = text.replace(from, to);
        }
        texts.push((
            "case.yaml".to_owned(),
            documents.to_owned() + &happen(events),
        ));
        let (document, _) = Document::from_texts(texts);
        let simulation = Simulation::new(&document);
        let errors: Vec<String> = simulation
            .diagnostics
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(!errors.iter().any(|it| it.contains("error")), "{errors:#?}");
        let timeline = Timeline::of(simulation.network());
        assert!(timeline.problems.is_empty(), "{:?}", timeline.problems);
        Self {
            document,
            simulation,
            timeline,
        }
    }

    fn flow(&self) -> &Flow {
        &self.simulation.network().flows[0]
    }

    /// Seconds and ids of everything that changes.
    fn changes(&self) -> Vec<(u32, &'static str)> {
        let moments = self.timeline.moments.iter();
        moments
            .flat_map(|moment| moment.changes.iter().map(|it| (moment.at, it.what.id)))
            .collect()
    }

    /// A new connection at a second.
    fn at(&self, second: u32) -> TraceResult {
        let moment = self.timeline.at(second).expect("a moment");
        walk::trace(&moment.plane, self.flow())
    }

    /// Verdict and receiver of a new connection at a second, with probabilities.
    fn ends(&self, second: u32) -> BTreeMap<String, f64> {
        let mut ends = BTreeMap::new();
        for branch in self.at(second).branches {
            let end = match &branch.connection.received {
                Some(received) => received.receiver.to_string(),
                None => branch.connection.original.disposition.as_str().to_owned(),
            };
            *ends.entry(end).or_default() += branch.probability;
        }
        ends
    }

    /// The fates of connections that were open, by second, over all ways that they were opened.
    fn fates(&self) -> Vec<(u32, BTreeMap<Fate, f64>)> {
        let lives = follow(&self.timeline, self.flow());
        let seconds = self.timeline.moments.iter().skip(1).enumerate();
        let fates = seconds.map(|(index, moment)| {
            let mut fates = BTreeMap::new();
            for life in &lives {
                for outcome in &life.moments[index] {
                    let probability = life.opened.probability * outcome.probability;
                    *fates.entry(outcome.fate).or_default() += probability;
                }
            }
            (moment.at, fates)
        });
        fates.collect()
    }
}

/// A client of the internet asks the Service.
const VISIT: &str = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: visit}
spec: {from: host/client, to: 20.50.60.70, port: 80}
---
";

/// A node is lost, and comes back after its pods have been replaced.
const LOST_AND_BACK: [&str; 2] = ["stop: node/n1", "at: 400s, start: node/n1"];

fn document(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: kubehop.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

/// A flow with this `spec`.
fn flow(spec: &str) -> String {
    document("Flow", "flow", spec)
}

/// Events with each `spec`.
fn happen(events: &[&str]) -> String {
    let events = events.iter().enumerate();
    let events = events.map(|(index, spec)| document("Event", &format!("event-{index}"), spec));
    events.collect()
}

/// The `spec` of an event: a rule against the client, with more about it.
fn denied(more: &str) -> String {
    format!(
        "at: 5, deny: {{networkSecurityGroup: aks-agentpool-nsg, sourceAddressPrefix: 203.0.113.0/24{more}}}"
    )
}

/// A node that the load balancer uses stops, and starts again when it has been taken out.
fn node_stops() -> Case {
    let events = ["stop: node/n0", "at: 21s, start: node/n0"];
    Case::new("kubenet", VISIT, &events)
}

/// A `StatefulSet` of one pod, with more in the pod's `spec`, and a flow to that pod.
fn database(more: &str) -> String {
    let set = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
---
";
    let set = set.replace("spec: {containers", &format!("spec: {{{more}containers"));
    set + &flow("from: pod/default/p0, to: pod/default/db-0, port: 5432")
}

/// One end for every new connection.
fn one(end: &str) -> BTreeMap<String, f64> {
    BTreeMap::from([(end.to_owned(), 1.0)])
}

/// One fate for all connections.
fn all(fate: Fate) -> BTreeMap<Fate, f64> {
    BTreeMap::from([(fate, 1.0)])
}
