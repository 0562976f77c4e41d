//! The rules of a node whose pods have addresses of a subnet of their own.
//!
//! There is no ip-masq agent: whoever a pod calls sees the pod. Names and the metadata service are asked from
//! the node's address (AKS since October 2025), so that no rule or route of the pod subnet comes between.
//! The rules have a chain `SWIFT-POSTROUTING` (`Azure/azure-container-networking`).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::rule::{Family, Hook, Match, Purpose, Reason, Rule, TableName, Target};
use super::ruleset::Builder;
use crate::model::kube::Node;
use crate::model::packet::Protocol;

const CHAIN: &str = "SWIFT-POSTROUTING";

/// What is asked from the node's address.
const PLATFORM: [(Ipv4Addr, Protocol, u16); 3] = [
    (Ipv4Addr::new(168, 63, 129, 16), Protocol::Udp, 53),
    (Ipv4Addr::new(168, 63, 129, 16), Protocol::Tcp, 53),
    (Ipv4Addr::new(169, 254, 169, 254), Protocol::Tcp, 80),
];

/// Installs the chain behind kube-proxy's own masquerading.
pub(super) fn install(builder: &mut Builder, node: &Node) {
    let Some(IpAddr::V4(ip)) = node.ip() else {
        return;
    };
    if builder.family() != Family::V4 {
        return;
    }
    let chain: Arc<str> = Arc::from(CHAIN);
    builder.jump(TableName::Nat, Hook::Postrouting, &chain, Vec::new());
    let reason = Reason::of_component(Purpose::MasqueradePlatform);
    let rules = builder.chain(TableName::Nat, &chain);
    for (address, protocol, port) in PLATFORM {
        let matches = vec![
            Match::to(address.into()),
            Match::Protocol(protocol),
            Match::dport(protocol, port),
        ];
        let target = Target::Snat(IpAddr::V4(ip));
        rules.push(Rule::new(target, matches).because(&reason));
    }
}
