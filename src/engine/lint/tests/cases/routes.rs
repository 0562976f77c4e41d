//! Routes to nowhere, and routes of pods.

use super::{NODES, NODES_TABLE};
use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        code: "next-hop-in-subnet",
        scenario: "azure-cni",
        change: &[(
            "properties: {addressPrefix: 10.1.1.0/24}",
            "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: mine}}",
        )],
        documents: table!(
            "{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}"
        ),
        at: "routetable/mine properties.routes[0].properties.nextHopIpAddress",
    },
    Case {
        code: "kubenet-default-route",
        scenario: "kubenet",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "next-hop-express-route",
        scenario: "azure-cni",
        change: &[
            ("gatewayType: Vpn", "gatewayType: ExpressRoute"),
            (NODES, NODES_TABLE),
        ],
        documents: table!(
            "{name: up, properties: {addressPrefix: 172.20.0.0/16, nextHopType: VirtualNetworkGateway}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "node-ip-forwarding-off",
        scenario: "kubenet",
        change: &[],
        documents: "{type: Microsoft.Network/networkInterfaces, name: nic-1, properties: {enableIPForwarding: false, ipConfigurations: [{name: a, properties: {privateIPAddress: 10.1.0.5, subnet: {id: vnet-a/nodes}}}]}}",
        at: "networkinterface/nic-1 properties.enableIPForwarding",
    },
    Case {
        code: "pod-route-missing",
        scenario: "kubenet",
        change: &[(
            NODES,
            "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: aks-agentpool-routetable}}",
        )],
        documents: "{type: Microsoft.Network/routeTables, name: aks-agentpool-routetable, properties: {routes: [{name: n0, properties: {addressPrefix: 10.244.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}]}}",
        at: "routetable/aks-agentpool-routetable properties.routes",
    },
    Case {
        code: "pod-route-wrong",
        scenario: "kubenet",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: n1, properties: {addressPrefix: 10.244.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.0.4}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "route-table-unused",
        scenario: "azure-cni",
        change: &[],
        documents: table!("{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: None}}"),
        at: "routetable/mine",
    },
    Case {
        code: "next-hop-not-forwarding",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.4}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "next-hop-unreachable",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.3.0.4}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "next-hop-no-gateway",
        scenario: "load-balancer",
        change: &[],
        documents: concat!(
            table!(
                "{name: r, properties: {addressPrefix: 192.168.0.0/16, nextHopType: VirtualNetworkGateway}}"
            ),
            "\n---\n{type: Microsoft.Network/virtualNetworks, name: lonely, properties: {addressSpace: {addressPrefixes: [10.9.0.0/16]}, subnets: [{name: s, properties: {addressPrefix: 10.9.0.0/24, routeTable: {id: mine}}}]}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "route-drops",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: r, properties: {addressPrefix: 192.168.10.0/24, nextHopType: None}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "route-private-internet",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: r, properties: {addressPrefix: 10.9.0.0/16, nextHopType: Internet}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
];
