//! Which Ingresses a controller takes, what is warned of, and what comes of a second connection that fails.

mod azure;
mod servers;

use expect_test::{Expect, expect};

use crate::engine::expect::evaluate;
use crate::engine::export::trace_result;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{Detail, TraceResult, Verdict};
use crate::model::document::Document;
use crate::model::flow::{Flow, HttpExpect};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
use crate::model::read::parse_flow_target;

const CLUSTER: &str = include_str!("../../scenarios/shared/small-cluster.yaml");

/// A controller at 20.50.60.70 that sees who asks, and a Service of two pods, one a node.
const COMMON: &str = "
{apiVersion: v1, kind: Service, metadata: {name: controller, namespace: ingress}, spec: {type: LoadBalancer, loadBalancerIP: 20.50.60.70, externalTrafficPolicy: Local, selector: {app: controller}, ports: [{name: http, port: 80}, {name: https, port: 443}]}}
---
{type: Microsoft.Network/publicIPAddresses, name: ip, location: japaneast, sku: {name: Standard}, properties: {ipAddress: 20.50.60.70, publicIPAllocationMethod: Static}}
---
{apiVersion: v1, kind: Service, metadata: {name: both}, spec: {selector: {tier: both}, ports: [{name: http, port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: near, labels: {tier: both}}, spec: {nodeName: n0, containers: [{name: c, image: c}]}, status: {podIP: 10.244.0.30}}
---
{apiVersion: v1, kind: Pod, metadata: {name: far, labels: {tier: both, only: far}}, spec: {nodeName: n1, containers: [{name: c, image: c}]}, status: {podIP: 10.244.1.30}}
---
";

fn controller(args: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: controller, namespace: ingress, labels: {{app: controller}}}}, spec: {{nodeName: n0, containers: [{{name: c, image: ingress-nginx/controller, args: [{args}]}}]}}, status: {{podIP: 10.244.0.20}}}}\n---\n"
    )
}

fn ingress(name: &str, metadata: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: {name}{metadata}}}, spec: {{{spec}}}}}\n---\n"
    )
}

/// Rules without a host that send everything to a Service.
fn all_to(service: &str) -> String {
    format!(
        "rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}]"
    )
}

fn simulation(texts: &[&str]) -> (Simulation, Document) {
    let text = [&[CLUSTER, "---", COMMON], texts].concat().join("\n");
    let (document, problems) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    assert!(problems.is_empty(), "{problems:?}");
    (Simulation::new(&document), document)
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

/// The status of each branch, and who got the request.
fn answers(result: &TraceResult) -> Vec<String> {
    let branches = result.branches.iter();
    let answer = branches.map(|branch| {
        let status = branch.connection.http().map(|http| http.status);
        let receiver = branch.connection.received.as_ref();
        let receiver = receiver.map(|received| received.receiver.to_string());
        let disposition = branch.connection.original.disposition.as_str();
        format!(
            "{} {}",
            status.unwrap_or_default(),
            receiver.as_deref().unwrap_or(disposition)
        )
    });
    answer.collect()
}

#[track_caller]
fn statuses(args: &str, extra: &str, metadata: &str, spec: &str, expected: &str) {
    let spec = format!("{spec}{}", all_to("both"));
    let documents = [
        controller(args),
        extra.to_owned(),
        ingress("i", metadata, &spec),
    ];
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let (simulation, _) = simulation(&documents);
    let found = answers(&ask(&simulation, "http://20.50.60.70/"));
    assert!(
        found.iter().all(|answer| answer.starts_with(expected)),
        "{args} {extra} {metadata} {spec}: {found:?}"
    );
}

/// The controller's own rules: the class in the spec, else the annotation, else those without a class.
#[test]
fn a_controller_takes_the_ingresses_of_its_class() {
    let class = |name: &str, more: &str| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {{name: {name}{more}}}, spec: {{controller: k8s.io/ingress-nginx}}}}\n---\n"
        )
    };
    let default = ", annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}";
    let note = |class: &str| format!(", annotations: {{kubernetes.io/ingress.class: {class}}}");
    let named = "ingressClassName: web, ";
    statuses("", &class("web", ""), "", named, "200");
    statuses("", "", "", named, "404");
    statuses(
        "--controller-class=a/b",
        &class("web", ""),
        "",
        named,
        "404",
    );
    statuses("", "", &note("nginx"), "", "200");
    statuses("", "", &note("other"), "", "404");
    statuses("--ingress-class=other", "", &note("other"), "", "200");
    statuses("", "", "", "", "404");
    statuses("", &class("web", default), "", "", "200");
    statuses("", &class("web", default), &note("other"), "", "404");
    statuses("--watch-ingress-without-class=true", "", "", "", "200");
    let elsewhere = "--watch-ingress-without-class=true, --watch-namespace=elsewhere";
    statuses(elsewhere, "", "", "", "404");
}

