//! Problems as a Japanese reader sees them: nothing of what this project can find by its own inputs stays English.
//!
//! Origin: reasoned; the inputs are the project's cases, its fuzz corpus and the documents below, which have what no
//! case has.

mod english;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use english::untold;
use kubehop::engine::simulation::Simulation;
use kubehop::model::diagnostic::Diagnostic;
use kubehop::model::document::Document;
use kubehop::text::{Language, Texts};

/// Hosts and nodes in the wrong places, ranges upon each other, half a peering, a policy that nobody enforces.
const BAD_NETWORK: &str = "\
type: Microsoft.Network/virtualNetworks
name: v
properties:
  addressSpace: {addressPrefixes: [10.0.0.0/16, 10.0.1.0/24]}
  subnets:
    - {name: s, properties: {addressPrefix: 10.0.1.0/24}}
  virtualNetworkPeerings:
    - {name: half, properties: {remoteVirtualNetwork: {id: w}}}
---
type: Microsoft.Network/virtualNetworks
name: w
properties: {addressSpace: {addressPrefixes: [10.9.0.0/16]}}
---
type: Microsoft.Network/virtualNetworkGateways
name: g
properties: {ipConfigurations: [{properties: {subnet: {id: v/s}}}]}
---
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: private}
spec: {network: internet, ip: 10.5.5.5}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: bent}
spec: {from: internet, url: 'https://[::1/'}
---
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: kept}
spec: {subnet: v/s, ip: 10.0.1.1}
---
type: Microsoft.Network/localNetworkGateways
name: office
properties: {localNetworkAddressSpace: {addressPrefixes: [192.168.1.0/24]}}
---
apiVersion: kubehop.dev/v1
kind: Host
metadata: {name: away}
spec: {onPremises: office, ip: 192.168.9.9}
---
type: Microsoft.ContainerService/managedClusters
name: c
properties:
  networkProfile: {networkPlugin: azure, networkPolicy: none}
  agentPoolProfiles: [{name: p, count: 1, vnetSubnetID: v/s}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: idle, namespace: default}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: own
  namespace: default
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: own, uid: u}]
spec:
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}
---
apiVersion: v1
kind: Service
metadata: {name: two, namespace: default}
spec: {clusterIP: 10.0.0.7, clusterIPs: [10.0.0.8], ports: [{port: 80}]}
";

/// What the components of a node refuse, CoreDNS does not load, and the cloud provider does not make.
const BAD_CLUSTER: &str = "\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
detectLocalMode: BridgeInterface
---
apiVersion: v1
kind: ConfigMap
metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
data: {ip-masq: 'nonMasqueradeCIDRs: [10.0.0.1/8]'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: coredns-custom, namespace: kube-system}
data:
  a.server: |
    example.com:53 {
      nothing here
      forward . nobody
    }
---
apiVersion: v1
kind: Service
metadata: {name: timed, namespace: default, annotations: {service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: soon}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: sctp, namespace: default}
spec: {type: LoadBalancer, ports: [{port: 80, protocol: SCTP}]}
---
apiVersion: v1
kind: Service
metadata: {name: pinned, namespace: default}
spec: {type: LoadBalancer, loadBalancerIP: 20.9.9.9, ports: [{port: 80}]}
---
apiVersion: kubehop.dev/v1
kind: Event
metadata: {name: odd}
spec: {at: 5, stop: service/default/sctp}
";

/// An engine that nobody knows.
const STRANGE_ENGINE: &str = "\
type: Microsoft.ContainerService/managedClusters
name: c
properties:
  kubernetesVersion: newest
  networkProfile: {networkPlugin: azure, networkPolicy: strange}
  agentPoolProfiles: [{name: p, count: 1}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: idle, namespace: default}
spec: {podSelector: {}, policyTypes: [Ingress]}
";

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// Every problem of the project's own inputs.
fn problems() -> Vec<Diagnostic> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in [
        "tests/cases",
        "tests/data",
        "fuzz/corpus/documents",
        "src/scenarios",
    ] {
        files(&root.join(folder), &mut paths);
    }
    let texts = paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let own = [BAD_NETWORK, BAD_CLUSTER, STRANGE_ENGINE].map(str::to_owned);
    let mut problems = Vec::new();
    for text in texts.chain(own) {
        let (document, mut refused) = Document::from_texts(vec![("input.yaml".to_owned(), text)]);
        let simulation = Simulation::new(&document);
        problems.append(&mut refused);
        problems.extend(simulation.checks(&document));
        problems.extend(simulation.diagnostics);
    }
    problems
}

/// Everything that a problem says.
fn parts(texts: &Texts, problem: &Diagnostic) -> Vec<String> {
    let found = texts.diagnostic_found(problem).into_iter().flatten();
    let hint = texts.diagnostic_hint(problem);
    let message = texts.diagnostic_message(problem);
    found.chain(hint).chain([message]).collect()
}

#[test]
fn every_problem_that_the_projects_inputs_have_is_told_in_japanese() {
    let texts = Texts::new(Language::Ja);
    let english: BTreeSet<String> = problems()
        .iter()
        .filter_map(|problem| {
            let phrase = texts.phrase(&problem.message);
            untold(
                problem.code,
                &problem.message,
                &phrase,
                &parts(&texts, problem),
            )
        })
        .collect();
    let lines: Vec<String> = english.into_iter().collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn the_documents_above_have_the_problems_that_they_are_for() {
    let found: BTreeSet<&str> = problems().iter().map(|problem| problem.code).collect();
    for code in [
        "address-outside",
        "address-reserved",
        "bad-place",
        "corefile",
        "gateway-subnet",
        "ip-masq-refused",
        "kube-proxy-detector",
        "load-balancer-pending",
        "load-balancer-refused",
        "mismatch",
        "overlap",
        "owner-cycle",
        "peering-one-sided",
        "policy-engine-unknown",
        "policy-not-enforced",
        "private-address",
    ] {
        assert!(found.contains(code), "nothing has {code}");
    }
}
