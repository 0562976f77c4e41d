//! What ends the growth of a cluster, in nodes, the first to bind in front.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::pools::PoolPlan;
use super::ranges::{Holding, Purpose, Range, State};
use super::sizes;
use crate::engine::azure::load_balancer::POOL_MEMBERS;
use crate::engine::azure::snat;
use crate::engine::azure::topology;
use crate::engine::control::nodes::{CLUSTER_NODES, KUBENET_NODES};
use crate::engine::explain::Explanation;
use crate::engine::sources::Source;
use crate::model::azure::{Cluster, NetworkPlugin, OutboundType};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

/// Nodes of one pool (container service limits).
const POOL_NODES: u32 = 1000;
/// Private addresses of a virtual network.
const VNET_ADDRESSES: u64 = 65_536;

/// A limit, and how far away it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Its name, as answers print it.
    pub id: &'static str,
    /// What sets it.
    pub object: Ref,
    /// The agent pool that it is for; `None` for all of them.
    pub pool: Option<Arc<str>>,
    /// Nodes that can still be added before it binds.
    pub more: u64,
    /// Why.
    pub why: Explanation,
    /// The page that documents it.
    pub source: Source,
}

impl Bound {
    /// Whether nodes that come for an upgrade count, because they take something of it.
    pub(super) fn counts_surge(&self) -> bool {
        let ids = ["routes", "outbound-ports", "pool-members", "vnet-addresses"];
        ids.contains(&self.id)
    }
}

