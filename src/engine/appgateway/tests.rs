//! Facts 8.3 and 8.4: whose Ingresses an Application Gateway takes, how kubenet is served, and what is refused.

mod left_out;

use crate::engine::expect::evaluate;
use crate::engine::simulation::Simulation;
use crate::engine::trace::{TraceResult, Verdict};
use crate::model::document::Document;
use crate::model::flow::{Flow, HttpExpect};
use crate::model::kube::Meta;
use crate::model::packet::Protocol;
use crate::model::read::parse_flow_target;

const AZURE: &str = include_str!("../../scenarios/shared/azure.yaml");
const WEB: &str = include_str!("../../scenarios/shared/web.yaml");
const KUBENET: &str = include_str!("../../scenarios/kubenet/cluster.yaml");
const CNI: &str = include_str!("../../scenarios/azure-cni/cluster.yaml");

/// A gateway of which nothing but the frame is written.
const GATEWAY: &str = "
{type: Microsoft.Network/applicationGateways, name: gw, properties: {sku: {tier: Standard_v2, capacity: 1}, gatewayIPConfigurations: [{properties: {subnet: {id: vnet-a/appgw}}}], frontendIPConfigurations: [{name: public, properties: {publicIPAddress: {id: gw-ip}}}]}}
---
{type: Microsoft.Network/publicIPAddresses, name: gw-ip, sku: {name: Standard}, properties: {ipAddress: 20.50.60.80, publicIPAllocationMethod: Static}}
";

