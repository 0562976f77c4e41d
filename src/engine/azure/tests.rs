//! The testable assertions of the Azure side, on the fixture network of the built-in scenarios.

mod balancing;
mod connections;
mod contested;
mod fixture;
mod holes;
mod leaving;
mod made;
mod printing;
mod private_link;
mod private_subnet;
mod reach;
mod refused;
mod routing;
mod security;
mod ways_out;
mod whole;
