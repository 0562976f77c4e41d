//! Security groups, and changes to what AKS made.

use super::{NODES, NODES_NSG};
use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        // P-04 for an overlay
        code: "overlay-traffic-blocked",
        scenario: "azure-cni",
        change: &[
            (
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPluginMode: overlay",
            ),
            (NODES, NODES_NSG),
        ],
        documents: nsg!(
            "{name: shut, properties: {priority: 100, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: '*', destinationAddressPrefix: 10.244.0.0/16, sourcePortRange: '*', destinationPortRange: '*'}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
    Case {
        code: "unsupported-change",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/networkSecurityGroups, name: aks-agentpool-12345678-nsg, properties: {securityRules: [{name: k8s-azure-lb_allow_IPv4_0123, properties: {priority: 500, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: 20.50.60.70, sourcePortRange: '*', destinationPortRange: '80'}}, {name: office, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 203.0.113.0/24, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '22'}}]}}",
        at: "nsg/aks-agentpool-12345678-nsg properties.securityRules[1]",
    },
    Case {
        code: "rule-shadowed",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: web, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: 80-90}}",
            "{name: late, properties: {priority: 200, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: 10.1.0.4, sourcePortRange: '*', destinationPortRange: '81'}}"
        ),
        at: "nsg/mine properties.securityRules[1]",
    },
    Case {
        code: "rule-for-node-port",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: concat!(
            nsg!(
                "{name: node-port, properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: 10.1.0.4, sourcePortRange: '*', destinationPortRange: '31999'}}"
            ),
            "\n---\n{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81, targetPort: 8080, nodePort: 31999}]}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
    Case {
        code: "egress-blocked",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: stay, properties: {priority: 100, direction: Outbound, access: Deny, protocol: '*', sourceAddressPrefix: '*', destinationAddressPrefix: Internet, sourcePortRange: '*', destinationPortRange: '*'}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
];
