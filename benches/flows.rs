//! Engine figures: medians on this machine, printed one fact a line.
//!
//! Run with `cargo bench --bench flows`. No assertion depends on time; ratios compare two
//! measurements of one run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::flow::Flow;
use kubehop::scenarios;

const ROUNDS: usize = 2001;

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
    let few = service_trace(10);
    let many = service_trace(5000);
    println!(
        "trace with 10 Services: {few:?}; with 5000: {many:?}; ratio {:.2}",
        ratio(many, few)
    );
}

fn trace_time(simulation: &Simulation, flow: &Flow) -> Duration {
    median(ROUNDS, || {
        black_box(simulation.trace(black_box(flow)));
    })
}

/// The internet request of the kubenet fixture in a cluster with `count` Services more.
fn service_trace(count: usize) -> Duration {
    let mut texts: Vec<(String, String)> = scenarios::find("kubenet")
        .into_iter()
        .flat_map(|scenario| scenario.files.iter())
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let services: Vec<String> = (0..count)
        .map(|number| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: extra-{number}}}\nspec: {{type: LoadBalancer, selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080}}]}}\n"
            )
        })
        .collect();
    texts.push(("extra.yaml".to_owned(), services.join("---\n")));
    let (document, _) = Document::from_texts(texts);
    let simulation = Simulation::new(&document);
    let flow = simulation.network().flows.first().cloned();
    flow.map_or(Duration::ZERO, |flow| trace_time(&simulation, &flow))
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(f64::MIN_POSITIVE)
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; nothing depends on it"
)]
fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}
