//! Which pods run where, from manifests: taints and tolerations, affinity, host ports.

use expect_test::{Expect, expect};

use crate::engine::simulation::Simulation;
use crate::model::document::Document;

/// A cluster of one system pool that only CoreDNS may use, and three nodes for everyone, two of them in one zone.
const CLUSTER: &str = "
type: Microsoft.ContainerService/managedClusters
name: kn
location: japaneast
properties:
  networkProfile: {networkPlugin: kubenet}
  agentPoolProfiles:
    - {name: system, count: 1, mode: System, nodeTaints: ['CriticalAddonsOnly=true:NoSchedule']}
---
{apiVersion: v1, kind: Node, metadata: {name: a, labels: {agentpool: user, zone: '1', size: '4'}}}
---
{apiVersion: v1, kind: Node, metadata: {name: b, labels: {agentpool: user, zone: '1', size: '8'}}}
---
{apiVersion: v1, kind: Node, metadata: {name: c, labels: {agentpool: user, zone: '2'}}, spec: {taints: [{key: gpu, value: a100, effect: NoSchedule}]}}
---
";

fn deployment(name: &str, replicas: u32, spec: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{{spec}}}
---
"
    )
}

/// The pods outside kube-system by workload with their nodes, and the problems.
fn check(texts: &[String], expected: &Expect) {
    check_in(CLUSTER, texts, expected);
}

