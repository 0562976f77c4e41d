//! The cheapest way along a grid of possible lines: Dijkstra's algorithm with an estimate (A*).
//!
//! Lines run only where a lane might want to be: beside boxes, beside other lanes, at ports.
//! What may not be entered is marked on the grid once, so that a search looks at no box twice.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::geometry::{Point, Rect, point};

/// What a corner costs, in pixels of way.
const CORNER: i32 = 48;
/// What crossing another lane costs.
const CROSSING: i32 = 64;

/// A straight piece of a lane that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// One end.
    pub a: Point,
    /// The other end, on the same row or column.
    pub b: Point,
}

impl Segment {
    /// Whether it runs along a row.
    pub fn is_horizontal(self) -> bool {
        self.a.y == self.b.y
    }
}

/// A grid of lines, some pieces of which are closed.
#[derive(Debug)]
pub struct Grid {
    xs: Vec<i32>,
    ys: Vec<i32>,
    /// Cost of the piece from a crossing to the next on its row; negative where it is closed.
    rows: Vec<i32>,
    /// The same for columns.
    columns: Vec<i32>,
}

/// Directions: right, down, left, up.
const STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Grid {
    /// A grid of these lines.
    pub fn new(mut xs: Vec<i32>, mut ys: Vec<i32>) -> Self {
        for lines in [&mut xs, &mut ys] {
            lines.sort_unstable();
            lines.dedup();
        }
        let count = xs.len() * ys.len();
        let mut grid = Self {
            rows: vec![-1; count],
            columns: vec![-1; count],
            xs,
            ys,
        };
        for j in 0..grid.ys.len() {
            for i in 0..grid.xs.len() {
                let at = grid.index(i, j);
                let next =
                    |lines: &[i32], index: usize| Some(lines.get(index + 1)? - lines.get(index)?);
                let (row, column) = (next(&grid.xs, i), next(&grid.ys, j));
                set(&mut grid.rows, at, row.unwrap_or(-1));
                set(&mut grid.columns, at, column.unwrap_or(-1));
            }
        }
        grid
    }

    fn index(&self, i: usize, j: usize) -> usize {
        j * self.xs.len() + i
    }

    /// Closes everything strictly inside a rectangle.
    pub fn close(&mut self, rect: Rect) {
        let (i0, i1) = span(&self.xs, rect.x, rect.right());
        let (j0, j1) = span(&self.ys, rect.y, rect.bottom());
        let (ri0, ri1) = pieces(&self.xs, rect.x, rect.right());
        let (rj0, rj1) = pieces(&self.ys, rect.y, rect.bottom());
        for j in j0..j1 {
            for i in ri0..ri1 {
                let at = self.index(i, j);
                set(&mut self.rows, at, -1);
            }
        }
        for i in i0..i1 {
            for j in rj0..rj1 {
                let at = self.index(i, j);
                set(&mut self.columns, at, -1);
            }
        }
    }

    /// Closes lines that run along the border of a box at less than `by` pixels.
    pub fn keep_off_border(&mut self, rect: Rect, by: i32) {
        let (left, right, top, bottom) = (rect.x, rect.right(), rect.y, rect.bottom());
        for x in [left, right] {
            let (i0, i1) = span(&self.xs, x - by, x + by);
            let (j0, j1) = pieces(&self.ys, top, bottom);
            for i in i0..i1 {
                for j in j0..j1 {
                    let at = self.index(i, j);
                    set(&mut self.columns, at, -1);
                }
            }
        }
        for y in [top, bottom] {
            let (j0, j1) = span(&self.ys, y - by, y + by);
            let (i0, i1) = pieces(&self.xs, left, right);
            for j in j0..j1 {
                for i in i0..i1 {
                    let at = self.index(i, j);
                    set(&mut self.rows, at, -1);
                }
            }
        }
    }

    /// Keeps parallel lanes `by` pixels away from a lane, and makes crossing it dear.
    pub fn keep_off_lane(&mut self, segment: Segment, by: i32) {
        let around = Rect::between(segment.a, segment.b);
        let (i0, i1) = span(&self.xs, around.x - by, around.right() + by);
        let (j0, j1) = span(&self.ys, around.y - by, around.bottom() + by);
        if segment.is_horizontal() {
            let (ri0, ri1) = pieces(&self.xs, around.x - by, around.right() + by);
            for j in j0..j1 {
                for i in ri0..ri1 {
                    let at = self.index(i, j);
                    set(&mut self.rows, at, -1);
                }
            }
            let (cj0, cj1) = pieces(&self.ys, around.y, around.y + 1);
            for i in i0..i1 {
                for j in cj0..cj1 {
                    let at = self.index(i, j);
                    add(&mut self.columns, at);
                }
            }
        } else {
            let (rj0, rj1) = pieces(&self.ys, around.y - by, around.bottom() + by);
            for i in i0..i1 {
                for j in rj0..rj1 {
                    let at = self.index(i, j);
                    set(&mut self.columns, at, -1);
                }
            }
            let (ci0, ci1) = pieces(&self.xs, around.x, around.x + 1);
            for j in j0..j1 {
                for i in ci0..ci1 {
                    let at = self.index(i, j);
                    add(&mut self.rows, at);
                }
            }
        }
    }

    /// The cheapest way between two crossings that begins and ends in given directions
    /// (0 right, 1 down, 2 left, 3 up), as its corners; `None` if there is none.
    pub fn way(
        &self,
        from: Point,
        heading: usize,
        to: Point,
        arriving: usize,
    ) -> Option<Vec<Point>> {
        let start = (
            self.xs.binary_search(&from.x).ok()?,
            self.ys.binary_search(&from.y).ok()?,
        );
        let goal = (
            self.xs.binary_search(&to.x).ok()?,
            self.ys.binary_search(&to.y).ok()?,
        );
        let states = self.xs.len() * self.ys.len() * 4;
        let mut best = vec![i32::MAX; states];
        let mut came: Vec<u32> = vec![u32::MAX; states];
        let state = |i: usize, j: usize, direction: usize| self.index(i, j) * 4 + direction;
        let first = state(start.0, start.1, heading);
        let mut queue = BinaryHeap::new();
        set(&mut best, first, 0);
        queue.push(Reverse((from.distance(to), first)));
        let last = state(goal.0, goal.1, arriving);
        while let Some(Reverse((_, current))) = queue.pop() {
            if current == last {
                return Some(self.corners(&came, first, last));
            }
            let cost = *best.get(current)?;
            let (at, direction) = (current / 4, current % 4);
            let (i, j) = (at % self.xs.len(), at / self.xs.len());
            for turned in 0..4 {
                if turned == (direction + 2) % 4 {
                    continue;
                }
                let (next, price) = if turned == direction {
                    match self.ahead(i, j, direction) {
                        Some(ahead) => ahead,
                        None => continue,
                    }
                } else {
                    ((i, j), CORNER)
                };
                let next_state = state(next.0, next.1, turned);
                let total = cost.saturating_add(price);
                if best.get(next_state).is_some_and(|&known| total < known) {
                    set(&mut best, next_state, total);
                    if let Some(slot) = came.get_mut(next_state) {
                        *slot = u32::try_from(current).unwrap_or(u32::MAX);
                    }
                    let here = point(*self.xs.get(next.0)?, *self.ys.get(next.1)?);
                    queue.push(Reverse((
                        total.saturating_add(here.distance(to)),
                        next_state,
                    )));
                }
            }
        }
        None
    }

    /// The next crossing in a direction, and what the way to it costs.
    fn ahead(&self, i: usize, j: usize, direction: usize) -> Option<((usize, usize), i32)> {
        let &(dx, dy) = STEPS.get(direction)?;
        let (ni, nj) = (i.checked_add_signed(dx)?, j.checked_add_signed(dy)?);
        if ni >= self.xs.len() || nj >= self.ys.len() {
            return None;
        }
        let at = self.index(i.min(ni), j.min(nj));
        let price = if dx == 0 {
            self.columns.get(at)
        } else {
            self.rows.get(at)
        };
        price
            .filter(|&&price| price >= 0)
            .map(|&price| ((ni, nj), price))
    }

    fn corners(&self, came: &[u32], first: usize, last: usize) -> Vec<Point> {
        let mut points = Vec::new();
        let mut current = last;
        loop {
            let at = current / 4;
            let (i, j) = (at % self.xs.len(), at / self.xs.len());
            if let (Some(&x), Some(&y)) = (self.xs.get(i), self.ys.get(j)) {
                points.push(point(x, y));
            }
            if current == first {
                break;
            }
            match came
                .get(current)
                .and_then(|&before| usize::try_from(before).ok())
            {
                Some(before) if before < came.len() => current = before,
                _ => break,
            }
        }
        points.reverse();
        straightened(points)
    }
}

