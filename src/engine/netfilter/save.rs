//! Rules in the form that `iptables-save` prints and `iptables-restore` loads.
//!
//! The form is that of iptables 1.8: addresses, interfaces and protocol first, then the
//! extensions in the order of the rule, then the target. Read back from a kernel the
//! text is the same, which `tests/kernel.rs` checks.

use std::fmt::{self, Write};

use super::rule::{CtStates, Family, Match, PortRange, Rule, Side, TableName, Target};
use super::ruleset::{Chain, Ruleset};

/// The whole set of rules.
pub(super) fn ruleset(rules: &Ruleset) -> String {
    let mut out = String::new();
    if let Some(remark) = rules.remark {
        let _ = writeln!(out, "# {remark}");
    }
    for (name, table) in rules.tables() {
        let _ = table_text(&mut out, name, &table.chains());
    }
    out
}

fn table_text(out: &mut String, name: TableName, chains: &[&Chain]) -> fmt::Result {
    writeln!(out, "*{}", name.as_str())?;
    for chain in chains {
        let policy = chain.policy.map_or("-", |policy| policy.as_str());
        writeln!(out, ":{} {policy} [0:0]", chain.name)?;
    }
    for chain in chains {
        for rule in &chain.rules {
            writeln!(out, "{}", rule.text(&chain.name))?;
        }
    }
    writeln!(out, "COMMIT")
}

/// One rule, beginning with `-A`.
pub(super) fn rule(chain: &str, rule: &Rule) -> String {
    let mut out = format!("-A {chain}");
    // Writing to a string can not fail.
    let _ = body(&mut out, rule);
    out
}

fn body(out: &mut String, rule: &Rule) -> fmt::Result {
    for place in 0..=HEADER_PLACES {
        for part in rule
            .matches
            .iter()
            .filter(|part| header_place(part) == place)
        {
            write_match(out, part)?;
        }
    }
    match &rule.target {
        Some(target) => write_target(out, target),
        None => Ok(()),
    }
}

const HEADER_PLACES: u8 = 5;

/// Where the match stands among those that print before all extensions.
fn header_place(part: &Match) -> u8 {
    match part {
        Match::Source { .. } => 0,
        Match::Destination { .. } => 1,
        Match::InInterface { .. } => 2,
        Match::OutInterface { .. } => 3,
        Match::Protocol(_) => 4,
        _ => HEADER_PLACES,
    }
}

fn not(negated: bool) -> &'static str {
    if negated { " !" } else { "" }
}

fn write_match(out: &mut String, part: &Match) -> fmt::Result {
    match part {
        Match::Source { negated, net } => write!(out, "{} -s {net}", not(*negated)),
        Match::Destination { negated, net } => write!(out, "{} -d {net}", not(*negated)),
        Match::InInterface { negated, name } => write!(out, "{} -i {name}", not(*negated)),
        Match::OutInterface { negated, name } => write!(out, "{} -o {name}", not(*negated)),
        Match::Protocol(protocol) => write!(out, " -p {}", protocol.lower()),
        Match::Ports {
            protocol,
            source,
            destination,
        } => {
            write!(out, " -m {}", protocol.lower())?;
            write_ports(out, "--sport", *source)?;
            write_ports(out, "--dport", *destination)
        }
        Match::DestinationPorts(ports) => {
            let list: Vec<String> = ports.iter().map(u16::to_string).collect();
            write!(out, " -m multiport --dports {}", list.join(","))
        }
        Match::Mark {
            negated,
            value,
            mask,
        } => {
            write!(out, " -m mark{} --mark {value:#x}", not(*negated))?;
            if *mask == u32::MAX {
                return Ok(());
            }
            write!(out, "/{mask:#x}")
        }
        Match::Local { negated, side } => {
            let side = match side {
                Side::Source => "src",
                Side::Destination => "dst",
            };
            write!(out, " -m addrtype{} --{side}-type LOCAL", not(*negated))
        }
        Match::CtState { negated, states } => {
            write!(out, " -m conntrack{} --ctstate ", not(*negated))?;
            out.push_str(&state_names(*states));
            Ok(())
        }
        Match::Statistic(probability) => write!(
            out,
            " -m statistic --mode random --probability {:.11}",
            probability.value()
        ),
        Match::RecentCheck {
            seconds,
            name,
            family,
        } => {
            let mask = recent_mask(*family);
            write!(
                out,
                " -m recent --rcheck --seconds {seconds} --reap --name {name} --mask {mask} --rsource"
            )
        }
        Match::RecentSet { name, family } => {
            let mask = recent_mask(*family);
            write!(
                out,
                " -m recent --set --name {name} --mask {mask} --rsource"
            )
        }
        Match::Comment(text) => {
            out.push_str(" -m comment --comment ");
            quoted(out, text);
            Ok(())
        }
    }
}

fn write_ports(out: &mut String, option: &str, ports: Option<PortRange>) -> fmt::Result {
    match ports {
        None => Ok(()),
        Some(PortRange { first, last }) if first == last => write!(out, " {option} {first}"),
        Some(PortRange { first, last }) => write!(out, " {option} {first}:{last}"),
    }
}

fn state_names(states: CtStates) -> String {
    let names: Vec<&str> = CtStates::NAMES
        .iter()
        .filter(|(state, _)| states.intersects(*state))
        .map(|(_, name)| *name)
        .collect();
    names.join(",")
}

fn write_target(out: &mut String, target: &Target) -> fmt::Result {
    match target {
        Target::Accept => out.write_str(" -j ACCEPT"),
        Target::Drop => out.write_str(" -j DROP"),
        Target::Reject(with) => write!(out, " -j REJECT --reject-with {}", with.as_str()),
        Target::Return => out.write_str(" -j RETURN"),
        Target::Jump(chain) => write!(out, " -j {chain}"),
        Target::Mark { value, mask } => {
            write!(out, " -j MARK --set-xmark {value:#x}/{mask:#x}")
        }
        Target::Dnat(to) => write!(out, " -j DNAT --to-destination {to}"),
        Target::Snat(to) => write!(out, " -j SNAT --to-source {to}"),
        Target::Masquerade { random_fully } => {
            out.write_str(" -j MASQUERADE")?;
            if *random_fully {
                out.write_str(" --random-fully")?;
            }
            Ok(())
        }
    }
}

/// The kernel keeps 255 bytes of a comment.
const COMMENT_LIMIT: usize = 255;

/// A text as iptables quotes it: bare where it has only letters, digits, `_` and `-`.
fn quoted(out: &mut String, text: &str) {
    let mut ends = (0..=text.len().min(COMMENT_LIMIT)).rev();
    let text = ends.find_map(|end| text.get(..end)).unwrap_or_default();
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !text.is_empty() && text.chars().all(bare) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '\'') {
            out.push('\\');
        }
        // A line break would end the rule; no component writes one, but names are user input.
        out.push(if c.is_control() { ' ' } else { c });
    }
    out.push('"');
}

/// The mask that `-m recent` prints for an address family.
const fn recent_mask(family: Family) -> &'static str {
    match family {
        Family::V4 => "255.255.255.255",
        Family::V6 => "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    }
}