const INGRESS: &str = "
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop}, spec: {ingressClassName: azure-application-gateway, rules: [{http: {paths: [{path: /foo, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}
";

fn with_addon(cluster: &str) -> String {
    let addon = "addonProfiles: {ingressApplicationGateway: {enabled: true, config: {applicationGatewayId: gw}}}";
    cluster.replacen("properties:\n", &format!("properties:\n  {addon}\n"), 1)
}

fn simulation(texts: &[&str]) -> (Simulation, Document) {
    let text = texts.join("\n---\n");
    let (document, problems) = Document::from_texts(vec![("x.yaml".to_owned(), text)]);
    assert!(problems.is_empty(), "{problems:?}");
    (Simulation::new(&document), document)
}

fn kubenet(more: &[&str]) -> (Simulation, Document) {
    let cluster = with_addon(KUBENET);
    let texts = [&[AZURE, WEB, &cluster, GATEWAY, INGRESS], more].concat();
    simulation(&texts)
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

/// Status and receiver of the only branch.
fn answer(simulation: &Simulation, url: &str) -> String {
    let result = ask(simulation, url);
    let [branch] = result.branches.as_slice() else {
        panic!("{} branches", result.branches.len());
    };
    let status = branch.connection.http().map(|http| http.status);
    let receiver = branch
        .connection
        .received
        .as_ref()
        .map(|it| it.receiver.to_string());
    format!(
        "{} {}",
        status.unwrap_or_default(),
        receiver.unwrap_or_default()
    )
}

fn codes(simulation: &Simulation, document: &Document) -> Vec<&'static str> {
    let all = simulation.diagnostics.iter().chain(&[]).cloned();
    let checks = simulation.checks(document);
    let mut codes: Vec<&str> = all
        .chain(checks)
        .map(|problem| problem.code)
        .filter(|code| code.starts_with("appgw") || code.starts_with("agic"))
        .collect();
    codes.sort_unstable();
    codes
}

#[test]
fn i_02_a_prefix_takes_what_begins_with_the_same_characters() {
    let (simulation, _) = kubenet(&[]);
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/foobar"),
        "200 pod/default/p1"
    );
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/bar"),
        "502 appgateway/gw"
    );
}

#[test]
fn i_10_with_kubenet_the_controller_attaches_the_nodes_route_table() {
    let (simulation, document) = kubenet(&[]);
    let id = crate::model::azure::SubnetId {
        vnet: "vnet-a".into(),
        subnet: "appgw".into(),
    };
    let subnet = simulation.network().subnet(&id).unwrap();
    assert_eq!(
        subnet.route_table.as_deref(),
        Some("aks-agentpool-routetable")
    );
    assert_eq!(
        subnet.meta.assigned[0].by,
        crate::engine::control::appgateway::AGIC
    );
    let result = ask(&simulation, "http://20.50.60.80/foo");
    let received = result.branches[0].connection.received.as_ref().unwrap();
    assert_eq!(received.packet.source.to_string(), "10.1.2.4");
    assert_eq!(codes(&simulation, &document), Vec::<&str>::new());
}

/// "gives up if another one is there" (facts 8.3); W10: ok only with the table.
#[test]
fn w10_another_route_table_on_the_subnet_keeps_the_gateway_from_the_pods() {
    let other = "{type: Microsoft.Network/routeTables, name: own, properties: {routes: [], subnets: [{id: vnet-a/appgw}]}}";
    let (simulation, document) = kubenet(&[other]);
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/foo"),
        "502 appgateway/gw"
    );
    assert_eq!(codes(&simulation, &document), ["agic-route-table"]);
}

/// The hint of the finding above: what leads to the pods need not be the nodes' own table.
#[test]
fn w10_a_table_of_ones_own_with_a_route_for_each_node_is_as_good() {
    let route = |node: u8| {
        format!(
            "{{name: n{node}, properties: {{addressPrefix: 10.244.{node}.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.{}}}}}",
            node + 4
        )
    };
    let own = |routes: &[String]| {
        format!(
            "{{type: Microsoft.Network/routeTables, name: own, properties: {{routes: [{}], subnets: [{{id: vnet-a/appgw}}]}}}}",
            routes.join(", ")
        )
    };
    let (both, document) = kubenet(&[&own(&[route(0), route(1)])]);
    assert_eq!(
        answer(&both, "http://20.50.60.80/foo"),
        "200 pod/default/p1"
    );
    assert_eq!(codes(&both, &document), Vec::<&str>::new());
    let (one, document) = kubenet(&[&own(&[route(0)])]);
    assert_eq!(answer(&one, "http://20.50.60.80/foo"), "502 appgateway/gw");
    assert_eq!(codes(&one, &document), ["agic-route-table"]);
}

/// C-16, and facts 2.4: nothing but nodes reaches pods of an overlay. Controllers since April 2025 extend it to the gateway
/// (Azure/AKS issue 3641), which the facts do not tell; the walk and the finding say that.
#[test]
fn whether_the_gateway_reaches_pods_of_an_overlay_is_not_modelled() {
    let overlay = KUBENET.replace(
        "networkPlugin: kubenet",
        "networkPlugin: azure\n    networkPluginMode: overlay",
    );
    let cluster = with_addon(&overlay);
    let (simulation, document) = simulation(&[AZURE, WEB, &cluster, GATEWAY, INGRESS]);
    let result = ask(&simulation, "http://20.50.60.80/foo");
    assert_eq!(result.verdict, Verdict::NotModelled);
    let checks = simulation.checks(&document);
    let found = checks.iter().find(|it| it.code == "agic-overlay").unwrap();
    let object = found.object.as_ref().map(ToString::to_string);
    assert_eq!(object.as_deref(), Some("cluster/kn"));
    assert!(found.location.is_some() && found.hint.is_some());
    assert_eq!(codes(&simulation, &document), ["agic-overlay"]);
}

/// Facts 8.3, "Different VNets": peering is needed.
#[test]
fn a_gateway_in_a_network_that_is_not_peered_does_not_reach_the_pods() {
    let elsewhere = |peerings: &str| {
        format!(
            "{{type: Microsoft.Network/virtualNetworks, name: vnet-g, properties: {{addressSpace: {{addressPrefixes: [10.9.0.0/16]}}, subnets: [{{name: appgw, properties: {{addressPrefix: 10.9.2.0/24}}}}], virtualNetworkPeerings: [{peerings}]}}}}"
        )
    };
    let gateway = GATEWAY.replace("vnet-a/appgw", "vnet-g/appgw");
    let cluster = with_addon(CNI);
    let ask = |network: &str, more: &str| {
        let texts = [AZURE, WEB, &cluster, &gateway, INGRESS, network, more];
        let (simulation, document) = simulation(&texts);
        let answer = answer(&simulation, "http://20.50.60.80/foo");
        (answer, codes(&simulation, &document))
    };
    let (alone, found) = ask(&elsewhere(""), "");
    assert_eq!(alone, "502 appgateway/gw");
    assert_eq!(found, ["agic-not-peered"]);
    let (peered, found) = ask(
        &elsewhere("{name: g-to-a, properties: {remoteVirtualNetwork: {id: vnet-a}}}"),
        "{type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings, name: vnet-a/a-to-g, properties: {remoteVirtualNetwork: {id: vnet-g}}}",
    );
    assert_eq!(peered, "200 pod/default/p1");
    assert_eq!(found, Vec::<&str>::new());
    let (closed, found) = ask(
        &elsewhere(
            "{name: g-to-a, properties: {remoteVirtualNetwork: {id: vnet-a}, allowVirtualNetworkAccess: false}}",
        ),
        "{type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings, name: vnet-a/a-to-g, properties: {remoteVirtualNetwork: {id: vnet-g}, allowVirtualNetworkAccess: false}}",
    );
    assert_eq!(closed, "502 appgateway/gw");
    assert_eq!(found, ["agic-not-peered"]);
}

#[test]
fn i_11_with_azure_cni_the_route_of_the_virtual_network_is_enough() {
    let cluster = with_addon(CNI);
    let (simulation, _) = simulation(&[AZURE, WEB, &cluster, GATEWAY, INGRESS]);
    let id = crate::model::azure::SubnetId {
        vnet: "vnet-a".into(),
        subnet: "appgw".into(),
    };
    assert_eq!(simulation.network().subnet(&id).unwrap().route_table, None);
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/foo"),
        "200 pod/default/p1"
    );
}

#[test]
fn i_13_a_service_without_endpoints_is_answered_502() {
    let (simulation, _) = kubenet(&[
        "{apiVersion: v1, kind: Service, metadata: {name: gone}, spec: {selector: {app: gone}, ports: [{port: 80}]}}",
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: gone}, spec: {ingressClassName: azure-application-gateway, rules: [{http: {paths: [{path: /gone, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}]}}]}}",
    ]);
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/gone"),
        "502 appgateway/gw"
    );
}

