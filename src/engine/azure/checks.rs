//! What Azure or AKS would refuse or not support, for the network as a whole.
//!
//! Errors are what Azure refuses, warnings what it does not support or what is probably not
//! meant, infos what kubehop does not model. None of them keeps a packet from being walked.

mod addressing;
mod changes;
mod limits;
mod routing;

pub use addressing::made_by_aks;

use super::addresses::Addresses;
use crate::model::diagnostic::{Diagnostic, error, info, warning};
use crate::model::network::Network;

/// Every problem of a completed network with these addresses, by area, each in the order of the network.
pub fn check(network: &Network, addresses: &Addresses) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    addressing::check(network, &mut problems);
    limits::check(network, &mut problems);
    routing::check(network, addresses, &mut problems);
    changes::check(network, &mut problems);
    problems
}
