//! The path of a walk in one strip, for screens on which the picture would be too small to read.
//!
//! 1. Columns: the boxes that the request visits, in its order; the reply comes back through the
//!    same ones. A box that the request comes back to is drawn again, and one that only the reply
//!    visits stands where the reply passes.
//! 2. Containers are drawn around neighbouring columns: region, subnet, node.
//! 3. One row for the request and one below for the reply; numbers merge where there is no room.
//! 4. The packet hangs below on a hairline.

mod columns;
mod states;

use super::draw::{Playhead, badge_shapes};
use super::geometry::{Rect, Size, point, rect};
use super::icons;
use super::journey::{glyph, step_at};
use super::layout::{Look, Placement};
use super::measure::{Face, cut, width};
use super::shape::{Element, ElementKind, Path, Scene, Shape};
use crate::engine::events::Failures;
use crate::engine::trace::{Branch, Verdict};
use crate::model::network::Network;
use crate::text::Texts;
use columns::{Column, Strip};
use states::States;

/// Rows of the request and of the reply.
const ROWS: [i32; 2] = [105, 143];
/// The lower edge of the outermost container.
const BOTTOM: i32 = 190;
/// How much of the lower end of a card its name takes.
const NAME: i32 = 20;
/// The packet's label.
const LABEL: i32 = 202;
const LABEL_HEIGHT: i32 = 26;

/// What a strip says about its objects besides the walk.
#[derive(Clone, Copy)]
pub struct Trouble<'a> {
    /// Which pods and nodes are ready.
    pub network: &'a Network,
    /// What is out of order.
    pub failures: &'a Failures,
}

/// Draws the walk of `branch`, which must be the one that was placed, in about `room` pixels.
pub fn draw(
    placement: &Placement,
    branch: &Branch,
    playhead: Playhead,
    texts: &Texts,
    room: i32,
) -> Scene {
    let trouble = Trouble {
        network: &Network::default(),
        failures: &Failures::default(),
    };
    draw_failing(placement, trouble, branch, playhead, texts, room)
}

/// The same at a moment at which something is out of order.
pub fn draw_failing(
    placement: &Placement,
    trouble: Trouble<'_>,
    branch: &Branch,
    playhead: Playhead,
    texts: &Texts,
    room: i32,
) -> Scene {
    let strip = Strip::of(placement, texts, room);
    let drawer = Drawer {
        placement,
        branch,
        playhead,
        texts,
        strip: &strip,
        states: States { trouble, texts },
    };
    let mut elements = Vec::new();
    drawer.containers(&mut elements);
    drawer.cards(&mut elements);
    for (way, travel) in placement.journey.travels.iter().enumerate().take(2).rev() {
        drawer.lane(way, travel.verdict, &mut elements);
    }
    drawer.badges(&mut elements);
    elements.extend(drawer.packet());
    Scene {
        size: Size {
            width: strip.width,
            height: LABEL + LABEL_HEIGHT + 4,
        },
        language: texts.language().code(),
        title: texts.get("scene-strip"),
        description: String::new(),
        elements,
    }
}

struct Drawer<'a> {
    placement: &'a Placement,
    branch: &'a Branch,
    playhead: Playhead,
    texts: &'a Texts,
    strip: &'a Strip,
    states: States<'a>,
}

