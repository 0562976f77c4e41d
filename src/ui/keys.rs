//! Which key does what. Pure, so that the list of keys and the keys themselves cannot differ.

use super::store::{Action, Dialog, Mode, Move, State, View, Viewport};
use crate::scene::geometry::{Point, point};
use crate::scene::layout::arrange::STEP;

/// A pressed key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its value, such as `a` or `Home`.
    pub name: String,
    /// Shift.
    pub shift: bool,
    /// Ctrl, or Cmd.
    pub command: bool,
    /// Alt.
    pub alt: bool,
    /// Whether a field for text has the focus.
    pub in_field: bool,
    /// Whether something that acts on Space and Enter by itself has the focus.
    pub on_control: bool,
    /// Whether the focus is in the clock.
    pub in_clock: bool,
}

/// What to do on a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// An action of the store.
    Act(Action),
    /// The focus goes to the next region (or the one before).
    Region {
        /// In reading order.
        forward: bool,
    },
    /// The picture is scaled by this factor around its middle.
    Zoom(f64),
    /// The selected object moves by so many pixels of the picture.
    Nudge(Point),
}

/// Rows of the list of keys: what to press, and the message that says what it does.
pub const LIST: &[(&str, &str)] = &[
    ("Space", "keys-play"),
    (", .", "keys-step"),
    ("Shift , .", "keys-place"),
    ("Home, End", "keys-ends"),
    ("Ctrl/Cmd Enter", "keys-send"),
    ("Ctrl/Cmd Z, Shift Z", "keys-undo"),
    ("A", "keys-add"),
    ("C", "keys-connect"),
    ("P", "keys-fire"),
    ("Delete", "keys-delete"),
    ("/", "keys-find"),
    ("↑ ↓ ← →", "keys-arrows"),
    ("Alt ↑ ↓ ← →", "keys-move"),
    ("Enter, Esc", "keys-enter"),
    ("+ − 0, Shift 0", "keys-zoom"),
    ("T", "keys-table"),
    ("M", "keys-matrix"),
    ("D", "keys-compare"),
    ("I", "keys-plan"),
    ("[ ]", "keys-moment"),
    ("F6", "keys-region"),
    ("?", "keys-help"),
];

/// What `key` does now, if anything.
pub fn reaction(key: &Key, state: &State) -> Option<Reaction> {
    if let Some(reaction) = always(key, state) {
        return Some(reaction);
    }
    if key.in_field || key.command || state.dialog.is_some() {
        return None;
    }
    if key.alt {
        return nudge(key, state);
    }
    if !state.preferences.single_keys {
        return None;
    }
    single(key, state)
}

/// Whether an embedded picture, which has no panes, dialogs or edits, does what a key asks for.
pub fn is_for_embedded(reaction: &Reaction) -> bool {
    match reaction {
        Reaction::Region { .. } | Reaction::Zoom(_) => true,
        Reaction::Nudge(_) => false,
        Reaction::Act(action) => matches!(
            action,
            Action::TogglePlay
                | Action::Go(_)
                | Action::Look(_)
                | Action::PlayClock
                | Action::ShowMoment(_)
                | Action::StepMoment { .. }
        ),
    }
}

/// Moves the selection a step of the grid.
fn nudge(key: &Key, state: &State) -> Option<Reaction> {
    state.selection.as_ref()?;
    let by = match key.name.as_str() {
        "ArrowRight" => point(STEP, 0),
        "ArrowLeft" => point(-STEP, 0),
        "ArrowDown" => point(0, STEP),
        "ArrowUp" => point(0, -STEP),
        _ => return None,
    };
    Some(Reaction::Nudge(by))
}

fn always(key: &Key, state: &State) -> Option<Reaction> {
    let act = |action| Some(Reaction::Act(action));
    match (key.name.as_str(), key.command, key.shift) {
        ("F6", false, shift) => Some(Reaction::Region { forward: !shift }),
        ("Enter", true, _) => act(Action::Send),
        ("z" | "Z", true, false) if !key.in_field => act(Action::Undo),
        ("z" | "Z", true, true) | ("y", true, false) if !key.in_field => act(Action::Redo),
        ("Escape", false, _) => escape(state),
        _ => None,
    }
}

fn escape(state: &State) -> Option<Reaction> {
    let action = if state.dialog.is_some() {
        Action::SetDialog(None)
    } else if state.drawer {
        Action::SetDrawer(false)
    } else if state.mode != Mode::Select {
        Action::SetMode(Mode::Select)
    } else if state.preview.is_some() {
        Action::Cancel
    } else if matches!(state.view, View::Compare | View::Article) {
        Action::ShowView(View::Diagram)
    } else if state.selection.is_some() {
        Action::Select(None)
    } else if state.proof.is_some() {
        Action::EndProof
    } else if state.at.is_some() {
        Action::ShowMoment(None)
    } else {
        return None;
    };
    Some(Reaction::Act(action))
}

fn single(key: &Key, state: &State) -> Option<Reaction> {
    let action = match (key.name.as_str(), key.shift) {
        (" ", false) if !key.on_control && key.in_clock => Action::PlayClock,
        (" ", false) if !key.on_control => Action::TogglePlay,
        (",", _) => Action::Go(Move::Step { forward: false }),
        (".", _) => Action::Go(Move::Step { forward: true }),
        ("<", _) => Action::Go(Move::Place { forward: false }),
        (">", _) => Action::Go(Move::Place { forward: true }),
        ("[", _) => Action::StepMoment { forward: false },
        ("]", _) => Action::StepMoment { forward: true },
        ("Home", _) => Action::Go(Move::To(0)),
        ("End", _) => Action::Go(Move::End),
        ("a" | "A", false) => Action::SetDialog(Some(Dialog::Add)),
        ("c" | "C", false) => Action::SetMode(state.selection.clone().map_or(Mode::From, Mode::To)),
        ("p" | "P", false) => Action::SetMode(Mode::From),
        ("Delete" | "Backspace", _) => return delete(state),
        ("/", _) => Action::SetDialog(Some(Dialog::Find)),
        ("t" | "T", false) => Action::ShowView(match state.view {
            View::Diagram | View::Matrix | View::Compare | View::Article => View::Table,
            View::Table => View::Diagram,
        }),
        ("m" | "M", false) => Action::ShowView(match state.view {
            View::Diagram | View::Table | View::Compare | View::Article => View::Matrix,
            View::Matrix => View::Diagram,
        }),
        ("d" | "D", false) => Action::ShowView(match state.view {
            View::Diagram | View::Table | View::Matrix => View::Compare,
            View::Compare | View::Article => View::Diagram,
        }),
        ("i" | "I", false) => Action::SetDialog(Some(Dialog::Plan)),
        ("?", _) => Action::SetDialog(Some(Dialog::Keys)),
        ("+" | "=", _) => return Some(Reaction::Zoom(1.25)),
        ("-", _) => return Some(Reaction::Zoom(0.8)),
        ("0", false) => Action::Look(Viewport::FitAll),
        ("0", true) | (")", _) => Action::Look(Viewport::FitPath),
        _ => return None,
    };
    Some(Reaction::Act(action))
}

fn delete(state: &State) -> Option<Reaction> {
    let object = state.selection.as_ref()?;
    let command = super::palette::delete(state, object)?;
    Some(Reaction::Act(Action::Edit(command.into())))
}
