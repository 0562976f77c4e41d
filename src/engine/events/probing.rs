//! The clock of load balancers: each probe asks every member at its interval, and believes what several answers in a
//! row say. What was true when the clock started is believed from the start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::backends::Backends;
use super::{Change, Moment, Stretch};
use crate::engine::azure::probes::Health;
use crate::engine::dataplane::Dataplane;
use crate::engine::explain::Explanation;
use crate::engine::outage::{Outage, ProbeKey};
use crate::engine::sources::Source;
use crate::model::azure::Probe;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Answers in a row after which a member that was down is believed to be up again.
const UP_AFTER: u32 = 1;

/// A member whose state, as a probe believes it, changes.
struct Noticed {
    at: u32,
    probe: ProbeKey,
    node: Arc<str>,
    up: bool,
}

/// Everything that probes believe.
type Beliefs = BTreeMap<ProbeKey, BTreeSet<Arc<str>>>;

/// The moments of a clock: where the network changes, and where probes notice.
pub(super) fn moments(stretches: Vec<Stretch>) -> Vec<Moment> {
    let truths: Vec<(u32, Beliefs)> = stretches
        .iter()
        .map(|stretch| (stretch.at, truth(stretch)))
        .collect();
    let mut beliefs = truths
        .first()
        .map(|(_, truth)| truth.clone())
        .unwrap_or_default();
    let Some(first) = stretches.first() else {
        return Vec::new();
    };
    let backends = Backends::of(&stretches);
    let mut noticed = Vec::new();
    for (key, probe) in probes(&first.network) {
        noticed.extend(ask(key, probe, &truths));
    }
    noticed.sort_by(|one, other| {
        (one.at, one.probe, &one.node).cmp(&(other.at, other.probe, &other.node))
    });
    let mut seconds: BTreeMap<u32, Vec<Noticed>> = BTreeMap::new();
    for one in noticed {
        seconds.entry(one.at).or_default().push(one);
    }
    for second in backends.seconds() {
        seconds.entry(second).or_default();
    }
    let mut moments = Vec::new();
    let mut stretches = stretches.into_iter().peekable();
    let mut current = None;
    while let Some(begin) = stretches.next() {
        let until = stretches.peek().map(|next| next.at);
        // What was before the events has no second of its own.
        let quiet = current.is_none();
        let mut changes = begin.changes.clone();
        current = Some(begin);
        let Some(stretch) = &current else { continue };
        if !quiet {
            let here = seconds.remove(&stretch.at).unwrap_or_default();
            changes.extend(notice(&stretch.network, here, &mut beliefs));
            changes.extend(backends.changes(&stretch.network, stretch.at));
        }
        moments.push(moment(
            stretch,
            (stretch.at, changes),
            (&beliefs, &backends),
        ));
        let within = |at: &u32| !quiet && until.is_none_or(|until| *at < until);
        while let Some((at, here)) = seconds.pop_first() {
            if !within(&at) {
                seconds.insert(at, here);
                break;
            }
            let mut changes = notice(&stretch.network, here, &mut beliefs);
            changes.extend(backends.changes(&stretch.network, at));
            moments.push(moment(stretch, (at, changes), (&beliefs, &backends)));
        }
    }
    moments
}

fn moment(
    stretch: &Stretch,
    (at, changes): (u32, Vec<Change>),
    (beliefs, backends): (&Beliefs, &Backends),
) -> Moment {
    let outage = Outage {
        stopped: stretch.stopped.clone(),
        believed: beliefs.clone(),
        backends: backends.at(at),
    };
    Moment {
        at,
        changes,
        plane: Dataplane::build_with(stretch.network.clone(), outage),
    }
}

/// Every probe with its indexes.
fn probes(network: &Network) -> impl Iterator<Item = (ProbeKey, &Probe)> {
    let balancers = network.load_balancers.iter().enumerate();
    balancers.flat_map(|(at, balancer)| {
        let probes = balancer.probes.iter().enumerate();
        probes.map(move |(index, probe)| ((at, index), probe))
    })
}

/// The members that would answer each probe in a stretch.
fn truth(stretch: &Stretch) -> Beliefs {
    let outage = Outage {
        stopped: stretch.stopped.clone(),
        ..Outage::default()
    };
    let plane = Dataplane::build_with(stretch.network.clone(), outage);
    let healthy = |(key, _): (ProbeKey, &Probe)| {
        let members = plane.probe_health(key.0, key.1).iter();
        let up = members.filter(|(_, health)| *health == Health::Healthy);
        (key, up.map(|(node, _)| node.clone()).collect())
    };
    probes(&stretch.network).map(healthy).collect()
}

/// What a probe notices, and when.
fn ask(key: ProbeKey, probe: &Probe, truths: &[(u32, Beliefs)]) -> Vec<Noticed> {
    let interval = probe.interval_seconds.max(1);
    let threshold = probe.threshold.max(1);
    let last = truths.last().map_or(0, |(at, _)| *at);
    let nodes: BTreeSet<&Arc<str>> = truths
        .iter()
        .filter_map(|(_, truth)| truth.get(&key))
        .flatten()
        .collect();
    let up_at = |node: &Arc<str>, second: u32| {
        let mut before = truths.iter().rev().filter(|(at, _)| *at <= second);
        let truth = before.next().and_then(|(_, truth)| truth.get(&key));
        truth.is_some_and(|up| up.contains(node))
    };
    let initially = |node: &Arc<str>| {
        let truth = truths.first().and_then(|(_, truth)| truth.get(&key));
        truth.is_some_and(|up| up.contains(node))
    };
    let mut noticed = Vec::new();
    for node in nodes {
        let mut believed = initially(node);
        let mut against = 0;
        let ends = last.saturating_add(interval.saturating_mul(threshold + 1));
        let first = interval;
        for second in (first..=ends).step_by(interval as usize) {
            let up = up_at(node, second);
            against = if up == believed { 0 } else { against + 1 };
            if against >= if up { UP_AFTER } else { threshold } {
                (believed, against) = (up, 0);
                noticed.push(Noticed {
                    at: second,
                    probe: key,
                    node: node.clone(),
                    up,
                });
            }
        }
    }
    noticed
}

/// Takes over what probes have noticed, and says it: once for each load balancer and node, however many probes ask.
fn notice(network: &Network, noticed: Vec<Noticed>, beliefs: &mut Beliefs) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for one in noticed {
        let up = beliefs.entry(one.probe).or_default();
        if one.up {
            up.insert(one.node.clone());
        } else {
            up.remove(&one.node);
        }
        let balancer = network.load_balancers.get(one.probe.0);
        let probe = balancer.and_then(|it| it.probes.get(one.probe.1));
        let (Some(balancer), Some(probe)) = (balancer, probe) else {
            continue;
        };
        let id = if one.up {
            "event-member-up"
        } else {
            "event-member-down"
        };
        let what = Explanation::new(id)
            .with("object", balancer.reference())
            .with("node", Ref::new(Kind::Node, one.node))
            .with("count", i64::from(probe.threshold))
            .with("service", probe.caused_by.clone());
        changes.push(Change {
            what,
            object: balancer.reference(),
            reference: Source::HealthProbes,
        });
    }
    changes.dedup();
    changes
}
