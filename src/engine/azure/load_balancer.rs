//! What a load balancer does with a packet for one of its frontends.

mod pool;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::addresses::Addresses;
use super::finding::Finding;
use super::nsg::Filters;
use super::probes::{self, Endpoints, Health};
use super::topology;
use crate::engine::explain::Explanation;
use crate::engine::outage::{Outage, ProbeKey};
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{LbRule, LoadBalancer, Probe, ProbeKind};
use crate::model::many::Many;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

pub use pool::Pool;
use pool::Standing;

/// Members of the pool of a Basic load balancer, then of a Standard one (section 12 of the fact sheet).
pub const POOL_MEMBERS: [usize; 2] = [300, 1000];

/// What a load balancer does with a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum LbDecision {
    /// No rule of the frontend matches: the packet is dropped.
    NoRule(Finding),
    /// A rule matches, but no member answers its probe: the packet is dropped.
    NoHealthyMember(Finding),
    /// Whether members are healthy cannot be told.
    NotModelled(Arc<str>, Finding),
    /// One of the healthy members is picked, all equally likely.
    Balanced(Balanced),
}

/// A rule that matches, and the members that may be picked.
#[derive(Clone, Debug, PartialEq)]
pub struct Balanced {
    /// The load balancer.
    pub load_balancer: Ref,
    /// The step of the probe; absent for rules without one.
    pub probe: Option<Finding>,
    /// The healthy members.
    pub pool: Arc<Pool>,
    /// The rule.
    rule: LbRule,
}

impl Balanced {
    /// Names of the healthy members, in order: what a pick chooses from.
    pub fn candidates(&self) -> Many<Arc<str>> {
        self.pool.names.clone()
    }

    /// Whether the rule looks at source and destination address only, so that every connection of
    /// a client goes to one member.
    pub fn by_addresses(&self) -> bool {
        self.rule.source_ip_affinity
    }

    /// The index of a member by the name of its node.
    pub fn position(&self, node: &str) -> Option<usize> {
        self.pool.names.iter().position(|name| &**name == node)
    }

    /// The node that was picked, the packet as it leaves the load balancer, and the step.
    ///
    /// With floating IP the packet keeps its destination; otherwise it goes to the node's address
    /// and the rule's backend port. `None` if there are not so many members.
    pub fn pick(&self, index: usize, packet: &Packet) -> Option<(Ref, Packet, Finding)> {
        let (name, address) = self.pool.members.get(index)?;
        let node = Ref::new(Kind::Node, name.clone());
        let mut after = packet.clone();
        if !self.rule.floating_ip {
            after.destination = *address;
            if self.rule.backend_port != 0 {
                after.destination_port = self.rule.backend_port;
            }
        }
        let id = if self.rule.floating_ip {
            "why-azure-lb-floating"
        } else {
            "why-azure-lb-translated"
        };
        let tuple = if self.rule.source_ip_affinity { 2 } else { 5 };
        let why = Explanation::new(id)
            .with("rule", self.rule.name.clone())
            .with("node", node.clone())
            .with("frontend", packet.destination_text())
            .with("backend", after.destination_text())
            .with("tuple", tuple)
            .with("service", self.rule.caused_by.clone());
        let detail = Detail::Balanced {
            rule: self.rule.name.clone(),
            candidates: self.candidates(),
            picked: name.clone(),
        };
        let finding = Finding::new(Stage::AzureLbRule, detail, why).caused_by(Cause::field(
            self.rule.caused_by.clone(),
            self.rule.field.clone(),
        ));
        Some((node, after, finding))
    }
}

/// What a rule is found by: the index of its load balancer, its frontend, protocol (`None` for all protocols), and port.
type RuleKey = (usize, Arc<str>, Option<Protocol>, u16);

