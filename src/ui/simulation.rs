//! What follows from a document alone: the completed network and its effective state.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use yew::AttrValue;

use super::browser;
use super::store::Request;
use super::variants::Variants;
use crate::blockers::{self, Blockers};
use crate::engine;
use crate::engine::dataplane::Dataplane;
use crate::engine::diff::{self, FlowChange};
use crate::engine::events::{Failures, Timeline};
use crate::engine::trace::{NextEnd, Pick, TraceResult};
use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::kube::{Node, Pod, Service};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::{Host, HostNetwork};
use crate::model::packet::Protocol;
use crate::model::read::parse_sender;

/// The measure of reading a document and deriving all that follows from it, and the mark where it begins.
const DERIVE: &str = "kubehop:derive";
const DERIVE_BEGIN: &str = "kubehop:derive-begin";

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
    engine: OnceCell<engine::simulation::Simulation>,
    /// What walks to all that is exposed find, once they were made.
    walked: OnceCell<Rc<[Diagnostic]>>,
    /// What its events do, once somebody asks.
    timeline: OnceCell<Rc<Timeline>>,
    /// Which moment of the clock this is; `None` for the scenario as it is written.
    pub moment: Option<usize>,
    /// Its second; 0 for the scenario as it is written.
    pub second: u32,
    /// What is out of order at that moment.
    pub failures: Failures,
    /// Which setting of its eight-row table this is; `None` for the scenario as it is written.
    pub setting: Option<usize>,
    /// What was worked out for comparisons.
    pub(super) variants: Variants,
}

impl PartialEq for Simulation {
    fn eq(&self, other: &Self) -> bool {
        let what = |it: &Self| (it.moment, it.setting);
        let same = || Rc::ptr_eq(&self.document, &other.document) && what(self) == what(other);
        std::ptr::eq(self, other) || same()
    }
}

impl Simulation {
    /// Reads the document, does what controllers do, and gathers the effective state.
    pub fn of(document: Rc<Document>) -> Self {
        browser::mark(DERIVE_BEGIN);
        let engine = engine::simulation::Simulation::new(&document);
        browser::measure(DERIVE, DERIVE_BEGIN);
        Self::with(document, engine)
    }

    /// The same for a document that follows this one: what the difference cannot touch is not computed again.
    pub fn after(&self, document: Rc<Document>) -> Self {
        match self.engine.get() {
            Some(known) => {
                browser::mark(DERIVE_BEGIN);
                let engine = engine::simulation::Simulation::after(&document, known);
                browser::measure(DERIVE, DERIVE_BEGIN);
                Self::with(document, engine)
            }
            None => Self::of(document),
        }
    }

