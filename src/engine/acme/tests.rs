//! Certificates by HTTP-01 (AKS: "Create an ingress controller with TLS", cert-manager "HTTP01").

use crate::engine::simulation::Simulation;
use crate::engine::trace::TraceResult;
use crate::model::document::Document;
use crate::model::flow::Flow;
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
use crate::model::read::parse_flow_target;

const CLUSTER: &str = include_str!("../../scenarios/shared/small-cluster.yaml");

/// A controller of the class `nginx` at 20.50.60.70, which public DNS knows.
const COMMON: &str = "
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
---
{apiVersion: v1, kind: Pod, metadata: {name: controller, namespace: ingress, labels: {app: controller}}, spec: {nodeName: n0, containers: [{name: c, image: ingress-nginx/controller, args: []}]}, status: {podIP: 10.244.0.20}}
---
{apiVersion: v1, kind: Service, metadata: {name: controller, namespace: ingress}, spec: {type: LoadBalancer, loadBalancerIP: 20.50.60.70, externalTrafficPolicy: Local, selector: {app: controller}, ports: [{name: http, port: 80}, {name: https, port: 443}]}}
---
{type: Microsoft.Network/publicIPAddresses, name: ip, location: japaneast, sku: {name: Standard}, properties: {ipAddress: 20.50.60.70, publicIPAllocationMethod: Static}}
---
{type: Microsoft.Network/dnsZones, name: example.com, properties: {}}
---
{type: Microsoft.Network/dnsZones/A, name: example.com/shop, properties: {ARecords: [{ipv4Address: 20.50.60.70}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: n1, containers: [{name: c, image: c}]}, status: {podIP: 10.244.1.30}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}, spec: {ingressClassName: nginx, tls: [{hosts: [shop.example.com], secretName: tls-secret}], rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}
";

const ISSUER: &str = "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: letsencrypt}, spec: {acme: {server: 'https://acme-v02.api.letsencrypt.org/directory', solvers: [{http01: {ingress: {ingressClassName: nginx}}}]}}}";

fn simulation(texts: &[&str]) -> Simulation {
    let text = [&[CLUSTER, COMMON], texts].concat().join("\n---\n");
    let (document, problems) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    assert!(problems.is_empty(), "{problems:?}");
    Simulation::new(&document)
}

fn ask(simulation: &Simulation, url: &str) -> TraceResult {
    simulation.trace(&Flow {
        meta: Meta::default(),
        from: "host/client".parse().unwrap(),
        to: parse_flow_target(url).unwrap(),
        protocol: Protocol::Tcp,
        port: None,
        expect: None,
    })
}

/// The certificate of the first branch, or the reason why it is the default one.
fn certificate(simulation: &Simulation) -> (String, &'static str) {
    let result = ask(simulation, "https://shop.example.com/");
    let steps = result.branches[0].connection.original.steps();
    let mut steps = steps.filter(|(_, step)| step.stage.as_str() == "ingress.tls");
    let (_, step) = steps.next().expect("TLS ends");
    (step.rule().unwrap_or_default().to_string(), step.why.id)
}

fn problems(simulation: &Simulation) -> Vec<String> {
    let all = simulation.diagnostics.iter();
    let all = all.filter(|it| it.code.starts_with("acme"));
    all.map(|it| format!("{}: {}", it.code, it.message))
        .collect()
}

fn solvers(simulation: &Simulation) -> usize {
    let pods = simulation.network().pods.iter();
    pods.filter(|it| it.meta.name.starts_with("cm-acme-http-solver-"))
        .count()
}

#[test]
fn a_challenge_that_comes_to_its_solver_makes_the_secret() {
    let simulation = simulation(&[ISSUER]);
    assert_eq!(problems(&simulation), [""; 0]);
    assert_eq!(solvers(&simulation), 0, "they are gone when it is issued");
    assert_eq!(
        certificate(&simulation),
        (
            "secret/default/tls-secret".to_owned(),
            "why-ingress-terminated"
        )
    );
}

#[test]
fn without_an_issuer_there_is_no_certificate() {
    let simulation = simulation(&[]);
    assert_eq!(
        problems(&simulation),
        [
            "acme-no-issuer: `ingress/default/shop` asks for a certificate of clusterissuer/letsencrypt, which is not there"
        ]
    );
    let default = ("default certificate".to_owned(), "why-ingress-not-issued");
    assert_eq!(certificate(&simulation), default);
}

/// The classic mistake: the solver's class is that of no controller.
#[test]
fn a_solver_of_another_class_gets_no_challenge() {
    let other = ISSUER.replace("ingressClassName: nginx", "ingressClassName: other");
    let simulation = simulation(&[&other]);
    let found = problems(&simulation);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("pod/default/web answers it with 200"),
        "{found:?}"
    );
    assert_eq!(solvers(&simulation), 1, "the challenge stays pending");
    assert_eq!(certificate(&simulation).1, "why-ingress-not-issued");
}

