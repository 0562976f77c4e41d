//! The Linux kernel as a judge: scenarios become labs (`kubehop lab`), their flows are fired for
//! real, and what arrives where, from which address, must be what the simulator says.
//!
//! The flows of the built-in scenarios run with every `cargo test`; `cargo xtask lab` generates
//! scenarios. Needs root, `ip`, `unshare` and iptables; where that is missing the tests say that
//! no packet was sent. A scenario that differs is shrunk: documents are left out as long as
//! the difference stays.

#![cfg(feature = "cli")]
#![allow(
    clippy::disallowed_methods,
    reason = "a real kernel takes real time; none of this reaches the browser"
)]

#[path = "lab/generate.rs"]
mod generate;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kubehop::model::document::Document;
use kubehop::scenarios;

/// Flows of a generated scenario.
const FLOWS: usize = 60;
/// How often each is fired.
const SHOTS: usize = 6;
/// How often a scenario that differs is built again to make it smaller.
const SHRINKS: usize = 150;
/// Labs at once.
const AT_ONCE: usize = 2;

/// The two implementations of the iptables commands: over nftables, and the old interface.
const VARIANTS: [&str; 2] = ["iptables-nft-restore", "iptables-legacy-restore"];

fn silent(command: &[&str]) -> bool {
    let mut command = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    command
        .as_mut()
        .is_ok_and(|child| child.wait().is_ok_and(|status| status.success()))
}

