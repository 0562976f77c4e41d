//! Typed objects of the kinds that a cluster has many of, so that a later document with the same manifests need not
//! read them again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::head::Form;
use super::item::Item;
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node as KubeNode, Pod, Service, Workload};
use crate::model::many::Many;
use crate::model::network::Network;
use crate::model::object::Kind;
use crate::model::policy::NetworkPolicy;
use crate::model::yaml::Node;

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
    const ALL: [Self; 5] = [
        Self::Nodes,
        Self::Pods,
        Self::Workloads,
        Self::Services,
        Self::Policies,
    ];

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

/// A manifest: its tree, its file, and its index among the manifests.
#[derive(Clone, Debug)]
struct Source(Arc<Node>, usize, usize);

impl Source {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) && (self.1, self.2) == (other.1, other.2)
    }
}

/// What was read for one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// For each list, the manifests that it was read from.
    from: BTreeMap<List, Vec<Source>>,
    nodes: Many<KubeNode>,
    pods: Many<Pod>,
    workloads: Many<Workload>,
    services: Many<Service>,
    policies: Many<NetworkPolicy>,
    /// What was said of each manifest, by its index.
    said: BTreeMap<usize, Vec<Diagnostic>>,
}

/// The reading of one document that follows another.
pub(super) struct Reading<'k> {
    known: &'k Lists,
    next: Lists,
    /// The lists that are taken over.
    same: Vec<List>,
}

impl<'k> Reading<'k> {
    /// Puts those lists into the network whose manifests are the very same trees as before.
    pub(super) fn start(known: &'k Lists, items: &[Item], network: &mut Network) -> Self {
        let mut from: BTreeMap<List, Vec<_>> = BTreeMap::new();
        for item in items.iter().filter(|item| !item.skipped) {
            if let Some(list) = List::of(item) {
                let source = Source(item.root.clone(), item.file, item.manifest);
                from.entry(list).or_default().push(source);
            }
        }
        let same = |list: &List| {
            let (Some(own), Some(known)) = (from.get(list), known.from.get(list)) else {
                return false;
            };
            let same = |(a, b): (&Source, &Source)| a.is_same(b);
            own.len() == known.len() && own.iter().zip(known).all(same)
        };
        let same: Vec<List> = List::ALL.into_iter().filter(same).collect();
        for list in &same {
            match list {
                List::Nodes => network.nodes = known.nodes.clone(),
                List::Pods => network.pods = known.pods.clone(),
                List::Workloads => network.workloads = known.workloads.clone(),
                List::Services => network.services = known.services.clone(),
                List::Policies => network.policies = known.policies.clone(),
            }
        }
        let next = Lists {
            from,
            ..Lists::default()
        };
        Self { known, next, same }
    }

    /// What was said of an item whose object is in the network already; `None` for one that is to be read.
    pub(super) fn known(&mut self, item: &Item) -> Option<&'k [Diagnostic]> {
        List::of(item).filter(|list| self.same.contains(list))?;
        let said = self.known.said.get(&item.manifest);
        if let Some(said) = said {
            self.next.said.insert(item.manifest, said.clone());
        }
        Some(said.map_or(&[], Vec::as_slice))
    }

    /// Keeps what was said of an item that was read.
    pub(super) fn keep(&mut self, item: &Item, said: &[Diagnostic]) {
        if List::of(item).is_some() && !said.is_empty() {
            self.next.said.insert(item.manifest, said.to_vec());
        }
    }

    /// What the next document can take over. A list that another one still has the same objects as stays that one, so
    /// that it is seen to be the same.
    pub(super) fn end(mut self, network: &mut Network) -> Lists {
        settle(&mut network.nodes, &self.known.nodes);
        settle(&mut network.pods, &self.known.pods);
        settle(&mut network.workloads, &self.known.workloads);
        settle(&mut network.services, &self.known.services);
        settle(&mut network.policies, &self.known.policies);
        self.next.nodes = network.nodes.clone();
        self.next.pods = network.pods.clone();
        self.next.workloads = network.workloads.clone();
        self.next.services = network.services.clone();
        self.next.policies = network.policies.clone();
        self.next
    }
}

/// Takes the known list where it has the same objects, which is so where only their places changed.
fn settle<T: PartialEq>(list: &mut Many<T>, known: &Many<T>) {
    if list == known {
        *list = known.clone();
    }
}
