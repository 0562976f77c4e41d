//! The picture on the page: the scene as SVG nodes, moved and scaled, with objects that can be reached by keyboard.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element as DomElement;
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, MouseEvent, NodeRef, PointerEvent, Properties,
    UseStateHandle, WheelEvent, classes, component, html, use_effect_with, use_memo, use_mut_ref,
    use_node_ref, use_state, use_state_eq,
};

use super::answer::Walk;
use super::browser;
use super::context::{use_act, use_words};
use super::icons::symbol;
use super::store::{Action, Mode, Viewport};
use super::timeline::observe;
use crate::edit::Command;
use crate::model::object::Ref;
use crate::scene::geometry::Rect;
use crate::scene::layout::Placement;
use crate::scene::shape::Scene;

mod drag;
pub mod gesture;
mod nodes;
pub mod view;

pub use nodes::SceneNodes;

use drag::{Drag, in_picture};
use gesture::{Gesture, Held};
use view::{Frame, Transform};

#[derive(PartialEq, Properties)]
pub struct CanvasProps {
    /// What is drawn.
    pub scene: Rc<Scene>,
    /// Where it stands, to move objects.
    pub placement: Rc<Placement>,
    /// The walk, to find steps by their badges.
    pub walk: Option<Walk>,
    /// What is shown of it.
    pub viewport: Viewport,
    /// Index of the current step, which a narrow screen follows.
    pub playhead: usize,
    /// The selected object.
    pub selection: Option<Ref>,
    /// How clicks are understood.
    pub mode: Mode,
    /// Whether the scene is that of an older document.
    pub stale: bool,
    /// Whether nothing can be changed.
    #[prop_or_default]
    pub read_only: bool,
    /// Whether objects stay where they are.
    #[prop_or_default]
    pub fixed: bool,
    /// Pixels that tools cover at the top.
    #[prop_or(64)]
    pub top: i32,
    /// Told of the scale in use, for the level of detail.
    #[prop_or_default]
    pub on_scale: Callback<u16>,
}

#[component]
pub fn Canvas(props: &CanvasProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let host = use_node_ref();
    let size = use_state_eq(|| (0, 0));
    let focus = use_state_eq(|| None::<AttrValue>);
    let gesture = use_mut_ref(Gesture::default);
    let drag = use_state(|| None::<Drag>);
    use_effect_with((), {
        let (host, size) = (host.clone(), size.clone());
        move |()| {
            let observer = host
                .cast::<DomElement>()
                .and_then(|host| observe(&host, move |width, height| size.set((width, height))));
            move || drop(observer)
        }
    });
    let frame = Frame {
        width: size.0,
        height: size.1,
        top: props.top,
    };
    let transform = Transform::of(
        props.viewport,
        frame,
        &props.scene,
        props.walk.as_ref(),
        props.playhead,
    );
    use_effect_with(transform.percent(), {
        let on_scale = props.on_scale.clone();
        move |percent| on_scale.emit(*percent)
    });
    let focusable = use_memo(
        (
            props.scene.clone(),
            (*focus).clone(),
            props.selection.clone(),
        ),
        |(scene, focus, selection)| nodes::tab_stop(scene, focus.as_ref(), selection.as_ref()),
    );
    let zoom = Zoom {
        act: act.clone(),
        transform,
        frame,
    };
    let handlers = Handlers {
        host: host.clone(),
        zoom: zoom.clone(),
        gesture,
        scene: props.scene.clone(),
        placement: props.placement.clone(),
        drag: drag.clone(),
        walk: props.walk.clone(),
        movable: !props.read_only && !props.stale && !props.fixed && props.mode == Mode::Select,
        read_only: props.read_only,
    };
    let onfocusin = {
        let focus = focus.clone();
        Callback::from(move |event: yew::FocusEvent| {
            if let Some(key) = event.target().and_then(|target| key_of(&target)) {
                focus.set(Some(key));
            }
        })
    };
    let connecting = props.mode != Mode::Select;
    // On the screen it changes nothing; on paper the picture is as wide as the sheet.
    let shown = (size.0 > 0).then(|| format!("0 0 {} {}", size.0, size.1));
    html! {
        <>
            <div class={classes!("canvas", connecting.then_some("is-connecting"), props.stale.then_some("is-stale"))} ref={host}
                id="region-canvas" tabindex="-1" onwheel={handlers.wheel()} onpointerdown={handlers.down()} onpointermove={handlers.moved()}
                onpointerup={handlers.up(true)} onpointercancel={handlers.up(false)} onclick={handlers.click()} onkeydown={handlers.key(props.mode.clone())} {onfocusin}>
                <svg class="scene" viewBox={shown} preserveAspectRatio="xMinYMin" role="application" aria-label={props.scene.title.clone()} aria-description={props.scene.description.clone()}>
                    <g transform={transform.attribute()}>
                        <nodes::SceneNodes scene={props.scene.clone()} tab_stop={(*focusable).clone()} selection={props.selection.clone()} />
                        if let Some(drag) = &*drag { { drag.view() } }
                    </g>
                </svg>
            </div>
            if let Some(hint) = hint(&props.mode) { <p class="chip canvas__say" role="status">{ words.get(hint) }</p> }
            if !props.read_only { <ZoomTools {zoom} percent={transform.percent()} /> }
        </>
    }
}

