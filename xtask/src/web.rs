//! The page: built by Trunk, which calls cargo, wasm-bindgen, wasm-opt and `web/build.mjs` (see `Trunk.toml`).

use crate::shell::{Outcome, Shell, finish, step};

/// Builds the page into `dist/`.
pub fn build(shell: &Shell) -> Outcome {
    step("build the page into dist/ (release)", || {
        let line = "trunk build --release --offline --color never --log warn";
        println!("   $ {line}");
        let mut command = shell.command(line);
        // Trunk refuses the value that some terminals set: it wants `true` or `false`.
        command.env_remove("NO_COLOR");
        finish(line, command)
    })
}

/// Prints what a visitor downloads, and fails when the first load is over its budget.
pub fn sizes(shell: &Shell) -> Outcome {
    shell.run("node web/size.mjs dist")
}
