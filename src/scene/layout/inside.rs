//! The inside of a box that a packet visits: rows of lanes, and the stations on them.
//!
//! Rows are ordered so that each direction keeps left and nested turns never cross: what runs right
//! lies above what runs left, and the reply lies within the request.

use super::super::geometry::{Point, Rect, Size, point, rect};
use crate::model::object::Ref;

/// First row below the top of a node, and distance between rows.
const FIRST_ROW: i32 = 56;
const ROW: i32 = 40;
/// Distance between the two rows of a reply that turns within one station.
const TIGHT_ROW: i32 = 24;
/// Height of a station.
pub const STATION: i32 = 24;
/// Space between stations of a row, for the lane and the next badge.
const BETWEEN: i32 = 32;
/// From the left border to the first station.
const LEAD: i32 = 32;
/// The least width of the part of a node that has stations.
const STATIONS: i32 = 280;
/// What a walk that ends inside needs behind its last station: a wall, dashes, a glyph.
const END: i32 = 72;
/// Width of a pod's card in a node.
pub const POD_WIDTH: i32 = 112;
/// Height of a pod's card where no lane ends at it.
pub const POD_HEIGHT: i32 = 56;
/// Side and pitch of a pod's dot.
pub const DOT: i32 = 12;
/// Pitch of the dots.
pub const DOT_PITCH: i32 = 16;

/// Through which side of a node a lane goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// The network interface, on the left border.
    Nic,
    /// A pod of the node.
    Pod(Ref),
    /// None: the lane begins or ends inside.
    Inside,
}

/// A station to be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Index of its mark.
    pub mark: usize,
    /// Width of the pill.
    pub width: i32,
    /// Width of the notes that hang below it (or stand beside it in a tight turn).
    pub note: i32,
}

/// One pass of a lane through a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Index of the travel: 0 the request, 1 the reply.
    pub travel: usize,
    /// Index of the visit in the travel.
    pub visit: usize,
    /// Where the lane comes in.
    pub entry: Port,
    /// Where it goes out.
    pub exit: Port,
    /// Its stations in the order of the walk.
    pub stations: Vec<Wanted>,
    /// Marks of the pod where the lane begins: badges before its border.
    pub first: Vec<usize>,
    /// Marks of the pod where the lane ends.
    pub last: Vec<usize>,
}

/// A station in place, relative to its box until the box is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Index of its mark.
    pub mark: usize,
    /// The pill; empty where only a badge stands on the lane.
    pub rect: Rect,
    /// The badge.
    pub badge: Point,
    /// Where notes begin: the baseline of the first.
    pub note: Point,
}

/// A vertex of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// Where.
    pub at: Point,
    /// The mark that is decided here.
    pub mark: Option<usize>,
}

/// The part of a lane inside a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerLane {
    /// Index of the travel.
    pub travel: usize,
    /// Index of the visit.
    pub visit: usize,
    /// From the entry to the exit.
    pub path: Vec<Vertex>,
}

/// What is inside a box, relative to its top left corner until the box is placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Lanes.
    pub lanes: Vec<InnerLane>,
    /// Stations.
    pub stations: Vec<Station>,
    /// The bridge, or where it would be.
    pub bus: Option<Rect>,
}

impl Inside {
    /// Moves everything.
    pub fn shift(&mut self, x: i32, y: i32) {
        for vertex in self.lanes.iter_mut().flat_map(|lane| &mut lane.path) {
            vertex.at = vertex.at.offset(x, y);
        }
        for station in &mut self.stations {
            station.rect = station.rect.offset(x, y);
            station.badge = station.badge.offset(x, y);
            station.note = station.note.offset(x, y);
        }
        self.bus = self.bus.map(|bus| bus.offset(x, y));
    }
}

/// A node opened for the lanes that pass through it.
#[derive(Debug)]
pub struct OpenNode {
    /// Its size.
    pub size: Size,
    /// What is inside.
    pub inside: Inside,
    /// The pods that are shown as cards, relative to the node.
    pub cards: Vec<(Ref, Rect)>,
    /// The other pods, as dots.
    pub dots: Vec<Ref>,
    /// Where the dots begin, relative to the node.
    pub dots_at: Point,
}

