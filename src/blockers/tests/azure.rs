//! Each refusal of Azure, at least once: routes, security groups, peerings, public addresses, machines.
//!
//! What a change must be is reasoned from the rules of `policy`, `azure` and `netfilter`; that it lifts the refusal is
//! traced.

use expect_test::expect;

use super::{check, flow};

/// The least around a cluster: two networks, machines, and an own security group.
const AZURE: &str = "\
type: Microsoft.Network/virtualNetworks
name: a
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets:
    - name: vms
      properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: guard}}
    - name: routed
      properties:
        addressPrefix: 10.1.2.0/24
        routeTable: {id: routes}
---
type: Microsoft.Network/virtualNetworks
name: b
properties:
  addressSpace: {addressPrefixes: [10.2.0.0/16]}
  subnets:
    - {name: default, properties: {addressPrefix: 10.2.0.0/24}}
---
type: Microsoft.Network/networkSecurityGroups
name: guard
properties:
  securityRules:
    - name: no-ssh
      properties: {priority: 200, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"22\"}
    # Nothing leaves.
    - name: nothing-out
      properties: {priority: 100, direction: Outbound, access: Deny, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}
---
type: Microsoft.Network/routeTables
name: routes
properties:
  routes:
    - {name: hole, properties: {addressPrefix: 10.1.0.0/16, nextHopType: None}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm}, spec: {subnet: a/vms, ip: 10.1.1.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: far}, spec: {subnet: b/default, ip: 10.2.0.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: client}, spec: {network: internet, ip: 203.0.113.9}}
---
";

fn azure(from: &str, to: &str, port: u16) -> String {
    [AZURE, &flow(from, to, port)].concat()
}

#[test]
fn a_security_rule_comes_before_the_one_that_refuses() {
    check(
        &azure("host/far", "host/vm", 22),
        &expect![[r#"
            dropped
            request subnet/b/default azure.route
              Peer b and a.
              + ---
              + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
              + name: b/b-to-a
              + properties:
              +   remoteVirtualNetwork: {id: a}
              +   allowVirtualNetworkAccess: true
              +   allowForwardedTraffic: false
              + ---
              + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
              + name: a/a-to-b
              + properties:
              +   remoteVirtualNetwork: {id: b}
              +   allowVirtualNetworkAccess: true
              +   allowForwardedTraffic: false
            request subnet/a/vms azure.nsg.in.subnet
              Add a rule to guard that lets 10.2.0.4 reach 10.1.1.4 on TCP 22.
              +     - {name: AllowTcp22In, properties: {priority: 199, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.2.0.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.1.4, destinationPortRange: "22"}}
            then delivered
        "#]],
    );
}

#[test]
fn a_group_without_room_before_the_refusing_rule_says_so() {
    check(
        &azure("host/vm", "host/picky", 80),
        &expect![[r#"
            dropped
            request subnet/a/vms azure.nsg.out.subnet
              Add a rule to guard that lets 10.1.1.4 out to 10.1.2.4 on TCP 80.
              -       properties: {priority: 100, direction: Outbound, access: Deny, protocol: "*", sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "*"}
              +       properties: {priority: 101, direction: Outbound, access: Deny, protocol: "*", sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "*"}
              +     - {name: AllowTcp80Out, properties: {priority: 100, direction: Outbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.1.1.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.2.4, destinationPortRange: "80"}}
            reply subnet/a/routed azure.route
              Add a route for 10.1.1.4/32 by VnetLocal to routed.
              +     - {name: to-10-1-1-4, properties: {addressPrefix: 10.1.1.4/32, nextHopType: VnetLocal}}
            then delivered
        "#]],
    );
}

#[test]
fn a_route_with_next_hop_none_is_passed_by_a_more_specific_one() {
    check(
        &azure("host/picky", "host/vm", 22),
        &expect![[r#"
            dropped
            request subnet/a/routed azure.route
              Add a route for 10.1.1.4/32 by VnetLocal to routed.
              +     - {name: to-10-1-1-4, properties: {addressPrefix: 10.1.1.4/32, nextHopType: VnetLocal}}
            request subnet/a/vms azure.nsg.in.subnet
              Add a rule to guard that lets 10.1.2.4 reach 10.1.1.4 on TCP 22.
              +     - {name: AllowTcp22In, properties: {priority: 199, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 10.1.2.4, sourcePortRange: "*", destinationAddressPrefix: 10.1.1.4, destinationPortRange: "22"}}
            then delivered
        "#]],
    );
}

#[test]
fn networks_without_a_peering_get_one() {
    check(
        &azure("host/picky", "host/far", 443),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Peer a and b.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-b
          + properties:
          +   remoteVirtualNetwork: {id: b}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: b/b-to-a
          + properties:
          +   remoteVirtualNetwork: {id: a}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}

#[test]
fn half_a_peering_gets_its_other_half() {
    let half = "\
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-a
properties: {remoteVirtualNetwork: {id: a}}
---
";
    let text = [AZURE, half, &flow("host/far", "host/open", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request subnet/b/default azure.route
          Peer b and a.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-b
          + properties:
          +   remoteVirtualNetwork: {id: b}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}

#[test]
fn a_machine_listens_on_one_more_port() {
    check(
        &azure("host/open", "host/picky", 8080),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.4/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-4, properties: {addressPrefix: 10.1.2.4/32, nextHopType: VnetLocal}}
        request host/picky host.listen
          Let picky listen on TCP 8080.
          - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}]}}
          + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: picky}, spec: {subnet: a/routed, ip: 10.1.2.4, listens: [{port: 80}, {port: 8080}]}}
        reply subnet/a/routed azure.route
          Add a route for 10.1.2.5/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-5, properties: {addressPrefix: 10.1.2.5/32, nextHopType: VnetLocal}}
        then delivered
    "#]],
    );
}

#[test]
fn a_public_address_gets_a_group_that_opens_it() {
    check(
        &azure("host/client", "host/open", 443),
        &expect![[r#"
            dropped
            request host/open azure.publicip
              Give open a security group that lets 203.0.113.9 in on TCP 443.
              - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90}}
              + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: open}, spec: {subnet: a/routed, ip: 10.1.2.5, publicIP: 20.50.60.90, networkSecurityGroup: open-nsg}}
              + ---
              + type: Microsoft.Network/networkSecurityGroups
              + name: open-nsg
              + properties:
              +   securityRules:
              +     - {name: AllowTcp443In, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 203.0.113.9, sourcePortRange: "*", destinationAddressPrefix: 10.1.2.5, destinationPortRange: "443"}}
            then delivered
        "#]],
    );
}

