//! `Node`.

use std::sync::Arc;

use super::super::cursor::Cursor;
use super::placement::taint;
use super::ready;
use crate::model::kube::{Meta, Node};

/// Labels that hold the name of the agent pool, the current one first.
const POOL_LABELS: &[&str] = &["kubernetes.azure.com/agentpool", "agentpool"];

/// `status.capacity.cpu`, such as `4` or `3860m`, as the autoscaler of CoreDNS counts: whole cores, rounded up.
fn cores(at: Cursor<'_>) -> Option<u32> {
    let written = at.get("status").get("capacity").get("cpu").scalar()?;
    match written.strip_suffix('m') {
        Some(milli) => Some(milli.parse::<u32>().ok()?.div_ceil(1000)),
        None => written.parse().ok(),
    }
}

pub(super) fn node(at: Cursor<'_>, meta: Meta) -> Node {
    let spec = at.get("spec");
    let mut pod_cidrs = spec.get("podCIDRs").prefixes();
    if pod_cidrs.is_empty() {
        pod_cidrs.extend(spec.get("podCIDR").prefix());
    }
    let addresses = |wanted: &str| {
        at.get("status")
            .get("addresses")
            .list()
            .filter(|item| item.get("type").name().as_deref() == Some(wanted))
            .filter_map(|item| item.get("address").address())
            .collect()
    };
    let pool = POOL_LABELS.iter().find_map(|label| meta.labels.get(*label));
    Node {
        pod_cidrs,
        internal_ips: addresses("InternalIP"),
        external_ips: addresses("ExternalIP"),
        ready: ready(at),
        unschedulable: spec.get("unschedulable").flag().unwrap_or_default(),
        taints: spec.get("taints").list().filter_map(taint).collect(),
        pool: pool.map(Arc::clone),
        cores: cores(at),
        meta,
        ..Node::default()
    }
}
