//! Filters on the borders that they guard.

use super::{Flow, SAME_GATE};
use crate::engine::trace::Detail;
use crate::scene::draw::join;
use crate::scene::draw::labels::Labels;
use crate::scene::geometry::{Point, Rect, point, rect};
use crate::scene::route::{GateAt, Lane};
use crate::scene::shape::{Element, ElementKind, Shape};

impl Flow<'_, '_> {
    pub(super) fn gates(&self, labels: &mut Labels) -> Vec<Element> {
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
                let name = self.facts.called(&nsg);
                element.of_object(nsg, name)
            }
            None => element,
        };
        Some(element.of_step(mark.step).class(class))
    }
}
