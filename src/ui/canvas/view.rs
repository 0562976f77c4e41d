//! From what the canvas should show to offset and scale. Arithmetic only.

use yew::AttrValue;

use super::bounds_of;
use crate::model::object::Kind;
use crate::scene::geometry::Rect;
use crate::scene::shape::{Element, ElementKind, Scene};
use crate::ui::answer::Walk;
use crate::ui::store::Viewport;

/// The least and the greatest scale.
const LIMITS: (f64, f64) = (0.05, 4.0);
/// Up to this width the packet is followed, in pixels.
const NARROW: i32 = 639;
/// Below this scale the path alone is shown at first, because its texts would be too small to read.
const COMFORTABLE: f64 = 0.85;
/// The scale at which a narrow screen follows, and below which it does not show the whole picture unless asked by hand.
const READABLE: f64 = 0.8;

/// The room for the picture, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Width of the canvas.
    pub width: i32,
    /// Height of the canvas.
    pub height: i32,
    /// What tools cover at the top.
    pub top: i32,
}

impl Frame {
    /// Whether it is a phone's; a frame that was not measured yet is none.
    fn is_narrow(self) -> bool {
        (1..=NARROW).contains(&self.width)
    }

    /// What the legend and the buttons cover at the bottom; where nothing is at the top, they are missing, too.
    fn bottom(self) -> i32 {
        if self.top > 0 { 44 } else { 4 }
    }

    /// The middle of the part that is free.
    pub fn middle(self) -> (f64, f64) {
        (
            f64::from(self.width) / 2.0,
            f64::from(self.height + self.top) / 2.0,
        )
    }
}

/// Offset and scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    x: f64,
    y: f64,
    scale: f64,
}

impl Transform {
    /// What `viewport` means for this scene in this frame.
    pub fn of(
        viewport: Viewport,
        frame: Frame,
        scene: &Scene,
        walk: Option<&Walk>,
        playhead: usize,
    ) -> Self {
        let all = Rect {
            x: 0,
            y: 0,
            width: scene.size.width,
            height: scene.size.height,
        };
        match viewport {
            Viewport::At { x, y, scale } => Self { x, y, scale },
            Viewport::FitAll => {
                let whole = Self::fitting(all, frame);
                if !frame.is_narrow() || whole.scale >= READABLE {
                    return whole;
                }
                Self::following(scene, walk, playhead, frame)
                    .or_else(|| Self::on_cluster(scene, frame))
                    .unwrap_or(whole)
            }
            Viewport::FitPath => Self::fitting(bounds_of(scene, is_path).unwrap_or(all), frame),
            Viewport::Auto if !frame.is_narrow() => {
                let whole = Self::fitting(all, frame);
                let path = bounds_of(scene, is_near_path).map(|path| path.grown(8));
                match path {
                    Some(path) if whole.scale < COMFORTABLE => Self::fitting(path, frame)
                        .within(scene, frame)
                        .with_titles(path, frame),
                    _ => whole,
                }
            }
            Viewport::Auto => Self::following(scene, walk, playhead, frame)
                .unwrap_or_else(|| Self::fitting(all, frame)),
        }
    }

    /// All of `part` in the middle of the frame, never larger than life.
    fn fitting(part: Rect, frame: Frame) -> Self {
        let side = if frame.top > 0 { 14 } else { 4 };
        let room = (
            f64::from(frame.width - 2 * side),
            f64::from(frame.height - frame.top - frame.bottom()),
        );
        let size = (f64::from(part.width.max(1)), f64::from(part.height.max(1)));
        let scale = (room.0 / size.0).min(room.1 / size.1).clamp(LIMITS.0, 1.0);
        let left = f64::from(side) + (room.0 - size.0 * scale).max(0.0) / 2.0;
        let top = f64::from(frame.top) + (room.1 - size.1 * scale).max(0.0) / 2.0;
        Self {
            x: left - f64::from(part.x) * scale,
            y: top - f64::from(part.y) * scale,
            scale,
        }
    }

    /// The current step and the packet in the middle, at a scale that can be read.
    fn following(
        scene: &Scene,
        walk: Option<&Walk>,
        playhead: usize,
        frame: Frame,
    ) -> Option<Self> {
        let walk = walk?;
        let at = walk.stop(playhead.min(walk.len().checked_sub(1)?))?.at;
        let here =
            |element: &Element| element.kind == ElementKind::Packet || element.step == Some(at);
        let part = bounds_of(scene, here)?;
        let room = f64::from(frame.width - 24);
        let scale = (room / f64::from(part.width.max(1))).min(READABLE);
        let (x, y) = frame.middle();
        let centre = part.centre();
        let placed = Self {
            x: x - f64::from(centre.x) * scale,
            y: y - f64::from(centre.y) * scale,
            scale,
        };
        Some(placed.within(scene, frame))
    }

    /// The first node at a scale that can be read, where there is no step to follow.
    fn on_cluster(scene: &Scene, frame: Frame) -> Option<Self> {
        let is_node = |element: &&Element| {
            let mut object = element.object.iter();
            object.any(|object| object.kind == Kind::Node)
        };
        let first = scene.elements.iter().find(is_node)?;
        let part = bounds_of(scene, |element| element.key == first.key)?;
        let placed = Self {
            x: 16.0 - f64::from(part.x) * READABLE,
            y: f64::from(frame.top) + 16.0 - f64::from(part.y) * READABLE,
            scale: READABLE,
        };
        Some(placed.within(scene, frame))
    }

