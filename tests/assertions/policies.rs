//! Network policies, by each engine that enforces them.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a policy that no engine enforces has no effect, and the walk says so",
        scenario: "azure-cni",
        change: &[],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: policy}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, via: [policy.ingress]}}}
",
    },
    Case {
        name: "an unknown network policy engine is not modelled, and is named",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: antrea")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: policy}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: not-modelled, endsAt: {stage: policy.ingress}}}}
",
    },
    Case {
        name: "Y-02: policies for ingress leave what the pod opens alone",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p1, to: pod/default/p0, port: 8080, expect: {verdict: delivered, reply: delivered, avoids: [policy.egress]}}}
",
    },
    Case {
        name: "Y-04: the engine azure does not filter packets of a pod to its own node, but those to another node",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own}, spec: {from: pod/default/p0, to: 10.1.0.4, port: 10250, expect: {verdict: delivered, via: [policy.egress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: other}, spec: {from: pod/default/p0, to: 10.1.0.35, port: 10250, expect: {verdict: dropped, endsAt: {place: pod/default/p0, stage: policy.egress, disposition: DeniedOut, rule: silent}}}}
",
    },
    Case {
        name: "Y-04: calico filters packets of a pod to its own node as well (workload to host)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own}, spec: {from: pod/default/p0, to: 10.1.0.4, port: 10250, expect: {verdict: dropped, endsAt: {stage: policy.egress}}}}
",
    },
    Case {
        name: "Y-05: the engine azure lets what comes through externalTrafficPolicy Cluster pass (migration guide), with a word",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [policy.ingress], reply: delivered}}}
",
    },
    Case {
        name: "Y-05: cilium filters what comes through externalTrafficPolicy Cluster",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress, disposition: DeniedIn, rule: closed}}}}
",
    },
    Case {
        name: "ipBlock under cilium holds no pods and no nodes (migration guide), under calico it does",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: anywhere}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: vm}, spec: {from: host/vm-a, to: pod/default/p1, port: 8080, expect: {verdict: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: mixed}}}
",
    },
    Case {
        name: "R25: ipBlock holds the addresses of pods",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: anywhere}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.0/24]}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: in}, spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: mixed}}}
",
    },
    Case {
        name: "a pod that calls the load balancer from its own node escapes the engine azure (Azure/azure-container-networking issue 940)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: azure")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: out}, spec: {from: pod/default/p0, to: 20.50.60.70, port: 80, expect: {verdict: delivered, via: [policy.egress]}}}
",
    },
    Case {
        name: "D-08: without egress to port 53 a name cannot be resolved",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: name}, spec: {from: pod/default/p0, to: web, port: 80, expect: {verdict: unresolved}}}
",
    },
    Case {
        name: "R27: policies see the pod port, by number or by name, never the Service port",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: named}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: numbered}, spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{ports: [{port: 8080}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: through}, spec: {from: pod/default/p0, to: service/default/web, port: 80, expect: {verdict: delivered, reply: delivered, via: [policy.egress, policy.ingress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: past}, spec: {from: pod/default/p0, to: pod/default/p1, port: 80, expect: {verdict: dropped, endsAt: {stage: policy.egress}}}}
",
    },
    Case {
        name: "R29: replies pass although nothing may leave the pod",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: silent-web}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: reply}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a pod always reaches itself, also through its Service",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: self}, spec: {from: pod/default/p1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: hairpin}, spec: {from: pod/default/p1, to: service/default/web, port: 80, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "a node reaches its own pods, as probes must; another node does not",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: probe}, spec: {from: node/n1, to: pod/default/p1, port: 8080, expect: {verdict: delivered, via: [policy.ingress]}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: other}, spec: {from: node/n0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
",
    },
    Case {
        name: "R30: a rule for UDP isolates for TCP as well",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: udp}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{protocol: UDP, port: 8080}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: tcp}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: udp}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, protocol: UDP, expect: {verdict: delivered}}}
",
    },
    Case {
        name: "Y-08: kubenet that replaces the source between pods too breaks a policy that selects pods (AKS release of 2021-02-01)",
        scenario: "kubenet",
        change: &[("networkPlugin: kubenet", "networkPlugin: kubenet\n    networkPolicy: calico")],
        documents: "
{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: settings}, spec: {kubenetMasqueradesPods: true}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: clients}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress}}}}
",
    },
    Case {
        name: "Y-08, the other way round: as it is, the policy finds the pod",
        scenario: "kubenet",
        change: &[("networkPlugin: kubenet", "networkPlugin: kubenet\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: clients}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod-to-pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.244.0.10, reply: delivered}}}
",
    },
    Case {
        name: "Y-10: a namespaceSelector holds the pods of the policy's own namespace only if its labels match",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkPolicy: calico")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: friends}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: friend, namespace: shop}, spec: {nodeName: n0, containers: [{name: c, image: c}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: own-namespace}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: labelled}, spec: {from: pod/shop/friend, to: pod/default/p1, port: 8080, expect: {verdict: delivered, reply: delivered}}}
",
    },
    Case {
        name: "Y-05 under the data plane Cilium: ingress by another node is subject to policy, and ipBlock holds no node (AKS: migrate to Cilium)",
        scenario: "azure-cni",
        change: &[("networkPlugin: azure", "networkPlugin: azure\n    networkDataplane: cilium")],
        documents: "
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: blocks}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-the-other-node}, spec: {from: host/vm-a, to: node/n0, port: 31380, expect: {verdict: dropped, endsAt: {place: pod/default/p1, stage: policy.ingress}}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: by-its-own-node}, spec: {from: host/vm-a, to: node/n1, port: 31380, expect: {verdict: delivered, source: 10.1.1.4}}}
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: pod}, spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: dropped, endsAt: {stage: policy.ingress}}}}
",
    },
];
