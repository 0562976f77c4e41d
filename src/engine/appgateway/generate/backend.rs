//! Pools and settings: the endpoints of a Service, ready or not, and how they are asked.

use std::sync::Arc;

use super::{Maker, is_on, made, named, names};
use crate::engine::appgateway::agic::{self, annotation};
use crate::model::appgateway::{HttpSettings, MemberAddress, Pool, PoolMember, RuleTarget};
use crate::model::ingress::{Backend, Ingress, IngressPath};
use crate::model::kube::{EndpointSlice, Service, ServicePort, TargetPort};
use crate::model::network::Network;
use crate::model::object::Ref;
use crate::model::packet::Protocol;

/// `requestTimeout` where nothing is said.
const TIMEOUT: u32 = 30;

/// The port of the Service that an Ingress names: by number, by name, or by the pods' port.
fn service_port<'n>(
    network: &'n Network,
    service: &Ref,
    port: &str,
) -> Option<(&'n Service, &'n ServicePort)> {
    let service = network.service(&service.scope, &service.name)?;
    let mut ports = service
        .ports
        .iter()
        .filter(|it| it.protocol == Protocol::Tcp);
    let found = ports.find(|it| {
        it.port.to_string() == port
            || *it.name == *port
            || match &it.target_port {
                TargetPort::Same => false,
                TargetPort::Number(number) => number.to_string() == port,
                TargetPort::Name(name) => **name == *port,
            }
    })?;
    Some((service, found))
}

/// The numbers that a port has at the endpoints of a Service, each once, the smallest first.
fn numbers(network: &Network, service: &Service, port: &ServicePort) -> Vec<u16> {
    let slices = slices(network, service);
    let ports = slices.iter().flat_map(|slice| &slice.ports);
    let own = ports.filter(|it| it.name == port.name && it.protocol == Protocol::Tcp);
    let mut numbers: Vec<u16> = own.filter_map(|it| it.port).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn slices<'n>(network: &'n Network, service: &Service) -> Vec<&'n EndpointSlice> {
    let meta = &service.meta;
    let mut slices = network.slices_of(&meta.namespace, &meta.name);
    slices.retain(|slice| !slice.ipv6);
    slices
}

/// What a backend's named `targetPort` means where that is not one number at all endpoints, but several or none: the
/// Service, the name and the numbers. The controller leaves out whatever leads there.
pub fn unresolved<'n>(
    network: &'n Network,
    ingress: &Ingress,
    backend: &Backend,
) -> Option<(&'n Service, &'n str, Vec<u16>)> {
    let (service, port) = named(ingress, backend)?;
    let (service, port) = service_port(network, &service, &port)?;
    let TargetPort::Name(name) = &port.target_port else {
        return None;
    };
    let numbers = numbers(network, service, port);
    (numbers.len() != 1).then_some((service, &**name, numbers))
}

impl<'a> Maker<'a> {
    /// The pool, settings and probe that are there before any Ingress.
    pub(super) fn defaults(&mut self) {
        self.config.pools.push(Pool {
            name: Arc::from(names::DEFAULT_POOL),
            made: self.own.clone(),
            ..Pool::default()
        });
        self.config.settings.push(HttpSettings {
            name: Arc::from(names::DEFAULT_SETTINGS),
            port: 80,
            probe: Some(Arc::from(names::DEFAULT_PROBE)),
            timeout: TIMEOUT,
            made: self.own.clone(),
            ..HttpSettings::default()
        });
        self.default_probes();
    }

    /// Pool and settings of a backend; `None` for one whose port the controller cannot tell, which it leaves out.
    pub(super) fn target(
        &mut self,
        ingress: &Ingress,
        backend: &Backend,
        at: Option<(&Arc<str>, &IngressPath)>,
        field: &str,
    ) -> Option<RuleTarget> {
        let (service, port) = named(ingress, backend)?;
        let backend_port = self.backend_port(&service, &port)?;
        let pool = self.pool(&service, &port, backend_port);
        let probe = self.probe(ingress, (&service, &port), at);
        let settings = self.settings(ingress, (&service, &port, backend_port), probe, field);
        let unmodelled = agic::unmodelled(ingress);
        Some(RuleTarget {
            pool: Some(pool),
            settings: Some(settings),
            redirect: None,
            unmodelled: unmodelled
                .map(|name| format!("the annotation {name} of the Application Gateway controller"))
                .map(Arc::from),
        })
    }

