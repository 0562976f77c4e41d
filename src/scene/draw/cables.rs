//! Lines between objects that are no lanes.

use super::facts::Facts;
use super::labels::Labels;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::route::cable::CableKind;
use crate::scene::shape::{Element, ElementKind, Move, Path, Shape};

/// How far a cable keeps from a lane that crosses it.
const BREAK: i32 = 6;

/// All cables, broken where lanes cross them.
pub(super) fn draw(facts: &Facts<'_>, labels: &mut Labels) -> Vec<Element> {
    let mut elements = Vec::new();
    for cable in &facts.placement.cables {
        let class = match cable.kind {
            CableKind::MadeFrom => "cable cable--derived",
            CableKind::Peering | CableKind::Vpn => "cable",
        };
        let mut path = Path::default();
        let offsets: &[i32] = if cable.kind == CableKind::Peering {
            &[-2, 2]
        } else {
            &[0]
        };
        for offset in offsets {
            for pair in cable.points.windows(2) {
                if let [a, b] = *pair {
                    let (a, b) = beside(a, b, *offset);
                    path.0.extend(broken(facts, a, b));
                }
            }
        }
        let quiet = facts.branch.is_some() && cable.kind != CableKind::MadeFrom;
        let element = Element::new(
            cable.key.clone(),
            ElementKind::Cable,
            vec![Shape::path(path, class)],
        );
        elements.push(match &cable.object {
            Some(object) => element.of_object(object.clone(), facts.called(object)),
            None => element,
        });
        let word = match cable.kind {
            CableKind::MadeFrom => continue,
            CableKind::Peering => "scene-peering",
            CableKind::Vpn => "scene-vpn",
        };
        elements.extend(name(facts, labels, &cable.key, &cable.points, word, quiet));
    }
    elements
}

/// A segment moved sideways.
fn beside(a: Point, b: Point, by: i32) -> (Point, Point) {
    if a.x == b.x {
        (a.offset(by, 0), b.offset(by, 0))
    } else {
        (a.offset(0, by), b.offset(0, by))
    }
}

/// A straight piece of a cable without the parts near lanes that cross it.
fn broken(facts: &Facts<'_>, a: Point, b: Point) -> Vec<Move> {
    let upright = a.x == b.x;
    let (start, end) = if upright {
        (a.y.min(b.y), a.y.max(b.y))
    } else {
        (a.x.min(b.x), a.x.max(b.x))
    };
    let mut cuts: Vec<i32> = Vec::new();
    for lane in &facts.placement.lanes {
        for pair in lane.path.windows(2) {
            let [c, d] = pair else { continue };
            let lane = Rect::between(c.at, d.at);
            let crosses = if upright {
                c.at.y == d.at.y
                    && (lane.x..=lane.right()).contains(&a.x)
                    && (start..=end).contains(&c.at.y)
            } else {
                c.at.x == d.at.x
                    && (lane.y..=lane.bottom()).contains(&a.y)
                    && (start..=end).contains(&c.at.x)
            };
            if crosses {
                cuts.push(if upright { c.at.y } else { c.at.x });
            }
        }
    }
    cuts.sort_unstable();
    let at = |value: i32| {
        if upright {
            point(a.x, value)
        } else {
            point(value, a.y)
        }
    };
    let mut moves = Vec::new();
    let mut from = start;
    for cut in cuts.into_iter().chain([end + BREAK]) {
        let to = (cut - BREAK).min(end);
        if to > from {
            moves.push(Move::To(at(from)));
            moves.push(Move::Line(at(to)));
        }
        from = from.max(cut + BREAK);
    }
    moves
}

/// The word for a cable, beside the longest of its pieces that has room, and never on the cable.
fn name(
    facts: &Facts<'_>,
    labels: &mut Labels,
    key: &str,
    points: &[Point],
    word: &str,
    quiet: bool,
) -> Option<Element> {
    let mut pieces: Vec<Rect> = points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(Rect::between(*a, *b)),
            _ => None,
        })
        .collect();
    let cable: Vec<Rect> = pieces.iter().map(|piece| piece.grown(2)).collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.width + piece.height));
    let text = facts.texts.get(word);
    let mut anchors = pieces.iter().flat_map(|piece| {
        let quarters = [2, 1, 3].map(|quarter| (piece.width * quarter, piece.height * quarter));
        quarters.map(|(x, y)| rect(piece.x + x / 4 - 3, piece.y + y / 4 - 3, 6, 6))
    });
    let at = anchors.find_map(|anchor| labels.text_outside(&text, anchor, &cable))?;
    let element = Element::new(
        format!("name-{key}"),
        ElementKind::Note,
        vec![Shape::text(at, text, "t-note")],
    );
    Some(if quiet {
        element.class("is-quiet")
    } else {
        element
    })
}
