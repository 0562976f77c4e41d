//! What the records of the cluster depend on besides the objects: namespaces, who has an address, and what CoreDNS runs
//! with.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::custom::Config;
use crate::model::kube::{Endpoint, EndpointSlice, Pod, Service};
use crate::model::network::Network;

/// What CoreDNS reads once for all queries.
#[derive(Clone, Debug, Default)]
pub struct Index {
    namespaces: BTreeSet<Arc<str>>,
    /// Services by cluster address, and pods that are not over by address, each in order, as indexes.
    services: BTreeMap<IpAddr, Vec<usize>>,
    pods: BTreeMap<IpAddr, Vec<usize>>,
    /// Ready endpoints with a hostname by their first address, as indexes of slices and of endpoints in them.
    hosts: BTreeMap<IpAddr, Vec<(usize, usize)>>,
    /// What CoreDNS runs with.
    pub config: Config,
}

impl Index {
    /// The index of a completed network.
    pub fn of(network: &Network) -> Self {
        let names = network.namespaces.iter().map(|it| it.meta.name.clone());
        let mut all = Self {
            config: Config::of(network),
            namespaces: names.collect(),
            ..Self::default()
        };
        for (at, service) in network.services.iter().enumerate() {
            for ip in &service.cluster_ips {
                all.services.entry(*ip).or_default().push(at);
            }
        }
        let pods = network.pods.iter().enumerate();
        for (at, pod) in pods.filter(|(_, pod)| !pod.is_over()) {
            for ip in &pod.ips {
                all.pods.entry(*ip).or_default().push(at);
            }
        }
        for (slice_at, slice) in network.slices.iter().enumerate() {
            for (at, endpoint) in slice.endpoints.iter().enumerate() {
                let named = endpoint.ready && endpoint.hostname.is_some();
                if let Some(ip) = endpoint.addresses.first().filter(|_| named) {
                    all.hosts.entry(*ip).or_default().push((slice_at, at));
                }
            }
        }
        all
    }

    /// The Services with a cluster address, in order.
    pub fn services<'n>(
        &self,
        network: &'n Network,
        address: IpAddr,
    ) -> impl Iterator<Item = &'n Service> {
        let found = self.services.get(&address).into_iter().flatten();
        found.filter_map(|at| network.services.get(*at))
    }

    /// The pods with an address that are not over, in order.
    pub fn pods<'n>(&self, network: &'n Network, address: IpAddr) -> impl Iterator<Item = &'n Pod> {
        let found = self.pods.get(&address).into_iter().flatten();
        found.filter_map(|at| network.pods.get(*at))
    }

    /// The ready endpoints that have a hostname and an address, each with its slice, in order.
    pub fn hosts<'n>(
        &self,
        network: &'n Network,
        address: IpAddr,
    ) -> impl Iterator<Item = (&'n EndpointSlice, &'n Endpoint)> {
        let found = self.hosts.get(&address).into_iter().flatten();
        found.filter_map(|(slice, at)| {
            let slice = network.slices.get(*slice)?;
            Some((slice, slice.endpoints.get(*at)?))
        })
    }

    /// Whether the namespace exists.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }
}
