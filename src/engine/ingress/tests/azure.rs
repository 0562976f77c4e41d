//! Assertions I-01 to I-08 of the facts, and ingress addresses that are fixed or inner (A21: ingress-static-ip, -internal-ip).

use super::{all_to, answers, ask, controller, ingress, simulation};
use crate::engine::dns::RecordType;
use crate::engine::simulation::Simulation;
use crate::model::document::Document;

const CLUSTER: &str = include_str!("../../../scenarios/shared/small-cluster.yaml");
const COMMON: &str = super::COMMON;

fn of(texts: &[&str]) -> Simulation {
    let text = texts.join("\n---\n");
    let (document, problems) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    assert!(problems.is_empty(), "{problems:?}");
    Simulation::new(&document)
}

fn header(simulation: &Simulation, url: &str, name: &str) -> Option<String> {
    let result = ask(simulation, url);
    let http = result.branches[0].connection.http()?;
    let found = http.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.to_string())
}

#[test]
fn i_01_a_host_that_no_ingress_names_is_answered_404() {
    let rules = all_to("both").replace("{http", "{host: a.example, http");
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        &ingress("a", "", &rules),
    ]);
    let found = answers(&ask(&simulation, "http://20.50.60.70/"));
    assert!(
        found[0].starts_with("404 pod/ingress/controller"),
        "{found:?}"
    );
}

#[test]
fn i_04_the_controllers_policy_decides_whom_it_sees() {
    let rules = ingress("a", "", &all_to("both"));
    let control = controller("--watch-ingress-without-class");
    let (local, _) = simulation(&[&control, &rules]);
    let seen = |it: &Simulation| header(it, "http://20.50.60.70/", "X-Forwarded-For");
    assert_eq!(seen(&local).as_deref(), Some("203.0.113.9"));
    let common = COMMON.replace(
        "externalTrafficPolicy: Local",
        "externalTrafficPolicy: Cluster",
    );
    let cluster = of(&[CLUSTER, &common, &control, &rules]);
    let result = ask(&cluster, "http://20.50.60.70/");
    let nodes: Vec<String> = cluster
        .network()
        .nodes
        .iter()
        .filter_map(crate::model::kube::Node::ip)
        .map(|ip| ip.to_string())
        .collect();
    let mut sources: Vec<String> = Vec::new();
    for branch in &result.branches {
        let http = branch.connection.http().unwrap();
        let found = http
            .headers
            .iter()
            .find(|(name, _)| *name == "X-Forwarded-For")
            .unwrap();
        let picked = branch
            .picks
            .iter()
            .find(|it| it.by.to_string().starts_with("loadbalancer"))
            .unwrap();
        let node = cluster
            .network()
            .node(picked.picked.trim_start_matches("node/"))
            .unwrap();
        // A pod on the node itself sees the bridge (AKS issue 402).
        if node.meta.name.as_ref() != "n0" {
            assert_eq!(found.1.as_ref(), node.ip().unwrap().to_string());
        }
        sources.push(found.1.to_string());
    }
    assert!(sources.iter().any(|it| nodes.contains(it)), "{sources:?}");
}

#[test]
fn i_05_what_passes_unread_carries_no_header_and_ends_at_the_backend() {
    let rules = all_to("both").replace("{http", "{host: a.example, http");
    let zone = "{type: Microsoft.Network/dnsZones, name: example, properties: {}}\n---\n{type: Microsoft.Network/dnsZones/A, name: example/a, properties: {ARecords: [{ipv4Address: 20.50.60.70}]}}\n---\n";
    let notes = ", annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true'}";
    let (simulation, _) = simulation(&[
        zone,
        &controller("--watch-ingress-without-class, --enable-ssl-passthrough"),
        &ingress("a", notes, &rules),
    ]);
    assert_eq!(
        header(&simulation, "https://a.example/", "X-Forwarded-For"),
        None
    );
    let result = ask(&simulation, "https://a.example/");
    let http = result.branches[0].connection.http().unwrap();
    assert_eq!(http.tls.to_string(), "passthrough");
    let receiver = &result.branches[0]
        .connection
        .received
        .as_ref()
        .unwrap()
        .receiver;
    assert!(
        receiver.to_string().starts_with("pod/default/"),
        "{receiver}"
    );
}

