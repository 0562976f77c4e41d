//! Effective routes (sections 7 and 1 of the fact sheet).

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::fixture::{azure_cni, changed, kubenet, network, subnet};
use crate::engine::azure::routes::{EffectiveRoutes, RouteDecision};
use crate::model::azure::NextHop;
use crate::model::network::Network;

fn routes(network: &Network, of: &str) -> EffectiveRoutes {
    EffectiveRoutes::of(network, &subnet(of)).unwrap()
}

fn table(network: &Network, of: &str) -> String {
    let mut text = String::new();
    for route in routes(network, of).routes {
        let hop = match route.next_hop {
            NextHop::VirtualAppliance(hop) => hop.to_string(),
            ref other => other.as_str().to_owned(),
        };
        let state = if route.active { "Active" } else { "Invalid" };
        let (source, prefix) = (route.source.as_str(), route.prefix.to_string());
        let cause = format!("{} {}", route.cause.object, route.cause.field);
        let cause = cause.trim_end();
        writeln!(
            text,
            "{source:<21} {state:<7} {prefix:<15} {hop:<21} {cause}"
        )
        .unwrap();
    }
    text
}

fn check(actual: &str, expected: &Expect) {
    expected.assert_eq(actual);
}

/// The prefix and next hop that a destination takes from a subnet.
fn hop(network: &Network, from: &str, to: &str) -> String {
    match routes(network, from).decide(to.parse().unwrap()) {
        RouteDecision::Routed(route, _) => match route.next_hop {
            NextHop::VirtualAppliance(hop) => format!("{} {hop}", route.prefix),
            other => format!("{} {}", route.prefix, other.as_str()),
        },
        RouteDecision::Platform(_) => "platform".to_owned(),
        RouteDecision::NoRoute(_) => "no route".to_owned(),
        RouteDecision::NotModelled(what, _) => format!("not modelled: {what}"),
    }
}

/// The fixture with a route table on a subnet.
fn with_table(subnet: &str, routes: &str, more: &str) -> Network {
    let old = format!("    - name: {subnet}\n      properties: {{");
    let new = format!("{old}routeTable: {{id: rt}}, ");
    let azure = include_str!("../../../scenarios/shared/azure.yaml").replace(&old, &new);
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: rt, properties: {{{more} routes: [{routes}]}}}}"
    );
    let cluster = include_str!("../../../scenarios/kubenet/cluster.yaml");
    network(&[&azure, cluster, &table])
}

fn route(prefix: &str, hop: &str) -> String {
    let hop = match hop.parse::<std::net::IpAddr>() {
        Ok(ip) => format!("nextHopType: VirtualAppliance, nextHopIpAddress: {ip}"),
        Err(_) => format!("nextHopType: {hop}"),
    };
    format!(
        "{{name: r-{}, properties: {{addressPrefix: {prefix}, {hop}}}}}",
        prefix.replace('/', "-")
    )
}

#[test]
fn a_node_subnet_lists_system_peering_gateway_and_user_routes() {
    // K-01: one route a node, named after it; 7.1: 10.0.0.0/8 None stays beside a VNet of 10.1.0.0/16.
    check(
        &table(&kubenet(""), "vnet-a/nodes"),
        &expect![[r"
            Default               Active  10.1.0.0/16     VnetLocal             vnet/vnet-a properties.addressSpace.addressPrefixes[0]
            Default               Active  0.0.0.0/0       Internet              vnet/vnet-a
            Default               Active  10.0.0.0/8      None                  vnet/vnet-a
            Default               Active  172.16.0.0/12   None                  vnet/vnet-a
            Default               Active  192.168.0.0/16  None                  vnet/vnet-a
            Default               Active  100.64.0.0/10   None                  vnet/vnet-a
            Default               Active  10.2.0.0/16     VNetPeering           peering/vnet-a/a-to-b
            VirtualNetworkGateway Active  192.168.10.0/24 VirtualNetworkGateway localgateway/onprem properties.localNetworkAddressSpace.addressPrefixes[0]
            User                  Active  10.244.0.0/24   10.1.0.4              node/n0 spec.podCIDR
            User                  Active  10.244.1.0/24   10.1.0.5              node/n1 spec.podCIDR
        "]],
    );
}

#[test]
fn azure_cni_needs_no_routes_for_pods() {
    let network = azure_cni("");
    assert!(network.route_tables.is_empty());
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.1.0.40"),
        "10.1.0.0/16 VnetLocal"
    );
}

#[test]
fn a_vm_beside_a_kubenet_cluster_has_no_route_to_its_pods() {
    // K-07, R-01, W7
    let network = kubenet("");
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.244.0.10"),
        "10.0.0.0/8 None"
    );
    assert_eq!(hop(&network, "vnet-a/vms", "10.9.9.9"), "10.0.0.0/8 None");
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.244.1.10"),
        "10.244.1.0/24 10.1.0.5"
    );
}

