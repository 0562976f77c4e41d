//! The clock: when what happens after something fails, what the request comes to at each of those moments, and which of
//! them is looked at.

use std::rc::Rc;

use yew::{AttrValue, Html, MouseEvent, Properties, classes, component, html};

use super::browser;
use super::context::{Words, use_act, use_words};
use super::icons::symbol;
use super::inspector::Sentence;
use super::store::{Action, At, Tab};
use crate::edit::Command;
use crate::engine::events::Change;
use crate::model::event::Event;
use crate::model::object::{Kind, Ref};

mod cells;
mod grid;
mod model;

pub use model::{Clock, Instant};

use cells::moment_name;
use grid::Grid;

#[derive(PartialEq, Properties)]
pub struct ClockPaneProps {
    /// The moments.
    pub clock: Rc<Clock>,
    /// The shown moment.
    pub at: Option<At>,
    /// Whether it can only be looked at, in little room.
    #[prop_or_default]
    pub embedded: bool,
}

#[component]
pub fn ClockPane(props: &ClockPaneProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let clock = &props.clock;
    let at = props.at.as_ref().map(|at| at.instant);
    let name = at.map(|at| moment_name(&words, clock, at.moment));
    let plays = props.at.as_ref().is_some_and(|at| at.plays);
    let (play, icon) = if plays {
        (words.get("clock-pause"), "u-pause")
    } else {
        (words.get("clock-play"), "u-play")
    };
    let leave = act.0.reform(|_: MouseEvent| {
        // The button goes.
        grid::focus_first();
        Action::ShowMoment(None)
    });
    html! {
        <section class={classes!("clock", props.embedded.then_some("clock--embedded"))} id="region-clock" tabindex="-1" aria-labelledby="clock-title">
            <div class="clock__head">
                <h2 id="clock-title">{ symbol("k-event", "icon--sm") }{ words.get("clock-title") }</h2>
                <button type="button" class="button--icon clock__play" aria-label={play.clone()} title={play} disabled={clock.is_empty()}
                    onclick={act.on::<MouseEvent>(Action::PlayClock)}>{ symbol(icon, "icon--sm") }</button>
                if let Some(name) = &name {
                    <button type="button" class="button--edge clock__leave" onclick={leave}>{ symbol("u-close", "icon--sm") }{ words.get("clock-leave") }</button>
                    <b class="clock__now">{ name }</b>
                }
            </div>
            <Grid clock={clock.clone()} {at} />
            <div class="clock__say">
                <div aria-live="polite">
                    if let Some(at) = at { <Changes clock={clock.clone()} moment={at.moment} plain={props.embedded} /> }
                    else if !props.embedded { <p class="quiet">{ words.get("clock-hint") }</p> }
                </div>
                if !props.embedded { <Events clock={clock.clone()} /> }
            </div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct ChangesProps {
    clock: Rc<Clock>,
    moment: usize,
    /// Without links, where there is nowhere to go.
    plain: bool,
}

/// What changes at a moment, as sentences.
#[component]
fn Changes(props: &ChangesProps) -> Html {
    let words = use_words();
    let moment = props.clock.timeline.moments.get(props.moment);
    let changes = moment.map_or(&[][..], |moment| &moment.changes);
    if changes.is_empty() {
        return html! { <p class="quiet">{ words.get("clock-quiet") }</p> };
    }
    let line = |change: &Change| {
        if props.plain {
            return html! { <li>{ words.texts().why(&change.what) }</li> };
        }
        let (url, title) = (change.reference.url(), change.reference.title());
        html! {
            <li><Sentence fragments={Rc::from(words.texts().fragments(&change.what))} />{ " " }
                <a href={url} target="_blank" rel="noreferrer">{ title }{ symbol("u-external", "icon--sm icon--inline") }</a></li>
        }
    };
    html! { <ul class="clock__changes">{ for changes.iter().map(line) }</ul> }
}

#[derive(PartialEq, Properties)]
struct EventsProps {
    clock: Rc<Clock>,
}

/// The events of the scenario; each can be looked at and removed.
#[component]
fn Events(props: &EventsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let chip = |event: &Event| {
        let object = event.meta.reference(Kind::Event);
        let text = event_text(&words, event);
        let remove = Command::Delete {
            object: object.clone(),
        };
        let remove = act.0.reform(move |_: MouseEvent| {
            // The button goes with the event.
            browser::mind_focus();
            Action::Edit(Rc::new(remove.clone()))
        });
        let look = act.0.clone();
        let look = yew::Callback::from(move |_: MouseEvent| {
            look.emit(Action::Select(Some(object.clone())));
            look.emit(Action::ShowTab(Tab::Object));
        });
        html! {
            <li class="chip clock__event" key={event.meta.name.to_string()}>
                <button type="button" class="link" onclick={look}>{ text.clone() }</button>
                <button type="button" class="button--icon" aria-label={words.with("clock-remove", &[("what", text.as_str().into())])} onclick={remove}>{ symbol("u-close", "icon--sm") }</button>
            </li>
        }
    };
    let events = &props.clock.at(0).network.events;
    html! { <ul class="clock__events" aria-label={words.get("clock-events")}>{ for events.iter().map(chip) }</ul> }
}

/// What an event does, with its second.
pub fn event_text(words: &Words, event: &Event) -> AttrValue {
    let object = event.what.object();
    let args = [
        ("at", i64::from(event.at).into()),
        ("object", object.into()),
    ];
    words.with(&format!("clock-{}", event.what.verb()), &args)
}

/// What is out of order about an object at the shown moment, in words; `None` where nothing is.
pub fn failure_text(
    words: &Words,
    simulation: &super::simulation::Simulation,
    object: &Ref,
) -> Option<AttrValue> {
    let text = words.texts().failure(&simulation.failures, object)?;
    Some(text.into())
}