const fn hint(mode: &Mode) -> Option<&'static str> {
    match mode {
        Mode::Select => None,
        Mode::From => Some("mode-from"),
        Mode::To(_) => Some("mode-to"),
    }
}

/// The key of the scene's element that a target belongs to.
fn key_of(target: &web_sys::EventTarget) -> Option<AttrValue> {
    let element = target
        .dyn_ref::<DomElement>()?
        .closest("[data-key]")
        .ok()??;
    element.get_attribute("data-key").map(Into::into)
}

/// Scales the picture around a point.
#[derive(Clone, PartialEq)]
struct Zoom {
    act: super::context::Act,
    transform: Transform,
    frame: Frame,
}

impl Zoom {
    fn by(&self, factor: f64, x: f64, y: f64) {
        self.act
            .send(Action::Look(self.transform.scaled(factor, x, y).viewport()));
    }

    fn around_middle(&self, factor: f64) {
        let (x, y) = self.frame.middle();
        self.by(factor, x, y);
    }
}

#[derive(PartialEq, Properties)]
struct ZoomToolsProps {
    zoom: Zoom,
    percent: u16,
}

#[component]
fn ZoomTools(props: &ZoomToolsProps) -> Html {
    let (words, act) = (use_words(), use_act());
    let by = |factor: f64| {
        let zoom = props.zoom.clone();
        Callback::from(move |_: MouseEvent| zoom.around_middle(factor))
    };
    html! {
        <div class="float" role="group" aria-label={words.get("zoom")}>
            <button type="button" class="button--icon zoom-step" id="zoom-out" aria-label={words.get("zoom-out")} onclick={by(0.8)}>{ symbol("u-minus", "") }</button>
            <span class="mono">{ props.percent }{ "%" }</span>
            <button type="button" class="button--icon zoom-step" id="zoom-in" aria-label={words.get("zoom-in")} onclick={by(1.25)}>{ symbol("u-plus", "") }</button>
            <button type="button" class="button--icon" aria-label={words.get("zoom-fit")} onclick={act.on::<MouseEvent>(Action::Look(Viewport::FitAll))}>{ symbol("u-fit", "") }</button>
        </div>
    }
}

/// What pointer and keys do on the picture.
struct Handlers {
    host: NodeRef,
    zoom: Zoom,
    gesture: Rc<std::cell::RefCell<Gesture>>,
    scene: Rc<Scene>,
    placement: Rc<Placement>,
    drag: UseStateHandle<Option<Drag>>,
    walk: Option<Walk>,
    /// Whether objects can be moved now.
    movable: bool,
    read_only: bool,
}

