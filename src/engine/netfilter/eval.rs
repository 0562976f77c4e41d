//! The interpreter: one packet through the rules of one hook.
//!
//! Tables are consulted in the kernel's order ([`Hook::tables`]); `nat` only for the first
//! packet of a connection. The rules decide, conntrack remembers: what a later packet
//! does is [`super::conntrack`]'s.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::interfaces::{NodeInterfaces, interface_matches};
use super::rule::{
    CtStates, Family, Hook, Match, MatchedRule, Reason, RejectWith, Rule, Side, TableName, Target,
};
use super::ruleset::{Chain, Group, Policy, Ruleset, Table};
use crate::engine::choice::Choice;
use crate::engine::trace::FilterVerdict;
use crate::model::packet::Packet;

/// Jumps deeper than this end in a drop, as in a kernel whose jump stack is full.
/// kube-proxy's rules need five; a kernel refuses loops when it loads them.
const DEPTH_LIMIT: usize = 64;

/// How the packet's connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// The first packet: `nat` rules decide.
    #[default]
    New,
    /// A later packet or a reply: `nat` rules are not consulted.
    Established,
    /// Announced by, or an error about, a known connection.
    Related,
    /// Belongs to no connection and opens none.
    Invalid,
}

/// What the rules may look at besides the packet.
#[derive(Clone, Debug)]
pub struct HookContext<'a> {
    /// The node's interfaces and addresses.
    pub interfaces: &'a NodeInterfaces,
    /// Name of the interface through which the packet came; `None` at OUTPUT and POSTROUTING.
    pub input: Option<&'a str>,
    /// Name of the interface through which it will go; `None` at PREROUTING and INPUT.
    pub output: Option<&'a str>,
    /// How its connection stands.
    pub state: ConnectionState,
    /// The connection's destination is translated (an earlier hook's DNAT, or conntrack's).
    pub dnat: bool,
    /// The connection's source is translated.
    pub snat: bool,
    /// Why an earlier hook of this node marked the packet; from [`HookOutcome::marked_by`].
    pub marked_by: Option<Arc<Reason>>,
    /// Senders remembered by session affinity.
    pub recent: &'a Recent,
}

impl<'a> HookContext<'a> {
    /// The context of a connection's first packet, which nobody marked or translated yet.
    pub fn new(interfaces: &'a NodeInterfaces, recent: &'a Recent) -> Self {
        Self {
            interfaces,
            input: None,
            output: None,
            state: ConnectionState::New,
            dnat: false,
            snat: false,
            marked_by: None,
            recent,
        }
    }
}

/// The lists of `-m recent`: senders by name of the list. No time passes within a scenario,
/// so that nothing is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(BTreeMap<Arc<str>, BTreeSet<IpAddr>>);

impl Recent {
    /// Remembers what rules of a hook noted.
    pub fn remember(&mut self, noted: &[(Arc<str>, IpAddr)]) {
        for (list, source) in noted {
            self.0.entry(list.clone()).or_default().insert(*source);
        }
    }

    fn contains(&self, list: &str, source: IpAddr) -> bool {
        self.0
            .get(list)
            .is_some_and(|known| known.contains(&source))
    }
}

/// The address translation that rules decided; the packet in the outcome shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nat {
    /// None.
    #[default]
    None,
    /// `DNAT` to this endpoint.
    Destination(SocketAddr),
    /// `SNAT` or `MASQUERADE` to this address; conntrack settles the port.
    Source(IpAddr),
}

/// A random pick among endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPick {
    /// The chain that picked, such as `KUBE-SVC-…`.
    pub chain: Arc<str>,
    /// What was picked.
    pub picked: SocketAddr,
    /// All that could be picked, in the order of the rules.
    pub candidates: Vec<SocketAddr>,
}

