//! kubehop computes the whole way of a packet through the network of an Azure
//! Kubernetes Service (AKS) cluster, and of its reply.
//!
//! Read the modules in this order:
//!
//! 1. [`model`]: what the user wrote. Documents become a [`model::network::Network`].
//! 2. [`engine`]: what the platform makes of it, and how a packet walks through it.
//! 3. [`text`]: the sentences of a walk, in English and Japanese.
//! 4. [`scene`]: the picture, without a browser.
//! 5. [`edit`] and [`share`]: commands with undo; links. [`blockers`]: what refuses a flow, and the edits that lift it.
//! 6. [`scenarios`]: what comes built in.
//! 7. `cli` (feature `cli`) and `ui` (feature `web`): the two front ends.
//!
//! Each module may name only the modules before it; `tests/layers.rs` checks that.

pub mod blockers;
#[cfg(feature = "cli")]
pub mod cli;
pub mod edit;
pub mod engine;
pub mod model;
pub mod scenarios;
pub mod scene;
pub mod share;
pub mod text;
#[cfg(feature = "web")]
pub mod ui;
