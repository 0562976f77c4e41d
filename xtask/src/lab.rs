//! `cargo xtask lab`: generated scenarios as network namespaces, and the kernel's word on every flow.

use crate::check::Verdict;
use crate::shell::{Outcome, Shell, finish, seconds};
use std::time::Instant;

/// How many scenarios a full run makes.
const SCENARIOS: u64 = 60;
/// How many `cargo xtask test` makes.
const FEW: u64 = 8;
/// The seed of both, where nobody says another.
const SEED: u64 = 1;

/// Runs `tests/lab.rs` on generated scenarios.
pub fn lab(shell: &Shell, arguments: &[String]) -> Outcome {
    let (scenarios, seed) = parse(arguments)?;
    if let Some(reason) = missing(shell) {
        return Err(reason);
    }
    run(shell, scenarios, seed)
}

/// A few scenarios, where this machine can.
pub fn briefly(shell: &Shell) -> Verdict {
    match missing(shell) {
        Some(reason) => Verdict::NotRun(reason),
        None => run(shell, FEW, SEED).into(),
    }
}

fn run(shell: &Shell, scenarios: u64, seed: u64) -> Outcome {
    let line = "cargo test --locked --package kubehop --test lab -- --ignored --nocapture";
    println!("   $ KUBEHOP_LAB_SCENARIOS={scenarios} KUBEHOP_LAB_SEED={seed} {line}");
    let mut command = shell.command(line);
    command
        .env("KUBEHOP_LAB_SCENARIOS", scenarios.to_string())
        .env("KUBEHOP_LAB_SEED", seed.to_string());
    let start = Instant::now();
    finish(line, command)?;
    println!("   {scenarios} scenarios in {}", seconds(start.elapsed()));
    Ok(())
}

fn parse(arguments: &[String]) -> Result<(u64, u64), String> {
    let (mut scenarios, mut seed) = (SCENARIOS, SEED);
    for pair in arguments.chunks(2) {
        let number = pair.get(1).and_then(|text| text.parse().ok());
        match (pair[0].as_str(), number) {
            ("--scenarios", Some(number)) if number > 0 => scenarios = number,
            ("--seed", Some(number)) => seed = number,
            ("--scenarios" | "--seed", _) => return Err(format!("`{}` needs a number", pair[0])),
            (other, _) => {
                return Err(format!(
                    "`lab` knows `--scenarios N` and `--seed S`, not `{other}`"
                ));
            }
        }
    }
    Ok((scenarios, seed))
}

/// Why this machine can make no lab, if so.
fn missing(shell: &Shell) -> Option<String> {
    for program in [
        "ip -Version",
        "unshare --version",
        "iptables-restore --version",
    ] {
        if shell.read(program).is_none() {
            let name = program.split(' ').next().unwrap_or_default();
            return Some(format!(
                "`{name}` is missing (Debian: iproute2, util-linux, iptables)"
            ));
        }
    }
    let name = format!("khx{}", std::process::id());
    let allowed = shell.read("unshare --net true").is_some()
        && shell.read(&format!("ip netns add {name}")).is_some()
        && shell.read(&format!("ip netns del {name}")).is_some();
    (!allowed).then(|| "this machine allows no network namespaces (they need root)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<(u64, u64), String> {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.into()).collect();
        parse(&arguments)
    }

    #[test]
    fn scenarios_and_seed_are_chosen_and_nothing_else() {
        assert_eq!(parsed(&[]), Ok((SCENARIOS, SEED)));
        assert_eq!(parsed(&["--seed", "7", "--scenarios", "3"]), Ok((3, 7)));
        assert!(parsed(&["--scenarios", "0"]).is_err());
        assert!(parsed(&["--scenarios"]).is_err());
        assert!(parsed(&["--scenario", "3"]).is_err());
    }
}