/// What the rules of a hook did.
#[derive(Clone, Debug, PartialEq)]
pub struct HookOutcome {
    /// The packet afterwards: mark, and addresses as far as `nat` translated them.
    pub packet: Packet,
    /// Whether it goes on.
    pub verdict: FilterVerdict,
    /// What the sender is told, for a rejected packet.
    pub reject_with: Option<RejectWith>,
    /// The translation decided.
    pub nat: Nat,
    /// Whether `nat` rules were asked: only for the first packet of a connection.
    pub nat_asked: bool,
    /// Every rule that matched, in order.
    pub matched: Vec<MatchedRule>,
    /// The random pick that led to the endpoint, if rules drew.
    pub pick: Option<EndpointPick>,
    /// Why the deciding rule exists.
    pub decided_by: Option<Arc<Reason>>,
    /// Why the packet is marked for masquerading, by this hook or an earlier one.
    pub marked_by: Option<Arc<Reason>>,
    /// Senders to remember for session affinity; see [`Recent::remember`].
    pub noted: Vec<(Arc<str>, IpAddr)>,
}

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
            Match::RecentCheck { name, .. } => self.context.recent.contains(name, packet.source),
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
mod tests {
    use super::*;
    use crate::engine::netfilter::rule::Probability;
    use crate::engine::netfilter::ruleset::Builder;
    use crate::model::packet::Protocol;

    fn packet() -> Packet {
        Packet {
            source: IpAddr::from([10, 244, 0, 10]),
            destination: IpAddr::from([10, 0, 0, 50]),
            destination_port: 80,
            ..Packet::default()
        }
    }

    fn run(builder: Builder, hook: Hook, state: ConnectionState) -> HookOutcome {
        let (interfaces, recent) = (NodeInterfaces::default(), Recent::default());
        let mut context = HookContext::new(&interfaces, &recent);
        context.state = state;
        let rules = builder.finish();
        rules.run(hook, &packet(), &context, &mut Choice::first())
    }

    fn chain(builder: &mut Builder, name: &str, rules: Vec<Rule>) {
        let chain = builder.chain(TableName::Filter, name);
        chain.extend(rules);
    }

    fn jump(to: &str) -> Target {
        Target::Jump(Arc::from(to))
    }

    fn texts(outcome: &HookOutcome) -> Vec<&str> {
        outcome.matched.iter().map(|rule| &*rule.text).collect()
    }

    #[test]
    fn return_goes_on_behind_the_jump_and_at_the_end_the_policy_decides() {
        let mut builder = Builder::new(Family::V4);
        builder.policy(TableName::Filter, Hook::Forward, Policy::Drop);
        builder.jump(TableName::Filter, Hook::Forward, "A", Vec::new());
        let after = Rule::remark(vec![Match::comment("after")]);
        builder.append(TableName::Filter, Hook::Forward, after);
        let rules = vec![
            Rule::new(Target::Return, Vec::new()),
            Rule::new(Target::Accept, Vec::new()),
        ];
        chain(&mut builder, "A", rules);
        let outcome = run(builder, Hook::Forward, ConnectionState::New);
        assert_eq!(outcome.verdict, FilterVerdict::Drop);
        assert_eq!(
            texts(&outcome),
            [
                "-A FORWARD -j A",
                "-A A -j RETURN",
                "-A FORWARD -m comment --comment after",
                "policy DROP"
            ]
        );
    }

    #[test]
    fn a_loop_of_chains_ends_in_a_drop_and_does_not_hang() {
        let mut builder = Builder::new(Family::V4);
        builder.jump(TableName::Filter, Hook::Forward, "A", Vec::new());
        chain(&mut builder, "A", vec![Rule::new(jump("A"), Vec::new())]);
        let outcome = run(builder, Hook::Forward, ConnectionState::New);
        assert_eq!(outcome.verdict, FilterVerdict::Drop);
    }

    #[test]
    fn nat_is_asked_for_the_first_packet_only() {
        let to = SocketAddr::from(([10, 244, 1, 10], 8080));
        for (state, expected) in [
            (ConnectionState::New, Nat::Destination(to)),
            (ConnectionState::Established, Nat::None),
            (ConnectionState::Related, Nat::None),
            (ConnectionState::Invalid, Nat::None),
        ] {
            let mut builder = Builder::new(Family::V4);
            let rule = Rule::new(Target::Dnat(to), Vec::new());
            builder.append(TableName::Nat, Hook::Prerouting, rule);
            let outcome = run(builder, Hook::Prerouting, state);
            assert_eq!(outcome.nat, expected, "{state:?}");
        }
    }

