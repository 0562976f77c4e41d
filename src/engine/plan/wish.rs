//! What other numbers would need: nodes, pods a node, a surge, a prefix of the subnet.

use std::sync::Arc;

use super::limits::{self, Bound};
use super::place;
use super::pools::PoolPlan;
use super::ranges::{Holding, Purpose, Range, State};
use super::sizes;
use crate::engine::control::nodes::PODS_PER_NODE;
use crate::model::azure::{Cluster, NetworkPlugin, Subnet, SubnetId, Vnet};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Numbers to try in place of those that are; all for one pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// The pool; the first one where absent.
    pub pool: Option<Arc<str>>,
    /// Nodes of the pool.
    pub nodes: Option<u32>,
    /// Pods that a node may run.
    pub max_pods: Option<u32>,
    /// Nodes that an upgrade adds for a time.
    pub surge: Option<u32>,
    /// Length of the prefix of the pool's subnet.
    pub prefix: Option<u8>,
}

/// Why a wish cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No pool has this name; the names that there are.
    NoSuchPool(Arc<str>, Vec<Arc<str>>),
    /// A node takes at least 10 and at most 250 pods.
    MaxPods(u32),
    /// A subnet has a prefix of at most 29 bits.
    Prefix(u8),
}

/// What forbids the numbers, however many addresses are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The subnet of the pool is not there.
    NoSubnet,
    /// The virtual network has no place for a subnet with a prefix of so many bits, beside its other subnets.
    NoPlace(u8, Ref),
    /// A node may run fewer than 30 pods, and the whole pool as few as these (section 2.1).
    TooFewPods(u64),
}

impl Obstacle {
    /// The word as answers print it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Obstacle::NoSubnet => "no-subnet",
            Obstacle::NoPlace(..) => "no-place-in-vnet",
            Obstacle::TooFewPods(_) => "too-few-pods",
        }
    }
}

/// The smallest number of pods that a node may be set to.
pub const LEAST_PODS: u32 = 10;

/// What the numbers need.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The pool.
    pub pool: Arc<str>,
    /// The subnet of its nodes.
    pub subnet: Option<SubnetId>,
    /// Nodes.
    pub nodes: u32,
    /// Pods a node.
    pub max_pods: u32,
    /// Nodes more while an upgrade runs.
    pub surge: u32,
    /// Addresses that one node takes of the subnet.
    pub per_node: u64,
    /// Addresses that others have in the subnet.
    pub others: u64,
    /// Addresses that all of it takes.
    pub need: u64,
    /// The length of the prefix that was asked about, or that the subnet has.
    pub prefix: Option<u8>,
    /// Usable addresses of that prefix.
    pub usable: u64,
    /// The longest prefix that is enough.
    pub smallest: Option<u8>,
    /// The longest pod range that is enough, where nodes take a /24 of it each.
    pub smallest_pod_range: Option<u8>,
    /// Whether the pod range that there is is enough.
    pub pod_range_fits: bool,
    /// Blocks of 16 addresses that a node would take of a pod subnet, where that hands out blocks.
    pub pod_subnet_blocks: Option<u32>,
    /// What pods need of their subnet, where that is another one than the nodes'.
    pub of_pods: Option<OfPods>,
    /// Limits on nodes that the numbers exceed.
    pub exceeded: Vec<Bound>,
    /// Pods that the nodes can run in all.
    pub pods: u64,
    /// What forbids the numbers.
    pub obstacles: Vec<Obstacle>,
    /// The virtual network, where it has no place for the smallest prefix that would be enough.
    pub crowded: Option<Ref>,
}

impl Answer {
    /// Whether the subnet has the addresses, and nothing forbids the numbers.
    pub fn fits(&self) -> bool {
        self.has_room() && self.obstacles.is_empty()
    }

    /// Whether the prefix has the addresses.
    pub fn has_room(&self) -> bool {
        self.need <= self.usable
    }

    /// Whether the subnets and the pod range have the addresses, and no limit is in the way.
    pub fn holds(&self) -> bool {
        self.fits()
            && self.pod_range_fits
            && self.exceeded.is_empty()
            && self.of_pods.as_ref().is_none_or(OfPods::fits)
    }
}

/// What the pods of the nodes need of a pod subnet, once every node runs all that it may.
#[derive(Clone, Debug, PartialEq)]
pub struct OfPods {
    /// The subnet.
    pub subnet: SubnetId,
    /// Addresses that one node takes.
    pub per_node: u64,
    /// Addresses that others have.
    pub others: u64,
    /// Addresses that all of it takes.
    pub need: u64,
    /// Usable addresses of the subnet.
    pub usable: u64,
    /// The longest prefix that is enough.
    pub smallest: Option<u8>,
}

