//! `reach` at three sizes: computing the answer, looking up every ordered pair, and an edited policy.
//!
//! Run with `cargo bench --bench reach`. The clusters come from a seed and are the same everywhere.
//! `cargo bench --bench reach -- --write DIR PODS POLICIES` writes such a cluster as manifests, for other tools
//! (1,000 and 100 where no numbers are given).

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kubehop::engine::reach::Reach;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;

/// Pods and policies; the largest first, so that the memory at its height is that of one cluster.
const SIZES: [(usize, usize); 3] = [(10_000, 1_000), (1_000, 100), (100, 10)];

/// Pods of a namespace.
const NAMESPACE: usize = 100;

/// Numbers of a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let sides = u64::try_from(sides).unwrap_or(1);
        usize::try_from((mixed ^ (mixed >> 31)) % sides).unwrap_or_default()
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|it| it == "--write") {
        let folder = arguments.get(at + 1).map_or(".", String::as_str);
        let number = |place: usize, usual| {
            let written = arguments.get(at + place).map(|text| text.parse());
            written.and_then(Result::ok).unwrap_or(usual)
        };
        let [objects, policies] = texts(number(2, 1_000), number(3, 100), "192.0.2");
        for (name, text) in [("objects.yaml", objects), ("policies.yaml", policies)] {
            let path = std::path::Path::new(folder).join(name);
            if let Err(error) = std::fs::write(&path, text) {
                eprintln!("{}: {error}", path.display());
            }
        }
        return;
    }
    let mut before: Option<[Duration; 2]> = None;
    for (pods, policies) in SIZES {
        let measured = measure(pods, policies);
        if let Some(larger) = before {
            let ratio = |index: usize| larger[index].as_secs_f64() / measured[index].as_secs_f64();
            println!(
                "reach: ten times as many pods and policies as {pods}/{policies} cost {:.1} times as much to compute, {:.1} times to list",
                ratio(0),
                ratio(1)
            );
        }
        before = Some(measured);
    }
}

fn measure(pods: usize, policies: usize) -> [Duration; 2] {
    let simulation = simulation(pods, policies, "192.0.2");
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
    let edited = self::simulation(pods, policies, "198.51.100");
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

fn simulation(pods: usize, policies: usize, block: &str) -> Simulation {
    let [objects, rules] = texts(pods, policies, block);
    let texts = vec![
        ("objects.yaml".to_owned(), objects),
        ("policies.yaml".to_owned(), rules),
    ];
    let (document, _) = Document::from_texts(texts);
    Simulation::new(&document)
}

/// Manifests of pods in namespaces of a hundred, and of policies for them; the first policy names `block`.
fn texts(pods: usize, policies: usize, block: &str) -> [String; 2] {
    let mut dice = Dice(7);
    let spaces = pods.div_ceil(NAMESPACE);
    let mut objects = String::new();
    let mut put = |line: String| {
        objects.push_str(&line);
        objects.push_str("\n---\n");
    };
    for space in 0..spaces {
        put(format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: ns{space}, labels: {{team: t{}}}}}}}",
            space % 7
        ));
    }
    for pod in 0..pods {
        let (app, tier) = (dice.roll(10), dice.roll(3));
        put(format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{pod}, namespace: ns{}, labels: {{app: a{app}, tier: t{tier}, id: i{pod}}}}}, \
             spec: {{containers: [{{name: c, image: i, ports: [{{name: web, containerPort: {}}}]}}]}}, status: {{podIP: 10.{}.{}.{}}}}}",
            pod % spaces,
            8000 + app,
            64 + pod / 62_500,
            pod / 250 % 250,
            pod % 250 + 4
        ));
    }
    let mut rules = String::new();
    for policy in 0..policies {
        let block = if policy == 0 {
            format!("{block}.0/24")
        } else {
            format!("203.{}.{}.0/24", policy / 200, policy % 200)
        };
        let [app, peer, tier, team, port] = [10, 10, 3, 7, 50].map(|sides| dice.roll(sides));
        // Writing to a string cannot fail.
        let _ = write!(
            rules,
            "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: np{policy}, namespace: ns{}}}
spec:
  podSelector: {{matchLabels: {{app: a{app}}}}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{{podSelector: {{matchLabels: {{app: a{peer}}}}}}}, {{namespaceSelector: {{matchLabels: {{team: t{team}}}}}}}]
      ports: [{{port: {}}}, {{port: {}, endPort: {}}}]
    - from: [{{ipBlock: {{cidr: {block}}}}}]
      ports: [{{port: 443}}]
  egress:
    - to: [{{namespaceSelector: {{}}, podSelector: {{matchExpressions: [{{key: tier, operator: NotIn, values: [t{tier}]}}]}}}}]
    - ports: [{{port: 53, protocol: UDP}}]
---
",
            policy % spaces,
            8000 + port,
            9000 + port,
            9010 + port
        );
    }
    [objects, rules]
}

/// Memory of this process at its height, in bytes; 0 where the system does not tell.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0_usize) * 1_000
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; nothing depends on it"
)]
fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
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
