//! Nodes and the pods in them, at every level of detail.

use super::{Drawer, is_made, title};
use crate::model::object::Ref;
use crate::scene::draw::facts::Card;
use crate::scene::draw::{Level, join, visible};
use crate::scene::geometry::{Point, point, rect};
use crate::scene::layout::Look;
use crate::scene::measure::{Face, width};
use crate::scene::shape::{Element, ElementKind, Path, Run, Shape};

impl Drawer<'_, '_> {
    pub(super) fn node(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let at = self.rect();
        let node = self.facts.node(&object.name);
        let address = node
            .and_then(crate::model::kube::Node::ip)
            .map(|ip| ip.to_string())
            .unwrap_or_default();
        let range = node
            .and_then(|node| node.pod_cidrs.first())
            .map(ToString::to_string);
        let card = Card {
            name: object.name.to_string(),
            address,
            ..Card::default()
        };
        let derived = node.is_some_and(|node| is_made(&node.meta.origin));
        let ready = node.is_none_or(|node| node.ready);
        let look = if ready {
            "box--node"
        } else {
            "box--node is-unready"
        };
        let open = self.placed.look == Look::OpenNode;
        let range = if open { range } else { None };
        let has_bridge = self.facts.has_bridge() && range.is_some();
        let range_room = range
            .as_ref()
            .map_or(0, |range| width(range, Face::Mono) + 40);
        let mut shapes = vec![
            self.outline(look, derived, 7),
            Shape::icon("k-node", rect(at.x + 9, at.y + 8, 14, 14), "glyph"),
            title(
                point(at.x + 28, at.y + 19),
                &card.name,
                &card.address,
                at.width - 40 - range_room,
            ),
        ];
        if let Some(range) = &range {
            let bridge = has_bridge.then(|| Run::new("cbr0", "t-note", 0));
            let range = Run::new(range.as_str(), "t-addr", 5);
            shapes.push(Shape::Text {
                at: point(at.right() - 10, at.y + 19),
                class: "t-end".into(),
                runs: bridge.into_iter().chain([range]).collect(),
                full: None,
            });
        }
        out.push(self.element(ElementKind::Container, shapes, &card));
        self.state(out, object);
        if has_bridge {
            self.bus(out, object);
        }
        self.dots(out);
    }

    /// The bridge of a kubenet node, with the veth pairs of its pods.
    fn bus(&self, out: &mut Vec<Element>, object: &Ref) {
        let Some(bus) = self
            .facts
            .placement
            .insides
            .get(object)
            .and_then(|inside| inside.bus)
        else {
            return;
        };
        let pods = self
            .facts
            .placement
            .boxes
            .iter()
            .filter(|placed| placed.parent == Some(self.index));
        let mut path = Path::default();
        let mut used = false;
        for pod in pods {
            used |= pod.on_path;
            let y = pod.rect.centre().y;
            path.0
                .extend(Path::through(&[point(bus.right(), y), point(pod.rect.x, y)]).0);
        }
        if !path.is_empty() {
            out.push(Element::new(
                format!("veth-{object}"),
                ElementKind::Cable,
                vec![Shape::path(path, "veth")],
            ));
        }
        let class = if used { "bus is-current" } else { "bus" };
        out.push(Element::new(
            format!("bus-{object}"),
            ElementKind::Bus,
            vec![Shape::rect(bus, 3, class)],
        ));
    }

    fn dots(&self, out: &mut Vec<Element>) {
        // There may be thousands, so what they share is said once.
        let texts = self.facts.texts;
        let kind = texts.get("scene-kind-pod");
        let place = self
            .placed
            .object
            .as_ref()
            .map(|node| texts.message("scene-on", &[("place", node.clone().into())]));
        for (index, pod) in self.placed.dots.iter().enumerate() {
            let at = self.placed.dot(index);
            if !visible(self.facts.view, at) {
                continue;
            }
            let found = self.facts.pod(pod);
            let address = found
                .and_then(crate::model::kube::Pod::ip)
                .map(|ip| ip.to_string());
            let parts = [Some(format!("{kind} {}", pod.name)), address, place.clone()];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let stopped = self.facts.is_stopped(Some(pod));
            let ready = found.is_none_or(|pod| pod.ready) && !stopped;
            let shape = Shape::rect(at, 3, if ready { "pod" } else { "pod pod--not" });
            let quiet = if self.facts.is_quiet(Some(pod), false) {
                "is-quiet"
            } else {
                ""
            };
            out.push(
                Element::new(pod.to_string(), ElementKind::Leaf, vec![shape])
                    .of_object(pod.clone(), parts.join(", "))
                    .class(quiet),
            );
        }
    }

    /// A node as one square, or as a square with a pattern of pods: two shapes at most.
    pub(super) fn tile(&self, out: &mut Vec<Element>) {
        let Some(object) = &self.placed.object else {
            return;
        };
        let node = self.facts.node(&object.name);
        let stopped = self.facts.is_stopped(Some(object));
        let ready = node.is_none_or(|node| node.ready) && !stopped;
        let class = join(&[
            "tile",
            if self.placed.on_path { "tile--on" } else { "" },
            if ready { "" } else { "tile--not" },
            if self.is_current() { "is-current" } else { "" },
        ]);
        let mut shapes = vec![Shape::rect(self.rect(), 7, class)];
        if self.facts.view.level == Level::Tiles
            && let Some(pods) = self.pod_area()
        {
            shapes.push(Shape::path(pods, "pod-area"));
        }
        let name = format!(
            "{} {}",
            self.facts.texts.get("scene-kind-node"),
            object.name
        );
        out.push(
            Element::new(self.key(), ElementKind::Container, shapes)
                .of_object(object.clone(), name),
        );
    }

    /// The outline of as many cells of the pattern as there are pods.
    fn pod_area(&self) -> Option<Path> {
        let children = self.facts.placement.boxes.iter().skip(self.index + 1);
        let cards = children
            .take_while(|placed| placed.parent == Some(self.index))
            .count();
        let pods = crate::scene::layout::inside::to_i32(self.placed.dots.len() + cards);
        if pods == 0 {
            return None;
        }
        // Cells of the pattern are 16 px on the canvas, aligned with it.
        let left = (self.rect().x + 23).div_euclid(16) * 16;
        let top = (self.rect().y + 23).div_euclid(16) * 16;
        let per_row = ((self.rect().right() - 8 - left) / 16).max(1);
        let (full, rest) = (pods / per_row, pods % per_row);
        let mut points: Vec<Point> = vec![point(left, top)];
        let right = left + per_row.min(pods) * 16;
        points.push(point(right, top));
        let bottom = top + full * 16;
        if full > 0 {
            points.push(point(right, bottom));
        }
        if rest > 0 {
            let end = left + rest * 16;
            points.extend([
                point(end, bottom),
                point(end, bottom + 16),
                point(left, bottom + 16),
            ]);
        } else {
            points.push(point(left, bottom));
        }
        Some(Path::outline(&points))
    }
}
