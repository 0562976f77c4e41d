//! Typed objects of the kinds that a cluster has many of, so that a later document with the same manifests need not
//! read them again: a list of which none differs stays the same list, and of another one only what differs is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::head::{Form, Head};
use super::item::Item;
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Meta, Node as KubeNode, Pod, Service, Workload};
use crate::model::manifest::ManifestId;
use crate::model::many::Many;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::policy::NetworkPolicy;
use crate::model::yaml::Span;

/// The lists of a network that are read from whole Kubernetes manifests, each from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Nodes,
    Pods,
    Workloads,
    Services,
    Policies,
}

impl List {
    /// The list that an item's object gets into.
    fn of(item: &Item) -> Option<Self> {
        let Form::Kube(kind) = item.head.form else {
            return None;
        };
        match kind {
            Kind::Node => Some(Self::Nodes),
            Kind::Pod => Some(Self::Pods),
            Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job => Some(Self::Workloads),
            Kind::Service => Some(Self::Services),
            Kind::NetworkPolicy => Some(Self::Policies),
            _ => None,
        }
    }
}

/// A manifest that was read.
#[derive(Clone, Debug)]
struct Source {
    /// Who has the same head has the same text, wherever it stands.
    head: Arc<Head>,
    span: Span,
    /// Its file, and which of the manifests it is.
    place: (usize, ManifestId),
    /// The index of its object in the list; `None` where it is refused.
    object: Option<usize>,
    /// What was said of it.
    said: Vec<Diagnostic>,
}

impl Source {
    fn of(item: &Item) -> Self {
        Self {
            head: item.head.clone(),
            span: item.root.span(),
            place: (item.file, item.manifest),
            object: None,
            said: Vec::new(),
        }
    }

    /// Whether what was said of it can be said of `item`, which has the same text, at the same places.
    fn says(&self, item: &Item) -> bool {
        self.said.is_empty() || (self.span, self.place.0) == (item.root.span(), item.file)
    }
}

/// What was read for one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// For each list, the manifests that it was read from.
    from: BTreeMap<List, Arc<Vec<Source>>>,
    nodes: Many<KubeNode>,
    pods: Many<Pod>,
    workloads: Many<Workload>,
    services: Many<Service>,
    policies: Many<NetworkPolicy>,
}

/// A list while its manifests are read.
struct Turn<'k> {
    /// The manifests of the document before.
    known: &'k [Source],
    /// How many of them are the same at the start and at the end, and where the other ones are.
    first: usize,
    last: usize,
    others: BTreeMap<*const Head, usize>,
    /// The manifests of this one.
    next: Arc<Vec<Source>>,
    /// Which of them is next.
    at: usize,
    /// Whether the list is taken over as it is.
    same: bool,
}

/// The reading of one document that follows another.
pub(super) struct Reading<'k> {
    known: &'k Lists,
    turns: BTreeMap<List, Turn<'k>>,
}

impl<'k> Reading<'k> {
    /// Puts those lists into the network whose manifests are the same as before.
    pub(super) fn start(known: &'k Lists, items: &[Item], network: &mut Network) -> Self {
        let mut from: BTreeMap<List, Vec<&Item>> = BTreeMap::new();
        for item in items.iter().filter(|item| !item.skipped) {
            if let Some(list) = List::of(item) {
                from.entry(list).or_default().push(item);
            }
        }
        let turns = from.into_iter().map(|(list, items)| {
            let before = known.from.get(&list);
            let turn = Turn::start(before, &items);
            if turn.same {
                take_over(list, known, network);
            }
            (list, turn)
        });
        Self {
            known,
            turns: turns.collect(),
        }
    }

    /// What was said of an item whose object is known, and now in the network; `None` for one that is to be read.
    /// To be asked once of every item, in order.
    pub(super) fn known(&mut self, item: &Item, network: &mut Network) -> Option<&'k [Diagnostic]> {
        let list = List::of(item)?;
        let turn = self.turns.get_mut(&list)?;
        let at = turn.at;
        turn.at += 1;
        if turn.same {
            return turn.known.get(at).map(|source| &*source.said);
        }
        let known = turn.before(at, item)?;
        if !known.says(item) {
            return None;
        }
        let object = known.object;
        let object = object.and_then(|at| again(list, self.known, at, item, network));
        turn.note(at, object, &known.said);
        Some(&known.said)
    }

    /// Keeps what was said of an item that was read just now.
    pub(super) fn keep(&mut self, item: &Item, said: &[Diagnostic], network: &Network) {
        let Some(list) = List::of(item) else { return };
        let Some(turn) = self.turns.get_mut(&list) else {
            return;
        };
        let Some(at) = turn.at.checked_sub(1) else {
            return;
        };
        let is_its = |meta: Option<&Meta>| meta.is_some_and(|it| it.origin == item.origin());
        let (count, its) = match list {
            List::Nodes => last(&network.nodes, |it| &it.meta),
            List::Pods => last(&network.pods, |it| &it.meta),
            List::Workloads => last(&network.workloads, |it| &it.meta),
            List::Services => last(&network.services, |it| &it.meta),
            List::Policies => last(&network.policies, |it| &it.meta),
        };
        let object = count.checked_sub(1).filter(|_| is_its(its));
        turn.note(at, object, said);
    }

    /// What the next document can take over. A list that another one still has the same objects as stays that one, so
    /// that it is seen to be the same.
    pub(super) fn end(self, network: &mut Network) -> Lists {
        let first = |list| self.turns.get(&list).map_or(0, |turn| turn.first);
        settle(&mut network.nodes, &self.known.nodes, first(List::Nodes));
        settle(&mut network.pods, &self.known.pods, first(List::Pods));
        settle(
            &mut network.workloads,
            &self.known.workloads,
            first(List::Workloads),
        );
        settle(
            &mut network.services,
            &self.known.services,
            first(List::Services),
        );
        settle(
            &mut network.policies,
            &self.known.policies,
            first(List::Policies),
        );
        let turns = self.turns.into_iter();
        Lists {
            from: turns.map(|(list, turn)| (list, turn.next)).collect(),
            nodes: network.nodes.clone(),
            pods: network.pods.clone(),
            workloads: network.workloads.clone(),
            services: network.services.clone(),
            policies: network.policies.clone(),
        }
    }
}