    #[test]
    fn filter_at_output_sees_what_nat_made_of_the_packet() {
        let to = SocketAddr::from(([10, 244, 1, 10], 8080));
        let mut builder = Builder::new(Family::V4);
        let rule = Rule::new(Target::Dnat(to), Vec::new());
        builder.append(TableName::Nat, Hook::Output, rule);
        let matches = vec![Match::to(to.ip()), Match::state(CtStates::DNAT)];
        let rule = Rule::new(Target::Drop, matches);
        builder.append(TableName::Filter, Hook::Output, rule);
        let outcome = run(builder, Hook::Output, ConnectionState::New);
        assert_eq!(outcome.verdict, FilterVerdict::Drop);
    }

    #[test]
    fn set_xmark_clears_its_mask_and_flips_its_value() {
        for (before, value, mask, after) in [
            (0, 0x4000, 0x4000, 0x4000),
            (0x1, 0x4000, 0x4000, 0x4001),
            (0x4000, 0x4000, 0x0, 0x0),
            (0x0, 0x4000, 0x0, 0x4000),
        ] {
            let mut builder = Builder::new(Family::V4);
            for target in [
                Target::Mark {
                    value: before,
                    mask: u32::MAX,
                },
                Target::Mark { value, mask },
            ] {
                let rule = Rule::new(target, Vec::new());
                builder.append(TableName::Mangle, Hook::Forward, rule);
            }
            let outcome = run(builder, Hook::Forward, ConnectionState::New);
            assert_eq!(outcome.packet.mark, after);
        }
    }

    #[test]
    fn every_kind_of_match_holds_or_not() {
        let net = |text: &str| text.parse::<ipnet::IpNet>().unwrap();
        let negated = true;
        for (part, expected) in [
            (Match::source(net("10.244.0.0/16")), true),
            (
                Match::Source {
                    negated,
                    net: net("10.244.0.0/16"),
                },
                false,
            ),
            (Match::destination(net("10.244.0.0/16")), false),
            (
                Match::Destination {
                    negated,
                    net: net("10.244.0.0/16"),
                },
                true,
            ),
            (Match::Protocol(Protocol::Tcp), true),
            (Match::Protocol(Protocol::Udp), false),
            (Match::dport(Protocol::Tcp, 80), true),
            (Match::dport(Protocol::Udp, 80), false),
            (Match::dport(Protocol::Tcp, 81), false),
            (Match::DestinationPorts(vec![443, 80]), true),
            (Match::DestinationPorts(vec![443]), false),
            (Match::marked(0x4000), false),
            (
                Match::Mark {
                    negated,
                    value: 0x4000,
                    mask: 0x4000,
                },
                true,
            ),
            (Match::to_local(), false),
            (
                Match::Local {
                    negated,
                    side: Side::Destination,
                },
                true,
            ),
            (Match::state(CtStates::NEW), true),
            (Match::state(CtStates::ESTABLISHED), false),
            (
                Match::CtState {
                    negated,
                    states: CtStates::NEW,
                },
                false,
            ),
            (
                Match::InInterface {
                    negated: false,
                    name: Arc::from("eth0"),
                },
                false,
            ),
            (
                Match::OutInterface {
                    negated,
                    name: Arc::from("eth0"),
                },
                true,
            ),
            (Match::Statistic(Probability::one_of(2)), true),
            (Match::comment("x"), true),
        ] {
            let mut builder = Builder::new(Family::V4);
            let rule = Rule::new(Target::Drop, vec![part.clone()]);
            builder.append(TableName::Filter, Hook::Forward, rule);
            let outcome = run(builder, Hook::Forward, ConnectionState::New);
            let dropped = outcome.verdict == FilterVerdict::Drop;
            assert_eq!(dropped, expected, "{part:?}");
        }
    }

    #[test]
    fn a_packet_of_the_other_family_meets_no_rule() {
        let mut builder = Builder::new(Family::V6);
        let rule = Rule::new(Target::Drop, Vec::new());
        builder.append(TableName::Filter, Hook::Forward, rule);
        let outcome = run(builder, Hook::Forward, ConnectionState::New);
        assert_eq!(outcome.verdict, FilterVerdict::Accept);
        assert!(outcome.matched.is_empty());
    }
}
