//! Effective security rules of a subnet or of a network interface, and their decision about a packet.
//!
//! Rules are tried by priority, the first match decides; the default rules come last. Inbound the
//! subnet's group is asked before the interface's, outbound after it; both must allow, and where
//! nothing is attached nothing is refused. The caller asks only for the first packet of a connection.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::addresses::Addresses;
use super::finding::Finding;
use super::nic::Nic;
use super::tags::{self, Membership, Tags};
use super::topology;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{AddressPrefix, Nsg, NsgProtocol, SecurityRule, SubnetId};
use crate::model::kube::{Origin, ServiceType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::{Packet, Protocol};

/// Where a security group is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// To the subnet.
    Subnet,
    /// To the network interface.
    Nic,
}

/// One side of a rule: addresses and tags, ready to be matched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressSet {
    /// `*`
    pub any: bool,
    /// Prefixes longer than one address.
    pub nets: Vec<IpNet>,
    /// Single addresses.
    pub hosts: BTreeSet<IpAddr>,
    /// Service tags as written.
    pub tags: Vec<Arc<str>>,
}

/// A rule in the order of evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveRule {
    /// Name.
    pub name: Arc<str>,
    /// Priority; the lowest is tried first.
    pub priority: u32,
    /// Whether it is for packets that arrive.
    pub inbound: bool,
    /// Whether it lets pass.
    pub allow: bool,
    /// Protocol; `None` is any.
    pub protocol: Option<NsgProtocol>,
    /// Source addresses.
    pub source: AddressSet,
    /// Source ports; empty is any.
    pub source_ports: Vec<(u16, u16)>,
    /// Destination addresses.
    pub destination: AddressSet,
    /// Destination ports; empty is any.
    pub destination_ports: Vec<(u16, u16)>,
    /// Whether Azure adds it to every group.
    pub default: bool,
    /// The object and field that it comes from.
    pub cause: Cause,
}

/// The rules that filter one subnet or interface.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveNsg {
    /// The subnet, node or host that is filtered.
    pub place: Ref,
    /// Where the group is attached.
    pub level: Level,
    /// The group; `None` where nothing is attached.
    pub nsg: Option<Ref>,
    /// What the tags mean here.
    pub tags: Tags,
    /// Rules for both directions, by priority.
    pub rules: Arc<[EffectiveRule]>,
    /// Which Service a frontend address and port belongs to, to name it in place of a shared rule.
    services: Services,
}

/// Services by frontend address and port.
type Services = Arc<BTreeMap<(IpAddr, u16), Ref>>;

/// Builds filters that share what is equal.
struct Builder<'n> {
    network: &'n Network,
    services: Services,
    rules: BTreeMap<Arc<str>, Arc<[EffectiveRule]>>,
}

impl<'n> Builder<'n> {
    fn of(network: &'n Network) -> Self {
        Self {
            network,
            services: Arc::new(frontend_services(network)),
            rules: BTreeMap::new(),
        }
    }

    fn subnet(&mut self, id: &SubnetId) -> EffectiveNsg {
        let network = self.network;
        let name = network.subnet(id).and_then(|subnet| subnet.nsg.as_deref());
        self.build(id.reference(), Level::Subnet, id, name)
    }

    fn nic(&mut self, nic: &Nic) -> EffectiveNsg {
        self.build(
            nic.owner.clone(),
            Level::Nic,
            &nic.subnet,
            nic.nsg.as_deref(),
        )
    }

    fn build(
        &mut self,
        place: Ref,
        level: Level,
        subnet: &SubnetId,
        name: Option<&str>,
    ) -> EffectiveNsg {
        let nsg = name.and_then(|name| self.network.nsg(name));
        let rules = nsg.map_or_else(|| Arc::from([]), |nsg| self.rules_of(nsg));
        let tags = self.network.subnet(subnet);
        EffectiveNsg {
            place,
            level,
            nsg: nsg.map(Nsg::reference),
            tags: tags
                .map(|subnet| Tags::of(self.network, subnet))
                .unwrap_or_default(),
            rules,
            services: self.services.clone(),
        }
    }

