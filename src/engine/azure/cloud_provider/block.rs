//! What `outboundType: block` puts into AKS's own security group: nothing leaves for the internet, what stays in the
//! virtual network is let alone. Origin: Azure/aks-docs, `egress-outboundtype.md`, "Outbound type of block".

use std::sync::Arc;

use super::derived_meta;
use crate::engine::azure::{nic, topology};
use crate::model::azure::{AddressPrefix, OutboundType, SecurityRule};
use crate::model::network::Network;
use crate::model::object::Ref;

/// AKS documents that there are rules, but neither their names nor their priorities: one that says whose it is, and
/// that comes after whatever somebody allows.
const NAME: &str = "outboundType-block";
/// The priorities of rules that are no default ones, the last first.
const PRIORITIES: std::ops::RangeInclusive<u32> = 100..=4096;

/// Adds the rule, unless the group that somebody wrote down has one that does the same.
pub(super) fn reconcile(network: &mut Network, cluster: &Ref) {
    let blocked = network.cluster.as_ref();
    if blocked.is_none_or(|it| it.outbound_type != OutboundType::Block) {
        return;
    }
    let name = nic::aks_nsg(network);
    let mut nsgs = network.nsgs.iter_mut();
    let group = nsgs.find(|it| name.as_deref().is_some_and(|name| *it.meta.name == *name));
    let Some(group) = group else {
        return;
    };
    if group.rules.iter().any(blocks) {
        return;
    }
    let taken = |priority: &u32| {
        let mut outbound = group.rules.iter().filter(|it| !it.inbound);
        outbound.any(|it| it.priority == *priority)
    };
    let Some(priority) = PRIORITIES.rev().find(|it| !taken(it)) else {
        return;
    };
    group.rules.push(SecurityRule {
        meta: derived_meta(NAME, cluster),
        priority,
        inbound: false,
        allow: false,
        protocol: None,
        sources: vec![AddressPrefix::Any],
        source_ports: Vec::new(),
        destinations: vec![AddressPrefix::Tag(Arc::from("Internet"))],
        destination_ports: Vec::new(),
    });
}

/// Whether a rule keeps everything from leaving for the internet.
fn blocks(rule: &SecurityRule) -> bool {
    let internet = |prefix: &AddressPrefix| match prefix {
        AddressPrefix::Any => true,
        AddressPrefix::Net(net) => net.prefix_len() == 0,
        AddressPrefix::Tag(tag) => topology::same(tag, "Internet"),
    };
    let whole = rule.protocol.is_none() && rule.destination_ports.is_empty();
    !rule.inbound && !rule.allow && whole && rule.destinations.iter().any(internet)
}
