//! What an edit costs in large clusters, stage by stage, and as the page asks for it.
//!
//! Run with `cargo bench --bench edits`. The clusters come from a seed; no assertion depends on time.

mod measure;

use std::hint::black_box;

use kubehop::engine::dataplane::Dataplane;
use kubehop::engine::reach::grid::Grid;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::{azure, control, dns, ingress, lint, netfilter, policy};
use kubehop::model::document::Document;
use kubehop::model::read;

use measure::clusters;
use measure::median;

const ROUNDS: usize = 31;

fn main() {
    let [objects, policies] = clusters::policies(1_000, 100, "192.0.2");
    let texts = vec![
        ("objects.yaml".to_owned(), objects),
        ("policies.yaml".to_owned(), policies),
    ];
    edit(
        "1,000 pods, 100 policies: a port of a policy",
        texts,
        1,
        ("port: 8", "port: 7"),
    );
    let texts = clusters::nodes_and_services(400, 1_000);
    edit(
        "400 nodes x 30 pods, 1,000 Services: a port of a Service",
        texts,
        1,
        ("ports: [{port: 80,", "ports: [{port: 81,"),
    );
}

/// Changes a text in the middle of a file to and fro.
fn edit(what: &str, texts: Vec<(String, String)>, file: usize, (from, to): (&str, &str)) {
    let (document, _) = Document::from_texts(texts);
    let text = document.files[file].text.to_string();
    let at = text.len() / 2 + text[text.len() / 2..].find(from).unwrap_or(0);
    let other = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
    let (edited, _) = document.with_file_text(file, &other);
    println!("{what}");
    stages(&document, &edited);
}

fn stages(document: &Document, edited: &Document) {
    let before = Simulation::new(document);
    let show =
        |stage: &str, run: &mut dyn FnMut()| println!("  {stage}: {:?}", median(ROUNDS, run));
    show("all anew", &mut || {
        black_box(Simulation::new(edited));
    });
    show("after", &mut || {
        black_box(Simulation::after(edited, &before));
    });
    let (written, _, known) = read::read_after(document, &read::Known::default());
    show("read", &mut || {
        black_box(read::read_after(edited, &known));
    });
    show("copy of what was read", &mut || {
        black_box(written.clone());
    });
    show("that and controllers", &mut || {
        black_box(control::reconcile(written.clone()));
    });
    let (network, _) = control::reconcile(written.clone());
    show("copy of all objects", &mut || {
        black_box(network.clone());
    });
    show("that and effective state", &mut || {
        black_box(Dataplane::build(network.clone()));
    });
    let simulation = Simulation::new(edited);
    let network = simulation.network();
    show("checks: azure", &mut || {
        black_box(azure::checks::check(
            network,
            &simulation.dataplane.addresses,
        ));
    });
    show("checks: netfilter", &mut || {
        black_box(netfilter::checks::check(network));
    });
    show("checks: policy", &mut || {
        black_box(policy::checks::check(network));
    });
    show("checks: ingress", &mut || {
        black_box(ingress::checks::check(network));
    });
    show("checks: dns", &mut || {
        black_box(dns::checks::check(network));
    });
    show("checks: lint", &mut || {
        black_box(lint::check(&simulation.dataplane));
    });
    show("checks, all, with places", &mut || {
        black_box(simulation.checks(edited));
    });
    show("matrix", &mut || {
        black_box(Grid::of(network));
    });
}
