//! Load balancers, the way out, and what the cloud provider makes of Services.

use serde_json::json;

use super::{balancers, holds, problems, simulate};

const PROFILE: &str =
    "loadBalancerProfile:\n      effectiveOutboundIPs:\n        - id: outbound-ip";

fn service(name: &str, annotations: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, annotations: {{{annotations}}}}}, spec: {{type: LoadBalancer, selector: {{app: web}}, {spec}}}}}"
    )
}

fn annotation(name: &str, value: &str) -> String {
    format!("service.beta.kubernetes.io/{name}: '{value}'")
}

const OWN_IP: &str = "
type: Microsoft.Network/publicIPAddresses
name: mine
id: /subscriptions/s/resourceGroups/Shared-RG/providers/Microsoft.Network/publicIPAddresses/mine
location: japaneast
sku: {name: Standard}
properties: {ipAddress: 20.1.1.1, publicIPAllocationMethod: Static}
";
const GROUP: (&str, &str) = (
    "properties:\n  kubernetesVersion",
    "properties:\n  nodeResourceGroup: MC_rg_cn_japaneast\n  kubernetesVersion",
);
const STATIC: &str = "loadBalancerIP: 20.1.1.1, ports: [{port: 8080, targetPort: 8080}]";

/// Section 5.5: a public address outside of the node resource group needs the annotation that names its group.
#[test]
fn a_static_address_is_looked_for_in_the_right_resource_group() {
    let group = |name| annotation("azure-load-balancer-resource-group", name);
    for (annotations, refused) in [
        (String::new(), Some("MC_rg_cn_japaneast")),
        (group("shared-rg"), None),
        (group("elsewhere"), Some("elsewhere")),
    ] {
        let service = service("fixed", &annotations, STATIC);
        let simulation = simulate("azure-cni", &[GROUP], &[OWN_IP, &service]);
        let expected: Vec<String> = refused
            .map(|group| {
                format!("warning: user supplied IP address `20.1.1.1` was not found in resource group `{group}`")
            })
            .into_iter()
            .collect();
        assert_eq!(problems(&simulation, "load-balancer-pending"), expected);
        let ingress = &simulation
            .network()
            .service("default", "fixed")
            .unwrap()
            .ingress;
        assert_eq!(ingress.is_empty(), refused.is_some(), "stays pending");
    }
    // A group that nobody wrote down is taken to be the right one.
    let service = service("fixed", "", STATIC);
    let simulation = simulate("azure-cni", &[], &[OWN_IP, &service]);
    assert_eq!(problems(&simulation, "load-balancer-pending"), [""; 0]);
}

/// Section 5.1: the SKU of a public address equals that of the load balancer.
#[test]
fn a_basic_address_does_not_go_with_a_standard_load_balancer() {
    let basic = OWN_IP.replace("name: Standard", "name: Basic");
    let simulation = simulate("azure-cni", &[], &[&basic, &service("fixed", "", STATIC)]);
    assert_eq!(
        problems(&simulation, "load-balancer-pending"),
        [
            "warning: the public IP `mine` has the SKU Basic, which a Standard load balancer cannot use"
        ]
    );
}

/// Section 5.5 and L-20: a DNS label names a static address too, and only one in its region.
#[test]
fn a_dns_label_names_a_static_address_and_is_unique() {
    let label = annotation("azure-dns-label-name", "shop");
    let fixed = service("fixed", &label, STATIC);
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: by-label}
spec: {from: host/client, to: shop.japaneast.cloudapp.azure.com, port: 8080, expect: {verdict: delivered, receivers: [pod/default/p1], replySource: 20.1.1.1}}
";
    holds("azure-cni", &[], &[OWN_IP, &fixed, flow]);
    let other = service("other", &label, "ports: [{port: 81, targetPort: 8080}]");
    let simulation = simulate("azure-cni", &[], &[OWN_IP, &fixed, &other]);
    assert_eq!(
        problems(&simulation, "load-balancer-refused"),
        ["warning: the DNS label `shop` is that of the public IP `mine` in the same region"]
    );
    let labelled = OWN_IP.replace(
        "ipAddress",
        "dnsSettings: {domainNameLabel: old}, ipAddress",
    );
    let simulation = simulate("azure-cni", &[], &[&labelled, &fixed]);
    assert_eq!(
        problems(&simulation, "load-balancer-refused"),
        ["warning: there is an existing DNS label `old` on the public IP `mine`"]
    );
}

