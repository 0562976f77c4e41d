//! Where things stand on the timeline. Whole pixels, no drawing.

use crate::engine::stage::Stage;
use crate::engine::trace::Verdict;
use crate::model::object::{Kind, Ref};
use crate::ui::answer::{Stop, Walk, rewrites_destination, rewrites_source};
use crate::ui::context::Words;

/// A column: a place, as often as the request comes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub label: String,
    /// Middle.
    pub x: i32,
    /// Left border.
    pub left: i32,
    /// Width.
    pub width: i32,
    place: Ref,
    steps: usize,
}

/// A step as a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Index of the step.
    pub index: usize,
    /// Middle.
    pub x: i32,
    /// Middle.
    pub y: i32,
    /// Whether it rewrites an address, and so is a diamond.
    pub rewrites: bool,
    /// Whether it belongs to the reply.
    pub reply: bool,
    /// Index of its column.
    pub column: usize,
}

/// An address along a lane, from where it was written until the next rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Left end of the text.
    pub x: i32,
    /// Where the hairline ends.
    pub end: i32,
    /// Base line of the text.
    pub y: i32,
    /// The address.
    pub text: String,
    /// Index of the step that wrote it; `None` for the first one.
    pub written_by: Option<usize>,
    /// Whether it belongs to the reply.
    pub reply: bool,
}

/// The end of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The verdict.
    pub verdict: Verdict,
    /// Middle of the symbol.
    pub x: i32,
    /// Middle of the symbol.
    pub y: i32,
}

/// Everything that the timeline draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Width of the whole.
    pub width: i32,
    /// Height of the whole.
    pub height: i32,
    /// The places.
    pub columns: Vec<Column>,
    /// The steps.
    pub badges: Vec<Badge>,
    /// The addresses.
    pub bands: Vec<Band>,
    /// End of the request.
    pub request_end: Option<End>,
    /// End of the reply.
    pub reply_end: Option<End>,
    /// Words at the left of the lanes: text and base line.
    pub lane_names: Vec<(String, i32)>,
    /// Whether there is one lane only.
    pub compact: bool,
}

const REQUEST_Y: i32 = 62;
const REPLY_Y: i32 = 132;
const LEFT: i32 = 78;
const RIGHT: i32 = 44;
/// Advance of the mono face at the size of the bands, in hundredths of a pixel.
const MONO: i32 = 633;

impl Plan {
    /// Lays a walk out over `width` pixels.
    pub fn new(walk: &Walk, width: i32, compact: bool, words: &Words) -> Self {
        let Grid {
            mut columns,
            of_stop,
            ..
        } = Grid::of(walk, words);
        let (left, right) = if compact { (18, 18) } else { (LEFT, RIGHT) };
        spread(&mut columns, left, width - right);
        let mut plan = Self {
            width,
            height: if compact { 52 } else { 168 },
            columns,
            badges: Vec::new(),
            bands: Vec::new(),
            request_end: None,
            reply_end: None,
            lane_names: Vec::new(),
            compact,
        };
        if compact {
            plan.place_in_a_row(walk, left, width - right);
        } else {
            plan.place_badges(walk, &of_stop);
            plan.place_ends(walk);
            plan.place_bands(walk, width);
            let name = |id: &str| words.get(id).to_string();
            plan.lane_names.push((name("request"), REQUEST_Y + 4));
            if walk.trace(true).is_some() {
                plan.lane_names.push((name("reply"), REPLY_Y + 4));
            }
        }
        plan
    }