#[test]
fn the_route_of_a_node_names_the_node_as_its_cause() {
    let network = kubenet("");
    let routes = routes(&network, "vnet-a/nodes");
    let RouteDecision::Routed(_, finding) = routes.decide("10.244.1.10".parse().unwrap()) else {
        panic!("a route matches");
    };
    assert_eq!(finding.why.id, "why-azure-route-node");
    let cause = finding.cause.unwrap();
    assert_eq!(
        (cause.object.to_string().as_str(), &*cause.field),
        ("node/n1", "spec.podCIDR")
    );
}

#[test]
fn a_table_that_the_user_attached_gets_the_routes_of_the_nodes() {
    // 1.3 "BYO subnet with a table"
    let network = with_table("nodes", &route("0.0.0.0/0", "10.1.1.4"), "");
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.244.1.10"),
        "10.244.1.0/24 10.1.0.5"
    );
    assert_eq!(
        hop(&network, "vnet-a/nodes", "8.8.8.8"),
        "0.0.0.0/0 10.1.1.4"
    );
    assert_eq!(network.route_tables.len(), 1);
}

#[test]
fn a_table_of_akss_own_name_that_is_written_down_stays_as_it_is() {
    // K-04: the way to say that a route is missing.
    let azure = include_str!("../../../scenarios/shared/azure.yaml").replace(
        "    - name: nodes\n      properties: {",
        "    - name: nodes\n      properties: {routeTable: {id: aks-agentpool-12345678-routetable}, ",
    );
    let table = "{type: Microsoft.Network/routeTables, name: aks-agentpool-12345678-routetable, properties: {routes: [
        {name: n0, properties: {addressPrefix: 10.244.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}]}}";
    let cluster = include_str!("../../../scenarios/kubenet/cluster.yaml");
    let network = network(&[&azure, cluster, table]);
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.244.0.10"),
        "10.244.0.0/24 10.1.0.4"
    );
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.244.1.10"),
        "10.0.0.0/8 None"
    );
}

#[test]
fn the_akss_table_on_another_subnet_leads_to_the_pods() {
    // K-08, W10
    let network = changed(
        "kubenet",
        "    - name: vms\n      properties: {",
        "    - name: vms\n      properties: {routeTable: {id: aks-agentpool-routetable}, ",
    );
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.244.0.10"),
        "10.244.0.0/24 10.1.0.4"
    );
}

#[test]
fn a_default_route_takes_the_none_routes_away() {
    // R-02
    let network = with_table("vms", &route("0.0.0.0/0", "10.1.0.100"), "");
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.9.9.9"),
        "0.0.0.0/0 10.1.0.100"
    );
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.1.0.4"),
        "10.1.0.0/16 VnetLocal"
    );
}

#[test]
fn a_virtual_network_as_large_as_a_private_range_replaces_its_none_route() {
    // 7.1: equals or contains.
    for (space, to, expected) in [
        ("10.0.0.0/8", "10.9.9.9", "10.0.0.0/8 VnetLocal"),
        ("172.0.0.0/11", "172.20.0.1", "172.0.0.0/11 VnetLocal"),
        ("172.16.0.0/13", "172.24.0.1", "172.16.0.0/12 None"),
    ] {
        let text = format!(
            "{{type: Microsoft.Network/virtualNetworks, name: v, properties: {{addressSpace: {{addressPrefixes: [{space}]}}, subnets: [{{name: s, properties: {{addressPrefix: {}}}}}]}}}}",
            space.split('/').next().unwrap().to_owned() + "/24"
        );
        assert_eq!(hop(&network(&[&text]), "v/s", to), expected, "{space}");
    }
}

#[test]
fn a_peering_beats_a_shorter_user_route() {
    // R-04
    let network = with_table("vms", &route("10.2.0.0/15", "10.1.0.100"), "");
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.2.0.4"),
        "10.2.0.0/16 VNetPeering"
    );
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.3.0.4"),
        "10.2.0.0/15 10.1.0.100"
    );
}

#[test]
fn a_peering_with_one_side_only_is_no_route() {
    // M-19
    let network = changed(
        "kubenet",
        "- name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-a}",
        "- name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-x}",
    );
    assert_eq!(hop(&network, "vnet-a/vms", "10.2.0.4"), "10.0.0.0/8 None");
}

#[test]
fn peerings_are_not_transitive() {
    // R-08
    assert_eq!(
        hop(&kubenet(""), "vnet-a/vms", "10.3.0.4"),
        "10.0.0.0/8 None"
    );
}

#[test]
fn the_virtual_network_beats_a_more_specific_route_from_a_gateway() {
    // R-05
    let network = changed(
        "kubenet",
        "[192.168.10.0/24]",
        "[192.168.10.0/24, 10.1.1.0/24, 10.1.0.0/16]",
    );
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.1.1.4"),
        "10.1.0.0/16 VnetLocal"
    );
}

