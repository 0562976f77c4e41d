//! The strip of a walk, which a narrow screen shows in the place of the picture.

use std::collections::BTreeSet;

use expect_test::expect;
use kubehop::engine::events::Timeline;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::Branch;
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::scene::draw::Playhead;
use kubehop::scene::geometry::{Rect, point, rect};
use kubehop::scene::layout::{Placement, place};
use kubehop::scene::shape::{ElementKind, Move, Scene, Shape};
use kubehop::scene::strip;
use kubehop::text::{Language, Texts};

use super::hold::{assert_keys_are_unique, assert_texts_are_apart, numbers, texts};
use super::{each_placement, generated, outline};

/// Whatever the walk, its strip shows every step, in order, side by side, within its width.
fn assert_strip_holds(name: &str, placement: &Placement, branch: &Branch, texts: &Texts) {
    let strip = strip::draw(placement, branch, Playhead::At(1), texts, 366);
    let canvas = rect(0, 0, strip.size.width, strip.size.height);
    let badges: Vec<(BTreeSet<usize>, Rect)> = strip
        .elements
        .iter()
        .filter(|element| element.kind == ElementKind::Badge)
        .map(|element| {
            let at = element.transform.unwrap().at;
            let numbers: BTreeSet<usize> = numbers(&element.shapes).into_iter().collect();
            let half = if numbers.len() > 1 { 16 } else { 9 };
            (numbers, rect(at.x - half, at.y - 9, 2 * half, 18))
        })
        .collect();
    let shown: BTreeSet<usize> = badges
        .iter()
        .flat_map(|(numbers, _)| numbers)
        .copied()
        .collect();
    assert_eq!(
        shown,
        (1..=placement.numbering.len()).collect(),
        "{name}: not every step is shown"
    );
    for (index, (number, at)) in badges.iter().enumerate() {
        assert!(
            canvas.contains(*at),
            "{name}: badge {number:?} leaves the strip"
        );
        for (other, there) in &badges[index + 1..] {
            assert!(
                !at.overlaps(*there),
                "{name}: badge {number:?} covers {other:?}"
            );
        }
    }
    assert_texts_are_apart(name, &strip);
    assert_keys_are_unique(name, &strip);
    assert_hairline_crosses_no_text(name, &strip);
}

/// The packet hangs from its badge beside every name.
fn assert_hairline_crosses_no_text(name: &str, strip: &Scene) {
    let packet = strip
        .elements
        .iter()
        .filter(|it| it.kind == ElementKind::Packet);
    let mut from = point(0, 0);
    for shape in packet.flat_map(|it| &it.shapes) {
        let Shape::Path { path, class, .. } = shape else {
            continue;
        };
        for step in path.0.iter().filter(|_| class == "packet__line") {
            match *step {
                Move::To(at) => from = at,
                Move::Line(at) => {
                    let line = rect(from.x, from.y, 1, at.y - from.y);
                    for (text, there) in texts(strip) {
                        assert!(!line.overlaps(there), "{name}: crosses `{text}`");
                    }
                }
                Move::Curve(..) | Move::Close => {}
            }
        }
    }
}

