//! The page: a front end over the same engine as the command line.
//!
//! 1. [`store`]: everything that can change, and the actions that change it. Pure.
//! 2. [`simulation`] and [`answer`]: what the engine says about the document and the request, computed once a change.
//! 3. [`app`]: the frame, which hands pieces of the state to the panes and turns storage, links and time into actions.
//! 4. The panes: top bar, left pane, request bar, canvas, timeline, inspector, tables, dialogs.
//!
//! Text that a user or a link brings is only ever shown as text: no markup is built from it, and the page's policy
//! forbids inline scripts and styles anyway.

mod ahead;
pub mod answer;
mod app;
mod article;
mod baked;
mod browser;
mod canvas;
mod clock;
mod compare;
mod context;
mod dialogs;
mod focus;
mod icons;
mod inspector;
mod keys;
mod left;
mod matrix;
mod palette;
mod playback;
mod request;
mod simulation;
mod step_text;
pub mod store;
mod strip;
mod tables;
mod timeline;
mod top;
mod variants;

pub use app::{App, recover};
pub use baked::fetch_texts_when_asked;

#[cfg(test)]
mod tests;
