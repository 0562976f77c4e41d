//! What stands along the lanes of a timeline, for every walk of the built-in scenarios.

use super::{Playhead, draw};
use crate::engine::simulation::Simulation;
use crate::scenarios;
use crate::scene::numbering::Numbering;
use crate::scene::shape::{Scene, Shape};
use crate::text::{Language, Texts};

/// The text of an element that has one, and whether it was cut.
fn text(scene: &Scene, key: &str) -> Option<(String, bool)> {
    let element = scene.elements.iter().find(|it| *it.key == *key)?;
    element.shapes.iter().find_map(|shape| match shape {
        Shape::Text { full, runs, .. } => Some((runs[0].text.clone(), full.is_some())),
        _ => None,
    })
}

/// The source and destination that a packet arrives with, and that its answer begins with, are the ones that matter.
#[test]
fn the_last_addresses_of_a_request_and_the_first_of_its_answer_are_shown_whole() {
    let texts = Texts::new(Language::En);
    let mut shown = 0;
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        for flow in &simulation.network().flows {
            let result = simulation.trace(flow);
            for branch in &result.branches {
                let numbering = Numbering::of(&branch.connection);
                for width in [390, 700, 1100] {
                    let scene = draw(branch, &numbering, Playhead::End, &texts, width);
                    let of =
                        |key: &str| format!("{} {}: {key} at {width}", scenario.id, flow.meta.name);
                    for band in ["src", "dst"] {
                        let request = (0..20).rev().find_map(|index| {
                            let key = format!("{band}-request-{index}");
                            let there = scene.elements.iter().any(|it| *it.key == *key);
                            there.then_some(key)
                        });
                        let reply = branch.connection.reply.as_ref();
                        let reply = reply.map(|_| format!("{band}-reply-0"));
                        for key in request.into_iter().chain(reply) {
                            let found = text(&scene, &key);
                            assert!(found.is_some_and(|(_, cut)| !cut), "{}", of(&key));
                            shown += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(shown > 500, "{shown}");
}

/// Where the columns can move together, nobody has to scroll.
#[test]
fn a_timeline_is_as_wide_as_asked_for_where_its_steps_have_room() {
    let texts = Texts::new(Language::En);
    let mut short = 0;
    for scenario in scenarios::ALL {
        let simulation = Simulation::new(&scenario.document());
        for flow in &simulation.network().flows {
            for branch in &simulation.trace(flow).branches {
                let numbering = Numbering::of(&branch.connection);
                // Twelve steps at the least distance, and the longest address behind them.
                if numbering.len() > 12 {
                    continue;
                }
                short += 1;
                let scene = draw(branch, &numbering, Playhead::End, &texts, 900);
                assert_eq!(scene.size.width, 900, "{} {}", scenario.id, flow.meta.name);
            }
        }
    }
    assert!(short > 20, "{short}");
}

/// What marks the current step never lies on an address: the line is drawn below it, and the knob stands above it.
#[test]
fn the_playhead_covers_no_address() {
    let texts = Texts::new(Language::En);
    let scenario = scenarios::find("ingress").unwrap();
    let simulation = Simulation::new(&scenario.document());
    let branch = &simulation.trace(&simulation.network().flows[0]).branches[0];
    let numbering = Numbering::of(&branch.connection);
    for number in 1..=numbering.len() {
        let scene = draw(branch, &numbering, Playhead::At(number), &texts, 780);
        let place = |part: &str| {
            scene
                .elements
                .iter()
                .position(|it| it.key.starts_with(part))
        };
        let knob = place("playhead").unwrap();
        assert!(knob < place("src-request-0").unwrap(), "step {number}");
        let shapes = &scene.elements[knob].shapes;
        let lowest = shapes.iter().find_map(|shape| match shape {
            Shape::Circle { centre, radius, .. } => Some((centre.y + radius, centre.y)),
            _ => None,
        });
        let (end, middle) = lowest.unwrap();
        for element in &scene.elements {
            for shape in &element.shapes {
                let Shape::Text { at, .. } = shape else {
                    continue;
                };
                // Letters begin 9 px above their line, and end 3 px below it.
                let apart = end <= at.y - 9 || middle - 4 >= at.y + 3;
                assert!(apart, "step {number}: {}", element.key);
            }
        }
    }
}