/// Section 5.5: a public IP prefix is not modelled, and the Service says so.
#[test]
fn an_address_out_of_a_prefix_is_said_to_be_a_stand_in() {
    let from = annotation(
        "azure-pip-prefix-id",
        "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/publicIPPrefixes/p",
    );
    let service = service("prefixed", &from, "ports: [{port: 81, targetPort: 8080}]");
    let simulation = simulate("azure-cni", &[], &[&service]);
    assert_eq!(problems(&simulation, "load-balancer-prefix").len(), 1);
}

/// Section 5.6: AKS manages one outbound address, or as many as asked for; Azure picks any of them.
#[test]
fn as_many_outbound_addresses_are_made_as_asked_for() {
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, via: [azure.lb.outbound], source: [192.0.2.1, 192.0.2.2, 192.0.2.3], reply: delivered}}
";
    let asked = [(
        PROFILE,
        "loadBalancerProfile: {managedOutboundIPs: {count: 3}}",
    )];
    let simulation = simulate("azure-cni", &asked, &[flow]);
    let branches = simulation.trace(&simulation.network().flows[0]).branches;
    assert_eq!(branches.len(), 3);
    holds("azure-cni", &asked, &[flow]);
    let nat = [
        (
            "outboundType: loadBalancer",
            "outboundType: managedNATGateway",
        ),
        (
            PROFILE,
            "natGatewayProfile: {managedOutboundIPProfile: {count: 2}}",
        ),
    ];
    let simulation = simulate("azure-cni", &nat, &[flow]);
    assert_eq!(simulation.network().nat_gateways[0].public_ips.len(), 2);
    let branches = simulation.trace(&simulation.network().flows[0]).branches;
    assert_eq!(branches.len(), 2);
}

/// The contract: a value that is not modelled ends the walks that depend on it, by name; the preview's NAT gateway is one.
#[test]
fn an_outbound_type_is_modelled_or_named() {
    let flow = |expect: &str| {
        format!(
            "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: out}}, spec: {{from: pod/default/p0, to: host/server, port: 443, expect: {{{expect}}}}}}}"
        )
    };
    let typed = |name| [("outboundType: loadBalancer", name)];
    let v2 = typed("outboundType: managedNATGatewayV2");
    holds(
        "azure-cni",
        &v2,
        &[&flow(
            "verdict: delivered, via: [natgateway/aks-natgateway, azure.natgateway]",
        )],
    );
    let made = simulate("azure-cni", &v2, &[]);
    let network = made.network();
    assert!(network.nat_gateways[0].v2 && network.public_ips.iter().any(|it| it.v2));
    let before = simulate("azure-cni", &typed("outboundType: managedNATGateway"), &[]);
    assert!(!before.network().nat_gateways[0].v2);
    let unknown = typed("outboundType: carrierPigeon");
    holds(
        "azure-cni",
        &unknown,
        &[&flow(
            "verdict: not-modelled, endsAt: {stage: azure.lb.outbound}",
        )],
    );
    let simulation = simulate("azure-cni", &unknown, &[]);
    assert_eq!(
        problems(&simulation, "outbound-type-not-modelled"),
        ["warning: this outbound type is not modelled"]
    );
    assert_eq!(problems(&simulation, "egress-blocked"), [""; 0]);
    for (kind, disposition) in [
        ("outboundType: none", "SnatUnavailable"),
        ("outboundType: block", "DeniedOut"),
    ] {
        let expected = format!("verdict: dropped, endsAt: {{disposition: {disposition}}}");
        holds("azure-cni", &typed(kind), &[&flow(&expected)]);
    }
}

const BASIC: [(&str, &str); 2] = [
    ("loadBalancerSku: standard", "loadBalancerSku: basic"),
    (PROFILE, ""),
];

/// Section 5.6: behind a Basic load balancer with Services nodes leave with one of the frontends, at random.
#[test]
fn nodes_of_a_basic_load_balancer_leave_with_any_frontend() {
    let flows = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, via: [azure.lb.outbound], source: [20.50.60.70, 192.0.2.1], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ping}
spec: {from: pod/default/p0, to: host/server, protocol: ICMP, expect: {verdict: dropped, endsAt: {disposition: SnatUnavailable}}}
";
    let second = service("second", "", "ports: [{port: 81, targetPort: 8080}]");
    holds("azure-cni", &BASIC, &[&second, flows]);
    let simulation = simulate("azure-cni", &BASIC, &[&second, flows]);
    let branches = simulation.trace(&simulation.network().flows[0]).branches;
    let odds: Vec<f64> = branches.iter().map(|branch| branch.probability).collect();
    assert_eq!(odds, [0.5, 0.5]);
}

