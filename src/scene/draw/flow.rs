//! Lanes, stations, gates, badges, notes, the packet and the verdicts.

pub(super) mod badges;
mod ends;
mod packet;

use super::facts::Facts;
use super::labels::{Labels, line_rect};
use super::{Level, join};
use crate::engine::trace::{Branch, Detail, Step};
use crate::model::object::Ref;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::journey::step_at;
use crate::scene::layout::Look;
use crate::scene::layout::inside::{Station, Vertex};
use crate::scene::measure::{Face, width};
use crate::scene::numbering::Mark;
use crate::scene::route::{GateAt, Lane};
use crate::scene::shape::{Element, ElementKind, Path, Shape, towards};
use crate::scene::station;

/// Radius of the corners of lanes.
const CORNER: i32 = 8;
/// How far apart two lanes may cross a border to pass the same gate.
const SAME_GATE: i32 = 96;

/// Everything that belongs to the walk.
pub(super) fn draw(facts: &Facts<'_>, branch: &Branch, labels: &mut Labels) -> Vec<Element> {
    let flow = Flow { facts, branch };
    let mut elements = Vec::new();
    for lane in &facts.placement.lanes {
        elements.extend(flow.lane(lane));
        elements.extend(ends::draw(&flow, lane, labels));
    }
    elements.extend(flow.gates(labels));
    let badges = badges::draw(&flow, labels);
    let packet = packet::draw(&flow, labels);
    if facts.view.level >= Level::Full {
        elements.extend(flow.stations());
        elements.extend(flow.notes(labels));
        elements.extend(flow.interfaces(labels));
    }
    if facts.view.level < Level::Cards {
        elements.extend(flow.tags(labels));
    }
    elements.extend(badges);
    elements.extend(packet);
    elements
}

pub(super) struct Flow<'a, 'f> {
    pub facts: &'f Facts<'a>,
    pub branch: &'f Branch,
}

impl Flow<'_, '_> {
    fn mark(&self, index: usize) -> Option<&Mark> {
        self.facts.placement.numbering.marks.get(index)
    }

    fn step(&self, mark: usize) -> Option<(&Ref, &Step)> {
        step_at(self.branch, self.mark(mark)?.step)
    }

    fn reached(&self, mark: usize) -> bool {
        self.facts.view.playhead.reached(mark + 1)
    }

    fn is_current(&self, mark: usize) -> bool {
        self.facts.view.playhead.is_at(mark + 1)
    }

    /// Whether the packet of a lane came to its end.
    fn is_over(&self, lane: &Lane) -> bool {
        let last = lane.path.iter().rev().find_map(|vertex| vertex.mark);
        let reply_began = || {
            let marks = &self.facts.placement.numbering.marks;
            let first_of_reply = marks.iter().position(|mark| mark.step.reply);
            first_of_reply.is_some_and(|first| self.reached(first))
        };
        match self.facts.view.playhead {
            super::Playhead::End => true,
            super::Playhead::At(_) if lane.arrives => !lane.reply && reply_began(),
            super::Playhead::At(_) => last.is_none_or(|last| self.reached(last)),
        }
    }

    /// The parts of a lane before and after the packet.
    fn parts(&self, lane: &Lane) -> (Vec<Vertex>, Vec<Vertex>) {
        if self.is_over(lane) {
            return (lane.path.clone(), Vec::new());
        }
        let reached = |vertex: &Vertex| vertex.mark.is_some_and(|mark| self.reached(mark));
        match lane.path.iter().rposition(reached) {
            Some(index) => {
                let (done, ahead) = lane.path.split_at(index);
                let mut done = done.to_vec();
                done.extend(ahead.first());
                (done, ahead.to_vec())
            }
            None => (Vec::new(), lane.path.clone()),
        }
    }

