//! "What if I apply this": the page's work with files that are not applied yet.

use std::rc::Rc;

use super::{Request, Work};
use crate::edit::Command;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::network::Network;
use crate::ui::simulation::Simulation;

/// Files that are tried, and what follows if they are applied.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The files, as they would be opened alone.
    pub work: Rc<Work>,
    /// What applying them does.
    pub command: Rc<Command>,
    /// What follows from the document with them.
    pub simulation: Rc<Simulation>,
    /// What is wrong with it that is not wrong now.
    pub problems: Rc<[Diagnostic]>,
    /// The request whose walks are compared.
    pub compared: Option<Rc<Request>>,
}

impl PartialEq for Preview {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.simulation, &other.simulation) && self.compared == other.compared
    }
}

impl Preview {
    /// `work` applied to `document`, with the problems that `now` does not have. `known` is what follows from the
    /// document, or from one before it.
    pub fn of(
        document: &Document,
        now: &[Diagnostic],
        known: &Simulation,
        work: &Rc<Work>,
    ) -> Self {
        let command = Command::Apply {
            name: work.name.clone().to_string().into(),
            files: (*work.document).clone(),
        };
        let simulation = known.after(command.apply(document).into());
        let new = simulation.problems.iter();
        let new = new.filter(|problem| !now.contains(problem));
        Self {
            problems: new.cloned().collect(),
            work: work.clone(),
            command: command.into(),
            simulation: simulation.into(),
            compared: None,
        }
    }
}

/// Whether manifests are NetworkPolicies, perhaps with their namespaces: nobody means that as a scenario of its own.
pub fn only_policies(network: &Network) -> bool {
    let is = |head: &str, kind: &str| head.rsplit(' ').next() == Some(kind);
    let heads = || network.manifests.iter().map(|manifest| &*manifest.head);
    let policies = heads().any(|head| is(head, "NetworkPolicy"));
    policies && heads().all(|head| is(head, "NetworkPolicy") || is(head, "Namespace"))
}
