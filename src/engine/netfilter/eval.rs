//! The interpreter: one packet through the rules of one hook.
//!
//! Tables are consulted in the kernel's order ([`Hook::tables`]); `nat` only for the first
//! packet of a connection. The rules decide, conntrack remembers: what a later packet
//! does is [`super::conntrack`]'s.

mod context;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

pub use context::{ConnectionState, EndpointPick, HookContext, HookOutcome, Nat, Recent};

use super::interfaces::interface_matches;
use super::rule::{
    CtStates, Family, Hook, Match, MatchedRule, Reason, Rule, Side, TableName, Target,
};
use super::ruleset::{Chain, Group, Policy, Ruleset, Table};
use crate::engine::choice::Choice;
use crate::engine::trace::FilterVerdict;
use crate::model::packet::Packet;

/// Jumps deeper than this end in a drop, as in a kernel whose jump stack is full.
/// kube-proxy's rules need five; a kernel refuses loops when it loads them.
const DEPTH_LIMIT: usize = 64;

impl Ruleset {
    /// Takes `packet` through the rules of `hook`.
    ///
    /// A packet of the other address family meets no rule here and is accepted: ask
    /// [`Ruleset::family`] first.
    pub fn run(
        &self,
        hook: Hook,
        packet: &Packet,
        context: &HookContext<'_>,
        choice: &mut Choice,
    ) -> HookOutcome {
        let mut run = Run::new(packet, context, choice);
        for &name in hook.tables() {
            let skipped = name == TableName::Nat && context.state != ConnectionState::New;
            if !skipped && run.outcome.verdict == FilterVerdict::Accept {
                run.table(self, name, hook);
            }
        }
        run.finish()
    }

    /// Takes `packet` through one table's rules of `hook`, as if the others were empty.
    pub fn run_table(
        &self,
        table: TableName,
        hook: Hook,
        packet: &Packet,
        context: &HookContext<'_>,
        choice: &mut Choice,
    ) -> HookOutcome {
        let mut run = Run::new(packet, context, choice);
        run.table(self, table, hook);
        run.finish()
    }
}

/// How a chain ended.
enum End {
    /// The table is done with the packet.
    Decided,
    /// No rule decided.
    Returned,
}

/// Where a chain stands: its table, and the Service whose chains it belongs to.
#[derive(Clone, Copy)]
struct At<'t> {
    table: &'t Table,
    group: Option<&'t Group>,
}

impl<'t> At<'t> {
    fn follow(self, name: &str) -> Option<(At<'t>, &'t Chain)> {
        let (group, chain) = self.table.follow(self.group, name)?;
        let table = self.table;
        Some((At { table, group }, chain))
    }
}

struct Run<'a, 'b> {
    context: &'a HookContext<'b>,
    choice: &'a mut Choice,
    table_name: TableName,
    /// The chain that drew last, with the candidates that it drew from.
    drawn: Option<(Arc<str>, Vec<SocketAddr>)>,
    /// Why the last `RETURN` or `ACCEPT` exists, for when nothing else decides.
    fallback: Option<Arc<Reason>>,
    outcome: HookOutcome,
}

impl<'a, 'b> Run<'a, 'b> {
    fn new(packet: &Packet, context: &'a HookContext<'b>, choice: &'a mut Choice) -> Self {
        Self {
            context,
            choice,
            table_name: TableName::Raw,
            drawn: None,
            fallback: None,
            outcome: HookOutcome {
                packet: packet.clone(),
                verdict: FilterVerdict::Accept,
                reject_with: None,
                nat: Nat::None,
                nat_asked: context.state == ConnectionState::New,
                matched: Vec::new(),
                pick: None,
                remembered: false,
                decided_by: None,
                marked_by: context.marked_by.clone(),
                noted: Vec::new(),
            },
        }
    }

    fn finish(self) -> HookOutcome {
        let mut outcome = self.outcome;
        outcome.decided_by = outcome.decided_by.or(self.fallback);
        outcome
    }

    fn table(&mut self, rules: &Ruleset, name: TableName, hook: Hook) {
        if Family::of(self.outcome.packet.destination) != rules.family() {
            return;
        }
        let Some(table) = rules.table(name) else {
            return;
        };
        let Some(chain) = table.built_in(hook) else {
            return;
        };
        self.table_name = name;
        if let End::Returned = self.chain(At { table, group: None }, chain, 0) {
            self.policy(chain);
        }
    }

