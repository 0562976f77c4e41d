//! Azure CNI in bridge mode (section 2.3).

use super::{holds, simulate};

const BRIDGE: &str = "{apiVersion: kubehop.dev/v1, kind: Settings, metadata: {name: s}, spec: {azureCniMode: bridge}}";
const SAME_NODE: [(&str, &str); 2] = [
    ("nodeName: n1", "nodeName: n0"),
    ("status: {podIP: 10.1.0.40}", "status: {podIP: 10.1.0.11}"),
];

/// The host has two routes, and a pod those of the subnet: no /32, no 169.254.1.1.
#[test]
fn the_host_has_two_routes_and_the_pod_those_of_the_subnet() {
    let simulation = simulate("azure-cni", &[], &[BRIDGE]);
    let node = simulation.dataplane.node("n0").unwrap();
    let routes: Vec<String> = node.routes.iter().map(ToString::to_string).collect();
    assert_eq!(
        routes,
        [
            "10.1.0.0/24 dev azure0 proto kernel scope link src 10.1.0.4",
            "default via 10.1.0.1 dev azure0"
        ]
    );
    let pod = simulation.network().pod("default", "p0").unwrap();
    let link = simulation.dataplane.pod_link(pod).unwrap();
    let routes: Vec<String> = link.routes.iter().map(ToString::to_string).collect();
    assert_eq!(
        routes,
        [
            "10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.10",
            "default via 10.1.0.1 dev eth0"
        ]
    );
}

/// Pods of one node talk through the bridge; by default (C-14) the node routes between their veth pairs.
#[test]
fn pods_of_one_node_talk_through_the_bridge() {
    let flow = |expect: &str| {
        format!(
            "{{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {{name: neighbours}}, spec: {{from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {{verdict: delivered, source: 10.1.0.10, reply: delivered, {expect}}}}}}}"
        )
    };
    let bridge = flow("via: [bridge, bridge], avoids: [veth, node.route, azure.route, azure.nic]");
    holds("azure-cni", &SAME_NODE, &[BRIDGE, &bridge]);
    let transparent = BRIDGE.replace("bridge}", "transparent}");
    let routed = flow("via: [veth, node.route, veth], avoids: [bridge]");
    holds("azure-cni", &SAME_NODE, &[&transparent, &routed]);
    holds("azure-cni", &SAME_NODE, &[&routed]);
}

/// What others see is the same in both modes (section 2.2), in and out, by Service and by load balancer.
#[test]
fn addresses_are_those_of_transparent_mode() {
    holds(
        "azure-cni",
        &[],
        &[BRIDGE, "
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: other-node}
spec: {from: pod/default/p0, to: pod/default/p1, port: 8080, expect: {verdict: delivered, source: 10.1.0.10, via: [bridge, azure.route, node/n1, bridge], avoids: [veth], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: same-network}
spec: {from: pod/default/p0, to: host/vm-a, port: 443, expect: {verdict: delivered, source: 10.1.0.10, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: peered}
spec: {from: pod/default/p0, to: host/vm-b, port: 443, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: internet}
spec: {from: pod/default/p0, to: host/server, port: 443, expect: {verdict: delivered, source: 20.50.60.71, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: platform}
spec: {from: pod/default/p0, to: azuredns, protocol: UDP, port: 53, expect: {verdict: delivered, source: 10.1.0.4, reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: to-pod}
spec: {from: host/vm-a, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 10.1.1.4, via: [bridge], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: cluster-ip}
spec: {from: pod/default/p0, to: service/default/web, port: 80, expect: {verdict: delivered, source: 10.1.0.10, destination: '10.1.0.40:8080', reply: delivered, replySource: 10.0.50.1}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: from-the-internet}
spec: {from: host/client, to: 20.50.60.70, port: 80, expect: {verdict: delivered, source: [10.1.0.4, 10.1.0.35], reply: delivered, replySource: 20.50.60.70}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: node-to-its-pod}
spec: {from: node/n0, to: pod/default/p0, port: 8080, expect: {verdict: delivered, source: 10.1.0.4, via: [node.route, bridge], reply: delivered}}
---
apiVersion: kubehop.dev/v1
kind: Flow
metadata: {name: pod-to-its-node}
spec: {from: pod/default/p0, to: node/n0, port: 10250, expect: {verdict: delivered, source: 10.1.0.10, via: [bridge], avoids: [azure.route], reply: delivered}}
"],
    );
}
