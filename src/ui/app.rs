//! The frame: hands pieces of the state to the panes, and turns storage, links, time and files into actions.

use std::cell::RefCell;
use std::rc::Rc;

use yew::{
    ContextProvider, Html, UseReducerDispatcher, UseReducerHandle, component, hook, html,
    use_callback, use_memo, use_mut_ref, use_reducer,
};

use super::browser;
use super::context::{Act, Words, finish_waiting};
use super::icons::Sprite;
use super::store::{Action, State};

mod effects;
mod embed;
mod notes;
mod page;
mod picture;
mod recover;
mod start;

pub use recover::recover;

/// The whole page.
#[component]
pub fn App() -> Html {
    let embedded = use_memo((), |()| browser::query("embed").is_some());
    let state = use_reducer(|| start::state(*embedded));
    // A handle always shows the newest state; what is drawn must not change while it is drawn.
    let shown = Shown(Rc::new((*state).clone()));
    let latest = use_mut_ref(|| None);
    *latest.borrow_mut() = Some(state.clone());
    let act = use_act_of(&state, &latest);
    effects::use_effects(&state, &latest, &act, *embedded);
    html! {
        <ContextProvider<Words> context={state.words.clone()}>
            <ContextProvider<Act> context={act}>
                <Sprite />
                if *embedded {
                    <embed::Embed state={shown} />
                } else {
                    <page::Page state={shown} />
                }
            </ContextProvider<Act>>
        </ContextProvider<Words>>
    }
}

/// The state as it was drawn last, for what happens between two drawings.
type Latest = Rc<RefCell<Option<UseReducerHandle<State>>>>;

/// The state as a property: equal only to itself, because the panes compare their own pieces.
#[derive(Clone)]
pub struct Shown(Rc<State>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The way into the store, the same for the life of the page.
#[hook]
fn use_act_of(state: &UseReducerHandle<State>, latest: &Latest) -> Act {
    let dispatcher = state.dispatcher();
    let latest = latest.clone();
    let send = use_callback((), move |action: Action, ()| {
        // What merely looks around may overtake what was typed.
        let looks = matches!(
            action,
            Action::CursorAt { .. } | Action::Look(_) | Action::Tick | Action::TickClock
        );
        if !looks {
            finish_waiting();
        }
        dispatch(&dispatcher, &latest, action);
    });
    Act(send)
}

fn dispatch(dispatcher: &UseReducerDispatcher<State>, latest: &Latest, action: Action) {
    match action {
        Action::ExportPicture => {
            if let Some(state) = &*latest.borrow() {
                picture::export(state);
            }
        }
        Action::Add(..) | Action::Undo | Action::Redo => {
            browser::mark("kubehop:edit");
            dispatcher.dispatch(action);
        }
        action => dispatcher.dispatch(action),
    }
}
