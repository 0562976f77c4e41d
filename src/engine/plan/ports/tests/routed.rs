//! Section 5.6: what a node without ports of its own does instead, by outbound type and by route.

use super::{Arg, argument, kubenet, line};
use crate::engine::plan::ports;

/// The nodes' subnet with a table whose default route has this next hop.
fn told(kind: &str, hop: &str, more: &str) -> (String, Option<Arg>) {
    with(&[], kind, hop, more)
}

/// The same without more documents, and with one more change.
fn told_of(change: (&str, &str), kind: &str, hop: &str) -> (String, Option<Arg>) {
    with(&[change], kind, hop, NOTHING)
}

fn with(changes: &[(&str, &str)], kind: &str, hop: &str, more: &str) -> (String, Option<Arg>) {
    let typed = format!("outboundType: {kind}");
    let all = [
        ("outboundType: loadBalancer", typed.as_str()),
        ("10.1.0.0/24}", "10.1.0.0/24, routeTable: {id: rt}}"),
    ];
    let all = [&all, changes].concat();
    let table = format!(
        "{{type: Microsoft.Network/routeTables, name: rt, properties: {{routes: [{{name: out, properties: {{addressPrefix: 0.0.0.0/0, {hop}}}}}]}}}}"
    );
    let more = format!("{table}\n---\n{more}");
    let shares = ports::all(&kubenet(&all, &more));
    (line(&shares[0]), argument(&shares[0].why, "hop"))
}

const APPLIANCE: &str = "nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.9";
const NOTHING: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: none}}";

#[test]
fn user_defined_routing_names_the_next_hop_and_who_has_it() {
    let udr = "userDefinedRouting";
    let (said, hop) = told(udr, APPLIANCE, NOTHING);
    assert_eq!(said, "node/n0 elsewhere   None None plan-ports-route-hop");
    assert_eq!(hop, Some(Arg::Text("10.1.1.9".into())));
    let appliance = "{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: nva}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, ipForwarding: true}}";
    let (said, _) = told(udr, APPLIANCE, appliance);
    assert_eq!(
        said,
        "node/n0 elsewhere host/nva  None None plan-ports-route-owner"
    );
    let firewall = "{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: a, properties: {subnet: {id: vnet-a/vms}, privateIPAddress: 10.1.1.9}}]}}";
    let (said, _) = told(udr, APPLIANCE, firewall);
    assert_eq!(
        said,
        "node/n0 elsewhere firewall/fw  None None plan-ports-route-owner"
    );
    let (said, _) = told(udr, "nextHopType: VirtualNetworkGateway", NOTHING);
    assert_eq!(
        said,
        "node/n0 elsewhere   None None plan-ports-route-gateway"
    );
}

#[test]
fn a_default_route_that_drops_or_is_missing_says_so() {
    let udr = "userDefinedRouting";
    let (said, _) = told(udr, "nextHopType: None", NOTHING);
    assert_eq!(said, "node/n0 none   None None plan-ports-route-none");
    let (said, _) = told(udr, "nextHopType: Internet", NOTHING);
    assert_eq!(said, "node/n0 none   None None plan-ports-route-missing");
}

#[test]
fn none_and_block_are_told_in_words_of_their_own() {
    let internet = "nextHopType: Internet";
    let (said, _) = told("none", internet, NOTHING);
    assert_eq!(said, "node/n0 none   None None plan-ports-outbound-none");
    // Only nodes behind a Standard load balancer are known to have no default outbound access.
    let (said, _) = told_of(("type: LoadBalancer", "type: ClusterIP"), "none", internet);
    assert_eq!(
        said,
        "node/n0 not-modelled   None None plan-ports-outbound-none-open"
    );
    // With `none` the user makes the way out, and it may be a route.
    let (said, _) = told("none", APPLIANCE, NOTHING);
    assert_eq!(said, "node/n0 elsewhere   None None plan-ports-route-hop");
    // With `block` no route helps: the security group comes first.
    for hop in [internet, APPLIANCE] {
        let (said, _) = told("block", hop, NOTHING);
        assert_eq!(said, "node/n0 none   None None plan-ports-outbound-block");
    }
}

/// Nodes keep what an outbound rule gives them, but take none of it where a route leads elsewhere.
#[test]
fn a_node_with_ports_keeps_them_and_does_not_use_them() {
    let block = "node/n0 block loadbalancer/kubernetes 20.50.60.71 Some((1024, 2047)) Some(1024)";
    let gateway = "nextHopType: VirtualNetworkGateway";
    for hop in [APPLIANCE, gateway, "nextHopType: None"] {
        let (said, led) = told("loadBalancer", hop, NOTHING);
        assert_eq!(said, format!("{block} plan-ports-unused"));
        let kind = hop.split([' ', ',']).nth(1).expect("a type");
        assert_eq!(led, Some(Arg::Text(kind.into())));
    }
    let (said, _) = told("loadBalancer", "nextHopType: Internet", NOTHING);
    assert_eq!(said, format!("{block} plan-ports-block"));
}

/// The same of a node with a public address of its own.
#[test]
fn a_node_does_not_use_its_own_address_where_a_route_leads_elsewhere() {
    let own = ("count: 2", "count: 2\n      enableNodePublicIP: true");
    let (said, _) = told_of(own, "loadBalancer", "nextHopType: Internet");
    assert!(said.ends_with(" plan-ports-own"), "{said}");
    let (said, _) = told_of(own, "loadBalancer", APPLIANCE);
    assert!(said.ends_with(" plan-ports-unused-own"), "{said}");
}