/// Which part of which pass a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// All of it, from side to side.
    Whole,
    /// The way in of a turn.
    In,
    /// The way out of a turn.
    Out,
}

#[derive(Debug)]
struct Row {
    pass: usize,
    part: Part,
    /// Whether it runs to the right.
    right: bool,
    y: i32,
    /// Whether the next row is the other half of a tight turn.
    tight: bool,
    /// The pod whose port is at the right end.
    pod: Option<Ref>,
}

/// How a pass turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    None,
    /// In and out through the NIC: the turn is on the right.
    AtRight,
    /// From pod to pod: the turn is on the left.
    AtLeft,
}

fn turn(pass: &Pass) -> Turn {
    match (&pass.entry, &pass.exit) {
        (Port::Nic, Port::Nic) => Turn::AtRight,
        (Port::Pod(_), Port::Pod(_)) => Turn::AtLeft,
        _ => Turn::None,
    }
}

/// The width that the stations of a node need.
pub fn stations_width(passes: &[Pass]) -> i32 {
    let left_turns = passes
        .iter()
        .filter(|pass| turn(pass) == Turn::AtLeft)
        .count();
    let widest = passes.iter().map(row_width).max().unwrap_or(0);
    snap(STATIONS.max(LEAD + 20 * to_i32(left_turns) + widest))
}

/// Lays out the inside of a node for `passes`, with its `pods`; more than `max_cards` are shown as dots.
///
/// `stations` is the width for stations, at least that of [`stations_width`].
pub fn open_node(passes: &[Pass], pods: &[Ref], max_cards: usize, stations: i32) -> OpenNode {
    let mut rows = rows(passes);
    let left_turns = passes
        .iter()
        .filter(|pass| turn(pass) == Turn::AtLeft)
        .count();
    // A reply turns within its station and needs no channel.
    let right_turns = passes
        .iter()
        .filter(|pass| turn(pass) == Turn::AtRight && pass.travel == 0)
        .count();
    let base = LEAD + 20 * to_i32(left_turns);
    let first_channel = stations.max(stations_width(passes));
    let last_channel = first_channel + 20 * to_i32(right_turns.saturating_sub(1));
    let bus_x = last_channel + 16;
    let pod_x = bus_x + 24;
    let visited = visited_pods(passes);
    place_rows(&mut rows);
    let rows_bottom = rows.last().map_or(FIRST_ROW, |row| row.y) + 36;

    let mut builder = Builder {
        passes,
        rows: &rows,
        base,
        channel: last_channel,
        pod_x,
        inside: Inside::default(),
    };
    builder.lanes();
    let mut inside = builder.inside;

    let mut cards = pod_cards(&rows, &visited, pod_x);
    let top = cards
        .iter()
        .map(|(_, card)| card.bottom())
        .max()
        .unwrap_or(24)
        + 8;
    let others: Vec<&Ref> = pods.iter().filter(|pod| !visited.contains(pod)).collect();
    let mut y = top;
    let mut dots = Vec::new();
    if others.len() <= max_cards {
        for pod in others {
            cards.push((pod.clone(), rect(pod_x, y, POD_WIDTH, POD_HEIGHT)));
            y += POD_HEIGHT + 8;
        }
    } else {
        let per_row = usize::try_from(POD_WIDTH / DOT_PITCH).unwrap_or(1).max(1);
        y += to_i32(others.len().div_ceil(per_row)) * DOT_PITCH + 8;
        dots = others.into_iter().cloned().collect();
    }
    let height = snap(rows_bottom.max(y + 4));
    inside.bus = Some(rect(bus_x, 32, 6, height - 44));
    OpenNode {
        size: Size {
            width: pod_x + POD_WIDTH + 12,
            height,
        },
        inside,
        cards,
        dots,
        dots_at: point(pod_x, top),
    }
}

/// The pods at which lanes end, in the order of the walk.
fn visited_pods(passes: &[Pass]) -> Vec<Ref> {
    let mut pods: Vec<Ref> = Vec::new();
    for port in passes.iter().flat_map(|pass| [&pass.entry, &pass.exit]) {
        if let Port::Pod(pod) = port
            && !pods.contains(pod)
        {
            pods.push(pod.clone());
        }
    }
    pods
}

