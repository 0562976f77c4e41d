//! Notes beside stations and badges, and the names where nodes are too small for words.

use super::Flow;
use crate::engine::stage::Stage;
use crate::engine::trace::Detail;
use crate::scene::draw::labels::{Labels, line_rect};
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::layout::Look;
use crate::scene::layout::inside::Station;
use crate::scene::measure::{Face, width};
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Shape};
use crate::scene::station;

impl Flow<'_, '_> {
    pub(super) fn notes(&self, labels: &mut Labels) -> Vec<Element> {
        let mut elements = Vec::new();
        for station in self.all_stations() {
            let Some((_, step)) = self.step(station.mark) else {
                continue;
            };
            let lines = station::notes(step);
            let anchor = if station.rect.width > 0 {
                station.rect
            } else {
                station.badge_rect()
            };
            let wish = (station.rect.width > 0).then_some(station.note);
            if !lines.is_empty() {
                elements.extend(self.note(
                    station.mark,
                    &lines,
                    Face::MonoBold,
                    wish,
                    anchor,
                    labels,
                ));
            } else if let Detail::Tracked { known: true, .. } = step.detail {
                let node = self.step(station.mark).map(|(place, _)| place.clone());
                let text = node.map(|node| {
                    self.facts
                        .texts
                        .message("scene-no-nat", &[("node", node.into())])
                });
                let beside =
                    Some(station.rect.offset(0, -4)).map(|at| point(at.right() + 8, at.y + 4));
                elements.extend(text.and_then(|text| {
                    self.note(station.mark, &[text], Face::Note, beside, anchor, labels)
                }));
            }
        }
        for lane in &self.facts.placement.lanes {
            for &mark in &lane.between {
                elements.extend(self.route_note(lane, mark, labels));
            }
        }
        elements
    }

    fn note(
        &self,
        mark: usize,
        lines: &[String],
        face: Face,
        wish: Option<Point>,
        anchor: Rect,
        labels: &mut Labels,
    ) -> Option<Element> {
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let at = labels.text(&texts, face, wish, anchor)?;
        let class = match (face, self.reached(mark)) {
            (Face::Note, _) => "t-note",
            (_, true) => "t-change",
            (_, false) => "t-later",
        };
        let shapes = lines.iter().enumerate().map(|(index, line)| {
            let y = at.y + 14 * crate::scene::layout::inside::to_i32(index);
            Shape::text(point(at.x, y), line.as_str(), class)
        });
        let mark = self.mark(mark)?;
        Some(
            Element::new(
                format!("note-{}", mark.number),
                ElementKind::Note,
                shapes.collect(),
            )
            .of_step(mark.step),
        )
    }

    /// Beside a badge on a lane: the route, or what the packet passes.
    fn route_note(&self, lane: &Lane, mark: usize, labels: &mut Labels) -> Option<Element> {
        let (_, step) = self.step(mark)?;
        let words = |text: &str| self.facts.texts.words(text).into_owned();
        let (icon, text) = match &step.detail {
            Detail::RoutedByAzure {
                prefix, next_hop, ..
            } => (
                "k-route-table",
                format!("{prefix} → {}", hop_text(next_hop)),
            ),
            Detail::Forwarded { through } => ("k-peering", words(through)),
            Detail::Filtered { rule, .. } if step.stage == Stage::AzureFirewall => {
                ("k-firewall", rule.to_string())
            }
            Detail::Filtered { rule, .. } => ("k-nsg", rule.to_string()),
            Detail::Policy { .. } => ("k-policy", step.rule()?.to_string()),
            Detail::NotModelled { what } => ("v-unknown", words(what)),
            _ => return None,
        };
        let shown = crate::scene::measure::cut(&text, Face::Mono, 240);
        let at = lane
            .path
            .iter()
            .find(|vertex| vertex.mark == Some(mark))?
            .at;
        let anchor = rect(at.x - 10, at.y - 10, 20, 20);
        let room = width(&shown, Face::Mono) + 18;
        let wish = rect(anchor.right() + 6, at.y - 7, room, 14);
        let places = [
            wish,
            rect(anchor.x - 6 - room, at.y - 7, room, 14),
            rect(at.x - room / 2, anchor.bottom() + 4, room, 14),
            rect(at.x - room / 2, anchor.y - 18, room, 14),
            rect(anchor.right() + 6, anchor.bottom() + 2, room, 14),
            rect(anchor.right() + 6, anchor.y - 16, room, 14),
            rect(anchor.right() - room, anchor.y - 18, room, 14),
            rect(anchor.right() - room, anchor.bottom() + 4, room, 14),
            rect(anchor.x, anchor.y - 18, room, 14),
            rect(anchor.x, anchor.bottom() + 4, room, 14),
            rect(anchor.right() + 26, at.y - 7, room, 14),
            rect(anchor.x - 26 - room, at.y - 7, room, 14),
            rect(anchor.right() + 46, at.y - 7, room, 14),
            rect(anchor.x - 46 - room, at.y - 7, room, 14),
        ];
        // What is decided between nodes is not written into one.
        let boxes = self.facts.placement.boxes.iter();
        let nodes = boxes.filter(|placed| placed.look == Look::OpenNode);
        let nodes: Vec<Rect> = nodes.map(|placed| placed.rect).collect();
        let found = labels.first_outside(&places, &nodes)?;
        let mark = self.mark(mark)?;
        let text_at = point(found.x + 18, found.y + 11);
        let shapes = vec![
            Shape::icon(icon, rect(found.x, found.y + 1, 13, 13), "glyph"),
            Shape::Text {
                at: text_at,
                class: "t-addr t-halo".into(),
                full: (shown != text).then_some(text),
                runs: vec![crate::scene::shape::Run::new(shown, "", 0)],
            },
        ];
        Some(
            Element::new(format!("note-{}", mark.number), ElementKind::Note, shapes)
                .of_step(mark.step),
        )
    }

