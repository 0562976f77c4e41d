//! The rules of one Service port.

use std::net::IpAddr;
use std::sync::Arc;

use super::config::Config;
use super::endpoints::{self, Candidate, Needs, Selection};
use super::{MARK_MASQ, NODEPORTS, SERVICES, names};
use crate::engine::netfilter::rule::{
    Family, Match, Probability, Purpose, Reason, RejectWith, Rule, TableName, Target,
};
use crate::engine::netfilter::ruleset::{Builder, Chain};
use crate::engine::trace::Cause;
use crate::model::kube::{EndpointSlice, Node, Service, ServicePort, ServiceType, TrafficPolicy};

pub(super) const EXTERNAL_SERVICES: &str = "KUBE-EXTERNAL-SERVICES";
pub(super) const PROXY_FIREWALL: &str = "KUBE-PROXY-FIREWALL";

/// Above this many endpoints in the cluster, kube-proxy leaves out the comments of endpoints' rules.
const LARGE_CLUSTER_ENDPOINTS: usize = 1000;

/// A port of a Service in one address family, with everything that its rules are made of.
pub(super) struct Port<'a> {
    pub(super) service: &'a Service,
    spec: &'a ServicePort,
    field: String,
    name: String,
    hash: String,
    family: Family,
    cluster_ip: IpAddr,
    external_ips: Vec<IpAddr>,
    load_balancer_ips: Vec<IpAddr>,
    external_local: bool,
    internal_local: bool,
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
            .filter(|(_, port)| port.protocol.has_ports())
            .map(|(index, port)| Self::new(service, port, index, cluster_ip, slices, family, node))
            .collect()
    }

    fn new(
        service: &'a Service,
        port: &'a ServicePort,
        index: usize,
        cluster_ip: IpAddr,
        slices: &[&'a EndpointSlice],
        family: Family,
        node: &Node,
    ) -> Self {
        let name = names::service_port(service, port);
        let candidates = endpoints::of_port(slices, port, family, node)
            .into_iter()
            .map(|(text, address, endpoint)| Candidate {
                chain: names::endpoint_chain(&name, port.protocol, address),
                address,
                text,
                endpoint,
            })
            .collect();
        let of_family = |ip: &IpAddr| Family::of(*ip) == family;
        let ingress = service.ingress.iter().filter(|ingress| ingress.vip);
        Self {
            hash: names::hash(&name, port.protocol),
            field: format!("spec.ports[{index}]"),
            external_ips: service
                .external_ips
                .iter()
                .copied()
                .filter(of_family)
                .collect(),
            load_balancer_ips: ingress
                .map(|ingress| ingress.ip)
                .filter(of_family)
                .collect(),
            external_local: external_policy_is_local(service),
            internal_local: service.internal_traffic_policy == TrafficPolicy::Local,
            service,
            spec: port,
            name,
            family,
            cluster_ip,
            candidates,
        }
    }

    fn needs(&self) -> Needs {
        let external = self.is_externally_accessible();
        Needs {
            cluster: !self.internal_local || external,
            local: self.internal_local || (self.external_local && external),
        }
    }

    fn node_port(&self) -> Option<u16> {
        self.spec.node_port.filter(|number| *number != 0)
    }

    fn is_externally_accessible(&self) -> bool {
        self.node_port().is_some()
            || !self.external_ips.is_empty()
            || !self.load_balancer_ips.is_empty()
    }

    fn chain(&self, prefix: &str) -> Arc<str> {
        Arc::from(format!("KUBE-{prefix}-{}", self.hash))
    }

    fn because(&self, purpose: Purpose, field: &str) -> Arc<Reason> {
        Reason::new(purpose, Cause::field(self.service.reference(), field))
    }

    /// The matches of a rule for a destination of this Service, in kube-proxy's order.
    fn destination(&self, comment: impl Into<Arc<str>>, to: IpAddr, port: u16) -> Vec<Match> {
        vec![
            Match::to(to),
            Match::Protocol(self.spec.protocol),
            Match::comment(comment),
            Match::dport(self.spec.protocol, port),
        ]
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
pub(super) fn write_all(ports: &[Port<'_>], config: &Config, node: &Node, builder: &mut Builder) {
    let endpoints: usize = ports.iter().map(|port| port.candidates.len()).sum();
    let comments = endpoints <= LARGE_CLUSTER_ENDPOINTS;
    for port in ports {
        let selection = Selection::of(&port.candidates, port.needs(), node);
        Writer::new(port, config, &selection, comments).write(builder);
    }
}

/// Chains and conditions of one Service port, as kube-proxy decides them before it writes rules.
struct Writer<'w, 'a> {
    port: &'w Port<'a>,
    config: &'w Config,
    selection: &'w Selection<'w>,
    comments: bool,
    cluster_chain: Arc<str>,
    local_chain: Arc<str>,
    external_chain: Arc<str>,
    firewall_chain: Arc<str>,
    has_internal: bool,
    has_external: bool,
    source_ranges: Vec<ipnet::IpNet>,
}

impl<'w, 'a> Writer<'w, 'a> {
    fn new(
        port: &'w Port<'a>,
        config: &'w Config,
        selection: &'w Selection<'w>,
        comments: bool,
    ) -> Self {
        let has_local = !selection.local.is_empty();
        Self {
            cluster_chain: port.chain("SVC"),
            local_chain: port.chain("SVL"),
            external_chain: port.chain("EXT"),
            firewall_chain: port.chain("FW"),
            has_internal: selection.any && (!port.internal_local || has_local),
            has_external: selection.any && (!port.external_local || has_local),
            source_ranges: if selection.any && !port.load_balancer_ips.is_empty() {
                port.source_ranges()
            } else {
                Vec::new()
            },
            port,
            config,
            selection,
            comments,
        }
    }

    fn write(&self, builder: &mut Builder) {
        self.cluster_ip(builder);
        self.external_ips(builder);
        self.load_balancer_ips(builder);
        self.node_port(builder);
        self.health_check(builder);
        if self.has_internal {
            self.internal_masquerade(builder);
        }
        if self.selection.any && self.port.is_externally_accessible() {
            self.external_traffic(builder);
        }
        if !self.source_ranges.is_empty() {
            self.firewall(builder);
        }
        let needs = self.port.needs();
        if needs.cluster && !self.selection.cluster.is_empty() {
            self.spread(builder, &self.cluster_chain, &self.selection.cluster);
        }
        if needs.local && !self.selection.local.is_empty() {
            self.spread(builder, &self.local_chain, &self.selection.local);
        }
        self.endpoints(builder);
    }

    fn jump(to: &Arc<str>, matches: Vec<Match>) -> Rule {
        Rule::new(Target::Jump(to.clone()), matches)
    }

    fn cluster_ip(&self, builder: &mut Builder) {
        let Port {
            spec,
            cluster_ip,
            name,
            ..
        } = self.port;
        if self.has_internal {
            let to = if self.port.internal_local {
                &self.local_chain
            } else {
                &self.cluster_chain
            };
            let comment = format!("{name} cluster IP");
            let matches = self.port.destination(comment, *cluster_ip, spec.port);
            nat(builder, SERVICES).push(Self::jump(to, matches));
        } else {
            let rule = self.refusal(*cluster_ip, "spec.internalTrafficPolicy");
            builder
                .chain(TableName::Filter, &Arc::from(SERVICES))
                .push(rule);
        }
    }

    /// R6: the rule that refuses a destination without usable endpoints.
    fn refusal(&self, to: IpAddr, policy: &str) -> Rule {
        let matches = self
            .port
            .destination(self.refusal_comment(), to, self.port.spec.port);
        self.refuse(matches, policy)
    }

    fn refusal_comment(&self) -> String {
        let which = if self.selection.any { "no local" } else { "no" };
        format!("{} has {which} endpoints", self.port.name)
    }

    fn refuse(&self, matches: Vec<Match>, policy: &str) -> Rule {
        if self.selection.any {
            let reason = self.port.because(Purpose::NoLocalEndpoints, policy);
            return Rule::new(Target::Drop, matches).because(&reason);
        }
        let with = match self.port.family {
            Family::V4 => RejectWith::PortUnreachable,
            Family::V6 => RejectWith::PortUnreachable6,
        };
        let reason = self.port.because(Purpose::NoEndpoints, "spec.selector");
        Rule::new(Target::Reject(with), matches).because(&reason)
    }

    fn external_ips(&self, builder: &mut Builder) {
        for &ip in &self.port.external_ips {
            if self.selection.any {
                let comment = format!("{} external IP", self.port.name);
                let matches = self.port.destination(comment, ip, self.port.spec.port);
                let rule = Self::jump(&self.external_chain, matches);
                nat(builder, SERVICES).push(rule);
            }
            if !self.has_external {
                let rule = self.refusal(ip, "spec.externalTrafficPolicy");
                external_services(builder).push(rule);
            }
        }
    }

    fn load_balancer_ips(&self, builder: &mut Builder) {
        let number = self.port.spec.port;
        for &ip in &self.port.load_balancer_ips {
            if self.selection.any {
                let to = if self.source_ranges.is_empty() {
                    &self.external_chain
                } else {
                    &self.firewall_chain
                };
                let comment = format!("{} loadbalancer IP", self.port.name);
                let matches = self.port.destination(comment, ip, number);
                nat(builder, SERVICES).push(Self::jump(to, matches));
            }
            if !self.source_ranges.is_empty() {
                let comment = format!(
                    "{} traffic not accepted by {}",
                    self.port.name, self.firewall_chain
                );
                let field = "spec.loadBalancerSourceRanges";
                let reason = self.port.because(Purpose::SourceRanges, field);
                let matches = self.port.destination(comment, ip, number);
                builder
                    .chain(TableName::Filter, &Arc::from(PROXY_FIREWALL))
                    .push(Rule::new(Target::Drop, matches).because(&reason));
            }
        }
        if !self.has_external {
            for &ip in &self.port.load_balancer_ips {
                let rule = self.refusal(ip, "spec.externalTrafficPolicy");
                external_services(builder).push(rule);
            }
        }
    }

    /// R13: the refusal applies to any local address, even one without node ports.
    fn node_port(&self, builder: &mut Builder) {
        let Some(number) = self.port.node_port() else {
            return;
        };
        let protocol = self.port.spec.protocol;
        if self.selection.any {
            let matches = vec![
                Match::Protocol(protocol),
                Match::comment(self.port.name.as_str()),
                Match::dport(protocol, number),
            ];
            let rule = Self::jump(&self.external_chain, matches);
            nat(builder, NODEPORTS).push(rule);
        }
        if !self.has_external {
            let matches = vec![
                Match::Protocol(protocol),
                Match::comment(self.refusal_comment()),
                Match::to_local(),
                Match::dport(protocol, number),
            ];
            let rule = self.refuse(matches, "spec.externalTrafficPolicy");
            external_services(builder).push(rule);
        }
    }

    /// R16
    fn health_check(&self, builder: &mut Builder) {
        let service = self.port.service;
        let needed = service.service_type == ServiceType::LoadBalancer && self.port.external_local;
        let Some(number) = service.health_check_node_port.filter(|_| needed) else {
            return;
        };
        let tcp = crate::model::packet::Protocol::Tcp;
        let reason = self
            .port
            .because(Purpose::HealthCheck, "spec.healthCheckNodePort");
        let matches = vec![
            Match::Protocol(tcp),
            Match::comment(format!("{} health check node port", self.port.name)),
            Match::dport(tcp, number),
        ];
        builder
            .chain(TableName::Filter, &Arc::from(NODEPORTS))
            .push(Rule::new(Target::Accept, matches).because(&reason));
    }

    /// R8
    fn internal_masquerade(&self, builder: &mut Builder) {
        let Port {
            spec,
            cluster_ip,
            name,
            ..
        } = self.port;
        let comment = format!("{name} cluster IP");
        let mut matches = self.port.destination(comment, *cluster_ip, spec.port);
        let purpose = if self.config.masquerade_all {
            Purpose::MarkAll
        } else {
            let Some(not_local) = self.config.detector.matches(true) else {
                return;
            };
            matches.push(not_local);
            Purpose::MarkOffCluster
        };
        let reason = self.port.because(purpose, "spec.clusterIP");
        let chain = if self.port.internal_local {
            &self.local_chain
        } else {
            &self.cluster_chain
        };
        nat(builder, chain).push(mark(matches).because(&reason));
    }

    /// R9, R10
    fn external_traffic(&self, builder: &mut Builder) {
        let name = &self.port.name;
        let field = "spec.externalTrafficPolicy";
        let rules = nat(builder, &self.external_chain);
        if self.port.external_local {
            if let Some(local) = self.config.detector.matches(false) {
                let comment = format!("pod traffic for {name} external destinations");
                let matches = vec![local, Match::comment(comment)];
                rules.push(Self::jump(&self.cluster_chain, matches));
            }
            let comment = format!("masquerade LOCAL traffic for {name} external destinations");
            let matches = vec![Match::comment(comment), Match::from_local()];
            let reason = self.port.because(Purpose::MarkFromNode, field);
            rules.push(mark(matches).because(&reason));
            let comment = format!("route LOCAL traffic for {name} external destinations");
            let matches = vec![Match::comment(comment), Match::from_local()];
            rules.push(Self::jump(&self.cluster_chain, matches));
        } else {
            let comment = format!("masquerade traffic for {name} external destinations");
            let reason = self.port.because(Purpose::MarkExternalCluster, field);
            rules.push(mark(vec![Match::comment(comment)]).because(&reason));
        }
        if self.has_external {
            let to = if self.port.external_local {
                &self.local_chain
            } else {
                &self.cluster_chain
            };
            rules.push(Self::jump(to, Vec::new()));
        }
    }

    /// R14
    fn firewall(&self, builder: &mut Builder) {
        let comment: Arc<str> = Arc::from(format!("{} loadbalancer IP", self.port.name));
        let admit = |source: ipnet::IpNet| {
            let matches = vec![Match::source(source), Match::Comment(comment.clone())];
            Self::jump(&self.external_chain, matches)
        };
        let rules = nat(builder, &self.firewall_chain);
        rules.extend(self.source_ranges.iter().copied().map(admit));
        let node_ip = self.config.node_ip;
        let from_node =
            node_ip.is_some_and(|ip| self.source_ranges.iter().any(|range| range.contains(&ip)));
        if from_node {
            let own = self.port.load_balancer_ips.iter();
            rules.extend(own.map(|ip| admit((*ip).into())));
        }
        let comment = format!(
            "other traffic to {} will be dropped by KUBE-PROXY-FIREWALL",
            self.port.name
        );
        rules.push(Rule::remark(vec![Match::comment(comment)]));
    }

    /// The rules of a policy's chain: session affinity first, then one draw per endpoint.
    fn spread(&self, builder: &mut Builder, chain: &Arc<str>, endpoints: &[&Candidate<'_>]) {
        let affinity = self.port.service.client_ip_affinity;
        let family = self.port.family;
        let rules = nat(builder, chain);
        let comment = |endpoint: &Candidate<'_>| {
            let text = || format!("{} -> {}", self.port.name, endpoint.text);
            self.comments.then(|| Match::comment(text()))
        };
        if let Some(seconds) = affinity {
            for endpoint in endpoints {
                let name = endpoint.chain.clone();
                let check = Match::RecentCheck {
                    seconds,
                    name,
                    family,
                };
                let matches = comment(endpoint).into_iter().chain([check]).collect();
                rules.push(Self::jump(&endpoint.chain, matches));
            }
        }
        for (index, endpoint) in endpoints.iter().enumerate() {
            let left = endpoints.len() - index;
            let draw = (left > 1).then(|| Match::Statistic(Probability::one_of(left)));
            let matches = comment(endpoint).into_iter().chain(draw).collect();
            rules.push(Self::jump(&endpoint.chain, matches));
        }
    }

    fn endpoints(&self, builder: &mut Builder) {
        let hairpin = self.port.because(Purpose::MarkHairpin, &self.port.field);
        let reason = self.port.because(Purpose::Endpoint, &self.port.field);
        let name: Arc<str> = Arc::from(self.port.name.as_str());
        for endpoint in self.selection.reachable() {
            let chain = self.endpoint(endpoint, &name, &hairpin, &reason);
            builder.share(TableName::Nat, Arc::new(chain));
        }
    }

    fn endpoint(
        &self,
        endpoint: &Candidate<'_>,
        name: &Arc<str>,
        hairpin: &Arc<Reason>,
        reason: &Arc<Reason>,
    ) -> Chain {
        let protocol = self.port.spec.protocol;
        let comment = || self.comments.then(|| Match::Comment(name.clone()));
        let mut back = vec![Match::from(endpoint.address.ip())];
        back.extend(comment());
        let mut forth = vec![Match::Protocol(protocol)];
        forth.extend(comment());
        if self.port.service.client_ip_affinity.is_some() {
            forth.push(Match::RecentSet {
                name: endpoint.chain.clone(),
                family: self.port.family,
            });
        }
        forth.push(Match::module(protocol));
        let rules = vec![
            mark(back).because(hairpin),
            Rule::new(Target::Dnat(endpoint.address), forth).because(reason),
        ];
        Chain::user(endpoint.chain.clone(), rules)
    }
}

fn mark(matches: Vec<Match>) -> Rule {
    Rule::new(Target::Jump(Arc::from(MARK_MASQ)), matches)
}

fn external_services(builder: &mut Builder) -> &mut Vec<Rule> {
    builder.chain(TableName::Filter, &Arc::from(EXTERNAL_SERVICES))
}

fn nat<'b>(builder: &'b mut Builder, chain: &str) -> &'b mut Vec<Rule> {
    builder.chain(TableName::Nat, &Arc::from(chain))
}