fn nsg(rules: &str) -> String {
    format!(
        "{{type: Microsoft.Network/networkSecurityGroups, name: g, properties: {{subnets: [{{id: vnet-a/appgw}}], securityRules: [{rules}]}}}}"
    )
}

fn rule(priority: u32, access: &str, source: &str, ports: &str) -> String {
    format!(
        "{{name: r{priority}, properties: {{priority: {priority}, direction: Inbound, access: {access}, protocol: Tcp, sourceAddressPrefix: '{source}', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '{ports}'}}}}"
    )
}

#[test]
fn i_14_the_subnets_group_must_admit_gateway_manager_and_the_load_balancer() {
    for (rules, expected) in [
        (vec![], vec!["appgw-gateway-manager"]),
        (
            vec![rule(100, "Allow", "GatewayManager", "65200-65535")],
            vec![],
        ),
        (vec![rule(100, "Allow", "*", "*")], vec![]),
        (
            vec![rule(100, "Allow", "GatewayManager", "65200-65300")],
            vec!["appgw-gateway-manager"],
        ),
        (
            vec![
                rule(100, "Allow", "GatewayManager", "65200-65300"),
                rule(110, "Allow", "Internet", "65301-65535"),
            ],
            vec![],
        ),
        (
            vec![
                rule(100, "Deny", "Internet", "65400"),
                rule(110, "Allow", "GatewayManager", "65200-65535"),
            ],
            vec!["appgw-gateway-manager"],
        ),
        (
            vec![
                rule(100, "Allow", "GatewayManager", "65200-65535"),
                rule(200, "Deny", "*", "*"),
            ],
            vec!["appgw-load-balancer"],
        ),
        (
            vec![
                rule(100, "Allow", "GatewayManager", "65200-65535"),
                rule(150, "Allow", "AzureLoadBalancer", "*"),
                rule(200, "Deny", "*", "*"),
            ],
            vec![],
        ),
    ] {
        let (simulation, document) = kubenet(&[&nsg(&rules.join(", "))]);
        assert_eq!(codes(&simulation, &document), expected, "{rules:?}");
    }
}

