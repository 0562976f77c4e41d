//! What is missing of a group: the whole of it, or a rule that cannot be read; and what it says twice. What it would say
//! about a packet nobody knows, so a walk that comes to it ends there.

use std::sync::Arc;

use super::rule::{EffectiveRule, Matching};
use super::{Decision, EffectiveNsg, Passage};
use crate::engine::azure::finding::Finding;
use crate::engine::explain::Explanation;
use crate::engine::trace::{Cause, Detail};
use crate::model::object::{Kind, Ref};
use crate::model::packet::Packet;
use crate::model::unread::UnreadRule;

impl EffectiveNsg {
    /// A rule that cannot be read might be the first that matches.
    pub(super) fn unreadable(&self, inbound: bool, nsg: &Ref, rule: &UnreadRule) -> Decision {
        let why = Explanation::new("why-azure-nsg-unread")
            .with("rule", rule.name.clone())
            .with("nsg", nsg.clone());
        let cause = Cause::field(nsg.clone(), rule.field.clone());
        let decision = self.hole(inbound, nsg, why, cause);
        Decision {
            rule: rule.name.clone(),
            priority: rule.priority.unwrap_or_default(),
            ..decision
        }
    }

    /// A rule of the same priority as `rule` that matches as well, or may, and that says the opposite: `later` are those
    /// behind it. Azure has no such group, so it has no order of the two.
    pub(super) fn rival<'r>(
        &self,
        rule: &EffectiveRule,
        later: impl Iterator<Item = &'r EffectiveRule>,
        packet: &Packet,
    ) -> Option<&'r EffectiveRule> {
        let mut equal = later.take_while(|it| it.priority == rule.priority);
        equal.find(|it| {
            it.allow != rule.allow && !matches!(it.matches(packet, &self.tags), Matching::No)
        })
    }

    /// Two rules of one priority say opposite things.
    pub(super) fn contested(
        &self,
        nsg: &Ref,
        rule: &EffectiveRule,
        other: &EffectiveRule,
    ) -> Decision {
        let why = Explanation::new("why-azure-nsg-contested")
            .with("rule", rule.name.clone())
            .with("other", other.name.clone())
            .with("priority", i64::from(rule.priority))
            .with("nsg", nsg.clone());
        let decision = self.hole(rule.inbound, nsg, why, other.cause.clone());
        Decision {
            rule: rule.name.clone(),
            priority: rule.priority,
            ..decision
        }
    }

    /// No document describes the group.
    pub(super) fn undescribed(&self, inbound: bool, nsg: &Ref) -> Decision {
        let why = Explanation::new("why-azure-nsg-missing")
            .with("place", self.place.clone())
            .with("nsg", nsg.clone());
        let cause = match self.place.kind {
            Kind::Subnet => Cause::field(self.place.clone(), "properties.networkSecurityGroup"),
            _ => Cause::object(self.place.clone()),
        };
        self.hole(inbound, nsg, why, cause)
    }

    fn hole(&self, inbound: bool, nsg: &Ref, why: Explanation, cause: Cause) -> Decision {
        let what: Arc<str> = Arc::from(nsg.to_string());
        let detail = Detail::NotModelled { what: what.clone() };
        Decision {
            passage: Passage::NotModelled(what),
            nsg: Some(nsg.clone()),
            rule: Arc::from("-"),
            priority: 0,
            finding: Finding::new(self.stage(inbound), detail, why).caused_by(cause),
        }
    }
}
