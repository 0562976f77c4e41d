//! Pods of workloads: what the controllers of Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs make.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::names::suffix;
use super::schedule::refused_by_node;
use super::{adopt, derived, nodes, warning};
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{Node, Origin, Phase, Pod, Workload};
use crate::model::manifest::Manifests;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml;

/// Pods of a cluster (Kubernetes: considerations for large clusters).
const PODS: usize = 150_000;

/// Replicas of one workload beyond what all nodes together take; more pending pods say nothing more.
const SURPLUS: u32 = 20;

/// Adds the ReplicaSets of Deployments and the pods of all workloads, as far as they were not written.
///
/// A written pod counts as one of a workload's if its owner says so, or if it has no owner (or one that was not
/// written) and the workload's selector matches it.
pub fn complete(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    adopt::adopt(network);
    adopt::add_replica_sets(network);
    let wanted = wanted(network);
    let capacity = capacity(network);
    let mut owned = Owned::of(network);
    for (index, count) in wanted {
        let Some(workload) = network.workloads.get(index).cloned() else {
            continue;
        };
        let most = capacity.saturating_add(SURPLUS);
        if count > most && workload.kind != Kind::DaemonSet {
            problems.push(too_many(&workload, count, capacity, most));
        }
        make_pods(network, &workload, count.min(most), &mut owned);
    }
}

/// How many pods all nodes together take.
fn capacity(network: &Network) -> u32 {
    let of_node = |pool: Option<&str>| {
        let cluster = network.cluster.as_ref();
        cluster.map_or(nodes::PODS_PER_NODE, |it| nodes::max_pods(it, pool))
    };
    let nodes = network
        .nodes
        .iter()
        .map(|node| of_node(node.pool.as_deref()));
    nodes.fold(0, u32::saturating_add)
}

fn too_many(workload: &Workload, count: u32, capacity: u32, most: u32) -> Diagnostic {
    let message =
        format!("only {most} of {count} replicas are simulated: the nodes take {capacity} pods");
    warning("pod-limit", message)
        .about(
            workload
                .owner
                .clone()
                .unwrap_or_else(|| workload.reference()),
        )
        .field("spec.replicas")
}

/// Names and active pods of each owner.
struct Owned {
    active: BTreeMap<Ref, u32>,
    /// Pods of a DaemonSet by node.
    on_node: BTreeSet<(Ref, Arc<str>)>,
    /// All pods by namespace and name.
    names: BTreeSet<(Arc<str>, Arc<str>)>,
}

impl Owned {
    fn of(network: &Network) -> Self {
        let mut all = Self {
            active: BTreeMap::new(),
            on_node: BTreeSet::new(),
            names: BTreeSet::new(),
        };
        for pod in &network.pods {
            let name = (pod.meta.namespace.clone(), pod.meta.name.clone());
            all.names.insert(name);
            let Some(owner) = &pod.owner else { continue };
            if is_active(pod) || owner.kind == Kind::Job {
                *all.active.entry(owner.clone()).or_default() += 1;
            }
            if let Some(node) = pod.node_name.clone().filter(|_| is_active(pod)) {
                all.on_node.insert((owner.clone(), node));
            }
        }
        all
    }

    fn has_name(&self, namespace: &Arc<str>, name: &str) -> bool {
        self.names.contains(&(namespace.clone(), Arc::from(name)))
    }
}

/// A pod that its controller does not replace.
fn is_active(pod: &Pod) -> bool {
    !pod.terminating && matches!(pod.phase, Phase::Pending | Phase::Running)
}

/// The controller that makes the pods (or ReplicaSets) of this kind of workload.
pub(super) const fn by(kind: Kind) -> &'static str {
    match kind {
        Kind::Deployment => "deployment-controller",
        Kind::StatefulSet => "statefulset-controller",
        Kind::DaemonSet => "daemonset-controller",
        Kind::Job => "job-controller",
        _ => "replicaset-controller",
    }
}