    /// Moved so that no more than needed is empty; in the middle where all of it has room.
    fn within(self, scene: &Scene, frame: Frame) -> Self {
        let bound = |offset: f64, size: i32, room: i32, start: i32| {
            let (size, room, start) = (
                f64::from(size) * self.scale,
                f64::from(room),
                f64::from(start),
            );
            let free = room - start - size;
            if free > 0.0 {
                return start + free / 2.0;
            }
            offset.clamp(room - size, start)
        };
        Self {
            x: bound(self.x, scene.size.width, frame.width - 8, 8),
            y: bound(self.y, scene.size.height, frame.height - 16, frame.top),
            ..self
        }
    }

    /// Moved down to where the picture begins, with the names of its regions, if all of `path` is still in sight.
    fn with_titles(self, path: Rect, frame: Frame) -> Self {
        let y = self.y.max(f64::from(frame.top));
        let end = y + f64::from(path.y + path.height) * self.scale;
        let is_in_sight = end <= f64::from(frame.height - frame.bottom());
        Self {
            y: if is_in_sight { y } else { self.y },
            ..self
        }
    }

    /// Scaled by `factor` around a point of the canvas.
    #[must_use]
    pub fn scaled(self, factor: f64, x: f64, y: f64) -> Self {
        let scale = (self.scale * factor).clamp(LIMITS.0, LIMITS.1);
        let ratio = scale / self.scale;
        Self {
            x: x - (x - self.x) * ratio,
            y: y - (y - self.y) * ratio,
            scale,
        }
    }

    /// Moved by pixels.
    #[must_use]
    pub fn moved(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
            ..self
        }
    }

    /// The point of the picture under a point of the canvas.
    pub fn inverse(self, x: f64, y: f64) -> (f64, f64) {
        self.length((x - self.x, y - self.y))
    }

    /// A movement on the screen as one in the picture.
    pub fn length(self, (x, y): (f64, f64)) -> (f64, f64) {
        (x / self.scale, y / self.scale)
    }

    /// What to keep of it.
    pub fn viewport(self) -> Viewport {
        Viewport::At {
            x: self.x,
            y: self.y,
            scale: self.scale,
        }
    }

    /// The scale in percent.
    pub fn percent(self) -> u16 {
        // Between 5 and 400 by the limits above.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 5 to 400"
        )]
        {
            (self.scale * 100.0).round().clamp(1.0, 1000.0) as u16
        }
    }

    /// The value of a `transform` attribute.
    pub fn attribute(self) -> AttrValue {
        format!(
            "translate({:.1} {:.1}) scale({:.4})",
            self.x, self.y, self.scale
        )
        .into()
    }
}

fn is_path(element: &Element) -> bool {
    matches!(
        element.kind,
        ElementKind::RequestLane
            | ElementKind::ReplyLane
            | ElementKind::Badge
            | ElementKind::Packet
            | ElementKind::Station
            | ElementKind::Gate
    )
}

/// Whether an element belongs to the path, or is a small object on it.
fn is_near_path(element: &Element) -> bool {
    let on_path = !element.class.split(' ').any(|class| class == "is-quiet");
    let node = element
        .object
        .as_ref()
        .is_some_and(|object| object.kind == Kind::Node);
    is_path(element) || (on_path && (node || element.kind == ElementKind::Leaf))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_under_the_pointer_stays_there_when_the_scale_changes() {
        let before = Transform {
            x: 10.0,
            y: 20.0,
            scale: 0.5,
        };
        let after = before.scaled(1.25, 200.0, 120.0);
        let under = |transform: Transform| {
            (
                (200.0 - transform.x) / transform.scale,
                (120.0 - transform.y) / transform.scale,
            )
        };
        assert!((under(before).0 - under(after).0).abs() < 1e-9);
        assert!((under(before).1 - under(after).1).abs() < 1e-9);
    }

    #[test]
    fn a_small_picture_is_shown_as_large_as_it_is_and_in_the_middle() {
        let part = Rect {
            x: 0,
            y: 0,
            width: 100,
            height: 50,
        };
        let frame = Frame {
            width: 828,
            height: 508,
            top: 64,
        };
        let fitted = Transform::fitting(part, frame);
        assert_eq!((fitted.x, fitted.y, fitted.scale), (364.0, 239.0, 1.0));
    }

    #[test]
    fn names_of_regions_are_shown_where_the_path_still_has_room() {
        let path = Rect {
            x: 0,
            y: 100,
            width: 400,
            height: 200,
        };
        let at = |height| {
            let frame = Frame {
                width: 768,
                height,
                top: 64,
            };
            let placed = Transform {
                x: 0.0,
                y: 20.0,
                scale: 1.0,
            };
            placed.with_titles(path, frame).y
        };
        // 64 + 100 + 200, and 44 for the legend.
        assert_eq!((at(408), at(407)), (64.0, 20.0));
    }

    #[test]
    fn what_has_room_is_in_the_middle_and_what_has_not_begins_at_the_edge() {
        let mut scene = Scene::default();
        (scene.size.width, scene.size.height) = (1000, 2000);
        let frame = Frame {
            width: 768,
            height: 416,
            top: 50,
        };
        let placed = Transform {
            x: -90.0,
            y: 60.0,
            scale: 0.5,
        };
        let within = placed.within(&scene, frame);
        assert_eq!((within.x, within.y), (134.0, 50.0));
    }
}
