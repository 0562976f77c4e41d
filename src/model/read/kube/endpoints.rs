//! `EndpointSlice`, and `Endpoints`, which a controller mirrors to slices.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::super::cursor::{Cursor, quoted};
use super::super::values;
use crate::model::kube::{Endpoint, EndpointPort, EndpointSlice, Endpoints, Meta, Origin};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Label of a slice: whose it is.
const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// Label of a slice: who makes it.
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// The controller that mirrors `Endpoints`.
const MIRRORING: &str = "endpointslicemirroring-controller.k8s.io";
/// Label of an `Endpoints` that is not to be mirrored.
const SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";

pub(super) fn slice(at: Cursor<'_>, meta: Meta) -> Option<EndpointSlice> {
    at.get("addressType").require("`IPv4` or `IPv6`");
    let family =
        at.get("addressType")
            .word(&[("IPv4", Some(false)), ("IPv6", Some(true)), ("FQDN", None)]);
    // kube-proxy does not use slices of host names.
    let ipv6 = family.unwrap_or(Some(false))?;
    let service = meta.labels.get(SERVICE_NAME).cloned();
    if service.is_none() {
        at.get("metadata").doubt(
            "slice-without-service",
            "lacks the label that names the Service; nobody uses this slice",
            "no such label",
            &quoted(SERVICE_NAME),
            "",
        );
    }
    let endpoints = at.get("endpoints").list();
    each_name_once(at.get("ports"));
    Some(EndpointSlice {
        service: service.unwrap_or_else(|| Arc::from("")),
        ipv6,
        ports: at.get("ports").list().map(port).collect(),
        endpoints: endpoints
            .map(|endpoint| self::endpoint(endpoint, &meta.namespace, ipv6))
            .collect(),
        meta,
    })
}

/// Ports are told apart by their names, of which one may be empty.
fn each_name_once(ports: Cursor<'_>) {
    let mut names = BTreeSet::new();
    for port in ports.list() {
        let name = port.get("name").name().unwrap_or_else(|| Arc::from(""));
        if !names.insert(name.clone()) {
            port.get("name").wrong(
                "duplicate",
                "is the name of another port as well",
                &quoted(&name),
                "a name of its own",
            );
        }
    }
}

/// Whether an endpoint may have the address; others are reported.
fn is_reachable(at: Cursor<'_>, address: &IpAddr) -> bool {
    let special = values::is_special(address);
    if special {
        at.wrong(
            "out-of-range",
            "is not an address that an endpoint may have",
            &format!("`{address}`"),
            "a unicast address of a machine or pod",
        );
    }
    !special
}

fn port(at: Cursor<'_>) -> EndpointPort {
    EndpointPort {
        name: at.get("name").name().unwrap_or_else(|| Arc::from("")),
        protocol: at.get("protocol").protocol(),
        port: at.get("port").port(),
    }
}

/// An endpoint; conditions that are absent are those of a ready endpoint (R2).
fn endpoint(at: Cursor<'_>, namespace: &Arc<str>, ipv6: bool) -> Endpoint {
    let conditions = at.get("conditions");
    let ready = conditions.get("ready").flag().unwrap_or(true);
    let hints = at.get("hints");
    let names = |field| {
        let list = hints.get(field).list();
        list.filter_map(|hint| hint.get("name").name()).collect()
    };
    // `discovery.k8s.io/v1beta1` had the node among its topology labels.
    let topology = || at.get("topology").get("kubernetes.io/hostname").name();
    Endpoint {
        addresses: addresses(at.get("addresses"), ipv6),
        ready,
        serving: conditions.get("serving").flag().unwrap_or(ready),
        terminating: conditions.get("terminating").flag().unwrap_or_default(),
        hostname: at.get("hostname").name(),
        node_name: at.get("nodeName").name().or_else(topology),
        zone: at.get("zone").name(),
        zone_hints: names("forZones"),
        node_hints: names("forNodes"),
        target: target(at.get("targetRef"), namespace),
    }
}

