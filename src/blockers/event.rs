//! Changes of what happens: an event that has happened by a moment of the clock does not happen.

use super::propose::Draft;
use crate::edit::Command;
use crate::engine::explain::Explanation;
use crate::model::network::Network;
use crate::model::object::Kind;

/// How many events are tried; each costs a walk through the whole clock.
const MOST: usize = 8;

/// The newest event first: what it broke is most likely to be in the way.
pub(super) fn drafts(network: &Network, second: u32) -> Vec<Draft> {
    let mut happened: Vec<_> = network.events.iter().filter(|it| it.at <= second).collect();
    happened.sort_by_key(|event| std::cmp::Reverse(event.at));
    let remove = |event: &crate::model::event::Event| {
        let object = event.meta.reference(Kind::Event);
        Draft {
            what: Explanation::new("fix-event").with("event", object.clone()),
            command: Command::Delete { object },
        }
    };
    happened.into_iter().take(MOST).map(remove).collect()
}