    fn with(document: Rc<Document>, mut engine: engine::simulation::Simulation) -> Self {
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
            engine: OnceCell::from(engine),
            walked: OnceCell::new(),
            timeline: OnceCell::new(),
            moment: None,
            second: 0,
            failures: Failures::default(),
            setting: None,
            variants: Variants::default(),
        }
    }

    /// What was found by [`Self::walk_exposed`].
    pub fn walked(&self) -> Option<&Rc<[Diagnostic]>> {
        self.walked.get()
    }

    /// Asks probes and walks to all that is exposed, which takes longer than what is found at every edit.
    pub fn walk_exposed(&self) {
        let walk = || self.engine().deep_checks(&self.document).into();
        self.walked.get_or_init(walk);
    }

    /// What the events of the document do; `None` if there are none.
    pub fn timeline(&self) -> Option<Rc<Timeline>> {
        if self.network.events.is_empty() {
            return None;
        }
        let play = || Rc::new(Timeline::of(&self.network));
        Some(self.timeline.get_or_init(play).clone())
    }

    /// The network as it is at a moment of the clock. Requests are sent through [`super::clock::Clock`], which keeps the
    /// answers; what is asked besides is asked of an engine of that moment.
    pub fn at(&self, timeline: &Timeline, moment: usize) -> Self {
        let shown = timeline.moments.get(moment);
        Self {
            document: self.document.clone(),
            network: shown.map_or_else(|| self.network.clone(), |it| it.plane.network.clone()),
            problems: self.problems.clone(),
            readable: self.readable,
            places: self.places.clone(),
            engine: OnceCell::new(),
            walked: OnceCell::new(),
            timeline: OnceCell::new(),
            moment: Some(moment),
            second: shown.map_or(0, |it| it.at),
            failures: timeline.failures(moment),
            setting: None,
            variants: Variants::default(),
        }
    }

    /// The network that probes of its eight-row table are walked in. It is for looking at: nothing is sent or edited.
    pub(super) fn in_setting(&self, network: Arc<Network>, setting: usize) -> Self {
        Self {
            document: self.document.clone(),
            places: self.places.clone(),
            network,
            problems: self.problems.clone(),
            readable: self.readable,
            engine: OnceCell::new(),
            walked: OnceCell::new(),
            timeline: OnceCell::new(),
            moment: None,
            second: 0,
            failures: Failures::default(),
            setting: Some(setting),
            variants: Variants::default(),
        }
    }

    /// Whether this is a setting to look at, which nobody wrote.
    pub fn is_setting(&self) -> bool {
        self.setting.is_some()
    }

    /// The places that a text may mean which names one without its kind or its namespace: those that have just this
    /// name, else a few that have it in theirs.
    pub fn meant(&self, text: &str, sends: bool) -> Vec<AttrValue> {
        let text = text.trim();
        let (kind, name) = text.split_once('/').unwrap_or(("", text));
        let is = |place: &str, whole: bool| {
            let (its_kind, rest) = place.split_once('/').unwrap_or(("", place));
            let last = rest.rsplit('/').next().unwrap_or_default();
            let same = if whole {
                last == name || rest == text
            } else {
                last.contains(name)
            };
            same && (kind.is_empty() || kind == its_kind || rest == text)
        };
        let found = |whole: bool| {
            let places = self
                .places
                .iter()
                .filter(|place| !name.is_empty() && is(place, whole));
            let places = places.filter(|place| !sends || parse_sender(place).is_ok());
            places.take(4).cloned().collect::<Vec<_>>()
        };
        let exact = found(true);
        if exact.is_empty() {
            found(false)
        } else {
            exact
        }
    }

    /// Whether just this place has this name.
    pub fn unambiguous(&self, text: &str, sends: bool) -> Option<AttrValue> {
        let meant = self.meant(text, sends);
        let name = text.trim().rsplit('/').next().unwrap_or_default();
        match meant.as_slice() {
            [one] if one.rsplit('/').next() == Some(name) => Some(one.clone()),
            _ => None,
        }
    }

    /// What to ask of a network that brings no flow: a client of the internet asks a Service that it can reach, else a
    /// pod asks a Service, else a pod another one.
    pub fn first_request(&self) -> Option<Request> {
        let network = &self.network;
        let ask = |from: Ref, to: String, port: u16| {
            Some(Request {
                from: from.to_string(),
                to,
                protocol: Protocol::Tcp,
                port: port.to_string(),
            })
        };
        let own = |service: &&Service| {
            !service.ports.is_empty()
                && &*service.meta.namespace != "kube-system"
                && !service.is_api_server()
        };
        let mut services = network.services.iter().filter(own);
        let client = network
            .hosts
            .iter()
            .find(|host| host.network == HostNetwork::Internet);
        let client = client.map_or_else(|| Ref::bare(Kind::Internet), Host::reference);
        let public = services.clone().find_map(|service| {
            let address = service
                .ingress
                .iter()
                .map(|ingress| ingress.ip)
                .find(|ip| !is_private(*ip))?;
            Some((address.to_string(), service.ports.first()?.port))
        });
        if let Some((address, port)) = public {
            return ask(client, address, port);
        }
        let running = |pod: &&Pod| pod.node_name.is_some() && &*pod.meta.namespace != "kube-system";
        let mut pods = network.pods.iter().filter(running);
        let sender = pods.next()?;
        if let Some(service) = services.next() {
            return ask(
                sender.reference(),
                service.reference().to_string(),
                service.ports.first()?.port,
            );
        }
        let other = pods.next().unwrap_or(sender);
        ask(
            sender.reference(),
            other.reference().to_string(),
            other.ports.first().map_or(80, |port| port.port),
        )
    }

    /// The flows whose walks another simulation changes.
    pub fn flow_changes(&self, other: &Self) -> Vec<FlowChange> {
        diff::flows(self.engine(), other.engine())
    }

    /// What stands in the way of `flow`, at this moment.
    pub fn blockers(&self, flow: &Flow) -> Blockers {
        blockers::find_in(&self.document, self.engine(), flow, self.after_events())
    }

    /// The second of the clock; `None` for the scenario as it is written, and for the moment before all events.
    fn after_events(&self) -> Option<u32> {
        self.moment.filter(|it| *it > 0).map(|_| self.second)
    }

    /// Every walk of `flow`.
    pub fn trace(&self, flow: &Flow) -> TraceResult {
        self.engine().trace(flow).unrolled()
    }

    /// Asks the effective state, at this moment.
    pub fn with_dataplane<T>(&self, ask: impl FnOnce(&Dataplane) -> T) -> T {
        ask(&self.engine().dataplane)
    }

    fn engine(&self) -> &engine::simulation::Simulation {
        let engine = || {
            let mut engine = engine::simulation::Simulation::new(&self.document);
            if let Some(second) = self.after_events() {
                let timeline = Timeline::of(engine.network());
                engine.go_to(timeline, second);
            }
            engine
        };
        self.engine.get_or_init(engine)
    }

    /// Lets go of the effective state and of what was read, which the next request and edit gather again.
    pub fn forget_engine(&mut self) {
        // A copy has no directory of names.
        self.network = Arc::new(Network::clone(&self.network));
        self.engine.take();
    }

    /// Where a second connection of the sender goes after a first one with these picks.
    pub fn next_after(&self, flow: &Flow, picks: &[Pick]) -> BTreeMap<NextEnd, f64> {
        self.engine()
            .trace_connections(flow, (2, 0))
            .next_after(picks)
    }
}

/// Whether an address belongs to a network that the internet does not reach.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(_) => false,
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
