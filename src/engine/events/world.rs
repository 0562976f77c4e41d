//! The clock of what is not Azure's: events, and the controllers that notice them after their own delays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::eviction::{self, Left};
use super::{
    Change, NODE_GRACE_SECONDS, NODE_READY_SECONDS, REPLACE_SECONDS, SYNC_SECONDS, Stretch, change,
    readiness,
};
use crate::engine::control;
use crate::engine::sources::Source;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::directory::Directory;
use crate::model::event::{Disruption, Event, MOST_SECONDS};
use crate::model::kube::{Phase, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::ours::Era;

/// Something that is going to happen.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// An event of the scenario, by its index.
    Event(usize),
    /// EndpointSlices and rules do without this pod.
    PodLeaves(Ref),
    /// The controller of a pod that is gone makes another.
    PodIsReplaced(Ref),
    /// The containers of a new pod have started, and its own readiness probes succeeded.
    PodIsReady(Ref),
    /// A readiness probe that fails, or succeeds, since this second has done so often enough.
    Readiness(Ref, Probed),
    /// A node has been silent for so long that it counts as not ready. Holds for what was stopped at this second.
    NodeIsLost(Arc<str>, u32),
    /// The pods of a lost node that tolerate it for so many seconds are evicted.
    NodeIsEvicted(Arc<str>, u32, u32),
    /// A node that runs again has said so.
    NodeReturns(Arc<str>, u32),
}

/// Whether a readiness probe fails, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Probed {
    fails: bool,
    since: u32,
}

/// The network as the clock goes on.
struct World {
    network: Network,
    stopped: BTreeSet<Ref>,
    /// Since when nodes are stopped, or run again.
    since: BTreeMap<Arc<str>, u32>,
    /// What readiness probes say that an event is about.
    probed: BTreeMap<Ref, Probed>,
    /// Controllers whose next pod is there after [`REPLACE_SECONDS`] were counted.
    counted: BTreeSet<Ref>,
    agenda: BTreeMap<u32, Vec<Act>>,
    changes: Vec<Change>,
    problems: Vec<Diagnostic>,
}

/// Plays the events; each stretch begins where something changes. The first is the network before any of them.
pub(super) fn play(network: &Network) -> (Vec<Stretch>, Vec<Diagnostic>) {
    let mut world = World::of(network);
    let mut stretches = vec![Stretch {
        at: 0,
        changes: Vec::new(),
        network: network.clone(),
        stopped: BTreeSet::new(),
    }];
    while let Some((at, acts)) = world.agenda.pop_first() {
        world.changes.clear();
        for act in acts {
            world.perform(at, act);
        }
        world.complete(at);
        if !world.changes.is_empty() {
            stretches.push(Stretch {
                at,
                changes: std::mem::take(&mut world.changes),
                network: world.network.clone(),
                stopped: world.stopped.clone(),
            });
        }
    }
    (stretches, world.problems)
}

