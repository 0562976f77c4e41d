//! The columns of a timeline: places in the order of the request.

use super::{APART, Column, LEFT, Laid, REPLY, REQUEST, RIGHT, Timeline};
use crate::engine::stage::Stage;
use crate::engine::trace::Step;
use crate::model::object::Ref;
use crate::scene::geometry::point;
use crate::scene::journey::step_at;
use crate::scene::layout::inside::to_i32;
use crate::scene::numbering::Mark;

impl<'a> Timeline<'a> {
    pub(super) fn add_request(&mut self) {
        for (index, mark) in self.marks(false) {
            let column = self.column(index, mark);
            match self.columns.last_mut() {
                Some(last) if last.key == column.key => last.request.push(index),
                _ => {
                    let mut column = column;
                    column.request.push(index);
                    self.columns.push(column);
                }
            }
        }
        if let Some(received) = &self.branch.connection.received {
            let key = received.receiver.to_string();
            if self.columns.last().is_none_or(|last| last.key != key) {
                self.columns.push(Column {
                    label: self.texts.object(&received.receiver),
                    object: received.receiver.clone(),
                    key,
                    request: Vec::new(),
                    reply: Vec::new(),
                });
            }
        }
    }

    /// Puts the reply into the columns of the request, from right to left; a place that the request
    /// did not pass gets a column of its own.
    pub(super) fn add_reply(&mut self) {
        let mut reach = self.columns.len();
        for (index, mark) in self.marks(true) {
            let mut column = self.column(index, mark);
            let found = self
                .columns
                .iter()
                .take(reach)
                .rposition(|known| known.key == column.key);
            if let Some(found) = found {
                if let Some(known) = self.columns.get_mut(found) {
                    known.reply.push(index);
                }
                reach = found + 1;
            } else {
                column.reply.push(index);
                let at = reach.saturating_sub(1).max(1).min(self.columns.len());
                self.columns.insert(at, column);
                reach = at + 1;
            }
        }
    }

    pub(super) fn marks(&self, reply: bool) -> Vec<(usize, &'a Mark)> {
        let marks = self.numbering.marks.iter().enumerate();
        marks.filter(|(_, mark)| mark.step.reply == reply).collect()
    }

    fn column(&self, index: usize, mark: &Mark) -> Column {
        let stage = self.step(index).map(|(_, step)| step.stage);
        let label = match stage {
            Some(
                Stage::AzureNsgInNic
                | Stage::AzureNsgOutNic
                | Stage::AzureNsgInSubnet
                | Stage::AzureNsgOutSubnet,
            ) => "NSG".to_owned(),
            Some(Stage::AzureRoute) => self.texts.get("scene-timeline-routes"),
            Some(Stage::DnsSearch | Stage::DnsService | Stage::DnsForward | Stage::DnsZone) => {
                "DNS".to_owned()
            }
            _ => self.texts.object(&mark.place),
        };
        Column {
            key: format!(
                "{} {label}",
                if label == "DNS" {
                    String::new()
                } else {
                    mark.place.to_string()
                }
            ),
            label,
            object: mark.place.clone(),
            request: Vec::new(),
            reply: Vec::new(),
        }
    }

    pub(super) fn step(&self, mark: usize) -> Option<(&'a Ref, &'a Step)> {
        step_at(self.branch, self.numbering.marks.get(mark)?.step)
    }

    /// Puts the columns beside each other, `width` wide but for what is kept free on the right.
    pub(super) fn lay_out(&mut self, width: i32, spare: i32) {
        self.laid.clear();
        let slots = |column: &Column| to_i32(column.request.len().max(column.reply.len()).max(1));
        let total: i32 = self.columns.iter().map(slots).sum();
        let room = width - LEFT - RIGHT - spare;
        let slot = (room / (total - 1).max(1)).clamp(APART, 160);
        let mut x = LEFT;
        for column in &self.columns {
            let count = slots(column);
            let last = x + slot * (count - 1);
            self.laid.push(Laid {
                first: x,
                middle: i32::midpoint(x, last),
                end: last + slot / 2,
            });
            for (position, &mark) in column.request.iter().enumerate() {
                if let Some(place) = self.places.get_mut(mark) {
                    *place = point(x + slot * to_i32(position), REQUEST);
                }
            }
            for (position, &mark) in column.reply.iter().enumerate() {
                let centred = slot * (count - to_i32(column.reply.len())) / 2;
                if let Some(place) = self.places.get_mut(mark) {
                    *place = point(last - centred - slot * to_i32(position), REPLY);
                }
            }
            x = last + slot;
        }
        self.width = width.max(x - slot + RIGHT);
    }
}
