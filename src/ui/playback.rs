//! Play, pause, step, speed, and where the playhead stands.

use yew::{AttrValue, Html, MouseEvent, Properties, component, html};

use super::context::{Words, use_act, use_words};
use super::icons::symbol;
use super::inspector::{changes, conclusion, verdict_word};
use super::store::{Action, Move};
use super::{answer::Walk, step_text};
use crate::engine::trace::{Trace, Verdict};

#[derive(PartialEq, Properties)]
pub struct PlaybackProps {
    /// The walk.
    pub walk: Option<Walk>,
    /// Index of the current step.
    pub playhead: usize,
    /// Whether it plays.
    pub playing: bool,
    /// Speed in halves.
    pub speed: u8,
}

#[component]
pub fn Playback(props: &PlaybackProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let speed = match props.speed {
        1 => "0.5×",
        2 => "1×",
        _ => "2×",
    };
    html! {
        <section class="controls" id="region-playback" aria-label={words.get("playback")}>
            <div class="playback">
                <div class="playback__row">
                    <PlayButtons walk={props.walk.clone()} playhead={props.playhead} playing={props.playing} />
                    <button type="button" class="playback__speed" aria-label={words.with("playback-speed", &[("speed", speed.into())])}
                        onclick={act.on::<MouseEvent>(Action::NextSpeed)}>{ speed }</button>
                </div>
                if let Some(walk) = &props.walk {
                    <p class="playback__where">
                        <b>{ heading(&words, walk, props.playhead) }</b>
                        <small>{ place_text(&words, walk, props.playhead) }</small>
                        { lost_reply(&words, walk, props.playhead) }
                    </p>
                }
                <p class="playback__hint"><kbd>{ "Space" }</kbd>{ " " }{ words.get("hint-play") }{ "  " }<kbd>{ "," }</kbd>{ " " }<kbd>{ "." }</kbd>{ " " }{ words.get("hint-step") }</p>
            </div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct PlayButtonsProps {
    /// The walk.
    pub walk: Option<Walk>,
    /// Index of the current step.
    pub playhead: usize,
    /// Whether it plays.
    pub playing: bool,
}

/// Previous, play or pause, next.
#[component]
pub fn PlayButtons(props: &PlayButtonsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let len = props.walk.as_ref().map_or(0, Walk::len);
    let (play, icon) = if props.playing {
        (words.get("playback-pause"), "u-pause")
    } else {
        (words.get("playback-play"), "u-play")
    };
    html! {
        <>
            <button type="button" class="button--icon" aria-label={words.get("playback-previous")} aria-disabled={(props.playhead == 0).then_some("true")}
                onclick={act.on::<MouseEvent>(Action::Go(Move::Step { forward: false }))}>{ symbol("u-prev", "") }</button>
            <button type="button" class="playback__play" aria-label={play} disabled={len == 0}
                onclick={act.on::<MouseEvent>(Action::TogglePlay)}>{ symbol(icon, "") }</button>
            <button type="button" class="button--icon" aria-label={words.get("playback-next")} aria-disabled={(props.playhead >= len).then_some("true")}
                onclick={act.on::<MouseEvent>(Action::Go(Move::Step { forward: true }))}>{ symbol("u-next", "") }</button>
        </>
    }
}

/// Arguments of a message that says which step of how many.
pub fn number_args(
    walk: &Walk,
    playhead: usize,
) -> [(&'static str, crate::engine::explain::Arg); 2] {
    let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX).into();
    [
        ("number", number(playhead + 1)),
        ("count", number(walk.len())),
    ]
}

/// Which step of how many, or the verdict.
fn heading(words: &Words, walk: &Walk, playhead: usize) -> AttrValue {
    if playhead < walk.len() {
        words.with("step-number", &number_args(walk, playhead))
    } else {
        words.texts().verdict(walk.verdict()).into()
    }
}

/// Where a step happens: object and stage; at the verdict, the last place of the request.
fn place_text(words: &Words, walk: &Walk, playhead: usize) -> AttrValue {
    if let Some(stop) = walk.stop(playhead) {
        let stage = step_text::stage(words, stop.step);
        return format!("{}, {stage}", words.texts().object(stop.place)).into();
    }
    let last = walk.trace(false).and_then(Trace::last_step);
    let place = last.map(|(place, _)| words.texts().object(place));
    place.unwrap_or_default().into()
}

/// At the end of a walk whose reply is lost: what becomes of it, which is another thing than the request's verdict.
fn lost_reply(words: &Words, walk: &Walk, playhead: usize) -> Html {
    let end = (playhead >= walk.len()).then(|| walk.trace(true)).flatten();
    let verdict = end.map(|trace| trace.disposition.verdict());
    match verdict {
        Some(verdict) if verdict != Verdict::Delivered => {
            html! { <small class="playback__reply">{ words.get("reply") }{ " " }{ verdict_word(words, verdict) }</small> }
        }
        _ => Html::default(),
    }
}

/// What is announced when the playhead reaches a step, or the verdict, which comes with its sentence.
pub fn announcement(words: &Words, walk: &Walk, playhead: usize) -> AttrValue {
    let Some(stop) = walk.stop(playhead) else {
        let verdict = words.texts().verdict(walk.verdict());
        return words.with(
            "said-verdict",
            &[
                ("verdict", verdict.into()),
                ("why", conclusion(words, walk).as_str().into()),
            ],
        );
    };
    let rewrites: Vec<String> = changes(stop.step)
        .into_iter()
        .map(|(before, after)| {
            words.texts().message(
                "step-becomes",
                &[("before", before.into()), ("after", after.into())],
            )
        })
        .collect();
    let id = if rewrites.is_empty() {
        "said-step"
    } else {
        "said-rewrite"
    };
    let [number, count] = number_args(walk, playhead);
    let args = [
        number,
        count,
        ("place", stop.place.clone().into()),
        ("stage", step_text::stage(words, stop.step).into()),
        ("what", step_text::title(words, stop.step).into()),
        ("changes", rewrites.join("; ").into()),
    ];
    words.with(id, &args)
}