/// Says something even where the test harness swallows the output of a test that passes.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Takes away what an earlier run left that was killed.
fn sweep() {
    for entry in fs::read_dir(env!("CARGO_TARGET_TMPDIR"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name
            .strip_prefix("kht")
            .and_then(|rest| rest.split_once('x'));
        let Some((process, _)) = process.filter(|(process, _)| process.parse::<u32>().is_ok())
        else {
            continue;
        };
        if !Path::new("/proc").join(process).exists() {
            let _ = Command::new(entry.path().join("lab/down"))
                .env("LAB", &name)
                .output();
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

static LABS: AtomicUsize = AtomicUsize::new(0);

/// A name for a lab that no other has, and that says whose it is.
fn unused_name() -> String {
    let number = LABS.fetch_add(1, Ordering::Relaxed);
    format!("kht{}x{number}", std::process::id())
}

/// The iptables-restore commands that work in network namespaces of this machine.
fn variants() -> Vec<&'static str> {
    sweep();
    let name = unused_name();
    let named = silent(&["ip", "netns", "add", &name]) && silent(&["ip", "netns", "del", &name]);
    let loads = |variant: &&&str| {
        let script = format!("printf '*nat\\nCOMMIT\\n' | {variant}");
        silent(&["unshare", "--net", "sh", "-c", &script])
    };
    VARIANTS
        .iter()
        .filter(|it| named && loads(it))
        .copied()
        .collect()
}

/// A lab that is up; taken away when dropped.
struct Lab {
    folder: PathBuf,
    name: String,
    variant: &'static str,
}

impl Lab {
    fn up(files: &[(String, String)], variant: &'static str) -> Self {
        let name = unused_name();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::create_dir_all(folder.join("scenario")).unwrap();
        for (index, (_, text)) in files.iter().enumerate() {
            fs::write(folder.join(format!("scenario/{index}.yaml")), text).unwrap();
        }
        let lab = Self {
            folder,
            name,
            variant,
        };
        let written = Command::new(env!("CARGO_BIN_EXE_kubehop"))
            .arg("lab")
            .args([
                lab.folder.join("scenario"),
                "-o".into(),
                lab.folder.join("lab"),
            ])
            .output()
            .unwrap();
        assert!(
            written.status.code() != Some(2) || lab.folder.join("lab/up").exists(),
            "{}",
            text(&written)
        );
        let up = lab.script("up", &[]);
        assert!(up.status.success(), "up: {}", text(&up));
        lab
    }

    fn script(&self, script: &str, arguments: &[&str]) -> Output {
        Command::new(self.folder.join("lab").join(script))
            .args(arguments)
            .env("LAB", &self.name)
            .env("KUBEHOP", env!("CARGO_BIN_EXE_kubehop"))
            .env("IPTABLES_RESTORE", self.variant)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Fires every flow `shots` times and compares.
    fn judge(&self, shots: usize) -> Judgement {
        let output = self.script("probe", &["--count", &shots.to_string()]);
        let text = text(&output);
        assert!(output.status.code() != Some(2), "probe: {text}");
        Judgement::read(&text)
    }

    /// The rules that one packet of a flow met, on every node and in the fabric.
    fn counters(&self, flow: &str) -> String {
        let read = |file: &str| fs::read_to_string(self.folder.join("lab").join(file)).unwrap();
        let flows = read("flows");
        let Some(line) = flows
            .lines()
            .find(|line| line.split('\t').next() == Some(flow))
        else {
            return String::new();
        };
        let words: Vec<&str> = line.split('\t').collect();
        let places = read("places");
        let named = places
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>());
        let mut from = named
            .filter(|place| place[0] == words[1])
            .map(|place| place[2]);
        let namespaces = read("namespaces");
        let mut met = String::new();
        let nodes: Vec<&str> = namespaces
            .lines()
            .filter(|id| id.starts_with(['n', 'f']))
            .collect();
        let family = self.variant.trim_end_matches("-restore");
        let inside = |id: &str, command: &str| {
            let namespace = format!("{}-{id}", self.name);
            Command::new("ip")
                .args(["netns", "exec", &namespace, "sh", "-c", command])
                .output()
        };
        let zero = format!("for table in mangle nat filter; do {family} -t $table -Z; done");
        for id in &nodes {
            let _ = inside(id, &zero);
        }
        let (address, port) = words[3].rsplit_once(':').unwrap();
        let seen = self.script(
            "probe",
            &[from.next().unwrap_or_default(), address, port, words[2]],
        );
        let _ = writeln!(met, "one more packet: {}", text(&seen).trim());
        for id in &nodes {
            if let Ok(saved) = inside(id, &format!("{family}-save -c")) {
                let saved = text(&saved);
                for rule in saved
                    .lines()
                    .filter(|line| line.starts_with('[') && !line.starts_with("[0:0]"))
                {
                    let _ = writeln!(met, "  {id} {rule}");
                }
            }
        }
        met
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.script("down", &[]);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What a lab says about its flows.
#[derive(Debug, Default)]
struct Judgement {
    flows: usize,
    packets: usize,
    left_out: usize,
    /// Flows that differ, each with what is said about it.
    differences: Vec<(String, String)>,
}

impl Judgement {
    fn read(text: &str) -> Self {
        let mut all = Self::default();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("DIFFERS ") {
                let name = rest.split(':').next().unwrap_or_default();
                all.differences.push((name.to_owned(), format!("{line}\n")));
            } else if line.starts_with("  ")
                && let Some((_, told)) = all.differences.last_mut()
            {
                let _ = writeln!(told, "{line}");
            }
        }
        let summary: Vec<usize> = text
            .lines()
            .last()
            .unwrap_or_default()
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect();
        let [flows, packets, differences, left_out] = *summary else {
            panic!("probe ends with no summary:\n{text}");
        };
        assert_eq!(differences, all.differences.len(), "{text}");
        (all.flows, all.packets, all.left_out) = (flows, packets, left_out);
        all
    }

    fn add(&mut self, other: Self) {
        self.flows += other.flows;
        self.packets += other.packets;
        self.left_out += other.left_out;
        self.differences.extend(other.differences);
    }
}

/// Builds a lab of documents and compares.
fn judge(documents: &[String], variant: &'static str, shots: usize) -> Judgement {
    Lab::up(&[("scenario".to_owned(), documents.join("---\n"))], variant).judge(shots)
}

fn is_flow(document: &str) -> bool {
    document.contains("kind: Flow")
}

/// The smallest scenario that still differs about a flow, as far as leaving documents out goes.
fn shrink(
    documents: &[String],
    flow: &str,
    differs: &mut dyn FnMut(&[String]) -> bool,
) -> Vec<String> {
    let wanted =
        |document: &&String| !is_flow(document) || document.contains(&format!("name: {flow}}}"));
    let mut smallest: Vec<String> = documents.iter().filter(wanted).cloned().collect();
    let mut tries = 0;
    let mut at = smallest.len();
    while at > 0 && tries < SHRINKS {
        at -= 1;
        if is_flow(&smallest[at]) {
            continue;
        }
        let mut less = smallest.clone();
        less.remove(at);
        tries += 1;
        if differs(&less) {
            smallest = less;
        }
    }
    smallest
}

/// All that helps to find out who is wrong: the scenario, and the walks of both.
fn report(documents: &[String], variant: &'static str, flow: &str, told: &str) -> String {
    let small = shrink(documents, flow, &mut |less| {
        let judged = judge(less, variant, SHOTS);
        judged.differences.iter().any(|(name, _)| name == flow)
    });
    let lab = Lab::up(&[("scenario".to_owned(), small.join("---\n"))], variant);
    let walk = Command::new(env!("CARGO_BIN_EXE_kubehop"))
        .arg("trace")
        .arg(lab.folder.join("scenario"))
        .args(["--flow", flow])
        .output()
        .unwrap();
    format!(
        "{told}\nthe smallest scenario that differs:\n{}\nthe simulator's walk:\n{}\nthe kernel's ({variant}):\n{}",
        small.join("---\n"),
        text(&walk),
        lab.counters(flow)
    )
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// `cargo xtask lab`; the check `lab` runs it with few scenarios.
#[test]
#[ignore = "takes its time; `cargo xtask lab` runs it"]
fn the_kernel_agrees_about_generated_scenarios() {
    let variants = variants();
    assert!(
        !variants.is_empty(),
        "this machine allows no network namespaces with iptables"
    );
    let (scenarios, seed) = (
        number("KUBEHOP_LAB_SCENARIOS", 4),
        number("KUBEHOP_LAB_SEED", 1),
    );
    let queue = Mutex::new(0..scenarios);
    let all = Mutex::new(Judgement::default());
    let reports = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some(index) = queue.lock().unwrap().next() else {
                break;
            };
            let documents =
                generate::scenario(seed.wrapping_mul(1_000_003).wrapping_add(index), FLOWS);
            let variant = variants[usize::try_from(index).unwrap() % variants.len()];
            let judged = judge(&documents, variant, SHOTS);
            let first = judged.differences.first().cloned();
            let mut words = String::new();
            for (_, told) in &judged.differences {
                words += told;
            }
            let line = format!(
                "scenario {index}: {} flows, {} packets, {} left out, {} differences\n{words}",
                judged.flows,
                judged.packets,
                judged.left_out,
                judged.differences.len()
            );
            say(line.trim_end());
            all.lock().unwrap().add(judged);
            if let Some((flow, told)) = first {
                // Only some are made small: that takes long, and one fault shows in many scenarios.
                let first_ones = reports.lock().unwrap().len() < 3;
                if first_ones {
                    let report = report(&documents, variant, &flow, &told);
                    reports
                        .lock()
                        .unwrap()
                        .push(format!("scenario {index} of seed {seed}: {report}"));
                }
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
    let all = all.into_inner().unwrap();
    println!(
        "lab: {scenarios} scenarios (seed {seed}), {} flows compared, {} packets sent, {} flows left out, {} differences",
        all.flows,
        all.packets,
        all.left_out,
        all.differences.len()
    );
    assert!(
        all.differences.is_empty(),
        "\n{}",
        reports.into_inner().unwrap().join("\n\n")
    );
}

/// The files of every built-in scenario.
fn built_in() -> Vec<(&'static str, Document)> {
    scenarios::ALL
        .iter()
        .map(|scenario| (scenario.id, scenario.document()))
        .collect()
}

fn files(document: &Document) -> Vec<(String, String)> {
    document
        .files
        .iter()
        .map(|file| (file.name.to_string(), file.text.to_string()))
        .collect()
}

#[test]
fn the_kernel_agrees_about_the_built_in_scenarios() {
    let variants = variants();
    if variants.is_empty() {
        say("SKIPPED: no packet was sent, this machine allows no network namespaces with iptables");
        return;
    }
    let mut all = Judgement::default();
    for (index, (id, document)) in built_in().iter().enumerate() {
        let lab = Lab::up(&files(document), variants[index % variants.len()]);
        let judged = lab.judge(SHOTS);
        for (_, told) in &judged.differences {
            say(&format!("{id}: {told}"));
        }
        all.add(judged);
    }
    assert!(
        all.differences.is_empty(),
        "{} flows differ",
        all.differences.len()
    );
    assert!(all.flows > 20, "only {} flows were fired", all.flows);
}

/// The test cluster of the rules' own goldens: every kind of Service, both plugins, both variants.
#[test]
fn the_kernel_agrees_about_every_kind_of_service() {
    let variants = variants();
    if variants.is_empty() {
        say("SKIPPED: no packet was sent, this machine allows no network namespaces with iptables");
        return;
    }
    let hosts = "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {name: client}\nspec: {network: internet, ip: 203.0.113.9}\n---\napiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {name: vm-a}\nspec: {subnet: net/vms, ip: 10.1.1.4}\n";
    for (index, cluster) in [
        include_str!("netfilter/kubenet.yaml"),
        include_str!("netfilter/azure-cni.yaml"),
    ]
    .into_iter()
    .enumerate()
    {
        let documents = [cluster, include_str!("netfilter/services.yaml"), hosts]
            .map(str::to_owned)
            .to_vec();
        let documents = generate::with_flows(documents, &mut generate::Random::new(1), 200);
        let judged = judge(&documents, variants[index % variants.len()], SHOTS);
        let told: String = judged
            .differences
            .iter()
            .map(|(_, told)| told.as_str())
            .collect();
        assert!(told.is_empty(), "{told}");
        assert!(judged.flows > 100, "only {} flows were fired", judged.flows);
    }
}

#[test]
fn a_real_clients_later_connections_follow_session_affinity() {
    let Some(variant) = variants().first().copied() else {
        say("SKIPPED: no packet was sent, this machine allows no network namespaces with iptables");
        return;
    };
    let mut scenario = vec![include_str!("../src/scenarios/shared/azure.yaml").to_owned()];
    scenario.push(include_str!("../src/scenarios/kubenet/cluster.yaml").to_owned());
    for (name, address) in [
        ("w0", "10.244.0.30"),
        ("w1", "10.244.1.30"),
        ("w2", "10.244.1.31"),
    ] {
        let node = if address.starts_with("10.244.0.") {
            "n0"
        } else {
            "n1"
        };
        scenario.push(format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: sticky}}}}\nspec: {{nodeName: {node}, containers: [{{name: c, image: c, ports: [{{containerPort: 8080}}]}}]}}\nstatus: {{podIP: {address}}}\n"
        ));
    }
    scenario.push("apiVersion: v1\nkind: Service\nmetadata: {name: sticky}\nspec: {clusterIP: 10.0.0.77, selector: {app: sticky}, sessionAffinity: ClientIP, ports: [{port: 80, targetPort: 8080}]}\n".to_owned());
    let lab = Lab::up(&[("scenario".to_owned(), scenario.join("---\n"))], variant);
    let ask = || text(&lab.script("probe", &["pod/default/p0", "10.0.0.77", "80"]));
    let first = ask();
    assert!(first.starts_with("answered by pod/default/w"), "{first}");
    for _ in 0..12 {
        assert_eq!(ask(), first);
    }
}

#[test]
fn the_same_seed_makes_the_same_scenario_with_flows_to_fire() {
    assert_eq!(generate::scenario(7, 20), generate::scenario(7, 20));
    assert_ne!(generate::scenario(7, 20), generate::scenario(8, 20));
    for seed in 0..20 {
        let documents = generate::scenario(seed, 20);
        let flows = documents
            .iter()
            .filter(|document| is_flow(document))
            .count();
        assert_eq!(flows, 20, "seed {seed}");
        let simulation =
            kubehop::engine::simulation::Simulation::new(&generate::document(&documents));
        let errors: Vec<_> = simulation
            .diagnostics
            .iter()
            .filter(|it| it.severity == kubehop::model::diagnostic::Severity::Error)
            .collect();
        assert!(errors.is_empty(), "seed {seed}: {errors:?}");
    }
}

#[test]
fn a_scenario_that_differs_is_shrunk_to_what_matters() {
    let documents: Vec<String> = [
        "a",
        "b",
        "c",
        "kind: Flow\nmetadata: {name: f1}",
        "kind: Flow\nmetadata: {name: f2}",
    ]
    .map(str::to_owned)
    .to_vec();
    let small = shrink(&documents, "f2", &mut |less| less.contains(&"b".to_owned()));
    assert_eq!(small, ["b", "kind: Flow\nmetadata: {name: f2}"]);
}