/// Every limit that can bind, the nearest first.
pub fn all(network: &Network, ranges: &[Range], pools: &[PoolPlan]) -> Vec<Bound> {
    let Some(cluster) = &network.cluster else {
        return Vec::new();
    };
    let mut bounds = Vec::new();
    for pool in pools {
        bounds.extend(of_pool(network, cluster, (ranges, pools), pool));
    }
    bounds.extend(pod_range(cluster, ranges));
    if topology::is_kubenet(network) {
        bounds.extend(route_tables(network));
    }
    let nodes = network.nodes.len();
    let most = CLUSTER_NODES.saturating_sub(nodes);
    bounds.push(Bound {
        id: "cluster-nodes",
        object: cluster.reference(),
        pool: None,
        more: most as u64,
        why: Explanation::new("plan-limit-cluster").with("most", number(CLUSTER_NODES as u64)),
        source: Source::AksLimits,
    });
    bounds.extend(outbound_ports(network, cluster));
    bounds.extend(pool_members(network));
    bounds.sort_by_key(|bound| bound.more);
    bounds
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn of_pool(
    network: &Network,
    cluster: &Cluster,
    (ranges, pools): (&[Range], &[PoolPlan]),
    pool: &PoolPlan,
) -> Vec<Bound> {
    let mut bounds = vec![Bound {
        id: "pool-nodes",
        object: cluster.reference(),
        pool: Some(pool.name.clone()),
        more: u64::from(POOL_NODES.saturating_sub(pool.nodes)),
        why: Explanation::new("plan-limit-pool")
            .with("pool", pool.name.clone())
            .with("most", i64::from(POOL_NODES)),
        source: Source::AksLimits,
    }];
    let Some(subnet) = pool.subnet.as_ref().and_then(|id| network.subnet(id)) else {
        return bounds;
    };
    bounds.push(Bound {
        id: "subnet-addresses",
        object: subnet.reference(),
        pool: Some(pool.name.clone()),
        more: pool.more_nodes(),
        why: Explanation::new("plan-limit-subnet")
            .with("pool", pool.name.clone())
            .with("free", number(pool.free))
            .with("each", number(pool.per_node)),
        source: Source::AksPlanning,
    });
    bounds.extend(of_pods(network, pool));
    bounds.push(of_vnet(
        network,
        (ranges, pools),
        pool,
        &subnet.meta.namespace,
    ));
    bounds
}

/// A pod subnet feeds so many nodes that run all the pods that they may.
fn of_pods(network: &Network, pool: &PoolPlan) -> Option<Bound> {
    let id = pool.pod_subnet.as_ref()?;
    let subnet = network.subnet(id)?;
    Some(Bound {
        id: "pod-subnet-addresses",
        object: subnet.reference(),
        pool: Some(pool.name.clone()),
        more: pool.pods_free.checked_div(pool.per_node_of_pods)?,
        why: Explanation::new(if pool.blocks {
            "plan-limit-pod-subnet-blocks"
        } else {
            "plan-limit-pod-subnet"
        })
        .with("pool", pool.name.clone())
        .with("free", number(pool.pods_free))
        .with("each", number(pool.per_node_of_pods)),
        source: Source::AksPodSubnet,
    })
}

/// A virtual network holds so many addresses; a node takes its own and those of its pods.
fn of_vnet(
    network: &Network,
    (ranges, pools): (&[Range], &[PoolPlan]),
    pool: &PoolPlan,
    vnet: &Arc<str>,
) -> Bound {
    let used = in_use(network, (ranges, pools), vnet, None);
    let each = pool.per_node_of_vnet(vnet);
    let left = VNET_ADDRESSES.saturating_sub(used);
    let id = if pools.iter().any(|pool| pool.blocks) {
        "plan-limit-vnet-blocks"
    } else {
        "plan-limit-vnet"
    };
    Bound {
        id: "vnet-addresses",
        object: Ref::new(Kind::Vnet, vnet.clone()),
        pool: Some(pool.name.clone()),
        more: left.checked_div(each).unwrap_or_default(),
        why: Explanation::new(id)
            .with("pool", pool.name.clone())
            .with("most", number(VNET_ADDRESSES))
            .with("used", number(used))
            .with("each", number(each)),
        source: Source::AzureLimits,
    }
}

/// The limit on the addresses of a virtual network, where so many nodes of a pool take so many addresses each, with all
/// their pods; `None` where it holds them.
pub(super) fn vnet_exceeded(
    network: &Network,
    (ranges, pools): (&[Range], &[PoolPlan]),
    pool: &PoolPlan,
    (nodes, each): (u64, u64),
) -> Option<Bound> {
    let vnet = &pool.subnet.as_ref()?.vnet;
    let others = in_use(network, (ranges, pools), vnet, Some(pool));
    let left = VNET_ADDRESSES.saturating_sub(others);
    let most = left.checked_div(each).unwrap_or_default();
    (nodes > most).then(|| Bound {
        id: "vnet-addresses",
        object: Ref::new(Kind::Vnet, vnet.clone()),
        pool: Some(pool.name.clone()),
        more: most.saturating_sub(u64::from(pool.nodes)),
        why: Explanation::new("plan-limit-vnet-wish")
            .with("pool", pool.name.clone())
            .with("most", number(VNET_ADDRESSES))
            .with("others", number(others))
            .with("nodes", number(nodes))
            .with("each", number(each)),
        source: Source::AzureLimits,
    })
}

/// Addresses of a virtual network that somebody has or holds, but for the nodes of one pool; a block of a node counts as
/// one.
fn in_use(
    network: &Network,
    (ranges, pools): (&[Range], &[PoolPlan]),
    vnet: &str,
    but: Option<&PoolPlan>,
) -> u64 {
    let counts = |holding: &Holding| {
        let holder = holding.holder.as_ref();
        !but.is_some_and(|pool| holder.is_some_and(|holder| pool.has(network, holder)))
    };
    let in_block = |holding: &Holding| {
        let holder = holding.holder.as_ref();
        let mut with_blocks = pools.iter().filter(|pool| pool.blocks);
        // A node's own address is of another subnet.
        let is_own = holding.state == State::Used && holder.is_some_and(|it| it.kind == Kind::Node);
        !is_own && holder.is_some_and(|holder| with_blocks.any(|pool| pool.has(network, holder)))
    };
    let own = ranges.iter().filter(|range| {
        range.purpose == Purpose::Subnet && topology::same(&range.object.scope, vnet)
    });
    let mut blocks: BTreeSet<u64> = BTreeSet::new();
    let mut alone = 0;
    for range in own {
        alone += range.count_where(|it| it.state != State::Reserved && counts(it) && !in_block(it));
        blocks.extend(range.blocks_where(|it| counts(it) && in_block(it)));
    }
    alone + blocks.len() as u64
}

/// Limits that nodes exceed which come for an upgrade: those on what a node takes as soon as it is there. Addresses of
/// subnets are not among them; [`PoolPlan`] counts these.
pub fn of_upgrade<'b>(pool: &PoolPlan, limits: &'b [Bound]) -> impl Iterator<Item = &'b Bound> {
    let (surge, name) = (u64::from(pool.surge), pool.name.clone());
    limits.iter().filter(move |bound| {
        let other = bound.pool.as_ref().is_some_and(|it| *it != name);
        let counts = bound.id == "pod-range" || bound.counts_surge();
        counts && !other && surge > bound.more
    })
}

