//! `cargo xtask bench`: the figures of the README.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::shell::{Outcome, Shell, finish, seconds, step};
use crate::web;

/// What `reach` is held against, and where it is installed for that.
const PEER: &str = "network-config-analyzer==2.1.0";
const PEER_FOLDER: &str = "target/peer";

/// Pods and policies that both are asked about, to see how each grows. Policies like these are hard for the peer: it has
/// no answer about 1,000 pods within ten minutes.
const PEER_SIZES: [(u32, u32); 3] = [(100, 10), (200, 20), (400, 40)];

/// The peer is stopped after this many seconds.
const PATIENCE: u32 = 600;

/// Pods and policies of seven shapes that both are asked about after they have read them.
const VARIED: [(u32, u32); 3] = [(100, 10), (300, 30), (1_000, 100)];

/// What is measured, each a word that may follow `cargo xtask bench`.
const PARTS: [&str; 3] = ["engine", "peer", "page"];

/// Measures the engine natively, a peer beside it, and the finished page in Chromium, or the parts that are named; a
/// figure over its limit is an error.
pub fn bench(shell: &Shell, parts: &[String]) -> Outcome {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!(
            "unknown part `{unknown}`; expected: {}",
            PARTS.join(", ")
        ));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    let mut outcome = Ok(());
    if wanted("engine") {
        outcome = outcome.and(step("the engine, native (benches/)", || {
            shell.run("cargo bench --locked --package kubehop --benches")
        }));
    }
    if wanted("peer") {
        outcome = outcome.and(step(
            "a peer of `reach`, on the same manifests",
            || match installed(shell) {
                Ok(tool) => peer(shell, &tool),
                Err(why) => {
                    println!("   !!! DID NOT RUN: {why}");
                    Ok(())
                }
            },
        ));
    }
    if wanted("page") {
        web::build(shell)?;
        outcome = outcome.and(step("the page, in Chromium (web/bench/)", || {
            shell.run("node web/bench/run.mjs")
        }));
    }
    outcome
}

/// The peer's program. It is no part of the project: without Python or a package registry there is none.
fn installed(shell: &Shell) -> Result<String, String> {
    let tool = format!("{PEER_FOLDER}/bin/nca");
    if !shell.path(&tool).exists() {
        shell.run(&format!("python3 -m venv {PEER_FOLDER}"))?;
        shell.run(&format!("{PEER_FOLDER}/bin/pip install --quiet {PEER}"))?;
    }
    Ok(tool)
}

/// Times the peer and `kubehop reach` on manifests that the benchmark writes: whole programs, from the files to a
/// file with every pair.
fn peer(shell: &Shell, tool: &str) -> Outcome {
    shell.run("cargo build --quiet --release --locked --package kubehop --bin kubehop")?;
    let builds = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let program = shell.path(&builds).join("release/kubehop");
    let (program, folder) = (program.display(), shell.path(PEER_FOLDER));
    let folder = folder.display().to_string();
    after_reading(shell, &folder, &program.to_string())?;
    for (pods, policies) in PEER_SIZES {
        shell.run(&format!(
            "cargo bench --locked --package kubehop --bench reach -- --write {folder} {pods} {policies}"
        ))?;
        let files = format!("{folder}/objects.yaml {folder}/policies.yaml");
        let ours = timed(shell, &format!("{program} reach {files} --output csv"))?;
        let theirs = timed(
            shell,
            &format!(
                "timeout {PATIENCE} {tool} --connectivity {folder}/policies.yaml -n {folder}/objects.yaml \
                 -p {folder}/objects.yaml --output_format txt_no_fw_rules --file_out {folder}/answer.txt"
            ),
        );
        let size = format!("{pods} pods, {policies} policies");
        let ours_text = milliseconds(ours);
        match theirs {
            Ok(theirs) => println!(
                "   {size}: kubehop {ours_text}, {PEER} {}, {:.0} times as long",
                seconds(theirs),
                theirs.as_secs_f64() / ours.as_secs_f64()
            ),
            Err(why) => println!(
                "   {size}: kubehop {ours_text}, {PEER} no answer within {PATIENCE} s, more than {:.0} times as long ({why})",
                f64::from(PATIENCE) / ours.as_secs_f64()
            ),
        }
    }
    Ok(())
}

/// Times both on the same manifests without the time to read them: the connectivity of all peers, and that with every
/// pair. The peer's is processor time, so that other work on the machine does not count against it. Both answers must give
/// the same ports to the same pairs of pods.
fn after_reading(shell: &Shell, folder: &str, program: &str) -> Outcome {
    let bench = "cargo bench --locked --package kubehop --bench reach --";
    for (pods, policies) in VARIED {
        shell.run(&format!(
            "{bench} --write-varied {folder} {pods} {policies}"
        ))?;
        let ours = said(shell, &format!("{bench} --time {folder}"))?;
        let [objects, policies_file, answer, own] =
            ["objects.yaml", "policies.yaml", "answer.txt", "ours.csv"]
                .map(|name| format!("{folder}/{name}"));
        let pairs = said(
            shell,
            &format!("{program} reach {objects} {policies_file} --output csv"),
        )?;
        std::fs::write(&own, pairs).map_err(|error| format!("{own}: {error}"))?;
        let theirs = said(
            shell,
            &format!(
                "{PEER_FOLDER}/bin/python benches/peer.py {PATIENCE} {objects} {policies_file} {answer} {own}"
            ),
        )?;
        for what in ["connections", "pairs"] {
            let Some(own) = figure(&ours, what) else {
                continue;
            };
            let (sign, other) = match (figure(&theirs, what), figure(&theirs, "none")) {
                (Some(other), _) => ("", other),
                (None, Some(patience)) => ("more than ", patience),
                (None, None) => continue,
            };
            println!(
                "   {pods} pods, {policies} policies of seven shapes, {what} after reading: kubehop {:.2} ms, {PEER} {sign}{other:.2} s, {sign}{:.0} times as long",
                own * 1_000.0,
                other / own
            );
        }
        let Some(different) = figure(&theirs, "different") else {
            println!("   the answers were not compared: {PEER} gave none");
            continue;
        };
        let same = figure(&theirs, "same").unwrap_or_default();
        println!("   both give the same ports to {same} pairs of pods, others to {different}");
        if different > 0.0 {
            return Err(format!("the answers differ:\n{theirs}"));
        }
    }
    Ok(())
}

/// What a command prints, whether it ends well or not.
fn said(shell: &Shell, line: &str) -> Result<String, String> {
    let mut command = shell.command(line);
    let output = command.stderr(Stdio::null()).output();
    let output = output.map_err(|error| format!("{line}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The number after a word at the start of a line.
fn figure(text: &str, word: &str) -> Option<f64> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(word)?.trim().parse().ok())
}

/// How long a command takes, without what it says.
fn timed(shell: &Shell, line: &str) -> Result<Duration, String> {
    let mut command = shell.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    finish(line, command)?;
    Ok(start.elapsed())
}

fn milliseconds(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}
