//! The simulation: what the platform makes of a [`crate::model::network::Network`], and how a packet walks through it.
//!
//! 1. [`control`] does what controllers do: schedules pods, hands out addresses, makes EndpointSlices,
//!    load balancers, routes and security rules.
//! 2. [`dataplane`] gathers the effective state: [`netfilter`] rules and routes of each node,
//!    [`azure`] routes and security rules of each subnet, [`policy`] of each pod.
//! 3. [`ingress`] says what a layer-7 proxy makes of a request.
//! 4. [`walk`] takes a packet through it and records a [`trace`].
//!
//! Nothing here does I/O, reads a clock or draws a random number.

pub mod acme;
pub mod appgateway;
pub mod azure;
pub mod choice;
pub mod compare;
pub mod control;
pub mod dataplane;
pub mod describe;
pub mod diff;
pub mod dns;
pub mod events;
pub mod expect;
pub mod explain;
pub mod export;
pub mod ingress;
pub mod lint;
pub mod netfilter;
pub mod outage;
pub mod plan;
pub mod policy;
pub mod reach;
pub mod refusals;
mod reuse;
pub mod simulation;
pub mod sources;
pub mod stage;
pub mod table;
pub mod trace;
pub mod walk;