    fn rules_of(&mut self, nsg: &Nsg) -> Arc<[EffectiveRule]> {
        self.rules
            .entry(nsg.meta.name.clone())
            .or_insert_with(|| {
                let mut rules = effective_rules(nsg);
                rules.sort_by_key(|rule| rule.priority);
                rules.into()
            })
            .clone()
    }
}

/// The filters of every subnet and network interface.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    subnets: BTreeMap<SubnetId, EffectiveNsg>,
    nics: BTreeMap<Ref, EffectiveNsg>,
}

impl Filters {
    /// The filters of a completed network.
    pub fn of(network: &Network, addresses: &Addresses) -> Self {
        let mut builder = Builder::of(network);
        let mut all = Self::default();
        for subnet in network.vnets.iter().flat_map(|vnet| &vnet.subnets) {
            all.subnets
                .insert(subnet.id(), builder.subnet(&subnet.id()));
        }
        for nic in addresses.nics() {
            all.nics.insert(nic.owner.clone(), builder.nic(nic));
        }
        all
    }

    /// The filter of a subnet.
    pub fn subnet(&self, id: &SubnetId) -> Option<&EffectiveNsg> {
        self.subnets.get(id)
    }

    /// The filter of a node's or host's network interface.
    pub fn nic(&self, owner: &Ref) -> Option<&EffectiveNsg> {
        self.nics.get(owner)
    }

    /// The decisions about a packet that arrives: the subnet's, then, unless that refused it, the interface's.
    pub fn inbound(&self, nic: &Nic, packet: &Packet) -> Vec<Decision> {
        let filters = [self.subnet(&nic.subnet), self.nic(&nic.owner)];
        decide_all(filters, true, packet)
    }

    /// The decisions about a packet that leaves: the interface's, then, unless that refused it, the subnet's.
    pub fn outbound(&self, nic: &Nic, packet: &Packet) -> Vec<Decision> {
        let filters = [self.nic(&nic.owner), self.subnet(&nic.subnet)];
        decide_all(filters, false, packet)
    }
}

fn decide_all(
    filters: [Option<&EffectiveNsg>; 2],
    inbound: bool,
    packet: &Packet,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for filter in filters.into_iter().flatten() {
        let decision = filter.evaluate(inbound, packet);
        let allowed = decision.allowed();
        decisions.push(decision);
        if !allowed {
            break;
        }
    }
    decisions
}

/// Whether a packet may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It may.
    Allowed,
    /// It is dropped in silence.
    Denied,
    /// A rule might match whose addresses are not known here; names what is missing.
    NotModelled(Arc<str>),
}

/// The decision of one group about one packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Whether the packet may pass.
    pub passage: Passage,
    /// The group; `None` where nothing is attached.
    pub nsg: Option<Ref>,
    /// Name of the deciding rule; a dash where nothing is attached.
    pub rule: Arc<str>,
    /// Its priority; 0 where nothing is attached.
    pub priority: u32,
    /// The step that this makes.
    pub finding: Finding,
}

impl Decision {
    /// Whether the packet may pass.
    pub fn allowed(&self) -> bool {
        self.passage == Passage::Allowed
    }
}

impl EffectiveNsg {
    /// The rules of a subnet's own group.
    pub fn of_subnet(network: &Network, id: &SubnetId) -> Self {
        Builder::of(network).subnet(id)
    }

    /// The rules of the group of a node's or host's network interface.
    pub fn of_nic(network: &Network, nic: &Nic) -> Self {
        Builder::of(network).nic(nic)
    }

