//! What the node image and kubelet install besides kube-proxy and the ip-masq agent.
//!
//! Sources: `Azure/AgentBaker` (forwarding is accepted; pods may not reach the wire server),
//! and kubelet's `KUBE-FIREWALL`, which guards loopback addresses against the network
//! (`route_localnet`, kubernetes issue 90259).

use std::net::Ipv4Addr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::rule::{CtStates, Family, Hook, Match, Purpose, Reason, Rule, TableName, Target};
use super::ruleset::{Builder, Policy};
use crate::model::packet::Protocol;

const FIREWALL: &str = "KUBE-FIREWALL";

/// The host agent's address; it also answers DNS, which stays open.
const WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Ports of the wire server and of the host's agent plugin.
const WIRE_SERVER_PORTS: [u16; 2] = [32526, 80];

/// Installs the image's rules behind those of kube-proxy, which inserts its own at the top.
pub(super) fn install(builder: &mut Builder) {
    builder.policy(TableName::Filter, Hook::Forward, Policy::Accept);
    if builder.family() == Family::V6 {
        return;
    }
    let firewall: Arc<str> = Arc::from(FIREWALL);
    for hook in [Hook::Input, Hook::Output] {
        builder.jump(TableName::Filter, hook, &firewall, Vec::new());
    }
    let guard = localnet_guard();
    builder.chain(TableName::Filter, &firewall).push(guard);
    let reason = Reason::of_component(Purpose::WireServer);
    for port in WIRE_SERVER_PORTS {
        let matches = vec![
            Match::to(WIRE_SERVER.into()),
            Match::Protocol(Protocol::Tcp),
            Match::dport(Protocol::Tcp, port),
        ];
        let rule = Rule::new(Target::Drop, matches).because(&reason);
        builder.append(TableName::Filter, Hook::Forward, rule);
    }
}

fn localnet_guard() -> Rule {
    let loopback: IpNet = Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8).into();
    let known = CtStates::RELATED
        .or(CtStates::ESTABLISHED)
        .or(CtStates::DNAT);
    let matches = vec![
        Match::Source {
            negated: true,
            net: loopback,
        },
        Match::destination(loopback),
        Match::comment("block incoming localnet connections"),
        Match::CtState {
            negated: true,
            states: known,
        },
    ];
    let reason = Reason::of_component(Purpose::LocalnetGuard);
    Rule::new(Target::Drop, matches).because(&reason)
}
