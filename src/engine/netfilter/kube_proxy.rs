//! The rules that kube-proxy v1.30 and later writes on a node in iptables mode.
//!
//! The facts are those of `pkg/proxy/iptables/proxier.go` and its tests; R1 to R17 in comments
//! number the rules that are easy to get wrong. Order, names, comments and probabilities
//! are kube-proxy's; Services follow each other by name, where kube-proxy's order is that
//! of a Go map.
//!
//! Left out: the modes `ipvs` and `nftables`; `nfacct` counters of newer versions and the
//! canary chains, which decide nothing.

mod chains;
mod config;
mod endpoints;
mod names;
mod service;
mod shared;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::config::{Config, NodePorts};
use self::service::{EXTERNAL_SERVICES, PROXY_FIREWALL, Port};
use super::interfaces::NodeInterfaces;
use super::rule::{CtStates, Family, Hook, Match, Purpose, Reason, Rule, TableName, Target};
use super::ruleset::Builder;
pub(super) use shared::Shared;

use crate::model::kube::{EndpointSlice, KubeProxyConfiguration, Node, Service};
use crate::model::network::Network;

/// The chain that marks packets for masquerading.
pub(super) const MARK_MASQ: &str = "KUBE-MARK-MASQ";
const SERVICES: &str = "KUBE-SERVICES";
const NODEPORTS: &str = "KUBE-NODEPORTS";
const POSTROUTING: &str = "KUBE-POSTROUTING";
const FORWARD: &str = "KUBE-FORWARD";

/// `iptables.masqueradeBit` 14: what marks a packet for masquerading.
pub const MASQUERADE_MARK: u32 = 1 << 14;

/// Whether these rules are what a kube-proxy of this configuration installs.
pub(super) fn is_modelled(config: &KubeProxyConfiguration) -> bool {
    matches!(&*config.mode, "" | "iptables")
}

/// The setting that is missing, or not valid, for the way in which pods' packets are to be told
/// from others. A missing `clusterCIDR` is a choice, not a mistake.
pub(super) fn missing_for_detector(config: &KubeProxyConfiguration) -> Option<&'static str> {
    let named = |name: &Option<Arc<str>>| name.as_deref().is_some_and(config::is_interface_name);
    match config.detect_local_mode.as_deref() {
        None | Some("" | "ClusterCIDR" | "NodeCIDR") => None,
        Some("BridgeInterface") => {
            (!named(&config.bridge_interface)).then_some("detectLocal.bridgeInterface")
        }
        Some("InterfaceNamePrefix") => {
            (!named(&config.interface_name_prefix)).then_some("detectLocal.interfaceNamePrefix")
        }
        Some(_) => Some("a known detectLocalMode"),
    }
}

/// Installs the rules of a node's kube-proxy; `shared` are those that nodes have in common, if somebody has made them.
pub(super) fn install(
    builder: &mut Builder,
    network: &Network,
    (node, interfaces): (&Node, &NodeInterfaces),
    shared: Option<&Shared>,
) {
    let family = builder.family();
    let config = Arc::new(Config::of(network, node, interfaces, family));
    base_chains(builder);
    jumps(builder);
    masquerading(builder);
    if let Some(shared) = shared.filter(|it| it.fits(&config)) {
        shared.install(builder, network, node, &config);
    } else {
        let services = Indexed::all(network);
        let ports = services.iter();
        let ports = ports.flat_map(|it| it.ports(network, family, Some(node)));
        service::write_all(&ports.collect::<Vec<_>>(), &config, node, builder);
        let last = node_ports_last(&config, family);
        builder.chain(TableName::Nat, SERVICES).extend(last);
    }
    forwarding(builder);
}

/// A Service and its EndpointSlices, as indexes into the network.
#[derive(Debug)]
struct Indexed {
    service: usize,
    slices: Vec<usize>,
}

impl Indexed {
    /// Every Service by namespace and name, with its EndpointSlices by name.
    fn all(network: &Network) -> Vec<Self> {
        let mut of_service: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (index, slice) in network.slices.iter().enumerate() {
            let key = (&*slice.meta.namespace, &*slice.service);
            of_service.entry(key).or_default().push(index);
        }
        let slice = |index: usize| network.slices.get(index).map(|it| &it.meta.name);
        for slices in of_service.values_mut() {
            slices.sort_by_key(|index| slice(*index));
        }
        let mut services: Vec<_> = network.services.iter().enumerate().collect();
        services.sort_by_key(|(_, it)| (&it.meta.namespace, &it.meta.name));
        let services = services.into_iter().map(|(service, it)| {
            let key = (&*it.meta.namespace, &*it.meta.name);
            let slices = of_service.get(&key).cloned().unwrap_or_default();
            Self { service, slices }
        });
        services.collect()
    }

    fn service<'n>(&self, network: &'n Network) -> Option<&'n Service> {
        network.services.get(self.service)
    }

    fn slices<'n>(&self, network: &'n Network) -> Vec<&'n EndpointSlice> {
        let slices = self.slices.iter();
        slices
            .filter_map(|index| network.slices.get(*index))
            .collect()
    }

    /// The ports that get rules.
    fn ports<'n>(
        &self,
        network: &'n Network,
        family: Family,
        node: Option<&Node>,
    ) -> Vec<Port<'n>> {
        let service = self.service(network);
        let slices = self.slices(network);
        let ports = service.map(|service| Port::all_of(service, &slices, family, node));
        ports.unwrap_or_default()
    }
}

