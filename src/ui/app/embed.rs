//! Embedded in another page: picture, one lane, verdict, and a way to the whole page. Nothing is stored.

use yew::{Callback, Html, MouseEvent, Properties, classes, component, html};

use super::effects::use_narrow;
use super::page::{pace, title};
use super::picture::use_scene;
use super::{Shown, notes};
use crate::share;
use crate::ui::browser;
use crate::ui::canvas::Canvas;
use crate::ui::clock::ClockPane;
use crate::ui::context::{use_act, use_words};
use crate::ui::dialogs::shared_of;
use crate::ui::icons::symbol;
use crate::ui::inspector::{conclusion, verdict_word};
use crate::ui::playback::{PlayButtons, announcement};
use crate::ui::store::{Action, Note, Viewport};
use crate::ui::strip;
use crate::ui::timeline::Timeline;

#[derive(PartialEq, Properties)]
pub struct EmbedProps {
    /// Everything.
    pub state: Shown,
}

#[component]
pub fn Embed(props: &EmbedProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let narrow = use_narrow(true);
    let state = &*props.state.0;
    let walk = state.walk();
    let (scene, placement, on_scale) = use_scene(state, true);
    let title = title(state);
    // A frame that is too narrow for the picture shows its path in one strip, as narrow screens do.
    let in_strip = walk
        .as_ref()
        .filter(|_| narrow && state.viewport == Viewport::Auto);
    // The link to the whole page is made when somebody reaches for it: most readers of an embedded picture never do.
    let link = yew::use_state_eq(browser::own_address);
    let make_link = {
        let (link, state, title) = (link.clone(), props.state.clone(), title.clone());
        move || {
            let shared = shared_of(&state.0.work(), &title, state.0.looked_at());
            link.set(format!(
                "{}#{}",
                browser::own_address(),
                share::encode(&shared)
            ));
        }
    };
    let onpointerenter = {
        let make_link = make_link.clone();
        Callback::from(move |_: yew::PointerEvent| make_link())
    };
    let onfocus = Callback::from(move |_: yew::FocusEvent| make_link());
    let said = walk
        .as_ref()
        .map(|walk| announcement(&words, walk, state.playhead))
        .unwrap_or_default();
    html! {
        <div class={classes!("embed", pace(state.speed))} id="page">
            <header class="embed__top">
                <h1 class="embed__title">{ title.clone() }</h1>
                <span class="embed__ask mono">{ format!("{} → {} {}", state.sent.from, state.sent.target_text(), state.sent.protocol) }</span>
                <a class="button embed__open" href={(*link).clone()} {onpointerenter} {onfocus} target="_blank" rel="noopener">{ words.get("embed-open") }{ symbol("u-external", "icon--sm") }</a>
            </header>
            <main class="embed__scene">
                if let Some(walk) = in_strip {
                    { strip::view(&words, &act, state, &placement, walk) }
                } else {
                    <Canvas {scene} {placement} walk={walk.clone()} viewport={state.viewport} playhead={state.playhead} selection={None}
                        mode={state.mode.clone()} stale=false read_only=true top={0} {on_scale} />
                    if narrow && walk.is_some() {
                        <button type="button" class="button--edge strip__back" onclick={act.on::<MouseEvent>(Action::Look(Viewport::Auto))}>{ words.get("strip-back") }</button>
                    }
                }
                if matches!(state.note, Some(Note::BadLink { .. })) { <notes::Notes note={state.note.clone()} former=false /> }
            </main>
            <footer class="embed__foot">
                if let Some(clock) = state.clock.clone() { <ClockPane {clock} at={state.at.clone()} embedded=true /> }
                <div class="embed__play"><PlayButtons walk={walk.clone()} playhead={state.playhead} playing={state.playing} /></div>
                <div class="embed__line"><Timeline walk={walk.clone()} playhead={state.playhead} compact=true /></div>
                if let Some(walk) = &walk {
                    <p class="embed__say">{ verdict_word(&words, walk.verdict()) }<span>{ conclusion(&words, walk) }</span></p>
                }
            </footer>
            <p class="visually-hidden" role="status" aria-live="polite">{ said }</p>
        </div>
    }
}
