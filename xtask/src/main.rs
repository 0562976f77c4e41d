//! What the project's people and its CI run: set-up, serve, test, dist, bench.
//!
//! Each step says what it does and how long it took. Only the standard library is used, so that
//! `cargo xtask` itself compiles in a second.

// A build tool needs what `clippy.toml` forbids in the engine: clocks, threads and the environment.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod bench;
mod check;
mod fuzz;
mod lab;
mod serve;
mod shell;
mod tools;
mod web;

use shell::{Outcome, Shell};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  serve [--port N] [--open]   set up what is missing, build, and serve the page on this machine
  test [--only NAME] [--skip NAME]
                              run everything that CI runs (the options are for developers)
  lab [--scenarios N] [--seed S]
                              let the kernel judge generated scenarios (60 where nothing is said)
  bench [engine] [peer] [page]
                              measure the engine, a peer of `reach` beside it, and the page (all where none is named)
  dist                        build the page into dist/, ready for any path of any static host
  profile                     note anew what the first picture does not need, so that it can wait (web/later.txt)
  setup                       only set up what serve, dist and test need
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(format!("which command?\n\n{USAGE}"));
    };
    let shell = Shell::new()?;
    match command.as_str() {
        "serve" => {
            let options = serve::Options::parse(rest)?;
            tools::set_up_build(&shell)?;
            web::build(&shell)?;
            serve::serve(&shell.path("dist"), &options)
        }
        "dist" => {
            none_of(rest)?;
            tools::set_up_build(&shell)?;
            web::build(&shell)?;
            shell::step("sizes, and the budget of the first load", || {
                web::sizes(&shell)
            })
        }
        "test" => check::test(&shell, rest),
        "lab" => lab::lab(&shell, rest),
        "bench" => {
            tools::set_up_build(&shell)?;
            tools::set_up_tests(&shell)?;
            tools::set_up_benches(&shell)?;
            bench::bench(&shell, rest)
        }
        "profile" => {
            none_of(rest)?;
            tools::set_up_build(&shell)?;
            tools::set_up_tests(&shell)?;
            web::build(&shell)?;
            shell.run("node web/profile.mjs")?;
            web::build(&shell)?;
            web::sizes(&shell)
        }
        "setup" => {
            none_of(rest)?;
            tools::set_up_build(&shell)?;
            tools::set_up_tests(&shell)
        }
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}

fn none_of(rest: &[String]) -> Outcome {
    match rest.first() {
        Some(extra) => Err(format!("unexpected argument `{extra}`\n\n{USAGE}")),
        None => Ok(()),
    }
}
