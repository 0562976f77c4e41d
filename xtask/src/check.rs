//! `cargo xtask test`: everything that CI runs, in the order in which it is cheapest to fail.

use crate::shell::{Outcome, Shell, finish, seconds};
use crate::{fuzz, tools, web};
use std::time::{Duration, Instant};

/// How a check ended.
pub enum Verdict {
    /// It ran and holds.
    Passed,
    /// It ran and does not hold, or could not run for a reason that must be mended.
    Failed(String),
    /// This machine cannot run it; the text says why. Never a pass.
    NotRun(String),
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(()) => Self::Passed,
            Err(message) => Self::Failed(message),
        }
    }
}

struct Check {
    name: &'static str,
    what: &'static str,
    run: fn(&Shell) -> Verdict,
}

const fn check(name: &'static str, what: &'static str, run: fn(&Shell) -> Verdict) -> Check {
    Check { name, what, run }
}

const CHECKS: [Check; 12] = [
    check("fmt", "format", fmt),
    check("clippy", "lints, native", clippy),
    check("clippy-web", "lints, page", clippy_web),
    check("graph", "no browser crate without the page", graph),
    check("unit", "unit, property, golden and document tests", unit),
    check("browser", "component tests in Chromium", browser),
    check("page", "release build of the page", page),
    check("size", "size budget of the first load", size),
    check("e2e", "end-to-end tests with axe in Chromium", end_to_end),
    check("licences", "licences and sources of the crates", licences),
    check("advisories", "known vulnerabilities", advisories),
    check("fuzz", "fuzz targets, briefly", fuzz::briefly),
];

/// Runs the checks that the arguments leave (`--only NAME`, `--skip NAME`, both repeatable), all of them in any case,
/// and closes with a summary. Fails when one failed.
pub fn test(shell: &Shell, arguments: &[String]) -> Outcome {
    let chosen = choose(arguments)?;
    tools::set_up_build(shell)?;
    tools::set_up_tests(shell)?;
    let results: Vec<_> = chosen.into_iter().map(|check| run(shell, check)).collect();
    summarise(&results)
}

fn choose(arguments: &[String]) -> Result<Vec<&'static Check>, String> {
    let (mut only, mut skip) = (Vec::new(), Vec::new());
    for pair in arguments.chunks(2) {
        let names = match pair[0].as_str() {
            "--only" => &mut only,
            "--skip" => &mut skip,
            other => {
                return Err(format!(
                    "`test` knows `--only NAME` and `--skip NAME`, not `{other}`"
                ));
            }
        };
        let known = || CHECKS.map(|check| check.name).join(", ");
        match pair.get(1) {
            Some(name) if CHECKS.iter().any(|check| check.name == name) => names.push(name),
            Some(name) => return Err(format!("there is no check `{name}`; there are {}", known())),
            None => return Err(format!("`{}` needs a name: {}", pair[0], known())),
        }
    }
    let wanted = |check: &&Check| {
        let named = |names: &[&String]| names.iter().any(|name| *name == check.name);
        (only.is_empty() || named(&only)) && !named(&skip)
    };
    Ok(CHECKS.iter().filter(wanted).collect())
}

fn run(shell: &Shell, check: &'static Check) -> (&'static Check, Verdict, Duration) {
    println!("\n== {}: {}", check.name, check.what);
    let start = Instant::now();
    let verdict = (check.run)(shell);
    let took = start.elapsed();
    match &verdict {
        Verdict::Passed => println!("   passed in {}", seconds(took)),
        Verdict::Failed(why) => println!("   FAILED in {}: {why}", seconds(took)),
        Verdict::NotRun(why) => println!("   !!! DID NOT RUN: {why}"),
    }
    (check, verdict, took)
}

fn summarise(results: &[(&Check, Verdict, Duration)]) -> Outcome {
    println!("\n== summary");
    for (check, verdict, took) in results {
        let (word, why) = match verdict {
            Verdict::Passed => ("passed", ""),
            Verdict::Failed(why) => ("FAILED", why.as_str()),
            Verdict::NotRun(why) => ("DID NOT RUN", why.as_str()),
        };
        println!(
            "   {:<11} {word:<11} {:>8}  {why}",
            check.name,
            seconds(*took)
        );
    }
    let failed: Vec<_> = results
        .iter()
        .filter(|(_, verdict, _)| matches!(verdict, Verdict::Failed(_)))
        .map(|(check, ..)| check.name)
        .collect();
    let skipped = CHECKS.len() - results.len();
    if skipped > 0 {
        println!("   {skipped} checks were left out by --only or --skip");
    }
    match failed.as_slice() {
        [] => Ok(()),
        names => Err(format!("failed: {}", names.join(", "))),
    }
}

fn fmt(shell: &Shell) -> Verdict {
    shell.run("cargo fmt --all --check").into()
}

fn clippy(shell: &Shell) -> Verdict {
    shell
        .run("cargo clippy --locked --workspace --all-targets -- -D warnings")
        .into()
}

