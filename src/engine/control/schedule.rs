//! The scheduler: which node each pod runs on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{assign, counted, nodes, warning};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Labels, Node, Phase, Pod, Selector};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Who binds pods to nodes.
const BY: &str = "kube-scheduler";

/// Binds every running pod without a node to one: among the nodes that are ready, not cordoned, match its node
/// selector and have room, the one with the fewest pods of the same owner, then with the fewest pods, then the
/// first by name. A pod that fits nowhere stays `Pending`.
///
/// The real scheduler scores more than that, but spreads replicas just so; taints, affinity and resource
/// requests are not modelled.
pub fn complete(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    report_missing_nodes(network, problems);
    let mut places = Places::of(network);
    let sets = network.workloads.iter();
    let deployments: BTreeMap<Ref, Ref> = sets
        .filter_map(|set| Some((set.reference(), set.owner.clone()?)))
        .collect();
    let mut refused: BTreeMap<Ref, (u32, String)> = BTreeMap::new();
    let mut hopeless: BTreeSet<(Option<Ref>, Labels)> = BTreeSet::new();
    for pod in &mut network.pods {
        if pod.phase != Phase::Running || pod.node_name.is_some() {
            continue;
        }
        let same = (pod.owner.clone(), pod.node_selector.clone());
        let hope = pod.owner.is_none() || !hopeless.contains(&same);
        if let Some(index) = hope.then(|| places.best(pod)).flatten() {
            pod.node_name = places.occupy(index, pod.owner.as_ref());
            assign(&mut pod.meta, "spec.nodeName", BY);
            continue;
        }
        pod.phase = Phase::Pending;
        pod.ready = false;
        assign(&mut pod.meta, "status.phase", BY);
        let about = pod.owner.as_ref().map_or_else(
            || pod.reference(),
            |owner| deployments.get(owner).unwrap_or(owner).clone(),
        );
        let entry = refused
            .entry(about)
            .or_insert_with(|| (0, places.why_not(pod)));
        entry.0 += 1;
        hopeless.insert(same);
    }
    for (about, (count, why)) in refused {
        problems.push(unschedulable(about, count, &why));
    }
}

fn unschedulable(about: Ref, count: u32, why: &str) -> Diagnostic {
    let what = if about.kind == Kind::Pod {
        format!("pod `{}`", about.name)
    } else {
        format!("{} of `{}`", counted(u64::from(count), "pod"), about.name)
    };
    warning(
        "pod-unschedulable",
        format!("no node fits {what} (`Pending`): {why}"),
    )
    .about(about)
    .hint("add nodes, raise `maxPods`, or change the node selector")
}

/// A node as a place for pods.
struct Place {
    name: Arc<str>,
    labels: Labels,
    open: bool,
    pods: u32,
    capacity: u32,
}

impl Place {
    fn takes(&self, selector: &Selector) -> bool {
        self.open && self.pods < self.capacity && selector.matches(&self.labels)
    }
}

/// The nodes in order of name, and how many pods of each owner each has.
struct Places {
    places: Vec<Place>,
    of_owner: BTreeMap<Ref, BTreeMap<usize, u32>>,
}

impl Places {
    fn of(network: &Network) -> Self {
        let mut places: Vec<Place> = network
            .nodes
            .iter()
            .map(|node| place(network, node))
            .collect();
        places.sort_by(|a, b| a.name.cmp(&b.name));
        let mut found = Self {
            places,
            of_owner: BTreeMap::new(),
        };
        let index: BTreeMap<Arc<str>, usize> = found
            .places
            .iter()
            .enumerate()
            .map(|(index, place)| (place.name.clone(), index))
            .collect();
        for pod in network.pods.iter().filter(|pod| holds_a_place(pod)) {
            let place = pod.node_name.as_ref().and_then(|name| index.get(name));
            if let Some(&place) = place {
                found.occupy(place, pod.owner.as_ref());
            }
        }
        found
    }

    /// The best node for the pod.
    fn best(&self, pod: &Pod) -> Option<usize> {
        let selector = node_selector(pod);
        let own = pod
            .owner
            .as_ref()
            .and_then(|owner| self.of_owner.get(owner));
        let own = |index: usize| own.and_then(|own| own.get(&index)).copied().unwrap_or(0);
        self.places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.takes(&selector))
            .min_by_key(|(index, place)| (own(*index), place.pods, *index))
            .map(|(index, _)| index)
    }

    fn occupy(&mut self, index: usize, owner: Option<&Ref>) -> Option<Arc<str>> {
        let place = self.places.get_mut(index)?;
        place.pods = place.pods.saturating_add(1);
        if let Some(owner) = owner {
            let own = self.of_owner.entry(owner.clone()).or_default();
            *own.entry(index).or_default() += 1;
        }
        Some(place.name.clone())
    }

    /// How many nodes refuse the pod for which reason, as the scheduler's events say it.
    fn why_not(&self, pod: &Pod) -> String {
        let selector = node_selector(pod);
        let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
        for place in &self.places {
            let reason = if !place.open {
                "not ready or cordoned"
            } else if !selector.matches(&place.labels) {
                "did not match the node selector"
            } else {
                "had too many pods"
            };
            *reasons.entry(reason).or_default() += 1;
        }
        if reasons.is_empty() {
            return String::from("there are none");
        }
        let reasons: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        reasons.join(", ")
    }
}

fn place(network: &Network, node: &Node) -> Place {
    let capacity = network
        .cluster
        .as_ref()
        .map_or(nodes::PODS_PER_NODE, |cluster| {
            nodes::max_pods(cluster, node.pool.as_deref())
        });
    Place {
        name: node.meta.name.clone(),
        labels: node.meta.labels.clone(),
        open: node.ready && !node.unschedulable,
        pods: 0,
        capacity,
    }
}

fn node_selector(pod: &Pod) -> Selector {
    Selector {
        match_labels: pod.node_selector.clone(),
        match_expressions: Vec::new(),
    }
}

fn holds_a_place(pod: &Pod) -> bool {
    matches!(pod.phase, Phase::Running | Phase::Pending)
}

fn report_missing_nodes(network: &Network, problems: &mut Vec<Diagnostic>) {
    let nodes: BTreeSet<&str> = network.nodes.iter().map(|node| &*node.meta.name).collect();
    for pod in network.pods.iter().filter(|pod| holds_a_place(pod)) {
        let missing = pod
            .node_name
            .as_deref()
            .filter(|name| !nodes.contains(name));
        if let Some(name) = missing {
            problems.push(
                warning(
                    "node-not-found",
                    format!(
                        "pod `{}` is bound to a node that does not exist",
                        pod.meta.name
                    ),
                )
                .about(pod.reference())
                .field("spec.nodeName")
                .found(format!("`{name}`"), "the name of a node")
                .hint("add the Node, raise the pool's `count`, or leave `nodeName` out"),
            );
        }
    }
}
