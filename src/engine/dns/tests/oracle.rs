//! Third-party vectors for DNS, run where their folder stands beside the project.

use std::sync::Arc;

use serde_json::Value;

use crate::engine::control::tests::build;
use crate::engine::control::tests::oracle::{
    array, meta, number, pod, protocol, service, some, text, vectors,
};
use crate::engine::dns::index::Index;
use crate::engine::dns::name::normal;
use crate::engine::dns::resolver::ResolvConf;
use crate::engine::dns::{Answer, Data, Outcome, Record, RecordType, coredns};
use crate::model::kube::{
    DnsConfig, DnsPolicy, Endpoint, EndpointPort, EndpointSlice, Namespace, Pod,
};
use crate::model::network::Network;

#[test]
fn third_party_vectors_of_dns_hold() {
    let Some(vectors) = vectors("dns.json") else {
        return;
    };
    let (mut passed, mut wrong) = (0, Vec::new());
    for group in array(&vectors["groups"]) {
        let network = network(group);
        let index = Index::of(&network);
        for query in array(&group["queries"]) {
            let name = text(&query["qname"]);
            let kind = record_type(text(&query["qtype"]));
            let answer = coredns::answer(&network, &index, name, kind);
            let found = shown(&answer, kind, array(&group["upstream_records"]));
            let expected = expected(&query["expect"]);
            if found == expected {
                passed += 1;
            } else {
                wrong.push(format!(
                    "{} {} {name}\n  expected {expected}\n  found    {found}",
                    group["id"], query["qtype"]
                ));
            }
        }
    }
    eprintln!(
        "RAN: dns.json, {passed} queries passed, {} wrong, none excused",
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn record_type(text: &str) -> RecordType {
    match text {
        "A" => RecordType::A,
        "AAAA" => RecordType::Aaaa,
        "CNAME" => RecordType::Cname,
        "PTR" => RecordType::Ptr,
        "SRV" => RecordType::Srv,
        "TXT" => RecordType::Txt,
        "NS" => RecordType::Ns,
        "SOA" => RecordType::Soa,
        _ => RecordType::Other,
    }
}

/// The network of a group, with the settings of its CoreDNS as a Corefile.
fn network(group: &Value) -> Network {
    let (objects, settings) = (&group["objects"], &group["settings"]);
    let exposed = strings(&settings["exposed_namespaces"]).join(" ");
    let exposed = match exposed.as_str() {
        "" => String::new(),
        list => format!("namespaces {list}"),
    };
    let pods = text(&settings["pods"]);
    let corefile = format!(
        ".:53 {{\n kubernetes cluster.local in-addr.arpa ip6.arpa {{\n pods {pods}\n {exposed}\n \
         fallthrough in-addr.arpa ip6.arpa\n }}\n forward . /etc/resolv.conf\n}}\n"
    );
    let namespaces = match settings["existing_namespaces"].as_array() {
        Some(list) => list.clone(),
        None => vec![Value::from("default")],
    };
    Network {
        namespaces: namespaces
            .iter()
            .map(text)
            .map(|name| Namespace {
                meta: build::meta("", name),
            })
            .collect(),
        config_maps: vec![build::config_map("coredns", &[("Corefile", &corefile)])],
        services: array(&objects["services"]).iter().map(service).collect(),
        pods: array(&objects["pods"]).iter().map(pod).collect(),
        slices: array(&objects["endpointslices"])
            .iter()
            .map(slice)
            .collect(),
        ..Network::default()
    }
}

fn slice(object: &Value) -> EndpointSlice {
    let head = meta(object);
    EndpointSlice {
        service: head
            .labels
            .get("kubernetes.io/service-name")
            .cloned()
            .unwrap_or_default(),
        meta: head,
        ipv6: object["addressType"] == "IPv6",
        ports: array(&object["ports"])
            .iter()
            .map(|port| EndpointPort {
                name: some(&port["name"]).unwrap_or_default(),
                protocol: protocol(&port["protocol"]),
                port: Some(number(&port["port"])),
            })
            .collect(),
        endpoints: array(&object["endpoints"]).iter().map(endpoint).collect(),
    }
}

fn endpoint(object: &Value) -> Endpoint {
    let ready = object["conditions"]["ready"] != false;
    Endpoint {
        addresses: array(&object["addresses"])
            .iter()
            .filter_map(|ip| text(ip).parse().ok())
            .collect(),
        ready,
        serving: ready,
        terminating: false,
        hostname: some(&object["hostname"]),
        node_name: None,
        zone: None,
        zone_hints: Vec::new(),
        node_hints: Vec::new(),
        target: None,
    }
}

/// Code and records in one line; what a forwarder would have added comes from `upstream`.
fn shown(answer: &Answer, kind: RecordType, upstream: &[Value]) -> String {
    let rcode = answer.rcode();
    let mut records: Vec<String> = answer.records.iter().map(record_text).collect();
    let Outcome::Forward(name) = &answer.outcome else {
        records.sort();
        return format!("{} {records:?}", rcode.unwrap_or("NOT MODELLED"));
    };
    let fits = |record: &&Value| {
        normal(text(&record["name"])) == **name && record_type(text(&record["type"])) == kind
    };
    records.extend(upstream.iter().filter(fits).map(expected_text));
    records.sort();
    format!("NOERROR {records:?}")
}

fn record_text(record: &Record) -> String {
    let name = &record.name;
    match &record.data {
        Data::Address(address) => format!("{name} {address}"),
        Data::Alias(it) | Data::Name(it) | Data::Server(it) | Data::Text(it) => {
            format!("{name} {it}")
        }
        Data::Service { port, target } => format!("{name} {target}:{port}"),
        Data::Start => format!("{name} "),
    }
}

fn expected(expect: &Value) -> String {
    let mut records: Vec<String> = array(&expect["answer"]).iter().map(expected_text).collect();
    records.sort();
    format!("{} {records:?}", text(&expect["rcode"]))
}

fn expected_text(record: &Value) -> String {
    let name = normal(text(&record["name"]));
    match text(&record["type"]) {
        "SRV" => format!(
            "{name} {}:{}",
            normal(text(&record["target"])),
            record["port"]
        ),
        "A" | "AAAA" => format!("{name} {}", text(&record["data"])),
        _ => {
            let data = record["data"].as_str().or(record["target"].as_str());
            format!("{name} {}", normal(data.unwrap_or_default()))
        }
    }
}

#[test]
fn third_party_vectors_of_resolv_conf_hold() {
    let Some(vectors) = vectors("dns.json") else {
        return;
    };
    let part = &vectors["resolv_conf"];
    let settings = &part["settings"];
    let host = ResolvConf {
        nameservers: addresses(&settings["host_resolv_conf"]["nameservers"]),
        searches: strings(&settings["host_resolv_conf"]["search"]),
        options: Vec::new(),
    };
    let cases = array(&part["cases"]);
    for case in cases {
        let pod = pod_with_policy(&case["pod_spec"], text(&settings["pod_namespace"]));
        let servers = addresses(&settings["cluster_dns"]);
        let domain = text(&settings["cluster_domain"]);
        let mut conf = ResolvConf::of_pod(&pod, &host, &servers, domain);
        conf.options.sort();
        let expect = &case["expect"];
        let mut options: Vec<String> = strings(&expect["options"])
            .iter()
            .map(ToString::to_string)
            .collect();
        options.sort();
        let expected = ResolvConf {
            nameservers: addresses(&expect["nameservers"]),
            searches: strings(&expect["searches"]),
            options,
        };
        assert_eq!(conf, expected, "{}", case["name"]);
    }
    eprintln!("RAN: dns.json, {} cases of resolv.conf", cases.len());
}

fn addresses(list: &Value) -> Vec<std::net::IpAddr> {
    array(list)
        .iter()
        .filter_map(|ip| text(ip).parse().ok())
        .collect()
}

fn strings(list: &Value) -> Vec<Arc<str>> {
    array(list).iter().filter_map(some).collect()
}

fn pod_with_policy(spec: &Value, namespace: &str) -> Pod {
    let config = &spec["dnsConfig"];
    let option = |it: &Value| (some(&it["name"]).unwrap_or_default(), some(&it["value"]));
    Pod {
        meta: build::meta(namespace, "p"),
        host_network: spec["hostNetwork"] == true,
        dns_policy: match text(&spec["dnsPolicy"]) {
            "ClusterFirstWithHostNet" => DnsPolicy::ClusterFirstWithHostNet,
            "Default" => DnsPolicy::Default,
            "None" => DnsPolicy::None,
            _ => DnsPolicy::ClusterFirst,
        },
        dns_config: DnsConfig {
            nameservers: addresses(&config["nameservers"]),
            searches: strings(&config["searches"]),
            options: array(&config["options"]).iter().map(option).collect(),
        },
        ..Pod::default()
    }
}
