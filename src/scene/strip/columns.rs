//! From a journey to columns: which box, which numbers, and how far from the left.

use std::collections::BTreeMap;

use super::region_name;
use crate::model::object::{Kind, Ref};
use crate::scene::journey::{Between, Gate, Journey, Visit};
use crate::scene::layout::{Look, Placement};
use crate::scene::measure::{Face, width};
use crate::text::Texts;

/// Room of a badge, and of several that merged.
const BADGE: i32 = 24;
const PILL: i32 = 36;
/// The least width of a card, and the most that its name asks for.
const CARD: (i32, i32) = (52, 72);

/// A box of the path.
#[derive(Debug)]
pub struct Column {
    pub object: Ref,
    pub left: i32,
    pub right: i32,
    /// Containers around it, by index of their box, from outside in.
    chain: Vec<usize>,
    /// Marks between the column before and this one, of request and reply, from left to right.
    before: [Vec<usize>; 2],
    /// Marks inside.
    inside: [Vec<usize>; 2],
}

impl Column {
    fn new(object: Ref) -> Self {
        Self {
            object,
            left: 0,
            right: 0,
            chain: Vec::new(),
            before: Default::default(),
            inside: Default::default(),
        }
    }

    /// The containers around it, by index of their box, from outside in.
    pub fn around(&self) -> &[usize] {
        &self.chain
    }

    /// Whether it is a container of its own, rather than a card.
    pub fn is_node(&self) -> bool {
        self.object.kind == Kind::Node
    }
}

/// A numbered step in its place.
#[derive(Debug)]
pub struct MarkAt {
    /// Index of the mark.
    pub index: usize,
    /// 0 the request, 1 the reply.
    pub way: usize,
    pub x: i32,
}

/// A container around neighbouring columns.
#[derive(Debug)]
pub struct Group {
    /// Index of its box.
    pub index: usize,
    pub left: i32,
    pub right: i32,
}

/// The columns of a walk, from left to right.
#[derive(Debug, Default)]
pub struct Strip {
    pub columns: Vec<Column>,
    pub groups: Vec<Group>,
    /// The marks, each way from left to right.
    pub marks: Vec<MarkAt>,
    pub width: i32,
    /// The least width of regions, by index of their box, so that their names can be read.
    titles: BTreeMap<usize, i32>,
    /// First and last column of request and reply.
    ends: [Option<(usize, usize)>; 2],
    /// Whether numbers that stand together share a pill.
    merged: bool,
}

fn gate(gate: &Gate) -> usize {
    gate.mark
}

fn between(visit: &Visit) -> impl DoubleEndedIterator<Item = usize> + '_ {
    visit.after.iter().map(|between| match between {
        Between::Gate(it) => gate(it),
        Between::Lane(mark) => *mark,
    })
}

impl Strip {
    /// The strip of the placed journey in about `room` pixels; numbers merge where they do not fit otherwise.
    pub fn of(placement: &Placement, texts: &Texts, room: i32) -> Self {
        let mut strip = Self {
            titles: titles(placement, texts),
            ..Self::default()
        };
        let tail = strip.add_journey(&placement.journey);
        for column in &mut strip.columns {
            column.chain = chain(placement, &column.object);
        }
        strip.lay_out(&tail, 0);
        if strip.width > room {
            strip.merged = true;
            strip.lay_out(&tail, 0);
        }
        let spare = room - strip.width;
        if spare > 0 {
            strip.lay_out(&tail, spare);
        }
        strip
    }

    /// Adds the columns; returns the marks beyond the last one.
    fn add_journey(&mut self, journey: &Journey) -> [Vec<usize>; 2] {
        let mut tail: [Vec<usize>; 2] = Default::default();
        if let Some(request) = journey.travels.first() {
            let mut pending: Vec<usize> = Vec::new();
            for visit in &request.visits {
                let mut column = Column::new(visit.object.clone());
                pending.extend(visit.gates.iter().map(gate));
                column.before[0] = std::mem::take(&mut pending);
                column.inside[0].clone_from(&visit.inside);
                pending.extend(between(visit));
                self.columns.push(column);
            }
            tail[0] = pending;
            self.ends[0] = self.columns.len().checked_sub(1).map(|last| (0, last));
        }
        if let Some(reply) = journey.travels.get(1) {
            self.add_reply(&reply.visits, &mut tail);
        }
        tail
    }

