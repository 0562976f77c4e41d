//! How many replicas CoreDNS has: cluster-proportional-autoscaler, as the `ConfigMap` `coredns-autoscaler` says.
//!
//! `ladder` looks cores and nodes up in two lists of steps, `linear` divides them; either way the larger number
//! counts. Only nodes that take pods are counted. What it cannot read leaves the default of AKS.

use std::sync::Arc;

use super::warning;
use crate::model::diagnostic::Diagnostic;
use crate::model::kube::{ConfigMap, Node};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml::{Node as Tree, Value, parse};

/// The `ConfigMap` that it reads, in `kube-system`.
const CONFIG: &str = "coredns-autoscaler";
/// Cores of a node of which nothing is written: the default size of AKS has two.
const CORES: u64 = 2;
/// More than any cluster runs.
const MOST: u64 = 100_000;

/// Steps: from so many on, so many replicas.
type Steps = Vec<(u64, u64)>;

#[derive(Debug, Default, PartialEq)]
struct Ladder {
    cores: Steps,
    nodes: Steps,
}

#[derive(Debug, Default, PartialEq)]
struct Linear {
    cores_per_replica: f64,
    nodes_per_replica: f64,
    min: u64,
    max: u64,
    prevent_single_point_failure: bool,
    include_unschedulable_nodes: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    cores: u64,
    nodes: u64,
}

impl Size {
    fn of(network: &Network, unschedulable: bool) -> Self {
        let counted = network.nodes.iter();
        let counted = counted.filter(|node| unschedulable || !node.unschedulable);
        Self {
            cores: counted.clone().map(|node| cores(network, node)).sum(),
            nodes: counted.count() as u64,
        }
    }
}

/// The replicas of CoreDNS; a configuration that cannot be read is reported.
pub fn replicas(network: &Network, problems: &mut Vec<Diagnostic>) -> u32 {
    let size = Size::of(network, false);
    let mut maps = network.config_maps.iter();
    let map = maps.find(|it| &*it.meta.namespace == "kube-system" && &*it.meta.name == CONFIG);
    let number = match map.map(|map| configured(network, map, size)) {
        None => default().replicas(size),
        Some(Ok(number)) => number,
        Some(Err(problem)) => {
            problems.push(*problem);
            default().replicas(size)
        }
    };
    u32::try_from(number.min(MOST)).unwrap_or(u32::MAX)
}

/// The default of AKS.
fn default() -> Ladder {
    Ladder {
        cores: vec![(1, 2), (512, 3), (1024, 4), (2048, 5)],
        nodes: vec![(1, 2), (8, 3), (16, 4), (32, 5)],
    }
}

fn configured(network: &Network, map: &ConfigMap, size: Size) -> Result<u64, Box<Diagnostic>> {
    let problem = |key: &str, expected: &str| {
        let found = map.data.get(key).map_or("neither", |text| text.trim());
        let message = "the autoscaler of CoreDNS cannot read this; it is taken as absent";
        let problem = warning("autoscaler", message)
            .about(Ref::scoped(Kind::ConfigMap, "kube-system", CONFIG))
            .field(format!("data[{key}]"))
            .found(format!("`{found}`"), expected.to_owned())
            .hint("write `ladder` or `linear` as the documentation of AKS shows");
        Box::new(problem)
    };
    if let Some(text) = map.data.get("linear") {
        let read = json(text).and_then(|tree| Linear::of(&tree));
        let number = read.and_then(|linear| {
            let all = Size::of(network, linear.include_unschedulable_nodes);
            linear.replicas(all)
        });
        let expected = "`coresPerReplica` or `nodesPerReplica`, and `min` at most `max`";
        return number.ok_or_else(|| problem("linear", expected));
    }
    if let Some(text) = map.data.get("ladder") {
        let read = json(text).and_then(|tree| Ladder::of(&tree));
        let number = read.map(|ladder| ladder.replicas(size));
        let expected = "lists of pairs of whole numbers from 1 on";
        return number.ok_or_else(|| problem("ladder", expected));
    }
    Err(problem("ladder", "`ladder` or `linear`"))
}

/// A text of JSON as a tree; `None` if it is not a single mapping.
fn json(text: &str) -> Option<Tree> {
    let parsed = parse(&Arc::from(CONFIG), text);
    let [tree] = parsed.trees.as_slice() else {
        return None;
    };
    let whole = parsed.broken.is_empty() && matches!(tree.root.value, Value::Map(_));
    whole.then(|| tree.root.clone())
}

