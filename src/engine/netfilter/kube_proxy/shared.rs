//! What kube-proxy writes on all nodes of a cluster alike, made once, so that a node costs what is its own.
//!
//! A Service port has the rules of a node without endpoints everywhere, except
//! 1. on the nodes that have its endpoints, where a traffic policy `Local` asks for them;
//! 2. on every node, where hints, slices that disagree or source ranges make each node's rules its own.
//!
//! A chain that Services write into together is taken over whole where nothing of the node's own differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::Config;
use super::service::{EXTERNAL_SERVICES, PROXY_FIREWALL, Port, Written, has_comments};
use super::{Indexed, NODEPORTS, SERVICES, node_ports_last};
use crate::engine::netfilter::interfaces::NodeInterfaces;
use crate::engine::netfilter::rule::{Family, Rule, TableName};
use crate::engine::netfilter::ruleset::{Builder, Chain, Groups};
use crate::model::kube::Node;
use crate::model::network::Network;

/// The chains that Services write into together.
const TOGETHER: [(TableName, &str); 6] = [
    TO_NODE_PORTS,
    (TableName::Nat, NODEPORTS),
    (TableName::Filter, SERVICES),
    (TableName::Filter, EXTERNAL_SERVICES),
    (TableName::Filter, PROXY_FIREWALL),
    (TableName::Filter, NODEPORTS),
];

/// The one of them that ends with a jump to node ports.
const TO_NODE_PORTS: (TableName, &str) = (TableName::Nat, SERVICES);

/// The rules that nodes have in common, for one address family.
#[derive(Debug)]
pub(in crate::engine::netfilter) struct Shared {
    family: Family,
    config: Arc<Config>,
    comments: bool,
    services: Vec<Indexed>,
    ports: Vec<Common>,
    /// The ports of which every node has its own rules.
    everywhere: Vec<usize>,
    /// The ports of which a node has its own rules, by its name.
    of_node: BTreeMap<Arc<str>, Vec<usize>>,
    chains: Vec<Arc<Chain>>,
    groups: Arc<Groups>,
}

/// A Service port as nodes without endpoints have it.
#[derive(Debug)]
struct Common {
    /// Its Service's place among all, and its own among the Service's ports.
    at: (usize, usize),
    written: Written,
    /// The place of its chains among the groups.
    group: Option<usize>,
}

impl Shared {
    /// What nodes may have in common with this one.
    pub(in crate::engine::netfilter) fn of(
        network: &Network,
        (node, interfaces): (&Node, &NodeInterfaces),
        family: Family,
    ) -> Self {
        let services = Indexed::all(network);
        let ports: Vec<(usize, Port<'_>)> = services
            .iter()
            .enumerate()
            .flat_map(|(at, it)| {
                let ports = it.ports(network, family, None).into_iter();
                ports.map(move |port| (at, port))
            })
            .collect();
        let mut all = Self {
            family,
            config: Arc::new(Config::of(network, node, interfaces, family)),
            comments: has_comments(ports.iter().map(|(_, port)| port)),
            services: Vec::new(),
            ports: Vec::with_capacity(ports.len()),
            everywhere: Vec::new(),
            of_node: BTreeMap::new(),
            chains: Vec::new(),
            groups: Arc::default(),
        };
        for (service, port) in &ports {
            all.add(*service, port);
        }
        all.services = services;
        all.chains = (0..TOGETHER.len())
            .filter_map(|chain| all.chain(chain, &BTreeMap::new(), &all.config))
            .collect();
        let makers = all.ports.iter().filter_map(|it| it.written.chains.clone());
        all.groups = Groups::of(makers).into();
        all
    }

    fn add(&mut self, service: usize, port: &Port<'_>) {
        let index = self.ports.len();
        if port.varies() {
            self.everywhere.push(index);
        } else if port.asks_where() {
            for node in port.found.nodes().collect::<BTreeSet<_>>() {
                self.of_node.entry(node.clone()).or_default().push(index);
            }
        }
        let written = port.write(&self.config, None, self.comments);
        let before = self.ports.iter().rev().find_map(|it| it.group);
        self.ports.push(Common {
            at: (service, port.index()),
            group: written
                .chains
                .is_some()
                .then(|| before.map_or(0, |it| it + 1)),
            written,
        });
    }

    /// Whether a node that is configured so has anything in common with the others.
    pub(super) fn fits(&self, config: &Config) -> bool {
        self.config.makes_as(config)
    }

    /// Installs the rules of every Service on a node of the network, and the jump to node ports behind them.
    pub(super) fn install(
        &self,
        builder: &mut Builder,
        network: &Network,
        node: &Node,
        config: &Arc<Config>,
    ) {
        let own = self.own(network, node, config);
        for (index, (table, _)) in TOGETHER.into_iter().enumerate() {
            if let Some(chain) = self.chain(index, &own, config) {
                builder.take_chain(table, chain);
            }
        }
        let replaced = own.keys().filter_map(|index| self.ports.get(*index)?.group);
        let replaced: BTreeSet<usize> = replaced.collect();
        builder.take_groups(TableName::Nat, self.groups.clone(), replaced);
        for chains in own.into_values().filter_map(|written| written.chains) {
            builder.group(TableName::Nat, chains);
        }
    }

    /// What the node has its own rules of, by index of the port.
    fn own(
        &self,
        network: &Network,
        node: &Node,
        config: &Arc<Config>,
    ) -> BTreeMap<usize, Written> {
        let here = self.of_node.get(&node.meta.name).into_iter().flatten();
        let indexes = here.chain(&self.everywhere).copied();
        let written = indexes.filter_map(|index| {
            let (service, port) = self.ports.get(index)?.at;
            let service = self.services.get(service)?;
            let slices = service.slices(network);
            let service = service.service(network)?;
            let port = Port::of((service, port), &slices, self.family, Some(node))?;
            Some((index, port.write(config, Some(node), self.comments)))
        });
        written.collect()
    }

    /// A chain of a node with its own rules of some ports: that of all nodes, once it is made, unless something of the
    /// node's own differs in it.
    fn chain(
        &self,
        index: usize,
        own: &BTreeMap<usize, Written>,
        config: &Config,
    ) -> Option<Arc<Chain>> {
        let key = *TOGETHER.get(index)?;
        let as_elsewhere = |(port, written): (&usize, &Written)| {
            let common = self.ports.get(*port);
            common.is_some_and(|it| it.written.rules(key) == written.rules(key))
        };
        let same_end = key != TO_NODE_PORTS || config.node_ports == self.config.node_ports;
        if let Some(common) = self.chains.get(index)
            && same_end
            && own.iter().all(as_elsewhere)
        {
            return Some(common.clone());
        }
        let mut rules: Vec<Rule> = Vec::new();
        for (port, common) in self.ports.iter().enumerate() {
            let written = own.get(&port).unwrap_or(&common.written);
            rules.extend_from_slice(written.rules(key));
        }
        if key == TO_NODE_PORTS {
            rules.extend(node_ports_last(config, self.family));
        }
        Some(Arc::new(Chain::user(key.1, rules)))
    }
}