#[test]
fn a_server_that_does_not_answer_is_followed_by_the_next_one() {
    let closed = "
type: Microsoft.Network/networkSecurityGroups
name: closed
location: japaneast
properties: {securityRules: [{name: no, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: 10.244.0.0/24, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '8080'}}, {name: yes, properties: {priority: 200, direction: Inbound, access: Allow, protocol: '*', sourceAddressPrefix: Internet, sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '*'}}]}
---
";
    let cluster = CLUSTER.replace(
        "properties: {addressPrefix: 10.1.0.0/24}",
        "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: closed}}",
    );
    let far = "{apiVersion: v1, kind: Service, metadata: {name: far}, spec: {selector: {only: far}, ports: [{port: 80, targetPort: 8080}]}}\n---\n";
    let parts = [
        &cluster,
        "---",
        COMMON,
        closed,
        far,
        &controller("--watch-ingress-without-class"),
        &ingress("i", "", &all_to("both")),
        &ingress(
            "j",
            "",
            &all_to("far").replace("{http", "{host: far.example, http"),
        ),
        "{type: Microsoft.Network/dnsZones, name: far.example, properties: {}}\n---",
        "{type: Microsoft.Network/dnsZones/A, name: far.example/@, properties: {ARecords: [{ipv4Address: 20.50.60.70}]}}",
    ];
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), parts.join("\n"))]);
    let simulation = Simulation::new(&document);
    let result = ask(&simulation, "http://20.50.60.70/");
    assert_eq!(
        answers(&result),
        ["200 pod/default/near", "200 pod/default/near"]
    );
    let tries = |index: usize| {
        let steps = result.branches[index].connection.original.steps();
        steps
            .filter(|(_, step)| matches!(step.detail, Detail::Proxied { .. }))
            .count()
    };
    assert_eq!([tries(0), tries(1)], [1, 2]);
    let lost = ask(&simulation, "http://far.example/");
    assert_eq!(answers(&lost), ["504 pod/ingress/controller"]);
    assert_eq!(lost.verdict, Verdict::Delivered);
    let whole = lost.unrolled();
    let shown = &whole.branches[0].connection.original;
    assert_eq!(shown.disposition.as_str(), "DeniedIn");
    assert_eq!(
        shown.last_step().unwrap().0.to_string(),
        "subnet/vnet/nodes"
    );
}

#[test]
fn a_controller_that_is_its_own_backend_goes_in_a_circle() {
    let own = "{apiVersion: v1, kind: Service, metadata: {name: own, namespace: ingress}, spec: {selector: {app: controller}, ports: [{port: 80}]}}\n---\n";
    let circle = ingress("i", ", namespace: ingress", &all_to("own"));
    let (simulation, _) = simulation(&[&controller("--watch-ingress-without-class"), own, &circle]);
    let result = ask(&simulation, "http://20.50.60.70/");
    assert_eq!(answers(&result), ["504 pod/ingress/controller"]);
}

#[test]
fn whose_request_goes_by_the_rules_of_another_make_is_not_said() {
    let other = controller("")
        .replace("ingress-nginx/controller", "traefik:v3")
        .replace(
            "app: controller",
            "app: controller, app.kubernetes.io/name: traefik",
        );
    let (simulation, _) = simulation(&[&other, &ingress("i", "", &all_to("both"))]);
    assert_eq!(
        ask(&simulation, "http://20.50.60.70/").verdict,
        Verdict::NotModelled
    );
    let (simulation, _) = self::simulation(&[&other]);
    assert_eq!(
        ask(&simulation, "http://20.50.60.70/").verdict,
        Verdict::Delivered
    );
}

