//! Parts that were written and whose meaning is not clear, kept so that a walk that depends on one says so.

use std::sync::Arc;

use ipnet::IpNet;

/// A security rule that was left out, with what of it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadRule {
    /// `name`; empty where it has none.
    pub name: Arc<str>,
    /// The field that it stands in.
    pub field: Arc<str>,
    /// `priority`, where that can be read.
    pub priority: Option<u32>,
    /// Whether `direction` is inbound, where that can be read.
    pub inbound: Option<bool>,
}

impl UnreadRule {
    /// Whether it might decide before a rule of this priority does.
    pub fn may_decide(&self, inbound: bool, before: u32) -> bool {
        self.inbound.is_none_or(|it| it == inbound) && self.priority.is_none_or(|it| it < before)
    }
}

/// A route of a table that was left out, with what of it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadRoute {
    /// `name`; empty where it has none.
    pub name: Arc<str>,
    /// The field that it stands in.
    pub field: Arc<str>,
    /// `addressPrefix`, where that can be read and is a prefix.
    pub prefix: Option<IpNet>,
}
