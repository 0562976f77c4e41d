//! Settings of clusters and pools that AKS refuses together.

use super::{NODES, NODES_TABLE};
use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        code: "cilium-needs-azure-cni",
        scenario: "kubenet",
        change: &[(
            "networkPlugin: kubenet",
            "networkPlugin: kubenet\n    networkPolicy: cilium",
        )],
        documents: "",
        at: "cluster/kn properties.networkProfile.networkPolicy",
    },
    Case {
        code: "cilium-windows",
        scenario: "azure-cni",
        change: &[
            (
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkDataplane: cilium",
            ),
            (
                "vnetSubnetID: vnet-a/nodes",
                "vnetSubnetID: vnet-a/nodes\n    - {name: win, count: 1, osType: Windows}",
            ),
        ],
        documents: "",
        at: "cluster/cn properties.networkProfile.networkDataplane",
    },
    Case {
        code: "cilium-policy",
        scenario: "azure-cni",
        change: &[(
            "networkPlugin: azure",
            "networkPlugin: azure\n    networkDataplane: cilium\n    networkPolicy: calico",
        )],
        documents: "",
        at: "cluster/cn properties.networkProfile.networkPolicy",
    },
    Case {
        code: "pod-subnet-missing",
        scenario: "azure-cni",
        change: &[(
            "vnetSubnetID: vnet-a/nodes",
            "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw\n    - {name: other, count: 1, vnetSubnetID: vnet-a/nodes}",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[1].podSubnetID",
    },
    Case {
        code: "pod-subnet-unused",
        scenario: "azure-cni",
        change: &[
            (
                "networkPlugin: azure",
                "networkPlugin: azure\n    networkPluginMode: overlay",
            ),
            (
                "vnetSubnetID: vnet-a/nodes",
                "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw",
            ),
        ],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[0].podSubnetID",
    },
    Case {
        code: "pod-subnet-of-nodes",
        scenario: "azure-cni",
        change: &[(
            "vnetSubnetID: vnet-a/nodes",
            "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/nodes",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[0].podSubnetID",
    },
    Case {
        code: "pod-subnet-elsewhere",
        scenario: "azure-cni",
        change: &[(
            "vnetSubnetID: vnet-a/nodes",
            "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-b/default",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[0].podSubnetID",
    },
    Case {
        code: "static-blocks-windows",
        scenario: "azure-cni",
        change: &[(
            "vnetSubnetID: vnet-a/nodes",
            "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw\n    - {name: win, count: 1, osType: Windows, vnetSubnetID: vnet-a/nodes, podSubnetID: vnet-a/appgw, podIPAllocationMode: StaticBlock}",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[1].podIPAllocationMode",
    },
    Case {
        // P-05
        code: "required-names-refused",
        scenario: "azure-cni",
        change: &[
            (
                "outboundType: loadBalancer",
                "outboundType: userDefinedRouting",
            ),
            (NODES, NODES_TABLE),
            (
                "    - name: GatewaySubnet",
                "    - name: AzureFirewallSubnet\n      properties: {addressPrefix: 10.1.3.0/26}\n    - name: GatewaySubnet",
            ),
        ],
        documents: concat!(
            table!(
                "{name: out, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}"
            ),
            "\n---\n{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: a, properties: {subnet: {id: vnet-a/AzureFirewallSubnet}, privateIPAddress: 10.1.3.4}}]}}"
        ),
        at: "firewall/fw",
    },
    Case {
        code: "basic-load-balancer",
        scenario: "azure-cni",
        change: &[
            ("loadBalancerSku: standard", "loadBalancerSku: basic"),
            (
                "osType: Linux",
                "osType: Linux\n      availabilityZones: ['1']",
            ),
        ],
        documents: "",
        at: "cluster/cn properties.networkProfile.loadBalancerSku",
    },
    Case {
        code: "pool-too-few-pods",
        scenario: "azure-cni",
        change: &[("maxPods: 30", "maxPods: 10")],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[0].maxPods",
    },
    Case {
        code: "pools-in-two-vnets",
        scenario: "azure-cni",
        change: &[(
            "vnetSubnetID: vnet-a/nodes",
            "vnetSubnetID: vnet-a/nodes\n    - {name: pool2, count: 1, vnetSubnetID: vnet-b/default}",
        )],
        documents: "",
        at: "cluster/cn properties.agentPoolProfiles[1].vnetSubnetID",
    },
    Case {
        code: "outbound-type-not-modelled",
        scenario: "azure-cni",
        change: &[("outboundType: loadBalancer", "outboundType: carrierPigeon")],
        documents: "",
        at: "cluster/cn properties.networkProfile.outboundType",
    },
    Case {
        // Section 5.6: 8 nodes find 8,000 ports each on one address; the autoscaler may make 8, and an upgrade then one more.
        code: "outbound-ports-surge",
        scenario: "azure-cni",
        change: &[
            (
                "loadBalancerProfile:",
                "loadBalancerProfile:\n      allocatedOutboundPorts: 8000",
            ),
            (
                "count: 2",
                "count: 2\n      enableAutoScaling: true\n      maxCount: 8",
            ),
        ],
        documents: "",
        at: "cluster/cn properties.networkProfile.loadBalancerProfile.allocatedOutboundPorts",
    },
    Case {
        code: "outbound-ports-surge",
        scenario: "azure-cni",
        change: &[(
            "loadBalancerProfile:",
            "loadBalancerProfile:\n      allocatedOutboundPorts: 32000",
        )],
        documents: "",
        at: "cluster/cn properties.networkProfile.loadBalancerProfile.allocatedOutboundPorts",
    },
    Case {
        code: "kubenet-too-many-pods",
        scenario: "kubenet",
        change: &[("maxPods: 110", "maxPods: 200")],
        documents: "{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: s}, spec: {era: 2021}}",
        at: "cluster/kn properties.agentPoolProfiles[0].maxPods",
    },
    Case {
        // Microsoft, "Default outbound access in Azure".
        code: "egress-blocked",
        scenario: "azure-cni",
        change: &[
            (
                "outboundType: loadBalancer",
                "outboundType: userDefinedRouting",
            ),
            (
                NODES,
                "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, defaultOutboundAccess: false}",
            ),
            ("type: LoadBalancer", "type: ClusterIP"),
        ],
        documents: "",
        at: "subnet/vnet-a/nodes properties.defaultOutboundAccess",
    },
    Case {
        code: "nat-gateway-required",
        scenario: "azure-cni",
        change: &[(
            "outboundType: loadBalancer",
            "outboundType: userAssignedNATGateway",
        )],
        documents: "",
        at: "cluster/cn properties.networkProfile.outboundType",
    },
    Case {
        // Microsoft, "Azure NAT Gateway SKUs".
        code: "nat-gateway-sku",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/natGateways, name: nat, sku: {name: StandardV2}, properties: {publicIpAddresses: [{id: new}, {id: old}]}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: new, sku: {name: StandardV2}, properties: {ipAddress: 20.1.0.1}}\n---\n{type: Microsoft.Network/publicIPAddresses, name: old, sku: {name: Standard}, properties: {ipAddress: 20.1.0.2}}",
        at: "natgateway/nat properties.publicIpAddresses[1]",
    },
    Case {
        code: "kubenet-table-shared",
        scenario: "kubenet",
        change: &[
            (NODES, NODES_TABLE),
            (
                "properties: {addressPrefix: 10.1.1.0/24}",
                "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: mine}}",
            ),
        ],
        documents: concat!(
            table!(),
            "\n---\n{type: Microsoft.ContainerService/managedClusters, name: other, properties: {networkProfile: {networkPlugin: kubenet}, agentPoolProfiles: [{name: p, count: 1, vnetSubnetID: vnet-a/vms}]}}"
        ),
        at: "cluster/other",
    },
];
