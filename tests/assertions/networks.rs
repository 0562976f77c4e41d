//! Virtual networks and what they are joined with: peerings, gateways, appliances, routes.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "M-19: a peering with one side is no peering (VNet peering)",
        scenario: "azure-cni",
        change: &[("    - name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-a}", "    - name: b-to-a\n      properties:\n        remoteVirtualNetwork: {id: vnet-x}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: there}
spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: back}
spec: {from: host/vm-b, to: pod/default/p0, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route}}}
",
    },
    Case {
        name: "R-01: addresses of private ranges that no virtual network has are dropped by the system routes",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: lost}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, stage: azure.route, disposition: NullRouted}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: free-address}
spec: {from: host/vm-a, to: 10.1.1.77, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}
",
    },
    Case {
        name: "R-02, R-10: a default route to an appliance; without IP forwarding its NIC drops",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: via-appliance}}")],
        documents: "
type: Microsoft.Network/routeTables
name: via-appliance
properties:
  routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-appliance}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {place: host/appliance, stage: azure.nic, disposition: NotForwarded}}}
",
    },
    Case {
        name: "an appliance forwards between subnets, and the answer takes the direct way",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: via-appliance}}")],
        documents: "
type: Microsoft.Network/routeTables
name: via-appliance
properties:
  routes: [{name: to-b, properties: {addressPrefix: 10.2.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: through}
spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.1.4, via: [host/appliance, host.forward, azure.peering], reply: delivered}}
",
    },
    Case {
        name: "two appliances that point at each other are a loop, and it is noticed",
        scenario: "kubenet",
        change: &[
            ("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: to-x}}"),
            ("properties: {addressPrefix: 10.1.2.0/24}", "properties: {addressPrefix: 10.1.2.0/24, routeTable: {id: to-y}}"),
        ],
        documents: "
{type: Microsoft.Network/routeTables, name: to-x, properties: {routes: [{name: a, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
{type: Microsoft.Network/routeTables, name: to-y, properties: {routes: [{name: a, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.1.9}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: x}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: y}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: round}
spec: {from: host/vm-a, to: 10.9.9.9, port: 80, expect: {verdict: dropped, endsAt: {disposition: Looped}}}
",
    },
    Case {
        name: "O-22: without gateway propagation on its table, a subnet has no way on premises",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: closed}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: closed, properties: {disableBgpRoutePropagation: true, routes: []}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: closed}
spec: {from: host/vm-a, to: host/op, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: open}
spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, via: [azure.gateway], reply: delivered}}
",
    },
    Case {
        name: "a default route to an appliance breaks connections from the internet to a machine's own public address (UDR overview)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, networkSecurityGroup: {id: open}, routeTable: {id: via-appliance}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: via-appliance, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
type: Microsoft.Network/networkSecurityGroups
name: open
properties:
  securityRules:
    - {name: all, properties: {priority: 100, direction: Inbound, access: Allow, protocol: \"*\", sourceAddressPrefix: \"*\", sourcePortRange: \"*\", destinationAddressPrefix: \"*\", destinationPortRange: \"*\"}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: public}, spec: {subnet: vnet-a/vms, ip: 10.1.1.9, publicIP: 20.50.60.81}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: broken}
spec: {from: host/client, to: host/public, port: 443, expect: {verdict: delivered, reply: dropped, endsAt: {place: host/appliance, disposition: NoConnection}}}
",
    },
    Case {
        name: "two virtual networks that do not know each other may use the same addresses; answers find who asked",
        scenario: "kubenet",
        change: &[],
        documents: "
type: Microsoft.Network/virtualNetworks
name: twin
location: japaneast
properties:
  addressSpace: {addressPrefixes: [10.1.0.0/16]}
  subnets: [{name: vms, properties: {addressPrefix: 10.1.1.0/24}}]
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: a-twin}, spec: {subnet: twin/vms, ip: 10.1.1.8}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: public}, spec: {subnet: vnet-a/vms, ip: 10.1.1.8, publicIP: 20.50.60.81}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec: {from: host/public, to: 198.51.100.20, port: 443, expect: {verdict: delivered, source: 20.50.60.81, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-the-platform}
spec: {from: host/public, to: azuredns, protocol: UDP, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-the-public-service}
spec: {from: host/public, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [azure.publicip, loadbalancer/kubernetes], reply: delivered, replySource: 20.50.60.70}}
",
    },
    Case {
        name: "an appliance in a peered network is reached by the peering, and its terms hold (VNet peering: service chaining)",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.2.0.0/24}", "properties: {addressPrefix: 10.2.0.0/24, routeTable: {id: on}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: on, properties: {routes: [{name: on, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.3.0.9}}]}}
---
{type: Microsoft.Network/routeTables, name: out, properties: {routes: [{name: on, properties: {addressPrefix: 10.9.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.2.0.9}}]}}
---
type: Microsoft.Network/virtualNetworks
name: vnet-d
location: japaneast
properties:
  addressSpace: {addressPrefixes: [10.4.0.0/16]}
  subnets: [{name: default, properties: {addressPrefix: 10.4.0.0/24, routeTable: {id: out}}}]
  virtualNetworkPeerings: [{name: d-to-b, properties: {remoteVirtualNetwork: {id: vnet-b}}}]
