//! Where the marks of a leg stand: gates at their borders, the others between them.

use super::{GateAt, Lane};
use crate::scene::geometry::{Point, Rect, point};
use crate::scene::layout::inside::Vertex;

/// A mark on a leg: at a border, or anywhere.
pub(super) struct Crossing {
    pub(super) mark: usize,
    pub(super) gate: Option<(usize, GateAt)>,
}

impl Crossing {
    pub(super) fn on_lane(mark: usize) -> Self {
        Self { mark, gate: None }
    }
}

/// Adds the corners of a leg to a lane, with its marks in order between them.
pub(super) fn place_marks(
    points: &[Point],
    crossings: &[Crossing],
    lane: &mut Lane,
    roomy: &dyn Fn(Point) -> bool,
) {
    let length = way_length(points);
    // The position along the leg of every mark: gates first, the others between them.
    let mut positions: Vec<Option<i32>> = Vec::new();
    for crossing in crossings {
        positions.push(
            crossing
                .gate
                .map(|(segment, gate)| position(points, segment, gate.at)),
        );
    }
    let mut low = 0;
    let mut index = 0;
    while index < crossings.len() {
        if let Some(at) = positions.get(index).copied().flatten() {
            low = at;
            index += 1;
            continue;
        }
        let run = positions
            .iter()
            .skip(index)
            .take_while(|position| position.is_none())
            .count();
        let high = positions
            .get(index + run)
            .copied()
            .flatten()
            .unwrap_or(length);
        for (offset, at) in spread_on_longest(points, low, high.max(low), run, roomy)
            .into_iter()
            .enumerate()
        {
            if let Some(slot) = positions.get_mut(index + offset) {
                *slot = Some(at);
            }
        }
        index += run.max(1);
        low = high;
    }
    let mut marks: Vec<(i32, usize)> = Vec::new();
    for (crossing, at) in crossings.iter().zip(&positions) {
        marks.push((at.unwrap_or(length), crossing.mark));
        match crossing.gate {
            Some((_, gate)) => lane.gates.push(gate),
            None => lane.between.push(crossing.mark),
        }
    }
    marks.sort_by_key(|&(at, _)| at);
    let mut passed = 0;
    let mut marks = marks.into_iter().peekable();
    for (index, &corner) in points.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .and_then(|before| points.get(before))
            .copied();
        let reach = passed + before.map_or(0, |before| before.distance(corner));
        while let Some(&(at, mark)) = marks.peek().filter(|&&(at, _)| at <= reach) {
            let from = before.unwrap_or(corner);
            let there = crate::scene::shape::towards(from, corner, at - passed);
            lane.path.push(Vertex {
                at: there,
                mark: Some(mark),
            });
            marks.next();
        }
        lane.path.push(Vertex {
            at: corner,
            mark: None,
        });
        passed = reach;
    }
}

/// Positions for `count` marks on the longest straight part of a leg between two positions.
///
/// A single mark moves along that part to where there is room for its note, if there is such a place.
fn spread_on_longest(
    points: &[Point],
    low: i32,
    high: i32,
    count: usize,
    roomy: &dyn Fn(Point) -> bool,
) -> Vec<i32> {
    let mut best = (low, high.max(low));
    let mut line = None;
    let mut longest = -1;
    let mut passed = 0;
    for pair in points.windows(2) {
        if let [a, b] = *pair {
            let end = passed + a.distance(b);
            // A corner is round, and a gate has a width.
            let from = passed.max(low) + 12;
            let to = end.min(high) - 12;
            if to - from > longest {
                longest = to - from;
                best = (from, to);
                line = Some((a, b, passed));
            }
            passed = end;
        }
    }
    let middle = i32::midpoint(best.0, best.1);
    if count == 1
        && let Some((a, b, start)) = line
    {
        let reach = (best.1 - best.0) / 2;
        let tries = (0..=reach / 4).flat_map(|step| [middle + 4 * step, middle - 4 * step]);
        let mut tries = tries.filter(|at| (best.0..=best.1).contains(at));
        let found = tries.find(|at| roomy(crate::scene::shape::towards(a, b, at - start)));
        return vec![found.unwrap_or(middle)];
    }
    let count = crate::scene::layout::inside::to_i32(count);
    (0..count)
        .map(|index| best.0 + (best.1 - best.0) * (2 * index + 1) / (2 * count).max(1))
        .collect()
}

fn way_length(points: &[Point]) -> i32 {
    points
        .windows(2)
        .map(|pair| if let [a, b] = *pair { a.distance(b) } else { 0 })
        .sum()
}

pub(super) fn position(points: &[Point], segment: usize, at: Point) -> i32 {
    let before = points.get(..=segment).map_or(0, way_length);
    before + points.get(segment).map_or(0, |corner| corner.distance(at))
}

/// The first crossing of a border: the segment, the point, and whether the border is a column there.
pub(super) fn crossing(points: &[Point], rect: Rect) -> Option<(usize, Point, bool)> {
    for (index, pair) in points.windows(2).enumerate() {
        let [a, b] = *pair else { continue };
        let around = Rect::between(a, b);
        for x in [rect.x, rect.right()] {
            let on_side = (rect.y..=rect.bottom()).contains(&a.y);
            if a.y == b.y && on_side && around.x <= x && x <= around.right() {
                return Some((index, point(x, a.y), true));
            }
        }
        for y in [rect.y, rect.bottom()] {
            let on_side = (rect.x..=rect.right()).contains(&a.x);
            if a.x == b.x && on_side && around.y <= y && y <= around.bottom() {
                return Some((index, point(a.x, y), false));
            }
        }
    }
    None
}