/// All load balancers, with an index from frontend, protocol and port to the rule.
#[derive(Clone, Debug, Default)]
pub struct Balancers {
    /// The index of each rule in its load balancer.
    rules: BTreeMap<RuleKey, usize>,
    /// Index of a probe by index of the load balancer and name.
    probes: BTreeMap<(usize, Arc<str>), usize>,
    endpoints: Endpoints,
    /// What probes have found, where that lags behind.
    believed: BTreeMap<ProbeKey, BTreeSet<Arc<str>>>,
    /// By load balancer and probe: who answers. Nobody's packet changes that, so it is found out once.
    health: Vec<Vec<OnceLock<Arc<[MemberHealth]>>>>,
    /// By load balancer and probe: what the probe has noticed of it.
    standings: Vec<Vec<OnceLock<Standing>>>,
}

/// A member of a backend pool, and whether it answers the probe.
pub type MemberHealth = (Arc<str>, Health);

impl Balancers {
    /// Indexes the load balancers of a completed network.
    pub fn of(network: &Network, outage: &Outage) -> Self {
        let mut all = Self {
            endpoints: Endpoints::of(network, outage),
            believed: outage.believed.clone(),
            ..Self::default()
        };
        for (at, balancer) in network.load_balancers.iter().enumerate() {
            for (index, rule) in balancer.rules.iter().enumerate() {
                let key = (at, rule.frontend.clone(), rule.protocol, rule.frontend_port);
                all.rules.entry(key).or_insert(index);
            }
            let unknown = balancer.probes.iter().map(|_| OnceLock::new());
            all.health.push(unknown.collect());
            let unknown = balancer.probes.iter().map(|_| OnceLock::new());
            all.standings.push(unknown.collect());
            for (index, probe) in balancer.probes.iter().enumerate() {
                all.probes.entry((at, probe.name.clone())).or_insert(index);
            }
        }
        all
    }

    /// What happens to a packet that arrives at a frontend of a load balancer.
    pub fn forward(
        &self,
        network: &Network,
        addresses: &Addresses,
        filters: &Filters,
        frontend: (&Ref, &Arc<str>),
        packet: &Packet,
    ) -> LbDecision {
        let (load_balancer, name) = frontend;
        let found = self
            .rule(network, load_balancer, name, packet)
            .and_then(|(at, index)| {
                let balancer = network.load_balancers.get(at)?;
                Some((at, balancer, balancer.rules.get(index)?))
            });
        let Some((at, balancer, rule)) = found else {
            return LbDecision::NoRule(no_rule(load_balancer, packet));
        };
        let probe = rule.probe.as_ref().and_then(|probe| {
            let index = self.probes.get(&(at, probe.clone()))?;
            Some((*index, balancer.probes.get(*index)?))
        });
        let Some((index, probe)) = probe else {
            let members = balancer.backend_nodes.iter();
            let healthy: Vec<MemberHealth> = members
                .map(|node| (node.clone(), Health::Healthy))
                .collect();
            return decide(balancer, rule, &Standing::of(addresses, None, &healthy));
        };
        let asked = (balancer, probe, (at, index));
        let Some(standing) = self.standing(network, addresses, filters, asked) else {
            return LbDecision::NoRule(no_rule(load_balancer, packet));
        };
        decide(balancer, rule, standing)
    }

    /// What a probe has noticed of its pool.
    fn standing(
        &self,
        network: &Network,
        addresses: &Addresses,
        filters: &Filters,
        (balancer, probe, key): (&LoadBalancer, &Probe, ProbeKey),
    ) -> Option<&Standing> {
        let checked = self.health(network, addresses, filters, key)?;
        let known = self.standings.get(key.0)?.get(key.1)?;
        Some(known.get_or_init(|| {
            let noticed = self.noticed(key, checked);
            let finding = probe_finding(balancer, probe, &noticed);
            Standing::of(addresses, Some(finding), &noticed)
        }))
    }

