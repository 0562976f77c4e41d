//! The packet: a label at the playhead that points where it goes.

use super::Flow;
use crate::engine::trace::Step;
use crate::scene::draw::Level;
use crate::scene::draw::labels::Labels;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::measure::{Face, width};
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Move, Path, Run, Shape};

/// Height of the label, and the depth of its point.
const HEIGHT: i32 = 34;
const TIP: i32 = 12;

/// The packet at the current step.
pub(super) fn draw(flow: &Flow<'_, '_>, labels: &mut Labels) -> Vec<Element> {
    let crate::scene::draw::Playhead::At(number) = flow.facts.view.playhead else {
        return Vec::new();
    };
    let Some(mark) = number
        .checked_sub(1)
        .filter(|_| flow.facts.view.level == Level::Full)
    else {
        return Vec::new();
    };
    let Some((_, step)) = flow.step(mark) else {
        return Vec::new();
    };
    let found = flow.facts.placement.lanes.iter().find_map(|lane| {
        let index = lane
            .path
            .iter()
            .position(|vertex| vertex.mark == Some(mark))?;
        Some((lane, index))
    });
    let Some((lane, index)) = found else {
        return Vec::new();
    };
    let Some(step_ref) = flow.mark(mark).map(|mark| mark.step) else {
        return Vec::new();
    };
    let label = Words::of(step);
    let (shapes, hairline) = place(&label, lane, index, labels);
    let mut shapes = shapes;
    if let Some(hairline) = hairline {
        shapes.insert(0, Shape::path(hairline, "packet__line"));
    }
    // While it travels, the label comes anew with each step, once the packet is there.
    let (key, class) = if flow.facts.view.moving {
        (format!("packet-{number}"), "packet is-arriving")
    } else {
        ("packet".to_owned(), "packet")
    };
    let mut element = Element::new(key, ElementKind::Packet, shapes)
        .of_step(step_ref)
        .class(class);
    element.name = step.after.to_string();
    vec![element]
}

struct Words {
    source: String,
    destination: String,
    /// Which of them was just rewritten.
    source_is_new: bool,
    destination_is_new: bool,
    width: i32,
}

impl Words {
    fn of(step: &Step) -> Self {
        let (before, after) = (&step.before, &step.after);
        let source = after.source_text();
        let destination = after.destination_text();
        let arrow = width("→ ", Face::Mono);
        let text = width(&source, Face::Mono).max(width(&destination, Face::Mono) + arrow);
        Self {
            source_is_new: (before.source, before.source_port) != (after.source, after.source_port),
            destination_is_new: (before.destination, before.destination_port)
                != (after.destination, after.destination_port),
            source,
            destination,
            width: text + 14,
        }
    }

    /// The words with their left end at `x`, around the row `y`.
    fn shapes(&self, x: i32, y: i32) -> Vec<Shape> {
        let arrow = width("→ ", Face::Mono);
        let mut shapes = vec![
            Shape::text(point(x, y - 4), self.source.as_str(), ""),
            Shape::Text {
                at: point(x, y + 11),
                class: "".into(),
                runs: vec![
                    Run::new("→", "t-dim", 0),
                    Run::new(format!(" {}", self.destination), "", 0),
                ],
                full: None,
            },
        ];
        let mut underline = |x: i32, y: i32, text: &str| {
            let end = point(x + width(text, Face::Mono) - 1, y);
            shapes.push(Shape::path(
                Path::through(&[point(x, y), end]),
                "packet__mark",
            ));
        };
        if self.source_is_new {
            underline(x, y - 1, &self.source);
        }
        if self.destination_is_new {
            underline(x + arrow, y + 14, &self.destination);
        }
        shapes
    }
}

