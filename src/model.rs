//! What the user wrote, read into typed objects.
//!
//! The order of reading: [`document`] keeps the texts; [`yaml`] turns a text into
//! trees whose every node knows its place; [`read`] turns trees into the typed
//! objects of [`kube`], [`azure`] and [`ours`] that a [`network`] holds. Nothing here knows how a packet moves.

pub mod appgateway;
pub mod azure;
pub mod corefile;
pub mod diagnostic;
pub mod directory;
pub mod dns_zone;
pub mod document;
pub mod event;
pub mod firewall;
pub mod flow;
pub mod ingress;
pub mod issuer;
pub mod kube;
mod labels;
mod locate;
pub mod manifest;
pub mod many;
pub mod network;
pub mod object;
pub mod ours;
pub mod packet;
pub mod placement;
pub mod policy;
pub mod private_link;
#[cfg(test)]
mod properties;
pub mod read;
pub mod storage;
pub mod unread;
pub mod written_balancer;
pub mod yaml;
