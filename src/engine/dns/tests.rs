//! Names resolved as pods, nodes and hosts would.

mod oracle;
