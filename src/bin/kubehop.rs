//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(kubehop::cli::run(std::env::args_os()))
}
