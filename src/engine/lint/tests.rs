//! The validator: for each code a scenario that has the problem, and none of the built-in ones.

mod built_in;
mod cases;
mod clusters;
mod found;
mod japanese;
mod limits;
mod more;
mod nobody;
mod routes;
mod services;
mod space;
mod upstreams;