#[test]
fn what_azure_refuses_of_a_gateways_subnet_is_an_error() {
    let (shared, document) = kubenet(&[
        "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: x}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9}}",
    ]);
    assert_eq!(codes(&shared, &document), ["appgw-subnet-shared"]);
    let table = "{type: Microsoft.Network/routeTables, name: own, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}], subnets: [{id: vnet-a/appgw}]}}";
    let (routed, document) = kubenet(&[table]);
    assert_eq!(
        codes(&routed, &document),
        ["agic-route-table", "appgw-default-route"]
    );
}

#[test]
fn the_controller_needs_a_gateway_of_the_second_version_that_is_there() {
    let cluster = with_addon(KUBENET);
    let (simulation_without, document) = simulation(&[AZURE, WEB, &cluster, INGRESS]);
    assert_eq!(codes(&simulation_without, &document), ["agic-no-gateway"]);
    let old = GATEWAY.replace("Standard_v2", "Standard");
    let (first, document) = simulation(&[AZURE, WEB, &cluster, &old, INGRESS]);
    assert_eq!(codes(&first, &document), ["agic-sku"]);
}

/// What the chart installs.
const INSTALLED: [&str; 2] = [
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: agic, namespace: agic}, spec: {selector: {matchLabels: {app: ingress-azure}}, template: {metadata: {labels: {app: ingress-azure}}, spec: {containers: [{name: c, image: agic}]}}}}",
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: agic, namespace: agic}, data: {APPGW_NAME: gw, KUBERNETES_WATCHNAMESPACE: 'default,shop'}}",
];

/// The cluster with the chart's controller and these settings of it.
fn installed(settings: &str) -> [&str; 7] {
    let controller = INSTALLED[0];
    [AZURE, WEB, KUBENET, GATEWAY, INGRESS, controller, settings]
}

/// The chart's controller: the ConfigMap beside it names the gateway.
#[test]
fn a_controller_that_was_installed_writes_the_gateway_that_its_config_map_names() {
    let (first, _) = simulation(&installed(INSTALLED[1]));
    assert_eq!(
        answer(&first, "http://20.50.60.80/foo"),
        "200 pod/default/p1"
    );
    let elsewhere = INSTALLED[1].replace("'default,shop'", "shop");
    let (second, document) = simulation(&installed(&elsewhere));
    assert_eq!(
        answer(&second, "http://20.50.60.80/foo"),
        "502 appgateway/gw"
    );
    let ignored = second
        .checks(&document)
        .into_iter()
        .filter(|it| it.code == "ingress-ignored");
    assert_eq!(ignored.count(), 1);
}

/// Limits of one gateway (facts 8.3).
#[test]
fn more_than_a_gateway_holds_is_an_error() {
    let many = |count: usize, part: &str| {
        let all: Vec<String> = (0..count)
            .map(|index| part.replace('#', &index.to_string()))
            .collect();
        all.join(", ")
    };
    for (field, part, most) in [
        (
            "backendAddressPools",
            "{name: p#, properties: {backendAddresses: []}}",
            100,
        ),
        ("sslCertificates", "{name: c#}", 100),
        (
            "backendHttpSettingsCollection",
            "{name: s#, properties: {port: 80, protocol: Http}}",
            100,
        ),
    ] {
        for (count, expected) in [(most, vec![]), (most + 1, vec!["appgw-limit"])] {
            let gateway = GATEWAY.replacen(
                "properties: {sku",
                &format!("properties: {{{field}: [{}], sku", many(count, part)),
                1,
            );
            let (simulation, document) = simulation(&[AZURE, &gateway]);
            assert_eq!(codes(&simulation, &document), expected, "{count} {field}");
        }
    }
}

