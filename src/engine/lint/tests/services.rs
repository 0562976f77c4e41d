//! Services that the cloud provider refuses: what is found points at the annotation or field that is the cause. And
//! annotations without effect.

use super::found::{Case, problems};
use crate::text::{Language, Texts};

pub(super) const CASES: &[Case] = &[
    Case {
        // Section 5.3: a range that cannot be read makes the controller refuse all others.
        code: "source-range-unread",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: odd, annotations: {service.beta.kubernetes.io/azure-allowed-ip-ranges: '203.0.113.0/24, 198.51.100.7/24'}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/odd metadata.annotations[service.beta.kubernetes.io/azure-allowed-ip-ranges]",
    },
    Case {
        code: "annotation-no-effect",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: all, annotations: {service.beta.kubernetes.io/azure-load-balancer-enable-high-availability-ports: 'true'}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/all metadata.annotations[service.beta.kubernetes.io/azure-load-balancer-enable-high-availability-ports]",
    },
];

/// A public IP resource that nothing uses, with and without what makes it unfit.
const ADDRESS: &str = "{type: Microsoft.Network/publicIPAddresses, name: mine, location: japaneast, sku: {name: Standard}, properties: {ipAddress: 20.1.1.1, publicIPAllocationMethod: Static}}";
const BASIC: &str = "{type: Microsoft.Network/publicIPAddresses, name: mine, location: japaneast, sku: {name: Basic}, properties: {ipAddress: 20.1.1.1, publicIPAllocationMethod: Static}}";
const LABELLED: &str = "{type: Microsoft.Network/publicIPAddresses, name: mine, location: japaneast, sku: {name: Standard}, properties: {ipAddress: 20.1.1.1, publicIPAllocationMethod: Static, dnsSettings: {domainNameLabel: shop}}}";
const PORT: &str = "ports: [{port: 81, targetPort: 8080}]";

/// A Service with these annotations (without prefix), and what its specification says besides its type.
fn service(name: &str, annotations: &[(&str, &str)], spec: &str) -> String {
    let written: Vec<String> = annotations
        .iter()
        .map(|(key, value)| format!("service.beta.kubernetes.io/{key}: '{value}'"))
        .collect();
    format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, annotations: {{{}}}}}, spec: {{type: LoadBalancer, selector: {{app: web}}, {spec}}}}}",
        written.join(", ")
    )
}

/// What is said of refused Services: code, field, and the place in the text, which is that of the very field.
fn refused(scenario: &str, change: &[(&str, &str)], documents: &str) -> Vec<String> {
    let (_, simulation) = problems(scenario, change, documents);
    let of_provider = |code: &str| code.starts_with("load-balancer-");
    let found = simulation.diagnostics.iter();
    let found = found.filter(|it| of_provider(it.code));
    let japanese = Texts::new(Language::Ja);
    found
        .map(|it| {
            let hint = japanese.diagnostic_hint(it).unwrap();
            assert!(!hint.is_ascii(), "{hint}");
            let place = it.location.as_ref().expect("it has a place");
            let short = place.line == place.end_line && place.end_column - place.column < 140;
            let field = it.field.as_deref().unwrap_or_default();
            assert!(short || field.is_empty(), "{it} is at {place}");
            let field = field.replace("metadata.annotations[service.beta.kubernetes.io/", "[");
            format!("{} {field}", it.code)
        })
        .collect()
}

/// The only refusal of a Service with these annotations, beside other documents.
#[track_caller]
fn one(annotations: &[(&str, &str)], spec: &str, documents: &str, expected: &str) {
    let text = format!("{}\n---\n{documents}", service("odd", annotations, spec));
    let text = text.trim_end_matches("\n---\n");
    let found = refused("azure-cni", &[], text);
    assert_eq!(found, [expected], "{annotations:?} {spec}");
}

