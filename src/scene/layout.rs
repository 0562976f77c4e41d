//! Where everything stands: nested boxes on a grid of eight pixels.
//!
//! Columns from left to right are outside (internet above, on-premises below), entry (load
//! balancers, Services, DNS) and the virtual networks. What the shown branch visits is opened, so
//! that its stations have room; the rest keeps its place and stays small. Positions do not depend
//! on the language, on the level of detail or on the moment of the walk.

pub mod arrange;
mod build;
pub mod inside;
mod pack;

use std::collections::BTreeMap;

use super::geometry::{Point, Rect, Size};
use super::journey::Journey;
use super::numbering::Numbering;
use super::route::cable::{Cable, cables};
use super::route::{self, Lane};
use crate::engine::trace::Branch;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use inside::Inside;

/// How often the gutters are widened before lanes may run closer together.
const WIDENINGS: i32 = 4;

/// A placed network, and the lanes of a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The canvas.
    pub size: Size,
    /// The boxes; a container precedes what it contains.
    pub boxes: Vec<Placed>,
    /// What is inside the boxes that lanes pass through.
    pub insides: BTreeMap<Ref, Inside>,
    /// The lanes of the request and its reply.
    pub lanes: Vec<Lane>,
    /// The lines between objects that are no lanes.
    pub cables: Vec<Cable>,
    /// The journey that was placed.
    pub journey: Journey,
    /// The numbers of its steps.
    pub numbering: Numbering,
    index: BTreeMap<Ref, usize>,
}

/// A box in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What it shows, if it is one object.
    pub object: Option<Ref>,
    /// How it looks.
    pub look: Look,
    /// Where it is.
    pub rect: Rect,
    /// Its title, which no lane crosses.
    pub title: Rect,
    /// Index of the box around it.
    pub parent: Option<usize>,
    /// How the reader may move it.
    pub freedom: Freedom,
    /// Whether the shown branch visits it or something inside.
    pub on_path: bool,
    /// Pods inside that are dots, in order.
    pub dots: Vec<Ref>,
    /// Where the dots begin.
    pub dots_at: Point,
    /// How many dots a row has.
    pub dots_per_row: usize,
}

/// How the reader may move a box, and the corner from which its position is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Not at all: its place follows from others.
    Fixed,
    /// Up and down in its column.
    Column(Point),
    /// Anywhere in its container.
    Free(Point),
}

impl Freedom {
    /// The same with the corner for a box that was measured from its container and now stands at `at`.
    fn measured_from(self, at: Point) -> Self {
        match self {
            Freedom::Fixed => Freedom::Fixed,
            Freedom::Column(from) => Freedom::Column(at.offset(-from.x, -from.y)),
            Freedom::Free(from) => Freedom::Free(at.offset(-from.x, -from.y)),
        }
    }
}

/// How a box looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The internet.
    Internet,
    /// An on-premises network.
    OnPremises,
    /// Azure.
    Azure,
    /// Pods that run on no node, and nodes in no subnet.
    Unplaced,
    /// A virtual network with its title on one line.
    Vnet,
    /// A virtual network that is not opened: name above prefix, machines beside.
    CompactVnet,
    /// A subnet with its title on one line.
    Subnet,
    /// A subnet that is not opened.
    CompactSubnet,
    /// A node.
    Node,
    /// A node that lanes pass through.
    OpenNode,
    /// An object in two or three lines.
    Card,
    /// An object at which lanes end.
    EndCard,
    /// An object that lanes pass through.
    ThroughCard,
    /// So many more of the same kind.
    More(Kind, usize),
}

impl Look {
    /// Whether it contains other boxes.
    pub const fn is_container(self) -> bool {
        !matches!(
            self,
            Look::Card | Look::EndCard | Look::ThroughCard | Look::More(..)
        )
    }

    /// Whether it is a region: no outline, and everything may stand in it.
    pub const fn is_region(self) -> bool {
        matches!(
            self,
            Look::Internet | Look::OnPremises | Look::Azure | Look::Unplaced
        )
    }
}

impl Placement {
    /// The index of the box that shows an object.
    pub fn find(&self, object: &Ref) -> Option<usize> {
        self.index.get(object).copied()
    }

    /// Where an object is shown; for a pod that is a dot, the dot.
    pub fn rect_of(&self, object: &Ref) -> Option<Rect> {
        if let Some(placed) = self.find(object).and_then(|index| self.boxes.get(index)) {
            return Some(placed.rect);
        }
        let shown = |placed: &Placed| {
            let dot = placed.dots.iter().position(|dot| dot == object)?;
            Some(placed.dot(dot))
        };
        self.boxes.iter().find_map(shown)
    }

    /// The box and all that it stands in, from inside out.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(index), |&index| {
            self.boxes.get(index).and_then(|placed| placed.parent)
        })
    }

    /// The smallest rectangle around everything that the shown branch visits.
    pub fn path_bounds(&self) -> Option<Rect> {
        let visited = self
            .boxes
            .iter()
            .filter(|placed| placed.on_path && !placed.look.is_region())
            .map(|placed| placed.rect);
        visited.reduce(Rect::union)
    }
}

impl Placed {
    /// Where the dot of the pod at `index` is.
    pub fn dot(&self, index: usize) -> Rect {
        let per_row = self.dots_per_row.max(1);
        let (column, row) = (index % per_row, index / per_row);
        super::geometry::rect(
            self.dots_at.x + inside::to_i32(column) * inside::DOT_PITCH,
            self.dots_at.y + inside::to_i32(row) * inside::DOT_PITCH,
            inside::DOT,
            inside::DOT,
        )
    }
}

/// Places the network, opened for `branch`, and routes its lanes.
///
/// Gutters are widened until every lane has a channel of its own; on a layout where even that does
/// not help, lanes come closer, but never through a box.
pub fn place(network: &Network, branch: Option<&Branch>) -> Placement {
    let numbering = branch.map_or_else(Numbering::default, |branch| {
        Numbering::of(&branch.connection)
    });
    let journey = branch.map_or_else(Journey::default, |branch| {
        Journey::of(network, branch, &numbering)
    });
    for widening in 0..=WIDENINGS {
        let mut placement = build::build(network, branch, &journey, &numbering, 8 * widening);
        let last = widening == WIDENINGS;
        if let Some(lanes) = route::route(&placement, &journey.travels, last) {
            placement.lanes = lanes;
            placement.cables = cables(network, &placement);
            placement.journey = journey;
            placement.numbering = numbering;
            return placement;
        }
    }
    Placement::default()
}