/// The rows from top to bottom.
fn rows(passes: &[Pass]) -> Vec<Row> {
    let row = |pass: usize, part: Part, right: bool| Row {
        pass,
        part,
        right,
        y: 0,
        tight: false,
        pod: None,
    };
    let turning = |reply: bool| {
        passes
            .iter()
            .enumerate()
            .filter(move |(_, pass)| turn(pass) == Turn::AtRight && (pass.travel == 1) == reply)
            .map(|(index, _)| index)
    };
    let mut rows: Vec<Row> = turning(false)
        .map(|pass| row(pass, Part::In, true))
        .collect();
    for pass in turning(true) {
        // The reply runs against the request: in below, out above.
        let mut out = row(pass, Part::Out, false);
        out.tight = true;
        rows.push(out);
        rows.push(row(pass, Part::In, true));
    }
    let inside = |pass: &Pass, right: bool| {
        if right {
            matches!(pass.exit, Port::Inside) && !matches!(pass.entry, Port::Pod(_))
        } else {
            matches!(pass.entry, Port::Inside) && matches!(pass.exit, Port::Nic)
        }
    };
    for right in [true, false] {
        let alone = passes
            .iter()
            .enumerate()
            .filter(|(_, pass)| inside(pass, right));
        rows.extend(alone.map(|(index, _)| row(index, Part::Whole, right)));
    }
    for pod in visited_pods(passes) {
        rows.extend(pod_rows(passes, &pod));
    }
    let mut outs: Vec<Row> = turning(false)
        .map(|pass| row(pass, Part::Out, false))
        .collect();
    outs.reverse();
    rows.extend(outs);
    rows
}

/// The rows that end at a pod: what arrives above what leaves, the reply within the request.
fn pod_rows(passes: &[Pass], pod: &Ref) -> Vec<Row> {
    let port = Port::Pod(pod.clone());
    let mut arriving: Vec<usize> = ends(passes, |pass| pass.exit == port);
    let mut leaving: Vec<usize> = ends(passes, |pass| pass.entry == port);
    arriving.sort_by_key(|&index| passes.get(index).map(|pass| pass.travel));
    leaving.sort_by_key(|&index| passes.get(index).map(|pass| 1 - pass.travel.min(1)));
    let part = |index: usize, out: bool| {
        let turns = passes
            .get(index)
            .is_some_and(|pass| turn(pass) == Turn::AtLeft);
        match (turns, out) {
            (false, _) => Part::Whole,
            (true, true) => Part::Out,
            (true, false) => Part::In,
        }
    };
    let rows = arriving.into_iter().map(|index| (index, true));
    rows.chain(leaving.into_iter().map(|index| (index, false)))
        .map(|(pass, right)| Row {
            pass,
            part: part(pass, right),
            right,
            y: 0,
            tight: false,
            pod: Some(pod.clone()),
        })
        .collect()
}

fn ends(passes: &[Pass], wanted: impl Fn(&Pass) -> bool) -> Vec<usize> {
    let found = passes.iter().enumerate().filter(|(_, pass)| wanted(pass));
    found.map(|(index, _)| index).collect()
}

fn place_rows(rows: &mut [Row]) {
    let mut y = FIRST_ROW;
    let mut previous: Option<(bool, Option<Ref>)> = None;
    for row in rows {
        y += match &previous {
            None => 0,
            Some((true, _)) => TIGHT_ROW,
            // The card of a pod reaches beyond its rows, and is never lower than its text.
            Some((false, pod)) if pod.is_some() && *pod != row.pod => ROW + 24,
            Some((false, _)) => ROW,
        };
        row.y = y;
        previous = Some((row.tight, row.pod.clone()));
    }
}

/// The width that the stations of a pass need in its widest row.
fn row_width(pass: &Pass) -> i32 {
    let sum = |stations: &[Wanted]| -> i32 {
        let widths = stations
            .iter()
            .map(|station| station.width.max(station.note) + BETWEEN);
        widths.sum()
    };
    let tight = turn(pass) == Turn::AtRight && pass.travel == 1;
    if tight {
        // The last note stands beside its station.
        let last = pass
            .stations
            .last()
            .map_or(0, |last| last.width.min(last.note));
        return sum(&pass.stations) + last;
    }
    let end = if pass.exit == Port::Inside { END } else { 0 };
    if turn(pass) == Turn::None {
        return sum(&pass.stations) + end;
    }
    let (first, last) = pass.stations.split_at(split(pass.stations.len()));
    sum(first).max(sum(last) + 24)
}

