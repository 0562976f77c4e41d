//! What tests of several parts of the page begin with.

use std::rc::Rc;

use super::store::{Action, Preferences, State};
use super::top::scenario;
use crate::edit::Command;
use crate::model::object::{Kind, Ref};

/// The page with a built-in scenario, as a new reader finds it.
pub fn state(id: &str) -> Rc<State> {
    let work = scenario(id).expect("a built-in scenario");
    Rc::new(State::new(&work, Preferences::default()))
}

/// An edit: the Service of the article's scenarios gets `externalTrafficPolicy: Local`.
pub fn keep_clients() -> Action {
    let command = Command::SetField {
        object: Ref::scoped(Kind::Service, "default", "web"),
        path: "spec.externalTrafficPolicy".into(),
        value: Some("Local".into()),
        gesture: 0,
    };
    Action::Edit(command.into())
}