impl OfPods {
    /// Whether the subnet has the addresses.
    pub fn fits(&self) -> bool {
        self.need <= self.usable
    }
}

/// What a wish needs; `None` without a cluster or without pools.
pub fn answer(
    network: &Network,
    ranges: &[Range],
    (pools, limits): (&[PoolPlan], &[Bound]),
    wish: &Wish,
) -> Result<Option<Answer>, Refusal> {
    if let Some(pods) = wish.max_pods
        && !(LEAST_PODS..=PODS_PER_NODE).contains(&pods)
    {
        return Err(Refusal::MaxPods(pods));
    }
    if let Some(prefix) = wish.prefix.filter(|it| *it > sizes::LONGEST_PREFIX) {
        return Err(Refusal::Prefix(prefix));
    }
    let chosen = match &wish.pool {
        Some(name) => {
            let found = pools.iter().find(|pool| pool.name == *name);
            let names = || pools.iter().map(|pool| pool.name.clone()).collect();
            Some(found.ok_or_else(|| Refusal::NoSuchPool(name.clone(), names()))?)
        }
        None => pools.first(),
    };
    let found = network.cluster.as_ref().zip(chosen);
    Ok(found.map(|(cluster, pool)| {
        let mut answer = of_pool(network, cluster, ranges, (pools, pool), wish);
        answer.exceeded = exceeded(pool, limits, &answer);
        if answer.max_pods != pool.max_pods {
            answer
                .exceeded
                .extend(too_many_for_vnet(network, (ranges, pools), pool, &answer));
        }
        answer
    }))
}

fn of_pool(
    network: &Network,
    cluster: &Cluster,
    ranges: &[Range],
    (pools, pool): (&[PoolPlan], &PoolPlan),
    wish: &Wish,
) -> Answer {
    let nodes = wish.nodes.unwrap_or_else(|| pool.wanted.max(pool.nodes));
    let max_pods = wish.max_pods.unwrap_or(pool.max_pods);
    let per_node = sizes::per_node(cluster, max_pods);
    let subnet = pool.subnet.as_ref().and_then(|id| network.subnet(id));
    let own: Vec<&Range> = ranges
        .iter()
        .filter(|range| {
            range.purpose == Purpose::Subnet
                && subnet.is_some_and(|subnet| subnet.reference() == range.object)
        })
        .collect();
    let taken: u64 = own
        .iter()
        .map(|range| range.count(State::Used) + range.count(State::Held))
        .sum();
    let mine = u64::from(pool.nodes) * pool.per_node;
    let others = taken.saturating_sub(mine);
    let setting = cluster.pools.iter().find(|it| it.name == pool.name);
    let setting = setting.and_then(|it| it.max_surge.as_deref());
    // A percentage is one of the wished nodes.
    let surge = wish.surge.unwrap_or_else(|| sizes::surge(setting, nodes));
    let running = u64::from(nodes) + u64::from(surge);
    let need = running * per_node + others;
    let usable = match wish.prefix {
        Some(prefix) => sizes::usable(prefix),
        None => own
            .iter()
            .map(|range| sizes::usable(range.prefix.prefix_len()))
            .sum(),
    };
    let beside: u64 = pools
        .iter()
        .filter(|other| other.name != pool.name)
        .map(|other| u64::from(other.nodes))
        .sum();
    let shares = running + beside;
    let pods = ranges.iter().find(|range| range.purpose == Purpose::Pods);
    let hosted = u64::from(nodes) * u64::from(max_pods);
    let smallest = sizes::smallest_subnet(need);
    let vnet = subnet.and_then(|it| network.vnet(&it.meta.namespace));
    Answer {
        pool: pool.name.clone(),
        subnet: pool.subnet.clone(),
        nodes,
        max_pods,
        surge,
        per_node,
        others,
        need,
        prefix: wish
            .prefix
            .or_else(|| own.first().map(|range| range.prefix.prefix_len())),
        usable,
        smallest,
        smallest_pod_range: sizes::has_blocks(cluster)
            .then(|| sizes::smallest_pod_range(shares))
            .flatten(),
        pod_range_fits: pods.is_none_or(|it| sizes::blocks(it.prefix.prefix_len()) >= shares),
        pod_subnet_blocks: pool.blocks.then(|| sizes::static_blocks(max_pods)),
        of_pods: of_pods(network, ranges, pool, (running, max_pods)),
        exceeded: Vec::new(),
        pods: hosted,
        obstacles: obstacles(cluster, (subnet, vnet), wish, (max_pods, hosted)),
        crowded: vnet
            .zip(subnet)
            .zip(smallest)
            .filter(|((vnet, subnet), length)| {
                need > usable && !place::is_free(vnet, subnet, *length)
            })
            .map(|((vnet, _), _)| Ref::new(Kind::Vnet, vnet.meta.name.clone())),
    }
}

