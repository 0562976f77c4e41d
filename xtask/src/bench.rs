//! `cargo xtask bench`: the figures of the README.

use std::time::Instant;

use crate::shell::{Outcome, Shell, seconds, step};
use crate::web;

/// What `reach` is held against, and where it is installed for that.
const PEER: &str = "network-config-analyzer==2.1.0";
const PEER_FOLDER: &str = "target/peer";

/// The peer is stopped after this many seconds.
const PATIENCE: &str = "300";

/// Measures the engine natively and the finished page in Chromium; a figure over its limit is an error.
pub fn bench(shell: &Shell) -> Outcome {
    let engine = step("the engine, native (benches/)", || {
        shell.run("cargo bench --locked --package kubehop --benches")
    });
    let peer = step(
        "a peer of `reach`, on the same 1,000 pods and 100 policies",
        || {
            if let Err(why) = peer(shell) {
                println!("   !!! DID NOT RUN: {why}");
            }
            Ok(())
        },
    );
    web::build(shell)?;
    let page = step("the page, in Chromium (web/bench/)", || {
        shell.run("node web/bench/run.mjs")
    });
    engine.and(peer).and(page)
}

/// Times the peer on the manifests that the benchmark writes. It is no part of the project: without it,
/// or without Python, this says so.
fn peer(shell: &Shell) -> Outcome {
    let tool = format!("{PEER_FOLDER}/bin/nca");
    if !shell.path(&tool).exists() {
        shell.run(&format!("python3 -m venv {PEER_FOLDER}"))?;
        shell.run(&format!("{PEER_FOLDER}/bin/pip install --quiet {PEER}"))?;
    }
    let folder = shell.path(PEER_FOLDER);
    let folder = folder.display();
    shell.run(&format!(
        "cargo bench --locked --package kubehop --bench reach -- --write {folder}"
    ))?;
    let start = Instant::now();
    let answered = shell.run(&format!(
        "timeout {PATIENCE} {tool} --connectivity {folder}/policies.yaml -n {folder}/objects.yaml \
         -p {folder}/objects.yaml --output_format txt_no_fw_rules --file_out {folder}/answer.txt"
    ));
    let took = seconds(start.elapsed());
    match answered {
        Ok(()) => println!("   {PEER}: every pair in {took}, reading the files included"),
        Err(why) => println!("   {PEER}: no answer after {took} ({why})"),
    }
    Ok(())
}
