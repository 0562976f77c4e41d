//! All rules of a node, in the order in which its components install them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::interfaces::NodeInterfaces;
use super::ip_masq::{self, MasqConfig};
use super::rule::Family;
use super::ruleset::{Builder, Ruleset};
use super::{host_ports, kube_proxy, node_image, pod_subnet};
use crate::model::azure::{Cluster, NetworkPlugin};
use crate::model::kube::{Node, Pod};
use crate::model::network::Network;

/// What `effective iptables` says where Cilium is the data plane; a comment to `iptables-restore`.
const NO_KUBE_PROXY: &str = "No rules of kube-proxy: Services and host ports are translated by the eBPF programs of Cilium. Cilium's own CILIUM_ chains are left out.";

/// Builds the rules of a node.
#[derive(Debug)]
pub struct NodeRules;

/// What the nodes of a network have in common of their IPv4 rules, so that it is made once.
#[derive(Debug)]
pub struct CommonRules {
    proxy: kube_proxy::Shared,
    /// The pods with host ports by node, as indexes.
    with_host_ports: BTreeMap<Arc<str>, Vec<usize>>,
}

impl CommonRules {
    /// What nodes may have in common with this one, whichever of the network it is.
    pub fn of(network: &Network, node: &Node, interfaces: &NodeInterfaces) -> Self {
        let mut with_host_ports: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (index, pod) in network.pods.iter().enumerate() {
            let node = pod.node_name.clone();
            if let Some(node) = node.filter(|_| host_ports::has_any(pod)) {
                with_host_ports.entry(node).or_default().push(index);
            }
        }
        Self {
            proxy: kube_proxy::Shared::of(network, (node, interfaces), Family::V4),
            with_host_ports,
        }
    }
}

/// The pods among which are those of the node that have host ports, in the order of the network.
fn pods<'n>(network: &'n Network, node: &Node, common: Option<&CommonRules>) -> Vec<&'n Pod> {
    let Some(common) = common else {
        return network.pods.iter().collect();
    };
    let indexes = common.with_host_ports.get(&node.meta.name);
    let indexes = indexes.into_iter().flatten();
    indexes
        .filter_map(|index| network.pods.get(*index))
        .collect()
}

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
        Self::assemble(family, network, (node, interfaces), None)
    }

    /// The same as [`NodeRules::build`], with what other nodes have as well taken over from them.
    pub fn build_with(
        common: &CommonRules,
        network: &Network,
        node: &Node,
        interfaces: &NodeInterfaces,
    ) -> Ruleset {
        Self::assemble(Family::V4, network, (node, interfaces), Some(common))
    }

    fn assemble(
        family: Family,
        network: &Network,
        (node, interfaces): (&Node, &NodeInterfaces),
        common: Option<&CommonRules>,
    ) -> Ruleset {
        let mut builder = Builder::new(family);
        let cluster = network.cluster.as_ref();
        let cilium = cluster.is_some_and(Cluster::is_cilium);
        let shared = common.map(|it| &it.proxy);
        if !cilium {
            kube_proxy::install(&mut builder, network, (node, interfaces), shared);
        }
        match cluster.map(|cluster| &cluster.plugin) {
            Some(NetworkPlugin::AzurePodSubnet) => pod_subnet::install(&mut builder, node),
            _ if family == Family::V4 => {
                ip_masq::install(&mut builder, &MasqConfig::of(network, node));
            }
            _ => {}
        }
        if !cilium {
            host_ports::install(&mut builder, pods(network, node, common).into_iter(), node);
        }
        node_image::install(&mut builder);
        let mut rules = builder.finish();
        rules.remark = cilium.then_some(NO_KUBE_PROXY);
        rules
    }

    /// What Cilium's eBPF programs do about Services and host ports, where Cilium is the data plane.
    ///
    /// They decide as kube-proxy does; so the same rules are asked, but they are nowhere on the node: nothing
    /// prints them, and a walk tells them apart by what it records. What Cilium does otherwise (it replaces a
    /// source only towards an endpoint on another node) is decided in the walk.
    pub fn service_map(
        common: &CommonRules,
        network: &Network,
        node: &Node,
        interfaces: &NodeInterfaces,
    ) -> Option<Ruleset> {
        network.cluster.as_ref().filter(|it| it.is_cilium())?;
        let mut builder = Builder::new(Family::V4);
        let shared = Some(&common.proxy);
        kube_proxy::install(&mut builder, network, (node, interfaces), shared);
        host_ports::install(
            &mut builder,
            pods(network, node, Some(common)).into_iter(),
            node,
        );
        Some(builder.finish())
    }

    /// What of a node's packet filter these rules do not model, by name: a walk through a node
    /// must say so instead of using them.
    pub fn not_modelled(network: &Network) -> Option<Arc<str>> {
        let cluster = network.cluster.as_ref();
        let cilium = cluster.is_some_and(Cluster::is_cilium);
        let proxy = network.kube_proxy.as_ref().filter(|_| !cilium);
        if let Some(config) = proxy.filter(|config| !kube_proxy::is_modelled(config)) {
            return Some(Arc::from(format!("kube-proxy in mode {}", config.mode)));
        }
        let asked = cluster.filter(|_| !cilium && network.kube_proxy.is_none());
        if let Some(mode) = asked.and_then(Cluster::unmodelled_proxy) {
            return Some(Arc::from(format!("kube-proxy in mode {mode}")));
        }
        cluster?.unmodelled_plugin().map(Arc::from)
    }
}

#[cfg(test)]
mod tests;