/// The whole way is one for the picture, and the answer of the pod is the first part of the way back.
#[test]
fn a_walk_through_a_proxy_can_be_shown_as_one() {
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        &ingress("i", "", &all_to("both")),
    ]);
    let result = ask(&simulation, "http://20.50.60.70/").unrolled();
    let connection = &result.branches[0].connection;
    let hops = connection.original.hops.iter();
    let places: Vec<String> = hops.map(|hop| hop.place.to_string()).collect();
    assert!(
        places.contains(&"pod/ingress/controller".to_owned()),
        "{places:?}"
    );
    assert_eq!(places.last().unwrap(), "pod/default/near");
    let reply = connection.reply.as_ref().unwrap();
    assert_eq!(reply.hops[0].place.to_string(), "pod/default/near");
    assert_eq!(reply.hops.last().unwrap().place.to_string(), "host/client");
}

#[test]
fn the_add_on_brings_its_controller_its_backend_and_its_names() {
    let cluster = CLUSTER.replace(
        "  agentPoolProfiles:",
        "  addonProfiles: {httpApplicationRouting: {enabled: true, config: {HTTPApplicationRoutingZoneName: x.japaneast.aksapp.io}}}\n  agentPoolProfiles:",
    );
    let addon = ", annotations: {kubernetes.io/ingress.class: addon-http-application-routing}";
    let rules = all_to("both").replace("{http", "{host: web.x.japaneast.aksapp.io, http");
    let parts = [&cluster, "---", COMMON, &ingress("i", addon, &rules)];
    let (document, _) = Document::from_texts(vec![("x.yaml".to_owned(), parts.join("\n"))]);
    let simulation = Simulation::new(&document);
    let found = answers(&ask(&simulation, "http://web.x.japaneast.aksapp.io/"));
    let mut pods = found.iter();
    assert!(
        pods.all(|pod| pod.starts_with("200 pod/default/")),
        "{found:?}"
    );
    let service = "addon-http-application-routing-nginx-ingress";
    let service = simulation
        .network()
        .service("kube-system", service)
        .unwrap();
    let other = ask(&simulation, &format!("http://{}/", service.ingress[0].ip));
    let backend = other.branches[0]
        .connection
        .http()
        .unwrap()
        .backend
        .unwrap();
    assert_eq!(
        backend.to_string(),
        "service/kube-system/addon-http-application-routing-default-http-backend"
    );
}

