//! What the API server refuses in a Service (`k8s.io/kubernetes/pkg/apis/core/validation`),
//! beyond types and words, which the reader reports.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::super::cursor::{Cursor, quoted};
use super::super::super::names;
use super::super::super::values;

/// The annotation that is older than `spec.loadBalancerSourceRanges`.
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
/// Two names of one annotation, which must agree.
const TOPOLOGY: [&str; 2] = [
    "service.kubernetes.io/topology-mode",
    "service.kubernetes.io/topology-aware-hints",
];

/// Reports every rule of the API that a Service breaks.
pub(super) fn check(at: Cursor<'_>) {
    let spec = at.get("spec");
    let kind = spec.get("type");
    let kind = kind
        .node()
        .and_then(|node| node.as_str())
        .unwrap_or("ClusterIP");
    ports(spec, kind);
    cluster_ips(spec, kind);
    families(spec);
    source_ranges(at, kind);
    others(at, kind);
}

fn text(at: Cursor<'_>) -> Option<&str> {
    at.node().and_then(|node| node.as_str())
}

fn ports(spec: Cursor<'_>, kind: &str) {
    let ports: Vec<Cursor<'_>> = spec.get("ports").list().collect();
    let headless = text(spec.get("clusterIP")) == Some("None");
    if ports.is_empty() && kind != "ExternalName" && !headless {
        spec.wrong("no-ports", "has no `ports`", "none", "at least one port");
    }
    let mut named = BTreeSet::new();
    let mut fronts = BTreeSet::new();
    let mut nodes = BTreeSet::new();
    for port in &ports {
        let name = port.get("name");
        match text(name).unwrap_or_default() {
            "" if ports.len() > 1 => name.require("a name, as there are several ports"),
            "" => {}
            word if !names::label(word) => {
                name.wrong(
                    "bad-name",
                    "is not a port name that the API accepts",
                    &quoted(word),
                    "lower-case letters, digits and `-`",
                );
            }
            word => {
                if !named.insert(word) {
                    name.wrong(
                        "duplicate",
                        "is the name of another port as well",
                        &quoted(word),
                        "a name of its own",
                    );
                }
            }
        }
        target(port.get("targetPort"));
        let protocol = text(port.get("protocol")).unwrap_or("TCP");
        twice(port.get("port"), protocol, &mut fronts);
        let node_port = port.get("nodePort");
        if node_port
            .node()
            .is_some_and(|node| node.value != crate::model::yaml::Value::Int(0))
        {
            if matches!(kind, "ClusterIP" | "ExternalName") {
                let found = quoted(node_port.written());
                node_port.wrong(
                    "forbidden",
                    &format!("may not be used when `type` is `{kind}`"),
                    &found,
                    "nothing, or the type `NodePort`",
                );
            }
            twice(node_port, protocol, &mut nodes);
        }
    }
}

/// Reports a port that another entry of the same protocol has.
fn twice<'a>(at: Cursor<'a>, protocol: &'a str, seen: &mut BTreeSet<(&'a str, &'a str)>) {
    if at.exists() && !seen.insert((protocol, at.written())) {
        at.wrong(
            "duplicate",
            "is the port of another entry as well",
            &quoted(at.written()),
            "each port once a protocol",
        );
    }
}

