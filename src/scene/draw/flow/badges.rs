//! The numbers of steps on the lanes. Those that come too close merge into a pill.

use super::Flow;
use crate::scene::draw::labels::Labels;
use crate::scene::geometry::{Point, point, rect};
use crate::scene::measure::{Face, width};
use crate::scene::shape::{Element, ElementKind, Path, Shape};

/// Closer than this, badges merge.
const APART: i32 = 20;

/// Badges that stand together.
struct Group {
    marks: Vec<usize>,
    at: Point,
}

/// All badges.
pub(super) fn draw(flow: &Flow<'_, '_>, labels: &mut Labels) -> Vec<Element> {
    let groups = groups(flow);
    groups
        .iter()
        .filter_map(|group| badge(flow, group, labels))
        .collect()
}

fn groups(flow: &Flow<'_, '_>) -> Vec<Group> {
    let apart = APART * flow.facts.view.enlarged() / 100;
    let mut groups: Vec<Group> = Vec::new();
    for (mark, at) in positions(flow) {
        let near = groups.iter_mut().find(|group| {
            let reply = |mark: usize| flow.mark(mark).is_some_and(|mark| mark.step.reply);
            group
                .marks
                .last()
                .is_some_and(|&last| last + 1 == mark && reply(last) == reply(mark))
                && (group.at.x - at.x).abs().max((group.at.y - at.y).abs()) < apart
        });
        match near {
            Some(group) => group.marks.push(mark),
            None => groups.push(Group {
                marks: vec![mark],
                at,
            }),
        }
    }
    if apart > APART {
        move_apart(&mut groups, apart);
    }
    groups
}

/// Where badges are enlarged, those of the reply hang below those of the request.
fn move_apart(groups: &mut [Group], apart: i32) {
    for index in 1..groups.len() {
        let (before, rest) = groups.split_at_mut(index);
        let Some(group) = rest.first_mut() else {
            continue;
        };
        let near = |other: &&Group, at: Point| {
            (other.at.x - at.x).abs() < 2 * apart && (other.at.y - at.y).abs() < apart
        };
        // A handful of badges: each step down leaves at least one behind.
        for _ in 0..before.len() {
            if before.iter().any(|other| near(&other, group.at)) {
                group.at.y += apart;
            }
        }
    }
}

/// Every mark and where its badge is, in the order of numbers.
fn positions(flow: &Flow<'_, '_>) -> Vec<(usize, Point)> {
    let mut found: Vec<(usize, Point)> = Vec::new();
    for lane in &flow.facts.placement.lanes {
        for vertex in &lane.path {
            if let Some(mark) = vertex.mark
                && found.iter().all(|(known, _)| *known != mark)
            {
                found.push((mark, vertex.at));
            }
        }
    }
    // A mark that no lane passes stands where its box has it.
    for station in flow.all_stations() {
        if found.iter().all(|(known, _)| *known != station.mark) {
            found.push((station.mark, station.badge));
        }
    }
    found.sort_by_key(|(mark, _)| *mark);
    found
}

fn badge(flow: &Flow<'_, '_>, group: &Group, labels: &mut Labels) -> Option<Element> {
    let (&first, &last) = (group.marks.first()?, group.marks.last()?);
    let mark = flow.mark(first)?;
    let current = group.marks.iter().any(|&mark| flow.is_current(mark));
    let reached = group.marks.iter().all(|&mark| flow.reached(mark));
    let (shapes, half) = if first == last {
        (
            single(mark.number, mark.rewrites, current),
            if mark.rewrites { 13 } else { 10 },
        )
    } else {
        let text = format!("{}–{}", mark.number, flow.mark(last)?.number);
        let half = i32::midpoint(width(&text, Face::Name), 12);
        (pill(&text, half, current), half)
    };
    let scale = flow.facts.view.enlarged();
    let half = half * scale / 100;
    labels.take(rect(
        group.at.x - half,
        group.at.y - 10 * scale / 100,
        2 * half,
        20 * scale / 100,
    ));
    let class = super::join(&[
        "badge",
        if mark.step.reply { "badge--reply" } else { "" },
        if reached { "" } else { "badge--ahead" },
        if current { "is-current" } else { "" },
    ]);
    let mut element = Element::new(format!("badge-{}", mark.number), ElementKind::Badge, shapes)
        .of_step(mark.step)
        .at(group.at, scale)
        .class(class);
    let (place, step) = flow.step(first)?;
    let count = i64::try_from(mark.number).unwrap_or(i64::MAX);
    element.name = flow.facts.texts.message(
        "scene-step",
        &[
            ("number", count.into()),
            ("place", place.clone().into()),
            ("stage", crate::scene::station::name(step.stage).into()),
        ],
    );
    Some(element)
}

pub(in crate::scene::draw) fn single(number: usize, rewrites: bool, current: bool) -> Vec<Shape> {
    let diamond = |half: i32| {
        Path::outline(&[
            point(0, -half),
            point(half, 0),
            point(0, half),
            point(-half, 0),
        ])
    };
    let circle = |radius: i32, class: &'static str| Shape::Circle {
        centre: point(0, 0),
        radius,
        class: class.into(),
    };
    let mut shapes = Vec::new();
    if rewrites {
        if current {
            shapes.push(Shape::path(diamond(17), "badge__ring"));
        }
        shapes.push(Shape::path(diamond(12), ""));
    } else {
        if current {
            shapes.push(circle(14, "badge__ring"));
        }
        shapes.push(circle(9, ""));
    }
    shapes.push(Shape::text(point(0, 4), number.to_string(), ""));
    shapes
}

fn pill(text: &str, half: i32, current: bool) -> Vec<Shape> {
    let mut shapes = Vec::new();
    if current {
        shapes.push(Shape::rect(
            rect(-half - 4, -13, 2 * half + 8, 26),
            13,
            "badge__ring",
        ));
    }
    shapes.push(Shape::rect(rect(-half, -9, 2 * half, 18), 9, ""));
    shapes.push(Shape::text(point(0, 4), text, ""));
    shapes
}
