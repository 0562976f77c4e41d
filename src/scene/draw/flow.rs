//! Lanes, stations, gates, badges, notes, the packet and the verdicts.

pub(super) mod badges;
mod ends;
mod gates;
mod ink;
mod notes;
mod packet;

use super::facts::Facts;
use super::labels::Labels;
use super::{Level, join};
use crate::engine::trace::{Branch, Step};
use crate::model::object::Ref;
use crate::scene::geometry::point;
use crate::scene::journey::step_at;
use crate::scene::layout::inside::Station;
use crate::scene::numbering::Mark;
use crate::scene::route::Lane;
use crate::scene::shape::{Element, ElementKind, Shape};
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
        let at = station.rect;
        let label = station::label(step).told_by(self.facts.texts, at.width - station::BESIDE);
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
}