fn obstacles(
    cluster: &Cluster,
    (subnet, vnet): (Option<&Subnet>, Option<&Vnet>),
    wish: &Wish,
    (max_pods, hosted): (u32, u64),
) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    if subnet.is_none() {
        obstacles.push(Obstacle::NoSubnet);
    }
    if let Some(((subnet, vnet), length)) = subnet.zip(vnet).zip(wish.prefix)
        && !place::is_free(vnet, subnet, length)
    {
        let vnet = Ref::new(Kind::Vnet, vnet.meta.name.clone());
        obstacles.push(Obstacle::NoPlace(length, vnet));
    }
    let few = u64::from(max_pods) < sizes::PODS_OF_POOL && hosted < sizes::PODS_OF_POOL;
    if few && hosted > 0 && cluster.plugin == NetworkPlugin::AzureNodeSubnet {
        obstacles.push(Obstacle::TooFewPods(hosted));
    }
    obstacles
}

fn of_pods(
    network: &Network,
    ranges: &[Range],
    pool: &PoolPlan,
    (nodes, max_pods): (u64, u32),
) -> Option<OfPods> {
    let subnet = network.subnet(pool.pod_subnet.as_ref()?)?;
    let own = ranges
        .iter()
        .filter(|it| it.purpose == Purpose::Subnet && it.object == subnet.reference());
    let mine = |holder: &Ref| pool.has(network, holder);
    let (mut usable, mut others) = (0, 0);
    for range in own {
        let length = range.prefix.prefix_len();
        let is_of_others =
            |it: &Holding| it.state != State::Reserved && !it.holder.as_ref().is_some_and(mine);
        if pool.blocks {
            usable += sizes::usable_in_blocks(length);
            let kept = range.blocks_where(|it| it.state == State::Reserved);
            let held = range.blocks_where(is_of_others);
            others += sizes::BLOCK * held.difference(&kept).count() as u64;
        } else {
            usable += sizes::usable(length);
            others += range.count_where(is_of_others);
        }
    }
    let per_node = sizes::per_node_of_pods(pool.blocks, max_pods);
    let need = nodes * per_node + others;
    Some(OfPods {
        subnet: subnet.id(),
        per_node,
        others,
        need,
        usable,
        smallest: if pool.blocks {
            sizes::smallest_of_blocks(need)
        } else {
            sizes::smallest_subnet(need)
        },
    })
}

/// Limits on nodes, beside those of subnets: a route for each node, ports, members of a pool, nodes of a pool and of a
/// cluster, addresses of the virtual network. Nodes that come for an upgrade count where they take something.
fn exceeded(pool: &PoolPlan, limits: &[Bound], answer: &Answer) -> Vec<Bound> {
    let more = u64::from(answer.nodes.saturating_sub(pool.nodes));
    let surge = u64::from(answer.surge);
    let over = limits.iter().filter(|bound| {
        let wanted = match bound.id {
            // Nodes with another number of pods take other numbers of addresses: `too_many_for_vnet`.
            "vnet-addresses" if answer.max_pods != pool.max_pods => 0,
            _ if bound.counts_surge() => more + surge,
            "cluster-nodes" | "pool-nodes" => more,
            _ => 0,
        };
        let other = bound.pool.as_ref().is_some_and(|it| *it != pool.name);
        !other && wanted > bound.more
    });
    over.cloned().collect()
}

/// Every node of the pool takes other numbers of addresses than now, so that what it takes is counted anew.
fn too_many_for_vnet(
    network: &Network,
    (ranges, pools): (&[Range], &[PoolPlan]),
    pool: &PoolPlan,
    answer: &Answer,
) -> Option<Bound> {
    let vnet = &pool.subnet.as_ref()?.vnet;
    let each = answer.per_node + pool.pods_of_vnet(vnet, answer.max_pods);
    let nodes = u64::from(answer.nodes) + u64::from(answer.surge);
    limits::vnet_exceeded(network, (ranges, pools), pool, (nodes, each))
}