/// The chains that exist even where they are empty.
fn base_chains(builder: &mut Builder) {
    for (table, chains) in [
        (
            TableName::Filter,
            &[
                SERVICES,
                EXTERNAL_SERVICES,
                FORWARD,
                NODEPORTS,
                PROXY_FIREWALL,
            ][..],
        ),
        (
            TableName::Nat,
            &[SERVICES, NODEPORTS, POSTROUTING, MARK_MASQ],
        ),
    ] {
        for chain in chains {
            builder.chain(table, chain);
        }
    }
}

/// The jumps from built-in chains. kube-proxy inserts each at the top, so that they stand in the
/// opposite order of its list.
fn jumps(builder: &mut Builder) {
    let new = || Match::state(CtStates::NEW);
    let firewall = "kubernetes load balancer firewall";
    let external = "kubernetes externally-visible service portals";
    let portals = "kubernetes service portals";
    let filter = [
        (Hook::Input, PROXY_FIREWALL, firewall, true),
        (
            Hook::Input,
            NODEPORTS,
            "kubernetes health check service ports",
            false,
        ),
        (Hook::Input, EXTERNAL_SERVICES, external, true),
        (Hook::Forward, PROXY_FIREWALL, firewall, true),
        (Hook::Forward, FORWARD, "kubernetes forwarding rules", false),
        (Hook::Forward, SERVICES, portals, true),
        (Hook::Forward, EXTERNAL_SERVICES, external, true),
        (Hook::Output, PROXY_FIREWALL, firewall, true),
        (Hook::Output, SERVICES, portals, true),
    ];
    for (hook, chain, comment, only_new) in filter {
        let state = only_new.then(new);
        let matches = state.into_iter().chain([Match::comment(comment)]).collect();
        builder.jump(TableName::Filter, hook, chain, matches);
    }
    for (hook, chain, comment) in [
        (Hook::Prerouting, SERVICES, portals),
        (Hook::Output, SERVICES, portals),
        (
            Hook::Postrouting,
            POSTROUTING,
            "kubernetes postrouting rules",
        ),
    ] {
        let matches = vec![Match::comment(comment)];
        builder.jump(TableName::Nat, hook, chain, matches);
    }
}

/// Marks, and the masquerading of what is marked. The mark is cleared first, so that a packet
/// that passes the stack again is not translated twice.
fn masquerading(builder: &mut Builder) {
    let bit = MASQUERADE_MARK;
    let reason = Reason::of_component(Purpose::MasqueradeMarked);
    let unmarked = Match::Mark {
        negated: true,
        value: bit,
        mask: bit,
    };
    let clear = Target::Mark {
        value: bit,
        mask: 0,
    };
    let comment = Match::comment("kubernetes service traffic requiring SNAT");
    let masquerade = Target::Masquerade { random_fully: true };
    builder.chain(TableName::Nat, POSTROUTING).extend([
        Rule::new(Target::Return, vec![unmarked]),
        Rule::new(clear, Vec::new()),
        Rule::new(masquerade, vec![comment]).because(&reason),
    ]);
    let set = Target::Mark {
        value: bit,
        mask: bit,
    };
    builder
        .chain(TableName::Nat, MARK_MASQ)
        .push(Rule::new(set, Vec::new()));
}

/// Node ports come after every other destination (R12).
fn node_ports_last(config: &Config, family: Family) -> Vec<Rule> {
    let comment = "kubernetes service nodeports; NOTE: this must be the last rule in this chain";
    let jump = |matches: Vec<Match>| Rule::new(Target::Jump(Arc::from(NODEPORTS)), matches);
    match &config.node_ports {
        NodePorts::Everywhere { localhost } => {
            let mut matches = vec![Match::comment(comment), Match::to_local()];
            if !localhost {
                matches.push(Match::Destination {
                    negated: true,
                    net: loopback(family),
                });
            }
            vec![jump(matches)]
        }
        NodePorts::On(addresses) => addresses
            .iter()
            .map(|address| jump(vec![Match::to(*address), Match::comment(comment)]))
            .collect(),
    }
}

fn loopback(family: Family) -> ipnet::IpNet {
    use std::net::{Ipv4Addr, Ipv6Addr};
    match family {
        Family::V4 => ipnet::Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8).into(),
        Family::V6 => ipnet::Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128).into(),
    }
}

/// `KUBE-FORWARD`: lets marked packets and known connections pass even where the policy is `DROP`.
fn forwarding(builder: &mut Builder) {
    let comment = Match::comment;
    let related = CtStates::RELATED.or(CtStates::ESTABLISHED);
    let invalid = Reason::of_component(Purpose::InvalidState);
    let marked = Reason::of_component(Purpose::ForwardMarked);
    let known = Reason::of_component(Purpose::ForwardKnown);
    builder.chain(TableName::Filter, FORWARD).extend([
        Rule::new(Target::Drop, vec![Match::state(CtStates::INVALID)]).because(&invalid),
        Rule::new(
            Target::Accept,
            vec![
                comment("kubernetes forwarding rules"),
                Match::marked(MASQUERADE_MARK),
            ],
        )
        .because(&marked),
        Rule::new(
            Target::Accept,
            vec![
                comment("kubernetes forwarding conntrack rule"),
                Match::state(related),
            ],
        )
        .because(&known),
    ]);
}