/// How many stations of a turn stand on its way in: all but the last, which is decided on the way out.
fn split(stations: usize) -> usize {
    if stations > 1 { stations - 1 } else { stations }
}

/// The cards of pods at which lanes end.
fn pod_cards(rows: &[Row], visited: &[Ref], x: i32) -> Vec<(Ref, Rect)> {
    let mut cards = Vec::new();
    for pod in visited {
        let ys = rows
            .iter()
            .filter(|row| row.pod.as_ref() == Some(pod))
            .map(|row| row.y);
        let (first, last) = ys.fold((i32::MAX, i32::MIN), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        if first > last {
            continue;
        }
        let top = first - 16;
        let height = (last + 16 - top).max(POD_HEIGHT + 16);
        cards.push((pod.clone(), rect(x, top, POD_WIDTH, height)));
    }
    cards
}

struct Builder<'a> {
    passes: &'a [Pass],
    rows: &'a [Row],
    base: i32,
    channel: i32,
    pod_x: i32,
    inside: Inside,
}

impl Builder<'_> {
    fn lanes(&mut self) {
        let mut right_turns = 0;
        for (index, pass) in self.passes.iter().enumerate() {
            let path = match turn(pass) {
                Turn::None => self.straight(index),
                Turn::AtRight => {
                    let channel = self.channel - 20 * right_turns;
                    right_turns += i32::from(pass.travel == 0);
                    self.turn_at_right(index, channel)
                }
                Turn::AtLeft => self.turn_at_left(index),
            };
            let path = self.with_pod_marks(pass, path);
            self.inside.lanes.push(InnerLane {
                travel: pass.travel,
                visit: pass.visit,
                path,
            });
        }
    }

    /// Adds the badges that stand before the border of a pod.
    fn with_pod_marks(&mut self, pass: &Pass, mut path: Vec<Vertex>) -> Vec<Vertex> {
        let before = |vertex: &Vertex| vertex.at.offset(-12, 0);
        let first = path
            .first()
            .map(before)
            .zip((!pass.first.is_empty()).then_some(1));
        let last = path
            .last()
            .map(before)
            .zip((!pass.last.is_empty()).then_some(path.len().saturating_sub(1)));
        for (found, marks) in [(last, &pass.last), (first, &pass.first)] {
            let Some((at, index)) = found else { continue };
            for &mark in marks.iter().rev() {
                path.insert(
                    index.min(path.len()),
                    Vertex {
                        at,
                        mark: Some(mark),
                    },
                );
                self.inside.stations.push(Station {
                    mark,
                    rect: rect(at.x, at.y, 0, 0),
                    badge: at,
                    note: at.offset(-20, 24),
                });
            }
        }
        path
    }

    fn row(&self, pass: usize, part: Part) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.pass == pass && row.part == part)
    }

    fn stations(&self, pass: usize) -> Vec<Wanted> {
        self.passes
            .get(pass)
            .map_or_else(Vec::new, |pass| pass.stations.clone())
    }

    fn straight(&mut self, index: usize) -> Vec<Vertex> {
        let Some((y, right)) = self.row(index, Part::Whole).map(|row| (row.y, row.right)) else {
            return Vec::new();
        };
        let stations = self.stations(index);
        let Some(pass) = self.passes.get(index) else {
            return Vec::new();
        };
        let (entry, exit) = (pass.entry.clone(), pass.exit.clone());
        let mut path = Vec::new();
        if right {
            if entry == Port::Nic {
                path.push(plain(0, y));
            }
            let last = self.place_right(&stations, self.base, y, &mut path);
            match exit {
                Port::Inside => path.push(plain(last + 16, y)),
                _ => path.push(plain(self.pod_x, y)),
            }
        } else {
            if matches!(entry, Port::Pod(_)) {
                path.push(plain(self.pod_x, y));
            }
            let last = self.place_left(&stations, self.channel - 20, y, &mut path);
            match exit {
                Port::Inside => path.push(plain((last - 32).max(12), y)),
                _ => path.push(plain(0, y)),
            }
        }
        path
    }

    fn turn_at_right(&mut self, index: usize, channel: i32) -> Vec<Vertex> {
        let (Some(way_in), Some(out)) = (self.row(index, Part::In), self.row(index, Part::Out))
        else {
            return Vec::new();
        };
        let (y_in, y_out) = (way_in.y, out.y);
        let stations = self.stations(index);
        let mut path = vec![plain(0, y_in)];
        if self.passes.get(index).is_some_and(|pass| pass.travel == 1) {
            self.tight_turn(&stations, y_in, y_out, &mut path);
        } else {
            // What is decided before routing stands on the way in, what is decided last on the way out.
            let split = split(stations.len());
            let (first, last) = stations.split_at(split);
            self.place_right(first, self.base, y_in, &mut path);
            path.push(plain(channel, y_in));
            path.push(plain(channel, y_out));
            self.place_left(last, channel - 4, y_out, &mut path);
        }
        path.push(plain(0, y_out));
        path
    }

    /// A reply that turns at its last station, which is as high as both rows.
    fn tight_turn(&mut self, stations: &[Wanted], y_in: i32, y_out: i32, path: &mut Vec<Vertex>) {
        let Some((last, first)) = stations.split_last() else {
            path.push(plain(self.base + 24, y_in));
            path.push(plain(self.base + 24, y_out));
            return;
        };
        let after = self.place_right(first, self.base, y_in, path);
        let x = if first.is_empty() {
            self.base
        } else {
            after + BETWEEN
        };
        let badge = point(x, i32::midpoint(y_in, y_out));
        path.push(plain(x, y_in));
        path.push(Vertex {
            at: badge,
            mark: Some(last.mark),
        });
        path.push(plain(x, y_out));
        self.inside.stations.push(Station {
            mark: last.mark,
            rect: rect(x, y_out - 8, last.width, y_in - y_out + 16),
            badge,
            note: point(x + last.width + 8, badge.y - 4),
        });
    }

    fn turn_at_left(&mut self, index: usize) -> Vec<Vertex> {
        let (Some(way_in), Some(out)) = (self.row(index, Part::In), self.row(index, Part::Out))
        else {
            return Vec::new();
        };
        let (y_in, y_out) = (way_in.y, out.y);
        let span = (y_in - y_out).abs();
        // The turn that spans more lies further out.
        let wider = (0..self.passes.len())
            .filter(|&other| other != index)
            .filter(|&other| {
                self.passes
                    .get(other)
                    .is_some_and(|pass| turn(pass) == Turn::AtLeft)
            })
            .filter(
                |&other| match (self.row(other, Part::In), self.row(other, Part::Out)) {
                    (Some(a), Some(b)) => ((a.y - b.y).abs(), index) > (span, other),
                    _ => false,
                },
            )
            .count();
        let channel = 20 + 20 * to_i32(wider);
        let stations = self.stations(index);
        let split = split(stations.len());
        let (first, last) = stations.split_at(split);
        let mut path = vec![plain(self.pod_x, y_in)];
        self.place_left(first, self.channel - 20, y_in, &mut path);
        path.push(plain(channel, y_in));
        path.push(plain(channel, y_out));
        self.place_right(last, self.base, y_out, &mut path);
        path.push(plain(self.pod_x, y_out));
        path
    }

    /// Places stations from `x` to the right; returns the right end of the last.
    fn place_right(&mut self, stations: &[Wanted], x: i32, y: i32, path: &mut Vec<Vertex>) -> i32 {
        let mut cursor = x;
        let mut end = x;
        for station in stations {
            end = cursor + station.width;
            self.put(station, cursor, y, path);
            cursor += station.width.max(station.note) + BETWEEN;
        }
        end
    }

    /// Places stations so that the first ends at `x` and the others follow to the left; returns the left end of the last.
    fn place_left(&mut self, stations: &[Wanted], x: i32, y: i32, path: &mut Vec<Vertex>) -> i32 {
        let mut cursor = x;
        for station in stations {
            cursor -= station.width.max(station.note);
            self.put(station, cursor, y, path);
            cursor -= BETWEEN;
        }
        if stations.is_empty() {
            x
        } else {
            cursor + BETWEEN
        }
    }

    fn put(&mut self, station: &Wanted, x: i32, y: i32, path: &mut Vec<Vertex>) {
        let badge = point(x, y);
        path.push(Vertex {
            at: badge,
            mark: Some(station.mark),
        });
        self.inside.stations.push(Station {
            mark: station.mark,
            rect: rect(x, y - STATION / 2, station.width, STATION),
            badge,
            note: point(x + 2, y + STATION / 2 + 13),
        });
    }
}

