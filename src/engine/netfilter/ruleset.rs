//! Chains, tables and the whole set of rules of a node, for one address family.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::Index;
use super::rule::{Family, Hook, Match, Rule, TableName, Target};

/// What a built-in chain does with packets that no rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `ACCEPT`
    Accept,
    /// `DROP`
    Drop,
}

impl Policy {
    /// The word as `iptables-save` prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Policy::Accept => "ACCEPT",
            Policy::Drop => "DROP",
        }
    }
}

/// A chain: rules tried in order.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Name; for a built-in chain, the hook's.
    pub name: Arc<str>,
    /// The policy of a built-in chain; `None` for a user chain.
    pub policy: Option<Policy>,
    /// The rules in order.
    pub rules: Vec<Rule>,
    pub(super) index: Option<Index>,
}

impl Chain {
    /// A user chain.
    pub fn user(name: impl Into<Arc<str>>, rules: Vec<Rule>) -> Self {
        Self::new(name.into(), None, rules)
    }

    fn new(name: Arc<str>, policy: Option<Policy>, rules: Vec<Rule>) -> Self {
        let index = Index::of(&rules);
        Self {
            name,
            policy,
            rules,
            index,
        }
    }
}

impl PartialEq for Chain {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.policy == other.policy && self.rules == other.rules
    }
}

/// A table: built-in chains by hook and user chains by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    built_in: BTreeMap<Hook, Chain>,
    user: BTreeMap<Arc<str>, Arc<Chain>>,
}

impl Table {
    /// The built-in chain of a hook.
    pub fn built_in(&self, hook: Hook) -> Option<&Chain> {
        self.built_in.get(&hook)
    }

    /// The user chain of this name.
    pub fn user(&self, name: &str) -> Option<&Chain> {
        self.user.get(name).map(AsRef::as_ref)
    }

    /// Every chain: built-in ones in the order of hooks, then user chains by name.
    pub fn chains(&self) -> impl Iterator<Item = &Chain> + Clone {
        self.built_in
            .values()
            .chain(self.user.values().map(AsRef::as_ref))
    }
}

/// All rules of a node for one address family; only tables in use exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruleset {
    family: Family,
    tables: BTreeMap<TableName, Table>,
}

impl Ruleset {
    /// The address family whose packets these rules see.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// A table, if it has rules.
    pub fn table(&self, name: TableName) -> Option<&Table> {
        self.tables.get(&name)
    }

    /// The tables in use, in the kernel's order.
    pub fn tables(&self) -> impl Iterator<Item = (TableName, &Table)> {
        self.tables.iter().map(|(name, table)| (*name, table))
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.tables
            .values()
            .flat_map(Table::chains)
            .map(|chain| chain.rules.len())
            .sum()
    }

    /// The rules as `iptables-save` prints them, which `iptables-restore` loads.
    pub fn to_iptables_save(&self) -> String {
        super::save::ruleset(self)
    }

    /// The same rules, always scanned from the first to the last.
    #[cfg(test)]
    pub(super) fn without_indexes(mut self) -> Self {
        for table in self.tables.values_mut() {
            for chain in table.built_in.values_mut() {
                chain.index = None;
            }
            for chain in table.user.values_mut() {
                Arc::make_mut(chain).index = None;
            }
        }
        self
    }

    /// What would keep a kernel from loading the rules: a jump to a chain that does not exist,
    /// a jump back to a chain that is still being walked, a match or address of the wrong kind.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, table) in self.tables() {
            for chain in table.chains() {
                problems.extend(missing_chains(table, chain));
            }
            if let Some(chain) = looping_chain(table) {
                problems.push(format!(
                    "chain `{chain}` of table `{}` loops",
                    name.as_str()
                ));
            }
        }
        problems
    }
}

fn missing_chains<'a>(table: &'a Table, chain: &'a Chain) -> impl Iterator<Item = String> + 'a {
    chain
        .rules
        .iter()
        .filter_map(move |rule| match &rule.target {
            Some(Target::Jump(to)) if table.user(to).is_none() => Some(format!(
                "`{}` jumps to `{to}`, which does not exist",
                chain.name
            )),
            _ => None,
        })
}

