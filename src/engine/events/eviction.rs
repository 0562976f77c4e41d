//! What becomes of the pods of a node that is lost.
//!
//! The node is tainted, and every pod that does not tolerate that any longer is marked for deletion: pods of DaemonSets
//! tolerate it for ever, others for 300 s unless they say otherwise. A ReplicaSet or Job makes another pod at once. A
//! StatefulSet waits until the kubelet has ended the old one, which it does when the node is back. A pod without a
//! controller is made again by nobody.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Change, EVICTION_SECONDS, change};
use crate::engine::sources::Source;
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::placement::{Effect, Taint};

/// The taint of a node that is not heard of.
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// A pod that the kubelet ended when its node was back.
#[derive(Debug, PartialEq)]
pub(super) struct Left {
    /// Which.
    pub pod: Ref,
    /// Whether another takes its name.
    pub replaced: bool,
}

/// For how many seconds the pods of a node tolerate that it is lost, each number once.
pub(super) fn times(network: &Network, node: &Arc<str>) -> BTreeSet<u32> {
    on(network, node).filter_map(tolerated).collect()
}

/// Marks the pods for deletion that tolerated their lost node for so long, and says what that leads to.
pub(super) fn evict(network: &mut Network, node: &Arc<str>, after: u32) -> Vec<Change> {
    let mut count = [0_i64; 3];
    for pod in &mut network.pods {
        let leaves = pod.node_name.as_ref() == Some(node)
            && !pod.terminating
            && tolerated(pod) == Some(after);
        if leaves {
            pod.terminating = true;
            count[group(pod)] += 1;
        }
    }
    let place = Ref::new(Kind::Node, node.clone());
    let ids = ["event-node-evicted", "event-pods-wait", "event-pods-gone"];
    let said = ids.into_iter().zip(count).filter(|(_, count)| *count > 0);
    said.map(|(id, count)| {
        let mut said = change(id, &place, Source::Nodes);
        said.what = said.what.with("count", count);
        said
    })
    .collect()
}

/// The pods that the kubelet of a node ends when it is back, because they were evicted meanwhile; only then are their
/// objects deleted.
pub(super) fn finish(network: &mut Network, node: &Arc<str>) -> Vec<Left> {
    for pod in &mut network.pods {
        pod.deleted |= pod.terminating && pod.node_name.as_ref() == Some(node);
    }
    let ended = on(network, node).filter(|pod| pod.terminating);
    let left: Vec<Left> = ended
        .map(|pod| Left {
            pod: pod.reference(),
            replaced: owner(pod) == Some(Kind::StatefulSet),
        })
        .collect();
    let goes = |pod: &Pod| {
        left.iter()
            .any(|it| it.replaced && it.pod == pod.reference())
    };
    if left.iter().any(|it| it.replaced) {
        network.pods.retain(|pod| !goes(pod));
    }
    left
}

/// The pods of a node that were marked for deletion.
pub(super) fn evicted(network: &Network, node: &Arc<str>) -> Vec<Ref> {
    let marked = on(network, node).filter(|pod| pod.terminating);
    marked.map(Pod::reference).collect()
}

fn on<'a>(network: &'a Network, node: &'a Arc<str>) -> impl Iterator<Item = &'a Pod> {
    let here = move |pod: &&Pod| pod.node_name.as_ref() == Some(node);
    network.pods.iter().filter(here)
}

fn owner(pod: &Pod) -> Option<Kind> {
    pod.owner.as_ref().map(|owner| owner.kind)
}

/// Who makes another: a controller elsewhere, a `StatefulSet` later, nobody.
fn group(pod: &Pod) -> usize {
    match owner(pod) {
        Some(Kind::StatefulSet) => 1,
        Some(_) => 0,
        None => 2,
    }
}

/// For how many seconds a pod stays on a node that is lost; `None` for ever. The admission of pods adds the default
/// where a pod does not speak of this taint.
fn tolerated(pod: &Pod) -> Option<u32> {
    // Mirrors of a kubelet's own pods are not the API server's to delete.
    if matches!(owner(pod), Some(Kind::DaemonSet | Kind::Node)) {
        return None;
    }
    let taint = Taint {
        key: UNREACHABLE.into(),
        value: "".into(),
        effect: Effect::NoExecute,
    };
    let placement = pod.placement.as_deref();
    let all = placement.map_or(&[][..], |it| &it.tolerations);
    // Of several, the first that matches the taint counts.
    let first = all.iter().find(|it| it.covers(&taint));
    first.map_or(Some(EVICTION_SECONDS), |it| it.seconds)
}
