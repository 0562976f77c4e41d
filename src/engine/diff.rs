//! What differs between two scenarios: who may talk to whom, and the walks of flows, each with a witness.
//!
//! A pair of peers that only one scenario has counts as added or removed. A flow is walked in both
//! scenarios, also where only one has it written down; what counts is the way of the packet
//! (places, decisions, headers), not the rules that say so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use super::reach::{PortSet, Reach, SetId};
use super::simulation::Simulation;
use super::trace::{Trace, TraceResult, Verdict};
use crate::model::flow::Flow;
use crate::model::packet::Protocol;

/// Everything that differs.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Pairs whose ports differ.
    pub pairs: Vec<PairChange>,
    /// Flows whose walks differ.
    pub flows: Vec<FlowChange>,
}

/// A pair whose ports differ.
#[derive(Clone, Debug, PartialEq)]
pub struct PairChange {
    /// Who opens connections.
    pub from: Arc<str>,
    /// Who accepts them.
    pub to: Arc<str>,
    /// The ports in the first scenario; empty for none.
    pub before: PortSet,
    /// The ports in the second scenario.
    pub after: PortSet,
    /// A connection that one of them lets pass and the other does not.
    pub witness: Witness,
}

/// A connection that shows a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// Address of the sender, where it is known.
    pub source: Option<String>,
    /// Address of the receiver, where it is known.
    pub destination: Option<String>,
    /// Transport protocol.
    pub protocol: Protocol,
    /// Destination port.
    pub port: u16,
}

/// A flow whose walks differ.
#[derive(Clone, Debug)]
pub struct FlowChange {
    /// The flow, as the second scenario has it if both do.
    pub flow: Flow,
    /// The verdicts in the two scenarios.
    pub verdicts: [Verdict; 2],
    /// The first step that differs, in each scenario; `None` where the walk has ended before it.
    pub steps: [Option<String>; 2],
}