/// On the lane after the badge if there is room, else beside the badge on a hairline.
fn place(
    words: &Words,
    lane: &Lane,
    index: usize,
    labels: &mut Labels,
) -> (Vec<Shape>, Option<Path>) {
    let vertices = lane.path.get(index..).unwrap_or_default();
    let total = words.width + TIP;
    if let Some(at) = vertices.first().map(|vertex| vertex.at) {
        let next = vertices
            .iter()
            .skip(1)
            .map(|vertex| vertex.at)
            .find(|next| *next != at);
        if let Some(next) = next.filter(|next| next.y == at.y) {
            let right = next.x > at.x;
            let (near, far) = if right {
                (at.x + 20, at.x + 20 + total)
            } else {
                (at.x - 20 - total, at.x - 20)
            };
            // It may lie on its own lane, so only the strips above and below must be free.
            let strips = [
                rect(near, at.y - 17, total, 12),
                rect(near, at.y + 5, total, 12),
            ];
            let fits = if right {
                far + 8 <= next.x
            } else {
                near - 8 >= next.x
            };
            if fits
                && strips
                    .iter()
                    .all(|strip| labels.first_free(&[*strip]).is_some())
            {
                labels.take(rect(near, at.y - 17, total, HEIGHT));
                return (pointing(words, near, at.y, right), None);
            }
        }
        let room = around(at, words.width);
        // The packet wins over everything that is not yet placed; where nothing is free it covers the first place on the canvas.
        let found = labels.first_free(&room).or_else(|| labels.on_canvas(&room));
        if let Some(found) = found {
            return (
                hanging(words, found),
                Some(Path::through(&[at, nearest(found, at)])),
            );
        }
    }
    (Vec::new(), None)
}

/// Places for a label around a point, the nearest first.
fn around(at: Point, label: i32) -> Vec<Rect> {
    let mut places = Vec::new();
    for x in -8..=8 {
        for y in -8..=8 {
            let place = rect(
                at.x + 24 * x - label / 2,
                at.y + 16 * y - HEIGHT / 2,
                label,
                HEIGHT,
            );
            if !place.grown(14).has_inside(at) {
                places.push(place);
            }
        }
    }
    places.sort_by_key(|place| (nearest(*place, at).distance(at), place.x, place.y));
    places
}

/// A label whose point shows the direction, its body from `x` on.
fn pointing(words: &Words, x: i32, y: i32, right: bool) -> Vec<Shape> {
    let (half, body) = (HEIGHT / 2, words.width);
    let end = x + body + TIP;
    let outline = if right {
        vec![
            point(x, y - half),
            point(x + body, y - half),
            point(end, y),
            point(x + body, y + half),
            point(x, y + half),
        ]
    } else {
        vec![
            point(end, y - half),
            point(x + TIP, y - half),
            point(x, y),
            point(x + TIP, y + half),
            point(end, y + half),
        ]
    };
    let mut shapes = vec![Shape::path(Path::outline(&outline), "")];
    shapes.extend(words.shapes(if right { x + 7 } else { x + TIP + 5 }, y));
    shapes
}

fn hanging(words: &Words, at: Rect) -> Vec<Shape> {
    let outline = [
        point(at.x, at.y),
        point(at.right(), at.y),
        point(at.right(), at.bottom()),
        point(at.x, at.bottom()),
    ];
    let mut shapes = vec![Shape::path(Path(rounded_box(&outline)), "")];
    shapes.extend(words.shapes(at.x + 7, at.y + HEIGHT / 2));
    shapes
}

fn rounded_box(corners: &[Point; 4]) -> Vec<Move> {
    let [a, b, c, d] = *corners;
    vec![
        Move::To(a.offset(3, 0)),
        Move::Line(b.offset(-3, 0)),
        Move::Curve(b, b.offset(0, 3)),
        Move::Line(c.offset(0, -3)),
        Move::Curve(c, c.offset(-3, 0)),
        Move::Line(d.offset(3, 0)),
        Move::Curve(d, d.offset(0, -3)),
        Move::Line(a.offset(0, 3)),
        Move::Curve(a, a.offset(3, 0)),
        Move::Close,
    ]
}

fn nearest(area: Rect, to: Point) -> Point {
    point(
        to.x.clamp(area.x, area.right()),
        to.y.clamp(area.y, area.bottom()),
    )
}