/// A whole number; 0 where nothing is written, `None` for anything else.
fn whole(tree: &Tree, key: &str) -> Option<u64> {
    match tree.get(key).map(|node| &node.value) {
        None | Some(Value::Null) => Some(0),
        Some(Value::Int(number)) => u64::try_from(*number).ok(),
        Some(_) => None,
    }
}

/// A number; 0 where nothing is written, `None` for anything else.
fn number(tree: &Tree, key: &str) -> Option<f64> {
    match tree.get(key).map(|node| &node.value) {
        Some(Value::Float(number)) => Some(*number),
        _ => whole(tree, key).map(as_float),
    }
}

/// A switch, off where nothing is written.
fn flag(tree: &Tree, key: &str) -> Option<bool> {
    match tree.get(key).map(|node| &node.value) {
        None | Some(Value::Null) => Some(false),
        Some(Value::Bool(flag)) => Some(*flag),
        Some(_) => None,
    }
}

impl Ladder {
    fn of(tree: &Tree) -> Option<Self> {
        let pair = |item: &Tree| match item.items() {
            [from, count] => match (&from.value, &count.value) {
                (Value::Int(from), Value::Int(count)) if *from > 0 && *count > 0 => {
                    Some((u64::try_from(*from).ok()?, u64::try_from(*count).ok()?))
                }
                _ => None,
            },
            _ => None,
        };
        let steps = |key: &str| -> Option<Steps> {
            let written = tree.get(key).map_or(&[][..], Tree::items);
            written.iter().map(pair).collect()
        };
        Some(Self {
            cores: steps("coresToReplicas")?,
            nodes: steps("nodesToReplicas")?,
        })
    }
}

impl Linear {
    fn of(tree: &Tree) -> Option<Self> {
        Some(Self {
            cores_per_replica: number(tree, "coresPerReplica")?,
            nodes_per_replica: number(tree, "nodesPerReplica")?,
            min: whole(tree, "min")?,
            max: whole(tree, "max")?,
            prevent_single_point_failure: flag(tree, "preventSinglePointFailure")?,
            include_unschedulable_nodes: flag(tree, "includeUnschedulableNodes")?,
        })
    }
}

impl Ladder {
    fn replicas(mut self, size: Size) -> u64 {
        let cores = step(&mut self.cores, size.cores);
        let nodes = step(&mut self.nodes, size.nodes);
        cores.max(nodes)
    }
}

/// The last step that is not above `size`, or the first where all are.
fn step(steps: &mut Steps, size: u64) -> u64 {
    steps.sort_unstable();
    let reached = steps.iter().rev().find(|(from, _)| *from <= size);
    reached.or(steps.first()).map_or(1, |(_, count)| *count)
}

impl Linear {
    /// `None` for numbers that the autoscaler refuses.
    fn replicas(&self, size: Size) -> Option<u64> {
        let (cores, nodes) = (self.cores_per_replica, self.nodes_per_replica);
        let known = cores.is_finite() && nodes.is_finite() && cores >= 0.0 && nodes >= 0.0;
        let min = self.min.max(1);
        if !known || cores <= 0.0 && nodes <= 0.0 || self.max != 0 && self.max < min {
            return None;
        }
        let number = self
            .share(size.cores, cores, min)
            .max(self.share(size.nodes, nodes, min));
        let alone = self.prevent_single_point_failure && size.nodes > 1;
        Some(if alone { number.max(2) } else { number })
    }

