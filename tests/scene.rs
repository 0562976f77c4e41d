//! The picture of every built-in scenario and of 200 generated ones: what must hold whatever it shows.
//!
//! The generated scenarios come from a linear congruential generator with fixed seeds, so that a
//! failure names the seed that reproduces it.

use std::collections::BTreeSet;

use expect_test::expect;
use kubehop::edit::Command;
use kubehop::engine::events::Timeline;
use kubehop::engine::simulation::Simulation;
use kubehop::engine::trace::Branch;
use kubehop::engine::walk;
use kubehop::model::document::Document;
use kubehop::model::network::Network;
use kubehop::model::object::{Kind, Ref};
use kubehop::scene::draw::{Level, Playhead, View, draw};
use kubehop::scene::geometry::{Point, Rect, point, rect};
use kubehop::scene::layout::{Placement, place};
use kubehop::scene::measure::{Face, width};
use kubehop::scene::shape::{ElementKind, Scene, Shape, StepRef};
use kubehop::scene::strip;
use kubehop::scene::svg::{Theme, standalone};
use kubehop::text::{Language, Texts};

#[path = "scene/generate.rs"]
mod generate;

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

// --- Boxes -----------------------------------------------------------------------------------

fn assert_boxes_nest(name: &str, placement: &Placement) {
    let canvas = rect(0, 0, placement.size.width, placement.size.height);
    for (index, placed) in placement.boxes.iter().enumerate() {
        assert!(
            canvas.contains(placed.rect),
            "{name}: {:?} leaves the canvas",
            placed.object
        );
        if let Some(parent) = placed.parent {
            assert!(
                parent < index,
                "{name}: {:?} comes before what it stands in",
                placed.object
            );
            let around = placement.boxes[parent].rect;
            assert!(
                around.contains(placed.rect),
                "{name}: {:?} leaves its container",
                placed.object
            );
        }
        let ancestors: Vec<usize> = placement.ancestors(index).collect();
        for (other, later) in placement.boxes.iter().enumerate().skip(index + 1) {
            let nested = placement.ancestors(other).any(|ancestor| ancestor == index)
                || ancestors.contains(&other);
            assert!(
                nested || !placed.rect.overlaps(later.rect),
                "{name}: {:?} {:?} overlaps {:?} {:?}",
                placed.object,
                placed.rect,
                later.object,
                later.rect
            );
        }
    }
}

// --- Lanes -----------------------------------------------------------------------------------

/// Whether a straight piece goes through the inside of a rectangle.
fn goes_through(a: Point, b: Point, around: Rect) -> bool {
    let piece = Rect::between(a, b);
    let (x, y) = (
        around.x < piece.right().max(piece.x + 1) && piece.x < around.right(),
        around.y < piece.bottom().max(piece.y + 1) && piece.y < around.bottom(),
    );
    if a.y == b.y {
        x && around.y < a.y && a.y < around.bottom()
    } else {
        y && around.x < a.x && a.x < around.right()
    }
}

fn assert_lanes_are_free(name: &str, placement: &Placement) {
    for (lane, travel) in placement.lanes.iter().zip(&placement.journey.travels) {
        let mut entered: BTreeSet<usize> = BTreeSet::new();
        for visit in &travel.visits {
            if let Some(index) = placement.find(&visit.object) {
                entered.extend(placement.ancestors(index));
            }
        }
        for pair in lane.path.windows(2) {
            let (a, b) = (pair[0].at, pair[1].at);
            assert!(
                a.x == b.x || a.y == b.y,
                "{name}: a lane runs aslant from {a:?} to {b:?}"
            );
            for (index, placed) in placement.boxes.iter().enumerate() {
                let object = &placed.object;
                assert!(
                    entered.contains(&index) || !goes_through(a, b, placed.rect),
                    "{name}: a lane {a:?} {b:?} crosses {object:?} {:?}, which it does not visit",
                    placed.rect
                );
                assert!(
                    !goes_through(a, b, placed.title),
                    "{name}: a lane {a:?} {b:?} crosses the title of {object:?}"
                );
            }
            for station in placement
                .insides
                .values()
                .flat_map(|inside| &inside.stations)
            {
                let own = lane
                    .path
                    .iter()
                    .any(|vertex| vertex.mark == Some(station.mark));
                assert!(
                    own || !goes_through(a, b, station.rect),
                    "{name}: a lane {a:?} {b:?} crosses the station of step {}",
                    station.mark + 1
                );
            }
        }
    }
}