    fn add_reply(&mut self, visits: &[Visit], tail: &mut [Vec<usize>; 2]) {
        let mut previous: Option<(usize, &Visit)> = None;
        for visit in visits {
            let limit = previous.map_or(self.columns.len(), |(index, _)| index);
            let columns = self.columns.get(..limit).unwrap_or_default();
            let known = columns
                .iter()
                .rposition(|column| column.object == visit.object);
            let index = known.unwrap_or_else(|| {
                self.columns
                    .insert(limit, Column::new(visit.object.clone()));
                for (first, last) in self.ends.iter_mut().flatten() {
                    *first += usize::from(*first >= limit && limit > 0);
                    *last += usize::from(*last >= limit);
                }
                limit
            });
            if let Some((from, before)) = previous {
                let from = if known.is_none() { from + 1 } else { from };
                self.put(from, between(before).collect(), tail);
            }
            self.put(index + 1, visit.gates.iter().map(gate).collect(), tail);
            if let Some(column) = self.columns.get_mut(index) {
                column.inside[1] = visit.inside.iter().rev().copied().collect();
            }
            // A column before all others has moved everything but the ends.
            let moved = usize::from(known.is_none() && limit == 0);
            let first = self.ends[1].map_or(index, |(first, _)| first + moved);
            self.ends[1] = Some((first, index));
            previous = Some((index, visit));
        }
        if let Some((index, last)) = previous {
            self.put(index, between(last).collect(), tail);
        }
    }

    /// Puts marks of the reply, which come in the order of time, to the left of a column.
    fn put(&mut self, index: usize, marks: Vec<usize>, tail: &mut [Vec<usize>; 2]) {
        let slot = match self.columns.get_mut(index) {
            Some(column) => &mut column.before[1],
            None => &mut tail[1],
        };
        for mark in marks {
            slot.insert(0, mark);
        }
    }

    fn need(&self, marks: &[Vec<usize>; 2]) -> i32 {
        let need = |marks: &Vec<usize>| match marks.len() {
            count if count < 2 || !self.merged => BADGE * i32::try_from(count).unwrap_or(0),
            _ => PILL,
        };
        need(&marks[0]).max(need(&marks[1]))
    }

    /// Gives columns, containers and marks their places; `spare` pixels are spread between the columns.
    fn lay_out(&mut self, tail: &[Vec<usize>; 2], spare: i32) {
        self.groups.clear();
        self.marks.clear();
        let count = i32::try_from(self.columns.len()).unwrap_or(1).max(1);
        // Groups that are not closed yet, from outside in; a group stands before what is inside it.
        let mut open: Vec<usize> = Vec::new();
        let mut x = 6;
        for number in 0..self.columns.len() {
            let Some(column) = self.columns.get(number) else {
                continue;
            };
            let same = open
                .iter()
                .zip(&column.chain)
                .take_while(|(group, index)| {
                    let group = self.groups.get(**group);
                    group.is_some_and(|group| group.index == **index)
                })
                .count();
            let (closing, opening) = (open.len() - same, column.chain.len() - same);
            let borders = 8 * i32::try_from(closing + opening).unwrap_or(0);
            let extra = if number == 0 { 0 } else { spare / count };
            let slot = self
                .need(&column.before)
                .max(borders + if number == 0 { 0 } else { 4 })
                + extra;
            let inside = self.need(&column.inside);
            let wide = if column.is_node() {
                inside.max(28) + spare / count / 2
            } else {
                let name = width(&column.object.name, Face::Label) + 8;
                inside.max(name.clamp(CARD.0, CARD.1))
            };
            let wide = wide.max(self.room_for_titles(number, same, opening));
            let mut right = x;
            while open.len() > same {
                right += 8;
                close(&mut self.groups, open.pop(), right);
            }
            let end = x + slot;
            for (depth, &index) in column.chain.iter().skip(same).enumerate() {
                let depth = i32::try_from(opening - depth).unwrap_or(0);
                open.push(self.groups.len());
                self.groups.push(Group {
                    index,
                    left: end - 8 * depth,
                    right: 0,
                });
            }
            let (before, within) = (column.before.clone(), column.inside.clone());
            self.place(&before, x, end);
            self.place(&within, end, end + wide);
            if let Some(column) = self.columns.get_mut(number) {
                (column.left, column.right) = (end, end + wide);
            }
            x = end + wide;
        }
        let end = x + self
            .need(tail)
            .max(8 * i32::try_from(open.len()).unwrap_or(0));
        self.place(&tail.clone(), x, end);
        let mut right = end - 8 * i32::try_from(open.len()).unwrap_or(0);
        while let Some(group) = open.pop() {
            right += 8;
            close(&mut self.groups, Some(group), right);
        }
        self.width = end + 6;
    }

