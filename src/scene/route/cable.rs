//! Cables: lines between objects that no packet is on. They are routed last and give way to lanes.

use std::sync::Arc;

use super::super::geometry::{Point, Rect, point};
use super::super::layout::{Look, Placement};
use super::grid::{Grid, Segment, straightened};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// A cable in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// Unique in the picture.
    pub key: String,
    /// What it means.
    pub kind: CableKind,
    /// The object that it shows, if it is one.
    pub object: Option<Ref>,
    /// Its corners.
    pub points: Vec<Point>,
}

/// What a cable means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CableKind {
    /// A controller made one from the other.
    MadeFrom,
    /// A peering of two virtual networks.
    Peering,
    /// A connection of a gateway to a network on premises.
    Vpn,
}

/// How far a cable keeps from boxes that it does not join.
const CLEARANCE: i32 = 4;
/// How far it leaves a box before it turns.
const LEAVE: i32 = 6;

/// The cables of a network whose lanes are routed; one that finds no way is left out.
pub fn cables(network: &Network, placement: &Placement) -> Vec<Cable> {
    let mut cables = Vec::new();
    for balancer in &network.load_balancers {
        let made = balancer.reference();
        for frontend in &balancer.frontends {
            let key = format!("made-{}-{}", frontend.caused_by, made);
            if frontend.caused_by.kind == Kind::Service
                && let Some(points) = join(placement, &frontend.caused_by, &made)
            {
                cables.push(Cable {
                    key,
                    kind: CableKind::MadeFrom,
                    object: None,
                    points,
                });
            }
        }
    }
    cables.dedup_by(|a, b| a.key == b.key);
    cables.extend(peerings(network, placement));
    cables.extend(connections(network, placement));
    cables
}

fn peerings(network: &Network, placement: &Placement) -> Vec<Cable> {
    let mut seen: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    let mut cables = Vec::new();
    for vnet in &network.vnets {
        for peering in &vnet.peerings {
            let Some(remote) = network.vnet(&peering.remote) else {
                continue;
            };
            let (a, b) = (vnet.meta.name.clone(), remote.meta.name.clone());
            if a == b
                || seen.contains(&(b.clone(), a.clone()))
                || seen.contains(&(a.clone(), b.clone()))
            {
                continue;
            }
            seen.push((a, b));
            if let Some(points) = join(placement, &vnet.reference(), &remote.reference()) {
                cables.push(Cable {
                    key: format!("peering-{}-{}", vnet.meta.name, peering.meta.name),
                    kind: CableKind::Peering,
                    object: Some(Ref::scoped(
                        Kind::Peering,
                        vnet.meta.name.clone(),
                        peering.meta.name.clone(),
                    )),
                    points,
                });
            }
        }
    }
    cables
}

fn connections(network: &Network, placement: &Placement) -> Vec<Cable> {
    let mut cables = Vec::new();
    for connection in &network.connections {
        let gateway = Ref::new(Kind::Gateway, connection.gateway.clone());
        let local = connection
            .local_gateway
            .as_ref()
            .map(|name| Ref::new(Kind::LocalGateway, name.clone()));
        if let Some(local) = local
            && let Some(points) = join(placement, &local, &shown(placement, gateway))
        {
            cables.push(Cable {
                key: format!("connection-{}", connection.meta.name),
                kind: CableKind::Vpn,
                object: Some(Ref::new(Kind::Connection, connection.meta.name.clone())),
                points,
            });
        }
    }
    cables
}

/// The box to which a cable of `object` goes: a subnet that is not opened stands for what is in it.
fn shown(placement: &Placement, object: Ref) -> Ref {
    let parent = placement
        .find(&object)
        .and_then(|index| placement.boxes.get(index)?.parent)
        .and_then(|parent| placement.boxes.get(parent))
        .filter(|parent| parent.look == Look::CompactSubnet);
    parent
        .and_then(|parent| parent.object.clone())
        .unwrap_or(object)
}

/// The shortest line from a side of one box to a side of the other that touches no third.
fn join(placement: &Placement, a: &Ref, b: &Ref) -> Option<Vec<Point>> {
    let (a, b) = (placement.find(a)?, placement.find(b)?);
    let (from, to) = (placement.boxes.get(a)?.rect, placement.boxes.get(b)?.rect);
    let mut sides = Vec::new();
    // Facing sides first, then any pair; directions are 0 right, 1 down, 2 left, 3 up.
    if from.right() <= to.x {
        sides.push((0, 2));
    }
    if to.right() <= from.x {
        sides.push((2, 0));
    }
    if to.bottom() <= from.y {
        sides.push((3, 1));
    }
    if from.bottom() <= to.y {
        sides.push((1, 3));
    }
    sides.extend([(0, 2), (0, 0), (2, 2), (1, 1)]);
    sides.into_iter().find_map(|(out, into)| {
        let (start, goal) = ports(from, out, to, into);
        way(placement, (a, b), (start, out), (goal, into))
    })
}

/// The ports on two sides: level with each other where the boxes face each other.
fn ports(from: Rect, out: usize, to: Rect, into: usize) -> (Point, Point) {
    let shared = |a0: i32, a1: i32, b0: i32, b1: i32| {
        let (low, high) = (a0.max(b0), a1.min(b1));
        (high - low >= 16).then(|| i32::midpoint(low, high))
    };
    let side = |rect: Rect, side: usize, along: Option<i32>| match side {
        0 => point(rect.right(), along.unwrap_or(rect.centre().y)),
        1 => point(along.unwrap_or(rect.centre().x), rect.bottom()),
        2 => point(rect.x, along.unwrap_or(rect.centre().y)),
        _ => point(along.unwrap_or(rect.centre().x), rect.y),
    };
    let along = if out % 2 == 1 && into % 2 == 1 {
        shared(from.x, from.right(), to.x, to.right())
    } else if out.is_multiple_of(2) && into.is_multiple_of(2) {
        shared(from.y, from.bottom(), to.y, to.bottom())
    } else {
        None
    };
    (side(from, out, along), side(to, into, along))
}

fn way(
    placement: &Placement,
    boxes: (usize, usize),
    (from, out): (Point, usize),
    (to, into): (Point, usize),
) -> Option<Vec<Point>> {
    let start = super::ahead(from, out, LEAVE);
    let goal = super::ahead(to, into, LEAVE);
    let (inside, closed) = super::scope(placement, boxes);
    let mut xs = vec![start.x, goal.x];
    let mut ys = vec![start.y, goal.y];
    for rect in &closed {
        xs.extend([rect.x - 8, rect.right() + 8]);
        ys.extend([rect.y - 8, rect.bottom() + 8]);
    }
    let size = placement.size;
    xs.retain(|&x| (4..size.width - 4).contains(&x));
    ys.retain(|&y| (4..size.height - 4).contains(&y));
    let mut grid = Grid::new(xs, ys);
    for rect in &closed {
        grid.close(rect.grown(CLEARANCE));
    }
    for index in inside {
        if let Some(placed) = placement.boxes.get(index) {
            grid.close(placed.title);
            grid.keep_off_border(placed.rect, 3);
        }
    }
    for lane in &placement.lanes {
        for pair in lane.path.windows(2) {
            if let [a, b] = pair {
                grid.keep_off_lane(Segment { a: a.at, b: b.at }, 6);
            }
        }
    }
    let way = grid.way(start, out, goal, (into + 2) % 4)?;
    Some(straightened([vec![from], way, vec![to]].concat()))
}
