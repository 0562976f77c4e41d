//! The scheduler: which node each pod runs on.

mod neighbours;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{assign, counted, nodes, warning};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::{Assigned, Labels, Node, Origin, Phase, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;
use crate::model::placement::{Effect, Placement, Taint};

use neighbours::{Neighbours, Wish};

/// Who binds pods to nodes.
const BY: &str = "kube-scheduler";

/// Whether a pod waits because no node took it.
pub fn is_refused(pod: &Pod) -> bool {
    let assigned = |it: &Assigned| it.field == "status.phase" && it.by == BY;
    let written = matches!(pod.meta.origin, Origin::Written { .. });
    let refused = !written || pod.meta.assigned.iter().any(assigned);
    pod.phase == Phase::Pending && pod.node_name.is_none() && refused
}

/// Binds every running pod without a node to one: among the nodes that are ready, not cordoned, have no taint that the
/// pod does not tolerate, match its node selector and required affinity, and have room and its host ports free, the one
/// with the fewest taints that only discourage it, then with the fewest pods of the same owner, then with the fewest
/// pods, then the first by name. A pod that fits nowhere stays `Pending`.
///
/// The real scheduler scores more than that, but spreads replicas just so. What it would look at besides, such as
/// resource requests, is reported.
pub fn complete(network: &mut Network, problems: &mut Vec<Diagnostic>) {
    report_missing_nodes(network, problems);
    let mut places = Places::of(network);
    let sets = network.workloads.iter();
    let deployments: BTreeMap<Ref, Ref> = sets
        .filter_map(|set| Some((set.reference(), set.owner.clone()?)))
        .collect();
    let about = |pod: &Pod| {
        pod.owner.as_ref().map_or_else(
            || pod.reference(),
            |owner| deployments.get(owner).unwrap_or(owner).clone(),
        )
    };
    let mut left: Vec<Waiting<'_>> = network
        .pods
        .iter_mut()
        .filter(|pod| pod.phase == Phase::Running && pod.node_name.is_none())
        .map(|pod| Waiting {
            rule: places.neighbours.rule_of(pod),
            tried: None,
            pod,
        })
        .collect();
    report_not_modelled(&left, &places, about, problems);
    let mut hopeless = BTreeMap::new();
    // The pods that a pod wants to be near may have a node only after it was tried.
    loop {
        let before = left.len();
        left.retain_mut(|waiting| !places.bind(waiting, &mut hopeless));
        if left.is_empty() || left.len() == before {
            break;
        }
    }
    let mut refused: BTreeMap<Ref, (u32, String)> = BTreeMap::new();
    for Waiting { pod, .. } in left {
        pod.phase = Phase::Pending;
        pod.ready = false;
        assign(&mut pod.meta, "status.phase", BY);
        let entry = refused
            .entry(about(pod))
            .or_insert_with(|| (0, places.why_not(pod)));
        entry.0 += 1;
    }
    for (about, (count, why)) in refused {
        problems.push(unschedulable(about, count, &why));
    }
}

/// Why a node is none for the pod, whatever else runs there, if so.
pub(super) fn refused_by_node(
    (name, labels, taints): (&Arc<str>, &Labels, &[Taint]),
    pod: &Pod,
) -> Option<&'static str> {
    let placement = pod.placement.as_deref();
    let keeps_off =
        |taint: &Taint| taint.effect != Effect::PreferNoSchedule && !tolerates(pod, taint);
    if taints.iter().any(keeps_off) {
        return Some("had a taint that the pod does not tolerate");
    }
    let mut selector = pod.node_selector.iter();
    if !selector.all(|(key, value)| labels.get(key) == Some(value)) {
        return Some("did not match the node selector");
    }
    let terms = placement.and_then(|placement| placement.nodes.as_ref());
    let outside = terms.is_some_and(|terms| !terms.iter().any(|term| term.matches(name, labels)));
    outside.then_some("did not match the node affinity")
}

fn tolerates(pod: &Pod, taint: &Taint) -> bool {
    let placement = pod.placement.as_deref();
    placement.is_some_and(|placement| placement.tolerations.iter().any(|it| it.covers(taint)))
}

