//! What is probably not meant in policies that the API server accepts: nobody enforces them, the
//! namespace is not there, no pod is selected, no pod has a port of that name.

use std::sync::Arc;

use super::enforcement::Engine;
use super::{Policies, holds_labels, holds_namespace, numbers};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::kube::Pod;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::policy::{Direction, NetworkPolicy, PolicyPeer, PolicyRule, PortMatch};

/// Every doubt about the policies of a completed network, in their order.
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let policies = Policies::of(network);
    let mut problems: Vec<Diagnostic> =
        enforcement(network, &policies.engine).into_iter().collect();
    problems.extend(policies.foreign.iter().map(|foreign| {
        let message = format!("kubehop does not model the policy `{}`", foreign.what);
        let hint = "a walk that it may decide about ends as not modelled, and `reach` does as if it were not there";
        Diagnostic::new(Severity::Warning, "policy-not-modelled", message)
            .about(foreign.object.clone())
            .hint(hint)
    }));
    for policy in &network.policies {
        if policies.namespaces.contains_key(&policy.meta.namespace) {
            selects_nobody(network, policy, &mut problems);
        } else {
            let namespace = &policy.meta.namespace;
            let message =
                format!("there is no namespace `{namespace}`; the API server refuses this");
            problems.push(
                doubt(
                    "missing-reference",
                    policy,
                    "metadata.namespace".to_owned(),
                    message,
                )
                .hint("add the Namespace, or mend its name"),
            );
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            ports(network, &policies, (policy, direction), &mut problems);
        }
    }
    problems
}

fn doubt(code: &'static str, policy: &NetworkPolicy, field: String, message: String) -> Diagnostic {
    Diagnostic::new(Severity::Warning, code, message)
        .about(policy.reference())
        .field(field)
}

fn enforcement(network: &Network, engine: &Engine) -> Option<Diagnostic> {
    let cluster = network.cluster.as_ref()?;
    network.policies.first()?;
    let (code, message) = match engine {
        Engine::None => (
            "policy-not-enforced",
            "the cluster has no network policy engine: its NetworkPolicies have no effect"
                .to_owned(),
        ),
        Engine::Other(name) => (
            "policy-engine-unknown",
            format!("kubehop does not model the network policy engine `{name}`"),
        ),
        Engine::Azure | Engine::Calico | Engine::Cilium => return None,
    };
    Some(
        Diagnostic::new(Severity::Warning, code, message)
            .about(Ref::new(Kind::Cluster, cluster.meta.name.clone()))
            .field("properties.networkProfile.networkPolicy")
            .found(
                format!("`{}`", engine.as_str()),
                "`azure`, `calico` or `cilium`",
            ),
    )
}

fn selects_nobody(network: &Network, policy: &NetworkPolicy, problems: &mut Vec<Diagnostic>) {
    let mut here = network.pods.iter().filter(|pod| {
        pod.meta.namespace == policy.meta.namespace && policy.pod_selector.matches(&pod.meta.labels)
    });
    let field = "spec.podSelector".to_owned();
    match here.next() {
        None => {
            let message = "this policy selects no pod".to_owned();
            problems.push(doubt("policy-selects-nothing", policy, field, message));
        }
        Some(pod) if pod.host_network && here.all(|pod| pod.host_network) => {
            let message = "this policy selects only pods in the network of their node, for which policies have no effect";
            problems.push(doubt(
                "policy-selects-nothing",
                policy,
                field,
                message.to_owned(),
            ));
        }
        Some(_) => {}
    }
}

/// Named ports that no possible destination has.
fn ports(
    network: &Network,
    policies: &Policies,
    (policy, direction): (&NetworkPolicy, Direction),
    problems: &mut Vec<Diagnostic>,
) {
    for (index, rule) in policy
        .rules(direction)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        for (number, port) in rule.ports.iter().enumerate() {
            let PortMatch::Name(name) = &port.ports else {
                continue;
            };
            let mut found = destinations(network, policies, (policy, direction, rule))
                .flat_map(|pod| numbers(pod, name, port.protocol));
            let field = format!("spec.{}[{index}].ports[{number}].port", direction.field());
            let Some(first) = found.next() else {
                let message = format!(
                    "no pod that this rule is about has a {} port named `{name}`",
                    port.protocol
                );
                let hint = "container ports have names under `spec.containers[].ports[]`";
                problems.push(doubt("no-such-port-name", policy, field, message).hint(hint));
                continue;
            };
            if policies.engine == Engine::Cilium && found.any(|number| number != first) {
                let message =
                    format!("`{name}` is not the same number in all pods, which cilium needs");
                problems.push(doubt("port-name-differs", policy, field, message));
            }
        }
    }
}

/// The pods that can be the destination of what a rule admits.
fn destinations<'a>(
    network: &'a Network,
    policies: &'a Policies,
    (policy, direction, rule): (&'a NetworkPolicy, Direction, &'a PolicyRule),
) -> impl Iterator<Item = &'a Pod> {
    let own: &Arc<str> = &policy.meta.namespace;
    network.pods.iter().filter(move |pod| {
        if pod.host_network {
            return false;
        }
        let namespace = &pod.meta.namespace;
        if direction == Direction::Ingress {
            return namespace == own && policy.pod_selector.matches(&pod.meta.labels);
        }
        let labels = policies.labels(network, namespace);
        let holds = |peer: &PolicyPeer| match peer {
            PolicyPeer::Pods { namespaces, pods } => {
                holds_namespace(namespaces.as_ref(), own, (namespace, labels))
                    && holds_labels(pods.as_ref(), &pod.meta.labels)
            }
            PolicyPeer::Block { .. } => true,
        };
        rule.peers.is_empty() || rule.peers.iter().any(holds)
    })
}