impl World {
    fn of(network: &Network) -> Self {
        let mut agenda: BTreeMap<u32, Vec<Act>> = BTreeMap::new();
        for (index, event) in network.events.iter().enumerate() {
            let acts = agenda.entry(event.at).or_default();
            acts.push(Act::Event(index));
        }
        Self {
            network: network.clone(),
            stopped: BTreeSet::new(),
            since: BTreeMap::new(),
            probed: BTreeMap::new(),
            counted: BTreeSet::new(),
            agenda,
            changes: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Nothing happens after the last second that can be asked about.
    fn later(&mut self, at: u32, delay: u32, act: Act) {
        let second = at.saturating_add(delay);
        if second <= MOST_SECONDS {
            self.agenda.entry(second).or_default().push(act);
        }
    }

    fn perform(&mut self, at: u32, act: Act) {
        match act {
            Act::Event(index) => {
                if let Some(event) = self.network.events.get(index).cloned() {
                    self.happen(at, &event);
                }
            }
            Act::PodLeaves(pod) => {
                if let Some(found) = self.pod(&pod) {
                    found.ready = false;
                    // It went without grace, so its object is deleted, also where unready addresses are published.
                    found.deleted = true;
                    // Nobody makes another in its place, so it is gone for good.
                    found.terminating |= found.owner.is_none();
                    self.note("event-pod-leaves", &pod, Source::EndpointSlices);
                }
            }
            Act::PodIsReplaced(pod) => self.replace(&pod),
            Act::PodIsReady(pod) => self.make_ready(&pod),
            Act::Readiness(pod, probed) => self.read_readiness(&pod, probed),
            Act::NodeIsLost(node, since) => self.lose(at, &node, since),
            Act::NodeIsEvicted(node, since, tolerated) => self.evict(&node, since, tolerated),
            Act::NodeReturns(node, since) => self.bring_back(at, &node, since),
        }
    }

    fn note(&mut self, id: &'static str, object: &Ref, reference: Source) {
        self.changes.push(change(id, object, reference));
    }

    /// Lets the controllers do what they do about the network as it is now. Pods that they make are not ready at once.
    fn complete(&mut self, at: u32) {
        let before: BTreeSet<Ref> = self.network.pods.iter().map(Pod::reference).collect();
        self.reconcile();
        let counted = std::mem::take(&mut self.counted);
        let mut starting = Vec::new();
        for pod in &mut self.network.pods {
            if before.contains(&pod.reference()) {
                continue;
            }
            let is_counted = pod.owner.as_ref().is_some_and(|it| counted.contains(it));
            let delay = if is_counted { 0 } else { REPLACE_SECONDS };
            let delay = delay.saturating_add(readiness::starts_after(pod));
            if delay > 0 {
                pod.ready = false;
                starting.push((pod.reference(), delay));
            }
        }
        if !starting.is_empty() {
            self.reconcile();
        }
        for (pod, delay) in starting {
            self.later(at, delay, Act::PodIsReady(pod));
        }
    }

    fn reconcile(&mut self) {
        let mut network = std::mem::take(&mut self.network);
        network.directory = Directory::default();
        self.network = control::reconcile(network).0;
    }

    fn happen(&mut self, at: u32, event: &Event) {
        if let Err(missing) = self.exists(&event.what) {
            let message = format!("cannot happen: {missing} does not exist");
            self.problems.push(
                Diagnostic::new(Severity::Warning, "event-target", message)
                    .about(event.meta.reference(Kind::Event))
                    .field("spec")
                    .found(
                        format!("no `{missing}`"),
                        "an object that is there at that second",
                    )
                    .hint("`effective objects` lists the names of derived pods and nodes"),
            );
            return;
        }
        match &event.what {
            Disruption::Stop(machine) => self.stop(at, machine),
            Disruption::Start(machine) => self.start(at, machine),
            Disruption::Unready(pod) => self.probe(at, pod, true),
            Disruption::Ready(pod) => self.probe(at, pod, false),
            Disruption::Disconnect(peering) => self.set_connected(peering, false),
            Disruption::Connect(peering) => self.set_connected(peering, true),
            Disruption::Deny { nsg, rule } => {
                let place = Ref::new(Kind::Nsg, nsg.clone());
                let mut nsgs = self.network.nsgs.iter_mut();
                if let Some(group) = nsgs.find(|group| same(&group.meta.name, nsg)) {
                    group.rules.push((**rule).clone());
                    self.note("event-denied", &place, Source::NsgHowItWorks);
                }
            }
        }
    }

    /// What an event is about, if it is not there.
    fn exists(&self, what: &Disruption) -> Result<(), Ref> {
        let place = what.object();
        let network = &self.network;
        let there = match place.kind {
            Kind::Pod => network.pod(&place.scope, &place.name).is_some(),
            Kind::Node => network.node(&place.name).is_some(),
            Kind::Host => network.host(&place.name).is_some(),
            Kind::Nsg => network
                .nsgs
                .iter()
                .any(|it| same(&it.meta.name, &place.name)),
            _ => {
                let mut peerings = network.vnets.iter().flat_map(|vnet| &vnet.peerings);
                peerings.any(|it| it.meta.reference(Kind::Peering) == place)
            }
        };
        if there { Ok(()) } else { Err(place) }
    }

    fn stop(&mut self, at: u32, machine: &Ref) {
        if !self.stopped.insert(machine.clone()) {
            return;
        }
        match machine.kind {
            Kind::Pod => {
                self.note("event-pod-stops", machine, Source::PodLifecycle);
                self.later(at, SYNC_SECONDS, Act::PodLeaves(machine.clone()));
                self.later(at, REPLACE_SECONDS, Act::PodIsReplaced(machine.clone()));
            }
            Kind::Node => {
                self.since.insert(machine.name.clone(), at);
                self.note("event-node-stops", machine, Source::Nodes);
                let [then, now] = NODE_GRACE_SECONDS;
                let grace = match self.network.settings.era {
                    Era::Y2021 => then,
                    Era::Now => now,
                };
                self.later(at, grace, Act::NodeIsLost(machine.name.clone(), at));
            }
            _ => self.note("event-host-stops", machine, Source::AksNetworkConcepts),
        }
    }

    fn start(&mut self, at: u32, machine: &Ref) {
        if !self.stopped.remove(machine) {
            return;
        }
        if machine.kind == Kind::Node {
            self.since.insert(machine.name.clone(), at);
            self.note("event-node-starts", machine, Source::Nodes);
            // Pods that were evicted meanwhile are not started again.
            let evicted = eviction::evicted(&self.network, &machine.name);
            self.stopped.extend(evicted);
            self.later(
                at,
                NODE_READY_SECONDS,
                Act::NodeReturns(machine.name.clone(), at),
            );
        } else {
            self.note("event-host-starts", machine, Source::AksNetworkConcepts);
        }
    }

    fn pod(&mut self, pod: &Ref) -> Option<&mut Pod> {
        let same = |it: &&mut Pod| it.meta.namespace == pod.scope && it.meta.name == pod.name;
        self.network.pods.iter_mut().find(same)
    }

    /// A pod is gone for good: its controller makes another, under the same name if it is a StatefulSet's.
    fn replace(&mut self, gone: &Ref) {
        let Some(pod) = self.pod(gone) else { return };
        pod.terminating = true;
        let Some(owner) = pod.owner.clone() else {
            return;
        };
        let kind = owner.kind;
        self.counted.insert(owner);
        if kind == Kind::StatefulSet {
            self.network.pods.retain(|pod| pod.reference() != *gone);
            self.stopped.remove(gone);
        }
        self.note("event-pod-replaced", gone, Source::PodLifecycle);
    }

    /// The readiness probes of a pod begin to fail, or to succeed.
    fn probe(&mut self, at: u32, pod: &Ref, fails: bool) {
        let id = if fails {
            "event-readiness-fails"
        } else {
            "event-readiness-passes"
        };
        self.note(id, pod, Source::ReadinessProbes);
        if self.probed.get(pod).is_some_and(|it| it.fails == fails) {
            return;
        }
        let probed = Probed { fails, since: at };
        self.probed.insert(pod.clone(), probed);
        let Some(found) = self.network.pod(&pod.scope, &pod.name) else {
            return;
        };
        let delay = if fails {
            readiness::fails_after(found)
        } else {
            readiness::passes_after(found)
        };
        self.later(at, delay, Act::Readiness(pod.clone(), probed));
    }

    /// A new pod that nothing has happened to meanwhile.
    fn make_ready(&mut self, pod: &Ref) {
        if self.fails(pod) || self.is_silent(pod) {
            return;
        }
        let waits =
            |found: &&mut Pod| !found.ready && !found.terminating && found.phase == Phase::Running;
        let Some(found) = self.pod(pod).filter(waits) else {
            return;
        };
        found.ready = true;
        self.note("event-pod-started", pod, Source::ReadinessProbes);
    }

    /// Whether the readiness probe of a pod fails.
    fn fails(&self, pod: &Ref) -> bool {
        self.probed.get(pod).is_some_and(|it| it.fails)
    }

    /// Nothing, where the probe has changed its mind since, or nobody is left to ask or to tell.
    fn read_readiness(&mut self, pod: &Ref, probed: Probed) {
        let ready = !probed.fails;
        if self.probed.get(pod) != Some(&probed) || self.is_silent(pod) {
            return;
        }
        let Some(found) = self.pod(pod).filter(|found| found.ready != ready) else {
            return;
        };
        found.ready = ready;
        let id = if ready {
            "event-pod-ready"
        } else {
            "event-pod-unready"
        };
        self.note(id, pod, Source::EndpointSlices);
    }

    /// Whether a pod or its node is stopped or lost.
    fn is_silent(&self, pod: &Ref) -> bool {
        let network = &self.network;
        let node = network.pod(&pod.scope, &pod.name);
        let node = node.and_then(|it| network.node(it.node_name.as_ref()?));
        let lost = node.is_some_and(|node| {
            !node.ready
                || self
                    .stopped
                    .contains(&Ref::new(Kind::Node, node.meta.name.clone()))
        });
        lost || self.stopped.contains(pod)
    }

    fn lose(&mut self, at: u32, node: &Arc<str>, since: u32) {
        if self.since.get(node) != Some(&since) {
            return;
        }
        self.set_ready(node, false);
        let place = Ref::new(Kind::Node, node.clone());
        self.note("event-node-lost", &place, Source::Nodes);
        for tolerated in eviction::times(&self.network, node) {
            if tolerated == 0 {
                self.evict(node, since, tolerated);
            } else {
                let act = Act::NodeIsEvicted(node.clone(), since, tolerated);
                self.later(at, tolerated, act);
            }
        }
    }

    /// A node and the pods on it count as ready, or do not.
    fn set_ready(&mut self, name: &Arc<str>, ready: bool) {
        let mut nodes = self.network.nodes.iter_mut();
        if let Some(node) = nodes.find(|node| node.meta.name == *name) {
            node.ready = ready;
        }
        let probed = &self.probed;
        let stopped = &self.stopped;
        for pod in &mut self.network.pods {
            if pod.node_name.as_ref() != Some(name) || pod.terminating {
                continue;
            }
            let reference = pod.reference();
            let fails = probed.get(&reference).is_some_and(|it| it.fails);
            pod.ready = ready && !fails && !stopped.contains(&reference);
        }
    }

    fn evict(&mut self, node: &Arc<str>, since: u32, tolerated: u32) {
        if self.since.get(node) == Some(&since) {
            let changes = eviction::evict(&mut self.network, node, tolerated);
            self.changes.extend(changes);
        }
    }

    fn bring_back(&mut self, at: u32, node: &Arc<str>, since: u32) {
        if self.since.get(node) != Some(&since) {
            return;
        }
        self.set_ready(node, true);
        // The scheduler tries again to place the pods that found no node.
        let mut starting = Vec::new();
        for pod in &mut self.network.pods {
            if control::schedule::is_refused(pod) {
                pod.phase = Phase::Running;
                pod.ready = false;
                let delay = REPLACE_SECONDS.saturating_add(readiness::starts_after(pod));
                starting.push((pod.reference(), delay));
            }
        }
        for (pod, delay) in starting {
            self.later(at, delay, Act::PodIsReady(pod));
        }
        let place = Ref::new(Kind::Node, node.clone());
        self.note("event-node-returns", &place, Source::Nodes);
        for Left { pod, replaced } in eviction::finish(&mut self.network, node) {
            if replaced {
                self.stopped.remove(&pod);
                self.note("event-pod-replaced", &pod, Source::PodLifecycle);
            } else {
                self.stopped.insert(pod);
            }
        }
    }

    /// Deletes one side of a peering, or makes it again; the other side alone connects nothing.
    fn set_connected(&mut self, peering: &Ref, connected: bool) {
        let vnets = self.network.vnets.iter_mut();
        let mut sides = vnets.flat_map(|vnet| &mut vnet.peerings);
        let Some(side) = sides.find(|it| it.meta.reference(Kind::Peering) == *peering) else {
            return;
        };
        side.disconnected = !connected;
        let id = if connected {
            "event-connected"
        } else {
            "event-disconnected"
        };
        self.note(id, peering, Source::VnetPeering);
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