impl Handlers {
    fn wheel(&self) -> Callback<WheelEvent> {
        let (zoom, host) = (self.zoom.clone(), self.host.clone());
        Callback::from(move |event: WheelEvent| {
            event.prevent_default();
            let (left, top) = origin(&host);
            let (x, y) = (
                f64::from(event.client_x()) - left,
                f64::from(event.client_y()) - top,
            );
            if event.ctrl_key() || event.meta_key() {
                zoom.by(gesture::wheel_factor(event.delta_y()), x, y);
            } else {
                let moved = zoom.transform.moved(-event.delta_x(), -event.delta_y());
                zoom.act.send(Action::Look(moved.viewport()));
            }
        })
    }

    fn down(&self) -> Callback<PointerEvent> {
        let (gesture, scene, drag) = (self.gesture.clone(), self.scene.clone(), self.drag.clone());
        let (transform, movable, host) = (self.zoom.transform, self.movable, self.host.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 && event.button() != 1 {
                return;
            }
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let mut gesture = gesture.borrow_mut();
            gesture.down(event.pointer_id(), x, y);
            drag.set(None);
            let key = event.target().and_then(|target| key_of(&target));
            let object = key.and_then(|key| nodes::object(&scene, &key));
            if let Some(object) =
                object.filter(|_| movable && event.button() == 0 && gesture.is_alone())
            {
                let (left, top) = origin(&host);
                let (x, y) = transform.inverse(x - left, y - top);
                gesture.held = Some(Held {
                    object,
                    at: in_picture(x, y),
                    by: (0.0, 0.0),
                });
            }
        })
    }

    fn moved(&self) -> Callback<PointerEvent> {
        let (gesture, zoom) = (self.gesture.clone(), self.zoom.clone());
        let (carried, host) = (self.carried(), self.host.clone());
        Callback::from(move |event: PointerEvent| {
            let change = gesture.borrow_mut().moved(
                event.pointer_id(),
                f64::from(event.client_x()),
                f64::from(event.client_y()),
            );
            let Some(change) = change else { return };
            if change.begins
                && let Some(host) = host.cast::<DomElement>()
            {
                let _ = host.set_pointer_capture(event.pointer_id());
            }
            if carried.emit(change) {
                return;
            }
            let moved = zoom.transform.moved(change.x, change.y);
            let next = if (change.factor - 1.0).abs() < f64::EPSILON {
                moved
            } else {
                let (left, top) = origin(&host);
                moved.scaled(change.factor, change.middle.0 - left, change.middle.1 - top)
            };
            zoom.act.send(Action::Look(next.viewport()));
        })
    }

    /// Moves the held object instead of the picture; tells whether there is one.
    fn carried(&self) -> Callback<gesture::Change, bool> {
        let (gesture, drag) = (self.gesture.clone(), self.drag.clone());
        let (scene, placement, transform) = (
            self.scene.clone(),
            self.placement.clone(),
            self.zoom.transform,
        );
        Callback::from(move |change: gesture::Change| {
            let mut gesture = gesture.borrow_mut();
            let Some(held) = gesture.carry(&change) else {
                return false;
            };
            let taken = (*drag).clone();
            let taken = taken.or_else(|| Drag::of(&scene, &placement, &held.object, held.at));
            let Some(mut taken) = taken else {
                // Its place is computed: the picture moves.
                gesture.held = None;
                return false;
            };
            let by = transform.length(held.by);
            taken.at = taken.lift.moved(in_picture(by.0, by.1));
            drag.set(Some(taken));
            true
        })
    }

    /// Lets go; puts down what was carried if it is to stay there.
    fn up(&self, stays: bool) -> Callback<PointerEvent> {
        let (gesture, drag, zoom) = (self.gesture.clone(), self.drag.clone(), self.zoom.clone());
        let placement = self.placement.clone();
        Callback::from(move |event: PointerEvent| {
            let mut gesture = gesture.borrow_mut();
            gesture.up(event.pointer_id());
            let held = gesture.held.take();
            if drag.is_some() {
                drag.set(None);
            }
            // By how far the pointer came, not by what was drawn of it so far.
            let Some(held) = held.filter(|_| stays && gesture.has_dragged()) else {
                return;
            };
            let Some(lift) = placement.lift(&held.object) else {
                return;
            };
            let by = zoom.transform.length(held.by);
            let at = lift.moved(in_picture(by.0, by.1));
            if at != lift.from {
                let command = Command::Move {
                    to: lift.position(at),
                    object: held.object,
                    gesture: browser::gesture_at(browser::now()),
                };
                // The picture must not jump from under the pointer.
                zoom.act.send(Action::Look(zoom.transform.viewport()));
                zoom.act.send(Action::Edit(command.into()));
            }
        })
    }

    fn click(&self) -> Callback<MouseEvent> {
        let (gesture, scene, walk, act) = (
            self.gesture.clone(),
            self.scene.clone(),
            self.walk.clone(),
            self.zoom.act.clone(),
        );
        let read_only = self.read_only;
        Callback::from(move |event: MouseEvent| {
            // The end of a drag is no click.
            if gesture.borrow_mut().take_dragged() {
                return;
            }
            let key = event.target().and_then(|target| key_of(&target));
            match key.and_then(|key| nodes::action(&scene, walk.as_ref(), &key)) {
                Some(Action::Click(_)) if read_only => {}
                Some(action) => act.send(action),
                None if !read_only => act.send(Action::Select(None)),
                None => {}
            }
        })
    }

    fn key(&self, mode: Mode) -> Callback<KeyboardEvent> {
        let (scene, walk, act) = (self.scene.clone(), self.walk.clone(), self.zoom.act.clone());
        let read_only = self.read_only;
        let (gesture, drag, host) = (self.gesture.clone(), self.drag.clone(), self.host.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && drag.is_some() {
                gesture.borrow_mut().held = None;
                drag.set(None);
                event.prevent_default();
                return;
            }
            let Some(key) = event.target().and_then(|target| key_of(&target)) else {
                return;
            };
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            let used = match event.key().as_str() {
                "Enter" | " " => match nodes::action(&scene, walk.as_ref(), &key) {
                    Some(Action::Click(_)) if read_only => false,
                    Some(action) => {
                        act.send(action);
                        true
                    }
                    None => false,
                },
                direction => nodes::neighbour(&scene, &key, direction).is_some_and(|next| {
                    focus_key(&host, &next);
                    if !read_only
                        && mode == Mode::Select
                        && let Some(object) = nodes::object(&scene, &next)
                    {
                        act.send(Action::Select(Some(object)));
                    }
                    true
                }),
            };
            if used {
                event.prevent_default();
                event.stop_propagation();
            }
        })
    }
}