fn clippy_web(shell: &Shell) -> Verdict {
    shell
        .run(
            "cargo clippy --locked --no-default-features --features web --target wasm32-unknown-unknown \
             --lib --bin kubehop-web --test browser -- -D warnings",
        )
        .into()
}

/// The engine and the command line must not carry a browser crate, not even an idle one.
fn graph(shell: &Shell) -> Verdict {
    const BROWSER: [&str; 6] = [
        "gloo",
        "js-sys",
        "wasm-bindgen",
        "wasm-bindgen-futures",
        "web-sys",
        "yew",
    ];
    let browser_crates = |features: &str| {
        let line = format!(
            "cargo tree --locked --package kubehop --edges normal,build --prefix none {features}"
        );
        println!("   $ {line}");
        let tree = shell
            .read(&line)
            .ok_or_else(|| format!("`{line}` failed"))?;
        let mut found: Vec<_> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .filter(|name| BROWSER.contains(name) || name.starts_with("gloo-"))
            .map(str::to_owned)
            .collect();
        found.sort();
        found.dedup();
        Ok::<_, String>(found)
    };
    let outcome = || {
        for features in ["", "--no-default-features"] {
            let found = browser_crates(features)?;
            if !found.is_empty() {
                return Err(format!(
                    "without feature `web` the graph has {}",
                    found.join(", ")
                ));
            }
        }
        // The search itself must be able to find something.
        let found = browser_crates("--no-default-features --features web")?;
        if found.len() < BROWSER.len() {
            return Err("the search does not even find the browser crates of the page".to_owned());
        }
        Ok(())
    };
    outcome().into()
}

fn unit(shell: &Shell) -> Verdict {
    shell
        .run("cargo test --locked --workspace")
        // What the page computes without a browser, such as where a gesture leads.
        .and_then(|()| shell.run("cargo test --locked --lib --features web -- ui::"))
        .into()
}

fn browser(shell: &Shell) -> Verdict {
    if shell.read("chromedriver --version").is_none() {
        return Verdict::Failed(
            "chromedriver is missing; install it with Chromium (Debian: chromium-driver)".into(),
        );
    }
    shell
        .run(
            "cargo test --locked --no-default-features --features web --target wasm32-unknown-unknown --test browser",
        )
        .into()
}

fn page(shell: &Shell) -> Verdict {
    web::build(shell).into()
}

fn size(shell: &Shell) -> Verdict {
    web::sizes(shell).into()
}

fn end_to_end(shell: &Shell) -> Verdict {
    if !shell.path("dist/index.html").exists() {
        return Verdict::Failed("there is no page in dist/; run the check `page`, too".into());
    }
    shell
        .run("node --test --test-reporter=spec --test-concurrency=1 --test-timeout=300000 tests/e2e/")
        .into()
}

fn licences(shell: &Shell) -> Verdict {
    if let Err(message) = tools::set_up_deny(shell) {
        return Verdict::Failed(message);
    }
    shell
        .run("cargo deny --locked --workspace --all-features check licenses bans sources")
        .into()
}

fn advisories(shell: &Shell) -> Verdict {
    if let Err(message) = tools::set_up_deny(shell) {
        return Verdict::Failed(message);
    }
    let fetch = "cargo deny --locked --workspace --all-features fetch db";
    println!("   $ {fetch}");
    if finish(fetch, shell.command(fetch)).is_err() {
        return Verdict::NotRun(
            "the advisory database (github.com/RustSec/advisory-db) cannot be reached".into(),
        );
    }
    shell
        .run("cargo deny --locked --workspace --all-features check --disable-fetch advisories")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.into()).collect();
        choose(&arguments).map(|checks| checks.iter().map(|check| check.name).collect())
    }

    #[test]
    fn without_options_every_check_runs() {
        assert_eq!(names(&[]).map(|names| names.len()), Ok(CHECKS.len()));
    }

    #[test]
    fn only_and_skip_choose_checks_and_keep_their_order() {
        assert_eq!(
            names(&["--only", "e2e", "--only", "fmt"]),
            Ok(vec!["fmt", "e2e"])
        );
        assert_eq!(
            names(&["--skip", "fmt"]).map(|names| names[0]),
            Ok("clippy")
        );
    }

    #[test]
    fn a_check_that_does_not_exist_is_an_error_and_never_an_empty_run() {
        assert!(
            names(&["--only", "formt"]).is_err_and(|message| message.contains("no check `formt`"))
        );
        assert!(names(&["--only"]).is_err());
        assert!(names(&["fmt"]).is_err());
    }

    #[test]
    fn what_failed_fails_the_run_and_what_did_not_run_does_not_hide_it() {
        let result = |verdict| (&CHECKS[0], verdict, Duration::ZERO);
        let failed = || result(Verdict::Failed("no".into()));
        let not_run = || result(Verdict::NotRun("no network".into()));
        assert_eq!(summarise(&[failed(), not_run()]), Err("failed: fmt".into()));
        assert_eq!(summarise(&[not_run()]), Ok(()));
    }
}
