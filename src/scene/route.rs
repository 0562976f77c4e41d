//! Lanes between the boxes that a packet visits.
//!
//! Inside a box the lane is part of its layout. Between boxes it runs in the gutters: along rows and
//! columns, around every box that it does not visit, never through a title, at a distance from
//! other lanes. Filters stand where a lane crosses the border that they guard.

pub mod cable;
pub mod grid;
mod marks;

use super::geometry::{Point, Rect, point};
use super::journey::{Between, Gate, Travel, Visit};
use super::layout::inside::Vertex;
use super::layout::{Look, Placed, Placement};
use crate::engine::trace::Verdict;
use crate::model::object::Kind;
use grid::{Grid, Segment, straightened};
use marks::{Crossing, crossing, place_marks};

/// The distance between lanes, and what is left of it where there is no other way.
const DISTANCES: [i32; 4] = [20, 12, 8, 1];
/// How far a lane leaves a port before it may turn.
const LEAVE: i32 = 14;
/// How far other lanes keep from the way out of a port.
const PORT_ROOM: i32 = 16;
/// Room for the caption of a load balancer.
const CAPTION: i32 = 16;
/// How close a lane comes to a box that it does not visit.
const CLEARANCE: i32 = 7;

/// The way of one packet, from its sender to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Whether it is the reply's.
    pub reply: bool,
    /// Its corners and the places of its marks, in order.
    pub path: Vec<Vertex>,
    /// The filters on it.
    pub gates: Vec<GateAt>,
    /// The marks that stand on the lane between two boxes.
    pub between: Vec<usize>,
    /// Whether it ends as it should: at a receiver.
    pub arrives: bool,
}

/// A filter in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateAt {
    /// Index of its mark.
    pub mark: usize,
    /// Where the lane crosses the border.
    pub at: Point,
    /// Whether the border is a column, so that the gate stands upright.
    pub upright: bool,
    /// Index of the box that it guards.
    pub around: usize,
}

/// A lane from a port to a port.
#[derive(Clone, Copy)]
struct Leg {
    from: Point,
    heading: usize,
    to: Point,
    arriving: usize,
    boxes: (usize, usize),
}

/// Routes all lanes of the placed journey; `None` if one finds no channel of its own.
///
/// With `relaxed`, lanes may come closer together instead.
pub fn route(placement: &Placement, journey: &[Travel], relaxed: bool) -> Option<Vec<Lane>> {
    let mut router = Router {
        placement,
        segments: Vec::new(),
        relaxed,
    };
    router.note_insides();
    for (index, travel) in journey.iter().enumerate() {
        router.note_ports(index, travel);
    }
    let mut lanes = Vec::new();
    for (index, travel) in journey.iter().enumerate() {
        lanes.push(router.travel(index, travel)?);
    }
    Some(lanes)
}

struct Router<'a> {
    placement: &'a Placement,
    segments: Vec<Segment>,
    relaxed: bool,
}