    /// The decision about the first packet of a connection, in one direction.
    pub fn evaluate(&self, inbound: bool, packet: &Packet) -> Decision {
        let Some(nsg) = &self.nsg else {
            return self.unattached(inbound);
        };
        let exempt = !inbound && topology::is_platform(packet.destination);
        for rule in self.rules.iter().filter(|rule| rule.inbound == inbound) {
            if exempt && !rule.names_platform() {
                continue;
            }
            match rule.matches(packet, &self.tags) {
                Matching::Yes => return self.decided(nsg, rule, packet),
                Matching::Unknown(tag) => return self.unknown(nsg, rule, &tag, packet),
                Matching::No => {}
            }
        }
        if exempt {
            return self.platform(nsg, packet);
        }
        // The default rules match everything, so this is reached only if they were not loaded.
        self.unattached(inbound)
    }

    fn stage(&self, inbound: bool) -> Stage {
        match (inbound, self.level) {
            (true, Level::Subnet) => Stage::AzureNsgInSubnet,
            (true, Level::Nic) => Stage::AzureNsgInNic,
            (false, Level::Subnet) => Stage::AzureNsgOutSubnet,
            (false, Level::Nic) => Stage::AzureNsgOutNic,
        }
    }

    fn decided(&self, nsg: &Ref, rule: &EffectiveRule, packet: &Packet) -> Decision {
        let service = self
            .services
            .get(&(packet.destination, packet.destination_port))
            .filter(|_| rule.cause.object.kind == Kind::Service);
        let cause = match service {
            Some(service) => Cause::field(service.clone(), rule.cause.field.clone()),
            None => rule.cause.clone(),
        };
        let why = self.why(nsg, rule, &cause, packet);
        let page = if rule.default {
            Source::ServiceTags
        } else {
            Source::NsgHowItWorks
        };
        let passage = if rule.allow {
            Passage::Allowed
        } else {
            Passage::Denied
        };
        self.decision(nsg, rule, passage, why.0, why.1)
            .with(|finding| finding.caused_by(cause).documented_by(page))
    }

    fn why(
        &self,
        nsg: &Ref,
        rule: &EffectiveRule,
        cause: &Cause,
        packet: &Packet,
    ) -> (bool, Explanation) {
        let both = self
            .tags
            .virtual_network(packet.source)
            .zip(self.tags.virtual_network(packet.destination));
        let why = match (rule.default, rule.allow, both) {
            (true, true, Some((from, to))) if rule.is_virtual_network() => {
                Explanation::new("why-azure-nsg-virtual-network")
                    .with("sourcePrefix", from)
                    .with("destinationPrefix", to)
            }
            (true, true, _) => Explanation::new("why-azure-nsg-default-allowed"),
            (true, false, _) => Explanation::new("why-azure-nsg-default-denied"),
            (false, true, _) if cause.object.kind == Kind::Service => {
                Explanation::new("why-azure-nsg-service-allowed")
                    .with("service", cause.object.clone())
            }
            (false, false, _) if cause.object.kind == Kind::Service => {
                Explanation::new("why-azure-nsg-service-denied")
                    .with("service", cause.object.clone())
            }
            (false, true, _) => Explanation::new("why-azure-nsg-allowed"),
            (false, false, _) => Explanation::new("why-azure-nsg-denied"),
        };
        let why = why
            .with("rule", rule.name.clone())
            .with("priority", i64::from(rule.priority))
            .with("nsg", nsg.clone());
        (rule.inbound, why)
    }

    fn decision(
        &self,
        nsg: &Ref,
        rule: &EffectiveRule,
        passage: Passage,
        inbound: bool,
        why: Explanation,
    ) -> Decision {
        let detail = match &passage {
            Passage::NotModelled(what) => Detail::NotModelled { what: what.clone() },
            passage => Detail::Filtered {
                allowed: *passage == Passage::Allowed,
                nsg: Some(nsg.clone()),
                rule: rule.name.clone(),
                priority: rule.priority,
            },
        };
        Decision {
            passage,
            nsg: Some(nsg.clone()),
            rule: rule.name.clone(),
            priority: rule.priority,
            finding: Finding::new(self.stage(inbound), detail, why),
        }
    }

