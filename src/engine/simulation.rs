//! From a document to answers: what the page, the command line and the tests all begin with.

use super::acme;
use super::appgateway;
use super::azure;
use super::control;
use super::dataplane::Dataplane;
use super::dns::{self, RecordType};
use super::expect;
use super::ingress;
use super::lint;
use super::netfilter;
use super::policy;
use super::trace::TraceResult;
use super::walk;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::issuer::Method;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::read;

/// Does what controllers do, and what cert-manager does with the certificates that Ingresses ask for.
fn reconcile(written: Network) -> (Network, Vec<Diagnostic>) {
    if acme::orders(&written).is_empty() {
        return control::reconcile(written);
    }
    let outcome = acme::settle(acme::orders(&written), |orders| {
        let mut asked = written.clone();
        for order in orders {
            if let Some(Method::Http01(solver)) = &order.method {
                acme::pending(&mut asked, order, solver);
            }
        }
        Dataplane::build(control::reconcile(asked).0)
    });
    let mut settled = written;
    for (order, solver) in &outcome.pending {
        acme::pending(&mut settled, order, solver);
    }
    settled.certificates = outcome.requests;
    let (network, mut problems) = control::reconcile(settled);
    problems.extend(outcome.problems);
    (network, problems)
}

/// A document with everything that follows from it.
#[derive(Debug)]
pub struct Simulation {
    /// Problems of reading, then of controllers.
    pub diagnostics: Vec<Diagnostic>,
    /// The effective state.
    pub dataplane: Dataplane,
    /// The files as they were parsed, for [`Simulation::after`].
    pub files: read::Files,
}

impl Simulation {
    /// Reads the document, does what controllers do, and gathers the effective state.
    pub fn new(document: &Document) -> Self {
        Self::after(document, &read::Files::default())
    }

    /// The same for a document that follows another one, whose parsed files are known: those that did not change are
    /// not parsed again.
    pub fn after(document: &Document, known: &read::Files) -> Self {
        let (written, mut diagnostics, files) = read::read_after(document, known);
        let (network, mut more) = reconcile(written);
        more.extend(expect::unknown_stops(&network));
        network.locate_problems(document, &mut more);
        diagnostics.extend(more);
        Self {
            diagnostics,
            dataplane: Dataplane::build(network),
            files,
        }
    }

    /// Everything that exists.
    pub fn network(&self) -> &Network {
        &self.dataplane.network
    }

    /// What Azure, AKS or the components of a node would refuse or not support. None of it keeps a packet from being walked.
    pub fn checks(&self, document: &Document) -> Vec<Diagnostic> {
        let mut problems = azure::checks::check(self.network());
        problems.extend(netfilter::checks::check(self.network()));
        problems.extend(policy::checks::check(self.network()));
        problems.extend(ingress::checks::check(self.network()));
        problems.extend(appgateway::checks::check(self.network()));
        problems.extend(dns::checks::check(self.network()));
        problems.extend(lint::check(&self.dataplane));
        self.network().locate_problems(document, &mut problems);
        problems
    }

    /// What asking health probes and walking packets finds besides [`Simulation::checks`]: replies that take another
    /// way, exposed Services that nobody reaches, nodes without a way out. Takes as long as some thousand walks.
    pub fn deep_checks(&self, document: &Document) -> Vec<Diagnostic> {
        let mut problems = lint::deep(&self.dataplane);
        self.network().locate_problems(document, &mut problems);
        problems
    }

    /// Every walk of `flow`, past refusals, to find all of them.
    pub fn trace_past_refusals(&self, flow: &Flow) -> TraceResult {
        walk::trace_with(&self.dataplane, flow, walk::Refusals::Pass)
    }

    /// Every query that the resolver of `sender` sends about `name`, or what is wrong with the sender.
    pub fn resolve(
        &self,
        sender: &Ref,
        name: &str,
        kind: RecordType,
    ) -> Result<walk::Resolution, String> {
        walk::resolve(&self.dataplane, sender, name, kind)
    }

    /// Every outcome of several connections that the sender of `flow` opens one after the other.
    pub fn trace_connections(&self, flow: &Flow, connections: u16) -> TraceResult {
        walk::trace_connections(&self.dataplane, flow, connections)
    }

    /// Every walk of `flow`.
    pub fn trace(&self, flow: &Flow) -> TraceResult {
        walk::trace(&self.dataplane, flow)
    }
}