impl Router<'_> {
    /// The lanes inside boxes are there before any lane between boxes.
    fn note_insides(&mut self) {
        for inside in self.placement.insides.values() {
            for lane in &inside.lanes {
                let points: Vec<Point> = lane.path.iter().map(|vertex| vertex.at).collect();
                self.note(&points);
            }
        }
    }

    /// Every port has a little room before it, so that no lane closes another one in.
    fn note_ports(&mut self, index: usize, travel: &Travel) {
        for (position, visit) in travel.visits.iter().enumerate() {
            let inner = self.inner(index, position, visit);
            let Some(placed) = self.placement.find(&visit.object) else {
                continue;
            };
            let ends = [inner.first(), inner.last()];
            for port in ends.into_iter().flatten().map(|vertex| vertex.at) {
                let rect = self.placement.boxes.get(placed).map(|placed| placed.rect);
                if rect.is_some_and(|rect| port.x == rect.x || port.x == rect.right()) {
                    let room = ahead(port, self.outwards(placed, port), PORT_ROOM);
                    self.note(&[port, room]);
                }
            }
        }
    }

    fn note(&mut self, points: &[Point]) {
        for pair in points.windows(2) {
            if let [a, b] = *pair
                && a != b
            {
                self.segments.push(Segment { a, b });
            }
        }
    }

    fn travel(&mut self, index: usize, travel: &Travel) -> Option<Lane> {
        let mut lane = Lane {
            reply: travel.reply,
            arrives: travel.verdict == Verdict::Delivered,
            ..Lane::default()
        };
        let visits = &travel.visits;
        for (position, visit) in visits.iter().enumerate() {
            let inner = self.inner(index, position, visit);
            if let Some(previous) = position
                .checked_sub(1)
                .and_then(|before| visits.get(before))
                && let (Some(from), Some(to)) = (lane.path.last().copied(), inner.first().copied())
                && from.at != to.at
            {
                self.connect(previous, visit, from, to, &mut lane)?;
            }
            lane.path.extend(inner);
        }
        if let Some(last) = visits.last()
            && !last.after.is_empty()
        {
            self.stub(last, &mut lane);
        }
        lane.path.dedup_by(|b, a| a.at == b.at && b.mark.is_none());
        Some(lane)
    }

    /// The part of the lane inside a box.
    fn inner(&self, travel: usize, position: usize, visit: &Visit) -> Vec<Vertex> {
        let lanes = self
            .placement
            .insides
            .get(&visit.object)
            .map(|inside| &inside.lanes);
        let lane = lanes.into_iter().flatten();
        let path = lane
            .filter(|lane| lane.travel == travel && lane.visit == position)
            .map(|lane| lane.path.clone())
            .next()
            .unwrap_or_default();
        if visit.blocked {
            path.into_iter().take(1).collect()
        } else {
            path
        }
    }

    fn connect(
        &mut self,
        previous: &Visit,
        visit: &Visit,
        from: Vertex,
        to: Vertex,
        lane: &mut Lane,
    ) -> Option<()> {
        let a = self.placement.find(&previous.object)?;
        let b = self.placement.find(&visit.object)?;
        let leg = Leg {
            from: from.at,
            heading: self.outwards(a, from.at),
            to: to.at,
            arriving: (self.outwards(b, to.at) + 2) % 4,
            boxes: (a, b),
        };
        let points = self.way(&leg)?;
        self.note(&points);
        let mut crossings = Vec::new();
        for between in &previous.after {
            crossings.push(match between {
                Between::Gate(gate) => self.gate(gate, if gate.inbound { b } else { a }, &points),
                Between::Lane(mark) => Crossing::on_lane(*mark),
            });
        }
        crossings.extend(visit.gates.iter().map(|gate| self.gate(gate, b, &points)));
        place_marks(&points, &crossings, lane, &|at| self.is_roomy(at));
        Some(())
    }

    /// Whether there is room for a note to the right of a badge.
    fn is_roomy(&self, at: Point) -> bool {
        let note = super::geometry::rect(at.x + 12, at.y - 9, 190, 18);
        let boxes = self.placement.boxes.iter();
        let mut crowded = boxes
            .filter(|placed| !placed.look.is_region())
            .filter(|placed| {
                // A note may lie within a container, though not on its border or its title.
                let within = placed.look.is_container()
                    && placed.look != Look::OpenNode
                    && placed.rect.contains(note)
                    && !placed.title.overlaps(note);
                placed.rect.overlaps(note) && !within
            });
        crowded.next().is_none()
    }

    /// The direction in which a lane leaves a box at a port.
    fn outwards(&self, index: usize, port: Point) -> usize {
        let left = self
            .placement
            .boxes
            .get(index)
            .is_none_or(|placed| port.x <= placed.rect.centre().x);
        if left { 2 } else { 0 }
    }

    fn way(&self, leg: &Leg) -> Option<Vec<Point>> {
        let start = ahead(leg.from, leg.heading, LEAVE);
        let goal = ahead(leg.to, (leg.arriving + 2) % 4, LEAVE);
        let distances: &[i32] = if self.relaxed {
            &DISTANCES
        } else {
            &DISTANCES[..1]
        };
        let (inside, closed) = scope(self.placement, leg.boxes);
        for &distance in distances {
            let mut grid = self.grid(start, goal, &inside, &closed);
            for rect in &closed {
                grid.close(rect.grown(CLEARANCE));
            }
            for &index in &inside {
                if let Some(placed) = self.placement.boxes.get(index) {
                    grid.close(placed.title.grown(2));
                    grid.keep_off_border(placed.rect, 5);
                }
            }
            for &segment in &self.segments {
                // A lane that ends at a port of this leg is its own continuation.
                let own = [segment.a, segment.b]
                    .iter()
                    .any(|end| [leg.from, leg.to].contains(end));
                if !own {
                    grid.keep_off_lane(segment, distance);
                }
            }
            if let Some(way) = grid.way(start, leg.heading, goal, leg.arriving) {
                let ends = [vec![leg.from], way, vec![leg.to]].concat();
                return Some(straightened(ends));
            }
        }
        // Nothing is left to try: an elbow that at least shows the order of the places.
        self.relaxed
            .then(|| straightened(vec![leg.from, start, point(start.x, goal.y), goal, leg.to]))
    }

    fn grid(&self, start: Point, goal: Point, inside: &[usize], closed: &[Rect]) -> Grid {
        let size = self.placement.size;
        let mut xs = vec![start.x, goal.x, i32::midpoint(start.x, goal.x)];
        xs.extend([start.x - 20, start.x + 20, goal.x - 20, goal.x + 20]);
        let mut ys = vec![start.y, goal.y, i32::midpoint(start.y, goal.y)];
        let edges = inside
            .iter()
            .filter_map(|&index| self.placement.boxes.get(index));
        for rect in edges.map(|placed| placed.rect) {
            xs.extend([
                rect.x - 12,
                rect.x + 16,
                rect.right() - 16,
                rect.right() + 12,
            ]);
            ys.extend([rect.bottom() - 16, rect.bottom() + 12]);
        }
        for rect in closed {
            xs.extend([
                rect.x - 12,
                rect.x - 32,
                rect.right() + 12,
                rect.right() + 32,
            ]);
            ys.extend([
                rect.y - 12,
                rect.y - 32,
                rect.bottom() + 12,
                rect.bottom() + 32,
            ]);
        }
        for segment in &self.segments {
            if segment.is_horizontal() {
                ys.extend([
                    segment.a.y - 20,
                    segment.a.y + 20,
                    segment.a.y - 12,
                    segment.a.y + 12,
                ]);
            } else {
                xs.extend([
                    segment.a.x - 20,
                    segment.a.x + 20,
                    segment.a.x - 12,
                    segment.a.x + 12,
                ]);
            }
        }
        xs.retain(|&x| (6..size.width - 6).contains(&x));
        ys.retain(|&y| (6..size.height - 6).contains(&y));
        Grid::new(xs, ys)
    }

    /// Where a leg crosses the border that a filter guards.
    fn gate(&self, gate: &Gate, owner: usize, points: &[Point]) -> Crossing {
        let around = if gate.subnet {
            self.subnet_of(owner)
        } else {
            Some(owner)
        };
        let found = around.and_then(|index| {
            let rect = self.placement.boxes.get(index)?.rect;
            let (segment, at, upright) = crossing(points, rect)?;
            Some((
                segment,
                GateAt {
                    mark: gate.mark,
                    at,
                    upright,
                    around: index,
                },
            ))
        });
        Crossing {
            mark: gate.mark,
            gate: found,
        }
    }

    fn subnet_of(&self, index: usize) -> Option<usize> {
        let is_subnet = |&index: &usize| {
            let placed = self.placement.boxes.get(index);
            let object = placed.and_then(|placed| placed.object.as_ref());
            object.is_some_and(|object| object.kind == Kind::Subnet)
        };
        self.placement.ancestors(index).skip(1).find(is_subnet)
    }

    /// A lane that leaves its last box and ends on the way.
    fn stub(&mut self, last: &Visit, lane: &mut Lane) {
        let Some(from) = lane.path.last().map(|vertex| vertex.at) else {
            return;
        };
        let Some(index) = self.placement.find(&last.object) else {
            return;
        };
        let heading = self.outwards(index, from);
        let mut at = from;
        for between in &last.after {
            match between {
                Between::Gate(gate) if !gate.subnet && !gate.inbound => {
                    lane.gates.push(GateAt {
                        mark: gate.mark,
                        at: from,
                        upright: true,
                        around: index,
                    });
                    lane.path.push(Vertex {
                        at: from,
                        mark: Some(gate.mark),
                    });
                    at = ahead(at, heading, 4);
                }
                Between::Gate(Gate { mark, .. }) | Between::Lane(mark) => {
                    at = ahead(at, heading, 24);
                    lane.between.push(*mark);
                    lane.path.push(Vertex {
                        at,
                        mark: Some(*mark),
                    });
                }
            }
        }
        let end = ahead(at, heading, 16);
        lane.path.push(Vertex {
            at: end,
            mark: None,
        });
        self.note(&[from, end]);
    }
}

