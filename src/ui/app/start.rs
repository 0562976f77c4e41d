//! What the page shows first: a link, else the work that was kept, else the first built-in scenario.

use std::rc::Rc;

use crate::share::{self, LinkError, SharedView};
use crate::ui::baked;
use crate::ui::browser;
use crate::ui::context::Words;
use crate::ui::dialogs::work_of;
use crate::ui::store::{Note, Preferences, State, View, Work};

/// The state to start with.
pub fn state(embedded: bool) -> State {
    browser::begin_measures();
    let preferences = if embedded {
        browser::preferences_of_address()
    } else {
        browser::preferences()
    };
    browser::apply(preferences);
    let kept = if embedded {
        None
    } else {
        browser::saved_work().map(Rc::new)
    };
    let crashed = !embedded && browser::mark_running();
    let link = browser::fragment();
    if !is_link(&link) {
        let mut state = begin(kept.as_deref(), preferences);
        if crashed && kept.is_some() {
            state.note = Some(Note::Restored);
        }
        return state;
    }
    match open_link(&link, preferences) {
        Ok((work, view)) => {
            let mut state = State::new(&work, preferences);
            state.note = Some(Note::Linked);
            state.former = kept;
            state.look(&view);
            if embedded {
                // The picture is all that it shows; the sides stay for the link to the whole page.
                state.view = View::Diagram;
            }
            state
        }
        Err(note) => {
            let mut state = begin(kept.as_deref(), preferences);
            state.note = Some(note);
            state
        }
    }
}

/// What was kept, else what a newcomer sees.
fn begin(kept: Option<&Work>, preferences: Preferences) -> State {
    kept.map_or_else(
        || baked::first(preferences),
        |work| State::new(work, preferences),
    )
}

/// Whether a fragment may be a scenario, perhaps a damaged one: skip links, too, put the name of a region there.
pub fn is_link(fragment: &str) -> bool {
    let mut start = fragment.chars();
    let versioned = start.next() == Some('v') && start.next().is_some_and(|it| it.is_ascii_digit());
    versioned
        || [":", "%3A", "%3a"]
            .iter()
            .any(|colon| fragment.contains(colon))
}

/// What a link carries, or the message that explains why it cannot be opened.
pub fn open_link(link: &str, preferences: Preferences) -> Result<(Work, SharedView), Note> {
    match share::decode(link) {
        Ok((shared, _)) => {
            let view = shared.view.clone();
            Ok((work_of(shared), view))
        }
        Err(error) => {
            let (name, value) = error.argument();
            let reason = Words::new(preferences.language).with(error.id(), &[(name, value.into())]);
            Err(Note::BadLink {
                reason,
                newer: matches!(error, LinkError::Newer { .. }),
            })
        }
    }
}
