//! The testable assertions of the Azure side, on the fixture network of the built-in scenarios.

mod fixture;
mod routing;
