//! What the records of the cluster depend on besides the objects: namespaces, and what CoreDNS runs with.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::custom::Config;
use crate::model::network::Network;

/// What CoreDNS reads once for all queries.
#[derive(Clone, Debug, Default)]
pub struct Index {
    namespaces: BTreeSet<Arc<str>>,
    /// What CoreDNS runs with.
    pub config: Config,
}

impl Index {
    /// The index of a completed network.
    pub fn of(network: &Network) -> Self {
        let names = network.namespaces.iter().map(|it| it.meta.name.clone());
        Self {
            config: Config::of(network),
            namespaces: names.collect(),
        }
    }

    /// Whether the namespace exists.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }
}
