//! What is found out once about nodes and pods, which stay as they are while Services are edited.

use std::sync::OnceLock;

use super::address::sorted;
use super::labels::PodIndex;
use super::node_addresses::cluster_addresses;
use crate::engine::appgateway::agic::{self, Agic};
use crate::model::kube::Pod;
use crate::model::network::Network;

/// Found out when first asked for; every network that is asked with has the same nodes and pods.
#[derive(Debug, Default)]
pub struct Found {
    pods: OnceLock<PodIndex>,
    addresses: OnceLock<Vec<u32>>,
    controllers: OnceLock<Vec<Agic>>,
}

impl Found {
    /// The pods that have not ended, by label.
    pub(super) fn pods(&self, network: &Network) -> &PodIndex {
        let index = || PodIndex::new(&network.pods, |pod: &Pod| !pod.is_over());
        self.pods.get_or_init(index)
    }

    /// The ingress controllers of Application Gateways, which are told by pods and workloads.
    pub(super) fn controllers(&self, network: &Network) -> &[Agic] {
        self.controllers.get_or_init(|| agic::controllers(network))
    }

    /// The IPv4 addresses that nodes and pods have or reserve, in order.
    pub fn addresses(&self, network: &Network) -> &[u32] {
        let addresses = || sorted(cluster_addresses(network));
        self.addresses.get_or_init(addresses)
    }
}
