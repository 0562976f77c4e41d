//! Changes of network policies: what admits just this connection.
//!
//! Where a policy selects no other pods than the refused one's like, it gets a port, a peer or a rule,
//! whichever lets nothing else pass; otherwise a policy of its own does, because a rule in a
//! policy for a whole namespace would open all of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::propose::{Draft, port_text};
use super::refusal::Refusal;
use super::written::Written;
use crate::engine::explain::{Arg, Explanation};
use crate::engine::policy::{holds_labels, holds_namespace};
use crate::engine::stage::Stage;
use crate::engine::trace::Detail;
use crate::model::kube::{Labels, Pod};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};
use crate::model::packet::Protocol;
use crate::model::policy::{Direction, NetworkPolicy, PolicyPeer, PolicyRule, PortMatch};

/// Labels that controllers give each pod or each version of a template.
const GENERATED: [&str; 9] = [
    "pod-template-hash",
    "pod-template-generation",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
    "job-name",
    "batch.kubernetes.io/job-name",
];

/// The label that every namespace has (R28).
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// What a policy must admit.
struct Wanted<'n> {
    network: &'n Network,
    direction: Direction,
    pod: &'n Pod,
    /// The other end as a peer.
    peer: Value,
    /// The pods that this peer holds.
    held: BTreeSet<Ref>,
    /// The pods with the labels of the refused one.
    alike: BTreeSet<Ref>,
    protocol: Protocol,
    port: u16,
    /// The other end, for sentences.
    who: Arg,
    what: Arc<str>,
}

pub(super) fn drafts(network: &Network, refusal: &Refusal) -> Vec<Draft> {
    let Detail::Policy { isolated_by, .. } = &refusal.step.detail else {
        return Vec::new();
    };
    let Some(wanted) = Wanted::of(network, refusal) else {
        return Vec::new();
    };
    let policies: Vec<&NetworkPolicy> = network
        .policies
        .iter()
        .filter(|policy| isolated_by.contains(&policy.reference()))
        .collect();
    let mut drafts = Vec::new();
    let narrow = policies.iter().filter(|policy| wanted.is_narrow(policy));
    let narrow: Vec<&&NetworkPolicy> = narrow.collect();
    drafts.extend(
        narrow
            .iter()
            .flat_map(|policy| wanted.more_of_a_rule(policy)),
    );
    drafts.extend(
        narrow
            .iter()
            .filter_map(|policy| wanted.one_more_rule(policy)),
    );
    drafts.extend(policies.first().and_then(|first| wanted.new_policy(first)));
    drafts
}

/// The labels of a pod that last as long as what made it.
pub(super) fn lasting(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.retain(|key, _| !GENERATED.contains(&&**key));
    labels
}

fn map(labels: &Labels) -> Value {
    let entries = labels
        .iter()
        .map(|(key, value)| (key.to_string(), json!(&**value)));
    Value::Object(entries.collect::<Map<String, Value>>())
}

/// A selector of just these labels; of everything where there are none.
fn selector(labels: &Labels) -> Value {
    if labels.is_empty() {
        json!({})
    } else {
        json!({ "matchLabels": map(labels) })
    }
}

/// The pods of a namespace that have these labels.
fn with_labels(network: &Network, namespace: &str, labels: &Labels) -> BTreeSet<Ref> {
    let has = |pod: &&Pod| {
        *pod.meta.namespace == *namespace
            && !pod.host_network
            && labels
                .iter()
                .all(|(key, value)| pod.meta.labels.get(key) == Some(value))
    };
    network
        .pods
        .iter()
        .filter(has)
        .map(Pod::reference)
        .collect()
}