fn assert_steps_are_shown(name: &str, placement: &Placement, scene: &Scene, branch: &Branch) {
    let connection = &branch.connection;
    let shown: BTreeSet<usize> = scene
        .elements
        .iter()
        .filter(|element| element.kind == ElementKind::Badge)
        .flat_map(|element| numbers(&element.shapes))
        .collect();
    let traces = [
        (false, Some(&connection.original)),
        (true, connection.reply.as_ref()),
    ];
    for (reply, trace) in traces {
        for (index, (place, step)) in trace
            .into_iter()
            .flat_map(kubehop::engine::trace::Trace::steps)
            .enumerate()
        {
            let mark = placement.numbering.mark(StepRef { reply, index });
            let delivered = matches!(step.detail, kubehop::engine::trace::Detail::Delivered);
            assert!(
                mark.is_some_and(|mark| shown.contains(&mark.number)) || delivered || reply,
                "{name}: {} at {place} is nowhere in the picture",
                step.stage.as_str()
            );
        }
    }
}

/// The numbers that a badge stands for: `4` or `6–7`.
fn numbers(shapes: &[Shape]) -> Vec<usize> {
    let text = shapes.iter().find_map(|shape| match shape {
        Shape::Text { runs, .. } => Some(runs[0].text.clone()),
        _ => None,
    });
    let text = text.unwrap_or_default();
    let mut ends = text
        .split('–')
        .map(|number| number.parse::<usize>().unwrap());
    let first = ends.next().unwrap();
    (first..=ends.next().unwrap_or(first)).collect()
}

// --- Labels ----------------------------------------------------------------------------------

fn face(class: &str) -> Face {
    if class.contains("t-name") || class.contains("t-region") {
        Face::Name
    } else if class.contains("mono")
        || ["t-addr", "t-change", "t-later"]
            .iter()
            .any(|mono| class.contains(mono))
    {
        Face::Mono
    } else if class.contains("t-note") {
        Face::Note
    } else {
        Face::Label
    }
}

/// The rectangles of all texts that stand on the canvas itself.
fn texts(scene: &Scene) -> Vec<(String, Rect)> {
    let elements = scene
        .elements
        .iter()
        .filter(|element| element.transform.is_none() && element.kind != ElementKind::Packet);
    let mut found = Vec::new();
    for shape in elements.flat_map(|element| &element.shapes) {
        if let Shape::Text {
            at, class, runs, ..
        } = shape
        {
            let run_face = |run: &str| {
                if run.is_empty() {
                    face(class)
                } else {
                    face(run)
                }
            };
            // The estimate rounds up; a text may come two pixels short of it.
            let room: i32 = runs
                .iter()
                .map(|run| width(&run.text, run_face(&run.class)) + run.space)
                .sum::<i32>()
                - 2;
            let x = if class.contains("t-mid") {
                at.x - room / 2
            } else if class.contains("t-end") {
                at.x - room
            } else {
                at.x
            };
            let text: String = runs.iter().map(|run| run.text.as_str()).collect();
            found.push((text, rect(x, at.y - 9, room, 11)));
        }
    }
    found
}

fn assert_texts_are_apart(name: &str, scene: &Scene) {
    let texts = texts(scene);
    let canvas = rect(0, 0, scene.size.width, scene.size.height);
    for (index, (text, at)) in texts.iter().enumerate() {
        assert!(
            canvas.contains(*at),
            "{name}: `{text}` leaves the canvas: {at:?}"
        );
        for (other, there) in &texts[index + 1..] {
            assert!(
                !at.overlaps(*there),
                "{name}: `{text}` {at:?} covers `{other}` {there:?}"
            );
        }
    }
}

fn assert_keys_are_unique(name: &str, scene: &Scene) {
    let mut keys = BTreeSet::new();
    for element in &scene.elements {
        assert!(
            keys.insert(&element.key),
            "{name}: two elements have the key {}",
            element.key
        );
    }
}

// --- Tests -----------------------------------------------------------------------------------

