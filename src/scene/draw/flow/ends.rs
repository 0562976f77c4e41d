//! How a lane ends: at its receiver, at a wall, on the way back, or nobody knows where.

use super::{Flow, head};
use crate::engine::trace::Verdict;
use crate::scene::draw::labels::Labels;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::journey::glyph;
use crate::scene::layout::Look;
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Path, Shape};

/// Side of the glyph.
const GLYPH: i32 = 16;

/// The end of one lane.
pub(super) fn draw(flow: &Flow<'_, '_>, lane: &Lane, labels: &mut Labels) -> Vec<Element> {
    let Some(end) = lane.path.last().map(|vertex| vertex.at) else {
        return Vec::new();
    };
    let travels = &flow.facts.placement.journey.travels;
    let Some(travel) = travels.iter().find(|travel| travel.reply == lane.reply) else {
        return Vec::new();
    };
    let before = lane
        .path
        .iter()
        .rev()
        .map(|vertex| vertex.at)
        .find(|at| *at != end);
    let moves = before.is_some();
    let before = before.unwrap_or(end.offset(-1, 0));
    let toward = point((end.x - before.x).signum(), (end.y - before.y).signum());
    let card = travel
        .visits
        .last()
        .filter(|visit| visit.after.is_empty())
        .and_then(|visit| {
            let placed = flow
                .facts
                .placement
                .boxes
                .get(flow.facts.placement.find(&visit.object)?)?;
            (!placed.look.is_container() || visit.blocked).then_some((
                placed.rect,
                visit.blocked,
                placed.look,
            ))
        });
    let way = if lane.reply { "reply" } else { "request" };
    let over = flow.is_over(lane);
    let mut elements = Vec::new();
    let at = match (travel.verdict, card) {
        (Verdict::Delivered, Some((card, _, _))) => point(card.right() - 2, card.y + 2),
        (Verdict::Delivered, None) => end.offset(toward.x * 12, toward.y * 12),
        (Verdict::Rejected, _) => {
            elements.push(rejected(end, toward, card.is_some(), way));
            card.map_or(end.offset(toward.x * 46, toward.y * 46), |(card, ..)| {
                point(card.right() - 2, card.y + 2)
            })
        }
        (Verdict::NotModelled, _) => {
            let room = if card.is_some_and(|(_, _, look)| look != Look::OpenNode) {
                0
            } else {
                26
            };
            elements.extend(dotted(end, toward, room, way));
            match card {
                Some((card, _, look)) if look != Look::OpenNode => {
                    point(card.right() - 2, card.y + 2)
                }
                _ => end.offset(toward.x * 36, toward.y * 36),
            }
        }
        // No address, no packet: the walk never set out.
        (Verdict::Unresolved, Some((card, ..))) => point(card.right() - 2, card.y + 2),
        (Verdict::Unresolved, None) => end.offset(toward.x * 12, toward.y * 12),
        (Verdict::Dropped | Verdict::Mixed, card) => {
            let blocked = card.is_some_and(|(_, blocked, _)| blocked);
            // A badge on the border would cover a wall on the border.
            let covered = lane
                .path
                .iter()
                .any(|vertex| vertex.at == end && vertex.mark.is_some());
            let wall = if blocked || covered {
                end.offset(toward.x * 14, toward.y * 14)
            } else {
                end
            };
            if moves {
                elements.push(walled(end, wall, toward, way));
            }
            match card {
                Some((card, false, _)) => point(card.right() - 2, card.y + 2),
                _ => wall.offset(
                    toward.x * 14 - toward.y.abs() * 16,
                    toward.y * 14 + toward.x.abs() * 16,
                ),
            }
        }
    };
    let (icon, class) = glyph(travel.verdict);
    let class = if over { class } else { "v-ahead" };
    let scale = flow.facts.view.enlarged();
    let half = GLYPH / 2 * scale / 100;
    // Enlarged, it would cover the badges of the same box.
    let at = if scale > 100 {
        at.offset(half, -half)
    } else {
        at
    };
    labels.take(rect(at.x - half, at.y - half, 2 * half, 2 * half));
    let shape = Shape::icon(icon, rect(-GLYPH / 2, -GLYPH / 2, GLYPH, GLYPH), class);
    let mut element =
        Element::new(format!("verdict-{way}"), ElementKind::Verdict, vec![shape]).at(at, scale);
    element.name = flow.facts.texts.verdict(travel.verdict);
    elements.push(element);
    for element in &elements {
        if let Some(area) = area(element) {
            labels.take(area);
        }
    }
    elements
}

/// A wall across the lane, and dashes where the packet never went.
fn walled(end: Point, wall: Point, toward: Point, way: &str) -> Element {
    let side = |by: i32| wall.offset(toward.y * by, toward.x * by);
    let beyond = wall.offset(toward.x * 28, toward.y * 28);
    let mut shapes = Vec::new();
    if end != wall {
        shapes.push(Shape::path(Path::through(&[end, wall]), "lane lane--done"));
    }
    shapes.push(Shape::path(
        Path::through(&[wall, beyond]),
        "lane lane--dropped",
    ));
    shapes.push(Shape::path(
        Path::through(&[side(-11), side(11)]),
        "lane lane--wall",
    ));
    Element::new(format!("wall-{way}"), ElementKind::Wall, shapes)
}

/// Someone answered no: a line that comes back.
fn rejected(end: Point, toward: Point, at_card: bool, way: &str) -> Element {
    let reach = if at_card { -6 } else { 34 };
    let turn = end.offset(toward.x * reach, toward.y * reach);
    let aside = |at: Point| at.offset(toward.y * 11, toward.x.abs() * 11);
    let home = end.offset(toward.x * (reach - 36), toward.y * (reach - 36));
    let mut shapes = Vec::new();
    if !at_card {
        shapes.push(Shape::path(Path::through(&[end, turn]), "lane lane--done"));
    }
    let back = [aside(turn), aside(home)];
    shapes.push(Shape::path(Path::through(&back), "lane lane--rejected"));
    if let Shape::Path { path, .. } = head(aside(home), aside(turn), true, "done") {
        shapes.push(Shape::path(path, "head head--reply head--rejected"));
    }
    Element::new(format!("wall-{way}"), ElementKind::Wall, shapes)
}

/// Nobody knows: dots.
fn dotted(end: Point, toward: Point, room: i32, way: &str) -> Option<Element> {
    let beyond = end.offset(toward.x * room, toward.y * room);
    let path = Path::through(&[end, beyond]);
    let shapes = vec![Shape::path(path, "lane lane--unknown")];
    (room > 0).then(|| Element::new(format!("wall-{way}"), ElementKind::Wall, shapes))
}

/// The rectangle that the paths of an element cover.
fn area(element: &Element) -> Option<Rect> {
    let paths = element.shapes.iter().filter_map(|shape| match shape {
        Shape::Path { path, .. } => Some(path),
        _ => None,
    });
    let points = paths
        .flat_map(|path| &path.0)
        .filter_map(|step| match step {
            crate::scene::shape::Move::To(at) | crate::scene::shape::Move::Line(at) => {
                Some(rect(at.x - 2, at.y - 2, 4, 4))
            }
            _ => None,
        });
    points.reduce(Rect::union)
}
