//! The inside of a box that a packet visits: rows of lanes, and the stations on them.
//!
//! Rows are ordered so that each direction keeps left and nested turns never cross: what runs right
//! lies above what runs left, and the reply lies within the request.

mod card;
mod lanes;
mod rows;

use super::super::geometry::{Point, Rect, Size, point, rect};
use crate::model::object::Ref;
pub use card::{CardPass, Side, open_card};
use lanes::Builder;
use rows::{place_rows, pod_cards, row_width, rows, visited_pods};

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
    /// Marks of the pod that the lane comes to.
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

pub(in crate::scene) fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1024)
}

/// Rounds up to the grid.
pub(in crate::scene) fn snap(value: i32) -> i32 {
    (value + 7).div_euclid(8) * 8
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