---
type: Microsoft.Network/virtualNetworks/virtualNetworkPeerings
name: vnet-b/b-to-d
properties: {remoteVirtualNetwork: {id: vnet-d}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm-d}, spec: {subnet: vnet-d/default, ip: 10.4.0.4}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance-b}, spec: {subnet: vnet-b/default, ip: 10.2.0.9, ipForwarding: true}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance-c}, spec: {subnet: vnet-c/default, ip: 10.3.0.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: two-appliances}
spec: {from: host/vm-d, to: 10.9.0.1, port: 80, expect: {verdict: dropped, via: [vnet/vnet-b, azure.peering, host/appliance-b, vnet/vnet-c, azure.peering], endsAt: {place: vnet/vnet-c, stage: azure.peering}}}
",
    },
    Case {
        name: "a spoke reaches the office through the hub's gateway, and is reached; what is behind the spoke is not (VNet peering: gateway transit)",
        scenario: "azure-cni",
        change: &[
            ("        remoteVirtualNetwork: {id: vnet-b}\n        allowVirtualNetworkAccess: true", "        remoteVirtualNetwork: {id: vnet-b}\n        allowGatewayTransit: true\n        allowVirtualNetworkAccess: true"),
            ("        remoteVirtualNetwork: {id: vnet-a}\n        allowVirtualNetworkAccess: true", "        remoteVirtualNetwork: {id: vnet-a}\n        useRemoteGateways: true\n        allowVirtualNetworkAccess: true"),
        ],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: office-to-spoke}
spec: {from: host/op, to: host/vm-b, port: 80, expect: {verdict: delivered, via: [azure.gateway, azure.peering], source: 192.168.10.5, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: spoke-to-office}
spec: {from: host/vm-b, to: host/op, port: 80, expect: {verdict: delivered, via: [azure.gateway], source: 10.2.0.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: behind-the-spoke}
spec: {from: host/vm-c, to: host/op, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}
",
    },
    Case {
        name: "next hops that lead nowhere: the internet has no private addresses, a gateway knows only its own sites (UDR overview)",
        scenario: "kubenet",
        change: &[("properties: {addressPrefix: 10.1.1.0/24}", "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: odd}}")],
        documents: "
type: Microsoft.Network/routeTables
name: odd
properties:
  routes:
    - {name: internet, properties: {addressPrefix: 10.9.0.0/16, nextHopType: Internet}}
    - {name: local, properties: {addressPrefix: 10.8.0.0/16, nextHopType: VnetLocal}}
    - {name: gateway, properties: {addressPrefix: 172.20.0.0/16, nextHopType: VirtualNetworkGateway}}
    - {name: missing, properties: {addressPrefix: 10.7.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.200}}
    - {name: none, properties: {addressPrefix: 198.51.100.20/32, nextHopType: None}}
    - {name: no-peer, properties: {addressPrefix: 10.2.0.0/16, nextHopType: None}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: internet}, spec: {from: host/vm-a, to: 10.9.0.1, port: 80, expect: {verdict: dropped, endsAt: {place: internet, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: multicast}, spec: {from: host/vm-a, to: 224.0.0.1, protocol: UDP, port: 80, expect: {verdict: dropped, endsAt: {place: internet, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: local}, spec: {from: host/vm-a, to: 10.8.0.1, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: gateway}, spec: {from: host/vm-a, to: 172.20.0.1, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.gateway, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: missing}, spec: {from: host/vm-a, to: 10.7.0.1, port: 80, expect: {verdict: dropped, endsAt: {disposition: NoSuchAddress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: none}, spec: {from: host/vm-a, to: host/server, port: 80, expect: {verdict: dropped, endsAt: {disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: reply}, spec: {from: host/vm-b, to: host/vm-a, port: 80, expect: {verdict: delivered, reply: dropped, endsAt: {place: subnet/vnet-a/vms, disposition: NullRouted}}}}
",
    },
    Case {
        name: "M-19: a peering that Azure calls Disconnected carries nothing, even if both sides are written down",
        scenario: "azure-cni",
        change: &[("        remoteVirtualNetwork: {id: vnet-a}", "        remoteVirtualNetwork: {id: vnet-a}\n        peeringState: Disconnected")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: there}, spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: back}, spec: {from: host/vm-b, to: pod/default/p0, port: 443, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
",
    },
    Case {
        name: "what an ExpressRoute circuit announces is not known, so an address that nobody else has may be behind it",
        scenario: "azure-cni",
        change: &[("  connectionType: IPsec\n", "  connectionType: ExpressRoute\n"), ("  localNetworkGateway2: {id: onprem}\n", "  peer: {id: circuit}\n")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: perhaps-behind-it}, spec: {from: host/vm-a, to: 192.168.10.5, port: 443, expect: {verdict: not-modelled, endsAt: {place: subnet/vnet-a/vms, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: surely-not}, spec: {from: host/vm-a, to: host/vm-b, port: 443, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: not-behind-the-peer}, spec: {from: host/vm-b, to: 192.168.10.5, port: 443, expect: {verdict: dropped, endsAt: {disposition: NullRouted}}}}
",
    },
    Case {
        name: "M-20: an office that learns no route back loses the answer, not the request",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: ConfigMap
metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
data: {ip-masq-agent: 'nonMasqueradeCIDRs: [192.168.10.0/24]'}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: no-way-back}, spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.244.0.10, via: [azure.gateway], reply: dropped, endsAt: {place: localgateway/onprem, stage: azure.gateway, disposition: NoRoute}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: way-back}, spec: {from: node/n0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
",
    },
];
