//! Play, pause, step, speed, and where the playhead stands.

use yew::{AttrValue, Html, MouseEvent, Properties, component, html};

use super::context::{Words, use_act, use_words};
use super::icons::Icon;
use super::store::{Action, Move};
use super::{answer::Walk, step_text};

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
                        <b>{ words.with("step-number", &number_args(walk, props.playhead)) }</b>
                        <small>{ place_text(&words, walk, props.playhead) }</small>
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
            <button type="button" class="button--icon" aria-label={words.get("playback-previous")} disabled={props.playhead == 0}
                onclick={act.on::<MouseEvent>(Action::Go(Move::Step { forward: false }))}><Icon name="u-prev" /></button>
            <button type="button" class="playback__play" aria-label={play} disabled={len == 0}
                onclick={act.on::<MouseEvent>(Action::TogglePlay)}><Icon name={icon} /></button>
            <button type="button" class="button--icon" aria-label={words.get("playback-next")} disabled={props.playhead + 1 >= len}
                onclick={act.on::<MouseEvent>(Action::Go(Move::Step { forward: true }))}><Icon name="u-next" /></button>
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

/// Where a step happens: object and stage.
fn place_text(words: &Words, walk: &Walk, playhead: usize) -> AttrValue {
    let Some(step) = walk.stop(playhead) else {
        return AttrValue::default();
    };
    let place = words.texts().object(step.place);
    format!("{place}, {}", step.step.stage.as_str()).into()
}

/// What is announced when the playhead reaches a step.
pub fn announcement(words: &Words, walk: &Walk, playhead: usize) -> AttrValue {
    let Some(view) = walk.stop(playhead) else {
        return AttrValue::default();
    };
    let mut text = words
        .texts()
        .message("step-number", &number_args(walk, playhead));
    let parts = [
        words.texts().object(view.place),
        view.step.stage.as_str().to_owned(),
        step_text::title(words, view.step),
    ];
    for part in parts {
        text.push_str(". ");
        text.push_str(&part);
    }
    for (before, after) in super::inspector::changes(view.step) {
        text.push_str(". ");
        text.push_str(&words.with(
            "step-becomes",
            &[("before", before.into()), ("after", after.into())],
        ));
    }
    text.into()
}
