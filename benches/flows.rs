//! Engine figures: medians on this machine, printed one fact a line.
//!
//! Run with `cargo bench --bench flows`. No assertion depends on time; ratios compare
//! measurements of one run.

mod measure;

use std::hint::black_box;
use std::time::Duration;

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;
use kubehop::scenarios;

use measure::{growth, median, ratio, simulation};

const ROUNDS: usize = 2001;

/// Services of the clusters that are compared; each has [`ENDPOINTS`].
const SERVICES: [usize; 3] = [10, 500, 5_000];
const ENDPOINTS: usize = 10;

/// Pods of the clusters that are compared.
const PODS: [usize; 3] = [100, 1_000, 10_000];

fn main() {
    for id in ["kubenet", "azure-cni"] {
        let Some(scenario) = scenarios::find(id) else {
            continue;
        };
        let document = scenario.document();
        let simulation = Simulation::new(&document);
        let build = median(51, || {
            black_box(Simulation::new(black_box(&document)));
        });
        println!("{id}: read, reconcile and build: {build:?}");
        for flow in &simulation.network().flows {
            let time = trace_time(&simulation, flow);
            println!("{id}: trace {}: {time:?}", flow.meta.name);
        }
    }
    by_services();
    by_pods();
}

fn trace_time(simulation: &Simulation, flow: &Flow) -> Duration {
    median(ROUNDS, || {
        black_box(simulation.trace(black_box(flow)));
    })
}

/// A pod asks one of so many Services of ten endpoints each: every walk is a branch of the trace.
fn by_services() {
    let mut traces = Vec::new();
    let mut walks = Vec::new();
    let mut names = Vec::new();
    for count in SERVICES {
        let simulation = simulation(cluster(ENDPOINTS, count));
        let [flow, by_name] = &simulation.network().flows[..] else {
            continue;
        };
        names.push((count, trace_time(&simulation, by_name)));
        let branches = u32::try_from(simulation.trace(flow).branches.len()).unwrap_or(1);
        let time = trace_time(&simulation, flow);
        traces.push((count, time));
        walks.push((count, time / branches.max(1)));
    }
    growth(
        "all ten walks of a request, with replies",
        "Services",
        &traces,
    );
    growth("one of these walks, with its reply", "Services", &walks);
    growth(
        "the same request by name, with its queries",
        "Services",
        &names,
    );
    if let [(fewest, first), .., (most, last)] = traces[..] {
        println!(
            "a request with {most} Services takes {:.2} times as long as with {fewest}",
            ratio(last, first)
        );
    }
}

/// One Service, whose endpoints are ten pods among many.
fn by_pods() {
    let (mut builds, mut traces) = (Vec::new(), Vec::new());
    for count in PODS {
        let texts = cluster(count, 1);
        let (document, _) = Document::from_texts(texts);
        let rounds = if count > 1_000 { 5 } else { 21 };
        let build = median(rounds, || {
            black_box(Simulation::new(black_box(&document)));
        });
        builds.push((count, build));
        let simulation = Simulation::new(&document);
        if let Some(flow) = simulation.network().flows.first() {
            traces.push((count, trace_time(&simulation, flow)));
        }
    }
    growth("reading, deriving and indexing", "pods", &builds);
    growth("all ten walks of a request, with replies", "pods", &traces);
}

fn flow(name: &str, to: &str) -> String {
    format!(
        "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: {name}}}, spec: {{from: pod/default/client, to: '{to}', port: 80}}}}"
    )
}

/// Pods on a hundred nodes, ten of which are the endpoints of every Service; the request is to the last one.
fn cluster(pods: usize, services: usize) -> Vec<(String, String)> {
    let mut documents = vec![
        "{type: Microsoft.ContainerService/managedClusters, name: big, location: japaneast, properties: {networkProfile: {networkPlugin: azure}, agentPoolProfiles: [{name: pool1, count: 100, maxPods: 110}]}}".to_owned(),
        "{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: [{name: c, image: i}]}}".to_owned(),
        flow("f", &format!("service/default/s{}", services - 1)),
        flow("g", &format!("http://s{}", services - 1)),
    ];
    documents.extend((0..pods).map(|number| {
        let app = if number < ENDPOINTS { "web" } else { "other" };
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p{number}, labels: {{app: {app}}}}}, spec: {{containers: [{{name: c, image: i, ports: [{{containerPort: 8080}}]}}]}}}}")
    }));
    documents.extend((0..services).map(|number| {
        format!("{{apiVersion: v1, kind: Service, metadata: {{name: s{number}}}, spec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080}}]}}}}")
    }));
    vec![("cluster.yaml".to_owned(), documents.join("\n---\n"))]
}
