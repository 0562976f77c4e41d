//! A plan as versioned JSON.

use serde_json::{Value, json};

use super::Plan;
use super::limits::{self, Bound};
use super::pools::PoolPlan;
use super::ranges::{Holding, Range, State};
use super::wish::{Answer, Obstacle};
use crate::engine::explain::Explanation;
use crate::engine::export::API_VERSION;
use crate::model::network::Network;

/// The plan, with sentences as `sentence` words them.
pub fn json(plan: &Plan, network: &Network, sentence: &dyn Fn(&Explanation) -> String) -> Value {
    let ranges: Vec<Value> = plan.ranges.iter().map(|it| range(it, sentence)).collect();
    let pools = plan.pools.iter().map(|it| pool(it, &plan.limits));
    let pools: Vec<Value> = pools.collect();
    let nodes = network.nodes.len() as u64;
    let limits: Vec<Value> = plan
        .limits
        .iter()
        .map(|it| limit(it, nodes, sentence))
        .collect();
    json!({
        "apiVersion": API_VERSION,
        "kind": "PlanResult",
        "ranges": ranges,
        "pools": pools,
        "bindsFirst": plan.limits.first().map(|bound| bound.id),
        "limits": limits,
        "outbound": plan.outbound.iter().map(|way| json!({
            "object": way.object.to_string(),
            "connections": way.connections,
            "why": sentence(&way.why),
            "reference": way.source.id(),
        })).collect::<Vec<Value>>(),
        "whatIf": plan.answer.as_ref().map(answer),
    })
}

fn range(range: &Range, sentence: &dyn Fn(&Explanation) -> String) -> Value {
    let holding = |it: &Holding| {
        json!({
            "first": it.first.to_string(),
            "last": it.last.to_string(),
            "state": it.state.as_str(),
            "holder": it.holder.as_ref().map(ToString::to_string),
            "reason": sentence(&Explanation::new(it.reason)),
        })
    };
    let holdings: Vec<Value> = range.holdings.iter().map(holding).collect();
    json!({
        "object": range.object.to_string(),
        "purpose": range.purpose.as_str(),
        "prefix": range.prefix.to_string(),
        "addresses": range.addresses(),
        "reserved": range.count(State::Reserved),
        "used": range.count(State::Used),
        "held": range.count(State::Held),
        "free": range.free(),
        "holdings": holdings,
        "uncounted": range.uncounted.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn pool(pool: &PoolPlan, limits: &[Bound]) -> Value {
    let exceeded: Vec<&str> = limits::of_upgrade(pool, limits).map(|it| it.id).collect();
    json!({
        "name": &*pool.name,
        "subnet": pool.subnet.as_ref().map(|id| id.reference().to_string()),
        "nodes": pool.nodes,
        "wanted": pool.wanted,
        "maxPods": pool.max_pods,
        "pods": pool.pods,
        "addressesPerNode": pool.per_node,
        "podSubnet": pool.pod_subnet.as_ref().map(|id| id.reference().to_string()),
        "podSubnetAddressesPerNode": pool.pod_subnet.as_ref().map(|_| pool.per_node_of_pods),
        "morePods": pool.more_pods(),
        "moreNodes": pool.more_nodes(),
        "surge": {
            "nodes": pool.surge,
            "addresses": pool.surge_need(),
            "podSubnetAddresses": pool.pod_subnet.as_ref().map(|_| pool.surge_need_of_pods()),
            "fits": pool.surge_fits() && pool.surge_of_pods_fits() && exceeded.is_empty(),
            "exceededLimits": exceeded,
        },
        "autoscaler": pool.most.map(|most| {
            let limit = limits::of_autoscaler(pool, limits);
            json!({"nodes": most, "fits": limit.is_none(), "limit": limit.map(|it| it.id)})
        }),
    })
}

fn limit(bound: &Bound, nodes: u64, sentence: &dyn Fn(&Explanation) -> String) -> Value {
    json!({
        "limit": bound.id,
        "object": bound.object.to_string(),
        "moreNodes": bound.more,
        "nodes": nodes.saturating_add(bound.more),
        "why": sentence(&bound.why),
        "reference": bound.source.id(),
    })
}

fn answer(answer: &Answer) -> Value {
    json!({
        "pool": &*answer.pool,
        "subnet": answer.subnet.as_ref().map(|id| id.reference().to_string()),
        "nodes": answer.nodes,
        "maxPods": answer.max_pods,
        "surge": answer.surge,
        "pods": answer.pods,
        "addressesPerNode": answer.per_node,
        "others": answer.others,
        "need": answer.need,
        "prefix": answer.prefix,
        "usable": answer.usable,
        "fits": answer.fits(),
        "obstacles": answer.obstacles.iter().map(Obstacle::as_str).collect::<Vec<_>>(),
        "smallestPrefix": answer.smallest,
        "smallestPodRange": answer.smallest_pod_range,
        "podRangeFits": answer.pod_range_fits,
        "podSubnetBlocksPerNode": answer.pod_subnet_blocks,
        "podSubnet": answer.of_pods.as_ref().map(|pods| json!({
            "subnet": pods.subnet.reference().to_string(),
            "addressesPerNode": pods.per_node,
            "others": pods.others,
            "need": pods.need,
            "usable": pods.usable,
            "fits": pods.fits(),
            "smallestPrefix": pods.smallest,
        })),
        "smallestPrefixHasPlace": answer.crowded.is_none(),
        "exceededLimits": answer.exceeded.iter().map(|bound| bound.id).collect::<Vec<_>>(),
    })
}
