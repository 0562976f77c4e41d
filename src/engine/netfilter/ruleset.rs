//! Chains, tables and the whole set of rules of a node, for one address family.

mod builder;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

pub use builder::Builder;

use super::index::Index;
use super::rule::{Family, Hook, Rule, TableName, Target};

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

/// Makes the chains of one Service when a packet or a reader first asks for one of them.
///
/// A node has chains for every endpoint of the cluster, and a packet meets those of one Service.
pub trait MakeChains: std::fmt::Debug + Send + Sync {
    /// The chains to which other chains jump; those of endpoints are reached through them.
    fn entries(&self) -> Vec<Arc<str>>;

    /// All chains; the same at every call.
    fn make(&self) -> Vec<Chain>;
}

/// The chains of one Service, made when first asked for.
#[derive(Clone, Debug)]
pub(super) struct Group {
    maker: Arc<dyn MakeChains>,
    made: OnceLock<BTreeMap<Arc<str>, Chain>>,
}

impl Group {
    fn chains(&self) -> &BTreeMap<Arc<str>, Chain> {
        self.made.get_or_init(|| {
            let named = |chain: Chain| (chain.name.clone(), chain);
            self.maker.make().into_iter().map(named).collect()
        })
    }
}

/// The chains of Services, by those to which other chains jump.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    /// The group of a chain that is one of its entries.
    entries: BTreeMap<Arc<str>, usize>,
}

impl Groups {
    /// The groups that these make, in order.
    pub(super) fn of(makers: impl Iterator<Item = Arc<dyn MakeChains>>) -> Self {
        let group = |maker| Group {
            maker,
            made: OnceLock::new(),
        };
        let groups: Vec<Group> = makers.map(group).collect();
        let numbered = groups.iter().enumerate();
        let entries = numbered.flat_map(|(index, group)| {
            let names = group.maker.entries().into_iter();
            names.map(move |name| (name, index))
        });
        Self {
            entries: entries.collect(),
            groups,
        }
    }

    fn entry(&self, name: &str) -> Option<(usize, &Group)> {
        let index = *self.entries.get(name)?;
        Some((index, self.groups.get(index)?))
    }
}

/// A table: built-in chains by hook and user chains by name.
#[derive(Clone, Debug)]
pub struct Table {
    built_in: BTreeMap<Hook, Chain>,
    user: BTreeMap<Arc<str>, Arc<Chain>>,
    /// The node's own chains of Services.
    own: Groups,
    /// Those that it has in common with other nodes.
    common: Arc<Groups>,
    /// Which of those it has otherwise, among its own.
    replaced: BTreeSet<usize>,
}

impl Table {
    /// The built-in chain of a hook.
    pub fn built_in(&self, hook: Hook) -> Option<&Chain> {
        self.built_in.get(&hook)
    }

    /// The user chain of this name.
    pub fn user(&self, name: &str) -> Option<&Chain> {
        let any_group = || self.groups().find_map(|group| group.chains().get(name));
        self.follow(None, name)
            .map(|(_, chain)| chain)
            .or_else(any_group)
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        let common = self.common.groups.iter().enumerate();
        let common = common.filter(|(index, _)| !self.replaced.contains(index));
        self.own.groups.iter().chain(common.map(|(_, group)| group))
    }

    /// The chain to which a chain of `group` jumps by `name`, and the group of that chain.
    pub(super) fn follow<'a>(
        &'a self,
        group: Option<&'a Group>,
        name: &str,
    ) -> Option<(Option<&'a Group>, &'a Chain)> {
        if let Some(chain) = group.and_then(|group| group.chains().get(name)) {
            return Some((group, chain));
        }
        if let Some(chain) = self.user.get(name) {
            return Some((None, &**chain));
        }
        let common = || {
            let entry = self.common.entry(name);
            entry.filter(|(index, _)| !self.replaced.contains(index))
        };
        let (_, group) = self.own.entry(name).or_else(common)?;
        Some((Some(group), group.chains().get(name)?))
    }

    /// Every chain: built-in ones in the order of hooks, then user chains by name.
    pub fn chains(&self) -> Vec<&Chain> {
        let grouped = self.groups().flat_map(|group| group.chains().values());
        let user = self.user.values().map(|chain| &**chain);
        let mut user: Vec<&Chain> = user.chain(grouped).collect();
        user.sort_by(|a, b| a.name.cmp(&b.name));
        self.built_in.values().chain(user).collect()
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.chains() == other.chains()
    }
}

/// All rules of a node for one address family; only tables in use exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruleset {
    family: Family,
    tables: BTreeMap<TableName, Table>,
    /// What somebody who reads the rules must know of those that are not there.
    pub(super) remark: Option<&'static str>,
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
            let chains = table.chains();
            let names = chains.iter().map(|chain| &*chain.name).collect();
            for chain in chains {
                problems.extend(missing_chains(&names, chain));
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

fn missing_chains<'a>(
    names: &BTreeSet<&str>,
    chain: &'a Chain,
) -> impl Iterator<Item = String> + use<'a> {
    let missing: Vec<&Arc<str>> = chain
        .rules
        .iter()
        .filter_map(|rule| match &rule.target {
            Some(Target::Jump(to)) if !names.contains(&**to) => Some(to),
            _ => None,
        })
        .collect();
    let name = chain.name.clone();
    missing
        .into_iter()
        .map(move |to| format!("`{name}` jumps to `{to}`, which does not exist"))
}

/// A user chain that can reach itself. Visits each chain once, deepest first, without recursion.
fn looping_chain(table: &Table) -> Option<Arc<str>> {
    let jumps: BTreeMap<Arc<str>, Vec<Arc<str>>> = table
        .chains()
        .into_iter()
        .filter(|chain| chain.policy.is_none())
        .map(|chain| (chain.name.clone(), jumps(chain)))
        .collect();
    let onward = |name: &Arc<str>| jumps.get(name).cloned().unwrap_or_default();
    let mut done: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    for start in jumps.keys() {
        if done.contains_key(start) {
            continue;
        }
        done.insert(start.clone(), false);
        let mut stack = vec![(start.clone(), onward(start))];
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
                    let further = onward(&next);
                    stack.push((next, further));
                }
            }
        }
    }
    None
}

fn jumps(chain: &Chain) -> Vec<Arc<str>> {
    let targets = chain.rules.iter().filter_map(|rule| match &rule.target {
        Some(Target::Jump(to)) => Some(to.clone()),
        _ => None,
    });
    targets.collect()
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
            let rules = builder.chain(TableName::Filter, name);
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
