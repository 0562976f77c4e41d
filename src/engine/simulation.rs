//! From a document to answers: what the page, the command line and the tests all begin with.

use std::sync::{Arc, OnceLock};

use super::acme;
use super::appgateway;
use super::azure;
use super::control::{self, Ground};
use super::dataplane::Dataplane;
use super::dns::{self, RecordType};
use super::events::Timeline;
use super::expect;
use super::ingress;
use super::lint;
use super::netfilter;
use super::policy;
use super::reuse;
use super::trace::TraceResult;
use super::walk;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::issuer::Method;
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::read;

/// What controllers make of a network, with their problems.
struct Reconciled {
    network: Network,
    problems: Vec<Diagnostic>,
    /// Nodes and pods before any looked into a Service; `None` where walks decide what there is.
    ground: Option<Ground>,
}

/// Does what controllers do.
fn reconcile(written: Network) -> Reconciled {
    if acme::orders(&written).is_empty() {
        return finish(control::ground(written), &Network::default());
    }
    let (network, problems) = with_certificates(written);
    Reconciled {
        network,
        problems,
        ground: None,
    }
}

fn finish(ground: Ground, before: &Network) -> Reconciled {
    let (network, problems) = control::finish(ground.clone(), before);
    Reconciled {
        network,
        problems,
        ground: Some(ground),
    }
}

/// Does also what cert-manager does with the certificates that Ingresses ask for.
fn with_certificates(written: Network) -> (Network, Vec<Diagnostic>) {
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
    /// What was read, and the network as written.
    read: read::Known,
    written: Network,
    ground: Option<Ground>,
    /// Problems of controllers, before anybody looked for their places.
    problems: Vec<Diagnostic>,
    /// What the checks say that look at no policy and no flow, before anybody looked for places: those before the
    /// checks of policies, and those after.
    checked: Arc<OnceLock<[Vec<Diagnostic>; 2]>>,
}

impl Simulation {
    /// Reads the document, does what controllers do, and gathers the effective state.
    pub fn new(document: &Document) -> Self {
        let (written, diagnostics, read) = read::read_after(document, &read::Known::default());
        let made = reconcile(written.clone());
        Self {
            diagnostics,
            dataplane: Dataplane::build(made.network),
            read,
            written,
            ground: made.ground,
            problems: made.problems,
            checked: Arc::default(),
        }
        .located(document)
    }

    /// The same for a document that follows another one. What the difference cannot touch is taken over from `before`:
    /// texts and objects; where only policies, flows or places in the picture differ, all that is derived; where only
    /// Services differ, nodes and pods.
    pub fn after(document: &Document, before: &Self) -> Self {
        let (written, diagnostics, read) = read::read_after(document, &before.read);
        let known = before.network();
        if reuse::same_for_controllers(&written, &before.written) {
            return Self {
                diagnostics,
                dataplane: before.dataplane.with_network(known.with_asides(&written)),
                read,
                written,
                ground: before.ground.clone(),
                problems: before.problems.clone(),
                checked: before.checked.clone(),
            }
            .located(document);
        }
        let ground = before.ground.as_ref();
        let ground =
            ground.and_then(|ground| reuse::ground_with(&written, &before.written, ground));
        let made = match ground {
            Some(ground) => finish(ground, known),
            None => reconcile(written.clone()),
        };
        Self {
            diagnostics,
            dataplane: Dataplane::after(made.network, &before.dataplane),
            read,
            written,
            ground: made.ground,
            problems: made.problems,
            checked: Arc::default(),
        }
        .located(document)
    }

    /// With the problems of controllers, and of flows, at their places.
    fn located(mut self, document: &Document) -> Self {
        let mut more = self.problems.clone();
        more.extend(expect::unknown_stops(self.network()));
        self.network().locate_problems(document, &mut more);
        self.diagnostics.extend(more);
        self
    }

    /// Goes to a second of the scenario's clock, whose moments `timeline` holds: from now on this is what requests meet
    /// that are sent then. Diagnostics stay those of the scenario as it is written.
    pub fn go_to(&mut self, timeline: Timeline, second: u32) {
        let index = timeline.index_at(second);
        if let Some(moment) = timeline.moments.into_iter().nth(index) {
            self.dataplane = moment.plane;
            self.ground = None;
            self.checked = Arc::default();
        }
    }

    /// Everything that exists.
    pub fn network(&self) -> &Network {
        &self.dataplane.network
    }

    /// What Azure, AKS or the components of a node would refuse or not support. None of it keeps a packet from being walked.
    pub fn checks(&self, document: &Document) -> Vec<Diagnostic> {
        let [before, after] = self.checked.get_or_init(|| {
            let network = self.network();
            let mut before = azure::checks::check(network, &self.dataplane.addresses);
            before.extend(netfilter::checks::check(network));
            let mut after = ingress::checks::check(network);
            after.extend(appgateway::checks::check(network));
            after.extend(dns::checks::check(network));
            after.extend(lint::check(&self.dataplane));
            [before, after]
        });
        let mut problems = before.clone();
        problems.extend(policy::checks::check(self.network()));
        problems.extend_from_slice(after);
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
    /// [`walk::trace_connections`] says what the numbers mean.
    pub fn trace_connections(&self, flow: &Flow, numbers: (u16, u32)) -> TraceResult {
        walk::trace_connections(&self.dataplane, flow, numbers)
    }

    /// Every walk of `flow`.
    pub fn trace(&self, flow: &Flow) -> TraceResult {
        walk::trace(&self.dataplane, flow)
    }
}