/// The limit at which the autoscaler stops, where it is in front of the size that a pool may have.
pub fn of_autoscaler<'b>(pool: &PoolPlan, limits: &'b [Bound]) -> Option<&'b Bound> {
    let added = u64::from(pool.most?.saturating_sub(pool.nodes));
    let mut limits = limits.iter();
    limits.find(|bound| {
        let other = bound.pool.as_ref().is_some_and(|it| *it != pool.name);
        !other && added > bound.more
    })
}

/// A /24 for each node.
fn pod_range(cluster: &Cluster, ranges: &[Range]) -> Option<Bound> {
    let range = ranges.iter().find(|range| range.purpose == Purpose::Pods)?;
    let prefix = range.prefix.prefix_len();
    let blocks = sizes::blocks(prefix);
    let taken = range
        .holdings
        .iter()
        .filter(|it| it.state == State::Reserved && it.reason == "plan-pod-network")
        .count() as u64;
    Some(Bound {
        id: "pod-range",
        object: cluster.reference(),
        pool: None,
        more: blocks.saturating_sub(taken),
        why: Explanation::new("plan-limit-pods")
            .with("range", ipnet::IpNet::V4(range.prefix))
            .with("blocks", number(blocks))
            .with("taken", number(taken)),
        source: match cluster.plugin {
            NetworkPlugin::Kubenet => Source::Kubenet,
            _ => Source::AksOverlay,
        },
    })
}

/// Every node stands behind every load balancer of the cluster (section 12).
fn pool_members(network: &Network) -> Option<Bound> {
    let balancers = network.load_balancers.iter();
    let bounds = balancers.map(|balancer| {
        let most = POOL_MEMBERS[usize::from(balancer.standard)];
        let taken = balancer.backend_nodes.len();
        Bound {
            id: "pool-members",
            object: balancer.reference(),
            pool: None,
            more: most.saturating_sub(taken) as u64,
            why: Explanation::new("plan-limit-members")
                .with("most", number(most as u64))
                .with("taken", number(taken as u64)),
            source: Source::AzureLimits,
        }
    });
    bounds.min_by_key(|bound| bound.more)
}

/// kubenet: every node costs a route, and routes of the user's own count too.
fn route_tables(network: &Network) -> Vec<Bound> {
    let mut seen: Vec<&str> = Vec::new();
    let mut bounds = Vec::new();
    for subnet in topology::pool_subnets(network) {
        let name = subnet.route_table.as_deref();
        let Some(table) = name.and_then(|name| network.route_table(name)) else {
            continue;
        };
        if seen.contains(&&*table.meta.name) {
            continue;
        }
        seen.push(&table.meta.name);
        bounds.push(Bound {
            id: "routes",
            object: Ref::new(Kind::RouteTable, table.meta.name.clone()),
            pool: None,
            more: KUBENET_NODES.saturating_sub(table.routes.len()) as u64,
            why: Explanation::new("plan-limit-routes")
                .with("most", number(KUBENET_NODES as u64))
                .with("taken", number(table.routes.len() as u64)),
            source: Source::Kubenet,
        });
    }
    bounds
}

/// Ports that somebody set by hand must be found for every node.
fn outbound_ports(network: &Network, cluster: &Cluster) -> Option<Bound> {
    let ports = u64::from(snat::ports_by_hand(network, cluster));
    if ports == 0 || cluster.outbound_type != OutboundType::LoadBalancer {
        return None;
    }
    let addresses = cluster.outbound_ips.len().max(1) as u64;
    let most = snat::nodes_with_ports(network, cluster);
    Some(Bound {
        id: "outbound-ports",
        object: cluster.reference(),
        pool: None,
        more: most.saturating_sub(network.nodes.len()) as u64,
        why: Explanation::new("plan-limit-ports")
            .with("ports", number(ports))
            .with("addresses", number(addresses))
            .with("nodes", number(most as u64)),
        source: Source::AksLoadBalancer,
    })
}