/// Puts the focus on the element with this key.
fn focus_key(host: &NodeRef, key: &str) {
    let Some(host) = host.cast::<DomElement>() else {
        return;
    };
    let elements = host.query_selector_all("[data-key]").ok();
    let found = elements.and_then(|elements| {
        (0..elements.length()).find_map(|index| {
            let element = elements.item(index)?.dyn_into::<DomElement>().ok()?;
            (element.get_attribute("data-key").as_deref() == Some(key)).then_some(element)
        })
    });
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::SvgElement>().ok())
    {
        let _ = element.focus();
    }
}

/// Where the canvas begins on the screen. Not by the event's own target: events are handled at the root of the page.
fn origin(host: &NodeRef) -> (f64, f64) {
    host.cast::<DomElement>().map_or((0.0, 0.0), |host| {
        let bounds = host.get_bounding_client_rect();
        (bounds.left(), bounds.top())
    })
}

/// What a click does that hit an element of a scene.
pub fn action_of(event: &MouseEvent, scene: &Scene, walk: &Walk) -> Option<Action> {
    let key = event.target().and_then(|target| key_of(&target))?;
    nodes::action(scene, Some(walk), &key)
}

/// The bounds of what an element draws.
pub fn bounds_of(
    scene: &Scene,
    wanted: impl Fn(&crate::scene::shape::Element) -> bool,
) -> Option<Rect> {
    let elements = scene.elements.iter().filter(|element| wanted(element));
    elements.filter_map(nodes::bounds).reduce(Rect::union)
}
