//! Kubernetes objects, and requests.

use std::collections::BTreeSet;

use super::free::Names;
use super::{New, new};
use crate::edit::scalar;
use crate::model::network::Network;
use crate::model::object::{Kind, Ref};

pub(super) const INTERNAL: &str =
    "\n  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}";

pub(super) fn node(network: &Network, names: &Names) -> New {
    let stem = network.nodes.last().map_or("node", |node| &node.meta.name);
    let stem = stem.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let numbered = (0..).map(|number: u32| format!("{stem}{number}"));
    let taken = names.taken(Kind::Node);
    let mut free = numbered.filter(|name| !taken.contains(name));
    let name = free.next().unwrap_or_default();
    let text = format!("apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n");
    new(Ref::new(Kind::Node, name), text)
}

pub(super) fn deployment(names: &Names) -> New {
    let name = names.free(Kind::Deployment, "app");
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: default}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n        - {{name: {name}, image: {name}, ports: [{{name: http, containerPort: 8080}}]}}\n"
    );
    new(Ref::scoped(Kind::Deployment, "default", name), text)
}

pub(super) fn pod(names: &Names) -> New {
    let name = names.free(Kind::Pod, "pod");
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: default, labels: {{app: {name}}}}}\nspec:\n  containers:\n    - {{name: {name}, image: {name}, ports: [{{name: http, containerPort: 8080}}]}}\n"
    );
    new(Ref::scoped(Kind::Pod, "default", name), text)
}

/// A Service for the first workload that has none, else for pods with `app` and its own name.
pub(super) fn service(
    network: &Network,
    names: &Names,
    service_type: &str,
    annotations: &str,
) -> New {
    let selectors = network
        .services
        .iter()
        .filter_map(|it| it.selector.as_ref());
    let served: BTreeSet<&str> = selectors
        .flat_map(|it| it.values())
        .map(|it| &**it)
        .collect();
    let labels = network
        .workloads
        .iter()
        .map(|workload| &workload.template.meta.labels);
    let labels = labels.chain(network.pods.iter().map(|pod| &pod.meta.labels));
    let mut apps = labels.filter_map(|labels| labels.get("app"));
    let app = apps
        .find(|app| !served.contains(&***app))
        .map_or("app", |app| &**app);
    let name = names.free(
        Kind::Service,
        if is_dns_label(app) { app } else { "service" },
    );
    let app = scalar::text(app);
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: default{annotations}\nspec:\n  type: {service_type}\n  selector: {{app: {app}}}\n  ports:\n    - {{name: http, protocol: TCP, port: 80, targetPort: 8080}}\n"
    );
    new(Ref::scoped(Kind::Service, "default", name), text)
}

pub(super) fn namespace(names: &Names) -> New {
    let name = names.free(Kind::Namespace, "team");
    let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
    new(Ref::new(Kind::Namespace, name), text)
}

pub(super) fn flow(network: &Network, names: &Names) -> New {
    let name = names.free(Kind::Flow, "request");
    let host = network
        .hosts
        .first()
        .map(|host| host.reference().to_string());
    let from = host.unwrap_or_else(|| "internet".to_owned());
    let service = network
        .services
        .first()
        .map(|service| service.reference().to_string());
    let to = service.unwrap_or_else(|| "internet".to_owned());
    let text = format!(
        "apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: {name}}}\nspec: {{from: {from}, to: {to}, protocol: TCP, port: 80}}\n"
    );
    new(Ref::new(Kind::Flow, name), text)
}

fn is_dns_label(text: &str) -> bool {
    let safe = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    };
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(safe)
        && text.len() <= 40
}
