//! When the readiness of a pod changes: by the probes of its containers, of which every one must succeed.
//!
//! The kubelet asks at once and then every `periodSeconds`, so that the time until so many answers in a row is counted
//! as that many periods. (Kubernetes: "Configure Liveness, Readiness and Startup Probes".)

use super::{READINESS_SECONDS, SYNC_SECONDS};
use crate::model::kube::{Pod, ReadinessProbe};

fn probes(pod: &Pod) -> &[ReadinessProbe] {
    pod.readiness.as_deref().unwrap_or_default()
}

/// Seconds from the first failure until the pod is no longer ready: the first of its probes decides.
pub(super) fn fails_after(pod: &Pod) -> u32 {
    let each = probes(pod).iter();
    let least = each.map(|it| it.period.saturating_mul(it.failures)).min();
    least.unwrap_or(READINESS_SECONDS)
}

/// Seconds from the first success until the pod is ready again: the last of its probes decides. Nothing is waited for
/// where nobody wrote a probe, except that the API server is told.
pub(super) fn passes_after(pod: &Pod) -> u32 {
    let each = probes(pod).iter();
    let most = each.map(|it| it.period.saturating_mul(it.successes)).max();
    most.unwrap_or(SYNC_SECONDS)
}

/// Seconds from the start of a pod's containers until its probes have succeeded; none without a probe.
pub(super) fn starts_after(pod: &Pod) -> u32 {
    let each = probes(pod).iter();
    let until = each.map(|it| {
        let more = it.period.saturating_mul(it.successes.saturating_sub(1));
        it.initial_delay.saturating_add(more)
    });
    until.max().unwrap_or_default()
}
