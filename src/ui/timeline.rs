//! The timeline: columns are places, the request runs left to right, the reply right to left in the same columns.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, NodeRef, PointerEvent, Properties, component, hook,
    html, use_effect_with, use_memo, use_node_ref, use_state,
};

use super::answer::Walk;
use super::context::{use_act, use_words};
use super::playback::announcement;
use super::store::{Action, Move};

mod picture;
pub mod plan;

use plan::Plan;

#[derive(PartialEq, Properties)]
pub struct TimelineProps {
    /// The walk.
    pub walk: Option<Walk>,
    /// Index of the current step.
    pub playhead: usize,
    /// Whether only one lane without addresses fits.
    #[prop_or_default]
    pub compact: bool,
}

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let host = use_node_ref();
    let width = use_width(host.clone());
    let plan = use_memo(
        (props.walk.clone(), width, props.compact, words.clone()),
        |(walk, width, compact, words)| {
            walk.as_ref()
                .map(|walk| Plan::new(walk, *width, *compact, words))
        },
    );
    let onkeydown = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            let target = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => Move::Step { forward: true },
                "ArrowLeft" | "ArrowDown" => Move::Step { forward: false },
                "PageUp" => Move::Place { forward: true },
                "PageDown" => Move::Place { forward: false },
                "Home" => Move::To(0),
                "End" => Move::End,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            act.send(Action::Go(target));
        })
    };
    let seek = {
        let (act, plan, host) = (act.clone(), plan.clone(), host.clone());
        Callback::from(move |event: PointerEvent| {
            let pressed = event.type_() == "pointerdown" || event.buttons() & 1 == 1;
            let (Some(plan), Some(element), true) = (&*plan, host.cast::<Element>(), pressed)
            else {
                return;
            };
            if event.type_() == "pointerdown" {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            let bounds = element.get_bounding_client_rect();
            let (x, y) = (
                f64::from(event.client_x()) - bounds.left(),
                f64::from(event.client_y()) - bounds.top(),
            );
            if let Some(index) = plan.nearest(x, y) {
                act.send(Action::Go(Move::To(index)));
            }
        })
    };
    let len = props.walk.as_ref().map_or(0, Walk::len);
    let value = props
        .walk
        .as_ref()
        .map(|walk| announcement(&words, walk, props.playhead))
        .unwrap_or_default();
    html! {
        <section class="timeline" id="region-timeline" ref={host} tabindex="0" role="slider" aria-label={words.get("timeline")}
            aria-valuemin="1" aria-valuemax={(len + 1).to_string()} aria-valuenow={(props.playhead + 1).min(len + 1).to_string()} aria-valuetext={value}
            {onkeydown} onpointerdown={seek.clone()} onpointermove={seek}>
            if let Some(plan) = &*plan { { picture::view(plan, props.playhead) } }
        </section>
    }
}

/// The width of an element in pixels, kept up to date.
#[hook]
pub fn use_width(node: NodeRef) -> i32 {
    let width = use_state(|| 816);
    use_effect_with((), {
        let width = width.clone();
        move |()| {
            let observer = node
                .cast::<Element>()
                .and_then(|element| observe(&element, move |size, _| width.set(size)));
            move || drop(observer)
        }
    });
    *width
}

/// Watches the size of an element; ends when dropped.
pub struct Observer {
    observer: web_sys::ResizeObserver,
    _closure: wasm_bindgen::closure::Closure<dyn FnMut(js_sys::Array)>,
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls `changed` with width and height now and after each change.
pub fn observe(element: &Element, mut changed: impl FnMut(i32, i32) + 'static) -> Option<Observer> {
    let closure = wasm_bindgen::closure::Closure::<dyn FnMut(js_sys::Array)>::new(
        move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() {
                let size = entry.content_rect();
                changed(pixels(size.width()), pixels(size.height()));
            }
        },
    );
    let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Observer {
        observer,
        _closure: closure,
    })
}

/// A length of the browser in whole pixels.
pub fn pixels(length: f64) -> i32 {
    // A length on screen is far from the limits of the type, and a fraction of a pixel does not matter.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "clamped to the range of the type"
    )]
    {
        length.clamp(0.0, 100_000.0) as i32
    }
}

/// Text for attributes.
fn attr(number: i32) -> AttrValue {
    number.to_string().into()
}
