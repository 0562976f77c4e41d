//! What happens besides drawing: storage, keys, time, links, dropped and pasted files.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::{Interval, Timeout};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, HtmlElement, KeyboardEvent};
use yew::{UseReducerHandle, hook, use_effect_with, use_mut_ref, use_state_eq};

use super::{Latest, start};
use crate::model::document::Document;
use crate::ui::ahead;
use crate::ui::baked;
use crate::ui::browser;
use crate::ui::context::Act;
use crate::ui::dialogs::{open_transfer, own_work};
use crate::ui::keys::{self, Key, Reaction};
use crate::ui::store::{Action, Note, Origin, Request, State, Tab};

/// Milliseconds of quiet before the work is saved.
const SAVE_AFTER: u32 = 250;

/// Everything that the page does besides drawing.
#[hook]
pub fn use_effects(state: &UseReducerHandle<State>, latest: &Latest, act: &Act, embedded: bool) {
    use_effect_with(state.preferences, move |preferences| {
        browser::apply(*preferences);
        if !embedded {
            browser::save_preferences(*preferences);
        }
    });
    use_saving(state, latest, act, embedded);
    use_playing(state, act);
    use_clock(state, act);
    use_measures(state);
    use_walks(state, act, embedded);
    use_listeners(latest, act, embedded);
}

/// Saves the work a moment after each change, and when the page is left.
#[hook]
fn use_saving(state: &UseReducerHandle<State>, latest: &Latest, act: &Act, embedded: bool) {
    let key = Unsaved {
        document: state.document().clone(),
        request: state.sent.clone(),
        own: state.origin != Origin::Link,
    };
    let act = act.clone();
    let first = use_mut_ref(|| true);
    use_effect_with(key, {
        let latest = latest.clone();
        move |key: &Unsaved| {
            // What was only opened and not touched is there again without being saved.
            let skip = embedded || !key.own || std::mem::take(&mut *first.borrow_mut());
            let timeout = (!skip).then(|| Timeout::new(SAVE_AFTER, move || save(&latest, &act)));
            move || drop(timeout)
        }
    });
}

/// What is saved; equal while there is nothing new.
struct Unsaved {
    document: Rc<Document>,
    request: Rc<Request>,
    own: bool,
}

impl PartialEq for Unsaved {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.document, &other.document)
            && self.request == other.request
            && self.own == other.own
    }
}

fn save(latest: &Latest, act: &Act) {
    let work = match &*latest.borrow() {
        // Who only looks has nothing to keep.
        Some(state) if baked::is_first(state) => return browser::forget_work(),
        Some(state) if state.origin != Origin::Link => state.work(),
        _ => return,
    };
    if let Err(reason) = browser::save_work(&work) {
        // The note goes on after it.
        let reason = reason.trim_end_matches('.');
        act.send(Action::SetNote(Some(Note::NotSaved(reason.into()))));
    }
}

/// Goes on a step at a time while it plays.
#[hook]
fn use_playing(state: &UseReducerHandle<State>, act: &Act) {
    let act = act.clone();
    use_effect_with((state.playing, state.speed), move |(playing, speed)| {
        // Travel and rest of a step; without travel it rests longer.
        let at_normal_speed = if browser::reduced_motion() { 1600 } else { 940 };
        let interval = playing.then(|| {
            Interval::new(at_normal_speed * 2 / u32::from(*speed), move || {
                act.send(Action::Tick);
            })
        });
        move || drop(interval)
    });
}

/// Milliseconds for which a moment of the clock is shown, at normal speed: long enough to read what changes.
const MOMENT: u32 = 2_600;

/// Goes from moment to moment while the clock plays. Nothing moves in between, whatever the reader prefers.
#[hook]
fn use_clock(state: &UseReducerHandle<State>, act: &Act) {
    let act = act.clone();
    let plays = state.at.as_ref().is_some_and(|at| at.plays);
    use_effect_with((plays, state.speed), move |(plays, speed)| {
        let interval = plays.then(|| {
            Interval::new(MOMENT * 2 / u32::from(*speed), move || {
                act.send(Action::TickClock);
            })
        });
        move || drop(interval)
    });
}

