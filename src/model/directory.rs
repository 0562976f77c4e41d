//! Where the objects of a network are, by name: what makes a lookup cost the same in a large cluster.
//!
//! Only a network that does not change any more has one ([`super::network::Network::index`]). Without it a lookup
//! looks at every object, and finds the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::kube::{EndpointSlice, Meta};
use super::many::Many;
use super::network::Network;
use super::object::Ref;

/// Namespace and name.
pub(super) type Key<'k> = (&'k str, &'k str);

/// Positions of a network's objects, by name.
#[derive(Debug, Default)]
pub struct Directory {
    sorted: Option<Arc<Sorted>>,
}

/// A copy of a network may be changed, so it starts without a directory.
impl Clone for Directory {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A directory says nothing that the network does not say.
impl PartialEq for Directory {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// Positions in the order of names; of equal names, in the order of the network.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) nodes: Arc<Vec<usize>>,
    pub(super) pods: Arc<Vec<usize>>,
    pub(super) services: Arc<Vec<usize>>,
    /// By namespace and name of the Service.
    pub(super) slices: Arc<Vec<usize>>,
    /// Pods by workload; for a Deployment those of its `ReplicaSet`s as well.
    pub(super) owned: Arc<BTreeMap<Ref, Vec<usize>>>,
}

impl Directory {
    /// The directory of a network that does not change any more.
    pub(super) fn of(network: &Network) -> Self {
        Self::after(network, &Network::default())
    }

    /// The same; what is known of lists that are those of `before` is taken from there.
    pub(super) fn after(network: &Network, before: &Network) -> Self {
        let known = before.directory.sorted();
        let pods = known.filter(|_| network.pods.is_same(&before.pods));
        let nodes = known.filter(|_| network.nodes.is_same(&before.nodes));
        let owners = pods.filter(|_| network.workloads.is_same(&before.workloads));
        let of_nodes = || in_order(network.nodes.iter().map(|it| ("", &*it.meta.name))).into();
        let of_pods = || in_order(network.pods.iter().map(|it| key(&it.meta))).into();
        // Services and slices that differ mostly have the same names.
        let services =
            known.filter(|_| same(&network.services, &before.services, |it| key(&it.meta)));
        let of_services = || in_order(network.services.iter().map(|it| key(&it.meta))).into();
        let slices = known.filter(|_| same(&network.slices, &before.slices, service_key));
        let of_slices = || in_order(network.slices.iter().map(service_key)).into();
        Self {
            sorted: Some(Arc::new(Sorted {
                nodes: nodes.map_or_else(of_nodes, |it| it.nodes.clone()),
                pods: pods.map_or_else(of_pods, |it| it.pods.clone()),
                services: services.map_or_else(of_services, |it| it.services.clone()),
                slices: slices.map_or_else(of_slices, |it| it.slices.clone()),
                owned: owners.map_or_else(|| owned(network).into(), |it| it.owned.clone()),
            })),
        }
    }

    /// The same directory, for a network that has the same objects in it.
    pub(super) fn shared(&self) -> Self {
        Self {
            sorted: self.sorted.clone(),
        }
    }

    pub(super) fn sorted(&self) -> Option<&Sorted> {
        self.sorted.as_deref()
    }
}

/// Namespace and name of an object.
pub(super) fn key(meta: &Meta) -> Key<'_> {
    (&meta.namespace, &meta.name)
}

/// Namespace and name of the Service that a slice belongs to.
pub(super) fn service_key(slice: &EndpointSlice) -> Key<'_> {
    (&slice.meta.namespace, &slice.service)
}

/// Whether all have the same keys, in the same order.
fn same<T>(now: &Many<T>, before: &Many<T>, key: impl Fn(&T) -> Key<'_>) -> bool {
    let mut pairs = now.iter().zip(before);
    now.is_same(before) || now.len() == before.len() && pairs.all(|(a, b)| key(a) == key(b))
}

fn in_order<'k>(keys: impl Iterator<Item = Key<'k>>) -> Vec<usize> {
    let mut keyed: Vec<(Key<'k>, usize)> = keys.zip(0..).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, position)| position).collect()
}

/// The first of `all` of the key `wanted`; `order` are their positions by key, where there is a directory.
pub(super) fn find<'n, T>(
    order: Option<&Vec<usize>>,
    all: &'n [T],
    key: impl Fn(&T) -> Key<'_>,
    wanted: Key<'_>,
) -> Option<&'n T> {
    let Some(order) = order else {
        return all.iter().find(|it| key(it) == wanted);
    };
    let found = all.get(*order.get(start(order, all, &key, wanted))?)?;
    (key(found) == wanted).then_some(found)
}

/// Every one of `all` of the key `wanted`, in order.
pub(super) fn find_all<'n, T>(
    order: Option<&Vec<usize>>,
    all: &'n [T],
    key: impl Fn(&T) -> Key<'_>,
    wanted: Key<'_>,
) -> Vec<&'n T> {
    let Some(order) = order else {
        return all.iter().filter(|it| key(it) == wanted).collect();
    };
    let from = order.get(start(order, all, &key, wanted)..);
    let found = from.unwrap_or_default().iter();
    found
        .filter_map(|position| all.get(*position))
        .take_while(|it| key(it) == wanted)
        .collect()
}

