//! What is refused, and what a controller is recognised by.

use crate::model::diagnostic::Severity;
use crate::model::document::{Document, SourceFile};
use crate::model::ingress::{Backend, BackendPort, PathType};
use crate::model::network::Network;
use crate::model::read::read;

fn read_text(text: &str) -> (Network, Vec<String>) {
    let document = Document {
        files: vec![SourceFile {
            name: "x.yaml".into(),
            text: text.into(),
        }],
    };
    let (network, problems) = read(&document);
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let errors = errors.map(ToString::to_string).collect();
    (network, errors)
}

/// Origin: `pkg/apis/networking/validation` of Kubernetes v1.36.2, as vectors.
#[test]
fn ingresses_are_refused_as_the_api_server_refuses_them_where_its_vectors_are_present() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/oracles/validation.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("NOT RUN: {path} is not here");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut failed = Vec::new();
    let mut count = 0;
    for case in vectors["cases"].as_array().unwrap() {
        if case["object"]["kind"] != "Ingress" {
            continue;
        }
        count += 1;
        let (network, errors) = read_text(&case["object"].to_string());
        let wanted = case["errors"].as_array().unwrap();
        let named = wanted.iter().all(|error| {
            let field = format!("`{}`", error["field"].as_str().unwrap());
            errors.iter().any(|error| error.contains(&field))
        });
        let valid = case["valid"] == true;
        let kept = network.ingresses.len() == 1;
        if valid != errors.is_empty() || !named || kept != valid {
            failed.push(format!(
                "{} {}\n  {}",
                case["id"],
                case["errors"],
                errors.join("\n  ")
            ));
        }
    }
    println!(
        "validation.json: {} of {count} Ingresses agree",
        count - failed.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(count > 20);
}

#[test]
fn the_retired_version_is_read_as_well() {
    let (network, errors) = read_text(
        "apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: old}
spec:
  backend: {serviceName: rest, servicePort: http}
  rules: [{http: {paths: [{path: /a, backend: {serviceName: web, servicePort: 80}}]}}]
",
    );
    let ingress = &network.ingresses[0];
    let path = &ingress.rules[0].paths[0];
    let service = |name: &str, port| Backend::Service {
        name: name.into(),
        port,
    };
    let rest = service("rest", BackendPort::Name("http".into()));
    assert_eq!(ingress.default_backend, Some(rest));
    assert_eq!(path.backend, service("web", BackendPort::Number(80)));
    assert_eq!(path.path_type, PathType::ImplementationSpecific);
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn a_controller_is_known_by_its_image_its_command_or_its_labels() {
    let pod = |labels: &str, container: &str| {
        let text = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: ns, labels: {{{labels}}}}}, spec: {{containers: [{container}]}}}}"
        );
        read_text(&text).0.pods[0].nginx.clone()
    };
    let chart = "app.kubernetes.io/name: ingress-nginx";
    let image = |image: &str| format!("{{name: c, image: \"{image}\"}}");
    let current = image("registry.k8s.io/ingress-nginx/controller:v1.12.1@sha256:ab");
    let old = image("quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.30.0");
    let args = "{name: c, image: mirror, args: [/nginx-ingress-controller, --ingress-class=own, --configmap=$(POD_NAMESPACE)/conf, --enable-ssl-passthrough]}";
    assert!(!pod("", &current).unwrap().legacy);
    assert!(pod("", &old).unwrap().legacy);
    assert!(pod(chart, &image("mirror")).is_some());
    let backend = format!("{chart}, app.kubernetes.io/component: default-backend");
    assert!(pod(&backend, &image("backend")).is_none());
    assert!(pod("", &image("nginx/nginx-ingress:3")).is_none());
    let known = pod("", args).unwrap();
    assert_eq!(known.flag("ingress-class"), Some("own"));
    assert_eq!(known.flag("configmap"), Some("ns/conf"));
    assert!(known.is_on("enable-ssl-passthrough"));
}