    /// The step nearest to a point; one more than the last for the end of the walk.
    pub fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        let distance = |at: (i32, i32)| {
            let (dx, dy) = (f64::from(at.0) - x, f64::from(at.1) - y);
            // The lane is chosen first, then the place on it.
            dx.abs() + dy.abs() * 8.0
        };
        let steps = self
            .badges
            .iter()
            .map(|badge| (badge.index, distance((badge.x, badge.y))));
        let last = self.badges.iter().map(|badge| badge.index).max()?;
        let end = match self.reply_end.or(self.request_end) {
            Some(end) => (end.x, end.y),
            None => (self.width - 18, 27),
        };
        let best = steps
            .chain([(last + 1, distance(end))])
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(best.0)
    }

    fn place_in_a_row(&mut self, walk: &Walk, left: i32, right: i32) {
        // The last place is the verdict's.
        let gaps = int(walk.len().max(1));
        for view in walk.stops() {
            self.badges.push(Badge {
                index: view.index,
                x: left + (right - left) * int(view.index) / gaps,
                y: 27,
                rewrites: view.rewrites(),
                reply: view.reply,
                column: 0,
            });
        }
    }

    fn place_badges(&mut self, walk: &Walk, column_of: &[usize]) {
        for reply in [false, true] {
            let mut seen = vec![0_i32; self.columns.len()];
            let mut total = vec![0_i32; self.columns.len()];
            let views = || walk.stops().filter(move |view| view.reply == reply);
            for view in views() {
                let column = column_of.get(view.index).copied().unwrap_or(0);
                if let Some(count) = total.get_mut(column) {
                    *count += 1;
                }
            }
            for view in views() {
                let column = column_of.get(view.index).copied().unwrap_or(0);
                let (Some(at), Some(count), Some(seen)) = (
                    self.columns.get(column),
                    total.get(column),
                    seen.get_mut(column),
                ) else {
                    continue;
                };
                *seen += 1;
                let share = at.width * (2 * *seen - 1) / (2 * count.max(&1));
                let x = if reply {
                    at.left + at.width - share
                } else {
                    at.left + share
                };
                self.badges.push(Badge {
                    index: view.index,
                    x,
                    y: if reply { REPLY_Y } else { REQUEST_Y },
                    rewrites: view.rewrites(),
                    reply,
                    column,
                });
            }
        }
    }

    fn place_ends(&mut self, walk: &Walk) {
        for (reply, y) in [(false, REQUEST_Y), (true, REPLY_Y)] {
            let Some(trace) = walk.trace(reply) else {
                continue;
            };
            let xs = self
                .badges
                .iter()
                .filter(|badge| badge.reply == reply)
                .map(|badge| badge.x);
            let near = if reply {
                xs.min().map(|x| x - 26)
            } else {
                xs.max().map(|x| x + 26)
            };
            let place = trace.hops.last().map(|hop| &hop.place);
            let column = self
                .columns
                .iter()
                .filter(|column| Some(&column.place) == place);
            let x = if reply {
                column.map(|column| column.x).min()
            } else {
                column.map(|column| column.x).max()
            };
            let beyond =
                |x: &i32| near.is_none_or(|near| if reply { *x <= near } else { *x >= near });
            let end = End {
                verdict: trace.disposition.verdict(),
                x: x.filter(beyond).or(near).unwrap_or(LEFT),
                y,
            };
            if reply {
                self.reply_end = Some(end);
            } else {
                self.request_end = Some(end);
            }
        }
    }

    fn place_bands(&mut self, walk: &Walk, width: i32) {
        let request_end = width - 56;
        for (reply, above, below) in [(false, 44, 87), (true, 116, 154)] {
            let views: Vec<Stop<'_>> = walk.stops().filter(|view| view.reply == reply).collect();
            self.band(&views, above, request_end, true);
            self.band(&views, below, request_end, false);
        }
    }

    /// The band of the source (or destination) of one lane.
    fn band(&mut self, views: &[Stop<'_>], y: i32, end: i32, source: bool) {
        let Some(first) = views.first() else { return };
        let text = |packet: &crate::model::packet::Packet| {
            if source {
                packet.source_text()
            } else {
                packet.destination_text()
            }
        };
        let x_of = |index: usize, badges: &[Badge]| {
            badges
                .iter()
                .find(|badge| badge.index == index)
                .map_or(LEFT, |badge| badge.x)
        };
        let mut pieces = vec![(
            x_of(first.index, &self.badges) - 8,
            text(&first.step.before),
            None,
        )];
        for view in views {
            let rewritten = if source {
                rewrites_source(view.step)
            } else {
                rewrites_destination(view.step)
            };
            if rewritten {
                pieces.push((
                    x_of(view.index, &self.badges) + 14,
                    text(&view.step.after),
                    Some(view.index),
                ));
            }
        }
        if first.reply {
            // The reply runs to the left: each address holds from its step to the left, so its text begins at the end.
            for index in 0..pieces.len() {
                let next = pieces.get(index + 1).map_or(LEFT + 4, |piece| piece.0 - 8);
                if let Some(piece) = pieces.get_mut(index) {
                    let own_end = if index == 0 { end } else { piece.0 - 24 };
                    piece.0 = next.max(LEFT);
                    self.push_band(piece.0, own_end, y, &piece.1, piece.2, true);
                }
            }
        } else {
            for index in 0..pieces.len() {
                let stop = pieces.get(index + 1).map_or(end, |piece| piece.0 - 12);
                if let Some((x, text, by)) = pieces.get(index) {
                    self.push_band(*x, stop, y, text, *by, false);
                }
            }
        }
    }

    /// Adds a band if its text fits before `end`; the last one may run over.
    fn push_band(
        &mut self,
        x: i32,
        end: i32,
        y: i32,
        text: &str,
        written_by: Option<usize>,
        reply: bool,
    ) {
        let needed = text_width(text);
        if x + needed > end + 8 && end + 8 < self.width - 60 {
            return;
        }
        self.bands.push(Band {
            x,
            end,
            y,
            text: text.to_owned(),
            written_by,
            reply,
        });
    }
}

