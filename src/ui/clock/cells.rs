//! What the cells of the clock say.

use yew::AttrValue;

use super::{Clock, Instant};
use crate::engine::events::Fate;
use crate::engine::events::summary::{End, ends};
use crate::engine::trace::{TraceResult, Verdict};
use crate::ui::context::Words;
use crate::ui::left::verdict_icon;

/// A cell in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// A symbol, its shape as much as its colour.
    pub icon: &'static str,
    /// The class of the symbol.
    pub class: &'static str,
    /// What most of it comes to, in a word.
    pub word: AttrValue,
    /// All that it comes to.
    pub whole: AttrValue,
}

/// The name of a moment: before everything, or its second.
pub fn moment_name(words: &Words, clock: &Clock, moment: usize) -> AttrValue {
    match moment {
        0 => words.get("clock-before"),
        _ => words.with(
            "clock-second",
            &[("at", i64::from(clock.second(moment)).into())],
        ),
    }
}

/// The words of a cell; `None` where there is nothing to say.
pub fn cell(words: &Words, clock: &Clock, at: Instant) -> Option<Cell> {
    if !at.open {
        return Some(new_cell(words, clock.course.new.get(at.moment)?));
    }
    if !clock.follows() {
        return None;
    }
    if at.moment == 0 {
        let word = words.get("clock-opened");
        return Some(Cell {
            icon: "v-delivered",
            class: "v-delivered",
            whole: word.clone(),
            word,
        });
    }
    let fates: Vec<(Fate, f64)> = clock.course.fates(at.moment).into_iter().collect();
    let parts: Vec<(AttrValue, f64)> = fates
        .iter()
        .map(|(fate, share)| (words.get(&format!("clock-{}", fate.as_str())), *share))
        .collect();
    let worst = fates.iter().rposition(|(fate, _)| *fate != Fate::Lives);
    let index = worst.unwrap_or(0);
    let icon = match fates.get(index)?.0 {
        Fate::Lives => ("v-delivered", "v-delivered"),
        Fate::Hangs => ("v-dropped", "v-dropped"),
        Fate::Over => ("v-rejected", "v-rejected"),
    };
    Some(summed(words, icon, &parts, index))
}

fn new_cell(words: &Words, result: &TraceResult) -> Cell {
    let all = ends(result);
    let parts: Vec<(AttrValue, f64)> = all
        .iter()
        .map(|(end, share)| (end_text(words, end), *share))
        .collect();
    let whole = list(words, &parts);
    let mut verdicts: Vec<((Verdict, Option<u16>), f64)> = Vec::new();
    for (end, share) in &all {
        let verdict = match end {
            End::Received { .. } => Verdict::Delivered,
            End::Lost(disposition) => disposition.verdict(),
        };
        let status = match end {
            End::Received { status, .. } => *status,
            End::Lost(_) => None,
        };
        let kind = (verdict, status);
        match verdicts.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, sum)) => *sum += share,
            None => verdicts.push((kind, *share)),
        }
    }
    let is_bad = |(verdict, status): (Verdict, Option<u16>)| {
        verdict != Verdict::Delivered || status.is_some_and(|it| it >= 500)
    };
    let index = verdicts.iter().position(|(kind, _)| is_bad(*kind));
    let index = index.unwrap_or(0);
    let verdict = verdicts
        .get(index)
        .map_or(Verdict::NotModelled, |((verdict, _), _)| *verdict);
    let word = |(verdict, status): (Verdict, Option<u16>)| match status {
        Some(status) => words.with("clock-status", &[("status", i64::from(status).into())]),
        None => words.texts().verdict(verdict).into(),
    };
    let parts: Vec<(AttrValue, f64)> = verdicts
        .iter()
        .map(|(kind, share)| (word(*kind), *share))
        .collect();
    Cell {
        whole,
        ..summed(words, verdict_icon(verdict), &parts, index)
    }
}

/// The word of one part, with its share where there are others.
fn summed(
    words: &Words,
    (icon, class): (&'static str, &'static str),
    parts: &[(AttrValue, f64)],
    index: usize,
) -> Cell {
    let word = parts.get(index).map(|(word, share)| {
        if parts.len() > 1 {
            part(words, word, *share)
        } else {
            word.clone()
        }
    });
    Cell {
        icon,
        class,
        word: word.unwrap_or_default(),
        whole: list(words, parts),
    }
}

fn part(words: &Words, what: &AttrValue, share: f64) -> AttrValue {
    let percent = format!("{:.0}%", share * 100.0);
    words.with(
        "clock-part",
        &[("what", what.as_str().into()), ("percent", percent.into())],
    )
}

fn list(words: &Words, parts: &[(AttrValue, f64)]) -> AttrValue {
    if let [(only, _)] = parts {
        return only.clone();
    }
    let all: Vec<String> = parts
        .iter()
        .map(|(what, share)| part(words, what, *share).to_string())
        .collect();
    all.join(", ").into()
}

fn end_text(words: &Words, end: &End) -> AttrValue {
    match end {
        End::Received {
            receiver,
            status: None,
        } => words.texts().object(receiver).into(),
        End::Received {
            receiver,
            status: Some(status),
        } => words.with(
            "clock-answered",
            &[
                ("receiver", words.texts().object(receiver).into()),
                ("status", i64::from(*status).into()),
            ],
        ),
        End::Lost(disposition) => words.with(
            "clock-lost",
            &[
                (
                    "verdict",
                    words.texts().verdict(disposition.verdict()).into(),
                ),
                ("reason", words.texts().disposition(disposition).into()),
            ],
        ),
    }
}
