//! Address families, tables and hooks: where rules stand and when the kernel asks them.

use std::net::IpAddr;

use ipnet::IpNet;

/// An address family: `iptables` or `ip6tables`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// The family of an address.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Family::V4,
            IpAddr::V6(_) => Family::V6,
        }
    }

    /// The family of a prefix.
    pub const fn of_net(net: &IpNet) -> Self {
        match net {
            IpNet::V4(_) => Family::V4,
            IpNet::V6(_) => Family::V6,
        }
    }
}

/// A netfilter table, in the order in which the kernel consults them at one hook.
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
    /// Every table.
    pub const ALL: [TableName; 4] = [
        TableName::Raw,
        TableName::Mangle,
        TableName::Nat,
        TableName::Filter,
    ];

    /// The name as `iptables-save` prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            TableName::Raw => "raw",
            TableName::Mangle => "mangle",
            TableName::Nat => "nat",
            TableName::Filter => "filter",
        }
    }

    /// The hooks at which the table has a built-in chain, as `iptables-save` orders them.
    pub const fn hooks(self) -> &'static [Hook] {
        match self {
            TableName::Raw => &[Hook::Prerouting, Hook::Output],
            TableName::Mangle => &[
                Hook::Prerouting,
                Hook::Input,
                Hook::Forward,
                Hook::Output,
                Hook::Postrouting,
            ],
            TableName::Nat => &[
                Hook::Prerouting,
                Hook::Input,
                Hook::Output,
                Hook::Postrouting,
            ],
            TableName::Filter => &[Hook::Input, Hook::Forward, Hook::Output],
        }
    }
}

/// A point of the kernel's packet path, which is also the name of a built-in chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Every packet that arrives, before routing.
    Prerouting,
    /// Packets for a process of the node, after routing.
    Input,
    /// Packets that pass through the node, after routing.
    Forward,
    /// Packets of a process of the node.
    Output,
    /// Every packet that leaves, after routing.
    Postrouting,
}

impl Hook {
    /// Every hook.
    pub const ALL: [Hook; 5] = [
        Hook::Prerouting,
        Hook::Input,
        Hook::Forward,
        Hook::Output,
        Hook::Postrouting,
    ];

    /// The name of the built-in chain.
    pub const fn as_str(self) -> &'static str {
        match self {
            Hook::Prerouting => "PREROUTING",
            Hook::Input => "INPUT",
            Hook::Forward => "FORWARD",
            Hook::Output => "OUTPUT",
            Hook::Postrouting => "POSTROUTING",
        }
    }

    /// The tables consulted here, in the kernel's order of priorities.
    ///
    /// `nat` comes before `filter` for packets that leave a process (`dstnat`, -100) and after
    /// it for packets that arrive at one (`srcnat`, 100).
    pub const fn tables(self) -> &'static [TableName] {
        match self {
            Hook::Prerouting => &[TableName::Raw, TableName::Mangle, TableName::Nat],
            Hook::Input => &[TableName::Mangle, TableName::Filter, TableName::Nat],
            Hook::Forward => &[TableName::Mangle, TableName::Filter],
            Hook::Output => &[
                TableName::Raw,
                TableName::Mangle,
                TableName::Nat,
                TableName::Filter,
            ],
            Hook::Postrouting => &[TableName::Mangle, TableName::Nat],
        }
    }
}
