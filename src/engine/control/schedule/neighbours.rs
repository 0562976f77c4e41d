//! Required pod affinity and anti-affinity: which pods must, and must not, stand near which.
//!
//! What is near is said by a label of nodes, the topology key; nodes with equal values are one place.
//! Pods that demand the same share a [`Rule`], and terms that mean the same share a [`Watch`], which is
//! found by a label that it asks for: a pod costs what concerns it, however many rules there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::kube::{Labels, Pod, Selector};
use crate::model::network::Network;
use crate::model::placement::{Placement, PodTerm};

/// How many different terms are kept that ask for the same label, or for none: each costs at every pod
/// that has the label.
pub(super) const MAX_ALIKE: usize = 1000;

/// The rules of all pods, and where the pods are that they are about.
#[derive(Default)]
pub(super) struct Neighbours {
    rules: Vec<Rule>,
    /// The rule of pods of a namespace that demand the same.
    index: BTreeMap<(Arc<str>, Arc<Placement>), usize>,
    /// The terms of anti-affinity, each once.
    apart: Watches,
    /// Pods that some term of affinity is about, by the first term of each rule.
    attracting: Labelled,
    /// Whether a rule was not kept.
    pub(super) too_many: bool,
}

/// What pods of one namespace demand that demand the same.
struct Rule {
    together: Vec<Watch>,
    /// Indexes of the terms of the anti-affinity.
    apart: Vec<usize>,
    /// How often a pod settled that the affinity is about.
    arrivals: usize,
}

/// The pods that a term is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    selector: Option<Selector>,
    namespaces: BTreeSet<Arc<str>>,
    key: Arc<str>,
}

/// A term, and the values of its topology key at which its pods are.
struct Watch {
    term: Term,
    /// Where a pod is that the term is about.
    pods: BTreeSet<Arc<str>>,
    /// Where a pod is that has the term.
    holders: BTreeSet<Arc<str>>,
}

/// Terms, each once.
#[derive(Default)]
struct Watches {
    all: Vec<Watch>,
    index: BTreeMap<Term, usize>,
    labelled: Labelled,
}

/// Numbers by a label that pods must have, to be found by the labels of a pod.
#[derive(Default)]
struct Labelled {
    by_label: BTreeMap<(Arc<str>, Arc<str>), Vec<usize>>,
    /// Those that ask for no label of a certain value.
    other: Vec<usize>,
}

/// What the rules say about one pod, whatever the node.
pub(super) struct Wish<'a> {
    own: Option<&'a Rule>,
    all: &'a [Watch],
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
            if !demands || all.rule_of(pod).is_some() {
                continue;
            }
            all.add(network, &pod.meta.namespace, placement);
        }
        all
    }

    fn add(&mut self, network: &Network, namespace: &Arc<str>, placement: &Arc<Placement>) {
        let term = |term: &PodTerm| Term::of(network, term, namespace);
        let number = self.rules.len();
        let together: Vec<Watch> = placement.together.iter().map(term).map(Watch::of).collect();
        let apart: Vec<Term> = placement.apart.iter().map(term).collect();
        let mut first = together.first().map(|watch| &watch.term).into_iter();
        if first.any(|term| self.attracting.is_full(term))
            || apart.iter().any(|term| self.apart.is_full(term))
        {
            self.too_many = true;
            return;
        }
        if let Some(first) = together.first() {
            self.attracting.add(&first.term, number);
        }
        self.rules.push(Rule {
            together,
            apart: apart.into_iter().map(|term| self.apart.add(term)).collect(),
            arrivals: 0,
        });
        let key = (namespace.clone(), placement.clone());
        self.index.insert(key, number);
    }

    /// The number of the rule of a pod, if it demands something of its neighbours.
    pub(super) fn rule_of(&self, pod: &Pod) -> Option<usize> {
        let placement = pod.placement.as_ref()?;
        if placement.together.is_empty() && placement.apart.is_empty() {
            return None;
        }
        let key = (pod.meta.namespace.clone(), placement.clone());
        self.index.get(&key).copied()
    }

    /// How many pods settled whom pods of this rule want to be with. Where a pod found no node, another try is of use
    /// only after that has grown: all else can only get worse.
    pub(super) fn arrivals(&self, rule: Option<usize>) -> usize {
        let rule = rule.and_then(|number| self.rules.get(number));
        rule.map_or(0, |rule| rule.arrivals)
    }

    pub(super) fn wish(&self, pod: &Pod) -> Wish<'_> {
        let own = self.rule_of(pod).and_then(|at| self.rules.get(at));
        let near = self.apart.labelled.of(&pod.meta.labels);
        let unwanted = near.filter_map(|at| self.apart.all.get(at));
        Wish {
            own,
            all: &self.apart.all,
            first: own.is_some_and(|rule| {
                rule.together.iter().all(|watch| watch.pods.is_empty()) && rule.attracts(pod)
            }),
            unwanted: unwanted.filter(|watch| watch.term.is_about(pod)).collect(),
        }
    }

    /// Notes that a pod is on a node with these labels.
    pub(super) fn settle(&mut self, pod: &Pod, labels: &Labels) {
        for number in self.attracting.of(&pod.meta.labels) {
            let rule = self.rules.get_mut(number);
            let Some(rule) = rule.filter(|rule| rule.attracts(pod)) else {
                continue;
            };
            rule.arrivals += 1;
            for watch in &mut rule.together {
                watch.pods.extend(labels.get(&watch.term.key).cloned());
            }
        }
        for at in self.apart.labelled.of(&pod.meta.labels) {
            let watch = self.apart.all.get_mut(at);
            if let Some(watch) = watch.filter(|watch| watch.term.is_about(pod)) {
                watch.pods.extend(labels.get(&watch.term.key).cloned());
            }
        }
        let own = self.rule_of(pod).and_then(|at| self.rules.get(at));
        for at in own.into_iter().flat_map(|rule| &rule.apart) {
            if let Some(watch) = self.apart.all.get_mut(*at) {
                watch.holders.extend(labels.get(&watch.term.key).cloned());
            }
        }
    }
}

