//! The command line from outside: whole outputs, exit statuses, and input that nobody should write.

#![cfg(feature = "cli")]

mod blockers;
mod checks;
mod clock;
mod effective;
mod input;
mod issued;
mod lab;
mod names;
mod program;
mod reach;
mod trace;