impl Drawer<'_> {
    fn containers(&self, out: &mut Vec<Element>) {
        for (number, group) in self.strip.groups.iter().enumerate() {
            let Some(placed) = self.placement.boxes.get(group.index) else {
                continue;
            };
            let (class, radius, inset) = match placed.look {
                Look::OpenNode | Look::Node => ("box box--node", 7, 2),
                look if look.is_region() => ("box box--region", 8, 0),
                _ => ("box box--subnet", 8, 1),
            };
            let object = placed.object.as_ref();
            let class = self.states.class(class, object);
            let at = rect(
                group.left,
                26 * inset,
                group.right - group.left,
                BOTTOM - 8 * inset - 26 * inset,
            );
            let name = match object {
                Some(object) => object.name.to_string(),
                None => region_name(placed.look, self.texts),
            };
            let face = if placed.look.is_region() {
                "t-region"
            } else {
                "t-name"
            };
            let name = cut(&name, Face::Name, (at.width - 6).max(12));
            let shapes = vec![
                Shape::rect(at, radius, class),
                Shape::text(point(at.x + 6, at.y + 17), name, face),
            ];
            let kind = if placed.look.is_region() {
                ElementKind::Region
            } else {
                ElementKind::Container
            };
            let element = Element::new(format!("strip-around-{number}"), kind, shapes);
            let Some(object) = object else {
                out.push(element);
                continue;
            };
            out.push(element.of_object(object.clone(), self.states.spoken(object)));
            out.extend(self.states.pill(object, at));
        }
    }

    fn cards(&self, out: &mut Vec<Element>) {
        for (index, column) in self
            .strip
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.is_node())
        {
            let at = card(column);
            let middle = at.centre().x;
            let name = cut(&column.object.name, Face::Label, at.width - 6);
            let name = if name.is_empty() {
                cut(
                    &self.texts.object(&column.object),
                    Face::Label,
                    at.width - 6,
                )
            } else {
                name
            };
            let object = &column.object;
            let class = self.states.class("box box--leaf", Some(object));
            let shapes = vec![
                Shape::rect(at, 6, class),
                Shape::icon(
                    icons::of_kind(column.object.kind),
                    rect(middle - 7, at.y + 4, 14, 14),
                    "glyph",
                ),
                Shape::text(point(middle, at.bottom() - 7), name, "t-mid"),
            ];
            let element = Element::new(format!("strip-{index}"), ElementKind::Leaf, shapes);
            out.push(element.of_object(object.clone(), self.states.spoken(object)));
            // A node says it for its pods.
            let around = column.around().iter();
            let around =
                around.filter_map(|index| self.placement.boxes.get(*index)?.object.as_ref());
            if !around.into_iter().any(|object| self.states.any(object)) {
                out.extend(self.states.pill(object, at));
            }
        }
    }

    /// The ink of the request (0) or of the reply (1), and the glyph at its end.
    fn lane(&self, way: usize, verdict: Verdict, out: &mut Vec<Element>) {
        let (Some(&y), Some(reach)) = (
            ROWS.get(way),
            self.strip.reach(way, verdict == Verdict::Delivered),
        ) else {
            return;
        };
        let marks = self.strip.marks.iter().filter(|mark| mark.way == way);
        let reached = marks.filter(|mark| self.playhead.reached(mark.index + 1));
        let last = reached.max_by_key(|mark| mark.index);
        let is_over = self.playhead == Playhead::End
            || (way == 0
                && self
                    .strip
                    .marks
                    .iter()
                    .any(|mark| mark.way == 1 && self.playhead.reached(mark.index + 1)));
        let here = match last {
            _ if is_over => reach.1,
            Some(mark) => mark.x,
            None => reach.0,
        };
        let reply = if way == 1 { " lane--reply" } else { "" };
        let mut shapes = Vec::new();
        for (from, to, part) in [(here, reach.1, "ahead"), (reach.0, here, "done")] {
            if from != to {
                shapes.push(Shape::path(
                    Path::through(&[point(from, y), point(to, y)]),
                    format!("lane{reply} lane--{part}"),
                ));
            }
        }
        let towards = (reach.1 - reach.0).signum();
        if verdict == Verdict::Delivered {
            let part = if is_over { "done" } else { "ahead" };
            let (tip, back) = (point(reach.1, y), reach.1 - 6 * towards);
            shapes.push(if way == 1 {
                Shape::path(
                    Path::through(&[point(back, y - 4), tip, point(back, y + 4)]),
                    format!("head head--reply head--{part}"),
                )
            } else {
                Shape::path(
                    Path::outline(&[tip, point(back, y - 4), point(back, y + 4)]),
                    format!("head head--{part}"),
                )
            });
        }
        let (kind, key) = if way == 1 {
            (ElementKind::ReplyLane, "strip-reply")
        } else {
            (ElementKind::RequestLane, "strip-request")
        };
        out.push(Element::new(key.to_owned(), kind, shapes));
        if is_over && verdict != Verdict::Delivered {
            let (icon, class) = glyph(verdict);
            let x = (reach.1 + 14 * if towards == 0 { 1 } else { towards } - 8)
                .clamp(2, self.strip.width - 18);
            let shape = Shape::icon(icon, rect(x, y - 22, 16, 16), class);
            out.push(Element::new(
                format!("{key}-end"),
                ElementKind::Verdict,
                vec![shape],
            ));
        }
    }

    fn badges(&self, out: &mut Vec<Element>) {
        for group in self.strip.badges() {
            let (Some(first), Some(last)) = (group.first(), group.last()) else {
                continue;
            };
            let Some(mark) = self.placement.numbering.marks.get(first.index) else {
                continue;
            };
            let current = group.iter().any(|mark| self.playhead.is_at(mark.index + 1));
            let reached = group
                .iter()
                .all(|mark| self.playhead.reached(mark.index + 1));
            let mut shapes = badge_shapes(mark.number, mark.rewrites, current);
            if first.index != last.index {
                let text = format!(
                    "{}–{}",
                    first.index.min(last.index) + 1,
                    first.index.max(last.index) + 1
                );
                let half = i32::midpoint(width(&text, Face::Name), 12);
                shapes = vec![
                    Shape::rect(rect(-half, -9, 2 * half, 18), 9, ""),
                    Shape::text(point(0, 4), text, ""),
                ];
                if current {
                    shapes.insert(
                        0,
                        Shape::rect(rect(-half - 4, -13, 2 * half + 8, 26), 13, "badge__ring"),
                    );
                }
            }
            let ahead = if reached { "" } else { " badge--ahead" };
            let reply = if first.way == 1 { " badge--reply" } else { "" };
            let y = ROWS.get(first.way).copied().unwrap_or_default();
            let at = point(i32::midpoint(first.x, last.x), y);
            // A drop in the bucket for fingers: the player below steps through them, so they are no buttons.
            let element = Element::new(
                format!("strip-badge-{}", mark.number),
                ElementKind::Badge,
                shapes,
            );
            out.push(
                element
                    .of_step(mark.step)
                    .at(at, 100)
                    .class(format!("badge{reply}{ahead}")),
            );
        }
    }

    /// From a badge at `row` down to the packet's label; it makes room for the name of the card that it crosses.
    fn hairline(&self, x: i32, row: i32) -> Path {
        let mut cards = self.strip.columns.iter().filter(|it| !it.is_node());
        let crossed = cards.find_map(|column| {
            let at = card(column);
            (at.x <= x && x <= at.right()).then_some(at)
        });
        let end = point(x, LABEL - 6);
        let Some(card) = crossed else {
            return Path::through(&[point(x, row), end]);
        };
        let mut path = Path::through(&[point(x, row), point(x, card.bottom() - NAME)]);
        path.0
            .extend(Path::through(&[point(x, card.bottom()), end]).0);
        path
    }

    fn packet(&self) -> Option<Element> {
        let Playhead::At(number) = self.playhead else {
            return None;
        };
        let index = number.checked_sub(1)?;
        let mark = self.strip.marks.iter().find(|mark| mark.index == index)?;
        let (_, step) = step_at(self.branch, self.placement.numbering.marks.get(index)?.step)?;
        let text = format!(
            "{} → {}",
            step.after.source_text(),
            step.after.destination_text()
        );
        let wide = width(&text, Face::Mono) + 12;
        let x = (mark.x - wide / 2).clamp(4, (self.strip.width - wide - 4).max(4));
        let row = ROWS.get(mark.way).copied().unwrap_or_default();
        let tip = mark.x.clamp(x + 8, (x + wide - 8).max(x + 8));
        let shapes = vec![
            Shape::path(self.hairline(mark.x, row), "packet__line"),
            Shape::path(
                Path::outline(&[
                    point(tip - 6, LABEL),
                    point(tip, LABEL - 7),
                    point(tip + 6, LABEL),
                ]),
                "",
            ),
            Shape::path(
                Path::outline(&[
                    point(x, LABEL),
                    point(x + wide, LABEL),
                    point(x + wide, LABEL + LABEL_HEIGHT),
                    point(x, LABEL + LABEL_HEIGHT),
                ]),
                "",
            ),
            Shape::text(point(x + 6, LABEL + 17), text, ""),
        ];
        Some(Element::new("strip-packet".to_owned(), ElementKind::Packet, shapes).class("packet"))
    }
}

/// The name of a region, which no document names.
fn region_name(look: Look, texts: &Texts) -> String {
    match look {
        Look::Internet => texts.get("scene-region-internet"),
        Look::Azure => texts.get("scene-region-azure"),
        _ => String::new(),
    }
}

/// The card of a column.
fn card(column: &Column) -> Rect {
    rect(column.left, 76, column.right - column.left, 96)
}
