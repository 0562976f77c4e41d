//! The interpreter, rule by rule.

use super::*;
use crate::engine::netfilter::interfaces::NodeInterfaces;
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
