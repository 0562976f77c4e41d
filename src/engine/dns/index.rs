//! Where the records of the cluster come from, found without looking at every Service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::custom::Config;
use crate::model::kube::{EndpointSlice, Service};
use crate::model::network::Network;

/// Namespace and name.
type Key = (Arc<str>, Arc<str>);

/// Services and EndpointSlices of a network, by name.
#[derive(Clone, Debug, Default)]
pub struct Index {
    services: BTreeMap<Key, usize>,
    slices: BTreeMap<Key, Vec<usize>>,
    namespaces: BTreeSet<Arc<str>>,
    /// What CoreDNS runs with.
    pub config: Config,
}

impl Index {
    /// The index of a completed network.
    pub fn of(network: &Network) -> Self {
        let mut index = Self {
            config: Config::of(network),
            ..Self::default()
        };
        for (number, service) in network.services.iter().enumerate() {
            let key = (service.meta.namespace.clone(), service.meta.name.clone());
            index.services.entry(key).or_insert(number);
        }
        for (number, slice) in network.slices.iter().enumerate() {
            let key = (slice.meta.namespace.clone(), slice.service.clone());
            index.slices.entry(key).or_default().push(number);
        }
        let names = network.namespaces.iter().map(|it| it.meta.name.clone());
        index.namespaces = names.collect();
        index
    }

    /// The Service of this name.
    pub fn service<'a>(
        &self,
        network: &'a Network,
        namespace: &str,
        name: &str,
    ) -> Option<&'a Service> {
        let key = (Arc::from(namespace), Arc::from(name));
        network.services.get(*self.services.get(&key)?)
    }

    /// The slices of a Service, in order.
    pub fn slices<'a>(
        &'a self,
        network: &'a Network,
        service: &Service,
    ) -> impl Iterator<Item = &'a EndpointSlice> {
        let key = (service.meta.namespace.clone(), service.meta.name.clone());
        let numbers = self.slices.get(&key).map_or(&[][..], Vec::as_slice);
        numbers
            .iter()
            .filter_map(|&number| network.slices.get(number))
    }

    /// Whether the namespace exists.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }
}