/// No two boxes overlap unless one stands in the other; no lane crosses a title or a box that it does
/// not enter; no two texts collide in either language; everything is on the canvas; every step is shown.
fn assert_picture_holds(name: &str, document: &Document) {
    let languages = Language::ALL.iter().map(|language| Texts::new(*language));
    let languages: Vec<Texts> = languages.collect();
    each_placement(name, document, &mut |name, network, placement, branch| {
        assert_boxes_nest(name, placement);
        assert_lanes_are_free(name, placement);
        for texts in &languages {
            let scene = draw(network, placement, branch, &View::default(), texts);
            assert_texts_are_apart(name, &scene);
            assert_keys_are_unique(name, &scene);
            if let Some(branch) = branch {
                assert_steps_are_shown(name, placement, &scene, branch);
            }
        }
    });
}

#[test]
fn every_built_in_picture_is_free_of_overlaps_and_shows_every_step() {
    for scenario in kubehop::scenarios::ALL {
        assert_picture_holds(scenario.id, &scenario.document());
    }
}

#[test]
fn two_hundred_generated_pictures_are_free_of_overlaps_and_show_every_step() {
    for seed in 0..200 {
        let (document, _) =
            Document::from_texts(vec![("made.yaml".into(), generate::scenario(seed))]);
        assert_picture_holds(&format!("seed {seed}"), &document);
    }
}

/// The objects that can be moved, in any picture of the document, and their positions.
fn movable(document: &Document) -> Vec<(String, (i32, i32))> {
    let mut found: Vec<(String, (i32, i32))> = Vec::new();
    each_placement("", document, &mut |_, _, placement, _| {
        let objects = placement
            .boxes
            .iter()
            .filter_map(|placed| placed.object.as_ref());
        for lift in objects.filter_map(|object| placement.lift(object)) {
            let name = lift.object.to_string();
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name, lift.position(lift.from)));
            }
        }
    });
    found
}

#[test]
fn a_hundred_pictures_that_a_reader_rearranged_hold_as_well() {
    let mut moved = 0;
    for seed in 0..100 {
        let text = generate::scenario(seed);
        let read = |layout: String| {
            let texts = vec![
                ("made.yaml".into(), text.clone()),
                ("layout.yaml".into(), layout),
            ];
            Document::from_texts(texts).0
        };
        let objects = movable(&read(String::new()));
        let layout = generate::rearranged(seed, &objects);
        moved += layout.matches("{x: ").count();
        assert_picture_holds(&format!("seed {seed}, rearranged"), &read(layout));
    }
    assert!(moved > 500, "only {moved} objects were moved");
}

#[test]
fn an_object_stands_where_the_reader_put_it() {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let document = scenario.document();
    let node = Ref::new(Kind::Node, "n1");
    let at = |document: &Document| {
        let simulation = Simulation::new(document);
        place(simulation.network(), None).lift(&node).unwrap().from
    };
    let lift = place(Simulation::new(&document).network(), None)
        .lift(&node)
        .unwrap();
    let there = lift.moved(point(320, -40));
    let command = Command::Move {
        object: node.clone(),
        to: lift.position(there),
        gesture: 1,
    };
    assert_eq!(at(&command.apply(&document)), there);
}

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
        let (document, _) =
            Document::from_texts(vec![("made.yaml".into(), generate::scenario(seed))]);
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

