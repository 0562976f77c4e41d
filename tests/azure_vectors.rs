//! What the Azure cloud provider itself answers, from vectors beside the project.
//!
//! Origin: unit tests of kubernetes-sigs/cloud-provider-azure (Apache-2.0), as data. The vectors
//! are not part of the project; where they are absent the tests say so and pass. Selected cases
//! are restated in `src/engine/azure/tests`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use kubehop::engine::azure::cloud_provider::rules::{self, Options};
use kubehop::engine::azure::cloud_provider::{apply_access, names};
use kubehop::model::azure::{AddressPrefix, LbRule, NsgProtocol, Probe, ProbeKind, SecurityRule};
use kubehop::model::document::Document;
use kubehop::model::kube::{Meta, Service};
use kubehop::model::packet::Protocol;
use kubehop::model::read;
use serde_json::{Value, json};

/// Why some cases are answered otherwise.
const STALE: &str = "it begins with rules that no Service asks for any more; \
    kubehop makes rules from nothing and never removes what is written";

/// Cases that kubehop answers otherwise, and why: part of the id, reason.
const OTHERWISE: [(&str, &str); 4] = [
    ("update_rules_-_add_to_related_rules", STALE),
    ("update_rules_-_remove_and_add", STALE),
    ("update_rules_-_NSG_rule_management_disabled", STALE),
    ("clean_rules_-_when_deleting_LB", STALE),
];

fn vectors() -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles/azure_lb.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "NOT RUN: no vectors of the Azure cloud provider at {}",
            path.display()
        );
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn service(value: &Value) -> Service {
    let mut value = value.clone();
    value["apiVersion"] = json!("v1");
    value["kind"] = json!("Service");
    // The vectors leave out what the API server would have filled in.
    if let Some(first) = value["spec"]["clusterIPs"].get(0).cloned() {
        value["spec"]["clusterIP"] = first;
    }
    let texts = vec![("service.json".to_owned(), value.to_string())];
    let (document, problems) = Document::from_texts(texts);
    assert!(problems.is_empty(), "{problems:?}");
    let (network, problems) = read::read(&document);
    let service = network.services.into_iter().next();
    service.unwrap_or_else(|| panic!("no Service: {problems:?}"))
}

fn cases<'v>(vectors: &'v Value, key: &str) -> &'v [Value] {
    vectors[key].as_array().unwrap()
}

/// Runs every case; a listed one must fail, any other must not.
fn run(what: &str, cases: &[Value], check: impl Fn(&Value) -> Result<(), String>) {
    let mut problems = Vec::new();
    let mut otherwise = 0;
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let listed = OTHERWISE.iter().find(|(part, _)| id.contains(part));
        match (check(case), listed) {
            (Ok(()), None) => {}
            (Err(_), Some((_, reason))) => {
                otherwise += 1;
                println!("otherwise: {id}: {reason}");
            }
            (Ok(()), Some(_)) => problems.push(format!("{id}: listed, but the same")),
            (Err(problem), None) => problems.push(format!("{id}:\n{problem}")),
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n\n"));
    println!(
        "RAN: {} {what} vectors, {otherwise} answered otherwise",
        cases.len()
    );
}

fn rule_json(rule: &LbRule) -> Value {
    let protocol = match rule.protocol {
        Some(Protocol::Tcp) => "Tcp",
        Some(Protocol::Udp) => "Udp",
        _ => "All",
    };
    json!({
        "name": &*rule.name,
        "protocol": protocol,
        "frontendPort": rule.frontend_port,
        "backendPort": rule.backend_port,
        "frontend": &*rule.frontend,
        "floatingIP": rule.floating_ip,
        "loadDistribution": if rule.source_ip_affinity { "SourceIP" } else { "Default" },
        "idleTimeoutMinutes": rule.idle_minutes,
        "tcpReset": rule.tcp_reset,
        "disableOutboundSnat": rule.disable_outbound_snat,
        "probe": rule.probe.as_deref(),
    })
}

fn probe_json(probe: &Probe) -> Value {
    let (protocol, path) = match &probe.kind {
        ProbeKind::Tcp => ("Tcp", None),
        ProbeKind::Http(path) => ("Http", Some(&**path)),
        ProbeKind::Https(path) => ("Https", Some(&**path)),
    };
    json!({
        "name": &*probe.name,
        "protocol": protocol,
        "port": probe.port,
        "path": path,
        "intervalSeconds": probe.interval_seconds,
        "threshold": probe.threshold,
    })
}

fn same(found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("found    {found}\nexpected {expected}"))
}

fn load_balancer_case(case: &Value) -> Result<(), String> {
    let config = &case["config"];
    let service = service(&case["service"]);
    let ipv6 = config["ipv6"].as_bool().unwrap();
    let options = Options {
        base: names::base(&service).into(),
        app_protocol: true,
        standard: config["sku"] == "standard",
        ipv6,
        dual_stack: service.cluster_ips.len() > 1,
        disable_outbound_snat: false,
        shared_probe: false,
        frontend: config["frontend"].as_str().unwrap().into(),
        subnet: None,
    };
    let expected = &case["expect"];
    match (rules::expected(&service, &options), expected.get("error")) {
        (Err(_), Some(_)) => Ok(()),
        (Err(error), None) => Err(format!("refused: {error}")),
        (Ok(_), Some(error)) => Err(format!("not refused: {error}")),
        (Ok((rules, probes)), None) => {
            let mut wanted = expected["rules"].clone();
            for rule in wanted.as_array_mut().unwrap() {
                rule.as_object_mut().unwrap().remove("backendPool");
            }
            same(&rules.iter().map(rule_json).collect(), &wanted)?;
            same(
                &probes.iter().map(probe_json).collect(),
                &expected["probes"],
            )
        }
    }
}

