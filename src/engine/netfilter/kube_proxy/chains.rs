//! The chains of one Service port: `KUBE-SVC`, `KUBE-SVL`, `KUBE-EXT`, `KUBE-FW`, and `KUBE-SEP` of
//! each endpoint. They are made when a packet or a reader first asks for one of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;

use super::config::Config;
use super::{MARK_MASQ, names};
use crate::engine::netfilter::rule::{Family, Match, Probability, Purpose, Reason, Rule, Target};
use crate::engine::netfilter::ruleset::{Chain, MakeChains};
use crate::engine::trace::Cause;
use crate::model::object::Ref;
use crate::model::packet::Protocol;

/// Names of the chains that a Service port may have.
#[derive(Clone, Debug)]
pub(super) struct ChainNames {
    pub(super) cluster: Arc<str>,
    pub(super) local: Arc<str>,
    pub(super) external: Arc<str>,
    pub(super) firewall: Arc<str>,
}

impl ChainNames {
    pub(super) fn of(service_port: &str, protocol: Protocol) -> Self {
        let hash = names::hash(service_port, protocol);
        let name = |kind: &str| Arc::from(format!("KUBE-{kind}-{hash}"));
        Self {
            cluster: name("SVC"),
            local: name("SVL"),
            external: name("EXT"),
            firewall: name("FW"),
        }
    }
}

/// Everything that the chains of a Service port are made of.
#[derive(Clone, Debug)]
pub(super) struct ServiceChains {
    pub(super) config: Arc<Config>,
    pub(super) service: Ref,
    /// The port's field, such as `spec.ports[0]`.
    pub(super) field: String,
    /// `namespace/name:port`
    pub(super) name: String,
    pub(super) names: ChainNames,
    pub(super) family: Family,
    pub(super) protocol: Protocol,
    pub(super) port: u16,
    pub(super) cluster_ip: IpAddr,
    pub(super) load_balancer_ips: Vec<IpAddr>,
    /// `loadBalancerSourceRanges`, where there is something to filter.
    pub(super) source_ranges: Vec<IpNet>,
    /// Seconds of `sessionAffinity: ClientIP`.
    pub(super) affinity: Option<u32>,
    pub(super) external_local: bool,
    pub(super) internal_local: bool,
    /// There are endpoints for cluster IPs.
    pub(super) has_internal: bool,
    /// There are endpoints for outside senders.
    pub(super) has_external: bool,
    /// There are external destinations and some endpoint.
    pub(super) uses_external: bool,
    /// Endpoints of policy `Cluster`.
    pub(super) cluster: Vec<SocketAddr>,
    /// Endpoints of policy `Local`.
    pub(super) local: Vec<SocketAddr>,
    /// Whether endpoints' rules carry comments; not in large clusters.
    pub(super) comments: bool,
}

/// An endpoint with its text, by which kube-proxy orders them, and its chain.
struct Member {
    address: SocketAddr,
    text: String,
    chain: Arc<str>,
}

impl MakeChains for ServiceChains {
    fn entries(&self) -> Vec<Arc<str>> {
        let names = &self.names;
        [
            (!self.cluster.is_empty(), &names.cluster),
            (!self.local.is_empty(), &names.local),
            (self.uses_external, &names.external),
            (!self.source_ranges.is_empty(), &names.firewall),
        ]
        .into_iter()
        .filter(|(exists, _)| *exists)
        .map(|(_, name)| name.clone())
        .collect()
    }

    fn make(&self) -> Vec<Chain> {
        let cluster = self.members(&self.cluster);
        let local = self.members(&self.local);
        let mut chains = Vec::new();
        for (name, members, is_local) in [
            (&self.names.cluster, &cluster, false),
            (&self.names.local, &local, true),
        ] {
            if !members.is_empty() {
                let internal = self.has_internal && self.internal_local == is_local;
                let masquerade = internal.then(|| self.internal_masquerade()).flatten();
                let rules = masquerade.into_iter().chain(self.spread(members));
                chains.push(Chain::user(name.clone(), rules.collect()));
            }
        }
        if self.uses_external {
            let rules = self.external_traffic();
            chains.push(Chain::user(self.names.external.clone(), rules));
        }
        if !self.source_ranges.is_empty() {
            chains.push(Chain::user(self.names.firewall.clone(), self.firewall()));
        }
        chains.extend(self.endpoints(cluster, local));
        chains
    }
}

impl ServiceChains {
    fn members(&self, addresses: &[SocketAddr]) -> Vec<Member> {
        let member = |&address: &SocketAddr| Member {
            address,
            text: address.to_string(),
            chain: names::endpoint_chain(&self.name, self.protocol, address),
        };
        let mut members: Vec<Member> = addresses.iter().map(member).collect();
        members.sort_by(|a, b| a.text.cmp(&b.text));
        members
    }

    fn because(&self, purpose: Purpose, field: &str) -> Arc<Reason> {
        Reason::new(purpose, Cause::field(self.service.clone(), field))
    }

    /// R8
    fn internal_masquerade(&self) -> Option<Rule> {
        let mut matches = vec![
            Match::to(self.cluster_ip),
            Match::Protocol(self.protocol),
            Match::comment(format!("{} cluster IP", self.name)),
            Match::dport(self.protocol, self.port),
        ];
        let purpose = if self.config.masquerade_all {
            Purpose::MarkAll
        } else {
            matches.push(self.config.detector.matches(true)?);
            Purpose::MarkOffCluster
        };
        let reason = self.because(purpose, "spec.clusterIP");
        Some(mark(matches).because(&reason))
    }

