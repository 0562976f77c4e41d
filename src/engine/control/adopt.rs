//! Which written pods belong to which workload, and the ReplicaSets between Deployments and pods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::labels::PodIndex;
use super::names::suffix;
use super::workloads::by;
use super::{assign, derived};
use crate::model::kube::{Labels, Pod, Selector, Workload};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// The label that tells apart the pods of a Deployment's ReplicaSets.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// The selector that decides which pods belong to a workload; one that is missing is that of the template's labels.
fn effective_selector(workload: &Workload) -> Option<Selector> {
    let selector = &workload.selector;
    if !selector.match_labels.is_empty() || !selector.match_expressions.is_empty() {
        return Some(selector.clone());
    }
    let labels = &workload.template.meta.labels;
    (!labels.is_empty()).then(|| Selector {
        match_labels: labels.clone(),
        match_expressions: Vec::new(),
    })
}

/// Notes the owner of pods that match a workload but name no owner, or one that was not written.
pub(super) fn adopt(network: &mut Network) {
    let known: BTreeSet<Ref> = network.workloads.iter().map(Workload::reference).collect();
    let orphan = |pod: &Pod| {
        pod.owner
            .as_ref()
            .is_none_or(|owner| owner.kind == Kind::ReplicaSet && !known.contains(owner))
    };
    let index = PodIndex::new(&network.pods, orphan);
    let mut new_sets = Vec::new();
    for workload in &network.workloads {
        let Some(selector) = effective_selector(workload) else {
            continue;
        };
        for number in index.matching(&network.pods, &workload.meta.namespace, &selector) {
            let Some(pod) = network.pods.get_mut(number) else {
                continue;
            };
            match (&pod.owner, workload.kind) {
                (None, _) => {
                    pod.owner = Some(workload.reference());
                    assign(&mut pod.meta, "metadata.ownerReferences", by(workload.kind));
                }
                (Some(owner), Kind::Deployment) if !known.contains(owner) => {
                    new_sets.push((workload.reference(), owner.clone()));
                }
                _ => {}
            }
        }
    }
    let mut named = known;
    for (deployment, set) in new_sets {
        if named.insert(set.clone()) {
            add_replica_set(network, &deployment, Some(set.name));
        }
    }
}

/// Adds a ReplicaSet for each Deployment that has none, and hands it the pods that the Deployment adopted.
pub(super) fn add_replica_sets(network: &mut Network) {
    let with_set: BTreeSet<Ref> = network
        .workloads
        .iter()
        .filter_map(|workload| workload.owner.clone())
        .collect();
    let without: Vec<Ref> = network
        .workloads
        .iter()
        .filter(|workload| workload.kind == Kind::Deployment)
        .map(Workload::reference)
        .filter(|reference| !with_set.contains(reference))
        .collect();
    for deployment in &without {
        add_replica_set(network, deployment, None);
    }
    let sets: BTreeMap<Ref, Ref> = network
        .workloads
        .iter()
        .rev()
        .filter(|workload| workload.kind == Kind::ReplicaSet)
        .filter_map(|set| Some((set.owner.clone()?, set.reference())))
        .collect();
    for pod in &mut network.pods {
        if let Some(set) = pod.owner.as_ref().and_then(|owner| sets.get(owner)) {
            pod.owner = Some(set.clone());
        }
    }
}

fn add_replica_set(network: &mut Network, deployment: &Ref, name: Option<Arc<str>>) {
    let Some(workload) = network
        .workloads
        .iter()
        .find(|workload| workload.reference() == *deployment)
    else {
        return;
    };
    let hash = suffix(&[&deployment.scope, &deployment.name]);
    let name = name.unwrap_or_else(|| Arc::from(format!("{}-{hash}", deployment.name)));
    let prefix = format!("{}-", deployment.name);
    let hash: Arc<str> = Arc::from(name.strip_prefix(&prefix).unwrap_or(&hash));
    let mut set = workload.clone();
    set.kind = Kind::ReplicaSet;
    set.meta = derived(
        &deployment.scope,
        name,
        by(Kind::Deployment),
        deployment.clone(),
    );
    set.meta.labels.clone_from(&workload.template.meta.labels);
    let first = network
        .workloads
        .iter()
        .all(|set| set.owner.as_ref() != Some(deployment));
    if !first {
        set.replicas = Some(0);
    }
    set.owner = Some(deployment.clone());
    set.selector = effective_selector(workload).unwrap_or_default();
    let with_hash = |labels: &mut Labels| labels.insert(Arc::from(TEMPLATE_HASH), hash.clone());
    with_hash(&mut set.meta.labels);
    with_hash(&mut set.template.meta.labels);
    with_hash(&mut set.selector.match_labels);
    network.workloads.push(set);
}
