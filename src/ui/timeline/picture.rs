//! The timeline as SVG.

use yew::{Html, classes, html};

use super::attr;
use super::plan::{Badge, Band, Column, End, Plan};
use crate::engine::trace::Verdict;
use crate::ui::left::verdict_icon;

/// Draws the plan with the playhead at a step.
pub fn view(plan: &Plan, playhead: usize) -> Html {
    let current = plan.badges.iter().find(|badge| badge.index == playhead);
    html! {
        <svg class="scene" viewBox={format!("0 0 {} {}", plan.width, plan.height)} width={attr(plan.width)} height={attr(plan.height)} aria-hidden="true">
            if plan.compact {
                { row(plan, playhead) }
            } else {
                for (index, column) in plan.columns.iter().enumerate() { { head(plan, column, index, current) } }
                for (name, y) in &plan.lane_names { <text x="14" y={attr(*y)}>{ name }</text> }
                { lane(plan, playhead, false) }
                { lane(plan, playhead, true) }
                for band in &plan.bands { { band_view(band, playhead) } }
                { labels(plan) }
                for badge in &plan.badges { { badge_view(badge, playhead) } }
                if let Some(end) = plan.request_end { { end_view(end) } }
                if let Some(end) = plan.reply_end { { end_view(end) } }
            }
            if !plan.compact { { knob(plan, current) } }
        </svg>
    }
}

fn head(plan: &Plan, column: &Column, index: usize, current: Option<&Badge>) -> Html {
    let here = current.is_some_and(|badge| badge.column == index);
    let room = column.width / 7;
    let label: String = if i32::try_from(column.label.chars().count()).unwrap_or(0) > room {
        let kept = usize::try_from(room - 1).unwrap_or(1).max(1);
        column.label.chars().take(kept).chain(['…']).collect()
    } else {
        column.label.clone()
    };
    html! {
        <>
            <text x={attr(column.x)} y="20" class={classes!("t-mid", here.then_some("t-name"))}>{ label }</text>
            if index > 0 { <path class="tick" d={format!("M{} 12V{}", column.left, plan.height - 10)} /> }
        </>
    }
}

/// The lane of one direction: laid up to the playhead, then ahead.
fn lane(plan: &Plan, playhead: usize, reply: bool) -> Html {
    let badges: Vec<&Badge> = plan
        .badges
        .iter()
        .filter(|badge| badge.reply == reply)
        .collect();
    let end = if reply {
        plan.reply_end
    } else {
        plan.request_end
    };
    let (Some(first), Some(end)) = (badges.first(), end) else {
        return Html::default();
    };
    let stand = badges.iter().rfind(|badge| badge.index <= playhead);
    let last = badges.last().is_some_and(|badge| badge.index <= playhead);
    let stop = stand.map_or(first.x, |badge| badge.x);
    let kind = reply.then_some("lane--reply");
    let rest = match end.verdict {
        Verdict::Delivered | Verdict::Mixed => "lane--ahead",
        Verdict::Dropped => "lane--dropped",
        Verdict::Rejected | Verdict::Unresolved => "lane--rejected",
        Verdict::NotModelled => "lane--unknown",
    };
    let farthest = badges.last().map_or(first.x, |badge| badge.x);
    let turn = reply.then(|| turn_path(plan, first));
    html! {
        <>
            if let Some(d) = turn { <path {d} class={classes!("lane", "lane--reply", if stand.is_some() { "lane--done" } else { "lane--ahead" })} /> }
            if stand.is_some() { <path class={classes!("lane", "lane--done", kind)} d={format!("M{} {}H{stop}", first.x, first.y)} /> }
            <path class={classes!("lane", "lane--ahead", kind)} d={format!("M{stop} {}H{farthest}", first.y)} />
            <path class={classes!("lane", if last && rest == "lane--ahead" { "lane--done" } else { rest }, kind)} d={format!("M{farthest} {}H{}", first.y, end.x)} />
        </>
    }
}

