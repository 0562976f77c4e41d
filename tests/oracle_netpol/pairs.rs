//! Pairs: all of some names, and the connections that np-guard lists for a case.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use kubehop::engine::reach::{PortSet, Reach};
use kubehop::engine::simulation::Simulation;
use kubehop::model::kube::{Origin, Pod};
use kubehop::model::network::Network;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::Protocol;
use serde_json::Value;

/// A pod of nobody in a namespace of its own, which stands for np-guard's `{ingress-controller}`.
pub const STRANGER: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: strangers}}
---
{apiVersion: v1, kind: Pod, metadata: {name: stranger, namespace: strangers}, spec: {containers: [{name: c, image: i}]}}
";

/// np-guard's pods of workloads have no addresses: here they get some that no policy of its cases names.
pub const ELSEWHERE: &str = "
{type: Microsoft.Network/virtualNetworks, name: v, properties: {addressSpace: {addressPrefixes: [172.30.0.0/16]},
  subnets: [{name: nodes, properties: {addressPrefix: 172.30.0.0/16}}]}}
---
{type: Microsoft.ContainerService/managedClusters, name: c, properties: {
  networkProfile: {networkPlugin: azure, networkPolicy: calico, serviceCidr: 172.31.0.0/16, dnsServiceIP: 172.31.0.10},
  agentPoolProfiles: [{name: p, count: 3, vnetSubnetID: v/nodes}]}}
";

/// Every ordered pair of distinct names.
pub fn distinct(names: &[String]) -> impl Iterator<Item = (&str, &str)> {
    names.iter().flat_map(move |from| {
        let others = names.iter().filter(move |to| *to != from);
        others.map(move |to| (from.as_str(), to.as_str()))
    })
}

/// Somebody as np-guard names it, or an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Who {
    Workload(String),
    /// An address that stands for all up to the next boundary.
    Address(u32),
}

/// Ports by ordered pair.
type Table = BTreeMap<(Who, Who), BTreeSet<(String, u16, u16)>>;

/// What differs between our answer and np-guard's.
pub fn differences(simulation: &Simulation, expected: &Value, checks: &mut usize) -> Vec<String> {
    let rows = expected["expected"].as_array().unwrap();
    let mut reach = Reach::of(simulation.network());
    let mut starts: BTreeSet<u32> = reach
        .peers
        .iter()
        .filter_map(|it| Some(it.range?.0))
        .collect();
    for row in rows {
        for (first, last) in ["src", "dst"]
            .iter()
            .filter_map(|end| range(text(&row[*end])))
        {
            starts.insert(first);
            starts.extend(last.checked_add(1));
        }
    }
    let theirs = theirs(rows, &starts);
    let ours = ours(simulation, &mut reach, &starts);
    let mut wrong = Vec::new();
    let pairs: BTreeSet<_> = ours.keys().chain(theirs.keys()).cloned().collect();
    for pair in pairs {
        *checks += 1;
        let none = BTreeSet::new();
        let (left, right) = (
            ours.get(&pair).unwrap_or(&none),
            theirs.get(&pair).unwrap_or(&none),
        );
        let stranger =
            |who: &Who| matches!(who, Who::Workload(name) if name == "{ingress-controller}");
        // Of the stranger np-guard lists only what an Ingress leads to.
        let same = if stranger(&pair.0) {
            right.iter().all(|range| holds(left, range))
        } else {
            stranger(&pair.1) || left == right
        };
        if !same {
            wrong.push(format!("{pair:?}: ours {left:?}, theirs {right:?}"));
        }
    }
    wrong
}