#[test]
fn the_same_input_gives_the_same_bytes() {
    let texts = Texts::new(Language::En);
    for seed in 0..20 {
        let render = || {
            let mut out = String::new();
            let (document, _) =
                Document::from_texts(vec![("made.yaml".into(), generate::scenario(seed))]);
            each_placement("", &document, &mut |_, network, placement, branch| {
                let scene = draw(network, placement, branch, &View::default(), &texts);
                out += &standalone(&scene, Theme::Dark);
            });
            out
        };
        assert_eq!(render(), render(), "seed {seed}");
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

/// The running example: the request from the internet, answered by the other node.
fn fixture(playhead: Playhead) -> (Scene, Placement) {
    fixture_moving(playhead, false)
}

fn fixture_moving(playhead: Playhead, moving: bool) -> (Scene, Placement) {
    let scenario = kubehop::scenarios::find("kubenet").unwrap();
    let simulation = Simulation::new(&scenario.document());
    let network = simulation.network();
    let flow = network
        .flows
        .iter()
        .find(|flow| &*flow.meta.name == "internet-to-web")
        .unwrap();
    let result = simulation.trace(flow);
    let branch = &result.branches[0];
    let placement = place(network, Some(branch));
    let view = View {
        playhead,
        moving,
        ..View::default()
    };
    (
        draw(
            network,
            &placement,
            Some(branch),
            &view,
            &Texts::new(Language::En),
        ),
        placement,
    )
}

#[test]
fn the_running_example_has_ten_steps_and_its_packet_at_the_playhead() {
    let (scene, placement) = fixture(Playhead::At(5));
    assert_eq!(placement.numbering.len(), 10);
    let kinds = [
        "ReplyLane",
        "RequestLane",
        "Gate",
        "Station",
        "Note",
        "Badge",
        "Verdict",
        "Packet",
    ];
    let mut walk = String::new();
    for line in outline(&scene).lines() {
        if kinds.iter().any(|kind| line.starts_with(kind)) {
            walk += line;
            walk += "\n";
        }
    }
    expect![[r#"
        ReplyLane lane-reply-ahead
        RequestLane lane-request-ahead
        RequestLane lane-request-done
        Gate gate-3
        Gate gate-7
        Station station-4 PREROUTING
        Station station-5 POSTROUTING
        Station station-10 conntrack
        Station station-8 10.244.1.0/24 dev cbr0
        Station station-9 conntrack
        Note caption-loadbalancer/kubernetes made from web
        Note badge-subnet/vnet-a/nodes-routetable/aks-agentpool-routetable Routes 2 of 400
        Note note-4 dst → 10.244.1.10:8080
        Note note-5 src → 10.1.0.4:50000
        Note note-10 src → 20.50.60.70:80 | dst → 203.0.113.9:50000
        Note note-9 no NAT on n1
        Note note-6 10.244.1.0/24 → 10.1.0.5
        Note eth0-node/n0 eth0
        Note eth0-node/n1 eth0
        Note name-peering-vnet-a-a-to-b peering
        Note name-connection-vpn-a-onprem VPN
        Badge badge-1 1
        Badge badge-2 2
        Badge badge-3 3
        Badge badge-4 4
        Badge badge-5 5
        Badge badge-6 6
        Badge badge-7 7
        Badge badge-8 8
        Badge badge-9 9
        Badge badge-10 10
        Verdict verdict-request
        Verdict verdict-reply
        Packet packet 10.1.0.4:50000 | →  10.244.1.10:8080
    "#]]
    .assert_eq(&walk);
}

#[test]
fn a_moving_packet_has_a_leg_from_the_step_before_to_its_own() {
    let leg = |playhead, moving| {
        let (scene, placement) = fixture_moving(playhead, moving);
        let find = |key: &str| {
            let element = scene.elements.iter().find(|element| element.key == key)?;
            match &element.shapes[0] {
                Shape::Path { path, .. } => Some(path.to_string()),
                _ => None,
            }
        };
        let mark = |number: usize| {
            let lanes = placement.lanes.iter().flat_map(|lane| &lane.path);
            lanes
                .filter(|vertex| vertex.mark == Some(number - 1))
                .map(|vertex| vertex.at)
                .next()
        };
        (find("leg-5"), find("dot-5"), mark(4), mark(5))
    };
    let (ink, packet, from, to) = leg(Playhead::At(5), true);
    let (from, to) = (from.unwrap(), to.unwrap());
    let ink = ink.unwrap();
    assert!(
        ink.starts_with(&format!("M{} {}L", from.x, from.y)),
        "{ink}"
    );
    assert!(ink.ends_with(&format!("L{} {}", to.x, to.y)), "{ink}");
    assert_eq!(packet, Some(ink));
    assert_eq!(leg(Playhead::At(5), false).0, None);
    assert_eq!(leg(Playhead::End, true).0, None);
}

#[test]
fn a_level_is_kept_a_tenth_beyond_its_limits() {
    assert_eq!(Level::of_width(19, None), Level::Dots);
    assert_eq!(Level::of_width(20, None), Level::Tiles);
    assert_eq!(Level::of_width(20, Some(Level::Dots)), Level::Dots);
    assert_eq!(Level::of_width(22, Some(Level::Dots)), Level::Tiles);
    assert_eq!(Level::of_width(19, Some(Level::Tiles)), Level::Tiles);
    assert_eq!(Level::of_width(17, Some(Level::Tiles)), Level::Dots);
    assert_eq!(Level::of_width(300, None), Level::Full);
}
