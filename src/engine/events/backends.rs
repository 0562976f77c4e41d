//! The clock of Application Gateways: what each holds of the members of its pools, between one probe and the next.
//!
//! A member that comes into a pool is asked at once; later it is out after so many failures in a row as the probe
//! says, and back after one answer. How long an ingress controller takes to write a pool is not modelled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Change, Stretch};
use crate::engine::appgateway::health::{Beliefs, Key};
use crate::engine::dataplane::Dataplane;
use crate::engine::explain::Explanation;
use crate::engine::outage::Outage;
use crate::engine::sources::Source;
use crate::engine::walk;
use crate::model::network::Network;

/// What is believed of one member from a second on; nothing while it is in no pool.
#[derive(Debug)]
struct Entry {
    at: u32,
    believed: Option<bool>,
    /// A probe has noticed it.
    noticed: bool,
}

/// What all gateways believe, at any second.
#[derive(Debug, Default)]
pub(super) struct Backends(BTreeMap<(Key, Arc<str>), Vec<Entry>>);

impl Backends {
    /// Asks every member of every pool through all stretches.
    pub fn of(stretches: &[Stretch]) -> Self {
        if stretches
            .iter()
            .all(|it| it.network.app_gateways.is_empty())
        {
            return Self::default();
        }
        let truths: Vec<(u32, Beliefs)> = stretches.iter().map(truth).collect();
        let members = truths.iter().flat_map(|(_, truth)| truth);
        let members: BTreeSet<(Key, Arc<str>)> = members
            .flat_map(|(key, pool)| pool.keys().map(|member| (key.clone(), member.clone())))
            .collect();
        let ask = |member: (Key, Arc<str>)| {
            let timing = timing(stretches, &member.0);
            let entries = ask(&member, timing, &truths);
            (member, entries)
        };
        Self(members.into_iter().map(ask).collect())
    }

    /// The beliefs that hold at a second.
    pub fn at(&self, second: u32) -> Beliefs {
        let mut beliefs = Beliefs::new();
        for ((key, member), entries) in &self.0 {
            let last = entries.iter().rev().find(|it| it.at <= second);
            if let Some(up) = last.and_then(|it| it.believed) {
                let pool = beliefs.entry(key.clone()).or_default();
                pool.insert(member.clone(), up);
            }
        }
        beliefs
    }

    /// The seconds at which some probe notices something.
    pub fn seconds(&self) -> BTreeSet<u32> {
        let entries = self.0.values().flatten();
        entries.filter(|it| it.noticed).map(|it| it.at).collect()
    }

    /// What probes notice at a second, in sentences; once for a pool, whatever settings it is asked with.
    pub fn changes(&self, network: &Network, second: u32) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for ((key, member), entries) in &self.0 {
            let mut here = entries.iter().filter(|it| it.at == second && it.noticed);
            let Some(up) = here.next_back().and_then(|it| it.believed) else {
                continue;
            };
            let Some(gateway) = network.app_gateway(&key.0) else {
                continue;
            };
            let (_, threshold) = walk::backend_timing(gateway, &key.2);
            let id = if up {
                "event-backend-up"
            } else {
                "event-backend-down"
            };
            let what = Explanation::new(id)
                .with("object", gateway.reference())
                .with("member", member.clone())
                .with("pool", key.1.clone())
                .with("count", i64::from(threshold));
            let change = Change {
                what,
                object: gateway.reference(),
                reference: Source::AppGatewayProbes,
            };
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        changes
    }
}

/// The members that would answer in a stretch.
fn truth(stretch: &Stretch) -> (u32, Beliefs) {
    let outage = Outage {
        stopped: stretch.stopped.clone(),
        ..Outage::default()
    };
    let plane = Dataplane::build_with(stretch.network.clone(), outage);
    (stretch.at, walk::backends(&plane))
}

/// Interval and threshold of the probe, as it was first written.
fn timing(stretches: &[Stretch], key: &Key) -> (u32, u32) {
    let mut gateways = stretches.iter().filter_map(|stretch| {
        let gateway = stretch.network.app_gateway(&key.0)?;
        gateway.config.setting(&key.2)?;
        Some(walk::backend_timing(gateway, &key.2))
    });
    let (interval, threshold) = gateways.next().unwrap_or((1, 1));
    (interval.max(1), threshold.max(1))
}

fn ask(
    (key, member): &(Key, Arc<str>),
    (interval, threshold): (u32, u32),
    truths: &[(u32, Beliefs)],
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut believed: Option<bool> = None;
    let mut against = 0;
    let mut stretches = truths.iter().enumerate().peekable();
    while let Some((index, (at, truth))) = stretches.next() {
        let truth = truth.get(key).and_then(|pool| pool.get(member)).copied();
        let known = truth.and(believed).or(truth);
        if known != believed {
            (believed, against) = (known, 0);
            entries.push(Entry {
                at: *at,
                believed,
                noticed: false,
            });
        }
        let Some(up) = truth else { continue };
        // What was before the events has no seconds of its own.
        let settled = interval.saturating_mul(threshold.saturating_add(1));
        let until = match stretches.peek() {
            _ if index == 0 => continue,
            Some((_, (next, _))) => *next,
            None => at.saturating_add(settled).saturating_add(1),
        };
        let first = at.div_ceil(interval).max(1).saturating_mul(interval);
        for second in (first..until).step_by(interval as usize) {
            if believed == Some(up) {
                against = 0;
                continue;
            }
            against += 1;
            if up || against >= threshold {
                (believed, against) = (Some(up), 0);
                entries.push(Entry {
                    at: second,
                    believed,
                    noticed: true,
                });
            }
        }
    }
    entries
}