#[test]
fn a_part_that_is_named_and_not_there_is_reported_and_answered() {
    let rules = "frontendPorts: [{name: http, properties: {port: 80}}], httpListeners: [{name: l, properties: {frontendIPConfiguration: {id: public}, frontendPort: {id: http}, protocol: Http}}], requestRoutingRules: [{name: r, properties: {httpListener: {id: l}, backendAddressPool: {id: gone}, backendHttpSettings: {id: gone}}}], sku";
    let gateway = GATEWAY.replacen("sku", rules, 1);
    let (simulation, document) = simulation(&[AZURE, &gateway]);
    assert_eq!(
        codes(&simulation, &document),
        ["appgw-reference", "appgw-reference"]
    );
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/"),
        "502 appgateway/gw"
    );
}

/// Two rules with one number, which the resource manager refuses, and statuses that are none.
#[test]
fn a_priority_twice_and_a_status_that_is_none_are_told() {
    let rule = |name: &str| {
        format!(
            "{{name: {name}, properties: {{priority: 7, httpListener: {{id: l}}, backendAddressPool: {{id: p}}, backendHttpSettings: {{id: s}}}}}}"
        )
    };
    let rules = format!(
        "frontendPorts: [{{name: http, properties: {{port: 80}}}}], httpListeners: [{{name: l, properties: {{frontendIPConfiguration: {{id: public}}, frontendPort: {{id: http}}, protocol: Http}}}}], requestRoutingRules: [{}, {}], backendAddressPools: [{{name: p, properties: {{}}}}], backendHttpSettingsCollection: [{{name: s, properties: {{port: 80, probe: {{id: x}}}}}}], probes: [{{name: x, properties: {{match: {{statusCodes: [200-399, abc, 500-200]}}}}}}], sku",
        rule("r"),
        rule("r2")
    );
    let gateway = GATEWAY.replacen("sku", &rules, 1);
    let (simulation, document) = simulation(&[AZURE, &gateway]);
    assert_eq!(codes(&simulation, &document), ["appgw-priority"]);
    let statuses = simulation.diagnostics.iter();
    let statuses = statuses.filter(|it| it.code == "bad-status");
    assert_eq!(statuses.count(), 2);
    let probe = &simulation.network().app_gateways[0].config.probes[0];
    assert_eq!(probe.statuses, [(200, 399)]);
}

/// A gateway whose pool is itself goes in a circle, and no probe waits for another.
#[test]
fn a_gateway_that_leads_to_itself_ends() {
    let rules = "frontendPorts: [{name: http, properties: {port: 80}}], httpListeners: [{name: l, properties: {frontendIPConfiguration: {id: public}, frontendPort: {id: http}, protocol: Http}}], requestRoutingRules: [{name: r, properties: {httpListener: {id: l}, backendAddressPool: {id: self}, backendHttpSettings: {id: s}}}], backendAddressPools: [{name: self, properties: {backendAddresses: [{ipAddress: 20.50.60.80}]}}], backendHttpSettingsCollection: [{name: s, properties: {port: 80, protocol: Http}}], sku";
    let gateway = GATEWAY.replacen("sku", rules, 1);
    let (simulation, _) = simulation(&[AZURE, &gateway]);
    assert_eq!(
        answer(&simulation, "http://20.50.60.80/"),
        "502 appgateway/gw"
    );
}

