//! What Azure or AKS would refuse or not support (the validation assertions of the fact sheet).

use super::fixture::network;
use crate::engine::azure::addresses::Addresses;
use crate::engine::azure::checks;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::network::Network;

const AZURE: &str = include_str!("../../../scenarios/shared/azure.yaml");
const KUBENET: &str = include_str!("../../../scenarios/kubenet/cluster.yaml");
const AZURE_CNI: &str = include_str!("../../../scenarios/azure-cni/cluster.yaml");
const WEB: &str = include_str!("../../../scenarios/shared/web.yaml");

/// Every problem as `severity code: message`.
fn problems(network: &Network) -> Vec<String> {
    let shown = |problem: &Diagnostic| {
        format!(
            "{} {}: {}",
            problem.severity.as_str(),
            problem.code,
            problem.message
        )
    };
    check(network).iter().map(shown).collect()
}

fn check(network: &Network) -> Vec<Diagnostic> {
    checks::check(network, &Addresses::of(network))
}

/// The only problem of the fixture with one text replaced by another.
fn only(texts: [&str; 2], from: &str, to: &str) -> String {
    assert!(
        texts.iter().any(|text| text.contains(from)),
        "`{from}` occurs"
    );
    let texts = texts.map(|text| text.replace(from, to));
    let found = problems(&network(&[&texts[0], &texts[1]]));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn the_fixtures_have_no_problem() {
    for cluster in [KUBENET, AZURE_CNI] {
        assert_eq!(problems(&network(&[AZURE, cluster, WEB])), [""; 0]);
    }
    assert_eq!(
        problems(&network(&[WEB])),
        [""; 0],
        "nor has the assumed cluster"
    );
}

#[test]
fn a_kubenet_cluster_has_at_most_400_nodes() {
    // K-11
    assert_eq!(
        only([AZURE, KUBENET], "count: 2", "count: 401")
            .split(':')
            .next(),
        Some("error too-many-kubenet-nodes")
    );
}

#[test]
fn two_kubenet_clusters_cannot_share_a_subnet() {
    // K-14
    let second = KUBENET
        .split("---")
        .next()
        .unwrap()
        .replace("name: kn", "name: second");
    let found = problems(&network(&[AZURE, KUBENET, &second]));
    assert_eq!(
        found,
        [
            "error kubenet-subnet-shared: cluster/kn and cluster/second share subnet/vnet-a/nodes, which kubenet does not allow"
        ]
    );
}

#[test]
fn ranges_that_aks_refuses_are_errors() {
    // K-16
    let found = problems(&network(&[
        AZURE,
        &KUBENET
            .replace("10.244.0.0/16", "172.16.0.0/12")
            .replace("10.244.", "172.16."),
    ]));
    assert_eq!(
        found,
        [
            "error forbidden-range: the pod range `172.16.0.0/12` overlaps 172.30.0.0/16, 172.31.0.0/16, which AKS refuses"
        ]
    );
}

#[test]
fn overlap_with_the_virtual_network_is_a_warning_where_aks_made_it() {
    // K-17
    let aks = "{type: Microsoft.Network/virtualNetworks, name: aks-vnet-12345678, properties: {addressSpace: {addressPrefixes: [10.0.0.0/8]}, subnets: [{name: aks-subnet, properties: {addressPrefix: 10.240.0.0/16}}]}}";
    let cluster = KUBENET
        .replace("vnet-a/nodes", "aks-vnet-12345678/aks-subnet")
        .replace("10.1.0.", "10.240.0.");
    let found = problems(&network(&[aks, &cluster]));
    assert_eq!(
        found,
        [
            "warning cluster-range-overlap: the pod range `10.244.0.0/16` overlaps `10.0.0.0/8` of vnet/aks-vnet-12345678",
            "warning cluster-range-overlap: the Service range `10.0.0.0/16` overlaps `10.0.0.0/8` of vnet/aks-vnet-12345678"
        ]
    );
    let own = aks
        .replace("aks-vnet-12345678", "mine")
        .replace("10.240.0.0/16", "10.240.0.0/20");
    let cluster = cluster.replace("aks-vnet-12345678", "mine");
    let severities: Vec<Severity> = check(&network(&[&own, &cluster]))
        .iter()
        .map(|one| one.severity)
        .collect();
    assert_eq!(severities, [Severity::Error; 2]);
}

#[test]
fn a_service_range_of_a_12_is_too_large() {
    // C-13
    let network = network(&[AZURE, &AZURE_CNI.replace("10.0.0.0/16", "10.0.0.0/12")]);
    let found = problems(&network);
    assert!(found.contains(&"error service-range-too-large: the Service range `10.0.0.0/12` must be smaller than a /12".to_owned()), "{found:?}");
}

#[test]
fn a_service_range_may_not_be_on_premises() {
    // 2.1
    let found = only([AZURE, AZURE_CNI], "[192.168.10.0/24]", "[10.0.0.0/17]");
    assert_eq!(
        found,
        "error cluster-range-overlap: the Service range `10.0.0.0/16` overlaps `10.0.0.0/17` of localgateway/onprem"
    );
}

#[test]
fn a_route_table_has_at_most_400_routes() {
    //
    let routes: Vec<String> = (0..401)
        .map(|index| format!("{{name: r{index}, properties: {{addressPrefix: 100.{}.{}.0/24, nextHopType: None}}}}", index / 256, index % 256))
        .collect();
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: rt, properties: {{routes: [{}]}}}}",
        routes.join(", ")
    );
    assert_eq!(
        problems(&network(&[&table])),
        ["error too-many-routes: the route table has 401 routes; Azure allows 400"]
    );
}

