//! Services: cluster IPs and node ports, load balancers inside and outside.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "W2: externalTrafficPolicy Local keeps the client's address and only the pod's node is picked (source IP tutorial)",
        scenario: "kubenet",
        change: &[("externalTrafficPolicy: Cluster", "externalTrafficPolicy: Local\n  healthCheckNodePort: 32100")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: local}
spec:
  from: host/client
  to: 20.50.60.70
  port: 80
  expect:
    verdict: delivered
    receivers: [pod/default/p1]
    source: 203.0.113.9
    destination: 10.244.1.10:8080
    probability: {pod/default/p1: 1}
    avoids: [node/n0]
    reply: delivered
    replySource: 20.50.60.70
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-inside}
spec:
  from: pod/default/p0
  to: 20.50.60.70
  port: 80
  expect: {verdict: delivered, source: 10.244.0.10, avoids: [loadbalancer/kubernetes]}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port-of-the-wrong-node}
spec:
  from: host/vm-a
  to: 10.1.0.4
  port: 31380
  expect: {verdict: dropped, endsAt: {place: node/n0, disposition: Filtered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port-of-the-right-node}
spec:
  from: host/vm-a
  to: node/n1
  port: 31380
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.1.0.5}
",
    },
    Case {
        name: "L-08: without a ready pod clients die at the load balancer, and pods are refused at once",
        scenario: "kubenet",
        change: &[("status: {podIP: 10.244.1.10}", "status: {podIP: 10.244.1.10, conditions: [{type: Ready, status: \"False\"}]}")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside}
spec:
  from: host/client
  to: 20.50.60.70
  port: 80
  expect: {verdict: dropped, endsAt: {place: loadbalancer/kubernetes, disposition: NoHealthyMember}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: cluster-ip}
spec: {from: pod/default/p0, to: 10.0.50.1, port: 80, expect: {verdict: rejected, endsAt: {place: node/n0, disposition: NoEndpoints}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: public-address}
spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: rejected, endsAt: {disposition: NoEndpoints}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-port}
spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: rejected, endsAt: {disposition: NoEndpoints}}}
",
    },
    Case {
        name: "L-10, R-14: an internal Service is reached from its own and from a peered virtual network, without a rule of its own",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: same-network}
spec:
  from: host/vm-a
  to: service/default/inner
  expect: {verdict: delivered, receivers: [pod/default/p1], via: [loadbalancer/kubernetes-internal], reply: delivered, replySource: 10.1.0.200}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: peered-network}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: on-premises}
spec: {from: host/op, to: 10.1.0.200, port: 80, expect: {verdict: delivered, via: [azure.gateway, loadbalancer/kubernetes-internal], reply: delivered}}
",
    },
    Case {
        name: "L-11: source ranges of an internal Service are enforced by kube-proxy, while the default rule of the NSG lets all pass",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  loadBalancerSourceRanges: [10.2.0.0/16]
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside-the-ranges}
spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: dropped, via: [azure.nsg.in.nic], endsAt: {disposition: Filtered}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside-the-ranges}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, reply: delivered}}
",
    },
    Case {
        name: "L-19: there is no ICMP through the outbound rule (load balancer overview)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ping-out}
spec: {from: pod/default/p0, to: 198.51.100.20, protocol: ICMP, expect: {verdict: dropped, endsAt: {disposition: SnatUnavailable}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: ping-vm}
spec: {from: pod/default/p0, to: host/vm-a, protocol: ICMP, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}
",
    },
    Case {
        name: "R11: a pod that is picked by its own call sees its node, not itself (hairpin)",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: hairpin}
spec: {from: pod/default/p1, to: service/default/web, expect: {verdict: delivered, receivers: [pod/default/p1], source: 10.244.1.1, reply: delivered, replySource: 10.0.50.1}}
",
    },
    Case {
        name: "R8: a node's own call to a cluster IP is masqueraded, because a node is no pod",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: from-node}
