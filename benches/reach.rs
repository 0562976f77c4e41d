//! `reach` at three numbers of pods and three of policies: computing the answer, looking up every ordered pair,
//! and an edited policy.
//!
//! Run with `cargo bench --bench reach`. The clusters come from a seed and are the same everywhere.
//! `cargo bench --bench reach -- --write DIR PODS POLICIES` writes such a cluster as manifests, for other tools
//! (1,000 and 100 where no numbers are given), `--write-varied` one whose policies have seven shapes; `--time DIR`
//! times the answer about what was written.

mod measure;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use kubehop::engine::reach::Reach;
use kubehop::engine::simulation::Simulation;

use measure::clusters::{policies as texts, varied};
use measure::{growth, median, resident, simulation};

/// Pods and policies of the largest cluster, which comes first, so that the memory at its height is that of
/// one cluster.
const LARGEST: (usize, usize) = (10_000, 1_000);

/// Numbers of pods under as many policies as in the middle of [`POLICIES`], and the other way round.
const PODS: [usize; 3] = [100, 1_000, 10_000];
const POLICIES: [usize; 3] = [10, 100, 1_000];

/// The files of a cluster.
const FILES: [&str; 2] = ["objects.yaml", "policies.yaml"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = |at: usize| Path::new(arguments.get(at + 1).map_or(".", String::as_str));
    let position = |flag: &str| arguments.iter().position(|it| it == flag);
    if let Some(at) = position("--time") {
        time(folder(at));
        return;
    }
    let varies = position("--write-varied");
    if let Some(at) = varies.or_else(|| position("--write")) {
        let number = |place: usize, usual| {
            let written = arguments.get(at + place).map(|text| text.parse());
            written.and_then(Result::ok).unwrap_or(usual)
        };
        let (pods, policies) = (number(2, 1_000), number(3, 100));
        let texts = if varies.is_some() {
            varied(pods, policies)
        } else {
            texts(pods, policies, "192.0.2")
        };
        for (name, text) in FILES.into_iter().zip(texts) {
            let path = folder(at).join(name);
            if let Err(error) = std::fs::write(&path, text) {
                eprintln!("{}: {error}", path.display());
            }
        }
        return;
    }
    reach_at(LARGEST.0, LARGEST.1);
    let (pods, policies) = (PODS[1], POLICIES[1]);
    let by_pods = PODS.map(|count| (count, reach_at(count, policies)));
    let by_policies = POLICIES.map(|count| (count, reach_at(pods, count)));
    let ways = [("reach", 0), ("reach and all pairs looked up", 1)];
    for (what, index) in ways {
        let of = |(count, times): (usize, [Duration; 2])| (count, times[index]);
        growth(
            what,
            &format!("pods under {policies} policies"),
            &by_pods.map(of),
        );
        growth(
            what,
            &format!("policies for {pods} pods"),
            &by_policies.map(of),
        );
    }
}

/// Prints medians for the manifests of a folder, after reading them: `connections`, who may talk to whom; `pairs`, that
/// and every ordered pair with a connection looked up.
fn time(folder: &Path) {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let files = FILES.map(|name| (name.to_owned(), text(name)));
    let simulation = simulation(files.into());
    let network = simulation.network();
    let compute = median(51, || {
        black_box(Reach::of(black_box(network)));
    });
    let mut allowed = 0_usize;
    let list = median(15, || {
        let mut reach = Reach::of(network);
        allowed = 0;
        reach.each(|_, _, _| allowed += 1);
        black_box(allowed);
    });
    println!("connections {:.6}", compute.as_secs_f64());
    println!("pairs {:.6}", list.as_secs_f64());
    println!("allowed {allowed}");
}

fn reach_at(pods: usize, policies: usize) -> [Duration; 2] {
    let simulation = cluster(pods, policies, "192.0.2");
    let network = simulation.network();
    let memory = resident();
    let rounds = if pods > 1_000 { 5 } else { 51 };
    let compute = median(rounds, || {
        black_box(Reach::of(black_box(network)));
    });
    let mut allowed = 0_usize;
    let list = median(rounds.min(15), || {
        let mut reach = Reach::of(network);
        allowed = 0;
        reach.each(|_, _, _| allowed += 1);
        black_box(allowed);
    });
    let edited = cluster(pods, policies, "198.51.100");
    let edit = median(rounds, || {
        black_box(Reach::of(black_box(edited.network())));
    });
    let reach = Reach::of(network);
    let grown = resident().saturating_sub(memory);
    println!(
        "reach: {pods} pods, {policies} policies: computed in {compute:?}; computed and all {} pairs looked up in {list:?} ({allowed} with a connection); \
         after an edited policy {edit:?}; {} kinds of pods, {} MB more resident memory at its height",
        reach.peers.len() * reach.peers.len().saturating_sub(1),
        reach.kinds(),
        grown / 1_000_000
    );
    [compute, list]
}

fn cluster(pods: usize, policies: usize, block: &str) -> Simulation {
    let [objects, rules] = texts(pods, policies, block);
    simulation(vec![
        ("objects.yaml".to_owned(), objects),
        ("policies.yaml".to_owned(), rules),
    ])
}
