//! `Deployment`, `ReplicaSet`, `StatefulSet`, `DaemonSet`, `Job`.

use super::super::cursor::{Cursor, quoted};
use super::{LAST_APPLIED, owner, pod, selector};
use crate::model::kube::{Meta, Selector, Workload};
use crate::model::object::Kind;

/// More pods than any cluster of AKS runs; protects against a slip of the keyboard.
const MAX_REPLICAS: i64 = 100_000;

pub(super) fn workload(kind: Kind, at: Cursor<'_>, meta: Meta) -> Workload {
    let spec = at.get("spec");
    let template = spec.get("template");
    let metadata = template.get("metadata");
    let mut annotations = metadata.get("annotations").labels();
    annotations.remove(LAST_APPLIED);
    let template_meta = Meta {
        namespace: meta.namespace.clone(),
        labels: metadata.get("labels").labels(),
        annotations,
        origin: meta.origin.clone(),
        ..Meta::default()
    };
    let count = if kind == Kind::Job {
        "parallelism"
    } else {
        "replicas"
    };
    let replicas = || spec.get(count).whole(0, MAX_REPLICAS).unwrap_or(1);
    Workload {
        kind,
        replicas: (kind != Kind::DaemonSet).then(replicas),
        selector: workload_selector(kind, spec, &template_meta),
        template: pod::template(template.get("spec"), template_meta),
        service_name: spec.get("serviceName").name(),
        owner: owner(at, &meta.namespace),
        meta,
    }
}

/// The selector, which must match the labels of the template. Where it is absent the
/// labels stand in, as the retired API versions did; a Job makes its own.
fn workload_selector(kind: Kind, spec: Cursor<'_>, template: &Meta) -> Selector {
    let from_template = || Selector {
        match_labels: template.labels.clone(),
        ..Selector::default()
    };
    let at = spec.get("selector");
    if !at.exists() {
        if kind != Kind::Job {
            at.require("a selector that matches the labels of the template");
        }
        return from_template();
    }
    let selector = selector(at);
    if !selector.matches(&template.labels) {
        let labels: Vec<String> = template
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        at.wrong(
            "selector-mismatch",
            "does not match the labels of the template; the API refuses this",
            &quoted(at.written()),
            &format!("a selector for {}", quoted(&labels.join(","))),
        );
    }
    selector
}
