//! Pods and the way from and to them: kubenet, Azure CNI, overlay, pod subnet.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "K-08: with the cluster's route table on its subnet, a VM reaches a kubenet pod (AKS: configure kubenet)",
        scenario: "kubenet",
        change: &[(
            "properties: {addressPrefix: 10.1.1.0/24}",
            "properties: {addressPrefix: 10.1.1.0/24, routeTable: {id: aks-agentpool-routetable}}",
        )],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: vm-to-pod}
spec:
  from: host/vm-a
  to: pod/default/p0
  port: 8080
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.244.0.10}
",
    },
    Case {
        name: "K-13: without IP forwarding on the NIC of n1, Azure drops packets for its pods (IP forwarding)",
        scenario: "kubenet",
        change: &[],
        documents: "
type: Microsoft.Network/networkInterfaces
name: n1-nic
properties:
  enableIPForwarding: false
  ipConfigurations: [{name: a, properties: {privateIPAddress: 10.1.0.5, subnet: {id: vnet-a/nodes}}}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-to-pod}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect: {verdict: dropped, endsAt: {place: node/n1, stage: azure.nic, disposition: NotForwarded}}
",
    },
    Case {
        name: "K-10: two translations on the way to the internet (AKS: egress)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec:
  from: pod/default/p0
  to: 198.51.100.20
  port: 443
  expect:
    verdict: delivered
    source: 20.50.60.71
    via: [iptables.POSTROUTING, azure.route, azure.lb.outbound, host/server]
    reply: delivered
    replySource: 198.51.100.20
",
    },
    Case {
        name: "C-07: with 0.0.0.0/0 exempt from masquerading, pods have no way out (load balancer outbound connections)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: ConfigMap
metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
data:
  ip-masq-agent: |
    nonMasqueradeCIDRs: [0.0.0.0/0]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: out}
spec:
  from: pod/default/p0
  to: 198.51.100.20
  port: 443
  expect: {verdict: dropped, endsAt: {disposition: SnatUnavailable}}
