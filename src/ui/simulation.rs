//! What follows from a document alone: the completed network and its effective state.

use std::rc::Rc;
use std::sync::Arc;

use yew::AttrValue;

use crate::engine;
use crate::engine::trace::TraceResult;
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::kube::{Node, Pod, Service};
use crate::model::network::Network;
use crate::model::ours::Host;

/// A document with everything that follows from it.
#[derive(Debug)]
pub struct Simulation {
    /// The document.
    pub document: Rc<Document>,
    /// Its objects, completed by what controllers make.
    pub network: Arc<Network>,
    /// What is wrong with it.
    pub problems: Rc<[Diagnostic]>,
    /// Whether every file could be parsed.
    pub readable: bool,
    /// Places that a request can name, as suggestions.
    pub places: Rc<[AttrValue]>,
    engine: engine::simulation::Simulation,
}

impl PartialEq for Simulation {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || Rc::ptr_eq(&self.document, &other.document)
    }
}

impl Simulation {
    /// Reads the document, does what controllers do, and gathers the effective state.
    pub fn of(document: Rc<Document>) -> Self {
        let mut engine = engine::simulation::Simulation::new(&document);
        let mut problems = std::mem::take(&mut engine.diagnostics);
        problems.extend(engine.checks(&document));
        let network = engine.dataplane.network.clone();
        Self {
            places: places(&network),
            readable: !problems
                .iter()
                .any(|problem| UNREADABLE.contains(&problem.code)),
            problems: problems.into(),
            document,
            network,
            engine,
        }
    }

    /// Every walk of `flow`.
    pub fn trace(&self, flow: &Flow) -> TraceResult {
        self.engine.trace(flow).unrolled()
    }
}

/// Problems with which a text says nothing at all.
const UNREADABLE: [&str; 2] = ["yaml-syntax", "yaml-tab"];

fn places(network: &Network) -> Rc<[AttrValue]> {
    let hosts = network.hosts.iter().map(Host::reference);
    let pods = network.pods.iter().map(Pod::reference);
    let services = network.services.iter().map(Service::reference);
    let nodes = network.nodes.iter().map(Node::reference);
    // A list of thousands helps nobody; what is not in it can still be typed.
    let all = hosts.chain(services).chain(pods).chain(nodes).take(400);
    all.map(|place| AttrValue::from(place.to_string()))
        .collect()
}