/// Section 5.5: static addresses and subnets that are refused.
#[test]
fn a_refused_address_points_at_the_annotation_or_field_that_asks_for_it() {
    let internal = ("azure-load-balancer-internal", "true");
    let fixed = format!("loadBalancerIP: 20.1.1.1, {PORT}");
    one(&[], &fixed, "", "load-balancer-pending spec.loadBalancerIP");
    let ipv4 = ("azure-load-balancer-ipv4", "20.1.1.1");
    one(
        &[ipv4],
        PORT,
        "",
        "load-balancer-pending [azure-load-balancer-ipv4]",
    );
    let bad = ("azure-load-balancer-ipv4", "20.1.1");
    one(
        &[bad],
        PORT,
        "",
        "load-balancer-pending [azure-load-balancer-ipv4]",
    );
    let name = ("azure-pip-name", "mine");
    one(&[name], PORT, "", "load-balancer-pending [azure-pip-name]");
    one(
        &[name],
        PORT,
        BASIC,
        "load-balancer-pending [azure-pip-name]",
    );
    one(
        &[],
        &fixed,
        BASIC,
        "load-balancer-pending spec.loadBalancerIP",
    );
    let subnet = ("azure-load-balancer-internal-subnet", "nowhere");
    one(
        &[internal, subnet],
        PORT,
        "",
        "load-balancer-pending [azure-load-balancer-internal-subnet]",
    );
    let taken = format!("loadBalancerIP: 10.1.0.4, {PORT}");
    one(
        &[internal],
        &taken,
        "",
        "load-balancer-pending spec.loadBalancerIP",
    );
}

/// Sections 5.1 to 5.3: probes, timeouts, labels, ranges and ports that are refused.
#[test]
fn a_refused_service_points_at_the_annotation_or_field_that_is_the_cause() {
    let label = ("azure-dns-label-name", "shop");
    one(
        &[label],
        PORT,
        LABELLED,
        "load-balancer-refused [azure-dns-label-name]",
    );
    let idle = ("azure-load-balancer-tcp-idle-timeout", "3");
    one(
        &[idle],
        PORT,
        "",
        "load-balancer-refused [azure-load-balancer-tcp-idle-timeout]",
    );
    let interval = ("port_81_health-probe_interval", "4");
    one(
        &[interval],
        PORT,
        "",
        "load-balancer-refused [port_81_health-probe_interval]",
    );
    let all = ("azure-load-balancer-health-probe-num-of-probe", "x");
    one(
        &[all],
        PORT,
        "",
        "load-balancer-refused [azure-load-balancer-health-probe-num-of-probe]",
    );
    let long = ("azure-load-balancer-health-probe-interval", "60");
    one(
        &[long],
        PORT,
        "",
        "load-balancer-refused [azure-load-balancer-health-probe-interval]",
    );
    let probed = ("port_81_health-probe_port", "nobody");
    one(
        &[probed],
        PORT,
        "",
        "load-balancer-refused [port_81_health-probe_port]",
    );
    one(
        &[],
        "ports: [{port: 81, protocol: SCTP}]",
        "",
        "load-balancer-refused spec.ports[0].protocol",
    );
    let ranges = ("azure-allowed-ip-ranges", "203.0.113.0/24");
    one(
        &[ranges],
        &format!("loadBalancerSourceRanges: [198.51.100.0/24], {PORT}"),
        "",
        "load-balancer-refused [azure-allowed-ip-ranges]",
    );
    let fixed = format!("loadBalancerIP: 20.1.1.1, {PORT}");
    let clash = service("other", &[], &fixed);
    one(
        &[],
        &fixed,
        &format!("{clash}\n---\n{ADDRESS}"),
        "load-balancer-refused spec.ports[0]",
    );
}

/// The annotation with the resource group is the cause where the address stands in another one.
#[test]
fn a_wrong_resource_group_is_pointed_at() {
    let group = "properties:\n  nodeResourceGroup: MC_rg\n  kubernetesVersion";
    let at = "id: /subscriptions/s/resourceGroups/shared/providers/Microsoft.Network/publicIPAddresses/mine, name: mine";
    let address = ADDRESS.replace("name: mine", at);
    let change = [("properties:\n  kubernetesVersion", group)];
    let odd = |annotations: &[(&str, &str)]| {
        let odd = service(
            "odd",
            annotations,
            &format!("loadBalancerIP: 20.1.1.1, {PORT}"),
        );
        refused("azure-cni", &change, &format!("{odd}\n---\n{address}"))
    };
    assert_eq!(odd(&[]), ["load-balancer-pending spec.loadBalancerIP"]);
    let wrong = ("azure-load-balancer-resource-group", "elsewhere");
    assert_eq!(
        odd(&[wrong]),
        ["load-balancer-pending [azure-load-balancer-resource-group]"]
    );
}

