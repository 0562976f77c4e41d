//! Ranges that AKS or Azure refuses, and peerings.

use crate::engine::lint::tests::found::Case;

pub const CASES: &[Case] = &[
    Case {
        code: "peering-two-gateways",
        scenario: "azure-cni",
        change: &[("allowForwardedTraffic: false", "useRemoteGateways: true")],
        documents: "",
        at: "peering/vnet-a/a-to-b properties.useRemoteGateways",
    },
    Case {
        code: "forbidden-range",
        scenario: "azure-cni",
        change: &[(
            "addressPrefixes: [10.1.0.0/16]",
            "addressPrefixes: [10.1.0.0/16, 172.30.4.0/24]",
        )],
        documents: "",
        at: "vnet/vnet-a properties.addressSpace.addressPrefixes[1]",
    },
    Case {
        code: "pod-service-overlap",
        scenario: "kubenet",
        change: &[
            ("serviceCidr: 10.0.0.0/16", "serviceCidr: 10.244.128.0/17"),
            ("dnsServiceIP: 10.0.0.10", "dnsServiceIP: 10.244.128.10"),
        ],
        documents: "",
        at: "cluster/kn properties.networkProfile.podCidr",
    },
    Case {
        code: "on-premises-overlap",
        scenario: "azure-cni",
        change: &[(
            "addressPrefixes: [192.168.10.0/24]",
            "addressPrefixes: [192.168.10.0/24, 10.1.64.0/20]",
        )],
        documents: "",
        at: "localgateway/onprem properties.localNetworkAddressSpace.addressPrefixes",
    },
    Case {
        code: "peers-overlap",
        scenario: "azure-cni",
        change: &[(
            "    - name: a-to-b\n",
            "    - name: a-to-d\n      properties: {remoteVirtualNetwork: {id: vnet-d}, allowVirtualNetworkAccess: true}\n    - name: a-to-b\n",
        )],
        documents: "{type: Microsoft.Network/virtualNetworks, name: vnet-d, properties: {addressSpace: {addressPrefixes: [10.2.128.0/17]}, subnets: [], virtualNetworkPeerings: [{name: d-to-a, properties: {remoteVirtualNetwork: {id: vnet-a}, allowVirtualNetworkAccess: true}}]}}",
        at: "peering/vnet-a/a-to-b",
    },
];
