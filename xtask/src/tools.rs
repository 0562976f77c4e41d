//! Set-up: installs what is missing, each at one version; what is there already is left alone.

use crate::shell::{Outcome, Shell, finish, step};
use std::fs;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program that cargo installs: the one on the path where it has the right version, else one in `.tools`.
struct CargoTool<'a> {
    program: &'a str,
    krate: &'a str,
    version: &'a str,
    /// What `cargo install` needs to know besides.
    flags: &'a str,
    /// How long it takes on 2 cores, for whoever waits.
    time: &'a str,
}

/// Without its defaults Trunk cannot download tools by itself, and asks nobody for updates.
const TRUNK: CargoTool = CargoTool {
    flags: "--locked --no-default-features",
    ..locked_tool("trunk", "0.21.14", "5 minutes")
};
const CARGO_DENY: CargoTool = locked_tool("cargo-deny", "0.20.2", "3 minutes");
const CARGO_FUZZ: CargoTool = locked_tool("cargo-fuzz", "0.13.2", "half a minute");

/// A program of its crate's name, with the dependencies that its author tested.
const fn locked_tool<'a>(name: &'a str, version: &'a str, time: &'a str) -> CargoTool<'a> {
    CargoTool {
        program: name,
        krate: name,
        version,
        flags: "--locked",
        time,
    }
}

/// What building the page needs.
pub fn set_up_build(shell: &Shell) -> Outcome {
    wasm_target(shell)?;
    install(shell, &TRUNK)?;
    install(
        shell,
        &wasm_bindgen(&locked_version(shell, "wasm-bindgen")?),
    )?;
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
pub fn set_up_deny(shell: &Shell) -> Outcome {
    install(shell, &CARGO_DENY)
}

/// What the fuzz targets need.
pub fn set_up_fuzz(shell: &Shell) -> Outcome {
    install(shell, &CARGO_FUZZ)
}

/// The command line of wasm-bindgen must have the version of the library that `Cargo.lock` names. Without its
/// defaults it cannot download browsers by itself.
fn wasm_bindgen(version: &str) -> CargoTool<'_> {
    CargoTool {
        program: "wasm-bindgen",
        krate: "wasm-bindgen-cli",
        version,
        flags: "--no-default-features",
        time: "2 minutes",
    }
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

fn install(shell: &Shell, tool: &CargoTool) -> Outcome {
    let CargoTool {
        program,
        krate,
        version,
        flags,
        time,
    } = tool;
    if shell.read(&format!("{program} --version")).as_deref()
        == Some(&format!("{program} {version}"))
    {
        return Ok(());
    }
    let what =
        format!("set up: {krate} {version} into .tools, compiled once (about {time} on 2 cores)");
    step(&what, || {
        shell.run(&format!(
            "cargo install {krate} --version {version} --root .tools {flags}"
        ))
    })
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