    /// How wide a column must be for the names of regions that are around it alone.
    fn room_for_titles(&self, number: usize, same: usize, opening: usize) -> i32 {
        let chain = |number: usize| self.columns.get(number).map_or(&[][..], |it| &it.chain);
        let next = chain(number + 1);
        let around = chain(number).iter().enumerate().skip(same);
        let alone = around.filter(|(depth, index)| next.get(*depth) != Some(*index));
        let need = alone.filter_map(|(depth, index)| {
            let borders = i32::try_from(opening + same - depth).unwrap_or(0);
            Some(self.titles.get(index)? - 16 * borders)
        });
        need.max().unwrap_or(0)
    }

    fn place(&mut self, slots: &[Vec<usize>; 2], from: i32, to: i32) {
        for (way, marks) in slots.iter().enumerate() {
            let count = i32::try_from(marks.len()).unwrap_or(1).max(1);
            let apart = if self.merged { 0 } else { BADGE };
            let mut x = i32::midpoint(from, to) - apart * (count - 1) / 2;
            for &index in marks {
                self.marks.push(MarkAt { index, way, x });
                x += apart;
            }
        }
    }

    /// The marks that share a badge.
    pub fn badges(&self) -> Vec<Vec<&MarkAt>> {
        let mut groups: Vec<Vec<&MarkAt>> = Vec::new();
        for mark in &self.marks {
            match groups.last_mut() {
                Some(group)
                    if group
                        .last()
                        .is_some_and(|last| last.x == mark.x && last.way == mark.way) =>
                {
                    group.push(mark);
                }
                _ => groups.push(vec![mark]),
            }
        }
        groups
    }

    /// Where the lane of request or reply begins and ends.
    pub fn reach(&self, way: usize, arrives: bool) -> Option<(i32, i32)> {
        let (first, last) = self.ends.get(way).copied().flatten()?;
        let (first, last) = (self.columns.get(first)?, self.columns.get(last)?);
        let marks = || self.marks.iter().filter(|mark| mark.way == way);
        let edge = |column: &Column| match (column.is_node(), way) {
            (true, _) => i32::midpoint(column.left, column.right),
            (false, 0) => column.left,
            (false, _) => column.right,
        };
        // A request leaves its sender at the number of its first step, a reply at the border.
        let leaves = if first.is_node() {
            edge(first)
        } else {
            first.left
        };
        let (start, end) = if way == 0 {
            (
                marks().next().map_or(leaves, |mark| mark.x),
                marks().next_back(),
            )
        } else {
            (leaves, marks().next())
        };
        let end = end.filter(|_| !arrives).map_or(edge(last), |mark| mark.x);
        Some((start, end))
    }
}

fn titles(placement: &Placement, texts: &Texts) -> BTreeMap<usize, i32> {
    let boxes = placement.boxes.iter().enumerate();
    let regions = boxes.filter(|(_, placed)| placed.object.is_none());
    let named = regions.map(|(index, placed)| (index, region_name(placed.look, texts)));
    named
        .filter(|(_, name)| !name.is_empty())
        .map(|(index, name)| (index, width(&name, Face::Name) + 6))
        .collect()
}

fn close(groups: &mut [Group], group: Option<usize>, right: i32) {
    if let Some(group) = group.and_then(|group| groups.get_mut(group)) {
        group.right = right;
    }
}

/// The containers around a box that a strip shows, from outside in; a node is one of its own.
fn chain(placement: &Placement, object: &Ref) -> Vec<usize> {
    let Some(index) = placement.find(object) else {
        return Vec::new();
    };
    let shown = |index: &usize| {
        placement.boxes.get(*index).is_some_and(|placed| {
            placed.look.is_region()
                || matches!(
                    placed.look,
                    Look::Subnet | Look::CompactSubnet | Look::Node | Look::OpenNode
                )
        })
    };
    let own = usize::from(object.kind != Kind::Node);
    let mut chain: Vec<usize> = placement.ancestors(index).skip(own).filter(shown).collect();
    chain.reverse();
    chain
}
