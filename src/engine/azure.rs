//! Azure: what its control plane makes of the network, and what its fabric decides about a packet.
//!
//! * [`cloud_provider`] is the controller of AKS: load balancers, public addresses, security
//!   rules and the kubenet route table.
//! * [`topology`] answers who is connected to whom: subnets, peerings, gateways.
//! * [`routes`], [`nsg`], [`nic`], [`peering`], [`gateway`], [`load_balancer`], [`probes`],
//!   [`snat`], [`firewall`], [`private_endpoint`] and [`storage`] decide about one packet each; every decision comes with a [`finding::Finding`],
//!   from which the walk makes a step.
//! * [`addresses`] says who owns an address.
//! * [`export`] prints the effective state in ARM's shapes, [`checks`] finds what Azure would refuse.

pub mod addresses;
pub mod checks;
pub mod cloud_provider;
pub mod export;
pub mod finding;
pub mod firewall;
pub mod gateway;
pub mod load_balancer;
pub mod nic;
pub mod nsg;
pub mod peering;
pub mod private_endpoint;
pub mod probes;
pub mod routes;
pub mod service_tags;
pub mod snat;
pub mod storage;
pub mod tags;
pub mod topology;

#[cfg(test)]
mod tests;