#[test]
fn an_address_that_nobody_has_cannot_be_allowed() {
    check(
        &azure("host/picky", "10.1.2.77", 443),
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.77/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-77, properties: {addressPrefix: 10.1.2.77/32, nextHopType: VnetLocal}}
        request vnet/a azure.nic
          none: Nobody has this address, so no permission helps.
        then dropped
    "#]],
    );
}

#[test]
fn what_is_not_modelled_has_no_change_and_says_what() {
    let more = "type: Microsoft.Network/azureFirewalls\nname: wall\nproperties: {}\n---\n";
    let text = [AZURE, more, &flow("host/picky", "10.1.2.77", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request subnet/a/routed azure.route
          Add a route for 10.1.2.77/32 by VnetLocal to routed.
          +     - {name: to-10-1-2-77, properties: {addressPrefix: 10.1.2.77/32, nextHopType: VnetLocal}}
        request vnet/a azure.firewall
          none: No change can be named: firewall/wall is not modelled.
        then not-modelled
    "#]],
    );
}

#[test]
fn a_peering_that_takes_no_forwarded_packets_is_told_to() {
    let more = "\
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: a/a-to-b
properties: {remoteVirtualNetwork: {id: b}, allowForwardedTraffic: false}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-a
properties: {remoteVirtualNetwork: {id: a}}
---
type: Microsoft.Network/virtualNetworks
name: c
properties: {addressSpace: {addressPrefixes: [10.3.0.0/16]}, subnets: [{name: d, properties: {addressPrefix: 10.3.0.0/24}}]}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: c/c-to-b
properties: {remoteVirtualNetwork: {id: b}}
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: b/b-to-c
properties: {remoteVirtualNetwork: {id: c}, allowForwardedTraffic: true}
---
type: Microsoft.Network/routeTables
name: spoke
properties: {routes: [{name: hub, properties: {addressPrefix: 10.3.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.2.0.9}}]}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: false}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: remote}, spec: {subnet: c/d, ip: 10.3.0.4}}
---
";
    let routed = AZURE.replace(
        "        routeTable: {id: routes}",
        "        routeTable: {id: spoke}",
    );
    let text = [&*routed, more, &flow("host/open", "host/remote", 443)].concat();
    check(
        &text,
        &expect![[r#"
        dropped
        request host/router azure.nic
          Switch IP forwarding of router on.
          - {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: false}}
          + {apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: router}, spec: {subnet: b/default, ip: 10.2.0.9, ipForwarding: true}}
        request vnet/c azure.peering
          Switch allowForwardedTraffic of c-to-b on.
          - properties: {remoteVirtualNetwork: {id: b}}
          + properties: {remoteVirtualNetwork: {id: b}, allowForwardedTraffic: true}
        reply subnet/c/d azure.route
          Peer c and a.
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: c/c-to-a
          + properties:
          +   remoteVirtualNetwork: {id: a}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
          + ---
          + type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
          + name: a/a-to-c
          + properties:
          +   remoteVirtualNetwork: {id: c}
          +   allowVirtualNetworkAccess: true
          +   allowForwardedTraffic: false
        then delivered
    "#]],
    );
}