fn holds(ranges: &BTreeSet<(String, u16, u16)>, range: &(String, u16, u16)) -> bool {
    ranges.iter().any(|(protocol, first, last)| {
        *protocol == range.0 && *first <= range.1 && range.2 <= *last
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The range of `1.2.3.4-5.6.7.8[External]`.
fn range(name: &str) -> Option<(u32, u32)> {
    let (first, last) = name.strip_suffix("[External]")?.split_once('-')?;
    let number = |text: &str| text.parse::<Ipv4Addr>().unwrap().to_bits();
    Some((number(first), number(last)))
}

fn whos(name: &str, starts: &BTreeSet<u32>) -> Vec<Who> {
    match range(name) {
        Some((first, last)) => starts
            .range(first..=last)
            .map(|it| Who::Address(*it))
            .collect(),
        None => vec![Who::Workload(name.to_owned())],
    }
}

fn theirs(rows: &[Value], starts: &BTreeSet<u32>) -> Table {
    let mut table = Table::new();
    for row in rows {
        let ports = match &row["connections"] {
            Value::String(_) => ranges(&PortSet::all()),
            list => {
                let list = list.as_array().unwrap().iter();
                let ports = list.flat_map(|entry| {
                    let protocol: Protocol = text(&entry["protocol"]).parse().unwrap();
                    let ports = entry["ports"].as_array().unwrap().iter();
                    ports.map(move |range| {
                        let range = text(range);
                        let (first, last) = range.split_once('-').unwrap_or((range, range));
                        (protocol, first.parse().unwrap(), last.parse().unwrap())
                    })
                });
                ranges(&PortSet::of(ports))
            }
        };
        for from in whos(text(&row["src"]), starts) {
            for to in whos(text(&row["dst"]), starts) {
                let pair = (from.clone(), to);
                table.entry(pair).or_default().extend(ports.clone());
            }
        }
    }
    table
}

fn ranges(set: &PortSet) -> BTreeSet<(String, u16, u16)> {
    set.ranges()
        .map(|(protocol, first, last)| (protocol.to_string(), first, last))
        .collect()
}

fn ours(simulation: &Simulation, reach: &mut Reach, starts: &BTreeSet<u32>) -> Table {
    let mut table = Table::new();
    let network = simulation.network();
    let names: Vec<Vec<Who>> = reach
        .peers
        .iter()
        .map(|peer| {
            if let Some((first, last)) = peer.range {
                let addresses = starts.range(first..=last);
                return addresses.map(|it| Who::Address(*it)).collect();
            }
            let mut pods = network.pods.iter();
            let pod = pods.find(|pod| *pod.reference().to_string() == *peer.id);
            vec![Who::Workload(guard_name(network, pod.unwrap()))]
        })
        .collect();
    let mut pairs = Vec::new();
    reach.each(|from, to, set| pairs.push((from, to, set)));
    for (from, to, set) in pairs {
        for left in &names[from] {
            for right in &names[to] {
                let pair = (left.clone(), right.clone());
                if left != right {
                    table
                        .entry(pair)
                        .or_default()
                        .extend(ranges(reach.set(set)));
                }
            }
        }
    }
    table
}

/// The name of a pod's workload as np-guard writes it.
fn guard_name(network: &Network, pod: &Pod) -> String {
    if &*pod.meta.namespace == "strangers" {
        return "{ingress-controller}".to_owned();
    }
    // A ReplicaSet of which nobody wrote anything is its Deployment's.
    let written = matches!(pod.meta.origin, Origin::Written { .. });
    let made = |owner: &Ref| {
        let mut sets = network
            .workloads
            .iter()
            .filter(|it| it.reference() == *owner);
        let set = sets.find(|it| !matches!(it.meta.origin, Origin::Written { .. }))?;
        set.owner.clone().filter(|_| !written)
    };
    let owner = pod.owner.as_ref().filter(|owner| owner.kind != Kind::Node);
    let owner = owner.map(|owner| made(owner).unwrap_or_else(|| owner.clone()));
    let (name, kind) = match &owner {
        Some(owner) => (&*owner.name, kind(owner.kind.as_str())),
        None => (&*pod.meta.name, "Pod"),
    };
    format!("{}/{name}[{kind}]", pod.meta.namespace)
}

fn kind(word: &str) -> &str {
    match word {
        "deployment" => "Deployment",
        "replicaset" => "ReplicaSet",
        "statefulset" => "StatefulSet",
        "daemonset" => "DaemonSet",
        "job" => "Job",
        _ => "Pod",
    }
}