#[test]
fn a_pool_has_at_least_10_pods_a_node() {
    // 2.1; the upper limit (V-01) is checked where the number is read.
    let found = only([AZURE, AZURE_CNI], "maxPods: 30", "maxPods: 9");
    assert_eq!(
        found,
        "error too-few-pods: pool `pool1` asks for 9 pods a node; the least is 10"
    );
}

#[test]
fn a_cluster_has_at_most_300_services_of_type_load_balancer() {
    // V-02
    let services: Vec<String> = (0..301)
        .map(|index| format!("{{apiVersion: v1, kind: Service, metadata: {{name: s{index}}}, spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}}}"))
        .collect();
    let found = problems(&network(&[AZURE, AZURE_CNI, &services.join("\n---\n")]));
    assert_eq!(
        found,
        [
            "error too-many-load-balancer-services: 301 Services of type LoadBalancer; AKS allows 300 in a cluster"
        ]
    );
}

#[test]
fn a_security_group_has_at_most_1000_rules() {
    // V-04
    let rules: Vec<String> = (0..1001)
        .map(|index| format!("{{name: r{index}, properties: {{priority: {}, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '80'}}}}", 100 + index))
        .collect();
    let group = format!(
        "{{type: Microsoft.Network/networkSecurityGroups, name: big, properties: {{securityRules: [{}]}}}}",
        rules.join(", ")
    );
    assert_eq!(
        problems(&network(&[&group])),
        ["error too-many-rules: the security group has 1001 rules; Azure allows 1000"]
    );
}

#[test]
fn the_smallest_subnet_is_a_29() {
    // V-05
    let found = only([AZURE, KUBENET], "10.1.255.0/27", "10.1.255.0/30");
    assert_eq!(
        found,
        "error subnet-too-small: `10.1.255.0/30` is too small: the smallest subnet is a /29"
    );
}

#[test]
fn subnets_lie_within_their_network_and_apart_and_hosts_within_their_subnet() {
    let found = only(
        [AZURE, KUBENET],
        "addressPrefix: 10.1.2.0/24",
        "addressPrefix: 10.9.2.0/24",
    );
    assert_eq!(
        found,
        "error subnet-outside-vnet: `10.9.2.0/24` is not within the virtual network"
    );
    let found = only(
        [AZURE, KUBENET],
        "addressPrefix: 10.1.2.0/24",
        "addressPrefix: 10.1.0.128/25",
    );
    assert_eq!(
        found,
        "error subnets-overlap: `10.1.0.128/25` overlaps `10.1.0.0/24` of subnet/vnet-a/nodes"
    );
    let found = only([AZURE, KUBENET], "ip: 10.1.1.4", "ip: 10.1.3.4");
    assert_eq!(
        found,
        "error address-outside-subnet: `10.1.3.4` is not an address of subnet/vnet-a/vms"
    );
}

/// Origin: reasoned; a peering joins two networks.
#[test]
fn a_peering_of_a_network_with_itself_is_named_as_such() {
    let itself = "remoteVirtualNetwork: {id: vnet-c}";
    let found = problems(&network(&[&AZURE.replacen(
        itself,
        "remoteVirtualNetwork: {id: VNET-B}",
        1,
    )]));
    let about: Vec<&String> = found.iter().filter(|it| it.contains("itself")).collect();
    assert_eq!(
        about,
        ["error peering-itself: vnet/vnet-b is peered with itself, which Azure refuses"]
    );
    assert!(!found.iter().any(|it| it.contains("overlap")), "{found:?}");
}

#[test]
fn a_peering_needs_its_other_half_and_ranges_of_its_own() {
    // 7.3, M-19
    let found = only(
        [AZURE, KUBENET],
        "remoteVirtualNetwork: {id: vnet-a}",
        "remoteVirtualNetwork: {id: vnet-c}",
    );
    assert!(
        found.starts_with(
            "warning peering-disconnected: vnet/vnet-b has no peering back to vnet/vnet-a"
        ),
        "{found}"
    );
    let found = problems(&network(&[&AZURE.replace("10.3.0.0/16", "10.2.0.0/15")]));
    assert_eq!(found.len(), 2, "one from each side: {found:?}");
    assert!(found[0].starts_with("error peering-overlap"));
}

