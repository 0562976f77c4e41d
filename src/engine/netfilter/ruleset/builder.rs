//! Puts a set of rules together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Chain, Groups, MakeChains, Policy, Ruleset, Table};
use crate::engine::netfilter::rule::{Family, Hook, Match, Rule, TableName, Target};

/// Collects rules in the order in which components install them.
#[derive(Debug)]
pub struct Builder {
    family: Family,
    policies: BTreeMap<(TableName, Hook), Policy>,
    hooks: BTreeMap<(TableName, Hook), Vec<Rule>>,
    user: BTreeMap<TableName, BTreeMap<Arc<str>, Vec<Rule>>>,
    groups: BTreeMap<TableName, Vec<Arc<dyn MakeChains>>>,
    /// Finished user chains that other nodes have as well.
    finished: BTreeMap<TableName, Vec<Arc<Chain>>>,
    /// Chains of Services that other nodes have as well, and which of them this node has otherwise.
    common: BTreeMap<TableName, (Arc<Groups>, BTreeSet<usize>)>,
}

impl Builder {
    /// No rules yet.
    pub fn new(family: Family) -> Self {
        Self {
            family,
            policies: BTreeMap::new(),
            hooks: BTreeMap::new(),
            user: BTreeMap::new(),
            groups: BTreeMap::new(),
            finished: BTreeMap::new(),
            common: BTreeMap::new(),
        }
    }

    /// The address family.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// `iptables -P`
    pub fn policy(&mut self, table: TableName, hook: Hook, policy: Policy) {
        self.policies.insert((table, hook), policy);
    }

    /// `iptables -A HOOK`
    pub fn append(&mut self, table: TableName, hook: Hook, rule: Rule) {
        self.hooks.entry((table, hook)).or_default().push(rule);
    }

    /// A jump from a built-in chain, which also makes the user chain.
    pub fn jump(&mut self, table: TableName, hook: Hook, to: &str, matches: Vec<Match>) {
        self.chain(table, to);
        let to = Target::Jump(Arc::from(to));
        self.append(table, hook, Rule::new(to, matches));
    }

    /// The rules of a user chain, which is made if need be.
    pub fn chain(&mut self, table: TableName, name: &str) -> &mut Vec<Rule> {
        let chains = self.user.entry(table).or_default();
        chains.entry(Arc::from(name)).or_default()
    }

    /// Adds the chains of a Service, which are made when first asked for.
    pub fn group(&mut self, table: TableName, maker: Arc<dyn MakeChains>) {
        self.groups.entry(table).or_default().push(maker);
    }

    /// Takes over a user chain that is the same on other nodes, whole.
    pub(in crate::engine::netfilter) fn take_chain(&mut self, table: TableName, chain: Arc<Chain>) {
        self.finished.entry(table).or_default().push(chain);
    }

    /// Takes over the chains of Services that are the same on other nodes, save the `replaced` ones.
    pub(in crate::engine::netfilter) fn take_groups(
        &mut self,
        table: TableName,
        common: Arc<Groups>,
        replaced: BTreeSet<usize>,
    ) {
        self.common.insert(table, (common, replaced));
    }

    /// The finished set: built-in chains for the tables in use, and an index for long chains.
    pub fn finish(mut self) -> Ruleset {
        let tables = TableName::ALL
            .into_iter()
            .filter(|&table| self.in_use(table))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|table| (table, self.table(table)))
            .collect();
        Ruleset {
            family: self.family,
            tables,
            remark: None,
        }
    }

    fn in_use(&self, table: TableName) -> bool {
        self.user.contains_key(&table)
            || self.groups.contains_key(&table)
            || self.finished.contains_key(&table)
            || self.common.contains_key(&table)
            || self.hooks.keys().any(|(of, _)| *of == table)
            || self.policies.keys().any(|(of, _)| *of == table)
    }

    fn table(&mut self, table: TableName) -> Table {
        let built_in = table.hooks().iter().map(|&hook| {
            let rules = self.hooks.remove(&(table, hook)).unwrap_or_default();
            let policy = self.policies.get(&(table, hook)).copied();
            let policy = Some(policy.unwrap_or(Policy::Accept));
            (hook, Chain::new(Arc::from(hook.as_str()), policy, rules))
        });
        let built_in = built_in.collect();
        let user = self.user.remove(&table).unwrap_or_default();
        let user = user.into_iter().map(|(name, rules)| {
            let chain = Chain::user(name.clone(), rules);
            (name, Arc::new(chain))
        });
        let finished = self.finished.remove(&table).unwrap_or_default();
        let finished = finished
            .into_iter()
            .map(|chain| (chain.name.clone(), chain));
        let groups = self.groups.remove(&table).unwrap_or_default();
        let (common, replaced) = self.common.remove(&table).unwrap_or_default();
        Table {
            built_in,
            user: user.chain(finished).collect(),
            own: Groups::of(groups.into_iter()),
            common,
            replaced,
        }
    }
}