#[test]
fn a_route_from_a_gateway_beats_the_system_route_for_the_same_prefix() {
    // O-20
    let network = changed("kubenet", "[192.168.10.0/24]", "[10.0.0.0/8]");
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.1.1.4"),
        "10.1.0.0/16 VnetLocal"
    );
    assert_eq!(
        hop(&network, "vnet-a/nodes", "10.9.9.9"),
        "10.0.0.0/8 VirtualNetworkGateway"
    );
}

#[test]
fn a_user_route_beats_a_route_from_a_gateway_for_the_same_prefix() {
    // R-07
    let network = with_table("vms", &route("192.168.10.0/24", "None"), "");
    assert_eq!(
        hop(&network, "vnet-a/vms", "192.168.10.5"),
        "192.168.10.0/24 None"
    );
}

#[test]
fn a_table_can_keep_routes_from_gateways_out() {
    // O-22
    let network = with_table("vms", "", "disableBgpRoutePropagation: true,");
    assert_eq!(
        hop(&network, "vnet-a/vms", "192.168.10.5"),
        "192.168.0.0/16 None"
    );
    assert_eq!(
        hop(&network, "vnet-a/appgw", "192.168.10.5"),
        "192.168.10.0/24 VirtualNetworkGateway"
    );
}

#[test]
fn a_spoke_learns_on_premises_ranges_only_if_both_sides_say_so() {
    let spoke = |from: &str, to: &str| {
        let azure = include_str!("../../../scenarios/shared/azure.yaml")
            .replacen("remoteVirtualNetwork: {id: vnet-b}", from, 1)
            .replacen("remoteVirtualNetwork: {id: vnet-a}", to, 1);
        hop(&network(&[&azure]), "vnet-b/default", "192.168.10.5")
    };
    let (hub, plain_hub) = ("allowGatewayTransit: true, ", "");
    let remote = |extra: &str, name: &str| {
        format!(
            "remoteVirtualNetwork: {{id: {name}}}\n        {}",
            extra.replace(", ", "")
        )
    };
    let uses = "useRemoteGateways: true";
    assert_eq!(
        spoke(&remote(hub, "vnet-b"), &remote(uses, "vnet-a")),
        "192.168.10.0/24 VirtualNetworkGateway"
    );
    assert_eq!(
        spoke(&remote(plain_hub, "vnet-b"), &remote(uses, "vnet-a")),
        "192.168.0.0/16 None"
    );
}

#[test]
fn a_service_tag_as_prefix_is_named_as_not_modelled_where_it_could_match() {
    let tag = "{name: t, properties: {addressPrefix: AzureCloud, nextHopType: Internet}}";
    let network = with_table("vms", tag, "");
    assert_eq!(
        hop(&network, "vnet-a/vms", "20.1.2.3"),
        "not modelled: a route to the service tag AzureCloud"
    );
    assert_eq!(
        hop(&network, "vnet-a/vms", "10.1.0.4"),
        "10.1.0.0/16 VnetLocal"
    );
}

#[test]
fn the_platform_is_reached_whatever_the_routes_say() {
    // N-10, C-08: 168.63.129.16 is answered by the host.
    let network = with_table("vms", &route("0.0.0.0/0", "None"), "");
    for address in ["168.63.129.16", "169.254.169.254"] {
        assert_eq!(hop(&network, "vnet-a/vms", address), "platform");
    }
}

/// Routes to different prefixes: Azure refuses two routes to one.
fn any_routes() -> impl Strategy<Value = Vec<String>> {
    let prefix = (any::<[u8; 2]>(), 0_u8..=24).prop_map(|([b, c], length)| {
        let net = ipnet::Ipv4Net::new(std::net::Ipv4Addr::new(10, b % 4, c % 4, 0), length);
        net.unwrap().trunc().to_string()
    });
    let hops = prop::sample::select(vec!["None", "Internet", "VnetLocal", "10.1.0.9"]);
    prop::collection::btree_map(prefix, hops, 0..12).prop_map(|routes| {
        let routes = routes.iter();
        routes.map(|(prefix, hop)| route(prefix, hop)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The index must find what a scan of all active routes finds.
    #[test]
    fn a_lookup_finds_the_longest_active_prefix(
        written in any_routes(),
        targets in prop::collection::vec(any::<[u8; 3]>(), 1..40),
    ) {
        let network = with_table("vms", &written.join(", "), "");
        let routes = routes(&network, "vnet-a/vms");
        for [b, c, d] in targets {
            let target = std::net::IpAddr::from([10, b % 5, c % 5, d]);
            let longest = routes
                .routes
                .iter()
                .filter(|route| route.active && route.prefix.contains(&target))
                .max_by_key(|route| route.prefix.prefix_len());
            prop_assert_eq!(routes.lookup(target), longest);
        }
    }
}