/// The kubenet fixture with a table on the node subnet.
fn with_route(cluster: &str, route: &str, outbound: &str) -> Vec<String> {
    let azure = AZURE.replace(
        "    - name: nodes\n      properties: {",
        "    - name: nodes\n      properties: {routeTable: {id: rt}, ",
    );
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: rt, properties: {{routes: [{route}]}}}}"
    );
    let cluster = cluster.replace("outboundType: loadBalancer", outbound);
    problems(&network(&[&azure, &cluster, &table]))
}

const UDR: &str = "outboundType: userDefinedRouting";

#[test]
fn user_defined_routing_needs_a_default_route_to_an_appliance() {
    // L-16
    assert_eq!(
        with_route(AZURE_CNI, "", UDR),
        [
            "error default-route-required: subnet/vnet-a/nodes has no route for 0.0.0.0/0, which userDefinedRouting requires"
        ]
    );
    let internet = "{name: d, properties: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}";
    let found = with_route(AZURE_CNI, internet, UDR);
    assert!(
        found[1].starts_with("error default-route-required: the next hop of the default route"),
        "{found:?}"
    );
    let appliance = "{name: d, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}";
    let found = with_route(AZURE_CNI, appliance, UDR);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("warning virtual-network-tag-widened"),
        "N-13"
    );
}

#[test]
fn an_appliance_within_the_subnet_that_it_serves_makes_a_circle() {
    // 7.2
    let inside = "{name: d, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.77}}";
    assert_eq!(
        with_route(AZURE_CNI, inside, "outboundType: loadBalancer"),
        ["warning next-hop-unknown: nobody has the next hop `10.1.0.77` of route `d`"]
    );
}

#[test]
fn own_routes_are_supported_only_in_a_network_of_ones_own() {
    // P-01, P-02
    let route = "{name: d, properties: {addressPrefix: 10.9.0.0/16, nextHopType: None}}";
    assert_eq!(
        with_route(KUBENET, route, "outboundType: loadBalancer"),
        [""; 0]
    );
    let aks = "{type: Microsoft.Network/virtualNetworks, name: aks-vnet-1, properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: nodes, properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: rt}}}]}}";
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: rt, properties: {{routes: [{route}]}}}}"
    );
    let found = problems(&network(&[
        aks,
        &KUBENET.replace("vnet-a", "aks-vnet-1"),
        &table,
    ]));
    assert_eq!(
        found,
        [
            "warning unsupported-change: own routes in subnet/aks-vnet-1/nodes, which AKS made, are an unsupported change"
        ]
    );
}

#[test]
fn a_rule_between_nodes_is_unsupported() {
    // P-04
    let azure = AZURE.replace(
        "    - name: nodes\n      properties: {",
        "    - name: nodes\n      properties: {networkSecurityGroup: {id: mine}, ",
    );
    let group = "{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [{name: apart, properties: {priority: 100, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: 10.1.0.0/24, sourcePortRange: '*', destinationAddressPrefix: 10.1.0.0/24, destinationPortRange: '*'}}]}}";
    assert_eq!(
        problems(&network(&[&azure, KUBENET, group])),
        [
            "warning cluster-traffic-blocked: the rule `apart` blocks cluster-internal traffic: TCP 10250 between nodes, inbound"
        ]
    );
}

#[test]
fn outbound_ports_come_in_eights_and_must_suffice_for_every_node() {
    // 5.6 "Manual ports"
    let ports = |count: u32| {
        let profile = format!("loadBalancerProfile:\n      allocatedOutboundPorts: {count}");
        problems(&network(&[
            AZURE,
            &KUBENET.replace("loadBalancerProfile:", &profile),
        ]))
    };
    assert_eq!(ports(32_000), [""; 0]);
    assert_eq!(
        ports(1_001),
        ["error outbound-ports-multiple: `1001` is not a multiple of 8"]
    );
    assert!(
        ports(32_008)[0]
            .starts_with("error outbound-ports-exhausted: 2 nodes with 32008 ports each")
    );
}

#[test]
fn combinations_that_aks_refuses() {
    // Y-07, 1.5, 2.1
    let found = only(
        [AZURE, KUBENET],
        "networkPlugin: kubenet",
        "networkPlugin: kubenet\n    networkPolicy: azure",
    );
    assert_eq!(
        found,
        "error policy-needs-azure-cni: the network policy engine `azure` needs Azure CNI"
    );
    let found = only([AZURE, KUBENET], "osType: Linux", "osType: Windows");
    assert!(found.starts_with("error kubenet-windows"), "{found}");
    let found = only(
        [AZURE, KUBENET],
        "properties: {addressPrefix: 10.1.0.0/24}",
        "properties: {addressPrefix: 10.1.0.0/24, delegations: [{name: d, properties: {serviceName: Microsoft.Sql/managedInstances}}]}",
    );
    assert!(found.starts_with("error subnet-delegated"), "{found}");
}

#[test]
fn what_is_not_modelled_is_named() {
    let tag = "{name: d, properties: {addressPrefix: AzureCloud, nextHopType: Internet}}";
    assert_eq!(
        with_route(KUBENET, tag, "outboundType: loadBalancer"),
        [
            "info service-tag-not-modelled: of the service tag `AzureCloud` only the scenario's own addresses are known"
        ]
    );
}