impl<'k> Turn<'k> {
    fn start(before: Option<&'k Arc<Vec<Source>>>, items: &[&Item]) -> Self {
        let known = before.map_or(&[][..], |it| it.as_slice());
        let same = |(item, known): (&&Item, &Source)| {
            Arc::ptr_eq(&item.head, &known.head)
                && (item.file, item.manifest) == known.place
                && known.says(item)
        };
        let alike = items.len() == known.len() && items.iter().zip(known).all(same);
        let taken = before.filter(|_| alike).cloned();
        let same = taken.is_some();
        let next = || items.iter().map(|item| Source::of(item)).collect();
        let pair = |(item, known): &(&&Item, &Source)| Arc::ptr_eq(&item.head, &known.head);
        let first = items.iter().zip(known).take_while(pair).count();
        let ends = items.iter().rev().zip(known.iter().rev());
        let last = ends.take_while(pair).count().min(known.len() - first);
        let others = known.iter().map(|it| Arc::as_ptr(&it.head)).zip(0..);
        let others = others.take(known.len() - last).skip(first);
        Self {
            known,
            first,
            last,
            others: others.collect(),
            next: taken.unwrap_or_else(|| Arc::new(next())),
            at: 0,
            same,
        }
    }

    /// The manifest of the same text in the document before, for the one at an index now.
    fn before(&self, at: usize, item: &Item) -> Option<&'k Source> {
        let from_end = self.next.len() - at;
        let index = if at < self.first {
            at
        } else if from_end <= self.last {
            self.known.len() - from_end
        } else {
            *self.others.get(&Arc::as_ptr(&item.head))?
        };
        self.known.get(index)
    }

    fn note(&mut self, at: usize, object: Option<usize>, said: &[Diagnostic]) {
        if let Some(source) = Arc::make_mut(&mut self.next).get_mut(at) {
            source.object = object;
            source.said = said.to_vec();
        }
    }
}

fn take_over(list: List, known: &Lists, network: &mut Network) {
    match list {
        List::Nodes => network.nodes = known.nodes.clone(),
        List::Pods => network.pods = known.pods.clone(),
        List::Workloads => network.workloads = known.workloads.clone(),
        List::Services => network.services = known.services.clone(),
        List::Policies => network.policies = known.policies.clone(),
    }
}

/// How many there are, and the last one.
fn last<T>(all: &[T], meta: impl Fn(&T) -> &Meta) -> (usize, Option<&Meta>) {
    (all.len(), all.last().map(meta))
}

/// Puts the object at an index of a known list into the network, for an item of the same text; its index there.
fn again(
    list: List,
    known: &Lists,
    at: usize,
    item: &Item,
    network: &mut Network,
) -> Option<usize> {
    fn copy<T: Clone>(
        (known, at): (&[T], usize),
        all: &mut Many<T>,
        settle: impl FnOnce(&mut T),
    ) -> Option<usize> {
        let mut object = known.get(at)?.clone();
        settle(&mut object);
        all.push(object);
        all.len().checked_sub(1)
    }
    let origin = item.origin();
    match list {
        List::Nodes => copy((&known.nodes, at), &mut network.nodes, |it| {
            it.meta.origin = origin;
        }),
        List::Pods => copy((&known.pods, at), &mut network.pods, |it| {
            it.meta.origin = origin;
        }),
        List::Workloads => copy((&known.workloads, at), &mut network.workloads, |it| {
            it.template.meta.origin = origin.clone();
            it.meta.origin = origin;
        }),
        List::Services => copy((&known.services, at), &mut network.services, |it| {
            it.meta.origin = origin;
        }),
        List::Policies => copy((&known.policies, at), &mut network.policies, |it| {
            it.meta.origin = origin;
        }),
    }
}

/// Takes the known list where it has the same objects, which is so where only their places changed. If they differ, then
/// mostly at `first`.
fn settle<T: PartialEq>(list: &mut Many<T>, known: &Many<T>, first: usize) {
    if list.get(first) == known.get(first) && list == known {
        *list = known.clone();
    }
}