/// What is out of order is marked in the strip, in both languages, where no other text stands, and what is in order has
/// no mark; the name of a region is whole.
#[test]
fn a_strip_marks_what_is_out_of_order_and_keeps_its_names_whole() {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let read = |spec: &str| {
        let mut texts: Vec<(String, String)> = scenario
            .files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let document = |kind: &str, spec: &str| {
            format!(
                "apiVersion: kubehop.dev/v1\nkind: {kind}\nmetadata: {{name: added}}\nspec: {{{spec}}}\n---\n"
            )
        };
        let direct = document(
            "Flow",
            "from: pod/default/p0, to: pod/default/p1, port: 8080",
        );
        texts.push(("more.yaml".into(), document("Event", spec) + &direct));
        Simulation::new(&Document::from_texts(texts).0)
    };
    let mut seen = BTreeSet::new();
    for spec in ["stop: node/n0", "unready: pod/default/p1"] {
        let simulation = read(spec);
        let timeline = Timeline::of(simulation.network());
        for (index, moment) in timeline.moments.iter().enumerate() {
            let network = &moment.plane.network;
            let failures = timeline.failures(index);
            let trouble = strip::Trouble {
                network,
                failures: &failures,
            };
            for flow in &network.flows {
                for branch in &walk::trace(&moment.plane, flow).unrolled().branches {
                    let placement = place(network, Some(branch));
                    for language in [Language::En, Language::Ja] {
                        let words = Texts::new(language);
                        let head = Playhead::End;
                        let scene =
                            strip::draw_failing(&placement, trouble, branch, head, &words, 374);
                        let name = format!(
                            "{spec}, {}, {} s, {}",
                            flow.meta.name,
                            moment.at,
                            language.code()
                        );
                        assert_texts_are_apart(&name, &scene);
                        assert_keys_are_unique(&name, &scene);
                        let all = format!("{:?}", scene.elements);
                        if flow.from.to_string() == "host/client" {
                            let internet = words.get("scene-region-internet");
                            assert!(all.contains(&internet), "{name}: {internet} is cut");
                        }
                        let marked = all.contains("strip-state-");
                        let looks = ["is-stopped", "is-unready"].map(|look| all.contains(look));
                        assert!(index > 0 || !marked, "{name}: nothing has happened");
                        assert!(marked || looks == [false, false], "{name}: {looks:?}");
                        for (look, word) in looks.into_iter().zip(["stopped", "unready"]) {
                            if look {
                                seen.insert((spec, language.code(), word));
                            }
                        }
                    }
                }
            }
        }
    }
    for code in ["en", "ja"] {
        assert!(
            seen.contains(&("stop: node/n0", code, "stopped")),
            "{seen:?}"
        );
        assert!(
            seen.contains(&("unready: pod/default/p1", code, "unready")),
            "{seen:?}"
        );
    }
}

#[test]
fn every_walk_has_a_strip_that_shows_its_steps_side_by_side() {
    let texts = Texts::new(Language::En);
    let mut widest = 0;
    let mut check = |name: &str, document: &Document| {
        each_placement(name, document, &mut |name, _, placement, branch| {
            if let Some(branch) = branch {
                assert_strip_holds(name, placement, branch, &texts);
                let strip = strip::draw(placement, branch, Playhead::End, &texts, 366);
                widest = widest.max(strip.size.width);
            }
        });
    };
    for scenario in kubehop::scenarios::ALL {
        check(scenario.id, &scenario.document());
    }
    for seed in 0..60 {
        let document = generated(seed);
        check(&format!("seed {seed}"), &document);
    }
    assert!(widest < 900, "a strip is {widest} pixels wide");
}

#[test]
fn the_strip_of_the_running_example_fits_a_phone_and_its_packet_hangs_below() {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let simulation = Simulation::new(&scenario.document());
    let network = simulation.network();
    let result = simulation.trace(&network.flows[0]);
    let branch = &result.branches[0];
    let placement = place(network, Some(branch));
    let scene = strip::draw(
        &placement,
        branch,
        Playhead::At(5),
        &Texts::new(Language::En),
        366,
    );
    assert!(scene.size.width <= 366, "{}", scene.size.width);
    expect![[r#"
        Region strip-around-0 Internet
        Region strip-around-1 Azure
        Container strip-around-2 nodes
        Container strip-around-3 n0
        Container strip-around-4 n1
        Leaf strip-0 client
        Leaf strip-1 kubernetes
        Leaf strip-4 p1
        ReplyLane strip-reply
        RequestLane strip-request
        Badge strip-badge-1 1
        Badge strip-badge-2 2
        Badge strip-badge-3 3
        Badge strip-badge-4 4–5
        Badge strip-badge-10 10
        Badge strip-badge-6 6–7
        Badge strip-badge-8 8
        Badge strip-badge-9 9
        Packet strip-packet 10.1.0.4:50000 → 10.244.1.10:8080
    "#]]
    .assert_eq(&outline(&scene));
}
