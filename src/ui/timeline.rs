//! The timeline: columns are places, the request runs left to right, the reply right to left in the same columns.
//! On a narrow screen and in an embedded page one row of steps remains.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, NodeRef, PointerEvent, Properties, classes,
    component, hook, html, use_effect_with, use_memo, use_node_ref, use_state,
};

use super::answer::Walk;
use super::canvas::SceneNodes;
use super::context::{use_act, use_words};
use super::playback::announcement;
use super::store::{Action, Move};
use crate::scene::draw::Playhead;
use crate::scene::shape::{ElementKind, Scene};
use crate::scene::timeline;

#[derive(PartialEq, Properties)]
pub struct TimelineProps {
    /// The walk.
    pub walk: Option<Walk>,
    /// Index of the current step.
    pub playhead: usize,
    /// Whether only one row without addresses fits.
    #[prop_or_default]
    pub compact: bool,
}

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let host = use_node_ref();
    let width = use_width(host.clone());
    let len = props.walk.as_ref().map_or(0, Walk::len);
    let key = (
        props.walk.clone(),
        props.playhead,
        width,
        props.compact,
        words.clone(),
    );
    let scene = use_memo(key, |(walk, playhead, width, compact, words)| {
        let walk = walk.as_ref().filter(|_| !compact)?;
        let (branch, numbering) = (walk.branch()?, walk.numbering()?);
        let playhead = if *playhead < walk.len() {
            Playhead::At(playhead + 1)
        } else {
            Playhead::End
        };
        Some(Rc::new(timeline::draw(
            branch,
            numbering,
            playhead,
            words.texts(),
            *width,
        )))
    });
    let stops: Rc<[Stop]> = match (&*scene, &props.walk) {
        (Some(scene), Some(walk)) => stops_of(scene, walk).into(),
        (None, Some(walk)) => row_of(walk, width).into(),
        (_, None) => Rc::from([]),
    };
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
        let (act, stops, host) = (act.clone(), stops.clone(), host.clone());
        Callback::from(move |event: PointerEvent| {
            let pressed = event.type_() == "pointerdown" || event.buttons() & 1 == 1;
            let (Some(element), true) = (host.cast::<Element>(), pressed) else {
                return;
            };
            if event.type_() == "pointerdown" {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            let bounds = element.get_bounding_client_rect();
            let x = event.client_x() - pixels(bounds.left()) + element.scroll_left();
            let y = event.client_y() - pixels(bounds.top());
            if let Some(stop) = stops.iter().min_by_key(|stop| stop.distance(x, y)) {
                act.send(Action::Go(Move::To(stop.index)));
            }
        })
    };
    let value = props
        .walk
        .as_ref()
        .map(|walk| announcement(&words, walk, props.playhead))
        .unwrap_or_default();
    html! {
        <section class="timeline" id="region-timeline" ref={host} tabindex="0" role="slider" aria-label={words.get("timeline")}
            aria-valuemin="1" aria-valuemax={(len + 1).to_string()} aria-valuenow={(props.playhead + 1).min(len + 1).to_string()} aria-valuetext={value}
            {onkeydown} onpointerdown={seek.clone()} onpointermove={seek}>
            if let Some(scene) = &*scene {
                <svg class="scene" width={attr(scene.size.width)} height={attr(scene.size.height)} aria-hidden="true"><SceneNodes scene={scene.clone()} quiet=true /></svg>
            } else {
                { row(&stops, width, props.playhead) }
            }
        </section>
    }
}

/// Where a step, or the verdict, can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    index: usize,
    x: i32,
    y: i32,
    rewrites: bool,
}

impl Stop {
    /// How far a point is, the lane weighing more than the place on it.
    const fn distance(&self, x: i32, y: i32) -> i32 {
        (self.x - x).abs() + (self.y - y).abs() * 8
    }
}

/// The badges of a drawn timeline, and its last verdict.
fn stops_of(scene: &Scene, walk: &Walk) -> Vec<Stop> {
    let numbering = walk.numbering();
    let stop = |element: &crate::scene::shape::Element| {
        let at = element.transform?.at;
        let index = match element.kind {
            ElementKind::Badge => numbering?.mark(element.step?)?.number.checked_sub(1)?,
            ElementKind::Verdict => walk.len(),
            _ => return None,
        };
        Some(Stop {
            index,
            x: at.x,
            y: at.y,
            rewrites: false,
        })
    };
    let mut stops: Vec<Stop> = scene.elements.iter().filter_map(stop).collect();
    // Of two verdicts the reply's, which is lower, ends the walk.
    let end = stops
        .iter()
        .filter(|stop| stop.index == walk.len())
        .map(|stop| stop.y)
        .max();
    stops.retain(|stop| stop.index < walk.len() || Some(stop.y) == end);
    stops
}

/// Every step and the verdict at equal distances.
fn row_of(walk: &Walk, width: i32) -> Vec<Stop> {
    let int = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let gaps = int(walk.len()).max(1);
    let x = |index: usize| 18 + (width - 36) * int(index) / gaps;
    let steps = walk.stops().map(|stop| Stop {
        index: stop.index,
        x: x(stop.index),
        y: 27,
        rewrites: stop.rewrites(),
    });
    steps
        .chain([Stop {
            index: walk.len(),
            x: x(walk.len()),
            y: 27,
            rewrites: false,
        }])
        .collect()
}

/// The one row of a narrow screen.
fn row(stops: &[Stop], width: i32, playhead: usize) -> Html {
    let here = stops
        .get(playhead)
        .or(stops.last())
        .map_or(18, |stop| stop.x);
    html! {
        <svg class="scene" width={attr(width)} height="52" aria-hidden="true">
            <path class="lane lane--ahead" d={format!("M18 27H{}", width - 18)} />
            <path class="lane lane--done" d={format!("M18 27H{here}")} />
            for stop in stops {
                <g key={stop.index} class={classes!("badge", (stop.index > playhead).then_some("badge--ahead"))} transform={format!("translate({} 27)", stop.x)}>
                    if stop.rewrites { <path d="M0 -5L5 0L0 5L-5 0Z" /> } else { <circle r="4" /> }
                </g>
            }
            <circle class="playhead-thumb" cx={attr(here)} cy="27" r="11" />
        </svg>
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