/// Where in `order` the first comes whose key is not below `wanted`.
fn start<T>(order: &[usize], all: &[T], key: impl Fn(&T) -> Key<'_>, wanted: Key<'_>) -> usize {
    let below = |position: &usize| all.get(*position).is_some_and(|it| key(it) < wanted);
    order.partition_point(below)
}

fn owned(network: &Network) -> BTreeMap<Ref, Vec<usize>> {
    let mut above: BTreeMap<Ref, BTreeSet<&Ref>> = BTreeMap::new();
    for workload in &network.workloads {
        let Some(owner) = &workload.owner else {
            continue;
        };
        above.entry(workload.reference()).or_default().insert(owner);
    }
    let mut owned: BTreeMap<Ref, Vec<usize>> = BTreeMap::new();
    for (position, pod) in network.pods.iter().enumerate() {
        let Some(owner) = &pod.owner else { continue };
        let owners = above.get(owner).into_iter().flatten().copied();
        let all: BTreeSet<&Ref> = owners.chain([owner]).collect();
        for owner in all {
            owned.entry(owner.clone()).or_default().push(position);
        }
    }
    owned
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::kube::{Node, Pod, Selector, Service, Workload};
    use crate::model::object::Kind;

    fn meta(namespace: usize, name: usize) -> Meta {
        Meta {
            namespace: Arc::from(format!("ns{namespace}")),
            name: Arc::from(format!("n{name}")),
            ..Meta::default()
        }
    }

    fn owner(kind: Kind, number: usize) -> Ref {
        Ref::scoped(kind, "ns0", Arc::<str>::from(format!("n{number}")))
    }

    /// Few names, so that several objects have the same one.
    fn network(names: &[(usize, usize)]) -> Network {
        let mut network = Network::default();
        for &(namespace, name) in names {
            network.nodes.push(Node {
                meta: meta(0, name),
                ..Node::default()
            });
            network.services.push(Service {
                meta: meta(namespace, name),
                ..Service::default()
            });
            network.slices.push(EndpointSlice {
                meta: meta(namespace, namespace + name),
                service: Arc::from(format!("n{name}")),
                ..EndpointSlice::default()
            });
            network.pods.push(Pod {
                meta: meta(namespace, name),
                owner: (namespace > 0).then(|| owner(Kind::ReplicaSet, name)),
                ..Pod::default()
            });
            network.workloads.push(Workload {
                kind: Kind::ReplicaSet,
                meta: meta(0, name),
                replicas: None,
                selector: Selector::default(),
                template: Pod::default(),
                service_name: None,
                owner: (name > 1).then(|| owner(Kind::Deployment, namespace)),
            });
        }
        network
    }

    /// Positions, so that the first of several objects of one name is told from the others.
    fn answers(network: &Network, namespace: usize, name: usize) -> [Vec<usize>; 5] {
        let wanted = meta(namespace, name);
        let (namespace, name) = key(&wanted);
        let place = |found: Option<usize>| found.into_iter().collect::<Vec<_>>();
        let service = network.service(namespace, name);
        let at_service = |it: &Service| position(&network.services, it);
        let mut owned: Vec<usize> = Vec::new();
        for kind in [Kind::ReplicaSet, Kind::Deployment] {
            let workload = Ref::scoped(kind, namespace, name);
            let pods = network.pods_of(&workload);
            owned.extend(pods.into_iter().map(|it| position(&network.pods, it)));
        }
        [
            place(network.node(name).map(|it| position(&network.nodes, it))),
            place(
                network
                    .pod(namespace, name)
                    .map(|it| position(&network.pods, it)),
            ),
            place(service.map(at_service)),
            network
                .slices_of(namespace, name)
                .into_iter()
                .map(|it| position(&network.slices, it))
                .collect(),
            owned,
        ]
    }

    fn position<T>(all: &[T], wanted: &T) -> usize {
        all.iter().position(|it| std::ptr::eq(it, wanted)).unwrap()
    }

    proptest! {
        #[test]
        fn a_directory_finds_what_a_look_at_every_object_finds(
            names in prop::collection::vec((0_usize..3, 0_usize..5), 0..30),
        ) {
            let plain = network(&names);
            let mut indexed = plain.clone();
            indexed.index();
            prop_assert!(indexed.directory.sorted().is_some());
            for namespace in 0..4 {
                for name in 0..6 {
                    prop_assert_eq!(
                        answers(&indexed, namespace, name),
                        answers(&plain, namespace, name)
                    );
                }
            }
        }
    }

    #[test]
    fn a_copy_of_a_network_may_change() {
        let mut indexed = network(&[(0, 1)]);
        indexed.index();
        let mut copy = indexed.clone();
        copy.services.clear();
        assert!(indexed.service("ns0", "n1").is_some());
        assert!(copy.service("ns0", "n1").is_none());
    }
}
