//! The one rule type: what the walk interprets, `effective iptables` prints and a kernel can load.

use std::sync::Arc;

/// A netfilter table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// `raw`
    Raw,
    /// `mangle`
    Mangle,
    /// `nat`
    Nat,
    /// `filter`
    Filter,
}

impl TableName {
    /// The name as `iptables-save` prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            TableName::Raw => "raw",
            TableName::Mangle => "mangle",
            TableName::Nat => "nat",
            TableName::Filter => "filter",
        }
    }
}

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
