//! The command line: one file a subcommand, all of them shells over the library.
//!
//! A subcommand turns arguments and files into an [`Answer`]: text for standard output, text for
//! standard error, and an exit status. [`run`] is the only function that touches the outside.

/// Adds a line to a text; writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($argument:tt)*) => {{
        use std::fmt::Write as _;
        let _ = writeln!($text, $($argument)*);
    }};
}

/// Adds to a text without ending the line.
macro_rules! put {
    ($text:expr, $($argument:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($text, $($argument)*);
    }};
}

mod args;
mod blockers_text;
mod check;
mod compare;
mod diff;
mod draw;

mod effective;
mod input;
mod junit;
mod lab;
mod lint;
mod mermaid;
pub mod output;
mod plan;
mod reach;
mod resolve;
mod table;
mod timeline;
mod trace;
pub mod walk_text;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::Parser;

use args::{Arguments, Command};
use output::{Answer, Style};

/// What was asked holds.
pub const HOLDS: u8 = 0;
/// An expectation failed, or a flow did not arrive.
pub const FAILED: u8 = 1;
/// The input or the arguments could not be used.
pub const UNUSABLE: u8 = 2;

/// Runs the command line with the arguments of the process, prints, and returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return print_usage(&error),
    };
    let answer = dispatch(&arguments.command);
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    print(
        &mut io::stderr().lock(),
        &output::finish(&answer.problems, Style::Plain),
    );
    let style = if colour {
        Style::Coloured
    } else {
        Style::Plain
    };
    let output = if answer.raw {
        answer.output
    } else {
        output::finish(&answer.output, style)
    };
    print(&mut io::stdout().lock(), &output);
    answer.status
}

fn dispatch(command: &Command) -> Answer {
    match command {
        Command::Trace(arguments) => trace::run(arguments),
        Command::Resolve(arguments) => resolve::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Draw(arguments) => draw::run(arguments),
        Command::Lint(arguments) => lint::run(arguments),
        Command::Effective(arguments) => effective::run(arguments),
        Command::Reach(arguments) => reach::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Plan(arguments) => plan::run(arguments),
        Command::Table(arguments) => table::run(arguments),
        Command::Timeline(arguments) => timeline::run(arguments),
        Command::Lab(arguments) => lab::run(arguments),
        Command::LabProcess(arguments) => lab::process::run(arguments),
    }
}

/// Prints help, version or what is wrong with the arguments, and returns the exit status.
fn print_usage(error: &clap::Error) -> u8 {
    // A reader that is gone cannot be told anything.
    let _ = error.print();
    u8::try_from(error.exit_code()).unwrap_or(UNUSABLE)
}

/// Prints `text`; whoever closed the pipe has read enough.
fn print(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}