/// Section 5.1: Basic takes the nodes of one scale set; nobody takes nodes that Azure does not manage.
#[test]
fn some_nodes_are_left_out_of_the_pool() {
    let members = |simulation: &kubehop::engine::simulation::Simulation| -> Vec<String> {
        let pool = &simulation.network().load_balancers[0].backend_nodes;
        pool.iter().map(ToString::to_string).collect()
    };
    let unmanaged = [(
        "metadata: {name: n1}",
        "metadata: {name: n1, labels: {kubernetes.azure.com/managed: 'false'}}",
    )];
    assert_eq!(members(&simulate("azure-cni", &unmanaged, &[])), ["n0"]);
    let second = [
        BASIC[0],
        BASIC[1],
        ("count: 2", "count: 1"),
        (
            "      vnetSubnetID: vnet-a/nodes",
            "      vnetSubnetID: vnet-a/nodes\n    - {name: other, count: 1, maxPods: 30, vnetSubnetID: vnet-a/nodes}",
        ),
        (
            "metadata: {name: n1}",
            "metadata: {name: n1, labels: {kubernetes.azure.com/agentpool: other}}",
        ),
    ];
    assert_eq!(members(&simulate("azure-cni", &second, &[])), ["n0"]);
    assert_eq!(
        members(&simulate("azure-cni", &second[2..], &[])),
        ["n0", "n1"]
    );
}

/// An id in the answer names something that is in it: the pool of the outbound rule.
#[test]
fn the_pool_of_the_outbound_rule_is_listed() {
    let all = balancers(&simulate("azure-cni", &[], &[]));
    let properties = &all[0]["properties"];
    let pools = properties["backendAddressPools"].as_array().unwrap();
    let names: Vec<&str> = pools.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["kubernetes", "aksOutboundBackendPool"]);
    assert_eq!(
        properties["outboundRules"][0]["properties"]["backendAddressPool"]["id"],
        json!("kubernetes/aksOutboundBackendPool")
    );
}

/// Section 5.2: in the shared mode one HTTP probe of the node serves all Services with policy Cluster; a node answers it
/// whether or not a Service has endpoints, and `Local` keeps its own.
#[test]
fn services_share_a_probe_where_the_cluster_says_so() {
    let shared = [(
        PROFILE,
        "loadBalancerProfile: {clusterServiceLoadBalancerHealthProbeMode: Shared, effectiveOutboundIPs: [{id: outbound-ip}]}",
    )];
    let second = service(
        "second",
        "",
        "ports: [{port: 81, targetPort: 8080}], allocateLoadBalancerNodePorts: false",
    );
    let local = service(
        "near",
        "",
        "externalTrafficPolicy: Local, healthCheckNodePort: 32100, ports: [{port: 82, targetPort: 8080}]",
    );
    let simulation = simulate("azure-cni", &shared, &[&second, &local]);
    let all = balancers(&simulation);
    let probes = all[0]["properties"]["probes"].as_array().unwrap();
    let shown: Vec<String> = probes
        .iter()
        .map(|it| {
            let of = |key: &str| it["properties"][key].to_string();
            format!(
                "{} {} {} {}",
                it["name"],
                of("protocol"),
                of("port"),
                of("requestPath")
            )
        })
        .collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(
        shown[0],
        r#""cluster-service-shared-health-probe" "Http" 10356 "/healthz""#
    );
    assert!(
        shown[1].ends_with(r#""Http" 32100 "/healthz""#),
        "{}",
        shown[1]
    );
    assert_eq!(problems(&simulation, "probe-no-node-port"), [""; 0]);
    let empty = service("empty", "", "ports: [{port: 83, targetPort: 8080}]")
        .replace("app: web", "app: nobody");
    let flow = "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: without-endpoints}
spec: {from: host/client, to: service/default/empty, port: 83, expect: {verdict: rejected, via: [azure.lb.probe, azure.lb.rule], endsAt: {disposition: NoEndpoints}}}
";
    holds("azure-cni", &shared, &[&empty, flow]);
}

/// Section 5.2: `appProtocol: http` is probed with HTTP "from 1.24" on.
#[test]
fn an_application_protocol_is_probed_with_it_since_1_24() {
    let service = "{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81, targetPort: 8080, appProtocol: http}]}}";
    for (version, http) in [("1.23.8", false), ("1.24.0", true)] {
        let written = format!("kubernetesVersion: \"{version}\"");
        let version = ("kubernetesVersion: \"1.30.0\"", &*written);
        let all = balancers(&simulate("kubenet", &[version], &[service])).to_string();
        assert_eq!(
            all.contains("\"requestPath\":\"/\""),
            http,
            "{written}: {all}"
        );
    }
}