impl Diff {
    /// Compares two scenarios.
    pub fn of(before: &Simulation, after: &Simulation) -> Self {
        Self {
            pairs: pairs(before, after),
            flows: flows(before, after),
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.flows.is_empty()
    }
}

/// A peer of either scenario.
struct Peer {
    id: Arc<str>,
    address: Option<String>,
    range: Option<(u32, u32)>,
    /// Its index among the peers of each scenario.
    index: [Option<usize>; 2],
}

fn pairs(before: &Simulation, after: &Simulation) -> Vec<PairChange> {
    let mut reaches = Reach::of_both(before.network(), after.network());
    let peers = peers(&reaches);
    let mut changes = Changes::default();
    for (from_index, from) in peers.iter().enumerate() {
        for (to_index, to) in peers.iter().enumerate() {
            let [before, after] = [0, 1].map(|side| {
                let ends = from.index[side].zip(to.index[side]);
                let set = ends.and_then(|(from, to)| reaches[side].ports(from, to));
                set.unwrap_or(SetId::NONE)
            });
            let (before, after) = (reaches[0].set(before), reaches[1].set(after));
            if before != after {
                changes.add((from_index, from), (to_index, to), (before, after));
            }
        }
    }
    changes.list
}

/// Sender and receiver, where they are pods, and the ports before and after.
type RunKey = (Option<usize>, Option<usize>, PortSet, PortSet);

/// The changes so far.
#[derive(Default)]
struct Changes {
    list: Vec<PairChange>,
    /// The last change of a run of ranges that change alike: its place in the list, and the run.
    runs: BTreeMap<RunKey, (usize, u32, u32)>,
}

impl Changes {
    /// Adds a change; neighbouring ranges that change alike are one.
    fn add(
        &mut self,
        (from_index, from): (usize, &Peer),
        (to_index, to): (usize, &Peer),
        (before, after): (&PortSet, &PortSet),
    ) {
        let Some((protocol, port)) = before.first_difference(after) else {
            return;
        };
        let pod = |index, peer: &Peer| peer.range.is_none().then_some(index);
        let pods = (pod(from_index, from), pod(to_index, to));
        if let Some((first, last)) = from.range.or(to.range) {
            let key = (pods.0, pods.1, before.clone(), after.clone());
            let run = self.runs.get_mut(&key);
            let touches = |run: &&mut (usize, u32, u32)| run.2.checked_add(1) == Some(first);
            if let Some((index, start, end)) = run.filter(touches) {
                *end = last;
                let id = range_id(*start, last);
                match self.list.get_mut(*index) {
                    Some(change) if from.range.is_some() => change.from = id,
                    Some(change) => change.to = id,
                    None => {}
                }
                return;
            }
            self.runs.insert(key, (self.list.len(), first, last));
        }
        self.list.push(PairChange {
            from: from.id.clone(),
            to: to.id.clone(),
            before: before.clone(),
            after: after.clone(),
            witness: Witness {
                source: from.address.clone(),
                destination: to.address.clone(),
                protocol,
                port,
            },
        });
    }
}

fn range_id(first: u32, last: u32) -> Arc<str> {
    let [first, last] = [first, last].map(Ipv4Addr::from_bits);
    Arc::from(format!("{first}-{last}"))
}

/// The peers of both scenarios: those of the first, then what only the second has.
fn peers(reaches: &[Reach; 2]) -> Vec<Peer> {
    let mut peers: Vec<Peer> = Vec::new();
    let mut known = BTreeMap::<Arc<str>, usize>::new();
    for (side, reach) in reaches.iter().enumerate() {
        for (index, peer) in reach.peers.iter().enumerate() {
            let at = *known.entry(peer.id.clone()).or_insert(peers.len());
            if at == peers.len() {
                let start = peer
                    .range
                    .map(|(first, _)| Ipv4Addr::from_bits(first).to_string());
                peers.push(Peer {
                    id: peer.id.clone(),
                    address: peer.ip.map(|ip| ip.to_string()).or(start),
                    range: peer.range,
                    index: [None; 2],
                });
            }
            peers[at].index[side] = Some(index);
        }
    }
    peers
}

/// The flows whose walks differ, by name.
pub fn flows(before: &Simulation, after: &Simulation) -> Vec<FlowChange> {
    let named = |simulation: &Simulation| -> BTreeMap<Arc<str>, Flow> {
        let flows = simulation.network().flows.iter();
        flows
            .map(|flow| (flow.meta.name.clone(), flow.clone()))
            .collect()
    };
    let (ours, theirs) = (named(before), named(after));
    let mut names: Vec<&Arc<str>> = theirs.keys().chain(ours.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let (first, second) = (ours.get(name), theirs.get(name));
            let (first, second) = (first.or(second)?, second.or(first)?);
            let walks = [before.trace(first), after.trace(second)];
            let ways = [way(&walks[0]), way(&walks[1])];
            let [ours, theirs] = &ways;
            let same = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
            (ours != theirs).then(|| FlowChange {
                flow: second.clone(),
                verdicts: walks.each_ref().map(|walk| walk.verdict),
                steps: [ours.get(same).cloned(), theirs.get(same).cloned()],
            })
        })
        .collect()
}

/// The way of a flow's packets, a line for each decision, branch after branch.
fn way(result: &TraceResult) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, branch) in result.branches.iter().enumerate() {
        let connection = &branch.connection;
        let prefix = if result.branches.len() > 1 {
            format!("branch {} ", index + 1)
        } else {
            String::new()
        };
        add(
            &mut lines,
            &format!("{prefix}request"),
            &connection.original,
        );
        if let Some(reply) = &connection.reply {
            add(&mut lines, &format!("{prefix}reply"), reply);
        }
    }
    lines
}

fn add(lines: &mut Vec<String>, lane: &str, trace: &Trace) {
    for (index, (place, step)) in trace.steps().enumerate() {
        let (stage, action) = (step.stage.as_str(), step.action());
        let mut line = format!(
            "{lane} {}: {place} {stage} {action} {}",
            index + 1,
            step.before
        );
        if step.before != step.after {
            // Writing to a string cannot fail.
            let _ = write!(line, " => {}", step.after);
        }
        lines.push(line);
    }
    lines.push(format!("{lane}: {}", trace.disposition.as_str()));
}
