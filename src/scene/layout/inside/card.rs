//! The inside of a card that lanes end at or run through.

use super::{InnerLane, Inside, Station, Vertex, snap, to_i32};
use crate::scene::geometry::{Point, Size, point, rect};

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