    /// `size / each`, rounded up, within the limits; 1 where nothing is divided.
    fn share(&self, size: u64, each: f64, min: u64) -> u64 {
        if each <= 0.0 {
            return 1;
        }
        let most = if self.max == 0 { MOST } else { self.max };
        // The smallest number that covers the size, without a rounding cast.
        let (mut low, mut high) = (0, MOST.max(size));
        while low < high {
            let middle = u64::midpoint(low, high);
            if as_float(middle) * each >= as_float(size) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low.min(most).max(min)
    }
}

/// Numbers of cores and replicas are small.
fn as_float(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// The cores of a node: as written, as the size of its pool says, or those of the default size.
fn cores(network: &Network, node: &Node) -> u64 {
    if let Some(cores) = node.cores {
        return u64::from(cores);
    }
    let pools = network.cluster.iter().flat_map(|cluster| &cluster.pools);
    let mut own = pools.filter(|pool| node.pool.as_ref() == Some(&pool.name));
    let size = own.next().and_then(|pool| pool.vm_size.as_deref());
    size.and_then(cores_of_size).unwrap_or(CORES)
}

/// The cores of a size such as `Standard_D4s_v5`: the number after the letters of its family. The first two
/// versions of `D` count otherwise: `D1` has one, and each next one twice as many.
fn cores_of_size(size: &str) -> Option<u64> {
    let name = size.strip_prefix("Standard_").unwrap_or(size);
    let letters = name.find(|char: char| char.is_ascii_digit())?;
    let (family, rest) = name.split_at(letters);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let number: u64 = digits.parse().ok()?;
    let old = family.starts_with('D') && (name.ends_with("_v2") || !name.contains("_v"));
    match (old, number) {
        (false, 1..=1024) => Some(number),
        (true, 1..=5) => Some(1 << (number - 1)),
        (true, 11..=14) => Some(1 << (number - 10)),
        (true, 15) => Some(20),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(nodes: u64, cores: u64) -> Size {
        Size { cores, nodes }
    }

    #[test]
    fn the_default_ladder_takes_the_larger_of_cores_and_nodes() {
        // A26:coredns-autoscale
        let by_nodes =
            [1, 7, 8, 15, 16, 31, 32, 400].map(|nodes| default().replicas(size(nodes, 2)));
        assert_eq!(by_nodes, [2, 2, 3, 3, 4, 4, 5, 5]);
        let by_cores = [1, 511, 512, 1024, 2048].map(|cores| default().replicas(size(3, cores)));
        assert_eq!(by_cores, [2, 2, 3, 4, 5]);
        assert_eq!(default().replicas(size(0, 0)), 2, "below the first step");
    }

    #[test]
    fn linear_rounds_up_and_stays_within_its_limits() {
        // CPRA README: max(ceil(cores/coresPerReplica), ceil(nodes/nodesPerReplica)) in [min,max].
        let linear = |text: &str| Linear::of(&json(text).unwrap()).unwrap_or_default();
        let both = linear(r#"{"coresPerReplica": 256, "nodesPerReplica": 16}"#);
        assert_eq!(both.replicas(size(1, 4)), Some(1));
        assert_eq!(both.replicas(size(17, 68)), Some(2));
        assert_eq!(both.replicas(size(3, 257)), Some(2));
        let limits = linear(r#"{"nodesPerReplica": 1, "min": 3, "max": 5}"#);
        let within = [1, 4, 9].map(|nodes| limits.replicas(size(nodes, 0)));
        assert_eq!(within, [Some(3), Some(4), Some(5)]);
        let safe = linear(r#"{"coresPerReplica": 256, "preventSinglePointFailure": true}"#);
        assert_eq!(safe.replicas(size(2, 4)), Some(2));
        assert_eq!(safe.replicas(size(1, 4)), Some(1));
        for refused in [
            "{}",
            r#"{"coresPerReplica": -1}"#,
            r#"{"nodesPerReplica": 1, "min": 3, "max": 2}"#,
        ] {
            assert_eq!(linear(refused).replicas(size(2, 4)), None, "{refused}");
        }
    }

    #[test]
    fn a_size_says_its_cores() {
        let cores = [
            "Standard_D4s_v5",
            "Standard_DS2_v2",
            "Standard_DS4_v2",
            "Standard_B2s",
            "Standard_F16s_v2",
            "Standard_D13_v2",
            "Standard_E96ads_v5",
        ];
        let cores = cores.map(|name| cores_of_size(name).unwrap_or_default());
        assert_eq!(cores, [4, 2, 8, 2, 16, 8, 96]);
        assert_eq!(cores_of_size("big"), None);
    }

    #[test]
    fn the_config_map_decides_and_one_that_cannot_be_read_is_told() {
        use crate::engine::control::tests::build;
        let replicas_with = |key: &str, text: &str| {
            let mut network = build::kubenet();
            let map = build::config_map(CONFIG, &[(key, text)]);
            network.config_maps.push(map);
            for node in &mut network.nodes {
                node.cores = Some(16);
            }
            let mut problems = Vec::new();
            (replicas(&network, &mut problems), problems.len())
        };
        assert_eq!(
            replicas_with("ladder", r#"{"coresToReplicas": [[1, 1], [20, 7]]}"#),
            (7, 0)
        );
        assert_eq!(
            replicas_with("linear", r#"{"coresPerReplica": 8, "min": 2, "max": 3}"#),
            (3, 0)
        );
        assert_eq!(
            replicas_with("ladder", r#"{"coresToReplicas": [[0, 1]]}"#),
            (2, 1)
        );
        assert_eq!(replicas_with("ladder", "["), (2, 1));
        assert_eq!(replicas_with("other", "{}"), (2, 1));
        assert_eq!(
            replicas_with("linear", r#"{"nodesPerReplica": 1e-9}"#),
            (100_000, 0)
        );
    }
}