impl Rule {
    /// Whether a pod is one to be with: every term of the affinity must be about it.
    fn attracts(&self, pod: &Pod) -> bool {
        self.together.iter().all(|watch| watch.term.is_about(pod))
    }
}

impl Term {
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
        }
    }

    fn is_about(&self, pod: &Pod) -> bool {
        let selector = self.selector.as_ref();
        self.namespaces.contains(&pod.meta.namespace)
            && selector.is_some_and(|selector| selector.matches(&pod.meta.labels))
    }
}

impl Watch {
    fn of(term: Term) -> Self {
        Self {
            term,
            pods: BTreeSet::new(),
            holders: BTreeSet::new(),
        }
    }
}

impl Watches {
    /// Whether a term is new and has too many like it.
    fn is_full(&self, term: &Term) -> bool {
        !self.index.contains_key(term) && self.labelled.is_full(term)
    }

    /// The index of a term.
    fn add(&mut self, term: Term) -> usize {
        let next = self.all.len();
        let index = *self.index.entry(term.clone()).or_insert(next);
        if index == next {
            self.labelled.add(&term, index);
            self.all.push(Watch::of(term));
        }
        index
    }
}

impl Labelled {
    /// The label that a term is found by.
    fn label(term: &Term) -> Option<(Arc<str>, Arc<str>)> {
        let labels = &term.selector.as_ref()?.match_labels;
        let (key, value) = labels.iter().next_back()?;
        Some((key.clone(), value.clone()))
    }

    fn is_full(&self, term: &Term) -> bool {
        let alike = match Self::label(term) {
            Some(label) => self.by_label.get(&label).map_or(0, Vec::len),
            None => self.other.len(),
        };
        alike >= MAX_ALIKE
    }

    fn add(&mut self, term: &Term, number: usize) {
        // A term without a selector is about no pod.
        if term.selector.is_none() {
            return;
        }
        match Self::label(term) {
            Some(label) => self.by_label.entry(label).or_default().push(number),
            None => self.other.push(number),
        }
    }

    /// All that may be about a pod with these labels; each once.
    fn of(&self, labels: &Labels) -> impl Iterator<Item = usize> {
        let found = labels.iter().filter_map(|(key, value)| {
            let label = (key.clone(), value.clone());
            self.by_label.get(&label)
        });
        found.flatten().chain(&self.other).copied()
    }
}

impl Wish<'_> {
    /// Why a node with these labels is none for the pod, if so.
    pub(super) fn refuses(&self, labels: &Labels) -> Option<&'static str> {
        let among = |watch: &Watch, places: &BTreeSet<Arc<str>>| {
            labels
                .get(&watch.term.key)
                .is_some_and(|place| places.contains(place))
        };
        if let Some(rule) = self.own {
            let near = |watch: &Watch| {
                among(watch, &watch.pods) || (self.first && labels.contains_key(&watch.term.key))
            };
            if !rule.together.iter().all(near) {
                return Some("did not match the pod affinity");
            }
            let mut apart = rule.apart.iter().filter_map(|at| self.all.get(*at));
            if apart.any(|watch| among(watch, &watch.pods)) {
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
