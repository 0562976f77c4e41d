//! The path in one strip, on screens too narrow for the picture, which stays a tap away.

use yew::{Callback, Html, MouseEvent, html};

use super::answer::Walk;
use super::canvas::{SceneNodes, action_of};
use super::context::{Act, Words};
use super::icons::symbol;
use super::store::{Action, State, Viewport};
use crate::scene::draw::Playhead;
use crate::scene::layout::Placement;
use crate::scene::strip;

/// The pixels for which a strip is drawn; it is scaled to those that there are.
const ROOM: i32 = 374;

/// The strip of the shown walk. Fingers reach its objects; the table and the player reach the same without it.
pub fn view(words: &Words, act: &Act, state: &State, placement: &Placement, walk: &Walk) -> Html {
    let Some(branch) = walk.branch() else {
        return Html::default();
    };
    let head = if state.playhead < walk.len() {
        Playhead::At(state.playhead + 1)
    } else {
        Playhead::End
    };
    let shown = state.shown();
    let trouble = strip::Trouble {
        network: &shown.network,
        failures: &shown.failures,
    };
    let scene = std::rc::Rc::new(strip::draw_failing(
        placement,
        trouble,
        branch,
        head,
        words.texts(),
        ROOM,
    ));
    let onclick = {
        let (act, scene, walk) = (act.clone(), scene.clone(), walk.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(action) = action_of(&event, &scene, &walk) {
                act.send(action);
            }
        })
    };
    let size = scene.size;
    html! {
        <div class="strip" id="region-canvas" tabindex="-1">
            <svg class="scene" role="img" aria-label={scene.title.clone()} viewBox={format!("0 0 {} {}", size.width, size.height)} {onclick}>
                <SceneNodes scene={scene.clone()} quiet=true />
            </svg>
            <button type="button" class="button--icon strip__whole" aria-label={words.get("strip-whole")} title={words.get("strip-whole")}
                onclick={act.on::<MouseEvent>(Action::Look(Viewport::FitAll))}>{ symbol("u-fit", "") }</button>
        </div>
    }
}
