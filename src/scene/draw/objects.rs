//! Boxes: regions, containers, cards, dots.

mod cards;
mod containers;
mod nodes;
mod service_endpoints;

use super::facts::{Card, Facts};
use super::{Level, join, visible};
use crate::model::kube::Origin;
use crate::model::object::{Kind, Ref};
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::icons;
use crate::scene::layout::{Look, Placed};
use crate::scene::measure::{Face, cut, width};
use crate::scene::shape::{Element, ElementKind, Run, Shape};

/// All boxes, containers before what they contain.
pub(super) fn draw(facts: &Facts<'_>) -> Vec<Element> {
    let mut elements = Vec::new();
    let small = facts.view.level < Level::Cards;
    let mut hidden: Vec<bool> = Vec::with_capacity(facts.placement.boxes.len());
    for (index, placed) in facts.placement.boxes.iter().enumerate() {
        let parent_is_small = placed.parent.is_some_and(|parent| {
            hidden.get(parent).copied().unwrap_or(false)
                || (small
                    && facts
                        .placement
                        .boxes
                        .get(parent)
                        .is_some_and(|parent| is_node(parent.look)))
        });
        hidden.push(parent_is_small);
        if parent_is_small || (is_small_thing(placed.look) && !visible(facts.view, placed.rect)) {
            continue;
        }
        let drawer = Drawer {
            facts,
            placed,
            index,
        };
        drawer.draw(&mut elements);
    }
    elements
}

fn is_node(look: Look) -> bool {
    matches!(look, Look::Node | Look::OpenNode)
}

fn is_small_thing(look: Look) -> bool {
    is_node(look) || matches!(look, Look::Card)
}

struct Drawer<'a, 'f> {
    facts: &'f Facts<'a>,
    placed: &'f Placed,
    index: usize,
}

impl Drawer<'_, '_> {
    fn draw(&self, out: &mut Vec<Element>) {
        match self.placed.look {
            Look::Internet => self.region(out, "k-internet", "scene-region-internet"),
            Look::Azure => self.region(out, "", "scene-region-azure"),
            Look::Unplaced => self.region(out, "", "scene-region-unplaced"),
            Look::OnPremises => self.on_premises(out),
            Look::Vnet => self.vnet(out, false),
            Look::CompactVnet => self.vnet(out, true),
            Look::Subnet => self.subnet(out, false),
            Look::CompactSubnet => self.subnet(out, true),
            Look::Node | Look::OpenNode if self.facts.view.level < Level::Cards => self.tile(out),
            Look::Node | Look::OpenNode => self.node(out),
            Look::Card | Look::EndCard | Look::ThroughCard => self.card(out),
            Look::More(kind, count) => self.more(out, kind, count),
        }
    }

    fn rect(&self) -> Rect {
        self.placed.rect
    }

    fn key(&self) -> String {
        match &self.placed.object {
            Some(object) => object.to_string(),
            None => format!("box-{}", self.index),
        }
    }

    fn quiet(&self) -> &'static str {
        let quiet = self
            .facts
            .is_quiet(self.placed.object.as_ref(), self.placed.on_path);
        if quiet { "is-quiet" } else { "" }
    }

    /// The nearest container that is an object.
    fn container(&self) -> Option<&Ref> {
        let placement = self.facts.placement;
        let mut ancestors = placement.ancestors(self.index).skip(1);
        ancestors.find_map(|index| placement.boxes.get(index)?.object.as_ref())
    }

    fn element(&self, kind: ElementKind, shapes: Vec<Shape>, card: &Card) -> Element {
        let element = Element::new(self.key(), kind, shapes).class(self.quiet());
        match &self.placed.object {
            Some(object) => {
                let name = self.facts.spoken(object, card, self.container());
                element.of_object(object.clone(), name)
            }
            None => element,
        }
    }

    /// Across the border of a box: what is out of order about it. A node has titles at its top, and above it.
    fn state(&self, out: &mut Vec<Element>, object: &Ref) {
        let stopped = self.facts.is_stopped(Some(object));
        // The node says it for its pods.
        if stopped && self.facts.is_stopped(self.container()) {
            return;
        }
        let Some(text) = self.facts.state(object) else {
            return;
        };
        let by = self.facts.taken_out_by(object);
        let icon = match by {
            Some(by) if !stopped => icons::of_kind(by.kind),
            _ => "v-dropped",
        };
        let at = self.rect();
        let room = (at.width - 36).max(40);
        let long = width(&text, Face::Note).min(room);
        let border = if object.kind == Kind::Node {
            at.bottom()
        } else {
            at.y
        };
        let pill = rect(at.right() - long - 34, border - 9, long + 28, 18);
        let shapes = vec![
            Shape::rect(pill, 9, "state"),
            Shape::icon(icon, rect(pill.x + 6, pill.y + 3, 12, 12), "state__glyph"),
            line(
                point(pill.x + 21, pill.y + 13),
                &text,
                "t-note t-state",
                Face::Note,
                room,
            ),
        ];
        out.push(Element::new(
            format!("state-{object}"),
            ElementKind::Note,
            shapes,
        ));
    }

    fn is_current(&self) -> bool {
        let super::Playhead::At(number) = self.facts.view.playhead else {
            return false;
        };
        let mark = self.facts.placement.numbering.number(number);
        mark.is_some_and(|mark| Some(&mark.place) == self.placed.object.as_ref())
    }

    fn outline(&self, look: &str, derived: bool, radius: i32) -> Shape {
        let class = join(&[
            "box",
            look,
            if self.facts.is_stopped(self.placed.object.as_ref()) {
                "is-stopped"
            } else {
                ""
            },
            if derived { "is-derived" } else { "" },
            if self.is_current() { "is-current" } else { "" },
        ]);
        Shape::rect(self.rect(), radius, class)
    }
}

/// Whether a controller made it, or it is only assumed.
fn is_made(origin: &Origin) -> bool {
    !matches!(origin, Origin::Written { .. })
}

/// A line of text, cut in the middle if it is wider than `room`.
pub(super) fn line(at: Point, text: &str, class: &'static str, face: Face, room: i32) -> Shape {
    let shown = cut(text, face, room);
    let full = (shown != text).then(|| text.to_owned());
    Shape::Text {
        at,
        class: class.into(),
        runs: vec![Run::new(shown, "", 0)],
        full,
    }
}

/// Name and address on one line; the name gives way first.
fn title(at: Point, name: &str, address: &str, room: i32) -> Shape {
    let address_width = if address.is_empty() {
        0
    } else {
        width(address, Face::Mono) + 7
    };
    let shown = cut(name, Face::Name, (room - address_width).max(48));
    let full = (shown != name).then(|| name.to_owned());
    let mut runs = vec![Run::new(shown, "t-name", 0)];
    if !address.is_empty() {
        runs.push(Run::new(address, "t-addr", 7));
    }
    Shape::Text {
        at,
        class: "".into(),
        runs,
        full,
    }
}