fn plain(x: i32, y: i32) -> Vertex {
    Vertex {
        at: point(x, y),
        mark: None,
    }
}

pub(in crate::scene) fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1024)
}

/// Rounds up to the grid.
pub(in crate::scene) fn snap(value: i32) -> i32 {
    (value + 7).div_euclid(8) * 8
}

/// How lanes go through a card that is no node: a row for each way in or out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPass {
    /// Index of the travel.
    pub travel: usize,
    /// Index of the visit.
    pub visit: usize,
    /// Where the lane comes in: from the left, from the right, or not at all.
    pub entry: Option<Side>,
    /// Where it goes out.
    pub exit: Option<Side>,
    /// The marks decided there.
    pub marks: Vec<usize>,
}

/// A side of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// Lays out a card for the lanes that end at it or pass through it; returns its size.
pub fn open_card(passes: &[CardPass], width: i32) -> (Size, Inside) {
    let through = passes
        .iter()
        .any(|pass| pass.entry.is_some() && pass.exit.is_some());
    // Lanes straight through are as far apart as the rows of nodes, so that they stay straight.
    let turns = passes
        .iter()
        .any(|pass| pass.entry.is_some() && pass.entry == pass.exit);
    let pitch = if turns { 24 } else { 40 };
    let first = if through { 56 } else { 40 };
    // Each end of a pass wants a row; a pass straight through shares one.
    let mut ends: Vec<(usize, bool, bool)> = Vec::new();
    for (index, pass) in passes.iter().enumerate() {
        let straight = pass.entry.is_some() && pass.exit.is_some() && pass.entry != pass.exit;
        if let Some(side) = pass.entry {
            ends.push((index, side == Side::Left, true));
        }
        if let Some(side) = pass.exit
            && !straight
        {
            ends.push((index, side == Side::Right, false));
        }
    }
    let travel = |index: usize| passes.get(index).map_or(0, |pass| pass.travel.min(1));
    ends.sort_by_key(|&(index, right, _)| {
        let order = if right {
            travel(index)
        } else {
            1 - travel(index)
        };
        (!right, order, index)
    });
    let row_of = |index: usize, entering: bool| {
        let position = ends
            .iter()
            .position(|&(pass, _, way_in)| pass == index && way_in == entering);
        position.map(|row| first + pitch * to_i32(row))
    };
    let x_of = |side: Side| if side == Side::Left { 0 } else { width };
    let mut inside = Inside::default();
    for (index, pass) in passes.iter().enumerate() {
        let way_in = pass
            .entry
            .zip(row_of(index, true))
            .map(|(side, y)| point(x_of(side), y));
        let way_out = pass
            .exit
            .zip(row_of(index, false).or_else(|| row_of(index, true)))
            .map(|(side, y)| point(x_of(side), y));
        let path = card_path(pass, way_in, way_out, width, &mut inside.stations);
        inside.lanes.push(InnerLane {
            travel: pass.travel,
            visit: pass.visit,
            path,
        });
    }
    let rows = to_i32(ends.len()).max(1);
    let height = if through {
        first + pitch * (rows - 1) + 32
    } else {
        (first + pitch * (rows - 1) + 24).max(104)
    };
    (
        Size {
            width,
            height: snap(height),
        },
        inside,
    )
}

