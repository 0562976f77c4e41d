//! The ink of a lane before and after the packet, and its arrow heads.

use super::{CORNER, Flow};
use crate::scene::draw::{Level, join};
use crate::scene::geometry::Point;
use crate::scene::layout::inside::Vertex;
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Path, Shape, towards};

impl Flow<'_, '_> {
    /// The parts of a lane before and after the packet.
    fn parts(&self, lane: &Lane) -> (Vec<Vertex>, Vec<Vertex>) {
        if self.is_over(lane) {
            return (lane.path.clone(), Vec::new());
        }
        let reached = |vertex: &Vertex| vertex.mark.is_some_and(|mark| self.reached(mark));
        match lane.path.iter().rposition(reached) {
            Some(index) => {
                let (done, ahead) = lane.path.split_at(index);
                let mut done = done.to_vec();
                done.extend(ahead.first());
                (done, ahead.to_vec())
            }
            None => (Vec::new(), lane.path.clone()),
        }
    }

    pub(super) fn lane(&self, lane: &Lane) -> Vec<Element> {
        let (done, ahead) = self.parts(lane);
        let way = if lane.reply { "reply" } else { "request" };
        let kind = if lane.reply {
            ElementKind::ReplyLane
        } else {
            ElementKind::RequestLane
        };
        let mut elements = Vec::new();
        for (part, vertices) in [("ahead", ahead), ("done", done)] {
            let points: Vec<Point> = vertices.iter().map(|vertex| vertex.at).collect();
            let points = crate::scene::route::grid::straightened(points);
            if points.len() < 2 {
                continue;
            }
            let class = join(&[
                "lane",
                if lane.reply { "lane--reply" } else { "" },
                &format!("lane--{part}"),
            ]);
            let mut shapes = vec![Shape::path(Path::rounded(&points, CORNER), class)];
            shapes.extend(heads(&vertices, lane, part));
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