    /// What the probes have noticed so far of how members are.
    fn noticed<'h>(&self, probe: ProbeKey, checked: &'h [MemberHealth]) -> Cow<'h, [MemberHealth]> {
        let Some(believed) = self.believed.get(&probe) else {
            return Cow::Borrowed(checked);
        };
        let noticed = checked.iter().map(|(node, health)| {
            let health = match (believed.contains(node), health) {
                (_, Health::NotModelled(_)) | (false, _) if *health != Health::Healthy => {
                    health.clone()
                }
                (true, _) => Health::Healthy,
                (false, _) => Health::NotYetUp,
            };
            (node.clone(), health)
        });
        Cow::Owned(noticed.collect())
    }

    /// The rule for a connection that was given to `node`, which is its only member whatever the probe says.
    pub fn open(
        &self,
        network: &Network,
        addresses: &Addresses,
        (load_balancer, name): (&Ref, &Arc<str>),
        packet: &Packet,
        node: &Arc<str>,
    ) -> Option<Balanced> {
        let (at, index) = self.rule(network, load_balancer, name, packet)?;
        let balancer = network.load_balancers.get(at)?;
        addresses.nic(&Ref::new(Kind::Node, node.clone()))?;
        Some(Balanced {
            load_balancer: balancer.reference(),
            probe: None,
            pool: Pool::of(addresses, [node].into_iter()),
            rule: balancer.rules.get(index)?.clone(),
        })
    }

    /// Who answers a probe, both by their indexes: of the load balancer, and of its probe.
    pub fn health(
        &self,
        network: &Network,
        addresses: &Addresses,
        filters: &Filters,
        (at, index): (usize, usize),
    ) -> Option<&[MemberHealth]> {
        let balancer = network.load_balancers.get(at)?;
        let probe = balancer.probes.get(index)?;
        let known = self.health.get(at)?.get(index)?;
        Some(known.get_or_init(|| {
            let endpoints = &self.endpoints;
            let nodes = &balancer.backend_nodes;
            probes::health(network, addresses, filters, endpoints, probe, nodes)
        }))
    }

    fn rule(
        &self,
        network: &Network,
        load_balancer: &Ref,
        frontend: &Arc<str>,
        packet: &Packet,
    ) -> Option<(usize, usize)> {
        let mut balancers = network.load_balancers.iter();
        let at = balancers.position(|it| it.reference() == *load_balancer)?;
        let rule = |protocol, port| self.rules.get(&(at, frontend.clone(), protocol, port));
        let exact = rule(Some(packet.protocol), packet.destination_port);
        Some((at, *exact.or_else(|| rule(None, 0))?))
    }
}

fn decide(balancer: &LoadBalancer, rule: &LbRule, standing: &Standing) -> LbDecision {
    let probe = standing.probe.clone();
    match &standing.pool {
        Err(what) => LbDecision::NotModelled(what.clone(), not_modelled(balancer, rule, what)),
        Ok(pool) if pool.members.is_empty() => {
            LbDecision::NoHealthyMember(probe.unwrap_or_else(|| empty_pool(balancer, rule)))
        }
        Ok(pool) => LbDecision::Balanced(Balanced {
            load_balancer: balancer.reference(),
            probe,
            pool: pool.clone(),
            rule: rule.clone(),
        }),
    }
}

fn no_rule(load_balancer: &Ref, packet: &Packet) -> Finding {
    let detail = Detail::Refused {
        by: Arc::from("no rule"),
    };
    let why = Explanation::new("why-azure-lb-no-rule")
        .with("loadBalancer", load_balancer.clone())
        .with("protocol", packet.protocol.as_str())
        .with("frontend", packet.destination_text());
    Finding::new(Stage::AzureLbRule, detail, why)
        .caused_by(Cause::object(load_balancer.clone()))
        .documented_by(Source::AksLoadBalancer)
}

