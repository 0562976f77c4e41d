//! What must hold of a picture, whatever it shows.

use std::collections::BTreeSet;

use kubehop::engine::trace::Branch;
use kubehop::model::object::Kind;
use kubehop::scene::geometry::{Point, Rect, rect};
use kubehop::scene::layout::Placement;
use kubehop::scene::measure::{Face, width};
use kubehop::scene::shape::{ElementKind, Scene, Shape, StepRef};

pub fn assert_boxes_nest(name: &str, placement: &Placement) {
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

/// Whether a straight piece goes through the inside of a rectangle.
pub fn goes_through(a: Point, b: Point, around: Rect) -> bool {
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

pub fn assert_lanes_are_free(name: &str, placement: &Placement) {
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
            for placed in &placement.boxes {
                let balancer = matches!(&placed.object, Some(it) if it.kind == Kind::LoadBalancer);
                let at = placed.rect;
                let caption = rect(at.x, at.y - 14, at.width, 12);
                assert!(
                    !balancer || !goes_through(a, b, caption),
                    "{name}: a lane {a:?} {b:?} crosses the caption of {:?}",
                    placed.object
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

/// The word for a cable stands beside it, on no piece of it and on no card.
pub fn assert_names_of_cables_stand_beside(name: &str, placement: &Placement, scene: &Scene) {
    for cable in &placement.cables {
        let key = format!("name-{}", cable.key);
        let mut elements = scene.elements.iter();
        let Some(element) = elements.find(|element| element.key == key) else {
            continue;
        };
        let Some(Shape::Text { at, runs, .. }) = element.shapes.first() else {
            panic!("{name}: {key} has no text");
        };
        let room = rect(at.x, at.y - 9, width(&runs[0].text, Face::Note) - 2, 11);
        for pair in cable.points.windows(2) {
            let piece = Rect::between(pair[0], pair[1]).grown(1);
            assert!(!piece.overlaps(room), "{name}: {key} stands on its cable");
        }
        for placed in &placement.boxes {
            let closed = !placed.look.is_container();
            assert!(
                !closed || !placed.rect.overlaps(room),
                "{name}: {key} stands on {:?}",
                placed.object
            );
        }
    }
}

pub fn assert_steps_are_shown(name: &str, placement: &Placement, scene: &Scene, branch: &Branch) {
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
pub fn numbers(shapes: &[Shape]) -> Vec<usize> {
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

pub fn face(class: &str) -> Face {
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
pub fn texts(scene: &Scene) -> Vec<(String, Rect)> {
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

pub fn assert_texts_are_apart(name: &str, scene: &Scene) {
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

pub fn assert_keys_are_unique(name: &str, scene: &Scene) {
    let mut keys = BTreeSet::new();
    for element in &scene.elements {
        assert!(
            keys.insert(&element.key),
            "{name}: two elements have the key {}",
            element.key
        );
    }
}
