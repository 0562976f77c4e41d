//! The walk with places as columns: the request runs left to right, the reply right to left in the
//! same columns, and the addresses run along each lane until the next rewrite.

mod bands;
mod columns;
#[cfg(test)]
mod tests;

use bands::Value;

use super::draw::Playhead;
use super::geometry::{Point, Size, point, rect};
use super::journey::glyph;
use super::measure::{Face, cut};
use super::numbering::{Mark, Numbering};
use super::shape::{Element, ElementKind, Move, Path, Run, Scene, Shape};
use super::station;
use crate::engine::trace::{Branch, Trace, Verdict};
use crate::model::object::Ref;
use crate::model::packet::Packet;
use crate::text::Texts;

/// Height of the timeline, and the rows of its parts.
const HEIGHT: i32 = 168;
const LABELS: i32 = 22;
const REQUEST: i32 = 62;
const REPLY: i32 = 132;
/// Where the first badge is, and what is left free on the right for the turn.
const LEFT: i32 = 92;
const RIGHT: i32 = 44;
/// How often columns move together to make room for the last addresses.
const TRIES: usize = 8;
/// The least distance between two badges.
const APART: i32 = 44;

/// Reads an address and port of a packet.
type Read = fn(&Packet) -> String;

/// A column: consecutive decisions at one place.
struct Column {
    key: String,
    label: String,
    object: Ref,
    /// Marks of the request, and of the reply, by index.
    request: Vec<usize>,
    reply: Vec<usize>,
}

/// A column in its place.
struct Laid {
    /// The middle of its first slot.
    first: i32,
    /// The middle of the column.
    middle: i32,
    /// Where it ends.
    end: i32,
}

/// Draws the timeline of `branch`, at least `width` wide; wider if its steps need it.
pub fn draw(
    branch: &Branch,
    numbering: &Numbering,
    playhead: Playhead,
    texts: &Texts,
    width: i32,
) -> Scene {
    let timeline = Timeline::new(branch, numbering, playhead, texts, width);
    Scene {
        size: Size {
            width: timeline.width,
            height: HEIGHT,
        },
        language: texts.language().code(),
        title: texts.get("scene-timeline"),
        description: texts.get("scene-timeline-description"),
        elements: timeline.elements(),
    }
}

struct Timeline<'a> {
    branch: &'a Branch,
    numbering: &'a Numbering,
    playhead: Playhead,
    texts: &'a Texts,
    columns: Vec<Column>,
    laid: Vec<Laid>,
    /// Where each mark is, by index.
    places: Vec<Point>,
    width: i32,
    /// Where the lane of the request ends and that of the reply begins.
    far: i32,
}

impl<'a> Timeline<'a> {
    fn new(
        branch: &'a Branch,
        numbering: &'a Numbering,
        playhead: Playhead,
        texts: &'a Texts,
        width: i32,
    ) -> Self {
        let mut timeline = Self {
            branch,
            numbering,
            playhead,
            texts,
            columns: Vec::new(),
            laid: Vec::new(),
            places: vec![point(LEFT, REQUEST); numbering.len()],
            width,
            far: LEFT,
        };
        timeline.add_request();
        timeline.add_reply();
        timeline.lay_out(width, 0);
        // Columns move together where the last addresses would not fit behind them; how much they gain depends on how many
        // columns are before the last rewrite.
        let mut spare = 0;
        for _ in 0..TRIES {
            let over = timeline.reach() + RIGHT - width;
            if over <= 0 {
                break;
            }
            spare += over;
            timeline.lay_out(width, spare);
        }
        timeline.far = timeline.reach();
        timeline.width = timeline.width.max(timeline.far + RIGHT);
        timeline
    }

    fn elements(&self) -> Vec<Element> {
        let mut elements = self.scale();
        let connection = &self.branch.connection;
        elements.extend(self.lane(&connection.original, false));
        if let Some(reply) = &connection.reply {
            elements.extend(self.lane(reply, true));
        }
        for (index, mark) in self.numbering.marks.iter().enumerate() {
            elements.extend(self.badge(index, mark));
        }
        elements.extend(self.knob());
        elements.sort_by_key(|element| (element.kind != ElementKind::Scale, element.kind));
        elements
    }