/// The points without those on a straight line between their neighbours.
pub fn straightened(points: Vec<Point>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    for at in points {
        if out.last() == Some(&at) {
            continue;
        }
        if let [.., a, b] = out.as_slice()
            && ((a.x == b.x && b.x == at.x) || (a.y == b.y && b.y == at.y))
        {
            out.pop();
        }
        out.push(at);
    }
    out
}

fn set<T>(cells: &mut [T], at: usize, value: T) {
    if let Some(cell) = cells.get_mut(at) {
        *cell = value;
    }
}

fn add(cells: &mut [i32], at: usize) {
    if let Some(cell) = cells.get_mut(at)
        && *cell >= 0
    {
        *cell = cell.saturating_add(CROSSING);
    }
}

/// Indices of the lines strictly between `low` and `high`.
fn span(lines: &[i32], low: i32, high: i32) -> (usize, usize) {
    let start = lines.partition_point(|&line| line <= low);
    let end = lines.partition_point(|&line| line < high);
    (start, end.max(start))
}

/// Indices of the pieces between neighbouring lines that share more than a point with `low..high`.
fn pieces(lines: &[i32], low: i32, high: i32) -> (usize, usize) {
    let start = lines.partition_point(|&line| line <= low).saturating_sub(1);
    let end = lines.partition_point(|&line| line < high);
    (start, end.max(start))
}

