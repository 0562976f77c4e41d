//! Exports with missing parts (issue 4, "Bad input"): a walk that meets a hole ends there, and does not go on as if
//! nothing were attached.

use super::whole::{AZURE, AZURE_CNI, ends, on_subnet};

const VM_TO_POD: &str = "host/vm-a pod/default/p0 TCP 8080";

fn nsg(rule: &str) -> String {
    format!(
        "{{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {{securityRules: [{{name: r, properties: {{{rule}}}}}]}}}}"
    )
}

fn table(route: &str) -> String {
    format!(
        "{{type: Microsoft.Network/routeTables, name: mine, properties: {{routes: [{{name: r, properties: {{{route}}}}}]}}}}"
    )
}

#[test]
fn a_group_that_no_document_describes_is_not_taken_for_an_open_one() {
    let azure = on_subnet("vms", "networkSecurityGroup: {id: nope}");
    assert_eq!(
        ends(&[&azure, AZURE_CNI], VM_TO_POD),
        "subnet/vnet-a/vms azure.nsg.out.subnet NotModelled"
    );
}

#[test]
fn a_rule_that_cannot_be_read_may_be_the_first_that_matches() {
    let azure = on_subnet("vms", "networkSecurityGroup: {id: mine}");
    let all = "sourceAddressPrefix: '*', destinationAddressPrefix: '*', destinationPortRange: '*'";
    let end = |rule: &str| ends(&[&azure, AZURE_CNI, &nsg(rule)], VM_TO_POD);
    let stopped = "subnet/vnet-a/vms azure.nsg.out.subnet NotModelled";
    for rule in [
        format!("direction: Outbound, access: Deny, {all}"),
        format!("priority: 4096, direction: Outbound, access: Dny, {all}"),
        format!("priority: 100, access: Deny, {all}"),
        "priority: 100, direction: Outbound, access: Deny, sourceAddressPrefix: '*', destinationAddressPrefix: 10.1/16"
            .to_owned(),
    ] {
        assert_eq!(end(&rule), stopped, "{rule}");
    }
    // What is known of it says that it cannot be.
    let inbound = format!("priority: 100, direction: Inbound, access: Dny, {all}");
    assert!(!end(&inbound).contains("NotModelled"));
}

#[test]
fn a_route_table_that_no_document_describes_is_not_taken_for_an_empty_one() {
    let azure = on_subnet("vms", "routeTable: {id: nope}");
    assert_eq!(
        ends(&[&azure, AZURE_CNI], VM_TO_POD),
        "subnet/vnet-a/vms azure.route NotModelled"
    );
}

#[test]
fn a_route_that_cannot_be_read_may_be_the_best_match() {
    let azure = on_subnet("vms", "routeTable: {id: mine}");
    let end = |route: &str| ends(&[&azure, AZURE_CNI, &table(route)], VM_TO_POD);
    let stopped = "subnet/vnet-a/vms azure.route NotModelled";
    for route in [
        "addressPrefix: 10.1.0/24, nextHopType: None",
        "addressPrefix: 10.1.0.0/24, nextHopType: Nowhere",
        "addressPrefix: 10.1.0.0/24, nextHopType: VirtualAppliance",
    ] {
        assert_eq!(end(route), stopped, "{route}");
    }
    // A shorter prefix loses, another one does not match.
    for route in [
        "addressPrefix: 10.0.0.0/8, nextHopType: Nowhere",
        "addressPrefix: 10.2.0.0/24, nextHopType: Nowhere",
    ] {
        assert!(!end(route).contains("NotModelled"), "{route}");
    }
}

#[test]
fn a_nat_gateway_that_no_document_describes_is_not_passed_by() {
    let azure = on_subnet("nodes", "natGateway: {id: nope}");
    assert_eq!(
        ends(&[&azure, AZURE_CNI], "pod/default/p0 host/server TCP 443"),
        "node/n0 azure.natgateway NotModelled"
    );
}

#[test]
fn what_a_peering_to_an_undescribed_network_would_reach_is_not_dropped_by_none() {
    let azure = AZURE.replace(
        "remoteVirtualNetwork: {id: vnet-b}",
        "remoteVirtualNetwork: {id: elsewhere}",
    );
    assert_ne!(azure, AZURE);
    assert_eq!(
        ends(&[&azure, AZURE_CNI], "host/vm-a 10.77.0.4 TCP 443"),
        "subnet/vnet-a/vms azure.route NotModelled"
    );
}
