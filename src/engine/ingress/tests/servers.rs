//! Which certificate, which server and which path a request meets, where several Ingresses have a say:
//! as the controller builds its servers (`createServers`, `extractTLSSecretName`) and picks a certificate by
//! the name that the client asks for (`get_pem_cert_uid`).

use super::{ask, controller, ingress, simulation};
use crate::engine::simulation::Simulation;
use crate::engine::stage::Stage;

const NAMES: &str = "{type: Microsoft.Network/dnsZones, name: example, properties: {}}
---
{type: Microsoft.Network/dnsZones/A, name: 'example/*', properties: {ARecords: [{ipv4Address: 20.50.60.70}]}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s}, type: kubernetes.io/tls}
---
{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {selector: {only: far}, ports: [{name: http, port: 80, targetPort: 8080}]}}
---
";

fn rule(host: &str, path: &str, service: &str) -> String {
    let host = if host.is_empty() {
        String::new()
    } else {
        format!("host: '{host}', ")
    };
    format!(
        "{{{host}http: {{paths: [{{path: '{path}', pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}"
    )
}

fn with(ingresses: &[String]) -> Simulation {
    let controller = controller("--watch-ingress-without-class, --enable-ssl-passthrough");
    let mut texts = vec![controller.as_str(), NAMES];
    texts.extend(ingresses.iter().map(String::as_str));
    simulation(&texts).0
}

