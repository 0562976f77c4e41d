//! Puts a set of rules together.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::{Chain, Group, MakeChains, Policy, Ruleset, Table};
use crate::engine::netfilter::rule::{Family, Hook, Match, Rule, TableName, Target};

/// Collects rules in the order in which components install them.
#[derive(Debug)]
pub struct Builder {
    family: Family,
    policies: BTreeMap<(TableName, Hook), Policy>,
    hooks: BTreeMap<(TableName, Hook), Vec<Rule>>,
    user: BTreeMap<TableName, BTreeMap<Arc<str>, Vec<Rule>>>,
    groups: BTreeMap<TableName, Vec<Group>>,
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
        self.groups.entry(table).or_default().push(Group {
            maker,
            made: OnceLock::new(),
        });
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
        let named = |(name, rules): (Arc<str>, Vec<Rule>)| (name.clone(), Chain::user(name, rules));
        let groups = self.groups.remove(&table).unwrap_or_default();
        let numbered = groups.iter().enumerate();
        let entries = numbered.flat_map(|(index, group)| {
            let names = group.maker.entries().into_iter();
            names.map(move |name| (name, index))
        });
        Table {
            built_in,
            user: user.into_iter().map(named).collect(),
            entries: entries.collect(),
            groups,
        }
    }
}