/// From the receiver, down and back to the first step of the reply.
fn turn_path(plan: &Plan, first: &Badge) -> String {
    let start = plan
        .request_end
        .map_or((first.x, first.y), |end| (end.x + 9, end.y));
    let edge = plan.width - 22;
    format!(
        "M{} {}H{}a10 10 0 0 1 10 10V{}a10 10 0 0 1 -10 10H{}",
        start.0,
        start.1,
        edge,
        first.y - 10,
        first.x
    )
}

fn band_view(band: &Band, playhead: usize) -> Html {
    let changed = band.written_by.is_some_and(|index| index <= playhead);
    let class = if changed && !band.reply {
        "t-change"
    } else {
        "t-addr"
    };
    let start = band.line_start();
    html! {
        <>
            if start + 6 < band.end { <path class="band" d={format!("M{start} {}H{}", band.y - 4, band.end)} /> }
            <text x={attr(band.x)} y={attr(band.y)} class={classes!(class, "t-clear")}>{ &band.text }</text>
        </>
    }
}

/// The names of the bands at the left.
fn labels(plan: &Plan) -> Html {
    let mut lines: Vec<(i32, &str)> = Vec::new();
    for band in &plan.bands {
        let name = if matches!(band.y, 44 | 116) {
            "src"
        } else {
            "dst"
        };
        if !lines.contains(&(band.y, name)) {
            lines.push((band.y, name));
        }
    }
    html! { for (y, name) in lines { <text x="14" y={attr(y)} class="t-note">{ name }</text> } }
}

fn badge_view(badge: &Badge, playhead: usize) -> Html {
    let state = match (badge.index <= playhead, badge.reply) {
        (true, _) => None,
        (false, true) => Some("badge--reply"),
        (false, false) => Some("badge--ahead"),
    };
    let here = badge.index == playhead;
    html! {
        <g key={badge.index} class={classes!("badge", state)} transform={format!("translate({} {})", badge.x, badge.y)}>
            if badge.rewrites {
                if here { <path class="badge__ring" d="M0 -15.5L15.5 0L0 15.5L-15.5 0Z" /> }
                <path d="M0 -12L12 0L0 12L-12 0Z" stroke-linejoin="round" />
            } else {
                if here { <circle class="badge__ring" r="13" /> }
                <circle r="9" />
            }
            <text y="3.8">{ badge.index + 1 }</text>
        </g>
    }
}

fn end_view(end: End) -> Html {
    let (icon, class) = verdict_icon(end.verdict);
    html! { <use href={format!("#{icon}")} x={attr(end.x - 8)} y={attr(end.y - 8)} width="16" height="16" {class} /> }
}

fn knob(plan: &Plan, current: Option<&Badge>) -> Html {
    let end = plan
        .reply_end
        .or(plan.request_end)
        .map(|end| (end.x, end.y));
    let Some((x, y)) = current.map(|badge| (badge.x, badge.y)).or(end) else {
        return Html::default();
    };
    html! {
        <>
            <path class="playhead" d={format!("M{x} {}V{}", y - 27, y - 14)} />
            <circle class="playhead-knob" cx={attr(x)} cy={attr(y - 30)} r="4" />
        </>
    }
}

/// The one lane of a narrow screen.
fn row(plan: &Plan, playhead: usize) -> Html {
    let Some(first) = plan.badges.first() else {
        return Html::default();
    };
    let here = plan
        .badges
        .get(playhead)
        .map_or(plan.width - 18, |badge| badge.x);
    html! {
        <>
            <path class="lane lane--ahead" d={format!("M{} 27H{}", first.x, plan.width - 18)} />
            <path class="lane lane--done" d={format!("M{} 27H{here}", first.x)} />
            for badge in &plan.badges {
                <g key={badge.index} class={classes!("badge", (badge.index > playhead).then_some("badge--ahead"))} transform={format!("translate({} 27)", badge.x)}>
                    if badge.rewrites { <path d="M0 -5L5 0L0 5L-5 0Z" /> } else { <circle r="4" /> }
                </g>
            }
            <circle class="playhead-thumb" cx={attr(here)} cy="27" r="11" />
        </>
    }
}