/// The addresses of the slice's own family; others are reported.
fn addresses(at: Cursor<'_>, ipv6: bool) -> Vec<IpAddr> {
    let family = |item: &Cursor<'_>, address: &IpAddr| {
        let same = address.is_ipv6() == ipv6;
        if !same {
            let expected = if ipv6 {
                "an IPv6 address"
            } else {
                "an IPv4 address"
            };
            item.wrong(
                "wrong-family",
                "is not of the slice's `addressType`",
                &format!("`{address}`"),
                expected,
            );
        }
        same
    };
    if at.list().next().is_none() {
        at.wrong(
            "missing-field",
            "is missing",
            "nothing",
            "at least one address",
        );
    }
    let fits = |item: Cursor<'_>| {
        let address = item.address().filter(|address| family(&item, address))?;
        is_reachable(item, &address).then_some(address)
    };
    at.list().filter_map(fits).collect()
}

fn target(at: Cursor<'_>, namespace: &Arc<str>) -> Option<Ref> {
    let pod = at.get("kind").name().as_deref() == Some("Pod");
    let namespace = at
        .get("namespace")
        .name()
        .unwrap_or_else(|| namespace.clone());
    let name = at.get("name").name()?;
    pod.then(|| Ref::scoped(Kind::Pod, namespace, name))
}

/// `Endpoints`: each subset becomes a slice per address family.
pub(super) fn endpoints(at: Cursor<'_>, meta: Meta) -> Endpoints {
    let mut slices = Vec::new();
    for subset in at.get("subsets").list() {
        let ports: Vec<EndpointPort> = subset.get("ports").list().map(port).collect();
        let addresses = |field, ready| {
            let list = subset.get(field).list();
            let meta = &meta;
            list.filter_map(move |item| address(item, meta, ready))
                .collect::<Vec<_>>()
        };
        let mut endpoints = addresses("addresses", true);
        endpoints.extend(addresses("notReadyAddresses", false));
        for ipv6 in [false, true] {
            let family =
                |endpoint: &&Endpoint| endpoint.addresses.iter().all(|a| a.is_ipv6() == ipv6);
            let endpoints: Vec<Endpoint> = endpoints.iter().filter(family).cloned().collect();
            if !endpoints.is_empty() {
                slices.push(EndpointSlice {
                    meta: mirrored_meta(&meta, slices.len()),
                    service: meta.name.clone(),
                    ipv6,
                    ports: ports.clone(),
                    endpoints: endpoints.into(),
                });
            }
        }
    }
    Endpoints { meta, slices }
}

fn address(at: Cursor<'_>, meta: &Meta, ready: bool) -> Option<Endpoint> {
    let ip = at.get("ip").address()?;
    if !is_reachable(at.get("ip"), &ip) {
        return None;
    }
    Some(Endpoint {
        addresses: vec![ip],
        ready,
        serving: ready,
        terminating: false,
        hostname: at.get("hostname").name(),
        node_name: at.get("nodeName").name(),
        zone: None,
        zone_hints: Vec::new(),
        node_hints: Vec::new(),
        target: target(at.get("targetRef"), &meta.namespace),
    })
}

fn mirrored_meta(meta: &Meta, index: usize) -> Meta {
    let mut labels = meta.labels.clone();
    labels.insert(SERVICE_NAME.into(), meta.name.clone());
    labels.insert(MANAGED_BY.into(), MIRRORING.into());
    Meta {
        namespace: meta.namespace.clone(),
        name: format!("{}-mirrored-{}", meta.name, index + 1).into(),
        labels,
        annotations: meta.annotations.clone(),
        origin: Origin::Derived {
            by: "endpointslicemirroring-controller",
            from: meta.reference(Kind::Endpoints),
        },
        ..Meta::default()
    }
}

/// Adds the slices of `Endpoints` whose Service has no selector; those of other
/// Services are made from the pods, and `Endpoints` without a Service are left alone.
pub(in super::super) fn mirror(network: &mut Network) {
    let mut slices = Vec::new();
    for endpoints in &network.endpoints {
        let meta = &endpoints.meta;
        let service = network.service(&meta.namespace, &meta.name);
        let skip = meta
            .labels
            .get(SKIP_MIRROR)
            .is_some_and(|value| &**value == "true");
        if !skip && service.is_some_and(|service| service.selector.is_none()) {
            slices.extend(endpoints.slices.iter().cloned());
        }
    }
    if !slices.is_empty() {
        network.slices.extend(slices);
    }
}