/// How many pods each workload that makes pods should have; CoreDNS first, as it is made with the cluster.
fn wanted(network: &Network) -> Vec<(usize, u32)> {
    let mut wanted: Vec<(usize, u32)> = network
        .workloads
        .iter()
        .enumerate()
        .filter(|(_, workload)| workload.kind != Kind::Deployment)
        .map(|(index, workload)| (index, replicas(network, workload)))
        .collect();
    raise_to_deployments(network, &mut wanted);
    let system = |index: usize| {
        network
            .workloads
            .get(index)
            .is_some_and(|workload| &*workload.meta.namespace == super::coredns::NAMESPACE)
    };
    wanted.sort_by_key(|&(index, _)| (!system(index), index));
    wanted
}

fn replicas(network: &Network, workload: &Workload) -> u32 {
    if workload.kind == Kind::Job && is_complete(network, workload) {
        return 0;
    }
    workload.replicas.unwrap_or(1)
}

/// Whether the document says that the Job is over.
fn is_complete(network: &Network, job: &Workload) -> bool {
    written_field(
        &network.manifests,
        &job.meta.origin,
        &["status", "completionTime"],
    )
    .is_some()
}

/// The value of a field of a written object.
pub(super) fn written_field<'a>(
    manifests: &'a Manifests,
    origin: &Origin,
    path: &[&str],
) -> Option<&'a yaml::Node> {
    let root: &yaml::Node = &manifests.of(origin)?.root;
    path.iter().try_fold(root, |node, key| node.get(key))
}

/// Where the written ReplicaSets of a Deployment together have fewer replicas than it, the largest gets the rest.
fn raise_to_deployments(network: &Network, wanted: &mut [(usize, u32)]) {
    let mut sets: BTreeMap<&Ref, Vec<usize>> = BTreeMap::new();
    for (position, (index, _)) in wanted.iter().enumerate() {
        let owner = network
            .workloads
            .get(*index)
            .and_then(|set| set.owner.as_ref());
        if let Some(owner) = owner {
            sets.entry(owner).or_default().push(position);
        }
    }
    for deployment in network
        .workloads
        .iter()
        .filter(|it| it.kind == Kind::Deployment)
    {
        let Some(positions) = sets.get(&deployment.reference()) else {
            continue;
        };
        let count = |position: usize| wanted.get(position).map_or(0, |(_, count)| *count);
        let total: u64 = positions.iter().map(|&it| u64::from(count(it))).sum();
        let all = u64::from(replicas(network, deployment));
        let missing = u32::try_from(all.saturating_sub(total)).unwrap_or(u32::MAX);
        let largest = positions.iter().copied().rev().max_by_key(|&it| count(it));
        if let Some((_, count)) = largest.and_then(|it| wanted.get_mut(it)) {
            *count = count.saturating_add(missing);
        }
    }
}

fn make_pods(network: &mut Network, workload: &Workload, count: u32, owned: &mut Owned) {
    let pods = match workload.kind {
        Kind::DaemonSet => daemon_pods(network, workload, owned),
        Kind::StatefulSet => stateful_pods(network, workload, count, owned),
        _ => replica_pods(network, workload, count, owned),
    };
    let room = PODS.saturating_sub(network.pods.len());
    for pod in pods.into_iter().take(room) {
        let name = (pod.meta.namespace.clone(), pod.meta.name.clone());
        owned.names.insert(name);
        network.pods.push(pod);
    }
}

fn capped(network: &Network, count: u32) -> u32 {
    let room = PODS.saturating_sub(network.pods.len());
    count.min(u32::try_from(room).unwrap_or(u32::MAX))
}

fn replica_pods(network: &Network, workload: &Workload, count: u32, owned: &Owned) -> Vec<Pod> {
    let active = owned
        .active
        .get(&workload.reference())
        .copied()
        .unwrap_or(0);
    let missing = capped(network, count.saturating_sub(active));
    let mut names = BTreeSet::new();
    let mut pods = Vec::new();
    let mut attempt: u64 = 0;
    while pods.len() < missing as usize {
        let namespace = &workload.meta.namespace;
        let ending = suffix(&[namespace, &workload.meta.name, &attempt.to_string()]);
        let name = format!("{}-{ending}", workload.meta.name);
        attempt += 1;
        if !owned.has_name(namespace, &name) && names.insert(name.clone()) {
            pods.push(new_pod(workload, &name));
        }
    }
    pods
}