/// Says which fields would move pods, but do not here. Only pods that had to be placed are concerned.
fn report_not_modelled(
    waiting: &[Waiting<'_>],
    places: &Places,
    about: impl Fn(&Pod) -> Ref,
    problems: &mut Vec<Diagnostic>,
) {
    let mut found: BTreeMap<&str, BTreeSet<Ref>> = BTreeMap::new();
    let demanding = waiting
        .iter()
        .filter_map(|it| Some((&*it.pod, it.pod.placement.as_ref()?)));
    for (pod, placement) in demanding {
        for field in &placement.ignored {
            found.entry(field).or_default().insert(about(pod));
        }
    }
    for (field, objects) in found {
        let Some(first) = objects.first() else {
            continue;
        };
        let what = match field {
            "containers" => "resource requests",
            "schedulingGates" | "schedulerName" | "topologySpreadConstraints" => field,
            _ => "preferences of affinity, and its label keys",
        };
        let spec = if first.kind == Kind::Pod {
            "spec"
        } else {
            "spec.template.spec"
        };
        let others = match objects.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "scheduling does not model {what}: the pods of `{}`{others} are placed without them",
            first.name
        );
        problems.push(
            Diagnostic::new(Severity::Info, "scheduling-not-modelled", message)
                .about(first.clone())
                .field(format!("{spec}.{field}"))
                .hint("write Pods with `spec.nodeName` where the node matters"),
        );
    }
    if places.neighbours.too_many {
        let most = neighbours::MAX_ALIKE;
        let message = format!(
            "only {most} different affinities between pods are modelled that ask for the same label"
        );
        problems.push(Diagnostic::new(
            Severity::Warning,
            "scheduling-not-modelled",
            message,
        ));
    }
}

fn unschedulable(about: Ref, count: u32, why: &str) -> Diagnostic {
    let what = if about.kind == Kind::Pod {
        format!("pod `{}`", about.name)
    } else {
        format!("{} of `{}`", counted(u64::from(count), "pod"), about.name)
    };
    warning(
        "pod-unschedulable",
        format!("no node fits {what} (`Pending`): {why}"),
    )
    .about(about)
    .hint("add nodes, raise `maxPods`, or change what the pod demands of its node")
}

/// A pod without a node.
struct Waiting<'p> {
    pod: &'p mut Pod,
    /// The number of its rule about neighbours.
    rule: Option<usize>,
    /// How many pods that it wants to be with had a node when it was tried last.
    tried: Option<usize>,
}

/// A node as a place for pods.
struct Place {
    name: Arc<str>,
    labels: Labels,
    taints: Vec<Taint>,
    open: bool,
    pods: u32,
    capacity: u32,
    host_ports: BTreeSet<(Protocol, u16)>,
}

impl Place {
    /// Why the pod cannot be here, if so, in the scheduler's order.
    fn refuses(&self, pod: &Pod, wish: &Wish<'_>) -> Option<&'static str> {
        if !self.open {
            return Some("not ready or cordoned");
        }
        refused_by_node((&self.name, &self.labels, &self.taints), pod)
            .or_else(|| {
                let taken = host_ports(pod).any(|port| self.host_ports.contains(&port));
                taken.then_some("had no free host port")
            })
            .or_else(|| (self.pods >= self.capacity).then_some("had too many pods"))
            .or_else(|| wish.refuses(&self.labels))
    }

    /// How many taints would rather keep the pod off.
    fn deterrents(&self, pod: &Pod) -> usize {
        let taints = self.taints.iter();
        taints.filter(|taint| !tolerates(pod, taint)).count()
    }
}

/// The ports of the node that a pod takes.
fn host_ports(pod: &Pod) -> impl Iterator<Item = (Protocol, u16)> {
    let own = |port: u16| pod.host_network.then_some(port);
    let ports = pod.ports.iter();
    ports.filter_map(move |port| Some((port.protocol, port.host_port.or(own(port.port))?)))
}

/// The nodes in order of name, and how many pods of each owner each has.
struct Places {
    nodes: Vec<Place>,
    /// How many pods each node has, with its index, in that order.
    by_load: BTreeSet<(u32, usize)>,
    of_owner: BTreeMap<Ref, BTreeMap<usize, u32>>,
    neighbours: Neighbours,
}

/// Pods of one owner that demand the same of their node.
type Alike = (Option<Ref>, Labels, Option<*const Placement>);

impl Places {
    fn of(network: &Network) -> Self {
        let mut places: Vec<Place> = network
            .nodes
            .iter()
            .map(|node| place(network, node))
            .collect();
        places.sort_by(|a, b| a.name.cmp(&b.name));
        let mut found = Self {
            by_load: (0..places.len()).map(|index| (0, index)).collect(),
            nodes: places,
            of_owner: BTreeMap::new(),
            neighbours: Neighbours::of(network),
        };
        let index: BTreeMap<Arc<str>, usize> = found
            .nodes
            .iter()
            .enumerate()
            .map(|(index, place)| (place.name.clone(), index))
            .collect();
        for pod in network.pods.iter().filter(|pod| holds_a_place(pod)) {
            let place = pod.node_name.as_ref().and_then(|name| index.get(name));
            if let Some(&place) = place {
                found.occupy(place, pod);
            }
        }
        found
    }

