//! What says that a machine is out of order stands where no other text is.

use kubehop::engine::events::Timeline;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::scene::draw::{Playhead, View, draw_failing};
use kubehop::scene::layout::place;
use kubehop::scene::shape::Shape;
use kubehop::text::{Language, Texts};

use super::hold::texts;

#[test]
fn the_mark_of_a_stopped_node_covers_no_text() {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let mut files: Vec<(String, String)> = scenario
        .files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let event =
        "apiVersion: kubehop.dev/v1\nkind: Event\nmetadata: {name: added}\nspec: {stop: node/n0}\n";
    files.push(("more.yaml".into(), event.into()));
    let simulation = Simulation::new(&Document::from_texts(files).0);
    let timeline = Timeline::of(simulation.network());
    let mut marks = 0;
    for (index, moment) in timeline.moments.iter().enumerate() {
        let network = &moment.plane.network;
        let failures = timeline.failures(index);
        for flow in &network.flows {
            for branch in &walk::trace(&moment.plane, flow).unrolled().branches {
                let placement = place(network, Some(branch));
                for language in [Language::En, Language::Ja] {
                    let words = Texts::new(language);
                    let view = View {
                        playhead: Playhead::End,
                        ..View::default()
                    };
                    let mut scene =
                        draw_failing(network, &failures, &placement, Some(branch), &view, &words);
                    let (mark, others): (Vec<_>, _) = scene
                        .elements
                        .into_iter()
                        .partition(|it| it.key == "state-node/n0");
                    scene.elements = others;

                    let pills = mark.iter().flat_map(|it| &it.shapes);
                    for pill in pills {
                        let Shape::Rect { rect: at, .. } = pill else {
                            continue;
                        };
                        marks += 1;
                        for (text, there) in texts(&scene) {
                            assert!(
                                !at.grown(2).overlaps(there),
                                "{}, {} s, {}: covers `{text}`",
                                flow.meta.name,
                                moment.at,
                                language.code()
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(marks > 20, "{marks}");
}