    fn lane(&self, lane: &Lane) -> Vec<Element> {
        let (done, ahead) = self.parts(lane);
        let way = if lane.reply { "reply" } else { "request" };
        let kind = if lane.reply {
            ElementKind::ReplyLane
        } else {
            ElementKind::RequestLane
        };
        let mut elements = Vec::new();
        for (part, vertices) in [("ahead", ahead), ("done", done)] {
            let points: Vec<Point> = vertices.iter().map(|vertex| vertex.at).collect();
            let points = crate::scene::route::grid::straightened(points);
            if points.len() < 2 {
                continue;
            }
            let class = join(&[
                "lane",
                if lane.reply { "lane--reply" } else { "" },
                &format!("lane--{part}"),
            ]);
            let mut shapes = vec![Shape::path(Path::rounded(&points, CORNER), class)];
            shapes.extend(heads(&vertices, lane, part));
            let name = self.facts.texts.get(if lane.reply {
                "scene-reply"
            } else {
                "scene-request"
            });
            let mut element = Element::new(format!("lane-{way}-{part}"), kind, shapes);
            element.name = name;
            if self.facts.view.level < Level::Cards {
                element.class = "is-far".into();
            }
            elements.push(element);
        }
        elements
    }

    // --- Stations ----------------------------------------------------------------------------

    fn all_stations(&self) -> impl Iterator<Item = &Station> {
        self.facts
            .placement
            .insides
            .values()
            .flat_map(|inside| &inside.stations)
    }

    fn stations(&self) -> Vec<Element> {
        let pills = self.all_stations().filter(|station| station.rect.width > 0);
        pills.filter_map(|station| self.station(station)).collect()
    }

    fn station(&self, station: &Station) -> Option<Element> {
        let (_, step) = self.step(station.mark)?;
        let mark = self.mark(station.mark)?;
        let label = station::label(step);
        let at = station.rect;
        // The badge covers the left end.
        let middle = point(i32::midpoint(at.x + 12, at.right()), at.centre().y + 4);
        let class = if label.mono { "mono t-mid" } else { "t-mid" };
        let text = Shape::Text {
            at: middle,
            class: class.into(),
            runs: vec![crate::scene::shape::Run::new(label.text, "", 0)],
            full: label.full,
        };
        let class = if self.is_current(station.mark) {
            "station is-current"
        } else {
            "station"
        };
        let element = Element::new(
            format!("station-{}", mark.number),
            ElementKind::Station,
            vec![Shape::rect(at, 5, ""), text],
        );
        Some(element.of_step(mark.step).class(class))
    }

    // --- Notes -------------------------------------------------------------------------------