impl<'n> Wanted<'n> {
    fn of(network: &'n Network, refusal: &Refusal) -> Option<Self> {
        let step = &refusal.step;
        let Detail::Policy { peer, peer_pod, .. } = &step.detail else {
            return None;
        };
        let pod = network.pod(&refusal.place.scope, &refusal.place.name)?;
        let other = peer_pod
            .as_ref()
            .and_then(|pod| network.pod(&pod.scope, &pod.name));
        let own = lasting(&pod.meta.labels);
        let (value, held) = if let Some(other) = other {
            let labels = lasting(&other.meta.labels);
            let namespace = &other.meta.namespace;
            let selector = selector(&labels);
            let value = if *namespace == pod.meta.namespace {
                json!({ "podSelector": selector })
            } else {
                let labels = json!({ "matchLabels": { NAMESPACE_NAME: &**namespace } });
                json!({ "namespaceSelector": labels, "podSelector": selector })
            };
            (value, with_labels(network, namespace, &labels))
        } else {
            let length = if peer.is_ipv4() { 32 } else { 128 };
            let value = json!({ "ipBlock": { "cidr": format!("{peer}/{length}") } });
            (value, BTreeSet::new())
        };
        Some(Self {
            network,
            direction: match step.stage {
                Stage::PolicyEgress => Direction::Egress,
                _ => Direction::Ingress,
            },
            alike: with_labels(network, &pod.meta.namespace, &own),
            pod,
            peer: value,
            held,
            protocol: step.before.protocol,
            port: step.before.destination_port,
            who: match peer_pod {
                Some(pod) => Arg::Object(pod.clone()),
                None => (*peer).into(),
            },
            what: port_text(refusal),
        })
    }

    /// Whether a policy selects no other pods than those with the labels of the refused one.
    fn is_narrow(&self, policy: &NetworkPolicy) -> bool {
        let here = &self.pod.meta.namespace;
        let mut selected = self.network.pods.iter().filter(|pod| {
            pod.meta.namespace == *here
                && !pod.host_network
                && policy.pod_selector.matches(&pod.meta.labels)
        });
        selected.all(|pod| self.alike.contains(&pod.reference()))
    }

    /// A port or a peer more in a rule that then admits nothing else.
    fn more_of_a_rule(&self, policy: &NetworkPolicy) -> Vec<Draft> {
        let rules = policy.rules(self.direction).unwrap_or_default();
        let numbered = rules.iter().enumerate();
        numbered
            .filter_map(|(index, rule)| self.more_of(policy, index, rule))
            .collect()
    }

    fn more_of(&self, policy: &NetworkPolicy, index: usize, rule: &PolicyRule) -> Option<Draft> {
        let object = policy.reference();
        let written = Written::of(self.network, &object)?;
        let field = format!("spec.{}[{index}]", self.direction.field());
        let (list, value, id) = if self.holds_just_the_peer(policy, rule) {
            ("ports", self.port_value()?, "fix-policy-port")
        } else if self.holds_just_the_port(rule) {
            (self.direction.peers(), self.peer.clone(), "fix-policy-peer")
        } else {
            return None;
        };
        let list = format!("{field}.{list}");
        let what = Explanation::new(id)
            .with("peer", self.who.clone())
            .with("port", self.what.clone())
            .with("policy", object.clone())
            .with("field", field);
        Some(Draft::set(what, &object, &written.next(&list), value))
    }

    /// Whether the rule has ports, and peers that hold no other pod than the wanted peer does.
    fn holds_just_the_peer(&self, policy: &NetworkPolicy, rule: &PolicyRule) -> bool {
        if rule.peers.is_empty() || rule.ports.is_empty() || self.held.is_empty() {
            return false;
        }
        let held = |peer: &PolicyPeer| match peer {
            PolicyPeer::Block { .. } => None,
            PolicyPeer::Pods { namespaces, pods } => {
                let own = &policy.meta.namespace;
                let holds = |pod: &&Pod| {
                    let all = &self.network.namespaces;
                    let found = all.iter().find(|it| it.meta.name == pod.meta.namespace);
                    let none = Labels::new();
                    let labels = found.map_or(&none, |it| &it.meta.labels);
                    !pod.host_network
                        && holds_namespace(namespaces.as_ref(), own, (&pod.meta.namespace, labels))
                        && holds_labels(pods.as_ref(), &pod.meta.labels)
                };
                let held = self.network.pods.iter().filter(holds);
                Some(held.map(Pod::reference).collect::<BTreeSet<Ref>>())
            }
        };
        let mut all = BTreeSet::new();
        for peer in &rule.peers {
            match held(peer) {
                Some(more) => all.extend(more),
                None => return false,
            }
        }
        all == self.held
    }

