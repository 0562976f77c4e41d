//! `lint` at three sizes, apart: what the page runs at every edit, and what asks probes and walks packets.
//!
//! Run with `cargo bench --bench lint`. No assertion depends on time.

#![allow(
    clippy::disallowed_methods,
    reason = "a measurement needs the clock of the machine"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;

mod measure;

use measure::clusters::{PODS, nodes_and_services};

/// Nodes and Services; each node has [`PODS`].
const SIZES: [(usize, usize); 3] = [(100, 250), (200, 500), (400, 1000)];

fn main() {
    for (nodes, services) in SIZES {
        let (document, problems) = Document::from_texts(nodes_and_services(nodes, services));
        assert!(problems.is_empty(), "{problems:?}");
        let build = median(|| {
            black_box(Simulation::new(black_box(&document)));
        });
        let simulation = Simulation::new(&document);
        let check = median(|| {
            black_box(simulation.checks(&document));
        });
        let mut found = 0;
        // Rules of nodes are kept once made, so each round begins with a new simulation.
        let mut rounds: Vec<Duration> = (0..5)
            .map(|_| {
                let simulation = Simulation::new(&document);
                let start = Instant::now();
                found = black_box(simulation.deep_checks(&document)).len();
                start.elapsed()
            })
            .collect();
        rounds.sort_unstable();
        println!(
            "lint: {nodes} nodes x {PODS} pods, {services} Services: read and build {build:?}, checks {check:?}, probes and walks {:?} ({found} findings)",
            rounds[2]
        );
    }
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