    fn notes(&self, labels: &mut Labels) -> Vec<Element> {
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
        let (icon, text) = match &step.detail {
            Detail::RoutedByAzure {
                prefix, next_hop, ..
            } => (
                "k-route-table",
                format!("{prefix} → {}", hop_text(next_hop)),
            ),
            Detail::Forwarded { through } => ("k-peering", through.to_string()),
            Detail::Filtered { rule, .. } => ("k-nsg", rule.to_string()),
            Detail::NotModelled { what } => ("v-unknown", what.to_string()),
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
    fn interfaces(&self, labels: &mut Labels) -> Vec<Element> {
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
    fn tags(&self, labels: &mut Labels) -> Vec<Element> {
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

    // --- Gates -------------------------------------------------------------------------------

    fn gates(&self, labels: &mut Labels) -> Vec<Element> {
        let mut elements = Vec::new();
        let lanes = &self.facts.placement.lanes;
        for (index, lane) in lanes.iter().enumerate() {
            for gate in &lane.gates {
                let others = lanes
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index);
                let also: Vec<Point> = others
                    .flat_map(|(_, other)| Self::crossings(other, gate))
                    .collect();
                elements.extend(self.gate(gate, &also, labels));
            }
        }
        elements
    }

    /// Where another lane crosses the same side of the box that a gate guards, nearby and unnoticed.
    fn crossings(lane: &Lane, gate: &GateAt) -> Vec<Point> {
        if lane.gates.iter().any(|other| other.around == gate.around) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for pair in lane.path.windows(2) {
            let [a, b] = pair else { continue };
            let around = Rect::between(a.at, b.at);
            let at = if gate.upright {
                point(gate.at.x, a.at.y)
            } else {
                point(a.at.x, gate.at.y)
            };
            let crosses = if gate.upright {
                a.at.y == b.at.y && around.x <= at.x && at.x <= around.right()
            } else {
                a.at.x == b.at.x && around.y <= at.y && at.y <= around.bottom()
            };
            if crosses && at.distance(gate.at) <= SAME_GATE && !found.contains(&at) {
                found.push(at);
            }
        }
        found
    }

    fn gate(&self, gate: &GateAt, also: &[Point], labels: &mut Labels) -> Option<Element> {
        let mark = self.mark(gate.mark)?;
        let along = |at: Point| if gate.upright { at.y } else { at.x };
        let start = along(gate.at);
        let low = also.iter().map(|at| along(*at)).fold(start, i32::min) - 16;
        let high = also
            .iter()
            .map(|at| along(*at))
            .fold(if also.is_empty() { start + 24 } else { start }, i32::max)
            + 16;
        let across = if gate.upright { gate.at.x } else { gate.at.y } - 11;
        let outline = if gate.upright {
            rect(across, low, 22, high - low)
        } else {
            rect(low, across, high - low, 22)
        };
        let end = also
            .iter()
            .map(|at| along(*at))
            .min_by_key(|at| (at - start).abs());
        let icon_at = end.map_or(start + 22, |end| i32::midpoint(start, end));
        let icon = if gate.upright {
            rect(gate.at.x - 7, icon_at - 7, 14, 14)
        } else {
            rect(icon_at - 7, gate.at.y - 7, 14, 14)
        };
        let mut shapes = vec![
            Shape::rect(outline, 5, ""),
            Shape::icon("k-nsg", icon, "glyph"),
        ];
        // What belongs to a known connection passes unasked.
        shapes.extend(also.iter().map(|&centre| Shape::Circle {
            centre,
            radius: 3,
            class: "stateful".into(),
        }));
        let step = self.step(gate.mark).map(|(_, step)| step);
        let nsg = step.and_then(|step| match &step.detail {
            Detail::Filtered { nsg, .. } => nsg.clone(),
            _ => None,
        });
        let made = nsg
            .as_ref()
            .and_then(|nsg| self.facts.network.nsg(&nsg.name))
            .is_some_and(|nsg| {
                !matches!(nsg.meta.origin, crate::model::kube::Origin::Written { .. })
            });
        labels.take(outline);
        let class = join(&["station", "gate", if made { "is-derived" } else { "" }]);
        let element = Element::new(format!("gate-{}", mark.number), ElementKind::Gate, shapes);
        let element = match nsg {
            Some(nsg) => {
                let name = self.facts.texts.object(&nsg);
                element.of_object(nsg, name)
            }
            None => element,
        };
        Some(element.of_step(mark.step).class(class))
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

/// Arrow heads: one in the longest free part of every long piece, and one where the lane arrives.
fn heads(vertices: &[Vertex], lane: &Lane, part: &str) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for pair in vertices.windows(2) {
        let [a, b] = *pair else { continue };
        let length = a.at.distance(b.at);
        if length >= 44 {
            // Nearer to where it leads, and clear of badges and corners.
            let at = towards(b.at, a.at, length * 2 / 5);
            shapes.push(head(at, a.at, lane.reply, part));
        }
    }
    let ends = lane.path.last() == vertices.last() && lane.arrives;
    if ends && let Some(&end) = vertices.last() {
        let before = vertices.iter().rev().find(|vertex| vertex.at != end.at);
        if let Some(before) = before {
            shapes.push(head(end.at, before.at, lane.reply, part));
        }
    }
    shapes
}

/// An arrow head with its tip at `tip`, for a lane that comes from `from`.
fn head(tip: Point, from: Point, reply: bool, part: &str) -> Shape {
    let (dx, dy) = ((tip.x - from.x).signum(), (tip.y - from.y).signum());
    let (length, half) = if reply { (5, 4) } else { (7, 4) };
    let back = tip.offset(-dx * length, -dy * length);
    let (left, right) = (
        back.offset(dy * half, dx * half),
        back.offset(-dy * half, -dx * half),
    );
    if reply {
        Shape::path(
            Path::through(&[left, tip, right]),
            format!("head head--reply head--{part}"),
        )
    } else {
        Shape::path(
            Path::outline(&[tip, left, right]),
            format!("head head--{part}"),
        )
    }
}
