//! Places for text: beside its anchor, where it covers nothing, or nowhere.

use super::Level;
use crate::model::object::Kind;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::layout::{Look, Placement};
use crate::scene::measure::{Face, width};

/// What is taken already.
pub(super) struct Labels {
    taken: Vec<Rect>,
    /// Borders of containers: text crosses one only where there is no other place.
    borders: Vec<Rect>,
    canvas: Rect,
}

/// Height of a line of text, and its part above the baseline.
const LINE: i32 = 14;
const ASCENT: i32 = 11;

impl Labels {
    /// Titles, cards, borders, stations and lanes are taken from the start.
    pub fn new(placement: &Placement, level: Level) -> Self {
        let mut taken = Vec::new();
        let mut borders = Vec::new();
        for placed in &placement.boxes {
            let at = placed.rect;
            let closed = !placed.look.is_container()
                || matches!(
                    placed.look,
                    Look::Node | Look::CompactSubnet | Look::CompactVnet
                )
                || (level < Level::Cards && placed.look == Look::OpenNode);
            if closed {
                // A load balancer has a caption above it.
                let balancer = placed
                    .object
                    .as_ref()
                    .is_some_and(|object| object.kind == Kind::LoadBalancer);
                taken.push(if balancer {
                    rect(at.x, at.y - 20, at.width, at.height + 20)
                } else {
                    at
                });
                continue;
            }
            taken.push(placed.title);
            if !placed.look.is_region() {
                borders.extend(border(at));
            }
            if !placed.dots.is_empty() {
                let last = placed.dot(placed.dots.len() - 1);
                let first = placed.dot(0);
                taken.push(rect(
                    first.x,
                    first.y,
                    at.right() - first.x,
                    last.bottom() - first.y,
                ));
            }
        }
        for inside in placement.insides.values() {
            taken.extend(
                inside
                    .stations
                    .iter()
                    .filter(|station| station.rect.width > 0)
                    .map(|station| station.rect),
            );
            taken.extend(inside.bus);
        }
        for lane in &placement.lanes {
            for pair in lane.path.windows(2) {
                if let [a, b] = pair {
                    taken.push(Rect::between(a.at, b.at).grown(3));
                }
            }
        }
        let size = placement.size;
        Self {
            taken,
            borders,
            canvas: rect(0, 0, size.width, size.height),
        }
    }

    /// Takes a place that is not for the asking.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Takes the first free one of `places`; `None` if all are taken.
    pub fn first_free(&mut self, places: &[Rect]) -> Option<Rect> {
        self.first_outside(places, &[])
    }

    /// Takes the first free one of `places` that is also outside of `closed`.
    pub fn first_outside(&mut self, places: &[Rect], closed: &[Rect]) -> Option<Rect> {
        let free = |place: &&Rect| {
            let taken = self.taken.iter().chain(closed);
            self.canvas.contains(**place) && !taken.into_iter().any(|taken| taken.overlaps(**place))
        };
        let clear = |place: &&Rect| !self.borders.iter().any(|border| border.overlaps(**place));
        let mut free = places.iter().filter(free);
        let first = free.next()?;
        let found = Some(first)
            .filter(clear)
            .or_else(|| free.find(clear))
            .unwrap_or(first);
        let found = *found;
        self.taken.push(found);
        Some(found)
    }

    /// Takes the first of `places` that lies on the canvas, free or not.
    pub fn on_canvas(&mut self, places: &[Rect]) -> Option<Rect> {
        let found = places
            .iter()
            .find(|place| self.canvas.contains(**place))
            .copied()?;
        self.taken.push(found);
        Some(found)
    }

    /// Takes room for lines of text near an anchor: at `wish` if it is free, else below, above, right, left.
    ///
    /// Returns the baseline of the first line.
    pub fn text(
        &mut self,
        lines: &[&str],
        face: Face,
        wish: Option<Point>,
        anchor: Rect,
    ) -> Option<Point> {
        self.lines(lines, face, (wish, anchor), &[])
    }

    /// Takes room for a note near an anchor and outside of `closed`, as [`Self::text`] does.
    pub fn text_outside(&mut self, line: &str, anchor: Rect, closed: &[Rect]) -> Option<Point> {
        self.lines(&[line], Face::Note, (None, anchor), closed)
    }

    fn lines(
        &mut self,
        lines: &[&str],
        face: Face,
        (wish, anchor): (Option<Point>, Rect),
        closed: &[Rect],
    ) -> Option<Point> {
        let text_width = lines
            .iter()
            .map(|line| width(line, face))
            .max()
            .unwrap_or(0)
            + 2;
        let height = LINE * crate::scene::layout::inside::to_i32(lines.len());
        let at = |x: i32, y: i32| rect(x, y, text_width, height);
        let middle = anchor.centre().y - height / 2;
        let mut places: Vec<Rect> = wish
            .map(|wish| at(wish.x, wish.y - ASCENT))
            .into_iter()
            .collect();
        for gap in [4, 12, 24] {
            places.extend([
                at(anchor.x, anchor.bottom() + gap),
                at(anchor.x, anchor.y - gap - height),
                at(anchor.right() + gap + 2, middle),
                at(anchor.x - gap - 2 - text_width, middle),
                at(anchor.right() - text_width, anchor.bottom() + gap),
                at(anchor.right() - text_width, anchor.y - gap - height),
            ]);
        }
        let found = self.first_outside(&places, closed)?;
        Some(point(found.x + 1, found.y + ASCENT))
    }
}

/// The four sides of a box, as thin rectangles.
fn border(around: Rect) -> [Rect; 4] {
    let Rect {
        x,
        y,
        width,
        height,
    } = around;
    [
        rect(x - 1, y, 3, height),
        rect(around.right() - 1, y, 3, height),
        rect(x, y - 1, width, 3),
        rect(x, around.bottom() - 1, width, 3),
    ]
}

/// Where a line of text is, for checks: its baseline begins at `at`.
pub(super) fn line_rect(at: Point, text: &str, face: Face) -> Rect {
    rect(at.x, at.y - ASCENT, width(text, face), LINE)
}
