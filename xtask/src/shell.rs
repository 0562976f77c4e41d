//! Running programs and telling about it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What a step ends with; the text says what went wrong.
pub type Outcome = Result<(), String>;

/// Runs programs in the project's folder, with the project's own tools first on the path.
pub struct Shell {
    root: PathBuf,
    path: OsString,
}

impl Shell {
    /// Finds the project's folder, whatever folder the command was given in.
    pub fn new() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("xtask stands outside of the project")?
            .to_path_buf();
        let own = [root.join(".tools/bin"), root.join("node_modules/.bin")];
        let given = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(own.into_iter().chain(env::split_paths(&given)))
            .map_err(|error| format!("PATH cannot be extended: {error}"))?;
        Ok(Self { root, path })
    }

    /// A path below the project's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// A command in the project's folder; arguments are separated by spaces.
    pub fn command(&self, line: &str) -> Command {
        let mut words = line.split_whitespace();
        // `cargo` is the one that runs us, so that a `cargo +toolchain xtask` keeps its toolchain.
        let program = match words.next().unwrap_or_default() {
            "cargo" => env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            other => other.into(),
        };
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&self.root)
            .env("PATH", &self.path);
        command
    }

    /// Runs a command and shows its output.
    pub fn run(&self, line: &str) -> Outcome {
        println!("   $ {line}");
        finish(line, self.command(line))
    }

    /// The standard output of a command, or `None` where it is missing or fails.
    pub fn read(&self, line: &str) -> Option<String> {
        let output = self.command(line).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Runs a command that was put together elsewhere; `line` is what to call it.
pub fn finish(line: &str, mut command: Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` could not be started: {error}")),
    }
}

/// Runs one step, saying what it does before and how long it took after.
pub fn step(what: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("== {what}");
    let start = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("   {verdict} in {}", seconds(start.elapsed()));
    outcome
}

/// A duration for people: one decimal, in seconds.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