    fn unknown(
        &self,
        nsg: &Ref,
        rule: &EffectiveRule,
        tag: &Arc<str>,
        packet: &Packet,
    ) -> Decision {
        let what: Arc<str> = Arc::from(format!("service tag {tag}"));
        let why = Explanation::new("why-azure-nsg-tag")
            .with("tag", tag.clone())
            .with("rule", rule.name.clone())
            .with("nsg", nsg.clone())
            .with("source", packet.source)
            .with("destination", packet.destination);
        self.decision(nsg, rule, Passage::NotModelled(what), rule.inbound, why)
            .with(|finding| {
                finding
                    .caused_by(rule.cause.clone())
                    .documented_by(Source::ServiceTags)
            })
    }

    fn platform(&self, nsg: &Ref, packet: &Packet) -> Decision {
        let rule: Arc<str> = Arc::from("AzurePlatform");
        let detail = Detail::Filtered {
            allowed: true,
            nsg: Some(nsg.clone()),
            rule: rule.clone(),
            priority: 0,
        };
        let why = Explanation::new("why-azure-nsg-platform")
            .with("destination", packet.destination)
            .with("nsg", nsg.clone());
        Decision {
            passage: Passage::Allowed,
            nsg: Some(nsg.clone()),
            rule,
            priority: 0,
            finding: Finding::new(self.stage(false), detail, why)
                .documented_by(Source::AzurePlatformAddress),
        }
    }

    fn unattached(&self, inbound: bool) -> Decision {
        let rule: Arc<str> = Arc::from("-");
        let detail = Detail::Filtered {
            allowed: true,
            nsg: None,
            rule: rule.clone(),
            priority: 0,
        };
        let id = match self.level {
            Level::Subnet => "why-azure-nsg-no-subnet-group",
            Level::Nic => "why-azure-nsg-no-nic-group",
        };
        let why = Explanation::new(id).with("place", self.place.clone());
        Decision {
            passage: Passage::Allowed,
            nsg: None,
            rule,
            priority: 0,
            finding: Finding::new(self.stage(inbound), detail, why)
                .caused_by(Cause::object(self.place.clone())),
        }
    }
}

impl Decision {
    fn with(mut self, change: impl FnOnce(Finding) -> Finding) -> Self {
        self.finding = change(self.finding);
        self
    }
}

/// Whether a rule matches a packet.
enum Matching {
    Yes,
    No,
    /// It might, through this tag.
    Unknown(Arc<str>),
}

impl EffectiveRule {
    fn matches(&self, packet: &Packet, tags: &Tags) -> Matching {
        let ports = |ranges: &[(u16, u16)], port: u16| {
            ranges.is_empty()
                || ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&port))
        };
        let shape = self
            .protocol
            .is_none_or(|protocol| is_protocol(protocol, packet.protocol))
            && ports(&self.source_ports, packet.source_port)
            && ports(&self.destination_ports, packet.destination_port);
        if !shape {
            return Matching::No;
        }
        let source = self.source.matches(packet.source, tags);
        let destination = self.destination.matches(packet.destination, tags);
        match (source, destination) {
            (Matching::No, _) | (_, Matching::No) => Matching::No,
            (Matching::Unknown(tag), _) | (_, Matching::Unknown(tag)) => Matching::Unknown(tag),
            (Matching::Yes, Matching::Yes) => Matching::Yes,
        }
    }

    fn names_platform(&self) -> bool {
        self.destination
            .tags
            .iter()
            .any(|tag| tags::is_platform_tag(tag))
    }

    fn is_virtual_network(&self) -> bool {
        self.source
            .tags
            .iter()
            .any(|tag| topology::same(tag, "VirtualNetwork"))
    }
}

fn is_protocol(rule: NsgProtocol, packet: Protocol) -> bool {
    matches!(
        (rule, packet),
        (NsgProtocol::Tcp, Protocol::Tcp)
            | (NsgProtocol::Udp, Protocol::Udp)
            | (NsgProtocol::Icmp, Protocol::Icmp)
    )
}

