//! Addresses: who holds which and why, what still fits, what an upgrade needs, and which limit binds first.
//!
//! [`ranges`] lists every address of every subnet, of the pod range and of the Service range; [`pools`] counts what
//! nodes take and how many more fit; [`limits`] says which limit ends growth first; [`outbound`] counts connections to
//! the internet; [`wish`] answers what other numbers would need. [`sizes`] holds the arithmetic.
//!
//! Left out: how many addresses virtual network gateways and firewalls take beside the documented ones; such a range
//! says so. IPv6 is not counted.

pub mod export;
pub mod limits;
pub mod outbound;
mod place;
pub mod pools;
pub mod ports;
pub mod ranges;
pub mod sizes;
pub mod wish;

#[cfg(test)]
mod tests;

use crate::model::network::Network;

use limits::Bound;
use outbound::WayOut;
use pools::PoolPlan;
use ranges::Range;
use wish::{Answer, Wish};

/// The addresses of a network, and how it can grow.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Subnets in the order of the networks, then the pod range, then the Service range.
    pub ranges: Vec<Range>,
    /// The agent pools.
    pub pools: Vec<PoolPlan>,
    /// What ends growth, the first to bind in front.
    pub limits: Vec<Bound>,
    /// How many connections to the internet fit at once.
    pub outbound: Vec<WayOut>,
    /// What the wish needs; without a wish, what there is needs.
    pub answer: Option<Answer>,
}

impl Plan {
    /// Plans a network that [`super::control`] has completed. The error says what is wrong with the wish.
    pub fn of(network: &Network, wish: &Wish) -> Result<Self, wish::Refusal> {
        let ranges = ranges::all(network);
        let pools = pools::all(network, &ranges, wish.surge);
        let limits = limits::all(network, &ranges, &pools);
        let answer = wish::answer(network, &ranges, (&pools, &limits), wish)?;
        Ok(Self {
            ranges,
            pools,
            limits,
            outbound: outbound::all(network),
            answer,
        })
    }
}