    /// The port of the Service that an Ingress names: by number, by name, or by the pods' port.
    pub(super) fn service_port(
        &self,
        service: &Ref,
        port: &str,
    ) -> Option<(&'a Service, &'a ServicePort)> {
        service_port(self.network, service, port)
    }

    /// The port on which pods are asked.
    fn backend_port(&self, service: &Ref, port: &str) -> Option<u16> {
        if self
            .network
            .service(&service.scope, &service.name)
            .is_none()
        {
            return port.parse().ok();
        }
        let (service, found) = self.service_port(service, port)?;
        match &found.target_port {
            TargetPort::Same => Some(found.port),
            TargetPort::Number(number) => Some(*number),
            TargetPort::Name(_) => match self.resolved(service, found).as_slice() {
                [only] => Some(*only),
                _ => None,
            },
        }
    }

    /// The numbers that a named port has at the endpoints.
    pub(super) fn resolved(&self, service: &Service, port: &ServicePort) -> Vec<u16> {
        numbers(self.network, service, port)
    }

    fn slices(&self, service: &Service) -> Vec<&'a EndpointSlice> {
        slices(self.network, service)
    }

    /// The pool of a Service's port. Where no endpoint serves it, the empty one that is there by default.
    fn pool(&mut self, service: &Ref, port: &str, backend_port: u16) -> Arc<str> {
        let found = self.network.service(&service.scope, &service.name);
        let slices = found
            .map(|service| self.slices(service))
            .unwrap_or_default();
        let serves = |slice: &&EndpointSlice| {
            let mut ports = slice.ports.iter();
            ports.any(|it| it.port == Some(backend_port) && it.protocol == Protocol::Tcp)
        };
        let endpoints = slices
            .into_iter()
            .filter(serves)
            .flat_map(|it| &it.endpoints);
        let members = endpoints.filter(|it| !it.terminating).flat_map(|endpoint| {
            endpoint.addresses.iter().map(|address| PoolMember {
                address: MemberAddress::Ip(*address),
                pod: endpoint.target.clone(),
                ready: endpoint.ready,
            })
        });
        let mut members: Vec<PoolMember> = members.collect();
        if members.is_empty() {
            return Arc::from(names::DEFAULT_POOL);
        }
        let key = |member: &PoolMember| match &member.address {
            MemberAddress::Ip(ip) => Some(*ip),
            MemberAddress::Name(_) => None,
        };
        members.sort_by_key(key);
        members.dedup_by_key(|member| key(member));
        let full = format!("{}-{}", service.scope, service.name);
        let name: Arc<str> = names::pool(&full, port, backend_port).into();
        if self.config.pool(&name).is_none() {
            self.config.pools.push(Pool {
                name: name.clone(),
                members,
                service: Some(service.clone()),
                made: crate::model::appgateway::Made {
                    object: service.clone(),
                    field: Arc::from(""),
                },
            });
        }
        name
    }

    fn settings(
        &mut self,
        ingress: &Ingress,
        (service, port, backend_port): (&Ref, &str, u16),
        probe: Arc<str>,
        field: &str,
    ) -> Arc<str> {
        let full = format!("{}-{}", service.scope, service.name);
        let name = names::settings(&full, port, backend_port, &ingress.meta.name);
        let name: Arc<str> = name.into();
        let text = |key: &str| annotation(ingress, key).map(Arc::from);
        let tls = annotation(ingress, "backend-protocol")
            .is_some_and(|word| word.eq_ignore_ascii_case("https"));
        if self.config.setting(&name).is_none() {
            self.config.settings.push(HttpSettings {
                name: name.clone(),
                port: backend_port,
                tls,
                affinity: is_on(ingress, "cookie-based-affinity"),
                path: text("backend-path-prefix"),
                host: text("backend-hostname"),
                pick_host: false,
                probe: Some(probe),
                timeout: annotation(ingress, "request-timeout")
                    .and_then(|it| it.parse().ok())
                    .unwrap_or(TIMEOUT),
                made: made(ingress, field.to_owned()),
            });
        }
        name
    }
}
