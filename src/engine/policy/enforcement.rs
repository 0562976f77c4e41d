//! Who enforces policies, and what an engine lets by although the policies would refuse it.
//!
//! Without an engine policies are only kept. The engines of AKS agree about pods; they differ about
//! nodes, and about packets that kube-proxy masquerades (a Service with `externalTrafficPolicy: Cluster`):
//!
//! - `azure` (Network Policy Manager) hangs in FORWARD, after the rules of kube-proxy that accept marked packets,
//!   and so never sees marked packets or those of a pod to its own node. Packets from nodes are taken to pass;
//!   sources disagree about them, and the step says so.
//! - `calico` filters a pod's packets to its own node as well, and takes a node for an address like any other.
//! - `cilium` does the same, but `ipBlock` holds neither pods nor nodes.
//!
//! With every engine a node reaches the pods that run on it, as the kubelet's probes must.

use std::sync::Arc;

use crate::model::azure::Cluster;

/// What enforces policies: `networkProfile.networkPolicy` of the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Nothing.
    #[default]
    None,
    /// Azure Network Policy Manager.
    Azure,
    /// Calico.
    Calico,
    /// Cilium.
    Cilium,
    /// Another one, which is not modelled.
    Other(Arc<str>),
}

/// Why an engine does not ask the policies about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetBy {
    /// From a node to a pod that runs on it.
    OwnPod,
    /// From a pod to its own node.
    OwnNode,
    /// From a node, or from somebody whose address a node replaced by its own.
    FromNode,
    /// Marked for masquerading by kube-proxy.
    Marked,
}

/// What an engine looks at besides the policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The receiver runs on the node that sends, or the receiver is the sender's node.
    pub within_node: bool,
    /// The sender's address is one of a node.
    pub from_node: bool,
    /// kube-proxy marked the packet for masquerading.
    pub marked: bool,
}

impl Engine {
    /// The engine of a cluster. The data plane of Cilium brings its own.
    pub fn of(cluster: Option<&Cluster>) -> Self {
        let Some(cluster) = cluster else {
            return Engine::None;
        };
        match cluster.network_policy.as_ref() {
            Some(name) if name.eq_ignore_ascii_case("azure") => Engine::Azure,
            Some(name) if name.eq_ignore_ascii_case("calico") => Engine::Calico,
            Some(name) if name.eq_ignore_ascii_case("cilium") => Engine::Cilium,
            Some(name) => Engine::Other(name.clone()),
            None if cluster.is_cilium() => Engine::Cilium,
            None => Engine::None,
        }
    }

    /// The name as the cluster's document writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Engine::None => "none",
            Engine::Azure => "azure",
            Engine::Calico => "calico",
            Engine::Cilium => "cilium",
            Engine::Other(name) => name,
        }
    }

    /// Whether `ipBlock` holds pods and nodes as well as addresses outside of the cluster.
    pub fn blocks_hold_the_cluster(&self) -> bool {
        *self != Engine::Cilium
    }

    /// Why the policies at the sender are not asked, if they are not.
    pub fn lets_out(&self, circumstances: Circumstances) -> Option<LetBy> {
        let azure = *self == Engine::Azure;
        match circumstances {
            Circumstances {
                within_node: true, ..
            } if azure => Some(LetBy::OwnNode),
            Circumstances { marked: true, .. } if azure => Some(LetBy::Marked),
            _ => None,
        }
    }

    /// Why the policies at the receiver are not asked, if they are not.
    pub fn lets_in(&self, circumstances: Circumstances) -> Option<LetBy> {
        let azure = *self == Engine::Azure;
        match circumstances {
            Circumstances {
                within_node: true,
                from_node: true,
                ..
            } => Some(LetBy::OwnPod),
            Circumstances { marked: true, .. } if azure => Some(LetBy::Marked),
            Circumstances {
                from_node: true, ..
            } if azure => Some(LetBy::FromNode),
            _ => None,
        }
    }
}
