//! The picture of every built-in scenario and of 200 generated ones: what must hold whatever it shows.
//!
//! The generated scenarios come from a linear congruential generator with fixed seeds, so that a
//! failure names the seed that reproduces it.

mod example;
mod generate;
mod hold;
mod marks;
mod pictures;
mod strips;

use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::Branch;
use kubehop::model::document::Document;
use kubehop::model::network::Network;
use kubehop::scene::layout::{Placement, place};
use kubehop::scene::shape::{Scene, Shape};

/// A check of one picture: its name, what it shows, where, and the branch.
type Check<'a> = dyn FnMut(&str, &Network, &Placement, Option<&Branch>) + 'a;

/// Runs `check` on every placement of a document: without a walk, and for the first branches of each flow.
fn each_placement(name: &str, document: &Document, check: &mut Check<'_>) {
    let simulation = Simulation::new(document);
    let network = simulation.network();
    check(name, network, &place(network, None), None);
    for flow in &network.flows {
        // As the page and the command line draw it: through proxies, from end to end.
        let result = simulation.trace(flow).unrolled();
        for (index, branch) in result.branches.iter().enumerate().take(3) {
            let name = format!("{name}, flow {}, branch {index}", flow.meta.name);
            check(&name, network, &place(network, Some(branch)), Some(branch));
        }
    }
}

/// The elements of a picture in short: what they are, their texts.
fn outline(scene: &Scene) -> String {
    let mut out = String::new();
    for element in &scene.elements {
        let texts = element.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { runs, .. } => Some(
                runs.iter()
                    .map(|run| run.text.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        out += format!("{:?} {} {}", element.kind, element.key, texts.join(" | ")).trim_end();
        out += "\n";
    }
    out
}

/// The scenario that a seed makes.
fn generated(seed: u64) -> Document {
    let texts = vec![("made.yaml".into(), generate::scenario(seed))];
    Document::from_texts(texts).0
}