    /// Binds the pod to the best node, if there is one. It need not try where nothing has become better
    /// since it, or a pod like it, found none.
    fn bind(&mut self, waiting: &mut Waiting<'_>, hopeless: &mut BTreeMap<Alike, usize>) -> bool {
        let arrivals = self.neighbours.arrivals(waiting.rule);
        if waiting.tried.replace(arrivals) == Some(arrivals) {
            return false;
        }
        let pod = &mut *waiting.pod;
        let placement = pod.placement.as_ref().map(Arc::as_ptr);
        let alike = (pod.owner.clone(), pod.node_selector.clone(), placement);
        let hope = pod.owner.is_none() || hopeless.get(&alike) != Some(&arrivals);
        let Some(index) = hope.then(|| self.best(pod)).flatten() else {
            hopeless.insert(alike, arrivals);
            return false;
        };
        pod.node_name = self.occupy(index, pod);
        assign(&mut pod.meta, "spec.nodeName", BY);
        true
    }

    /// The best node for the pod. Nodes are looked at from the one with the fewest pods, until none can be better.
    fn best(&self, pod: &Pod) -> Option<usize> {
        let wish = self.neighbours.wish(pod);
        let owner = pod.owner.as_ref();
        let own = owner.and_then(|owner| self.of_owner.get(owner));
        let fewest = own.filter(|own| own.len() == self.nodes.len());
        let fewest = fewest.and_then(|own| own.values().min()).unwrap_or(&0);
        let mut best: Option<((usize, u32), usize)> = None;
        for (_, index) in &self.by_load {
            let count = own.and_then(|own| own.get(index)).copied().unwrap_or(0);
            let Some(place) = self.nodes.get(*index) else {
                continue;
            };
            let better = |key| best.is_none_or(|(known, _)| key < known);
            if !better((0, count)) || place.refuses(pod, &wish).is_some() {
                continue;
            }
            let key = (place.deterrents(pod), count);
            if better(key) {
                best = Some((key, *index));
            }
            if key == (0, *fewest) {
                break;
            }
        }
        best.map(|(_, index)| index)
    }

    fn occupy(&mut self, index: usize, pod: &Pod) -> Option<Arc<str>> {
        let place = self.nodes.get_mut(index)?;
        self.by_load.remove(&(place.pods, index));
        place.pods = place.pods.saturating_add(1);
        self.by_load.insert((place.pods, index));
        place.host_ports.extend(host_ports(pod));
        self.neighbours.settle(pod, &place.labels);
        if let Some(owner) = &pod.owner {
            let own = self.of_owner.entry(owner.clone()).or_default();
            *own.entry(index).or_default() += 1;
        }
        Some(place.name.clone())
    }

    /// How many nodes refuse the pod for which reason, as the scheduler's events say it.
    fn why_not(&self, pod: &Pod) -> String {
        let wish = self.neighbours.wish(pod);
        let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
        for reason in self.nodes.iter().filter_map(|it| it.refuses(pod, &wish)) {
            *reasons.entry(reason).or_default() += 1;
        }
        if reasons.is_empty() {
            return String::from("there are none");
        }
        let reasons: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        reasons.join(", ")
    }
}

fn place(network: &Network, node: &Node) -> Place {
    let capacity = network
        .cluster
        .as_ref()
        .map_or(nodes::PODS_PER_NODE, |cluster| {
            nodes::max_pods(cluster, node.pool.as_deref())
        });
    Place {
        name: node.meta.name.clone(),
        labels: node.meta.labels.clone(),
        taints: node.taints.clone(),
        open: node.ready && !node.unschedulable,
        pods: 0,
        capacity,
        host_ports: BTreeSet::new(),
    }
}

fn holds_a_place(pod: &Pod) -> bool {
    matches!(pod.phase, Phase::Running | Phase::Pending)
}

fn report_missing_nodes(network: &Network, problems: &mut Vec<Diagnostic>) {
    let nodes: BTreeSet<&str> = network.nodes.iter().map(|node| &*node.meta.name).collect();
    for pod in network.pods.iter().filter(|pod| holds_a_place(pod)) {
        let missing = pod
            .node_name
            .as_deref()
            .filter(|name| !nodes.contains(name));
        if let Some(name) = missing {
            problems.push(
                warning(
                    "node-not-found",
                    format!(
                        "pod `{}` is bound to a node that does not exist",
                        pod.meta.name
                    ),
                )
                .about(pod.reference())
                .field("spec.nodeName")
                .found(format!("`{name}`"), "the name of a node")
                .hint("add the Node, raise the pool's `count`, or leave `nodeName` out"),
            );
        }
    }
}