/// Without the Secret the controller knows no certificate, and listens for plain requests.
#[test]
fn tls_without_its_secret_is_a_plain_listener() {
    let ingress = INGRESS.replace("rules:", "tls: [{hosts: [], secretName: lost}], rules:");
    let cluster = with_addon(KUBENET);
    let (without, _) = simulation(&[AZURE, WEB, &cluster, GATEWAY, &ingress]);
    assert_eq!(
        without.network().app_gateways[0].config.ports,
        [("fp-80".into(), 80)]
    );
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: lost}, type: kubernetes.io/tls}";
    let (with, _) = simulation(&[AZURE, WEB, &cluster, GATEWAY, &ingress, secret]);
    assert_eq!(
        with.network().app_gateways[0].config.ports,
        [("fp-443".into(), 443)]
    );
    let result = ask(&with, "https://20.50.60.80/foo");
    let expected = crate::model::flow::Expect {
        http: Some(HttpExpect {
            status: Some(200),
            ..HttpExpect::default()
        }),
        ..crate::model::flow::Expect::default()
    };
    assert_eq!(evaluate(with.network(), &result, &expected), Vec::new());
}

#[test]
fn reconciling_twice_changes_nothing() {
    let (simulation, _) = kubenet(&[]);
    let once = simulation.network().clone();
    let (twice, _) = crate::engine::control::reconcile(once.clone());
    assert_eq!(once.app_gateways, twice.app_gateways);
    assert_eq!(once.vnets, twice.vnets);
}

#[test]
fn an_annotation_that_is_not_modelled_is_told() {
    let ingress = INGRESS.replace(
        "name: shop",
        "name: shop, annotations: {appgw.ingress.kubernetes.io/rewrite-rule-set: r}",
    );
    let cluster = with_addon(KUBENET);
    let (simulation, document) = simulation(&[AZURE, WEB, &cluster, GATEWAY, &ingress]);
    assert_eq!(codes(&simulation, &document), ["agic-not-modelled"]);
    let result = ask(&simulation, "http://20.50.60.80/foo");
    assert_eq!(result.verdict, Verdict::NotModelled);
}

/// AGIC, `docs/setup/install-existing.md`, "Multi-cluster / Shared App Gateway": a controller that shares its gateway leaves
/// alone what an `AzureIngressProhibitedTarget` names, so its rules are neither gone nor all there is.
#[test]
fn what_a_prohibited_target_leaves_of_a_gateway_is_not_modelled() {
    let target = "{apiVersion: appgw.ingress.k8s.io/v1, kind: AzureIngressProhibitedTarget, metadata: {name: prod}, spec: {hostname: prod.contoso.com}}";
    for (sharing, told) in [("true", true), ("false", false)] {
        let name = format!("APPGW_NAME: gw, APPGW_ENABLE_SHARED_APPGW: '{sharing}'");
        let settings = INSTALLED[1].replace("APPGW_NAME: gw", &name);
        let (simulation, document) = simulation(&[&installed(&settings)[..], &[target]].concat());
        let result = ask(&simulation, "http://20.50.60.80/foo");
        assert_eq!(result.verdict == Verdict::NotModelled, told);
        let found = codes(&simulation, &document).contains(&"agic-shared");
        assert_eq!(found, told);
    }
}

/// "AGIC assumes ownership": what somebody wrote into the gateway is gone (AGIC `docs`, brownfield).
#[test]
fn a_rule_that_the_controller_did_not_make_is_gone_and_told() {
    let rules = "frontendPorts: [{name: http, properties: {port: 8080}}], httpListeners: [{name: l, properties: {frontendIPConfiguration: {id: public}, frontendPort: {id: http}, protocol: Http}}], requestRoutingRules: [{name: mine, properties: {httpListener: {id: l}}}], sku";
    let gateway = GATEWAY.replacen("sku", rules, 1);
    let cluster = with_addon(KUBENET);
    let (simulation, document) = simulation(&[AZURE, WEB, &cluster, &gateway, INGRESS]);
    assert_eq!(codes(&simulation, &document), ["agic-overwrites"]);
    let rules = &simulation.network().app_gateways[0].config.rules;
    assert_eq!(rules.len(), 1);
    assert!(rules[0].name.starts_with("rr-"));
}
