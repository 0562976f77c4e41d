//! The scene of what is shown, and the scene as a file.

use std::rc::Rc;

use yew::{Callback, hook, use_callback, use_mut_ref, use_state_eq};

use crate::scene::draw::{Level, NODE_WIDTH, Playhead, View, draw_failing};
use crate::scene::layout::{Look, Placement, place};
use crate::scene::shape::Scene;
use crate::scene::svg;
use crate::ui::answer::Walk;
use crate::ui::baked;
use crate::ui::browser;
use crate::ui::store::{State, Theme};

/// The picture of the state, drawn again when something changes that it shows; what it was drawn from; and where to
/// tell the scale in use. While the picture is not `shown`, nothing is placed or drawn: it stays as it was last.
#[hook]
pub fn use_scene(state: &State, shown: bool) -> (Rc<Scene>, Rc<Placement>, Callback<u16>) {
    let percent = use_state_eq(|| 100_u16);
    let on_scale = use_callback((), {
        let percent = percent.clone();
        move |scale: u16, ()| percent.set(scale)
    });
    let simulation = state.shown();
    let placement = use_while(
        shown,
        (simulation.clone(), state.walk()),
        |(simulation, walk)| baked::placed(simulation, walk.as_ref()),
    );
    let level = {
        let shown = use_mut_ref(|| None);
        let width = node_width(&placement) * i32::from(*percent) / 100;
        let level = Level::of_width(width, *shown.borrow());
        *shown.borrow_mut() = Some(level);
        level
    };
    // At the full level the scale changes nothing, so moving and scaling draw nothing again.
    let zoom = if level == Level::Full {
        100
    } else {
        i32::from(*percent)
    };
    let key = (
        placement.clone(),
        simulation,
        state.walk(),
        state.playhead,
        state.playing && !browser::reduced_motion(),
        state.words.clone(),
        level,
        zoom,
    );
    let scene = use_while(
        shown,
        key,
        |(placement, simulation, walk, playhead, moving, words, level, zoom)| {
            let view = View {
                playhead: if *playhead < walk.as_ref().map_or(0, Walk::len) {
                    Playhead::At(playhead + 1)
                } else {
                    Playhead::End
                },
                moving: *moving,
                level: *level,
                viewport: None,
                zoom: *zoom,
            };
            let branch = walk.as_ref().and_then(Walk::branch);
            let (network, failures) = (&simulation.network, &simulation.failures);
            let texts = words.texts();
            Rc::new(draw_failing(
                network, failures, placement, branch, &view, texts,
            ))
        },
    );
    (scene, placement, on_scale)
}

/// What `make` makes of `key`, made again when the key is another one; while it is not `shown`, what was made last.
#[hook]
fn use_while<K, T, F>(shown: bool, key: K, make: F) -> Rc<T>
where
    K: PartialEq + 'static,
    T: Default + 'static,
    F: FnOnce(&K) -> Rc<T>,
{
    let last = use_mut_ref(|| None::<(K, Rc<T>)>);
    let mut last = last.borrow_mut();
    match &*last {
        Some((known, made)) if !shown || *known == key => made.clone(),
        None if !shown => Rc::default(),
        _ => {
            let made = make(&key);
            *last = Some((key, made.clone()));
            made
        }
    }
}

/// The width that tells the level of detail: that of the narrowest opened node, else of any node.
fn node_width(placement: &Placement) -> i32 {
    let opened = placement
        .boxes
        .iter()
        .filter(|placed| placed.look == Look::OpenNode);
    opened
        .map(|placed| placed.rect.width)
        .min()
        .unwrap_or(NODE_WIDTH)
        .max(NODE_WIDTH)
}

/// Hands the picture out as a file that stands alone: every step laid, in the theme that is shown.
pub fn export(state: &State) {
    let walk = state.walk();
    let branch = walk.as_ref().and_then(Walk::branch);
    let simulation = state.shown();
    let network = &simulation.network;
    let scene = draw_failing(
        network,
        &simulation.failures,
        &place(network, branch),
        branch,
        &View::default(),
        state.words.texts(),
    );
    let dark = match state.preferences.theme {
        Theme::Light => false,
        Theme::Dark => true,
        Theme::System => browser::prefers_dark(),
    };
    let theme = if dark {
        svg::Theme::Dark
    } else {
        svg::Theme::Light
    };
    browser::download(
        "kubehop.svg",
        "image/svg+xml",
        &svg::standalone(&scene, theme),
    );
}
