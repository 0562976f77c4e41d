//! Taints of nodes, and what of a pod's `spec` the scheduler looks at.

use std::sync::Arc;

use super::super::cursor::Cursor;
use super::{expression, selector};
use crate::model::kube::{Expression, Operator};
use crate::model::placement::{Effect, NodeTerm, Placement, PodTerm, Taint, Toleration};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub(super) fn taint(at: Cursor<'_>) -> Option<Taint> {
    at.get("key").require("the key of the taint");
    at.get("effect").require("an effect");
    Some(Taint {
        key: at.get("key").name()?,
        value: at.get("value").name().unwrap_or_default(),
        effect: at.get("effect").word(&Effect::WORDS)?,
    })
}

pub(super) fn placement(spec: Cursor<'_>) -> Option<Arc<Placement>> {
    let affinity = spec.get("affinity");
    let node_terms = affinity.get("nodeAffinity").get(REQUIRED);
    let terms = node_terms.get("nodeSelectorTerms");
    if node_terms.exists() {
        terms.require("a list of terms");
    }
    let pod_terms = |kind| affinity.get(kind).get(REQUIRED).list().filter_map(pod_term);
    let placement = Placement {
        tolerations: spec
            .get("tolerations")
            .list()
            .filter_map(toleration)
            .collect(),
        nodes: terms
            .exists()
            .then(|| terms.list().map(node_term).collect()),
        together: pod_terms("podAffinity").collect(),
        apart: pod_terms("podAntiAffinity").collect(),
        ignored: ignored(spec),
    };
    (placement != Placement::default()).then(|| Arc::new(placement))
}

fn toleration(at: Cursor<'_>) -> Option<Toleration> {
    let key = at.get("key").name();
    let exists = at
        .get("operator")
        .word(&[("Exists", true), ("Equal", false)])
        .unwrap_or_default();
    if key.is_none() && !exists {
        at.get("key")
            .require("a key, or the operator `Exists`, which then tolerates everything");
        return None;
    }
    Some(Toleration {
        key,
        value: (!exists).then(|| at.get("value").name().unwrap_or_default()),
        effect: at.get("effect").word(&Effect::WORDS),
        seconds: tolerated(at.get("tolerationSeconds")),
    })
}

/// A time that is not above zero means at once.
fn tolerated(at: Cursor<'_>) -> Option<u32> {
    let seconds: i64 = at.whole(i64::from(i32::MIN), i64::from(u32::MAX))?;
    u32::try_from(seconds.max(0)).ok()
}

fn node_term(at: Cursor<'_>) -> NodeTerm {
    let expressions = |key| at.get(key).list().filter_map(node_expression).collect();
    NodeTerm {
        labels: expressions("matchExpressions"),
        fields: expressions("matchFields"),
    }
}

/// An expression about nodes, which may also compare numbers.
fn node_expression(at: Cursor<'_>) -> Option<Expression> {
    let compare = [("Gt", Operator::Gt), ("Lt", Operator::Lt)];
    let text = at.get("operator").name();
    let Some((_, operator)) = compare
        .into_iter()
        .find(|(word, _)| text.as_deref() == Some(*word))
    else {
        return expression(at);
    };
    let values = at.get("values");
    values.require("one whole number");
    Some(Expression {
        key: at.get("key").name()?,
        operator,
        values: values.list().filter_map(Cursor::scalar).collect(),
    })
}

fn pod_term(at: Cursor<'_>) -> Option<PodTerm> {
    at.get("topologyKey")
        .require("a label of nodes, such as `kubernetes.io/hostname`");
    let written = |key| Some(at.get(key)).filter(|it| it.exists()).map(selector);
    Some(PodTerm {
        selector: written("labelSelector"),
        namespaces: at.get("namespaces").texts(),
        namespace_selector: written("namespaceSelector"),
        topology_key: at.get("topologyKey").name()?,
    })
}

/// What is written, would move pods, and is not modelled.
fn ignored(spec: Cursor<'_>) -> Vec<&'static str> {
    let affinity = spec.get("affinity");
    let preferred = |kind| affinity.get(kind).get(PREFERRED).list().next().is_some();
    let keys = |kind| {
        let mut terms = affinity.get(kind).get(REQUIRED).list();
        terms.any(|term| {
            term.get("matchLabelKeys").exists() || term.get("mismatchLabelKeys").exists()
        })
    };
    let requests = |container: Cursor<'_>| container.get("resources").get("requests").exists();
    let another = |name: Arc<str>| &*name != "default-scheduler";
    let found = [
        ("affinity.nodeAffinity", preferred("nodeAffinity")),
        (
            "affinity.podAffinity",
            preferred("podAffinity") || keys("podAffinity"),
        ),
        (
            "affinity.podAntiAffinity",
            preferred("podAntiAffinity") || keys("podAntiAffinity"),
        ),
        (
            "topologySpreadConstraints",
            spec.get("topologySpreadConstraints")
                .list()
                .next()
                .is_some(),
        ),
        (
            "schedulingGates",
            spec.get("schedulingGates").list().next().is_some(),
        ),
        (
            "schedulerName",
            spec.get("schedulerName").name().is_some_and(another),
        ),
        ("containers", spec.get("containers").list().any(requests)),
    ];
    let found = found.into_iter().filter(|(_, is)| *is);
    found.map(|(field, _)| field).collect()
}
