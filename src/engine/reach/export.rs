//! The answer of `kubehop reach`: peers and allowed connections, by pod or by workload.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{PortSet, Reach, SetId};
use crate::engine::export::API_VERSION;

/// What stands for one row and column of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Each pod.
    Pod,
    /// All pods of a workload together: what any of them may do. Pods without one stand for themselves.
    Workload,
}

/// The allowed connections between groups of peers.
#[derive(Debug)]
pub struct Table {
    /// The groups, in the order of their first peers.
    pub groups: Vec<Group>,
    /// Sender, receiver, and the ports; pairs without an allowed connection are absent.
    pub allowed: Vec<(usize, usize, SetId)>,
}

/// Peers that are one row and column.
#[derive(Debug)]
pub struct Group {
    /// The pod, workload or range.
    pub id: Arc<str>,
    /// Indexes into [`Reach::peers`].
    pub members: Vec<usize>,
}

impl Table {
    /// The connections between pods, or between workloads.
    pub fn of(reach: &mut Reach, by: By) -> Self {
        let (groups, group_of) = groups(reach, by);
        let mut allowed = Vec::new();
        if by == By::Pod {
            reach.each(|from, to, set| allowed.push((from, to, set)));
            return Self { groups, allowed };
        }
        let mut together = BTreeMap::<(usize, usize), SetId>::new();
        let mut pairs = Vec::new();
        reach.each(|from, to, set| {
            let pair = (group_of[from], group_of[to]);
            if pair.0 != pair.1 {
                pairs.push((pair, set));
            }
        });
        for (pair, set) in pairs {
            let known = together.entry(pair).or_insert(SetId::NONE);
            *known = reach.sets.union(*known, set);
        }
        let rows = together.into_iter();
        Self {
            groups,
            allowed: rows.map(|((from, to), set)| (from, to, set)).collect(),
        }
    }

    /// `ReachResult` of the contract.
    pub fn json(&self, reach: &Reach) -> Value {
        let peers: Vec<Value> = self.groups.iter().map(|it| peer(reach, it)).collect();
        let texts: Vec<Vec<String>> = reach.sets.iter().map(PortSet::texts).collect();
        let allowed: Vec<Value> = self
            .rows()
            .map(|(from, to, set)| {
                json!({ "from": from, "to": to, "connections": texts.get(set.index()) })
            })
            .collect();
        json!({
            "apiVersion": API_VERSION,
            "kind": "ReachResult",
            "engine": reach.engine.as_str(),
            "peers": peers,
            "allowed": allowed,
        })
    }

    /// One pair a line: `FROM -> TO: TCP 80, UDP 53`.
    pub fn text(&self, reach: &Reach) -> String {
        let texts: Vec<String> = joined(reach);
        let line = |(from, to, set): (&str, &str, SetId)| {
            let ports = texts.get(set.index()).map_or("", String::as_str);
            format!("{from} -> {to}: {ports}\n")
        };
        self.rows().map(line).collect()
    }

    /// One pair a row: `from,to,connections`.
    pub fn csv(&self, reach: &Reach) -> String {
        let texts: Vec<String> = joined(reach);
        let mut text = "from,to,connections\n".to_owned();
        for (from, to, set) in self.rows() {
            let ports = texts.get(set.index()).map_or("", String::as_str);
            let cells = [cell(from), cell(to), cell(ports)];
            text += &cells.join(",");
            text.push('\n');
        }
        text
    }

    fn rows(&self) -> impl Iterator<Item = (&str, &str, SetId)> {
        self.allowed.iter().filter_map(|(from, to, set)| {
            let [from, to] = [self.groups.get(*from)?, self.groups.get(*to)?];
            Some((&*from.id, &*to.id, *set))
        })
    }
}

/// The groups, and the group of each peer.
fn groups(reach: &Reach, by: By) -> (Vec<Group>, Vec<usize>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut known = BTreeMap::<Arc<str>, usize>::new();
    let mut group_of = Vec::new();
    for (index, peer) in reach.peers.iter().enumerate() {
        let workload = peer.workload.as_ref().filter(|_| by == By::Workload);
        let id = workload.map_or_else(|| peer.id.clone(), |it| Arc::from(it.to_string()));
        let group = *known.entry(id.clone()).or_insert(groups.len());
        if group == groups.len() {
            let members = Vec::new();
            groups.push(Group { id, members });
        }
        groups[group].members.push(index);
        group_of.push(group);
    }
    (groups, group_of)
}

fn peer(reach: &Reach, group: &Group) -> Value {
    let members = group.members.iter();
    let mut members = members.filter_map(|index| reach.peers.get(*index));
    let first = members.next();
    if first.is_some_and(|first| first.range.is_some()) {
        return json!({ "id": &*group.id });
    }
    let alone = first.filter(|first| first.id == group.id);
    json!({
        "id": &*group.id,
        "workload": first.and_then(|it| it.workload.as_ref()).map(ToString::to_string),
        "ip": alone.and_then(|it| it.ip).map(|ip| ip.to_string()),
    })
}

/// Each set of ports as one text.
fn joined(reach: &Reach) -> Vec<String> {
    reach
        .sets
        .iter()
        .map(|set| set.texts().join(", "))
        .collect()
}

/// A cell of a CSV file, in quotes where it needs them.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
