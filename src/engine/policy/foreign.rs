//! Policies of the engines' own kinds. What they say is not modelled, so nothing is said about a connection that
//! one of them may decide about: one of a pod in its namespace, or of any pod for a kind without a namespace.

use std::sync::Arc;

use super::enforcement::Engine;
use crate::model::kube::Pod;
use crate::model::manifest::Manifest;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::Node;

/// A policy of a kind that only one engine knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// The document.
    pub object: Ref,
    /// Its kind and name.
    pub what: Arc<str>,
    /// The namespace of its pods; none for all.
    namespace: Option<Arc<str>>,
}

impl Foreign {
    /// Whether it may decide about connections of a pod.
    pub fn concerns(&self, pod: &Pod) -> bool {
        let own = self.namespace.as_ref();
        !pod.host_network && own.is_none_or(|own| *own == pod.meta.namespace)
    }
}

/// The policies that `engine` knows besides `NetworkPolicy`.
pub fn of(network: &Network, engine: &Engine) -> Vec<Foreign> {
    let mut found = Vec::new();
    for manifest in network.manifests.iter().filter(|it| !it.simulated) {
        if let Some((whose, kind, everywhere)) = known(manifest)
            && whose == *engine
        {
            let metadata = |key| manifest.root.get("metadata")?.get(key)?.as_str();
            let namespace = metadata("namespace").filter(|it| !it.is_empty());
            let namespace = Arc::from(namespace.unwrap_or("default"));
            found.push(Foreign {
                object: manifest.object.clone(),
                what: Arc::from(format!("{kind} {}", manifest.object.name)),
                namespace: (!everywhere).then_some(namespace),
            });
        }
    }
    found
}

/// The engine that the first such policy is for.
pub fn engine(network: &Network) -> Option<Engine> {
    let mut known = network.manifests.iter().filter_map(known);
    known.next().map(|(engine, ..)| engine)
}

/// The engine that knows the kind of a document, the kind, and whether it is without a namespace.
fn known(manifest: &Manifest) -> Option<(Engine, &str, bool)> {
    if manifest.object.kind != Kind::Unknown {
        return None;
    }
    let group = manifest.root.get("apiVersion").and_then(Node::as_str)?;
    let kind = manifest.root.get("kind").and_then(Node::as_str)?;
    let (engine, everywhere) = match (group.split('/').next()?, kind) {
        ("cilium.io", "CiliumNetworkPolicy") => (Engine::Cilium, false),
        ("cilium.io", "CiliumClusterwideNetworkPolicy") => (Engine::Cilium, true),
        ("crd.projectcalico.org" | "projectcalico.org", "NetworkPolicy") => (Engine::Calico, false),
        ("crd.projectcalico.org" | "projectcalico.org", "GlobalNetworkPolicy") => {
            (Engine::Calico, true)
        }
        _ => return None,
    };
    Some((engine, kind, everywhere))
}
