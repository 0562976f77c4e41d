//! The fuzz targets below `fuzz/fuzz_targets`, each for a short while, from the corpus in the repository.

use crate::check::Verdict;
use crate::shell::{Outcome, Shell, finish};
use crate::tools;
use std::fs;

/// Long enough to replay the corpus and to try some tens of thousands of changed inputs.
const SECONDS_EACH: u32 = 15;

/// Runs every target; any input that makes one panic fails the check, and stays in `fuzz/artifacts`.
pub fn briefly(shell: &Shell) -> Verdict {
    let targets = targets(shell);
    if targets.is_empty() {
        return Verdict::NotRun("there are no fuzz targets".into());
    }
    if !cfg!(any(target_os = "linux", target_os = "macos")) {
        return Verdict::NotRun("libFuzzer is for Linux and macOS".into());
    }
    if shell.read("c++ --version").is_none() {
        return Verdict::NotRun("libFuzzer needs a C++ compiler, and there is none".into());
    }
    if let Err(message) = tools::set_up_fuzz(shell) {
        return Verdict::Failed(message);
    }
    targets
        .iter()
        .try_for_each(|target| run(shell, target))
        .into()
}

fn targets(shell: &Shell) -> Vec<String> {
    let Ok(entries) = fs::read_dir(shell.path("fuzz/fuzz_targets")) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    names
}

fn run(shell: &Shell, target: &str) -> Outcome {
    // What libFuzzer finds goes into the first folder; the seeds of the repository stay as they are.
    let grown = format!("fuzz/target/corpus/{target}");
    let seeds = format!("fuzz/corpus/{target}");
    for folder in [&grown, &seeds] {
        fs::create_dir_all(shell.path(folder)).map_err(|error| format!("{folder}: {error}"))?;
    }
    let line = format!(
        "cargo fuzz run {target} {grown} {seeds} -- -seed=1 -max_total_time={SECONDS_EACH} -timeout=10 -rss_limit_mb=4096 \
         -verbosity=0 -print_final_stats=1"
    );
    println!("   $ {line}");
    let mut command = shell.command(&line);
    // Coverage and the address sanitizer are options that the stable compiler has but does not offer.
    command.env("RUSTC_BOOTSTRAP", "1");
    finish(&line, command)
}