fn empty_pool(balancer: &LoadBalancer, rule: &LbRule) -> Finding {
    let detail = Detail::Refused {
        by: Arc::from("empty backend pool"),
    };
    let why = Explanation::new("why-azure-lb-empty-pool")
        .with("loadBalancer", balancer.reference())
        .with("rule", rule.name.clone());
    Finding::new(Stage::AzureLbRule, detail, why).caused_by(Cause::object(balancer.reference()))
}

fn not_modelled(balancer: &LoadBalancer, rule: &LbRule, what: &Arc<str>) -> Finding {
    let detail = Detail::NotModelled { what: what.clone() };
    let why = Explanation::new("why-azure-probe-not-modelled")
        .with("loadBalancer", balancer.reference())
        .with("what", what.clone());
    Finding::new(Stage::AzureLbProbe, detail, why).caused_by(Cause::object(rule.caused_by.clone()))
}

/// The step that a probe makes: who answers and why the others do not.
fn probe_finding(balancer: &LoadBalancer, probe: &Probe, checked: &[MemberHealth]) -> Finding {
    let names = |healthy: bool| -> Many<Arc<str>> {
        checked
            .iter()
            .filter(|(_, health)| (*health == Health::Healthy) == healthy)
            .map(|(node, _)| node.clone())
            .collect()
    };
    let (healthy, unhealthy) = (names(true), names(false));
    let reason = checked
        .iter()
        .map(|(_, health)| health)
        .find(|health| **health != Health::Healthy);
    let service = probe.caused_by.clone();
    let (id, cause) = match reason {
        None => ("why-azure-probe-healthy", Cause::object(service.clone())),
        Some(Health::NoLocalEndpoint) => (
            "why-azure-probe-local",
            Cause::field(service.clone(), "spec.externalTrafficPolicy"),
        ),
        Some(Health::NoEndpoint) => (
            "why-azure-probe-no-endpoint",
            Cause::field(service.clone(), "spec.selector"),
        ),
        Some(Health::Status(_)) => (
            "why-azure-probe-status",
            Cause::field(service.clone(), "spec.ports"),
        ),
        Some(Health::Filtered(decision)) => (
            "why-azure-probe-filtered",
            decision
                .finding
                .cause
                .clone()
                .unwrap_or_else(|| Cause::object(service.clone())),
        ),
        Some(Health::NodeNotReady) => (
            "why-azure-probe-node-not-ready",
            Cause::object(service.clone()),
        ),
        Some(Health::NotYetUp) => ("why-azure-probe-not-yet-up", Cause::object(service.clone())),
        Some(_) => ("why-azure-probe-closed", Cause::object(service.clone())),
    };
    let rule = match reason {
        Some(Health::Filtered(decision)) => decision.rule.clone(),
        _ => Arc::from(""),
    };
    let (path, status) = match (&probe.kind, reason) {
        (ProbeKind::Http(path) | ProbeKind::Https(path), Some(Health::Status(status))) => {
            (path.clone(), i64::from(*status))
        }
        _ => (Arc::from(""), 0),
    };
    let why = Explanation::new(id)
        .with("path", path)
        .with("status", status)
        .with("probe", probe.name.clone())
        .with("port", i64::from(probe.port))
        .with("healthy", join(&healthy))
        .with("unhealthy", join(&unhealthy))
        .with("rule", rule)
        .with("service", service)
        .with("loadBalancer", balancer.reference());
    let detail = Detail::Probed {
        probe: probe.name.clone(),
        healthy,
        unhealthy,
    };
    Finding::new(Stage::AzureLbProbe, detail, why).caused_by(cause)
}

/// Names for a sentence.
fn join(names: &[Arc<str>]) -> String {
    names
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(", ")
}

/// The load balancer of this name.
pub fn named<'n>(network: &'n Network, reference: &Ref) -> Option<&'n LoadBalancer> {
    network
        .load_balancers
        .iter()
        .find(|balancer| topology::same(&balancer.meta.name, &reference.name))
}