/// Marks the first drawn walk, and measures each edit until it is drawn.
#[hook]
fn use_measures(state: &UseReducerHandle<State>) {
    let drawn = use_mut_ref(|| false);
    let answered = state.answer.is_some();
    use_effect_with(answered, move |answered| {
        if *answered && !std::mem::replace(&mut *drawn.borrow_mut(), true) {
            browser::mark("kubehop:first-walk");
        }
    });
    let first = use_mut_ref(|| true);
    use_effect_with(Rc::as_ptr(state.document()), move |_| {
        if !std::mem::take(&mut *first.borrow_mut()) {
            browser::measure("kubehop:edit-to-draw", "kubehop:edit");
            browser::focus_if_lost();
        }
    });
}

/// Milliseconds after an edit until walks look for problems: of a small network, so that nobody sees them come, and of a
/// larger one, which takes part of a second and waits until nobody types.
const WALK_AFTER: [u32; 2] = [20, 600];
/// More pods than these make a network a large one; it is walked while somebody looks at the problems.
const MANY_PODS: usize = 1_000;

/// Walks to all that is exposed after each edit. The page as a newcomer finds it has no such problem to tell.
#[hook]
fn use_walks(state: &UseReducerHandle<State>, act: &Act, embedded: bool) {
    let looks = state.tab == Tab::Problems;
    let large = state.simulation.network.pods.len() > MANY_PODS;
    let first = baked::is_unchanged(state.document());
    let walks = !embedded && !state.stale && (looks || !large && !first);
    let act = act.clone();
    let key = (Rc::as_ptr(&state.simulation), walks);
    use_effect_with(key, move |(_, walks)| {
        let delay = WALK_AFTER[usize::from(large)];
        let timeout = walks.then(|| Timeout::new(delay, move || act.send(Action::WalkExposed)));
        move || drop(timeout)
    });
}

/// Whether the screen is so narrow that the picture, the trace and the player stand below each other.
#[hook]
pub fn use_narrow(embedded: bool) -> bool {
    let narrow = use_state_eq(|| browser::is_narrow(embedded));
    use_effect_with((), {
        let narrow = narrow.clone();
        move |()| {
            let window = browser::window();
            let listener = window.map(|window| {
                EventListener::new(&window, "resize", move |_| {
                    narrow.set(browser::is_narrow(embedded));
                })
            });
            move || drop(listener)
        }
    });
    *narrow
}

/// Listens to the window and the document for the life of the page.
#[hook]
fn use_listeners(latest: &Latest, act: &Act, embedded: bool) {
    let (latest, act) = (latest.clone(), act.clone());
    use_effect_with((), move |()| {
        let listeners = listen(&latest, &act, embedded);
        move || drop(listeners)
    });
}

fn listen(latest: &Latest, act: &Act, embedded: bool) -> Vec<EventListener> {
    let Some(window) = browser::window() else {
        return Vec::new();
    };
    let active = EventListenerOptions::enable_prevent_default();
    let on = |kind: &'static str, mut react: Box<dyn FnMut(&Event)>| {
        EventListener::new_with_options(&window, kind, active, move |event| react(event))
    };
    let mut listeners = vec![on("keydown", {
        let (latest, act) = (latest.clone(), act.clone());
        Box::new(move |event| key_pressed(event, &latest, &act, embedded))
    })];
    if embedded {
        return listeners;
    }
    listeners.push(on("pagehide", {
        let (latest, act) = (latest.clone(), act.clone());
        Box::new(move |_| {
            save(&latest, &act);
            browser::mark_ended();
        })
    }));
    listeners.push(on("hashchange", {
        let (latest, act) = (latest.clone(), act.clone());
        Box::new(move |_| link_opened(&latest, &act))
    }));
    listeners.push(on("dragover", Box::new(Event::prevent_default)));
    listeners.push(on("drop", {
        let act = act.clone();
        Box::new(move |event| dropped(event, &act))
    }));
    listeners.push(on("paste", {
        let act = act.clone();
        Box::new(move |event| pasted(event, &act))
    }));
    listeners
}

