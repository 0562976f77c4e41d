//! Pointers on the canvas: one drags, two scale. Arithmetic only.

use crate::model::object::Ref;
use crate::scene::geometry::Point;

/// A pointer that is down, and where it was last.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pointer {
    id: i32,
    x: f64,
    y: f64,
}

/// What a movement of the pointers means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Whether it is the first one after the pointer went down.
    pub begins: bool,
    /// Pixels to the right.
    pub x: f64,
    /// Pixels down.
    pub y: f64,
    /// Factor of the scale.
    pub factor: f64,
    /// Between the pointers, on the screen.
    pub middle: (f64, f64),
}

/// The pointers that are down.
#[derive(Debug, Default)]
pub struct Gesture {
    pointers: Vec<Pointer>,
    travelled: f64,
    dragged: bool,
    /// An object that is dragged instead of the picture, and how far, in pixels.
    pub held: Option<Held>,
}

/// An object under a pointer that is down.
#[derive(Debug)]
pub struct Held {
    /// What it is.
    pub object: Ref,
    /// Where in the picture it was taken.
    pub at: Point,
    /// How far the pointer has moved, in pixels of the screen.
    pub by: (f64, f64),
}

/// How far a pointer may tremble and still click, in pixels.
const TREMOR: f64 = 4.0;

impl Gesture {
    /// A pointer goes down.
    pub fn down(&mut self, id: i32, x: f64, y: f64) {
        self.pointers.retain(|pointer| pointer.id != id);
        self.pointers.push(Pointer { id, x, y });
        self.held = None;
        if self.pointers.len() == 1 {
            self.travelled = 0.0;
            self.dragged = false;
        }
    }

    /// A pointer moves; `None` while it may still be a click.
    pub fn moved(&mut self, id: i32, x: f64, y: f64) -> Option<Change> {
        let index = self.pointers.iter().position(|pointer| pointer.id == id)?;
        let other = self
            .pointers
            .iter()
            .find(|pointer| pointer.id != id)
            .copied();
        let pointer = self.pointers.get_mut(index)?;
        let (dx, dy) = (x - pointer.x, y - pointer.y);
        self.travelled += dx.hypot(dy);
        let factor = other.map_or(1.0, |other| {
            let before = (pointer.x - other.x).hypot(pointer.y - other.y).max(1.0);
            (x - other.x).hypot(y - other.y).max(1.0) / before
        });
        if self.travelled < TREMOR && other.is_none() {
            return None;
        }
        (pointer.x, pointer.y) = (x, y);
        let begins = !std::mem::replace(&mut self.dragged, true);
        let share = if other.is_some() { 0.5 } else { 1.0 };
        let middle = other.map_or((x, y), |other| {
            (f64::midpoint(x, other.x), f64::midpoint(y, other.y))
        });
        Some(Change {
            begins,
            x: dx * share,
            y: dy * share,
            factor,
            middle,
        })
    }

    /// Whether the pointer that is or was down has moved.
    pub fn has_dragged(&self) -> bool {
        self.dragged
    }

    /// Whether only one pointer is down.
    pub fn is_alone(&self) -> bool {
        self.pointers.len() == 1
    }

    /// The held object moves with the pointer.
    pub fn carry(&mut self, change: &Change) -> Option<&Held> {
        let held = self.held.as_mut()?;
        held.by.0 += change.x;
        held.by.1 += change.y;
        Some(held)
    }

    /// A pointer goes up.
    pub fn up(&mut self, id: i32) {
        self.pointers.retain(|pointer| pointer.id != id);
    }

    /// Whether the click that comes now is the end of a drag.
    pub fn take_dragged(&mut self) -> bool {
        std::mem::take(&mut self.dragged)
    }
}

/// The factor of a turn of the wheel, or of a pinch on a trackpad.
pub fn wheel_factor(delta: f64) -> f64 {
    (-delta.clamp(-100.0, 100.0) / 100.0 * 1.25_f64.ln()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trembling_pointer_still_clicks() {
        let mut gesture = Gesture::default();
        gesture.down(1, 10.0, 10.0);
        assert_eq!(gesture.moved(1, 12.0, 10.0), None);
        gesture.up(1);
        assert!(!gesture.take_dragged());
    }

    #[test]
    fn two_pointers_scale_around_their_middle() {
        let mut gesture = Gesture::default();
        gesture.down(1, 0.0, 0.0);
        gesture.down(2, 100.0, 0.0);
        let change = gesture.moved(2, 200.0, 0.0).unwrap();
        assert_eq!((change.factor, change.middle), (2.0, (100.0, 0.0)));
        gesture.up(1);
        gesture.up(2);
        assert!(gesture.take_dragged());
    }
}