fn check_in(cluster: &str, texts: &[String], expected: &Expect) {
    let text = cluster.to_owned() + &texts.concat();
    let (document, _) = Document::from_texts(vec![("pods.yaml".to_owned(), text)]);
    let simulation = Simulation::new(&document);
    let pods = simulation.network().pods.iter();
    let mut lines: Vec<String> = pods
        .filter(|pod| pod.owner.is_none() || &*pod.meta.namespace != "kube-system")
        .map(|pod| {
            let name = pod.meta.name.split('-').next().unwrap_or_default();
            format!("{name} on {}", pod.node_name.as_deref().unwrap_or("-"))
        })
        .collect();
    lines.sort();
    lines.extend(simulation.diagnostics.iter().map(ToString::to_string));
    lines.push(String::new());
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn taints_keep_pods_off_unless_they_are_tolerated() {
    let gpu = "nodeSelector: {zone: '2'}, tolerations: ";
    check(
        &[
            deployment("plain", 3, ""),
            deployment("equal", 1, &format!("{gpu}[{{key: gpu, value: a100}}]")),
            deployment(
                "exists",
                1,
                &format!("{gpu}[{{key: gpu, operator: Exists, effect: NoSchedule}}]"),
            ),
            deployment("everything", 1, &format!("{gpu}[{{operator: Exists}}]")),
            deployment("other", 1, &format!("{gpu}[{{key: gpu, value: t4}}]")),
            deployment(
                "later",
                1,
                &format!("{gpu}[{{key: gpu, operator: Exists, effect: NoExecute}}]"),
            ),
        ],
        &expect![[r#"
            equal on c
            everything on c
            exists on c
            later on -
            other on -
            plain on a
            plain on b
            plain on b
            pods.yaml:72:1: warning: no node fits 1 pod of `later` (`Pending`): 2 did not match the node selector, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
            pods.yaml:61:1: warning: no node fits 1 pod of `other` (`Pending`): 2 did not match the node selector, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        "#]],
    );
}

#[test]
fn a_daemon_runs_on_the_nodes_whose_taints_it_tolerates() {
    let text = |name: &str, spec: &str| {
        deployment(name, 1, spec).replace("kind: Deployment", "kind: DaemonSet")
    };
    check(
        &[
            text("some", ""),
            text("all", "tolerations: [{operator: Exists}]"),
            "{apiVersion: v1, kind: Node, metadata: {name: d, labels: {agentpool: user}}, spec: {taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]}}\n---\n".to_owned(),
        ],
        &expect![[r#"
            all on a
            all on aks-system-vmss000000
            all on b
            all on c
            all on d
            some on a
            some on b
            some on d
        "#]],
    );
}

#[test]
fn a_required_node_affinity_is_any_of_its_terms() {
    let term = |terms: &str| {
        format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{terms}]}}}}}}"
        )
    };
    check(
        &[
            deployment(
                "labels",
                1,
                &term(
                    "{matchExpressions: [{key: zone, operator: In, values: ['1']}, {key: size, operator: Gt, values: ['4']}]}",
                ),
            ),
            deployment(
                "small",
                1,
                &term("{matchExpressions: [{key: size, operator: Lt, values: ['5']}]}"),
            ),
            deployment(
                "either",
                2,
                &term(
                    "{matchExpressions: [{key: nothing, operator: Exists}]}, {matchFields: [{key: metadata.name, operator: In, values: [b]}]}",
                ),
            ),
            deployment("never", 1, &term("{}")),
        ],
        &expect![[r#"
            either on b
            either on b
            labels on b
            never on -
            small on a
            pods.yaml:50:1: warning: no node fits 1 pod of `never` (`Pending`): 2 did not match the node affinity, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        "#]],
    );
}

#[test]
fn pods_that_may_not_share_a_node_do_not() {
    let apart = |of: &str, key: &str| {
        format!(
            "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{labelSelector: {{matchLabels: {{app: {of}}}}}, topologyKey: {key}}}]}}}}"
        )
    };
    check(
        &[
            deployment("single", 3, &apart("single", "kubernetes.io/hostname")),
            // One in each zone, and one node of the second zone is tainted.
            deployment("zonal", 2, &apart("zonal", "zone")),
            // `loner` was there first and does not want `guest`, which minds nobody.
            deployment("loner", 2, &apart("guest", "kubernetes.io/hostname")),
            deployment("guest", 1, ""),
        ],
        &expect![[r#"
            guest on -
            loner on a
            loner on b
            single on -
            single on a
            single on b
            zonal on -
            zonal on b
            pods.yaml:50:1: warning: no node fits 1 pod of `guest` (`Pending`): 2 did not satisfy the anti-affinity of other pods, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
            pods.yaml:17:1: warning: no node fits 1 pod of `single` (`Pending`): 2 did not match the pod anti-affinity, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
            pods.yaml:28:1: warning: no node fits 1 pod of `zonal` (`Pending`): 2 did not match the pod anti-affinity, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        "#]],
    );
}

#[test]
fn pods_that_must_be_together_wait_for_each_other() {
    let near = |of: &str| {
        format!(
            "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{labelSelector: {{matchLabels: {{app: {of}}}}}, topologyKey: kubernetes.io/hostname}}]}}}}"
        )
    };
    check(
        &[
            deployment("cache", 2, &near("web")),
            deployment("web", 1, "nodeSelector: {size: '8'}"),
            // The first of those that want to be among themselves starts somewhere.
            deployment("crowd", 2, &near("crowd")),
            deployment("lost", 1, &near("nobody")),
        ],
        &expect![[r#"
            cache on b
            cache on b
            crowd on a
            crowd on a
            lost on -
            web on b
            pods.yaml:50:1: warning: no node fits 1 pod of `lost` (`Pending`): 2 did not match the pod affinity, 2 had a taint that the pod does not tolerate; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        "#]],
    );
}

#[test]
fn a_host_port_is_given_once_a_node() {
    check(
        &[
            deployment(
                "edge",
                3,
                "hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 443}]}]",
            ),
            deployment(
                "proxy",
                1,
                "nodeSelector: {size: '4'}, containers: [{name: a, image: a, ports: [{containerPort: 8443, hostPort: 443}]}]",
            ),
        ],
        &expect![[r#"
            edge on -
            edge on a
            edge on b
            proxy on -
            pods.yaml:17:1: warning: no node fits 1 pod of `edge` (`Pending`): 2 had a taint that the pod does not tolerate, 2 had no free host port; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
            pods.yaml:28:1: warning: no node fits 1 pod of `proxy` (`Pending`): 1 did not match the node selector, 2 had a taint that the pod does not tolerate, 1 had no free host port; hint: add nodes, raise `maxPods`, or change what the pod demands of its node
        "#]],
    );
}

#[test]
fn what_scheduling_does_not_look_at_is_said_once() {
    let requests = "containers: [{name: a, image: a, resources: {requests: {cpu: 64}}}]";
    check(
        &[
            deployment("large", 1, requests),
            deployment("larger", 1, requests),
            deployment("spread", 1, "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone}}]}}"),
            // Nobody schedules it, so nothing is left out.
            "{apiVersion: v1, kind: Pod, metadata: {name: pinned}, spec: {nodeName: a, schedulerName: mine, containers: []}}\n---\n".to_owned(),
        ],
        &expect![[r#"
            large on a
            larger on b
            pinned on a
            spread on a
            pods.yaml:47:119: info: scheduling does not model preferences of affinity, and its label keys: the pods of `spread` are placed without them; hint: write Pods with `spec.nodeName` where the node matters
            pods.yaml:25:12: info: scheduling does not model resource requests: the pods of `large` and 1 more are placed without them; hint: write Pods with `spec.nodeName` where the node matters
            pods.yaml:47:12: info: scheduling does not model topologySpreadConstraints: the pods of `spread` are placed without them; hint: write Pods with `spec.nodeName` where the node matters
        "#]],
    );
}

#[test]
fn what_cannot_be_read_of_a_placement_is_reported_with_its_place() {
    check(
        &[
            "{apiVersion: v1, kind: Pod, metadata: {name: odd}, spec: {nodeName: a, tolerations: [{value: x}, {key: a, operator: Is}], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}, podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{}]}}}}\n---\n".to_owned(),
            "{apiVersion: v1, kind: Node, metadata: {name: a2, labels: {agentpool: user}}, spec: {taints: [{key: a, effect: Never}, {effect: NoSchedule}, 7]}}\n---\n".to_owned(),
        ],
        &expect![[r#"
            odd on a
            pods.yaml:16:86: error: `spec.tolerations[0].key` is missing; found nothing, expected a key, or the operator `Exists`, which then tolerates everything
            pods.yaml:16:117: error: `spec.tolerations[1].operator` is not a known value; found `Is`, expected one of `Exists`, `Equal`
            pods.yaml:16:197: error: `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms` is missing; found nothing, expected a list of terms
            pods.yaml:16:265: error: `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey` is missing; found nothing, expected a label of nodes, such as `kubernetes.io/hostname`
            pods.yaml:18:112: error: `spec.taints[0].effect` is not a known value; found `Never`, expected one of `NoSchedule`, `PreferNoSchedule`, `NoExecute`
            pods.yaml:18:120: error: `spec.taints[1].key` is missing; found nothing, expected the key of the taint
            pods.yaml:18:142: error: `spec.taints[2]` has the wrong type; found the number `7`, expected a mapping
            pods.yaml:18:142: error: `spec.taints[2].key` is missing; found nothing, expected the key of the taint
            pods.yaml:18:142: error: `spec.taints[2].effect` is missing; found nothing, expected an effect
        "#]],
    );
}

/// <https://learn.microsoft.com/azure/aks/spot-node-pool>: taint and label `kubernetes.azure.com/scalesetpriority=spot`.
#[test]
fn only_pods_that_ask_for_it_run_in_a_spot_pool() {
    let cluster = "
type: Microsoft.ContainerService/managedClusters
name: kn
location: japaneast
properties:
  networkProfile: {networkPlugin: kubenet}
  agentPoolProfiles:
    - {name: cheap, count: 1, mode: User, scaleSetPriority: Spot}
    - {name: system, count: 1, mode: System}
---
";
    let asks = "tolerations: [{key: kubernetes.azure.com/scalesetpriority, value: spot}], nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}";
    check_in(
        cluster,
        &[deployment("plain", 2, ""), deployment("asks", 1, asks)],
        &expect![[r#"
            asks on aks-cheap-vmss000000
            plain on aks-system-vmss000000
            plain on aks-system-vmss000000
        "#]],
    );
}

/// Origin: reasoned; the scheduler tries a pod again when another one gets a node.
#[test]
fn pods_that_wait_for_one_another_in_a_long_chain_all_come_to_the_same_node() {
    let near = |of: usize| {
        format!(
            "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{labelSelector: {{matchLabels: {{app: w{of}}}}}, topologyKey: kubernetes.io/hostname}}]}}}}"
        )
    };
    // Each waits for the one behind it; only the last is free.
    let length = 25;
    let mut texts: Vec<String> = (0..length)
        .map(|number| deployment(&format!("w{number}"), 1, &near(number + 1)))
        .collect();
    texts.push(deployment(
        &format!("w{length}"),
        1,
        "nodeSelector: {size: '8'}",
    ));
    let text = CLUSTER.to_owned() + &texts.concat();
    let (document, _) = Document::from_texts(vec![("pods.yaml".to_owned(), text)]);
    let simulation = Simulation::new(&document);
    let pods = simulation.network().pods.iter();
    let own = pods.filter(|pod| &*pod.meta.namespace == "default");
    let nodes: Vec<&str> = own
        .map(|pod| pod.node_name.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(nodes, vec!["b"; length + 1]);
}
