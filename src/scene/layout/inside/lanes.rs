//! The lanes of an opened node along its rows, with the stations on them.

use super::rows::split;
use super::{
    BETWEEN, InnerLane, Inside, Part, Pass, Port, Row, STATION, Station, Turn, Vertex, Wanted,
    to_i32, turn,
};
use crate::scene::geometry::{point, rect};

pub(super) struct Builder<'a> {
    pub(super) passes: &'a [Pass],
    pub(super) rows: &'a [Row],
    pub(super) base: i32,
    pub(super) channel: i32,
    pub(super) pod_x: i32,
    pub(super) inside: Inside,
}

impl Builder<'_> {
    pub(super) fn lanes(&mut self) {
        let mut right_turns = 0;
        for (index, pass) in self.passes.iter().enumerate() {
            let path = match turn(pass) {
                Turn::None => self.straight(index),
                Turn::AtRight => {
                    let channel = self.channel - 20 * right_turns;
                    right_turns += i32::from(pass.travel == 0);
                    self.turn_at_right(index, channel)
                }
                Turn::AtLeft => self.turn_at_left(index),
            };
            let path = self.with_pod_marks(pass, path);
            self.inside.lanes.push(InnerLane {
                travel: pass.travel,
                visit: pass.visit,
                path,
            });
        }
    }

    /// Adds the badges that stand before the border of a pod.
    fn with_pod_marks(&mut self, pass: &Pass, mut path: Vec<Vertex>) -> Vec<Vertex> {
        let before = |vertex: &Vertex| vertex.at.offset(-12, 0);
        let first = path
            .first()
            .map(before)
            .zip((!pass.first.is_empty()).then_some(1));
        let last = path
            .last()
            .map(before)
            .zip((!pass.last.is_empty()).then_some(path.len().saturating_sub(1)));
        for (found, marks) in [(last, &pass.last), (first, &pass.first)] {
            let Some((at, index)) = found else { continue };
            for &mark in marks.iter().rev() {
                path.insert(
                    index.min(path.len()),
                    Vertex {
                        at,
                        mark: Some(mark),
                    },
                );
                self.inside.stations.push(Station {
                    mark,
                    rect: rect(at.x, at.y, 0, 0),
                    badge: at,
                    note: at.offset(-20, 24),
                });
            }
        }
        path
    }

    fn row(&self, pass: usize, part: Part) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.pass == pass && row.part == part)
    }

    pub(super) fn stations(&self, pass: usize) -> Vec<Wanted> {
        self.passes
            .get(pass)
            .map_or_else(Vec::new, |pass| pass.stations.clone())
    }

    fn straight(&mut self, index: usize) -> Vec<Vertex> {
        let Some((y, right)) = self.row(index, Part::Whole).map(|row| (row.y, row.right)) else {
            return Vec::new();
        };
        let stations = self.stations(index);
        let Some(pass) = self.passes.get(index) else {
            return Vec::new();
        };
        let (entry, exit) = (pass.entry.clone(), pass.exit.clone());
        let mut path = Vec::new();
        if right {
            if entry == Port::Nic {
                path.push(plain(0, y));
            }
            let last = self.place_right(&stations, self.base, y, &mut path);
            match exit {
                Port::Inside => path.push(plain(last + 16, y)),
                _ => path.push(plain(self.pod_x, y)),
            }
        } else {
            if matches!(entry, Port::Pod(_)) {
                path.push(plain(self.pod_x, y));
            }
            let last = self.place_left(&stations, self.channel - 20, y, &mut path);
            match exit {
                Port::Inside => path.push(plain((last - 32).max(12), y)),
                _ => path.push(plain(0, y)),
            }
        }
        path
    }

    fn turn_at_right(&mut self, index: usize, channel: i32) -> Vec<Vertex> {
        let (Some(way_in), Some(out)) = (self.row(index, Part::In), self.row(index, Part::Out))
        else {
            return Vec::new();
        };
        let (y_in, y_out) = (way_in.y, out.y);
        let stations = self.stations(index);
        let mut path = vec![plain(0, y_in)];
        if self.passes.get(index).is_some_and(|pass| pass.travel == 1) {
            self.tight_turn(&stations, y_in, y_out, &mut path);
        } else {
            // What is decided before routing stands on the way in, what is decided last on the way out.
            let split = split(stations.len());
            let (first, last) = stations.split_at(split);
            self.place_right(first, self.base, y_in, &mut path);
            path.push(plain(channel, y_in));
            path.push(plain(channel, y_out));
            self.place_left(last, channel - 4, y_out, &mut path);
        }
        path.push(plain(0, y_out));
        path
    }

    /// A reply that turns at its last station, which is as high as both rows.
    fn tight_turn(&mut self, stations: &[Wanted], y_in: i32, y_out: i32, path: &mut Vec<Vertex>) {
        let Some((last, first)) = stations.split_last() else {
            path.push(plain(self.base + 24, y_in));
            path.push(plain(self.base + 24, y_out));
            return;
        };
        let after = self.place_right(first, self.base, y_in, path);
        let x = if first.is_empty() {
            self.base
        } else {
            after + BETWEEN
        };
        let badge = point(x, i32::midpoint(y_in, y_out));
        path.push(plain(x, y_in));
        path.push(Vertex {
            at: badge,
            mark: Some(last.mark),
        });
        path.push(plain(x, y_out));
        self.inside.stations.push(Station {
            mark: last.mark,
            rect: rect(x, y_out - 8, last.width, y_in - y_out + 16),
            badge,
            note: point(x + last.width + 8, badge.y - 4),
        });
    }

    fn turn_at_left(&mut self, index: usize) -> Vec<Vertex> {
        let (Some(way_in), Some(out)) = (self.row(index, Part::In), self.row(index, Part::Out))
        else {
            return Vec::new();
        };
        let (y_in, y_out) = (way_in.y, out.y);
        let span = (y_in - y_out).abs();
        // The turn that spans more lies further out.
        let wider = (0..self.passes.len())
            .filter(|&other| other != index)
            .filter(|&other| {
                self.passes
                    .get(other)
                    .is_some_and(|pass| turn(pass) == Turn::AtLeft)
            })
            .filter(
                |&other| match (self.row(other, Part::In), self.row(other, Part::Out)) {
                    (Some(a), Some(b)) => ((a.y - b.y).abs(), index) > (span, other),
                    _ => false,
                },
            )
            .count();
        let channel = 20 + 20 * to_i32(wider);
        let stations = self.stations(index);
        let split = split(stations.len());
        let (first, last) = stations.split_at(split);
        let mut path = vec![plain(self.pod_x, y_in)];
        self.place_left(first, self.channel - 20, y_in, &mut path);
        path.push(plain(channel, y_in));
        path.push(plain(channel, y_out));
        self.place_right(last, self.base, y_out, &mut path);
        path.push(plain(self.pod_x, y_out));
        path
    }

    /// Places stations from `x` to the right; returns the right end of the last.
    fn place_right(&mut self, stations: &[Wanted], x: i32, y: i32, path: &mut Vec<Vertex>) -> i32 {
        let mut cursor = x;
        let mut end = x;
        for station in stations {
            end = cursor + station.width;
            self.put(station, cursor, y, path);
            cursor += station.width.max(station.note) + BETWEEN;
        }
        end
    }

    /// Places stations so that the first ends at `x` and the others follow to the left; returns the left end of the last.
    fn place_left(&mut self, stations: &[Wanted], x: i32, y: i32, path: &mut Vec<Vertex>) -> i32 {
        let mut cursor = x;
        for station in stations {
            cursor -= station.width.max(station.note);
            self.put(station, cursor, y, path);
            cursor -= BETWEEN;
        }
        if stations.is_empty() {
            x
        } else {
            cursor + BETWEEN
        }
    }

    fn put(&mut self, station: &Wanted, x: i32, y: i32, path: &mut Vec<Vertex>) {
        let badge = point(x, y);
        path.push(Vertex {
            at: badge,
            mark: Some(station.mark),
        });
        self.inside.stations.push(Station {
            mark: station.mark,
            rect: rect(x, y - STATION / 2, station.width, STATION),
            badge,
            note: point(x + 2, y + STATION / 2 + 13),
        });
    }
}

fn plain(x: i32, y: i32) -> Vertex {
    Vertex {
        at: point(x, y),
        mark: None,
    }
}
