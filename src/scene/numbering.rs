//! The numbers of steps: the same in the picture, the timeline and the trace.
//!
//! A step that decides something has a number and a shape, in the order of time through request
//! and reply. A step that only passes the packet on (a veth pair, a NIC, rules that did not
//! match) shares the number of the next one that decides at the same place, or else of the one
//! before. Delivery has no number: it is the verdict.

use std::collections::BTreeMap;

use super::shape::StepRef;
use crate::engine::stage::Stage;
use crate::engine::trace::{Connection, Detail, FilterVerdict, Step, Trace, Translation};
use crate::model::azure::NextHop;
use crate::model::object::Ref;

/// Priority of the first default rule of a network security group.
const DEFAULT_RULES: u32 = 65_000;

/// A numbered decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// From 1, in the order of time.
    pub number: usize,
    /// The step that decides.
    pub step: StepRef,
    /// Where it decides.
    pub place: Ref,
    /// Whether it rewrites an address or port: a diamond, not a circle.
    pub rewrites: bool,
}

/// The numbers of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// The numbered steps in order.
    pub marks: Vec<Mark>,
    by_step: BTreeMap<StepRef, usize>,
}

impl Numbering {
    /// Numbers the steps of a request and its reply.
    pub fn of(connection: &Connection) -> Self {
        let mut numbering = Self::default();
        numbering.add(&connection.original, false);
        if let Some(reply) = &connection.reply {
            numbering.add(reply, true);
        }
        numbering
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether nothing is numbered.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The mark that a step belongs to: its own, or that of the step that it merges into.
    pub fn mark(&self, step: StepRef) -> Option<&Mark> {
        self.by_step
            .get(&step)
            .and_then(|&index| self.marks.get(index))
    }

    /// The mark of this number.
    pub fn number(&self, number: usize) -> Option<&Mark> {
        self.marks.get(number.checked_sub(1)?)
    }

    fn add(&mut self, trace: &Trace, reply: bool) {
        let steps: Vec<(&Ref, &Step)> = trace.steps().collect();
        let last = steps.len().saturating_sub(1);
        let opens = steps.iter().position(|(_, step)| !is_lookup(step.stage));
        let first_mark = self.marks.len();
        // Steps that wait for the next decision at their place.
        let mut waiting: Vec<(usize, &Ref)> = Vec::new();
        for (index, &(place, step)) in steps.iter().enumerate() {
            let ends = index == last && !matches!(step.detail, Detail::Delivered);
            let numbered = ends || decides(step, reply) || (!reply && opens == Some(index));
            let dns_goes_on = is_lookup(step.stage)
                && steps
                    .get(index + 1)
                    .is_some_and(|(_, next)| is_lookup(next.stage));
            if !numbered || dns_goes_on {
                waiting.push((index, place));
                continue;
            }
            let mark = self.marks.len();
            for (index, waits_at) in waiting.drain(..) {
                let joins = if waits_at == place || mark == first_mark {
                    mark
                } else {
                    mark - 1
                };
                self.by_step.insert(StepRef { reply, index }, joins);
            }
            let step_ref = StepRef { reply, index };
            self.by_step.insert(step_ref, mark);
            self.marks.push(Mark {
                number: mark + 1,
                step: step_ref,
                place: place.clone(),
                rewrites: rewrites(step),
            });
        }
        if let Some(mark) = self.marks.len().checked_sub(1) {
            for (index, _) in waiting {
                self.by_step.insert(StepRef { reply, index }, mark);
            }
        }
    }
}

/// Whether a step looks up a name: it happens before the packet sets out.
pub fn is_lookup(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::DnsSearch | Stage::DnsService | Stage::DnsForward | Stage::DnsZone
    )
}

/// Whether a step changes an address or port.
pub fn rewrites(step: &Step) -> bool {
    let (before, after) = (&step.before, &step.after);
    before.source != after.source
        || before.source_port != after.source_port
        || before.destination != after.destination
        || before.destination_port != after.destination_port
}

fn decides(step: &Step, reply: bool) -> bool {
    if rewrites(step) {
        return true;
    }
    match &step.detail {
        Detail::Sent | Detail::Delivered | Detail::Probed { .. } => false,
        Detail::Filtered {
            allowed,
            nsg,
            priority,
            ..
        } => {
            let outbound = matches!(step.stage, Stage::AzureNsgOutNic | Stage::AzureNsgOutSubnet);
            !allowed || (!reply && nsg.is_some() && !(outbound && *priority >= DEFAULT_RULES))
        }
        Detail::RoutedByAzure { next_hop, .. } => {
            !reply || !matches!(next_hop, NextHop::VnetLocal | NextHop::Internet)
        }
        Detail::RoutedByLinux { interface, .. } => {
            !reply && step.stage == Stage::NodeRoute && !is_uplink(interface)
        }
        Detail::Netfilter {
            translation,
            verdict,
            ..
        } => *translation != Translation::None || *verdict != FilterVerdict::Accept,
        Detail::Tracked {
            known, translation, ..
        } => *translation != Translation::None || (reply && *known),
        Detail::Forwarded { .. } => matches!(
            step.stage,
            Stage::AzurePeering | Stage::AzureGateway | Stage::AzureFirewall | Stage::HostForward
        ),
        Detail::Resolved(_)
        | Detail::Policy { .. }
        | Detail::Balanced { .. }
        | Detail::Translated { .. }
        | Detail::Refused { .. }
        | Detail::NotModelled { .. } => true,
    }
}

/// Whether an interface leads out of the node rather than to its pods.
fn is_uplink(interface: &str) -> bool {
    interface.starts_with("eth") || interface == "lo"
}