/// A name that public DNS does not know.
#[test]
fn a_host_that_does_not_resolve_gets_no_certificate() {
    let lost = ISSUER.to_owned();
    let text = COMMON.replace("name: example.com/shop", "name: example.com/other");
    let all = [CLUSTER, &text, &lost].join("\n---\n");
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), all)]);
    let simulation = Simulation::new(&document);
    assert!(
        problems(&simulation)[0].contains("NameNotFound"),
        "{:?}",
        problems(&simulation)
    );
}

/// Port 80 is shut by a security group; the certificate would need it.
#[test]
fn a_security_group_that_shuts_port_80_keeps_the_certificate_away() {
    let closed = COMMON.replace(
        "externalTrafficPolicy: Local,",
        "externalTrafficPolicy: Local, loadBalancerSourceRanges: [198.51.100.0/24],",
    );
    let all = [CLUSTER, &closed, ISSUER].join("\n---\n");
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), all)]);
    let simulation = Simulation::new(&document);
    assert!(
        problems(&simulation)[0].contains("DeniedIn"),
        "{:?}",
        problems(&simulation)
    );
}

#[test]
fn a_secret_that_is_written_needs_no_challenge() {
    let secret =
        "{apiVersion: v1, kind: Secret, metadata: {name: tls-secret}, type: kubernetes.io/tls}";
    let simulation = simulation(&[secret]);
    assert_eq!(problems(&simulation), [""; 0]);
    assert_eq!(certificate(&simulation).1, "why-ingress-terminated");
}

#[test]
fn an_issuer_of_the_namespace_without_acme_asks_nobody() {
    let text = COMMON.replace(
        "cert-manager.io/cluster-issuer: letsencrypt",
        "cert-manager.io/issuer: own",
    );
    let own = "{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: own}, spec: {selfSigned: {}}}";
    let all = [CLUSTER, &text, own].join("\n---\n");
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), all)]);
    assert_eq!(
        certificate(&Simulation::new(&document)).1,
        "why-ingress-terminated"
    );
    let dns = own.replace(
        "selfSigned: {}",
        "acme: {solvers: [{dns01: {azureDNS: {}}}]}",
    );
    let all = [CLUSTER, &text, &dns].join("\n---\n");
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), all)]);
    let simulation = Simulation::new(&document);
    assert!(problems(&simulation)[0].starts_with("acme-not-modelled"));
}

/// The challenge itself is a request like any other, while it is pending: no redirect to HTTPS.
#[test]
fn a_pending_challenge_is_not_redirected() {
    let other = ISSUER.replace("ingressClassName: nginx", "ingressClassName: other");
    let simulation = simulation(&[
        &other,
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: own}, spec: {ingressClassName: nginx, rules: [{host: shop.example.com, http: {paths: [{path: /.well-known/acme-challenge/x, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}",
    ]);
    let result = ask(
        &simulation,
        "http://shop.example.com/.well-known/acme-challenge/x",
    );
    let status = result.branches[0].connection.http().map(|it| it.status);
    assert_eq!(status, Some(200));
    let result = ask(&simulation, "http://shop.example.com/else");
    let status = result.branches[0].connection.http().map(|it| it.status);
    assert_eq!(status, Some(308));
}