#[test]
fn i_13_a_service_without_endpoints_is_answered_503() {
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        "{apiVersion: v1, kind: Service, metadata: {name: gone}, spec: {selector: {app: gone}, ports: [{port: 80}]}}\n---\n",
        &ingress("a", "", &all_to("gone")),
    ]);
    let found = answers(&ask(&simulation, "http://20.50.60.70/"));
    assert!(
        found[0].starts_with("503 pod/ingress/controller"),
        "{found:?}"
    );
}

const HOST: &str = "web.x.japaneast.aksapp.io";

fn with_addon(texts: &[&str]) -> Simulation {
    let cluster = CLUSTER.replace(
        "  agentPoolProfiles:",
        "  addonProfiles: {httpApplicationRouting: {enabled: true, config: {HTTPApplicationRoutingZoneName: x.japaneast.aksapp.io}}}\n  agentPoolProfiles:",
    );
    of(&[&[&*cluster, COMMON], texts].concat())
}

fn resolved(simulation: &Simulation, from: &str, kind: RecordType) -> Vec<String> {
    let found = simulation
        .resolve(&from.parse().unwrap(), HOST, kind)
        .unwrap();
    let records = found.records.iter();
    records.map(|record| format!("{:?}", record.data)).collect()
}

#[test]
fn i_07_the_add_on_names_the_host_in_its_zone_for_everybody() {
    let addon = ", annotations: {kubernetes.io/ingress.class: addon-http-application-routing}";
    let rules = all_to("both").replace("{http", &format!("{{host: {HOST}, http"));
    let simulation = with_addon(&[&ingress("routed", addon, &rules)]);
    let service = "addon-http-application-routing-nginx-ingress";
    let service = simulation
        .network()
        .service("kube-system", service)
        .unwrap();
    let address = service.ingress[0].ip;
    for from in ["host/client", "pod/default/near"] {
        let a = resolved(&simulation, from, RecordType::A);
        assert_eq!(a, [format!("Address({address})")], "{from}");
        let txt = resolved(&simulation, from, RecordType::Txt);
        assert_eq!(
            txt,
            ["Text(\"heritage=external-dns,external-dns/owner=default\")"],
            "{from}"
        );
    }
}

#[test]
fn i_08_with_the_ingress_both_records_are_gone() {
    let simulation = with_addon(&[]);
    let zone = simulation
        .network()
        .dns_zones
        .iter()
        .find(|it| &*it.meta.name == "x.japaneast.aksapp.io");
    assert_eq!(zone.unwrap().records, []);
    assert_eq!(resolved(&simulation, "host/client", RecordType::A), [""; 0]);
    assert_eq!(
        resolved(&simulation, "host/client", RecordType::Txt),
        [""; 0]
    );
}

/// `loadBalancerIP` of the controller's Service with the address of a resource that stays, and a DNS label.
#[test]
fn a_controller_has_the_address_that_its_service_asks_for() {
    let (simulation, _) = simulation(&[
        &controller("--watch-ingress-without-class"),
        &ingress("a", "", &all_to("both")),
    ]);
    let service = simulation
        .network()
        .service("ingress", "controller")
        .unwrap();
    assert_eq!(service.ingress[0].ip.to_string(), "20.50.60.70");
    assert!(answers(&ask(&simulation, "http://20.50.60.70/"))[0].starts_with("200"));
}

/// `azure-load-balancer-internal`: reached from the virtual network, and not from the internet.
#[test]
fn a_controller_behind_an_inner_load_balancer_is_reached_from_within() {
    let inner = COMMON
        .replace("name: controller, namespace: ingress}", "name: controller, namespace: ingress, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}")
        .replace("loadBalancerIP: 20.50.60.70", "loadBalancerIP: 10.1.0.200");
    let simulation = of(&[
        CLUSTER,
        &inner,
        &controller("--watch-ingress-without-class"),
        &ingress("a", "", &all_to("both")),
    ]);
    let service = simulation
        .network()
        .service("ingress", "controller")
        .unwrap();
    assert_eq!(service.ingress[0].ip.to_string(), "10.1.0.200");
    let mut flow = crate::model::flow::Flow {
        meta: crate::model::kube::Meta::default(),
        from: "host/vm".parse().unwrap(),
        to: crate::model::read::parse_flow_target("http://10.1.0.200/").unwrap(),
        protocol: crate::model::packet::Protocol::Tcp,
        port: None,
        expect: None,
    };
    assert!(answers(&simulation.trace(&flow))[0].starts_with("200"));
    flow.from = "host/client".parse().unwrap();
    assert!(answers(&simulation.trace(&flow))[0].starts_with('0'));
}