/// The boxes that a line between two boxes may run in, and the rectangles that it must go around.
fn scope(placement: &Placement, ends: (usize, usize)) -> (Vec<usize>, Vec<Rect>) {
    let mut inside: Vec<usize> = Vec::new();
    for index in [ends.0, ends.1] {
        for ancestor in placement.ancestors(index).skip(1) {
            if !inside.contains(&ancestor) {
                inside.push(ancestor);
            }
        }
    }
    let closed = placement
        .boxes
        .iter()
        .enumerate()
        .filter(|(index, placed)| {
            let reachable = placed.parent.is_none_or(|parent| inside.contains(&parent));
            reachable && !inside.contains(index)
        });
    let closed = closed.map(|(_, placed)| with_caption(placed)).collect();
    (inside, closed)
}

/// A box with what stands above it: of a load balancer from which Service it was made.
fn with_caption(placed: &Placed) -> Rect {
    let at = placed.rect;
    let mut object = placed.object.iter();
    if object.any(|object| object.kind == Kind::LoadBalancer) {
        super::geometry::rect(at.x, at.y - CAPTION, at.width, at.height + CAPTION)
    } else {
        at
    }
}

fn ahead(from: Point, heading: usize, by: i32) -> Point {
    match heading {
        0 => from.offset(by, 0),
        1 => from.offset(0, by),
        2 => from.offset(-by, 0),
        _ => from.offset(0, -by),
    }
}