spec: {from: node/n0, to: service/default/web, expect: {verdict: delivered, via: [iptables.OUTPUT, iptables.POSTROUTING], source: 10.1.0.4, reply: delivered, replySource: 10.0.50.1}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: kubelet}
spec: {from: host/vm-a, to: node/n0, port: 10250, expect: {verdict: delivered, receivers: [node/n0], source: 10.1.1.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: closed-port}
spec: {from: host/vm-a, to: node/n0, port: 8081, expect: {verdict: rejected, endsAt: {disposition: PortClosed}}}
",
    },
    Case {
        name: "D-11: a headless Service has an address for each ready pod, of four that are three",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-0, labels: {app: db}}, spec: {nodeName: n0, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-1, labels: {app: db}}, spec: {nodeName: n0, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-2, labels: {app: db}}, spec: {nodeName: n1, containers: [{name: c, image: db}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db-3, labels: {app: db}}, spec: {nodeName: n1, containers: [{name: c, image: db}]}, status: {phase: Running, conditions: [{type: Ready, status: 'False'}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: records}, spec: {from: pod/default/p0, to: db, port: 5432, expect: {verdict: delivered, receivers: [pod/default/db-0, pod/default/db-1, pod/default/db-2], via: [dns.service], avoids: [dns.forward]}}}
",
    },
    Case {
        name: "L-17 with an appliance that is a machine: the reply of a public Service does not come back by another way",
        scenario: "azure-cni",
        change: &[("properties: {addressPrefix: 10.1.0.0/24}", "properties: {addressPrefix: 10.1.0.0/24, routeTable: {id: via-appliance}}")],
        documents: "
{type: Microsoft.Network/routeTables, name: via-appliance, properties: {routes: [{name: all, properties: {addressPrefix: 0.0.0.0/0, nextHopType: VirtualAppliance, nextHopIpAddress: 10.1.2.9}}]}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: appliance}, spec: {subnet: vnet-a/appgw, ip: 10.1.2.9, ipForwarding: true}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: asymmetric}
spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, reply: dropped, endsAt: {place: host/appliance, disposition: NoConnection}}}
",
    },
    Case {
        name: "L-22: a machine in the cluster's subnet counts as a pod, and may be sent to an endpoint that cannot answer it (AKS: configure Azure CNI)",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
{apiVersion: v1, kind: Pod, metadata: {name: p2, labels: {app: web}}, spec: {nodeName: n0, containers: [{name: a, image: a, ports: [{containerPort: 8080}]}]}, status: {podIP: 10.1.0.12}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: neighbour}, spec: {subnet: vnet-a/nodes, ip: 10.1.0.150}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: neighbour}
spec:
  from: host/neighbour
  to: 10.1.0.200
  port: 80
  expect:
    verdict: mixed
    endsAt: {disposition: NotForwarded}
    source: 10.1.0.150
    probability: {pod/default/p1: 0.25, pod/default/p2: 0.25}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: another-subnet}
spec:
  from: host/vm-a
  to: 10.1.0.200
  port: 80
  expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, probability: {pod/default/p1: 0.5, pod/default/p2: 0.5}}
",
    },
    Case {
        name: "L-20: a DNS label names the public address, inside and outside the cluster (cloud provider: loadbalancer)",
        scenario: "kubenet",
        change: &[("  uid:", "  annotations: {service.beta.kubernetes.io/azure-dns-label-name: shop}\n  uid:")],
        documents: "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside}
spec: {from: host/client, to: shop.japaneast.cloudapp.azure.com, port: 80, expect: {verdict: delivered, via: [dns.zone, loadbalancer/kubernetes], reply: delivered, replySource: 20.50.60.70}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside}
spec: {from: pod/default/p0, to: shop.japaneast.cloudapp.azure.com, port: 80, expect: {verdict: delivered, avoids: [loadbalancer/kubernetes], reply: delivered}}
",
    },
    Case {
        name: "L-11 with the annotation: what is outside the source ranges is denied by the group's last rule",
        scenario: "azure-cni",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations:
    service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"
    service.beta.kubernetes.io/azure-deny-all-except-load-balancer-source-ranges: \"true\"
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  loadBalancerSourceRanges: [10.2.0.0/16]
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: outside-the-ranges}
spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.nsg.in.nic, rule: k8s-azure-lb_deny-all_IPv4, disposition: DeniedIn}}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: inside-the-ranges}
spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: [10.1.0.4, 10.1.0.35], reply: delivered}}
",
    },
    Case {
        name: "O-01 to O-18: an internal Service shows the caller to its pods exactly with externalTrafficPolicy Local",
        scenario: "kubenet",
        change: &[],
        documents: "
apiVersion: v1
kind: Service
metadata:
  name: inner
  annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"}
spec:
  type: LoadBalancer
  loadBalancerIP: 10.1.0.200
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm}, spec: {from: host/vm-a, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 10.1.1.4, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: peered-vm}, spec: {from: host/vm-b, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 10.2.0.4, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: office}, spec: {from: host/op, to: 10.1.0.200, port: 80, expect: {verdict: delivered, source: 192.168.10.5, reply: delivered, replySource: 10.1.0.200}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: behind-the-peer}, spec: {from: host/vm-c, to: 10.1.0.200, port: 80, expect: {verdict: dropped, endsAt: {stage: azure.route, disposition: NullRouted}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: internet}, spec: {from: host/client, to: 10.1.0.200, port: 80, expect: {verdict: dropped}}}
",
    },
    Case {
        name: "a load balancer as destination is its frontend that serves the port, not the address that the cluster leaves with",
        scenario: "kubenet",
        change: &[],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: served}, spec: {from: host/client, to: loadbalancer/kubernetes, port: 80, expect: {verdict: delivered, receivers: [pod/default/p1], reply: delivered, replySource: 20.50.60.70}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: not-served}, spec: {from: host/client, to: loadbalancer/kubernetes, port: 81, expect: {verdict: dropped, endsAt: {place: loadbalancer/kubernetes, stage: azure.lb.rule, disposition: NoSuchAddress}}}}
",
    },
    Case {
        name: "Cilium serves a Service with externalTrafficPolicy Local to pods of every node, and shows the client (kube-proxy replacement)",
        scenario: "azure-cni",
        change: &[
            ("networkPlugin: azure", "networkPlugin: azure\n    networkDataplane: cilium"),
            ("externalTrafficPolicy: Cluster", "externalTrafficPolicy: Local\n  healthCheckNodePort: 32100"),
        ],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: delivered, source: 10.1.0.10, avoids: [loadbalancer/kubernetes, iptables.PREROUTING], reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: outside}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, source: 203.0.113.9, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: wrong-node}, spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: dropped, endsAt: {place: node/n0, stage: node.route}}}}
",
    },
];