/// Section 5.1: one address for several Services is allowed from Kubernetes 1.20, public or internal.
#[test]
fn below_kubernetes_1_20_services_cannot_share_an_address() {
    let pair = |annotations: &[(&str, &str)], ip: &str| {
        let one = service("one", annotations, &format!("loadBalancerIP: {ip}, {PORT}"));
        let two = "ports: [{port: 82, targetPort: 8080}]";
        let two = service("two", annotations, &format!("loadBalancerIP: {ip}, {two}"));
        format!("{one}\n---\n{two}\n---\n{ADDRESS}")
    };
    let internal = [("azure-load-balancer-internal", "true")];
    for documents in [pair(&[], "20.1.1.1"), pair(&internal, "10.1.0.200")] {
        for (version, expected) in [
            ("1.19.7", &["load-balancer-refused spec.loadBalancerIP"][..]),
            ("1.20.2", &[]),
        ] {
            let change = [("\"1.30.0\"", &*format!("\"{version}\""))];
            let found = refused("azure-cni", &change, &documents);
            assert_eq!(found, expected, "{version} {documents}");
        }
    }
    // One after the other by name of the resource: the annotation is the cause.
    let name = [("azure-pip-name", "mine")];
    let two = service("two", &name, "ports: [{port: 82, targetPort: 8080}]");
    let documents = format!(
        "{}\n---\n{two}\n---\n{ADDRESS}",
        service("one", &name, PORT)
    );
    let found = refused("azure-cni", &[("1.30.0", "1.19.7")], &documents);
    assert_eq!(found, ["load-balancer-refused [azure-pip-name]"]);
}

/// What only some load balancers heed, and where it is heeded.
#[test]
fn an_annotation_is_told_of_where_it_has_no_effect_and_not_where_it_has() {
    let internal = ("azure-load-balancer-internal", "true");
    let ports = ("azure-load-balancer-enable-high-availability-ports", "true");
    let subnet = ("azure-load-balancer-internal-subnet", "vms");
    let label = ("azure-dns-label-name", "shop");
    let deny = ("azure-deny-all-except-load-balancer-source-ranges", "true");
    let told = |annotations: &[(&str, &str)], spec: &str, change: &[(&str, &str)]| -> usize {
        let (all, _) = problems("azure-cni", change, &service("odd", annotations, spec));
        let found = all.iter().filter(|it| it.code == "annotation-no-effect");
        found.count()
    };
    let basic = [("loadBalancerSku: standard", "loadBalancerSku: basic")];
    assert_eq!(told(&[ports], PORT, &[]), 1, "public");
    assert_eq!(told(&[internal, ports], PORT, &[]), 0, "internal");
    assert_eq!(told(&[internal, ports], PORT, &basic), 1, "Basic");
    assert_eq!(told(&[subnet], PORT, &[]), 1, "a subnet for a public one");
    assert_eq!(told(&[internal, subnet], PORT, &[]), 0);
    assert_eq!(told(&[label], PORT, &[]), 0);
    assert_eq!(told(&[internal, label], PORT, &[]), 1, "no public address");
    assert_eq!(told(&[deny], PORT, &[]), 1, "nothing is excepted");
    let ranges = format!("loadBalancerSourceRanges: [203.0.113.0/24], {PORT}");
    assert_eq!(told(&[deny], &ranges, &[]), 0);
    let off = (
        "azure-load-balancer-enable-high-availability-ports",
        "false",
    );
    assert_eq!(told(&[off], PORT, &[]), 0, "switched off");
}

/// Section 5.5: without floating IP the rule leads to the node port, which must be there.
#[test]
fn without_floating_ip_and_without_node_ports_a_service_is_refused() {
    let off = ("azure-disable-load-balancer-floating-ip", "true");
    let spec =
        format!("externalTrafficPolicy: Local, allocateLoadBalancerNodePorts: false, {PORT}");
    one(
        &[off],
        &spec,
        "",
        "load-balancer-refused spec.allocateLoadBalancerNodePorts",
    );
    let (_, simulation) = problems("azure-cni", &[], &service("odd", &[], &spec));
    let found = simulation.diagnostics.iter();
    assert_eq!(
        found
            .filter(|it| it.code.starts_with("load-balancer-"))
            .count(),
        0
    );
}
