//! The rules of the ip-masq agent: which destinations see a pod's address, and which the node's.
//!
//! Sources: `Azure/ip-masq-agent-v2` (rules, merging), and the `nonMasqueradeCIDRs` found on
//! AKS nodes: for kubenet the pod CIDR; for Azure CNI with a node subnet that subnet, the
//! Service CIDR and every range of the virtual network. `masqLinkLocal` is true on AKS, so that
//! the metadata service sees the node.
//!
//! AKS writes its part into the ConfigMap `azure-ip-masq-agent-config-reconciled`; a user's
//! `azure-ip-masq-agent-config` is merged with it: the union of ranges, either switch. Without
//! any range the agent keeps the source for the private ranges of RFC 1918 (AKS issue 2653).

use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::rule::{Family, Hook, Match, Purpose, Reason, Rule, Side, TableName, Target};
use super::ruleset::Builder;
use crate::engine::trace::Cause;
use crate::model::azure::{Cluster, NetworkPlugin, SubnetId};
use crate::model::kube::{ConfigMap, Node};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::yaml;

const CHAIN: &str = "IP-MASQ-AGENT";
const USER_CONFIG: &str = "azure-ip-masq-agent-config";
const RECONCILED_CONFIG: &str = "azure-ip-masq-agent-config-reconciled";
/// Files that do not begin so are not read by the agent.
const FILE_PREFIX: &str = "ip-masq";
/// The agent refuses a file with more ranges.
const LIMIT: usize = 64;

/// What the agent works by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MasqConfig {
    /// `nonMasqueradeCIDRs`, each with the object and field that it comes from.
    pub non_masquerade: Vec<(IpNet, Cause)>,
    /// `masqLinkLocal`
    pub masq_link_local: bool,
}

/// A file of the user's configuration that the agent can not use. It stops there, so that the
/// whole ConfigMap has no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The ConfigMap and the key.
    pub cause: Cause,
    /// What is wrong.
    pub problem: String,
}

/// What the agent refuses of the configuration.
pub fn refusals(network: &Network) -> Vec<Refusal> {
    let maps = [RECONCILED_CONFIG, USER_CONFIG];
    let maps = maps
        .into_iter()
        .filter_map(|name| config_map(network, name));
    maps.flat_map(|map| {
        files(map).filter_map(|(cause, file)| {
            let problem = file.err()?;
            Some(Refusal { cause, problem })
        })
    })
    .collect()
}

impl MasqConfig {
    /// The configuration of a node's agent; what the agent refuses ([`refusals`]) is not in it.
    pub fn of(network: &Network, node: &Node) -> Self {
        let mut config = Self::default();
        match config_map(network, RECONCILED_CONFIG) {
            Some(pinned) => config.merge_map(pinned),
            None => config = Self::of_aks(network, node),
        }
        if let Some(user) = config_map(network, USER_CONFIG) {
            config.merge_map(user);
        }
        if config.non_masquerade.is_empty() && !masquerades_pods(network) {
            config.non_masquerade = private_ranges(network);
        }
        config
    }

    /// What AKS itself configures.
    fn of_aks(network: &Network, node: &Node) -> Self {
        let mut config = Self {
            non_masquerade: Vec::new(),
            masq_link_local: true,
        };
        let Some(cluster) = &network.cluster else {
            return config;
        };
        let profile = |field: &str| Cause::field(cluster.reference(), field);
        match cluster.plugin {
            NetworkPlugin::Kubenet if masquerades_pods(network) => {}
            NetworkPlugin::Kubenet | NetworkPlugin::AzureOverlay => {
                let net = cluster.pod_cidr;
                config.add(net, &profile("properties.networkProfile.podCidr"));
            }
            NetworkPlugin::AzureNodeSubnet
            | NetworkPlugin::AzurePodSubnet
            | NetworkPlugin::Other(_) => {
                let subnet = node_subnet(network, cluster, node);
                if let Some(subnet) = subnet.and_then(|id| network.subnet(id)) {
                    let cause = Cause::object(subnet.reference());
                    config.add(subnet.prefixes.iter().copied(), &cause);
                }
                let net = [cluster.service_cidr];
                config.add(net, &profile("properties.networkProfile.serviceCidr"));
                if let Some(vnet) = subnet.and_then(|id| network.vnet(&id.vnet)) {
                    let field = "properties.addressSpace.addressPrefixes";
                    let cause = Cause::field(vnet.reference(), field);
                    config.add(vnet.address_space.iter().copied(), &cause);
                }
            }
        }
        config
    }

    fn add(&mut self, nets: impl IntoIterator<Item = IpNet>, cause: &Cause) {
        for net in nets {
            if !self.non_masquerade.iter().any(|(known, _)| *known == net) {
                self.non_masquerade.push((net, cause.clone()));
            }
        }
    }

    fn merge_map(&mut self, map: &ConfigMap) {
        let files: Result<Vec<(Cause, File)>, String> =
            files(map).map(|(cause, file)| Ok((cause, file?))).collect();
        for (cause, file) in files.unwrap_or_default() {
            self.add(file.ranges, &cause);
            self.masq_link_local |= file.masq_link_local;
        }
    }
}

/// The fault of AKS with containerd until the release of 2021-02-01 (`kubenetMasqueradesPods` of the settings).
fn masquerades_pods(network: &Network) -> bool {
    let cluster = network.cluster.as_ref();
    network.settings.kubenet_masquerades_pods
        && cluster.is_some_and(|it| it.plugin == NetworkPlugin::Kubenet)
}