fn cluster_ips(spec: Cursor<'_>, kind: &str) {
    let one = spec.get("clusterIP");
    let many = spec.get("clusterIPs");
    let values: Vec<Cursor<'_>> = many.list().collect();
    let first = values.first().copied();
    let written = text(one).filter(|text| !text.is_empty());
    let found = || quoted(written.unwrap_or_default());
    if kind == "ExternalName" && (written.is_some() || !values.is_empty()) {
        let at = if values.is_empty() { one } else { many };
        at.wrong(
            "forbidden",
            "may not be set for a Service of type `ExternalName`",
            &found(),
            "nothing",
        );
        return;
    }
    let none = |at: &Cursor<'_>| text(*at) == Some("None");
    if matches!(kind, "NodePort" | "LoadBalancer")
        && (none(&one) || first.as_ref().is_some_and(none))
    {
        let at = first.unwrap_or(one);
        at.wrong(
            "forbidden",
            &format!("may not be `None` for a Service of type `{kind}`"),
            "`None`",
            "an address, or nothing",
        );
    }
    if values.is_empty() {
        return;
    }
    let addresses: Vec<IpAddr> = values
        .iter()
        .filter_map(|at| values::address(text(*at)?))
        .collect();
    let expected = "the primary address first, at most one of each family";
    if written.is_none() {
        many.wrong(
            "forbidden",
            "must be empty when `clusterIP` is",
            &quoted(many.written()),
            "nothing",
        );
    } else if first.and_then(text) != written {
        many.wrong(
            "mismatch",
            "does not start with `clusterIP`",
            &quoted(many.written()),
            &found(),
        );
    } else if values.len() > 2 {
        many.wrong(
            "out-of-range",
            "has more than two addresses",
            &quoted(many.written()),
            expected,
        );
    } else if values.len() == 2 && values.iter().any(none) {
        many.wrong(
            "forbidden",
            "has `None` beside another value",
            &quoted(many.written()),
            "`None` alone",
        );
    } else if let [first, second] = addresses.as_slice()
        && first.is_ipv4() == second.is_ipv4()
    {
        many.wrong(
            "duplicate",
            "has two addresses of one family",
            &quoted(many.written()),
            expected,
        );
    }
    for at in values {
        if text(at) == Some("") {
            at.wrong(
                "bad-address",
                "is not an IP address",
                "nothing",
                "an address such as `10.0.0.7`",
            );
        }
    }
}

/// A `targetPort` that is a text is the name of a container port.
fn target(at: Cursor<'_>) {
    if let Some(word) = text(at).filter(|word| !word.is_empty() && !names::port_name(word)) {
        at.wrong(
            "bad-name",
            "is not a port name that the API accepts",
            &quoted(word),
            "a number, or at most 15 lower-case letters, digits and `-`, a letter among them",
        );
    }
}

/// What is only for Services that are reached from outside.
fn outside(spec: Cursor<'_>, kind: &str) {
    let external = spec.get("externalIPs").list().next().is_some();
    let reached = external || matches!(kind, "NodePort" | "LoadBalancer");
    let policy = spec.get("externalTrafficPolicy");
    let written = text(policy).unwrap_or_default();
    if !reached && !written.is_empty() {
        policy.wrong(
            "forbidden",
            "may only be set for a Service that is reached from outside",
            &quoted(written),
            "nothing, or a `type` of `NodePort` or `LoadBalancer`",
        );
    }
    let health = spec.get("healthCheckNodePort");
    let unset = health.written() == "0" || !health.exists();
    if !unset && (kind != "LoadBalancer" || written != "Local") {
        health.wrong(
            "forbidden",
            "may only be set where `type` is `LoadBalancer` and `externalTrafficPolicy` is `Local`",
            &quoted(health.written()),
            "nothing",
        );
    }
}

/// `ipFamilies`, and whether the addresses are of these families.
fn families(spec: Cursor<'_>) {
    let families: Vec<Cursor<'_>> = spec.get("ipFamilies").list().collect();
    let allowed = [("IPv4", true), ("IPv6", false)];
    let words: Vec<Option<bool>> = families.iter().map(|at| at.word(&allowed)).collect();
    if let ([_, second, ..], [Some(a), Some(b), ..]) = (families.as_slice(), words.as_slice())
        && a == b
    {
        second.wrong(
            "duplicate",
            "is the family of the first entry as well",
            &quoted(second.written()),
            "the other family",
        );
    }
    let policy = spec.get("ipFamilyPolicy");
    let dual = Some(policy).filter(|at| text(*at) == Some("RequireDualStack"));
    let mut pairs = families.iter().zip(&words);
    let v6 = pairs.find(|(_, word)| **word == Some(false));
    if let Some(at) = v6.map(|(at, _)| *at).or(dual) {
        at.doubt(
            "ip-family-not-modelled",
            "asks for IPv6, which kubehop does not model: the Service gets an IPv4 address only",
            &quoted(at.written()),
            "`IPv4`",
            "a cluster without IPv6 refuses such a Service",
        );
    }
    for (at, family) in spec.get("clusterIPs").list().zip(words) {
        let address = text(at).and_then(values::address);
        if let (Some(address), Some(v4)) = (address, family)
            && address.is_ipv4() != v4
        {
            let expected = if v4 {
                "an IPv4 address"
            } else {
                "an IPv6 address"
            };
            at.wrong(
                "wrong-family",
                "is not of the family that `ipFamilies` names",
                &format!("`{address}`"),
                expected,
            );
        }
    }
}