    /// R9, R10
    fn external_traffic(&self) -> Vec<Rule> {
        let mut rules = if self.external_local {
            self.external_local_traffic()
        } else {
            let name = &self.name;
            let comment = format!("masquerade traffic for {name} external destinations");
            let field = "spec.externalTrafficPolicy";
            let reason = self.because(Purpose::MarkExternalCluster, field);
            vec![mark(vec![Match::comment(comment)]).because(&reason)]
        };
        if self.has_external {
            let to = if self.external_local {
                &self.names.local
            } else {
                &self.names.cluster
            };
            rules.push(jump(to, Vec::new()));
        }
        rules
    }

    /// Pods and the node itself may use endpoints anywhere; the node is masqueraded.
    fn external_local_traffic(&self) -> Vec<Rule> {
        let name = &self.name;
        let mut rules = Vec::new();
        if let Some(local) = self.config.detector.matches(false) {
            let comment = format!("pod traffic for {name} external destinations");
            let matches = vec![local, Match::comment(comment)];
            rules.push(jump(&self.names.cluster, matches));
        }
        let comment = format!("masquerade LOCAL traffic for {name} external destinations");
        let matches = vec![Match::comment(comment), Match::from_local()];
        let reason = self.because(Purpose::MarkFromNode, "spec.externalTrafficPolicy");
        rules.push(mark(matches).because(&reason));
        let comment = format!("route LOCAL traffic for {name} external destinations");
        let matches = vec![Match::comment(comment), Match::from_local()];
        rules.push(jump(&self.names.cluster, matches));
        rules
    }

    /// R14
    fn firewall(&self) -> Vec<Rule> {
        let comment: Arc<str> = Arc::from(format!("{} loadbalancer IP", self.name));
        let admit = |source: IpNet| {
            let matches = vec![Match::source(source), Match::Comment(comment.clone())];
            jump(&self.names.external, matches)
        };
        let mut rules: Vec<Rule> = self.source_ranges.iter().copied().map(admit).collect();
        let holds_node = |range: &IpNet| self.config.node_ip.is_some_and(|ip| range.contains(&ip));
        if self.source_ranges.iter().any(holds_node) {
            let own = self.load_balancer_ips.iter();
            rules.extend(own.map(|ip| admit((*ip).into())));
        }
        let comment = format!(
            "other traffic to {} will be dropped by KUBE-PROXY-FIREWALL",
            self.name
        );
        rules.push(Rule::remark(vec![Match::comment(comment)]));
        rules
    }

    /// The rules of a policy's chain: session affinity first, then one draw per endpoint.
    fn spread(&self, members: &[Member]) -> Vec<Rule> {
        let comment = |member: &Member| {
            let text = || format!("{} -> {}", self.name, member.text);
            self.comments.then(|| Match::comment(text()))
        };
        let mut rules = Vec::with_capacity(members.len());
        if let Some(seconds) = self.affinity {
            for member in members {
                let check = Match::RecentCheck {
                    seconds,
                    name: member.chain.clone(),
                    family: self.family,
                };
                let matches = comment(member).into_iter().chain([check]).collect();
                rules.push(jump(&member.chain, matches));
            }
        }
        for (index, member) in members.iter().enumerate() {
            let left = members.len() - index;
            let draw = (left > 1).then(|| Match::Statistic(Probability::one_of(left)));
            let matches = comment(member).into_iter().chain(draw).collect();
            rules.push(jump(&member.chain, matches));
        }
        rules
    }

    /// The chain of every endpoint that either policy uses.
    fn endpoints(
        &self,
        cluster: Vec<Member>,
        local: Vec<Member>,
    ) -> impl Iterator<Item = Chain> + use<'_> {
        let mut members = cluster;
        members.extend(local);
        members.sort_by(|a, b| a.text.cmp(&b.text));
        members.dedup_by(|a, b| a.text == b.text);
        let hairpin = self.because(Purpose::MarkHairpin, &self.field);
        let reason = self.because(Purpose::Endpoint, &self.field);
        let name: Arc<str> = Arc::from(self.name.as_str());
        members
            .into_iter()
            .map(move |member| self.endpoint(&member, &name, &hairpin, &reason))
    }

    fn endpoint(
        &self,
        member: &Member,
        name: &Arc<str>,
        hairpin: &Arc<Reason>,
        reason: &Arc<Reason>,
    ) -> Chain {
        let comment = || self.comments.then(|| Match::Comment(name.clone()));
        let mut back = vec![Match::from(member.address.ip())];
        back.extend(comment());
        let mut forth = vec![Match::Protocol(self.protocol)];
        forth.extend(comment());
        if self.affinity.is_some() {
            forth.push(Match::RecentSet {
                name: member.chain.clone(),
                family: self.family,
            });
        }
        forth.push(Match::module(self.protocol));
        let rules = vec![
            mark(back).because(hairpin),
            Rule::new(Target::Dnat(member.address), forth).because(reason),
        ];
        Chain::user(member.chain.clone(), rules)
    }
}

fn jump(to: &Arc<str>, matches: Vec<Match>) -> Rule {
    Rule::new(Target::Jump(to.clone()), matches)
}

fn mark(matches: Vec<Match>) -> Rule {
    Rule::new(Target::Jump(Arc::from(MARK_MASQ)), matches)
}