/// The files of a ConfigMap that the agent reads.
fn files(map: &ConfigMap) -> impl Iterator<Item = (Cause, Result<File, String>)> {
    let read = map
        .data
        .iter()
        .filter(|(key, _)| key.starts_with(FILE_PREFIX));
    read.map(|(key, text)| {
        let reference = map.meta.reference(Kind::ConfigMap);
        (
            Cause::field(reference, format!("data.{key}")),
            parse_file(text),
        )
    })
}

fn config_map<'a>(network: &'a Network, name: &str) -> Option<&'a ConfigMap> {
    network
        .config_maps
        .iter()
        .find(|map| &*map.meta.namespace == "kube-system" && &*map.meta.name == name)
}

/// The subnet of the node's pool; without a pool, of the cluster's first pool that has one.
fn node_subnet<'a>(
    network: &'a Network,
    cluster: &'a Cluster,
    node: &Node,
) -> Option<&'a SubnetId> {
    let pools = &cluster.pools;
    let own = node
        .pool
        .as_ref()
        .and_then(|name| pools.iter().find(|pool| pool.name == *name));
    let known = |id: &&SubnetId| network.subnet(id).is_some();
    own.and_then(|pool| pool.subnet.as_ref())
        .filter(known)
        .or_else(|| {
            pools
                .iter()
                .filter_map(|pool| pool.subnet.as_ref())
                .find(known)
        })
}

fn private_ranges(network: &Network) -> Vec<(IpNet, Cause)> {
    let by = network.cluster.as_ref().map_or_else(
        || Ref::scoped(Kind::ConfigMap, "kube-system", USER_CONFIG),
        Cluster::reference,
    );
    [
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
    ]
    .map(|(address, length)| {
        let net = Ipv4Net::new_assert(address.into(), length);
        (IpNet::V4(net), Cause::object(by.clone()))
    })
    .into()
}

/// One file of the agent's configuration.
#[derive(Debug, Default, PartialEq)]
struct File {
    ranges: Vec<IpNet>,
    masq_link_local: bool,
}

/// Reads a file as the agent does: its first document, YAML or JSON.
fn parse_file(text: &str) -> Result<File, String> {
    let parsed = yaml::parse(&Arc::from(FILE_PREFIX), text);
    if let Some(problem) = parsed.diagnostics.first() {
        return Err(problem.message.clone());
    }
    match parsed.trees.first() {
        Some(tree) => File::of_tree(&tree.root),
        None => Ok(File::default()),
    }
}

impl File {
    fn of_tree(root: &yaml::Node) -> Result<Self, String> {
        let mut file = Self::default();
        if let Some(node) = root.get("masqLinkLocal") {
            file.masq_link_local = match &node.value {
                yaml::Value::Bool(value) => *value,
                yaml::Value::Null => false,
                _ => return Err("`masqLinkLocal` is not true or false".into()),
            };
        }
        let ranges = match root.get("nonMasqueradeCIDRs").map(|node| &node.value) {
            None | Some(yaml::Value::Null) => return Ok(file),
            Some(yaml::Value::List(ranges)) => ranges,
            Some(_) => return Err("`nonMasqueradeCIDRs` is not a list".into()),
        };
        if ranges.len() > LIMIT {
            return Err(format!("more than {LIMIT} ranges"));
        }
        for range in ranges {
            file.ranges
                .push(aligned(range.as_str().unwrap_or_default())?);
        }
        Ok(file)
    }
}

/// A prefix whose address is the network's own, as the agent demands.
fn aligned(text: &str) -> Result<IpNet, String> {
    let net: IpNet = text
        .parse()
        .map_err(|_| format!("`{text}` is not an address range"))?;
    if net.addr() != net.network() {
        let network = net.trunc();
        return Err(format!(
            "`{text}` is not aligned; its network is `{network}`"
        ));
    }
    Ok(net)
}

/// Installs the chain `IP-MASQ-AGENT` behind kube-proxy's own masquerading.
pub(super) fn install(builder: &mut Builder, config: &MasqConfig) {
    let family = builder.family();
    let chain: Arc<str> = Arc::from(CHAIN);
    let not_local = Match::Local {
        negated: true,
        side: Side::Destination,
    };
    let comment = format!(
        "ip-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom {CHAIN} chain"
    );
    let matches = vec![Match::comment(comment), not_local];
    builder.jump(TableName::Nat, Hook::Postrouting, &chain, matches);
    let rules = builder.chain(TableName::Nat, &chain);
    let local: Arc<str> = Arc::from("ip-masq-agent: local traffic is not subject to MASQUERADE");
    let keep = |net: IpNet, reason: &Arc<Reason>| {
        let matches = vec![Match::destination(net), Match::Comment(local.clone())];
        Rule::new(Target::Return, matches).because(reason)
    };
    if family == Family::V4 && !config.masq_link_local {
        let link_local = Ipv4Net::new_assert([169, 254, 0, 0].into(), 16);
        let reason = Reason::of_component(Purpose::KeepSource);
        rules.push(keep(link_local.into(), &reason));
    }
    for (net, cause) in &config.non_masquerade {
        if Family::of_net(net) == family {
            let reason = Reason::new(Purpose::KeepSource, cause.clone());
            rules.push(keep(*net, &reason));
        }
    }
    let comment =
        "ip-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)";
    let reason = Reason::of_component(Purpose::MasqueradeOutside);
    let masquerade = Target::Masquerade {
        random_fully: false,
    };
    rules.push(Rule::new(masquerade, vec![Match::comment(comment)]).because(&reason));
}
