//! The rules that lead to one Service port, or refuse it: those in kube-proxy's common chains.
//!
//! The Service's own chains are [`ServiceChains`].

use std::net::IpAddr;
use std::sync::Arc;

use super::chains::{ChainNames, ServiceChains};
use super::config::Config;
use super::endpoints::{self, Candidate, Needs, Selection};
use super::{NODEPORTS, SERVICES, names};
use crate::engine::netfilter::rule::{
    Family, Match, Purpose, Reason, RejectWith, Rule, TableName, Target,
};
use crate::engine::netfilter::ruleset::Builder;
use crate::engine::trace::Cause;
use crate::model::kube::{EndpointSlice, Node, Service, ServicePort, ServiceType, TrafficPolicy};
use crate::model::packet::Protocol;

pub(super) const EXTERNAL_SERVICES: &str = "KUBE-EXTERNAL-SERVICES";
pub(super) const PROXY_FIREWALL: &str = "KUBE-PROXY-FIREWALL";

const INTERNAL_POLICY: &str = "spec.internalTrafficPolicy";
const EXTERNAL_POLICY: &str = "spec.externalTrafficPolicy";

/// Above this many endpoints in the cluster, kube-proxy leaves out the comments of endpoints' rules.
const LARGE_CLUSTER_ENDPOINTS: usize = 1000;

/// A port of a Service in one address family, with its endpoints.
pub(super) struct Port<'a> {
    service: &'a Service,
    spec: &'a ServicePort,
    index: usize,
    family: Family,
    cluster_ip: IpAddr,
    candidates: Vec<Candidate<'a>>,
}

impl<'a> Port<'a> {
    /// The ports of a Service that get rules: none for headless and `ExternalName` Services
    /// (R7), and none in a family in which it has no cluster IP.
    pub(super) fn all_of(
        service: &'a Service,
        slices: &[&'a EndpointSlice],
        family: Family,
        node: &Node,
    ) -> Vec<Self> {
        if service.headless || service.service_type == ServiceType::ExternalName {
            return Vec::new();
        }
        let of_family = |ip: &IpAddr| Family::of(*ip) == family;
        let Some(cluster_ip) = service.cluster_ips.iter().copied().find(of_family) else {
            return Vec::new();
        };
        let numbered = service.ports.iter().enumerate();
        numbered
            .filter(|(_, spec)| spec.protocol.has_ports())
            .map(|(index, spec)| Self {
                service,
                spec,
                index,
                family,
                cluster_ip,
                candidates: endpoints::of_port(slices, spec, family, node),
            })
            .collect()
    }

    fn of_family(&self, ips: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
        ips.filter(|ip| Family::of(*ip) == self.family).collect()
    }

    fn node_port(&self) -> Option<u16> {
        self.spec.node_port.filter(|number| *number != 0)
    }

    /// R14: source ranges of this family; a range that holds everything turns the filter off.
    fn source_ranges(&self) -> Vec<ipnet::IpNet> {
        let ranges = self.service.load_balancer_source_ranges.iter().copied();
        let ranges: Vec<_> = ranges
            .filter(|net| Family::of_net(net) == self.family)
            .collect();
        if ranges.iter().any(|net| net.prefix_len() == 0) {
            return Vec::new();
        }
        ranges
    }
}

/// `externalTrafficPolicy` counts only for Services that have external destinations.
fn external_policy_is_local(service: &Service) -> bool {
    let accessible = match service.service_type {
        ServiceType::NodePort | ServiceType::LoadBalancer => true,
        ServiceType::ClusterIp => !service.external_ips.is_empty(),
        ServiceType::ExternalName => false,
    };
    accessible && service.external_traffic_policy == TrafficPolicy::Local
}

/// Writes the rules of every Service port.
pub(super) fn write_all(
    ports: &[Port<'_>],
    config: &Arc<Config>,
    node: &Node,
    builder: &mut Builder,
) {
    let endpoints: usize = ports.iter().map(|port| port.candidates.len()).sum();
    let comments = endpoints <= LARGE_CLUSTER_ENDPOINTS;
    for port in ports {
        let writer = Writer::new(port, config, node, comments);
        writer.write(builder);
        if writer.any {
            builder.group(TableName::Nat, Arc::new(writer.chains));
        }
    }
}

/// What kube-proxy decides about a Service port before it writes rules.
struct Writer<'w> {
    port: &'w Port<'w>,
    /// Some node has a usable endpoint.
    any: bool,
    external_ips: Vec<IpAddr>,
    chains: ServiceChains,
}

impl<'w> Writer<'w> {
    fn new(port: &'w Port<'w>, config: &Arc<Config>, node: &Node, comments: bool) -> Self {
        let (service, spec) = (port.service, port.spec);
        let external_ips = port.of_family(service.external_ips.iter().copied());
        let vips = service.ingress.iter().filter(|ingress| ingress.vip);
        let load_balancer_ips = port.of_family(vips.map(|ingress| ingress.ip));
        let internal_local = service.internal_traffic_policy == TrafficPolicy::Local;
        let external_local = external_policy_is_local(service);
        let accessible =
            port.node_port().is_some() || !external_ips.is_empty() || !load_balancer_ips.is_empty();
        let needs = Needs {
            cluster: !internal_local || accessible,
            local: internal_local || (external_local && accessible),
        };
        let Selection {
            cluster,
            local,
            any,
        } = Selection::of(&port.candidates, needs, node);
        let name = names::service_port(service, spec);
        let filtered = any && !load_balancer_ips.is_empty();
        let chains = ServiceChains {
            config: config.clone(),
            service: service.reference(),
            field: format!("spec.ports[{}]", port.index),
            names: ChainNames::of(&name, spec.protocol),
            name,
            family: port.family,
            protocol: spec.protocol,
            port: spec.port,
            cluster_ip: port.cluster_ip,
            source_ranges: if filtered {
                port.source_ranges()
            } else {
                Vec::new()
            },
            load_balancer_ips,
            affinity: service.client_ip_affinity,
            external_local,
            internal_local,
            has_internal: any && (!internal_local || !local.is_empty()),
            has_external: any && (!external_local || !local.is_empty()),
            uses_external: any && accessible,
            cluster,
            local,
            comments,
        };
        Self {
            port,
            any,
            external_ips,
            chains,
        }
    }