impl AddressSet {
    /// The set that a rule names.
    pub fn of(prefixes: &[AddressPrefix]) -> Self {
        let mut set = Self::default();
        for prefix in prefixes {
            match prefix {
                AddressPrefix::Any => set.any = true,
                AddressPrefix::Net(net) if net.prefix_len() == net.max_prefix_len() => {
                    set.hosts.insert(net.addr());
                }
                AddressPrefix::Net(net) => set.nets.push(*net),
                AddressPrefix::Tag(tag) => set.tags.push(tag.clone()),
            }
        }
        set
    }

    fn matches(&self, address: IpAddr, tags: &Tags) -> Matching {
        if self.any || self.hosts.contains(&address) || topology::contains(&self.nets, address) {
            return Matching::Yes;
        }
        let mut unknown = Matching::No;
        for tag in &self.tags {
            match tags.membership(tag, address) {
                Membership::In => return Matching::Yes,
                Membership::Unknown => unknown = Matching::Unknown(tag.clone()),
                Membership::Out => {}
            }
        }
        unknown
    }
}

fn effective_rules(nsg: &Nsg) -> Vec<EffectiveRule> {
    let written = nsg.rules.iter().enumerate();
    let written = written.map(|(index, rule)| effective_rule(rule, rule_cause(nsg, rule, index)));
    written.chain(default_rules(nsg)).collect()
}

fn effective_rule(rule: &SecurityRule, cause: Cause) -> EffectiveRule {
    EffectiveRule {
        name: rule.meta.name.clone(),
        priority: rule.priority,
        inbound: rule.inbound,
        allow: rule.allow,
        protocol: rule.protocol,
        source: AddressSet::of(&rule.sources),
        source_ports: rule.source_ports.clone(),
        destination: AddressSet::of(&rule.destinations),
        destination_ports: rule.destination_ports.clone(),
        default: false,
        cause,
    }
}

fn rule_cause(nsg: &Nsg, rule: &SecurityRule, index: usize) -> Cause {
    match &rule.meta.origin {
        Origin::Derived { from, .. } => Cause::field(from.clone(), "spec.ports"),
        _ => Cause::field(
            nsg.reference(),
            format!("properties.securityRules[{index}]"),
        ),
    }
}

/// The rules that Azure adds to every group: priority, inbound, allow, name, source, destination.
const DEFAULT_RULES: [(u32, bool, bool, &str, &str, &str); 6] = [
    (
        65000,
        true,
        true,
        "AllowVnetInBound",
        "VirtualNetwork",
        "VirtualNetwork",
    ),
    (
        65001,
        true,
        true,
        "AllowAzureLoadBalancerInBound",
        "AzureLoadBalancer",
        "*",
    ),
    (65500, true, false, "DenyAllInBound", "*", "*"),
    (
        65000,
        false,
        true,
        "AllowVnetOutBound",
        "VirtualNetwork",
        "VirtualNetwork",
    ),
    (65001, false, true, "AllowInternetOutBound", "*", "Internet"),
    (65500, false, false, "DenyAllOutBound", "*", "*"),
];

fn default_rules(nsg: &Nsg) -> impl Iterator<Item = EffectiveRule> + '_ {
    let side = |text: &str| match text {
        "*" => AddressSet::of(&[AddressPrefix::Any]),
        tag => AddressSet::of(&[AddressPrefix::Tag(Arc::from(tag))]),
    };
    DEFAULT_RULES.into_iter().map(
        move |(priority, inbound, allow, name, source, destination)| EffectiveRule {
            name: Arc::from(name),
            priority,
            inbound,
            allow,
            protocol: None,
            source: side(source),
            source_ports: Vec::new(),
            destination: side(destination),
            destination_ports: Vec::new(),
            default: true,
            cause: Cause::object(nsg.reference()),
        },
    )
}

fn frontend_services(network: &Network) -> BTreeMap<(IpAddr, u16), Ref> {
    let mut services = BTreeMap::new();
    let balanced = network
        .services
        .iter()
        .filter(|service| service.service_type == ServiceType::LoadBalancer);
    for service in balanced {
        for ingress in &service.ingress {
            for port in &service.ports {
                services.insert((ingress.ip, port.port), service.reference());
            }
        }
    }
    services
}
