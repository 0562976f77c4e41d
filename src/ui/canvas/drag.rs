//! An object that is dragged: a copy of it under the pointer, and the edges that line up.

use std::rc::Rc;

use yew::{Html, html};

use super::nodes::{self, SceneNodes};
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::{Point, Rect, point};
use crate::scene::layout::Placement;
use crate::scene::layout::arrange::Lift;
use crate::scene::shape::{Element, ElementKind, Scene};

/// What is dragged, and where it would be put.
#[derive(Clone)]
pub struct Drag {
    pub lift: Lift,
    pub at: Rect,
    /// What is drawn of it.
    copy: Rc<Scene>,
}

impl Drag {
    /// Takes up what stands under a point of the picture, if it can be put elsewhere.
    ///
    /// A virtual network or subnet is taken by its title: on the rest of it one drags the picture.
    pub fn of(scene: &Scene, placement: &Placement, object: &Ref, at: Point) -> Option<Self> {
        let lift = placement.lift(object)?;
        let is_ground = matches!(object.kind, Kind::Vnet | Kind::Subnet);
        if is_ground && at.y > lift.from.y + 32 {
            return None;
        }
        let within = |element: &&Element| {
            let stands = matches!(
                element.kind,
                ElementKind::Container
                    | ElementKind::Leaf
                    | ElementKind::Bus
                    | ElementKind::Station
                    | ElementKind::Badge
            );
            stands && nodes::bounds(element).is_some_and(|bounds| lift.from.contains(bounds))
        };
        let elements = scene.elements.iter().filter(within).cloned().collect();
        Some(Self {
            at: lift.from,
            copy: Rc::new(Scene {
                elements,
                ..Scene::default()
            }),
            lift,
        })
    }

    /// The copy in its place, what it leaves behind, and the guides.
    pub fn view(&self) -> Html {
        let (from, at) = (self.lift.from, self.at);
        let outline = |rect: Rect, class: &'static str| {
            html! {
                <rect x={rect.x.to_string()} y={rect.y.to_string()} width={rect.width.to_string()} height={rect.height.to_string()} rx="6" {class} />
            }
        };
        html! {
            <g class="lifted" aria-hidden="true">
                { outline(from, "box lifted__from") }
                for (a, b) in self.lift.guides(at) { <path class="guide" d={format!("M{} {}L{} {}", a.x, a.y, b.x, b.y)} /> }
                <g transform={format!("translate({} {})", at.x - from.x, at.y - from.y)}>
                    { outline(from, "box box--leaf is-dragging") }
                    <SceneNodes scene={self.copy.clone()} quiet=true />
                    { outline(from, "box is-dragging is-outline") }
                </g>
            </g>
        }
    }
}

/// Pixels of the picture from pixels on the screen.
#[allow(
    clippy::cast_possible_truncation,
    reason = "clamped to what a picture can measure"
)]
pub fn in_picture(x: f64, y: f64) -> Point {
    let whole = |length: f64| length.round().clamp(-100_000.0, 100_000.0) as i32;
    point(whole(x), whole(y))
}
