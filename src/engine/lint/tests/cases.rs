//! The cases of `found`: one for each code.

use super::found::Case;

pub const NODES: &str = "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24}";
pub const NODES_NSG: &str = "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: mine}}";
pub const NODES_TABLE: &str =
    "- name: nodes\n      properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: mine}}";

macro_rules! nsg {
    ($($rule:literal),*) => {
        concat!(
            "{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [",
            $($rule, ",",)* "]}}"
        )
    };
}

macro_rules! table {
    ($($route:literal),*) => {
        concat!(
            "{type: Microsoft.Network/routeTables, name: mine, properties: {routes: [", $($route, ",",)* "]}}"
        )
    };
}

/// An account, and a private endpoint in a subnet with more about its connection.
macro_rules! endpoint {
    ($subnet:literal, $connection:literal) => {
        concat!(
            "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {}}\n---\n",
            "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: ", $subnet,
            "}, privateLinkServiceConnections: [{name: c, properties: {privateLinkServiceId: photos, ",
            $connection, "}}]}}"
        )
    };
}

pub(super) use {nsg, table};

pub const CASES: &[Case] = &[
    Case {
        code: "peering-two-gateways",
        scenario: "azure-cni",
        change: &[("allowForwardedTraffic: false", "useRemoteGateways: true")],
        documents: "",
        at: "peering/vnet-a/a-to-b properties.useRemoteGateways",
    },
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
    Case {
        code: "idle-timeout-long",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: slow, annotations: {service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: '60'}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/slow metadata.annotations[service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout]",
    },
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
        code: "kubenet-default-route",
        scenario: "kubenet",
        change: &[(NODES, NODES_TABLE)],
        documents: table!(
            "{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "kubenet-too-many-pods",
        scenario: "kubenet",
        change: &[("maxPods: 110", "maxPods: 200")],
        documents: "{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: s}, spec: {era: 2021}}",
        at: "cluster/kn properties.agentPoolProfiles[0].maxPods",
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
    Case {
        code: "ranges-and-tags",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: both, annotations: {service.beta.kubernetes.io/azure-allowed-service-tags: AzureCloud}}, spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/both spec.loadBalancerSourceRanges",
    },
    Case {
        code: "unsupported-change",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/networkSecurityGroups, name: aks-agentpool-12345678-nsg, properties: {securityRules: [{name: k8s-azure-lb_allow_IPv4_0123, properties: {priority: 500, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: 20.50.60.70, sourcePortRange: '*', destinationPortRange: '80'}}, {name: office, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: 203.0.113.0/24, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '22'}}]}}",
        at: "nsg/aks-agentpool-12345678-nsg properties.securityRules[1]",
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
        code: "service-no-endpoints",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: typo}, spec: {selector: {app: wbe}, ports: [{port: 80}]}}",
        at: "service/default/typo spec.selector",
    },
    Case {
        code: "service-no-ready-endpoints",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Pod, metadata: {name: ill, labels: {app: ill}}, spec: {containers: []}, status: {conditions: [{type: Ready, status: 'False'}]}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: ill}, spec: {selector: {app: ill}, ports: [{port: 80}]}}",
        at: "service/default/ill spec.selector",
    },
    Case {
        code: "service-port-unserved",
        scenario: "cluster-ip",
        change: &[],
        documents: "{apiVersion: v1, kind: Pod, metadata: {name: one, labels: {app: one}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: one}, spec: {selector: {app: one}, ports: [{port: 80, name: a, targetPort: http}, {port: 81, name: b, targetPort: metrics}]}}",
        at: "service/default/one spec.ports[1].targetPort",
    },
    Case {
        code: "probe-port-refused",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: mail, annotations: {service.beta.kubernetes.io/port_81_health-probe_port: '25', service.beta.kubernetes.io/port_81_health-probe_protocol: http}}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/mail metadata.annotations[service.beta.kubernetes.io/port_81_health-probe_port]",
    },
    Case {
        // N-08
        code: "probe-filtered",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: no-probes, properties: {priority: 4000, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: AzureLoadBalancer, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '*'}}"
        ),
        at: "nsg/mine properties.securityRules[0]",
    },
    Case {
        code: "probe-no-ready-node",
        scenario: "azure-cni",
        change: &[
            (
                "status:\n  addresses:\n    - {type: InternalIP, address: 10.1.0.4}",
                "status:\n  conditions: [{type: Ready, status: 'False'}]\n  addresses:\n    - {type: InternalIP, address: 10.1.0.4}",
            ),
            (
                "status:\n  addresses:\n    - {type: InternalIP, address: 10.1.0.35}",
                "status:\n  conditions: [{type: Ready, status: 'False'}]\n  addresses:\n    - {type: InternalIP, address: 10.1.0.35}",
            ),
        ],
        documents: "",
        at: "service/default/web",
    },
    Case {
        code: "probe-no-node-port",
        scenario: "load-balancer",
        change: &[],
        documents: "{apiVersion: v1, kind: Service, metadata: {name: bare}, spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, selector: {app: web}, ports: [{port: 81}]}}",
        at: "service/default/bare spec.allocateLoadBalancerNodePorts",
    },
    Case {
        // L-17
        code: "reply-lost",
        scenario: "azure-cni",
        change: &[(NODES, NODES_TABLE)],
        documents: concat!(
            table!(
                "{name: out, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.4}}"
            ),
            "\n---\n{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: firewall}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.4, ipForwarding: true}}"
        ),
        at: "routetable/mine properties.routes[0]",
    },
    Case {
        code: "service-unreachable",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: nsg!(
            "{name: shut, properties: {priority: 100, direction: Inbound, access: Deny, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
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
    Case {
        code: "endpoint-connects-nothing",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: vnet-a/vms}}}",
        at: "privateendpoint/pe properties.privateLinkServiceConnections",
    },
    Case {
        code: "endpoint-not-approved",
        scenario: "azure-cni",
        change: &[],
        documents: endpoint!(
            "vnet-a/vms",
            "privateLinkServiceConnectionState: {status: Rejected}"
        ),
        at: "privateendpoint/pe properties.privateLinkServiceConnections[0].privateLinkServiceConnectionState",
    },
    Case {
        code: "endpoint-states-differ",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            endpoint!("vnet-a/vms", "groupIds: [blob]"),
            "\n---\n{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {privateEndpointConnections: [{properties: {privateEndpoint: {id: pe}, privateLinkServiceConnectionState: {status: Pending}}}]}}"
        ),
        at: "privateendpoint/pe properties.privateLinkServiceConnections[0].privateLinkServiceConnectionState",
    },
    Case {
        code: "endpoint-address-taken",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateEndpoints, name: pe, properties: {subnet: {id: vnet-a/vms}, ipConfigurations: [{properties: {privateIPAddress: 10.1.1.4}}], privateLinkServiceConnections: [{name: c, properties: {privateLinkServiceId: photos}}]}}",
        at: "privateendpoint/pe properties.ipConfigurations",
    },
    Case {
        code: "endpoint-record-missing",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            endpoint!("vnet-a/vms", "groupIds: [blob]"),
            "\n---\n{type: Microsoft.Network/privateDnsZones, name: privatelink.blob.core.windows.net, properties: {}}",
            "\n---\n{type: Microsoft.Network/privateDnsZones/virtualNetworkLinks, name: privatelink.blob.core.windows.net/b, properties: {virtualNetwork: {id: vnet-b}}}"
        ),
        at: "privatednszone/privatelink.blob.core.windows.net",
    },
    Case {
        code: "endpoint-zone-not-linked",
        scenario: "azure-cni",
        change: &[],
        documents: endpoint!("vnet-a/vms", "groupIds: [blob]"),
        at: "privateendpoint/pe",
    },
    Case {
        code: "endpoint-answer-passes-by",
        scenario: "azure-cni",
        change: &[],
        documents: concat!(
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/vms, properties: {addressPrefix: 10.1.1.0/24, privateEndpointNetworkPolicies: Enabled}}\n---\n",
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/AzureFirewallSubnet, properties: {addressPrefix: 10.1.3.0/26}}\n---\n",
            "{type: Microsoft.Network/virtualNetworks/subnets, name: vnet-a/more, properties: {addressPrefix: 10.1.4.0/26, routeTable: {id: by-firewall}}}\n---\n",
            "{type: Microsoft.Network/routeTables, name: by-firewall, properties: {routes: [{name: vms, properties: {addressPrefix: 10.1.1.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.3.4}}]}}\n---\n",
            "{type: Microsoft.Network/azureFirewalls, name: fw, properties: {ipConfigurations: [{name: c, properties: {subnet: {id: vnet-a/AzureFirewallSubnet}}}]}}\n---\n",
            endpoint!("vnet-a/vms", "groupIds: [blob]")
        ),
        at: "subnet/vnet-a/more properties.routeTable",
    },
    Case {
        code: "endpoint-rules-ignored",
        scenario: "azure-cni",
        change: &[(NODES, NODES_NSG)],
        documents: concat!(
            endpoint!("vnet-a/nodes", "groupIds: [blob]"),
            "\n---\n",
            nsg!(
                "{name: web, properties: {priority: 200, direction: Inbound, access: Allow, protocol: Tcp, sourceAddressPrefix: Internet, destinationAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '80'}}"
            )
        ),
        at: "subnet/vnet-a/nodes properties.privateEndpointNetworkPolicies",
    },
    Case {
        code: "storage-unreachable",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Storage/storageAccounts, name: photos, location: japaneast, properties: {publicNetworkAccess: Disabled}}",
        at: "storage/photos properties.publicNetworkAccess",
    },
    Case {
        code: "registration-twice",
        scenario: "azure-cni",
        change: &[],
        documents: "{type: Microsoft.Network/privateDnsZones, name: one.internal, properties: {virtualNetworkLinks: [{properties: {virtualNetwork: {id: vnet-a}, registrationEnabled: true}}]}}\n---\n{type: Microsoft.Network/privateDnsZones, name: two.internal, properties: {virtualNetworkLinks: [{properties: {virtualNetwork: {id: vnet-a}, registrationEnabled: true}}]}}",
        at: "privatednszone/two.internal",
    },
];
