//! What nobody answers although it is written: paths that the controller leaves out, and listeners without a rule.

use super::{AZURE, GATEWAY, KUBENET, ask, simulation, with_addon};
use crate::engine::trace::Verdict;

/// A Service whose target port is a name, and an Ingress with one path to it besides that of the fixture.
const NAMED: &str = "
{apiVersion: v1, kind: Service, metadata: {name: named}, spec: {clusterIP: 10.0.50.11, selector: {app: web}, ports: [{port: 80, name: a, targetPort: http}]}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop}, spec: {ingressClassName: azure-application-gateway, rules: [{http: {paths: [{path: /foo, pathType: Prefix, backend: {service: {name: named, port: {number: 80}}}}]}}]}}
";

/// How the Ingress names the port of the Service.
const NUMBERED: &str = "port: {number: 80}";

fn second_pod(number: u16) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p3, labels: {{app: web}}}}, spec: {{nodeName: n0, containers: [{{name: c, image: web, ports: [{{containerPort: {number}, name: http}}]}}]}}, status: {{podIP: 10.244.0.12}}}}"
    )
}

#[test]
fn a_named_port_with_two_numbers_is_left_out_and_told() {
    // AGIC `backendhttpsettings.go`: more than one backend port for a Service port is refused.
    let cluster = with_addon(KUBENET);
    let told = |number| {
        let pod = second_pod(number);
        let (simulation, document) = simulation(&[AZURE, &cluster, GATEWAY, NAMED, &pod]);
        let found = simulation.checks(&document);
        let all = simulation.diagnostics.iter().chain(&found);
        let mut all = all.filter(|it| it.code == "agic-target-port");
        let first = all.next().map(|it| {
            let (object, field, found) = (it.object.as_ref(), it.field.as_ref(), it.found.as_ref());
            format!("{} {}: {}", object.unwrap(), field.unwrap(), found.unwrap())
        });
        assert!(all.next().is_none());
        let branches = ask(&simulation, "http://20.50.60.80/foo").branches;
        let statuses = branches
            .iter()
            .map(|it| it.connection.http().map(|http| http.status));
        (first, statuses.collect::<Vec<_>>())
    };
    let (nothing, served) = told(8080);
    assert_eq!(nothing, None);
    assert_eq!(served, [Some(200), Some(200)]);
    let (found, served) = told(9090);
    let expected = "ingress/default/shop spec.rules[0].http.paths[0]: `8080` and `9090`";
    assert_eq!(found.as_deref(), Some(expected));
    assert_eq!(served, [Some(502)]);
}

/// A number is known without endpoints, a name is not: the path is not in the gateway's configuration at all.
#[test]
fn a_named_port_that_no_endpoint_has_is_left_out_and_told() {
    let cluster = with_addon(KUBENET);
    let told = |target: &str, selector: &str, rest: &str| {
        let written = NAMED
            .replace("targetPort: http", &format!("targetPort: {target}"))
            .replace("{app: web}", selector)
            .replace(NUMBERED, rest);
        let (simulation, document) = simulation(&[AZURE, &cluster, GATEWAY, &written]);
        let found = simulation.checks(&document);
        let all = simulation.diagnostics.iter().chain(&found);
        let mut all = all.filter(|it| it.code == "agic-no-target-port");
        let first = all.next().map(|it| {
            let (object, field) = (it.object.as_ref().unwrap(), it.field.as_ref().unwrap());
            assert!(it.location.is_some());
            format!("{object} {field}: {}", it.message)
        });
        assert!(all.next().is_none());
        first
    };
    let (web, nobody) = ("{app: web}", "{app: nobody}");
    let reason =
        "is left out of appgateway/gw: no endpoint of service/default/named has the target port";
    let path = "ingress/default/shop spec.rules[0].http.paths[0]: the path `/foo`";
    for backend in [NUMBERED, "port: {name: a}"] {
        let expected = format!("{path} {reason} `http`, so its number is not known");
        let rest = backend;
        assert_eq!(told("http", nobody, rest).as_deref(), Some(&*expected));
    }
    let expected = format!("{path} {reason} `metrics`, so its number is not known");
    assert_eq!(told("metrics", web, NUMBERED).as_deref(), Some(&*expected));
    assert_eq!(told("8080", nobody, NUMBERED), None);
    assert_eq!(told("http", web, NUMBERED), None);
}

#[test]
fn a_listener_without_a_rule_is_not_said_to_be_absent() {
    let rules = "frontendPorts: [{name: http, properties: {port: 80}}], httpListeners: [{name: l, properties: {frontendIPConfiguration: {id: public}, frontendPort: {id: http}, protocol: Http}}], requestRoutingRules: [{name: r, properties: {priority: 7, httpListener: {id: other}}}], sku";
    let gateway = GATEWAY.replacen("sku", rules, 1);
    let (simulation, _) = simulation(&[AZURE, &gateway]);
    let why = |url: &str| {
        let result = ask(&simulation, url);
        assert_eq!(result.verdict, Verdict::Dropped);
        let (_, step) = result.branches[0].connection.original.last_step().unwrap();
        step.why.id
    };
    assert_eq!(why("http://20.50.60.80/"), "why-appgw-listener-unused");
    assert_eq!(why("http://20.50.60.80:8080/"), "why-appgw-no-listener");
}
