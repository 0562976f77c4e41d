//! The validator: for each code a scenario that has the problem, and none of the built-in ones.

mod built_in;
mod cases;
mod found;
mod japanese;
mod limits;
mod more;
mod space;