    /// The names of the columns, and the lines between them.
    fn scale(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        let current = match self.playhead {
            Playhead::At(number) => number.checked_sub(1),
            Playhead::End => None,
        };
        for (index, (column, laid)) in self.columns.iter().zip(&self.laid).enumerate() {
            let here = current.is_some_and(|current| {
                column.request.contains(&current) || column.reply.contains(&current)
            });
            let before = index
                .checked_sub(1)
                .and_then(|before| self.laid.get(before));
            let room = 2
                * (laid.end - laid.middle).min(laid.middle - before.map_or(8, |before| before.end))
                - 8;
            let (class, face) = if here {
                ("t-mid t-name", Face::Name)
            } else {
                ("t-mid", Face::Label)
            };
            let shown = cut(&column.label, face, room.max(28));
            let shape = Shape::Text {
                at: point(laid.middle, LABELS),
                class: class.into(),
                full: (shown != column.label).then(|| column.label.clone()),
                runs: vec![Run::new(shown, "", 0)],
            };
            let name = self.texts.object(&column.object);
            elements.push(
                Element::new(format!("column-{index}"), ElementKind::Note, vec![shape])
                    .of_object(column.object.clone(), name),
            );
            if index + 1 < self.columns.len() {
                let tick = Path::through(&[point(laid.end, 12), point(laid.end, 158)]);
                elements.push(Element::new(
                    format!("tick-{index}"),
                    ElementKind::Scale,
                    vec![Shape::path(tick, "tick")],
                ));
            }
        }
        elements
    }

    fn reached(&self, mark: usize) -> bool {
        self.playhead.reached(mark + 1)
    }

    /// Where the lane of the request ends: at the receiver's column, or after the last step; later where the addresses
    /// that nothing rewrites any more need the room.
    fn reach(&self) -> i32 {
        let connection = &self.branch.connection;
        let (request, reply) = (self.marks(false), self.marks(true));
        let start = request.first().map_or(LEFT, |&(index, _)| self.x(index));
        let end = self.last_place();
        let mut reach = end;
        for read in [Packet::source_text, Packet::destination_text] {
            let last = self.runs(&request, &connection.original, (start, end), read);
            reach = reach.max(last.last().map_or(end, Value::whole));
            if let Some(trace) = &connection.reply {
                let first = self.runs(&reply, trace, (end, LEFT), read);
                reach = reach.max(first.first().map_or(end, Value::whole));
            }
        }
        reach
    }

    fn last_place(&self) -> i32 {
        let last = self
            .marks(false)
            .last()
            .map_or(LEFT, |&(index, _)| self.x(index));
        if self.branch.connection.received.is_some() {
            self.laid.last().map_or(last, |laid| laid.first)
        } else {
            last + 30
        }
    }

    fn x(&self, mark: usize) -> i32 {
        self.places.get(mark).map_or(LEFT, |at| at.x)
    }

    fn lane(&self, trace: &Trace, reply: bool) -> Vec<Element> {
        let marks = self.marks(reply);
        let verdict = trace.disposition.verdict();
        let (y, way, word) = if reply {
            (REPLY, "reply", "scene-reply")
        } else {
            (REQUEST, "request", "scene-request")
        };
        let start = if reply {
            self.far
        } else {
            marks.first().map_or(LEFT, |&(index, _)| self.x(index))
        };
        let end = match (reply, verdict) {
            (true, Verdict::Delivered) => LEFT,
            (true, _) => marks.last().map_or(LEFT, |&(index, _)| self.x(index) - 30),
            (false, _) => self.far,
        };
        let over = self.is_over(&marks, verdict, reply);
        let reached = marks.iter().rev().find(|(index, _)| self.reached(*index));
        let done = if over {
            Some(end)
        } else {
            reached.map(|&(index, _)| self.x(index))
        };
        let mut elements = vec![self.word(word, way, y)];
        elements.extend(self.laid_ink(reply, way, start, end, done));
        elements.push(self.end_glyph(verdict, over, way, point(end, y), reply));
        elements.extend(self.bands(&marks, trace, reply, (start, end)));
        elements
    }

    fn is_over(&self, marks: &[(usize, &Mark)], verdict: Verdict, reply: bool) -> bool {
        let last = marks.last().map(|&(index, _)| index);
        match self.playhead {
            Playhead::End => true,
            Playhead::At(_) if verdict == Verdict::Delivered => {
                let first_of_reply = self.marks(true).first().map(|&(index, _)| index);
                !reply && first_of_reply.is_some_and(|first| self.reached(first))
            }
            Playhead::At(_) => last.is_none_or(|last| self.reached(last)),
        }
    }

    fn word(&self, id: &str, way: &str, y: i32) -> Element {
        let shapes = vec![
            Shape::text(point(14, y + 4), self.texts.get(id), ""),
            Shape::text(point(14, y - 17), "src", "t-note"),
            Shape::text(point(14, y + 26), "dst", "t-note"),
        ];
        Element::new(format!("word-{way}"), ElementKind::Note, shapes)
    }