",
    },
    Case {
        name: "C-08: the platform sees the node, never the pod (ip-masq agent: link-local and platform addresses)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: query}
spec:
  from: pod/default/p0
  to: azuredns
  protocol: UDP
  port: 53
  expect: {verdict: delivered, receivers: [azuredns], source: 10.1.0.4, reply: delivered}
",
    },
    Case {
        name: "C-14: pods of one node pass its routing, not a bridge, in transparent mode (AKS FAQ)",
        scenario: "azure-cni",
        change: &[("nodeName: n1", "nodeName: n0"), ("status: {podIP: 10.1.0.40}", "status: {podIP: 10.1.0.11}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbours}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect:
    verdict: delivered
    source: 10.1.0.10
    via: [veth, node.route, veth]
    avoids: [bridge, azure.route, azure.nic]
    reply: delivered
",
    },
    Case {
        name: "K-01: pods of one kubenet node share the bridge, and Azure sees nothing (AKS: configure kubenet)",
        scenario: "kubenet",
        change: &[("nodeName: n1", "nodeName: n0"), ("status: {podIP: 10.244.1.10}", "status: {podIP: 10.244.0.11}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbours}
spec:
  from: pod/default/p0
  to: pod/default/p1
  port: 8080
  expect: {verdict: delivered, source: 10.244.0.10, via: [bridge, bridge], avoids: [azure.route, veth], reply: delivered}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: by-service}
spec:
  from: pod/default/p0
  to: service/default/web
  expect: {verdict: delivered, source: 10.244.0.10, reply: delivered, replySource: 10.0.50.1}
",
    },
    Case {
        name: "reasoned: like any pod, one that shares its node's address answers where nothing says that it does not",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: Pod
metadata: {name: agent, labels: {app: agent}}
spec: {hostNetwork: true, nodeName: n0, containers: [{name: c, image: i, ports: [{containerPort: 9100}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {hostNetwork: true, nodeName: n0, containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: agent}
spec: {clusterIP: 10.0.50.77, selector: {app: agent}, ports: [{port: 80, targetPort: 9300}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: declared}
spec: {from: pod/default/p1, to: pod/default/agent, port: 9100, expect: {verdict: delivered, receivers: [pod/default/agent]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: declared-by-another}
spec: {from: pod/default/p1, to: pod/default/other, port: 9100, expect: {verdict: delivered, receivers: [pod/default/agent]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: named}
spec: {from: pod/default/p1, to: pod/default/other, port: 9200, expect: {verdict: delivered, receivers: [pod/default/other], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: expected-by-a-service}
spec: {from: pod/default/p1, to: service/default/agent, port: 80, expect: {verdict: delivered, receivers: [pod/default/agent], destination: '10.1.0.4:9300', reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: the-node-itself}
spec: {from: pod/default/p1, to: pod/default/other, port: 10250, expect: {verdict: delivered, receivers: [node/n0]}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: nobody-is-named}
spec: {from: pod/default/p1, to: node/n0, port: 9200, expect: {verdict: rejected, endsAt: {disposition: PortClosed}}}
",
    },
    Case {
        name: "a workload stands for any of its pods, and each pick is a branch with its probability",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: shop, ports: [{containerPort: 80}]}]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: any}
spec: {from: deployment/default/shop, to: deployment/default/shop, expect: {verdict: delivered, reply: delivered}}
",
    },
    Case {
        name: "R12: a node port answers on the node's own loopback; a pod's own address never leaves the pod",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: loopback-node-port}
spec: {from: node/n0, to: 127.0.0.1, port: 31380, expect: {verdict: delivered, receivers: [pod/default/p1], source: 10.1.0.4, reply: delivered, replySource: 127.0.0.1}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: own-address}
spec: {from: pod/default/p1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.244.1.10, avoids: [bridge, node/n1], reply: delivered}}
",
    },
    Case {
        name: "a node's own process goes to the node's pods from the bridge's address (Linux: the route's source)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: kubelet-probe}
spec: {from: node/n0, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 10.244.0.1, avoids: [azure.route], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-of-another-node}
spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.1.0.4, via: [azure.route], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: itself}
spec: {from: node/n0, to: 10.244.0.1, port: 10250, expect: {verdict: delivered, receivers: [node/n0], source: 10.244.0.1, reply: delivered}}
",
    },
    Case {
        name: "a pod that has ended neither gets nor sends packets",
        scenario: "kubenet",
        change: &[],
        documents: "
{apiVersion: v1, kind: Pod, metadata: {name: done}, spec: {nodeName: n0, containers: [{name: a, image: a}]}, status: {phase: Succeeded, podIP: 10.244.0.77}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to}
spec: {from: pod/default/p1, to: pod/default/done, port: 80, expect: {verdict: unresolved, endsAt: {place: pod/default/p1, disposition: NameNotFound}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: from}
spec: {from: pod/default/done, to: pod/default/p1, port: 80, expect: {verdict: dropped, endsAt: {place: pod/default/done, disposition: NoRoute}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: set}, spec: {replicas: 1, selector: {matchLabels: {app: set}}, template: {metadata: {labels: {app: set}}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: evicted, labels: {app: set}, ownerReferences: [{kind: ReplicaSet, name: set, controller: true}]}, spec: {nodeName: n0, containers: []}, status: {phase: Failed}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: any-of-those-left}, spec: {from: replicaset/default/set, to: pod/default/p1, port: 80, expect: {verdict: delivered, probability: {pod/default/p1: 1}}}}
",
    },
    Case {
        name: "a plugin that is not modelled is named, whoever calls its pods",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: none"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: v1, kind: Service, metadata: {name: headless}, spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm-to-pod}, spec: {from: host/vm-a, to: pod/default/p1, port: 8080, expect: {verdict: not-modelled}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm-to-known-address}, spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: not-modelled, endsAt: {stage: azure.nic}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-headless}, spec: {from: pod/default/p0, to: service/default/headless, port: 8080, expect: {verdict: not-modelled}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: outside-to-service}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: not-modelled, endsAt: {stage: azure.lb.probe}}}}
",
    },
    Case {
        name: "C-05: the office sees the node, and the pod sees the office (AKS: configure Azure CNI, frequently asked questions)",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: host/op, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/op, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 192.168.10.5, reply: delivered}}}
",
    },
    Case {
        name: "C-16: an overlay shows the node outside, and nobody outside gets in (Azure CNI Overlay)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/vms, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: from-the-nodes-subnet}, spec: {from: host/neighbour, to: pod/default/p0, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/nodes, stage: azure.route}}}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: neighbour}, spec: {subnet: vnet-a/nodes, ip: 10.1.0.77}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}}
",
    },
    Case {
        name: "a route of the user's for the pod range has no say in an overlay (Azure CNI Overlay: a routing domain of its own)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
            ("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: mine}}"),
        ],
        documents: "
{type: Microsoft.Network/routeTables, name: mine, properties: {routes: [{name: away, properties: {addressPrefix: 10.244.0.0/16, nextHopType: None}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a group of the node subnet sees the addresses of an overlay's pods (Azure CNI Overlay: network security groups)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkPluginMode: overlay"),
            ("status: {podIP: 10.1.0.10}", "status: {}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
            ("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, networkSecurityGroup: {id: mine}}"),
        ],
        documents: "
{type: Microsoft.Network/networkSecurityGroups, name: mine, properties: {securityRules: [{name: shut, properties: {priority: 100, direction: Inbound, access: Deny, protocol: '*', sourceAddressPrefix: 10.244.0.0/16, destinationAddressPrefix: 10.244.0.0/16, sourcePortRange: '*', destinationPortRange: '*'}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {place: subnet/vnet-a/nodes, stage: azure.nsg.in.subnet, rule: shut}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: node-to-pod}, spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "C-17: a peer sees the pod itself where pods have a subnet of their own (Azure CNI Pod Subnet)",
        scenario: "azure-cni",
        change: &[
            ("vnetSubnetID: vnet-a/nodes", "vnetSubnetID: vnet-a/nodes\n      podSubnetID: vnet-a/appgw"),
            ("status: {podIP: 10.1.0.10}", "status: {podIP: 10.1.2.10}"),
            ("status: {podIP: 10.1.0.40}", "status: {}"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-the-peer}, spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.2.10, via: [subnet/vnet-a/appgw, azure.peering], avoids: [subnet/vnet-a/nodes], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-a-service}, spec: {from: pod/default/p0, to: service/default/web, port: 80, expect: {verdict: delivered, source: 10.1.2.10, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: to-the-internet}, spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: not-modelled, endsAt: {stage: azure.lb.outbound}}}}
",
    },
];
