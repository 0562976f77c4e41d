//! Static Egress Gateway of AKS: an annotation sends what a pod asks outside of the cluster through nodes of a gateway
//! pool. It is not modelled, so such a walk ends here instead of taking the way of other pods.

use std::ops::ControlFlow;

use super::walker::Walker;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Disposition};
use crate::model::kube::Pod;

/// Names the `StaticGatewayConfiguration` that a pod goes by.
const ANNOTATION: &str = "kubernetes.azure.com/static-gateway-configuration";

impl Walker<'_, '_> {
    /// Ends a request of a pod with a gateway of its own. Pods, nodes and Services are reached without it, and answers
    /// go where the request came from.
    pub(super) fn check_egress_gateway(&mut self, pod: &Pod) -> ControlFlow<Disposition> {
        let named = pod.meta.annotations.get(ANNOTATION);
        let Some(name) = named.filter(|name| !name.is_empty() && !self.is_reply()) else {
            return ControlFlow::Continue(());
        };
        let to = self.packet.destination;
        let cluster = self.network().cluster.as_ref();
        let service = cluster.is_some_and(|cluster| cluster.service_cidr.contains(&to));
        if service || self.plane.pod_by_ip(to).is_some() || self.plane.is_node_address(to) {
            return ControlFlow::Continue(());
        }
        let what = format!("the static egress gateway {name}");
        let cause = Cause::field(pod.reference(), "metadata.annotations");
        match self.not_modelled(&pod.reference(), Stage::PodRoute, &what, Some(cause)) {
            ControlFlow::Break(end) => ControlFlow::Break(end),
            ControlFlow::Continue(_) => ControlFlow::Continue(()),
        }
    }
}