    fn write(&self, builder: &mut Builder) {
        self.cluster_ip(builder);
        self.external_ips(builder);
        self.load_balancer_ips(builder);
        self.node_port(builder);
        self.health_check(builder);
    }

    fn because(&self, purpose: Purpose, field: &str) -> Arc<Reason> {
        Reason::new(purpose, Cause::field(self.chains.service.clone(), field))
    }

    /// The matches of a rule for a destination of this Service.
    fn destination(&self, comment: String, to: IpAddr) -> Vec<Match> {
        vec![
            Match::to(to),
            Match::Protocol(self.chains.protocol),
            Match::comment(comment),
            Match::dport(self.chains.protocol, self.chains.port),
        ]
    }

    fn cluster_ip(&self, builder: &mut Builder) {
        let ip = self.chains.cluster_ip;
        if self.chains.has_internal {
            let to = if self.chains.internal_local {
                &self.chains.names.local
            } else {
                &self.chains.names.cluster
            };
            let comment = format!("{} cluster IP", self.chains.name);
            let rule = Rule::new(Target::Jump(to.clone()), self.destination(comment, ip));
            builder.chain(TableName::Nat, SERVICES).push(rule);
        } else {
            let rule = self.refusal(ip, INTERNAL_POLICY);
            builder.chain(TableName::Filter, SERVICES).push(rule);
        }
    }

    fn external_ips(&self, builder: &mut Builder) {
        for &ip in &self.external_ips {
            if self.any {
                let comment = format!("{} external IP", self.chains.name);
                let to = Target::Jump(self.chains.names.external.clone());
                let rule = Rule::new(to, self.destination(comment, ip));
                builder.chain(TableName::Nat, SERVICES).push(rule);
            }
            if !self.chains.has_external {
                let rule = self.refusal(ip, EXTERNAL_POLICY);
                builder
                    .chain(TableName::Filter, EXTERNAL_SERVICES)
                    .push(rule);
            }
        }
    }