#[cfg(test)]
mod tests {
    use super::super::super::geometry::rect;
    use super::*;

    #[test]
    fn a_way_goes_around_a_closed_rectangle() {
        let mut grid = Grid::new(vec![0, 10, 50, 90, 100], vec![0, 20, 60]);
        grid.close(rect(20, -10, 60, 50));
        let way = grid.way(point(0, 0), 0, point(100, 0), 0).unwrap();
        assert_eq!(way.first(), Some(&point(0, 0)));
        assert_eq!(way.last(), Some(&point(100, 0)));
        assert!(way.iter().all(|at| at.y == 0 || at.y == 60), "{way:?}");
    }

    #[test]
    fn no_way_is_no_answer() {
        let mut grid = Grid::new(vec![0, 100], vec![0]);
        grid.close(rect(20, -10, 60, 50));
        assert_eq!(grid.way(point(0, 0), 0, point(100, 0), 0), None);
    }

    #[test]
    fn a_parallel_lane_keeps_its_distance_but_may_cross() {
        let mut grid = Grid::new(vec![0, 50, 100], vec![0, 10, 30]);
        grid.keep_off_lane(
            Segment {
                a: point(-100, 0),
                b: point(200, 0),
            },
            20,
        );
        let way = grid.way(point(0, 10), 0, point(100, 10), 0).unwrap();
        assert_eq!(
            way,
            [point(0, 10), point(0, 30), point(100, 30), point(100, 10)]
        );
        assert!(grid.way(point(0, 30), 0, point(100, 30), 0).is_some());
    }
}
