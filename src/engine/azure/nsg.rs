//! Effective security rules of a subnet or of a network interface, and their decision about a packet.
//!
//! Rules are tried by priority, the first match decides; the default rules come last. Inbound the
//! subnet's group is asked before the interface's, outbound after it; both must allow, and where
//! nothing is attached nothing is refused. The caller asks only for the first packet of a connection.

mod filters;
mod hole;
mod rule;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::finding::Finding;
use super::tags::Tags;
use super::topology;
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::engine::stage::Stage;
use crate::engine::trace::{Cause, Detail};
use crate::model::azure::{ASG, SubnetId};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;
use crate::model::unread::UnreadRule;

use filters::Builder;
use rule::Matching;

pub use filters::Filters;
pub use rule::{AddressSet, EffectiveRule};

/// Where a security group is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// To the subnet.
    Subnet,
    /// To the network interface.
    Nic,
}

/// The rules that filter one subnet or interface.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveNsg {
    /// The subnet, node or host that is filtered.
    pub place: Ref,
    /// Where the group is attached.
    pub level: Level,
    /// The group; `None` where nothing is attached, or no document describes it.
    pub nsg: Option<Ref>,
    /// The group that is attached and that no document describes.
    pub missing: Option<Ref>,
    /// Rules that were left out, because they cannot be read.
    unread: Arc<[UnreadRule]>,
    /// What the tags mean here.
    pub tags: Tags,
    /// Rules for both directions, by priority.
    pub rules: Arc<[EffectiveRule]>,
    /// Which Service a frontend address and port belongs to, to name it in place of a shared rule.
    services: Services,
}

/// What decides about a packet.
enum Deciding<'r> {
    /// A rule that matches.
    Rule(&'r EffectiveRule),
    /// A rule that might, through this tag.
    Unknown(&'r EffectiveRule, Arc<str>),
    /// A rule that matches, and another of the same priority that does or may, and that says the opposite.
    Contested(&'r EffectiveRule, &'r EffectiveRule),
    /// The platform's own addresses are let out.
    Platform,
    /// There are no rules.
    Nothing,
    /// A rule that cannot be read might.
    Unread(&'r UnreadRule),
    /// The group is not described.
    Missing(&'r Ref),
}

/// Services by frontend address and port.
type Services = Arc<BTreeMap<(IpAddr, u16), Ref>>;

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

    /// The group that is attached, whether or not a document describes it.
    pub fn attached(&self) -> Option<&Ref> {
        self.nsg.as_ref().or(self.missing.as_ref())
    }

    /// The decision about the first packet of a connection, in one direction.
    pub fn evaluate(&self, inbound: bool, packet: &Packet) -> Decision {
        match (self.deciding(inbound, packet), self.attached()) {
            (Deciding::Rule(rule), Some(nsg)) => self.decided(nsg, rule, packet),
            (Deciding::Unknown(rule, tag), Some(nsg)) => self.unknown(nsg, rule, &tag, packet),
            (Deciding::Contested(rule, other), Some(nsg)) => self.contested(nsg, rule, other),
            (Deciding::Platform, Some(nsg)) => self.platform(nsg, packet),
            (Deciding::Unread(rule), Some(nsg)) => self.unreadable(inbound, nsg, rule),
            (Deciding::Missing(nsg), _) => self.undescribed(inbound, nsg),
            (Deciding::Nothing, _) | (_, None) => self.unattached(inbound),
        }
    }

    /// Whether the packet may pass, for whoever does not ask why: true exactly where
    /// [`EffectiveNsg::evaluate`] says `Allowed`.
    pub fn admits(&self, inbound: bool, packet: &Packet) -> bool {
        match self.deciding(inbound, packet) {
            Deciding::Rule(rule) => rule.allow,
            Deciding::Unknown(..)
            | Deciding::Contested(..)
            | Deciding::Unread(_)
            | Deciding::Missing(_) => false,
            Deciding::Platform | Deciding::Nothing => true,
        }
    }

    fn deciding(&self, inbound: bool, packet: &Packet) -> Deciding<'_> {
        let exempt = !inbound && topology::is_platform(packet.destination);
        if self.nsg.is_none() {
            return match &self.missing {
                Some(_) if exempt => Deciding::Platform,
                Some(missing) => Deciding::Missing(missing),
                None => Deciding::Nothing,
            };
        }
        let asked =
            |rule: &&EffectiveRule| rule.inbound == inbound && (!exempt || rule.names_platform());
        let mut rules = self.rules.iter().filter(asked);
        while let Some(rule) = rules.next() {
            let found = match rule.matches(packet, &self.tags) {
                Matching::Yes => match self.rival(rule, rules, packet) {
                    Some(other) => Deciding::Contested(rule, other),
                    None => Deciding::Rule(rule),
                },
                Matching::Unknown(tag) => Deciding::Unknown(rule, tag),
                Matching::No => continue,
            };
            let mut unread = self.unread.iter().filter(|_| !exempt);
            let before = unread.find(|it| it.may_decide(inbound, rule.priority));
            return before.map_or(found, Deciding::Unread);
        }
        if exempt {
            return Deciding::Platform;
        }
        // The default rules match everything, so this is reached only if they were not loaded.
        Deciding::Nothing
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
            (false, false, _) if cause.object.kind == Kind::Cluster => {
                Explanation::new("why-azure-nsg-outbound-block")
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
        let what: Arc<str> = Arc::from(match tag.strip_prefix(ASG) {
            Some(group) => format!("application security group {group}"),
            None => format!("service tag {tag}"),
        });
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
