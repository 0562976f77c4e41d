//! A node's packet filter: rules as data, the interpreter that walks them, connection tracking,
//! and the builders that install what kube-proxy, the ip-masq agent and the node image install.
//!
//! There is one rule type, [`rule::Rule`]. [`ruleset::Ruleset::run`] interprets it,
//! [`ruleset::Ruleset::to_iptables_save`] prints it in the form that `iptables-restore`
//! loads, and nothing else decides about packets on a node.
//!
//! How a walk passes a node, for a packet that arrives:
//!
//! 1. [`conntrack::Conntrack::lookup`]. Known: [`conntrack::Entry::translate_destination`], and
//!    state `Established` (with `dnat`, `snat` of the entry) in the context of every hook below.
//! 2. [`ruleset::Ruleset::run`] at PREROUTING; then routing by the packet of the outcome.
//! 3. INPUT for an address of the node, else FORWARD, with both interfaces named. The context
//!    takes `marked_by` from the outcome before, `dnat` if an earlier hook translated.
//! 4. POSTROUTING for what leaves. Known: [`conntrack::Entry::translate_source`] instead of `nat`.
//! 5. New: [`conntrack::Conntrack::confirm`] with the tuple of step 1, when the packet leaves or
//!    reaches a process; it may change the source port.
//!
//! A packet of a process begins at OUTPUT instead of PREROUTING. The mark belongs to the
//! node: a packet that leaves loses it. [`explain::HookStep`] says what a hook did and why.
//!
//! Left out: the tables `raw` and `mangle` hold no rules that these components install;
//! bridge filtering (`ebtables`) is not a rule set here.

pub mod checks;
pub mod conntrack;
pub mod eval;
pub mod explain;
pub mod hook;
pub mod host_ports;
mod index;
pub mod interfaces;
pub mod ip_masq;
pub mod kube_proxy;
pub mod node_image;
pub mod node_rules;
mod pod_subnet;
pub mod reason;
pub mod rule;
pub mod ruleset;
mod save;
