//! All rules of a node, in the order in which its components install them.

use std::sync::Arc;

use super::interfaces::NodeInterfaces;
use super::ip_masq::{self, MasqConfig};
use super::rule::Family;
use super::ruleset::{Builder, Ruleset};
use super::{host_ports, kube_proxy, node_image};
use crate::model::kube::Node;
use crate::model::network::Network;

/// Builds the rules of a node.
#[derive(Debug)]
pub struct NodeRules;

impl NodeRules {
    /// The node's IPv4 rules.
    pub fn build(network: &Network, node: &Node, interfaces: &NodeInterfaces) -> Ruleset {
        Self::build_for(Family::V4, network, node, interfaces)
    }

    /// The node's rules for one address family. The ip-masq agent of AKS runs for IPv4 only.
    pub fn build_for(
        family: Family,
        network: &Network,
        node: &Node,
        interfaces: &NodeInterfaces,
    ) -> Ruleset {
        let mut builder = Builder::new(family);
        kube_proxy::install(&mut builder, network, node, interfaces);
        if family == Family::V4 {
            let config = MasqConfig::of(network, node);
            ip_masq::install(&mut builder, &config);
        }
        host_ports::install(&mut builder, network, node);
        node_image::install(&mut builder);
        builder.finish()
    }

    /// What of a node's packet filter these rules do not model, by name: a walk through a node
    /// must say so instead of using them.
    pub fn not_modelled(network: &Network) -> Option<Arc<str>> {
        let proxy = network.kube_proxy.as_ref();
        if let Some(config) = proxy.filter(|config| !kube_proxy::is_modelled(config)) {
            return Some(Arc::from(format!("kube-proxy in mode {}", config.mode)));
        }
        let cluster = network.cluster.as_ref()?;
        let dataplane = cluster.dataplane.as_deref();
        if dataplane.is_some_and(|name| name.eq_ignore_ascii_case("cilium")) {
            return Some(Arc::from("Azure CNI powered by Cilium"));
        }
        cluster.unmodelled_plugin().map(Arc::from)
    }
}