fn stateful_pods(network: &Network, workload: &Workload, count: u32, owned: &Owned) -> Vec<Pod> {
    (0..capped(network, count))
        .map(|ordinal| (ordinal, format!("{}-{ordinal}", workload.meta.name)))
        .filter(|(_, name)| !owned.has_name(&workload.meta.namespace, name))
        .map(|(ordinal, name)| {
            let mut pod = new_pod(workload, &name);
            let name: Arc<str> = Arc::from(name);
            let labels = &mut pod.meta.labels;
            labels.insert(
                Arc::from("statefulset.kubernetes.io/pod-name"),
                name.clone(),
            );
            labels.insert(
                Arc::from("apps.kubernetes.io/pod-index"),
                Arc::from(ordinal.to_string()),
            );
            pod.hostname = Some(name);
            pod.subdomain.clone_from(&workload.service_name);
            pod
        })
        .collect()
}

/// The taints of nodes in trouble; the DaemonSet controller makes its pods tolerate them.
const TROUBLE: [&str; 7] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/pid-pressure",
    "node.kubernetes.io/unschedulable",
    "node.kubernetes.io/network-unavailable",
];

/// One pod on each node whose labels and taints suit the template; cordoned nodes get theirs too.
fn daemon_pods(network: &Network, workload: &Workload, owned: &Owned) -> Vec<Pod> {
    let reference = workload.reference();
    let suits = |node: &&Node| {
        let mut taints = node.taints.clone();
        taints.retain(|taint| !TROUBLE.contains(&&*taint.key));
        let node = (&node.meta.name, &node.meta.labels, &*taints);
        refused_by_node(node, &workload.template).is_none()
    };
    network
        .nodes
        .iter()
        .filter(suits)
        .filter(|node| {
            let key = (reference.clone(), node.meta.name.clone());
            !owned.on_node.contains(&key)
        })
        .filter_map(|node| {
            let name = daemon_name(workload, &node.meta.name, owned)?;
            Some(Pod {
                node_name: Some(node.meta.name.clone()),
                ..new_pod(workload, &name)
            })
        })
        .collect()
}

/// A name for the node's pod that no other has, such as the one whose place it takes.
fn daemon_name(workload: &Workload, node: &str, owned: &Owned) -> Option<String> {
    let (namespace, set) = (&workload.meta.namespace, &workload.meta.name);
    let again = (1..).map(|attempt: u64| suffix(&[namespace, set, node, &attempt.to_string()]));
    let mut endings = std::iter::once(suffix(&[namespace, set, node])).chain(again);
    let named = endings.by_ref().map(|ending| format!("{set}-{ending}"));
    named
        .take(owned.names.len() + 1)
        .find(|name| !owned.has_name(namespace, name))
}

fn new_pod(workload: &Workload, name: &str) -> Pod {
    let from = match (&workload.meta.origin, &workload.owner) {
        (Origin::Derived { .. } | Origin::Assumed, Some(owner)) => owner.clone(),
        _ => workload.reference(),
    };
    let mut pod = workload.template.clone();
    let labels = std::mem::take(&mut pod.meta.labels);
    let annotations = std::mem::take(&mut pod.meta.annotations);
    pod.meta = derived(&workload.meta.namespace, name, by(workload.kind), from);
    pod.meta.labels = labels;
    pod.meta.annotations = annotations;
    pod.owner = Some(workload.reference());
    pod.phase = Phase::Running;
    pod.ready = true;
    pod.terminating = false;
    if workload.kind == Kind::Job {
        for key in ["job-name", "batch.kubernetes.io/job-name"] {
            let labels = &mut pod.meta.labels;
            labels.insert(Arc::from(key), workload.meta.name.clone());
        }
    }
    pod
}