fn source_ranges(at: Cursor<'_>, kind: &str) {
    let field = at.get("spec").get("loadBalancerSourceRanges");
    let annotation = at.get("metadata").get("annotations").get(RANGES);
    let balancer = kind == "LoadBalancer";
    for ranges in [field, annotation] {
        let empty =
            ranges.node().is_some_and(|node| node.items().is_empty()) && text(ranges).is_none();
        if !balancer && ranges.exists() && !empty {
            ranges.wrong(
                "forbidden",
                "may only be used when `type` is `LoadBalancer`",
                &quoted(ranges.written()),
                "nothing",
            );
        }
    }
    if let Some(ranges) = text(annotation).map(str::trim)
        && balancer
        && !field.exists()
        && !ranges.is_empty()
    {
        for range in ranges.split(',') {
            annotation.prefix_of(range.trim());
        }
    }
}

fn others(at: Cursor<'_>, kind: &str) {
    let spec = at.get("spec");
    outside(spec, kind);
    for external in spec.get("externalIPs").list() {
        let special = text(external).and_then(values::address);
        if let Some(address) = special.filter(values::is_special) {
            external.wrong(
                "out-of-range",
                "is not an address that a Service may have",
                &format!("`{address}`"),
                "a unicast address of a machine or router",
            );
        }
    }
    let name = spec.get("externalName");
    if kind == "ExternalName" {
        name.require("the DNS name that this Service is an alias of");
        let written = text(name).unwrap_or_default();
        if !written.is_empty()
            && !names::subdomain(&written.trim_end_matches('.').to_ascii_lowercase())
        {
            name.wrong(
                "bad-name",
                "is not a DNS name",
                &quoted(written),
                "a name such as `db.example.com`",
            );
        }
    }
    let config = spec.get("sessionAffinityConfig");
    if config.exists() && text(spec.get("sessionAffinity")) != Some("ClientIP") {
        config.wrong(
            "forbidden",
            "must not be set when `sessionAffinity` is not `ClientIP`",
            &quoted(config.written()),
            "nothing",
        );
    }
    let allocate = spec.get("allocateLoadBalancerNodePorts");
    if allocate.exists() && kind != "LoadBalancer" {
        allocate.wrong(
            "forbidden",
            "may only be used when `type` is `LoadBalancer`",
            &quoted(allocate.written()),
            "nothing",
        );
    }
    let class = spec.get("loadBalancerClass");
    if text(class).is_some_and(|class| !names::key(class)) {
        class.wrong(
            "bad-name",
            "is not a name that the API accepts",
            &quoted(class.written()),
            "a name such as `example.com/class`",
        );
    }
    spec.get("trafficDistribution").word(&[
        ("PreferClose", ()),
        ("PreferSameZone", ()),
        ("PreferSameNode", ()),
    ]);
    let [mode, hints] = TOPOLOGY.map(|key| at.get("metadata").get("annotations").get(key));
    if let (Some(first), Some(second)) = (text(mode), text(hints))
        && first != second
    {
        mode.wrong(
            "mismatch",
            "differs from its older name `topology-aware-hints`",
            &quoted(first),
            &quoted(second),
        );
    }
}