impl Band {
    /// Where the hairline after the text begins.
    pub fn line_start(&self) -> i32 {
        self.x + text_width(&self.text) + 6
    }
}

fn text_width(text: &str) -> i32 {
    int(text.chars().count()) * MONO / 100
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The columns of a walk, and the column of each of its decisions.
struct Grid<'a> {
    words: &'a Words,
    columns: Vec<Column>,
    of_stop: Vec<usize>,
}

impl<'a> Grid<'a> {
    fn of(walk: &Walk, words: &'a Words) -> Self {
        let mut grid = Self {
            words,
            columns: Vec::new(),
            of_stop: vec![0; walk.len()],
        };
        for group in groups(walk, false) {
            grid.columns.push(grid.column(&group));
            grid.put(&group, grid.columns.len() - 1);
        }
        grid.reply(walk);
        grid
    }

    /// The reply runs back through the same columns; where it goes elsewhere, it gets columns of its own.
    fn reply(&mut self, walk: &Walk) {
        let mut limit = self.columns.len();
        for group in groups(walk, true) {
            let same = |column: &Column| column.place == *group.place;
            let found = self.columns.iter().take(limit).rposition(same);
            if let Some(index) = found {
                if let Some(column) = self.columns.get_mut(index) {
                    column.steps = column.steps.max(group.stops.len());
                }
                self.put(&group, index);
                limit = index;
            } else {
                let column = self.column(&group);
                self.columns.insert(limit, column);
                for of_stop in &mut self.of_stop {
                    *of_stop += usize::from(*of_stop >= limit);
                }
                self.put(&group, limit);
            }
        }
    }

    fn column(&self, group: &Group<'_>) -> Column {
        Column {
            label: label(self.words, group),
            x: 0,
            left: 0,
            width: 0,
            place: group.place.clone(),
            steps: group.stops.len(),
        }
    }

    fn put(&mut self, group: &Group<'_>, column: usize) {
        for stop in &group.stops {
            if let Some(of_stop) = self.of_stop.get_mut(stop.index) {
                *of_stop = column;
            }
        }
    }
}

/// Decisions at one place, one after the other.
struct Group<'a> {
    place: &'a Ref,
    stops: Vec<Stop<'a>>,
}

/// The places of one direction in order; the last one may have no decision: the receiver.
fn groups(walk: &Walk, reply: bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for stop in walk.stops().filter(|stop| stop.reply == reply) {
        match groups.last_mut() {
            Some(group) if !stop.new_place => group.stops.push(stop),
            _ => groups.push(Group {
                place: stop.place,
                stops: vec![stop],
            }),
        }
    }
    let end = walk
        .trace(reply)
        .and_then(|trace| trace.hops.last())
        .map(|hop| &hop.place);
    if let Some(place) = end.filter(|end| groups.last().is_none_or(|group| group.place != *end)) {
        groups.push(Group {
            place,
            stops: Vec::new(),
        });
    }
    groups
}

/// Shares the width among the columns by the number of their steps.
fn spread(columns: &mut [Column], left: i32, right: i32) {
    let weight = |column: &Column| {
        int(column.steps.max(1)) * 10 + int(column.label.chars().count().min(12)) + 6
    };
    let total: i32 = columns.iter().map(weight).sum::<i32>().max(1);
    let mut done = 0;
    for column in columns {
        let own = weight(column);
        column.left = left + (right - left) * done / total;
        done += own;
        column.width = left + (right - left) * done / total - column.left;
        column.x = column.left + column.width / 2;
    }
}

/// The name of a place, or what of a subnet is passed: its rules or its routes.
fn label(words: &Words, group: &Group<'_>) -> String {
    let all = |wanted: fn(Stage) -> bool| {
        !group.stops.is_empty() && group.stops.iter().all(|stop| wanted(stop.step.stage))
    };
    if all(|stage| stage.as_str().starts_with("azure.nsg")) {
        return "NSG".to_owned();
    }
    if group.place.kind == Kind::Subnet && all(|stage| stage == Stage::AzureRoute) {
        return words.get("timeline-routes").to_string();
    }
    words.texts().object(group.place)
}
