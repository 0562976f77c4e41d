//! Parts the finished WebAssembly program in two, so that the first picture does not wait for what it does not need.
//!
//! ```text
//! kubehop-split wipe  IN.wasm OUT.wasm             a program that leaves zeros where it gave memory back
//! kubehop-split probe IN.wasm MEMORY OUT.wasm KEYS.txt    a program that tells which of its functions run, and their keys
//! kubehop-split part  IN.wasm MEMORY LATER.txt FIRST.wasm REST.wasm [FROM-TO ...]
//! ```
//!
//! `MEMORY` is the memory that the program starts with in place of its own: `web/build.mjs` takes it from a run of the
//! wiping program that worked out the first picture (`src/ui/baked.rs`). What it holds at the addresses `FROM-TO` comes
//! with the second part; whoever reads it before finds zeros.
//!
//! `web/build.mjs` calls it at the end of a build. `LATER.txt` (`web/later.txt`) holds the keys of the functions that did
//! not run while the page started; `cargo xtask profile` writes it. What the list does not name, such as a new function,
//! goes into the first part: an old list costs size, never an answer.

use std::collections::BTreeSet;
use std::ops::Range;
use std::process::ExitCode;
use std::{env, fs};

mod module;
mod names;
mod part;
mod probe;
mod renumber;

use module::Module;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "expected `wipe IN OUT`, `probe IN MEMORY OUT KEYS` or `part IN MEMORY LATER FIRST REST [FROM-TO ...]`";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Outcome<()> {
    let [command, input, files @ ..] = arguments else {
        return Err(USAGE.into());
    };
    let bytes = fs::read(input).map_err(|error| format!("{input}: {error}"))?;
    let mut module = Module::read(&bytes)?;
    match (*command, files) {
        ("wipe", [output]) => fs::write(output, probe::with_wiping(&module)?)?,
        ("probe", [memory, output, keys]) => {
            module.start_with(fs::read(memory)?, &[])?;
            fs::write(output, probe::with_probes(&module)?)?;
            fs::write(keys, module.keys.join("\n"))?;
        }
        ("part", [memory, later, first, rest, ranges @ ..]) => {
            let ranges: Outcome<Vec<_>> = ranges.iter().map(|text| range(text)).collect();
            module.start_with(fs::read(memory)?, &ranges?)?;
            let text = fs::read_to_string(later)?;
            let list: BTreeSet<&str> = text.lines().collect();
            let parts = part::in_two(&module, |key| list.contains(key))?;
            println!("{}", parts.summary);
            fs::write(first, parts.first)?;
            fs::write(rest, parts.rest)?;
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn range(text: &str) -> Outcome<Range<usize>> {
    let (from, to) = text.split_once('-').ok_or(USAGE)?;
    Ok(from.parse()?..to.parse()?)
}