fn card_path(
    pass: &CardPass,
    way_in: Option<Point>,
    way_out: Option<Point>,
    width: i32,
    stations: &mut Vec<Station>,
) -> Vec<Vertex> {
    let vertex = |at: Point| Vertex { at, mark: None };
    // A badge at a left border stands before the card, so that it does not cover its text.
    let beside = |at: Point| if at.x == 0 { at.offset(-12, 0) } else { at };
    let (mut path, badges): (Vec<Vertex>, Vec<Point>) = match (way_in, way_out) {
        (Some(a), Some(b)) => {
            let spread = to_i32(pass.marks.len().saturating_sub(1)) * 12;
            let middle = width / 2;
            let forward = if a.x == 0 { 1 } else { -1 };
            let at = (0..pass.marks.len())
                .map(|index| point(middle + forward * (24 * to_i32(index) - spread), a.y))
                .collect();
            let mut path = vec![vertex(a)];
            if a.y != b.y {
                let turn = width - 16;
                let turn = if a.x == 0 { turn } else { 16 };
                path.push(vertex(point(turn, a.y)));
                path.push(vertex(point(turn, b.y)));
            }
            path.push(vertex(b));
            (path, at)
        }
        (Some(at), None) | (None, Some(at)) => {
            (vec![vertex(at)], vec![beside(at); pass.marks.len()])
        }
        (None, None) => {
            let middle = point(width / 2, 72);
            (vec![vertex(middle)], vec![middle; pass.marks.len()])
        }
    };
    let mut marked: Vec<Vertex> = Vec::new();
    for (&mark, &badge) in pass.marks.iter().zip(&badges) {
        stations.push(Station {
            mark,
            rect: rect(badge.x, badge.y, 0, 0),
            badge,
            note: point(badge.x + 12, badge.y - 12),
        });
        marked.push(Vertex {
            at: badge,
            mark: Some(mark),
        });
    }
    let index = usize::from(path.len() > 1 || way_in.is_none());
    if way_in.is_none() && way_out.is_some() {
        // The lane starts at the card's border and passes the badges.
        path.splice(1..1, marked);
    } else if path.len() > 1 {
        path.splice(index..index, marked);
    } else {
        path.splice(0..0, marked);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::object::Kind;

    fn pass(travel: usize, entry: Port, exit: Port, marks: &[usize]) -> Pass {
        let stations = marks
            .iter()
            .map(|&mark| Wanted {
                mark,
                width: 100,
                note: 0,
            })
            .collect();
        Pass {
            travel,
            visit: 0,
            entry,
            exit,
            stations,
            first: Vec::new(),
            last: Vec::new(),
        }
    }

    #[test]
    fn a_reply_that_turns_lies_within_the_turn_of_the_request() {
        let passes = [
            pass(0, Port::Nic, Port::Nic, &[3, 4]),
            pass(1, Port::Nic, Port::Nic, &[9]),
        ];
        let node = open_node(&passes, &[], 3, 0);
        let ends = |index: usize| {
            let lane = &node.inside.lanes[index].path;
            (lane[0].at.y, lane[lane.len() - 1].at.y)
        };
        assert_eq!(ends(0), (56, 160));
        assert_eq!(ends(1), (120, 96));
    }

    #[test]
    fn what_arrives_at_a_pod_lies_above_what_leaves_it() {
        let pod = Port::Pod(Ref::scoped(Kind::Pod, "default", "web"));
        let passes = [
            pass(0, Port::Nic, pod.clone(), &[7]),
            pass(1, pod, Port::Nic, &[8]),
        ];
        let node = open_node(&passes, &[], 3, 0);
        assert_eq!(node.cards.len(), 1);
        let card = node.cards[0].1;
        let arrives = node.inside.lanes[0].path.last().unwrap().at;
        let leaves = node.inside.lanes[1].path[0].at;
        assert_eq!((arrives.x, leaves.x), (card.x, card.x));
        assert!(card.y < arrives.y && arrives.y < leaves.y && leaves.y < card.bottom());
    }

    #[test]
    fn a_card_with_a_lane_straight_through_has_one_row() {
        let pass = CardPass {
            travel: 0,
            visit: 1,
            entry: Some(Side::Left),
            exit: Some(Side::Right),
            marks: vec![1],
        };
        let (size, inside) = open_card(&[pass], 112);
        assert_eq!(size.height, 88);
        let lane: Vec<_> = inside.lanes[0]
            .path
            .iter()
            .map(|vertex| vertex.at)
            .collect();
        assert_eq!(lane, [point(0, 56), point(56, 56), point(112, 56)]);
    }
}