#[test]
fn rules_and_probes_are_those_of_the_cloud_provider() {
    if let Some(vectors) = vectors() {
        run(
            "load balancer",
            cases(&vectors, "lb_cases"),
            load_balancer_case,
        );
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(Vec::new, |items| {
        items.iter().filter_map(Value::as_str).collect()
    })
}

fn prefix(text: &str) -> AddressPrefix {
    if text == "*" {
        return AddressPrefix::Any;
    }
    let address = text
        .parse::<std::net::IpAddr>()
        .ok()
        .map(ipnet::IpNet::from);
    match address.or_else(|| text.parse().ok()) {
        Some(net) => AddressPrefix::Net(net),
        None => AddressPrefix::Tag(text.into()),
    }
}

fn existing(value: &Value) -> SecurityRule {
    SecurityRule {
        meta: Meta {
            name: value["name"].as_str().unwrap().into(),
            ..Meta::default()
        },
        priority: u32::try_from(value["priority"].as_u64().unwrap()).unwrap(),
        inbound: value["direction"] == "Inbound",
        allow: value["access"] == "Allow",
        protocol: match value["protocol"].as_str() {
            Some("Tcp") => Some(NsgProtocol::Tcp),
            Some("Udp") => Some(NsgProtocol::Udp),
            _ => None,
        },
        sources: texts(&value["source"]).into_iter().map(prefix).collect(),
        source_ports: Vec::new(),
        destinations: texts(&value["destination"])
            .into_iter()
            .map(prefix)
            .collect(),
        destination_ports: texts(&value["destinationPorts"])
            .iter()
            .filter_map(|text| text.parse().ok())
            .map(|port| (port, port))
            .collect(),
    }
}

fn shown(rule: &SecurityRule) -> String {
    let side = |prefixes: &[AddressPrefix]| -> BTreeSet<String> {
        let text = |prefix: &AddressPrefix| match prefix {
            AddressPrefix::Any => "*".to_owned(),
            AddressPrefix::Net(net) => net.to_string(),
            AddressPrefix::Tag(tag) => tag.to_string(),
        };
        prefixes.iter().map(text).collect()
    };
    let ports: BTreeSet<u16> = rule
        .destination_ports
        .iter()
        .map(|(port, _)| *port)
        .collect();
    format!(
        "{} {} {} {:?} {:?} {:?} {ports:?}",
        rule.meta.name,
        rule.priority,
        if rule.allow { "Allow" } else { "Deny" },
        rule.protocol,
        side(&rule.sources),
        side(&rule.destinations),
    )
}

fn addresses(value: &Value) -> Vec<std::net::IpAddr> {
    texts(value)
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

fn security_case(case: &Value) -> Result<(), String> {
    let balancer = &case["load_balancer"];
    let mut rules: Vec<SecurityRule> = cases(case, "existing_rules").iter().map(existing).collect();
    let count = case["existing_rule_count"].as_u64().unwrap_or_default();
    rules.extend((0..count).map(|index| SecurityRule {
        meta: Meta {
            name: format!("rule-{index}").into(),
            ..Meta::default()
        },
        ..SecurityRule::default()
    }));
    let mut nodes = addresses(&balancer["backend_ipv4"]);
    nodes.extend(addresses(&balancer["backend_ipv6"]));
    let done = if case["want_lb"] == true {
        let service = service(&case["service"]);
        apply_access(&mut rules, &service, &addresses(&balancer["ips"]), &nodes)
    } else {
        Ok(())
    };
    match (done, case["expect"].get("error")) {
        (Err(_), Some(_)) => Ok(()),
        (Err(error), None) => Err(format!("refused: {error}")),
        (Ok(()), Some(error)) => Err(format!("not refused: {error}")),
        (Ok(()), None) => {
            let wanted: BTreeSet<String> = cases(&case["expect"], "rules")
                .iter()
                .map(|rule| shown(&existing(rule)))
                .collect();
            let found: BTreeSet<String> = rules.iter().map(shown).collect();
            let list = |set: BTreeSet<&String>| {
                set.into_iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join("\n  ")
            };
            if wanted == found {
                return Ok(());
            }
            Err(format!(
                "too much:\n  {}\nmissing:\n  {}",
                list(found.difference(&wanted).collect()),
                list(wanted.difference(&found).collect())
            ))
        }
    }
}

#[test]
fn security_rules_are_those_of_the_cloud_provider() {
    if let Some(vectors) = vectors() {
        run("security rule", cases(&vectors, "nsg_cases"), security_case);
    }
}

fn naming_case(case: &Value) -> Result<(), String> {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let internal = case["internal"] == true;
    let found = match text("id").split('/').nth(1) {
        Some("frontendIPConfig") => {
            let base = names::base(&Service {
                meta: Meta {
                    uid: Some(text("service_uid").into()),
                    ..Meta::default()
                },
                ..Service::default()
            });
            names::frontend(&base, internal.then(|| text("subnet_annotation")))
        }
        Some("publicIP") => names::public_ip(text("cluster"), text("load_balancer_name_prefix")),
        _ => names::load_balancer(text("cluster"), internal),
    };
    same(&json!(found), &case["expect"])
}

#[test]
fn names_are_those_of_the_cloud_provider() {
    if let Some(vectors) = vectors() {
        run("naming", cases(&vectors, "naming_cases"), naming_case);
    }
}
