//! The ink of a lane before and after the packet, and its arrow heads.

use super::{CORNER, Flow};
use crate::scene::draw::{Level, Playhead, join};
use crate::scene::geometry::Point;
use crate::scene::layout::inside::Vertex;
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Path, Shape, towards};

impl Flow<'_, '_> {
    /// The parts of a lane before the packet and after it, and between them the leg on which it travels.
    fn parts<'l>(&self, lane: &'l Lane) -> [(&'static str, &'l [Vertex]); 3] {
        let path = lane.path.as_slice();
        let last = |reached: &dyn Fn(usize) -> bool| {
            let vertex = |vertex: &Vertex| vertex.mark.is_some_and(reached);
            path.iter().rposition(vertex)
        };
        let part = |from: usize, to: usize| path.get(from..=to).unwrap_or_default();
        let end = path.len().saturating_sub(1);
        let here = last(&|mark| self.reached(mark));
        let current = here.filter(|&here| {
            let mark = path.get(here).and_then(|vertex| vertex.mark);
            self.facts.view.moving && mark.is_some_and(|mark| self.is_current(mark))
        });
        let start = current.map(|_| last(&|mark| self.reached(mark) && !self.is_current(mark)));
        match (here, start) {
            (Some(here), Some(start)) => {
                let start = start.unwrap_or(0);
                [
                    ("done", part(0, start)),
                    ("leg", part(start, here)),
                    ("ahead", part(here, end)),
                ]
            }
            _ if self.is_over(lane) => [("done", path), ("leg", &[]), ("ahead", &[])],
            (Some(here), None) => [
                ("done", part(0, here)),
                ("leg", &[]),
                ("ahead", part(here, end)),
            ],
            (None, _) => [("done", &[]), ("leg", &[]), ("ahead", path)],
        }
    }

    pub(super) fn lane(&self, lane: &Lane) -> Vec<Element> {
        let way = if lane.reply { "reply" } else { "request" };
        let kind = if lane.reply {
            ElementKind::ReplyLane
        } else {
            ElementKind::RequestLane
        };
        let mut elements = Vec::new();
        for (part, vertices) in self.parts(lane).into_iter().rev() {
            let points: Vec<Point> = vertices.iter().map(|vertex| vertex.at).collect();
            let points = crate::scene::route::grid::straightened(points);
            if points.len() < 2 {
                continue;
            }
            let path = Path::rounded(&points, CORNER);
            if part == "leg" {
                elements.extend(self.leg(path, lane.reply, kind));
                continue;
            }
            let class = join(&[
                "lane",
                if lane.reply { "lane--reply" } else { "" },
                &format!("lane--{part}"),
            ]);
            let mut shapes = vec![Shape::path(path, class)];
            shapes.extend(heads(vertices, lane, part));
            let name = self.facts.texts.get(if lane.reply {
                "scene-reply"
            } else {
                "scene-request"
            });
            let mut element = Element::new(format!("lane-{way}-{part}"), kind, shapes);
            element.name = name;
            if self.facts.view.level < Level::Cards {
                element.class = "is-far".into();
            }
            elements.push(element);
        }
        elements
    }

    /// The ink that is being laid, and the packet that lays it. Both begin anew with each step, hence their keys.
    fn leg(&self, path: Path, reply: bool, kind: ElementKind) -> [Element; 2] {
        let number = match self.facts.view.playhead {
            Playhead::At(number) => number,
            Playhead::End => 0,
        };
        let reply = if reply { "lane--reply" } else { "" };
        let ink = join(&["lane", reply, "lane--done", "is-leg"]);
        let ink = Shape::path(path.clone(), ink);
        let packet = Shape::path(path, "packet-dot is-leg");
        [
            Element::new(format!("leg-{number}"), kind, vec![ink]),
            Element::new(format!("dot-{number}"), ElementKind::Packet, vec![packet]),
        ]
    }
}

/// Arrow heads: one in the longest free part of every long piece, and one where the lane arrives.
fn heads(vertices: &[Vertex], lane: &Lane, part: &str) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for pair in vertices.windows(2) {
        let [a, b] = *pair else { continue };
        let length = a.at.distance(b.at);
        if length >= 44 {
            // Nearer to where it leads, and clear of badges and corners.
            let at = towards(b.at, a.at, length * 2 / 5);
            shapes.push(head(at, a.at, lane.reply, part));
        }
    }
    let ends = lane.path.last() == vertices.last() && lane.arrives;
    if ends && let Some(&end) = vertices.last() {
        let before = vertices.iter().rev().find(|vertex| vertex.at != end.at);
        if let Some(before) = before {
            shapes.push(head(end.at, before.at, lane.reply, part));
        }
    }
    shapes
}

/// An arrow head with its tip at `tip`, for a lane that comes from `from`.
pub(super) fn head(tip: Point, from: Point, reply: bool, part: &str) -> Shape {
    let (dx, dy) = ((tip.x - from.x).signum(), (tip.y - from.y).signum());
    let (length, half) = if reply { (5, 4) } else { (7, 4) };
    let back = tip.offset(-dx * length, -dy * length);
    let (left, right) = (
        back.offset(dy * half, dx * half),
        back.offset(-dy * half, -dx * half),
    );
    if reply {
        Shape::path(
            Path::through(&[left, tip, right]),
            format!("head head--reply head--{part}"),
        )
    } else {
        Shape::path(
            Path::outline(&[tip, left, right]),
            format!("head head--{part}"),
        )
    }
}