    /// The name of the network interface, where the first lane enters a node.
    pub(super) fn interfaces(&self, labels: &mut Labels) -> Vec<Element> {
        let mut elements = Vec::new();
        for placed in &self.facts.placement.boxes {
            let Some(object) = placed
                .object
                .as_ref()
                .filter(|_| placed.look == Look::OpenNode)
            else {
                continue;
            };
            let lanes = self
                .facts
                .placement
                .insides
                .get(object)
                .map(|inside| &inside.lanes);
            let ports = lanes
                .into_iter()
                .flatten()
                .flat_map(|lane| [lane.path.first(), lane.path.last()]);
            let top = ports
                .flatten()
                .map(|vertex| vertex.at)
                .filter(|at| at.x == placed.rect.x)
                .min_by_key(|at| at.y);
            let Some(port) = top else { continue };
            let at = port.offset(14, -17);
            if labels
                .first_free(&[line_rect(at, "eth0", Face::Note)])
                .is_some()
            {
                let shape = Shape::text(at, "eth0", "t-note");
                elements.push(Element::new(
                    format!("eth0-{object}"),
                    ElementKind::Note,
                    vec![shape],
                ));
            }
        }
        elements
    }

    /// Names of the nodes on the path, where nodes are too small for names.
    pub(super) fn tags(&self, labels: &mut Labels) -> Vec<Element> {
        let scale = self.facts.view.enlarged();
        let mut elements = Vec::new();
        for placed in &self.facts.placement.boxes {
            let Some(object) = placed
                .object
                .as_ref()
                .filter(|_| placed.look == Look::OpenNode)
            else {
                continue;
            };
            let node = self.facts.node(&object.name);
            let address = node
                .and_then(crate::model::kube::Node::ip)
                .map(|ip| ip.to_string());
            let address = address.unwrap_or_default();
            let name = crate::scene::measure::cut(&object.name, Face::Name, 160);
            let room = width(&name, Face::Name).max(width(&address, Face::Mono)) + 14;
            let (wide, high, gap) = (room * scale / 100, 34 * scale / 100, 6 * scale / 100);
            let at = placed.rect;
            let middle = at.centre().y - high / 2;
            let places = [
                rect(at.x, at.bottom() + gap, wide, high),
                rect(at.x, at.y - gap - high, wide, high),
                rect(at.right() + gap, middle, wide, high),
                rect(at.x - gap - wide, middle, wide, high),
            ];
            let Some(found) = labels.on_canvas(&places) else {
                continue;
            };
            let shapes = vec![
                Shape::rect(rect(0, 0, room, 34), 4, ""),
                Shape::text(point(7, 14), name, "t-name"),
                Shape::text(point(7, 28), address, "t-addr"),
            ];
            let element = Element::new(format!("tag-{object}"), ElementKind::Note, shapes);
            let spoken = self.facts.texts.object(object);
            elements.push(
                element
                    .of_object(object.clone(), spoken)
                    .at(point(found.x, found.y), scale)
                    .class("chip"),
            );
        }
        elements
    }
}

impl Station {
    /// The square that a badge without a pill covers.
    fn badge_rect(&self) -> Rect {
        rect(self.badge.x - 10, self.badge.y - 10, 20, 20)
    }
}

/// Where a route leads, in a word.
fn hop_text(next_hop: &crate::model::azure::NextHop) -> String {
    match next_hop {
        crate::model::azure::NextHop::VirtualAppliance(address) => address.to_string(),
        other => other.as_str().to_owned(),
    }
}