fn key_pressed(event: &Event, latest: &Latest, act: &Act, embedded: bool) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    };
    let key = Key {
        name: event.key(),
        shift: event.shift_key(),
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        in_field: within("input:not([type=checkbox]), textarea, select, .yaml__editor"),
        on_control: within("button, a, [role=button], input"),
        in_clock: within("#region-clock"),
    };
    let reaction = latest.borrow().as_ref().and_then(|state| {
        let reaction = keys::reaction(&key, state);
        // What is typed ahead is for the dialog that is about to be drawn.
        if reaction.is_none() && state.dialog.is_some() && ahead::is_early() {
            event.prevent_default();
            ahead::keep(&key);
        }
        reaction.filter(|reaction| !embedded || keys::is_for_embedded(reaction))
    });
    let Some(reaction) = reaction else { return };
    // A native dialog closes by itself, and tells.
    event.prevent_default();
    match reaction {
        Reaction::Act(action) => {
            if matches!(action, Action::Edit(_)) {
                browser::mind_focus();
            }
            if matches!(action, Action::SetDialog(_)) {
                ahead::forget();
            }
            act.send(action);
        }
        Reaction::Region { forward } => next_region(forward),
        Reaction::Nudge(by) => act.send(Action::Nudge(by, browser::gesture_at(browser::now()))),
        Reaction::Zoom(factor) => press(if factor > 1.0 { "zoom-in" } else { "zoom-out" }),
    }
}

/// The regions in reading order.
const REGIONS: [&str; 7] = [
    "region-top",
    "request-from",
    "region-left",
    "region-canvas",
    "region-clock",
    "region-timeline",
    "region-inspector",
];

fn next_region(forward: bool) {
    let Some(document) = browser::window().and_then(|window| window.document()) else {
        return;
    };
    let active = document.active_element();
    let holds = |id: &str| {
        let region = document.get_element_by_id(id);
        region.is_some_and(|region| region.contains(active.as_deref()))
    };
    let count = REGIONS.len();
    let here = REGIONS.iter().position(|id| holds(id));
    let start = here.unwrap_or(if forward { count - 1 } else { 0 });
    for distance in 1..=count {
        let index = if forward {
            (start + distance) % count
        } else {
            (start + count - distance) % count
        };
        let region = REGIONS
            .get(index)
            .and_then(|id| document.get_element_by_id(id));
        let Some(region) = region.and_then(|region| region.dyn_into::<HtmlElement>().ok()) else {
            continue;
        };
        // What is not shown cannot take the focus.
        if region.offset_width() > 0 && region.focus().is_ok() {
            return;
        }
    }
}

fn press(id: &str) {
    let button = browser::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

fn link_opened(latest: &Latest, act: &Act) {
    let link = browser::fragment();
    if !start::is_link(&link) {
        return;
    }
    let preferences = latest.borrow().as_ref().map(|state| state.preferences);
    let Some(preferences) = preferences else {
        return;
    };
    match start::open_link(&link, preferences) {
        Ok((work, view)) => act.send(Action::OpenLink(work.into(), view.into())),
        Err(note) => act.send(Action::SetNote(Some(note))),
    }
}

fn dropped(event: &Event, act: &Act) {
    event.prevent_default();
    let Some(data) = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
    else {
        return;
    };
    if open_transfer(act, &data, Action::Receive) {
        return;
    }
    if let Ok(text) = data.get_data("text/plain") {
        open_text(&text, "dropped.yaml", act);
    }
}

fn pasted(event: &Event, act: &Act) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let field = target.and_then(|target| {
        target
            .closest("input, textarea, .yaml__editor")
            .ok()
            .flatten()
    });
    if field.is_some() {
        return;
    }
    let data = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data);
    let Some(data) = data else { return };
    if open_transfer(act, &data, Action::Receive) {
        return;
    }
    if let Ok(text) = data.get_data("text/plain") {
        open_text(&text, "pasted.yaml", act);
    }
}

fn open_text(text: &str, name: &str, act: &Act) {
    if !text.trim().is_empty() {
        act.send(Action::Receive(own_work(vec![(
            name.to_owned(),
            text.to_owned(),
        )])));
    }
}
