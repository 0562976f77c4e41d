//! Required pod affinity and anti-affinity: which pods must, and must not, stand near which.
//!
//! What is near is said by a label of nodes, the topology key; nodes with equal values are one place.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::kube::{Labels, Pod, Selector};
use crate::model::network::Network;
use crate::model::placement::{Placement, PodTerm};

/// How many different rules are kept; no cluster has as many, and each costs at every pod.
pub(super) const MAX_RULES: usize = 1000;

/// The rules of all pods, and where the pods are that they are about.
#[derive(Default)]
pub(super) struct Neighbours {
    rules: Vec<Rule>,
    /// Whether there are more rules than are kept.
    pub(super) too_many: bool,
}

/// The terms of pods of one namespace that demand the same.
struct Rule {
    namespace: Arc<str>,
    placement: Arc<Placement>,
    together: Vec<Watch>,
    apart: Vec<Watch>,
}

/// A term, and the values of its topology key at which its pods are.
struct Watch {
    selector: Option<Selector>,
    namespaces: BTreeSet<Arc<str>>,
    key: Arc<str>,
    /// Where a pod is that the term is about.
    pods: BTreeSet<Arc<str>>,
    /// Where a pod is that has the term.
    holders: BTreeSet<Arc<str>>,
}

/// What the rules say about one pod, whatever the node.
pub(super) struct Wish<'a> {
    own: Option<&'a Rule>,
    /// Nobody whom the pod wants to be with is there yet, and it would be the first of them.
    first: bool,
    /// The anti-affinity of other pods that is about this one.
    unwanted: Vec<&'a Watch>,
}

impl Neighbours {
    /// The rules of every pod; where pods are is not known yet ([`Neighbours::settle`]).
    pub(super) fn of(network: &Network) -> Self {
        let mut all = Self::default();
        for pod in &network.pods {
            let Some(placement) = &pod.placement else {
                continue;
            };
            let demands = !(placement.together.is_empty() && placement.apart.is_empty());
            if !demands || all.position(pod).is_some() {
                continue;
            }
            if all.rules.len() >= MAX_RULES {
                all.too_many = true;
                break;
            }
            let namespace = &pod.meta.namespace;
            let watch = |term: &PodTerm| Watch::of(network, term, namespace);
            all.rules.push(Rule {
                namespace: namespace.clone(),
                together: placement.together.iter().map(watch).collect(),
                apart: placement.apart.iter().map(watch).collect(),
                placement: placement.clone(),
            });
        }
        all
    }

    /// Whether some pod may have to wait for another.
    pub(super) fn depend(&self) -> bool {
        self.rules.iter().any(|rule| !rule.together.is_empty())
    }

    fn position(&self, pod: &Pod) -> Option<usize> {
        let placement = pod.placement.as_ref()?;
        self.rules
            .iter()
            .position(|rule| rule.placement == *placement && rule.namespace == pod.meta.namespace)
    }

    pub(super) fn wish(&self, pod: &Pod) -> Wish<'_> {
        let own = self.position(pod).and_then(|at| self.rules.get(at));
        let apart = self.rules.iter().flat_map(|rule| &rule.apart);
        Wish {
            own,
            first: own.is_some_and(|rule| {
                rule.together.iter().all(|watch| watch.pods.is_empty()) && rule.attracts(pod)
            }),
            unwanted: apart.filter(|watch| watch.is_about(pod)).collect(),
        }
    }

    /// Notes that a pod is on a node with these labels.
    pub(super) fn settle(&mut self, pod: &Pod, labels: &Labels) {
        let own = self.position(pod);
        for (at, rule) in self.rules.iter_mut().enumerate() {
            let attracted = rule.attracts(pod);
            for watch in rule.together.iter_mut().filter(|_| attracted) {
                watch.pods.extend(labels.get(&watch.key).cloned());
            }
            for watch in &mut rule.apart {
                let place = labels.get(&watch.key);
                if watch.is_about(pod) {
                    watch.pods.extend(place.cloned());
                }
                if own == Some(at) {
                    watch.holders.extend(place.cloned());
                }
            }
        }
    }
}

impl Rule {
    /// Whether a pod is one to be with: every term of the affinity must be about it.
    fn attracts(&self, pod: &Pod) -> bool {
        self.together.iter().all(|watch| watch.is_about(pod))
    }
}

impl Watch {
    fn of(network: &Network, term: &PodTerm, own: &Arc<str>) -> Self {
        let mut namespaces: BTreeSet<Arc<str>> = term.namespaces.iter().cloned().collect();
        if let Some(selector) = &term.namespace_selector {
            let all = network.namespaces.iter();
            let chosen = all.filter(|namespace| selector.matches(&namespace.meta.labels));
            namespaces.extend(chosen.map(|namespace| namespace.meta.name.clone()));
        } else if namespaces.is_empty() {
            namespaces.insert(own.clone());
        }
        Self {
            selector: term.selector.clone(),
            namespaces,
            key: term.topology_key.clone(),
            pods: BTreeSet::new(),
            holders: BTreeSet::new(),
        }
    }

    fn is_about(&self, pod: &Pod) -> bool {
        let selector = self.selector.as_ref();
        self.namespaces.contains(&pod.meta.namespace)
            && selector.is_some_and(|selector| selector.matches(&pod.meta.labels))
    }
}

impl Wish<'_> {
    /// Why a node with these labels is none for the pod, if so.
    pub(super) fn refuses(&self, labels: &Labels) -> Option<&'static str> {
        let among = |watch: &Watch, places: &BTreeSet<Arc<str>>| {
            labels
                .get(&watch.key)
                .is_some_and(|place| places.contains(place))
        };
        if let Some(rule) = self.own {
            let near = |watch: &Watch| {
                among(watch, &watch.pods) || (self.first && labels.contains_key(&watch.key))
            };
            if !rule.together.iter().all(near) {
                return Some("did not match the pod affinity");
            }
            if rule.apart.iter().any(|watch| among(watch, &watch.pods)) {
                return Some("did not match the pod anti-affinity");
            }
        }
        let unwanted = self
            .unwanted
            .iter()
            .any(|watch| among(watch, &watch.holders));
        unwanted.then_some("did not satisfy the anti-affinity of other pods")
    }
}