#[track_caller]
fn warns(texts: &[&str], expected: &Expect) {
    let (simulation, document) = simulation(texts);
    let mut problems = super::checks::check(simulation.network());
    simulation
        .network()
        .locate_problems(&document, &mut problems);
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn an_ingress_that_nobody_takes_says_why() {
    let named = ingress(
        "a",
        "",
        &format!("ingressClassName: nginx, {}", all_to("both")),
    );
    warns(
        &[&named],
        &expect![[r#"
            x.yaml:95:79: warning: `ingress/default/a` has no effect: no ingress controller for the class `nginx` is among the documents; hint: add the Deployment and the Service of ingress-nginx
        "#]],
    );
    warns(
        &[&controller(""), &named, &ingress("c", "", &all_to("both"))],
        &expect![[r#"
            x.yaml:98:79: warning: `ingress/default/a` has no effect: there is no IngressClass `nginx`; hint: add the IngressClass, or name one that is there
            x.yaml:101:1: warning: `ingress/default/c` has no effect: it names no class, and the controller asks for one; hint: add `spec.ingressClassName`, or make an IngressClass the default
        "#]],
    );
}

#[test]
fn what_an_ingress_names_and_is_not_there_is_a_warning() {
    let paths = "rules: [{host: a.example, http: {paths: [
  {path: /lost, pathType: Prefix, backend: {service: {name: lost, port: {number: 80}}}},
  {path: /odd, pathType: Prefix, backend: {service: {name: both, port: {number: 81}}}},
  {path: /target, pathType: Prefix, backend: {service: {name: both, port: {number: 8080}}}},
  {path: /twice, pathType: Exact, backend: {service: {name: both, port: {name: http}}}},
  {path: /twice, pathType: Exact, backend: {service: {name: both, port: {name: http}}}},
  {path: /thing, pathType: Prefix, backend: {resource: {apiGroup: a.b, kind: Bucket, name: c}}}]}}],
  tls: [{hosts: [a.example], secretName: lost}]";
    let notes = ", annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true', nginx.ingress.kubernetes.io/canary: 'true'}";
    warns(
        &[
            &controller("--watch-ingress-without-class"),
            &ingress("i", notes, paths),
        ],
        &expect![[r#"
            x.yaml:98:85: warning: `ingress/default/i` asks for TLS to be passed through, and its controller does not do that; hint: add `--enable-ssl-passthrough` to the arguments of the controller
            x.yaml:98:138: warning: kubehop does not model the annotation `canary` of ingress-nginx; hint: a walk that depends on it ends as not modelled
            x.yaml:99:55: warning: `ingress/default/i` refers to `service/default/lost`, which is not there; such requests are answered with 503; found no `service/default/lost`, expected a document that describes it; hint: add the missing document, or remove the reference
            x.yaml:100:66: warning: `ingress/default/i` refers to a port that `service/default/both` does not have; such requests are answered with 503; found `81`, expected one of 80
            x.yaml:101:69: warning: `ingress/default/i` refers to a port that `service/default/both` does not have; ingress-nginx takes it for the port of the pods; found `8080`, expected one of 80
            x.yaml:104:36: warning: `ingress/default/i` sends requests to a resource, which ingress-nginx does not do
            x.yaml:105:30: warning: `ingress/default/i` refers to `secret/default/lost`, which is not there; its hosts get the default certificate of the controller; found no `secret/default/lost`, expected a document that describes it; hint: add the Secret; kubehop drops its data
            x.yaml:103:4: warning: `ingress/default/i` has a path that `ingress/default/i` has already; this one gets no requests; found `a.example/twice` again, expected each host and path once
        "#]],
    );
}

#[test]
fn what_is_expected_of_the_exchange_is_held_against_every_branch() {
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        &ingress("i", "", &all_to("both")),
    ]);
    let result = ask(&simulation, "http://20.50.60.70/");
    let headers = [
        ("x-forwarded-for", Some("203.0.113.9")),
        ("X-Forwarded-Proto", None),
        ("X-Absent", None),
        ("Location", Some("nowhere")),
    ];
    let expected = HttpExpect {
        status: Some(404),
        backend: Some("service/default/other".into()),
        headers: headers
            .into_iter()
            .map(|(name, value)| (name.into(), value.map(Into::into)))
            .collect(),
        tls: Some("terminated-at: pod/ingress/controller".into()),
    };
    let expected = crate::model::flow::Expect {
        http: Some(expected),
        ..Default::default()
    };
    let found = evaluate(simulation.network(), &result, &expected);
    let lines: Vec<String> = found.iter().map(|it| format!("{it}\n")).collect();
    expect![[r#"
        http.status: expected 404, got 200
        http.backend: expected service/default/other, got service/default/both
        http.headers.Location: expected nowhere, got absent
        http.headers.X-Forwarded-Proto: expected absent, got http
        http.tls: expected terminated-at: pod/ingress/controller, got none
    "#]]
    .assert_eq(&lines.concat());
}

#[test]
fn the_exchange_and_the_second_connection_are_in_the_json() {
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        &ingress("i", "", &all_to("both")),
    ]);
    let result = ask(&simulation, "https://20.50.60.70/a");
    let json = trace_result(&result, &|why| why.id.to_owned());
    let branch = &json["branches"][0];
    assert_eq!(branch["http"]["status"], 200);
    assert_eq!(branch["http"]["backend"], "service/default/both");
    assert_eq!(
        branch["http"]["tls"]["terminated-at"],
        "pod/ingress/controller"
    );
    assert_eq!(branch["http"]["headers"]["X-Forwarded-Proto"], "https");
    assert_eq!(branch["receiver"], "pod/default/near");
    let hops = branch["original"]["hops"].as_array().unwrap();
    let last = hops.last().unwrap()["steps"]
        .as_array()
        .unwrap()
        .last()
        .unwrap();
    assert_eq!(last["stage"], "host.forward");
    assert_eq!(last["proxied"]["picked"], "pod/default/near");
    assert_eq!(last["proxied"]["received"]["source"], "10.244.0.20");
    assert_eq!(last["proxied"]["reply"]["verdict"], "delivered");
    let pod = ask(&simulation, "http://20.50.60.70:9/");
    assert_eq!(
        trace_result(&pod, &|_| String::new())["branches"][0]["http"],
        serde_json::Value::Null
    );
}
