//! What an edit costs in large clusters, stage by stage, and as the page asks for it.
//!
//! Run with `cargo bench --bench edits`. The clusters come from a seed; no assertion depends on time.

mod measure;

use std::hint::black_box;
use std::time::Duration;

use kubehop::engine::dataplane::Dataplane;
use kubehop::engine::reach::grid::Grid;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::{azure, control, dns, ingress, lint, netfilter, policy};
use kubehop::model::document::Document;
use kubehop::model::read;

use measure::clusters;
use measure::{growth, median};

const ROUNDS: usize = 31;

/// Nodes, of thirty pods each, and Services of the clusters that are compared.
const SIZES: [(usize, usize); 3] = [(100, 250), (200, 500), (400, 1_000)];

/// A port of a Service, as it is written and as it becomes.
const PORT: (&str, &str) = ("ports: [{port: 80,", "ports: [{port: 81,");

/// Other edits of a Service: what, and which text of it becomes which.
const EDITS: [(&str, &str, &str); 6] = [
    (
        "a longer port, which moves all that follows",
        "port: 80,",
        "port: 8080,",
    ),
    ("a target port", "targetPort: 8080", "targetPort: 8081"),
    ("a selector", "selector: {app: d", "selector: {app: e"),
    ("a type", "type: LoadBalancer", "type: ClusterIP   "),
    (
        "an annotation",
        "kind: Service, metadata: {",
        "kind: Service, metadata: {annotations: {service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip: 'true'}, ",
    ),
    (
        "a Service gone",
        "{apiVersion: v1, kind: Service, metadata: {name: d600}, spec: {type: LoadBalancer, selector: {app: d600}, ports: [{port: 80, targetPort: 8080}]}}\n---\n",
        "",
    ),
];

fn main() {
    let [objects, policies] = clusters::policies(1_000, 100, "192.0.2");
    let texts = vec![
        ("objects.yaml".to_owned(), objects),
        ("policies.yaml".to_owned(), policies),
    ];
    println!("1,000 pods, 100 policies: a port of a policy");
    let (document, other) = edited(texts, 1, ("port: 8", "port: 7"));
    stages(&document, &other);
    println!("400 nodes x 30 pods, 1,000 Services: a port of a Service");
    let (document, other) = edited(clusters::nodes_and_services(400, 1_000), 1, PORT);
    stages(&document, &other);
    other_edits();
    by_size();
}

/// A document, and the same with a text in the middle of a file changed.
fn edited(
    texts: Vec<(String, String)>,
    file: usize,
    (from, to): (&str, &str),
) -> (Document, Document) {
    let (document, _) = Document::from_texts(texts);
    let text = document.files[file].text.to_string();
    let middle = text.len() / 2;
    let at = text[middle..].find(from).map(|at| middle + at);
    let at = at.unwrap_or_else(|| panic!("`{from}` is not in the second half"));
    let other = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
    let (edited, _) = document.with_file_text(file, &other);
    (document, edited)
}

/// How long it takes to have all that follows from the edited document.
fn after((document, edited): &(Document, Document)) -> Duration {
    let before = Simulation::new(document);
    median(ROUNDS, || {
        black_box(Simulation::after(edited, &before));
    })
}

fn other_edits() {
    let texts = clusters::nodes_and_services(400, 1_000);
    for (what, from, to) in EDITS {
        let time = after(&edited(texts.clone(), 1, (from, to)));
        println!("  after {what}: {time:?}");
    }
}

fn by_size() {
    let (mut builds, mut edits) = (Vec::new(), Vec::new());
    for (nodes, services) in SIZES {
        let both = edited(clusters::nodes_and_services(nodes, services), 1, PORT);
        let build = median(11, || {
            black_box(Simulation::new(&both.1));
        });
        builds.push((services, build));
        edits.push((services, after(&both)));
    }
    let of = "Services (two nodes of thirty pods for each five)";
    growth("reading and deriving all", of, &builds);
    growth("the same after a port of a Service was edited", of, &edits);
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