    fn load_balancer_ips(&self, builder: &mut Builder) {
        let filtered = !self.chains.source_ranges.is_empty();
        for &ip in &self.chains.load_balancer_ips {
            if self.any {
                let to = if filtered {
                    &self.chains.names.firewall
                } else {
                    &self.chains.names.external
                };
                let comment = format!("{} loadbalancer IP", self.chains.name);
                let rule = Rule::new(Target::Jump(to.clone()), self.destination(comment, ip));
                builder.chain(TableName::Nat, SERVICES).push(rule);
            }
            if filtered {
                let (name, chain) = (&self.chains.name, &self.chains.names.firewall);
                let comment = format!("{name} traffic not accepted by {chain}");
                let field = "spec.loadBalancerSourceRanges";
                let reason = self.because(Purpose::SourceRanges, field);
                let rule = Rule::new(Target::Drop, self.destination(comment, ip)).because(&reason);
                builder.chain(TableName::Filter, PROXY_FIREWALL).push(rule);
            }
        }
        if !self.chains.has_external {
            for &ip in &self.chains.load_balancer_ips {
                let rule = self.refusal(ip, EXTERNAL_POLICY);
                builder
                    .chain(TableName::Filter, EXTERNAL_SERVICES)
                    .push(rule);
            }
        }
    }

    /// R13: the refusal applies to any local address, even one without node ports.
    fn node_port(&self, builder: &mut Builder) {
        let Some(number) = self.port.node_port() else {
            return;
        };
        let protocol = self.chains.protocol;
        if self.any {
            let matches = vec![
                Match::Protocol(protocol),
                Match::comment(self.chains.name.as_str()),
                Match::dport(protocol, number),
            ];
            let to = Target::Jump(self.chains.names.external.clone());
            builder
                .chain(TableName::Nat, NODEPORTS)
                .push(Rule::new(to, matches));
        }
        if !self.chains.has_external {
            let matches = vec![
                Match::Protocol(protocol),
                Match::comment(self.refusal_comment()),
                Match::to_local(),
                Match::dport(protocol, number),
            ];
            let rule = self.refuse(matches, EXTERNAL_POLICY);
            builder
                .chain(TableName::Filter, EXTERNAL_SERVICES)
                .push(rule);
        }
    }

    /// R6: the rule that refuses a destination without usable endpoints.
    fn refusal(&self, to: IpAddr, policy: &str) -> Rule {
        let matches = self.destination(self.refusal_comment(), to);
        self.refuse(matches, policy)
    }

    fn refusal_comment(&self) -> String {
        let which = if self.any { "no local" } else { "no" };
        format!("{} has {which} endpoints", self.chains.name)
    }

    fn refuse(&self, matches: Vec<Match>, policy: &str) -> Rule {
        if self.any {
            let reason = self.because(Purpose::NoLocalEndpoints, policy);
            return Rule::new(Target::Drop, matches).because(&reason);
        }
        let with = match self.port.family {
            Family::V4 => RejectWith::PortUnreachable,
            Family::V6 => RejectWith::PortUnreachable6,
        };
        let reason = self.because(Purpose::NoEndpoints, "spec.selector");
        Rule::new(Target::Reject(with), matches).because(&reason)
    }

    /// R16
    fn health_check(&self, builder: &mut Builder) {
        let service = self.port.service;
        let needed =
            service.service_type == ServiceType::LoadBalancer && self.chains.external_local;
        let Some(number) = service.health_check_node_port.filter(|_| needed) else {
            return;
        };
        let reason = self.because(Purpose::HealthCheck, "spec.healthCheckNodePort");
        let matches = vec![
            Match::Protocol(Protocol::Tcp),
            Match::comment(format!("{} health check node port", self.chains.name)),
            Match::dport(Protocol::Tcp, number),
        ];
        let rule = Rule::new(Target::Accept, matches).because(&reason);
        builder.chain(TableName::Filter, NODEPORTS).push(rule);
    }
}
