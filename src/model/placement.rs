//! What decides on which nodes a pod may run: taints of nodes; tolerations and required affinity of pods.

use std::sync::Arc;

use super::kube::{Expression, Labels, Selector};

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They are not put there.
    NoSchedule,
    /// They are put elsewhere if that is possible.
    PreferNoSchedule,
    /// They are not put there, and leave.
    NoExecute,
}

impl Effect {
    /// The words of the API.
    pub const WORDS: [(&'static str, Effect); 3] = [
        ("NoSchedule", Effect::NoSchedule),
        ("PreferNoSchedule", Effect::PreferNoSchedule),
        ("NoExecute", Effect::NoExecute),
    ];

    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effect::NoSchedule => "NoSchedule",
            Effect::PreferNoSchedule => "PreferNoSchedule",
            Effect::NoExecute => "NoExecute",
        }
    }
}

/// An entry of a node's `spec.taints`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    /// `key`.
    pub key: Arc<str>,
    /// `value`; empty where there is none.
    pub value: Arc<str>,
    /// `effect`.
    pub effect: Effect,
}

/// An entry of a pod's `spec.tolerations`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Toleration {
    /// `key`; without one, every taint is meant.
    pub key: Option<Arc<str>>,
    /// `value` of the operator `Equal`; `None` (`Exists`) tolerates every value.
    pub value: Option<Arc<str>>,
    /// `effect`; without one, every effect is meant.
    pub effect: Option<Effect>,
    /// `tolerationSeconds`: how long a pod stays where the taint would have it leave; without one, for ever.
    pub seconds: Option<u32>,
}

impl Toleration {
    /// Whether the taint does not matter to a pod with this toleration.
    pub fn covers(&self, taint: &Taint) -> bool {
        self.key.as_ref().is_none_or(|key| *key == taint.key)
            && self.value.as_ref().is_none_or(|it| *it == taint.value)
            && self.effect.is_none_or(|effect| effect == taint.effect)
    }
}

/// One of the `nodeSelectorTerms` of a required node affinity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeTerm {
    /// `matchExpressions`, about labels.
    pub labels: Vec<Expression>,
    /// `matchFields`, about `metadata.name`.
    pub fields: Vec<Expression>,
}

impl NodeTerm {
    /// Whether a node satisfies every part; an empty term matches nothing.
    pub fn matches(&self, name: &Arc<str>, labels: &Labels) -> bool {
        let fields = || Labels::from([(Arc::from("metadata.name"), name.clone())]);
        !(self.labels.is_empty() && self.fields.is_empty())
            && self.labels.iter().all(|it| it.matches(labels))
            && (self.fields.is_empty() || self.fields.iter().all(|it| it.matches(&fields())))
    }
}

/// A term of a required pod affinity or anti-affinity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodTerm {
    /// `labelSelector`; an absent one matches no pod.
    pub selector: Option<Selector>,
    /// `namespaces`.
    pub namespaces: Vec<Arc<str>>,
    /// `namespaceSelector`. Without both, the pod's own namespace is meant.
    pub namespace_selector: Option<Selector>,
    /// `topologyKey`: nodes with the same value of this label count as one place.
    pub topology_key: Arc<str>,
}

/// What a pod demands of the node that it runs on, besides its node selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// `tolerations`.
    pub tolerations: Vec<Toleration>,
    /// The terms of the required node affinity, one of which must match.
    pub nodes: Option<Vec<NodeTerm>>,
    /// The terms of the required pod affinity.
    pub together: Vec<PodTerm>,
    /// The terms of the required pod anti-affinity.
    pub apart: Vec<PodTerm>,
    /// Fields that a scheduler would look at and that are not modelled.
    pub ignored: Vec<&'static str>,
}
