//! What the page shows first: a link, else the work that was kept, else the first built-in scenario.

use std::rc::Rc;

use crate::share::{self, LinkError, SharedView};
use crate::ui::baked;
use crate::ui::browser;
use crate::ui::context::Words;
use crate::ui::dialogs::work_of;
use crate::ui::store::{Note, Preferences, State, Tab, Work};

/// The state to start with.
pub fn state(embedded: bool) -> State {
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
            look(&mut state, &view);
            state.note = Some(Note::Linked);
            state.former = kept;
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

/// Shows what the sender of a link looked at.
fn look(state: &mut State, view: &SharedView) {
    let index = |number: Option<u32>| number.and_then(|number| usize::try_from(number).ok());
    let branches = state
        .answer
        .as_ref()
        .map_or(0, |answer| answer.result.branches.len());
    if let Some(branch) = index(view.branch).filter(|branch| *branch < branches) {
        state.branch = branch;
    }
    let last = state.walk().map_or(0, |walk| walk.len());
    state.playhead = index(view.step).unwrap_or(last).min(last);
    state.tab = match view.tab.as_deref() {
        Some("yaml") => Tab::Yaml,
        Some("problems") => Tab::Problems,
        _ => Tab::Trace,
    };
}
