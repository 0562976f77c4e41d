//! The rules that lead to one Service port, or refuse it: those in kube-proxy's common chains.
//!
//! The Service's own chains are [`ServiceChains`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::chains::{ChainNames, ServiceChains};
use super::config::Config;
use super::endpoints::{self, Found, Needs, Selection};
use super::{NODEPORTS, SERVICES, names};
use crate::engine::netfilter::rule::{
    Family, Match, Purpose, Reason, RejectWith, Rule, TableName, Target,
};
use crate::engine::netfilter::ruleset::{Builder, MakeChains};
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
    pub(super) found: Found<'a>,
}

/// What a Service port writes into the chains that Services share, and its own chains.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    rules: BTreeMap<(TableName, &'static str), Vec<Rule>>,
    /// Where some node has a usable endpoint.
    pub(super) chains: Option<Arc<dyn MakeChains>>,
}

impl Written {
    fn chain(&mut self, table: TableName, name: &'static str) -> &mut Vec<Rule> {
        self.rules.entry((table, name)).or_default()
    }

    /// Its rules of one of these chains.
    pub(super) fn rules(&self, chain: (TableName, &'static str)) -> &[Rule] {
        self.rules.get(&chain).map_or(&[], Vec::as_slice)
    }

    fn put(self, builder: &mut Builder) {
        for ((table, name), rules) in self.rules {
            builder.chain(table, name).extend(rules);
        }
        if let Some(chains) = self.chains {
            builder.group(TableName::Nat, chains);
        }
    }
}

impl<'a> Port<'a> {
    /// The ports of a Service that get rules: none for headless and `ExternalName` Services
    /// (R7), and none in a family in which it has no cluster IP.
    pub(super) fn all_of(
        service: &'a Service,
        slices: &[&'a EndpointSlice],
        family: Family,
        node: Option<&Node>,
    ) -> Vec<Self> {
        let indexes = 0..service.ports.len();
        indexes
            .filter_map(|index| Self::of((service, index), slices, family, node))
            .collect()
    }

    /// The port of a Service with this index, on this node, or on any that has no endpoint of the Service.
    pub(super) fn of(
        (service, index): (&'a Service, usize),
        slices: &[&'a EndpointSlice],
        family: Family,
        node: Option<&Node>,
    ) -> Option<Self> {
        if service.headless || service.service_type == ServiceType::ExternalName {
            return None;
        }
        let of_family = |ip: &IpAddr| Family::of(*ip) == family;
        let cluster_ip = service.cluster_ips.iter().copied().find(of_family)?;
        let spec = service.ports.get(index)?;
        spec.protocol.has_ports().then(|| Self {
            service,
            spec,
            index,
            family,
            cluster_ip,
            found: endpoints::of_port(slices, spec, family, node),
        })
    }

    /// Its index among the Service's ports.
    pub(super) const fn index(&self) -> usize {
        self.index
    }

    /// What it writes on a node.
    pub(super) fn write(
        &self,
        config: &Arc<Config>,
        node: Option<&Node>,
        comments: bool,
    ) -> Written {
        let writer = Writer::new(self, config, node, comments);
        let mut written = Written::default();
        writer.write(&mut written);
        if writer.any {
            written.chains = Some(Arc::new(writer.chains));
        }
        written
    }

    /// Whether its rules look at the endpoints of the node that they are on.
    pub(super) fn asks_where(&self) -> bool {
        self.needs().local
    }

    /// Whether even nodes without endpoints may have other rules for it.
    pub(super) fn varies(&self) -> bool {
        let same =
            |it: &&ServicePort| (&it.name, it.protocol) == (&self.spec.name, self.spec.protocol);
        // Ports of one name have chains of one name, of which the last counts.
        let twins = self.service.ports.iter().filter(same).count() > 1;
        // R14: a filter looks at the node's own address.
        self.found.varies() || twins || !self.source_ranges().is_empty()
    }

    fn needs(&self) -> Needs {
        let service = self.service;
        let internal_local = service.internal_traffic_policy == TrafficPolicy::Local;
        let accessible = self.node_port().is_some()
            || !self.external_ips().is_empty()
            || !self.load_balancer_ips().is_empty();
        Needs {
            cluster: !internal_local || accessible,
            local: internal_local || (external_policy_is_local(service) && accessible),
        }
    }

    fn external_ips(&self) -> Vec<IpAddr> {
        self.of_family(self.service.external_ips.iter().copied())
    }

    fn load_balancer_ips(&self) -> Vec<IpAddr> {
        let vips = self.service.ingress.iter().filter(|ingress| ingress.vip);
        self.of_family(vips.map(|ingress| ingress.ip))
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

/// Whether endpoints' rules carry comments.
pub(super) fn has_comments<'p, 'a: 'p>(ports: impl Iterator<Item = &'p Port<'a>>) -> bool {
    let endpoints: usize = ports.map(|port| port.found.candidates.len()).sum();
    endpoints <= LARGE_CLUSTER_ENDPOINTS
}

/// Writes the rules of every Service port.
pub(super) fn write_all(
    ports: &[Port<'_>],
    config: &Arc<Config>,
    node: &Node,
    builder: &mut Builder,
) {
    let comments = has_comments(ports.iter());
    for port in ports {
        port.write(config, Some(node), comments).put(builder);
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
    fn new(port: &'w Port<'w>, config: &Arc<Config>, node: Option<&Node>, comments: bool) -> Self {
        let (service, spec) = (port.service, port.spec);
        let external_ips = port.external_ips();
        let load_balancer_ips = port.load_balancer_ips();
        let internal_local = service.internal_traffic_policy == TrafficPolicy::Local;
        let external_local = external_policy_is_local(service);
        let accessible =
            port.node_port().is_some() || !external_ips.is_empty() || !load_balancer_ips.is_empty();
        let Selection {
            cluster,
            local,
            any,
        } = Selection::of(&port.found.candidates, port.needs(), node);
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

    fn write(&self, written: &mut Written) {
        self.cluster_ip(written);
        self.external_ips(written);
        self.load_balancer_ips(written);
        self.node_port(written);
        self.health_check(written);
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

    fn cluster_ip(&self, written: &mut Written) {
        let ip = self.chains.cluster_ip;
        if self.chains.has_internal {
            let to = if self.chains.internal_local {
                &self.chains.names.local
            } else {
                &self.chains.names.cluster
            };
            let comment = format!("{} cluster IP", self.chains.name);
            let rule = Rule::new(Target::Jump(to.clone()), self.destination(comment, ip));
            written.chain(TableName::Nat, SERVICES).push(rule);
        } else {
            let rule = self.refusal(ip, INTERNAL_POLICY);
            written.chain(TableName::Filter, SERVICES).push(rule);
        }
    }

    fn external_ips(&self, written: &mut Written) {
        for &ip in &self.external_ips {
            if self.any {
                let comment = format!("{} external IP", self.chains.name);
                let to = Target::Jump(self.chains.names.external.clone());
                let rule = Rule::new(to, self.destination(comment, ip));
                written.chain(TableName::Nat, SERVICES).push(rule);
            }
            if !self.chains.has_external {
                let rule = self.refusal(ip, EXTERNAL_POLICY);
                written
                    .chain(TableName::Filter, EXTERNAL_SERVICES)
                    .push(rule);
            }
        }
    }

    fn load_balancer_ips(&self, written: &mut Written) {
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
                written.chain(TableName::Nat, SERVICES).push(rule);
            }
            if filtered {
                let (name, chain) = (&self.chains.name, &self.chains.names.firewall);
                let comment = format!("{name} traffic not accepted by {chain}");
                let field = "spec.loadBalancerSourceRanges";
                let reason = self.because(Purpose::SourceRanges, field);
                let rule = Rule::new(Target::Drop, self.destination(comment, ip)).because(&reason);
                written.chain(TableName::Filter, PROXY_FIREWALL).push(rule);
            }
        }
        if !self.chains.has_external {
            for &ip in &self.chains.load_balancer_ips {
                let rule = self.refusal(ip, EXTERNAL_POLICY);
                written
                    .chain(TableName::Filter, EXTERNAL_SERVICES)
                    .push(rule);
            }
        }
    }

    /// R13: the refusal applies to any local address, even one without node ports.
    fn node_port(&self, written: &mut Written) {
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
            written
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
            written
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
    fn health_check(&self, written: &mut Written) {
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
        written.chain(TableName::Filter, NODEPORTS).push(rule);
    }
}
