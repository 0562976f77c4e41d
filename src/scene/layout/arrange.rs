//! Moving objects by hand: what can be moved, where it goes, and which edges line up.
//!
//! While an object is dragged the picture stays as it is; only where it is dropped is written down.
//! The next layout keeps boxes apart, so a place upon another box becomes the nearest free one.

use super::{Freedom, Placement};
use crate::model::object::Ref;
use crate::scene::geometry::{Point, Rect, point};

/// The grid on which objects stand.
pub const STEP: i32 = 8;

/// An object that is being moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lift {
    /// The object.
    pub object: Ref,
    /// Where it stands.
    pub from: Rect,
    /// What it stands in.
    pub around: Rect,
    freedom: Freedom,
    /// What stands beside it.
    others: Vec<Rect>,
}

/// A line along edges that are level: from, to.
pub type Guide = (Point, Point);

impl Placement {
    /// Takes an object up; `None` if its place is computed.
    pub fn lift(&self, object: &Ref) -> Option<Lift> {
        let index = self.find(object)?;
        let placed = self.boxes.get(index)?;
        if placed.freedom == Freedom::Fixed {
            return None;
        }
        let others = self.boxes.iter().enumerate().filter(|(other, box_)| {
            *other != index && box_.parent == placed.parent && box_.object.is_some()
        });
        let around = placed.parent.and_then(|parent| self.boxes.get(parent));
        Some(Lift {
            object: object.clone(),
            from: placed.rect,
            around: around.map_or(placed.rect, |around| around.rect),
            freedom: placed.freedom,
            others: others.map(|(_, other)| other.rect).collect(),
        })
    }
}

impl Lift {
    /// Where it is after a movement, on the grid and not beyond the corner of what it stands in.
    pub fn moved(&self, by: Point) -> Rect {
        let on_grid = |from: i32, by: i32, corner: i32| {
            // The grid begins at the corner, from which positions are measured.
            let at = from + by - corner;
            corner + ((at + STEP / 2).div_euclid(STEP) * STEP).max(0)
        };
        match self.freedom {
            Freedom::Fixed => self.from,
            Freedom::Column(corner) => Rect {
                y: on_grid(self.from.y, by.y, corner.y),
                ..self.from
            },
            Freedom::Free(corner) => Rect {
                x: on_grid(self.from.x, by.x, corner.x),
                y: on_grid(self.from.y, by.y, corner.y),
                ..self.from
            },
        }
    }

    /// The position to write down for a place.
    pub fn position(&self, at: Rect) -> (i32, i32) {
        match self.freedom {
            Freedom::Fixed => (0, 0),
            Freedom::Column(corner) | Freedom::Free(corner) => (at.x - corner.x, at.y - corner.y),
        }
    }

    /// The edges of `at` that line up with those of other objects.
    pub fn guides(&self, at: Rect) -> Vec<Guide> {
        let mut guides = Vec::new();
        let around = self.around.union(at).grown(4);
        for x in [at.x, at.right()] {
            if self
                .others
                .iter()
                .any(|other| x == other.x || x == other.right())
            {
                guides.push((point(x, around.y), point(x, around.bottom())));
            }
        }
        for y in [at.y, at.bottom()] {
            if self
                .others
                .iter()
                .any(|other| y == other.y || y == other.bottom())
            {
                guides.push((point(around.x, y), point(around.right(), y)));
            }
        }
        guides
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simulation::Simulation;
    use crate::model::object::Kind;
    use crate::scene::layout::place;

    fn kubenet() -> Placement {
        let scenario = crate::scenarios::find("kubenet").unwrap();
        place(Simulation::new(&scenario.document()).network(), None)
    }

    #[test]
    fn what_is_lifted_snaps_to_eight_pixels_and_stays_in_its_container() {
        let lift = kubenet().lift(&Ref::new(Kind::Node, "n0")).unwrap();
        let moved = lift.moved(point(13, -3));
        assert_eq!((moved.x - lift.from.x, moved.y - lift.from.y), (16, 0));
        assert_eq!(lift.position(lift.moved(point(-9_000, -9_000))), (0, 0));
    }

    #[test]
    fn an_object_of_a_column_moves_up_and_down_only() {
        let lift = kubenet()
            .lift(&Ref::scoped(Kind::Service, "default", "web"))
            .unwrap();
        let moved = lift.moved(point(80, 80));
        assert_eq!((moved.x - lift.from.x, moved.y - lift.from.y), (0, 80));
    }

    #[test]
    fn what_has_its_place_computed_is_not_lifted() {
        assert_eq!(
            kubenet().lift(&Ref::scoped(Kind::Pod, "default", "p0")),
            None
        );
    }

    #[test]
    fn guides_show_where_edges_are_level() {
        let lift = kubenet().lift(&Ref::new(Kind::Node, "n1")).unwrap();
        // It stands below the other node and is as wide.
        assert_eq!(lift.guides(lift.from).len(), 2);
        assert_eq!(lift.guides(lift.from.offset(4, 4)), []);
    }
}
