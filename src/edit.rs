//! Edits as commands, undo as states.
//!
//! A [`Command`] turns one [`Document`](crate::model::document::Document) into the next by changing as
//! little text as possible, so that comments and layout stay. A [`History`] keeps whole documents,
//! which share their unchanged texts: no inverse can be wrong. [`template`] writes new objects.

mod apply;
pub mod command;
mod field;
pub mod history;
mod locate;
mod scalar;
pub mod switch;
pub mod template;

pub use command::{Command, Label};
pub use history::History;
pub use scalar::inline;

#[cfg(test)]
mod tests;
