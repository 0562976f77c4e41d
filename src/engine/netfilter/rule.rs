//! The one rule type: what the walk interprets, `effective iptables` prints and a kernel can load.
//!
//! Every match and target here is understood by the interpreter, the printer and a kernel;
//! what is not can not be written down.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;

pub use super::hook::{Family, Hook, TableName};
pub use super::reason::{Purpose, Reason};
use crate::model::packet::Protocol;

/// A rule that matched, for a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedRule {
    /// The table.
    pub table: TableName,
    /// The chain.
    pub chain: Arc<str>,
    /// The rule as `iptables-save` prints it, beginning with `-A`; or `policy ACCEPT`.
    pub text: Arc<str>,
}

/// One rule of a chain: all matches must hold for the target to apply.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The matches; those of extensions (`-m`) print in this order.
    pub matches: Vec<Match>,
    /// What happens; a rule without a target only counts.
    pub target: Option<Target>,
    /// Why the rule exists, if a sentence of a walk may need it.
    pub reason: Option<Arc<Reason>>,
    text: OnceLock<Arc<str>>,
}

impl Rule {
    /// A rule with a target.
    pub fn new(target: Target, matches: Vec<Match>) -> Self {
        Self {
            matches,
            target: Some(target),
            reason: None,
            text: OnceLock::new(),
        }
    }

    /// A rule that only counts, such as kube-proxy's remark at the end of a firewall chain.
    pub fn remark(matches: Vec<Match>) -> Self {
        Self {
            matches,
            target: None,
            reason: None,
            text: OnceLock::new(),
        }
    }

    /// Says why the rule exists.
    #[must_use]
    pub fn because(mut self, reason: &Arc<Reason>) -> Self {
        self.reason = Some(reason.clone());
        self
    }

    /// The rule as `iptables-save` prints it in `chain`, made when first asked for.
    pub fn text(&self, chain: &str) -> Arc<str> {
        self.text
            .get_or_init(|| Arc::from(super::save::rule(chain, self)))
            .clone()
    }
}

impl PartialEq for Rule {
    /// Compares what the rule does, not whether its text was asked for.
    fn eq(&self, other: &Self) -> bool {
        self.matches == other.matches && self.target == other.target && self.reason == other.reason
    }
}

/// A condition of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// `[!] -s NET`
    Source {
        /// `!`
        negated: bool,
        /// The prefix.
        net: IpNet,
    },
    /// `[!] -d NET`
    Destination {
        /// `!`
        negated: bool,
        /// The prefix.
        net: IpNet,
    },
    /// `[!] -i NAME`; a final `+` matches every name that begins so.
    InInterface {
        /// `!`
        negated: bool,
        /// Name or pattern.
        name: Arc<str>,
    },
    /// `[!] -o NAME`
    OutInterface {
        /// `!`
        negated: bool,
        /// Name or pattern.
        name: Arc<str>,
    },
    /// `-p PROTOCOL`
    Protocol(Protocol),
    /// `-m tcp --sport A:B --dport C:D` of the protocol's own module.
    Ports {
        /// Whose ports; must be a protocol with ports.
        protocol: Protocol,
        /// `--sport`
        source: Option<PortRange>,
        /// `--dport`
        destination: Option<PortRange>,
    },
    /// `-m multiport --dports A,B`
    DestinationPorts(Vec<u16>),
    /// `-m mark [!] --mark VALUE/MASK`
    Mark {
        /// `!`
        negated: bool,
        /// Value after masking.
        value: u32,
        /// Bits that count.
        mask: u32,
    },
    /// `-m addrtype [!] --src-type LOCAL` or `--dst-type LOCAL`
    Local {
        /// `!`
        negated: bool,
        /// Which address.
        side: Side,
    },
    /// `-m conntrack [!] --ctstate …`
    CtState {
        /// `!`
        negated: bool,
        /// Any of these.
        states: CtStates,
    },
    /// `-m statistic --mode random --probability P`
    Statistic(Probability),
    /// `-m recent --rcheck --seconds N --reap --name NAME`: the source is remembered.
    RecentCheck {
        /// How long an address is remembered, in seconds.
        seconds: u32,
        /// Name of the list.
        name: Arc<str>,
        /// Family of the addresses, which decides the printed mask.
        family: Family,
    },
    /// `-m recent --set --name NAME`: remembers the source; always holds.
    RecentSet {
        /// Name of the list.
        name: Arc<str>,
        /// Family of the addresses, which decides the printed mask.
        family: Family,
    },
    /// `-m comment --comment TEXT`; always holds.
    Comment(Arc<str>),
}

impl Match {
    /// `-s NET`
    pub fn source(net: IpNet) -> Self {
        Match::Source {
            negated: false,
            net,
        }
    }

    /// `-d NET`
    pub fn destination(net: IpNet) -> Self {
        Match::Destination {
            negated: false,
            net,
        }
    }

    /// `-d ADDRESS`
    pub fn to(address: IpAddr) -> Self {
        Self::destination(address.into())
    }

