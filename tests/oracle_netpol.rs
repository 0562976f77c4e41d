//! Holds network policies against what third parties expect of them.
//!
//! The vectors (`../shared/oracles/netpol`, or the folder that `KUBEHOP_ORACLES` names) are the
//! Kubernetes conformance suite, cyclonus, kube-network-policies and np-guard. They are not part
//! of the project: without them the tests say loudly that they did not run.

#[path = "oracle_netpol/pairs.rs"]
mod pairs;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use kubehop::engine::policy::End;
use kubehop::engine::simulation::Simulation;
use kubehop::model::document::Document;
use kubehop::model::flow::{Flow, Target};
use kubehop::model::kube::Meta;
use kubehop::model::network::Network;
use kubehop::model::object::{Kind, Ref};
use kubehop::model::packet::Protocol;
use serde_json::Value;

fn oracles() -> PathBuf {
    std::env::var_os("KUBEHOP_ORACLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles"),
        PathBuf::from,
    )
}

/// A file of the vectors; without it a word past the test harness, which swallows what a passing test prints.
fn vectors(name: &str) -> Option<Value> {
    let path = oracles().join("netpol").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: there is no {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// Counts of one set of vectors.
#[derive(Default)]
struct Tally {
    total: usize,
    checks: usize,
    excused: Vec<String>,
    failed: Vec<String>,
}

impl Tally {
    fn report(&self, name: &str, at_least: usize) {
        let passed = self.total - self.excused.len() - self.failed.len();
        let _ = writeln!(
            std::io::stderr(),
            "{name}: {passed} of {} pass ({} checks), {} excused",
            self.total,
            self.checks,
            self.excused.len()
        );
        for reason in &self.excused {
            let _ = writeln!(std::io::stderr(), "  excused: {reason}");
        }
        assert!(self.failed.is_empty(), "{}", self.failed.join("\n"));
        assert!(self.total >= at_least, "{name} holds {} cases", self.total);
    }
}

fn simulation(texts: Vec<(String, String)>) -> Simulation {
    let (document, _) = Document::from_texts(texts);
    Simulation::new(&document)
}

fn of_objects<'a>(objects: impl Iterator<Item = &'a Value>) -> Simulation {
    let objects: Vec<&Value> = objects.collect();
    let text = serde_json::to_string(&objects).unwrap();
    simulation(vec![("case.json".to_owned(), text)])
}

/// Whether the policies at the sender and those at the receiver let a connection pass.
fn pass(
    simulation: &Simulation,
    ends: [&End<'_>; 2],
    protocol: &Value,
    port: &Value,
) -> (bool, bool) {
    let protocol: Protocol = text(protocol).parse().unwrap();
    let port = u16::try_from(port.as_u64().unwrap()).unwrap();
    let policies = simulation.dataplane.policies();
    policies.pass(simulation.network(), (*ends[0], *ends[1]), (protocol, port))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The pod `NAMESPACE/NAME` as an end of a connection.
fn pod_end<'a>(network: &'a Network, name: &str) -> End<'a> {
    let (namespace, name) = name.split_once('/').unwrap();
    let pod = network.pod(namespace, name).unwrap();
    End {
        address: pod.ip().unwrap(),
        pod: Some(pod),
    }
}

#[test]
fn the_conformance_suite_of_kubernetes_walks_as_expected() {
    let Some(index) = vectors("index.json") else {
        return;
    };
    let mut tally = Tally::default();
    for case in list(&index) {
        if case["suite"] != "k8s-e2e" {
            continue;
        }
        tally.total += 1;
        let folder = oracles().join("netpol");
        let manifests = fs::read_to_string(folder.join(text(&case["manifests"][0]))).unwrap();
        let simulation = simulation(vec![
            ("cluster.yaml".to_owned(), CLUSTER.to_owned()),
            ("manifests.yaml".to_owned(), manifests),
        ]);
        let expected = vectors(text(&case["expected"])).unwrap();
        let wrong: Vec<String> = list(&expected["expected"])
            .iter()
            .filter_map(|pair| {
                tally.checks += 2;
                let [from, to] = ["src", "dst"].map(|end| text(&pair[end]));
                let (namespace, name) = to.split_once('/').unwrap();
                let service = format!("s-{namespace}-{name}");
                let walked = [
                    Ref::scoped(Kind::Pod, namespace, name),
                    Ref::scoped(Kind::Service, namespace, service),
                ]
                .map(|to| walked(&simulation, from, to, &expected));
                let allowed = pair["allowed"] == true;
                (walked != [allowed; 2]).then(|| {
                    format!(
                        "{}: {from} > {to}: {walked:?} by address and by Service",
                        case["case"]
                    )
                })
            })
            .collect();
        if !wrong.is_empty() {
            tally.failed.push(wrong.join("\n"));
        }
    }
    tally.report("netpol/k8s-e2e", 65);
}

/// Pods of the suite have addresses of their own choice: a cluster around them that delivers to these.
const CLUSTER: &str = "
{type: Microsoft.Network/virtualNetworks, name: v, properties: {addressSpace: {addressPrefixes: [10.244.0.0/16]},
  subnets: [{name: nodes, properties: {addressPrefix: 10.244.0.0/16}}]}}
---
{type: Microsoft.ContainerService/managedClusters, name: c, properties: {
  networkProfile: {networkPlugin: azure, networkPolicy: calico, serviceCidr: 10.96.0.0/16, dnsServiceIP: 10.96.0.10},
  agentPoolProfiles: [{name: p, count: 3, vnetSubnetID: v/nodes}]}}
";

/// Whether the whole walk from a pod arrives; if it does not, it ends at a policy.
fn walked(simulation: &Simulation, from: &str, to: Ref, case: &Value) -> bool {
    let (namespace, name) = from.split_once('/').unwrap();
    let flow = Flow {
        meta: Meta::default(),
        from: Ref::scoped(Kind::Pod, namespace, name),
        to: Target::Place(to),
        protocol: text(&case["protocol"]).parse().unwrap(),
        port: case["port"].as_u64().and_then(|port| port.try_into().ok()),
        expect: None,
    };
    let result = simulation.trace(&flow);
    let delivered = result.verdict.as_str() == "delivered";
    let connection = &result.branches[0].connection;
    let (_, last) = connection.original.last_step().unwrap();
    let refused = last.stage.as_str().starts_with("policy.");
    assert!(delivered || refused, "{}: {last:?}", flow.to);
    delivered
}

#[test]
fn cyclonus_gives_the_same_truth_tables() {
    let Some(file) = vectors("cyclonus/cases.json") else {
        return;
    };
    let mut tally = Tally::default();
    for case in list(&file["cases"]) {
        tally.total += 1;
        let base = list(&file["bases"][text(&case["base"])]);
        let simulation = of_objects(base.iter().chain(list(&case["policies"])));
        let network = simulation.network();
        let pods = list_of_pods(base);
        let mut wrong = Vec::new();
        for probe in list(&case["expected"]) {
            let denied: BTreeSet<String> = list(&probe["denied"])
                .iter()
                .map(|row| format!("{} > {} {}", text(&row[0]), text(&row[1]), text(&row[2])))
                .collect();
            let mut ours = BTreeSet::new();
            for (from, to) in pairs::distinct(&pods) {
                tally.checks += 1;
                let ends = [&pod_end(network, from), &pod_end(network, to)];
                let (out, into) = pass(&simulation, ends, &probe["protocol"], &probe["port"]);
                // Who blocks is told by the side that is asked first.
                match (out, into) {
                    (true, true) => {}
                    (false, _) => drop(ours.insert(format!("{from} > {to} E"))),
                    (true, false) => drop(ours.insert(format!("{from} > {to} I"))),
                }
            }
            let pair = |row: &String| row.rsplit_once(' ').unwrap().0.to_owned();
            let pairs = |rows: &BTreeSet<String>| rows.iter().map(pair).collect::<BTreeSet<_>>();
            if pairs(&denied) != pairs(&ours) {
                wrong.push(format!(
                    "{} {} {}: {:?}",
                    case["id"],
                    probe["protocol"],
                    probe["port"],
                    pairs(&denied).symmetric_difference(&pairs(&ours))
                ));
            }
        }
        if !wrong.is_empty() {
            tally.failed.push(wrong.join("\n"));
        }
    }
    tally.report("netpol/cyclonus", 135);
}

fn list_of_pods(objects: &[Value]) -> Vec<String> {
    let pods = objects.iter().filter(|object| object["kind"] == "Pod");
    pods.map(|pod| {
        let meta = &pod["metadata"];
        format!("{}/{}", text(&meta["namespace"]), text(&meta["name"]))
    })
    .collect()
}

#[test]
fn kube_network_policies_decides_packets_in_the_same_way() {
    let Some(file) = vectors("kube-network-policies/cases.json") else {
        return;
    };
    let mut tally = Tally::default();
    for case in list(&file["cases"]) {
        tally.total += 1;
        tally.checks += 1;
        let simulation = of_objects(list(&case["objects"]).iter());
        let network = simulation.network();
        let probe = &case["probe"];
        let end = |key: &str| {
            let address: IpAddr = text(&probe[key]).parse().unwrap();
            let pod = network.pods.iter().find(|pod| pod.ips.contains(&address));
            End { address, pod }
        };
        let ends = [&end("srcIP"), &end("dstIP")];
        let (out, into) = pass(&simulation, ends, &probe["protocol"], &probe["dstPort"]);
        if (out && into) != (case["allowed"] == true) {
            tally.failed.push(format!("{} {probe}", case["id"]));
        }
    }
    tally.report("netpol/kube-network-policies", 19);
}

/// np-guard takes pods in the network of their node for ordinary workloads, and lists pods that have ended.
const FRAME: [(&str, &str); 3] = [
    ("hostNetwork: true", "hostNetwork: false"),
    ("\"hostNetwork\": true", "\"hostNetwork\": false"),
    ("phase: Succeeded", "phase: Running"),
];

#[test]
fn np_guard_lists_the_same_connections() {
    let Some(index) = vectors("index.json") else {
        return;
    };
    let mut tally = Tally::default();
    for case in list(&index) {
        if case["suite"] != "np-guard" {
            continue;
        }
        tally.total += 1;
        let expected = vectors(text(&case["expected"])).unwrap();
        let name = text(&case["case"]);
        if expected.get("ambiguous").is_some() {
            let reason = text(&expected["ambiguous"]);
            tally.excused.push(format!("{name}: {reason}"));
            continue;
        }
        let folder = oracles().join("netpol");
        let files = list(&case["manifests"]).iter().map(|file| {
            let mut manifest = fs::read_to_string(folder.join(text(file))).unwrap();
            for (theirs, ours) in FRAME {
                manifest = manifest.replace(theirs, ours);
            }
            (text(file).to_owned(), manifest)
        });
        let around = [pairs::STRANGER, pairs::ELSEWHERE];
        let around = around.map(|text| (text.len().to_string(), text.to_owned()));
        let simulation = simulation(files.chain(around).collect());
        let wrong = pairs::differences(&simulation, &expected, &mut tally.checks);
        if !wrong.is_empty() {
            tally
                .failed
                .push(format!("{name}:\n  {}", wrong.join("\n  ")));
        }
    }
    tally.report("netpol/np-guard", 49);
}
