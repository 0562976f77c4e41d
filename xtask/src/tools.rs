//! Set-up: installs what is missing, each at one version; what is there already is left alone.

use crate::shell::{Outcome, Shell, finish, step};
use std::fs;

// `web/` and `Trunk.toml` are written for this version.
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What building the page needs.
pub fn set_up_build(shell: &Shell) -> Outcome {
    wasm_target(shell)?;
    cargo_tool(shell, "trunk", TRUNK, "5 to 15 minutes")?;
    wasm_bindgen(shell)?;
    npm(shell, false)?;
    // Trunk builds offline, so the crates must be there before. Cargo only looks when nothing is missing.
    finish("cargo fetch", shell.command("cargo fetch --locked --quiet"))
}

/// What the tests need on top of that.
pub fn set_up_tests(shell: &Shell) -> Outcome {
    npm(shell, true)
}

/// What the benchmarks need on top of that.
pub fn set_up_benches(shell: &Shell) -> Outcome {
    npm_ci(shell, "web/bench", "set up: mermaid, to compare with", "")
}

/// What the checks of licences and vulnerabilities need.
pub fn cargo_deny(shell: &Shell) -> Outcome {
    cargo_tool(shell, "cargo-deny", CARGO_DENY, "2 to 5 minutes")
}

/// What the fuzz targets need.
pub fn cargo_fuzz(shell: &Shell) -> Outcome {
    cargo_tool(shell, "cargo-fuzz", CARGO_FUZZ, "half a minute")
}

fn wasm_target(shell: &Shell) -> Outcome {
    let sysroot = shell
        .read("rustc --print sysroot")
        .ok_or("rustc is missing; install Rust with rustup (https://rustup.rs)")?;
    let libraries = format!("{sysroot}/lib/rustlib/{WASM_TARGET}/lib");
    if fs::exists(&libraries).unwrap_or(false) {
        return Ok(());
    }
    step(
        "set up: the standard library for WebAssembly, by rustup",
        || shell.run(&format!("rustup target add {WASM_TARGET}")),
    )
}

/// A program from the crate of its name, with the dependencies of its own lock file.
fn cargo_tool(shell: &Shell, name: &str, version: &str, time: &str) -> Outcome {
    if shell.read(&format!("{name} --version")).as_deref() == Some(&format!("{name} {version}")) {
        return Ok(());
    }
    let what = format!("set up: {name} {version} into .tools, compiled once ({time} on 2 cores)");
    step(&what, || {
        shell.run(&format!(
            "cargo install {name} --version {version} --locked --root .tools"
        ))
    })
}

/// The command line of wasm-bindgen must have the version of the library that `Cargo.lock` names.
fn wasm_bindgen(shell: &Shell) -> Outcome {
    let version = locked_version(shell, "wasm-bindgen")?;
    if shell.read("wasm-bindgen --version").as_deref() == Some(&format!("wasm-bindgen {version}")) {
        return Ok(());
    }
    step(
        &format!(
            "set up: wasm-bindgen {version} into .tools, compiled once (2 minutes on 2 cores)"
        ),
        || {
            shell.run(&format!(
                "cargo install wasm-bindgen-cli --version {version} --root .tools \
             --no-default-features --features native-tls"
            ))
        },
    )
}

/// The version that `Cargo.lock` holds for a crate.
fn locked_version(shell: &Shell, name: &str) -> Result<String, String> {
    let lock = fs::read_to_string(shell.path("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    let entry = format!("name = \"{name}\"\nversion = \"");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| format!("Cargo.lock has no `{name}`"))
}

/// Installs the npm parts when the lock file is not the one that was installed last. With `tests`, also what only
/// the tests need.
fn npm(shell: &Shell, tests: bool) -> Outcome {
    let what = if tests {
        "set up: the npm parts of the tests (Playwright, axe)"
    } else {
        "set up: the npm parts of the page (editor, esbuild, wasm-opt)"
    };
    npm_ci(shell, ".", what, if tests { "" } else { " --omit=dev" })
}

fn npm_ci(shell: &Shell, folder: &str, what: &str, omit: &str) -> Outcome {
    let lock_file = shell.path(folder).join("package-lock.json");
    let lock = fs::read_to_string(&lock_file)
        .map_err(|error| format!("{}: {error}", lock_file.display()))?;
    let stamp = shell.path(folder).join("node_modules/.kubehop-installed");
    let installed = fs::read_to_string(&stamp).unwrap_or_default();
    // All packages are more than enough where only some are wanted.
    if installed == format!("{omit}\n{lock}") || installed == format!("\n{lock}") {
        return Ok(());
    }
    shell
        .read("npm --version")
        .ok_or("npm is missing; install Node.js 20 or later (https://nodejs.org)")?;
    step(what, || {
        shell.run(&format!(
            "npm ci --prefix {folder} --no-audit --no-fund --ignore-scripts{omit}"
        ))?;
        fs::write(&stamp, format!("{omit}\n{lock}"))
            .map_err(|error| format!("{}: {error}", stamp.display()))
    })
}