/// A user chain that can reach itself. Visits each chain once, deepest first, without recursion.
fn looping_chain(table: &Table) -> Option<Arc<str>> {
    let mut done: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    for start in table.user.keys() {
        let mut stack: Vec<(Arc<str>, Vec<Arc<str>>)> = Vec::new();
        if done.contains_key(start) {
            continue;
        }
        done.insert(start.clone(), false);
        stack.push((start.clone(), jumps(table, start)));
        while let Some((name, pending)) = stack.last_mut() {
            let Some(next) = pending.pop() else {
                done.insert(name.clone(), true);
                stack.pop();
                continue;
            };
            match done.get(&next) {
                Some(true) => {}
                Some(false) => return Some(next),
                None => {
                    done.insert(next.clone(), false);
                    let onward = jumps(table, &next);
                    stack.push((next, onward));
                }
            }
        }
    }
    None
}

fn jumps(table: &Table, chain: &str) -> Vec<Arc<str>> {
    let rules = table.user(chain).map_or(&[][..], |chain| &chain.rules);
    rules
        .iter()
        .filter_map(|rule| match &rule.target {
            Some(Target::Jump(to)) => Some(to.clone()),
            _ => None,
        })
        .collect()
}

/// Collects rules in the order in which components install them.
#[derive(Debug)]
pub struct Builder {
    family: Family,
    policies: BTreeMap<(TableName, Hook), Policy>,
    hooks: BTreeMap<(TableName, Hook), Vec<Rule>>,
    user: BTreeMap<TableName, BTreeMap<Arc<str>, Vec<Rule>>>,
    shared: BTreeMap<TableName, Vec<Arc<Chain>>>,
}

impl Builder {
    /// No rules yet.
    pub fn new(family: Family) -> Self {
        Self {
            family,
            policies: BTreeMap::new(),
            hooks: BTreeMap::new(),
            user: BTreeMap::new(),
            shared: BTreeMap::new(),
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
    pub fn jump(&mut self, table: TableName, hook: Hook, to: &Arc<str>, matches: Vec<Match>) {
        self.chain(table, to);
        self.append(table, hook, Rule::new(Target::Jump(to.clone()), matches));
    }

    /// The rules of a user chain, which is made if need be.
    pub fn chain(&mut self, table: TableName, name: &Arc<str>) -> &mut Vec<Rule> {
        self.user
            .entry(table)
            .or_default()
            .entry(name.clone())
            .or_default()
    }

    /// Adds a ready-made user chain, which several nodes may share.
    pub fn share(&mut self, table: TableName, chain: Arc<Chain>) {
        self.shared.entry(table).or_default().push(chain);
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
        }
    }

    fn in_use(&self, table: TableName) -> bool {
        self.user.contains_key(&table)
            || self.shared.contains_key(&table)
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
        let own = self.user.remove(&table).unwrap_or_default();
        let shared = self.shared.remove(&table).unwrap_or_default();
        let own = own
            .into_iter()
            .map(|(name, rules)| Arc::new(Chain::user(name, rules)));
        let user = own
            .chain(shared)
            .map(|chain| (chain.name.clone(), chain))
            .collect();
        Table { built_in, user }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jump(to: &str) -> Rule {
        Rule::new(Target::Jump(Arc::from(to)), Vec::new())
    }

    fn with_chains(chains: &[(&str, &[&str])]) -> Ruleset {
        let mut builder = Builder::new(Family::V4);
        for (name, jumps) in chains {
            let rules = builder.chain(TableName::Filter, &Arc::from(*name));
            rules.extend(jumps.iter().map(|to| jump(to)));
        }
        builder.finish()
    }

    #[test]
    fn only_tables_in_use_exist_and_have_all_their_hooks() {
        let rules = with_chains(&[("A", &[])]);
        assert_eq!(
            rules.to_iptables_save(),
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\nCOMMIT\n"
        );
    }

    /// A kernel refuses such rules: "Too many levels of symbolic links".
    #[test]
    fn a_loop_of_chains_is_a_problem() {
        for (chains, problem) in [
            (
                &[("A", &["A"][..])][..],
                Some("chain `A` of table `filter` loops"),
            ),
            (
                &[
                    ("A", &["B", "C"]),
                    ("B", &["C"]),
                    ("C", &["D"]),
                    ("D", &["B"]),
                ],
                Some("chain `C` of table `filter` loops"),
            ),
            (&[("A", &["B", "C"]), ("B", &["C"]), ("C", &[])], None),
            (
                &[("A", &["Z"])],
                Some("`A` jumps to `Z`, which does not exist"),
            ),
        ] {
            let problems = with_chains(chains).problems();
            assert_eq!(problems.first().map(String::as_str), problem);
        }
    }
}
