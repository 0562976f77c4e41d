//! Readers of Kubernetes objects. Field names and defaults are those of the API reference.

mod config_map;
mod endpoints;
mod ingress;
mod issuer;
mod node;
mod placement;
mod pod;
mod policy;
mod probes;
mod service;
mod workload;

use std::sync::Arc;

use super::cursor::{Cursor, quoted};
use super::item::Item;
use super::names;
use crate::model::kube::{
    Expression, KubeProxyConfiguration, Labels, Meta, Namespace, Operator, Selector,
};
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub(super) use endpoints::mirror;

/// kubectl's own copy of what was applied: noise, and for a Secret its data.
pub(in crate::model) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Reads a Kubernetes object into the network.
pub(super) fn read(kind: Kind, item: &Item, at: Cursor<'_>, network: &mut Network) {
    let meta = || meta(at, item);
    match kind {
        Kind::Pod => network.pods.push(pod::pod(at, meta())),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::DaemonSet | Kind::Job => {
            network.workloads.push(workload::workload(kind, at, meta()));
        }
        Kind::Service => network.services.extend(service::service(at, meta())),
        Kind::EndpointSlice => network.slices.extend(endpoints::slice(at, meta())),
        Kind::Endpoints => network.endpoints.push(endpoints::endpoints(at, meta())),
        Kind::Node => network.nodes.push(node::node(at, meta())),
        Kind::Namespace => network.namespaces.push(namespace(meta())),
        Kind::ConfigMap => network.config_maps.push(config_map::config_map(at, meta())),
        Kind::NetworkPolicy => network.policies.extend(policy::policy(at, meta())),
        Kind::Ingress => network.ingresses.extend(ingress::ingress(at, meta())),
        Kind::IngressClass => network.ingress_classes.push(ingress::class(at, meta())),
        Kind::Issuer | Kind::ClusterIssuer => {
            let cluster = kind == Kind::ClusterIssuer;
            network.issuers.push(issuer::issuer(at, meta(), cluster));
        }
        Kind::KubeProxyConfiguration => network.kube_proxy = Some(kube_proxy(at, meta())),
        _ => {}
    }
}

/// `metadata`, with the name and namespace that the head gave.
fn meta(at: Cursor<'_>, item: &Item) -> Meta {
    let metadata = at.get("metadata");
    names::check(item.head.object.kind, metadata);
    let mut annotations = metadata.get("annotations").labels();
    annotations.remove(LAST_APPLIED);
    Meta {
        namespace: item.head.object.scope.clone(),
        name: item.head.object.name.clone(),
        uid: metadata.get("uid").name(),
        created: metadata.get("creationTimestamp").name(),
        labels: metadata.get("labels").labels(),
        annotations,
        origin: item.origin(),
        assigned: Vec::new(),
    }
}

/// A namespace; its name is always among its labels (R28).
fn namespace(mut meta: Meta) -> Namespace {
    meta.labels
        .insert("kubernetes.io/metadata.name".into(), meta.name.clone());
    Namespace { meta }
}

/// Whether something of an object of this kind was reported since there were `before` errors: the API
/// server refuses it, and a cluster would not have it. That is said once, about the whole object.
fn refused(at: Cursor<'_>, before: usize, code: &'static str, kind: &str) -> bool {
    let refused = at.errors() > before;
    if refused {
        at.doubt(
            code,
            &format!("`{kind}` as written is refused by the API server and has no effect"),
            "an invalid field",
            &format!("a valid {kind}"),
            "a cluster would not have it; mend it to see what it does",
        );
    }
    refused
}

/// A text without a report where it is none.
fn text_of(at: Cursor<'_>) -> Option<&str> {
    at.node().and_then(|node| node.as_str())
}

/// A `LabelSelector`; what the API server refuses in one is reported.
fn selector(at: Cursor<'_>) -> Selector {
    let labels = at.get("matchLabels");
    let match_labels = labels.labels();
    for (key, value) in &match_labels {
        if !names::key(key) || !names::value(value) {
            labels.wrong(
                "bad-label",
                "has a label that the API refuses",
                &quoted(&format!("{key}: {value}")),
                LABEL,
            );
        }
    }
    let match_expressions = at.get("matchExpressions").list().filter_map(expression);
    Selector {
        match_labels,
        match_expressions: match_expressions.collect(),
    }
}

