//! What the benchmarks share: the clock, medians, how cost grows, and a cluster of any size.

#![allow(
    dead_code,
    reason = "each benchmark is a program of its own and uses a part"
)]

pub mod clusters;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;

/// The median time of `run` over so many rounds.
#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; nothing depends on it"
)]
pub fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

/// How many times as long `a` takes as `b`.
pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// Prints how the cost of `what` grows with the number of `of`, measured at several sizes in this run:
/// each with how many times the cost of the one before it.
pub fn growth(what: &str, of: &str, measured: &[(usize, Duration)]) {
    let mut text = format!("growth: {what}, by {of}:");
    let mut before: Option<Duration> = None;
    for (size, time) in measured {
        // Writing to a string cannot fail.
        let _ = write!(text, " {size} in {time:?}");
        if let Some(before) = before {
            let _ = write!(text, " (x {:.2})", ratio(*time, before));
        }
        text.push(';');
        before = Some(*time);
    }
    println!("{}", text.trim_end_matches(';'));
}

/// Numbers of a seed (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let sides = u64::try_from(sides).unwrap_or(1);
        usize::try_from((mixed ^ (mixed >> 31)) % sides).unwrap_or_default()
    }
}

/// Files as a scenario with everything that follows from them.
pub fn simulation(texts: Vec<(String, String)>) -> Simulation {
    let (document, _) = Document::from_texts(texts);
    Simulation::new(&document)
}

/// Memory of this process at its height, in bytes; 0 where the system does not tell.
pub fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0_usize) * 1_000
}