    /// Whether the rule has peers, and the wanted port is its only one.
    fn holds_just_the_port(&self, rule: &PolicyRule) -> bool {
        let [port] = rule.ports.as_slice() else {
            return false;
        };
        let only = match &port.ports {
            PortMatch::Range(first, last) => (*first, *last) == (self.port, self.port),
            // A name may stand for other numbers at other pods.
            PortMatch::Name(_) => false,
        };
        !rule.peers.is_empty() && port.protocol == self.protocol && only
    }

    /// `None` for protocols that a policy cannot name a port of.
    fn port_value(&self) -> Option<Value> {
        if !self.protocol.has_ports() {
            return None;
        }
        Some(match self.protocol {
            Protocol::Tcp => json!({ "port": self.port }),
            other => json!({ "protocol": other.as_str(), "port": self.port }),
        })
    }

    fn rule(&self) -> Value {
        let mut rule = Map::new();
        rule.insert(self.direction.peers().to_owned(), json!([self.peer]));
        if let Some(port) = self.port_value() {
            rule.insert("ports".to_owned(), json!([port]));
        }
        Value::Object(rule)
    }

    fn sentence(&self, ingress: &'static str, egress: &'static str) -> Explanation {
        let id = match self.direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        };
        Explanation::new(id)
            .with("pod", self.pod.reference())
            .with("peer", self.who.clone())
            .with("port", self.what.clone())
    }

    fn one_more_rule(&self, policy: &NetworkPolicy) -> Option<Draft> {
        let object = policy.reference();
        let written = Written::of(self.network, &object)?;
        let path = written.next(&format!("spec.{}", self.direction.field()));
        let what = self
            .sentence("fix-policy-rule-ingress", "fix-policy-rule-egress")
            .with("policy", object.clone());
        Some(Draft::set(what, &object, &path, self.rule()))
    }

    /// A policy of its own, in the file of one that isolates the pod.
    fn new_policy(&self, beside: &NetworkPolicy) -> Option<Draft> {
        let written = Written::of(self.network, &beside.reference())?;
        let namespace = self.pod.meta.namespace.clone();
        let name = self.free_name();
        let object = Ref::scoped(Kind::NetworkPolicy, namespace.clone(), name.clone());
        let kind = match self.direction {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        };
        let selector = selector(&lasting(&self.pod.meta.labels));
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {}\nspec:\n  podSelector: {}\n  policyTypes: [{kind}]\n  {}:\n    - {}\n",
            crate::edit::inline(&json!({ "name": name, "namespace": &*namespace })),
            crate::edit::inline(&selector),
            self.direction.field(),
            crate::edit::inline(&self.rule()),
        );
        let what = self.sentence("fix-policy-new-ingress", "fix-policy-new-egress");
        Some(Draft::append(what, object, written.file, text))
    }

    fn free_name(&self) -> String {
        let labels = &self.pod.meta.labels;
        let app = ["app", "app.kubernetes.io/name", "k8s-app"]
            .iter()
            .find_map(|key| labels.get(*key));
        let app = app.unwrap_or(&self.pod.meta.name).to_ascii_lowercase();
        let app: String = app
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
            .take(30)
            .collect();
        let end = match self.direction {
            Direction::Ingress => "in",
            Direction::Egress => "out",
        };
        let port = if self.protocol.has_ports() {
            format!("-{}", self.port)
        } else {
            String::new()
        };
        let stem = format!("allow-{}-{end}{port}", app.trim_matches('-'));
        let taken = |name: &str| {
            self.network.policies.iter().any(|policy| {
                policy.meta.namespace == self.pod.meta.namespace && *policy.meta.name == *name
            })
        };
        let numbered = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or_default()
    }
}
