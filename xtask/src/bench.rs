//! `cargo xtask bench`: the figures of the README.

use crate::shell::{Outcome, Shell, step};
use crate::web;

/// Measures the engine natively and the finished page in Chromium; a figure over its limit is an error.
pub fn bench(shell: &Shell) -> Outcome {
    let engine = step("the engine, native (benches/)", || {
        shell.run("cargo bench --locked --package kubehop --benches")
    });
    web::build(shell)?;
    let page = step("the page, in Chromium (web/bench/)", || {
        shell.run("node web/bench/run.mjs")
    });
    engine.and(page)
}
