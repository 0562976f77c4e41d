//! A node's packet filter: rules as data, the interpreter that walks them, connection tracking,
//! and the builders that install what kube-proxy, the ip-masq agent and the node image install.

pub mod conntrack;
pub mod rule;