    /// `-s ADDRESS`
    pub fn from(address: IpAddr) -> Self {
        Self::source(address.into())
    }

    /// `-m tcp --dport PORT`
    pub fn dport(protocol: Protocol, port: u16) -> Self {
        Match::Ports {
            protocol,
            source: None,
            destination: Some(PortRange::single(port)),
        }
    }

    /// `-m tcp` alone.
    pub fn module(protocol: Protocol) -> Self {
        Match::Ports {
            protocol,
            source: None,
            destination: None,
        }
    }

    /// `-m addrtype --dst-type LOCAL`
    pub fn to_local() -> Self {
        Match::Local {
            negated: false,
            side: Side::Destination,
        }
    }

    /// `-m addrtype --src-type LOCAL`
    pub fn from_local() -> Self {
        Match::Local {
            negated: false,
            side: Side::Source,
        }
    }

    /// `-m conntrack --ctstate …`
    pub fn state(states: CtStates) -> Self {
        Match::CtState {
            negated: false,
            states,
        }
    }

    /// `-m mark --mark BIT/BIT`
    pub fn marked(bit: u32) -> Self {
        Match::Mark {
            negated: false,
            value: bit,
            mask: bit,
        }
    }

    /// `-m comment --comment TEXT`
    pub fn comment(text: impl Into<Arc<str>>) -> Self {
        Match::Comment(text.into())
    }
}

/// Ports from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

impl PortRange {
    /// Just one port.
    pub const fn single(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }

    /// Whether `port` is one of them.
    pub const fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

/// Which address of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The source.
    Source,
    /// The destination.
    Destination,
}

/// A set of connection states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CtStates(u8);

impl CtStates {
    /// `INVALID`: belongs to no connection and opens none.
    pub const INVALID: Self = Self(1);
    /// `NEW`: the first packet of a connection.
    pub const NEW: Self = Self(2);
    /// `RELATED`: opens a connection that a known one announced, or reports an error about one.
    pub const RELATED: Self = Self(4);
    /// `ESTABLISHED`: a later packet of a known connection.
    pub const ESTABLISHED: Self = Self(8);
    /// `SNAT`: the connection's source is translated.
    pub const SNAT: Self = Self(16);
    /// `DNAT`: the connection's destination is translated.
    pub const DNAT: Self = Self(32);

    /// Names in the order in which `iptables-save` prints them.
    pub(super) const NAMES: [(Self, &'static str); 6] = [
        (Self::INVALID, "INVALID"),
        (Self::NEW, "NEW"),
        (Self::RELATED, "RELATED"),
        (Self::ESTABLISHED, "ESTABLISHED"),
        (Self::SNAT, "SNAT"),
        (Self::DNAT, "DNAT"),
    ];

    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets have a state in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A probability as the kernel keeps it: parts of 2³¹.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probability(u32);

impl Probability {
    const WHOLE: u32 = 1 << 31;

    /// One of `count`, as kube-proxy writes it: a decimal fraction of ten digits, which
    /// iptables rounds to the kernel's parts.
    pub fn one_of(count: usize) -> Self {
        const DIGITS: u128 = 10_000_000_000;
        let count = count.max(1) as u128;
        let digits = (DIGITS + count / 2) / count;
        let parts = (digits * u128::from(Self::WHOLE) + DIGITS / 2) / DIGITS;
        Self(u32::try_from(parts).unwrap_or(Self::WHOLE))
    }

    /// The probability as a number from 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.0) / f64::from(Self::WHOLE)
    }
}

/// What a rule does with a packet that matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// `ACCEPT`: goes on; no further rule of this table at this hook.
    Accept,
    /// `DROP`: silence.
    Drop,
    /// `REJECT`: the sender is told.
    Reject(RejectWith),
    /// `RETURN`: back to the calling chain; in a built-in chain, its policy.
    Return,
    /// A user chain.
    Jump(Arc<str>),
    /// `MARK --set-xmark VALUE/MASK`: clears the bits of `mask`, then flips those of `value`.
    Mark {
        /// Bits to flip.
        value: u32,
        /// Bits to clear first.
        mask: u32,
    },
    /// `DNAT --to-destination ADDRESS:PORT`
    Dnat(SocketAddr),
    /// `SNAT --to-source ADDRESS`
    Snat(IpAddr),
    /// `MASQUERADE`: the source becomes the address of the outgoing interface.
    Masquerade {
        /// `--random-fully`: the kernel draws the port; here it is kept where free.
        random_fully: bool,
    },
}

/// What a `REJECT` tells the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectWith {
    /// `icmp-port-unreachable`, the default.
    PortUnreachable,
    /// `icmp6-port-unreachable`, the default of IPv6.
    PortUnreachable6,
    /// `tcp-reset`
    TcpReset,
}

impl RejectWith {
    /// The name as iptables writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            RejectWith::PortUnreachable => "icmp-port-unreachable",
            RejectWith::PortUnreachable6 => "icmp6-port-unreachable",
            RejectWith::TcpReset => "tcp-reset",
        }
    }
}
