//! How a lane ends: at its receiver, at a wall, on the way back, or nobody knows where.

use super::Flow;
use super::ink::head;
use crate::engine::trace::Verdict;
use crate::scene::draw::labels::Labels;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::journey::{Travel, glyph};
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Path, Shape};

/// Side of the glyph.
const GLYPH: i32 = 16;

/// Where a lane ends, and in what.
struct End {
    at: Point,
    /// The direction of the last piece, as steps of one pixel; zero for a lane of one point.
    toward: Point,
    /// The card at whose border it ends, if it ends at one.
    card: Option<Rect>,
    /// Whether a filter on the border refused it.
    blocked: bool,
    /// Whether a badge stands at the very end.
    covered: bool,
}

impl End {
    fn of(flow: &Flow<'_, '_>, lane: &Lane, travel: &Travel) -> Option<Self> {
        let at = lane.path.last()?.at;
        let mut backwards = lane.path.iter().rev().map(|vertex| vertex.at);
        let before = backwards.find(|before| *before != at).unwrap_or(at);
        let placement = flow.facts.placement;
        let last = travel.visits.last().filter(|visit| visit.after.is_empty());
        let placed = last.and_then(|visit| placement.boxes.get(placement.find(&visit.object)?));
        let card = placed.filter(|placed| !placed.look.is_container());
        Some(Self {
            at,
            toward: point((at.x - before.x).signum(), (at.y - before.y).signum()),
            card: card.map(|placed| placed.rect),
            blocked: last.is_some_and(|visit| visit.blocked),
            covered: lane
                .path
                .iter()
                .any(|vertex| vertex.at == at && vertex.mark.is_some()),
        })
    }

    /// The point `by` pixels further.
    fn ahead(&self, by: i32) -> Point {
        self.at.offset(self.toward.x * by, self.toward.y * by)
    }

    /// The upper right corner of the card, or `by` pixels further.
    fn corner_or_ahead(&self, by: i32) -> Point {
        self.card
            .map_or(self.ahead(by), |card| point(card.right() - 2, card.y + 2))
    }

    /// Where the wall stands: a badge or a gate on the border would cover one on the border.
    fn wall(&self) -> Point {
        self.ahead(if self.blocked || self.covered { 14 } else { 0 })
    }

    /// What is drawn at the end, and where the glyph goes.
    fn draw(&self, verdict: Verdict, way: &str) -> (Option<Element>, Point) {
        match verdict {
            // Without an address there is no packet: the walk never set out.
            Verdict::Delivered | Verdict::Unresolved => (None, self.corner_or_ahead(12)),
            Verdict::Rejected => (
                Some(rejected(self.at, self.toward, self.card.is_some(), way)),
                self.corner_or_ahead(46),
            ),
            Verdict::NotModelled if self.card.is_some() => (None, self.corner_or_ahead(0)),
            Verdict::NotModelled => (Some(dotted(self.at, self.ahead(26), way)), self.ahead(36)),
            Verdict::Dropped | Verdict::Mixed => {
                let wall = self.wall();
                let moves = self.toward != point(0, 0);
                let element = moves.then(|| walled(self.at, wall, self.toward, way));
                let (dx, dy) = (self.toward.x, self.toward.y);
                let beside = wall.offset(dx * 14 - dy.abs() * 16, dy * 14 + dx.abs() * 16);
                let at = if self.blocked {
                    beside
                } else {
                    self.corner_or(beside)
                };
                (element, at)
            }
        }
    }

    fn corner_or(&self, other: Point) -> Point {
        if self.card.is_some() {
            self.corner_or_ahead(0)
        } else {
            other
        }
    }
}

/// The end of one lane.
pub(super) fn draw(flow: &Flow<'_, '_>, lane: &Lane, labels: &mut Labels) -> Vec<Element> {
    let travels = &flow.facts.placement.journey.travels;
    let Some(travel) = travels.iter().find(|travel| travel.reply == lane.reply) else {
        return Vec::new();
    };
    let Some(end) = End::of(flow, lane, travel) else {
        return Vec::new();
    };
    let way = if lane.reply { "reply" } else { "request" };
    let (drawn, at) = end.draw(travel.verdict, way);
    if let Some(area) = drawn.as_ref().and_then(area) {
        labels.take(area);
    }
    let mut elements: Vec<Element> = drawn.into_iter().collect();
    let (icon, class) = glyph(travel.verdict);
    let class = if flow.is_over(lane) { class } else { "v-ahead" };
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
fn dotted(end: Point, beyond: Point, way: &str) -> Element {
    let path = Path::through(&[end, beyond]);
    let shapes = vec![Shape::path(path, "lane lane--unknown")];
    Element::new(format!("wall-{way}"), ElementKind::Wall, shapes)
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
