//! What can be checked about several objects together without an engine: references to
//! things that are not there, overlapping prefixes, addresses where they cannot be.
//!
//! What depends on what controllers would do (schedule pods, hand out addresses) is
//! checked by [`crate::engine::control`].

mod addresses;
mod groups;
mod owners;
mod prefixes;
mod references;
mod rules;

use super::super::diagnostic::{Diagnostic, Severity};
use super::super::document::Document;
use super::super::network::Network;
use super::super::object::Ref;

/// How many problems between objects are listed before the rest is only counted.
const MAX_PROBLEMS: usize = 200;

/// Every problem between objects, each at the field that is to blame.
pub(super) fn check(network: &mut Network, document: &Document) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    owners::check(network, &mut problems);
    let network = &*network;
    references::check(network, &mut problems);
    groups::check(network, &mut problems);
    prefixes::check(network, &mut problems);
    addresses::check(network, &mut problems);
    rules::check(network, &mut problems);
    let unlisted = problems.len().saturating_sub(MAX_PROBLEMS);
    problems.truncate(MAX_PROBLEMS);
    for problem in &mut problems {
        if let Some(object) = &problem.object {
            let field = problem.field.as_deref().unwrap_or_default();
            problem.location = network.locate(document, object, field);
        }
    }
    if unlisted > 0 {
        let message = format!("{unlisted} more problems between objects are not listed");
        problems.push(Diagnostic::new(Severity::Error, "more-problems", message));
    }
    problems
}

/// A problem about a field of an object.
fn problem(
    severity: Severity,
    code: &'static str,
    (object, field): (Ref, String),
    message: String,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(severity, code, message).about(object);
    match field.as_str() {
        "" => diagnostic,
        _ => diagnostic.field(field),
    }
}