/// Status, certificate and Service of the first branch.
fn met(simulation: &Simulation, url: &str) -> String {
    let result = ask(simulation, url);
    let connection = &result.branches[0].connection;
    let Some(http) = connection.http() else {
        return connection.original.disposition.as_str().to_owned();
    };
    let mut steps = connection.original.steps();
    let tls = steps.find(|(_, step)| step.stage == Stage::IngressTls);
    let tls = tls.and_then(|(_, step)| step.rule()).unwrap_or_default();
    let backend = http.backend.map(|it| it.name.to_string());
    format!("{} {tls} {}", http.status, backend.unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// A certificate for a wildcard holds every name of one label more.
#[test]
fn a_wildcard_under_tls_is_the_certificate_of_the_hosts_that_it_covers() {
    let tls = "tls: [{hosts: ['*.example'], secretName: s}], ";
    let rules = format!("rules: [{}]", rule("shop.example", "/", "both"));
    let simulation = with(&[ingress("i", "", &format!("{tls}{rules}"))]);
    assert_eq!(
        met(&simulation, "https://shop.example/"),
        "200 secret/default/s both"
    );
    assert_eq!(met(&simulation, "http://shop.example/"), "308 308");
}

/// The controller gives every host of an Ingress with `tls` a certificate, the default one where none is named.
#[test]
fn a_host_that_tls_leaves_out_gets_the_default_certificate_and_the_redirect() {
    let tls = "tls: [{hosts: [a.example], secretName: s}], ";
    let rules = [
        rule("a.example", "/", "both"),
        rule("b.example", "/", "both"),
    ];
    let spec = format!("{tls}rules: [{}]", rules.join(", "));
    let plain = format!("rules: [{}]", rule("c.example", "/", "both"));
    let simulation = with(&[ingress("i", "", &spec), ingress("j", "", &plain)]);
    assert_eq!(
        met(&simulation, "https://b.example/"),
        "200 default certificate both"
    );
    assert_eq!(met(&simulation, "http://b.example/"), "308 308");
    assert_eq!(met(&simulation, "http://c.example/"), "200  both");
}

/// A certificate is looked up by name, then by the wildcard, whatever the server that the name belongs to.
#[test]
fn a_host_without_tls_gets_the_certificate_of_the_wildcard_server() {
    let wild = format!(
        "tls: [{{hosts: ['*.example'], secretName: s}}], rules: [{}]",
        rule("*.example", "/", "other")
    );
    let own = format!("rules: [{}]", rule("x.example", "/", "both"));
    let simulation = with(&[ingress("i", "", &own), ingress("j", "", &wild)]);
    assert_eq!(
        met(&simulation, "https://x.example/"),
        "200 secret/default/s both"
    );
    assert_eq!(met(&simulation, "http://x.example/"), "308 308");
    assert_eq!(
        met(&simulation, "https://y.example/"),
        "200 secret/default/s other"
    );
}

/// An Ingress of a default backend alone is the catch-all, which a rule without a host does not replace; a default
/// backend beside rules is one for the hosts of these rules only (kubernetes/ingress-nginx, issue 8473).
#[test]
fn the_catch_all_belongs_to_an_ingress_without_rules() {
    let backend = "defaultBackend: {service: {name: other, port: {number: 80}}}";
    let spec = format!("{backend}, rules: [{}]", rule("a.example", "/a", "both"));
    let beside = with(&[ingress("i", "", &spec)]);
    assert_eq!(met(&beside, "http://a.example/a"), "200  both");
    assert_eq!(met(&beside, "http://a.example/b"), "200  other");
    assert_eq!(met(&beside, "http://z.example/"), "404");
    let more = format!(
        "rules: [{}, {}]",
        rule("", "/", "both"),
        rule("", "/more", "both")
    );
    let alone = with(&[ingress("i", "", backend), ingress("j", "", &more)]);
    assert_eq!(met(&alone, "http://z.example/"), "200  other");
    assert_eq!(met(&alone, "http://z.example/more"), "200  both");
    let none = with(&[ingress("j", "", &more)]);
    assert_eq!(met(&none, "http://z.example/"), "200  both");
}

/// NGINX decodes a path, merges its slashes and resolves its dots before it compares.
#[test]
fn a_path_is_compared_in_its_plain_form() {
    let rules = [
        rule("a.example", "/app/x", "both"),
        rule("a.example", "/", "other"),
    ];
    let simulation = with(&[ingress("i", "", &format!("rules: [{}]", rules.join(", ")))]);
    for (path, service) in [
        ("/app/x", "both"),
        ("/app//x", "both"),
        ("/app/y/../x/", "both"),
        ("/./app/%78", "both"),
        ("/app%2Fx", "both"),
        ("/app/x?/../..", "both"),
        ("/app/x/..", "other"),
        ("/app/xy", "other"),
    ] {
        let url = format!("http://a.example{path}");
        assert_eq!(met(&simulation, &url), format!("200  {service}"), "{path}");
    }
    assert_eq!(met(&simulation, "http://a.example/../x"), "400");
}

/// The oldest Ingress with a host makes its server, and says whether TLS is passed on.
#[test]
fn only_the_ingress_that_makes_a_server_passes_its_tls_on() {
    let rules = format!("rules: [{}]", rule("a.example", "/", "both"));
    let more = format!("rules: [{}]", rule("a.example", "/more", "both"));
    let ask = ", annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true'}";
    let old = ", creationTimestamp: '2024-01-01T00:00:00Z'";
    let new = ", creationTimestamp: '2025-01-01T00:00:00Z'";
    let simulation = with(&[
        ingress("i", old, &rules),
        ingress("j", &format!("{new}{ask}"), &more),
    ]);
    assert_eq!(
        met(&simulation, "https://a.example/"),
        "200 default certificate both"
    );
    let simulation = with(&[
        ingress("i", &format!("{old}{ask}"), &rules),
        ingress("j", new, &more),
    ]);
    assert_eq!(
        met(&simulation, "https://a.example/"),
        "200 passthrough both"
    );
}

/// A rewritten request keeps its query.
#[test]
fn a_rewrite_keeps_the_query() {
    let note = ", annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$1}";
    let spec = format!("rules: [{}]", rule("a.example", "/app/(.*)", "both"));
    let simulation = with(&[ingress(
        "i",
        note,
        &spec.replace("Prefix", "ImplementationSpecific"),
    )]);
    let result = ask(&simulation, "http://a.example/app/x?y=1");
    let upstream = result.branches[0].connection.upstream().unwrap();
    let request = upstream.received.as_ref().unwrap().packet.http.clone();
    assert_eq!(&*request.unwrap().path, "/x?y=1");
}