    fn laid_ink(
        &self,
        reply: bool,
        way: &str,
        start: i32,
        end: i32,
        done: Option<i32>,
    ) -> Vec<Element> {
        let y = if reply { REPLY } else { REQUEST };
        let class = if reply { "lane lane--reply" } else { "lane" };
        let kind = if reply {
            ElementKind::ReplyLane
        } else {
            ElementKind::RequestLane
        };
        let mut elements = Vec::new();
        let mut piece = |part: &str, from: i32, to: i32, turn: bool| {
            if from == to && !turn {
                return;
            }
            let mut shapes = Vec::new();
            if turn {
                shapes.push(Shape::path(
                    turned(self.far, self.width),
                    format!("{class} lane--{part}"),
                ));
            }
            shapes.push(Shape::path(
                Path::through(&[point(from, y), point(to, y)]),
                format!("{class} lane--{part}"),
            ));
            if to == end {
                shapes.push(tip(
                    point(if reply { to + 10 } else { to - 9 }, y),
                    reply,
                    part,
                ));
            }
            elements.push(Element::new(format!("time-{way}-{part}"), kind, shapes));
        };
        match done {
            Some(done) => {
                piece("ahead", done, end, false);
                piece("done", start, done, reply);
            }
            None => piece("ahead", start, end, reply),
        }
        elements
    }

    fn end_glyph(
        &self,
        verdict: Verdict,
        over: bool,
        way: &str,
        at: Point,
        reply: bool,
    ) -> Element {
        let (icon, class) = glyph(verdict);
        let class = if over { class } else { "v-ahead" };
        let shape = Shape::icon(icon, rect(at.x - 8, at.y - 8, 16, 16), class);
        let mut element = Element::new(format!("end-{way}"), ElementKind::Verdict, vec![shape]);
        element.name = format!(
            "{} {}",
            self.texts.get(if reply {
                "scene-reply"
            } else {
                "scene-request"
            }),
            self.texts.verdict(verdict)
        );
        element
    }

    fn badge(&self, index: usize, mark: &Mark) -> Option<Element> {
        let at = *self.places.get(index)?;
        let (place, step) = self.step(index)?;
        let current = self.playhead.is_at(index + 1);
        let shapes = super::draw::badge_shapes(mark.number, mark.rewrites, current);
        let classes = [
            "badge",
            if mark.step.reply { "badge--reply" } else { "" },
            if self.reached(index) {
                ""
            } else {
                "badge--ahead"
            },
        ];
        let used: Vec<&str> = classes
            .into_iter()
            .filter(|class| !class.is_empty())
            .collect();
        let mut element = Element::new(format!("time-{}", mark.number), ElementKind::Badge, shapes)
            .of_step(mark.step)
            .at(at, 100)
            .class(used.join(" "));
        let number = i64::try_from(mark.number).unwrap_or(i64::MAX);
        element.name = self.texts.message(
            "scene-step",
            &[
                ("number", number.into()),
                ("place", place.clone().into()),
                ("stage", station::name(step.stage).into()),
            ],
        );
        Some(element)
    }

    /// Between the names of the columns and the addresses; where these are in its way, it passes behind them.
    fn knob(&self) -> Option<Element> {
        let Playhead::At(number) = self.playhead else {
            return None;
        };
        let at = *self.places.get(number.checked_sub(1)?)?;
        let shapes = vec![
            Shape::path(
                Path::through(&[at.offset(0, -31), at.offset(0, -18)]),
                "playhead",
            ),
            Shape::Circle {
                centre: at.offset(0, -33),
                radius: 4,
                class: "playhead-knob".into(),
            },
        ];
        Some(Element::new("playhead", ElementKind::Cable, shapes))
    }
}

/// From the end of the request around to the beginning of the reply.
fn turned(x: i32, width: i32) -> Path {
    let right = (x + 28).min(width - 8);
    Path(vec![
        Move::To(point(x + 10, REQUEST)),
        Move::Line(point(right - 10, REQUEST)),
        Move::Curve(point(right, REQUEST), point(right, REQUEST + 10)),
        Move::Line(point(right, REPLY - 10)),
        Move::Curve(point(right, REPLY), point(right - 10, REPLY)),
        Move::Line(point(x, REPLY)),
    ])
}

fn tip(at: Point, reply: bool, part: &str) -> Shape {
    if reply {
        let path = Path::through(&[at.offset(4, -4), at, at.offset(4, 4)]);
        Shape::path(path, format!("head head--reply head--{part}"))
    } else {
        let path = Path::outline(&[at, at.offset(-7, -4), at.offset(-7, 4)]);
        Shape::path(path, format!("head head--{part}"))
    }
}