/// What a label may be.
const LABEL: &str = "at most 63 letters, digits, `-`, `_` and `.`";

fn expression(at: Cursor<'_>) -> Option<Expression> {
    let key = at.get("key");
    key.require("a label key");
    if text_of(key).is_some_and(|key| !names::key(key)) {
        let found = quoted(key.written());
        key.wrong("bad-label", "is a key that the API refuses", &found, LABEL);
    }
    at.get("operator").require("an operator");
    let operator = at.get("operator").word(&[
        ("In", Operator::In),
        ("NotIn", Operator::NotIn),
        ("Exists", Operator::Exists),
        ("DoesNotExist", Operator::DoesNotExist),
    ])?;
    let field = at.get("values");
    let values: Vec<Arc<str>> = field.list().filter_map(Cursor::text).collect();
    let listed = matches!(operator, Operator::In | Operator::NotIn);
    if listed && values.is_empty() {
        let expected = "at least one value";
        field.wrong("missing-field", "is missing", "nothing", expected);
    }
    if !listed && !values.is_empty() {
        let found = quoted(field.written());
        let message = "may not be given with this operator";
        field.wrong("forbidden", message, &found, "no values");
    }
    for value in field.list() {
        if text_of(value).is_some_and(|text| !names::value(text)) {
            let found = quoted(value.written());
            value.wrong(
                "bad-label",
                "is a value that the API refuses",
                &found,
                LABEL,
            );
        }
    }
    Some(Expression {
        key: key.text()?,
        operator,
        values,
    })
}

/// The controller among `metadata.ownerReferences`, or the first owner.
fn owner(at: Cursor<'_>, namespace: &Arc<str>) -> Option<Ref> {
    let owners = || at.get("metadata").get("ownerReferences").list();
    let controls = |owner: &Cursor<'_>| owner.get("controller").flag() == Some(true);
    let owner = owners().find(controls).or_else(|| owners().next())?;
    let name = owner.get("name").name()?;
    let kind = match &*owner.get("kind").name()? {
        "Deployment" => Kind::Deployment,
        "ReplicaSet" => Kind::ReplicaSet,
        "StatefulSet" => Kind::StatefulSet,
        "DaemonSet" => Kind::DaemonSet,
        "Job" => Kind::Job,
        "Service" => Kind::Service,
        "Node" => return Some(Ref::new(Kind::Node, name)),
        _ => return None,
    };
    Some(Ref::scoped(kind, namespace.clone(), name))
}

/// Status of the condition `Ready`; absent means ready.
fn ready(at: Cursor<'_>) -> bool {
    at.get("status")
        .get("conditions")
        .list()
        .find(|condition| condition.get("type").name().as_deref() == Some("Ready"))
        .and_then(|condition| condition.get("status").name())
        .is_none_or(|status| &*status == "True")
}

/// kube-proxy's configuration file, `kubeproxy.config.k8s.io/v1alpha1`.
fn kube_proxy(at: Cursor<'_>, meta: Meta) -> KubeProxyConfiguration {
    let default = KubeProxyConfiguration::default();
    let iptables = at.get("iptables");
    let detect = at.get("detectLocal");
    let cidr = at.get("clusterCIDR");
    let cluster_cidr = cidr.name().map(|text| {
        let parts = text.split(',').map(str::trim);
        parts.filter_map(|part| cidr.prefix_of(part)).collect()
    });
    KubeProxyConfiguration {
        meta,
        mode: at.get("mode").name().unwrap_or(default.mode),
        cluster_cidr: cluster_cidr.unwrap_or_default(),
        detect_local_mode: at.get("detectLocalMode").name(),
        bridge_interface: detect.get("bridgeInterface").name(),
        interface_name_prefix: detect.get("interfaceNamePrefix").name(),
        node_port_addresses: at.get("nodePortAddresses").prefixes(),
        masquerade_all: iptables.get("masqueradeAll").flag().unwrap_or_default(),
        localhost_node_ports: iptables
            .get("localhostNodePorts")
            .flag()
            .unwrap_or(default.localhost_node_ports),
    }
}

/// A plain map as a selector; an empty one counts as absent, because the API drops it.
fn plain_selector(at: Cursor<'_>) -> Option<Labels> {
    Some(at.labels()).filter(|labels| !labels.is_empty())
}