    fn policy(&mut self, chain: &Chain) {
        let policy = chain.policy.unwrap_or(Policy::Accept);
        if policy == Policy::Drop {
            self.outcome.verdict = FilterVerdict::Drop;
        }
        if policy == Policy::Drop || self.table_name == TableName::Filter {
            let text: &str = match policy {
                Policy::Accept => "policy ACCEPT",
                Policy::Drop => "policy DROP",
            };
            self.outcome.matched.push(MatchedRule {
                table: self.table_name,
                chain: chain.name.clone(),
                text: Arc::from(text),
            });
        }
    }

    fn chain(&mut self, at: At<'_>, chain: &Chain, depth: usize) -> End {
        if depth > DEPTH_LIMIT {
            self.outcome.verdict = FilterVerdict::Drop;
            return End::Decided;
        }
        match &chain.index {
            Some(index) => {
                // Rules do not change what the index asks for: DNAT ends the table.
                let rules = index
                    .candidates(&self.outcome.packet)
                    .filter_map(|position| chain.rules.get(position));
                self.rules(at, chain, rules, depth)
            }
            None => self.rules(at, chain, chain.rules.iter(), depth),
        }
    }

    fn rules<'r>(
        &mut self,
        at: At<'_>,
        chain: &Chain,
        rules: impl Iterator<Item = &'r Rule>,
        depth: usize,
    ) -> End {
        for rule in rules {
            if !self.all_match(at, chain, rule) {
                continue;
            }
            self.outcome.matched.push(MatchedRule {
                table: self.table_name,
                chain: chain.name.clone(),
                text: rule.text(&chain.name),
            });
            match &rule.target {
                None => {}
                Some(Target::Return) => {
                    self.note_fallback(rule);
                    return End::Returned;
                }
                Some(Target::Jump(to)) => {
                    let Some((next, chain)) = at.follow(to) else {
                        continue;
                    };
                    if let End::Decided = self.chain(next, chain, depth + 1) {
                        return End::Decided;
                    }
                }
                Some(Target::Mark { value, mask }) => self.mark(rule, *value, *mask),
                Some(target) => {
                    self.decide(rule, target);
                    return End::Decided;
                }
            }
            self.note_marking(rule);
        }
        End::Returned
    }

    fn note_fallback(&mut self, rule: &Rule) {
        if rule.reason.is_some() {
            self.fallback.clone_from(&rule.reason);
        }
    }

    /// A rule that jumps to `KUBE-MARK-MASQ` knows why; the `MARK` itself does not.
    fn note_marking(&mut self, rule: &Rule) {
        if self.outcome.packet.mark != 0 && rule.reason.is_some() && is_mark_jump(rule) {
            self.outcome.marked_by.clone_from(&rule.reason);
        }
    }

    fn mark(&mut self, rule: &Rule, value: u32, mask: u32) {
        let packet = &mut self.outcome.packet;
        packet.mark = (packet.mark & !mask) ^ value;
        if rule.reason.is_some() {
            self.outcome.marked_by.clone_from(&rule.reason);
        }
    }

    fn decide(&mut self, rule: &Rule, target: &Target) {
        match target {
            Target::Drop => self.outcome.verdict = FilterVerdict::Drop,
            Target::Reject(with) => {
                self.outcome.verdict = FilterVerdict::Reject;
                self.outcome.reject_with = Some(*with);
            }
            Target::Dnat(to) => self.translate_destination(*to),
            Target::Snat(to) => self.translate_source(Some(*to)),
            Target::Masquerade { .. } => {
                let address = self.context.output.and_then(|name| {
                    let family = Family::of(self.outcome.packet.source);
                    self.context.interfaces.masquerade_address(name, family)
                });
                self.translate_source(address);
            }
            Target::Accept | Target::Return | Target::Jump(_) | Target::Mark { .. } => {}
        }
        if *target == Target::Accept {
            self.note_fallback(rule);
        } else {
            self.outcome.decided_by.clone_from(&rule.reason);
        }
    }

    fn translate_destination(&mut self, to: SocketAddr) {
        self.outcome.packet.destination = to.ip();
        if self.outcome.packet.protocol.has_ports() {
            self.outcome.packet.destination_port = to.port();
        }
        self.outcome.nat = Nat::Destination(to);
        self.outcome.pick = self.drawn.take().map(|(chain, candidates)| EndpointPick {
            chain,
            picked: to,
            candidates,
        });
    }

    /// Without an address to give, the kernel drops the packet.
    fn translate_source(&mut self, address: Option<IpAddr>) {
        match address {
            Some(address) => {
                self.outcome.packet.source = address;
                self.outcome.nat = Nat::Source(address);
            }
            None => self.outcome.verdict = FilterVerdict::Drop,
        }
    }

    fn all_match(&mut self, at: At<'_>, chain: &Chain, rule: &Rule) -> bool {
        rule.matches
            .iter()
            .all(|part| self.matches(at, chain, part))
    }

    fn matches(&mut self, at: At<'_>, chain: &Chain, part: &Match) -> bool {
        let packet = &self.outcome.packet;
        match part {
            Match::Source { negated, net } => net.contains(&packet.source) != *negated,
            Match::Destination { negated, net } => net.contains(&packet.destination) != *negated,
            Match::InInterface { negated, name } => fits(name, self.context.input) != *negated,
            Match::OutInterface { negated, name } => fits(name, self.context.output) != *negated,
            Match::Protocol(protocol) => packet.protocol == *protocol,
            Match::Ports {
                protocol,
                source,
                destination,
            } => {
                packet.protocol == *protocol
                    && source.is_none_or(|ports| ports.contains(packet.source_port))
                    && destination.is_none_or(|ports| ports.contains(packet.destination_port))
            }
            Match::DestinationPorts(ports) => {
                packet.protocol.has_ports() && ports.contains(&packet.destination_port)
            }
            Match::Mark {
                negated,
                value,
                mask,
            } => (packet.mark & mask == *value) != *negated,
            Match::Local { negated, side } => {
                let address = match side {
                    Side::Source => packet.source,
                    Side::Destination => packet.destination,
                };
                self.context.interfaces.is_local(address) != *negated
            }
            Match::CtState { negated, states } => states.intersects(self.states()) != *negated,
            Match::Statistic(probability) => {
                if !matches!(&self.drawn, Some((by, _)) if *by == chain.name) {
                    self.drawn = Some((chain.name.clone(), destinations(at, chain)));
                }
                self.choice.happens(probability.value())
            }
            Match::RecentCheck { name, .. } => {
                let known = self.context.recent.contains(name, packet.source);
                self.outcome.remembered |= known;
                known
            }
            Match::RecentSet { name, .. } => {
                let note = (name.clone(), packet.source);
                self.outcome.noted.push(note);
                true
            }
            Match::Comment(_) => true,
        }
    }

    fn states(&self) -> CtStates {
        let mut states = match self.context.state {
            ConnectionState::New => CtStates::NEW,
            ConnectionState::Established => CtStates::ESTABLISHED,
            ConnectionState::Related => CtStates::RELATED,
            ConnectionState::Invalid => CtStates::INVALID,
        };
        if self.context.dnat || matches!(self.outcome.nat, Nat::Destination(_)) {
            states = states.or(CtStates::DNAT);
        }
        if self.context.snat || matches!(self.outcome.nat, Nat::Source(_)) {
            states = states.or(CtStates::SNAT);
        }
        states
    }
}

fn fits(pattern: &str, name: Option<&str>) -> bool {
    name.is_some_and(|name| interface_matches(pattern, name))
}

fn is_mark_jump(rule: &Rule) -> bool {
    matches!(&rule.target, Some(Target::Jump(to)) if **to == *super::kube_proxy::MARK_MASQ)
}

/// Where the chain's draws can lead: the `DNAT` of each chain that it jumps to from its first draw on.
fn destinations(at: At<'_>, chain: &Chain) -> Vec<SocketAddr> {
    let draws = |rule: &&Rule| {
        let is_draw = |part: &Match| matches!(part, Match::Statistic(_));
        !rule.matches.iter().any(is_draw)
    };
    chain
        .rules
        .iter()
        .skip_while(draws)
        .filter_map(|rule| match &rule.target {
            Some(Target::Jump(to)) => at.follow(to),
            _ => None,
        })
        .filter_map(|(_, next)| {
            next.rules.iter().find_map(|rule| match &rule.target {
                Some(Target::Dnat(to)) => Some(*to),
                _ => None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
