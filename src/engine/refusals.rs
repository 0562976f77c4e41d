//! Every refusal of a walk: of the packet itself, of the queries before it, and of what a proxy sends on.

use super::trace::{Connection, Detail, Step, Trace};
use crate::model::object::Ref;

impl Trace {
    /// The steps that refuse something, in order, with their places.
    pub fn refusals(&self) -> Vec<(&Ref, &Step)> {
        let mut found = Vec::new();
        for (place, step) in self.steps() {
            if step.refuses() {
                found.push((place, step));
            }
            match &step.detail {
                Detail::Resolved(resolved) => {
                    let query = resolved.walk.as_deref();
                    found.extend(query.into_iter().flat_map(Connection::refusals));
                }
                Detail::Proxied { upstream, .. } => found.extend(upstream.refusals()),
                _ => {}
            }
        }
        found
    }
}

impl Connection {
    /// The steps that refuse the request or the answer.
    pub fn refusals(&self) -> Vec<(&Ref, &Step)> {
        let both = [Some(&self.original), self.reply.as_ref()];
        both.into_iter()
            .flatten()
            .flat_map(Trace::refusals)
            .collect()
    }
}
